"""Copies of lists, dicts and arrays whose changes travel back to the original.

What one process gets of an object of the other (``net.params``) is a copy. In one process it would
be the thing itself, and a change in place would be seen by everybody. So whoever borrows a copy
tells, with his next message, how it has changed.
"""

import itertools
import sys

import numpy as np

KINDS = (list, dict, set, bytearray, np.ndarray)
_MOST = 64


class Leased:
    """A container that is sent with the promise that changes of the copy come back.

    Parameters
    ----------
    value : object
    accepted : bool
        Whether changes are wanted; if not, they are only counted.
    """

    def __init__(self, value, accepted=True):
        self.value, self.accepted = value, accepted


class Leases:
    """What one process has lent, and what it has borrowed.

    Attributes
    ----------
    applied, refused : int
        How many changes came back that were wanted, and that were not.
    """

    def __init__(self):
        self._numbers = itertools.count(1)
        self._lent, self._borrowed = {}, {}
        self.applied = self.refused = 0

    def lend(self, leased):
        """Return a number for an original of this side."""
        number = next(self._numbers)
        self._lent[number] = leased
        if len(self._lent) > _MOST:
            del self._lent[next(iter(self._lent))]
        return number

    def borrow(self, number, value):
        """Remember a copy as it came; return it."""
        if type(value) in KINDS:
            self._borrowed[number] = (value, snapshot(value))
            if len(self._borrowed) > _MOST:
                del self._borrowed[next(iter(self._borrowed))]
        return value

    def changes(self):
        """Return [number, content] of the copies that changed since they came, or were told of."""
        found = []
        for number, (value, before) in list(self._borrowed.items()):
            now = snapshot(value)
            if now != before:
                self._borrowed[number] = (value, now)
                found.append([number, value])
            elif sys.getrefcount(value) <= 4:  # only this function and the table know it
                del self._borrowed[number]
        return found

    def apply(self, changes):
        """Bring changes of copies into the originals."""
        for number, content in changes:
            leased = self._lent.get(number)
            if leased is None or type(leased.value) is not type(content):
                continue
            if leased.accepted:
                overwrite(leased.value, content)
                self.applied += 1
            else:
                self.refused += 1

    def marks(self):
        """Return what `release_since` needs to know later."""
        return set(self._borrowed)

    def release_since(self, marks):
        """Forget what was borrowed after `marks` was asked."""
        for number in self._borrowed.keys() - marks:
            del self._borrowed[number]


def snapshot(value):
    """Return something that is another when the content of a container is."""
    if isinstance(value, np.ndarray):
        content = list(value.ravel()) if value.dtype.kind == "O" else value.tobytes()
        return value.shape, content
    if isinstance(value, dict):
        return [(key, _part(part)) for key, part in value.items()]
    if isinstance(value, bytearray):
        return bytes(value)
    return [_part(part) for part in value]


def _part(part):
    if isinstance(part, np.ndarray) and part.dtype.kind != "O":
        return id(part), part.tobytes()
    return (id(part), snapshot(part)) if type(part) in (list, dict) else id(part)


def overwrite(original, content):
    """Make a container hold what another of its type holds, in place.

    Containers inside it stay the same objects where their types and shapes allow it.
    """
    if isinstance(original, np.ndarray):
        if original.shape == content.shape and original.flags.writeable:
            original[...] = content
    elif isinstance(original, (list, bytearray)):
        original[:] = [
            _kept(old, new) for old, new in itertools.zip_longest(original, content)
        ][: len(content)]
    elif isinstance(original, dict):
        new = {key: _kept(original.get(key), part) for key, part in content.items()}
        original.clear()
        original.update(new)
    else:
        original.clear()
        original.update(content)


def _kept(old, new):
    if type(old) is not type(new) or type(new) not in KINDS:
        return new
    if isinstance(old, np.ndarray):
        fits = old.shape == new.shape and old.dtype == new.dtype and old.flags.writeable
        if not fits:
            return new
    overwrite(old, new)
    return old
