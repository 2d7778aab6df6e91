"""What a course is on disk: assignments, notebooks, and the cells nbgrader knows."""

import importlib.metadata
import re
from pathlib import Path

import nbformat
from packaging.requirements import InvalidRequirement, Requirement

_BEGIN_SOLUTION = "BEGIN SOLUTION"
_END_SOLUTION = "END SOLUTION"
_NUMPY_NUMBER = re.compile(r"np\.[a-z]+\d*\((.+)\)")


class CourseError(ValueError):
    """The course on disk is not what it has to be; the text is one sentence for the instructor."""


def read_notebook(path):
    """Read a notebook of format 4.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    nbformat.NotebookNode

    Raises
    ------
    CourseError
        If the file is missing, is not JSON, or is not a notebook of format 4.
    """
    path = Path(path)
    try:
        notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=nbformat.NO_CONVERT)
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}.") from None
    except (nbformat.reader.NotJSONError, UnicodeDecodeError):
        raise CourseError(
            f"{path} is not a notebook: its content is not JSON; save it again from Jupyter."
        ) from None
    except (
        *(nbformat.ValidationError, ValueError, AttributeError, KeyError, TypeError),
        RecursionError,
    ):
        raise CourseError(
            f"{path} is JSON but not a notebook that can be read; save it again from Jupyter."
        ) from None
    if notebook.get("nbformat") != 4 or not isinstance(notebook.get("cells"), list):
        found = notebook.get("nbformat", "none")
        raise CourseError(
            f"{path} is not a notebook of format 4 (found {found}); "
            "open and save it in a current Jupyter."
        )
    return notebook


def assignments(root):
    """Names of the assignments in source/, sorted."""
    folders = (Path(root) / "source").glob("*/")
    return sorted(folder.name for folder in folders if _notebooks_in(folder))


def notebooks(root, assignment):
    """Paths of an assignment's source notebooks, sorted.

    Raises
    ------
    CourseError
        If source/ has no such assignment.
    """
    found = _notebooks_in(Path(root) / "source" / assignment) if assignment else []
    if not found:
        known = ", ".join(assignments(root)) or "none yet"
        raise CourseError(f"There is no assignment {assignment!r} in source/; there are: {known}.")
    return found


def reason_to_skip(root, assignment):
    """Why an assignment cannot run here: a package that it asks for is not installed.

    An assignment that needs more than the course has a requirements.txt in its folder. Making the
    students' version needs none of it.

    Returns
    -------
    str or None
        One sentence for the instructor; None if the assignment can run.
    """
    path = Path(root) / "source" / assignment / "requirements.txt"
    if not path.exists():
        return None
    lines = (line.partition("#")[0].strip() for line in path.read_text("utf-8").splitlines())
    missing = [line for line in lines if line and not _is_installed(line)]
    if not missing:
        return None
    return (
        f"{assignment} is skipped: it needs {', '.join(missing)}, which is not installed here "
        f"(pip install -r source/{assignment}/requirements.txt)."
    )


def _is_installed(line):
    """Is what a line of requirements.txt asks for installed, as far as can be told?"""
    try:
        requirement = Requirement(line)
    except InvalidRequirement:  # an option of pip, or an address
        return True
    if requirement.marker and not requirement.marker.evaluate():
        return True
    try:
        version = importlib.metadata.version(requirement.name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return requirement.specifier.contains(version, prereleases=True)


def _notebooks_in(folder):
    return sorted(path for path in folder.glob("*.ipynb") if not path.name.startswith("."))


def grade_id(cell):
    """The cell's id in the gradebook, or None when nbgrader does not know the cell."""
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def is_solution(cell):
    """Does the student write in this cell?"""
    return _flag(cell, "solution")


def is_unlocked(cell):
    """Does the student write in this cell, though it is no solution, as into a form?"""
    return grade_id(cell) is not None and not (_flag(cell, "locked") or _flag(cell, "grade"))


def is_test(cell):
    """Is this a code cell with tests that earn points?"""
    return cell.cell_type == "code" and _flag(cell, "grade") and not _flag(cell, "solution")


def is_manual(cell):
    """Is this an answer that a human grades?"""
    return _flag(cell, "grade") and _flag(cell, "solution")


def extra_credit(cell):
    """Points that a test earns on top of the total; the cell's own points are 0 then."""
    return float(cell.metadata.get("gradekit", {}).get("extra_credit", 0))


def partial_credit(cell):
    """The number in a cell's result, by which nbgrader gives a part of the points, or None."""
    for output in cell.outputs:
        if output.output_type == "execute_result":
            text = output.data.get("text/plain", "")
            # NumPy's numbers count as numbers; nbgrader gives all points for them.
            number = _NUMPY_NUMBER.fullmatch(text) if isinstance(text, str) else None
            try:
                return float(number[1] if number else text)
            except (TypeError, ValueError):
                return None
    return None


def runs_together(cell):
    """Does the source say that this test runs in the process of the student's code?"""
    return bool(cell.metadata.get("gradekit", {}).get("together", False))


def is_nbgrader_code(cell):
    """Is this a code cell that nbgrader knows, so that later tests may need it?"""
    return cell.cell_type == "code" and grade_id(cell) is not None


def _flag(cell, name):
    return bool(cell.metadata.get("nbgrader", {}).get(name, False))


def solution_lines(source):
    """Numbers (from 1) of the lines between BEGIN SOLUTION and END SOLUTION.

    A cell without the two marks is the student's from its first to its last line.
    """
    lines = source.splitlines()
    begins = [number for number, line in enumerate(lines, 1) if _is_mark(line, _BEGIN_SOLUTION)]
    ends = [number for number, line in enumerate(lines, 1) if _is_mark(line, _END_SOLUTION)]
    if not begins:
        return set(range(1, len(lines) + 1))
    return {n for begin, end in zip(begins, ends, strict=True) for n in range(begin + 1, end)}


def _is_mark(line, mark):
    return re.match(rf"\s*#+\s*{mark}\b", line) is not None
