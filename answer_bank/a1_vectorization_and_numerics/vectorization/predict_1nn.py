"""Answers to exercise 1a E6: labels of nearest neighbors."""

import numpy as np

from answer_bank import right, wrong

CELL = "a1a_predict_1nn"
NAME = "predict_1nn"

CORE, TIES, EDGES = "a1a_predict_1nn_core", "a1a_predict_1nn_ties", "a1a_predict_1nn_edges"


def inputs(rng):
    """Yield arguments on which a surviving mutant is compared with the reference."""
    for n, m, d in ((7, 3, 5), (5, 5, 5), (1, 4, 2), (3, 1, 1)):
        A, B, labels = rng.normal(size=(n, d)), rng.normal(size=(m, d)), rng.permutation(n) + 10
        yield A, labels, B
        yield A.astype(np.float32), labels, B.astype(np.float32)
        yield A, labels.astype(str), B
        yield np.repeat(A, 2, axis=0), np.arange(2 * n), B
    pixels = rng.integers(0, 256, size=(9, 5))
    yield pixels[:6], np.arange(6), pixels[6:]
    yield pixels[:6].astype(np.uint8), np.arange(6), pixels[6:].astype(np.uint8)


@right
def through_distances(A, labels, B):
    return labels[pairwise_distances(A, B).argmin(axis=0)]


@right
def by_itself(A, labels, B):
    A = A if A.dtype.kind == "f" else A.astype(float)
    return labels[np.argmin(np.sum((B[:, None, :] - A) ** 2, axis=-1), axis=1)]


@right
def through_gram(A, labels, B):
    nearest = np.argmin(pairwise_sq_distances_gram(A, B), axis=0)
    return labels[nearest]


@right
def argpartition_and_ties(A, labels, B):
    A, B = A.astype(float), B.astype(float)
    squares = np.sum((B[:, None] - A) ** 2, axis=-1)
    nearest = np.argpartition(squares, 0, axis=1)[:, :1]
    ties = squares == np.take_along_axis(squares, nearest, axis=1)
    return labels[np.argmax(ties, axis=1)]


@right
def gram_without_the_constant(A, labels, B):
    # ||b||^2 is the same for all candidates.
    A, B = A.astype(float), B.astype(float)
    return np.take(labels, np.argmin(np.sum(A**2, axis=1) - 2 * B @ A.T, axis=1))


@wrong(
    fails={CORE, TIES, EDGES},
    says="shape (7,) but B has 11 rows: one answer per row of B is expected",
)
def wrong_axis(A, labels, B):
    A = A if A.dtype.kind == "f" else A.astype(float)
    nearest = np.sum((B[:, None] - A) ** 2, axis=-1).argmin(axis=0)
    return labels[nearest % len(labels)]


@wrong(fails={CORE, TIES, EDGES}, says="each answer is the farthest training row")
def farthest(A, labels, B):
    A = A if A.dtype.kind == "f" else A.astype(float)
    return labels[np.argmax(np.sum((B[:, None] - A) ** 2, axis=-1), axis=1)]


@wrong(fails={CORE, TIES, EDGES}, says="you return row numbers; the task asks for labels[row]")
def returns_index(A, labels, B):
    A = A if A.dtype.kind == "f" else A.astype(float)
    return np.argmin(np.sum((B[:, None] - A) ** 2, axis=-1), axis=1)


@wrong(fails={TIES}, says="tie, and the smaller index wins")
def tie_last(A, labels, B):
    A = A if A.dtype.kind == "f" else A.astype(float)
    squares = np.sum((B[:, None] - A) ** 2, axis=-1)
    return labels[len(A) - 1 - np.argmin(squares[:, ::-1], axis=1)]


@wrong(fails={EDGES}, says="wrapped around at 256")
def uint8_wrap(A, labels, B):
    return labels[np.argmin(np.sum((B[:, None] - A) ** 2, axis=-1), axis=1)]


@wrong(fails={CORE, TIES, EDGES}, says="all answers equal: the distance did not depend on B")
def one_vs_all_rows(A, labels, B):
    A = A if A.dtype.kind == "f" else A.astype(float)
    totals = np.sum((B[:, None] - A) ** 2, axis=(0, 2))
    return labels[np.full(len(B), np.argmin(totals))]


@wrong(fails={CORE, EDGES}, says="is nearest to row")
def largest_inner_product(A, labels, B):
    A, B = A.astype(float), B.astype(float)
    return labels[np.argmax(B @ A.T, axis=1)]


@wrong(fails={CORE, EDGES}, says="is nearest to row")
def largest_single_difference(A, labels, B):
    A = A if A.dtype.kind == "f" else A.astype(float)
    return labels[np.argmin(np.max(np.abs(B[:, None] - A), axis=-1), axis=1)]


@wrong(fails={EDGES}, says="could not convert string to float")
def labels_into_a_float_buffer(A, labels, B):
    A = A if A.dtype.kind == "f" else A.astype(float)
    answers = np.zeros(len(B))
    answers[:] = labels[np.argmin(np.sum((B[:, None] - A) ** 2, axis=-1), axis=1)]
    return answers


@wrong(fails={CORE}, says="there is a loop over the rows of B")
def loop_over_new_points(A, labels, B):
    A = A if A.dtype.kind == "f" else A.astype(float)
    return np.array([labels[np.argmin(np.sum((A - b) ** 2, axis=1))] for b in B])


@wrong(fails={CORE, TIES, EDGES}, says="not available in a solution cell")
def asks_the_checks(A, labels, B):
    import nn_utils

    return nn_utils._NEAREST.exact(A, labels, B)


@wrong(fails={CORE, TIES, EDGES}, says="this exercise is still empty")
def not_started(A, labels, B):
    raise NotImplementedError()
