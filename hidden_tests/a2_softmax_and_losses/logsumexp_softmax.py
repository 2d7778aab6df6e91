"""Hidden tests of notebook 2a, logsumexp_softmax."""

from collections.abc import Callable, Iterator

import numpy as np

import nn_utils
from hidden_tests import hidden_test, require_meaning
from nn_utils import Check, CheckFailed, Finding, case, views

Rivals = Iterator[tuple[str, np.ndarray]]


# --- Right versions of earlier exercises, for answers that build on them -----------------------


def _logsumexp(x: object, axis: int | None = -1, keepdims: bool = False) -> np.ndarray:
    return np.logaddexp.reduce(np.asarray(x), axis=axis, keepdims=keepdims)


def _softmax(x: object, axis: int = -1) -> np.ndarray:
    shifted = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return shifted / np.sum(shifted, axis=axis, keepdims=True)


# --- What all functions of this notebook are tried with ----------------------------------------


def _three_axes(check: Check, rng: np.random.Generator) -> None:
    cube = rng.normal(size=(3, 7, 5))
    check.values("3-D, every axis", *(case(cube, axis=axis) for axis in (0, 1, 2, -3, -2)))


def _sizes_types_layouts(check: Check, rng: np.random.Generator, x: np.ndarray) -> None:
    check.values("huge and tiny", case(np.array([1e300, -1e300, 5e-324])), case(1e-300 * x))
    check.values("float32", case(x.astype(np.float32)), case(np.float32([100, 100.5])))
    check.values(
        "integers and truth values",
        case(rng.integers(0, 90, size=(7, 5))),
        case(rng.integers(0, 200, size=(7, 5)).astype(np.uint8)),
        case(rng.integers(0, 2, size=(7, 5)).astype(bool)),
    )
    check.values("other layouts in memory, read-only", *(case(v) for v in views(x)))


def _purity(check: Check, rng: np.random.Generator) -> None:
    check.pure(case(rng.normal(size=(7, 5))), case(rng.normal(size=(7, 5)), axis=0))
    check.no_loop(lambda n: case(np.ones((n, 5))), "rows of x")
    check.no_loop(lambda n: case(np.ones((5, n)), axis=0), "columns of x, with axis=0")
    check.no_loop(lambda n: case(np.ones((5, n))), "axis itself", name="K", required=False)


# --- E1 logsumexp -----------------------------------------------------------------------------


def _logsumexp_rivals(x: object, axis: int | None = -1, keepdims: bool = False) -> Rivals:
    x = np.asarray(x, dtype=float)

    def shifted(by: np.ndarray, outside: np.ndarray | None = None) -> np.ndarray:
        total = np.log(np.sum(np.exp(x - by), axis=axis, keepdims=True))
        result = total + (by if outside is None else outside)
        return result if keepdims else np.squeeze(result, axis)

    top = np.max(x, axis=axis, keepdims=True)
    inner = np.sum(np.exp(x - top), axis=axis, keepdims=True)
    zero = 0 * top
    yield "yours = expected - max(x): the shift has to be added again outside", shifted(top, zero)
    yield (
        "yours = expected + max(x): the shift is added twice",
        shifted(top, 2 * top),
    )
    inside = np.log(top + inner)
    yield (
        "yours = log(max(x) + sum exp(x - max(x))): the shift belongs outside the log",
        inside if keepdims else np.squeeze(inside, axis),
    )
    if x.ndim > 1 and axis is not None:
        yield (
            "rows far below the global maximum became -inf: the shift must be per row",
            shifted(np.max(x)),
        )
        other = _logsumexp(x, -1, keepdims)
        yield f"axis={axis} gives the axis=-1 answer", other
    if x.ndim == 2 and x.shape[0] == x.shape[1]:
        crossed = np.max(x, axis=axis)
        mixed = np.log(np.sum(np.exp(x - crossed), axis=axis)) + crossed
        yield (
            "matches a shift with the maxima of the other axis: the maxima need keepdims=True",
            np.expand_dims(mixed, axis) if keepdims else mixed,
        )
    size = np.max(np.abs(x), axis=axis, keepdims=True)
    yield f"every term underflowed because the shift was {np.max(size):.6g}", shifted(size)
    yield "the plain formula: exp overflows above 709.78 and underflows below -745", shifted(zero)
    for name, by in (("mean", np.mean), ("min", np.min)):
        shift = by(x, axis=axis, keepdims=True)
        yield (
            f"overflow for widely spread inputs: x - {name}(x) reaches {np.max(x - shift):.0f}",
            shifted(shift),
        )
    for epsilon in (1e-12, 1e-10, 1e-9, 1e-8):
        blurred = np.log(inner + epsilon) + top
        yield (
            f"too large by about {epsilon:g}: there is an epsilon inside the log",
            blurred if keepdims else np.squeeze(blurred, axis),
        )
    clipped = _logsumexp(np.clip(x, -700, 700), axis, keepdims)
    yield "constant beyond 700: clipping changes the answer", clipped


def _logsumexp_check(logsumexp: Callable) -> Check:
    f = nn_utils.rebuild(logsumexp, "logsumexp")
    return Check("logsumexp", f, nn_utils._LOGSUMEXP, _logsumexp_rivals)


@hidden_test
def a2a_logsumexp_core(rng: np.random.Generator, logsumexp: Callable) -> None:
    """Values on random rows of moderate and large numbers, along both axes."""
    check = _logsumexp_check(logsumexp)
    check.values("random rows", *(case(rng.normal(size=(7, 5))) for _ in range(5)))
    check.values("one row", case(rng.normal(size=11)))
    square = rng.normal(scale=30, size=(5, 5))
    check.values("axis=0 and axis=1 of a square", case(square, axis=0), case(square, axis=1))
    check.values(
        "keepdims",
        case(rng.normal(size=(7, 5)), axis=0, keepdims=True),
        case(rng.normal(size=(7, 5)), keepdims=True),
    )
    check.values("numbers near 1000", case(rng.normal(size=(7, 5)) + 1000))
    check.values("numbers near -1000", case(rng.normal(size=(7, 5)) - 1000))
    check.values("from -500 to 500", case(rng.permuted(np.linspace([-500] * 7, 500, 5).T, axis=1)))
    for where, scale in (("large numbers", 1e3), ("very large numbers", 1e5)):
        check.values(where, *(case(rng.normal(scale=scale, size=(7, 5))) for _ in range(5)))
    far = rng.normal(size=(7, 5)) + 2000 * np.arange(-3, 4)[:, None]
    check.values("rows far apart in size", case(far), case(far.T, axis=0))
    check.done()


@hidden_test
def a2a_logsumexp_edges(rng: np.random.Generator, logsumexp: Callable) -> None:
    """Shapes, lengths 0 and 1, infinities, types, layouts in memory, warnings."""
    check = _logsumexp_check(logsumexp)
    _three_axes(check, rng)
    x = rng.normal(size=(7, 5))
    check.values("axis=None", case(x, axis=None), case(x, axis=None, keepdims=True))
    check.values("length 1", case(np.array([[2.5], [-3.0]])), case(np.array([7.0])))
    check.values("empty axis", case(np.zeros((7, 0))), case(np.zeros((0, 5)), axis=0))
    inf = np.inf
    rows = np.array([[-inf, 0.5, 1.0], [-inf, -inf, -inf], [inf, 0.0, 1.0], [np.nan, 0.0, 1.0]])
    check.values("-inf beside numbers", case(rows[:1]))
    check.values("a row of -inf", case(rows[:2]))
    check.values("+inf and nan", case(rows), case(np.array([inf, -inf])))
    _sizes_types_layouts(check, rng, x)
    check.quiet(case(x), case(1e5 * x), case(rows[:3]), case(np.zeros((7, 0))))
    check.done()


@hidden_test
def a2a_logsumexp_purity(rng: np.random.Generator, logsumexp: Callable) -> None:
    """Arguments stay as they are; no loop over rows."""
    check = _logsumexp_check(logsumexp)
    _purity(check, rng)
    check.done()


# --- E2 softmax -------------------------------------------------------------------------------


def _softmax_rivals(x: object, axis: int = -1) -> Rivals:
    x = np.asarray(x, dtype=float)

    def shifted(by: np.ndarray, below: float = 0.0) -> np.ndarray:
        terms = np.exp(x - by)
        return terms / (np.sum(terms, axis=axis, keepdims=True) + below)

    top = np.max(x, axis=axis, keepdims=True)
    terms = np.exp(x - top)
    right = terms / np.sum(terms, axis=axis, keepdims=True)
    yield "all outputs are negative: exp of them is correct", np.log(right)
    if x.ndim > 1:
        yield "all entries together sum to 1; each row should", terms / np.sum(terms)
        yield (
            "all entries together sum to 1; each row should",
            np.exp(x - np.max(x)) / np.sum(np.exp(x - np.max(x))),
        )
        for other in range(x.ndim):
            if other != axis % x.ndim:
                yield (
                    f"normalized along axis {other}; asked for axis {axis}: columns sum to 1, "
                    "rows do not",
                    _softmax(x, other),
                )
        yield (
            "a row far below the maximum of the whole array came out as 0/0: the shift must be "
            "the maximum of the row",
            shifted(np.max(x)),
        )
    yield "nan where exp overflows: the plain formula gives inf / inf", shifted(0 * top)
    yield (
        "overflow where the sum of a row is negative: x - sum(x) is large",
        shifted(np.sum(x, axis=axis, keepdims=True)),
    )
    for epsilon in (1e-12, 1e-9, 1e-8):
        yield f"rows sum to 1 - {epsilon:g}: an epsilon was added to the sum", shifted(top, epsilon)
    for limit in (30, 50, 100, 500, 700):
        clipped = _softmax(np.clip(x, -limit, limit), axis)
        yield f"scores beyond {limit} were cut off, and so were their differences", clipped


def _softmax_check(softmax: Callable) -> Check:
    f = nn_utils.rebuild(softmax, "softmax", {"logsumexp": _logsumexp})
    return Check("softmax", f, nn_utils._SOFTMAX, _softmax_rivals)


@hidden_test
def a2a_softmax_core(rng: np.random.Generator, softmax: Callable) -> None:
    """Values on random rows of moderate and large scores, along both axes."""
    check = _softmax_check(softmax)
    check.values("random rows", *(case(rng.normal(size=(7, 5))) for _ in range(5)))
    check.values("one row", case(rng.normal(size=11)))
    square = rng.normal(scale=3, size=(5, 5))
    check.values("axis=0 and axis=1 of a square", case(square, axis=0), case(square, axis=1))
    for where, scale in (("large scores", 1e3), ("very large scores", 1e5)):
        check.values(where, *(case(rng.normal(scale=scale, size=(7, 5))) for _ in range(5)))
    far = rng.normal(size=(7, 5)) + 2000 * np.arange(-3, 4)[:, None]
    check.values("rows far apart in size", case(far), case(far.T, axis=0))
    check.values("one side of 0", case(-np.abs(rng.normal(size=(7, 5))) - 1000))
    wide = np.array([[60.0, 100.0, 70.0], [-90.0, -60.0, -75.0]])
    check.values("tiny probabilities", case(wide), case(10 * wide))
    check.done()


def _ties_finding(check: Check, x: np.ndarray) -> Finding | None:
    """Equal scores have the same probability bit for bit, and a larger score not a smaller one."""
    outcome = nn_utils.call(check.f, x)
    if outcome.failure:
        return Finding("equal scores", outcome.failure)
    values = np.asarray(outcome.value)
    order = np.argsort(x, axis=-1, kind="stable")
    steps = np.diff(np.take_along_axis(values, order, -1), axis=-1)
    ties = np.diff(np.take_along_axis(x, order, -1), axis=-1) == 0
    if (steps[ties] != 0).any():
        return Finding("equal scores", {"pattern": "equal scores have different probabilities"})
    if (steps < 0).any():
        return Finding("order", {"pattern": "a larger score has a smaller probability"})
    return None


@hidden_test
def a2a_softmax_edges(rng: np.random.Generator, softmax: Callable) -> None:
    """Shapes, length 1, -inf, ties, types, layouts in memory, warnings."""
    check = _softmax_check(softmax)
    _three_axes(check, rng)
    check.values("length 1", case(np.array([[2.5], [-3.0]])), case(np.array([7.0])))
    check.values("no rows", case(np.zeros((0, 5))))
    inf = np.inf
    masked = np.array([[-inf, 0.5, 1.0], [2.0, -inf, -inf]])
    check.values("-inf beside numbers", case(masked), case(masked.T[:1], axis=1))
    x = rng.normal(size=(7, 5))
    _sizes_types_layouts(check, rng, x)
    check.that(lambda: _ties_finding(check, rng.integers(-3, 4, size=(7, 11)).astype(float)))
    check.quiet(case(x), case(1e5 * x), case(masked))
    check.done()


@hidden_test
def a2a_softmax_purity(rng: np.random.Generator, softmax: Callable) -> None:
    """Arguments stay as they are; no loop over rows."""
    check = _softmax_check(softmax)
    _purity(check, rng)
    check.done()


# --- E3 log_softmax ---------------------------------------------------------------------------


def _log_softmax_rivals(x: object, axis: int = -1) -> Rivals:
    x = np.asarray(x, dtype=float)
    top = np.max(x, axis=axis, keepdims=True)
    total = _logsumexp(x, axis, True)
    yield "positive log-probabilities: yours = -expected", total - x
    yield "exp of your row does not sum to 1: only shifted, not normalized", x - top
    if x.ndim > 1:
        for other in range(x.ndim):
            if other != axis % x.ndim:
                yield (
                    f"normalized along axis {other}; asked for axis {axis}: columns are "
                    "normalized, rows are not",
                    x - _logsumexp(x, other, True),
                )
    if x.ndim == 2 and x.shape[0] == x.shape[1]:
        yield (
            "row i was shifted by the value of column i: the sums need keepdims=True",
            x - _logsumexp(x, axis),
        )
    yield (
        "exp overflows above 709.78: the sum of the exponentials came out as inf",
        x - np.log(np.sum(np.exp(x), axis=axis, keepdims=True)),
    )
    yield (
        "-inf where the probability underflows to 0: the logarithm was taken after softmax",
        np.log(_softmax(x, axis)),
    )
    for epsilon in (1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7):
        yield (
            f"never below {np.log(epsilon):.1f} = log({epsilon:g}): an epsilon was added",
            np.log(_softmax(x, axis) + epsilon),
        )


def _log_softmax_check(log_softmax: Callable) -> Check:
    provided = {"logsumexp": _logsumexp, "softmax": _softmax}
    f = nn_utils.rebuild(log_softmax, "log_softmax", provided)
    return Check("log_softmax", f, nn_utils._LOG_SOFTMAX, _log_softmax_rivals)


@hidden_test
def a2a_log_softmax_core(rng: np.random.Generator, log_softmax: Callable) -> None:
    """Values on random rows of moderate and large scores, along both axes."""
    check = _log_softmax_check(log_softmax)
    check.values("random rows", *(case(rng.normal(size=(7, 5))) for _ in range(5)))
    check.values("one row", case(rng.normal(size=11)))
    square = rng.normal(scale=3, size=(5, 5))
    check.values("axis=0 and axis=1 of a square", case(square, axis=0), case(square, axis=1))
    check.values("a tiny probability", case(np.array([0.0, -800.0])))
    check.values("scores near 1000", case(rng.normal(size=(7, 5)) + 1000))
    for where, scale in (("large scores", 1e3), ("very large scores", 1e5)):
        check.values(where, *(case(rng.normal(scale=scale, size=(7, 5))) for _ in range(5)))
    far = rng.normal(size=(7, 5)) + 2000 * np.arange(-3, 4)[:, None]
    check.values("rows far apart in size", case(far), case(far.T, axis=0))
    check.done()


@hidden_test
def a2a_log_softmax_edges(rng: np.random.Generator, log_softmax: Callable) -> None:
    """Shapes, length 1, -inf, types, layouts in memory, warnings."""
    check = _log_softmax_check(log_softmax)
    _three_axes(check, rng)
    check.values("length 1", case(np.array([[2.5], [-3.0]])), case(np.array([7.0])))
    check.values("no rows", case(np.zeros((0, 5))))
    inf = np.inf
    masked = np.array([[-inf, 0.5, 1.0], [2.0, -inf, -inf]])
    check.values("-inf beside numbers", case(masked))
    x = rng.normal(size=(7, 5))
    _sizes_types_layouts(check, rng, x)
    check.quiet(case(x), case(1e5 * x), case(masked))
    check.done()


@hidden_test
def a2a_log_softmax_purity(rng: np.random.Generator, log_softmax: Callable) -> None:
    """Arguments stay as they are; no loop over rows."""
    check = _log_softmax_check(log_softmax)
    _purity(check, rng)
    check.done()


# --- D1 the proof as a chain ------------------------------------------------------------------


@hidden_test
def a2a_lse_chain(rng: np.random.Generator, steps_lse: list[Callable]) -> None:
    """The chain holds, and it is about log-sum-exp."""
    nn_utils.check_lse_chain(steps_lse)
    points = [nn_utils.draw_lse_args(rng, False) for _ in range(50)]
    require_meaning(steps_lse[0], points, lambda x, a: nn_utils._exact_logsumexp(x), "log-sum-exp")


# --- W1 the wrong steps -----------------------------------------------------------------------


@hidden_test
def a2a_w1_first(
    rng: np.random.Generator, handed_in: list, first_wrong_step: object, counterexample: object
) -> None:
    """The first wrong step, with a counterexample."""
    nn_utils.check_wrong_step(handed_in, first_wrong_step, counterexample)


@hidden_test
def a2a_w1_second(rng: np.random.Generator, second_wrong_step: object) -> None:
    """The step that turns a false line into a true one."""
    if second_wrong_step == 4 and not isinstance(second_wrong_step, bool):
        print("ok    second_wrong_step")
        return
    about = {
        1: "step 1 leads from a true line to a false one; asked is the step back to the truth",
        2: "line 3 follows from line 2 by a legal step: e^(x - a) = e^(-a) e^x",
        3: "line 4 follows from line 3 by a legal step: log of both sides, which are positive",
        5: "line 5 is true already, so step 5 leads from a true line to a true one",
    }
    shown = nn_utils.show(second_wrong_step)
    pattern = about.get(second_wrong_step) if isinstance(second_wrong_step, int) else None
    raise CheckFailed(
        f"FAIL  second_wrong_step = {shown}\n      "
        + (pattern or "a whole number from 1 to 5 is expected: step k leads from line k to k + 1")
    )
