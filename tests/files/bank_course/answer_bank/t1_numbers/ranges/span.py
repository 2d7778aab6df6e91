"""Answers to the first exercise: largest minus smallest number."""

import numpy as np

from answer_bank import right, wrong

CELL = "t_span"
NAME = "span"
BOTH = {"t_span_core", "t_span_edges"}


def inputs(rng):
    yield ([],)
    yield ([2.5],)
    for size in range(1, 12):
        yield (list(rng.normal(size=size)),)


@right
def sorted_ends(x):
    ordered = sorted(x)
    return ordered[-1] - ordered[0] if ordered else 0.0


@right
def by_recursion(x):
    # The first number is either an end or does not matter.
    if len(x) < 2:
        return 0.0
    return max(by_recursion(x[1:]), max(abs(x[0] - value) for value in x))


@right
class CallsItself:
    def __new__(cls, x):
        return float(np.ptp(x)) if len(x) else 0.0


@wrong(fails=BOTH | {"t_scaled_core"}, says="yours 0.0, expected 3.0")
def last_minus_last(x):
    return x[-1] - x[-1]


@wrong(fails={"t_span_edges"}, says="IndexError: list index out of range")
def no_empty(x):
    return sorted(x)[-1] - sorted(x)[0]


@wrong(fails=BOTH | {"t_scaled_core"}, says="time-out")
def endless(x):
    while True:
        try:
            x = list(x)
        except BaseException:
            continue
