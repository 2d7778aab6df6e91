"""Answers to exercise 3c E4: with margin 1 the loss depends on the true class alone."""

import numpy as np

from answer_bank import right, wrong

CELL = "a3c_margin_one"
NAME = "margin_one_is_linear"

CORE = "a3c_margin_one_core"
TOLERANCE = 1e-13


def inputs(rng):
    """Yield probabilities on which a surviving mutant is compared with the reference."""
    for num_classes in (2, 3, 5, 11):
        for _ in range(3):
            yield rng.uniform(size=7), num_classes


@right
def closed_form(p_y, K):
    return K * (1 - p_y)


@right
def sum_without_max(p_y, K):
    others = 1 - p_y  # the sum of p_j over j != y
    return others - (K - 1) * p_y + (K - 1)


@right
def from_the_hinge(p_y, K):
    p = np.repeat(((1 - p_y) / (K - 1))[:, None], K, axis=1)
    p[:, 0] = p_y
    return np.sum(np.maximum(0, p[:, 1:] - p[:, :1] + 1), axis=1)


@right
def list_of_floats(p_y, K):
    return [K - K * float(t) for t in p_y]


@wrong(fails={CORE}, says="how often does each p_j - p_y + 1 occur?")
def leftover(p_y, K):
    return 1 - p_y


@wrong(fails={CORE}, says="(K - 1)(1 - p_y)")
def one_class_less(p_y, K):
    return (K - 1) * (1 - p_y)


@wrong(fails={CORE}, says="K p_y rises with p_y")
def rising(p_y, K):
    return K * p_y


@wrong(fails={CORE}, says="K (1 - p_y) - 1")
def one_margin_missing(p_y, K):
    return K * (1 - p_y) - 1


@wrong(fails={CORE}, says="K - p_y: each of the terms holds p_y once")
def p_y_once(p_y, K):
    return K - p_y


@wrong(fails={CORE}, says="only the margins were added")
def only_margins(p_y, K):
    return np.full(len(p_y), K - 1.0)


@wrong(fails={CORE}, says="yours is the sum of all expected entries")
def summed(p_y, K):
    return np.sum(K * (1 - p_y))


@wrong(fails={CORE}, says="your function changed its argument number 1")
def in_place(p_y, K):
    p_y -= 1
    return -K * p_y


@wrong(fails={CORE}, says="not available in a solution cell")
def asks_the_checks(p_y, K):
    import nn_utils

    return np.array(nn_utils._exact_margin_one(p_y, K))


@wrong(fails={CORE}, says="this exercise is still empty")
def not_started(p_y, K):
    raise NotImplementedError()
