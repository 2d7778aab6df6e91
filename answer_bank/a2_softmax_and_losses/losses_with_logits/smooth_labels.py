"""Answers to exercise 2b E5: smoothed labels."""

import numpy as np

from answer_bank import right, wrong

CELL = "a2b_smooth_labels"
NAME = "smooth_labels"

CORE = "a2b_smooth_labels_core"
TOLERANCE = 1e-14


def inputs(rng):
    """Yield labels on which a surviving mutant is compared with the reference."""
    for num_classes in (1, 3, 10):
        for eps in (0.0, 0.1, 0.25, 1.0):
            yield rng.integers(0, num_classes, size=7), num_classes, eps
    yield np.zeros(0, dtype=int), 3, 0.1


@right
def mixture(y, num_classes, eps):
    return (1 - eps) * np.eye(num_classes)[y] + eps / num_classes


@right
def fill_then_scatter(y, num_classes, eps):
    targets = np.full((len(y), num_classes), eps / num_classes)
    targets[np.arange(len(y)), y] += 1 - eps
    return targets


@right
def where(y, num_classes, eps):
    low = eps / num_classes
    return np.where(np.arange(num_classes) == y[:, None], 1 - eps + low, low)


@wrong(fails={CORE}, says="the uniform part includes the true class")
def eps_over_k_minus_1(y, num_classes, eps):
    targets = np.full((len(y), num_classes), eps / (num_classes - 1))
    targets[np.arange(len(y)), y] = 1 - eps
    return targets


@wrong(fails={CORE}, says="rows sum to 1.1")
def added_not_mixed(y, num_classes, eps):
    return one_hot(y, num_classes) + eps / num_classes


@wrong(fails={CORE}, says="rows sum to 0.99")
def uniform_part_only_elsewhere(y, num_classes, eps):
    targets = np.full((len(y), num_classes), eps / num_classes)
    targets[np.arange(len(y)), y] = 1 - eps
    return targets


@wrong(fails={CORE}, says="rows sum to 1.9")
def eps_not_shared_out(y, num_classes, eps):
    return (1 - eps) * one_hot(y, num_classes) + eps


@wrong(fails={CORE}, says="integers hold no fractions")
def int_dtype(y, num_classes, eps):
    targets = np.zeros((len(y), num_classes), dtype=int)
    targets[:] = eps / num_classes
    targets[np.arange(len(y)), y] = 1 - eps + eps / num_classes
    return targets


@wrong(fails={CORE}, says="your function changed its argument number 1")
def modifies_argument(y, num_classes, eps):
    targets = (1 - eps) * one_hot(y, num_classes) + eps / num_classes
    y[:] = 0
    return targets


@wrong(fails={CORE}, says="eps has no effect")
def eps_not_used(y, num_classes, eps):
    return one_hot(y, num_classes)


@wrong(fails={CORE}, says="transpose")
def transposed(y, num_classes, eps):
    return ((1 - eps) * one_hot(y, num_classes) + eps / num_classes).T


@wrong(fails={CORE}, says="your matrix has")
def infers_the_number_of_classes(y, num_classes, eps):
    k = int(np.max(y, initial=0)) + 1
    return (1 - eps) * one_hot(y, k) + eps / k


@wrong(fails={CORE}, says="there is a loop over the labels")
def loop(y, num_classes, eps):
    targets = np.full((len(y), num_classes), eps / num_classes)
    for n, k in enumerate(y):
        targets[n, k] += 1 - eps
    return targets


@wrong(fails={CORE}, says="not available in a solution cell")
def asks_the_checks(y, num_classes, eps):
    import nn_utils

    return nn_utils._exact_smooth_labels(y, num_classes, eps).astype(float)


@wrong(fails={CORE}, says="this exercise is still empty")
def not_started(y, num_classes, eps):
    raise NotImplementedError()
