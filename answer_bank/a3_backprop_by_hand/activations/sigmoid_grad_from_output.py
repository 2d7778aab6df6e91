"""Answers to exercise 3a E4: the slope of the sigmoid from its output."""

import numpy as np

from answer_bank import right, wrong

CELL = "a3a_sigmoid_grad_from_output"
NAME = "sigmoid_grad_from_output"

CORE = "a3a_sigmoid_grad_from_output_core"
TOLERANCE = 1e-12


def inputs(rng):
    """Yield outputs on which a surviving mutant is compared with the reference."""
    for shape in ((7,), (7, 5), (2, 3, 5), (1,), (0,)):
        for _ in range(2):
            yield (rng.uniform(size=shape),)
    yield (np.array([0.0, 0.5, 1.0]),)
    yield (np.float32([0.0, 0.5, 0.75]),)


@right
def product(p):
    return p * (1 - p)


@right
def difference(p):
    return p - p * p


@right
def from_the_middle(p):
    return 0.25 - (p - 0.5) ** 2


@right
def through_tanh(p):
    return tanh_grad_from_output(2 * p - 1) / 4


@wrong(fails={CORE}, says="yours = 1 - p^2: that is tanh's rule")
def tanh_rule(p):
    return 1 - p**2


@wrong(fails={CORE}, says="the sigmoid was applied again")
def sigmoid_again(p):
    return sigmoid(p) * (1 - sigmoid(p))


@wrong(fails={CORE}, says="yours = -expected")
def sign(p):
    return p * (p - 1)


@wrong(fails={CORE}, says="the slope of the sigmoid is at most 1/4")
def plus(p):
    return p * (1 + p)


@wrong(fails={CORE}, says="yours = p^2")
def square(p):
    return p**2


@wrong(fails={CORE}, says="yours = 2 x expected")
def factor_2(p):
    return 2 * p * (1 - p)


@wrong(fails={CORE}, says="result dtype is int64, and integers hold no fractions")
def int_trunc(p):
    slopes = np.zeros(p.shape, dtype=int)
    slopes[...] = p * (1 - p)
    return slopes


@wrong(fails={CORE}, says="read-only")
def in_place(p):
    p *= 1 - p
    return p.copy()


@wrong(fails={CORE}, says="is not available in a solution cell")
def asks_the_checks(p):
    import nn_utils

    return nn_utils._SIGMOID_GRAD.exact(p).astype(float)


@wrong(fails={CORE}, says="this exercise is still empty")
def not_started(p):
    raise NotImplementedError()
