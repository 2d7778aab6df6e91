"""Makes the students' version of an assignment and registers the assignment in the gradebook."""

import re
from dataclasses import dataclass
from pathlib import Path

from gradekit import course, stock

# What nbgrader's flag --no-db means.
_NO_GRADEBOOK = {"GenerateAssignment": {"no_database": True}, "SaveCells": {"enabled": False}}


class ReleaseError(course.CourseError):
    """A release failed; the text is one sentence for the instructor."""


@dataclass(frozen=True)
class Released:
    """What came of a release.

    Attributes
    ----------
    assignment : str
    changed : bool
        Whether release/<assignment> is another one than before.
    warnings : list of str
        What the instructor has to know, above all of tests that cannot run apart from answers.
    """

    assignment: str
    changed: bool
    warnings: list

    def __str__(self):
        state = "made anew from source/" if self.changed else "current"
        return "\n  ".join([f"release/{self.assignment}: {state}", *self.warnings])


def register_and_release(root, assignment):
    """Register an assignment from source/ and make release/ from it.

    A release that fails leaves the old one as it was.

    Parameters
    ----------
    root : Path
        The course's folder.
    assignment : str

    Returns
    -------
    Released

    Raises
    ------
    CourseError
        If there is no such assignment, or it cannot be released.
    """
    root = Path(root)
    _refuse_new_cells(root, assignment, course.notebooks(root, assignment))
    place = root / "release" / assignment
    before = _contents(place)
    warnings = _generate(root, assignment)
    return Released(assignment, _contents(place) != before, warnings)


def differences(made, place):
    """Names of the files that differ between two folders, sorted; both absent means none.

    Returns
    -------
    list of str
    """
    made, place = _contents(made), _contents(place)
    return sorted(name for name in made | place if made.get(name) != place.get(name))


def regenerated(root, assignment, beside):
    """The students' version of an assignment, made in another folder without the gradebook.

    Parameters
    ----------
    root, beside : Path
        The course, and a folder to make it in.

    Returns
    -------
    Path
        The folder that release/<assignment> has to equal, by `differences`.
    """
    settings = {"CourseDirectory": {"release_directory": str(beside)}, **_NO_GRADEBOOK}
    _generate(Path(root), assignment, settings)
    return Path(beside) / assignment


def _contents(folder):
    paths = sorted(path for path in Path(folder).rglob("*") if not path.is_dir())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _generate(root, assignment, settings=None):
    """Run nbgrader's generate_assignment; returns what it warned of."""
    result = stock.api(root, settings).generate_assignment(assignment)
    if not result["success"]:
        raise ReleaseError(
            f"The release of {assignment} failed: {_reason(result)}; "
            f"correct source/{assignment} and release again; the old release is as it was."
        )
    return re.findall(r"^\[WARNING\] (.+)$", result.get("log", ""), re.MULTILINE)


def _reason(result):
    """The error in nbgrader's log that says what happened, with the notebook where it did."""
    log = result.get("log", "") + result.get("error", "")
    errors = re.findall(r"^\s*(?:\w+\.)*\w*(?:Error|Exception): (.+)$", log, re.MULTILINE)
    places = re.findall(r"Converting notebook (.+)$", log, re.MULTILINE)
    place = f" ({Path(places[-1]).name})" if places else ""
    return (errors[0].strip().rstrip(".") if errors else "nbgrader says no more") + place


def _refuse_new_cells(root, assignment, notebooks):
    """nbgrader cannot add or remove cells once there are submissions; say so before it tries."""
    now = {
        (path.stem, course.grade_id(cell))
        for path in notebooks
        for cell in course.read_notebook(path).cells
        if _is_recorded(cell)
    }
    with stock.gradebook(root) as book:
        known = {entry.name: entry for entry in _registered_notebooks(book, assignment)}
        if not any(entry.submissions for entry in known.values()):
            return
        was = {(name, cell.name) for name, entry in known.items() for cell in entry.source_cells}
    if was == now:
        return
    cells = ", ".join(f"{cell} in {notebook}" for notebook, cell in sorted(was ^ now))
    raise ReleaseError(
        f"The graded or locked cells of {assignment} changed ({cells}) although there are grades "
        "for it, and nbgrader keeps grades for the old cells only: take the change back, or give "
        f"all its grades up, those by hand too, with `nbgrader db assignment remove {assignment} "
        "--force`, and grade again; release/ is as it was."
    )


def _registered_notebooks(book, assignment):
    if assignment not in {entry.name for entry in book.assignments}:
        return []
    return book.find_assignment(assignment).notebooks


def _is_recorded(cell):
    """Does nbgrader keep this cell in the gradebook?"""
    data = cell.metadata.get("nbgrader", {})
    return any(data.get(role) for role in ("grade", "solution", "locked", "task"))
