"""A way to draw notebooks in tests, and to read what a PDF says."""

import io

import nbformat.v4 as v4
import pytest
import typst
from pypdf import PdfReader

from gradekit.pdf import Feedback, feedback_to_pdf, notebook_to_pdf


class Drawing:
    """The PDF of a notebook."""

    def __init__(self, pdf):
        self.pdf = pdf
        self.reader = PdfReader(io.BytesIO(pdf))

    @property
    def text(self):
        """The text of all pages, with single spaces."""
        return " ".join(" ".join(page.extract_text() for page in self.reader.pages).split())


@pytest.fixture
def feedback():
    return Feedback("a2_losses", "softmax", "ada", "Ada Example")


@pytest.fixture
def draw(feedback):
    """Return a function from cells to the drawing of their graded notebook."""

    def drawing(*cells):
        return Drawing(feedback_to_pdf(v4.new_notebook(cells=list(cells)), feedback))

    return drawing


@pytest.fixture
def export():
    """Return a function from cells to the drawing of their notebook, as its author exports it."""

    def drawing(*cells, look=None, folder=None):
        nb = v4.new_notebook(cells=list(cells))
        return Drawing(notebook_to_pdf(nb, "Exported", look, folder))

    return drawing


@pytest.fixture
def compiler_says(monkeypatch):
    """The list of warnings that Typst's compiler gives in a test."""
    said = []
    compiler = typst.Compiler

    class Told:
        def __init__(self, *args, **kwargs):
            self.inner = compiler(*args, **kwargs)

        def compile(self, **how):
            made, warnings = self.inner.compile_with_warnings(**how)
            said.extend(str(warning) for warning in warnings)
            return made

    monkeypatch.setattr(typst, "Compiler", Told)
    return said
