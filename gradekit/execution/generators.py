"""NumPy's random generators that both processes have: whoever runs draws from the same stream."""

import itertools
import sys

import numpy as np

from gradekit.execution.random_states import moved
from gradekit.execution.values import CannotDecode

_BITS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")
_FRONTS = {"Generator": np.random.Generator, "RandomState": np.random.RandomState}
_MOST = 32


class Generators:
    """Twins of generators, kept in step: each message tells the states that have changed.

    Parameters
    ----------
    side : int
        0 for the tests, 1 for the answers, which trust the tests.
    """

    def __init__(self, side):
        self._side, self._next = side, itertools.count(1)
        self._known, self._numbers, self._states = {}, {}, {}

    def encode(self, generator):
        """Return number, kind and state."""
        key = self._numbers.get(id(generator))
        if key is None:
            key = (self._side, next(self._next))
            self._keep(key, generator)
        bits = _bits(generator)
        front = "RandomState" if isinstance(generator, np.random.RandomState) else "Generator"
        return [list(key), f"{front} {type(bits).__name__}", bits.state]

    def decode(self, key, kind, state):
        """Return the twin on this side."""
        key = tuple(key)
        if key in self._known:
            self._move(key, state)
        else:
            generator = _make(kind)
            _bits(generator).state = state
            self._keep(key, generator)
        return self._known[key]

    def changes(self):
        """Return [key, state] of the generators that were drawn from on this side."""
        found = []
        for key, generator in list(self._known.items()):
            # What only the table, the list and this function know is of no use any more.
            if sys.getrefcount(generator) <= 4:
                self._forget(key)
                continue
            state = _bits(generator).state
            if not _equal(state, self._states[key]):
                self._states[key] = state
                found.append([list(key), state])
        return found

    def apply(self, changes):
        """Bring twins on this side up to date."""
        for key, state in changes:
            if tuple(key) in self._known:
                self._move(tuple(key), state)

    def _move(self, key, state):
        bits = _bits(self._known[key])
        if self._side == 0:  # what the answers' side says of a test's generator may be a lie
            state = moved(bits.state, state)
        if state is not None:
            bits.state = state
            self._states[key] = bits.state

    def _keep(self, key, generator):
        self._known[key], self._numbers[id(generator)] = generator, key
        self._states[key] = _bits(generator).state
        if len(self._known) > _MOST:
            self._forget(next(iter(self._known)))

    def _forget(self, key):
        del self._numbers[id(self._known.pop(key))], self._states[key]


def _bits(generator):
    return getattr(generator, "bit_generator", None) or generator._bit_generator


def _make(kind):
    front, bits = kind.split()
    if bits not in _BITS:
        raise CannotDecode("an unknown random generator")
    return _FRONTS[front](getattr(np.random, bits)(0))


def _equal(one, other):
    try:
        return one == other
    except ValueError:  # there is an array among the values
        return all(np.array_equal(one[key], other[key]) for key in one.keys() - {"state"}) and all(
            np.array_equal(one["state"][key], other["state"][key]) for key in one["state"]
        )
