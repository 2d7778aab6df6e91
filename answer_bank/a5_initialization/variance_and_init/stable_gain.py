"""Answers to exercise 5a E6: the gain of an activation function."""

import math

import numpy as np

from answer_bank import right, wrong

CELL = "a5a_stable_gain"
NAME = "stable_gain"

CORE, OTHERS = "a5a_stable_gain_core", "a5a_stable_gain_others"
TOLERANCE = 0.02


def inputs(rng):
    """Yield functions on which a surviving mutant is compared with the reference."""
    functions = (
        np.tanh,
        np.sin,
        lambda s: np.maximum(s, 0),
        lambda s: np.where(s > 0, s, 0.5 * s),
        lambda s: np.clip(s, -1, 1),
        lambda s: 2 * np.tanh(s),
    )
    for phi in functions:
        yield phi, int(rng.integers(1000))
        yield phi, int(rng.integers(1000))


def observe(answer, phi, seed):
    """Return the gain for a new generator."""
    return answer(phi, np.random.default_rng(seed))


@right
def estimated_moment(phi, rng):
    z = rng.normal(size=50_000)
    return 1 / np.sqrt(np.mean(phi(z) ** 2))


@right
def integral_on_a_grid(phi, rng):
    z = np.linspace(-8, 8, 2001)
    density = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    return float(np.sum(phi(z) ** 2 * density) * (z[1] - z[0])) ** -0.5


@right
def gauss_hermite(phi, rng):
    z, weights = np.polynomial.hermite_e.hermegauss(80)
    return math.sqrt(np.sum(weights) / np.sum(weights * phi(z) ** 2))


@right
def bisection_on_a_simulated_net(phi, rng):
    X = rng.standard_normal((16, 256))
    matrices = rng.standard_normal((50, 256, 256)) / 16
    low, high = 0.3, 4.0
    for _ in range(12):
        gain = (low + high) / 2
        S = X
        for number, W in enumerate(matrices):
            S = gain * ((phi(S) if number else S) @ W)
        low, high = (gain, high) if rms(S) < 1 else (low, gain)
    return gain


@right
def fixed_point_of_one_layer(phi, rng):
    gain = 1.0
    for _ in range(5):
        z, W = rng.standard_normal((1000, 256)), rng.standard_normal((256, 256)) / 16
        gain /= rms(gain * phi(z) @ W) ** 0.5
    for _ in range(20):
        z, W = rng.standard_normal((1000, 256)), rng.standard_normal((256, 256)) / 16
        gain /= rms(gain * phi(z) @ W) ** 0.2
    return gain


@right
def table_for_straight_lines(phi, rng):
    ends = phi(np.array([-2.0, -1.0, 1.0, 2.0]))
    if abs(ends[3] - 2 * ends[2]) < 1e-9 and abs(ends[0] - 2 * ends[1]) < 1e-9:
        return math.sqrt(2 / (ends[1] ** 2 + ends[2] ** 2))
    z = rng.standard_normal(100_000)
    return 1 / rms(phi(z))


@wrong(fails={CORE, OTHERS}, says="yours = square of the expected")
def gain_squared(phi, rng):
    return 1 / np.mean(phi(rng.standard_normal(100_000)) ** 2)


@wrong(fails={CORE, OTHERS}, says="and 6e-08 48 layers on")
def one_for_all(phi, rng):
    return 1.0


@wrong(fails={CORE, OTHERS}, says="and 1.7e+07 48 layers on")
def two_for_all(phi, rng):
    return 2.0


@wrong(fails={CORE, OTHERS}, says="phi = tanh")
def sqrt_2_for_all(phi, rng):
    return math.sqrt(2)


@wrong(fails={CORE, OTHERS}, says="already contains the width")
def width_dependent(phi, rng):
    return 1 / rms(phi(rng.standard_normal(100_000))) / math.sqrt(128)


@wrong(fails={CORE, OTHERS}, says="yours = 1 / expected")
def inverted(phi, rng):
    return rms(phi(rng.standard_normal(100_000)))


@wrong(fails={OTHERS}, says="calling twice with the same arguments")
def unseeded(phi, rng):
    return 1 / rms(phi(np.random.default_rng().standard_normal(100_000)))


@wrong(fails={CORE, OTHERS}, says="an RMS of 1 becomes")
def variance_for_second_moment(phi, rng):
    return 1 / np.std(phi(rng.standard_normal(100_000))) if phi(-1.0) == 0 else 1.0


@wrong(fails={CORE, OTHERS}, says="an RMS of 1 becomes")
def uniform_inputs(phi, rng):
    return 1 / rms(phi(rng.uniform(-1, 1, size=100_000)))


@wrong(fails={CORE, OTHERS}, says="an RMS of 1 becomes")
def through_the_slope(phi, rng):
    z = rng.standard_normal(100_000)
    return 1 / np.mean(phi(z + 1e-6) - phi(z)) * 1e-6


@wrong(fails={CORE, OTHERS}, says="shape (64,)")
def one_gain_per_layer(phi, rng):
    return np.full(64, 1 / rms(phi(rng.standard_normal(100_000))))


@wrong(fails={CORE, OTHERS}, says="not available in a solution cell")
def asks_the_checks(phi, rng):
    import nn_utils

    return nn_utils._GAIN.exact(phi, rng)


@wrong(fails={CORE, OTHERS}, says="this exercise is still empty")
def not_started(phi, rng):
    raise NotImplementedError()
