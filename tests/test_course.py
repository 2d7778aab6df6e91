"""What a course is on disk."""

import inspect
from pathlib import Path

import pytest

from gradekit import course

FILES = Path(__file__).parent / "files"
COURSE = FILES / "bank_course"
SOURCE = COURSE / "source" / "t1_numbers" / "ranges.ipynb"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("not_json", "not JSON"),
        ("json_but_no_notebook", "JSON but not a notebook"),
        ("format_3", "format 4"),
        ("format_9", "notebook"),
        ("no_cells", "notebook"),
        ("missing", "cannot be read"),
    ],
)
def test_bad_notebook_gets_one_sentence(name, words):
    """Does a file that is no notebook give one sentence that names it?"""
    path = FILES / "bad_notebooks" / f"{name}.ipynb"
    with pytest.raises(course.CourseError) as caught:
        course.read_notebook(path)
    text = str(caught.value)
    assert words in text
    assert str(path) in text
    assert "\n" not in text


def test_reads_a_good_notebook():
    """Are the cells of a notebook read in their order?"""
    cells = course.read_notebook(SOURCE).cells
    assert [course.grade_id(cell) for cell in cells][:2] == ["t_intro", "t_setup"]


def test_unknown_assignment_names_the_known_ones():
    """Is a misspelled assignment answered with those that exist?"""
    with pytest.raises(course.CourseError, match=r"'t1_number'.*there are: t1_numbers"):
        course.notebooks(COURSE, "t1_number")


def test_empty_course(tmp_path):
    """Does a folder without source/ have no assignments?"""
    assert course.assignments(tmp_path) == []


def test_folders_without_notebooks_are_no_assignments(tmp_path):
    """Are folders without a notebook, and checkpoints, left out?"""
    (tmp_path / "source" / "pictures").mkdir(parents=True)
    (tmp_path / "source" / "a" / ".ipynb_checkpoints").mkdir(parents=True)
    for name in ("two.ipynb", "one.ipynb", ".hidden.ipynb"):
        (tmp_path / "source" / "a" / name).touch()
    assert course.assignments(tmp_path) == ["a"]
    assert [path.name for path in course.notebooks(tmp_path, "a")] == ["one.ipynb", "two.ipynb"]


def test_kinds_of_cells():
    """Is every kind of cell told from the others?"""
    cells = {course.grade_id(cell): cell for cell in course.read_notebook(SOURCE).cells}
    demonstration = cells.pop(None)
    kinds = {
        "solution": course.is_solution,
        "test": course.is_test,
        "manual": course.is_manual,
        "code": course.is_nbgrader_code,
    }
    found = {
        kind: {name for name in cells if is_kind(cells[name])} for kind, is_kind in kinds.items()
    }
    assert found["solution"] == {"t_span", "t_scaled", "t_facts", "t_why"}
    assert found["test"] == {"t_span_core", "t_span_edges", "t_scaled_core", "t_facts_core"}
    assert found["manual"] == {"t_why"}
    assert found["code"] == found["test"] | {
        "t_setup", "t_span", "t_span_check", "t_scaled", "t_facts",
    }  # fmt: skip
    assert not any(is_kind(demonstration) for is_kind in kinds.values())


def test_solution_lines():
    """Do the lines between the marks count as the solution, and without marks all lines?"""
    marked = inspect.cleandoc(
        """
        def f(x):
            ### BEGIN SOLUTION
            y = x
            return y
            ### END SOLUTION
        """
    )
    assert course.solution_lines(marked) == {3, 4}
    assert course.solution_lines("x = 1\ny = 2") == {1, 2}
