"""Answers to exercise 1a E1: probabilities of a logistic model."""

import numpy as np

from answer_bank import right, wrong

CELL = "a1a_predict_logistic"
NAME = "predict_logistic"

CORE, EDGES = "a1a_predict_logistic_core", "a1a_predict_logistic_edges"


def inputs(rng):
    """Yield arguments on which a surviving mutant is compared with the reference."""
    for n, d in ((7, 5), (5, 5), (1, 3), (4, 1), (0, 5)):
        X, w = rng.normal(size=(n, d)), rng.normal(size=d)
        yield X, w, 0.5
        yield X, w, np.array([-0.25])
        yield 1000 * X, w, 0.5
        yield X.astype(np.float32), w.astype(np.float32), np.float32([0.5])
    yield np.arange(6).reshape(2, 3), np.array([1, -1, 0]), 1


@right
def logaddexp(X, w, b):
    return np.exp(-np.logaddexp(0, -(X @ w + b)))


@right
def half_tanh(X, w, b):
    return 0.5 * (1 + np.tanh(0.5 * (X @ w + b)))


@right
def small_exponents_with_where(X, w, b):
    score = np.einsum("nd,d->n", X, w) + b
    small = np.exp(-np.abs(score))  # never above 1
    return np.where(score >= 0, 1 / (1 + small), small / (1 + small))


@right
def textbook_with_errstate(X, w, b):
    # 1 / inf is 0, which is right; only the warning is in the way.
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-(np.dot(X, w) + b)))


@wrong(fails={CORE}, says="there is a loop over the rows of X")
def loop_rows(X, w, b):
    p = np.zeros(len(X), dtype=X.dtype if X.dtype.kind == "f" else float)
    for n in range(len(X)):
        score = np.sum(X[n] * w) + np.ravel(b)[0]
        p[n] = np.exp(-np.logaddexp(0, -score))
    return p


@wrong(fails={CORE}, says="list comprehensions, map and apply_along_axis count as loops")
def comprehension_rows(X, w, b):
    scores = np.array([np.sum(row * w) for row in X], dtype=np.result_type(X, w)) + b
    return np.exp(-np.logaddexp(0, -scores))


@wrong(fails={CORE}, says="list comprehensions, map and apply_along_axis count as loops")
def map_rows(X, w, b):
    scores = np.array(list(map(lambda row: np.sum(row * w), X)), dtype=np.result_type(X, w)) + b
    return np.exp(-np.logaddexp(0, -scores))


@wrong(
    fails={CORE, EDGES}, says="differ from the expected ones by the same constant -b in every row"
)
def no_bias(X, w, b):
    return np.exp(-np.logaddexp(0, -(X @ w)))


@wrong(fails={CORE, EDGES}, says="w has shape (D,), so X @ w is already 1-D")
def keeps_column(X, w, b):
    return np.exp(-np.logaddexp(0, -(X @ w[:, None] + b)))


@wrong(fails={EDGES}, says="numpy warned: overflow encountered in exp")
def naive_sigmoid_overflow(X, w, b):
    return 1 / (1 + np.exp(-(X @ w + b)))


@wrong(fails={EDGES}, says="nan")
def exp_on_both_sides(X, w, b):
    positive = np.exp(X @ w + b)
    return positive / (1 + positive)


@wrong(fails={EDGES}, says="all outputs are 0: result dtype is int64")
def int_truncation(X, w, b):
    p = np.zeros_like(X[:, 0])
    p[:] = np.exp(-np.logaddexp(0, -(X @ w + b)))
    return p


@wrong(fails={CORE, EDGES}, says="looks like the columns of X were used as samples")
def wrong_axis(X, w, b):
    return np.exp(-np.logaddexp(0, -(X.T @ w + b)))


@wrong(fails={CORE, EDGES}, says="these are the scores")
def forgets_the_sigmoid(X, w, b):
    return X @ w + b


@wrong(fails={CORE, EDGES}, says="the score has the wrong sign")
def sign_of_the_score(X, w, b):
    return np.exp(-np.logaddexp(0, X @ w + b))


@wrong(fails={EDGES}, says="float32 in, float64 out")
def float64_always(X, w, b):
    score = X.astype(np.float64) @ w + b
    return np.exp(-np.logaddexp(0, -score))


@wrong(fails={EDGES}, says="in-place")
def in_place(X, w, b):
    X *= w
    return np.exp(-np.logaddexp(0, -(X.sum(axis=1) + b)))


@wrong(fails={CORE, EDGES}, says="not available in a solution cell")
def asks_the_checks(X, w, b):
    import nn_utils

    return nn_utils._LOGISTIC.exact(X, w, b).astype(float)


@wrong(fails={CORE, EDGES}, says="this exercise is still empty")
def not_started(X, w, b):
    raise NotImplementedError()
