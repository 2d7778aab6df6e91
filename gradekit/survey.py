"""What lies in submitted/ for an assignment, and what an instructor has to know about it."""

import ast
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from gradekit import course, submissions
from gradekit.autograde import RENAME, is_gradable
from gradekit.grading import publishing


@dataclass
class Submission:
    """One student's folder for an assignment; `notes` are sentences or parts of one."""

    student: str
    folder: Path
    typed_ids: set = field(default_factory=set)
    notes: list = field(default_factory=list)
    gradable: bool = True


def students(root):
    """Names of all folders in submitted/, sorted."""
    folders = (path for path in Path(root, "submitted").glob("*") if path.is_dir())
    return sorted(folder.name for folder in folders if not folder.name.startswith("."))


def submitted(root, assignment):
    """What was handed in for an assignment, as far as can be seen from outside.

    Parameters
    ----------
    root : Path
    assignment : str

    Returns
    -------
    list of Submission
        Sorted by student id.
    """
    folders = [Path(root, "submitted", student, assignment) for student in students(root)]
    return [_look_at(folder) for folder in folders if folder.is_dir()]


def look_into(root, assignment, found):
    """Add what the graded notebooks say: notes from grading, and the ids that students typed.

    Parameters
    ----------
    root : Path
    assignment : str
    found : list of Submission
    """
    expected = [path.name for path in course.notebooks(root, assignment)]
    for submission in found:
        graded = Path(root, "autograded", submission.student, assignment)
        if not submission.gradable or not graded.is_dir():
            continue
        for name in expected:
            _look_into(submission, graded / name)
    _compare_ids(found)


def _look_at(folder):
    submission = Submission(folder.parent.name, folder)
    if not is_gradable(submission.student):
        reason = RENAME
    elif not submissions.files(folder):
        reason = "the folder is empty"
    else:
        return submission
    submission.notes.append(f"not graded: {reason}")
    submission.gradable = False
    return submission


def _look_into(submission, path):
    if not path.exists():
        submission.notes.append(f"no {path.name}")
        return
    nb = course.read_notebook(path)
    notes, asking = publishing.noted(nb)
    new = [note for note in asking + notes if note not in submission.notes]
    submission.notes += new
    typed = _typed_student_id(nb)
    if typed is not None and not asking:
        submission.typed_ids.add(typed)


def _typed_student_id(nb):
    """The text a student typed as STUDENT_ID; None if no cell sets it.

    nbgrader keeps no cell that is neither locked nor an answer, so it is not known by its id.
    """
    for cell in nb.cells:
        if cell.cell_type == "code" and re.match(r"\s*STUDENT_ID\s*=", cell.source):
            return _assigned_text(cell.source, "STUDENT_ID")
    return None


def _assigned_text(source, name):
    try:
        statements = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    for statement in statements:
        named = [getattr(target, "id", None) for target in getattr(statement, "targets", [])]
        if name in named and isinstance(statement.value, ast.Constant):
            return str(statement.value.value).strip()
    return ""


def _compare_ids(found):
    """Note ids that students typed and that are empty, foreign, or typed by somebody else, too."""
    owners = Counter(typed for submission in found for typed in submission.typed_ids if typed)
    for submission in found:
        for typed in sorted(submission.typed_ids - {submission.student}):
            if not typed:
                submission.notes.append("STUDENT_ID is empty")
            elif owners[typed] > 1:
                submission.notes.append(f"STUDENT_ID {typed!r} is somebody else's, too")
            else:
                submission.notes.append(f"STUDENT_ID {typed!r} is not the folder's name")
