"""Hidden tests of notebook 3b, chain_rule_by_hand."""

import cmath
import math
from collections.abc import Callable, Iterator

import numpy as np

import nn_utils
from hidden_tests import hidden_test
from nn_utils import Case, Check, Finding, case, views

# --- Right versions of earlier exercises, for answers that build on them ----------------------


def _three_weight_grads(
    x: float, y: float, w1: float, w2: float, w_out: float, fs: tuple, dfs: tuple
) -> dict[str, float]:
    s1 = w1 * x
    z1 = fs[0](s1)
    s2 = w2 * z1
    z2 = fs[1](s2)
    s_out = w_out * z2
    z_out = fs[2](s_out)
    delta_out = (z_out - y) * dfs[2](s_out)
    delta_2 = delta_out * w_out * dfs[1](s2)
    delta_1 = delta_2 * w2 * dfs[0](s1)
    slopes = {"d_w1": delta_1 * x, "d_w2": delta_2 * z1, "d_wout": delta_out * z2}
    deltas = {"delta_1": delta_1, "delta_2": delta_2, "delta_out": delta_out}
    values = {"s1": s1, "s2": s2, "s_out": s_out, "z1": z1, "z2": z2, "z_out": z_out}
    return values | deltas | slopes


def _delta_recursion(weights: list, dfs_at_s: list, d_loss: np.ndarray) -> list:
    deltas = [d_loss * dfs_at_s[-1]]
    for W, slope in zip(weights[::-1], dfs_at_s[-2::-1], strict=False):
        deltas.insert(0, slope * (W @ deltas[0]))
    return deltas


_RIGHT = {"three_weight_grads": _three_weight_grads, "delta_recursion": _delta_recursion}


def _alone(f: Callable, name: str) -> Callable:
    """Return what the student's cell defines by itself, beside right earlier exercises."""
    provided = {other: right for other, right in _RIGHT.items() if other != name}
    return nn_utils.rebuild(f, name, provided)


# --- E1 three_weight_grads --------------------------------------------------------------------


def _three_weight_rivals(
    x: float, y: float, w1: float, w2: float, w_out: float, fs: tuple, dfs: tuple
) -> Iterator[tuple[str, dict]]:
    x, w2, w_out = map(np.float64, (x, w2, w_out))  # quotients by 0 are inf
    right = _three_weight_grads(x, y, w1, w2, w_out, fs, dfs)
    for which, (layer, weight) in enumerate((("1", "w2"), ("2", "w_out"), ("out", "1"))):
        s, z = (f"{kind}_out" if layer == "out" else f"{kind}{layer}" for kind in "sz")
        at_s, at_z = (np.float64(dfs[which](right[name])) for name in (s, z))
        delta = f"delta_{layer}"
        yield (
            f"your {delta} uses the derivative at {z} ({at_z:.2f}) instead of at {s} ({at_s:.2f})",
            {**right, delta: right[delta] * at_z / at_s},
        )
        missing = "all gradients = expected / f3'(s_out)" if layer == "out" else f"{delta} lacks"
        yield (
            f"{missing}: the derivative of f{which + 1} is missing",
            {**right, delta: right[delta] / at_s},
        )
        value = {"w2": w2, "w_out": w_out, "1": np.float64(1)}[weight]
        yield f"{delta} = expected / {weight}", {**right, delta: right[delta] / value}
        slope = {"w2": right["d_w2"], "w_out": right["d_wout"], "1": 0.0}[weight]
        for rate in (1.0, 0.1, 0.01):
            yield (
                f"{delta} matches a network whose {weight} was already updated, and so does d_w1",
                {**right, delta: right[delta] * (value - rate * slope) / value},
            )
    activations = {"x": x, **{name: right[name] for name in ("s1", "z1", "s2", "z2", "z_out")}}
    for slope, delta, good in (
        ("d_wout", "delta_out", "z2"),
        ("d_w2", "delta_2", "z1"),
        ("d_w1", "delta_1", "x"),
    ):
        for other, value in activations.items():
            yield (
                f"{slope} is multiplied by the wrong activation: {other} instead of {good}",
                {**right, slope: right[delta] * value},
            )


def _three_weights_check(f: Callable, keys: tuple[str, ...]) -> Check:
    f = _alone(f, "three_weight_grads")
    return nn_utils._three_weights_check(f, keys, _three_weight_rivals)


def _sigmoid(s: complex) -> complex:
    return 1 / (1 + np.exp(-s))


def _softplus(s: complex) -> complex:
    return np.log(1 + np.exp(s))


def _square(s: complex) -> complex:
    return s * s


_ACTIVATIONS = (np.tanh, _sigmoid, _softplus, np.sin, _square)


def _chain(rng: np.random.Generator) -> Case:
    """Return a chain with three different activations, none of whose factors is near 0 or 1."""
    while True:
        which = rng.permutation(len(_ACTIVATIONS))[:3]
        fs = tuple(_ACTIVATIONS[i] for i in which)
        dfs = tuple(map(nn_utils._slope_of, fs))
        x, y, *weights = rng.uniform(0.4, 1.8, size=5) * rng.choice([-1, 1], size=5)
        found = nn_utils._exact_three_weights(x, y, *weights, fs, dfs)
        if all(0.02 < abs(value) < 20 for value in found.values()):
            return case(x, y, *weights, fs, dfs)


@hidden_test
def a3b_three_weight_grads_deltas(rng: np.random.Generator, three_weight_grads: Callable) -> None:
    """Values and deltas for random chains and activations."""
    check = _three_weights_check(three_weight_grads, nn_utils._DELTA_KEYS)
    check.values("random chains", *(_chain(rng) for _ in range(20)))
    check.done()


@hidden_test
def a3b_three_weight_grads_weights(rng: np.random.Generator, three_weight_grads: Callable) -> None:
    """Slopes by the three weights for random chains and activations."""
    check = _three_weights_check(three_weight_grads, nn_utils._SLOPE_KEYS)
    check.values("random chains", *(_chain(rng) for _ in range(20)))
    check.done()


def _one_number(f: Callable, f_complex: Callable) -> Callable:
    """Return a function that takes one number, as those of ``math`` do, and no array."""
    return lambda s: f_complex(s) if isinstance(s, complex) else f(s)


@hidden_test
def a3b_three_weight_grads_edges(rng: np.random.Generator, three_weight_grads: Callable) -> None:
    """Inputs, weights and errors that are 0, functions of one number, whole numbers."""
    check = _three_weights_check(three_weight_grads, nn_utils._DELTA_KEYS + nn_utils._SLOPE_KEYS)
    fs = (np.sin, np.tanh, _softplus)
    dfs = tuple(map(nn_utils._slope_of, fs))
    x, y, w1, w2, w_out = rng.uniform(0.4, 1.8, size=5)
    check.values("x = 0", case(0.0, y, w1, w2, w_out, fs, dfs))
    for where, weights in (
        ("w_out = 0", (w1, w2, 0.0)),
        ("w2 = 0", (w1, 0.0, w_out)),
        ("w1 = 0", (0.0, w2, w_out)),
    ):
        check.values(where, case(x, y, *weights, fs, dfs))
    squares = ((_square,) * 3, (nn_utils._slope_of(_square),) * 3)
    check.values("whole numbers, and no error", case(2, 16, 1, -1, 1, *squares))
    check.values("whole numbers", case(1, 3, 2, -1, 1, *squares))
    names = ("sin", "tanh", "exp")
    singles = tuple(_one_number(getattr(math, n), getattr(cmath, n)) for n in names)
    slopes = (math.cos, lambda s: 1 / math.cosh(s) ** 2, math.exp)
    check.values("functions from math", case(x, y, w1, w2, w_out, singles, slopes))
    check.pure(case(x, y, w1, w2, w_out, fs, dfs))
    check.done()


# --- E2 delta_recursion -----------------------------------------------------------------------


def _layers(rng: np.random.Generator, *widths: int) -> Case:
    """Return layers of these widths: weights between them, slopes, and the slope of the loss."""
    weights = [rng.normal(size=shape) for shape in zip(widths, widths[1:], strict=False)]
    slopes = [rng.uniform(0.2, 1.5, size=width) for width in widths]
    return case(weights, slopes, rng.normal(size=widths[-1]))


def _delta_check(f: Callable) -> Check:
    f = _alone(f, "delta_recursion")
    return Check("delta_recursion", f, nn_utils._DELTAS, nn_utils._delta_rivals)


@hidden_test
def a3b_delta_recursion_core(rng: np.random.Generator, delta_recursion: Callable) -> None:
    """Deltas of two to five layers, also of equal width."""
    check = _delta_check(delta_recursion)
    check.values("layers of equal width", _layers(rng, 3, 3), _layers(rng, 3, 3, 3))
    check.values("two layers", _layers(rng, 5, 3), _layers(rng, 3, 7))
    check.values("more layers", _layers(rng, 2, 7, 5, 3), _layers(rng, 11, 3, 5, 7, 2))
    check.done()


@hidden_test
def a3b_delta_recursion_edges(rng: np.random.Generator, delta_recursion: Callable) -> None:
    """One layer, one unit, the input's weights in the list, float32, layouts, purity."""
    check = _delta_check(delta_recursion)
    check.values("one layer", _layers(rng, 5))
    check.values("one unit per layer", _layers(rng, 1, 1, 1, 1))
    (weights, slopes, d_loss) = _layers(rng, 7, 5, 3).args
    check.values("the input's weights as well", case(weights, slopes[1:], d_loss))
    check.values("one layer and the input's weights", case(weights[1:], slopes[2:], d_loss))
    off = [slopes[0] * (np.arange(7) % 2), 0 * slopes[1], slopes[2]]
    check.values("units with slope 0", case(weights, off, d_loss))
    single = [[a.astype(np.float32) for a in part] for part in (weights, slopes)]
    check.values("float32", case(*single, d_loss.astype(np.float32)))
    for one, other in zip(*map(views, weights), strict=True):
        check.values("other layouts in memory, read-only", case([one, other], slopes, d_loss))
    for array in (*slopes, d_loss):
        array.flags.writeable = False
    check.values("read-only slopes", case(weights, slopes, d_loss))
    check.pure(_layers(rng, 7, 5, 3), _layers(rng, 3, 3))
    check.done()


# --- E3 by_hand -------------------------------------------------------------------------------


@hidden_test
def a3b_by_hand_forward(rng: np.random.Generator, student_id: str, table: dict) -> None:
    """The forward pass of the student's own numbers, each entry given those before it."""
    nn_utils.check_by_hand(table, student_id, ["S", "Z", "s_out", "y_out", "L"])


@hidden_test
def a3b_by_hand_deltas(rng: np.random.Generator, student_id: str, table: dict) -> None:
    """The deltas, given the forward pass as it stands in the table."""
    nn_utils.check_by_hand(table, student_id, ["delta_out", "delta_hidden"])


@hidden_test
def a3b_by_hand_update(rng: np.random.Generator, student_id: str, table: dict) -> None:
    """Gradients and new weights, given the deltas as they stand in the table."""
    nn_utils.check_by_hand(table, student_id, ["dw", "dW", "new_w", "new_W"])


# --- E4 train_tiny_net ------------------------------------------------------------------------


def _net(rng: np.random.Generator, n: int, d: int, h: int) -> tuple:
    """Return X, y, W, w in which some hidden units are on and others off."""
    X = rng.normal(size=(n, d))
    y = rng.choice([-1.0, 1.0], size=n)
    return X, y, rng.normal(size=(d, h)) / math.sqrt(d), rng.uniform(0.2, 0.6, size=h)


def _tiny_net_check(f: Callable) -> Check:
    f = _alone(f, "train_tiny_net")
    return Check("train_tiny_net", f, nn_utils._TINY_NET, nn_utils._tiny_net_rivals)


@hidden_test
def a3b_train_tiny_net_first_step(rng: np.random.Generator, train_tiny_net: Callable) -> None:
    """Losses and weights after one update, of the sheet's network and of random ones."""
    check = _tiny_net_check(train_tiny_net)
    check.values("the numbers of the sheet", case(*nn_utils.tiny_net_data(), 0.1, 1))
    for sizes in ((7, 5, 3), (5, 2, 7), (3, 3, 3)):
        check.values("random numbers", case(*_net(rng, *sizes), 0.05, 1))
    check.done()


@hidden_test
def a3b_train_tiny_net_trace(rng: np.random.Generator, train_tiny_net: Callable) -> None:
    """Losses and final weights of several updates, with other learning rates."""
    check = _tiny_net_check(train_tiny_net)
    check.values("the numbers of the sheet", case(*nn_utils.tiny_net_data(), 0.1, 3))
    for steps, lr in ((2, 0.01), (5, 0.03), (7, 0.1)):
        check.values("random numbers", case(*_net(rng, 7, 5, 3), lr, steps))
    check.done()


@hidden_test
def a3b_train_tiny_net_edges(rng: np.random.Generator, train_tiny_net: Callable) -> None:
    """No update, learning rate 0, one sample, one unit, one input, dead units, integer labels."""
    check = _tiny_net_check(train_tiny_net)
    X, y, W, w = _net(rng, 7, 5, 3)
    check.values("no update", case(X, y, W, w, 0.1, 0))
    check.values("learning rate 0", case(X, y, W, w, 0.0, 3))
    for where, sizes in (
        ("one sample", (1, 5, 3)),
        ("one hidden unit", (7, 5, 1)),
        ("one input", (7, 1, 3)),
    ):
        check.values(where, case(*_net(rng, *sizes), 0.05, 2))
    dead = W.copy()
    dead[:, 1] = -np.abs(dead[:, 1])
    check.values("a hidden unit that is off for all samples", case(abs(X), y, dead, w, 0.05, 3))
    check.values("all hidden units off", case(abs(X), y, -abs(W), w, 0.05, 3))
    check.values("targets that are no labels", case(X, rng.normal(size=7), W, w, 0.05, 2))
    check.values("integer targets", case(X, y.astype(int), W, w, 0.05, 2))
    check.done()


def _float32_finding(f: Callable, args: tuple) -> Finding | None:
    outcome = nn_utils.call(f, *args)
    if outcome.failure:
        return Finding("float32", outcome.failure)
    parts = outcome.value
    parts = [parts["W"], parts["w"]] if isinstance(parts, dict) else parts[1:]
    kinds = [np.asarray(weights).dtype for weights in parts]
    if all(kind == np.float32 for kind in kinds):
        return None
    pattern = "float32 in, float64 out: some constant or buffer in your function is float64"
    yours = ", ".join(f"{name}: {kind}" for name, kind in zip(("W", "w"), kinds, strict=True))
    return Finding("float32", {"yours": yours, "expected": "float32", "pattern": pattern})


@hidden_test
def a3b_train_tiny_net_pure(rng: np.random.Generator, train_tiny_net: Callable) -> None:
    """Arguments unchanged, new arrays also without an update, floats, float32, layouts."""
    check = _tiny_net_check(train_tiny_net)
    X, y, W, w = _net(rng, 7, 5, 3)
    check.pure(*(case(X, y, W, w, lr, steps) for lr, steps in ((0.1, 0), (0.1, 3), (0.0, 2))))
    check.values("two updates", case(X, y, W, w, 0.05, 2))
    check.that(lambda: nn_utils._float_losses_finding(check.f, case(X, y, W, w, 0.1, 2)))
    single = tuple(array.astype(np.float32) for array in (X, y, W, w))
    check.that(lambda: _float32_finding(check.f, (*single, 0.1, 2)))
    for layout in zip(*map(views, (X, y, W, w)), strict=True):
        check.values("other layouts in memory, read-only", case(*layout, 0.05, 2))
    check.quiet(case(X, y, W, w, 0.05, 3))
    check.done()
