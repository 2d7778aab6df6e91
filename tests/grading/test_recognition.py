"""Are cells recognized that have lost their marks?"""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from gradekit import course
from gradekit.grading.recognition import recognize

from .conftest import cells_named, notebook_of

TEST = """\
assert double(2) == 4
### BEGIN HIDDEN TESTS
assert double(21) == 42
### END HIDDEN TESTS"""


@pytest.fixture
def cells():
    return cells_named(
        *("text1", "answer1", "check1", "test1", "text2", "written1", "answer2", "test2"),
        answer1="def double(x):\n    # YOUR CODE HERE",
        answer2="half = None",
        written1="YOUR ANSWER HERE",
        test1=TEST,
    )


def _without_marks(cells):
    nb = notebook_of(cells)
    for cell in nb.cells:
        del cell.metadata["nbgrader"]
    return nb


def _ids(nb):
    return [course.grade_id(cell) for cell in nb.cells]


def test_untouched_cells_are_known_by_their_text(cells):
    """Are cells with the text that was handed out known, hidden tests and blanks aside?"""
    nb = _without_marks(cells)
    nb.cells[2].source += "\n\n"
    assert recognize(nb, cells) == list(cells)
    assert _ids(nb) == list(cells)


def test_answers_are_known_by_what_they_define(cells):
    """Is an answer known by the function or variable that it defines, also in another place?"""
    nb = _without_marks(cells)
    nb.cells[1].source = "import math\n\ndef double(x):\n    return x + x"
    nb.cells[6].source = "half = 0.5"
    nb.cells.insert(0, nb.cells.pop(6))
    recognize(nb, cells)
    assert _ids(nb) == ["answer2", *(name for name in cells if name != "answer2")]


def test_written_answers_are_known_by_their_place(cells):
    """Is a text that stands where an answer belongs that answer?"""
    nb = _without_marks(cells)
    nb.cells[5].source = "Because of the weather."
    recognize(nb, cells)
    assert _ids(nb) == list(cells)


def test_two_texts_in_one_place_are_not_told_apart(cells):
    """Is nothing guessed where two texts could be the answer?"""
    nb = _without_marks(cells)
    nb.cells[5].source = "Because."
    nb.cells.insert(5, new_markdown_cell("First, a thought."))
    assert "written1" not in recognize(nb, cells)


def test_two_definitions_are_not_told_apart(cells):
    """Is nothing guessed where two cells define the function?"""
    nb = _without_marks(cells)
    nb.cells[1].source = "def double(x):\n    return x + x"
    nb.cells.insert(2, new_code_cell("def double(x):\n    return 2 * x"))
    assert "answer1" not in recognize(nb, cells)


def test_marked_cells_are_left_alone(cells):
    """Is nothing looked for when all cells are there, whatever a student's own cells define?"""
    nb = notebook_of(cells)
    nb.cells.append(new_code_cell("def double(x):\n    return x"))
    assert recognize(nb, cells) == []


def test_only_lost_cells_are_looked_for(cells):
    """Does a cell that kept its marks keep them when another has lost its own?"""
    nb = notebook_of(cells)
    del nb.cells[3].metadata["nbgrader"]
    assert recognize(nb, cells) == ["test1"]
    assert _ids(nb) == list(cells)
