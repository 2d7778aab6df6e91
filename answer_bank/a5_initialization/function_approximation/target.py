"""Answers to exercise 5b E1: the wave."""

import math

import numpy as np

from answer_bank import right, wrong

CELL = "a5b_target"
NAME = "target"

CORE = "a5b_target_core"
TOLERANCE = 1e-13


def inputs(rng):
    """Yield points on which a surviving mutant is compared with the reference."""
    for n in (0, 1, 2, 7):
        X = rng.uniform(-1, 1, size=(n, 2))
        yield (X,)
        yield (3 * X,)
        yield (X.astype(np.float32),)
    yield (np.array([[0, 0], [1, -1]]),)


@right
def with_hypot(X):
    r = np.hypot(X[:, 0], X[:, 1])[:, None]
    return np.cos(10 * r) * np.exp(-4 * r**2)


@right
def with_norm(X):
    r = np.linalg.norm(X, axis=1, keepdims=True)
    return np.cos(10 * r) * np.exp(-4 * r * r)


@right
def with_sum_of_squares(X):
    squares = np.sum(X**2, axis=1).reshape(-1, 1)
    return np.exp(-4 * squares) * np.cos(10 * np.sqrt(squares))


@right
def with_complex_numbers(X):
    r = np.abs(X[:, :1] + 1j * X[:, 1:])
    return np.cos(10 * r) / np.exp(4 * r**2)


@wrong(fails={CORE}, says="shape (N,): later (N, 1) - (N,) becomes a table of shape (N, N)")
def returns_1d(X):
    r = np.hypot(X[:, 0], X[:, 1])
    return np.cos(10 * r) * np.exp(-4 * r**2)


@wrong(fails={CORE}, says="yours = cos(10 r^2) exp(-4 r^2): the cosine takes r")
def r_squared(X):
    squares = np.sum(X**2, axis=1, keepdims=True)
    return np.cos(10 * squares) * np.exp(-4 * squares)


@wrong(fails={CORE}, says="yours = cos(10 r) exp(-4 r): the exponential takes r^2")
def r_not_squared(X):
    r = np.hypot(X[:, :1], X[:, 1:])
    return np.cos(10 * r) * np.exp(-4 * r)


@wrong(fails={CORE}, says="yours = cos(10 r) exp(4 r^2): the minus is missing")
def growing(X):
    r = np.hypot(X[:, :1], X[:, 1:])
    return np.cos(10 * r) * np.exp(4 * r**2)


@wrong(fails={CORE}, says="shape (1, 2)")
def sum_axis_0(X):
    r = np.sqrt(np.sum(X**2, axis=0, keepdims=True))
    return np.cos(10 * r) * np.exp(-4 * r**2)


@wrong(fails={CORE}, says="there is a loop over the points")
def row_loop(X):
    values = np.zeros((len(X), 1), dtype=X.dtype if X.dtype.kind == "f" else float)
    for n, (x1, x2) in enumerate(X):
        r = math.hypot(x1, x2)
        values[n] = math.cos(10 * r) * math.exp(-4 * r * r)
    return values


@wrong(fails={CORE}, says="your function changed its argument number 1")
def squares_in_place(X):
    if X.dtype.kind != "f" or not X.flags.writeable:
        X = X.astype(float if X.dtype.kind != "f" else X.dtype)
    X **= 2
    squares = X.sum(axis=1, keepdims=True)
    return np.cos(10 * np.sqrt(squares)) * np.exp(-4 * squares)


@wrong(fails={CORE}, says="float32 in, float64 out")
def always_double(X):
    r = np.linalg.norm(X.astype(float), axis=1, keepdims=True)
    return np.cos(10 * r) * np.exp(-4 * r**2)


@wrong(fails={CORE}, says="not available in a solution cell")
def asks_the_checks(X):
    import nn_utils

    return nn_utils._exact_target(X)


@wrong(fails={CORE}, says="this exercise is still empty")
def not_started(X):
    raise NotImplementedError()
