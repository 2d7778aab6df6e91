"""Answers to exercise 2b E1: binary cross-entropy from scores, entry by entry."""

import numpy as np

from answer_bank import right, wrong

CELL = "a2b_bce_with_logits"
NAME = "bce_with_logits"

CORE, ACCURACY = "a2b_bce_with_logits_core", "a2b_bce_with_logits_accuracy"
EDGES = "a2b_bce_with_logits_edges"
TOLERANCE = 1e-15


def inputs(rng):
    """Yield scores and labels on which a surviving mutant is compared with the reference."""
    for shape in ((7,), (7, 5), (1,), (0,)):
        for scale in (1, 30, 1e5):
            s = rng.normal(scale=scale, size=shape)
            yield s, rng.integers(0, 2, size=shape).astype(float)
            yield s, rng.integers(0, 2, size=shape).astype(bool)
            yield s, rng.uniform(size=shape)
    yield np.array([0.0, -0.0, 40.0, -40.0, 1e300]), np.array([0, 1, 1, 0, 1])
    yield rng.normal(size=(7, 5)), rng.uniform(size=5)
    yield np.float32([1.5, -100.0]), np.float32([0, 1])


@right
def maximum_and_log1p(s, y):
    return np.maximum(s, 0) - s * y + np.log1p(np.exp(-np.abs(s)))


@right
def weighted_logaddexp(s, y):
    y = np.asarray(y, dtype=np.result_type(s, np.float32))
    return y * np.logaddexp(0, -s) + (1 - y) * np.logaddexp(0, s)


@right
def two_cases(s, y):
    y = np.asarray(y) * 1.0
    small = np.log1p(np.exp(-np.abs(s)))
    return np.where(s >= 0, (1 - y) * s + small, -y * s + small).astype(small.dtype)


@right
def through_log_sigmoid(s, y):
    def log_sigmoid(t):
        return np.minimum(t, 0) - np.log1p(np.exp(-np.abs(t)))

    y = np.asarray(y, dtype=np.result_type(s, np.float32))
    return -y * log_sigmoid(s) - (1 - y) * log_sigmoid(-s)


@wrong(fails={CORE, ACCURACY, EDGES}, says="the probability rounded to exactly 0 or 1")
def sigmoid_then_log(s, y):
    p = 1 / (1 + np.exp(-s))
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


@wrong(fails={CORE, ACCURACY, EDGES}, says="saturates at 16.118 = -log(1e-7)")
def clipped_probs(s, y):
    p = np.clip(1 / (1 + np.exp(-s)), 1e-7, 1 - 1e-7)
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


@wrong(fails={CORE, ACCURACY, EDGES}, says="saturates at 27.631 = -log(1e-12)")
def small_number_added(s, y):
    p = 1 / (1 + np.exp(-s))
    return -(y * np.log(p + 1e-12) + (1 - y) * np.log(1 - p + 1e-12))


@wrong(fails={CORE, ACCURACY, EDGES}, says="e^s is inf from s = 710 on")
def inclass_softplus(s, y):
    return np.log(1 + np.exp(s)) - y * s


@wrong(fails={ACCURACY}, says="use log1p for small arguments")
def printed_log(s, y):
    return np.maximum(s, 0) - s * y + np.log(1 + np.exp(-np.abs(s)))


@wrong(fails={ACCURACY}, says="two nearly equal numbers are subtracted")
def cancels(s, y):
    return np.logaddexp(0, s) - s * y


@wrong(fails={CORE, ACCURACY, EDGES}, says="yours(s, y) = expected(s, 1 - y)")
def swapped_label(s, y):
    y = np.asarray(y, dtype=float)
    return np.maximum(s, 0) - s * (1 - y) + np.log1p(np.exp(-np.abs(s)))


@wrong(fails={CORE, ACCURACY, EDGES}, says="one value per entry is wanted")
def mean(s, y):
    return np.mean(np.maximum(s, 0) - s * y + np.log1p(np.exp(-np.abs(s))))


@wrong(fails={CORE, ACCURACY, EDGES}, says="one value per entry is wanted")
def total(s, y):
    return np.sum(np.maximum(s, 0) - s * y + np.log1p(np.exp(-np.abs(s))))


@wrong(fails={EDGES}, says="truth values have no minus")
def int_labels(s, y):
    return -y * -np.logaddexp(0, -s) + (1 - y) * np.logaddexp(0, s)


@wrong(fails={EDGES}, says="in uint8, -1 is 255")
def unsigned_wraps(s, y):
    y = y.astype(int) if y.dtype == bool else y
    return -y * -np.logaddexp(0, -s) + (1 - y) * np.logaddexp(0, s)


@wrong(fails={CORE, ACCURACY, EDGES}, says="yours = -expected")
def sign(s, y):
    return -(np.maximum(s, 0) - s * y + np.log1p(np.exp(-np.abs(s))))


@wrong(fails={CORE, ACCURACY, EDGES}, says="exp overflows above 709.78")
def no_absolute_value(s, y):
    return (1 - y) * s + np.log1p(np.exp(-s))


@wrong(fails={EDGES}, says="float32 in, float64 out")
def always_double(s, y):
    s = np.asarray(s, dtype=float)
    return np.maximum(s, 0) - s * y + np.log1p(np.exp(-np.abs(s)))


@wrong(fails={EDGES}, says="read-only")
def inplace(s, y):
    result = np.maximum(s, 0) - s * y
    if s.dtype.kind != "f":
        s = s.astype(float)
    np.abs(s, out=s)
    return result + np.log1p(np.exp(-s))


@wrong(fails={EDGES}, says="numpy warned: overflow encountered in exp")
def discarded_branch_overflows(s, y):
    positive = (1 - np.asarray(y, dtype=np.asarray(s).dtype)) * s + np.log1p(np.exp(-s))
    negative = -np.asarray(y, dtype=np.asarray(s).dtype) * s + np.log1p(np.exp(s))
    return np.where(s >= 0, positive, negative)


@wrong(fails={EDGES}, says="from shape (7,5) into shape (5,)")
def shape_of_the_scores(s, y):
    out = np.empty(s.shape, dtype=np.result_type(s, np.float32))
    np.copyto(out, np.maximum(s, 0) - s * y + np.log1p(np.exp(-np.abs(s))))
    return out


@wrong(fails={EDGES}, says="there is a loop over the scores")
def loop(s, y):
    s, y = np.broadcast_arrays(s, y)
    out = np.empty(s.shape, dtype=np.result_type(s, np.float32))
    for i in np.ndindex(s.shape):
        out[i] = max(s[i], 0) - s[i] * y[i] + np.log1p(np.exp(-abs(s[i])))
    return out


@wrong(fails={CORE, ACCURACY, EDGES}, says="not available in a solution cell")
def asks_the_checks(s, y):
    import nn_utils

    return np.array(nn_utils._elementwise(nn_utils._exact_bce, s, y), dtype=float)


@wrong(fails={CORE, ACCURACY, EDGES}, says="this exercise is still empty")
def not_started(s, y):
    raise NotImplementedError()
