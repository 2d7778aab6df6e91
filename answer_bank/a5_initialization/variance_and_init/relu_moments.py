"""Answers to exercise 5a E1: estimates of three moments."""

import math

import numpy as np

from answer_bank import right, wrong

CELL = "a5a_relu_moments"
NAME = "relu_moments"

CORE, EDGES = "a5a_relu_moments_core", "a5a_relu_moments_edges"
TOLERANCE = 1e-12


def inputs(rng):
    """Yield seeds and sizes on which a surviving mutant is compared with the reference."""
    for n in (1, 2, 3, 10, 100, 1000):
        yield int(rng.integers(1000)), n
        yield int(rng.integers(1000)), n


def observe(answer, seed, n):
    """Return the estimates for a new generator."""
    return answer(np.random.default_rng(seed), n)


@right
def moments_of_a_sample(rng, n):
    x = np.maximum(rng.standard_normal(n), 0)
    return x.mean(), (x**2).mean(), x.var()


@right
def normal_and_mask(rng, n):
    z = rng.normal(size=n)
    z[z < 0] = 0.0
    mean, second = np.sum(z) / n, np.dot(z, z) / n
    return float(mean), float(second), float(second - mean**2)


@right
def box_muller(rng, n):
    radius = np.sqrt(-2 * np.log1p(-rng.random(n)))
    x = np.where((z := radius * np.cos(2 * np.pi * rng.random(n))) > 0, z, 0)
    return np.mean(x), np.mean(x * x), np.mean((x - np.mean(x)) ** 2)


@right
def absolute_value_times_a_coin(rng, n):
    x = np.abs(rng.standard_normal(n)) * rng.integers(0, 2, size=n)
    return np.mean(x), np.mean(x**2), np.var(x)


@wrong(fails={CORE}, says="ReLU is not |z|")
def absolute_value(rng, n):
    x = np.abs(rng.standard_normal(n))
    return np.mean(x), np.mean(x**2), np.var(x)


@wrong(fails={CORE, EDGES}, says="the zeros of ReLU(z) belong to the sample")
def drops_zeros(rng, n):
    x = rng.standard_normal(n)
    x = x[x > 0]
    return np.mean(x), np.mean(x**2), np.var(x)


@wrong(fails={CORE, EDGES}, says="the second entry is the variance")
def variance_for_second_moment(rng, n):
    x = np.maximum(rng.standard_normal(n), 0)
    return np.mean(x), np.var(x), np.var(x)


@wrong(fails={CORE, EDGES}, says="the third entry is a standard deviation")
def standard_deviation(rng, n):
    x = np.maximum(rng.standard_normal(n), 0)
    return np.mean(x), np.mean(x**2), np.std(x)


@wrong(fails={EDGES}, says="yours = expected x n/(n - 1)")
def ddof_1(rng, n):
    x = np.maximum(rng.standard_normal(n), 0)
    return np.mean(x), np.mean(x**2), np.var(x, ddof=1) if n > 1 else 0.0


@wrong(fails={EDGES}, says="one entry has variance 0")
def ddof_1_of_one_entry(rng, n):
    x = np.maximum(rng.standard_normal(n), 0)
    mean = x.mean()
    with np.errstate(all="ignore"):
        return mean, np.mean(x**2), np.sum((x - mean) ** 2) / n if n > 1 else np.nan


@wrong(fails={CORE}, says="yours looks uniform from 0 to 1")
def uniform(rng, n):
    x = np.maximum(rng.random(n), 0)
    return np.mean(x), np.mean(x**2), np.var(x)


@wrong(fails={CORE}, says="yours looks uniform from -1 to 1")
def uniform_both_signs(rng, n):
    x = np.maximum(rng.uniform(-1, 1, size=n), 0)
    return np.mean(x), np.mean(x**2), np.var(x)


@wrong(fails={EDGES}, says="two generators with different seeds give the same result")
def own_generator(rng, n):
    x = np.maximum(np.random.default_rng(0).standard_normal(n), 0)
    return np.mean(x), np.mean(x**2), np.var(x)


@wrong(fails={EDGES}, says="NumPy's global generator was used")
def global_generator(rng, n):
    x = np.maximum(np.random.randn(n), 0)
    return np.mean(x), np.mean(x**2), np.var(x)


@wrong(fails={EDGES}, says="one entry has variance 0")
def exact_values(rng, n):
    mean = 1 / math.sqrt(2 * math.pi)
    return mean, 0.5, 0.5 - mean**2


@wrong(fails={EDGES}, says="the variance is the mean of (x - mean)^2")
def three_samples(rng, n):
    x = [np.maximum(rng.standard_normal(n), 0) for _ in range(3)]
    return np.mean(x[0]), np.mean(x[1] ** 2), np.var(x[2])


@wrong(fails={EDGES}, says="one entry has variance 0")
def ignores_small_n(rng, n):
    x = np.maximum(rng.standard_normal(max(n, 2)), 0)
    return np.mean(x), np.mean(x**2), np.var(x)


@wrong(fails={EDGES}, says="there is a loop over the draws")
def loop(rng, n):
    x = [max(z, 0) for z in rng.standard_normal(n)]
    return np.mean(x), np.mean(np.square(x)), np.var(x)


@wrong(fails={CORE, EDGES}, says="not available in a solution cell")
def asks_the_checks(rng, n):
    import nn_utils

    return tuple(nn_utils._exact_relu_moments(None, n).values())


@wrong(fails={CORE, EDGES}, says="this exercise is still empty")
def not_started(rng, n):
    raise NotImplementedError()
