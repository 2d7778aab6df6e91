"""Answers to exercise 3a E3: the slope of tanh from its output."""

import numpy as np

from answer_bank import right, wrong

CELL = "a3a_tanh_grad_from_output"
NAME = "tanh_grad_from_output"

CORE, EDGES = "a3a_tanh_grad_from_output_core", "a3a_tanh_grad_from_output_edges"
TOLERANCE = 1e-12


def inputs(rng):
    """Yield outputs on which a surviving mutant is compared with the reference."""
    for shape in ((7,), (7, 5), (2, 3, 5), (1,), (0,)):
        for scale in (1, 3):
            yield (np.tanh(rng.normal(scale=scale, size=shape)),)
    yield (np.array([0.0, 1.0, -1.0]),)
    yield (np.float32([0.0, 0.5, -0.75]),)


@right
def one_minus_square(t):
    return 1 - t * t


@right
def two_factors(t):
    return (1 - t) * (1 + t)


@right
def power(t):
    return 1.0 - t**2


@right
def sum_and_correction(t):
    return (1 - t) + t * (1 - t)


@right
def through_the_logarithm(t):
    # 1 / cosh(x)^2 at x = artanh(t), except at the ends
    inside = np.where(np.abs(t) < 1, t, 0)
    cosh = 1 / np.sqrt((1 - inside) * (1 + inside))
    return np.where(np.abs(t) < 1, 1 / cosh**2, 0).astype(t.dtype)


@wrong(fails={CORE, EDGES}, says="yours = 1 - tanh(t)^2; t already is tanh(x)")
def tanh_again(t):
    return 1 - np.tanh(t) ** 2


@wrong(fails={CORE, EDGES}, says="right only at t = 0 and 1")
def one_minus_t(t):
    return 1 - t


@wrong(fails={CORE, EDGES}, says="the sigmoid's rule")
def sigmoid_rule(t):
    return t * (1 - t)


@wrong(fails={CORE, EDGES}, says="values above 1")
def plus(t):
    return 1 + t**2


@wrong(fails={CORE, EDGES}, says="yours = expected + 1.0 in every entry")
def two_instead_of_one(t):
    return 2 - t**2


@wrong(fails={CORE, EDGES}, says="yours = -expected")
def sign(t):
    return t**2 - 1


@wrong(fails={CORE, EDGES}, says="the square of t has to be subtracted from 1")
def only_the_square(t):
    return t**2


@wrong(fails={CORE, EDGES}, says="result dtype is int64, and integers hold no fractions")
def int_trunc(t):
    slopes = np.zeros(t.shape, dtype=int)
    slopes[...] = 1 - t**2
    return slopes


@wrong(fails={CORE, EDGES}, says="the error is")
def from_differences(t):
    h = 1e-6
    x = np.arctanh(np.clip(t, -1 + 1e-16, 1 - 1e-16))
    return (np.tanh(x + h) - np.tanh(x - h)) / (2 * h)


@wrong(fails={EDGES}, says="float32 in, float64 out")
def always_float64(t):
    t = np.asarray(t, dtype=float)
    return 1 - t**2


@wrong(fails={EDGES}, says="read-only")
def in_place(t):
    t *= t
    return 1 - t


@wrong(fails={EDGES}, says="there is a loop over the entries")
def entry_by_entry(t):
    slopes = np.empty_like(t)
    for index in np.ndindex(t.shape):
        slopes[index] = 1 - t[index] ** 2
    return slopes


@wrong(fails={CORE, EDGES}, says="is not available in a solution cell")
def asks_the_checks(t):
    import nn_utils

    return nn_utils._TANH_GRAD.exact(t).astype(float)


@wrong(fails={CORE, EDGES}, says="this exercise is still empty")
def not_started(t):
    raise NotImplementedError()
