"""Answers to exercise 1a E2: one-hot rows."""

import numpy as np

from answer_bank import right, wrong

CELL = "a1a_one_hot"
NAME = "one_hot"

CORE, EDGES = "a1a_one_hot_core", "a1a_one_hot_edges"


def inputs(rng):
    """Yield arguments on which a surviving mutant is compared with the reference."""
    for n in (7, 11, 1, 0):
        y = rng.integers(0, 5, size=n)
        yield y, 5
        yield y, 11
        yield y.astype(np.uint8), 5
    yield [2, 0, 1], 3
    for wrong_label in (-1, 5, 6, -6):
        yield np.array([1, wrong_label]), 5


@right
def compare_with_classes(y, num_classes):
    y = np.asarray(y)
    if y.size and (y.min() < 0 or y.max() >= num_classes):
        raise ValueError("label out of range")
    return (y[:, None] == np.arange(num_classes)).astype(float)


@right
def rows_of_the_identity(y, num_classes):
    y = np.asarray(y)
    if np.any(y < 0) or np.any(y >= num_classes):
        raise ValueError("label out of range")
    return np.eye(num_classes)[y]


@right
def fancy_assignment(y, num_classes):
    y = np.asarray(y)
    if not np.isin(y, np.arange(num_classes)).all():
        raise ValueError("label out of range")
    rows = np.zeros((len(y), num_classes))
    rows[np.arange(len(y)), y] = 1
    return rows


@right
def one_column_after_the_other(y, num_classes):
    # A loop over the classes is reported and costs nothing.
    y = np.asarray(y)
    if np.any((y < 0) | (y >= num_classes)):
        raise ValueError("label out of range")
    rows = np.zeros((len(y), num_classes))
    for k in range(num_classes):
        rows[:, k] = y == k
    return rows


@wrong(
    fails={CORE, EDGES},
    says="K is 11 but your matrix has 7 columns: the largest class happened to be absent from y",
)
def infers_K(y, num_classes):
    y = np.asarray(y)
    if np.any((y < 0) | (y >= num_classes)):
        raise ValueError("label out of range")
    return np.eye(y.max() + 1 if len(y) else num_classes)[y]


@wrong(
    fails={EDGES}, says="label -1 silently became class 10 (negative indices count from the end)"
)
def negative_wraps(y, num_classes):
    y = np.asarray(y)
    if np.any(y >= num_classes):
        raise ValueError("label out of range")
    return np.eye(num_classes)[y]


@wrong(fails={EDGES}, says="nobody is told that label -1 is no class")
def out_of_range_becomes_zeros(y, num_classes):
    return (np.asarray(y)[:, None] == np.arange(num_classes)).astype(float)


@wrong(fails={EDGES}, says="IndexError")
def too_large_raises_by_itself(y, num_classes):
    y = np.asarray(y)
    if np.any(y < 0):
        raise ValueError("label out of range")
    return np.eye(num_classes)[y]


@wrong(fails={CORE, EDGES}, says="labels were renumbered")
def unique_based(y, num_classes):
    y = np.asarray(y)
    if np.any((y < 0) | (y >= num_classes)):
        raise ValueError("label out of range")
    return np.eye(num_classes)[np.unique(y, return_inverse=True)[1]]


@wrong(fails={CORE, EDGES}, says="labels were renumbered")
def only_classes_that_occur(y, num_classes):
    y = np.asarray(y)
    if np.any((y < 0) | (y >= num_classes)):
        raise ValueError("label out of range")
    return (y[:, None] == np.unique(y)).astype(float)


@wrong(fails={CORE, EDGES}, says="column k belongs to label k")
def counts_from_one(y, num_classes):
    y = np.asarray(y)
    if np.any((y < 0) | (y >= num_classes)):
        raise ValueError("label out of range")
    return np.eye(num_classes)[y - 1]


@wrong(fails={EDGES}, says="dtype int64")
def int_dtype(y, num_classes):
    y = np.asarray(y)
    if np.any((y < 0) | (y >= num_classes)):
        raise ValueError("label out of range")
    return np.eye(num_classes, dtype=int)[y]


@wrong(fails={EDGES}, says="truth values are not numbers yet")
def bool_dtype(y, num_classes):
    y = np.asarray(y)
    if np.any((y < 0) | (y >= num_classes)):
        raise ValueError("label out of range")
    return y[:, None] == np.arange(num_classes)


@wrong(fails={CORE, EDGES}, says="this is the transpose of the expected array")
def transposed(y, num_classes):
    y = np.asarray(y)
    if np.any((y < 0) | (y >= num_classes)):
        raise ValueError("label out of range")
    return (np.arange(num_classes)[:, None] == y).astype(float)


@wrong(fails={CORE}, says="there is a loop over the labels")
def loop(y, num_classes):
    rows = np.zeros((len(y), num_classes))
    for n, label in enumerate(y):
        if not 0 <= label < num_classes:
            raise ValueError("label out of range")
        rows[n, label] = 1
    return rows


@wrong(fails={EDGES}, says="TypeError")
def no_lists(y, num_classes):
    if np.any((y < 0) | (y >= num_classes)):
        raise ValueError("label out of range")
    return (y[:, None] == np.arange(num_classes)).astype(float)


@wrong(fails={CORE, EDGES}, says="not available in a solution cell")
def asks_the_checks(y, num_classes):
    import nn_utils

    return nn_utils._ONE_HOT.exact(y, num_classes).astype(float)


@wrong(fails={CORE, EDGES}, says="this exercise is still empty")
def not_started(y, num_classes):
    raise NotImplementedError()
