"""Answers to exercise 3a W1: the wrong step of a printed proof."""

import numpy as np

from answer_bank import right, wrong

CELL = "a3a_w1"

FIRST = "a3a_w1_first"


def observe(answer):
    """Return what counts: many points refute line 4, and all of them are right."""
    x = answer.counterexample
    return answer.first_wrong_step, abs(np.tanh(x) + 1 - 2 / (1 - np.exp(-2 * x))) > 1e-6


@right
def at_one():
    first_wrong_step = 3
    counterexample = 1.0


@right
def at_a_negative_whole_number():
    first_wrong_step = 3
    counterexample = -2


@right
def searched_for():
    first_wrong_step = np.int64(3)
    counterexample = next(
        x for x in np.linspace(0.1, 2, 20) if abs(handed_in[3][0](x) - handed_in[3][1](x)) > 0.1
    )


@wrong(fails={FIRST}, says="line 4 is false already")
def second_wrong_step_given():
    first_wrong_step = 4
    counterexample = 1.0


@wrong(fails={FIRST}, says="the two sides agree there")
def earlier_step_blamed():
    first_wrong_step = 2
    counterexample = 1.0


@wrong(fails={FIRST}, says="a side is not finite there")
def at_zero():
    first_wrong_step = 3
    counterexample = 0.0


@wrong(fails={FIRST}, says="the two sides agree there")
def too_large_to_differ():
    first_wrong_step = 3
    counterexample = 30.0


@wrong(fails={FIRST}, says="TypeError")
def several_numbers():
    first_wrong_step = 3
    counterexample = np.array([1.0, 2.0])


@wrong(fails={FIRST}, says="a whole number from 1 to 4")
def not_started():
    first_wrong_step = None
    counterexample = None
