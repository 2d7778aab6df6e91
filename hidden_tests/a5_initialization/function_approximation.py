"""Hidden tests of notebook 5b, function_approximation."""

from collections.abc import Callable, Iterator

import numpy as np

import nn_utils
from course_layers import Affine, ReLU
from hidden_tests import hidden_test
from nn_utils import Check, Finding, Report, _count, case, views

Rivals = Iterator[tuple[str, object]]
Params = list[tuple[np.ndarray, np.ndarray]]

# `benchmarks/calibrate_training.py` shows the margin; half or twice the steps would do as well.
SIZES, STEPS, BAR = [2, 64, 64, 1], 1000, 0.01


# --- Right versions of the setup cell and of earlier exercises, for answers that build on them -


def _initial_params(sizes: list[int], rng: np.random.Generator) -> Params:
    pairs = zip(sizes, sizes[1:], strict=False)
    return [(np.sqrt(2 / a) * rng.standard_normal((a, b)), np.zeros(b)) for a, b in pairs]


def _predict(params: Params, X: np.ndarray) -> np.ndarray:
    for W, b in params[:-1]:
        X = np.maximum(X @ W + b, 0)
    W, b = params[-1]
    return X @ W + b


def _target(X: np.ndarray) -> np.ndarray:
    r = np.linalg.norm(X, axis=1, keepdims=True)
    return np.cos(10 * r) * np.exp(-4 * r**2)


def _sample_grid(n: int) -> np.ndarray:
    x = np.linspace(-1, 1, n)
    return np.stack([np.tile(x, n), np.repeat(x, n)], axis=1)


def _mse_and_grad(out: np.ndarray, Y: np.ndarray) -> tuple[float, np.ndarray]:
    if out.shape != Y.shape:
        raise ValueError(f"mse_and_grad got outputs {out.shape} and targets {Y.shape}")
    return np.mean((out - Y) ** 2), 2 * (out - Y) / out.size


def _adam_step(
    params: list[np.ndarray],
    grads: list[np.ndarray],
    state: dict[str, list[np.ndarray]],
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    t: int,
) -> tuple[list[np.ndarray], dict[str, list[np.ndarray]]]:
    if t < 1:
        raise ValueError(f"adam_step got t = {t}: t counts from 1")
    if t > 1 and not state:
        raise ValueError(f"adam_step got an empty state at t = {t}: every step is a first step")
    old = state or {"m": [0.0] * len(params), "v": [0.0] * len(params)}
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(old["m"], grads, strict=True)]
    v = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(old["v"], grads, strict=True)]
    left1, left2 = 1 - beta1**t, 1 - beta2**t
    moved = [
        p - lr * (a / left1) / (np.sqrt(b / left2) + eps)
        for p, a, b in zip(params, m, v, strict=True)
    ]
    return moved, {"m": m, "v": v}


_RIGHT = {
    "Affine": Affine,
    "ReLU": ReLU,
    "initial_params": _initial_params,
    "predict": _predict,
    "target": _target,
    "sample_grid": _sample_grid,
    "mse_and_grad": _mse_and_grad,
    "adam_step": _adam_step,
}


def _alone(f: Callable, name: str) -> Callable:
    """Return what the student's cell defines by itself, beside right earlier exercises."""
    provided = {other: right for other, right in _RIGHT.items() if other != name}
    return nn_utils.rebuild(f, name, provided)


# --- E1 target --------------------------------------------------------------------------------


def _target_rivals(X: np.ndarray) -> Rivals:
    r = np.linalg.norm(np.asarray(X, dtype=float), axis=1, keepdims=True)
    yield (
        "yours = cos(10 r^2) exp(-4 r^2): the cosine takes r",
        np.cos(10 * r**2) * np.exp(-4 * r**2),
    )
    yield "yours = cos(10 r) exp(-4 r): the exponential takes r^2", np.cos(10 * r) * np.exp(-4 * r)
    yield "yours = cos(10 r) exp(4 r^2): the minus is missing", np.cos(10 * r) * np.exp(4 * r**2)


@hidden_test
def a5b_target_core(rng: np.random.Generator, target: Callable) -> None:
    """Values, types, one point and none, layouts in memory, purity, loops."""
    check = Check("target", _alone(target, "target"), nn_utils._TARGET, _target_rivals)
    X = rng.uniform(-1, 1, size=(7, 2))
    check.values("seven points", case(X))
    check.values("two points", case(X[:2]))
    check.values("one point, none", case(X[:1]), case(X[:0]))
    check.values("points outside of the square", case(3 * X))
    check.values("the origin, whole numbers", case(np.array([[0, 0], [1, 0], [-1, 1]])))
    check.values("float32", case(X.astype(np.float32)))
    check.values("other layouts in memory, read-only", *(case(v) for v in views(X)))
    check.quiet(case(np.zeros((3, 2))))
    check.pure(case(X))
    check.no_loop(lambda n: case(np.ones((n, 2))), "points")
    check.done()


# --- E2 sample_grid ---------------------------------------------------------------------------


@hidden_test
def a5b_sample_grid_core(rng: np.random.Generator, sample_grid: Callable) -> None:
    """Other sizes, order and ends, type, purity, loops."""
    check = Check("sample_grid", _alone(sample_grid, "sample_grid"), nn_utils._GRID)
    check.values("n = 5", case(5))
    check.values("n = 2 and n = 3", case(2), case(3))
    check.values("n = 7 and n = 31", case(7), case(31))
    check.pure(case(7))
    check.no_loop(case, "points", "n")
    check.done()


# --- E3 mse_and_grad --------------------------------------------------------------------------


def _mse_check(f: Callable) -> Check:
    return Check("mse_and_grad", _alone(f, "mse_and_grad"), nn_utils._MSE)


@hidden_test
def a5b_mse_and_grad_core(rng: np.random.Generator, mse_and_grad: Callable) -> None:
    """Loss and gradient for one output and for several."""
    check = _mse_check(mse_and_grad)
    for n, k in ((7, 1), (7, 5), (1, 1), (1, 3), (5, 5)):
        out, Y = rng.normal(size=(2, n, k))
        check.values(f"{n} samples, {k} outputs", case(out, Y), case(100 * out, Y))
    check.values("outputs equal to the targets", case(Y, Y.copy()))
    check.done()


@hidden_test
def a5b_mse_and_grad_edges(rng: np.random.Generator, mse_and_grad: Callable) -> None:
    """(N, 1) against (N,), float32, layouts in memory, warnings, purity, loops."""
    check = _mse_check(mse_and_grad)
    out, Y = rng.normal(size=(2, 7, 1))
    check.that(lambda: nn_utils._refuses_or_answers(check, case(out, Y[:, 0])))
    check.that(lambda: nn_utils._refuses_or_answers(check, case(out[:, 0], Y)))
    check.values("whole numbers as targets", case(out, rng.integers(-3, 4, size=(7, 1))))
    check.values("float32", case(out.astype(np.float32), Y.astype(np.float32)))
    wide, goal = rng.normal(size=(2, 7, 5))
    check.values("other layouts in memory, read-only", *(case(v, goal) for v in views(wide)))
    check.quiet(case(1e6 * wide, goal))
    check.pure(case(out, Y), case(wide, goal))
    check.no_loop(lambda n: case(np.ones((n, 3)), np.zeros((n, 3))), "samples")
    check.done()


# --- E4 adam_step -----------------------------------------------------------------------------


def _adam_rivals(
    params: list, gradients: list, lr: float, beta1: float, beta2: float, eps: float
) -> Rivals:
    t, right = len(gradients), nn_utils._exact_adam(params, gradients, lr, beta1, beta2, eps)

    def with_step(scale: float) -> dict:
        return {**right, "step": tuple(scale * step for step in right["step"])}

    left1, left2 = 1 - beta1**t, 1 - beta2**t
    yield "the correction of m is missing: m is too small by 1 - beta1**t", with_step(left1)
    if t > 1:
        yield (
            "the correction of v is missing: v is too small by 1 - beta2**t",
            with_step(left2**-0.5),
        )
        sentence = f"step {t} has the corrections of step 1: the power of beta is t"
        yield sentence, with_step(left1 / (1 - beta1) * ((1 - beta2) / left2) ** 0.5)
    later = (1 - beta1 ** (t + 1)), (1 - beta2 ** (t + 1))
    sentence = "the power of beta is t + 1 in your corrections: t counts from 1 already"
    yield sentence, with_step(left1 / later[0] * (later[1] / left2) ** 0.5)


def _some_gradients(rng: np.random.Generator, steps: int) -> tuple[list, list]:
    shapes = ((5, 3), (3,), (3, 1), (1,))
    params = [rng.normal(size=shape) for shape in shapes]
    # No gradient near 0: there the two usual ways to write eps would differ visibly.
    draw = [[rng.uniform(0.2, 2, size=shape) for shape in shapes] for _ in range(steps)]
    return params, [[g * rng.choice([-1, 1], size=g.shape) for g in grads] for grads in draw]


def _adam_check(f: Callable) -> tuple[Check, Callable]:
    alone = _alone(f, "adam_step")
    steps = nn_utils._adam_steps(alone)
    return Check("adam_step", steps, nn_utils._ADAM, _adam_rivals), alone


@hidden_test
def a5b_adam_step_core(rng: np.random.Generator, adam_step: Callable) -> None:
    """The first step and later ones, with the usual betas and with others."""
    check, _ = _adam_check(adam_step)
    params, gradients = _some_gradients(rng, 11)
    usual = 0.003, 0.9, 0.999, 1e-12
    check.values("the first step", case(params, gradients[:1], *usual))
    check.values("the second step", case(params, gradients[:2], *usual))
    check.values("11 steps", case(params, gradients, *usual))
    check.values("other betas", case(params, gradients[:5], 0.1, 0.7, 0.95, 1e-12))
    check.values("one array", case(params[:1], [g[:1] for g in gradients[:3]], *usual))
    check.done()


@hidden_test
def a5b_adam_step_edges(rng: np.random.Generator, adam_step: Callable) -> None:
    """The place of eps, gradients of 0, and arguments that have to stay as they are."""
    check, alone = _adam_check(adam_step)
    params, gradients = _some_gradients(rng, 53)
    # After 53 steps with these betas nothing is left to correct: eps can stand in one place only.
    check.values("a large eps", case(params, gradients, 0.003, 0.5, 0.5, 0.1))
    zeros = [0 * p for p in params]
    check.values("gradients of 0", case(params, [zeros] * 3, 0.003, 0.9, 0.999, 1e-8))
    small = [[1e-4 * g for g in grads] for grads in gradients]
    check.values("small gradients", case(params, small, 0.003, 0.5, 0.5, 1e-5))
    settings = 0.003, 0.9, 0.999, 1e-8
    state = {"m": gradients[0], "v": [g**2 for g in gradients[1]]}
    direct = Check("adam_step", alone, nn_utils._ADAM_CALL)
    for given, t in (({}, 1), (state, 2)):
        calls = case(params, gradients[2], given, *settings, t)
        check.that(lambda c=calls: direct._purity_finding("arguments stay as they are", c))
        check.that(lambda c=calls: direct._warning_finding("no warnings", c))
    check.done()


# --- E5 fit -----------------------------------------------------------------------------------


def _fit_report(fit: Callable, X: np.ndarray, rng: np.random.Generator) -> Report:
    """Return a report with the bar; a second seed counts as well, for the luck of draws."""
    seeds = [int(seed) for seed in rng.integers(10**6, size=2)]

    def judged(seed: int) -> Finding | None:
        return nn_utils._fit_finding(fit, SIZES, X, STEPS, seed, BAR)

    report = Report("fit")
    report.that(lambda: judged(seeds[0]) and judged(seeds[1]))
    return report


@hidden_test
def a5b_fit_core(rng: np.random.Generator, fit: Callable) -> None:
    """What comes back, and the error on new points after training on random ones."""
    alone = _alone(fit, "fit")
    report = Report("fit")
    few = rng.uniform(-1, 1, size=(4000, 2))
    report.that(lambda: nn_utils._fit_finding(alone, [2, 7, 5, 3, 1], few, 2, 0))
    report.that(lambda: nn_utils._fit_finding(alone, [2, 3, 1], few, 1, 1))
    report.done()
    _fit_report(alone, few, rng).done()


@hidden_test
def a5b_fit_edges(rng: np.random.Generator, fit: Callable) -> None:
    """Points in the order of a grid; the same net for the same random numbers; purity; losses."""
    alone = _alone(fit, "fit")

    def seeded(X: np.ndarray, Y: np.ndarray, seed: int) -> object:
        return alone([2, 5, 1], X, Y, 3, np.random.default_rng(seed))

    seeded.__wrapped__ = alone
    check = Check("fit", seeded, nn_utils.formula(lambda X, Y, seed: []))
    X = rng.uniform(-1, 1, size=(4000, 2))
    check.that(lambda: nn_utils._fit_finding(alone, [2, 5, 1], X, 3, 0))
    check.pure(case(X, _target(X), 3))
    check.that(lambda: _seed_finding(seeded, X))
    check.that(lambda: _losses_finding(alone, X))
    check.done()
    _fit_report(alone, _sample_grid(32), rng).done()


def _seed_finding(seeded: Callable, X: np.ndarray) -> Finding | None:
    nets = [nn_utils.call(seeded, X, _target(X), seed) for seed in (3, 4)]
    failure = next((net.failure for net in nets if net.failure), None)
    if failure or nn_utils._bytes(nets[0].value) != nn_utils._bytes(nets[1].value):
        return failure and Finding("other random numbers", failure)
    pattern = "two generators give the same net: all random numbers have to come from rng"
    return Finding("other random numbers", {"pattern": pattern})


def _losses_finding(fit: Callable, X: np.ndarray) -> Finding | None:
    """Compare the last losses with the error of the net on the same points."""
    outcome = nn_utils.call(fit, [2, 16, 1], X, _target(X), 200, np.random.default_rng(5))
    if outcome.failure:
        return Finding("the losses", outcome.failure)
    params, losses = outcome.value
    tail, error = np.mean(losses[-50:]), np.mean((_predict(params, X) - _target(X)) ** 2)
    if error / 3 < tail < 3 * error:
        return None
    yours = f"mean of the last 50 losses {tail:.3g}, error of the net on X {error:.3g}"
    pattern = "entry t of losses is the mean squared error of batch t, and the net is the last one"
    return Finding("the losses", {"yours": yours, "pattern": pattern})


# --- E6 count_linear_regions_1d ---------------------------------------------------------------

_LINE = np.linspace(-1, 1, 401)


def _hidden_layer(breakpoints: np.ndarray, rng: np.random.Generator) -> tuple:
    """Return (W, b) of units that switch at the given x1 on the line x2 = 0."""
    slopes = rng.uniform(0.5, 2, size=len(breakpoints)) * rng.choice([-1, 1], len(breakpoints))
    return np.stack([slopes, rng.normal(size=len(slopes))]), -slopes * breakpoints


def _output(width: int, rng: np.random.Generator) -> tuple:
    return rng.normal(size=(width, 1)), rng.normal(size=1)


def _deep_net(sizes: list[int], rng: np.random.Generator) -> Params:
    """Return a random net of which no two units switch between the same two positions."""
    while True:
        params = [(W, 0.3 * rng.normal(size=b.shape)) for W, b in _initial_params(sizes, rng)]
        active = np.array([nn_utils._active_units(params, x) for x in _LINE])
        switches = (active[1:] != active[:-1]).sum(axis=1)
        later = (active[1:] != active[:-1])[:, sizes[1] :].sum()
        if switches.max() == 1 and later >= 2:
            return params


def _kink_rivals(params: Params, x1: np.ndarray) -> Rivals:
    out = _predict(params, np.stack([x1, np.zeros_like(x1)], axis=1))[:, 0]
    bends = np.abs(np.diff(out, 2)) > 1e-6
    starts = np.sum(bends[1:] & ~bends[:-1]) + bends[0]
    sentence = "misses kinks with small slope change: a threshold on the output cannot see them all"
    yield sentence, np.asarray(float(starts + 1))


def _regions_check(f: Callable) -> Check:
    alone = _alone(f, "count_linear_regions_1d")
    return Check("count_linear_regions_1d", alone, nn_utils._REGIONS, _kink_rivals)


@hidden_test
def a5b_count_linear_regions_1d_core(
    rng: np.random.Generator, count_linear_regions_1d: Callable
) -> None:
    """One hidden layer: kinks inside and outside, small ones, two at one place."""
    check = _regions_check(count_linear_regions_1d)
    middles = (_LINE[1:] + _LINE[:-1]) / 2
    places = rng.choice(middles[10:-10:5], size=11, replace=False)
    slopes = np.array([1.0, 2.0, -1.5])
    layer = np.stack([slopes, slopes]), -slopes * np.array([-1.7, places[0], 1.3])
    check.values("units that never switch", case([layer, _output(3, rng)], _LINE))
    for count in (1, 3, 11):
        net = [_hidden_layer(places[:count], rng), _output(count, rng)]
        check.values(_count(count, "kink"), case(net, _LINE))
    W, b = _hidden_layer(places[:5], rng)
    weak = [(W, b), (np.array([[1.0], [-2.0], [1e-9], [1.5], [0.5]]), np.zeros(1))]
    check.values("a kink with a small change of slope", case(weak, _LINE))
    double = [(np.hstack([W, -2 * W[:, :2]]), np.append(b, -2 * b[:2])), _output(7, rng)]
    check.values("two units that switch at one point", case(double, _LINE))
    check.done()


@hidden_test
def a5b_count_linear_regions_1d_deep(
    rng: np.random.Generator, count_linear_regions_1d: Callable
) -> None:
    """Several hidden layers and outputs, one position, other positions, purity, loops."""
    check = _regions_check(count_linear_regions_1d)
    for sizes in ([2, 5, 3, 1], [2, 7, 5, 1], [2, 3, 5, 3, 1], [2, 5, 3, 2]):
        check.values(f"layers {sizes}", case(_deep_net(sizes, rng), _LINE))
    net = _deep_net([2, 5, 3, 1], rng)
    check.values("a part of the line", case(net, _LINE[:173]), case(net, _LINE[200:]))
    check.values("one position", case(net, _LINE[:1]))
    check.quiet(case(net, _LINE))
    check.pure(case(net, _LINE))
    check.no_loop(lambda n: case(net, _LINE[:n]), "positions", "their number")
    check.done()
