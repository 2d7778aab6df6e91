"""Answers to exercise 2a E3: log_softmax along an axis."""

import numpy as np

from answer_bank import right, wrong

CELL = "a2a_log_softmax"
NAME = "log_softmax"

CORE, EDGES, PURITY = "a2a_log_softmax_core", "a2a_log_softmax_edges", "a2a_log_softmax_purity"


def inputs(rng):
    """Yield arguments on which a surviving mutant is compared with the reference."""
    for shape in ((5,), (7, 5), (3, 2, 4), (1, 1), (0, 3)):
        for scale in (1, 1e3):
            x = rng.normal(scale=scale, size=shape)
            yield (x,)
            yield x, 0 if x.size else 1
    yield (np.array([[-np.inf, 0.0], [3.0, -np.inf]]),)
    yield (np.arange(6).reshape(2, 3),)


@right
def minus_logsumexp(x, axis=-1):
    x = np.asarray(x)
    x = x if x.dtype.kind == "f" else x.astype(float)
    return x - logsumexp(x, axis=axis, keepdims=True)


@right
def shift_then_log_of_sum(x, axis=-1):
    x = np.asarray(x)
    x = x if x.dtype.kind == "f" else x.astype(float)
    shifted = x - np.max(x, axis=axis, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))


@right
def logaddexp_reduce(x, axis=-1):
    x = np.asarray(x)
    x = x if x.dtype.kind == "f" else x.astype(float)
    return x - np.logaddexp.reduce(x, axis=axis, keepdims=True)


@wrong(fails={CORE, EDGES}, says="the logarithm was taken after softmax")
def log_of_softmax(x, axis=-1):
    x = np.asarray(x)
    x = x if x.dtype.kind == "f" else x.astype(float)
    return np.log(softmax(x, axis=axis))


@wrong(fails={CORE, EDGES}, says="= log(1e-12): an epsilon was added")
def log_eps(x, axis=-1):
    x = np.asarray(x)
    x = x if x.dtype.kind == "f" else x.astype(float)
    terms = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return np.log(terms / np.sum(terms, axis=axis, keepdims=True) + 1e-12)


@wrong(fails={CORE, EDGES}, says="only shifted, not normalized")
def only_shift(x, axis=-1):
    x = np.asarray(x)
    x = x if x.dtype.kind == "f" else x.astype(float)
    return x - np.max(x, axis=axis, keepdims=True)


@wrong(fails={CORE, EDGES}, says="columns are normalized, rows are not")
def wrong_axis(x, axis=-1):
    x = np.asarray(x)
    x = x if x.dtype.kind == "f" else x.astype(float)
    return x - np.logaddexp.reduce(x, axis=0, keepdims=True)


@wrong(fails={CORE, EDGES, PURITY}, says="do not fit")
def missing_keepdims(x, axis=-1):
    x = np.asarray(x)
    x = x if x.dtype.kind == "f" else x.astype(float)
    return x - np.logaddexp.reduce(x, axis=axis)


@wrong(fails={CORE}, says="row i was shifted by the value of column i")
def missing_keepdims_of_a_square(x, axis=-1):
    x = np.asarray(x)
    x = x if x.dtype.kind == "f" else x.astype(float)
    square = x.ndim == 2 and x.shape[0] == x.shape[1]
    return x - np.logaddexp.reduce(x, axis=axis, keepdims=not square)


@wrong(fails={CORE, EDGES}, says="yours = -expected")
def sign(x, axis=-1):
    x = np.asarray(x)
    x = x if x.dtype.kind == "f" else x.astype(float)
    return np.logaddexp.reduce(x, axis=axis, keepdims=True) - x


@wrong(fails={CORE, EDGES}, says="exp overflows")
def naive_sum(x, axis=-1):
    return x - np.log(np.sum(np.exp(x), axis=axis, keepdims=True))


@wrong(fails={EDGES, PURITY}, says="in-place")
def inplace(x, axis=-1):
    x -= np.max(x, axis=axis, keepdims=True)
    x -= np.log(np.sum(np.exp(x), axis=axis, keepdims=True))
    return x


@wrong(fails={EDGES}, says="float32 in, float64 out")
def float64_upcast(x, axis=-1):
    x = np.asarray(x, dtype=np.float64)
    return x - np.logaddexp.reduce(x, axis=axis, keepdims=True)


@wrong(fails={EDGES}, says="wrapped around at 256: convert before subtracting")
def uint8_wrap(x, axis=-1):
    if x.dtype.kind == "b":
        x = x.astype(float)
    shifted = x - np.max(x, axis=axis, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))


@wrong(fails={PURITY}, says="there is a loop over the rows of x")
def loop(x, axis=-1):
    x = np.asarray(x)
    x = x if x.dtype.kind == "f" else x.astype(float)
    rows = np.moveaxis(x, axis, -1)
    result = np.empty_like(rows)
    for index in np.ndindex(rows.shape[:-1]):
        result[index] = rows[index] - np.logaddexp.reduce(rows[index])
    return np.moveaxis(result, -1, axis)


@wrong(fails={CORE, EDGES, PURITY}, says="not available in a solution cell")
def asks_the_checks(x, axis=-1):
    import nn_utils

    return nn_utils._map_rows(nn_utils._exact_log_softmax, x, axis).astype(float)


@wrong(fails={CORE, EDGES, PURITY}, says="this exercise is still empty")
def not_started(x, axis=-1):
    raise NotImplementedError()
