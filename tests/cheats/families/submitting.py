"""The notebook's file, and not its code, is what cheats."""
# ruff: noqa

from tests.cheats.collection import cheat

RESTORED = "cells are restored from the source, whatever the submission says"


def _tag(notebook):
    for cell in notebook.cells:
        cell.metadata["tags"] = ["skip-execution", "raises-exception"]


def _other_points(notebook):
    for cell in notebook.cells:
        known = cell.metadata.get("nbgrader", {})
        if known.get("grade"):
            known["points"] = 0 if known["points"] != 4 else 40


def _empty_tests(notebook):
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade") and cell.cell_type == "code":
            cell.source, cell.cell_type = "Done.", "raw"
            cell.pop("outputs", None)
            cell.pop("execution_count", None)


def _tests_first(notebook):
    tests = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade")]
    others = [c for c in notebook.cells if c not in tests]
    notebook.cells = others[:3] + tests + others[3:]


def _tests_twice(notebook):
    """A copy of each test without asserts comes first, with the same id."""
    cells = []
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade") and cell.cell_type == "code":
            double = type(cell)(cell)
            double.metadata = type(cell.metadata)(cell.metadata)
            double.id, double.source = f"double-{len(cells)}", "pass"
            cells.append(double)
        cells.append(cell)
    notebook.cells = cells


def _solution_is_a_test(notebook):
    """The added cell claims to be graded, and the last test claims to be a solution."""
    for cell in notebook.cells:
        known = cell.metadata.get("nbgrader", {})
        if known.get("grade") and cell.cell_type == "code":
            known.update(solution=True, locked=False)
            cell.source = "pass"


@cheat(edit=_tag)
def cells_that_are_skipped():
    """Tags on the cells tell the client not to run them."""


@cheat(files={"arrays.ipynb": "-> ../../../source/hw1/arrays.ipynb"}, notebooks=("objects",))
def link_to_the_solution():
    """The notebook that is handed in is a link to the instructor's."""


@cheat(edit=_other_points, aims_at=RESTORED)
def points_in_the_metadata():
    """The submission says itself what its cells are worth."""


@cheat(edit=_empty_tests, aims_at=RESTORED)
def tests_that_are_text():
    """Test cells are no code any more."""


@cheat(edit=_tests_first, aims_at="which names tests get follows the source")
def tests_before_answers():
    """The tests stand above the answers."""


@cheat(edit=_tests_twice, aims_at=RESTORED)
def tests_that_stand_twice():
    """Each test has a harmless double with the same id above it."""


@cheat(edit=_solution_is_a_test, aims_at=RESTORED)
def tests_that_are_solutions():
    """Tests say that they are the student's to write."""
