"""Is a state of a random generator accepted only if drawing from the one before leads there?"""

import numpy as np
import pytest

from gradekit.execution.random_states import moved

KINDS = [np.random.PCG64, np.random.PCG64DXSM, np.random.MT19937]
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


def state_after(kind, seed, words):
    """The state of a generator that has given so many words."""
    bits = kind(seed)
    bits.random_raw(words, output=False)
    return bits.state


@each_kind
@pytest.mark.parametrize("words", [0, 1, 623, 624, 625, 100_000])
def test_forward(kind, words):
    begin = state_after(kind, 3, 50)
    after = state_after(kind, 3, 50 + words)
    assert str(moved(begin, after)) == str(after)


@each_kind
def test_backward(kind):
    assert moved(state_after(kind, 3, 50), state_after(kind, 3, 49)) is None


@each_kind
def test_of_another_seed(kind):
    assert moved(state_after(kind, 3, 50), state_after(kind, 4, 60)) is None


@each_kind
@pytest.mark.parametrize("other", [{"bit_generator": "SFC64"}, None, {"state": 1}])
def test_what_is_no_state(kind, other):
    begin = state_after(kind, 3, 50)
    assert moved(begin, begin | other if other else other) is None


def test_half_a_word_is_dropped():
    """A forged half could be the next small integer that a test draws."""
    begin = np.random.default_rng(3).bit_generator.state
    kept = moved(begin, begin | {"has_uint32": 1, "uinteger": 7})
    assert (kept["has_uint32"], kept["uinteger"]) == (0, 0)


def test_zeros_of_a_twister():
    """A twister of zeros gives nothing but zeros."""
    begin = state_after(np.random.MT19937, 3, 50)
    zeros = {"key": np.zeros(624, dtype=np.uint32), "pos": 10}
    assert moved(begin, begin | {"state": zeros}) is None
