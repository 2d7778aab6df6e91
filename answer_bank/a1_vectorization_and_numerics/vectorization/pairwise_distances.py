"""Answers to exercise 1a E3: distances between all pairs of rows."""

import numpy as np

from answer_bank import right, wrong

CELL = "a1a_pairwise_distances"
NAME = "pairwise_distances"

CORE, EDGES = "a1a_pairwise_distances_core", "a1a_pairwise_distances_edges"


def inputs(rng):
    """Yield arguments on which a surviving mutant is compared with the reference."""
    for n, m, d in ((7, 3, 5), (5, 5, 5), (1, 4, 2), (3, 1, 1), (0, 3, 2), (3, 0, 2)):
        A, B = rng.normal(size=(n, d)), rng.normal(size=(m, d))
        yield A, B
        yield A + 1e4, B + 1e4
        yield A.astype(np.float32), B.astype(np.float32)
        yield A > 0, B > 0
    pixels = rng.integers(0, 256, size=(6, 5))
    yield pixels[:4], pixels[4:]
    yield pixels[:4].astype(np.uint8), pixels[4:].astype(np.uint8)


@right
def broadcast_with_none(A, B):
    A = A if A.dtype.kind == "f" else A.astype(float)
    return np.sqrt(((A[:, None] - B[None]) ** 2).sum(axis=-1))


@right
def norm_of_the_differences(A, B):
    A = A if A.dtype.kind == "f" else A.astype(float)
    return np.linalg.norm(A[:, np.newaxis, :] - B[np.newaxis, :, :], axis=-1)


@right
def einsum_on_the_differences(A, B):
    A = A if A.dtype.kind == "f" else A.astype(float)
    gaps = np.subtract(A[:, None, :], B[None, :, :])
    return np.sqrt(np.einsum("nmd,nmd->nm", gaps, gaps))


@right
def one_feature_after_the_other(A, B):
    # A loop over the features is allowed, and saves the third axis.
    A, B = (rows if rows.dtype.kind == "f" else rows.astype(float) for rows in (A, B))
    squares = np.zeros((len(A), len(B)), dtype=A.dtype)
    for a, b in zip(A.T, B.T):
        squares += (a[:, None] - b) ** 2
    return np.sqrt(squares)


@wrong(fails={CORE, EDGES}, says="your values are the squares of the expected ones")
def squared(A, B):
    A = A if A.dtype.kind == "f" else A.astype(float)
    return np.sum((A[:, None] - B[None]) ** 2, axis=-1)


@wrong(fails={EDGES}, says="wrapped around at 256: convert before subtracting")
def uint8_wrap(A, B):
    gaps = (A[:, None] ^ B[None]) if A.dtype == bool else A[:, None] - B[None]
    gaps = gaps if gaps.dtype.kind == "f" else gaps.astype(float)
    return np.sqrt(np.sum(gaps**2, axis=-1))


@wrong(fails={EDGES}, says="wrapped around at 256: convert before subtracting")
def converts_after_squaring(A, B):
    A = A if A.dtype.kind in "fu" else A.astype(float)
    squares = np.sum((A[:, None] - B[None]) ** 2, axis=-1)
    return np.sqrt(squares if squares.dtype.kind == "f" else squares.astype(float))


@wrong(fails={EDGES}, says="boolean subtract")
def truth_values_forgotten(A, B):
    if A.dtype == np.uint8:
        A, B = A.astype(float), B.astype(float)
    return np.sqrt(np.sum((A[:, None] - B[None]) ** 2, axis=-1))


@wrong(fails={CORE, EDGES}, says="summed over B's rows instead of features")
def sum_over_wrong_axis(A, B):
    A = A if A.dtype.kind == "f" else A.astype(float)
    return np.sqrt(np.sum((A[:, None] - B[None]) ** 2, axis=1))


@wrong(fails={CORE, EDGES}, says="the axis of features is still there: sum over it")
def no_sum(A, B):
    A = A if A.dtype.kind == "f" else A.astype(float)
    return np.sqrt((A[:, None] - B[None]) ** 2)


@wrong(fails={CORE, EDGES}, says="these are L1 distances")
def manhattan(A, B):
    A = A if A.dtype.kind == "f" else A.astype(float)
    return np.sum(np.abs(A[:, None] - B[None]), axis=-1)


@wrong(fails={CORE, EDGES}, says="the sum was divided by D")
def root_mean_square(A, B):
    A = A if A.dtype.kind == "f" else A.astype(float)
    return np.sqrt(np.mean((A[:, None] - B[None]) ** 2, axis=-1))


@wrong(fails={CORE, EDGES}, says="column j must belong to row j of B")
def self_only(A, B):
    A = A if A.dtype.kind == "f" else A.astype(float)
    return np.sqrt(np.sum((A[:, None] - A[None]) ** 2, axis=-1))


@wrong(fails={CORE, EDGES}, says="this is the transpose of the expected array")
def transposed(A, B):
    A = A if A.dtype.kind == "f" else A.astype(float)
    return np.sqrt(np.sum((B[:, None] - A[None]) ** 2, axis=-1))


@wrong(fails={CORE, EDGES}, says="do not fit")
def no_new_axis(A, B):
    return np.sqrt(np.sum((A - B) ** 2, axis=-1))


@wrong(fails={EDGES}, says="nan on the diagonal: rounding made a squared distance negative")
def gram_cancellation(A, B):
    A, B = (rows if rows.dtype.kind == "f" else rows.astype(float) for rows in (A, B))
    a, b = np.sum(A**2, axis=1), np.sum(B**2, axis=1)
    return np.sqrt(a[:, None] + b - 2 * A @ B.T)


@wrong(fails={EDGES}, says="large, nearly equal numbers were subtracted")
def gram_clipped(A, B):
    A, B = (rows if rows.dtype.kind == "f" else rows.astype(float) for rows in (A, B))
    a, b = np.sum(A**2, axis=1), np.sum(B**2, axis=1)
    return np.sqrt(np.maximum(a[:, None] + b - 2 * A @ B.T, 0))


@wrong(fails={CORE}, says="there is a loop over the rows of A")
def loop_one_axis(A, B):
    A, B = (rows if rows.dtype.kind == "f" else rows.astype(float) for rows in (A, B))
    table = np.zeros((len(A), len(B)), dtype=A.dtype)
    for i, a in enumerate(A):
        table[i] = np.sqrt(np.sum((a - B) ** 2, axis=1))
    return table


@wrong(fails={CORE}, says="there is a loop over the rows of B")
def loop_other_axis(A, B):
    A, B = (rows if rows.dtype.kind == "f" else rows.astype(float) for rows in (A, B))
    table = np.zeros((len(A), len(B)), dtype=A.dtype)
    for j, b in enumerate(B):
        table[:, j] = np.sqrt(np.sum((A - b) ** 2, axis=1))
    return table


@wrong(fails={CORE}, says="there is a loop over the rows of A")
def two_loops(A, B):
    A, B = (rows if rows.dtype.kind == "f" else rows.astype(float) for rows in (A, B))
    table = np.zeros((len(A), len(B)), dtype=A.dtype)
    for i in range(len(A)):
        for j in range(len(B)):
            table[i, j] = np.sqrt(np.sum((A[i] - B[j]) ** 2))
    return table


@wrong(fails={CORE, EDGES}, says="not available in a solution cell")
def asks_the_checks(A, B):
    import nn_utils

    return nn_utils._DISTANCES.exact(A, B).astype(float)


@wrong(fails={CORE, EDGES}, says="this exercise is still empty")
def not_started(A, B):
    raise NotImplementedError()
