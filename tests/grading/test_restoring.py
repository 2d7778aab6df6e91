"""Are the cells of a submission brought back to what the gradebook says about them?"""

import copy
import random

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.nbgraderformat import MetadataValidator

from gradekit import course
from gradekit.grading.restoring import restore

from .conftest import cells_named, notebook_of


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


def test_ruined_notebooks_are_restored(source):
    """Does every test stand once, unchanged, whatever happened to a notebook's cells?"""
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)
    for _ in range(300):
        nb = notebook_of(source)
        _ruin(nb, chance)
        restore(nb, source)
        MetadataValidator().validate_nb(nb)
        ids = _ids(nb)
        for name, want in source.items():
            if want.locked or want.graded:
                assert ids.count(name) == 1
        for cell in nb.cells:
            if course.grade_id(cell):
                want = source[course.grade_id(cell)]
                assert cell.metadata.nbgrader == want.metadata
                assert cell.cell_type == want.kind
                assert not want.locked or cell.source == want.source


def test_untouched_notebook_stays(source):
    """Is a notebook whose cells are all there left as it is, with nothing to tell?"""
    nb = notebook_of(source)
    before = copy.deepcopy(nb)
    assert restore(nb, source) == []
    assert nb == before


def test_missing_test_stands_below_the_answer():
    """Does a test come back below everything that the student wrote for it, and is that told?"""
    nb = notebook_of(cells_named("text1", "answer1", "text2"))
    nb.cells.insert(2, new_code_cell("def f(): pass  # the answer"))
    told = restore(nb, cells_named("text1", "answer1", "test1", "test2", "text2"))
    assert _ids(nb) == ["text1", "answer1", None, "test1", "test2", "text2"]
    assert told == ["Missing, and brought back as handed out: test1, test2."]


def test_everything_missing(source):
    """Do all cells come back, in order, when a notebook has none of them?"""
    nb = new_notebook(cells=[new_code_cell("own = 1")])
    restore(nb, source)
    assert _ids(nb) == [None, *(name for name in source if not name.startswith("answer"))]


def test_deleted_answer_is_not_undone():
    """Is the empty answer kept away, which would hide a function defined in another cell?"""
    nb = notebook_of(cells_named("text1", "test1"))
    nb.cells.insert(1, new_code_cell("def f(): pass"))
    restore(nb, cells_named("text1", "answer1", "test1"))
    assert _ids(nb) == ["text1", None, "test1"]


@pytest.mark.parametrize("answered", [0, 1])
def test_copied_answer(answered):
    """Of two cells for one answer, is the one graded in which something was written?"""
    cells = cells_named("written1")
    nb = notebook_of(cells)
    nb.cells.append(copy.deepcopy(nb.cells[0]))
    nb.cells[answered].source = "Because."
    told = restore(nb, cells)
    ids = [None, None]
    ids[answered] = "written1"
    assert _ids(nb) == ids
    assert told == ["More than one copy; the first with an answer counts: written1."]


def test_notebook_of_an_old_format(source):
    """Does a notebook without cell ids stay valid when a cell comes back?"""
    nb = notebook_of(cells_named("text1", "test1"))
    nb.nbformat_minor = 4
    for cell in nb.cells:
        del cell["id"]
    restore(nb, source)
    nbformat.validate(nb)


def test_brought_back_cells_are_always_the_same():
    """Are the ids of cells that come back the same each time, and different from all others?"""
    wanted = cells_named("test1", "test2")
    made = []
    for _ in range(2):
        nb = new_notebook(cells=[new_code_cell("", id="brought-back-test1")])
        restore(nb, wanted)
        nbformat.validate(nb)
        made.append(nb)
    assert made[0] == made[1]
