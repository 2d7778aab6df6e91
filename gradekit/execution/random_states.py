"""States of random generators: has one moved on from another, as drawing numbers moves it?

A function that draws from a generator of a test moves it, and the test goes on from there. Were any
state accepted, a function could decide which numbers the test draws next, all of them zero for
instance. So a state must follow from the one before by drawing, and what a generator keeps aside
(half of a word, a second normal number) is dropped.
"""

import numpy as np

# One twist makes so many words of a Mersenne Twister.
_WORDS = 624
_MOST_TWISTS = 1 << 13
_MOST_STEPS = 1 << 32
_PCG_MULTIPLIERS = {"PCG64": 0x2360ED051FC65DA44385DF649FCCF645, "PCG64DXSM": 0xDA942042E4DD58B5}
_MASK = (1 << 128) - 1


def moved(before, after):
    """Return the state that a generator has after drawing, or None if `after` is no such state.

    Parameters
    ----------
    before, after : dict
        States of one of NumPy's bit generators; `after` is not to be trusted.

    Returns
    -------
    dict or None
    """
    try:
        if after["bit_generator"] != before["bit_generator"]:
            return None
        if after["bit_generator"] == "MT19937":
            return _moved_twister(before, after)
        return _moved_pcg(before, after)
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def _moved_twister(before, after):
    key, place = np.asarray(after["state"]["key"], dtype=np.uint32), int(after["state"]["pos"])
    twister = np.random.MT19937(0)
    twister.state = {"bit_generator": "MT19937", "state": before["state"]}
    twister.random_raw((place - int(before["state"]["pos"])) % _WORDS, output=False)
    for _ in range(_MOST_TWISTS):
        state = twister.state
        if np.array_equal(state["state"]["key"], key) and state["state"]["pos"] == place:
            return state
        twister.random_raw(_WORDS, output=False)
    return None


def _moved_pcg(before, after):
    multiplier = _PCG_MULTIPLIERS[before["bit_generator"]]
    increment = before["state"]["inc"]
    if after["state"]["inc"] != increment:
        return None
    steps = _distance(before["state"]["state"], after["state"]["state"], multiplier, increment)
    if steps >= _MOST_STEPS:
        return None
    return before | {
        "state": {"state": int(after["state"]["state"]), "inc": increment},
        "has_uint32": 0,
        "uinteger": 0,
    }


def _distance(here, there, multiplier, increment):
    """Steps between two states of s -> s * multiplier + increment modulo 2^128.

    The lowest bit of the states repeats after 2 steps, the two lowest after 4, and so on, so the
    number of steps can be found bit by bit; from M. E. O'Neill, "PCG: A Family of Simple Fast
    Space-Efficient Statistically Good Algorithms for Random Number Generation", 2014, section 4.3.
    """
    distance, bit = 0, 1
    while here != there and bit <= _MASK:
        if here & bit != there & bit:
            here = (here * multiplier + increment) & _MASK
            distance |= bit
        increment = ((multiplier + 1) * increment) & _MASK
        multiplier = (multiplier * multiplier) & _MASK
        bit <<= 1
    return distance
