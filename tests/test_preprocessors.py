"""Do the outputs of graded notebooks keep the hidden tests to themselves?

test_grade.py has what all steps of grading do together, to the submissions of a class.
"""

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from gradekit.preprocessors import HideTests
from gradekit.preprocessors.hidetests import NOTE

HIDDEN_SOURCE = """\
def test(f):
    k = 41
    for improbable in (k, 17):
        assert f(improbable) == 4711, "the answer for a prime number is wrong"
"""
TEST_CELL = """\
# Hidden tests: primes.
### BEGIN HIDDEN TESTS
from hidden_tests.one import two as hidden
hidden.test(f)
### END HIDDEN TESTS"""


@pytest.fixture
def hide(tmp_path):
    """Cleans one output of a notebook with the tests above; returns what is left of it."""
    folder = tmp_path / "hidden_tests"
    (folder / "one").mkdir(parents=True)
    (folder / "one" / "two.py").write_text(HIDDEN_SOURCE, encoding="utf-8")

    def clean(output):
        cells = [new_code_cell("def f(x):\n    return 1 / 0"), new_code_cell(TEST_CELL)]
        cells[1].outputs = [output]
        resources = {"nbgrader": {"assignment": "one"}, "gradekit": {"root": str(tmp_path)}}
        HideTests().preprocess(new_notebook(cells=cells), resources)
        return cells[1].outputs[0]

    return clean


def _frames():
    return [
        "-" * 75,
        "ZeroDivisionError                         Traceback (most recent call last)",
        "Cell In[2], line 4\n      2 ### BEGIN HIDDEN TESTS\n      3 from hidden_tests.one import "
        "two as hidden\n----> 4 \x1b[34mhidden\x1b[39m.test(f)",
        "File ~/course/hidden_tests/one/two.py:4, in test(f)\n      2 k = 41\n----> 4     assert "
        "f(improbable) == \x1b[32m4711\x1b[39m",
        "Cell In[1], line 2, in f(x)\n      1 def f(x):\n----> 2     return 1 / 0",
        "ZeroDivisionError: division by zero",
    ]


def test_traceback_through_a_test(hide):
    """Does a traceback keep the student's frames and the message, and lose the test's?"""
    error = new_output(
        "error", ename="ZeroDivisionError", evalue="division by zero", traceback=_frames()
    )
    assert hide(error).traceback == [_frames()[4], _frames()[5], NOTE]


def test_traceback_of_the_student(hide):
    """Is a traceback that shows no test left as it is?"""
    frames = [*_frames()[:2], *_frames()[4:]]
    error = new_output("error", ename="ZeroDivisionError", evalue="", traceback=frames)
    assert hide(error).traceback == frames


def test_report_of_a_check(hide):
    """Is the report of a failed check, which has no frames, left as it is?"""
    report = ["f(3) is 2, expected 4", "Which sign has the exponent?"]
    error = new_output("error", ename="CheckFailed", evalue="\n".join(report), traceback=report)
    assert hide(error).traceback == report


def test_warning_inside_a_test(hide):
    """Does a warning lose the place in the hidden test, and other text stay?"""
    text = (
        "before\n/course/hidden_tests/one/two.py:4: RuntimeWarning: overflow\n"
        '  assert f(improbable) == 4711, "the answer for a prime number is wrong"\nafter\n'
    )
    assert hide(new_output("stream", name="stderr", text=text)).text == "before\nafter\n"


@pytest.mark.parametrize("wrap", [str, repr, lambda text: text.replace("\n", "\n>>> ")])
def test_printed_test(hide, wrap):
    """Is the text of a hidden test taken out when a student prints it?"""
    left = hide(new_output("stream", name="stdout", text=wrap(HIDDEN_SOURCE) + "\nend")).text
    assert "improbable" not in left and "4711" not in left
    assert left.endswith("end")


def test_returned_test(hide):
    """Is the text of a hidden test taken out of a cell's result, and a picture left alone?"""
    data = {"text/plain": HIDDEN_SOURCE, "image/png": "iVBORw0KGgo="}
    left = hide(new_output("display_data", data)).data
    assert "4711" not in left["text/plain"]
    assert left["image/png"] == "iVBORw0KGgo="
