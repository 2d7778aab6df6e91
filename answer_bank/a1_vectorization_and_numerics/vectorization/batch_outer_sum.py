"""Answers to exercise 1a E5: the sum of the outer products of a batch."""

import numpy as np

from answer_bank import right, wrong

CELL = "a1a_batch_outer_sum"
NAME = "batch_outer_sum"

CORE, EDGES = "a1a_batch_outer_sum_core", "a1a_batch_outer_sum_edges"


def inputs(rng):
    """Yield arguments on which a surviving mutant is compared with the reference."""
    for n, d, h in ((7, 5, 3), (5, 5, 5), (1, 4, 2), (3, 1, 1), (0, 3, 2)):
        X, G = rng.normal(size=(n, d)), rng.normal(size=(n, h))
        yield X, G
        yield X.astype(np.float32), G.astype(np.float32)
        yield X > 0, G > 0
    pixels = rng.integers(0, 256, size=(6, 8))
    yield pixels[:, :5], pixels[:, 5:]
    yield pixels[:, :5].astype(np.uint8), pixels[:, 5:].astype(np.uint8)


@right
def one_product(X, G):
    X = X if X.dtype.kind == "f" else X.astype(float)
    return X.T @ G


@right
def einsum(X, G):
    X, G = (rows if rows.dtype.kind == "f" else rows.astype(float) for rows in (X, G))
    return np.einsum("nd,nh->dh", X, G)


@right
def tensordot(X, G):
    X, G = (rows if rows.dtype.kind == "f" else rows.astype(float) for rows in (X, G))
    return np.tensordot(X, G, axes=(0, 0))


@right
def builds_3d(X, G):
    # Costs a note about memory and no points.
    X, G = (rows if rows.dtype.kind == "f" else rows.astype(float) for rows in (X, G))
    return np.sum(X[:, :, None] * G[:, None, :], axis=0)


@wrong(fails={CORE, EDGES}, says="transpose of the expected array")
def transposed(X, G):
    G = G if G.dtype.kind == "f" else G.astype(float)
    return G.T @ X


@wrong(fails={CORE, EDGES}, says="expected = 5 x yours, and N = 5: the task asks for the sum")
def mean(X, G):
    X = X if X.dtype.kind == "f" else X.astype(float)
    return X.T @ G / max(len(X), 1)


@wrong(fails={CORE, EDGES}, says="off-diagonal structure lost")
def elementwise(X, G):
    X = X if X.dtype.kind == "f" else X.astype(float)
    return np.sum(X * G, axis=0)


@wrong(fails={CORE, EDGES}, says="matches X @ G")
def no_transpose(X, G):
    X = X if X.dtype.kind == "f" else X.astype(float)
    return X @ G


@wrong(fails={CORE, EDGES}, says="not the sum of the outer products")
def outer_of_sums(X, G):
    X, G = (rows if rows.dtype.kind == "f" else rows.astype(float) for rows in (X, G))
    return np.outer(X.sum(axis=0), G.sum(axis=0))


@wrong(fails={CORE, EDGES}, says="the axis of samples is still there: sum over it")
def no_sum(X, G):
    X = X if X.dtype.kind == "f" else X.astype(float)
    return X[:, :, None] * G[:, None, :]


@wrong(fails={EDGES}, says="wrapped around at 256: convert before multiplying")
def uint8_wrap(X, G):
    product = X.astype(float).T @ G if X.dtype == bool else X.T @ G
    return product if product.dtype.kind == "f" else product.astype(float)


@wrong(fails={EDGES}, says="dtype int64")
def int_dtype(X, G):
    X = X.astype(float) if X.dtype.kind in "ub" else X
    return X.T @ G


@wrong(fails={CORE}, says="there is a loop over the samples")
def loop(X, G):
    X, G = (rows if rows.dtype.kind == "f" else rows.astype(float) for rows in (X, G))
    total = np.zeros((X.shape[1], G.shape[1]), dtype=X.dtype)
    for x, g in zip(X, G):
        total += np.outer(x, g)
    return total


@wrong(fails={CORE}, says="there is a loop over the columns of X")
def loop_over_entries(X, G):
    X, G = (rows if rows.dtype.kind == "f" else rows.astype(float) for rows in (X, G))
    total = np.zeros((X.shape[1], G.shape[1]), dtype=X.dtype)
    for d in range(X.shape[1]):
        for h in range(G.shape[1]):
            total[d, h] = np.sum(X[:, d] * G[:, h])
    return total


@wrong(fails={CORE, EDGES}, says="not available in a solution cell")
def asks_the_checks(X, G):
    import nn_utils

    return nn_utils._OUTER_SUM.exact(X, G).astype(float)


@wrong(fails={CORE, EDGES}, says="this exercise is still empty")
def not_started(X, G):
    raise NotImplementedError()
