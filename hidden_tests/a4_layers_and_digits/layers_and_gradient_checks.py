"""Hidden tests of notebook 4a, layers_and_gradient_checks."""

import math
from collections.abc import Callable, Iterator

import numpy as np

import nn_utils
from hidden_tests import hidden_test
from nn_utils import (
    Case,
    Check,
    Finding,
    Report,
    call,
    case,
    formula,
    keeps_state,
    layer_checks,
    views,
)

Rivals = Iterator[tuple[str, object]]


# --- Right versions of earlier exercises, for answers that build on them ----------------------


class _Multiply:
    def forward(self, x, y):
        self.cache = x, y
        return x * y

    def backward(self, d_out):
        x, y = self.cache
        return d_out * y, d_out * x


class _Sum:
    def forward(self, x):
        self.cache = x
        return np.sum(x)

    def backward(self, d_out):
        return np.full_like(self.cache, d_out)


class _DotProduct:
    def forward(self, x, y):
        self.multiply, self.sum = _Multiply(), _Sum()
        return self.sum.forward(self.multiply.forward(x, y))

    def backward(self, d_out):
        return self.multiply.backward(self.sum.backward(d_out))


def _unbroadcast(d_out: np.ndarray, shape: tuple) -> np.ndarray:
    d_out = d_out.sum(axis=tuple(range(d_out.ndim - len(shape))))
    return d_out.sum(axis=tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True)


def _numerical_gradient(f: Callable, x: np.ndarray, h: float = 1e-5) -> np.ndarray:
    moved = np.array(x, dtype=float)
    gradient = np.zeros(moved.shape)
    for index in np.ndindex(moved.shape):
        before = moved[index]
        moved[index] = before + h
        ahead = f(moved)
        moved[index] = before - h
        gradient[index] = (ahead - f(moved)) / (2 * h)
        moved[index] = before
    return gradient


def _gradient_check(f: Callable, grad: np.ndarray, x: np.ndarray) -> float:
    if np.shape(grad) != np.shape(x):
        raise ValueError("shapes differ")
    numeric = _numerical_gradient(f, x)
    size = np.maximum(np.abs(grad), np.abs(numeric))
    errors = np.abs(grad - numeric) / np.where(size == 0, 1, size)
    return math.inf if np.isnan(errors).any() else float(errors.max())


class _Affine:
    def forward(self, X, W, b):
        self.cache = X, W
        return X @ W + b

    def backward(self, d_out):
        X, W = self.cache
        return d_out @ W.T, X.T @ d_out, d_out.sum(axis=0)


class _ReLU:
    def forward(self, x):
        self.cache = x > 0
        return np.maximum(x, 0)

    def backward(self, d_out):
        return np.where(self.cache, d_out, 0)


_RIGHT = {
    "Multiply": _Multiply,
    "Sum": _Sum,
    "DotProduct": _DotProduct,
    "unbroadcast": _unbroadcast,
    "numerical_gradient": _numerical_gradient,
    "gradient_check": _gradient_check,
    "Affine": _Affine,
    "ReLU": _ReLU,
}


def _alone(f: Callable, name: str) -> Callable:
    """Return what the student's cell defines by itself, beside right earlier exercises."""
    provided = {other: right for other, right in _RIGHT.items() if other != name}
    return nn_utils.rebuild(f, name, provided)


# --- Layers -----------------------------------------------------------------------------------


def _forward_of(backward_case: Case) -> Case:
    """Return the arguments of forward from a case ``case(d_out, *args)``."""
    return case(*backward_case.args[1:])


def _single(backward_case: Case) -> Case:
    """Return the case in float32, its d_out included."""
    return case(*(np.asarray(a, dtype=np.float32)[()] for a in backward_case.args))


# --- E1 operations ----------------------------------------------------------------------------


def _multiply_rivals(d_out: np.ndarray, x: np.ndarray, y: np.ndarray) -> Rivals:
    both = d_out * (x + y)
    yield "the sum of both gradients: adding them is the caller's part", {"d_x": both, "d_y": both}


@hidden_test
def a4a_multiply_core(rng: np.random.Generator, Multiply: Callable) -> None:
    """Values, the same array twice, shapes, float32, state, purity, loops."""
    layer = _alone(Multiply, "Multiply")
    x, y, d_out, u, v, e_out = rng.normal(size=(6, 7, 5))
    nn_utils._check_layer(
        "Multiply",
        layer,
        nn_utils._MULTIPLY,
        (0, 1, 2),
        (None, _multiply_rivals),
        two_arrays=case(d_out, x, y),
        other_arrays=case(e_out, u, v),
        float32=_single(case(d_out, x, y)),
        the_same_array_twice=case(d_out, x, x),
        three_axes=case(*rng.normal(size=(3, 2, 3, 5))),
        one_number=case(*(np.array(number) for number in rng.normal(size=3))),
        no_entries=case(*np.ones((3, 0, 5))),
    )


def _sum_rivals(x: np.ndarray) -> Rivals:
    yield "this is the mean", np.mean(x)


def _sum_backward_rivals(d_out: float, x: np.ndarray) -> Rivals:
    yield "this is d_out times the input: how far does the sum move with an entry?", d_out * x


@hidden_test
def a4a_sum_core(rng: np.random.Generator, Sum: Callable) -> None:
    """Values, d_out as float and as 0-d array, shapes, float32, state, purity, loops."""
    layer = _alone(Sum, "Sum")
    x, y = rng.normal(size=(2, 7, 5))
    nn_utils._check_layer(
        "Sum",
        layer,
        nn_utils._SUM,
        (1,),
        (_sum_rivals, _sum_backward_rivals),
        an_array=case(-1.7, x),
        an_array_of_another_shape=case(-1.7, y.T),
        float32=_single(case(-1.7, x)),
        d_out_as_an_array=case(np.array(2.3), x),
        three_axes=case(0.3, rng.normal(size=(2, 3, 5))),
        one_number=case(0.3, np.array(1.5)),
        no_entries=case(0.3, np.ones((0, 5))),
    )


@hidden_test
def a4a_dot_product_core(rng: np.random.Generator, DotProduct: Callable) -> None:
    """Values, the same array twice, shapes, float32, state, purity, loops."""
    layer = _alone(DotProduct, "DotProduct")
    x, y, u, v = rng.normal(size=(4, 7, 5))
    nn_utils._check_layer(
        "DotProduct",
        layer,
        nn_utils._DOT_PRODUCT,
        (1, 2),
        two_arrays=case(-1.7, x, y),
        other_arrays=case(0.4, u, v),
        float32=_single(case(-1.7, x, y)),
        the_same_array_twice=case(np.array(2.3), x, x),
        vectors=case(0.3, *rng.normal(size=(2, 11))),
        square_matrices=case(0.3, *rng.normal(size=(2, 5, 5))),
        one_number=case(0.3, np.array(1.5), np.array(-0.5)),
        no_entries=case(0.3, *np.ones((2, 0, 5))),
    )


# --- E2 unbroadcast ---------------------------------------------------------------------------


def _unbroadcast_rivals(d_out: np.ndarray, shape: tuple) -> Rivals:
    new = tuple(range(d_out.ndim - len(shape)))
    yield "new axes are summed, stretched axes of length 1 are not", d_out.sum(axis=new)
    stretched = [i for i, n in enumerate(shape, start=len(new)) if n == 1]
    kept = d_out.sum(axis=(*new, *stretched), keepdims=True)
    yield "the new axes are still there, with length 1: they have to go", kept
    if d_out.size >= math.prod(shape):
        part = d_out.ravel()[: math.prod(shape)].reshape(shape)
        yield "a part of d_out was cut out: all copies count, so they are summed", part
    mean = d_out.mean(axis=tuple(new)).mean(axis=tuple(i - len(new) for i in stretched))
    yield "a mean; every copy moves with the operand, so the gradients add up", mean.reshape(shape)


def _unbroadcast_check(f: Callable) -> Check:
    f = _alone(f, "unbroadcast")
    return Check("unbroadcast", f, nn_utils._UNBROADCAST, _unbroadcast_rivals)


@hidden_test
def a4a_unbroadcast_core(rng: np.random.Generator, unbroadcast: Callable) -> None:
    """New axes, stretched axes, both at once, and an operand of shape ()."""
    check = _unbroadcast_check(unbroadcast)
    matrix, cube = rng.normal(size=(3, 5)), rng.normal(size=(2, 3, 5))
    check.values("(5,) -> (3, 5)", case(matrix, (5,)))
    check.values("(3, 1) -> (3, 5)", case(matrix, (3, 1)))
    check.values("(1, 5) -> (3, 5)", case(matrix, (1, 5)))
    check.values("() -> (3, 5)", case(matrix, ()))
    check.values("(3, 1) -> (2, 3, 5)", case(cube, (3, 1)))
    check.values("(2, 1, 5) -> (2, 3, 5)", case(cube, (2, 1, 5)))
    check.values("(1, 3, 1) -> (2, 3, 5)", case(cube, (1, 3, 1)))
    check.values("(5,) -> (5, 5)", case(rng.normal(size=(5, 5)), (5,)))
    check.values("(5, 1) -> (5, 5)", case(rng.normal(size=(5, 5)), (5, 1)))
    check.done()


@hidden_test
def a4a_unbroadcast_edges(rng: np.random.Generator, unbroadcast: Callable) -> None:
    """Equal shapes, lengths 1 and 0, float32, layouts in memory, purity, loops."""
    check = _unbroadcast_check(unbroadcast)
    d_out = rng.normal(size=(3, 5))
    check.values("nothing was broadcast", case(d_out, (3, 5)), case(d_out[0], (5,)))
    check.values("(1,) -> (1,), () -> ()", case(d_out[0, :1], (1,)), case(np.array(1.5), ()))
    check.values("length 1 that stays", case(d_out[:, :1], (3, 1)), case(d_out[:1], (5,)))
    check.values("length 1, and a new axis", case(d_out[:, :1], (1,)))
    check.values("no rows", case(d_out[:0], (5,)), case(d_out[:0], (1, 5)), case(d_out[:0], ()))
    check.values("no rows on both sides", case(d_out[:0], (0, 5)), case(d_out[:0], (0, 1)))
    check.values("float32", case(d_out.astype(np.float32), (5,)))
    check.values("other layouts in memory, read-only", *(case(v, (3, 1)) for v in views(d_out)))
    check.pure(case(d_out, (5,)), case(d_out, (3, 1)), case(d_out, ()))
    check.that(lambda: _changed_finding(check.f, d_out))
    check.no_loop(lambda n: case(np.ones((n, 5)), (5,)), "rows of d_out")
    check.done()


def _changed_finding(f: Callable, d_out: np.ndarray) -> Finding | None:
    changed = call(f, d_out, d_out.shape).changed
    return Finding("equal shapes", {"pattern": changed}) if changed else None


# --- E3 numerical_gradient --------------------------------------------------------------------


def _exp_and_sin(x: np.ndarray) -> float:
    return np.sum(np.exp(x) + np.sin(3 * x))


def _neighbors(x: np.ndarray) -> float:
    """Return a sum in which each entry meets the next one, so that all slopes differ."""
    x = np.ravel(x)
    return np.sum(np.exp(x[1:]) * np.sin(x[:-1])) + np.cos(x[0])


def _numerical_rivals(f: Callable, x: np.ndarray, h: float = 1e-5) -> Rivals:
    slopes = nn_utils._complex_gradient(f, x)
    along = np.full(slopes.shape, slopes.sum())
    yield "every entry is the slope along (1, ..., 1): all entries moved together", along


def _numerical_check(f: Callable) -> Check:
    f = _alone(f, "numerical_gradient")
    return Check("numerical_gradient", f, nn_utils._NUMERICAL_GRADIENT, _numerical_rivals)


@hidden_test
def a4a_numerical_gradient_core(rng: np.random.Generator, numerical_gradient: Callable) -> None:
    """Values for arrays with one, two and three axes."""
    check = _numerical_check(numerical_gradient)
    for where, shape in (("a vector", 7), ("a matrix", (3, 5)), ("three axes", (2, 3, 2))):
        x = rng.uniform(-1, 1, size=shape)
        check.values(where, case(_exp_and_sin, x), case(_neighbors, x), case(_neighbors, x, 1e-6))
    check.done()


@hidden_test
def a4a_numerical_gradient_steps(rng: np.random.Generator, numerical_gradient: Callable) -> None:
    """The points at which f is called: each entry alone, by h to both sides, twice in all."""
    f = _alone(numerical_gradient, "numerical_gradient")
    report = Report("numerical_gradient")
    for shape, h in ((7, 1e-5), ((3, 5), 1e-3), ((2, 3), 0.25)):
        x = rng.uniform(-1, 1, size=shape)
        report.that(lambda x=x, h=h: nn_utils._steps_finding(f, x, h))
    report.done()


@hidden_test
def a4a_numerical_gradient_edges(rng: np.random.Generator, numerical_gradient: Callable) -> None:
    """Integers, float32, 0-d, layouts in memory; x stays."""
    check = _numerical_check(numerical_gradient)
    x = rng.uniform(-1, 1, size=(3, 5))
    check.that(lambda: nn_utils._steps_finding(check.f, np.arange(-2, 3)))
    check.values("integers", case(_exp_and_sin, np.arange(-2, 3)))
    check.values("a 0-d array", case(_exp_and_sin, np.array(0.3)))
    check.values("float32", case(_exp_and_sin, x.astype(np.float32)))
    check.values("other layouts in memory, read-only", *(case(_neighbors, v) for v in views(x)))
    check.values("transposed", case(_neighbors, x.T))
    check.values("no entries", case(_exp_and_sin, x[:0]))
    check.pure(case(_exp_and_sin, x), case(_exp_and_sin, np.arange(3)))
    check.done()


# --- E4 gradient_check ------------------------------------------------------------------------


def _verdicts(f: Callable, rows: list[tuple]) -> Report:
    """Return a report on (what, function, gradient, point, whether it is right)."""
    f = _alone(f, "gradient_check")
    report = Report("gradient_check")
    for row in rows:
        report.that(lambda row=row: nn_utils._verdict_finding(f, *row))
    return report


def _slopes(f: Callable, x: np.ndarray) -> np.ndarray:
    return nn_utils._complex_gradient(f, x)


def _problem(rng: np.random.Generator, *shape: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a point and the gradient of `_exp_and_sin` there, all of whose entries are clear."""
    while True:
        x = rng.uniform(-1, 1, size=shape)
        grad = _slopes(_exp_and_sin, x)
        if np.abs(grad).min() > 0.2:
            return x, grad


@hidden_test
def a4a_gradient_check_finds(rng: np.random.Generator, gradient_check: Callable) -> None:
    """Eight wrong gradients are found, and the right one is accepted."""
    x, grad = _problem(rng, 5, 5)
    one, row = np.ones((5, 5)), np.ones((5, 5))
    one[3, 1], row[2] = 1.1, -1
    half = rng.uniform(-1, 1, size=6)
    of_half = np.where(np.arange(6) < 3, _slopes(_exp_and_sin, half), 0)
    beyond = np.where(np.arange(6) < 3, 0.0, 1.0)
    without = _slopes(_exp, x)
    rows = [
        ("a right gradient", _exp_and_sin, grad, x, True),
        ("a gradient that is twice too large", _exp_and_sin, 2 * grad, x, False),
        ("a gradient that is half as large", _exp_and_sin, grad / 2, x, False),
        ("a gradient with the other sign", _exp_and_sin, -grad, x, False),
        ("one entry that is 10% too large", _exp_and_sin, grad * one, x, False),
        ("a row with the other sign", _exp_and_sin, grad * row, x, False),
        ("a transposed gradient", _exp_and_sin, grad.T, x, False),
        ("a gradient of zeros", _exp_and_sin, 0 * grad, x, False),
        ("a gradient with a missing term", _exp_and_sin, without, x, False),
        ("a slope where f does not depend on x", _first_three, of_half + beyond, half, False),
        ("a gradient whose entries are all too small", _exp, np.exp(x) / 2, x, False),
    ]
    _verdicts(gradient_check, rows).done()


def _exp(x: np.ndarray) -> float:
    return np.sum(np.exp(x))


def _first_three(x: np.ndarray) -> float:
    return _exp_and_sin(x[:3])


@hidden_test
def a4a_gradient_check_accepts(rng: np.random.Generator, gradient_check: Callable) -> None:
    """Six right gradients are accepted, and a wrong one is not."""
    x, grad = _problem(rng, 3, 5)
    vector, slopes = _problem(rng, 6)
    zeros = np.where(np.arange(6) < 3, slopes, 0)
    point, slope = _problem(rng)
    rows = [
        ("a right gradient", _exp_and_sin, grad, x, True),
        ("a right gradient with exact zeros", _first_three, zeros, vector, True),
        ("a gradient of zeros, for a constant", lambda x: 3.0, np.zeros(6), vector, True),
        (
            "a right gradient of size 1e-12",
            lambda x: 1e-12 * _exp_and_sin(x),
            1e-12 * grad,
            x,
            True,
        ),
        ("a right gradient of size 1e12", lambda x: 1e12 * _exp_and_sin(x), 1e12 * grad, x, True),
        ("a right slope of a single number", _exp_and_sin, slope, point, True),
        ("a gradient that is twice too large", _exp_and_sin, 2 * grad, x, False),
    ]
    _verdicts(gradient_check, rows).done()


def _half_square(x: np.ndarray) -> float:
    x = np.ravel(x)
    return 0.5 * (x @ x)


@hidden_test
def a4a_gradient_check_edges(rng: np.random.Generator, gradient_check: Callable) -> None:
    """One wrong entry among 10000, a tiny wrong gradient, nan, other shapes, warnings."""
    x, grad = _problem(rng, 3, 5)
    tiny = [lambda x: 1e-12 * _exp_and_sin(x), 2e-12 * grad, x, False]
    large = rng.choice([-1.0, 1.0], size=10_000) * rng.uniform(0.9, 1, size=10_000)
    bad_entry, nan_entry = np.ones(10_000), np.zeros((3, 5))
    bad_entry[6789], nan_entry[1, 2] = 1.02, np.nan
    rows = [
        ("a right gradient", _exp_and_sin, grad, x, True),
        ("a gradient of size 1e-12 that is twice too large", *tiny),
        ("a gradient with a nan", _exp_and_sin, grad + nan_entry, x, False),
        ("a function that returns nan", lambda x: math.nan, grad, x, False),
        ("one wrong entry among 10000", _half_square, large * bad_entry, large, False),
    ]
    report = _verdicts(gradient_check, rows)
    report.that(lambda: _infinite_finding(gradient_check, grad + nan_entry, x))
    for got, shape in (((3, 1), (1, 3)), ((5,), (3, 5)), ((15,), (3, 5))):
        report.that(lambda got=got, shape=shape: _shape_finding(gradient_check, got, shape))
    zeros = np.where(np.arange(6) < 3, _slopes(_exp_and_sin, large[:6]), 0)
    report.that(lambda: _quiet_finding(gradient_check, zeros, large[:6]))
    report.done()


def _infinite_finding(f: Callable, grad: np.ndarray, x: np.ndarray) -> Finding | None:
    error = call(_alone(f, "gradient_check"), _exp_and_sin, grad, x).value
    if error == math.inf:
        return None
    return Finding("a gradient with a nan", {"yours": nn_utils.show(error), "expected": "inf"})


def _shape_finding(f: Callable, got: tuple, shape: tuple) -> Finding | None:
    f = _alone(f, "gradient_check")
    outcome = call(f, _half_square, np.ones(got), np.ones(shape))
    if outcome.error is not None and issubclass(outcome.error, ValueError):
        return None
    lines = {
        "yours": outcome.failure["error"] if outcome.failure else nn_utils.show(outcome.value),
        "expected": "ValueError",
        "pattern": f"shapes {got} and {shape} were compared, one of them broadcast or reshaped",
    }
    return Finding(f"a gradient of shape {got} at x of shape {shape}", lines)


def _quiet_finding(f: Callable, grad: np.ndarray, x: np.ndarray) -> Finding | None:
    f = _alone(f, "gradient_check")
    warned = call(f, _first_three, grad, x).warnings
    return Finding("exact zeros", {"pattern": f"numpy warned: {warned[0]}"}) if warned else None


# --- Find the bug -----------------------------------------------------------------------------

_WRONG = {"Smooth d_X", "RelativeLogits d_X", "Scores d_K"}
_NAMES = [*_WRONG, "Smooth d_w", "RelativeLogits d_T", "Scores d_Q"]


@hidden_test
def a4a_bugs_found(rng: np.random.Generator, wrong_gradients: object) -> None:
    """All wrong gradients are named, and not all six."""
    report = Report("wrong_gradients")
    report.that(lambda: nn_utils._names_finding(sorted(_NAMES), wrong_gradients))
    report.that(lambda: _missing_finding(set(wrong_gradients)))
    report.done()


def _missing_finding(answer: set) -> Finding | None:
    missing = len(_WRONG - answer)
    if answer == set(_NAMES):
        return Finding("which ones", {"pattern": "all six are named: some of them are right"})
    pattern = f"{nn_utils._count(missing, 'wrong gradient')} not in your set"
    return Finding("which ones", {"pattern": pattern}) if missing else None


@hidden_test
def a4a_bugs_only(rng: np.random.Generator, wrong_gradients: object) -> None:
    """No right gradient is named."""
    report = Report("wrong_gradients")
    report.that(lambda: nn_utils._names_finding(sorted(_NAMES), wrong_gradients))
    report.that(lambda: _innocent_finding(set(wrong_gradients)))
    report.done()


def _innocent_finding(answer: set) -> Finding | None:
    innocent = nn_utils._count(len(answer - _WRONG), "gradient")
    pattern = f"{innocent} in your set agrees with the slopes of the forward pass to 8 digits"
    return Finding("which ones", {"pattern": pattern}) if answer - _WRONG else None


# --- The handout's formula --------------------------------------------------------------------


@hidden_test
def a4a_handout_formula(
    rng: np.random.Generator, W_error: object, W_wrong: object, W_hidden: object
) -> None:
    """What W @ x gives for the three matrices."""
    nn_utils.check_transposed(np.array([1.0, 2.0, -1.0]), W_error, W_wrong, W_hidden)


# --- E5 Affine --------------------------------------------------------------------------------

_AFFINE_PARTS = ("d_X", "d_W", "d_b")


def _batch(rng: np.random.Generator, n: int, d: int, h: int) -> Case:
    """Return a case (d_out, X, W, b) of the backward pass."""
    shapes = ((n, h), (n, d), (d, h), (h,))
    return case(*(rng.normal(size=shape) for shape in shapes))


def _affine_rivals(X: np.ndarray, W: np.ndarray, b: np.ndarray) -> Rivals:
    if W.shape[0] == W.shape[1]:
        yield "matches X @ W.T + b: W has shape (D, H), so X @ W is right as it is", X @ W.T + b
    if len(X) == len(b):
        yield "b was added to the columns: bias h belongs to output h", X @ W + b[:, None]


def _affine_backward_rivals(
    d_out: np.ndarray, X: np.ndarray, W: np.ndarray, b: np.ndarray
) -> Rivals:
    n, (d, h) = len(X), W.shape
    parts = {"d_X": d_out @ W.T, "d_W": X.T @ d_out, "d_b": d_out.sum(axis=0)}
    mean = {name: part / n for name, part in parts.items()}
    yield f"expected = {n} x yours, N = {n}: averaging belongs to the loss, not here", mean
    yield (
        "this is the sum over features; b meets all samples, so sum over those",
        {"d_b": d_out.sum(axis=1)},
    )
    yield "shape (1, H): b has one axis, its gradient too", {"d_b": parts["d_b"][None, :]}
    yield "d_b is d_out itself: b is copied to every row, and copies are summed", {"d_b": d_out}
    if d == h:
        yield "matches d_out @ W: the transpose is missing", {"d_X": d_out @ W}
        yield "d_W is the transpose of the expected gradient", {"d_W": parts["d_W"].T}


def _parts_of(gradients: object) -> list:
    if isinstance(gradients, dict) and set(gradients) == set(_AFFINE_PARTS):
        return [gradients[name] for name in _AFFINE_PARTS]
    if not isinstance(gradients, (tuple, list)) or len(gradients) != 3:
        raise ValueError(f"backward returns three gradients, {', '.join(_AFFINE_PARTS)}")
    return list(gradients)


def _affine_gradient_check(Affine: Callable, name: str) -> Check:
    """Return the check of one of the three gradients, whatever the others are."""
    layer, position = _alone(Affine, "Affine"), _AFFINE_PARTS.index(name)

    def backward(d_out: np.ndarray, X: np.ndarray, W: np.ndarray, b: np.ndarray) -> object:
        fresh = layer()
        fresh.forward(X, W, b)
        return _parts_of(fresh.backward(d_out))[position]

    def exact(d_out: np.ndarray, X: np.ndarray, W: np.ndarray, b: np.ndarray) -> np.ndarray:
        return nn_utils._AFFINE.gradients(d_out, X, W, b)[name]

    def rivals(d_out: np.ndarray, *args: np.ndarray) -> Rivals:
        gradients = nn_utils._AFFINE.gradients(d_out, *args)
        alone = nn_utils._AFFINE.gradients(np.ones(d_out.shape), *args)
        order = "gradients come back in the order d_X, d_W, d_b"
        wrong = [
            *_affine_backward_rivals(d_out, *args),
            ("the gradient does not depend on d_out", alone),
            *((f"this is the expected {o}: {order}", {name: gradients[o]}) for o in _AFFINE_PARTS),
        ]
        yield from ((sentence, parts[name]) for sentence, parts in wrong if name in parts)

    backward.__wrapped__ = layer
    definition = formula(exact, **nn_utils._AFFINE.of_backward)
    return Check(f"Affine.backward, {name}", backward, definition, rivals)


@hidden_test
def a4a_affine_forward(rng: np.random.Generator, Affine: Callable) -> None:
    """Outputs for several sizes."""
    layer = _alone(Affine, "Affine")
    check, _ = layer_checks("Affine", layer, nn_utils._AFFINE, _affine_rivals)
    check.values("a square W", _forward_of(_batch(rng, 7, 5, 5)))
    check.values("as many samples as outputs", _forward_of(_batch(rng, 3, 5, 3)))
    check.values("a batch", *(_forward_of(_batch(rng, 7, 5, 3)) for _ in range(3)))
    check.values("more outputs than inputs", _forward_of(_batch(rng, 5, 3, 11)))
    check.done()


def _affine_gradient_test(rng: np.random.Generator, Affine: Callable, name: str) -> None:
    check = _affine_gradient_check(Affine, name)
    check.values("a square W", _batch(rng, 7, 5, 5))
    check.values("as many samples as outputs", _batch(rng, 3, 5, 3))
    check.values("a batch", *(_batch(rng, 7, 5, 3) for _ in range(3)))
    check.values("more outputs than inputs", _batch(rng, 5, 3, 11))
    check.done()


@hidden_test
def a4a_affine_d_x(rng: np.random.Generator, Affine: Callable) -> None:
    """The gradient with respect to X, also for square W."""
    _affine_gradient_test(rng, Affine, "d_X")


@hidden_test
def a4a_affine_d_w(rng: np.random.Generator, Affine: Callable) -> None:
    """The gradient with respect to W, also for square W."""
    _affine_gradient_test(rng, Affine, "d_W")


@hidden_test
def a4a_affine_d_b(rng: np.random.Generator, Affine: Callable) -> None:
    """The gradient with respect to b, also for as many samples as outputs."""
    _affine_gradient_test(rng, Affine, "d_b")


@hidden_test
def a4a_affine_edges(rng: np.random.Generator, Affine: Callable) -> None:
    """One sample, none, one output, types, layouts in memory, state, purity, loops."""
    layer = _alone(Affine, "Affine")
    definition = nn_utils._AFFINE
    forward, backward = layer_checks(
        "Affine", layer, definition, _affine_rivals, _affine_backward_rivals
    )
    one, other = _batch(rng, 7, 5, 3), _batch(rng, 7, 5, 3)
    d_out, X, W, b = one.args
    cases = {
        "one sample": [_batch(rng, 1, 5, 3)],
        "no samples": [_batch(rng, 0, 5, 3)],
        "one input": [_batch(rng, 7, 1, 3)],
        "one output": [_batch(rng, 7, 5, 1)],
        "integers in X": [case(d_out, rng.integers(-9, 9, size=(7, 5)), W, b)],
        "pixels of dtype uint8": [case(d_out, rng.integers(0, 9, (7, 5)).astype(np.uint8), W, b)],
        "float32": [_single(one)],
        "other layouts in memory, read-only": [
            case(*arrays) for arrays in zip(*map(views, one.args), strict=True)
        ],
    }
    for check, of in ((forward, _forward_of), (backward, lambda case: case)):
        for where, rows in cases.items():
            check.values(where, *map(of, rows))
        check.pure(of(one), of(cases["one sample"][0]))
        if check is backward:
            keeps_state(backward, layer, one, other)
        check.quiet(of(one), of(cases["no samples"][0]))
        for axis, name in (("samples", "N"), ("inputs", "D"), ("outputs", "H")):
            sizes = {"N": 7, "D": 5, "H": 3}
            check.no_loop(
                lambda n, of=of, name=name, sizes=sizes: of(
                    _batch(np.random.default_rng(0), *{**sizes, name: n}.values())
                ),
                axis,
                name,
            )
        check.done()


# --- E6 ReLU ----------------------------------------------------------------------------------


def _relu_rivals(x: np.ndarray) -> Rivals:
    yield "forward outputs only 0 and 1: this is the mask", np.where(x > 0, 1.0, 0.0)
    yield "values above 6 are cut", np.clip(x, 0, 6)
    for percent in (1, 10, 20):
        leaky = np.where(x > 0, x, x * percent / 100)
        yield f"negative inputs come out times {percent / 100}: the output there is 0", leaky
    yield "this is |x|: negative inputs give 0", np.abs(x)
    yield "this is x: negative inputs give 0", x
    yield "nan for x = -inf: (-inf) * 0 is nan", np.where(np.isneginf(x), np.nan, np.maximum(x, 0))


def _relu_backward_rivals(d_out: np.ndarray, x: np.ndarray) -> Rivals:
    for percent in (1, 10, 20):
        leaky = np.where(x > 0, d_out, d_out * percent / 100)
        yield f"backward passes {percent}% for negative inputs: nothing passes there", leaky
    removed = "negative gradients from above were removed: the mask must come from the input"
    yield removed, np.maximum(d_out, 0)
    yield removed, np.where(x > 0, np.maximum(d_out, 0), 0)
    yield "inputs above 6 pass nothing", np.where((x > 0) & (x < 6), d_out, 0)
    yield "the gradient comes out times the input: the slope is 0 or 1", d_out * np.maximum(x, 0)
    yield "everything passes: where x < 0 the output does not move", d_out


@hidden_test
def a4a_relu_forward(rng: np.random.Generator, ReLU: Callable) -> None:
    """Outputs for small and large inputs."""
    check, _ = layer_checks("ReLU", _alone(ReLU, "ReLU"), nn_utils._RELU, _relu_rivals)
    for where, scale in (("inputs near 1", 1), ("inputs near 10", 10), ("inputs near 1e4", 1e4)):
        check.values(where, case(scale * rng.normal(size=(7, 5))))
    check.values("negative inputs alone", case(-rng.uniform(1, 2, size=7)))
    check.done()


@hidden_test
def a4a_relu_backward(rng: np.random.Generator, ReLU: Callable) -> None:
    """Gradients for positive and negative d_out."""
    layer = _alone(ReLU, "ReLU")
    _, check = layer_checks("ReLU", layer, nn_utils._RELU, None, _relu_backward_rivals)
    for where, scale in (("inputs near 1", 1), ("inputs near 10", 10), ("inputs near 1e4", 1e4)):
        check.values(where, case(rng.normal(size=(7, 5)), scale * rng.normal(size=(7, 5))))
    check.values("one sign", case(-rng.uniform(1, 2, size=7), rng.uniform(1, 2, size=7)))
    check.done()


@hidden_test
def a4a_relu_edges(rng: np.random.Generator, ReLU: Callable) -> None:
    """Inputs of 0 and infinity, shapes, float32, layouts in memory, state, purity, loops."""
    layer = _alone(ReLU, "ReLU")
    d_out, x, e_out, y = rng.normal(size=(4, 7, 5))
    far = np.array([np.inf, -np.inf, 1.5, -1.5])

    def infinite_backward(d_out: np.ndarray, x: np.ndarray) -> np.ndarray:
        # The slope at infinity is that far out.
        return nn_utils._RELU.gradients(d_out, np.clip(x, -1e300, 1e300))

    check, backward = layer_checks("ReLU", layer, nn_utils._RELU, _relu_rivals)
    check.values("infinite inputs", case(far))
    check.quiet(case(far))
    check.done()
    check = Check("ReLU.backward", backward.f, formula(infinite_backward))
    check.values("infinite inputs", case(d_out[0, :4], far))
    check.quiet(case(d_out[0, :4], far))
    check.done()
    layouts = zip(views(d_out), views(x), strict=True)
    nn_utils._check_layer(
        "ReLU",
        layer,
        nn_utils._RELU,
        (0, 1),
        (_relu_rivals, _relu_backward_rivals),
        a_matrix=case(d_out, x),
        another_matrix=case(e_out, y),
        float32=_single(case(d_out, x)),
        a_vector=case(d_out[0], x[0]),
        three_axes=case(*rng.normal(size=(2, 2, 3, 5))),
        no_entries=case(d_out[:0], x[:0]),
        **{f"layout_{number}_in_memory": case(*pair) for number, pair in enumerate(layouts, 1)},
    )
    report = Report("ReLU at 0")
    report.that(lambda: nn_utils._kink_finding(report, layer))
    report.done()


# --- E7 SoftmaxCrossEntropy -------------------------------------------------------------------


def _one_hot(rng: np.random.Generator, n: int, k: int) -> np.ndarray:
    return np.eye(k)[rng.integers(0, k, size=n)]


def _soft(rng: np.random.Generator, n: int, k: int) -> np.ndarray:
    return rng.dirichlet(np.ones(k), size=n)


def _log_softmax(x: np.ndarray) -> np.ndarray:
    return x - np.logaddexp.reduce(x, axis=1, keepdims=True)


def _loss_rivals(logits: np.ndarray, targets: np.ndarray) -> Rivals:
    n = len(logits)
    for bound in (20, 30, 50, 100):
        clipped = -np.sum(targets * _log_softmax(np.clip(logits, -bound, bound))) / n
        yield f"logits beyond {bound} were clipped, and a larger gap costs nothing more", clipped
        limited = -np.sum(targets * np.maximum(_log_softmax(logits), -bound)) / n
        yield f"the loss of a sample stops at {bound}", limited
    columns = logits - np.logaddexp.reduce(logits, axis=0, keepdims=True)
    columns = -np.sum(targets * columns) / n
    yield "the softmax ran along the samples: the classes of a row have to compete", columns
    hard = np.eye(logits.shape[1])[np.argmax(targets, axis=1)]
    of_hard = -np.sum(hard * _log_softmax(logits)) / n
    yield "matches the loss for argmax(targets): right for one-hot targets alone", of_hard


def _loss_backward_rivals(d_out: float, logits: np.ndarray, targets: np.ndarray) -> Rivals:
    n, p = len(logits), np.exp(_log_softmax(logits))
    yield "rows of d_logits sum to 1 / N, expected 0: these are the probabilities", d_out * p / n
    yield "rows of d_logits sum to 1, expected 0: these are the probabilities", d_out * p
    one_hot = "right for one-hot, wrong for smoothed targets"
    yield one_hot, d_out * (p - (targets > 0)) / n
    hard = np.eye(logits.shape[1])[np.argmax(targets, axis=1)]
    yield one_hot, d_out * (p - hard) / n
    right = d_out * (p - targets) / n
    yield f"divided by N twice, N = {n}", right / n
    yield f"not divided by N, N = {n}: forward returns a mean", right * n


def _loss_checks(SoftmaxCrossEntropy: Callable) -> tuple[Callable, Check, Check]:
    layer = _alone(SoftmaxCrossEntropy, "SoftmaxCrossEntropy")
    definition = nn_utils._SOFTMAX_CROSS_ENTROPY
    checks = layer_checks(
        "SoftmaxCrossEntropy", layer, definition, _loss_rivals, _loss_backward_rivals
    )
    return (layer, *checks)


@hidden_test
def a4a_loss_forward(rng: np.random.Generator, SoftmaxCrossEntropy: Callable) -> None:
    """Losses for one-hot targets and logits of moderate size."""
    _, check, _ = _loss_checks(SoftmaxCrossEntropy)
    check.values("one sample", case(rng.normal(size=(1, 5)), _one_hot(rng, 1, 5)))
    check.values("a batch", *(case(rng.normal(size=(7, 5)), _one_hot(rng, 7, 5)) for _ in range(3)))
    check.values("more classes", case(3 * rng.normal(size=(3, 11)), _one_hot(rng, 3, 11)))
    check.values("as many classes as samples", case(rng.normal(size=(5, 5)), _one_hot(rng, 5, 5)))
    check.done()


@hidden_test
def a4a_loss_backward(rng: np.random.Generator, SoftmaxCrossEntropy: Callable) -> None:
    """Gradients for one-hot targets, several d_out and none."""
    layer, _, check = _loss_checks(SoftmaxCrossEntropy)
    check.values("a batch", case(1.0, rng.normal(size=(7, 5)), _one_hot(rng, 7, 5)))
    for d_out in (2.0, -0.7):
        one = case(d_out, rng.normal(size=(7, 5)), _one_hot(rng, 7, 5))
        check.values(f"d_out = {d_out}", one)
    square = case(1.0, rng.normal(size=(5, 5)), _one_hot(rng, 5, 5))
    check.values("as many classes as samples", square)
    check.done()

    def backward(logits: np.ndarray, targets: np.ndarray) -> np.ndarray:
        fresh = layer()
        fresh.forward(logits, targets)
        return fresh.backward()

    backward.__wrapped__ = layer
    gradients = formula(lambda logits, targets: check.definition.exact(1.0, logits, targets))
    check_without = Check("SoftmaxCrossEntropy.backward()", backward, gradients)
    without = case(rng.normal(size=(3, 5)), _one_hot(rng, 3, 5))
    check_without.values("without an argument d_out is 1", without)
    check_without.done()


@hidden_test
def a4a_loss_stability(rng: np.random.Generator, SoftmaxCrossEntropy: Callable) -> None:
    """Large logits, rows far apart and gaps of 60 and more, without warnings."""
    _, forward, backward = _loss_checks(SoftmaxCrossEntropy)
    gap = np.array([[60.0, 0.0, 1.0]])
    rows = {
        "a gap of 60": case(1.0, gap, np.array([[0.0, 1.0, 0.0]])),
        "a gap of 900": case(1.0, 15 * gap, np.array([[0.0, 0.0, 1.0]])),
        "logits near 1000": case(1.0, 1000 + rng.normal(size=(3, 5)), _one_hot(rng, 3, 5)),
        "logits near -1000": case(1.0, rng.normal(size=(3, 5)) - 1000, _one_hot(rng, 3, 5)),
        "rows far apart": case(
            1.0, rng.normal(size=(3, 5)) + [[-800.0], [0.0], [800.0]], _one_hot(rng, 3, 5)
        ),
        "logits of size 1e4": case(1.0, rng.normal(scale=1e4, size=(3, 5)), _one_hot(rng, 3, 5)),
    }
    for check, of in ((forward, _forward_of), (backward, lambda case: case)):
        for where, row in rows.items():
            check.values(where, of(row))
        check.quiet(*map(of, rows.values()))
        check.done()


@hidden_test
def a4a_loss_soft_and_state(rng: np.random.Generator, SoftmaxCrossEntropy: Callable) -> None:
    """Soft targets, one class, float32, layouts in memory, state, purity, loops."""
    one = case(1.0, rng.normal(size=(3, 5)), _soft(rng, 3, 5))
    _, logits, targets = one.args
    layouts = zip(views(logits), views(targets), strict=True)
    nn_utils._check_layer(
        "SoftmaxCrossEntropy",
        _alone(SoftmaxCrossEntropy, "SoftmaxCrossEntropy"),
        nn_utils._SOFTMAX_CROSS_ENTROPY,
        (1, 2),
        (_loss_rivals, _loss_backward_rivals),
        soft_targets=one,
        other_soft_targets=case(-0.7, rng.normal(size=(3, 5)), _soft(rng, 3, 5)),
        smoothed_targets=case(2.0, logits, 0.9 * _one_hot(rng, 3, 5) + 0.02),
        one_class=case(1.0, logits[:, :1], np.ones((3, 1))),
        float32=_single(one),
        **{
            f"layout_{number}_in_memory": case(1.0, *pair) for number, pair in enumerate(layouts, 1)
        },
    )
