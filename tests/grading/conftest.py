"""Cells as the gradebook has them, submissions of them, and workers that run nothing."""

import contextlib
import copy
import json
from concurrent.futures import Executor, Future

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from gradekit.autograde import Autograde
from gradekit.execution.job import Result
from gradekit.execution.rehearsal import Rehearsal
from gradekit.grading import rehearsals
from gradekit.grading.assignment import Cell

ROLES = {  # grade, solution, locked, cell type
    "text": (False, False, True, "markdown"),
    "answer": (False, True, False, "code"),
    "check": (False, False, True, "code"),
    "test": (True, False, True, "code"),
    "written": (True, True, False, "markdown"),
}


def cells_named(*names, **sources):
    """What the gradebook says about cells that are named by their role and a number."""
    cells = {}
    for name in names:
        grade, solution, locked, cell_type = ROLES[name.rstrip("0123456789")]
        metadata = {
            "schema_version": 3,
            "grade_id": name,
            "grade": grade,
            "solution": solution,
            "task": False,
            "locked": locked,
            "checksum": name.rjust(32, "0"),
            "cell_type": cell_type,
        }
        if grade:
            metadata["points"] = 2.0
        cells[name] = Cell(metadata, sources.get(name, f"# {name} of the source"))
    return cells


def notebook_of(cells):
    """The notebook that students get."""
    made = []
    for number, cell in enumerate(cells.values()):
        make = new_code_cell if cell.kind == "code" else new_markdown_cell
        metadata = {"nbgrader": copy.deepcopy(cell.metadata)}
        made.append(make(cell.released, id=f"cell-{number}", metadata=metadata))
    return new_notebook(cells=made)


@pytest.fixture
def source():
    return cells_named(
        *("text1", "answer1", "check1", "test1", "test2"),
        *("text2", "written1", "answer2", "test3", "text3"),
    )


class Pretender(Executor):
    """Says of every notebook that it has run without an error; `answer` may say otherwise."""

    def __init__(self):
        self.jobs, self.answer = [], lambda job: None

    def submit(self, function, /, job):
        self.jobs.append(job)
        future = Future()
        try:
            result = self.answer(job) or Result(_all_run(job.notebook))
        except Exception as error:
            future.set_exception(error)
        else:
            future.set_result(result)
        return future


def _all_run(text):
    nb = json.loads(text)
    for number, cell in enumerate(nb["cells"], 1):
        if cell["cell_type"] == "code":
            cell["execution_count"] = number
    return json.dumps(nb)


@pytest.fixture
def pretender(monkeypatch):
    """Takes the place of the workers, for tests of what comes before and after them."""
    made = Pretender()

    @contextlib.contextmanager
    def started(self):
        yield made, 2

    def rehearsed(assignment, limits, executor):
        return {name: Rehearsal() for name in assignment.notebooks}

    monkeypatch.setattr(Autograde, "_started_executor", started)
    monkeypatch.setattr(rehearsals, "of", rehearsed)
    return made
