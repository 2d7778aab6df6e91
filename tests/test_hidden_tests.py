"""The hidden tests: one per grade cell, deterministic, silent about themselves, without flakes."""

import importlib
import inspect
from pathlib import Path

import nbformat
import numpy as np
import pytest

import hidden_tests
from gradekit import course
from nn_utils import CheckFailed

ROOT = Path(__file__).parents[1]
NOTEBOOKS = [
    pytest.param(name, path, id=path.stem, marks=[pytest.mark.skipif(bool(reason), reason=reason)])
    for name in course.assignments(ROOT)
    for reason in [course.reason_to_skip(ROOT, name) or ""]
    for path in course.notebooks(ROOT, name)
]


@pytest.mark.parametrize("assignment, path", NOTEBOOKS)
def test_one_test_per_grade_cell(assignment, path):
    """Are the tests of a module exactly the grade cells of its notebook, each with a question?"""
    module = importlib.import_module(f"hidden_tests.{assignment}.{path.stem}")
    notebook = nbformat.read(path, as_version=4)
    wanted = {course.grade_id(cell) for cell in notebook.cells if course.is_test(cell)}
    tests = {name: f for name, f in vars(module).items() if hasattr(f, "__wrapped__")}
    assert set(tests) == wanted
    assert all(inspect.getdoc(test) for test in tests.values())


@pytest.mark.parametrize("assignment, path", NOTEBOOKS)
def test_no_flakes(assignment, path, seeds, monkeypatch):
    """Does the reference solution pass every hidden test with other random numbers?"""
    monkeypatch.setenv("MPLBACKEND", "Agg")
    namespace = {"__name__": "__main__"}
    tests = []
    for number, cell in enumerate(nbformat.read(path, as_version=4).cells):
        if course.is_test(cell):
            tests.append(cell.source)
        elif course.is_nbgrader_code(cell):
            exec(as_cell(cell.source, f"<{path.stem} {number}>"), namespace)
    for seed in range(seeds):
        monkeypatch.setattr(hidden_tests, "SEED", seed)
        for source in tests:
            try:
                exec(as_cell(source, "<test>"), namespace)
            except CheckFailed as failure:
                pytest.fail(f"seed {seed}: {failure}")


def as_cell(source, filename):
    import linecache

    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
    return compile(source, filename, "exec")


@hidden_tests.hidden_test
def draws(rng, answer):
    """A test that only hands out its random numbers."""
    answer(rng.integers(10**9))


def test_grading_twice_gives_the_same_numbers():
    """Does a test draw the same numbers every time?"""
    seen = []
    draws(seen.append)
    draws(seen.append)
    assert seen[0] == seen[1]


def test_random_state_is_given_back():
    """Can a test, or a student's function in it, change the random numbers of later cells?"""
    np.random.seed(5)
    before = np.random.get_state()[1].copy()
    draws(lambda _: np.random.seed(0))
    assert (np.random.get_state()[1] == before).all()


def test_an_exception_shows_no_line_of_the_test():
    """Does an unforeseen exception in a hidden test come out as one sentence?"""

    def broken(_):
        raise KeyError("a line of the test")

    with pytest.raises(CheckFailed) as failure:
        draws(broken)
    assert failure.value.__cause__ is None and failure.value.__suppress_context__
    assert "tell your instructor" in str(failure.value)
    assert "a line of the test" not in str(failure.value)
