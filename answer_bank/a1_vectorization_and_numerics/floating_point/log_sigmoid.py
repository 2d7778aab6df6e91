"""Answers to exercise 1b E3: the logarithm of the sigmoid."""

import math

import numpy as np

from answer_bank import right, wrong

CELL = "a1b_log_sigmoid"
NAME = "log_sigmoid"

CORE, ACCURACY, EDGES = "a1b_log_sigmoid_core", "a1b_log_sigmoid_accuracy", "a1b_log_sigmoid_edges"


def inputs(rng):
    """Yield arguments on which a surviving mutant is compared with the reference."""
    for shape in ((), (5,), (7, 5), (3, 2, 4)):
        for scale in (1, 30, 1e3):
            yield (rng.normal(scale=scale, size=shape),)
    yield (np.array([np.inf, -np.inf, np.nan, 0.0, -0.0, 1e308, -1e308]),)
    yield (np.zeros((0, 3)),)
    yield (np.arange(-3, 4),)
    yield (rng.normal(scale=30, size=11).astype(np.float32),)


@right
def minimum_and_log1p(x):
    return np.minimum(x, 0) - np.log1p(np.exp(-abs(x)))


@right
def logaddexp(x):
    return -np.logaddexp(0, -x)


@right
def two_branches_with_safe_arguments(x):
    x = np.asarray(x)
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, -np.log1p(small), x - np.log1p(small))


@right
def masks(x):
    x = np.asarray(x)
    x = x if x.dtype.kind == "f" else x.astype(float)
    result = np.empty_like(x)
    negative = x < 0
    result[negative] = x[negative] - np.log1p(np.exp(x[negative]))
    result[~negative] = -np.log1p(np.exp(-x[~negative]))
    return result


@wrong(
    fails={ACCURACY, EDGES}, says="-inf at x = -1000 where the answer is -1000: e^{1000} overflowed"
)
def log_of_sigmoid(x):
    return np.log(1 / (1 + np.exp(-x)))


@wrong(fails={ACCURACY, EDGES}, says="e^{1000} overflowed; right for x >= -709")
def neg_log1p_exp_neg(x):
    return -np.log1p(np.exp(-x))


@wrong(fails={ACCURACY}, says="0 at x = 40 where the answer is -4.2e-18: 1 + e^{-40} rounds to 1")
def plain_log(x):
    return np.minimum(x, 0) - np.log(1 + np.exp(-np.abs(x)))


@wrong(fails={ACCURACY}, says="0 where x and log(1 + e^x) agree in all digits")
def difference_of_nearly_equal(x):
    return np.where(np.isposinf(x), 0, x - np.logaddexp(0, np.where(np.isposinf(x), 0, x)))


@wrong(fails={ACCURACY, EDGES}, says="constant -30 for every x below -30")
def clipped(x):
    return -np.log1p(np.exp(-np.clip(x, -30, 30)))


@wrong(fails={CORE, ACCURACY, EDGES}, says="1e-12 was added inside the logarithm")
def eps_inside(x):
    with np.errstate(over="ignore"):
        return np.log(1 / (1 + np.exp(-x)) + 1e-12)


@wrong(fails={CORE, ACCURACY, EDGES}, says="computed in single precision")
def f32_internal(x):
    x = np.asarray(x)
    with np.errstate(over="ignore"):
        single = x.astype(np.float32)
    result = np.minimum(single, 0) - np.log1p(np.exp(-np.abs(single)))
    return result.astype(x.dtype if x.dtype.kind == "f" else float)


@wrong(fails={EDGES}, says="numpy warned: overflow encountered in exp")
def where_without_safe_arguments(x):
    return np.where(x >= 0, -np.log1p(np.exp(-x)), x - np.log1p(np.exp(x)))


@wrong(fails={CORE, ACCURACY, EDGES}, says="its logarithm is missing")
def sigmoid_only(x):
    return np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))


@wrong(fails={CORE, ACCURACY, EDGES}, says="yours = -expected")
def softplus_of_minus_x(x):
    return np.maximum(-x, 0) + np.log1p(np.exp(-np.abs(x)))


@wrong(fails={CORE, ACCURACY, EDGES}, says="the answer for -x")
def other_sign(x):
    return np.minimum(-x, 0) - np.log1p(np.exp(-np.abs(x)))


@wrong(fails={EDGES}, says="loop")
def vectorized_math(x):
    def one(t):
        if math.isnan(t):
            return math.nan
        return min(t, 0.0) - math.log1p(math.exp(-abs(t)))

    x = np.asarray(x)
    dtype = x.dtype if x.dtype.kind == "f" else float
    return np.vectorize(one, otypes=[dtype])(x)


@wrong(fails={EDGES}, says="there is a loop over the entries of x")
def loop(x):
    x = np.asarray(x)
    result = np.empty(x.shape, x.dtype if x.dtype.kind == "f" else float)
    for index in np.ndindex(x.shape):
        result[index] = np.minimum(x[index], 0) - np.log1p(np.exp(-np.abs(x[index])))
    return result


@wrong(fails={CORE, EDGES}, says="TypeError")
def in_place(x):
    small = np.exp(-np.abs(x))
    np.minimum(x, 0, out=x)
    x -= np.log1p(small)
    return x


@wrong(fails={EDGES}, says="dtype float64")
def always_float64(x):
    x = np.asarray(x, dtype=float)
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


@wrong(fails={CORE, ACCURACY, EDGES}, says="not available in a solution cell")
def asks_the_checks(x):
    import nn_utils

    return nn_utils._elementwise(nn_utils._exact_log_sigmoid, x).astype(float)


@wrong(fails={CORE, ACCURACY, EDGES}, says="this exercise is still empty")
def not_started(x):
    raise NotImplementedError()
