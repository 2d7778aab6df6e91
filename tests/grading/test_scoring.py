"""What does a cell score?"""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from nbgrader.utils import compute_checksum

from gradekit.grading.scoring import automatic_score


def _test_cell(*outputs, source="hidden.test(f)", count=1, points=2):
    data = {"nbgrader": {"grade_id": "test", "points": points, "grade": True, "solution": False}}
    return new_code_cell(source, outputs=list(outputs), execution_count=count, metadata=data)


def _result(text):
    return new_output("execute_result", {"text/plain": text})


def _error():
    return new_output("error", ename="ValueError", evalue="no", traceback=["ValueError: no"])


def _stderr(text="careful"):
    return new_output("stream", name="stderr", text=text)


@pytest.mark.parametrize(
    ("cell", "score"),
    [
        (_test_cell(), 2),
        (_test_cell(_stderr()), 2),
        (_test_cell(_error()), 0),
        (_test_cell(_stderr(), _error()), 0),
        (_test_cell(count=None), 0),
        (_test_cell(source="", count=None), 2),
        (_test_cell(_result("0.5")), 0.5),
        (_test_cell(_stderr(), _result("0.5")), 0.5),
        (_test_cell(_result("'done'")), 2),
        (_test_cell(_result("17")), 2),
        (_test_cell(_result("-1")), 0),
        (_test_cell(_result("nan")), 0),
        (_test_cell(_result("inf")), 2),
    ],
)
def test_score_of_a_test(cell, score):
    """Do only errors and missing runs cost points, and numbers stay between 0 and the points?"""
    assert automatic_score(cell) == score


@pytest.mark.parametrize(
    ("text", "beside", "score"),
    [
        ("Your answer here.", [], 0),
        ("Your answer here.", ["scan.pdf"], None),
        ("Because.", [], None),
    ],
)
def test_score_of_a_written_answer(text, beside, score):
    """Does only a blank answer have a score, and none when a scan may hold the answer?"""
    data = {"grade_id": "why", "points": 2, "grade": True, "solution": True}
    cell = new_markdown_cell("Your answer here.", metadata={"nbgrader": data})
    data["checksum"] = compute_checksum(cell)
    cell.metadata.nbgrader = data
    cell.source = text
    assert automatic_score(cell, beside) == score
