"""Brings a submitted notebook's cells back to what the gradebook says about them."""

from nbformat.v4 import new_code_cell, new_markdown_cell

from gradekit import course
from gradekit.grading.folders import shown


def restore(nb, cells):
    """Let every cell that the gradebook knows stand once in a notebook, as the gradebook has it.

    A submission's nbgrader metadata decides nothing: it is written anew, and cells with unknown
    ids lose it. This takes the place of nbgrader's DeduplicateIds and OverwriteCells, which abort
    on notebooks that have lost a locked text cell, and on duplicated cells.

    Parameters
    ----------
    nb : NotebookNode
        Changed in place.
    cells : dict of str to assignment.Cell
        By id, in the source's order.

    Returns
    -------
    list of str
        What was repaired, in sentences.
    """
    chosen, copied = _choose(nb.cells, cells)
    for cell in nb.cells:
        grade_id = course.grade_id(cell)
        if chosen.get(grade_id) is cell:
            _restore(cell, cells[grade_id])
        else:
            cell.metadata.pop("nbgrader", None)
    missing = _add_missing(nb, cells, chosen)
    told = []
    if copied:
        told.append(f"More than one copy; the first with an answer counts: {_all(copied)}.")
    if missing:
        told.append(f"Missing, and brought back as handed out: {_all(missing)}.")
    return told


def _all(grade_ids):
    return ", ".join(shown(grade_id) for grade_id in grade_ids)


def _choose(nb_cells, cells):
    """Of cells with the same id, the first that holds an answer; if none does, the first."""
    chosen, copied = {}, {}
    for cell in nb_cells:
        grade_id = course.grade_id(cell)
        if grade_id not in cells:
            continue
        if grade_id not in chosen:
            chosen[grade_id] = cell
            continue
        copied[grade_id] = True
        want = cells[grade_id]
        if not _is_answer(chosen[grade_id], want) and _is_answer(cell, want):
            chosen[grade_id] = cell
    return chosen, list(copied)


def _restore(cell, want):
    cell.metadata["nbgrader"] = dict(want.metadata)
    if cell.cell_type != want.kind:
        _change_type(cell, want.kind)
    if want.locked:  # this also brings the hidden tests back
        cell.source = want.source


def _add_missing(nb, cells, chosen):
    """Put missing cells before the cell that follows them in the source; returns their ids.

    What a student wrote for a test stands above the next cell of the source, not always right
    below the last one. A cell with a solution is not brought back unless it is graded: the answer
    may stand in another cell, which the empty one would undo.
    """
    following, missing = None, []
    for grade_id, want in reversed(cells.items()):
        cell = chosen.get(grade_id)
        if cell is None and (want.locked or want.graded):
            missing.insert(0, grade_id)
            cell = _new_cell(want, nb)
            nb.cells.insert(_index(nb.cells, following), cell)
        following = cell or following
    return missing


def _is_answer(cell, want):
    """Does this cell hold something that a student wrote?"""
    return not want.locked and cell.source != want.source


def _change_type(cell, cell_type):
    cell.cell_type = cell_type
    if cell_type == "code":
        cell.outputs, cell.execution_count = [], None
        cell.pop("attachments", None)
    else:
        cell.pop("outputs", None)
        cell.pop("execution_count", None)


def _new_cell(want, nb):
    make = new_code_cell if want.kind == "code" else new_markdown_cell
    cell = make(want.source, metadata={"nbgrader": dict(want.metadata)})
    if nb.nbformat_minor < 5:  # cells have ids from format 4.5 on
        del cell["id"]
    else:
        cell.id = _new_id(want.metadata["grade_id"], {other.get("id") for other in nb.cells})
    return cell


def _new_id(grade_id, taken):
    """An id that is the same each time, so that grading twice gives the same notebook."""
    name = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in grade_id)
    name = f"brought-back-{name}"[:60]
    while name in taken:
        name += "-"
    return name


def _index(nb_cells, following):
    places = [number for number, cell in enumerate(nb_cells) if cell is following]
    return places[0] if places else len(nb_cells)
