"""Answers to exercise 4b E6: the share of samples that are classified correctly."""

import numpy as np

from answer_bank import right, wrong

CELL = "a4b_accuracy"
NAME = "accuracy"

CORE = "a4b_accuracy_core"


def inputs(rng):
    """Yield predictions on which a surviving mutant is compared with the reference."""
    for n, k in ((7, 3), (1, 5), (11, 11), (47, 2), (5, 7)):
        for _ in range(3):
            yield rng.dirichlet(np.ones(k), size=n), rng.integers(k, size=n)
    yield np.zeros((0, 3)), np.zeros(0, dtype=int)


@right
def argmax(probs, labels):
    if len(probs) == 0:
        raise ValueError("no samples")
    return np.mean(probs.argmax(axis=1) == labels)


@right
def sort_based(probs, labels):
    if not len(labels):
        raise ValueError("no samples")
    return np.count_nonzero(np.argsort(probs, axis=1)[:, -1] == labels) / len(labels)


@right
def compares_with_the_largest(probs, labels):
    if probs.shape[0] == 0:
        raise ValueError("no samples")
    chosen = np.take_along_axis(probs, labels[:, None].astype(int), axis=1)
    return float((chosen == probs.max(axis=1, keepdims=True)).mean())


@right
def trace_of_the_confusion_matrix(probs, labels):
    if len(labels) == 0:
        raise ValueError("no samples")
    counts = np.zeros((probs.shape[1],) * 2)
    np.add.at(counts, (labels, probs.argmax(axis=1)), 1)
    return np.trace(counts) / counts.sum()


@wrong(fails={CORE}, says="could not be broadcast")
def axis_0(probs, labels):
    if len(labels) == 0:
        raise ValueError("no samples")
    return float(np.mean(np.argmax(probs, axis=0) - labels == 0))


@wrong(fails={CORE}, says="a fraction from 0 to 1 is wanted")
def percent(probs, labels):
    if len(labels) == 0:
        raise ValueError("no samples")
    return 100 * np.mean(probs.argmax(axis=1) == labels)


@wrong(fails={CORE}, says="mean over classes, not over samples")
def class_mean(probs, labels):
    if len(labels) == 0:
        raise ValueError("no samples")
    hits = probs.argmax(axis=1) == labels
    return float(np.mean([hits[labels == k].mean() for k in np.unique(labels)]))


@wrong(fails={CORE}, says="compares probabilities with labels")
def one_hot_compare(probs, labels):
    if len(labels) == 0:
        raise ValueError("no samples")
    return np.mean(probs == np.eye(probs.shape[1])[labels])


@wrong(fails={CORE}, says="row with largest probability below 0.5 counted as wrong")
def threshold_half(probs, labels):
    if len(labels) == 0:
        raise ValueError("no samples")
    return np.mean(probs[np.arange(len(labels)), labels] > 0.5)


@wrong(fails={CORE}, says="row with largest probability below 0.5 counted as wrong")
def rounds(probs, labels):
    if len(labels) == 0:
        raise ValueError("no samples")
    return np.mean(np.all(np.round(probs) == np.eye(probs.shape[1])[labels], axis=1))


@wrong(fails={CORE}, says="a number of hits")
def counts_hits(probs, labels):
    if len(labels) == 0:
        raise ValueError("no samples")
    return np.sum(probs.argmax(axis=1) == labels)


@wrong(fails={CORE}, says="the mean probability of the right class")
def mean_probability(probs, labels):
    if len(labels) == 0:
        raise ValueError("no samples")
    return np.mean(probs[np.arange(len(labels)), labels])


@wrong(fails={CORE}, says="the accuracy of no samples is not defined")
def mean_of_nothing(probs, labels):
    return np.sum(probs.argmax(axis=1) == labels) / max(len(labels), 1)


@wrong(fails={CORE}, says="not available in a solution cell")
def asks_the_checks(probs, labels):
    import nn_utils

    return nn_utils._exact_accuracy(probs, labels)


@wrong(fails={CORE}, says="this exercise is still empty")
def not_started(probs, labels):
    raise NotImplementedError()
