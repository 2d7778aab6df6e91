"""What the gradebook and the course's folder say about an assignment; read once, used for all."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.api import MissingEntry
from nbgrader.nbgraderformat import MetadataValidator

from gradekit import course
from gradekit.execution.job import Modules
from gradekit.grading import folders, modules
from gradekit.pdf.redact import without_regions

_PYTHON = {"", "python", "python3", "ipython"}
_PYTHON_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


@dataclass(frozen=True)
class Cell:
    """A cell as the gradebook has it.

    Attributes
    ----------
    metadata : dict
        What belongs under "nbgrader" in the cell's metadata.
    source : str
        The text: hidden tests and mark schemes in it, solutions not.
    """

    metadata: dict
    source: str

    @property
    def released(self):
        """The text that students got."""
        return without_regions(self.source)[0]

    @property
    def locked(self):
        return self.metadata["locked"]

    @property
    def graded(self):
        return self.metadata["grade"]

    @property
    def kind(self):
        """Is it "code" or "markdown"?"""
        return self.metadata["cell_type"]


@dataclass(frozen=True)
class Notebook:
    """One of an assignment's notebooks.

    Attributes
    ----------
    name : str
    cells : dict of str to Cell
        The cells that the gradebook knows, by id, in the order of the source.
    kernelspec : dict
    source : str
        The instructor's notebook as JSON, its locked cells as the gradebook has them.
    extra_credit : dict of str to float
        Points on top of the total, by id.
    together : frozenset of str
        Ids of test cells that run in the student's process, because the source says so.
    modules : gradekit.execution.job.Modules
    id : str
        What the gradebook's rows call it.
    grades, comments : dict of str to str
        Ids of the cells that have a grade, and of those that have a comment, by what the
        gradebook's rows call them.
    """

    name: str
    cells: dict
    kernelspec: dict = field(default_factory=lambda: dict(_PYTHON_KERNEL))
    source: str = "{}"
    extra_credit: dict = field(default_factory=dict)
    together: frozenset = frozenset()
    modules: Modules = field(default_factory=Modules)
    id: str = ""
    grades: dict = field(default_factory=dict)
    comments: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Assignment:
    """An assignment.

    Attributes
    ----------
    name : str
    notebooks : dict of str to Notebook
        By name, sorted.
    files : dict of str to bytes
        What lies beside the notebooks in source/, by relative path.
    id : str
        What the gradebook's rows call it.
    """

    name: str
    notebooks: dict
    files: dict
    id: str = ""

    @property
    def module_names(self):
        """Top-level names of the course's modules that its notebooks import."""
        paths = (path for notebook in self.notebooks.values() for path in notebook.modules.files)
        return {path.partition("/")[0].removesuffix(".py") for path in paths}


def read(gradebook, coursedir, name):
    """Everything that grading an assignment needs to know about it.

    Parameters
    ----------
    gradebook : nbgrader.api.Gradebook
    coursedir : nbgrader.coursedir.CourseDirectory
    name : str

    Raises
    ------
    CourseError
        If the gradebook or source/ lacks the assignment or one of its notebooks, or a notebook is
        not for Python.
    """
    try:
        entry = gradebook.find_assignment(name)
    except MissingEntry:
        entry = None
    if entry is None or not entry.notebooks:
        raise course.CourseError(
            f"The gradebook has no notebook of an assignment {name!r}; "
            f"register it first: nbgrader generate_assignment {name}"
        )
    source = Path(coursedir.format_path(coursedir.source_directory, ".", name))
    others = {path.name for path in source.parent.glob("*/")} - {name}
    notebooks = [_notebook(row, source, Path(coursedir.root), others) for row in entry.notebooks]
    files, left_out = folders.read(source, coursedir.ignore)
    for file, reason in left_out.items():
        raise course.CourseError(f"{source / file} {reason}; notebooks cannot be given it.")
    return Assignment(name, {notebook.name: notebook for notebook in notebooks}, files, entry.id)


def _notebook(row, folder, root, others):
    path = folder / f"{row.name}.ipynb"
    source = course.read_notebook(path)
    _refuse_other_languages(source, path)
    cells = _in_source_order(_cells(row), source)
    for cell in source.cells:
        known = cells.get(course.grade_id(cell))
        if known and known.locked:  # nbgrader may have written tests into it
            cell.source = known.source
    return Notebook(
        name=row.name,
        cells=cells,
        kernelspec=json.loads(row.kernelspec or "{}") or dict(_PYTHON_KERNEL),
        source=json.dumps(source),
        extra_credit={course.grade_id(cell): course.extra_credit(cell) for cell in source.cells},
        together=frozenset(
            course.grade_id(cell) for cell in source.cells if course.runs_together(cell)
        ),
        modules=modules.of_notebook(root, others, source.cells),
        id=row.id,
        grades={cell.id: cell.name for cell in row.grade_cells + row.task_cells},
        comments={cell.id: cell.name for cell in row.solution_cells + row.task_cells},
    )


def _refuse_other_languages(source, path):
    kernel = source.metadata.get("kernelspec", {})
    language = kernel.get("language") or source.metadata.get("language_info", {}).get("name", "")
    if language.lower() not in _PYTHON:
        raise course.CourseError(
            f"{path} is written in {language}, and this engine runs Python only: "
            "grade the assignment without gradekit.install(c)."
        )


def _cells(row):
    """The gradebook's knowledge of a notebook's cells."""
    points = {cell.name: cell.max_score for cell in row.grade_cells}
    points_of_tasks = {cell.name: cell.max_score for cell in row.task_cells}
    solutions = {cell.name for cell in row.solution_cells}
    found = {}
    for cell in row.source_cells:
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
        found[cell.name] = Cell(metadata, cell.source)
    return found


def _in_source_order(cells, source):
    """The gradebook keeps no order; the source notebook has it."""
    order = [course.grade_id(cell) for cell in source.cells]
    place = {grade_id: number for number, grade_id in enumerate(order)}
    return dict(sorted(cells.items(), key=lambda item: place.get(item[0], len(place))))
