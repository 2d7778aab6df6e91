"""Hidden tests of notebook 7, pytorch."""

import dataclasses
import itertools
from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import nn_utils
import torch_checks
from hidden_tests import hidden_test
from nn_utils import Check, Report, case

Params = list[tuple[np.ndarray, np.ndarray]]


# --- Right versions of earlier exercises, for answers that build on them ------------------------


def _predict(X: torch.Tensor, weights: list, biases: list) -> torch.Tensor:
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        X = torch.relu(X @ W + b)
    return X @ weights[-1] + biases[-1]


def _get_model_weights(L: int, K: int, device: str = "cpu") -> tuple[list, list]:
    rng = np.random.default_rng(torch.initial_seed())
    return torch_checks.first_network(rng, [2, *[K] * (L - 1), 1])


class _DigitsNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        return self.layers(X)


def _train_epoch(
    model: nn.Module, X: torch.Tensor, y: torch.Tensor, optimizer: object, batch_size: int
) -> float:
    model.train()
    total = 0.0
    for rows in torch.randperm(len(X)).split(batch_size):
        loss = F.cross_entropy(model(X[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(rows)
    return total / len(X)


def _evaluate(model: nn.Module, X: torch.Tensor, y: torch.Tensor) -> float:
    model.eval()
    with torch.no_grad():
        return float((model(X).argmax(dim=1) == y).float().mean())


_RIGHT = {
    "predict": _predict,
    "get_model_weights": _get_model_weights,
    "DigitsNet": _DigitsNet,
    "train_epoch": _train_epoch,
    "evaluate": _evaluate,
}


def _alone(f: Callable, name: str) -> Callable:
    """Return what the student's cell defines by itself, beside right earlier exercises."""
    provided = {other: right for other, right in _RIGHT.items() if other != name}
    return nn_utils.rebuild(f, name, {"torch": torch, "nn": nn, "F": F, **provided})


def _seeded(rng: np.random.Generator) -> None:
    torch.manual_seed(int(rng.integers(2**31)))


# --- E1 to_torch --------------------------------------------------------------------------------


def _network(rng: np.random.Generator, *sizes: int) -> Params:
    pairs = itertools.pairwise(sizes)
    return [(rng.normal(size=pair), rng.normal(size=pair[1])) for pair in pairs]


def _parity_rivals(params: Params, X: np.ndarray) -> Iterator[tuple[str, dict]]:
    square = all(W.shape[0] == W.shape[1] for W, _ in params)
    if square:
        yield (
            "torch.nn.Linear stores its weight as (out, in): the transpose of W",
            torch_checks.PARITY.exact([(W.T, b) for W, b in params], X),
        )
    yield (
        "a constant offset per output: the biases are missing",
        torch_checks.PARITY.exact([(W, 0 * b) for W, b in params], X),
    )


def _parity_signs(got: dict, want: dict, *args: object) -> Iterator[str]:
    if np.allclose(got["output"], want["output"], rtol=1e-4, atol=1e-5):
        yield "differences of 1e-7: float32 is involved, and the task is float64"
    if got["output"].shape == want["output"].shape and (got["output"] >= 0).all():
        yield "no negative output: there is no ReLU behind the last layer"


_PARITY = dataclasses.replace(torch_checks.PARITY, signs=_parity_signs)


def _parity_check(f: Callable) -> Check:
    f = _alone(f, "to_torch")
    return Check("to_torch", torch_checks.parity(f), _PARITY, _parity_rivals)


@hidden_test
def a7_to_torch_core(rng: np.random.Generator, to_torch: Callable) -> None:
    """Are output and gradients those of the NumPy network?"""
    check = _parity_check(to_torch)
    for where, sizes in (
        ("one layer", (5, 3)),
        ("square layers", (3, 3, 3)),
        ("three layers", (5, 7, 3, 2)),
        ("four layers", (2, 11, 5, 3, 1)),
    ):
        check.values(where, case(_network(rng, *sizes), rng.normal(size=(7, sizes[0]))))
    check.done()


@hidden_test
def a7_to_torch_own(rng: np.random.Generator, to_torch: Callable) -> None:
    """Are the model's numbers its own, in float64, and the arrays left alone?"""
    f = _alone(to_torch, "to_torch")
    report = Report("to_torch")
    for sizes in ((5, 3), (3, 3, 3), (5, 7, 2)):
        params = _network(rng, *sizes)
        report.that(lambda params=params: torch_checks.float64_finding(f, params))
        report.that(lambda params=params: torch_checks.shared_memory_finding(f, params))
    report.done()


# --- E2 get_model_weights -----------------------------------------------------------------------


@hidden_test
def a7_get_model_weights_shapes(rng: np.random.Generator, get_model_weights: Callable) -> None:
    """Do shapes, leaves and biases fit, with other depths and widths?"""
    _seeded(rng)
    f = _alone(get_model_weights, "get_model_weights")
    report = Report("get_model_weights")
    for L, K in ((2, 5), (3, 7), (6, 3)):
        report.that(lambda L=L, K=K: torch_checks.weights_finding(f, L, K))
    report.done()


@hidden_test
def a7_get_model_weights_spread(rng: np.random.Generator, get_model_weights: Callable) -> None:
    """Has each layer the spread that its number of inputs asks for?"""
    _seeded(rng)
    f = _alone(get_model_weights, "get_model_weights")
    report = Report("get_model_weights")
    for L, K in ((2, 211), (3, 151), (5, 131)):
        report.that(lambda L=L, K=K: torch_checks.weights_finding(f, L, K, spread=True))
    report.done()


# --- E3 predict ---------------------------------------------------------------------------------


def _predict_rivals(X: np.ndarray, weights: list, biases: list) -> Iterator[tuple[str, dict]]:
    without = [0 * b for b in biases]
    yield "the biases are missing", torch_checks.PREDICT.exact(X, weights, without)


def _predict_signs(
    got: dict, want: dict, X: np.ndarray, weights: list, biases: list
) -> Iterator[str]:
    output, linear = got["output"], X
    for W, b in zip(weights, biases, strict=True):
        linear = linear @ W + b
    if output.shape == want["output"].shape:
        if np.allclose(output, np.maximum(want["output"], 0), atol=1e-9):
            yield "no negative predictions: there is no ReLU behind the last layer"
        if np.allclose(output, linear):
            yield "the network is linear: no activation between the layers"
        if np.allclose(output, 1):
            yield "rows sum to 1: a softmax over one output makes every prediction 1"


def _predict_check(predict: Callable, part: str | None = None) -> Check:
    definition = dataclasses.replace(torch_checks.PREDICT, signs=_predict_signs)
    run = torch_checks.differentiated(_alone(predict, "predict"))
    return Check("predict", run, definition, _predict_rivals)


def _plane_case(rng: np.random.Generator, N: int, *sizes: int) -> nn_utils.Case:
    params = _network(rng, *sizes)
    return case(rng.normal(size=(N, 2)), [W for W, _ in params], [b for _, b in params])


@hidden_test
def a7_predict_output(rng: np.random.Generator, predict: Callable) -> None:
    """Is the output right for two to five layers, and for one sample?"""
    definition = nn_utils.formula(
        lambda X, weights, biases: torch_checks.network_output(
            X, list(zip(weights, biases, strict=True))
        )
    )

    def rivals(X: np.ndarray, weights: list, biases: list) -> Iterator[tuple[str, np.ndarray]]:
        params = [(W, 0 * b) for W, b in zip(weights, biases, strict=True)]
        yield "the biases are missing", torch_checks.network_output(X, params)

    def signs(got: np.ndarray, want: np.ndarray, *args: object) -> Iterator[str]:
        yield from _predict_signs({"output": got}, {"output": want}, *args)

    run = torch_checks.evaluated(_alone(predict, "predict"))
    check = Check("predict", run, dataclasses.replace(definition, signs=signs), rivals)
    for where, N, sizes in (
        ("two layers", 7, (2, 5, 1)),
        ("three layers", 11, (2, 5, 3, 1)),
        ("five layers", 7, (2, 3, 5, 7, 3, 1)),
        ("one sample", 1, (2, 5, 1)),
    ):
        check.values(where, _plane_case(rng, N, *sizes))
    check.done()


@hidden_test
def a7_predict_gradients(rng: np.random.Generator, predict: Callable) -> None:
    """Do gradients reach all weights and biases, and is X left alone?"""
    check = _predict_check(predict)
    for where, N, sizes in (("two layers", 7, (2, 5, 1)), ("four layers", 5, (2, 7, 3, 5, 1))):
        check.values(where, _plane_case(rng, N, *sizes))
    check.pure(_plane_case(rng, 7, 2, 5, 1))
    check.done()


# --- E4 train_network ---------------------------------------------------------------------------


def _training(rng: np.random.Generator, train_network: Callable, aspects: set[str]) -> None:
    _seeded(rng)
    f = _alone(train_network, "train_network")
    report = Report("train_network")
    report.that(lambda: torch_checks.training_finding(f, rng, aspects))
    report.done()


@hidden_test
def a7_train_network_loss(rng: np.random.Generator, train_network: Callable) -> None:
    """Is there one float per step, and is the first the mean squared error at the start?"""
    _training(rng, train_network, {"losses"})


@hidden_test
def a7_train_network_steps(rng: np.random.Generator, train_network: Callable) -> None:
    """Do the weights that came in change, by steps that each use a fresh gradient?"""
    _training(rng, train_network, {"steps"})


@hidden_test
def a7_train_network_bar(rng: np.random.Generator, train_network: Callable) -> None:
    """Does the loss come below the bar?"""
    _training(rng, train_network, {"bar"})


# --- E5 init_statistics -------------------------------------------------------------------------


@hidden_test
def a7_init_statistics_values(rng: np.random.Generator, init_statistics: Callable) -> None:
    """Are the values those of the pre-activations, for several activations and depths?"""
    f = _alone(init_statistics, "init_statistics")
    for activation, phi in torch_checks.ACTIVATIONS:
        check = torch_checks.statistics_check(f, activation, phi)
        for N, sizes in ((17, (5, 7, 11, 3)), (11, (3, 17)), (1, (2, 5, 5, 5, 5, 2))):
            where = f"{N} samples, widths {sizes}"
            check.values(where, case(_network(rng, *sizes), rng.normal(size=(N, sizes[0]))))
        check.done()


@hidden_test
def a7_init_statistics_clean(rng: np.random.Generator, init_statistics: Callable) -> None:
    """Does nothing stay behind, neither hook nor graph?"""
    f = _alone(init_statistics, "init_statistics")
    report = Report("init_statistics")
    for sizes in ((5, 7, 3), (3, 5)):
        params, X = _network(rng, *sizes), rng.normal(size=(7, sizes[0]))
        report.that(lambda params=params, X=X: torch_checks.leftover_finding(f, params, X))
    report.done()


# --- E6 the digits ------------------------------------------------------------------------------


@hidden_test
def a7_digits_net_core(rng: np.random.Generator, DigitsNet: type) -> None:
    """Are the layers registered, and are the outputs ten logits?"""
    _seeded(rng)
    report = Report("DigitsNet")
    report.that(lambda: torch_checks.net_finding(_alone(DigitsNet, "DigitsNet")))
    report.done()


@hidden_test
def a7_train_epoch_core(rng: np.random.Generator, train_epoch: Callable) -> None:
    """Does each sample reach the model once, in training mode, and does the model learn?"""
    _seeded(rng)
    f = _alone(train_epoch, "train_epoch")
    report = Report("train_epoch")
    for _ in range(2):
        report.that(lambda: torch_checks.epoch_finding(f, rng))
    report.done()


@hidden_test
def a7_evaluate_core(rng: np.random.Generator, evaluate: Callable) -> None:
    """Is the accuracy right, without a trace in the model?"""
    _seeded(rng)
    f = _alone(evaluate, "evaluate")
    report = Report("evaluate")
    for N in (53, 1, 2, 97):
        report.that(lambda N=N: torch_checks.evaluation_finding(f, rng, N))
    report.done()


@hidden_test
def a7_train_digits_core(
    rng: np.random.Generator, train_digits: Callable, data: nn_utils.DataVault
) -> None:
    """Does a new training reach the bar, without the test data?"""
    _seeded(rng)
    f = _alone(train_digits, "train_digits")
    report = Report("train_digits")
    report.that(lambda: torch_checks.digits_finding(f, data, torch_checks.DIGITS_BAR))
    report.done()
