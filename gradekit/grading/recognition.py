"""Recognizes the cells of a notebook whose marks, nbgrader's metadata, got lost on the way.

Other editors drop metadata, and students paste cells into new notebooks. A cell is known by its
text, by the names that it defines, and in the end by its place between cells that are known.
"""

import re

from gradekit import course

_DEFINED = re.compile(r"^(?:async\s+def|def|class)\s+(\w+)|^(\w+)\s*=[^=]", re.MULTILINE)


def recognize(nb, cells):
    """Mark the cells of a notebook that can be told for one of the assignment's, in place.

    Parameters
    ----------
    nb : NotebookNode
    cells : dict of str to assignment.Cell
        What the notebook should hold, by id, in order.

    Returns
    -------
    list of str
        The ids of the cells that were recognized.
    """
    marked = {course.grade_id(cell) for cell in nb.cells}
    lost = {grade_id: cell for grade_id, cell in cells.items() if grade_id not in marked}
    if not lost or all(course.grade_id(cell) in cells for cell in nb.cells):
        return []
    found = []
    for rule in (_by_text, _by_names, _by_place):
        for grade_id, cell in rule(nb, cells, lost):
            cell.metadata["nbgrader"] = {"grade_id": grade_id}
            del lost[grade_id]
            found.append(grade_id)
    return [grade_id for grade_id in cells if grade_id in found]


def _unmarked(nb, cells):
    return [cell for cell in nb.cells if course.grade_id(cell) not in cells]


def _by_text(nb, cells, lost):
    """A cell with the very text of a lost one, which is the text of no other."""
    texts = {}
    for grade_id, want in lost.items():
        texts.setdefault(_bare(want.released), []).append(grade_id)
    for cell in _unmarked(nb, cells):
        grade_ids = texts.get(_bare(cell.source), [])
        if len(grade_ids) == 1:
            yield texts.pop(_bare(cell.source))[0], cell


def _by_names(nb, cells, lost):
    """A code cell that defines what a lost answer has to define, the only one that does."""
    codes = [cell for cell in _unmarked(nb, cells) if cell.cell_type == "code"]
    defined = [_names(cell.source) for cell in codes]
    for grade_id, want in list(lost.items()):
        names = _names(want.released)
        if want.locked or want.kind != "code" or not names:
            continue
        fits = [cell for cell, has in zip(codes, defined, strict=True) if names <= has]
        if len(fits) == 1 and course.grade_id(fits[0]) not in cells:
            yield grade_id, fits[0]


def _by_place(nb, cells, lost):
    """A cell that stands alone between two known ones, where one is lost between the two."""
    order = list(cells)
    gaps = {}
    for grade_id, place in _gaps([course.grade_id(cell) for cell in nb.cells], cells):
        gaps.setdefault(place, []).append(grade_id)
    for place, numbers in gaps.items():
        before, after = place
        begin = order.index(before) + 1 if before else 0
        end = order.index(after) if after else len(order)
        wanted = [grade_id for grade_id in order[begin:end] if grade_id in lost]
        for kind in ("code", "markdown"):
            want = [i for i in wanted if cells[i].kind == kind and not cells[i].locked]
            have = [nb.cells[n] for n in numbers if nb.cells[n].cell_type == kind]
            if len(want) == len(have) == 1:
                yield want[0], have[0]


def _gaps(grade_ids, cells):
    """(number, (id before, id after)) of every cell that is not known."""
    known = [grade_id if grade_id in cells else None for grade_id in grade_ids]
    for number, grade_id in enumerate(known):
        if grade_id is None:
            before = next((i for i in reversed(known[:number]) if i), None)
            after = next((i for i in known[number:] if i), None)
            yield number, (before, after)


def _bare(text):
    return "".join(text.split())


def _names(source):
    return {name or other for name, other in _DEFINED.findall(source)}
