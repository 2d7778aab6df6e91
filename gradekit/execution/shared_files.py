"""Files that a test and a student's function write for each other, while a test cell runs.

Each process has a working folder and a folder for temporary files of its own. When a process has
opened a file for writing, or removed one, since it spoke last, its next message tells what is new
there.
"""

import contextlib
import itertools
import os
import stat
import sys
import tempfile
from pathlib import Path

from gradekit.execution.test_files import is_importable

_MOST_FILES, _MOST_BYTES = 200, 16 << 20
# A folder with more than that is not looked at.
_MOST_ENTRIES, _MOST_DEPTH = 2000, 20
_CHANGING = frozenset(
    ["os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.truncate", "shutil.rmtree", "os.link"]
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
_FOLDER = (0, 0)
_written = _alone = False


def notice():
    """From now on notice when this process changes files; there is no way back."""
    sys.addaudithook(_hear)


def stay_alone():
    """The folder for temporary files is this process's own, and may be looked at."""
    global _alone
    _alone = True


def _hear(event, arguments):
    global _written
    if event == "open":
        flags = arguments[2]
        _written = _written or (isinstance(flags, int) and bool(flags & _WRITING))
    elif event in _CHANGING:
        _written = True


class SharedFiles:
    """The folders of one side.

    Parameters
    ----------
    trusts : bool
        Whether this side takes whatever comes; otherwise nothing that is protected, can be
        imported, or was written by this side.
    """

    def __init__(self, trusts):
        self._trusts, self._protected = trusts, frozenset()
        self._folders, self._seen, self._own = [], {}, set()

    def begin(self, folder, protected=()):
        """A test cell begins: what is there now is known, or nobody's business.

        Parameters
        ----------
        folder : str
            For working in. Not where the process is: a student's code may have gone so deep that
            finding out where takes minutes.
        protected : set of str
            Files of the working folder that stay as they are.
        """
        global _written
        _written = False
        self._protected = protected
        self._folders = [folder, *([tempfile.gettempdir()] if _alone else [])]
        self._seen, self._own = self._scan(), set()

    def changes(self):
        """Return [folder, name, content] of what is new, or gone, without content.

        The name of a folder ends with a slash.
        """
        global _written
        if not _written or not self._folders:
            return []
        _written = False
        before, self._seen = self._seen, self._scan()
        found, size = [], 0
        for key, mark in self._seen.items():
            if before.get(key) == mark:
                continue
            size += mark[1]
            if len(found) >= _MOST_FILES or size > _MOST_BYTES:
                break
            with contextlib.suppress(OSError):
                found.append([*key, b"" if mark == _FOLDER else self._path(*key).read_bytes()])
                self._own.add(key)
        gone = before.keys() - self._seen.keys()
        self._own -= gone
        return found + sorted(map(list, gone), reverse=True)

    def apply(self, changes):
        """Do here what `changes` of the other side tells."""
        for folder, name, *content in changes:
            if not self._takes(folder, name):
                continue
            path = self._path(folder, name)
            with contextlib.suppress(OSError, ValueError):
                if name.endswith("/"):
                    path.mkdir(parents=True, exist_ok=True) if content else path.rmdir()
                elif content:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(content[0])
                else:
                    path.unlink()
                self._note(folder, name)

    def _note(self, folder, name):
        """What came from the other side is no news to it."""
        self._seen.pop((folder, name), None)
        path = self._path(folder, name)
        if path.exists():
            status = path.stat()
            mark = _FOLDER if path.is_dir() else (status.st_mtime_ns, status.st_size)
            self._seen[folder, name] = mark

    def _path(self, folder, name):
        return Path(self._folders[folder], name)

    def _takes(self, folder, name):
        if not self._folders:
            return False
        if self._trusts:
            return folder < len(self._folders)
        # Each file has one name here, so that none is told from itself by another spelling.
        plain = os.path.normpath(name) + "/" * name.endswith("/")
        if type(folder) is not int or not 0 <= folder < len(self._folders) or name != plain:
            return False
        if name in self._protected or is_importable(name) or (folder, name) in self._own:
            return False
        inside = Path(os.path.realpath(self._path(folder, name)))
        return inside.is_relative_to(os.path.realpath(self._folders[folder]))

    def _scan(self):
        """{(folder, name): (time, size)} of all files and folders."""
        found = {}
        for number, folder in enumerate(self._folders):
            entries = list(itertools.islice(_entries(folder), _MOST_ENTRIES))
            if len(entries) < _MOST_ENTRIES:
                found.update(((number, name), mark) for name, mark in entries)
        return found


def _entries(root):
    """Names and marks of the files and folders below a folder; links are not followed.

    Nor is what is mounted there: in the sandbox that may be the programs.
    """
    device = os.stat(root).st_dev
    for place, folders, files in os.walk(root):
        inner = os.path.relpath(place, root)
        folders[:] = [name for name in folders if _device(place, name) == device]
        if inner.count(os.sep) >= _MOST_DEPTH:
            folders.clear()
        for name in folders:
            yield os.path.normpath(os.path.join(inner, name)) + "/", _FOLDER
        for name in files:
            with contextlib.suppress(OSError):
                status = os.lstat(os.path.join(place, name))
                if stat.S_ISREG(status.st_mode):
                    mark = status.st_mtime_ns, status.st_size
                    yield os.path.normpath(os.path.join(inner, name)), mark


def _device(place, name):
    try:
        return os.lstat(os.path.join(place, name)).st_dev
    except OSError:
        return None
