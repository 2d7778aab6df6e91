"""Answers to exercise 2b W1: the relative errors of three printed losses."""

import numpy as np

from answer_bank import right, wrong

CELL = "a2b_w1"

ERRORS = "a2b_w1_errors"


def observe(answer):
    """The numbers to the accuracy that is asked for."""
    return [float(f"{error:.2g}") for error in answer.relative_errors]


@right
def two_digits():
    relative_errors = [3.4e-8, 1, 1]


@right
def computed():
    right_losses = np.log1p(np.exp(-scores))
    relative_errors = np.abs(printed - right_losses) / right_losses


@right
def by_series():
    t = np.exp(-scores)
    relative_errors = [abs(p - (u - u * u / 2)) / u for p, u in zip(printed, t)]


@wrong(fails={ERRORS}, says="this is the absolute error")
def absolute():
    relative_errors = list(np.abs(printed - np.log1p(np.exp(-scores))))


@wrong(fails={ERRORS}, says="this is in percent")
def percent():
    relative_errors = [3.4e-6, 100, 100]


@wrong(fails={ERRORS}, says="without its sign")
def signed():
    right_losses = np.log1p(np.exp(-scores))
    relative_errors = list((printed - right_losses) / right_losses)


@wrong(fails={ERRORS}, says="3 finite numbers")
def divided_by_the_printed_loss():
    with np.errstate(all="ignore"):
        relative_errors = list(np.abs(printed - np.log1p(np.exp(-scores))) / printed)


@wrong(fails={ERRORS}, says="the printed loss at s = 20")
def first_taken_for_right():
    relative_errors = [0.0, 1.0, 1.0]


@wrong(fails={ERRORS}, says="3 finite numbers")
def not_started():
    relative_errors = [None, None, None]
