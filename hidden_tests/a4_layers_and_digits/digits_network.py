"""Hidden tests of notebook 4b, digits_network."""

import functools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np

import nn_utils
from course_layers import Affine, ReLU, SoftmaxCrossEntropy
from hidden_tests import hidden_test
from nn_utils import Check, DataVault, Finding, Report, call, case

Rivals = Iterator[tuple[str, object]]
Params = dict[str, np.ndarray]


# --- Right versions of the exercises, for answers that build on them --------------------------


def _nll_and_grad(X: np.ndarray, W: np.ndarray, b: np.ndarray, Y: np.ndarray) -> tuple:
    affine, loss = Affine(), SoftmaxCrossEntropy()
    value = loss.forward(affine.forward(X, W, b), Y)
    return value, *affine.backward(loss.backward())[1:]


def _minibatches(
    X: np.ndarray, Y: np.ndarray, batch_size: int, rng: np.random.Generator
) -> Iterator[tuple]:
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        chosen = order[start : start + batch_size]
        yield X[chosen], Y[chosen]


class FeedForwardNet:
    """The network of exercise 3.1, on the course's layers."""

    def __init__(self, sizes: list[int], rng: np.random.Generator) -> None:
        self.params = {}
        for number, (n_in, n_out) in enumerate(pairwise(sizes), start=1):
            self.params[f"W{number}"] = rng.normal(scale=math.sqrt(2 / n_in), size=(n_in, n_out))
            self.params[f"b{number}"] = np.zeros(n_out)
        self.affine = [Affine() for _ in sizes[1:]]
        self.relu = [ReLU() for _ in sizes[2:]]
        self.loss = SoftmaxCrossEntropy()

    def forward(self, X: np.ndarray) -> np.ndarray:
        """Return the logits, shape (N, K)."""
        for number, affine in enumerate(self.affine, start=1):
            X = affine.forward(X, self.params[f"W{number}"], self.params[f"b{number}"])
            if number <= len(self.relu):
                X = self.relu[number - 1].forward(X)
        return X

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Return the probabilities of the classes, shape (N, K)."""
        logits = self.forward(X)
        weights = np.exp(logits - logits.max(axis=1, keepdims=True))
        return weights / weights.sum(axis=1, keepdims=True)

    def loss_and_grads(self, X: np.ndarray, Y: np.ndarray) -> tuple[float, Params]:
        """Return the mean loss, and its gradients under the keys of `params`."""
        loss = self.loss.forward(self.forward(X), Y)
        grads, d_out = {}, self.loss.backward()
        for number in range(len(self.affine), 0, -1):
            if number <= len(self.relu):
                d_out = self.relu[number - 1].backward(d_out)
            d_out, grads[f"W{number}"], grads[f"b{number}"] = self.affine[number - 1].backward(
                d_out
            )
        return loss, grads


def _sgd_step(params: Params, grads: Params, lr: float) -> Params:
    return {name: value - lr * grads[name] for name, value in params.items()}


def train(
    net: FeedForwardNet,
    data: DataVault,
    epochs: int,
    batch_size: int,
    lr: float,
    rng: np.random.Generator,
) -> list[float]:
    """Return the mean training loss of each epoch; the training of exercise 4.2."""
    history = []
    for _ in range(epochs):
        total = 0.0
        for X, Y in _minibatches(data.X_train, data.Y_train, batch_size, rng):
            loss, grads = net.loss_and_grads(X, Y)
            net.params = _sgd_step(net.params, grads, lr)
            total += loss * len(X)
        history.append(total / len(data.X_train))
    return history


def _accuracy(probs: np.ndarray, labels: np.ndarray) -> float:
    if len(labels) == 0:
        raise ValueError("the accuracy of no samples is not defined")
    return float(np.mean(np.argmax(probs, axis=1) == labels))


_RIGHT = {
    "Affine": Affine,
    "ReLU": ReLU,
    "SoftmaxCrossEntropy": SoftmaxCrossEntropy,
    "nll_and_grad": _nll_and_grad,
    "minibatches": _minibatches,
    "FeedForwardNet": FeedForwardNet,
    "sgd_step": _sgd_step,
    "train": train,
    "accuracy": _accuracy,
}


def _alone(f: Callable, name: str) -> Callable:
    """Return what the student's cell defines by itself, beside right earlier exercises."""
    provided = {other: right for other, right in _RIGHT.items() if other != name}
    return nn_utils.rebuild(f, name, provided)


def _one_hot(rng: np.random.Generator, n: int, num_classes: int) -> np.ndarray:
    return np.eye(num_classes)[rng.integers(num_classes, size=n)]


def _soft(rng: np.random.Generator, n: int, num_classes: int) -> np.ndarray:
    return rng.dirichlet(np.ones(num_classes), size=n)


# --- E1 nll_and_grad --------------------------------------------------------------------------


def _regression_rivals(X: np.ndarray, W: np.ndarray, b: np.ndarray, Y: np.ndarray) -> Rivals:
    n, names = len(X), ("loss", "d_W", "d_b")
    right = dict(zip(names, _nll_and_grad(X, W, b, Y), strict=True))
    gradients = {name: n * right[name] for name in ("d_W", "d_b")}
    yield f"loss right, gradients N times too large: N = {n}, the loss is a mean", gradients
    yield f"gradients right, loss N times too large: N = {n}", {"loss": n * right["loss"]}
    hard = np.eye(len(b))[np.argmax(Y, axis=1)]
    sentence = "soft Y not handled: only the largest entry of each row of Y is used"
    yield sentence, dict(zip(names, _nll_and_grad(X, W, b, hard), strict=True))
    logits = X @ W + b
    with np.errstate(all="ignore"):
        terms = np.exp(logits)
        probs = terms / terms.sum(axis=1, keepdims=True)
        loss = -np.sum(Y * np.log(probs)) / n
        overflown = {"loss": loss, "d_W": X.T @ (probs - Y) / n, "d_b": np.mean(probs - Y, axis=0)}
    if not np.isfinite(loss):
        yield "nan or inf for features scaled by 1000: exp overflows, or log sees a 0", overflown


def _regression_check(f: Callable) -> Check:
    f = _alone(f, "nll_and_grad")
    return Check("nll_and_grad", f, nn_utils._REGRESSION, _regression_rivals)


def _regression_args(rng: np.random.Generator, n: int, d: int, k: int) -> tuple:
    return rng.normal(size=(n, d)), rng.normal(size=(d, k)), rng.normal(size=k), _one_hot(rng, n, k)


@hidden_test
def a4b_nll_and_grad_core(rng: np.random.Generator, nll_and_grad: Callable) -> None:
    """Loss and both gradients, one-hot targets and soft ones."""
    check = _regression_check(nll_and_grad)
    for n, d, k in ((7, 5, 3), (3, 2, 11), (5, 5, 5)):
        X, W, b, Y = _regression_args(rng, n, d, k)
        check.values(f"N = {n}, D = {d}, K = {k}, one-hot targets", case(X, W, b, Y))
        check.values("soft targets", case(X, W, b, _soft(rng, n, k)))
    check.done()


@hidden_test
def a4b_nll_and_grad_edges(rng: np.random.Generator, nll_and_grad: Callable) -> None:
    """Large features, one sample, one feature, one class, warnings, purity, loops over samples."""
    check = _regression_check(nll_and_grad)
    X, W, b, Y = _regression_args(rng, 7, 5, 3)
    check.values("features scaled by 1000", case(1000 * X, W, b, Y))
    check.values("one sample", case(X[:1], W, b, Y[:1]))
    check.values("one feature", case(X[:, :1], W[:1], b, Y))
    check.values("one class", case(X, W[:, :1], b[:1], np.ones((7, 1))))
    check.quiet(case(X, W, b, Y), case(1000 * X, W, b, Y))
    check.pure(case(X, W, b, Y))
    uniform = [np.full((n, 3), 1 / 3) for n in range(48)]
    check.no_loop(lambda n: case(np.ones((n, 5)), W, b, uniform[n]), "samples")
    check.done()


# --- E2 minibatches ---------------------------------------------------------------------------


@hidden_test
def a4b_minibatches_core(rng: np.random.Generator, minibatches: Callable) -> None:
    """Each sample once with its label, in batches that are as few and as large as announced."""
    f = _alone(minibatches, "minibatches")
    report = Report("minibatches")
    for n, batch_size in ((19, 7), (15, 5), (13, 1), (11, 11), (5, 17)):
        report.that(lambda n=n, size=batch_size: nn_utils._batches_finding(f, n, size))
    report.done()


@hidden_test
def a4b_minibatches_order(rng: np.random.Generator, minibatches: Callable) -> None:
    """A new order in each epoch, from rng alone; no samples."""
    f = _alone(minibatches, "minibatches")
    report = Report("minibatches")
    report.that(lambda: nn_utils._batches_finding(f, 47, 7))
    report.that(lambda: _origin_of_order_finding(f))
    report.that(lambda: nn_utils._batches_finding(f, 0, 3))
    report.done()


def _origin_of_order_finding(minibatches: Callable) -> Finding | None:
    """Return a finding if the order has another origin than rng, or mixes batches only."""

    def batches(seed: int, foreign_seed: int) -> list[list[float]]:
        np.random.seed(foreign_seed)
        epochs = nn_utils._one_epoch(minibatches, 47, 7, np.random.default_rng(seed)).value
        return [x[:, 0].tolist() for x, _ in epochs[0]]

    first, again, elsewhere, other = batches(1, 0), batches(1, 0), batches(1, 5), batches(2, 0)
    pattern = ""
    if first != elsewhere and first == again:
        pattern = "the result changes with np.random.seed: draw from rng alone"
    elif first != again:
        pattern = "two calls with equal generators have different orders: draw from rng alone"
    elif first == other:
        pattern = "another rng gives the same order: draw from rng"
    elif sorted(map(sorted, first)) == sorted(map(sorted, other)):
        pattern = "the same samples share a batch in every epoch: shuffle samples, not batches"
    return Finding("where the order comes from", {"pattern": pattern}) if pattern else None


# --- E3 FeedForwardNet ------------------------------------------------------------------------


def _wrong_backprop(params: Params, X: np.ndarray, Y: np.ndarray, mask: str, cache: str) -> Params:
    """Return gradients as they come from wrong networks.

    The ReLUs' backward passes use their `own` masks, those of the `last` one, or `none`. The
    affine layers' use their `own` caches, or those of the `last` one.
    """
    depth, inputs, masks = len(params) // 2, [], []
    for number in range(1, depth + 1):
        inputs.append(X)
        X = X @ params[f"W{number}"] + params[f"b{number}"]
        if number < depth:
            masks.append(X > 0)
            X = np.maximum(X, 0)
    loss = SoftmaxCrossEntropy()
    loss.forward(X, Y)
    d_out, grads = loss.backward(), {}
    for number in range(depth, 0, -1):
        if number < depth and mask != "none":
            d_out = d_out * masks[number - 1 if mask == "own" else -1]
        layer = depth if cache == "last" else number
        grads[f"W{number}"] = inputs[layer - 1].T @ d_out
        grads[f"b{number}"] = d_out.sum(axis=0)
        d_out = d_out @ params[f"W{layer}"].T
    return grads


def _net_rivals(params: Params, X: np.ndarray, Y: np.ndarray) -> Rivals:
    logits = nn_utils._exact_logits(params, X)
    num_classes, loss = logits.shape[1], SoftmaxCrossEntropy()
    yield (
        "negative logits never occur: no ReLU after the last layer",
        {"forward": np.maximum(logits, 0)},
    )
    no_biases = {name: p if name[0] == "W" else 0 * p for name, p in params.items()}
    sentence = "matches a network without biases"
    yield sentence, {"forward": nn_utils._exact_logits(no_biases, X)}
    linear = X
    for number in range(1, len(params) // 2 + 1):
        linear = linear @ params[f"W{number}"] + params[f"b{number}"]
    yield "matches a network without ReLU", {"forward": linear}
    loss.forward(logits, Y)
    probs = loss.cache[0]
    yield (
        f"softmax twice: the loss can never fall below {math.log(math.e + num_classes - 1) - 1:.3f}"
        f" = log(e + {num_classes - 1}) - 1 for {num_classes} classes",
        {"forward": probs, "loss": loss.forward(probs, Y)},
    )
    exchanged, last = _wrong_backprop(params, X, Y, "own", "own"), len(params) // 2
    exchanged |= {f"W{number}": exchanged[f"W{last + 1 - number}"] for number in range(1, last + 1)}
    yield "gradients exchanged: that of W1 stands under another key", {"grads": exchanged}
    for sentence, mask, cache in (
        ("d_W1 matches a linear network: the backward pass leaves ReLU out", "none", "own"),
        ("the backward pass of a ReLU used the mask of the last one", "last", "own"),
        ("gradient of W1 computed with the cache of the last layer", "own", "last"),
    ):
        # Where widths differ, the wrong network cannot even be computed.
        try:
            yield sentence, {"grads": _wrong_backprop(params, X, Y, mask, cache)}
        except ValueError:
            continue


def _net_check(f: Callable, *parts: str) -> Check:
    return nn_utils._net_check(f, parts, _net_rivals)


@hidden_test
def a4b_net_shapes(rng: np.random.Generator, FeedForwardNet: Callable) -> None:
    """Parameters, logits and probabilities of networks with one hidden layer."""
    f = _alone(FeedForwardNet, "FeedForwardNet")
    report = Report("FeedForwardNet")
    for sizes in ([5, 3, 11], [2, 7, 2]):
        report.that(lambda sizes=sizes: nn_utils._new_net_finding(f, sizes))
        report.that(lambda sizes=sizes: _random_weights_finding(f, sizes))
        for n in (13, 1):
            X = rng.normal(size=(n, sizes[0]))
            report.that(lambda sizes=sizes, X=X: _outputs_finding(f, sizes, X))
    report.done()


def _random_weights_finding(make_net: Callable, sizes: list[int]) -> Finding | None:
    def weights(seed: int) -> np.ndarray:
        return np.array(make_net(list(sizes), np.random.default_rng(seed)).params["W1"])

    first, again, other = weights(1), weights(1), weights(2)
    pattern = ""
    if not np.array_equal(first, again):
        pattern = "equal generators give different weights: draw from rng alone"
    elif np.array_equal(first, other):
        pattern = "another rng gives the same weights: draw from rng"
    lines = {"yours": nn_utils.show(first), "pattern": pattern}
    return Finding(f"the weights of a new network with sizes {sizes}", lines) if pattern else None


def _outputs_finding(make_net: Callable, sizes: list[int], X: np.ndarray) -> Finding | None:
    net = make_net(list(sizes), np.random.default_rng(1))
    shape = (len(X), sizes[-1])
    for name in ("forward", "predict_proba"):
        outcome = call(getattr(net, name, None) or nn_utils._undefined(name), X)
        where = f"{name} of {len(X)} samples, sizes {sizes}"
        if outcome.failure:
            return Finding(where, outcome.failure)
        if outcome.changed:
            return Finding(where, {"pattern": outcome.changed})
        if np.shape(outcome.value) != shape:
            lines = {"yours": f"shape {np.shape(outcome.value)}", "expected": f"shape {shape}"}
            return Finding(where, lines)
    sums = np.sum(outcome.value, axis=1)
    if np.min(outcome.value) < 0 or np.max(np.abs(sums - 1)) > 1e-9:
        return Finding(where, {"yours": f"rows sum to {nn_utils.show(sums[:3])}", "expected": "1"})
    return None


@hidden_test
def a4b_net_loss(rng: np.random.Generator, FeedForwardNet: Callable) -> None:
    """Logits, probabilities and loss at the network's parameters, which are read at call time."""
    f = _alone(FeedForwardNet, "FeedForwardNet")
    check = _net_check(f, "forward", "predict_proba", "loss")
    check.that(lambda: _reads_params_finding(f))
    # Equal widths: so a wrong backward pass, which costs points elsewhere, can be computed.
    for sizes in ((11, 11, 11), (3, 3, 3)):
        params, X = nn_utils._net_params(rng, *sizes), rng.normal(size=(13, sizes[0]))
        check.values("one-hot targets", case(params, X, _one_hot(rng, 13, sizes[-1])))
        check.values("soft targets", case(params, X, _soft(rng, 13, sizes[-1])))
        check.values("one sample", case(params, X[:1], _one_hot(rng, 1, sizes[-1])))
    far = case(params, 1000 * X, _soft(rng, 13, 3))
    check.values("inputs times 1000", far)
    check.quiet(far)
    check.pure(far)
    check.done()


def _reads_params_finding(make_net: Callable) -> Finding | None:
    """Return a finding if a network's loss stays what it was when its parameters change."""
    rng = np.random.default_rng(77)
    X, Y = rng.normal(size=(7, 3)), np.eye(3)[[0, 1, 2, 0, 1, 2, 0]]

    def losses(params: Params) -> tuple[float, float]:
        net = make_net([3, 3, 3], np.random.default_rng(5))
        before = net.loss_and_grads(X, Y)[0]
        net.params = params
        return float(before), float(net.loss_and_grads(X, Y)[0])

    losses.__wrapped__ = make_net
    outcome = call(losses, nn_utils._net_params(rng, 3, 3, 3))
    if outcome.failure:
        return Finding("a step of training", outcome.failure)
    if outcome.value[0] != outcome.value[1]:
        return None
    pattern = "loss unchanged after a step: look weights up in self.params in each call"
    return Finding("a step of training", {"yours": f"{outcome.value}", "pattern": pattern})


@hidden_test
def a4b_net_gradients(rng: np.random.Generator, FeedForwardNet: Callable) -> None:
    """Gradients with respect to all parameters, with one hidden layer."""
    check = _net_check(_alone(FeedForwardNet, "FeedForwardNet"), "grads")
    # Equal widths come first: there a wrong cache gives wrong numbers, not an error.
    for sizes in ((3, 3, 3), (5, 3, 11), (2, 7, 3)):
        params, X = nn_utils._net_params(rng, *sizes), rng.normal(size=(7, sizes[0]))
        where = f"sizes {list(sizes)}"
        check.values(where, case(params, X, _one_hot(rng, 7, sizes[-1])))
        check.values(f"{where}, soft targets", case(params, X, _soft(rng, 7, sizes[-1])))
    check.done()


@hidden_test
def a4b_net_depth(rng: np.random.Generator, FeedForwardNet: Callable) -> None:
    """No hidden layer, two of them and three."""
    f = _alone(FeedForwardNet, "FeedForwardNet")
    check = _net_check(f, "forward", "loss", "grads")
    for sizes in ([3, 3, 3, 3], [5, 7, 3, 2], [5, 11], [2, 3, 5, 3, 2]):
        check.that(lambda sizes=sizes: nn_utils._new_net_finding(f, sizes))
        params, X = nn_utils._net_params(rng, *sizes), rng.normal(size=(7, sizes[0]))
        check.values(f"sizes {sizes}", case(params, X, _one_hot(rng, 7, sizes[-1])))
    check.done()


@hidden_test
def a4b_net_state(rng: np.random.Generator, FeedForwardNet: Callable) -> None:
    """What a network answers depends on its parameters and the call, not on what came before."""
    f = _alone(FeedForwardNet, "FeedForwardNet")
    batches = [(rng.normal(size=(7, 4)), _one_hot(rng, 7, 4)) for _ in range(2)]
    report = Report("FeedForwardNet")
    for where, sentence, between in _STATES:
        report.that(lambda args=(f, batches, where, sentence, between): _state_finding(*args))
    report.done()


def _new_net(make_net: Callable, seed: int = 1) -> object:
    return make_net([4, 4, 4], np.random.default_rng(seed))


# What happens to a network before it is asked; it must not matter.
_STATES = (
    ("the same call twice", "a second call gives other gradients", lambda make, net, X, Y: None),
    (
        "predict_proba of other data in between",
        "predict_proba changes the gradients that come after it",
        lambda make, net, X, Y: net.predict_proba(X),
    ),
    (
        "forward of other data in between",
        "loss_and_grads answered for the data of an earlier forward",
        lambda make, net, X, Y: net.forward(X),
    ),
    (
        "loss_and_grads of other data in between",
        "loss_and_grads remembers an earlier call",
        lambda make, net, X, Y: net.loss_and_grads(X, Y),
    ),
    (
        "a second network in between",
        "two networks share their layers or parameters",
        lambda make, net, X, Y: _new_net(make, 2).loss_and_grads(X, Y),
    ),
)


def _state_finding(
    make_net: Callable, batches: list[tuple], where: str, sentence: str, between: Callable
) -> Finding | None:
    (X, Y), other = batches

    def answers() -> tuple:
        """Return parameters before and after, and answers of a fresh and of a used network."""
        fresh = _new_net(make_net).loss_and_grads(X, Y)
        net = _new_net(make_net)
        before = {name: np.array(p) for name, p in net.params.items()}
        between(make_net, net, *other)
        first = net.loss_and_grads(X, Y)
        kept = _copied(first)
        between(make_net, net, *other)
        later = _copied(first)
        return before, dict(net.params), fresh, kept, later, net.loss_and_grads(X, Y)

    answers.__wrapped__ = make_net
    outcome = call(answers)
    if outcome.failure:
        return Finding(where, outcome.failure)
    before, after, fresh, kept, later, second = outcome.value
    pattern = ""
    if set(fresh[1]) != set(before) or not any(map(np.any, fresh[1].values())):
        pattern = "the gradients are not there yet"
    elif not _equal(before, after):
        own = "asking a network changes its parameters"
        pattern = sentence if where.startswith("a second network") else own
    elif not (_equal(fresh, kept) and _equal(fresh, second)):
        pattern = sentence
    elif not _equal(later, kept):
        pattern = "the gradients of one call are overwritten by the next: return new arrays"
    return Finding(where, {"pattern": pattern}) if pattern else None


def _copied(answer: tuple) -> tuple:
    return answer[0], {name: np.array(gradient) for name, gradient in answer[1].items()}


def _equal(one: object, other: object) -> bool:
    """Tell whether two answers agree part by part, but for rounding."""
    parts, others = dict(nn_utils.leaves(one)), dict(nn_utils.leaves(other))
    return parts.keys() == others.keys() and all(
        np.allclose(parts[name], others[name], rtol=1e-9, atol=1e-12) for name in parts
    )


# --- E4 sgd_step ------------------------------------------------------------------------------


def _step_rivals(params: Params, grads: Params, lr: float) -> Rivals:
    for name, other in combinations([*params, *reversed(params)], 2):
        if name != other and np.broadcast_shapes(grads[other].shape, params[name].shape) == (
            params[name].shape
        ):
            new = {name: params[name] - lr * grads[other]}
            yield f"{name} updated with the gradient of {other}: pair by name", new


@hidden_test
def a4b_sgd_step_core(rng: np.random.Generator, sgd_step: Callable) -> None:
    """New parameters of networks of several depths, gradients in any order, purity."""
    f = _alone(sgd_step, "sgd_step")
    check = Check("sgd_step", f, nn_utils._STEP, _step_rivals)
    for sizes in ((3, 3), (3, 3, 3)):
        params, grads = (nn_utils._net_params(rng, *sizes) for _ in range(2))
        backwards = dict(reversed(grads.items()))
        check.values("gradients in another order", case(params, backwards, 0.3))
    params, grads = (nn_utils._net_params(rng, 5, 3, 2, 7) for _ in range(2))
    check.values("several lr", *(case(params, grads, lr) for lr in (0.01, 1.0, 7.0)))
    check.pure(case(params, grads, 0.3), case(params, grads, 0.0))
    check.done()


# --- E5 train ---------------------------------------------------------------------------------


class _WatchedNet:
    """A stand-in for a network that notes what training does with it.

    The loss of a batch is the mean of X[:, 0], and gradients are 1, whatever the parameters.
    """

    def __init__(self) -> None:
        self.params = nn_utils._net_params(np.random.default_rng(2), 2, 5, 3)
        self._calls: list[tuple] = []  # out of the reach of what is trained

    def loss_and_grads(self, X: np.ndarray, Y: np.ndarray) -> tuple[float, Params]:
        self._calls.append((np.array(X), np.array(Y), self.flat()))
        return float(np.mean(X[:, 0])), {name: np.ones(p.shape) for name, p in self.params.items()}

    def flat(self) -> np.ndarray:
        """Return all parameters in one row."""
        return np.concatenate([np.ravel(self.params[name]) for name in sorted(self.params)])

    def forward(self, X: np.ndarray) -> np.ndarray:
        return np.zeros((len(X), 3))

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        return np.full((len(X), 3), 1 / 3)


@dataclass
class _WatchedTraining:
    """One run of a student's training with a stand-in for a network, and what was seen."""

    train: Callable
    n: int
    epochs: int
    batch_size: int
    lr: float = 0.1

    def __post_init__(self) -> None:
        self.net = _WatchedNet()
        # Rows are told apart by their first number, which is also the loss of the sample.
        self.X = np.column_stack([np.arange(self.n) ** 2 / 10, np.arange(self.n) % 5])
        self.Y = np.eye(3)[np.arange(self.n) % 3]
        self.data = DataVault(self.X.copy(), self.Y.copy(), -1 - self.X, self.Y[::-1].copy())
        self.before = {name: p.copy() for name, p in self.net.params.items()}
        rng = np.random.default_rng(9)
        self.outcome = call(
            self.train, self.net, self.data, self.epochs, self.batch_size, self.lr, rng
        )
        # Calls with all samples, or with others, do not count: training may evaluate as it likes.
        self.batches = [
            batch
            for batch in self.net._calls
            if len(batch[0]) <= self.batch_size and np.isin(batch[0][:, 0], self.X[:, 0]).all()
        ]

    def steps(self) -> np.ndarray:
        """Return the largest change of a parameter from each batch to the next."""
        places = np.array([*(flat for _, _, flat in self.batches), self.net.flat()])
        return np.abs(np.diff(places, axis=0)).max(axis=1)

    def finding(self) -> Finding | None:
        """Return what is wrong with the batches, the parameters or the history."""
        where = f"{self.epochs} epochs of {self.n} samples, batches of {self.batch_size}"
        if self.outcome.failure:
            return Finding(where, self.outcome.failure)
        pattern = self._data_pattern() or self._order_pattern() or self._step_pattern()
        return Finding(where, {"pattern": pattern}) if pattern else self._history_finding(where)

    def _data_pattern(self) -> str:
        if not np.array_equal(self.X, self.data.X_train):
            return "training changed X_train in place"
        if not np.array_equal(self.Y, self.data.Y_train):
            return "training changed Y_train in place"
        label = dict(zip(self.X[:, 0], map(tuple, self.Y), strict=True))
        for X, Y, _ in self.batches:
            if [label[x] for x in X[:, 0]] != list(map(tuple, Y)):
                return "a row of X no longer belongs to its label"
        return ""

    def _order_pattern(self) -> str:
        if not self.net._calls:
            return "net.loss_and_grads was never called: train the network that is given"
        used = [x for X, _, _ in self.batches for x in X[:, 0]]
        if len(used) != self.n * self.epochs:
            number = f"{len(used)} samples in {self.epochs} epochs of {self.n}"
            return f"loss_and_grads saw {number}, in batches of at most {self.batch_size}"
        orders = np.reshape(used, (self.epochs, self.n))
        if (np.sort(orders, axis=1) != self.X[:, 0]).any():
            return "an epoch does not use each sample once"
        if self.epochs > 1 and (orders == orders[0]).all():
            return "all epochs use the same order"
        return ""

    def _step_pattern(self) -> str:
        sizes = self.steps()
        if not sizes.any():
            return "the parameters of net are as before"
        for name, old in self.before.items():
            if np.array_equal(old, self.net.params[name]):
                return f"{name} never changes"
        per_epoch = len(sizes) // self.epochs
        for growth in (np.arange(len(sizes)), np.arange(len(sizes)) % per_epoch):
            if len(sizes) > 2 and np.allclose(sizes, sizes[0] * (growth + 1)):
                return (
                    "the step size grows with the batch index, though all gradients are equal: "
                    "gradients of earlier batches are added up"
                )
        return ""

    def _history_finding(self, where: str) -> Finding | None:
        losses = call(np.array, self.outcome.value, dtype=float).value
        if np.shape(losses) != (self.epochs,):
            expected = f"{self.epochs} floats, one mean loss per epoch"
            return Finding(
                where, {"yours": nn_utils.show(self.outcome.value), "expected": expected}
            )
        mean = self.X[:, 0].mean()
        if np.allclose(losses, mean, rtol=1e-9):
            return None
        means = np.array([X[:, 0].mean() for X, _, _ in self.batches]).reshape(self.epochs, -1)
        pattern = ""
        for sentence, rival in (
            ("this is the mean of the batches' means", means.mean(axis=1)),
            ("this is a sum over the batches", means.sum(axis=1)),
            ("this is a sum over the samples", np.full(self.epochs, mean * self.n)),
            ("this is the loss of the last batch", means[:, -1]),
            ("this is the sum over the epochs so far", mean * np.arange(1, self.epochs + 1)),
        ):
            pattern = pattern or (sentence if np.allclose(losses, rival) else "")
        lines = {
            "yours": nn_utils.show(losses),
            "expected": f"{nn_utils.show(mean)} in each epoch",
            "pattern": f"epoch loss differs from the mean over samples; {pattern}".strip("; "),
        }
        return Finding(where, lines)


@hidden_test
def a4b_train_epochs(rng: np.random.Generator, train: Callable) -> None:
    """Each sample once per epoch, in a new order; all parameters move; the history is a mean."""
    f = _alone(train, "train")
    report = Report("train")
    # 47 samples: by chance two epochs have the same order once in 10^59 runs.
    for n, epochs, batch_size in ((47, 3, 7), (47, 2, 100), (20, 2, 5)):
        report.that(lambda args=(n, epochs, batch_size): _WatchedTraining(f, *args).finding())
    report.that(lambda: _lr_finding(f))
    report.done()


def _lr_finding(train: Callable) -> Finding | None:
    steps = [_WatchedTraining(train, 20, 1, 20, lr).steps().max(initial=0) for lr in (0.1, 0.2)]
    if math.isclose(2 * steps[0], steps[1], rel_tol=1e-6):
        return None
    pattern = "twice the lr does not make the first step twice as large"
    return Finding("lr = 0.1 and lr = 0.2", {"yours": nn_utils.show(steps), "pattern": pattern})


# The trainings that a right answer has to get through; benchmarks/calibrate_training.py runs
# them with many seeds and shows what the bar leaves to chance.
SUBSET = {"sizes": [64, 32, 10], "epochs": 60, "batch_size": 11, "lr": 0.1}
FULL = {"sizes": [64, 64, 10], "epochs": 40, "batch_size": 48, "lr": 0.4}
TEST_ACCURACY = 0.95


def _digits() -> tuple[np.ndarray, ...]:
    """Return X_train, Y_train, X_test and the labels y_test."""
    files = np.load(Path(__file__).parent / "digits.npz")
    X_train, X_test = files["X_train"] / 16, files["X_test"] / 16
    return X_train, np.eye(10)[files["y_train"]], X_test, files["y_test"]


def trained_accuracy(train: Callable, settings: dict, seed: int, subset: int | None) -> tuple:
    """Train a right network; return accuracy (of the subset or the test set), and the history."""
    X_train, Y_train, X_test, y_test = _digits()
    rng = np.random.default_rng([seed, 1])
    net = FeedForwardNet(settings["sizes"], rng)
    if subset:
        chosen = rng.choice(len(X_train), size=subset, replace=False)
        X_train, Y_train = X_train[chosen], Y_train[chosen]
    data = DataVault(X_train.copy(), Y_train.copy(), X_test, np.eye(10)[y_test])
    history = train(net, data, settings["epochs"], settings["batch_size"], settings["lr"], rng)
    X, y = (X_train, Y_train.argmax(axis=1)) if subset else (X_test, y_test)
    return _accuracy(net.forward(X), y), history


@hidden_test
def a4b_train_learns(rng: np.random.Generator, train: Callable) -> None:
    """60 digits are learned by heart, and all of them well enough for digits never seen."""
    f = _alone(train, "train")
    seed = int(rng.integers(2**31))
    report = Report("train")
    report.that(lambda: _learning_finding(f, seed, SUBSET, 60, 1.0))
    report.that(lambda: _learning_finding(f, seed, FULL, None, TEST_ACCURACY))
    report.done()


def _learning_finding(
    train: Callable, seed: int, settings: dict, subset: int | None, bar: float
) -> Finding | None:
    what = f"{subset} digits, learned by heart" if subset else "all digits, judged on the test set"
    outcome = call(trained_accuracy, train, settings, seed, subset)
    if outcome.failure:
        # `call` looks for the student's line in the function that it calls.
        run = functools.wraps(train)(lambda: trained_accuracy(train, settings, seed, subset))
        return Finding(what, call(run).failure)
    accuracy, history = outcome.value
    if accuracy >= bar:
        return None
    pattern = ""
    if np.size(history) > 5 and np.min(history) > 0.5 * np.max(history) and np.ptp(history) > 0:
        pattern = f"the loss restarts at {np.mean(history):.2g} every epoch"
    if not np.isfinite(accuracy) or np.size(history) and not np.isfinite(np.sum(history)):
        pattern = "the loss became nan"
    lines = {
        "input": ", ".join(f"{name} = {value}" for name, value in settings.items()),
        "yours": f"accuracy {accuracy:.3f}",
        "expected": f"at least {bar:.2f}",
        "pattern": pattern,
    }
    return Finding(what, lines)


@hidden_test
def a4b_train_sealed(rng: np.random.Generator, train: Callable) -> None:
    """The test set is not read; equal generators give equal results, and others do not."""
    f = _alone(train, "train")
    seed = int(rng.integers(2**31))
    report = Report("train")
    report.that(lambda: _leak_finding(f, seed))
    report.that(lambda: _determinism_finding(f, seed))
    report.done()


def _small_training(train: Callable, seed: int, foreign_seed: int, sealed: bool = False) -> tuple:
    """Return the outcome of training on 23 samples, the parameters after it, and the data."""
    source = np.random.default_rng(3)
    X, Y = source.normal(size=(23, 5)), _one_hot(source, 23, 3)
    data, net = DataVault(X, Y, X[:7] + 1, Y[:7]), FeedForwardNet([5, 4, 3], source)
    answer, seen = net.loss_and_grads, []
    net.loss_and_grads = lambda X, Y: seen.extend(X) or answer(X, Y)
    np.random.seed(foreign_seed)
    args = (net, data, 3, 7, 0.1, np.random.default_rng(seed))
    before = {name: p.copy() for name, p in net.params.items()}
    if sealed:
        with data.sealed(lambda: 1 + max(0, len(seen) - 1) // len(X)):
            outcome = call(train, *args)
    else:
        outcome = call(train, *args)
    return outcome, net.params, before, data


def _leak_finding(train: Callable, seed: int) -> Finding | None:
    where = "the test set stays closed"
    outcome, after, before, data = _small_training(train, seed, 0, sealed=True)
    if data.leaks:
        line = (outcome.failure or {}).get("your line", "")
        question = "what would the accuracy on the test set mean afterwards?"
        return Finding(where, {"your line": line, "pattern": data.leaks[0], "try": question})
    if outcome.failure:
        return Finding(where, outcome.failure)
    if _equal(before, after):
        return Finding(
            where, {"pattern": "the parameters of net are as before: nothing was learned"}
        )
    return None


def _determinism_finding(train: Callable, seed: int) -> Finding | None:
    runs = [
        _small_training(train, s, foreign) for s, foreign in ((seed, 0), (seed, 1), (seed + 1, 0))
    ]
    first, again, other = (params for _, params, _, _ in runs)
    pattern = ""
    if not _equal(first, again):
        pattern = "equal generators give different networks: draw from rng alone"
    elif _equal(first, other):
        pattern = "another rng gives the same network: draw the order from rng"
    return Finding("random numbers come from rng", {"pattern": pattern}) if pattern else None


# --- E6 accuracy ------------------------------------------------------------------------------


def _accuracy_rivals(probs: np.ndarray, labels: np.ndarray) -> Rivals:
    n, k = probs.shape
    hits = np.argmax(probs, axis=1) == labels
    chosen = probs[np.arange(n), labels]
    if n == k:
        columns = np.argmax(probs, axis=0) == labels
        yield "argmax over samples, axis 0; each row is one sample", np.mean(columns)
    of_class = [hits[labels == label].mean() for label in np.unique(labels)]
    yield "mean over classes, not over samples", np.mean(of_class)
    yield "row with largest probability below 0.5 counted as wrong", np.mean(chosen > 0.5)
    rows = np.eye(k)[labels]
    sentence = "compares probabilities with labels, not the chosen class"
    yield sentence, np.mean(probs == rows)
    yield sentence, np.mean(np.all(np.round(probs) == rows, axis=1))
    yield sentence, np.mean(np.round(probs) == rows)
    yield "a number of hits; a fraction of the samples is wanted", np.sum(hits)
    yield "the share of wrong answers; accuracy counts the right ones", 1 - np.mean(hits)
    yield "the mean probability of the right class", np.mean(chosen)


@hidden_test
def a4b_accuracy_core(rng: np.random.Generator, accuracy: Callable) -> None:
    """Several shapes, unsure rows, rare classes, logits, one sample, no samples, purity."""
    f = _alone(accuracy, "accuracy")
    check = Check("accuracy", f, nn_utils._ACCURACY, _accuracy_rivals)
    unsure = np.array([[0.4, 0.3, 0.3], [0.2, 0.4, 0.4 - 1e-9], [0.9, 0.1, 0.0], [0.35, 0.4, 0.25]])
    check.values("largest probability 0.4", case(unsure, np.array([0, 1, 0, 0])))
    square = np.array([[0.6, 0.3, 0.1], [0.7, 0.2, 0.1], [0.3, 0.3, 0.4]])
    check.values("as many classes as samples", case(square, np.array([0, 0, 0])))
    for n, k in ((47, 3), (13, 11), (5, 2)):
        probs = _soft(rng, n, k)
        labels = np.where(rng.random(n) < 0.6, probs.argmax(axis=1), rng.integers(k, size=n))
        check.values(f"N = {n}, K = {k}", case(probs, labels), case(probs, labels.astype(np.uint8)))
    check.values("one sample", case(square[:1], np.array([1])), case(square[:1], np.array([0])))
    check.values("logits", case(np.array([[-3.0, -1.0], [5.0, 2.0]]), np.array([1, 1])))
    none = np.zeros(0, dtype=int)
    no_mean = "the accuracy of no samples is not defined"
    check.raises("no samples", ValueError, case(np.zeros((0, 3)), none), pattern=no_mean)
    check.pure(case(square, np.array([0, 0, 0])))
    check.done()


# --- E7 the diary -----------------------------------------------------------------------------


@hidden_test
def a4b_diary_loss(rng: np.random.Generator, initial_loss_expected: float) -> None:
    """The loss of a network that knows nothing about ten classes."""
    report = Report("initial_loss_expected")
    report.that(lambda: nn_utils._initial_loss_finding(initial_loss_expected))
    report.done()


@hidden_test
def a4b_diary_gradient(
    rng: np.random.Generator,
    first_layer_grad_rms: float,
    params: Params,
    X: np.ndarray,
    Y: np.ndarray,
) -> None:
    """The root mean square of the gradient of W1 at the parameters of the diary's network."""
    report = Report("first_layer_grad_rms")
    report.that(lambda: nn_utils._grad_rms_finding(first_layer_grad_rms, params, X, Y))
    report.done()
