"""Answers to exercise 2b D1: the way to the stable binary cross-entropy, as a list of functions."""

import math

import numpy as np

from answer_bank import right, wrong

CELL = "a2b_bce_chain"

CORE = "a2b_bce_chain_core"


def inputs(rng):
    """Yield scores and labels at which the lines of a surviving mutant are compared."""
    for _ in range(20):
        yield float(rng.uniform(-10, 10)), float(rng.uniform())
    for s in (-3.0, 0.0, 2.0):
        for y in (0.0, 1.0):
            yield s, y


def observe(answer, s, y):
    """The value of every line."""
    return [float(line(s, y)) for line in answer.steps_bce]


TOLERANCE = 1e-9


@right
def through_form_a():
    steps_bce = [
        lambda s, y: (
            -(y * np.log(1 / (1 + np.exp(-s))) + (1 - y) * np.log(1 - 1 / (1 + np.exp(-s))))
        ),
        lambda s, y: y * np.log(1 + np.exp(-s)) + (1 - y) * (s + np.log(1 + np.exp(-s))),
        lambda s, y: (1 - y) * s + np.log(1 + np.exp(-s)),
        lambda s, y: max(s, 0) - s * y + np.log1p(np.exp(-abs(s))),
    ]


@right
def functions_of_math():
    # math.log(0) and math.exp(800) raise where NumPy returns -inf and inf
    steps_bce = [
        lambda s, y: (
            -(y * math.log(1 / (1 + math.exp(-s))) + (1 - y) * math.log(1 - 1 / (1 + math.exp(-s))))
        ),
        lambda s, y: y * math.log(1 + math.exp(-s)) + (1 - y) * (s + math.log(1 + math.exp(-s))),
        lambda s, y: (1 - y) * s + math.log(1 + math.exp(-s)),
        lambda s, y: max(s, 0) - s * y + math.log1p(math.exp(-abs(s))),
    ]


@right
def two_cases_in_each_line():
    steps_bce = [
        lambda s, y: (
            -(y * np.log(1 / (1 + np.exp(-s))) + (1 - y) * np.log(1 - 1 / (1 + np.exp(-s))))
        ),
        lambda s, y: -y * np.log(1 / (1 + np.exp(-s))) - (1 - y) * np.log(1 / (1 + np.exp(s))),
        lambda s, y: y * np.log(1 + np.exp(-s)) + (1 - y) * np.log(1 + np.exp(s)),
        lambda s, y: (
            (1 - y) * s + np.log(1 + np.exp(-s)) if s >= 0 else -y * s + np.log(1 + np.exp(s))
        ),
        lambda s, y: np.maximum(s, 0) - s * y + np.log(1 + np.exp(-np.abs(s))),
    ]


@right
def with_a_named_probability():
    def p(s):
        return 1 / (1 + np.exp(-s))

    steps_bce = [
        lambda s, y: -(y * np.log(p(s)) + (1 - y) * np.log(1 - p(s))),
        lambda s, y: -y * np.log(p(s)) - (1 - y) * np.log(p(-s)),
        lambda s, y: -y * np.log(p(s)) - (1 - y) * (np.log(p(s)) - s),
        lambda s, y: (1 - y) * s - np.log(p(s)),
        lambda s, y: (1 - y) * s + np.logaddexp(0, -s),
    ]


@wrong(fails={CORE}, says="lines 1 and 2 are not equal")
def sign_of_the_score():
    steps_bce = [
        lambda s, y: (
            -(y * np.log(1 / (1 + np.exp(-s))) + (1 - y) * np.log(1 - 1 / (1 + np.exp(-s))))
        ),
        lambda s, y: y * np.log(1 + np.exp(-s)) + (1 - y) * (-s + np.log(1 + np.exp(-s))),
        lambda s, y: -(1 - y) * s + np.log(1 + np.exp(-s)),
        lambda s, y: max(s, 0) - s * y + np.log(1 + np.exp(-abs(s))),
    ]


@wrong(fails={CORE}, says="lines 3 and 4 are not equal")
def absolute_value_in_place_of_the_maximum():
    steps_bce = [
        lambda s, y: (
            -(y * np.log(1 / (1 + np.exp(-s))) + (1 - y) * np.log(1 - 1 / (1 + np.exp(-s))))
        ),
        lambda s, y: y * np.log(1 + np.exp(-s)) + (1 - y) * (s + np.log(1 + np.exp(-s))),
        lambda s, y: (1 - y) * s + np.log(1 + np.exp(-s)),
        lambda s, y: abs(s) - s * y + np.log(1 + np.exp(-abs(s))),
    ]


@wrong(fails={CORE}, says="lines 2 and 3 are not equal")
def logarithm_of_a_sum_split():
    steps_bce = [
        lambda s, y: (
            -(y * np.log(1 / (1 + np.exp(-s))) + (1 - y) * np.log(1 - 1 / (1 + np.exp(-s))))
        ),
        lambda s, y: (1 - y) * s + np.log(1 + np.exp(-s)),
        lambda s, y: (1 - y) * s + np.log(1) + max(0, -s),
        lambda s, y: max(s, 0) - s * y,
    ]


@wrong(fails={CORE}, says="stays finite")
def ends_where_exp_overflows():
    steps_bce = [
        lambda s, y: (
            -(y * np.log(1 / (1 + np.exp(-s))) + (1 - y) * np.log(1 - 1 / (1 + np.exp(-s))))
        ),
        lambda s, y: -y * np.log(1 / (1 + np.exp(-s))) - (1 - y) * np.log(1 / (1 + np.exp(s))),
        lambda s, y: y * np.log(1 + np.exp(-s)) + (1 - y) * (s + np.log(1 + np.exp(-s))),
        lambda s, y: (1 - y) * s + np.log(1 + np.exp(-s)),
    ]


@wrong(fails={CORE}, says="through the probability")
def starts_in_the_middle():
    steps_bce = [
        lambda s, y: (1 - y) * s + np.logaddexp(0, -s),
        lambda s, y: (1 - y) * s + max(-s, 0) + np.log(1 + np.exp(-abs(s))),
        lambda s, y: s - y * s + max(-s, 0) + np.log(1 + np.exp(-abs(s))),
        lambda s, y: max(s, 0) - s * y + np.log(1 + np.exp(-abs(s))),
    ]


@wrong(fails={CORE}, says="at least 4 lines")
def claim_alone():
    steps_bce = [
        lambda s, y: (
            -(y * np.log(1 / (1 + np.exp(-s))) + (1 - y) * np.log(1 - 1 / (1 + np.exp(-s))))
        ),
        lambda s, y: max(s, 0) - s * y + np.log(1 + np.exp(-abs(s))),
    ]


@wrong(fails={CORE}, says="lines 3 and 4 are the same expression")
def padded_by_repetition():
    steps_bce = [
        lambda s, y: (
            -(y * np.log(1 / (1 + np.exp(-s))) + (1 - y) * np.log(1 - 1 / (1 + np.exp(-s))))
        ),
        lambda s, y: (1 - y) * s + np.log(1 + np.exp(-s)),
        lambda s, y: max(s, 0) - s * y + np.log(1 + np.exp(-abs(s))),
        lambda s, y: max(s, 0) - s * y + np.log(1 + np.exp(-abs(s))),
    ]


@wrong(fails={CORE}, says="at least 4 lines")
def not_started():
    steps_bce = [
        lambda s, y: (
            -(y * np.log(1 / (1 + np.exp(-s))) + (1 - y) * np.log(1 - 1 / (1 + np.exp(-s))))
        ),
    ]


@wrong(fails={CORE}, says="not with the binary cross-entropy")
def about_something_else():
    steps_bce = [
        lambda s, y: 0.0 * np.log(1 - 1 / (1 + np.exp(-s))),
        lambda s, y: s - s,
        lambda s, y: 0.0 * y,
        lambda s, y: 0.0,
    ]
