"""Answers to exercise 1a E4: squared distances in little memory."""

import numpy as np

from answer_bank import right, wrong

CELL = "a1a_pairwise_sq_distances_gram"
NAME = "pairwise_sq_distances_gram"

CORE, EDGES = "a1a_pairwise_sq_distances_gram_core", "a1a_pairwise_sq_distances_gram_edges"

TOLERANCE = 1e-12


def inputs(rng):
    """Yield arguments on which a surviving mutant is compared with the reference."""
    for n, m, d in ((7, 3, 5), (5, 5, 5), (1, 4, 2), (3, 1, 1), (0, 3, 2), (3, 0, 2)):
        A, B = rng.normal(size=(n, d)), rng.normal(size=(m, d))
        yield A, B
        yield 100 * A, B
        yield A > 0, B > 0
    pixels = rng.integers(0, 256, size=(6, 5))
    yield pixels[:4], pixels[4:]
    yield pixels[:4], pixels[:4]
    yield pixels[:4].astype(np.uint8), pixels[4:].astype(np.uint8)


@right
def three_terms_einsum(A, B):
    A, B = (rows if rows.dtype.kind == "f" else rows.astype(float) for rows in (A, B))
    a, b = np.einsum("nd,nd->n", A, A), np.einsum("md,md->m", B, B)
    return np.maximum(a[:, None] + b[None, :] - 2 * np.dot(A, B.T), 0)


@right
def a_name_for_each_step(A, B):
    A, B = (rows if rows.dtype.kind == "f" else rows.astype(float) for rows in (A, B))
    products = A @ B.T
    middle = 2 * products
    norms = np.sum(A * A, axis=1, keepdims=True) + np.sum(B * B, axis=1)
    squares = norms - middle
    clipped = np.clip(squares, 0, None)
    return clipped


@right
def centered_first(A, B):
    A, B = (rows if rows.dtype.kind == "f" else rows.astype(float) for rows in (A, B))
    if len(A) and len(B):
        center = np.mean(A, axis=0)
        A, B = A - center, B - center
    a, b = np.sum(A**2, axis=1), np.sum(B**2, axis=1)
    return np.maximum(a[:, None] - 2 * A @ B.T + b, 0)


@right
def one_feature_after_the_other(A, B):
    A, B = (rows if rows.dtype.kind == "f" else rows.astype(float) for rows in (A, B))
    squares = np.zeros((len(A), len(B)), dtype=A.dtype)
    for a, b in zip(A.T, B.T):
        squares += (a[:, None] - b) ** 2
    return squares


@wrong(fails={CORE}, says="and D = 50: an (N, M, D) temporary exists")
def uses_3d(A, B):
    A, B = (rows if rows.dtype.kind == "f" else rows.astype(float) for rows in (A, B))
    return np.sum((A[:, None] - B[None]) ** 2, axis=-1)


@wrong(fails={CORE, EDGES}, says="yours = expected + 4 A B^T")
def sign_cross(A, B):
    A, B = (rows if rows.dtype.kind == "f" else rows.astype(float) for rows in (A, B))
    a, b = np.sum(A**2, axis=1), np.sum(B**2, axis=1)
    return np.maximum(a[:, None] + 2 * A @ B.T + b, 0)


@wrong(fails={CORE, EDGES}, says="error is constant along each column")
def missing_norm_B(A, B):
    A, B = (rows if rows.dtype.kind == "f" else rows.astype(float) for rows in (A, B))
    a = np.sum(A**2, axis=1)
    return np.maximum(a[:, None] - 2 * A @ B.T, 0)


@wrong(fails={CORE, EDGES}, says="error is constant along each row")
def missing_norm_A(A, B):
    A, B = (rows if rows.dtype.kind == "f" else rows.astype(float) for rows in (A, B))
    b = np.sum(B**2, axis=1)
    return np.maximum(b - 2 * A @ B.T, 0)


@wrong(fails={CORE, EDGES}, says="the 2 of the middle term is missing")
def missing_two(A, B):
    A, B = (rows if rows.dtype.kind == "f" else rows.astype(float) for rows in (A, B))
    a, b = np.sum(A**2, axis=1), np.sum(B**2, axis=1)
    return np.maximum(a[:, None] - A @ B.T + b, 0)


@wrong(fails={CORE, EDGES}, says="norms along the wrong axis")
def norms_swapped(A, B):
    A, B = (rows if rows.dtype.kind == "f" else rows.astype(float) for rows in (A, B))
    a, b = np.sum(A**2, axis=1), np.sum(B**2, axis=1)
    return np.maximum(a - 2 * A @ B.T + b[:, None], 0)


@wrong(fails={CORE, EDGES}, says="norms along the wrong axis")
def no_column_of_norms(A, B):
    A, B = (rows if rows.dtype.kind == "f" else rows.astype(float) for rows in (A, B))
    return np.maximum(np.sum(A**2, axis=1) - 2 * A @ B.T + np.sum(B**2, axis=1), 0)


@wrong(fails={EDGES}, says="squared distances cannot be negative")
def not_clipped(A, B):
    A, B = (rows if rows.dtype.kind == "f" else rows.astype(float) for rows in (A, B))
    a, b = np.sum(A**2, axis=1), np.sum(B**2, axis=1)
    return a[:, None] - 2 * A @ B.T + b


@wrong(fails={CORE, EDGES}, says="your values are the square roots of the expected ones")
def takes_the_root(A, B):
    A, B = (rows if rows.dtype.kind == "f" else rows.astype(float) for rows in (A, B))
    a, b = np.sum(A**2, axis=1), np.sum(B**2, axis=1)
    return np.sqrt(np.maximum(a[:, None] - 2 * A @ B.T + b, 0))


@wrong(fails={EDGES}, says="wrapped around at 256: convert before multiplying")
def uint8_wrap(A, B):
    A, B = (rows if rows.dtype.kind in "fu" else rows.astype(float) for rows in (A, B))
    squares = np.sum(A**2, axis=1)[:, None] + np.sum(B**2, axis=1) - 2 * (A @ B.T)
    return np.maximum(squares if squares.dtype.kind == "f" else squares.astype(float), 0)


@wrong(fails={EDGES}, says="dtype int64")
def stays_integer(A, B):
    A, B = (rows if rows.dtype.kind in "f" else rows.astype(int) for rows in (A, B))
    return np.maximum(np.sum(A**2, axis=1)[:, None] + np.sum(B**2, axis=1) - 2 * A @ B.T, 0)


@wrong(fails={CORE}, says="there is a loop over the rows of B")
def loop(A, B):
    A, B = (rows if rows.dtype.kind == "f" else rows.astype(float) for rows in (A, B))
    columns = [np.sum((A - b) ** 2, axis=1) for b in B]
    return np.stack(columns, axis=1) if columns else np.zeros((len(A), 0))


@wrong(fails={CORE, EDGES}, says="not available in a solution cell")
def asks_the_checks(A, B):
    import nn_utils

    return nn_utils._SQUARED_DISTANCES.exact(A, B).astype(float)


@wrong(fails={CORE, EDGES}, says="this exercise is still empty")
def not_started(A, B):
    raise NotImplementedError()
