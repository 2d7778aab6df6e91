"""Formulas in Markdown text: found before Markdown is parsed, and put back after.

JupyterLab takes formulas out first as well, so that an underscore, a bar or a line break within a
formula never means Markdown, and dollars in code never mean a formula. The rules are JupyterLab's:
braces in a formula must balance before it can end, and an empty line ends the search.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from gradekit.pdf.typst_text import printable

# Private-use characters around the number of a formula; they are removed from the text itself.
OPEN, CLOSE = "\ue000", "\ue001"
# A bar within inline code, which would end the cell of a table.
BAR = "\ue002"
MARK = re.compile(f"{OPEN}(\\d+){CLOSE}")
MARKS = re.compile(f"[{OPEN}{CLOSE}{BAR}]")

CODE = r"""
    (?P<code> ^[ ]{0,3}(?P<fence>`{3,}|~{3,})[^\n]*\n (?:.*?\n)?? [ ]{0,3}(?P=fence)[`~]*[ \t]*$
            | (?<!`)(?P<ticks>`+)(?!`) (?:[^\n]|\n(?!\s*\n))+? (?<!`)(?P=ticks)(?!`) )
"""
START = re.compile(
    CODE
    + r"""
    | (?P<reference> \\(?:eq)?ref\{[^{}\n]*\} )
    | (?P<start> \$\$? | \\\\\( | \\\\\[ | \\begin\{(?P<name>[a-z]*\*?)\} )
    | \\.
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
INSIDE = re.compile(r"\$\$?|\\\\[)\]]|\\end\{[a-z]*\*?\}|\\[{}$\\]|[{}]|\n[ \t]*\n")


class Span(NamedTuple):
    """A formula: its LaTeX, whether it is displayed on its own lines, and all of its source."""

    latex: str
    block: bool
    source: str


# Twice for each text: for the numbers of the formulas, and to draw them.
@lru_cache(maxsize=256)
def take_out(text):
    """Return the text with numbered marks instead of formulas, and the tuple of `Span`."""
    text = MARKS.sub("\ufffd", printable(text))
    spans, out, at = [], [], 0
    while match := START.search(text, at):
        end = match.end() if match["reference"] else None
        end = _end(text, match) if match["start"] else end
        if end is None:
            passed = match[0].replace("|", BAR) if match["ticks"] else match[0]
            out += [text[at : match.start()], passed]
            at = match.end()
            continue
        out.append(f"{text[at : match.start()]}{OPEN}{len(spans)}{CLOSE}")
        spans.append(_span(text[match.start() : end], match))
        at = end
    return "".join([*out, text[at:]]), tuple(spans)


def put_back(text, spans):
    """Return the text with every mark replaced by the source of its formula."""
    return MARK.sub(lambda mark: spans[int(mark[1])].source, text).replace(BAR, "|")


def _closing(match):
    if match["name"] is not None:
        return f"\\end{{{match['name']}}}"
    return {"\\\\(": "\\\\)", "\\\\[": "\\\\]"}.get(match["start"], match["start"])


def _end(text, start):
    """Return where the formula that begins at the match ends, None if it does not."""
    closing, level, last, at = _closing(start), 0, None, start.end()
    if text.find(closing, at) < 0:
        return None
    while match := INSIDE.search(text, at):
        at, token = match.end(), match[0]
        if token == closing:
            if not level:
                return at
            last = at
        elif token[0] == "\n":
            return last
        elif token == "{":
            level += 1
        elif token == "}":
            level = max(level - 1, 0)
    return last


def _span(source, start):
    if start["name"] is not None:
        return Span(source, True, source)
    if start["reference"]:
        return Span(source, False, source)
    size = len(start["start"])
    return Span(source[size:-size], start["start"] in ("$$", "\\\\["), source)
