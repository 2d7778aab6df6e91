"""nbgrader's GenerateSolution, made so that students may read what it writes."""

import contextlib
import os
import re
from pathlib import Path

import nbformat
import nbgrader.converters
from nbgrader.preprocessors import (
    ClearSolutions,
    Execute,
    IncludeHeaderFooter,
    LockCells,
    NbGraderPreprocessor,
)
from traitlets import List

from gradekit.pdf import notebook_to_pdf
from gradekit.pdf.redact import redacted

_MARK = re.compile(r"^[ \t]*#+ *(?:BEGIN|END) SOLUTION[^\n]*\n?", re.MULTILINE)


class PublishSolution(NbGraderPreprocessor):
    """Leaves solutions without their marks, model solutions in boxes, and no hidden test."""

    def preprocess(self, nb, resources):
        """Return the notebook as students may see it, without outputs."""
        nb = redacted(nb, mark_schemes=True)
        # What students replace by their answer; the model solution stands above it.
        stub = ClearSolutions(parent=self).text_stub
        kept = []
        for cell in nb.cells:
            cell.source = _MARK.sub("", cell.source).rstrip()
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
            # A test that is hidden as a whole leaves an empty cell.
            if cell.source and cell.source != stub:
                kept.append(cell)
        nb.cells = kept
        return nb, resources


class GenerateSolution(nbgrader.converters.GenerateSolution):
    """Writes solution/<assignment>/ with outputs, and a PDF beside each notebook.

    nbgrader's own keeps the marks, and the hidden tests.
    """

    preprocessors = List([IncludeHeaderFooter, LockCells, PublishSolution, Execute]).tag(
        config=True
    )

    def start(self):
        """Write the solution of an assignment."""
        with _found_by_kernels(self.coursedir.root):
            super().start()

    def write_single_notebook(self, output, resources):
        """Write a notebook and its PDF."""
        super().write_single_notebook(output, resources)
        about = resources["nbgrader"]
        folder = Path(self._format_dest(about["assignment"], about["student"]))
        nb = nbformat.reads(output, as_version=4)
        for error in _errors(nb):
            self.log.warning("%s.ipynb: a cell of the solution fails: %s", about["notebook"], error)
        pdf = notebook_to_pdf(nb, f"{about['notebook']}: solution", folder=folder)
        (folder / f"{about['notebook']}.pdf").write_bytes(pdf)


@contextlib.contextmanager
def _found_by_kernels(root):
    """Let kernels import the course's modules, wherever their notebook lies."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [root, before]))
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


def _errors(nb):
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                yield f"{output.ename}: {output.evalue}".split("\n")[0]
