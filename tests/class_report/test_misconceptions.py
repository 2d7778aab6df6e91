"""What did the checks name, and how often?"""

import nbformat.v4 as v4
import pytest

from gradekit.class_report.misconceptions import misconceptions

LOOP = """FAIL  softmax  [9 of 9 checks]   no loops
      pattern     {} more Python steps when N grew by 36: there is a loop over the rows of x
                  (list comprehensions, map and apply_along_axis count as loops)
      try         which array operation does all of them at once?"""
SHIFT = """FAIL  logsumexp  [{} of 10 checks]   {}
      input       x = [0.0, 1.0, 2.0]
      yours       1.253681
      expected    2.407606
      pattern     yours = log(max(x) + sum exp(x - max(x))): the shift belongs outside the log
      9 further checks not run until this one passes"""
EMPTY = """FAIL  softmax  [1 of 9 checks]   one row
      error       NotImplementedError:
      meaning     this exercise is still empty: write your answer in its cell"""


def notebook(*messages):
    """A graded notebook whose tests failed with these messages."""
    cells = []
    for number, message in enumerate(messages):
        error = v4.new_output("error", ename="CheckFailed", evalue=message, traceback=[])
        cell = v4.new_code_cell("check()", outputs=[error])
        cell.metadata["nbgrader"] = {"grade": True, "solution": False, "grade_id": f"t{number}"}
        cells.append(cell)
    return v4.new_notebook(cells=cells)


def test_numbers_do_not_tell_apart():
    """Is the same mistake counted once, with the words of one message and all of its lines?"""
    two = notebook(LOOP.format(72)), notebook(LOOP.format(9))
    (found,) = misconceptions(zip(("ada", "bo"), two, strict=True))
    assert found.students == ["ada", "bo"]
    assert (found.exercise, found.check) == ("softmax", "no loops")
    assert found.text.startswith("72 more Python steps")
    assert found.text.endswith("count as loops)")


def test_one_mistake_that_fails_several_tests():
    """Does a student have it once?"""
    messages = SHIFT.format(1, "one row"), SHIFT.format(2, "each axis")
    (found,) = misconceptions([("ada", notebook(*messages))])
    assert (found.students, found.check) == (["ada"], "one row")


def test_most_frequent_first():
    """Does the mistake that most have come first?"""
    shift, loop = SHIFT.format(1, "one row"), LOOP.format(72)
    found = misconceptions([("ada", notebook(shift)), ("bo", notebook(loop, shift))])
    assert [one.exercise for one in found] == ["logsumexp", "softmax"]


@pytest.mark.parametrize("message", [EMPTY, "", "division by zero", "FAIL", "\x1b[31mFAIL\x1b[0m"])
def test_what_is_no_misconception(message):
    """Do empty answers and errors that no check explained stay out?"""
    assert misconceptions([("ada", notebook(message))]) == []


def test_answers_do_not_count():
    """Is what a student's own cell puts out no word of a check?"""
    nb = notebook(LOOP.format(72))
    nb.cells[0].metadata.nbgrader.update(solution=True)
    assert misconceptions([("ada", nb)]) == []
