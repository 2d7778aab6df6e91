"""Hidden tests of notebook 3a, activations."""

import math
from collections.abc import Callable, Iterator

import numpy as np

import nn_utils
from hidden_tests import hidden_test
from nn_utils import Check, Report, case, views

Params = list[tuple[np.ndarray, np.ndarray]]
Rivals = Iterator[tuple[str, object]]


# --- Right versions of the given function and of earlier exercises ------------------------------


def _sigmoid(s: np.ndarray) -> np.ndarray:
    small = np.exp(-np.abs(s))
    return np.where(s >= 0, 1 / (1 + small), small / (1 + small))


def _collapse_linear(weights: list, biases: list) -> tuple[np.ndarray, np.ndarray]:
    W, b = weights[0].copy(), biases[0].copy()
    for next_W, next_b in zip(weights[1:], biases[1:], strict=True):
        W, b = W @ next_W, b @ next_W + next_b
    return W, b


def _tanh_grad_from_output(t: np.ndarray) -> np.ndarray:
    return (1 - t) * (1 + t)


_RIGHT = {
    "sigmoid": _sigmoid,
    "collapse_linear": _collapse_linear,
    "tanh_from_sigmoid": np.tanh,
    "tanh_grad_from_output": _tanh_grad_from_output,
}


def _alone(f: Callable, name: str) -> Callable:
    """Return what the student's cell defines by itself, beside right earlier exercises."""
    provided = {other: right for other, right in _RIGHT.items() if other != name}
    return nn_utils.rebuild(f, name, provided)


def _draw_net(rng: np.random.Generator, *widths: int) -> Params:
    """Return layers with random weights and biases, between layers of these widths."""
    pairs = zip(widths, widths[1:], strict=False)
    return [(rng.normal(size=(n, m)), rng.normal(size=m)) for n, m in pairs]


# --- E1 collapse_linear -----------------------------------------------------------------------


def _collapse_rivals(weights: list, biases: list) -> Rivals:
    W, b = _collapse_linear(weights, biases)
    yield "W is 0: start from the first layer or from the identity", {"W": 0 * W, "b": b}
    if all(matrix.shape == W.T.shape for matrix in weights):
        backwards, _ = _collapse_linear(weights[::-1], biases[::-1])
        yield (
            "the matrices are multiplied in reversed order: rows x meet the first layer first",
            {"W": backwards, "b": b},
        )
    if len({bias.shape for bias in biases}) == 1:
        yield (
            "b equals the sum of all biases: earlier biases pass through later weights",
            {"W": W, "b": np.sum(biases, axis=0)},
        )
    yield (
        "b is the last bias alone: earlier biases pass through later weights, and arrive as well",
        {"W": W, "b": biases[-1]},
    )
    yield "b = expected - the last bias: it was dropped", {"W": W, "b": b - biases[-1]}


def _collapse_check(f: Callable) -> Check:
    f = _alone(f, "collapse_linear")
    return Check("collapse_linear", f, nn_utils._COLLAPSED, _collapse_rivals)


def _layers(rng: np.random.Generator, *widths: int) -> nn_utils.Case:
    weights, biases = zip(*_draw_net(rng, *widths), strict=True)
    return case(list(weights), list(biases))


@hidden_test
def a3a_collapse_linear_core(rng: np.random.Generator, collapse_linear: Callable) -> None:
    """Two to five layers, equal widths and different ones."""
    check = _collapse_check(collapse_linear)
    check.values("two square layers", _layers(rng, 5, 5, 5))
    check.values("three square layers", _layers(rng, 3, 3, 3, 3))
    check.values("widths 3, 5, 2", _layers(rng, 3, 5, 2))
    check.values("five layers", _layers(rng, 7, 5, 3, 11, 2, 5))
    check.done()


@hidden_test
def a3a_collapse_linear_edges(rng: np.random.Generator, collapse_linear: Callable) -> None:
    """One layer, a bottleneck of one unit, purity."""
    check = _collapse_check(collapse_linear)
    one, square = _layers(rng, 3, 5), _layers(rng, 5, 5, 5, 5)
    check.pure(square, one, _layers(rng, 3, 5, 2))
    check.values("one layer", one)
    check.values("a hidden layer of one unit", _layers(rng, 5, 1, 3), _layers(rng, 3, 7, 1, 5))
    check.values("one input, one output", _layers(rng, 1, 3, 1))
    check.done()


# --- W1 the wrong step ------------------------------------------------------------------------


def _tanh_plus_1(x: float) -> float:
    return np.tanh(x) + 1


_PRINTED = [
    (_tanh_plus_1, lambda x: (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x)) + 1),
    (
        _tanh_plus_1,
        lambda x: (np.exp(x) - np.exp(-x) + np.exp(x) + np.exp(-x)) / (np.exp(x) + np.exp(-x)),
    ),
    (_tanh_plus_1, lambda x: 2 * np.exp(x) / (np.exp(x) + np.exp(-x))),
    (_tanh_plus_1, lambda x: 2 / (1 - np.exp(-2 * x))),
    (_tanh_plus_1, lambda x: 2 * _sigmoid(2 * x)),
]


@hidden_test
def a3a_w1_first(
    rng: np.random.Generator, first_wrong_step: object, counterexample: object
) -> None:
    """The first wrong step, with a counterexample."""
    nn_utils.check_wrong_tanh_step(_PRINTED, first_wrong_step, counterexample)


# --- E5 tanh_from_sigmoid ---------------------------------------------------------------------


def _tanh_rivals(x: np.ndarray) -> Rivals:
    x = np.asarray(x, dtype=float)
    yield "values between -1 and 0 only: the factor 2 is missing outside", _sigmoid(2 * x) - 1
    yield (
        "nan where both exponentials overflow, from x = 710 on",
        (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x)),
    )


def _tanh_check(f: Callable) -> Check:
    f = _alone(f, "tanh_from_sigmoid")
    return Check("tanh_from_sigmoid", f, nn_utils._TANH, _tanh_rivals)


@hidden_test
def a3a_tanh_from_sigmoid_core(rng: np.random.Generator, tanh_from_sigmoid: Callable) -> None:
    """Values, small and large, and those with another function in place of sigmoid."""
    check = _tanh_check(tanh_from_sigmoid)
    check.values("numbers near 1", *(case(rng.normal(size=7)) for _ in range(5)))
    check.values("numbers near 0", case(rng.choice([-1, 1], size=7) * 10.0 ** np.arange(-9, -2)))
    check.values("large numbers", case(np.array([1e3, -1e3, 1e5, -1e5, 30.0, -30.0])))
    check.that(lambda: nn_utils._stand_in_finding(check.f))
    check.done()


@hidden_test
def a3a_tanh_from_sigmoid_edges(rng: np.random.Generator, tanh_from_sigmoid: Callable) -> None:
    """Another function in place of sigmoid, types, shapes, layouts, warnings, purity, loops."""
    check = _tanh_check(tanh_from_sigmoid)
    check.values("numbers near 1", case(rng.normal(size=7)))
    check.that(lambda: nn_utils._stand_in_finding(check.f))
    _every_kind(check, rng.normal(size=(7, 5)))
    check.quiet(case(np.array([1e3, -1e3, 1e5, -1e5])))
    check.done()


def _every_kind(check: Check, x: np.ndarray) -> None:
    """Require what every function of this notebook does entry by entry."""
    check.values("float32", case(x.astype(np.float32)))
    check.values("3-D, one entry, no entry", case(x[None, :3]), case(x[:1, 0]), case(x[:0]))
    check.values("other layouts in memory, read-only", *(case(v) for v in views(x)))
    check.quiet(case(x))
    check.pure(case(x))
    check.no_loop(lambda n: case(np.full(n, 0.5)), "entries")


# --- E2 sigmoid_net_to_tanh -------------------------------------------------------------------


def _convert(
    params: Params,
    constant: Callable = lambda W: W.sum(axis=0) / 2,
    factor: float = 0.5,
    bias_factor: float = 0.5,
    constant_factor: float | None = None,
) -> Params:
    """Return the tanh network, or a wrong one where a number differs from the default."""
    converted = []
    for number, (W, b) in enumerate(params, start=1):
        added = constant(W) if number > 1 else 0.0
        if number > 1:
            W = factor * W
        if number < len(params):
            W, b = factor * W, bias_factor * b
            added = (bias_factor if constant_factor is None else constant_factor) * added
        converted.append((W, b + added))
    return converted


def _only_first_hidden_layer(params: Params) -> Params:
    right = _convert(params)
    return [right[0], *params[1:-1], right[-1]]


def _halved_once_more(params: Params) -> Params:
    right = _convert(params)
    return [right[0], *((W / 2, b / 2) for W, b in right[1:-1]), right[-1]]


def _net_rivals(params: Params, X: np.ndarray) -> Rivals:
    def outputs(converted: Params) -> np.ndarray:
        return np.array([nn_utils._one_sample(x, converted, math.tanh) for x in X])

    if len(params) > 2:
        yield (
            "L = 2 agrees, L = 3 does not: hidden layers after the first were left as they were",
            outputs(_only_first_hidden_layer(params)),
        )
        yield (
            "hidden layer 2 sees s / 4 instead of s / 2: it was halved once more",
            outputs(_halved_once_more(params)),
        )
        yield (
            "what is added to the bias of a hidden layer has to be halved with that bias",
            outputs(_convert(params, constant_factor=1.0)),
        )
    yield (
        "off by the same for every input, (1 - sum of a column of W) / 2: 1/2 was added to the "
        "bias, but the 1/2 of each hidden unit first passes through its weights",
        outputs(_convert(params, constant=lambda W: 0.5)),
    )
    yield (
        "the 1/2 of each hidden unit is lost: no next bias takes it up",
        outputs(_convert(params, constant=lambda W: 0.0)),
    )
    yield (
        "twice as much was added to the bias as the 1/2 of each hidden unit makes",
        outputs(_convert(params, constant=lambda W: W.sum(axis=0))),
    )
    yield (
        "agrees where the hidden biases are 0, and differs otherwise: they have to be halved too",
        outputs(_convert(params, bias_factor=1.0, constant_factor=0.5)),
    )
    yield (
        "weights and biases were doubled instead of halved",
        outputs(_convert(params, factor=2.0, bias_factor=2.0)),
    )
    yield (
        "the hidden layer was doubled instead of halved: sigma(s) takes tanh(s / 2)",
        outputs([(4 * W, 4 * b) for W, b in _convert(params)[:-1]] + _convert(params)[-1:]),
    )
    yield (
        "the sum runs over all outputs: each output has a column of its own",
        outputs(_convert(params, constant=lambda W: W.sum() / 2)),
    )
    if all(W.shape[0] == W.shape[1] for W, _ in params[1:]):
        yield (
            "the sums run along the wrong axis: output k needs the sum of its column",
            outputs(_convert(params, constant=lambda W: W.sum(axis=1) / 2)),
        )
    yield "these are the parameters of the sigmoid network, unchanged", outputs(params)


def _net_check(f: Callable) -> Check:
    f = nn_utils._as_tanh_net(_alone(f, "sigmoid_net_to_tanh"))
    return Check("sigmoid_net_to_tanh", f, nn_utils._SIGMOID_NET, _net_rivals)


def _net_case(rng: np.random.Generator, *widths: int) -> nn_utils.Case:
    return case(_draw_net(rng, *widths), rng.normal(size=(50, widths[0])))


@hidden_test
def a3a_sigmoid_net_to_tanh_core(rng: np.random.Generator, sigmoid_net_to_tanh: Callable) -> None:
    """One hidden layer: one output, several, as many as hidden units."""
    check = _net_check(sigmoid_net_to_tanh)
    check.values("as many outputs as hidden units", _net_case(rng, 2, 5, 5))
    check.values("one output", _net_case(rng, 3, 5, 1))
    check.values("two outputs", _net_case(rng, 3, 7, 2))
    check.done()


@hidden_test
def a3a_sigmoid_net_to_tanh_deep(rng: np.random.Generator, sigmoid_net_to_tanh: Callable) -> None:
    """Two and three hidden layers."""
    check = _net_check(sigmoid_net_to_tanh)
    check.values("L = 3, equal widths", _net_case(rng, 3, 3, 3, 3))
    check.values("L = 3", _net_case(rng, 2, 5, 3, 1))
    check.values("L = 4", _net_case(rng, 2, 3, 5, 7, 2))
    check.done()


@hidden_test
def a3a_sigmoid_net_to_tanh_edges(rng: np.random.Generator, sigmoid_net_to_tanh: Callable) -> None:
    """No hidden layer, one hidden unit, weights up to 50, purity."""
    check = _net_check(sigmoid_net_to_tanh)
    check.pure(*(case(_draw_net(rng, *widths)) for widths in ((3, 5), (3, 5, 2), (3, 5, 5, 5))))
    check.values("L = 1", _net_case(rng, 3, 5))
    check.values("one hidden unit", _net_case(rng, 1, 1, 1), _net_case(rng, 3, 1, 2))
    large = [(rng.uniform(-50, 50, W.shape), 10 * b) for W, b in _draw_net(rng, 3, 7, 2)]
    check.values("weights up to 50", case(large, rng.normal(size=(50, 3))))
    check.done()


# --- W2 the printed recipe --------------------------------------------------------------------


def _judge_recipe(name: str, weights: object, is_right: bool) -> None:
    report = Report(name)
    report.that(lambda: nn_utils._recipe_finding(name, weights, is_right))
    report.done()


@hidden_test
def a3a_w2_good(rng: np.random.Generator, good_weights: object) -> None:
    """Hidden-output weights for which adding 1/2 is right."""
    _judge_recipe("good_weights", good_weights, True)


@hidden_test
def a3a_w2_bad(rng: np.random.Generator, bad_weights: object) -> None:
    """Hidden-output weights for which adding 1/2 is wrong."""
    _judge_recipe("bad_weights", bad_weights, False)


# --- E3 and E4, slopes from outputs -----------------------------------------------------------


def _tanh_grad_rivals(t: np.ndarray) -> Rivals:
    t = np.asarray(t, dtype=float)
    yield "yours = 1 - tanh(t)^2; t already is tanh(x)", 1 - np.tanh(t) ** 2
    yield "right only at t = 0 and 1: the square is missing", 1 - t
    yield "yours = t (1 - t), the sigmoid's rule", t * (1 - t)
    yield "values above 1: nowhere is tanh steeper than at 0", 1 + t**2
    yield "the square of t has to be subtracted from 1", t**2


@hidden_test
def a3a_tanh_grad_from_output_core(
    rng: np.random.Generator, tanh_grad_from_output: Callable
) -> None:
    """Outputs of small and large numbers, the ends and the middle."""
    f = _alone(tanh_grad_from_output, "tanh_grad_from_output")
    check = Check("tanh_grad_from_output", f, nn_utils._TANH_GRAD, _tanh_grad_rivals)
    check.values("outputs of both signs", *(case(np.tanh(rng.normal(size=7))) for _ in range(5)))
    check.values("-1, 0 and 1", case(np.array([-1.0, 0.0, 1.0])))
    small = 10.0 ** -rng.uniform(1, 15, size=7)
    check.values("close to 0, close to 1", case(small), case(1 - small), case(small - 1))
    check.done()


@hidden_test
def a3a_tanh_grad_from_output_edges(
    rng: np.random.Generator, tanh_grad_from_output: Callable
) -> None:
    """Types, shapes, layouts in memory, warnings, purity, loops."""
    f = _alone(tanh_grad_from_output, "tanh_grad_from_output")
    check = Check("tanh_grad_from_output", f, nn_utils._TANH_GRAD, _tanh_grad_rivals)
    _every_kind(check, np.tanh(rng.normal(size=(7, 5))))
    check.done()


def _sigmoid_grad_rivals(p: np.ndarray) -> Rivals:
    p = np.asarray(p, dtype=float)
    again = _sigmoid(p)
    yield "yours = 1 - p^2: that is tanh's rule", 1 - p**2
    yield "the sigmoid was applied again, but p already is sigma(x)", again * (1 - again)
    yield "values up to 2: the slope of the sigmoid is at most 1/4", p * (1 + p)
    yield "yours = p^2, which is 1 where the sigmoid is flat", p**2


@hidden_test
def a3a_sigmoid_grad_from_output_core(
    rng: np.random.Generator, sigmoid_grad_from_output: Callable
) -> None:
    """Values at all outputs, types, shapes, layouts in memory, warnings, purity, loops."""
    f = _alone(sigmoid_grad_from_output, "sigmoid_grad_from_output")
    check = Check("sigmoid_grad_from_output", f, nn_utils._SIGMOID_GRAD, _sigmoid_grad_rivals)
    check.values("outputs of small numbers", *(case(rng.uniform(size=7)) for _ in range(5)))
    small = 10.0 ** -rng.uniform(1, 15, size=7)
    check.values("close to 0, close to 1", case(small), case(1 - small))
    check.values("0 and 1", case(np.array([0.0, 0.5, 1.0])))
    _every_kind(check, rng.uniform(size=(7, 5)))
    check.done()
