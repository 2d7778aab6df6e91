"""Files that a notebook needs, written where its kernels find them."""

import hashlib
import os
import shutil
from pathlib import Path, PurePosixPath

# Sets of modules that stay: courses that a worker is busy with at the same time.
_MOST_SETS = 4


def top_level(path):
    """Name under which a file, or the package that it belongs to, is imported."""
    return PurePosixPath(path).parts[0].removesuffix(".py")


def write(folder, files):
    """Write files into a new folder.

    Parameters
    ----------
    folder : Path
    files : dict of str to bytes
        Contents by relative path.
    """
    folder.mkdir(parents=True)
    for name, content in files.items():
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts:
            raise ValueError(f"{name!r} is no path within a folder")
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def size(folder, most):
    """Bytes of all files in a folder, or more than `most` if there are too many files to count.

    Parameters
    ----------
    folder : str
    most : int
        Bytes; a file counts as a block even if it is empty.
    """
    total, folders = 0, [folder]
    while folders and total <= most:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    total += max(4096, entry.stat(follow_symlinks=False).st_blocks * 512)
                    if total > most:
                        break
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
        except OSError:
            continue  # removed while we look
    return total


class CourseModules:
    """The course's modules on this machine: written once for all notebooks that need the same.

    Parameters
    ----------
    folder : str
    """

    def __init__(self, folder):
        self._folder, self._sets = Path(folder), {}

    def of(self, modules):
        """The folders of a set of modules: the public ones, and all.

        Parameters
        ----------
        modules : job.Modules

        Returns
        -------
        dict of str to str
            Folder by the role of the kernel that may import from it.
        """
        key = _hash(modules)
        folders = self._sets.pop(key, None)
        if folders is None:
            public = {name: text for name, text in modules.files.items() if top_level(name) in
                      modules.public}  # fmt: skip
            folders = {}
            for role, files in (("answers", public), ("tests", modules.files)):
                write(self._folder / key / role, files)
                folders[role] = str(self._folder / key / role)
        self._sets[key] = folders
        while len(self._sets) > _MOST_SETS:
            old = next(iter(self._sets))
            del self._sets[old]
            shutil.rmtree(self._folder / old)
        return folders


def _hash(modules):
    content = hashlib.sha256()
    for name, text in sorted(modules.files.items()):
        for part in (name.encode(), text):
            content.update(b"%d:" % len(part) + part)
    content.update(repr(sorted(modules.public)).encode())
    return content.hexdigest()[:16]
