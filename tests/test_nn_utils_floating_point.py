"""What the visible checks of notebook 1b say about the mistakes students make."""

import math
from fractions import Fraction

import numpy as np
import pytest

import nn_utils


def exp_limits(dtype):
    info = np.finfo(dtype)

    def last(holds):
        low, high = info.min, info.max
        while np.nextafter(low, high) < high:
            middle = low / 2 + high / 2
            low, high = (middle, high) if holds(middle) else (low, middle)
        return low

    with np.errstate(over="ignore"):
        return last(lambda x: np.isfinite(np.exp(x))), last(lambda x: np.exp(x) == 0)


def ulp_error(approx, exact_digits):
    if not math.isfinite(approx):
        return math.inf
    exact = Fraction(exact_digits)
    below = abs(float(exact))
    if below > abs(exact):
        below = math.nextafter(below, 0)
    return float(abs(Fraction(approx) - exact) / Fraction(math.ulp(below)))


def log_sigmoid(x):
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


def stable_variance(x, axis=-1):
    return np.mean((x - np.mean(x, axis=axis, keepdims=True)) ** 2, axis=axis)


def safe_normalize(v, axis=-1):
    norm = np.hypot.reduce(v, axis=axis, keepdims=True)
    return v / np.where(norm > 0, norm, 1)


def given_bce(score, label):
    return np.log(1 + np.exp(score)) - label * score


def given_log_sigmoid(x):
    return -np.log1p(np.exp(-x))


def words(check, *answers):
    with pytest.raises(nn_utils.CheckFailed) as failure:
        check(*answers)
    return " ".join(str(failure.value).split())


@pytest.mark.parametrize(
    "check, answer",
    [
        (nn_utils.check_exp_limits, exp_limits),
        (nn_utils.check_ulp_error, ulp_error),
        (nn_utils.check_log_sigmoid, log_sigmoid),
        (nn_utils.check_log_sigmoid, lambda x: -np.logaddexp(0, -x)),
        (nn_utils.check_stable_variance, stable_variance),
        (nn_utils.check_stable_variance, lambda x, axis=-1: np.var(x, axis=axis)),
        (nn_utils.check_safe_normalize, safe_normalize),
    ],
)
def test_right_answers_pass(check, answer, capsys):
    """Do right answers pass the visible checks?"""
    check(answer)
    assert capsys.readouterr().out.startswith("ok ")


@pytest.mark.parametrize(
    "wrong, message",
    [
        (lambda dtype: exp_limits(dtype)[::-1], "the first entry must be the overflow limit"),
        (lambda dtype: exp_limits("float64"), "for float32 exp overflows already above 88.72"),
        (
            lambda dtype: (exp_limits(dtype)[0], math.log(float(np.finfo(dtype).tiny))),
            "exp there is 2.2e-308, not 0: subnormal numbers exist",
        ),
        (lambda dtype: (709.782712893384, -745.1332191019411), "one float below works"),
        (
            lambda dtype: exp_limits(dtype) if dtype == np.float64 else (88.722832, -103.97209),
            "your number is not representable in float32",
        ),
        (lambda dtype: None, "two finite numbers"),
    ],
)
def test_exp_limits(wrong, message):
    """Is the misconception named?"""
    assert message in words(nn_utils.check_exp_limits, wrong)


@pytest.mark.parametrize(
    "wrong, message",
    [
        (lambda a, e: float(abs(Fraction(a) / Fraction(e) - 1)), "is error / exact"),
        (lambda a, e: abs(a - float(e)) / math.ulp(float(e)), "digits were rounded to a float"),
        (
            lambda a, e: float((Fraction(a) - Fraction(e)) / Fraction(math.ulp(a))),
            "negative result: a distance is wanted",
        ),
        (
            lambda a, e: float(abs(Fraction(a) - Fraction(e)) / Fraction(math.ulp(a))),
            "just below 2^k the spacing halves",
        ),
        (lambda a, e: math.inf, "yours inf"),
    ],
)
def test_ulp_error(wrong, message):
    """Is the misconception named?"""
    assert message in words(nn_utils.check_ulp_error, wrong)


@pytest.mark.parametrize(
    "wrong, message",
    [
        (given_log_sigmoid, "-inf at x = -1000 where the answer is -1000: e^{1000} overflowed"),
        (lambda x: np.minimum(x, 0) - np.log(1 + np.exp(-np.abs(x))), "1 + e^{-40} rounds to 1"),
        (lambda x: given_log_sigmoid(np.clip(x, -30, 30)), "constant -30 for every x below -30"),
        (lambda x: np.log(np.exp(log_sigmoid(x)) + 1e-12), "1e-12 was added inside the logarithm"),
        (lambda x: log_sigmoid(np.float32(x)).astype(float), "computed in single precision"),
        (lambda x: log_sigmoid(-x), "yours = expected - x"),
    ],
)
def test_log_sigmoid(wrong, message):
    """Is the misconception named?"""
    assert message in words(nn_utils.check_log_sigmoid, wrong)


@pytest.mark.parametrize(
    "wrong, message",
    [
        (
            lambda x, axis=-1: np.mean(x**2, axis) - np.mean(x, axis) ** 2,
            "for data near 1e+08, expected 2.72: two huge numbers cancelled",
        ),
        (lambda x, axis=-1: np.var(x, axis=axis, ddof=1), "expected = yours x (n - 1)/n"),
        (lambda x, axis=-1: np.mean((x - np.mean(x)) ** 2, axis), "share one mean"),
        (lambda x, axis=-1: np.mean((x - np.mean(x, axis)) ** 2, axis), "keepdims=True"),
    ],
)
def test_stable_variance(wrong, message):
    """Is the misconception named?"""
    assert message in words(nn_utils.check_stable_variance, wrong)


@pytest.mark.parametrize(
    "wrong, message",
    [
        (
            lambda v, axis=-1: v / (np.hypot.reduce(v, axis, keepdims=True) + 1e-12),
            "an epsilon was added to the norm",
        ),
        (
            lambda v, axis=-1: v / np.linalg.norm(v, axis=axis, keepdims=True),
            "the squares overflowed, although the norm itself is representable",
        ),
        (lambda v, axis=-1: v / np.hypot.reduce(v, axis, keepdims=True), "nan for the zero vector"),
        (lambda v, axis=-1: v / np.linalg.norm(v), "one norm was used for the whole array"),
        (lambda v, axis=-1: v / np.sum(np.abs(v), axis, keepdims=True), "that is the L1 norm"),
        (lambda v, axis=-1: safe_normalize(v, axis) if np.any(v) else v, "shares memory"),
    ],
)
def test_safe_normalize(wrong, message):
    """Is the misconception named?"""
    assert message in words(nn_utils.check_safe_normalize, wrong)


@pytest.mark.parametrize("point", [(800, 0), (1000, 1), (40, 1), (-40, 0), (1e308, 1)])
def test_bce_breaks(point, capsys):
    """Is every kind of point accepted: overflow, rounding to 1, cancellation?"""
    nn_utils.check_break_bce(given_bce, lambda: point)
    assert "ok    break_bce" in capsys.readouterr().out


def test_log_sigmoid_breaks(capsys):
    """Is it accepted just beyond the end of exp, as a number or as a tuple of one?"""
    nn_utils.check_break_log_sigmoid(given_log_sigmoid, lambda: -709.79)
    nn_utils.check_break_log_sigmoid(given_log_sigmoid, lambda: (-1e308,))
    assert capsys.readouterr().out.count("formula -inf") == 2


@pytest.mark.parametrize(
    "point, message",
    [
        ((1.0, 0), "the formula's error there is"),
        ((math.inf, 0), "expected finite numbers: score, label"),
        ((800, 2), "expected label 0 or 1"),
        (800, "expected finite numbers: score, label"),
        (None, "expected finite numbers: score, label"),
    ],
)
def test_bce_holds(point, message):
    """Is a point refused where the formula is right, or which is not finite?"""
    assert message in words(nn_utils.check_break_bce, given_bce, lambda: point)
