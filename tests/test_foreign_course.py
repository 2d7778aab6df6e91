"""A course that is not ours, on general Python with bare asserts: does the engine grade it right?

The course and its submissions stand in tests/files/foreign_course, one file per notebook; each test
cell there is about one idiom of tests. What stock nbgrader makes of the same is in
test_same_grades.py.
"""

import json

import nbformat
import pytest
from nbformat.v4 import new_notebook

from benchmarks import submissions, written
from benchmarks.compare_with_stock import grade_with_engine
from benchmarks.grading import ENGINE
from gradekit import course
from gradekit.execution.job import Job
from gradekit.execution.rehearsal import rehearse

NOTEBOOKS = written.notebooks()
# Marked to run together with the answers, because a later test that is marked uses its names.
NEEDED_BY_OTHERS = {"later_setup"}
# What does not work together either: a folder that an earlier test made, which ran apart, and the
# `open` that IPython puts into the namespace of a cell.
LEFT_TO_HUMANS = {"writing_chdir", "dialogue_open"}
CASES = [
    pytest.param(notebook, submission, id=f"{notebook.name}-{submission.student}")
    for notebook in NOTEBOOKS
    for submission in notebook.submissions
]


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """What the engine made of all submissions."""
    root = tmp_path_factory.mktemp("foreign") / "course"
    return grade_with_engine(submissions.lay_out_foreign, submissions.of_foreign_course(), root)


def test_every_test_cell_is_about_an_idiom():
    """Does each test cell say which idiom it uses, in words that no other has?"""
    idioms = [idiom for notebook in NOTEBOOKS for idiom in notebook.idioms.values()]
    assert len(idioms) == sum(len(notebook.points) for notebook in NOTEBOOKS)
    assert len(set(idioms)) == len(idioms) >= 240


def test_every_test_cell_is_failed_by_somebody():
    """Does each test tell right from wrong, with a few exceptions that are about output?"""
    never = set()
    for notebook in NOTEBOOKS:
        failed = {name for one in notebook.submissions for name in one.left}
        never |= set(notebook.points) - failed
    assert len(never) <= 13, never


@pytest.mark.parametrize(("notebook", "submission"), CASES)
def test_points(notebook, submission, graded):
    """Does every test cell give the points that the submission is known to deserve?"""
    scores = graded[notebook.assignment, submission.student][notebook.name].scores
    found = {name: scores[name] for name in notebook.points}
    expected = notebook.expected(submission, ENGINE)
    assert found == {
        name: (0.0, True) if name in LEFT_TO_HUMANS else (points, False)
        for name, points in expected.items()
    }


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.name)
def test_tests_that_need_one_process_are_reported(notebook):
    """Does a rehearsal name exactly those tests that are marked to run together with answers?"""
    cells = [nbformat.from_dict(cell) for cell in notebook.cells]
    marked = {cell.metadata.nbgrader.grade_id for cell in cells if course.runs_together(cell)}
    for cell in cells:
        cell.metadata.pop("gradekit", None)
    text = json.dumps(new_notebook(cells=cells))
    beside = written.FOREIGN / notebook.assignment
    files = {
        path.relative_to(beside).as_posix(): path.read_bytes()
        for path in beside.rglob("*")
        if path.is_file() and path.suffix != ".md"
    }
    name = f"source/{notebook.assignment}/{notebook.name}"
    found = rehearse(Job(name, text, text, files=files, given=frozenset(files)))
    needed = {*found.together, *(NEEDED_BY_OTHERS & marked)}
    assert (needed, found.failed, found.fault) == (marked, {}, None)


def test_manual_answers_wait_for_a_human(graded):
    """Are answers in words and tasks left to a human, in code cells as well?"""
    scores = graded["python_basics", "ben"]["answers"].scores
    assert {name: scores[name] for name in ("why", "own_example", "project")} == dict.fromkeys(
        ("why", "own_example", "project"), (None, True)
    )
