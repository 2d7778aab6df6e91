"""Markdown to Typst, by way of HTML as in JupyterLab: what is written in a cell may be either."""

import re
from functools import lru_cache

from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from gradekit.pdf import math_labels
from gradekit.pdf.html import html
from gradekit.pdf.math_spans import take_out

# For each bare address the parser looks through all of the text that follows.
MOST_ADDRESSES = 500


def _parser(*rules):
    """Return a parser with what GitHub adds to CommonMark, as JupyterLab's, and footnotes."""
    parser = MarkdownIt("commonmark", {"html": True, "linkify": bool(rules)})
    parser.enable(["table", "strikethrough", *rules])
    return parser.use(footnote_plugin).use(tasklists_plugin)


PARSER = _parser("linkify")
PARSER.linkify.set({"fuzzy_link": False, "fuzzy_email": False})
PARSER_WITHOUT_ADDRESSES = _parser()
TARGET = re.compile(r"""\]\(\s*#([^\s)]+)|\bhref\s*=\s*["']?#([^\s"'>]+)""")


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
    return [span.latex for text in _texts(nb) for span in take_out(text)[1]]


def numbers(nb):
    """Return the numbers of a notebook's labeled formulas, see `math_labels`."""
    return math_labels.numbers(formulas(nb))


def targets(nb):
    """Return the names of all places that links within a notebook lead to."""
    found = [match for text in _texts(nb) for match in TARGET.findall(text)]
    return {first or second for first, second in found}


def markdown(text, sheet, attachments=None, headings=True):
    """Return Markdown text as Typst markup.

    Parameters
    ----------
    text : str
    sheet : Sheet
        Where formulas and pictures go.
    attachments : dict, optional
        A cell's attachments: name to {MIME type: base64}.
    headings : bool
        Whether headings belong to the document and its bookmarks.
    """
    if not text:
        return ""
    marked, spans = take_out(text)
    return html(_rendered(marked), sheet, spans, attachments, headings)


# A class has the same given cells in each notebook.
@lru_cache(maxsize=512)
def _rendered(text):
    many = text.count("://") > MOST_ADDRESSES
    return (PARSER_WITHOUT_ADDRESSES if many else PARSER).render(text)


def _texts(nb):
    return [cell.source for cell in nb.cells if cell.cell_type == "markdown"]
