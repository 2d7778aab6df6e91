"""Every formula of the course's notebooks becomes Typst math, none a box with its source."""

from pathlib import Path

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from gradekit import bank, course
from gradekit.pdf.compile import accepts
from gradekit.pdf.markdown import formulas
from gradekit.pdf.sheet import Sheet

ROOT = Path(__file__).parents[1]
NOTEBOOKS = [
    pytest.param(name, path, id=path.stem)
    for name in course.assignments(ROOT)
    for path in course.notebooks(ROOT, name)
]


def drawn(latex):
    """Typst markup of formulas, which has no box in it."""
    sheet = Sheet()
    for text in latex:
        assert "untranslated" not in sheet.equation(text, block=True), text
    return "\n\n".join(sheet.fragments)


@pytest.mark.parametrize("assignment, path", NOTEBOOKS)
def test_notebook(assignment, path):
    """Is each formula of the instructor's version, mark schemes included, translated?"""
    latex = formulas(course.read_notebook(path))
    assert latex
    assert accepts(drawn(latex))


@pytest.mark.parametrize("assignment, path", NOTEBOOKS)
def test_written_answers(assignment, path):
    """Is each formula of the bank's written answers translated?"""
    pages = [page for page in bank.read_pages(ROOT, assignment, path.stem) if page.manual]
    texts = [entry.source for page in pages for entry in page.entries]
    assert texts or not bank.manual_cells(course.read_notebook(path))
    assert accepts(drawn(formulas(new_notebook(cells=list(map(new_markdown_cell, texts))))))
