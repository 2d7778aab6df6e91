"""Notebooks from the texts of their cells, run as a grading worker runs them."""

import json
import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from gradekit.execution.job import Job, Limits, Modules
from gradekit.execution.notebook import execute


def notebook_of(cells):
    """A notebook; a pair (kind, text) makes a "solution" or "test" cell."""
    notebook = new_notebook()
    for number, cell in enumerate(cells):
        kind, text = ("given", cell) if isinstance(cell, str) else cell
        notebook.cells.append(new_code_cell(text))
        if kind != "given":
            notebook.cells[-1].metadata.nbgrader = {
                "grade": kind == "test",
                "solution": kind == "solution",
                "locked": kind == "test",
                "task": False,
                "grade_id": f"cell{number}",
                "schema_version": 3,
            } | ({"points": 1} if kind == "test" else {})
    return notebook


class Ran:
    """What came of a notebook."""

    def __init__(self, result):
        self.result = result
        self.events, self.fault = result.events, result.fault
        self.cells = nbformat.reads(result.notebook, as_version=4).cells

    def text(self, number):
        """All that a cell wrote, and its result."""
        parts = [
            output.get("text") or output.get("data", {}).get("text/plain", "")
            for output in self.cells[number].outputs
        ]
        return "".join(parts)

    def errors(self, number):
        """Names of the errors that a cell shows."""
        outputs = self.cells[number].outputs
        return [output.ename for output in outputs if output.output_type == "error"]

    def traceback(self, number):
        """The last output of a cell, an error, as plain text."""
        return re.sub(r"\x1b\[[0-9;]*m", "", "".join(self.cells[number].outputs[-1].traceback))

    def kinds(self):
        """Kinds of the events, with the cells."""
        return [(event.kind, event.cell) for event in self.events]


@pytest.fixture
def run():
    """Run cells; other keywords than these are limits."""

    def run(
        *cells,
        submitted=None,
        files=None,
        modules=None,
        public=(),
        together=(),
        in_place=(),
        **limits,
    ):
        job = Job(
            "ann/sheet/notebook",
            json.dumps(notebook_of(submitted or cells)),
            json.dumps(notebook_of(cells)),
            files=files or {},
            given=frozenset(files or {}),
            modules=Modules(modules or {}, frozenset(public)),
            limits=Limits(**limits),
            together=frozenset(together),
            in_place=frozenset(in_place),
        )
        return Ran(execute(job))

    return run
