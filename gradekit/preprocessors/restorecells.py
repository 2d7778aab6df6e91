"""Brings a submitted notebook's cells back to what the source says about them."""

import os

from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import NbGraderPreprocessor

from gradekit import course


class RestoreCells(NbGraderPreprocessor):
    """Every cell that the gradebook knows stands once in the notebook, as the gradebook has it.

    A submission's nbgrader metadata decides nothing: it is written anew, and cells with unknown
    ids lose it. This takes the place of nbgrader's DeduplicateIds and OverwriteCells, which abort
    on notebooks that have lost a locked text cell, and on duplicated cells.
    """

    def preprocess(self, nb, resources):
        names = resources["nbgrader"]
        with Gradebook(names["db_url"]) as gradebook:
            notebook = gradebook.find_notebook(names["notebook"], names["assignment"])
            wanted = _in_source_order(_wanted_cells(notebook), resources["gradekit"]["source"])
        self.restore(nb, wanted)
        return nb, resources

    def restore(self, nb, wanted):
        """Restore a notebook in place.

        Parameters
        ----------
        nb : nbformat.NotebookNode
        wanted : dict
            {grade_id: {"metadata": ..., "source": ...}}, in the source's order.
        """
        chosen = self._choose(nb.cells, wanted)
        for cell in nb.cells:
            want = wanted.get(course.grade_id(cell))
            if want is not None and chosen[want["metadata"]["grade_id"]] is cell:
                self._restore(cell, want)
            else:
                cell.metadata.pop("nbgrader", None)
        self._add_missing(nb, wanted, chosen)

    def _choose(self, cells, wanted):
        """Of cells with the same id, the first that holds an answer; if none does, the first."""
        chosen = {}
        for cell in cells:
            grade_id = course.grade_id(cell)
            if grade_id not in wanted:
                continue
            if grade_id not in chosen:
                chosen[grade_id] = cell
                continue
            self.log.warning("Cell %s stands more than once", grade_id)
            want = wanted[grade_id]
            if not _is_answer(chosen[grade_id], want) and _is_answer(cell, want):
                chosen[grade_id] = cell
        return chosen

    def _restore(self, cell, want):
        cell.metadata["nbgrader"] = dict(want["metadata"])
        if cell.cell_type != want["metadata"]["cell_type"]:
            _change_type(cell, want["metadata"]["cell_type"])
        if want["metadata"]["locked"]:  # this also brings the hidden tests back
            cell.source = want["source"]

    def _add_missing(self, nb, wanted, chosen):
        """Put missing cells before the cell that follows them in the source.

        What a student wrote for a test stands above the next cell of the source, not always right
        below the last one. A cell with a solution is not brought back unless it is graded: the
        answer may stand in another cell, which the empty one would undo.
        """
        following = None
        for grade_id, want in reversed(wanted.items()):
            cell = chosen.get(grade_id)
            if cell is None and (want["metadata"]["locked"] or want["metadata"]["grade"]):
                self.log.warning("Cell %s was missing: brought back", grade_id)
                cell = _new_cell(want, nb.nbformat_minor)
                nb.cells.insert(_index(nb.cells, following), cell)
            following = cell or following


def _wanted_cells(notebook):
    """The gradebook's knowledge of a notebook's cells: {grade_id: {metadata, source}}."""
    points = {cell.name: cell.max_score for cell in notebook.grade_cells}
    points_of_tasks = {cell.name: cell.max_score for cell in notebook.task_cells}
    solutions = {cell.name for cell in notebook.solution_cells}
    wanted = {}
    for cell in notebook.source_cells:
        metadata = {
            "schema_version": MetadataValidator.schema_version,
            "grade_id": cell.name,
            "grade": cell.name in points,
            "solution": cell.name in solutions,
            "task": cell.name in points_of_tasks,
            "locked": cell.locked,
            "checksum": cell.checksum,
            "cell_type": cell.cell_type,
        }
        if cell.name in points or cell.name in points_of_tasks:
            metadata["points"] = {**points, **points_of_tasks}[cell.name]
        wanted[cell.name] = {"metadata": metadata, "source": cell.source}
    return wanted


def _in_source_order(wanted, source):
    """The gradebook keeps no order; the source notebook has it."""
    if not os.path.exists(source):
        return wanted
    order = [course.grade_id(cell) for cell in course.read_notebook(source).cells]
    place = {grade_id: number for number, grade_id in enumerate(order)}
    return dict(sorted(wanted.items(), key=lambda item: place.get(item[0], len(place))))


def _is_answer(cell, want):
    """Does this cell hold something that a student wrote?"""
    return not want["metadata"]["locked"] and cell.source != want["source"]


def _change_type(cell, cell_type):
    cell.cell_type = cell_type
    if cell_type == "code":
        cell.outputs, cell.execution_count = [], None
    else:
        cell.pop("outputs", None)
        cell.pop("execution_count", None)


def _new_cell(want, nbformat_minor):
    make = new_code_cell if want["metadata"]["cell_type"] == "code" else new_markdown_cell
    cell = make(want["source"], metadata={"nbgrader": dict(want["metadata"])})
    if nbformat_minor < 5:  # cells have ids from format 4.5 on
        del cell["id"]
    return cell


def _index(cells, following):
    places = [number for number, cell in enumerate(cells) if cell is following]
    return places[0] if places else len(cells)
