"""Answers to exercise 3a W2: weights for which a printed recipe is right, and others."""

import numpy as np

from answer_bank import right, wrong

CELL = "a3a_w2"

GOOD, BAD = "a3a_w2_good", "a3a_w2_bad"


def observe(answer):
    """What matters: whether the weights sum to 1."""
    return abs(np.sum(answer.good_weights) - 1) < 1e-9, abs(np.sum(answer.bad_weights) - 1) > 1e-6


@right
def sums_of_one_and_three():
    good_weights = np.array([0.5, 1.5, -1.0])
    bad_weights = np.array([0.5, 1.5, 1.0])


@right
def one_hidden_unit():
    good_weights = [1]
    bad_weights = [0]


@right
def equal_weights():
    good_weights = np.full(11, 1 / 11)
    bad_weights = np.full(11, 1.0)


@right
def large_and_canceling():
    good_weights = np.array([1e6, -1e6, 1.0])
    bad_weights = np.array([1e6, -1e6])


@wrong(fails={GOOD}, says="off by [-0.5, -0.5, -0.5]")
def sum_of_two():
    good_weights = np.array([1.0, 1.0])
    bad_weights = np.array([3.0, 1.0])


@wrong(fails={BAD}, says="both networks agree")
def both_right():
    good_weights = np.array([0.5, 0.5])
    bad_weights = np.array([2.0, -1.0])


@wrong(fails={GOOD, BAD}, says="the recipe")
def exchanged():
    good_weights = np.array([0.5, 1.5, 1.0])
    bad_weights = np.array([0.5, 1.5, -1.0])


@wrong(fails={GOOD}, says="off by [0.5, 0.5, 0.5]")
def sum_of_zero():
    good_weights = np.zeros(3)
    bad_weights = np.array([1.0, 2.0])


@wrong(fails={GOOD, BAD}, says="an array of shape (H,)")
def a_matrix():
    good_weights = np.array([[0.5, 0.5]])
    bad_weights = np.array([[0.5, 1.5]])


@wrong(fails={GOOD, BAD}, says="finite numbers, an array of shape (H,)")
def not_started():
    good_weights = None
    bad_weights = None
