"""The tests' working folder: the course's files as they were given, and what answers wrote.

A student may overwrite the data that a test reads, or hand in a module with the name of another.
So tests have a folder of their own. New files that the student's code writes are copied into it
before each test cell; what comes from the course stays as it is, and nothing that can be imported
is taken over.
"""

import contextlib
import os
import shutil
import stat
from pathlib import Path, PurePosixPath

_IMPORTABLE = {".py", ".pyc", ".pyd", ".so", ".pth", ".egg", ".zip", ".dll"}
_MOST_FILES, _MOST_BYTES = 1000, 64 << 20


def is_importable(name):
    """Could Python import something from a file of this name?"""
    return not _IMPORTABLE.isdisjoint(PurePosixPath(name.lower()).suffixes)


class TestFiles:
    """The folder in which test cells run.

    Parameters
    ----------
    given, answers : str
        The folder with the course's files, and the one in which the student's code runs.
    folder : str
        Is made.

    Attributes
    ----------
    folder : str
    given : set of str
        Names of the files that stay as they are.
    """

    __test__ = False  # no test, whatever its name says to pytest

    def __init__(self, given, answers, folder):
        self._answers, self.folder = answers, folder
        shutil.copytree(given, folder, dirs_exist_ok=True)
        self.given = {path.relative_to(folder).as_posix() for path in Path(folder).rglob("*")}
        self._seen = {}
        os.chdir(folder)

    def update(self):
        """Copy what the student's code has written since the last time."""
        count = size = 0
        for path, status in _files(self._answers):
            name = os.path.relpath(path, self._answers)
            mark = status.st_mtime_ns, status.st_size
            if name in self.given or is_importable(name) or self._seen.get(name) == mark:
                continue
            count, size = count + 1, size + status.st_size
            if count > _MOST_FILES or size > _MOST_BYTES:
                return
            self._seen[name] = mark
            with contextlib.suppress(OSError):
                os.makedirs(os.path.dirname(os.path.join(self.folder, name)), exist_ok=True)
                shutil.copyfile(path, os.path.join(self.folder, name), follow_symlinks=False)


def _files(folder):
    """Regular files in a folder, with their status; links are not followed."""
    folders = [folder]
    while folders:
        try:
            entries = list(os.scandir(folders.pop()))
        except OSError:
            continue
        for entry in entries:
            with contextlib.suppress(OSError):
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                elif stat.S_ISREG((status := entry.stat(follow_symlinks=False)).st_mode):
                    yield entry.path, status
