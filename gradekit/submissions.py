"""What a student handed in: its files, links, and what is wrong with them."""

import ast
import os
from pathlib import Path

from gradekit import course

# Written by Jupyter, by operating systems and by nbgrader's collectors, not by students.
_BYSTANDERS = {"timestamp.txt", ".DS_Store", "Thumbs.db", "desktop.ini"}
_BYSTANDER_FOLDERS = {".ipynb_checkpoints", "__pycache__", "__MACOSX"}


def files(folder):
    """Paths of all files of a submission, sorted; links are listed and not followed."""
    folder, found = Path(folder), []
    if folder.is_symlink():
        return [folder]
    for parent, subfolders, names in os.walk(folder):
        linked = [name for name in subfolders if os.path.islink(os.path.join(parent, name))]
        subfolders[:] = [name for name in subfolders if name not in _BYSTANDER_FOLDERS]
        found += [Path(parent, name) for name in names + linked if name not in _BYSTANDERS]
    return sorted(found)


def links(folder):
    """The symbolic links in a submission."""
    return [path for path in files(folder) if path.is_symlink()]


def beside(folder, source):
    """Names of the files that came with a submission and are not part of the assignment.

    Parameters
    ----------
    folder : Path
        The submission.
    source : Path
        The assignment's folder in source/, which has the same files as its release.
    """
    folder = Path(folder)
    names = [path.relative_to(folder) for path in files(folder) if not path.is_symlink()]
    return [
        name.as_posix()
        for name in names
        if not (Path(source) / name).exists() and not _is_hidden_test(name)
    ]


def brings_hidden_tests(folder):
    """Did the student hand in a module that bears the name of the hidden tests?"""
    folder = Path(folder)
    return any(_is_hidden_test(path.relative_to(folder)) for path in files(folder))


def fault_of(path):
    """Why a submitted notebook cannot be graded, as one sentence; None when it can.

    The notebook, its submission and the student's folder must be no links: whoever follows a
    link to the instructor's notebook gives full marks for it.
    """
    path = Path(path)
    for part in (path, path.parent, path.parent.parent):
        if part.is_symlink():
            return f"{_shown(part)} is a link, which is not followed; ask for the notebook itself."
    if not path.exists():
        return f"{_shown(path)} was not handed in."
    try:
        notebook = course.read_notebook(path)
    except course.CourseError as error:
        return str(error).replace(str(path), _shown(path))
    for number, cell in enumerate(notebook.cells, 1):
        if not _is_whole(cell):
            return f"{_shown(path)}: cell {number} is damaged; ask for the notebook again."
    return None


def typed_student_id(path):
    """The text a student typed as STUDENT_ID in the cell `student_id`; None without such a cell."""
    for cell in course.read_notebook(path).cells:
        if course.grade_id(cell) == "student_id":
            return _assigned_text(cell.source, "STUDENT_ID")
    return None


def _is_hidden_test(name):
    """Is this path, relative to the submission, what `import hidden_tests` would find?"""
    return name.parts[:1] in (("hidden_tests",), ("hidden_tests.py",))


def _shown(path):
    """The path from the step's folder on: submitted/<student>/<assignment>/<file>."""
    return Path(*path.parts[-4:]).as_posix()


def _is_whole(cell):
    return (
        cell.get("cell_type") in ("code", "markdown", "raw")
        and isinstance(cell.get("source"), str)
        and isinstance(cell.get("metadata"), dict)
    )


def _assigned_text(source, name):
    try:
        statements = ast.parse(source).body
    except SyntaxError:
        return ""
    for statement in statements:
        named = [getattr(target, "id", None) for target in getattr(statement, "targets", [])]
        if name in named and isinstance(statement.value, ast.Constant):
            return str(statement.value.value).strip()
    return ""
