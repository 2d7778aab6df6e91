"""What lies in submitted/ for an assignment, and what an instructor has to know about it."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from gradekit import course, submissions
from gradekit.autograde import is_gradable


@dataclass
class Submission:
    """One student's folder for an assignment; `notes` are sentences or parts of one."""

    student: str
    folder: Path
    notebooks: list = field(default_factory=list)
    typed_ids: set = field(default_factory=set)
    notes: list = field(default_factory=list)
    gradable: bool = True


def students(root):
    """Names of all folders in submitted/, sorted."""
    folders = (path for path in Path(root, "submitted").glob("*") if path.is_dir())
    return sorted(folder.name for folder in folders if not folder.name.startswith("."))


def submitted(root, assignment):
    """Look at everything that was handed in for an assignment.

    Parameters
    ----------
    root : Path
    assignment : str

    Returns
    -------
    list of Submission
        Sorted by student id.
    """
    root = Path(root)
    expected = [path.name for path in course.notebooks(root, assignment)]
    folders = [root / "submitted" / student / assignment for student in students(root)]
    found = [_look_at(folder, expected) for folder in folders if folder.is_dir()]
    _compare_ids(found)
    return found


def _look_at(folder, expected):
    submission = Submission(folder.parent.name, folder)
    note = submission.notes.append
    if not is_gradable(submission.student):
        note("not graded: rename the folder, an id has none of , [ ] * ? +")
        submission.gradable = False
        return submission
    files = submissions.files(folder)
    if not files:
        note("not graded: the folder is empty")
        submission.gradable = False
    if folder.is_symlink():
        note("the folder is a link, which is not followed; ask for the notebooks themselves")
        return submission
    names = [path.relative_to(folder).as_posix() for path in files]
    strangers = [name for name in names if name.endswith(".ipynb") and name not in expected]
    for name in [name for name in expected if name not in names]:
        note(f"no {name}" + (f", found {', '.join(strangers)}: rename it" if strangers else ""))
    for name in [name for name in expected if name in names]:
        _look_into(submission, folder / name)
    if submissions.brings_hidden_tests(folder):
        note("hidden_tests came with it and was left out")
    for path in submissions.links(folder):
        if path.name not in expected:
            note(f"{path.name} is a link and was not followed")
    return submission


def _look_into(submission, path):
    fault = submissions.fault_of(path)
    if fault:
        submission.notes.append(fault)
        return
    submission.notebooks.append(path.stem)
    typed = submissions.typed_student_id(path)
    if typed is not None:
        submission.typed_ids.add(typed)


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
