"""formgrader's page of a submission, for graders of proofs.

nbgrader's page has formulas as their LaTeX, which a script from the internet sets: without it
graders read source. Here they are MathML, and mark schemes stand in boxes.
"""

import copy
import re

from nbconvert.exporters import HTMLExporter

from gradekit.pdf.markdown import numbers
from gradekit.pdf.math_spans import BAR, CLOSE, MARK, OPEN, take_out
from gradekit.pdf.redact import boxed
from gradekit.pdf.web_formulas import web_formulas

_SCRIPT = re.compile(r"<!-- Load mathjax -->.*?<!-- End of mathjax configuration -->", re.DOTALL)
_STYLE = """<style>
.equation { display: flex; align-items: center; margin: 0.9em 0; overflow: auto hidden; }
.equation > * { margin: 0 auto; }
.equation > span { margin: 0; padding-left: 1em; }
.untranslated { color: #6a737d; border: 1px solid #d8dee4; }
</style>"""


class FormgradeExporter(HTMLExporter):
    """Exports a notebook as nbgrader's formgrader does, but for formulas and mark schemes."""

    # For formgrader alone, not for JupyterLab's menu.
    export_from_notebook = None

    def from_notebook_node(self, nb, resources=None, **kwargs):
        """Convert a notebook; its formulas take their places when nbconvert is done."""
        nb = copy.deepcopy(nb)
        known = numbers(nb)
        spans = []
        for cell in nb.cells:
            if cell.cell_type == "markdown":
                cell.source = _marked(boxed(cell.source), spans)
        html, resources = super().from_notebook_node(nb, resources, **kwargs)
        formulas, style = web_formulas(spans, known)
        html = MARK.sub(lambda mark: _formula(formulas, int(mark[1])), html).replace(BAR, "|")
        return _SCRIPT.sub(lambda _: style + _STYLE, html, count=1), resources


def _marked(source, spans):
    """Return text with marks for its formulas, which are added to those of the cells before."""
    text, found = take_out(source)
    first = len(spans)
    spans += found
    return MARK.sub(lambda mark: f"{OPEN}{first + int(mark[1])}{CLOSE}", text)


def _formula(formulas, number):
    # A mark that the student wrote stands for nothing.
    return formulas[number] if number < len(formulas) else ""
