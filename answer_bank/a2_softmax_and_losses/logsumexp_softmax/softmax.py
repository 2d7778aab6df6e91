"""Answers to exercise 2a E2: softmax along an axis."""

import numpy as np

from answer_bank import right, wrong

CELL = "a2a_softmax"
NAME = "softmax"

CORE, EDGES, PURITY = "a2a_softmax_core", "a2a_softmax_edges", "a2a_softmax_purity"


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
def shift_exp_normalize(x, axis=-1):
    x = np.asarray(x)
    x = x if x.dtype.kind == "f" else x.astype(float)
    terms = np.exp(x - x.max(axis=axis, keepdims=True))
    return terms / terms.sum(axis=axis, keepdims=True)


@right
def through_logsumexp(x, axis=-1):
    x = np.asarray(x)
    x = x if x.dtype.kind == "f" else x.astype(float)
    return np.exp(x - logsumexp(x, axis=axis, keepdims=True))


@right
def moved_axis(x, axis=-1):
    x = np.asarray(x)
    rows = np.moveaxis(x * np.ones((), x.dtype if x.dtype.kind == "f" else float), axis, -1)
    terms = np.exp(rows - np.max(rows, axis=-1)[..., None])
    return np.moveaxis(terms / np.sum(terms, axis=-1)[..., None], -1, axis)


@wrong(fails={CORE, EDGES}, says="all entries together sum to 1; each row should")
def global_sum(x, axis=-1):
    x = np.asarray(x)
    terms = np.exp(x - np.max(x, axis=axis, keepdims=True, initial=-np.inf))
    return terms / np.sum(terms)


@wrong(fails={CORE, EDGES}, says="columns sum to 1, rows do not")
def wrong_axis(x, axis=-1):
    x = np.asarray(x) * 1.0
    terms = np.exp(x - np.max(x, axis=0, keepdims=True, initial=-np.inf))
    return terms / np.sum(terms, axis=0, keepdims=True)


@wrong(fails={CORE, EDGES}, says="inf / inf")
def no_shift(x, axis=-1):
    terms = np.exp(x)
    return terms / np.sum(terms, axis=axis, keepdims=True)


@wrong(fails={CORE, EDGES}, says="the shift must be the maximum of the row")
def global_max(x, axis=-1):
    terms = np.exp(x - np.max(x))
    return terms / np.sum(terms, axis=axis, keepdims=True)


@wrong(fails={CORE, EDGES}, says="rows sum to 1 - 1e-09")
def eps_denominator(x, axis=-1):
    x = np.asarray(x)
    x = x if x.dtype.kind == "f" else x.astype(float)
    terms = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return terms / (np.sum(terms, axis=axis, keepdims=True) + 1e-9)


@wrong(fails={CORE, EDGES}, says="were cut off, and so were their differences")
def clip(x, axis=-1):
    terms = np.exp(np.clip(x, -50, 50))
    return terms / np.sum(terms, axis=axis, keepdims=True)


@wrong(fails={CORE, EDGES}, says="x - sum(x) is large")
def subtract_sum(x, axis=-1):
    terms = np.exp(x - np.sum(x, axis=axis, keepdims=True))
    return terms / np.sum(terms, axis=axis, keepdims=True)


@wrong(fails={CORE, EDGES}, says="all outputs are negative: exp of them is correct")
def log_returned(x, axis=-1):
    x = np.asarray(x)
    x = x if x.dtype.kind == "f" else x.astype(float)
    return x - np.logaddexp.reduce(x, axis=axis, keepdims=True)


@wrong(fails={CORE, EDGES, PURITY}, says="do not fit")
def no_keepdims(x, axis=-1):
    terms = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return terms / np.sum(terms, axis=axis)


@wrong(fails={EDGES, PURITY}, says="in-place")
def inplace(x, axis=-1):
    x -= np.max(x, axis=axis, keepdims=True)
    np.exp(x, out=x)
    x /= np.sum(x, axis=axis, keepdims=True)
    return x


@wrong(fails={EDGES}, says="float32 in, float64 out")
def float64_upcast(x, axis=-1):
    x = np.asarray(x, dtype=np.float64)
    terms = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return terms / np.sum(terms, axis=axis, keepdims=True)


@wrong(fails={EDGES}, says="wrapped around at 256: convert before subtracting")
def uint8_wrap(x, axis=-1):
    if x.dtype.kind == "b":
        x = x.astype(float)
    terms = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return terms / np.sum(terms, axis=axis, keepdims=True)


@wrong(fails={PURITY}, says="there is a loop over the rows of x")
def loop(x, axis=-1):
    x = np.asarray(x)
    x = x if x.dtype.kind == "f" else x.astype(float)
    rows = np.moveaxis(x, axis, -1)
    result = np.empty_like(rows)
    for index in np.ndindex(rows.shape[:-1]):
        terms = np.exp(rows[index] - np.max(rows[index]))
        result[index] = terms / np.sum(terms)
    return np.moveaxis(result, -1, axis)


@wrong(fails={CORE, EDGES, PURITY}, says="not available in a solution cell")
def asks_the_checks(x, axis=-1):
    import nn_utils

    return nn_utils._map_rows(nn_utils._exact_softmax, x, axis).astype(float)


@wrong(fails={CORE, EDGES, PURITY}, says="this exercise is still empty")
def not_started(x, axis=-1):
    raise NotImplementedError()
