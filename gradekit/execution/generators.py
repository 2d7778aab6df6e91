"""NumPy's random generators that both processes have: whoever runs draws from the same stream."""

import collections
import itertools
import sys

import numpy as np

from gradekit.execution.random_states import moved
from gradekit.execution.values import CannotDecode

_BITS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")
_FRONTS = {"Generator": np.random.Generator, "RandomState": np.random.RandomState}
_MOST, _MOST_EARLIER = 32, 32


class Generators:
    """Twins of generators, kept in step: each message tells the states that have changed.

    Parameters
    ----------
    side : int
        0 for the tests, 1 for the answers, which trust the tests.
    may_put_back : callable
        Whether the other side may put a generator into a state in which it was before.
    """

    def __init__(self, side, may_put_back):
        self._side, self._next, self._may_put_back = side, itertools.count(1), may_put_back
        self._known, self._numbers, self._states, self._earlier = {}, {}, {}, {}

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
                self._remember(key, state)
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
            state = moved(bits.state, state) or self._earlier_one(key, state)
        if state is not None:
            bits.state = state
            self._remember(key, bits.state)

    def _earlier_one(self, key, state):
        """The state, if the generator was in it before: a function may have put it back."""
        found = next((one for one in self._earlier[key] if _equal(one, state)), None)
        return found if found is not None and self._may_put_back() else None

    def _remember(self, key, state):
        self._states[key] = state
        self._earlier.setdefault(key, collections.deque(maxlen=_MOST_EARLIER)).append(state)

    def _keep(self, key, generator):
        self._known[key], self._numbers[id(generator)] = generator, key
        self._remember(key, _bits(generator).state)
        if len(self._known) > _MOST:
            self._forget(next(iter(self._known)))

    def _forget(self, key):
        del self._numbers[id(self._known.pop(key))], self._states[key], self._earlier[key]


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
        return _frozen(one) == _frozen(other)


def _frozen(state):
    if isinstance(state, dict):
        return {key: _frozen(part) for key, part in state.items()}
    return state.tobytes() if isinstance(state, np.ndarray) else state
