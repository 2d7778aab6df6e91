"""What lies in a folder beside the notebooks, read without being led astray."""

import os
import stat
from pathlib import Path

from gradekit.execution.job import MIB
from gradekit.submissions import is_ignored

# Of one folder together. What is larger is nothing that a notebook can work with in its time.
MOST_BYTES = 100 * MIB
MOST_FILES = 2000


def read(folder, ignore=(), follow=True):
    """Contents of a folder's files, notebooks excepted.

    Links, pipes and devices in a submission are not opened: a link may lead to the solutions, and
    a pipe to nowhere, for ever. In source/ they are the instructor's.

    Parameters
    ----------
    folder : Path
    ignore : list of str
        Patterns of names of files and folders that are left out, as nbgrader has them.
    follow : bool
        Whether to follow links to files.

    Returns
    -------
    files : dict of str to bytes
        By relative path.
    left_out : dict of str to str
        Relative paths of what was not read, and why.
    """
    files, left_out, room = {}, {}, MOST_BYTES
    for path in _walk(Path(folder), [*ignore, "*.ipynb"], follow):
        name = path.relative_to(folder).as_posix()
        try:
            status = path.stat(follow_symlinks=follow)
            reason = _reason(status, room, len(files))
            if reason is None:
                files[name] = path.read_bytes()
                room -= len(files[name])
        except OSError as error:
            reason = f"cannot be read ({error.strerror})"
        if reason:
            left_out[name] = reason
    return files, left_out


def shown(name):
    """A name that somebody else chose, fit to stand in a sentence."""
    text = str(name).encode("utf-8", "replace").decode()
    text = "".join(letter if letter.isprintable() else "?" for letter in text)
    return text if len(text) <= 80 else f"{text[:60]}...{text[-15:]}"


def _walk(folder, ignore, follow):
    for parent, subfolders, names in os.walk(folder):
        subfolders[:] = sorted(name for name in subfolders if not is_ignored(name, ignore))
        if not follow:  # a linked folder is a thing to be told about
            names = names + [name for name in subfolders if os.path.islink(Path(parent, name))]
        for name in sorted(names):
            if not is_ignored(name, ignore):
                yield Path(parent, name)


def _reason(status, room, count):
    """Why a file is left out; None when it is not."""
    if stat.S_ISLNK(status.st_mode):
        return "is a link, which is not followed"
    if not stat.S_ISREG(status.st_mode):
        return "is no file that has a content"
    if count >= MOST_FILES:
        return f"is one of more than {MOST_FILES} files"
    if status.st_size > room:
        size, most = status.st_size / MIB, MOST_BYTES // MIB
        return f"is too large ({size:.0f} MiB, and all files together have room for {most})"
    return None
