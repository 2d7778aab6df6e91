"""Answers to exercise 3a E5: tanh, computed with a given sigmoid."""

import numpy as np

from answer_bank import right, wrong

CELL = "a3a_tanh_from_sigmoid"
NAME = "tanh_from_sigmoid"

CORE, EDGES = "a3a_tanh_from_sigmoid_core", "a3a_tanh_from_sigmoid_edges"
TOLERANCE = 1e-13


def inputs(rng):
    """Yield arrays on which a surviving mutant is compared with the reference."""
    for shape in ((7,), (7, 5), (2, 3, 5), (1,), (0,)):
        for scale in (1, 20):
            yield (rng.normal(scale=scale, size=shape),)
    yield (np.array([0.0, 1e3, -1e3, 1e5]),)
    yield (np.float32([0.0, 1.5, -100.0]),)


@right
def scaled_and_shifted(x):
    return 2 * sigmoid(2 * x) - 1


@right
def from_the_other_side(x):
    return 1 - 2 * sigmoid(-2 * x)


@right
def difference_of_both(x):
    return sigmoid(2 * x) - sigmoid(-2 * x)


@right
def quotient_of_squares(x):
    # sigma(x) / sigma(-x) = e^x
    up, down = sigmoid(x) ** 2, sigmoid(-x) ** 2
    return (up - down) / (up + down)


@right
def helper_inside(x):
    def twice(s):
        return sigmoid(s + s) + sigmoid(s + s)

    return twice(x) - 1


@wrong(fails={CORE, EDGES}, says="yours(x) = expected(x / 2)")
def no_inner_2(x):
    return 2 * sigmoid(x) - 1


@wrong(fails={CORE, EDGES}, says="values between -1 and 0 only")
def no_outer_2(x):
    return sigmoid(2 * x) - 1


@wrong(fails={CORE, EDGES}, says="yours = expected + 1.0 in every entry")
def no_minus_1(x):
    return 2 * sigmoid(2 * x)


@wrong(fails={CORE, EDGES}, says="yours = -expected")
def sign(x):
    return 1 - 2 * sigmoid(2 * x)


@wrong(fails={CORE, EDGES}, says="your answer is computed without the function sigmoid")
def uses_np_tanh(x):
    return np.tanh(x)


@wrong(fails={CORE, EDGES}, says="your answer is computed without the function sigmoid")
def calls_sigmoid_and_drops_it(x):
    return np.tanh(x) + 0 * sigmoid(x)


@wrong(fails={CORE, EDGES}, says="your answer is computed without the function sigmoid")
def own_exponential(x):
    small = np.exp(-2 * np.abs(x))
    return np.sign(x) * (1 - small) / (1 + small)


@wrong(fails={CORE, EDGES}, says="nan where both exponentials overflow")
def exp_quotient(x):
    return (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))


@wrong(fails={CORE, EDGES}, says="x is used outside sigmoid too")
def half_an_exponential(x):
    return np.sign(x) * sigmoid(2 * np.abs(x)) * (1 - np.exp(-2 * np.abs(x)))


@wrong(fails={EDGES}, says="float32 in, float64 out")
def always_float64(x):
    return 2 * sigmoid(2 * np.asarray(x, dtype=np.float64)) - 1


@wrong(fails={EDGES}, says="there is a loop over the entries")
def entry_by_entry(x):
    flat = [2 * sigmoid(2 * entry) - 1 for entry in np.ravel(x)]
    return np.array(flat, dtype=x.dtype).reshape(x.shape)


@wrong(fails={EDGES}, says="read-only")
def in_place(x):
    x *= 2
    return 2 * sigmoid(x) - 1


@wrong(fails={CORE, EDGES}, says="is not available in a solution cell")
def asks_the_checks(x):
    import nn_utils

    return nn_utils._TANH.exact(x).astype(float)


@wrong(fails={CORE, EDGES}, says="this exercise is still empty")
def not_started(x):
    raise NotImplementedError()
