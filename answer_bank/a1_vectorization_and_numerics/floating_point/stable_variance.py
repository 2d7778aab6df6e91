"""Answers to exercise 1b E4: the variance without cancellation."""

import numpy as np

from answer_bank import right, wrong

CELL = "a1b_stable_variance"
NAME = "stable_variance"

CORE, EDGES = "a1b_stable_variance_core", "a1b_stable_variance_edges"


def inputs(rng):
    """Yield arguments on which a surviving mutant is compared with the reference."""
    for shape in ((5,), (7, 5), (3, 2, 4), (1, 1)):
        for offset in (0, 1e8):
            x = offset + rng.normal(size=shape)
            yield (x,)
            yield x, 0
    yield (np.full(7, 3.0),)
    yield (np.arange(6).reshape(2, 3),)
    yield (rng.normal(size=(7, 5)).astype(np.float32),)


@right
def two_pass(x, axis=-1):
    mean = np.sum(x, axis=axis, keepdims=True) / x.shape[axis]
    return np.sum((x - mean) ** 2, axis=axis) / x.shape[axis]


@right
def welford(x, axis=-1):
    # One pass over the axis; all other axes at once.
    x = np.moveaxis(np.asarray(x), axis, 0)
    x = x if x.dtype.kind == "f" else x.astype(float)
    mean, total = np.zeros_like(x[0]), np.zeros_like(x[0])
    for count, row in enumerate(x, start=1):
        step = row - mean
        mean = mean + step / count
        total = total + step * (row - mean)
    return total / len(x)


@right
def shift_by_first_element(x, axis=-1):
    x = np.asarray(x)
    x = x if x.dtype.kind == "f" else x.astype(float)
    shifted = x - np.take(x, [0], axis=axis)
    return np.mean(shifted**2, axis=axis) - np.mean(shifted, axis=axis) ** 2


@right
def library(x, axis=-1):
    return np.var(x, axis=axis)


@right
def two_pass_einsum(x, axis=-1):
    centered = np.moveaxis(x - np.mean(x, axis=axis, keepdims=True), axis, -1)
    return np.einsum("...i,...i->...", centered, centered) / x.shape[axis]


@wrong(fails={CORE, EDGES}, says="two huge numbers cancelled")
def e_x2_minus_ex_2(x, axis=-1):
    return np.mean(x**2, axis=axis) - np.mean(x, axis=axis) ** 2


@wrong(fails={CORE, EDGES}, says="two huge numbers cancelled")
def e_x2_clipped_at_0(x, axis=-1):
    x = np.asarray(x)
    x = x if x.dtype.kind == "f" else x.astype(float)
    return np.maximum(np.mean(x * x, axis=axis) - np.mean(x, axis=axis) ** 2, 0)


@wrong(fails={CORE, EDGES}, says="(n - 1)/n")
def ddof_1(x, axis=-1):
    centered = x - np.mean(x, axis=axis, keepdims=True)
    return np.sum(centered**2, axis=axis) / (x.shape[axis] - 1)


@wrong(fails={CORE, EDGES}, says="rows with different means share one mean")
def global_mean(x, axis=-1):
    return np.mean((x - np.mean(x)) ** 2, axis=axis)


@wrong(fails={CORE, EDGES}, says="the means need keepdims=True")
def missing_keepdims(x, axis=-1):
    return np.mean((x - np.mean(x, axis=axis)) ** 2, axis=axis)


@wrong(fails={EDGES}, says="squares of int32 wrapped around")
def int_overflow(x, axis=-1):
    shifted = x - np.take(x, [0], axis=axis)
    return np.mean(shifted * shifted, axis=axis) - np.mean(shifted, axis=axis) ** 2


@wrong(fails={CORE, EDGES}, says="the square is missing")
def standard_deviation(x, axis=-1):
    return np.std(x, axis=axis)


@wrong(fails={CORE, EDGES}, says="the mean of the squares is wanted")
def sum_of_squares(x, axis=-1):
    return np.sum((x - np.mean(x, axis=axis, keepdims=True)) ** 2, axis=axis)


@wrong(fails={CORE, EDGES}, says="not squares")
def mean_absolute_deviation(x, axis=-1):
    return np.mean(np.abs(x - np.mean(x, axis=axis, keepdims=True)), axis=axis)


@wrong(fails={CORE, EDGES}, says="axis=0 gives the axis=-1 answer")
def axis_ignored(x, axis=-1):
    return np.var(x, axis=-1)


@wrong(fails={CORE, EDGES}, says="the numbers are right, the shape is not")
def keeps_the_axis(x, axis=-1):
    centered = x - np.mean(x, axis=axis, keepdims=True)
    return np.mean(centered**2, axis=axis, keepdims=True)


@wrong(fails={EDGES}, says="float64")
def always_float64(x, axis=-1):
    return np.var(np.asarray(x, dtype=float), axis=axis)


@wrong(fails={EDGES}, says="in-place")
def in_place(x, axis=-1):
    x -= np.mean(x, axis=axis, keepdims=True)
    return np.mean(x**2, axis=axis)


@wrong(fails={EDGES}, says="there is a loop over the rows of x")
def loop(x, axis=-1):
    rows = np.moveaxis(x, axis, -1)
    dtype = x.dtype if x.dtype.kind == "f" else float
    result = np.empty(rows.shape[:-1], dtype)
    for index in np.ndindex(rows.shape[:-1]):
        row = rows[index]
        result[index] = np.mean((row - np.mean(row)) ** 2)
    return result


@wrong(fails={EDGES}, says="there is a loop over the rows of x")
def apply_along_axis(x, axis=-1):
    return np.apply_along_axis(lambda row: np.mean((row - np.mean(row)) ** 2), axis, x)


@wrong(fails={CORE, EDGES}, says="not available in a solution cell")
def asks_the_checks(x, axis=-1):
    import nn_utils

    return nn_utils._along(nn_utils._exact_variance, x, axis, False).astype(float)


@wrong(fails={CORE, EDGES}, says="this exercise is still empty")
def not_started(x, axis=-1):
    raise NotImplementedError()
