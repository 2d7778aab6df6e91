"""Answers to exercise 2a E1: logsumexp along an axis."""

import numpy as np

from answer_bank import right, wrong

CELL = "a2a_logsumexp"
NAME = "logsumexp"

CORE, EDGES, PURITY = "a2a_logsumexp_core", "a2a_logsumexp_edges", "a2a_logsumexp_purity"


def inputs(rng):
    """Yield arguments on which a surviving mutant is compared with the reference."""
    for shape in ((5,), (7, 5), (3, 2, 4), (1, 1)):
        for scale in (1, 1e3):
            x = rng.normal(scale=scale, size=shape)
            yield (x,)
            yield x, 0
            yield x, None, True
    yield (np.array([[-np.inf, 0.0], [-np.inf, -np.inf], [np.inf, 1.0], [np.nan, 1.0]]),)
    yield (np.zeros((3, 0)),)
    yield (np.arange(6).reshape(2, 3),)


@right
def shift_by_safe_maximum(x, axis=-1, keepdims=False):
    x = np.asarray(x)
    x = x if x.dtype.kind == "f" else x.astype(float)
    top = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    shift = np.where(np.isfinite(top), top, 0).astype(top.dtype)
    with np.errstate(divide="ignore", over="ignore"):
        total = np.log(np.sum(np.exp(x - shift), axis=axis, keepdims=True)) + shift
    return total if keepdims else np.squeeze(total, axis=axis)


@right
def logaddexp_reduce(x, axis=-1, keepdims=False):
    x = np.asarray(x)
    if x.dtype.kind != "f":
        x = x.astype(float)
    return np.logaddexp.reduce(x, axis=axis, keepdims=keepdims)


@right
def log1p_of_the_others(x, axis=-1, keepdims=False):
    x = np.asarray(x)
    if x.dtype.kind != "f":
        x = x.astype(float)
    if axis is None:
        result = log1p_of_the_others(x.ravel(), axis=0)
        return result.reshape((1,) * x.ndim) if keepdims else result
    if x.shape[axis] == 0:
        result = np.full(np.delete(x.shape, axis), -np.inf, dtype=x.dtype)
        return np.expand_dims(result, axis) if keepdims else result
    place = np.expand_dims(np.argmax(x, axis=axis), axis)
    top = np.take_along_axis(x, place, axis)
    shift = np.where(np.isfinite(top), top, 0).astype(x.dtype)
    with np.errstate(over="ignore"):
        terms = np.exp(x - shift)
    rest = terms.copy()
    np.put_along_axis(rest, place, 0, axis)
    with np.errstate(invalid="ignore"):
        result = np.where(
            np.isfinite(top), shift + np.log1p(np.sum(rest, axis=axis, keepdims=True)), top
        )
    return result if keepdims else np.squeeze(result, axis)


@wrong(fails={CORE, EDGES}, says="exp overflows above 709.78")
def naive(x, axis=-1, keepdims=False):
    return np.log(np.sum(np.exp(x), axis=axis, keepdims=keepdims))


@wrong(fails={CORE, EDGES}, says="yours = expected - max(x)")
def max_not_added(x, axis=-1, keepdims=False):
    top = np.max(x, axis=axis, keepdims=True)
    return np.log(np.sum(np.exp(x - top), axis=axis, keepdims=keepdims))


@wrong(fails={CORE, EDGES}, says="yours = expected + max(x)")
def max_added_twice(x, axis=-1, keepdims=False):
    top = np.max(x, axis=axis, keepdims=True)
    total = np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True)) + 2 * top
    return total if keepdims else np.squeeze(total, axis)


@wrong(fails={CORE, EDGES}, says="the shift belongs outside the log")
def max_inside_log(x, axis=-1, keepdims=False):
    top = np.max(x, axis=axis, keepdims=True)
    total = np.log(top + np.sum(np.exp(x - top), axis=axis, keepdims=True))
    return total if keepdims else np.squeeze(total, axis)


@wrong(fails={CORE, EDGES}, says="the shift must be per row")
def global_max(x, axis=-1, keepdims=False):
    top = np.max(x)
    return top + np.log(np.sum(np.exp(x - top), axis=axis, keepdims=keepdims))


@wrong(fails={CORE, EDGES}, says="x - min(x) reaches")
def min_shift(x, axis=-1, keepdims=False):
    low = np.min(x, axis=axis, keepdims=True)
    total = np.log(np.sum(np.exp(x - low), axis=axis, keepdims=True)) + low
    return total if keepdims else np.squeeze(total, axis)


@wrong(fails={CORE, EDGES}, says="x - mean(x) reaches")
def mean_shift(x, axis=-1, keepdims=False):
    mean = np.mean(x, axis=axis, keepdims=True)
    total = np.log(np.sum(np.exp(x - mean), axis=axis, keepdims=True)) + mean
    return total if keepdims else np.squeeze(total, axis)


@wrong(fails={CORE, EDGES}, says="every term underflowed because the shift was")
def abs_max(x, axis=-1, keepdims=False):
    size = np.max(np.abs(x), axis=axis, keepdims=True)
    total = np.log(np.sum(np.exp(x - size), axis=axis, keepdims=True)) + size
    return total if keepdims else np.squeeze(total, axis)


@wrong(fails={CORE, EDGES, PURITY}, says="do not fit")
def no_keepdims(x, axis=-1, keepdims=False):
    top = np.max(x, axis=axis)
    return top + np.log(np.sum(np.exp(x - top), axis=axis, keepdims=keepdims))


@wrong(fails={CORE, EDGES}, says="there is an epsilon inside the log")
def eps_inside(x, axis=-1, keepdims=False):
    top = np.max(x, axis=axis, keepdims=True)
    total = top + np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True) + 1e-12)
    return total if keepdims else np.squeeze(total, axis)


@wrong(fails={CORE, EDGES}, says="constant beyond 700")
def clip(x, axis=-1, keepdims=False):
    x = np.clip(x, -700, 700)
    return np.log(np.sum(np.exp(x), axis=axis, keepdims=keepdims))


@wrong(fails={EDGES}, says="nan for a row of -inf")
def nan_on_neg_inf(x, axis=-1, keepdims=False):
    x = np.asarray(x)
    top = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    with np.errstate(all="ignore"):
        shifted = np.exp(x - top)
    total = top + np.log(np.sum(shifted, axis=axis, keepdims=True))
    return total if keepdims else np.squeeze(total, axis)


@wrong(fails={CORE, EDGES}, says="axis=0 gives the axis=-1 answer")
def axis_ignored(x, axis=-1, keepdims=False):
    return np.logaddexp.reduce(np.asarray(x, dtype=float), axis=-1, keepdims=keepdims)


@wrong(fails={EDGES, PURITY}, says="your function writes into its argument")
def inplace(x, axis=-1, keepdims=False):
    if x.dtype.kind != "f":
        x = x.astype(float)
    top = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    shift = np.where(np.isfinite(top), top, 0).astype(x.dtype)
    x -= shift
    with np.errstate(divide="ignore"):
        total = np.log(np.sum(np.exp(x), axis=axis, keepdims=True)) + shift
    return total if keepdims else np.squeeze(total, axis)


@wrong(fails={PURITY}, says="there is a loop over the rows of x")
def loop(x, axis=-1, keepdims=False):
    x = np.asarray(x)
    x = x if x.dtype.kind == "f" else x.astype(float)
    if axis is None:
        result = np.logaddexp.reduce(x, axis=None, keepdims=keepdims)
        return result
    rows = np.moveaxis(x, axis, -1)
    flat = rows.reshape(-1, x.shape[axis]) if x.size else np.zeros((0, 1))
    result = np.full(rows.shape[:-1], -np.inf, dtype=x.dtype)
    for number, row in enumerate(flat):
        result.flat[number] = np.logaddexp.reduce(row)
    return np.expand_dims(result, axis) if keepdims else result[()]


@wrong(fails={CORE, EDGES, PURITY}, says="not available in a solution cell")
def asks_the_checks(x, axis=-1, keepdims=False):
    import nn_utils

    exact = nn_utils._along(nn_utils._exact_logsumexp, x, axis, keepdims)
    return exact.astype(float)


@wrong(fails={CORE, EDGES, PURITY}, says="this exercise is still empty")
def not_started(x, axis=-1, keepdims=False):
    raise NotImplementedError()
