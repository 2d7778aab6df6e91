"""The files that a student handed in."""

import fnmatch
import os
from pathlib import Path

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


def beside(folder, source, ignore=()):
    """Names of the files that came with a submission and are not part of the assignment.

    Parameters
    ----------
    folder : Path
        The submission.
    source : Path
        The assignment's folder in source/, which has the same files as its release.
    ignore : list of str
        Patterns of names of files and folders that count for nothing.
    """
    folder = Path(folder)
    names = [path.relative_to(folder) for path in files(folder) if not path.is_symlink()]
    return [
        name.as_posix()
        for name in names
        if not (Path(source) / name).exists() and not any(is_ignored(p, ignore) for p in name.parts)
    ]


def is_ignored(name, patterns):
    """Is a file or folder one that nbgrader is set to ignore?"""
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)
