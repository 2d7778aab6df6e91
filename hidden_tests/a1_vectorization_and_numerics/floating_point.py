"""Hidden tests of notebook 1b, floating_point."""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

import numpy as np

import nn_utils
from hidden_tests import hidden_test
from nn_utils import Check, Definition, Report, case, views

Rivals = Iterator[tuple[str, np.ndarray]]


# --- E1 exp_limits ----------------------------------------------------------------------------


def _limits_report(exp_limits: Callable, dtypes: tuple, entry: int) -> Report:
    f = nn_utils.rebuild(exp_limits, "exp_limits")
    report = Report("exp_limits")
    for dtype in dtypes:
        report.that(lambda dtype=dtype: nn_utils._exp_limit_finding(f, dtype, entry))
    return report


@hidden_test
def a1b_exp_limits_over(rng: np.random.Generator, exp_limits: Callable) -> None:
    """The overflow limit of every dtype."""
    _limits_report(exp_limits, (np.float16, np.float32, np.float64), 0).done()


@hidden_test
def a1b_exp_limits_zero(rng: np.random.Generator, exp_limits: Callable) -> None:
    """The underflow limit of every dtype, and other ways to name a dtype."""
    names = ("float16", "float32", "float64")
    dtypes = (np.float64, np.float32, np.float16, *names, *map(np.dtype, names))
    _limits_report(exp_limits, dtypes, 1).done()


# --- E2 ulp_error -----------------------------------------------------------------------------


def _beside(x: float, spacings: float) -> str:
    """Return x + spacings * ulp(x) as digits, without rounding it to a float."""
    shift = nn_utils._EXACT.multiply(Decimal(spacings), Decimal(math.ulp(x)))
    return str(nn_utils._EXACT.add(Decimal(x), shift))


def _ulp_check(ulp_error: Callable) -> Check:
    return Check("ulp_error", nn_utils.rebuild(ulp_error, "ulp_error"), nn_utils._ULP_ERROR)


@hidden_test
def a1b_ulp_error_core(rng: np.random.Generator, ulp_error: Callable) -> None:
    """Numbers of both signs and of all sizes, away from powers of two."""
    check = _ulp_check(ulp_error)
    pairs = []
    for exponent in (-1000, -300, -40, -3, 0, 1, 40, 300, 1000):
        x = math.ldexp(rng.uniform(1.1, 1.9), exponent)
        moved = x + int(rng.integers(-9, 10)) * math.ulp(x)
        pairs.append((moved, _beside(x, rng.uniform(0.1, 0.45))))
    check.values("sizes from 2^-1000 to 2^1000", *(case(a, digits) for a, digits in pairs))
    check.values("negative numbers", *(case(-a, f"-{digits}") for a, digits in pairs[2:7]))
    x = rng.uniform(1.1, 1.9)
    check.values("the other sign", case(-x, _beside(x, 0.3)))
    check.values("the float itself", case(x, str(Decimal(x))))
    check.done()


@hidden_test
def a1b_ulp_error_edges(rng: np.random.Generator, ulp_error: Callable) -> None:
    """Powers of two and their neighborhood, 0, subnormal numbers, inf and nan."""
    check = _ulp_check(ulp_error)
    below, above = [], []
    for exponent in (-900, -1, 0, 7, 600):
        power = math.ldexp(1.0, exponent)
        # Within a quarter of a spacing of the power, so that the nearest float is the power.
        below += [case(a, _beside(power, -rng.uniform(0.05, 0.2))) for a in (power, 1.5 * power)]
        near = math.nextafter(power, 0)
        above += [case(near, _beside(power, shift)) for shift in (rng.uniform(0.05, 0.2), 0.0)]
    check.values("exact value just below a power of two", *below)
    check.values("exact value at a power of two, or just above", *above)
    check.values("a negative power of two", case(-1.0, "-0.99999999999999996"))
    check.values("far away", case(0.0, "1.7"), case(1e10, "1.7"))
    check.values("exact value 0", case(0.0, "0"), case(5e-324, "0"), case(-1e-323, "0.0"))
    check.values("subnormal numbers", case(1e-320, "1.00001e-320"), case(0.0, "3e-324"))
    check.values("np.float64", case(np.float64(0.1), "0.1"))
    infinities = (math.inf, -math.inf, math.nan, np.float64(np.inf))
    check.values("inf and nan are infinitely far away", *(case(v, "1.5") for v in infinities))
    check.done()


# --- E3 log_sigmoid ---------------------------------------------------------------------------


def _loose_log_sigmoid(u: float, want: np.ndarray, x: object) -> np.ndarray:
    return 16 * u * (1 + np.abs(np.asarray(x, dtype=float)))


def _log_sigmoid_check(log_sigmoid: Callable, definition: Definition) -> Check:
    f = nn_utils.rebuild(log_sigmoid, "log_sigmoid")
    return Check("log_sigmoid", f, definition, _log_sigmoid_rivals)


def _log_sigmoid_rivals(x: object) -> Rivals:
    x = np.asarray(x, dtype=float)
    right = np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))
    yield "this is the sigmoid: its logarithm is missing", np.exp(right)
    yield "this is log(1 - sigmoid(x)), the answer for -x", right - x
    yield "yours = -expected", -right
    yield "0 where x and log(1 + e^x) agree in all digits", x - np.logaddexp(0, x)


@hidden_test
def a1b_log_sigmoid_core(rng: np.random.Generator, log_sigmoid: Callable) -> None:
    """Moderate x, numbers and arrays of any shape."""
    definition = replace(nn_utils._LOG_SIGMOID, bound=_loose_log_sigmoid)
    check = _log_sigmoid_check(log_sigmoid, definition)
    check.values("one row", case(rng.uniform(-6, 6, size=11)))
    check.values("a number", case(0.0), case(float(rng.normal())))
    check.values("any shape", case(rng.normal(size=(7, 5))), case(rng.normal(size=(3, 2, 5))))
    check.values("from -20 to 20", case(rng.uniform(-20, 20, size=47)))
    check.done()


@hidden_test
def a1b_log_sigmoid_accuracy(rng: np.random.Generator, log_sigmoid: Callable) -> None:
    """An error of at most 8 ULP everywhere, in float64 and float32."""
    # The dtype of the result is the business of the other two cells.
    definition = replace(nn_utils._LOG_SIGMOID, dtype=lambda x: None)
    check = _log_sigmoid_check(log_sigmoid, definition)
    check.values("very negative x", case(np.array([-1000.0, -100.0, -50.0, -1.0, 1.0, 40.0])))
    check.values("large x", case(np.array([20.0, 37.0, 40.0, 700.0, 744.0, 800.0])))
    check.values("from -750 to 745", case(rng.uniform(-750, 745, size=47)))
    check.values("from -40 to 40", case(rng.uniform(-40, 40, size=47)))
    check.values("huge x", case(np.array([-1e308, -1e100, -1e5, 1e5, 1e308])))
    small = rng.normal(size=11)
    check.values("x near 0", case(1e-3 * small), case(1e-17 * small), case(np.array([5e-324])))
    wide = np.float32([-1e38, -1000, -89, -17, 17, 50, 89, 100, 1e38])
    check.values("float32", case(wide), case(rng.uniform(-90, 90, size=47).astype(np.float32)))
    check.done()


@hidden_test
def a1b_log_sigmoid_edges(rng: np.random.Generator, log_sigmoid: Callable) -> None:
    """Infinities and nan, empty arrays, types, layouts, warnings, purity, loops."""
    definition = replace(nn_utils._LOG_SIGMOID, bound=_loose_log_sigmoid)
    check = _log_sigmoid_check(log_sigmoid, definition)
    x = rng.normal(size=(7, 5))
    special = np.array([np.inf, -np.inf, np.nan, 1.0])
    check.values("inf and nan", case(special), case(-np.inf), case(special.astype(np.float32)))
    check.values("empty arrays", case(np.zeros(0)), case(np.zeros((0, 5))))
    check.values("integers", case(rng.integers(-20, 20, size=(7, 5))))
    check.values("float32", case(x.astype(np.float32)))
    check.values("other layouts in memory, read-only", *(case(v) for v in views(x)))
    check.pure(case(x), case(np.array([-1.0])))
    check.quiet(case(np.array([-1000.0, -1e308, 1000.0, 1e308])), case(special[:2]), case(x))
    check.no_loop(lambda n: case(np.ones(n)), "entries of x")
    check.no_loop(lambda n: case(np.ones((n, 3))), "rows of x")
    check.done()


# --- E4 stable_variance -----------------------------------------------------------------------


def _variance_rivals(x: object, axis: int = -1) -> Rivals:
    x = np.asarray(x, dtype=float)
    centered = x - np.mean(x, axis=axis, keepdims=True)
    variance = np.mean(centered**2, axis=axis)
    if x.ndim == 2 and x.shape[0] == x.shape[1]:
        crossed = np.mean((x - np.mean(x, axis=axis)) ** 2, axis=axis)
        yield (
            "matches centring by the other axis (square input): the means need keepdims=True",
            crossed,
        )
    yield "this is the standard deviation: the square is missing", np.sqrt(variance)
    yield "yours = n x expected: the mean of the squares is wanted", variance * x.shape[axis]
    yield "these are mean absolute deviations, not squares", np.mean(np.abs(centered), axis=axis)
    yield f"axis={axis} gives the axis=-1 answer", np.mean((x - x.mean(-1)[..., None]) ** 2, -1)


def _variance_check(stable_variance: Callable) -> Check:
    f = nn_utils.rebuild(stable_variance, "stable_variance")
    return Check("stable_variance", f, nn_utils._VARIANCE, _variance_rivals)


@hidden_test
def a1b_stable_variance_core(rng: np.random.Generator, stable_variance: Callable) -> None:
    """Rows and columns, different means, data with a large offset."""
    check = _variance_check(stable_variance)
    means = 3.0 * np.arange(5)[:, None]
    square = rng.normal(size=(5, 5)) + means
    check.values("axis=1 and axis=0 of a square", case(square, axis=1), case(square, axis=0))
    check.values("one row", case(rng.normal(size=11)))
    check.values("rows with different means", case(rng.normal(size=(5, 7)) + means))
    check.values("axis=0", case(rng.normal(size=(7, 5)), axis=0))
    for offset in (1e8, -1e8, 1e6):
        data = offset + rng.normal(size=(5, 7)) + means
        check.values(f"data near {offset:.0e}", case(data), case(data, axis=0))
    check.values("very small data", case(1e-150 * rng.normal(size=11)))
    check.done()


@hidden_test
def a1b_stable_variance_edges(rng: np.random.Generator, stable_variance: Callable) -> None:
    """3-D, constants, length 1, types, layouts, purity, warnings, loops."""
    check = _variance_check(stable_variance)
    cube = rng.normal(size=(3, 7, 5))
    x = cube[0]
    check.values("3-D, every axis", *(case(cube, axis=axis) for axis in (0, 1, 2, -3, -2)))
    constants = [np.full(7, value) for value in (3.0, 1e8, 0.0, 0.1)]
    check.values("constants", *map(case, constants), case(np.full((5, 7), -1e8), axis=0))
    check.values("length 1", case(np.array([7.5])), case(rng.normal(size=(5, 1))))
    check.values("float32", case(x.astype(np.float32)), case((1e4 + x).astype(np.float32)))
    whole = rng.integers(-100_000, 100_000, size=(7, 5))
    whole[0, :2] = -90_000, 90_000  # squares, also of differences, exceed int32
    check.values("integers", case(whole), case(whole.astype(np.int32)))
    check.values("integers, axis=0", case(whole.astype(np.int32), axis=0))
    check.values("other layouts in memory, read-only", *(case(v) for v in views(x)))
    check.pure(case(x), case(x, axis=0), case(x[0]))
    check.quiet(case(x), case(np.full(7, 1e8)), case(np.array([7.5])))
    check.no_loop(lambda n: case(np.ones((n, 5))), "rows of x")
    check.no_loop(lambda n: case(np.ones((5, n)), axis=0), "columns of x, with axis=0")
    check.no_loop(lambda n: case(np.ones((5, n))), "reduced axis", name="n", required=False)
    check.done()


# --- E5 safe_normalize ------------------------------------------------------------------------


def _loose_normalize(u: float, want: np.ndarray, v: object, axis: int = -1) -> np.ndarray:
    loose = np.maximum(np.abs(want), 1e-30) * 1e-6
    return np.maximum(loose, nn_utils._normalize_bound(u, want, v, axis))


def _normalize_rivals(v: object, axis: int = -1) -> Rivals:
    v = np.asarray(v, dtype=float)
    if v.ndim > 1 and axis % v.ndim != v.ndim - 1:
        yield (
            f"axis={axis} gives the axis=-1 answer",
            v / np.sqrt(np.sum(v**2, axis=-1, keepdims=True)),
        )
    if v.ndim == 2 and v.shape[0] == v.shape[1]:
        crossed = v / np.sqrt(np.sum(v**2, axis=axis))
        yield "row i was divided by the length of column i: the norms need keepdims=True", crossed


def _normalize_check(safe_normalize: Callable, definition: Definition) -> Check:
    f = nn_utils.rebuild(safe_normalize, "safe_normalize")
    return Check("safe_normalize", f, definition, _normalize_rivals)


@hidden_test
def a1b_safe_normalize_core(rng: np.random.Generator, safe_normalize: Callable) -> None:
    """Moderate vectors, along every axis of a matrix."""
    definition = replace(nn_utils._NORMALIZE, bound=_loose_normalize)
    check = _normalize_check(safe_normalize, definition)
    check.values("one vector", case(rng.normal(size=11)))
    square = rng.normal(size=(5, 5))
    check.values("axis=1 and axis=0 of a square", case(square, axis=1), case(square, axis=0))
    check.values("each row by itself", *(case(rng.normal(size=(7, 5))) for _ in range(5)))
    check.values("axis=0", case(rng.normal(size=(7, 5)), axis=0))
    check.done()


@hidden_test
def a1b_safe_normalize_range(rng: np.random.Generator, safe_normalize: Callable) -> None:
    """Full accuracy for entries of every size."""
    # The dtype of the result is the business of the other two cells.
    definition = replace(nn_utils._NORMALIZE, dtype=lambda v: None)
    check = _normalize_check(safe_normalize, definition)
    v = rng.uniform(0.5, 2.0, size=(7, 5)) * rng.choice([-1, 1], size=(7, 5))
    check.values("small entries", case(1e-9 * v[0]), case(1e-6 * v[0]))
    check.values("moderate entries", case(v))
    for size in (1e200, 1e300, 1e-200, 1e-300):
        check.values(f"entries near {size:.0e}", case(size * v[0]), case(size * v, axis=0))
    check.values("rows far apart in size", case(v * 10.0 ** np.arange(-240, 241, 80)[:, None]))
    check.values("sizes mixed in one vector", case(np.array([1e200, 1e-200, -1e199, 0.0])))
    single = v.astype(np.float32)
    check.values("float32", *(case(single * np.float32(size)) for size in (1, 1e30, 1e-30)))
    check.done()


@hidden_test
def a1b_safe_normalize_edges(rng: np.random.Generator, safe_normalize: Callable) -> None:
    """Zero vectors, 3-D, length 1, types, layouts, purity, warnings, loops."""
    definition = replace(nn_utils._NORMALIZE, bound=_loose_normalize)
    check = _normalize_check(safe_normalize, definition)
    cube = rng.normal(size=(3, 7, 5))
    v = cube[0].copy()
    zeros_beside = np.where(np.arange(7)[:, None] == 2, 0.0, v)
    check.values("the zero vector", case(np.zeros(5)), case(np.zeros((2, 3)), axis=0))
    check.values("a zero vector beside others", case(zeros_beside), case(zeros_beside.T, axis=0))
    check.values("3-D, every axis", *(case(cube, axis=axis) for axis in (0, 1, 2, -3, -2)))
    check.values("length 1", case(np.array([-2.5])), case(rng.normal(size=(5, 1))))
    check.values("integers", case(rng.integers(1, 90, size=(7, 5))), case(np.zeros(5, dtype=int)))
    check.values("float32", case(v.astype(np.float32)), case(np.zeros(5, np.float32)))
    check.values("other layouts in memory, read-only", *(case(w) for w in views(v)))
    check.pure(case(v), case(np.zeros(5)), case(zeros_beside))
    check.quiet(case(v), case(zeros_beside), case(np.zeros(5)))
    check.no_loop(lambda n: case(np.ones((n, 5))), "rows of v")
    check.no_loop(lambda n: case(np.ones((5, n)), axis=0), "columns of v, with axis=0")
    check.no_loop(lambda n: case(np.ones((5, n))), "reduced axis", name="D", required=False)
    check.done()
