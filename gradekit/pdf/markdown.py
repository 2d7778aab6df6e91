"""Markdown to Typst: mistune's syntax tree, walked by one method per kind of node."""

import html
import re
from urllib.parse import unquote

import mistune

from gradekit.pdf.code import code_block
from gradekit.pdf.math_spans import MARK, put_back, take_out
from gradekit.pdf.sheet import decode
from gradekit.pdf.typst_text import literal

PARSER = mistune.create_markdown(
    renderer=None, plugins=["table", "strikethrough", "task_lists", "url"]
)
SAFE_LINK = re.compile(r"(https?://|mailto:)", re.IGNORECASE)
DATA_URI = re.compile(r"data:image/[\w.+-]+;base64,(.*)", re.DOTALL)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)[^>]*>")
# Tags with a look of their own; those in PLAIN_TAGS say nothing about meaning.
PAIRED_TAGS = {
    "b": "strong",
    "strong": "strong",
    "i": "emph",
    "em": "emph",
    "u": "underline",
    "sub": "sub",
    "sup": "super",
    "mark": "highlight",
    "s": "strike",
    "del": "strike",
}
PLAIN_TAGS = {"a", "center", "div", "font", "p", "small", "span"}


def formulas(nb):
    """List the LaTeX of all formulas in a notebook's Markdown cells, in order.

    Parameters
    ----------
    nb : NotebookNode

    Returns
    -------
    list of str
        Each can be passed to `gradekit.pdf.math.translate` with ``block=True``.
    """
    texts = [cell.source for cell in nb.cells if cell.cell_type == "markdown"]
    return [span.latex for text in texts for span in take_out(text)[1]]


def markdown(text, sheet, attachments=None):
    """Return Markdown text as Typst markup.

    Parameters
    ----------
    text : str
    sheet : Sheet
        Where formulas and pictures go.
    attachments : dict, optional
        A cell's attachments: name to {MIME type: base64}.
    """
    marked, spans = take_out(text)
    tokens, _ = PARSER.parse(marked)
    return _Writer(spans, sheet, attachments or {}).blocks(tokens)


class _Writer:
    def __init__(self, spans, sheet, attachments):
        self.spans = spans
        self.sheet = sheet
        self.attachments = attachments

    def blocks(self, tokens):
        written = [getattr(self, token["type"])(token) for token in tokens]
        return "\n\n".join(block for block in written if block)

    def inline(self, tokens):
        out, at = [], 0
        while at < len(tokens):
            at, written = self.paired(tokens, at) or (at + 1, None)
            if written is None:
                token = tokens[at - 1]
                written = getattr(self, token["type"])(token)
            out.append(written)
        return "".join(out)

    def children(self, token):
        return self.inline(token.get("children", []))

    def restored(self, text):
        return put_back(text, self.spans)

    def words(self, text):
        """Return text that holds no markup but perhaps marks of formulas."""
        parts = MARK.split(text)
        return "".join(
            self.formula(self.spans[int(part)]) if i % 2 else f"#{literal(part)}"
            for i, part in enumerate(parts)
            if part
        )

    def formula(self, span):
        return self.sheet.equation(span.latex, span.block, span.source)

    # Blocks.

    def blank_line(self, token):
        return ""

    def paragraph(self, token):
        return self.children(token)

    block_text = paragraph

    def heading(self, token):
        return f"#heading(level: {token['attrs']['level']})[{self.children(token)}]"

    def block_code(self, token):
        language = (token.get("attrs") or {}).get("info") or ""
        return code_block(self.restored(token["raw"]).rstrip("\n"), language.split(" ")[0], "fence")

    def block_quote(self, token):
        return f"#quote(block: true)[{self.blocks(token['children'])}]"

    def list(self, token):
        items = ", ".join(f"[{self.blocks(item)}]" for item in map(self.item, token["children"]))
        tight = "true" if token.get("tight") else "false"
        if not token["attrs"]["ordered"]:
            return f"#list(tight: {tight}, {items})"
        return f"#enum(tight: {tight}, start: {token['attrs'].get('start', 1)}, {items})"

    def item(self, token):
        if token["type"] != "task_list_item":
            return token["children"]
        box = {"type": "task_box", "done": token["attrs"]["checked"]}
        first, *rest = token["children"] or [{"type": "block_text", "children": []}]
        return [{**first, "children": [box, *first.get("children", [])]}, *rest]

    def task_box(self, token):
        return f"#task({'true' if token['done'] else 'false'})"

    def thematic_break(self, token):
        return "#rule()"

    def table(self, token):
        head, *bodies = token["children"]
        rows = [row["children"] for body in bodies for row in body["children"]]
        sides = ", ".join(cell["attrs"]["align"] or "auto" for cell in head["children"])
        header = ", ".join(self.cell(cell) for cell in head["children"])
        cells = "".join(f", {self.cell(cell)}" for row in rows for cell in row)
        return f"#grid-table(({sides},), table.header({header}){cells})"

    def cell(self, token):
        return f"[{self.children(token)}]"

    def block_html(self, token):
        source = COMMENT.sub("", self.restored(token["raw"])).strip()
        tags = {tag.lower() for tag in TAG.findall(source)}
        if not source:
            return ""
        if tags <= PLAIN_TAGS | set(PAIRED_TAGS) | {"br", "code"}:
            text = re.sub(r"\s+", " ", TAG.sub("", re.sub(r"<br[^>]*>", "\n", source)))
            return f"#aside[#{literal(html.unescape(text).strip())}]" if text.strip() else ""
        return code_block(source, "html", "fence")

    # Parts of a line.

    def text(self, token):
        return self.words(_breakable(html.unescape(token["raw"])))

    def emphasis(self, token):
        return f"#emph[{self.children(token)}]"

    def strong(self, token):
        return f"#strong[{self.children(token)}]"

    def strikethrough(self, token):
        return f"#strike[{self.children(token)}]"

    def codespan(self, token):
        return f"#inline-code({literal(_breakable(html.unescape(self.restored(token['raw']))))})"

    def linebreak(self, token):
        return "#linebreak()"

    def softbreak(self, token):
        return " "

    def link(self, token):
        url = self.restored(token["attrs"]["url"])
        # Links within the notebook and to local files lead nowhere from a PDF.
        if not SAFE_LINK.match(url):
            return self.children(token)
        return f"#link({literal(url)})[{self.children(token)}]"

    def image(self, token):
        url = self.restored(token["attrs"]["url"])
        alt = self.restored(_plain(token))
        if url.startswith("attachment:"):
            files = self.attachments.get(unquote(url.removeprefix("attachment:")), {})
            data = decode(next(iter(files.values()), ""))
        elif inside := DATA_URI.match(url):
            data = decode(unquote(inside[1]))
        else:
            return self.sheet.missing(alt, f"is not part of the notebook ({url})")
        return self.sheet.picture(data, alt or "A picture without a description")

    def inline_html(self, token):
        raw = token["raw"]
        tag = TAG.fullmatch(raw)
        name = tag and tag[1].lower()
        if name == "br":
            return "#linebreak()"
        if name in PLAIN_TAGS or COMMENT.fullmatch(raw):
            return ""
        return f"#source({literal(self.restored(raw))})"

    def paired(self, tokens, at):
        """Write what stands between a tag such as <sub> and its end, None if there is no such."""
        opening = tokens[at]["type"] == "inline_html" and TAG.fullmatch(tokens[at]["raw"])
        if not opening or opening[1].lower() not in PAIRED_TAGS or opening[0].startswith("</"):
            return None
        closing = f"</{opening[1].lower()}>"
        for end in range(at + 1, len(tokens)):
            if tokens[end]["type"] == "inline_html" and tokens[end]["raw"].lower() == closing:
                inner = self.inline(tokens[at + 1 : end])
                return end + 1, f"#{PAIRED_TAGS[opening[1].lower()]}[{inner}]"
        return None


def _plain(token):
    """Return a node's text without its markup."""
    return token.get("raw", "") + "".join(map(_plain, token.get("children", [])))


def _breakable(text):
    """Let words that are longer than a line be broken."""
    return re.sub(r"\S{60,}", lambda word: re.sub(r".{20}", "\\g<0>\u200b", word[0]), text)
