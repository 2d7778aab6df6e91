"""Lets kernels import the course's modules from a path that is the same everywhere.

A worker writes the modules into a folder of its own, with a name that no one can foresee. In
tracebacks and warnings they lie in ``/course``, where the sandbox shows that folder; a zygote, and
a kernel without sandbox, import from there although there is no such folder.
"""

import functools
import importlib.machinery
import importlib.util
import os
import sys

INSIDE = "/course"


class Loader(importlib.machinery.SourceFileLoader):
    """Loads a module whose path is in ``/course`` from the folder that it is really in."""

    folder = None

    def _real(self, path):
        return os.path.join(self.folder, os.path.relpath(path, INSIDE))

    def path_stats(self, path):
        """See `importlib.abc.SourceLoader`."""
        return super().path_stats(self._real(path))

    def get_data(self, path):
        """See `importlib.abc.SourceLoader`."""
        return super().get_data(self._real(path))

    def set_data(self, path, data, *, _mode=0o666):
        """See `importlib.abc.SourceLoader`."""
        super().set_data(self._real(path), data, _mode=_mode)


class Finder:
    """Finds modules and packages in a folder of ``/course``."""

    def __init__(self, folder, path):
        self._path, self._real = path, os.path.join(folder, os.path.relpath(path, INSIDE))
        self._loader = type("Loader", (Loader,), {"folder": folder})

    def find_spec(self, name, target=None):
        """See `importlib.abc.PathEntryFinder`."""
        tail = name.rpartition(".")[2]
        path, real = os.path.join(self._path, tail), os.path.join(self._real, tail)
        if os.path.isfile(os.path.join(real, "__init__.py")):
            file, inner = os.path.join(path, "__init__.py"), [path]
        elif os.path.isfile(real + ".py"):
            file, inner = path + ".py", None
        else:
            return None
        return importlib.util.spec_from_file_location(
            name, file, loader=self._loader(name, file), submodule_search_locations=inner
        )


def _hook(folder, path):
    if path != INSIDE and not path.startswith(INSIDE + "/"):
        raise ImportError("not the course's")
    return Finder(folder, path)


def find_in(folder):
    """Let this process and its children import what is in the folder, first of all."""

    sys.path_hooks.insert(0, functools.partial(_hook, folder))
    sys.path.insert(0, INSIDE)


def find_inside():
    """The folder is mounted: import from it as from any other."""
    del sys.path_hooks[0]
    for path in [path for path in sys.path_importer_cache if path.startswith(INSIDE)]:
        del sys.path_importer_cache[path]
