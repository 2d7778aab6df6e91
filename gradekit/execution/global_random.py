"""The global sources of random numbers, Python's and NumPy's, as if both sides had the same ones.

As long as a test neither seeds nor draws, each side has its own. Then the answers' side gets the
state, and what the student's functions draw moves it on for the test as well.
"""

import ctypes
import random

import numpy as np

from gradekit.execution.random_states import moved

_twister = np.random.mtrand._rand._bit_generator
_position = ctypes.c_int.from_address(_twister.ctypes.state_address + 624 * 4)
# The first word is the same for many seeds.
_second = ctypes.c_uint32.from_address(_twister.ctypes.state_address + 4)


class GlobalRandom:
    """What one side knows of the other's sources.

    Parameters
    ----------
    trusts : bool
        Whether any state is taken; otherwise only one that follows by drawing.
    """

    def __init__(self, trusts):
        self._trusts, self._mark = trusts, _mark()
        # The answers' side begins when the tests' side has told its states.
        self._shared = not trusts

    def changes(self):
        """Return the states if they changed since they were told or came; otherwise None."""
        if not self._shared or (mark := _mark()) == self._mark:
            return None
        self._mark = mark
        return {"numpy": np.random.get_state(legacy=False), "python": _python_state()}

    def apply(self, states):
        """Set the states that `changes` of the other side returned."""
        if self._trusts:
            np.random.set_state(states["numpy"])
            _set_python_state(states["python"])
        else:
            self._follow(states)
        self._mark, self._shared = _mark(), True

    def _follow(self, states):
        before = np.random.get_state(legacy=False)
        state = moved(before, states["numpy"])
        if state is not None and not _same(state, before):
            np.random.set_state(before | {"state": state["state"], "has_gauss": 0})
        if (state := moved(_python_state(), states["python"])) is not None:
            _set_python_state(state)


def _mark():
    """Something that changes when numbers are drawn from, or seeds put into, the sources."""
    words = random.getstate()[1]
    return _position.value, _second.value, words[-1], words[1]


def _same(one, other):
    one, other = one["state"], other["state"]
    return one["pos"] == other["pos"] and np.array_equal(one["key"], other["key"])


def _python_state():
    *key, place = random.getstate()[1]
    state = {"key": np.array(key, dtype=np.uint32), "pos": place}
    return {"bit_generator": "MT19937", "state": state}


def _set_python_state(state):
    words = (*state["state"]["key"].tolist(), state["state"]["pos"])
    random.setstate((3, words, None))
