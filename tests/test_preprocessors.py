"""Tests of the steps of autograding that differ from nbgrader's, one by one.

test_grade.py has what they do together, to the submissions of a class.
"""

import copy
import logging
import random

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader import preprocessors
from nbgrader.nbgraderformat import MetadataValidator

from gradekit import course
from gradekit.preprocessors import Execute, HideTests, RestoreCells, SaveAutoGrades
from gradekit.preprocessors.hidetests import NOTE

ROLES = {  # grade, solution, locked, cell type
    "text": (False, False, True, "markdown"),
    "answer": (False, True, False, "code"),
    "check": (False, False, True, "code"),
    "test": (True, False, True, "code"),
    "written": (True, True, False, "markdown"),
}


def _wanted(*names):
    """What the gradebook says about cells that are named by their role and a number."""
    wanted = {}
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
        wanted[name] = {"metadata": metadata, "source": f"# {name} of the source"}
    return wanted


SOURCE = _wanted(
    *("text1", "answer1", "check1", "test1", "test2"),
    *("text2", "written1", "answer2", "test3", "text3"),
)


def _submission(wanted):
    cells = []
    for number, want in enumerate(wanted.values()):
        make = new_code_cell if want["metadata"]["cell_type"] == "code" else new_markdown_cell
        metadata = {"nbgrader": copy.deepcopy(want["metadata"])}
        cells.append(make(want["source"], id=f"cell-{number}", metadata=metadata))
    return new_notebook(cells=cells)


def _ids(nb):
    return [course.grade_id(cell) for cell in nb.cells]


def _ruin(nb, chance):
    """Delete, copy, move, retype and relabel cells as no student would on purpose."""
    for _ in range(chance.randrange(1, 12)):
        cells = nb.cells
        act = chance.choice(["delete", "copy", "move", "metadata", "retype", "own", "forget"])
        if act == "own" or not cells:
            cells.insert(chance.randrange(len(cells) + 1), new_code_cell("own = 1"))
            continue
        cell = chance.choice(cells)
        if act == "delete":
            cells[:] = [other for other in cells if other is not cell]
        elif act == "copy":
            cells.insert(chance.randrange(len(cells) + 1), copy.deepcopy(cell))
        elif act == "move":
            chance.shuffle(cells)
        elif act == "metadata":
            cell.metadata["nbgrader"] = chance.choice([{}, {"grade_id": "unknown"}, {"points": 99}])
        elif act == "retype":
            cell.cell_type = chance.choice(["code", "markdown", "raw"])
        else:
            cell.metadata.pop("nbgrader", None)


def test_ruined_notebooks_are_restored():
    """Does every test stand once, unchanged, whatever happened to a notebook's cells?"""
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)
    for _ in range(300):
        nb = _submission(SOURCE)
        _ruin(nb, chance)
        RestoreCells().restore(nb, SOURCE)
        MetadataValidator().validate_nb(nb)
        ids = _ids(nb)
        for name, want in SOURCE.items():
            if want["metadata"]["locked"] or want["metadata"]["grade"]:
                assert ids.count(name) == 1
        for cell in nb.cells:
            if course.grade_id(cell):
                want = SOURCE[course.grade_id(cell)]
                assert cell.metadata.nbgrader == want["metadata"]
                assert cell.cell_type == want["metadata"]["cell_type"]
                assert not want["metadata"]["locked"] or cell.source == want["source"]


def test_untouched_notebook_stays():
    """Is a notebook whose cells are all there left as it is?"""
    nb = _submission(SOURCE)
    before = copy.deepcopy(nb)
    RestoreCells().restore(nb, SOURCE)
    assert nb == before


def test_missing_test_stands_below_the_answer():
    """Does a test come back below everything that the student wrote for it?"""
    nb = _submission(_wanted("text1", "answer1", "text2"))
    nb.cells.insert(2, new_code_cell("def f(): pass  # the answer"))
    RestoreCells().restore(nb, _wanted("text1", "answer1", "test1", "test2", "text2"))
    assert _ids(nb) == ["text1", "answer1", None, "test1", "test2", "text2"]


def test_everything_missing():
    """Do all cells come back, in order, when a notebook has none of them?"""
    nb = new_notebook(cells=[new_code_cell("own = 1")])
    RestoreCells().restore(nb, SOURCE)
    assert _ids(nb) == [None, *(name for name in SOURCE if not name.startswith("answer"))]


def test_deleted_answer_is_not_undone():
    """Is the empty answer kept away, which would hide a function defined in another cell?"""
    nb = _submission(_wanted("text1", "test1"))
    nb.cells.insert(1, new_code_cell("def f(): pass"))
    RestoreCells().restore(nb, _wanted("text1", "answer1", "test1"))
    assert _ids(nb) == ["text1", None, "test1"]


@pytest.mark.parametrize("answered", [0, 1])
def test_copied_answer(answered):
    """Of two cells for one answer, is the one graded in which something was written?"""
    nb = _submission(_wanted("written1"))
    nb.cells.append(copy.deepcopy(nb.cells[0]))
    nb.cells[answered].source = "Because."
    RestoreCells().restore(nb, _wanted("written1"))
    ids = [None, None]
    ids[answered] = "written1"
    assert _ids(nb) == ids


def test_notebook_of_an_old_format():
    """Does a notebook without cell ids stay valid when a cell comes back?"""
    nb = _submission(_wanted("text1", "test1"))
    nb.nbformat_minor = 4
    for cell in nb.cells:
        del cell["id"]
    RestoreCells().restore(nb, SOURCE)
    nbformat.validate(nb)


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
    assert SaveAutoGrades()._test_score(cell) == score


def test_too_many_points_are_logged(caplog):
    """Does an instructor find out that a test gives more points than it has?"""
    with caplog.at_level(logging.WARNING):
        SaveAutoGrades()._test_score(_test_cell(_result("17")))
    assert "test gives 17.0 of 2.0 points" in caplog.text


@pytest.mark.parametrize("failures", [2, 3])
def test_kernel_that_does_not_start(monkeypatch, failures):
    """Is a kernel that does not start started again, and given up in the end?"""
    starts = []

    def preprocess(self, nb, resources, **kwargs):
        starts.append(nb)
        if len(starts) <= failures:
            raise RuntimeError("Kernel died before replying to kernel_info")
        return nb, resources

    monkeypatch.setattr(preprocessors.Execute, "preprocess", preprocess)
    if failures == 3:
        with pytest.raises(RuntimeError, match="kernel_info"):
            Execute().preprocess(new_notebook(), {})
    else:
        Execute().preprocess(new_notebook(), {})
    assert len(starts) == 3


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
        resources = {"nbgrader": {"assignment": "one"}}
        HideTests(hidden_tests=str(folder)).preprocess(new_notebook(cells=cells), resources)
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
    assert hide(_stderr(text)).text == "before\nafter\n"


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
