"""Copies of lists, dicts and arrays whose changes travel back to the original.

What one process gets of an object of the other (``net.params``, an argument) is a copy. In one
process it would be the thing itself, and a change in place would be seen by everybody. So whoever
borrows a copy tells, with his next message, how it has changed; and of what he keeps, the lender
tells in turn.
"""

import itertools
import sys

import numpy as np

from gradekit.execution import arrays

KINDS = (list, dict, set, bytearray, np.ndarray)
_MOST = 64
# What is larger is not looked at with every message once a call is over.
_MOST_ITEMS = 1000


class Leased:
    """A container that is sent with the promise that changes of the copy come back.

    Parameters
    ----------
    value : object
    accepted : bool
        Whether changes are wanted; if not, they are only counted.
    by : str or None
        What gets it.
    """

    def __init__(self, value, accepted=True, by=None):
        self.value, self.accepted, self.by = value, accepted, by


class Returned:
    """A result that is, or looks into, a copy that was borrowed: for the lender it is his own.

    Parameters
    ----------
    number : int
    value : list, dict, set, bytearray or numpy.ndarray
    window : list or None
        Offset in bytes, shape and strides of an array that looks into the borrowed one.
    """

    def __init__(self, number, value, window=None):
        self.number, self.value, self.window = number, value, window


class Result:
    """A container that a function returned, with a number that it has whenever it comes again.

    Parameters
    ----------
    number : int
    value : object
    """

    def __init__(self, number, value):
        self.number, self.value = number, value


class Leases:
    """What one process has lent, and what it has borrowed.

    Attributes
    ----------
    changed_by : set of str
        Who changed what was lent, where that was wanted.
    refused : int
        How many changes came back that were not wanted.
    kept : list of int
        What was borrowed for a call that is over, and is still in use.
    """

    def __init__(self):
        self._numbers = itertools.count(1)
        self._lent, self._borrowed, self._watched = {}, {}, {}
        self.changed_by, self.refused, self.kept = set(), 0, []
        self._results, self._copies = {}, {}

    def lend(self, leased):
        """Return a number for an original of this side."""
        number = next(self._numbers)
        self._lent[number] = leased
        if len(self._lent) > _MOST:
            oldest = next(iter(self._lent))
            del self._lent[oldest]
            self._watched.pop(oldest, None)
        return number

    def borrow(self, number, value):
        """Remember a copy as it came; return it."""
        if type(value) in KINDS:
            self._borrowed[number] = (value, snapshot(value))
            if len(self._borrowed) > _MOST:
                del self._borrowed[next(iter(self._borrowed))]
        return value

    def returned(self, result):
        """Return a result as `Returned` if it is, or looks into, what was borrowed."""
        if type(result) not in KINDS:
            return result
        for number, (value, _) in self._borrowed.items():
            if value is result:
                return Returned(number, result)
            if (window := arrays.window_of(result, value)) is not None:
                return Returned(number, result, window)
        return self._numbered(result)

    def _numbered(self, result):
        """A function that returns one and the same list again changes the one of before."""
        number, _ = self._results.get(id(result), (None, None))
        if number is None:
            if not _is_small_inside(result):
                return result
            number = next(self._numbers)
            self._results[id(result)] = number, result  # kept, so that no other gets its id
            if len(self._results) > _MOST:
                del self._results[next(iter(self._results))]
        return Result(number, result)

    def take_result(self, number, value, may_change):
        """Return the copy of a result: the one that there is, if it comes again.

        A test may have handed it on, or compute with it what it expects. So `may_change` is asked
        whether it may get another content; if not, the new one is a copy of its own.
        """
        known = self._copies.get(number)
        if type(known) is type(value) in KINDS and _fits(known, value):
            if snapshot(known) == snapshot(value):
                return known
            if not may_change():
                return value
            overwrite(known, value)
            return known
        self._copies[number] = value
        if len(self._copies) > _MOST:
            del self._copies[next(iter(self._copies))]
        return value

    def take_back(self, number, value, window):
        """Return the original, or a part of it, in the place of an equal copy; or else the copy.

        A change that is not wanted is in the copy only.
        """
        leased = self._lent.get(number)
        if leased is None:
            return value
        mine = leased.value
        if window is not None:
            mine = arrays.look_into(mine, value.dtype, *window)
        if type(mine) is not type(value) or getattr(mine, "shape", 0) != getattr(value, "shape", 0):
            return value
        if leased.accepted or snapshot(mine) == snapshot(value):
            return mine
        return value

    def watch(self, numbers):
        """From now on tell how originals change that the other side keeps copies of."""
        for number in numbers:
            leased = self._lent.get(number)
            if leased is not None and is_small(leased.value):
                self._watched[number] = (leased.value, snapshot(leased.value))

    def changes(self):
        """Return [number, content] of the copies that changed since they came, or were told of."""
        return _changes(self._borrowed)

    def changes_of_originals(self):
        """Return the same of the originals that the other side keeps copies of."""
        return _changes(self._watched)

    def apply(self, changes):
        """Bring changes of copies into the originals."""
        for number, content in changes:
            leased = self._lent.get(number)
            if leased is not None and type(leased.value) is type(content):
                self._take(number, leased, content)

    def follow(self, changes):
        """Bring changes of originals into the copies."""
        for number, content in changes:
            copy, _ = self._borrowed.get(number, (None, None))
            if copy is not None and type(copy) is type(content):
                overwrite(copy, content)
                self._borrowed[number] = (copy, snapshot(copy))

    def _take(self, number, leased, content):
        if not leased.accepted:
            self.refused += 1
            return
        overwrite(leased.value, content)
        self.changed_by.add(leased.by)
        if number in self._watched:
            self.watch([number])

    def marks(self):
        """Return what `keep_since` and `release_since` need to know later."""
        return set(self._borrowed)

    def keep_since(self, marks):
        """A call is over, and its answer is due: note what of its arguments is still in use."""
        for number in self._borrowed.keys() - marks:
            value = self._borrowed[number][0]
            # This function, the table, and the list of arguments know it.
            if sys.getrefcount(value) > 4 and is_small(value):
                self.kept.append(number)
        return marks.union(self.kept)

    def release_since(self, marks):
        """The answer is sent: forget what was borrowed for the call."""
        for number in self._borrowed.keys() - marks:
            del self._borrowed[number]


def _changes(table):
    found = []
    for number, (value, before) in list(table.items()):
        now = snapshot(value)
        if now != before:
            table[number] = (value, now)
            found.append([number, value])
        elif sys.getrefcount(value) <= 3:  # only this function and the table know it
            del table[number]
    return found


def is_small(value):
    """Can a container be looked at with every message?"""
    size = value.size if isinstance(value, np.ndarray) else len(value)
    return size <= _MOST_ITEMS


def _is_small_inside(value):
    if isinstance(value, np.ndarray) or not is_small(value):
        return is_small(value)
    parts = value.values() if isinstance(value, dict) else value
    return sum(part.size for part in parts if isinstance(part, np.ndarray)) <= _MOST_ITEMS


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
    if type(old) is not type(new) or type(new) not in KINDS or not _fits(old, new):
        return new
    overwrite(old, new)
    return old


def _fits(old, new):
    if not isinstance(old, np.ndarray):
        return True
    return old.shape == new.shape and old.dtype == new.dtype and old.flags.writeable
