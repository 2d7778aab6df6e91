"""Answers to exercise 2a W1: the wrong steps of a proof."""

import numpy as np

from answer_bank import right, wrong

CELL = "a2a_w1"

FIRST, SECOND = "a2a_w1_first", "a2a_w1_second"


def observe(answer):
    """Return what counts: many points refute line 2, and all of them are right."""
    x, a = answer.counterexample
    left, right = np.sum(np.exp(x)), np.exp(a) + np.sum(np.exp(x - a))
    return answer.first_wrong_step, answer.second_wrong_step, abs(left - right) > 1e-6


@right
def from_the_text():
    first_wrong_step = 1
    counterexample = (np.array([0.3, -1.0, 2.0]), 1.0)
    second_wrong_step = 4


@right
def smallest_counterexample():
    first_wrong_step = 1
    counterexample = (np.array([0.0]), 0.0)
    second_wrong_step = 4


@wrong(fails={FIRST}, says="line 2 is false already")
def legal_step_blamed():
    first_wrong_step = 3
    counterexample = (np.array([0.3, -1.0, 2.0]), 1.0)
    second_wrong_step = 4


@wrong(fails={FIRST}, says="so the point does not refute the line")
def point_where_both_agree():
    # e^a + e^(-a) S = S holds for S = e^a / (1 - e^(-a)), here with one entry
    first_wrong_step = 1
    counterexample = (np.array([1.0 - np.log(1.0 - np.exp(-1.0))]), 1.0)
    second_wrong_step = 4


@wrong(fails={FIRST}, says="a side is not finite there")
def overflowing_point():
    first_wrong_step = 1
    counterexample = (np.array([1000.0, 0.0]), 1.0)
    second_wrong_step = 4


@wrong(fails={FIRST}, says="a tuple of 2 arguments")
def point_without_shift():
    first_wrong_step = 1
    counterexample = np.array([0.3, -1.0, 2.0])
    second_wrong_step = 4


@wrong(fails={SECOND}, says="log of both sides, which are positive")
def legal_logarithm_blamed():
    first_wrong_step = 1
    counterexample = (np.array([0.3, -1.0, 2.0]), 1.0)
    second_wrong_step = 3


@wrong(fails={SECOND}, says="line 5 is true already")
def counted_by_line():
    first_wrong_step = 1
    counterexample = (np.array([0.3, -1.0, 2.0]), 1.0)
    second_wrong_step = 5


@wrong(fails={FIRST, SECOND}, says="a whole number from 1 to 5")
def not_started():
    first_wrong_step = None
    counterexample = (np.array([0.0]), 0.0)
    second_wrong_step = None
