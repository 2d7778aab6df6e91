r"""Answers to exercise 4a W1: errors that a gradient check cannot see, graded by hand."""

from answer_bank import right, wrong

CELL = "a4a_w1"


@right
def wrong_function_and_state():
    r"""1. Forward computes the wrong thing and backward is the right gradient of it, for instance a loss without $1 / N$
    in both passes. The check compares backward with the differences of the same forward, so they agree.
    2. A cache that all objects of the class share. The check uses one object, one forward and one backward."""


@right
def kinks_and_in_place():
    r"""1. The slope of ReLU at $x = 0$: random test points never hit it, so whatever is returned there is not tested.
    2. backward writes into `d_out`. The returned numbers are right; the damage is seen by whoever uses `d_out` afterwards."""


@wrong()
def two_of_a_kind():
    r"""1. Logits of 1000, where exp overflows, since the test used small ones. 2. A batch of one sample, since the test
    used seven. (Both are points that were not tested: 1 point.)"""


@wrong()
def things_that_it_sees():
    r"""A forgotten factor 2, and a transposed matrix, if you are unlucky with the random numbers."""


@wrong()
def no_reasons():
    r"""Overflow. Shared memory."""
