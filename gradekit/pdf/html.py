"""HTML to Typst: what Markdown becomes in JupyterLab, and what code puts out.

Browsers make something of any HTML, and so does this: a tag that says nothing about looks is left
out, one that paper has no place for is named in a box, and the text within is never lost.
"""

import re
from functools import lru_cache
from urllib.parse import unquote

from bs4 import NavigableString
from bs4.element import PreformattedString

from gradekit.pdf.code import code_block
from gradekit.pdf.css import colored, side, with_rules
from gradekit.pdf.html_limits import parsed
from gradekit.pdf.html_lists import bulleted, defined, numbered
from gradekit.pdf.html_media import SAFE_LINK, elsewhere, lone_picture, picture
from gradekit.pdf.html_tables import table
from gradekit.pdf.html_tags import (
    ALERTS,
    BLOCKS,
    CALLS,
    CODE,
    DROPPED,
    ELSEWHERE,
    HEADINGS,
    PLAIN,
    alert_words,
    is_blank,
    is_block,
    lone_image,
)
from gradekit.pdf.math_spans import BAR, MARK, put_back
from gradekit.pdf.typst_text import breakable, literal

SVG = re.compile(r"<svg\b.*?</svg\s*>", re.DOTALL | re.IGNORECASE)
LANGUAGE = re.compile(r"(?:language-|lang-)(\S+)")
MARK_IN_URL = re.compile("%EE%80%8[01]")
# They have no look of their own in a line.
NAMELESS = {*PLAIN, *BLOCKS}
ALERT = re.compile(r"\s*\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*")


def html(text, sheet, spans=(), attachments=None, headings=True):
    """Return HTML as Typst markup.

    Parameters
    ----------
    text : str
    sheet : Sheet
        Where formulas and pictures go.
    spans : sequence of Span
        The formulas for which marks stand in the text.
    attachments : dict, optional
        A cell's attachments: name to {MIME type: base64}.
    headings : bool
        Whether headings belong to the document and its bookmarks; those of an output do not.
    """
    # A parser of HTML takes the capitals from the names in an SVG picture.
    text = SVG.sub(lambda found: f'<img src="{sheet.keep(found[0].encode())}">', text)
    return _Writer(sheet, spans, attachments or {}, headings).blocks(_shared(text).contents)


# A class has the same given cells in each notebook. The trees are read only.
@lru_cache(maxsize=256)
def _shared(text):
    return with_rules(parsed(text))


def visible(text):
    """Whether there is anything in HTML that paper can show."""
    soup = parsed(text)
    for node in soup.find_all(DROPPED):
        node.decompose()
    return bool(soup.get_text().strip() or soup.find(["img", "svg", "table", *ELSEWHERE]))


def styles_only(text):
    """Whether HTML says nothing but how the page around it looks."""
    nodes = parsed(text).contents
    return all(is_blank(node) and node.name != "script" for node in nodes)


class _Writer:
    def __init__(self, sheet, spans, attachments, headings):
        self.sheet = sheet
        self.spans = spans
        self.attachments = attachments
        self.headings = headings
        self.scope = next(sheet.scopes)
        self.after_space = True
        # The text that begins with it, which is shown as a title.
        self.kind_of_alert = None

    def restored(self, text):
        return put_back(text, self.spans)

    def url(self, text):
        """Return an address as it was written; the parser of Markdown quotes marks in it."""
        return self.restored(MARK_IN_URL.sub(lambda mark: unquote(mark[0]), text)).strip()

    # Blocks.

    def blocks(self, nodes):
        """Write nodes below one another: blocks, and paragraphs of what stands between them."""
        written, line = [], []
        for node in nodes:
            if is_block(node):
                written += [self.paragraph(line), self.block(node)]
                line = []
            else:
                line.append(node)
        written.append(self.paragraph(line))
        return "\n\n".join(block for block in written if block)

    def paragraph(self, nodes):
        self.after_space = True
        shown = [node for node in nodes if not is_blank(node)]
        if len(shown) == 1 and (image := lone_image(shown[0])):
            return lone_picture(image, self)
        return self.inline(nodes)

    def block(self, node):
        if node.name in HEADINGS:
            return self.heading(node)
        if node.name in ELSEWHERE:
            return elsewhere(node, self)
        write = getattr(self, f"block_{node.name}", None)
        return write(node) if write else self.group(node)

    def group(self, node):
        inner = self.anchored(node) + self.blocks(node.contents)
        if "footnotes" in node.get("class", []):
            return f"#footnotes[{inner}]"
        kind = next((ALERTS[word] for word in alert_words(node) if word in ALERTS), None)
        if kind:
            return f'#alert("{kind}")[{inner}]'
        call = CALLS.get(node.name)
        inner = f"#{call}[{inner}]" if call and inner else inner
        where = "center" if node.name == "center" else side(node)
        if inner and where in ("center", "right"):
            inner = f"#align({where})[{inner}]"
        return colored(node, inner, block=True)

    def block_details(self, node):
        return f"#aside[{self.blocks(node.contents)}]"

    def block_summary(self, node):
        return f"#strong[{self.blocks(node.contents)}]"

    def heading(self, node):
        inner = self.anchored(node) + self.inline_alone(node)
        if not inner:
            return ""
        if not self.headings:
            return f"#strong[{inner}]"
        asked = HEADINGS[node.name]
        anchor = self.sheet.anchor(self.restored(node.get_text()))
        inner = colored(node, inner, block=True)
        written = f"#section({self.sheet.heading_level(asked)}, {asked})[{anchor}{inner}]"
        where = side(node)
        return f"#align({where})[{written}]" if where in ("center", "right") else written

    def block_blockquote(self, node):
        first = node.find(string=lambda text: text.strip())
        alert = first and first is not self.kind_of_alert and ALERT.match(first)
        if not alert:
            return f"#quote(block: true)[{self.blocks(node.contents)}]"
        self.kind_of_alert = first
        word = alert[1].lower()
        body = self.blocks(node.contents)
        return f'#alert("{ALERTS[word]}", title: {literal(word.capitalize())})[{body}]'

    def block_hr(self, node):
        return "" if "footnotes-sep" in node.get("class", []) else "#rule()"

    def block_pre(self, node):
        code = node.find("code") or node
        language = LANGUAGE.search(" ".join(code.get("class", [])))
        text = self.restored(node.get_text()).strip("\n")
        return code_block(text, language[1] if language else "text", "fence", self.sheet.look)

    def block_ul(self, node):
        return bulleted(node, self)

    def block_ol(self, node):
        return numbered(node, self)

    def block_dl(self, node):
        return defined(node, self)

    def block_table(self, node):
        return table(node, self)

    # Parts of a line.

    def inline_alone(self, node):
        self.after_space = True
        return self.inline(node.contents)

    def inline(self, nodes):
        return "".join(map(self.part, nodes))

    def part(self, node):
        if isinstance(node, PreformattedString):
            return ""
        if isinstance(node, NavigableString):
            return self.words(ALERT.sub("", node, 1) if node is self.kind_of_alert else node)
        if is_block(node):
            # As browsers do: a block within a line ends the line.
            return f"\n\n{self.block(node)}\n\n"
        if node.name in DROPPED:
            return ""
        write = getattr(self, f"part_{node.name}", None)
        if write:
            return write(node)
        # In a line, a <pre> is one that asks to be there.
        if node.name in CODE or node.name == "pre":
            return self.code(node)
        if node.name not in NAMELESS and node.name not in CALLS:
            # Not HTML at all: often a comparison, or a placeholder such as <name>.
            self.after_space = False
            return f"#source({literal(f'<{node.name}>')}){self.inline(node.contents)}"
        inner = self.anchored(node) + self.inline(node.contents)
        if node.name in CALLS:
            return colored(node, f"#{CALLS[node.name]}[{inner}]") if inner else ""
        return colored(node, inner)

    def words(self, text):
        """Write text that holds no markup but perhaps marks of formulas."""
        out = []
        for i, part in enumerate(MARK.split(text)):
            if i % 2:
                span = self.spans[int(part)] if int(part) < len(self.spans) else None
                # A displayed formula stands on a line of its own.
                self.after_space = bool(span and span.block)
                out.append(self.sheet.equation(span.latex, span.block, span.source) if span else "")
            elif part:
                out.append(self.text(part))
        return "".join(out)

    def text(self, text):
        text = re.sub(r"[ \t\r\n\f]+", " ", text)
        if self.after_space and text.startswith(" "):
            text = text[1:]
        if text:
            self.after_space = text.endswith(" ")
        return f"#{literal(breakable(text))}" if text else ""

    def code(self, node):
        self.after_space = False
        text = node.get_text()
        # Where a bar ends a cell, Markdown's way to write one is this, even in code.
        if (bar := f"\\{BAR}") in text and node.find_parent(["td", "th"]):
            text = text.replace(bar, BAR)
        return f"#inline-code({literal(breakable(self.restored(text)))})"

    def part_br(self, node):
        self.after_space = True
        return "#linebreak()"

    def part_q(self, node):
        self.after_space = False
        return f'#"“"{self.inline(node.contents)}#"”"'

    def part_a(self, node):
        if "footnote-backref" in node.get("class", []):
            return ""
        inner = self.anchored(node) + self.inline(node.contents)
        url = self.url(node.get("href", ""))
        if url.startswith("#") and inner:
            return self.sheet.goto(self.scoped(url[1:]), inner)
        # Links to local files lead nowhere from a PDF.
        return f"#link({literal(url)})[{inner}]" if SAFE_LINK.match(url) and inner else inner

    def part_input(self, node):
        if node.get("type") != "checkbox":
            return ""
        return f"#task({'true' if node.has_attr('checked') else 'false'})"

    def part_img(self, node):
        self.after_space = False
        return picture(node, self, inline=True)

    # Places that links lead to.

    def scoped(self, name):
        """Return a target's name; footnotes of each cell have the same ids."""
        return f"{self.scope}-{name}" if re.match(r"fn(ref)?\d", name) else name

    def anchored(self, node):
        name = node.get("id") or (node.get("name") if node.name == "a" else None)
        return self.sheet.anchor(self.scoped(name)) if name else ""
