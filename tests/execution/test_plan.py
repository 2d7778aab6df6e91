"""Does a test cell get its names from where the source says, whatever the student does to them?"""

import nbformat.v4 as v4
import pytest

from gradekit.execution import plan
from gradekit.execution.names import Names


def notebook(*cells):
    """A source notebook from pairs of a kind and a text."""
    made = []
    for number, (kind, text) in enumerate(cells):
        cell = v4.new_code_cell(text)
        if kind != "plain":
            cell.metadata["nbgrader"] = {
                "grade_id": f"cell{number}",
                "solution": kind == "solution",
                "grade": kind == "test",
                "locked": kind not in ("solution", "unlocked"),
            }
        made.append(cell)
    return v4.new_notebook(cells=made)


def _compiled(text, distance):
    return compile(text, f"<{distance} cells before>", "exec")


def provided(cells, student):
    """What the last cell, a test, finds in its namespace.

    `student` is what the student's cells define.
    """
    source = notebook(*cells)
    known, namespace = plan.Plan.from_json(plan.of(source).to_json()), {}

    def fetch(name):
        if name not in student:
            raise NameError(name)
        return student[name]

    names = Names(known, namespace, fetch, _compiled)
    names.provide(cells[-1][1])
    return namespace


def test_does_a_solution_s_name_come_from_the_student():
    cells = [("solution", "x = 1"), ("test", "assert x == 1")]
    assert provided(cells, {"x": 5})["x"] == 5


def test_does_an_import_come_from_the_source_whatever_the_student_calls_np():
    cells = [("plain", "import math as m"), ("solution", "x = 1"), ("test", "m.sqrt(x)")]
    assert provided(cells, {"x": 1, "m": "fake"})["m"].sqrt(4) == 2


def test_does_an_import_in_a_solution_cell_come_from_the_source():
    cells = [("solution", "import math\nx = math.pi"), ("test", "math.isclose(x, 3)")]
    assert provided(cells, {"x": 1, "math": "fake"})["math"].pi > 3


def test_does_a_read_only_cell_run_again_for_the_test():
    cells = [("locked", "data = [1, 2]\nmore = data * 2"), ("test", "assert len(more) == 4")]
    assert provided(cells, {"data": [], "more": []})["more"] == [1, 2, 1, 2]


def test_does_a_helper_get_what_it_uses():
    cells = [
        ("locked", "import math"),
        ("locked", "limit = math.floor(2.5)"),
        ("locked", "def check(x):\n    assert x <= limit"),
        ("solution", "x = 1"),
        ("test", "check(x)"),
    ]
    found = provided(cells, {"x": 1, "limit": 100})
    found["check"](2)
    with pytest.raises(AssertionError):
        found["check"](3)


@pytest.mark.parametrize("kind, found", [("unlocked", "ada"), ("plain", "")])
def test_is_what_a_student_types_an_answer_where_the_source_says_so(kind, found):
    cells = [(kind, 'ID = ""'), ("test", "print(ID)")]
    assert provided(cells, {"ID": "ada"})["ID"] == found


def test_does_a_given_function_stay_as_it_was_given():
    text = "def close(a, b):\n    return a == b"
    cells = [("plain", text), ("solution", "x = 1"), ("test", "assert close(x, 2)")]
    found = provided(cells, {"x": 1, "close": lambda a, b: True})
    assert not found["close"](1, 2)


def test_does_the_cell_before_the_test_decide_when_a_name_is_bound_twice():
    cells = [
        ("solution", "x = 1"),
        ("test", "assert x"),
        ("locked", "x = 10"),
        ("test", "assert x == 10"),
    ]
    assert provided(cells, {"x": 5})["x"] == 10


def test_is_a_name_that_the_student_lacks_left_out():
    cells = [("solution", "x = 1"), ("test", "assert x == 1")]
    assert "x" not in provided(cells, {})


def test_is_a_read_only_cell_run_with_what_the_student_defined():
    cells = [
        ("solution", "def f(x):\n    return x"),
        ("locked", "table = [f(k) for k in range(3)]"),
        ("test", "assert table"),
    ]
    assert provided(cells, {"f": lambda x: -x, "table": "fake"})["table"] == [0, -1, -2]


def test_do_test_cells_with_one_text_run_in_their_order():
    cells = [
        ("locked", "y = 1"),
        ("test", "assert y"),
        ("locked", "y = 2"),
        ("test", "assert y"),
    ]
    known, namespace = plan.of(notebook(*cells)), {}
    names = Names(known, namespace, None, _compiled)
    names.provide("assert y")
    assert namespace["y"] == 1
    names.provide("assert y")
    assert namespace["y"] == 2


def test_are_magics_no_obstacle():
    cells = [("locked", "%matplotlib inline\nimport math\nz = 3"), ("test", "%time assert z == 3")]
    assert plan.of(notebook(*cells)).cells[-1].reads >= {"get_ipython"}
    assert "z" in plan.of(notebook(*cells)).cells[0].binds


def test_which_special_methods_do_the_classes_that_are_asked_for_have():
    text = (
        "import functools, dataclasses\n"
        "class A:\n    def __add__(self, other): ...\n"
        "class B(A):\n    __len__ = None\n"
        "@functools.total_ordering\nclass C:\n    def __lt__(self, other): ...\n"
        "@dataclasses.dataclass\nclass D:\n    x: int\n"
    )
    specials = plan.of(notebook(("solution", text))).specials
    assert specials["A"] == {"__add__"}
    assert specials["B"] == {"__add__", "__len__"}
    assert specials["C"] >= {"__lt__", "__le__", "__gt__", "__ge__"}
    assert "__eq__" in specials["D"]
