"""Which cells depend on which."""

import inspect

import pytest

from gradekit.bank.cell_graph import CodeCell, affected, names_of, needed


@pytest.mark.parametrize(
    ("text", "bound", "read"),
    [
        ("x = y", {"x"}, {"y"}),
        ("x += 1", {"x"}, {"x"}),
        ("x[0] = 1", {"x"}, {"x"}),
        ("x.part[0] = 1", {"x"}, {"x"}),
        ("import a.b as c, d.e\nfrom f import g", {"c", "d", "g"}, set()),
        ("from h import hidden\nhidden.test(f)", {"hidden"}, {"f"}),
        ("def f(x):\n    y = x\n    return f(y) + g", {"f"}, {"g"}),
        ("def f():\n    global x\n    x = 1", {"f", "x"}, set()),
        ("class A(B):\n    def m(self):\n        return A, c", {"A"}, {"B", "c"}),
        ("y = [i for i in x if i > limit]", {"y"}, {"x", "limit"}),
        ("steps = [lambda x, a: np.log(x - a)]", {"steps"}, {"np"}),
        ("if (n := len(x)):\n    y = n", {"n", "y"}, {"len", "n", "x"}),
        ("this is no Python", set(), set()),
    ],
)
def test_names(text, bound, read):
    """Are the global names that a cell binds and reads found?"""
    assert names_of(text) == (bound, read)


def cell(cell_id, text):
    return CodeCell(cell_id, inspect.cleandoc(text), False, False, *names_of(text))


CELLS = [
    cell("setup", "import numpy as np"),
    cell("first", "def first(x): return np.sum(x)"),
    cell("note", "print('nothing bound')"),
    cell("second", "def second(x): return first(x)"),
    cell("other", "value = 3"),
    cell("test", "assert second(1)"),
    cell("other_test", "assert value"),
]


def ids(cells):
    return [one.id for one in cells]


def test_affected():
    """Are all later cells found that depend on a cell, through others too, and no more?"""
    assert ids(affected(CELLS, "first")) == ["second", "test"]
    assert ids(affected(CELLS, "other")) == ["other_test"]


def test_needed():
    """Are the cells found that a test needs, in their order?"""
    assert ids(needed(CELLS, [CELLS[5]])) == ["setup", "first", "second", "test"]
    assert ids(needed(CELLS, [CELLS[6]])) == ["other", "other_test"]


def test_answer_that_binds_something_else():
    """Does an answer affect the readers of the name it forgets, and of the names it adds?"""
    wrong = CELLS[1].replaced("def fist(x): return 1\nvalue = 4")
    cells = [CELLS[0], wrong, *CELLS[2:4], *CELLS[5:]]
    assert ids(affected(cells, "first")) == ["second", "test", "other_test"]
