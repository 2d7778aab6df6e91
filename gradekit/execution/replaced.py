"""Functions that a test puts in the place of built-in ones, as `mock.patch` does.

``input``, ``random.randint`` or ``time.sleep`` are replaced so that a student's function meets
something else. Both processes have modules of their own, so the tests' side tells what it replaced,
and the answers' side does the same until the test puts the original back.
"""

import contextlib
import importlib

_MODULES = ("builtins", "random", "time")
# A global name of the test covers the built-in one.
_COVERED = ("input", "open", "print")


class Replaced:
    """Watches the modules of one side, or changes them as the other side's are.

    Parameters
    ----------
    namespace : dict
        Where the cells of this side run.
    """

    def __init__(self, namespace):
        self._namespace = namespace
        self._originals, self._told, self._done = [], {}, {}

    def begin(self):
        """A cell begins: what is there now counts as original."""
        self._told = {}
        self._originals = [
            (vars(module), module.__name__, name, value)
            for module in map(importlib.import_module, _MODULES)
            for name, value in vars(module).items()
            if callable(value) and not name.startswith("_") and not isinstance(value, type)
        ]
        self._originals += [
            (self._namespace, "builtins", name, self._namespace.get(name)) for name in _COVERED
        ]

    def changes(self):
        """Return [module, name, value] of what was replaced, [module, name] of what is back."""
        now = {
            (module, name): content.get(name)
            for content, module, name, original in self._originals
            if content.get(name) is not original
        }
        if not now and not self._told:
            return []
        back = [list(key) for key in self._told.keys() - now.keys()]
        new = [
            [*key, value]
            for key, value in now.items()
            if callable(value) and self._told.get(key) is not value
        ]
        self._told = now
        return back + new

    def apply(self, changes):
        """Replace here what is replaced on the other side."""
        for module, name, *value in changes:
            home = importlib.import_module(module)
            if value:
                self._done.setdefault((module, name), getattr(home, name))
                setattr(home, name, value[0])
            else:
                with contextlib.suppress(KeyError):
                    setattr(home, name, self._done.pop((module, name)))
