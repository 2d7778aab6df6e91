"""Formulas alone, for pages that others make: MathML or drawings, all of a page at once."""

import re
from functools import partial

from gradekit.pdf.compile import Piece, compile_pieces, compile_web
from gradekit.pdf.document import setup
from gradekit.pdf.sheet import Sheet
from gradekit.pdf.typst_text import literal

CUT = '#html.elem("hr", attrs: (class: "cut"))'
_CUT = '<hr class="cut">'
_STYLE = re.compile(r"<head>.*?(<style>.*?</style>)", re.DOTALL)
_BODY = re.compile(r"<main>(.*)</main>", re.DOTALL)
_PARAGRAPH = re.compile(r"\s*<p>(.*)</p>\s*", re.DOTALL)


def web_formulas(spans, numbers=None):
    """Return formulas as HTML.

    Parameters
    ----------
    spans : list of math_spans.Span
        In the page's order: macros hold for later ones.
    numbers : dict of str to str, optional
        Those of formulas with labels.

    Returns
    -------
    list of str
        One for each; a formula that is not known is its source.
    str
        The style that browsers need for them, as an element.
    """
    sheet = Sheet(numbers=numbers)
    pieces = [_piece(span, sheet.equation(span.latex, span.block, span.source)) for span in spans]
    compiled = partial(compile_web, pictures={})
    html = compile_pieces(setup(sheet.look, "Formulas"), pieces, compiled).decode()
    parts = _BODY.search(html)[1].split(_CUT)[1:]
    return list(map(_bare, parts)), _STYLE.search(html)[1]


def _piece(span, equation):
    block = "true" if span.block else "false"
    source = f"#untranslated({literal(span.source)}, block: {block})"
    return Piece([lambda: f"{CUT}\n\n{equation}", lambda: f"{CUT}\n\n{source}"])


def _bare(html):
    paragraph = _PARAGRAPH.fullmatch(html)
    return (paragraph[1] if paragraph and "<p>" not in paragraph[1] else html).strip()
