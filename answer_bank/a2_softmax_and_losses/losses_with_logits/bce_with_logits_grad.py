"""Answers to exercise 2b E2: the slope of the binary cross-entropy."""

import numpy as np

from answer_bank import right, wrong

CELL = "a2b_bce_with_logits_grad"
NAME = "bce_with_logits_grad"

CORE, EDGES = "a2b_bce_with_logits_grad_core", "a2b_bce_with_logits_grad_edges"
TOLERANCE = 1e-12


def inputs(rng):
    """Yield scores and labels on which a surviving mutant is compared with the reference."""
    for shape in ((7,), (7, 5), (1,), (0,)):
        for scale in (1, 10, 1e4):
            s = rng.normal(scale=scale, size=shape)
            yield s, rng.integers(0, 2, size=shape).astype(float)
            yield s, rng.integers(0, 2, size=shape).astype(bool)
            yield s, rng.uniform(size=shape)
    yield np.array([0.0, -0.0, 2.0]), np.array([0, 1, 1])
    yield rng.normal(size=(7, 5)), rng.uniform(size=5)
    yield np.float32([1.5, -100.0]), np.float32([0, 1])


@right
def half_of_tanh(s, y):
    return 0.5 * (1 + np.tanh(s / 2)) - y


@right
def two_cases(s, y):
    small = np.exp(-np.abs(s))
    return np.where(s >= 0, 1 / (1 + small), small / (1 + small)) - y


@right
def safe_sigmoid(s, y):
    def sigmoid(t):
        return np.exp(-np.logaddexp(0, -t))

    return sigmoid(s) - y


@right
def positive_part_and_the_rest(s, y):
    slope_of_rest = -np.sign(s) * np.exp(-np.abs(s)) / (1 + np.exp(-np.abs(s)))
    return (
        np.where(s > 0, 1.0, np.where(s < 0, 0.0, 0.5)).astype(slope_of_rest.dtype)
        - y
        + (slope_of_rest)
    )


@wrong(fails={CORE, EDGES}, says="yours = -expected")
def reversed(s, y):
    return y - 0.5 * (1 + np.tanh(s / 2))


@wrong(fails={CORE, EDGES}, says="yours = expected x p(1 - p)")
def extra_sigmoid_prime(s, y):
    p = 0.5 * (1 + np.tanh(s / 2))
    return (p - y) * p * (1 - p)


@wrong(fails={EDGES}, says="overflow encountered in exp")
def overflow_sigmoid(s, y):
    return 1 / (1 + np.exp(-s)) - y


@wrong(fails={CORE, EDGES}, says="expected = 7 x yours, and N = 7")
def averaged(s, y):
    return (0.5 * (1 + np.tanh(s / 2)) - y) / max(len(s), 1)


@wrong(fails={CORE, EDGES}, says="matches labels that are all 1")
def p_minus_one(s, y):
    return 0.5 * (1 + np.tanh(s / 2)) - np.ones_like(y, dtype=np.asarray(s).dtype)


@wrong(fails={CORE, EDGES}, says="matches labels that are all 0")
def no_label(s, y):
    return 0.5 * (1 + np.tanh(s / 2)) + 0 * y


@wrong(fails={CORE, EDGES}, says="with respect to the probability, not the logit")
def uses_loss_of_p(s, y):
    p = 0.5 * (1 + np.tanh(s / 2))
    with np.errstate(all="ignore"):
        return (p - y) / (p * (1 - p))


@wrong(fails={EDGES}, says="float32 in, float64 out")
def always_double(s, y):
    return 0.5 * (1 + np.tanh(np.asarray(s, dtype=float) / 2)) - y


@wrong(fails={EDGES}, says="read-only")
def inplace(s, y):
    if s.dtype.kind != "f":
        s = s.astype(float)
    s /= 2
    return 0.5 * (1 + np.tanh(s)) - y


@wrong(fails={EDGES}, says="there is a loop over the scores")
def loop(s, y):
    s, y = np.broadcast_arrays(s, y)
    out = np.empty(s.shape, dtype=np.result_type(s, np.float32))
    for i in np.ndindex(s.shape):
        out[i] = 0.5 * (1 + np.tanh(s[i] / 2)) - y[i]
    return out


@wrong(fails={CORE, EDGES}, says="not available in a solution cell")
def asks_the_checks(s, y):
    import nn_utils

    return np.array(nn_utils._elementwise(nn_utils._exact_bce_slope, s, y), dtype=float)


@wrong(fails={CORE, EDGES}, says="this exercise is still empty")
def not_started(s, y):
    raise NotImplementedError()
