"""Answers to exercise 4a E4: the largest relative error of a gradient."""

import math

import numpy as np

from answer_bank import right, wrong

CELL = "a4a_gradient_check"
NAME = "gradient_check"

FINDS, ACCEPTS = "a4a_gradient_check_finds", "a4a_gradient_check_accepts"
EDGES = "a4a_gradient_check_edges"
# The student's tool looks for the bugs, and tests of those see what it found.
BUGS = "a4a_bugs_found", "a4a_bugs_only"


def inputs(rng):
    """Yield clear cases, on which a surviving mutant is compared with the reference."""

    def f(x):
        return np.sum(np.exp(x))

    for shape in ((7,), (3, 5), ()):
        x = np.array(rng.uniform(-1, 1, size=shape))
        for factor in (1, 2, -1, 0, np.nan):
            yield f, factor * np.exp(x), x
    yield (lambda x: np.sum(np.exp(x[:2]))), np.exp(x) * np.ones(3) * [1, 1, 0], x * np.ones(3)
    yield f, np.ones((3, 1)), np.ones((1, 3))
    yield (lambda x: 1e-12 * f(x)), 2e-12 * np.exp(np.ones(5)), np.ones(5)


def observe(answer, f, grad, x):
    """The verdict: errors differ in their digits between right answers."""
    error = answer(f, grad, x)
    return (
        "right"
        if error < 1e-5
        else "inf"
        if error == math.inf
        else "wrong"
        if error > 1e-3
        else "?"
    )


@right
def larger_of_the_two(f, grad, x):
    grad, numeric = np.asarray(grad), numerical_gradient(f, x)
    if grad.shape != numeric.shape:
        raise ValueError("the shapes differ")
    if np.isnan(grad).any() or np.isnan(numeric).any():
        return np.inf
    size = np.maximum(abs(grad), abs(numeric))
    return np.max(abs(grad - numeric) / (size + (size == 0)))


@right
def relative_to_the_largest(f, grad, x):
    if np.shape(grad) != np.shape(x):
        raise ValueError("the shapes differ")
    numeric = numerical_gradient(f, x)
    difference = np.max(np.abs(grad - numeric))
    if not np.isfinite(difference):
        return math.inf
    scale = max(np.max(np.abs(grad)), np.max(np.abs(numeric)))
    return 0.0 if difference == 0 else float(difference / scale)


@right
def norm_and_entries(f, grad, x):
    if np.shape(grad) != np.shape(x):
        raise ValueError("the shapes differ")
    numeric = numerical_gradient(f, x)
    both = np.linalg.norm(np.ravel(grad)) + np.linalg.norm(np.ravel(numeric))
    if np.isnan(both):
        return math.inf
    by_norm = np.linalg.norm(np.ravel(grad - numeric)) / both if both else 0.0
    worst = 0.0
    for a, n in zip(np.ravel(grad), np.ravel(numeric)):
        if a != n:
            worst = max(worst, abs(a - n) / (abs(a) + abs(n)))
    return max(by_norm, worst)


@right
def tiny_floor(f, grad, x):
    if np.shape(grad) != np.shape(x):
        raise ValueError("the shapes differ")
    n = numerical_gradient(f, x)
    errors = np.abs(grad - n) / np.maximum(np.abs(grad) + np.abs(n), 1e-100)
    return np.nan_to_num(np.max(errors), nan=np.inf)


@wrong(fails={ACCEPTS, EDGES}, says="a right gradient of size 1e12 was rejected")
def absolute_error(f, grad, x):
    if np.shape(grad) != np.shape(x):
        raise ValueError("the shapes differ")
    error = np.max(np.abs(grad - numerical_gradient(f, x)))
    return math.inf if np.isnan(error) else error


@wrong(fails={EDGES}, says="a gradient of size 1e-12 that is twice too large was accepted")
def fixed_floor(f, grad, x):
    if np.shape(grad) != np.shape(x):
        raise ValueError("the shapes differ")
    n = numerical_gradient(f, x)
    error = np.max(np.abs(grad - n) / np.maximum(np.abs(grad) + np.abs(n), 1e-8))
    return math.inf if np.isnan(error) else error


@wrong(fails={EDGES}, says="one wrong entry among 10000 was accepted")
def mean_error(f, grad, x):
    if np.shape(grad) != np.shape(x):
        raise ValueError("the shapes differ")
    n = numerical_gradient(f, x)
    size = np.abs(grad) + np.abs(n)
    error = np.mean(np.abs(grad - n) / np.where(size == 0, 1, size))
    return math.inf if np.isnan(error) else error


@wrong(fails={EDGES}, says="one wrong entry among 10000 was accepted")
def norm_only(f, grad, x):
    if np.shape(grad) != np.shape(x):
        raise ValueError("the shapes differ")
    n = numerical_gradient(f, x)
    size = np.linalg.norm(grad) + np.linalg.norm(n)
    error = np.linalg.norm(grad - n) / size if size else 0.0
    return math.inf if np.isnan(error) else error


@wrong(fails={EDGES}, says="nan compared with any tolerance is False")
def nan_passes(f, grad, x):
    if np.shape(grad) != np.shape(x):
        raise ValueError("the shapes differ")
    n = numerical_gradient(f, x)
    size = np.abs(grad) + np.abs(n)
    return np.max(np.abs(grad - n) / np.where(size == 0, 1, size))


@wrong(fails={EDGES}, says="a gradient with a nan was accepted")
def nan_counts_as_zero(f, grad, x):
    if np.shape(grad) != np.shape(x):
        raise ValueError("the shapes differ")
    n = numerical_gradient(f, x)
    with np.errstate(all="ignore"):
        return np.max(np.nan_to_num(np.abs(grad - n) / (np.abs(grad) + np.abs(n))))


@wrong(fails={ACCEPTS, EDGES}, says="a right gradient with exact zeros was rejected")
def zero_by_zero(f, grad, x):
    if np.shape(grad) != np.shape(x):
        raise ValueError("the shapes differ")
    n = numerical_gradient(f, x)
    error = np.max(np.abs(grad - n) / (np.abs(grad) + np.abs(n)))
    return math.inf if np.isnan(error) else error


@wrong(fails={EDGES}, says="shapes (3, 1) and (1, 3) were compared")
def broadcast_shapes(f, grad, x):
    n = numerical_gradient(f, x)
    size = np.abs(grad) + np.abs(n)
    error = np.max(np.abs(grad - n) / np.where(size == 0, 1, size))
    return math.inf if np.isnan(error) else error


@wrong(fails={EDGES}, says="AssertionError")
def asserts_the_shape(f, grad, x):
    assert np.shape(grad) == np.shape(x)
    n = numerical_gradient(f, x)
    size = np.abs(grad) + np.abs(n)
    error = np.max(np.abs(grad - n) / np.where(size == 0, 1, size))
    return math.inf if np.isnan(error) else error


@wrong(fails={FINDS}, says="a gradient of zeros was accepted")
def asymmetric_denominator(f, grad, x):
    if np.shape(grad) != np.shape(x):
        raise ValueError("the shapes differ")
    n = numerical_gradient(f, x)
    error = np.max(np.where(grad == 0, 0, np.abs(grad - n) / np.where(grad == 0, 1, np.abs(grad))))
    return math.inf if np.isnan(error) else error


@wrong(fails={FINDS}, says="a slope where f does not depend on x was accepted")
def skips_numeric_zeros(f, grad, x):
    if np.shape(grad) != np.shape(x):
        raise ValueError("the shapes differ")
    n = numerical_gradient(f, x)
    error = np.max(np.where(n == 0, 0, np.abs(grad - n) / np.where(n == 0, 1, np.abs(n))))
    return math.inf if np.isnan(grad).any() or np.isnan(error) else error


@wrong(fails={FINDS}, says="a gradient with the other sign was accepted")
def compares_sizes(f, grad, x):
    if np.shape(grad) != np.shape(x):
        raise ValueError("the shapes differ")
    n = numerical_gradient(f, x)
    size = np.abs(grad) + np.abs(n)
    error = np.max(np.abs(np.abs(grad) - np.abs(n)) / np.where(size == 0, 1, size))
    return math.inf if np.isnan(error) else error


@wrong(fails={FINDS}, says="a gradient whose entries are all too small was accepted")
def error_with_sign(f, grad, x):
    if np.shape(grad) != np.shape(x):
        raise ValueError("the shapes differ")
    n = numerical_gradient(f, x)
    size = np.abs(grad) + np.abs(n)
    error = np.max((grad - n) / np.where(size == 0, 1, size))
    return math.inf if np.isnan(error) else error


@wrong(fails={FINDS, ACCEPTS, EDGES, *BUGS}, says="a number below 1e-5")
def says_true_or_false(f, grad, x):
    if np.shape(grad) != np.shape(x):
        raise ValueError("the shapes differ")
    return np.allclose(grad, numerical_gradient(f, x))


@wrong(fails={FINDS, ACCEPTS, EDGES}, says="not available in a solution cell")
def asks_the_checks(f, grad, x):
    import nn_utils

    return np.max(np.abs(grad - nn_utils._complex_gradient(f, x)))


@wrong(fails={FINDS, ACCEPTS, EDGES, *BUGS}, says="this exercise is still empty")
def not_started(f, grad, x):
    raise NotImplementedError()
