"""Answers to exercise 2a D1, second part: the proof of the shift identity as a chain."""

import numpy as np

from answer_bank import right, wrong

CELL = "a2a_lse_chain_answer"

CHAIN = "a2a_lse_chain"


@right
def constant_leaves_the_sum():
    steps_lse = [
        lambda x, a: np.log(np.sum(np.exp(x))),
        lambda x, a: np.log(np.sum(np.exp(a) * np.exp(x - a))),
        lambda x, a: np.log(np.exp(a) * np.sum(np.exp(x - a))),
        lambda x, a: np.log(np.exp(a)) + np.log(np.sum(np.exp(x - a))),
        lambda x, a: a + np.log(np.sum(np.exp(x - a))),
    ]


@right
def exponents_first():
    steps_lse = [
        lambda x, a: np.log(sum(np.exp(t) for t in x)),
        lambda x, a: np.log(np.sum(np.exp(a + (x - a)))),
        lambda x, a: np.log(np.sum(np.exp(x - a)) * np.exp(a)),
        lambda x, a: np.log(np.sum(np.exp(x - a))) + a,
    ]


@wrong(fails={CHAIN}, says="lines 3 and 4 are not equal")
def sum_of_logs():
    steps_lse = [
        lambda x, a: np.log(np.sum(np.exp(x))),
        lambda x, a: np.log(np.sum(np.exp(a) * np.exp(x - a))),
        lambda x, a: np.log(np.exp(a) * np.sum(np.exp(x - a))),
        lambda x, a: np.log(np.exp(a) + np.sum(np.exp(x - a))),
        lambda x, a: a + np.log(np.sum(np.exp(x - a))),
    ]


@wrong(fails={CHAIN}, says="at least 4 lines")
def too_short():
    steps_lse = [
        lambda x, a: np.log(np.sum(np.exp(x))),
        lambda x, a: np.log(np.exp(a) * np.sum(np.exp(x - a))),
        lambda x, a: a + np.log(np.sum(np.exp(x - a))),
    ]


@wrong(fails={CHAIN}, says="are the same expression")
def repeated_line():
    steps_lse = [
        lambda x, a: np.log(np.sum(np.exp(x))),
        lambda x, a: np.log(np.sum(np.exp(x))),
        lambda x, a: np.log(np.exp(a) * np.sum(np.exp(x - a))),
        lambda x, a: a + np.log(np.sum(np.exp(x - a))),
    ]


@wrong(fails={CHAIN}, says="stays finite for x = [1000, 1001, 999]")
def last_line_missing():
    steps_lse = [
        lambda x, a: np.log(np.sum(np.exp(x))),
        lambda x, a: np.log(np.sum(np.exp(x - a + a))),
        lambda x, a: np.log(np.sum(np.exp(x - a) * np.exp(a))),
        lambda x, a: np.log(np.exp(a) * np.sum(np.exp(x - a))),
    ]


@wrong(fails={CHAIN}, says="this line depends on a")
def back_to_front():
    steps_lse = [
        lambda x, a: a + np.log(np.sum(np.exp(x - a))),
        lambda x, a: np.log(np.exp(a)) + np.log(np.sum(np.exp(x - a))),
        lambda x, a: np.log(np.exp(a) * np.sum(np.exp(x - a))),
        lambda x, a: np.log(np.sum(np.exp(x))),
    ]


@wrong(fails={CHAIN}, says="not with log-sum-exp")
def about_something_else():
    steps_lse = [
        lambda x, a: 0.0 * np.sum(x),
        lambda x, a: a - a,
        lambda x, a: 0.0 * a,
        lambda x, a: 0.0,
    ]


@wrong(fails={CHAIN}, says="at least 4 lines")
def not_started():
    steps_lse = [
        lambda x, a: np.log(np.sum(np.exp(x))),
    ]
