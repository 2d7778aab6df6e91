"""Checks for the exercises in PyTorch, assignment A7; they belong to nn_utils.py, and need torch.

They stand in a file of their own, because all other assignments do without PyTorch. Reference
values are plain loops and the complex step, as in nn_utils.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Iterator

import numpy as np
import torch

import nn_utils
from nn_utils import Check, Finding, Report, call, case, formula, show

# Error messages of PyTorch that students meet most, and what they mean.
nn_utils._MEANINGS += [
    (
        r"mat1 and mat2 shapes cannot be multiplied",
        RuntimeError,
        "the inner sizes of a product differ; torch.nn.Linear stores its weight as (out, in)",
    ),
    (
        r"must have the same dtype|expected .* scalar type|Found dtype",
        RuntimeError,
        "PyTorch does not mix float32 and float64: give all tensors the dtype of the data",
    ),
    (
        r"does not require grad",
        RuntimeError,
        "the loss has no grad_fn: it was computed under no_grad, from detached tensors, or from "
        "weights without requires_grad",
    ),
    (
        r"modified by an inplace operation",
        RuntimeError,
        "a tensor that the backward pass needs was changed in place: make a new one",
    ),
]


def plain(value: object) -> object:
    """Return tensors, also in lists and tuples, as arrays."""
    if isinstance(value, (list, tuple)):
        return type(value)(plain(part) for part in value)
    return value.detach().numpy() if isinstance(value, torch.Tensor) else value


# --- Definitions ------------------------------------------------------------------------------


def network_output(X: object, params: list) -> np.ndarray:
    """Return what a ReLU network with a linear last layer computes, also for complex numbers.

    Parameters
    ----------
    X : array_like, shape (N, D)
    params : list of pairs (W, b)
        Shapes (D, H) and (H,), and so on.

    Returns
    -------
    ndarray, shape (N, K)
    """
    return nn_utils._sums(np.asarray(X), params, nn_utils._relu)[-1]


def half_squares(X: object, *flat: object) -> complex:
    """Return half the sum of the squared outputs; the parameters come as W1, b1, W2, ..."""
    params = list(zip(flat[::2], flat[1::2], strict=True))
    return np.sum(network_output(X, params) ** 2) / 2


def slopes(params: list, X: np.ndarray) -> list[np.ndarray]:
    """Return the gradients of `half_squares` with respect to W1, b1, W2, ..."""
    flat = [array for layer in params for array in layer]
    names = {position: str(position) for position in range(1, len(flat) + 1)}
    return list(nn_utils._slopes(half_squares, (X, *flat), names).values())


# --- E1 to_torch ------------------------------------------------------------------------------


PARITY = formula(
    # torch.nn.Linear has the transpose of W; that of b is b.
    lambda params, X: {
        "output": network_output(X, params),
        "grads": tuple(slope.T for slope in slopes(params, X)),
    },
    dtype=lambda *args: np.dtype(float),
    rtol=1e-10,
)


def parity(to_torch: Callable) -> Callable:
    """Return a function that runs the model that `to_torch` makes, forward and backward.

    Parameters
    ----------
    to_torch : callable
        From a list of pairs (W, b) of arrays to a ``torch.nn.Module``.

    Returns
    -------
    callable
        ``f(params, X)`` returns the model's output, and the gradients of half the sum of its
        squares with respect to the model's parameters, as arrays.
    """

    def run(params: list, X: np.ndarray) -> tuple:
        model = to_torch(params)
        output = model(torch.tensor(X))
        (output**2).sum().div(2).backward()
        return plain(output), plain([parameter.grad for parameter in model.parameters()])

    run.__wrapped__ = to_torch
    return run


def shared_memory_finding(to_torch: Callable, params: list) -> Finding | None:
    """Return a finding if a change of the model's tensors changes the arrays of `params`."""
    copies = [(W.copy(), b.copy()) for W, b in params]
    outcome = call(to_torch, copies)
    if outcome.failure:
        return Finding("a model of its own", outcome.failure)
    for parameter in outcome.value.parameters():
        parameter.data.add_(1.0)
    kept = all(
        np.array_equal(a, b)
        for layer, copy in zip(params, copies, strict=True)
        for a, b in zip(layer, copy, strict=True)
    )
    pattern = "changing the model's tensors changed the numpy arrays: copy the numbers"
    return None if kept else Finding("a model of its own", {"pattern": pattern})


def float64_finding(to_torch: Callable, params: list) -> Finding | None:
    """Return a finding if a parameter of the model is not float64."""
    outcome = call(to_torch, params)
    if outcome.failure:
        return Finding("float64", outcome.failure)
    dtypes = {parameter.dtype for parameter in outcome.value.parameters()}
    if dtypes == {torch.float64}:
        return None
    lines = {"yours": f"dtypes {sorted(map(str, dtypes))}", "expected": "torch.float64"}
    return Finding("float64", lines)


def check_to_torch(to_torch: Callable) -> None:
    """Check exercise 7 E1, ``to_torch(params)``."""
    rng = np.random.default_rng(7)
    params = [(rng.normal(size=(5, 3)), rng.normal(size=3)), (rng.normal(size=(3, 2)), np.ones(2))]
    check = Check("to_torch", parity(to_torch), PARITY)
    check.values("two layers", case(params, rng.normal(size=(7, 5))))
    check.that(lambda: shared_memory_finding(to_torch, params))
    check.done()


# --- E2 get_model_weights ---------------------------------------------------------------------


def weights_finding(
    get_model_weights: Callable, L: int, K: int, spread: bool = False
) -> Finding | None:
    """Return what is wrong with the first weights of a network, if anything is.

    Parameters
    ----------
    get_model_weights : callable
    L, K : int
        Number of layers and width of the hidden ones.
    spread : bool, optional
        Whether to look at the standard deviations instead of all else; K is 97 or more then.
    """
    where = f"L = {L}, K = {K}"
    outcome = call(get_model_weights, L, K, "cpu")
    if outcome.failure:
        return Finding(where, outcome.failure)
    try:
        weights, biases = outcome.value
        got = [tuple(tensor.shape) for tensor in [*weights, *biases]]
    except (TypeError, ValueError, AttributeError):
        expected = "a pair: list of weights, list of biases"
        return Finding(where, {"yours": show(outcome.value), "expected": expected})
    shapes = list(itertools.pairwise([2, *[K] * (L - 1), 1]))
    want = [*shapes, *[(fan_out,) for _, fan_out in shapes]]
    if got != want:
        last = len(got) == len(want) and got[L - 1] != want[L - 1]
        pattern = "the last layer maps K numbers to 1" if last else ""
        lines = {"yours": f"shapes {got}", "expected": f"shapes {want}", "pattern": pattern}
        return Finding(where, lines)
    if spread:
        spreads = (_spread_finding(where, *pair) for pair in enumerate(plain(weights), start=1))
        return next((finding for finding in spreads if finding is not None), None)
    if len({tensor.data_ptr() for tensor in [*weights, *biases]}) < 2 * L:
        return Finding(where, {"pattern": "two layers are the same tensor: they learn the same"})
    for name, tensors in (("weights", weights), ("biases", biases)):
        for layer, tensor in enumerate(tensors, start=1):
            if sentence := _leaf_complaint(tensor):
                return Finding(f"{where}: {name} of layer {layer}", {"pattern": sentence})
    if any(tensor.abs().max() > 0 for tensor in biases):
        return Finding(where, {"pattern": "biases are not 0"})
    return None


def _leaf_complaint(tensor: torch.Tensor) -> str:
    if not tensor.requires_grad:
        return "requires_grad is False: nothing would be learned"
    if not tensor.is_leaf:
        return "is_leaf is False, so grad stays None: scale first, then requires_grad_()"
    if tensor.dtype != torch.float32:
        return f"dtype {tensor.dtype}: PyTorch's networks use float32"
    return ""


def _spread_finding(where: str, layer: int, weight: np.ndarray) -> Finding | None:
    """Return a finding if the weights do not have variance 2 / fan_in.

    The mean of n squared normal numbers is off by a part of sqrt(2 / n); seven times that happens
    less than once in 10^9 for n of 97 and more.
    """
    fan_in, fan_out = weight.shape
    mean_square, slack = float(np.mean(weight.astype(float) ** 2)), 7 * math.sqrt(2 / weight.size)
    if abs(mean_square * fan_in / 2 - 1) <= slack:
        return None
    others = {
        "sqrt(2 / fan_out)": 2 / fan_out,
        "sqrt(1 / fan_in)": 1 / fan_in,
        "2 / fan_in, which is the variance": (2 / fan_in) ** 2,
        "1": 1.0,
    }
    fits = [name for name, square in others.items() if abs(mean_square / square - 1) <= slack]
    lines = {
        "yours": f"standard deviation {math.sqrt(mean_square):.3g}",
        "expected": f"{math.sqrt(2 / fan_in):.3g} = sqrt(2 / fan_in), where fan_in = {fan_in}",
        "pattern": f"the standard deviation is {fits[0]}" if fits else "",
    }
    return Finding(f"{where}: weights of layer {layer}", lines)


def check_model_weights(get_model_weights: Callable) -> None:
    """Check exercise 7 E2, ``get_model_weights(L, K, device)``."""
    report = Report("get_model_weights")
    report.that(lambda: weights_finding(get_model_weights, 3, 5))
    report.that(lambda: weights_finding(get_model_weights, 3, 97, spread=True))
    report.done()


# --- E3 predict -------------------------------------------------------------------------------


def _prediction(X: np.ndarray, weights: list, biases: list) -> dict:
    params = list(zip(weights, biases, strict=True))
    grads = slopes(params, X)
    return {
        "output": network_output(X, params),
        "d_weights": tuple(grads[::2]),
        "d_biases": tuple(grads[1::2]),
    }


PREDICT = formula(_prediction)


def evaluated(predict: Callable) -> Callable:
    """Return ``f(X, weights, biases)`` with arrays, which returns the output of `predict`."""

    def run(X: np.ndarray, weights: list, biases: list) -> np.ndarray:
        weights, biases = ([torch.tensor(array) for array in part] for part in (weights, biases))
        return plain(predict(torch.tensor(X), weights, biases))

    run.__wrapped__ = predict
    return run


def differentiated(predict: Callable) -> Callable:
    """Return a function from arrays to the output of `predict` and the gradients of its squares.

    Parameters
    ----------
    predict : callable
        ``predict(X, weights, biases)`` with tensors.

    Returns
    -------
    callable
        ``f(X, weights, biases)`` with arrays returns the output, and the gradients of half the
        sum of its squares with respect to weights and to biases.
    """

    def run(X: np.ndarray, weights: list, biases: list) -> tuple:
        x = torch.tensor(X)
        weights, biases = (
            [torch.tensor(array, requires_grad=True) for array in arrays]
            for arrays in (weights, biases)
        )
        output = predict(x, weights, biases)
        (output**2).sum().div(2).backward()
        X[...] = x.numpy()  # so that a changed argument is noticed
        return plain(output), *([plain(t.grad) for t in ts] for ts in (weights, biases))

    run.__wrapped__ = predict
    return run


def check_predict(predict: Callable) -> None:
    """Check exercise 7 E3, ``predict(X, weights, biases)``."""
    rng = np.random.default_rng(3)
    weights = [rng.normal(size=shape) for shape in ((2, 5), (5, 3), (3, 1))]
    biases = [rng.normal(size=size) for size in (5, 3, 1)]
    check = Check("predict", differentiated(predict), PREDICT)
    check.values("three layers", case(rng.normal(size=(7, 2)), weights, biases))
    check.values("one sample", case(rng.normal(size=(1, 2)), weights, biases))
    check.pure(case(rng.normal(size=(7, 2)), weights, biases))
    check.done()


# --- E4 train_network -------------------------------------------------------------------------


def first_network(rng: np.random.Generator, sizes: list[int]) -> tuple[list, list]:
    """Return weights and biases of a network with He's standard deviations, as leaf tensors."""
    weights, biases = [], []
    for fan_in, fan_out in itertools.pairwise(sizes):
        W = rng.normal(scale=math.sqrt(2 / fan_in), size=(fan_in, fan_out))
        weights.append(torch.tensor(W, dtype=torch.float32, requires_grad=True))
        biases.append(torch.zeros(fan_out, requires_grad=True))
    return weights, biases


def watch_gradients(tensors: list[torch.Tensor]) -> list[str]:
    """Return a list that gets a sentence when a gradient of before an update is added to.

    Summing gradients is right as long as the tensor stays what it was, so that is allowed.

    Parameters
    ----------
    tensors : list of Tensor
        Leaves.
    """
    fresh, values, sentences = {}, {}, []

    def arrived(tensor: torch.Tensor, grad: torch.Tensor) -> None:
        fresh[tensor] = grad.clone()

    def added(tensor: torch.Tensor) -> None:
        updated = tensor in values and not torch.equal(values[tensor], tensor.detach())
        if updated and not torch.allclose(tensor.grad, fresh[tensor], rtol=1e-4, atol=1e-8):
            sentences.append(
                "after an update the new gradient was added to the old one: step 2 uses the sum "
                "of two gradients"
            )
        values[tensor] = tensor.detach().clone()

    for tensor in tensors:
        tensor.register_hook(functools.partial(arrived, tensor))
        tensor.register_post_accumulate_grad_hook(added)
    return sentences


# A network with this many steps has to come below this error; `python
# benchmarks/calibrate_training.py` shows how far below it right answers come.
TRAIN_STEPS, TRAIN_BAR = 200, 0.01


ASPECTS = frozenset({"losses", "steps", "bar"})


def training_task(rng: np.random.Generator) -> tuple:
    """Return inputs and targets of a smooth function, and first weights and biases."""
    X = rng.uniform(-1, 1, size=(211, 2))
    Y = X[:, :1] * X[:, 1:] + 0.5 * X[:, :1]
    data = (torch.tensor(array, dtype=torch.float32) for array in (X, Y))
    return *data, *first_network(rng, [2, 31, 31, 1])


def training_finding(
    train_network: Callable, rng: np.random.Generator, aspects: frozenset[str] = ASPECTS
) -> Finding | None:
    """Return what is wrong with a training loop, if anything is.

    Parameters
    ----------
    train_network : callable
        ``train_network(weights, biases, X, Y, steps)``.
    rng : numpy.random.Generator
    aspects : set of str, optional
        What to look at: the list of losses, the steps, how far the loss falls.
    """
    x, y, weights, biases = training_task(rng)
    X, Y = plain(x).astype(float), plain(y).astype(float)
    tensors = [*weights, *biases]
    params = [(plain(W).copy(), plain(b).copy()) for W, b in zip(weights, biases, strict=True)]
    sentences = watch_gradients(tensors)
    outcome = call(train_network, weights, biases, x, y, TRAIN_STEPS)
    where = "211 samples, three layers"
    if outcome.failure:
        return Finding(where, outcome.failure)
    try:
        losses = np.array([float(loss) for loss in outcome.value])
    except (TypeError, ValueError):
        losses = np.array([])
    if losses.shape != (TRAIN_STEPS,):
        lines = {"yours": show(outcome.value), "expected": f"a list of {TRAIN_STEPS} losses"}
        return Finding(where, lines)
    after = [plain(tensor) for tensor in tensors]
    before = [array for part in zip(*params, strict=True) for array in part]
    changed = not all(np.array_equal(a, b) for a, b in zip(after, before, strict=True))
    findings = {
        "losses": lambda: _losses_finding(outcome.value, network_output(X, params), Y),
        "steps": lambda: _steps_finding(losses, changed, sentences),
        "bar": lambda: _bar_finding(losses),
    }
    chosen = (finding() for name, finding in findings.items() if name in aspects)
    return next((finding for finding in chosen if finding is not None), None)


def _losses_finding(losses: list, output: np.ndarray, Y: np.ndarray) -> Finding | None:
    if any(isinstance(loss, torch.Tensor) for loss in losses):
        pattern = "the losses are tensors, which keep the graph of every step: loss.item()"
        return Finding("the list of losses", {"pattern": pattern})
    want, N = float(np.mean((output - Y) ** 2)), len(Y)
    if math.isclose(losses[0], want, rel_tol=1e-4):
        return None
    rivals = {
        f"your loss averages a {N} x {N} table of differences: one of the two is (N,), the other "
        "(N, 1)": np.mean((output - Y.T) ** 2),
        f"yours = N x expected, and N = {N}: a sum, not a mean": N * want,
        "yours is half the expected: the mean squared error has no factor 1/2": want / 2,
    }
    fits = [text for text, other in rivals.items() if math.isclose(losses[0], other, rel_tol=1e-4)]
    pattern = fits[0] if fits else "the first loss is that of the weights as they came in"
    lines = {"yours": show(losses[0]), "expected": show(want), "pattern": pattern}
    return Finding("the first loss, before any update", lines)


def _steps_finding(losses: np.ndarray, changed: bool, sentences: list[str]) -> Finding | None:
    if sentences:
        return Finding("gradients", {"pattern": sentences[0]})
    if not changed and losses[-1] != losses[0]:
        pattern = "the weights that came in are unchanged: the optimizer works on copies"
        return Finding("learning", {"pattern": pattern})
    if not changed:
        return Finding(
            "learning", {"pattern": "no weight ever changes: does an update follow each backward?"}
        )
    if losses[1] == losses[0]:
        pattern = "the second loss equals the first: step 1 used no gradient"
        return Finding("order of the lines of a step", {"pattern": pattern})
    return None


def _bar_finding(losses: np.ndarray) -> Finding | None:
    if losses[-1] < TRAIN_BAR:
        return None
    lines = {
        "yours": show(losses[-1]),
        "expected": f"below {TRAIN_BAR} after {TRAIN_STEPS} steps",
        "pattern": "the loss falls too slowly, or not at all; another rate or optimizer?",
    }
    return Finding("the last loss", lines)


def check_train_network(train_network: Callable) -> None:
    """Check exercise 7 E4, ``train_network(weights, biases, X, Y, steps)``."""
    report = Report("train_network")
    report.that(lambda: training_finding(train_network, np.random.default_rng(11)))
    report.done()


# --- E5 init_statistics -----------------------------------------------------------------------


ACTIVATIONS = [
    (torch.nn.ReLU, lambda s: np.maximum(s, 0)),
    (torch.nn.Sigmoid, lambda s: 1 / (1 + np.exp(-s))),
    (torch.nn.Tanh, np.tanh),
]


def statistics_check(init_statistics: Callable, activation: type, phi: Callable) -> Check:
    """Return the checks of ``init_statistics(model, X)`` for networks with one activation.

    Cases are ``case(params, X)``, from which each call makes a model.

    Parameters
    ----------
    init_statistics : callable
    activation : type
        Of modules, such as ``torch.nn.ReLU``.
    phi : callable
        The same for arrays.
    """

    def run(params: list, X: np.ndarray) -> object:
        return plain(init_statistics(_sequential(params, activation), torch.Tensor(X)))

    def rivals(params: list, X: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
        layers = nn_utils._sums(X, params, phi)
        right = np.array([nn_utils._rms(S) for S in layers])
        yield "layers are listed back to front", right[::-1]
        yield "these are mean squares: the root is missing", right**2
        yield (
            "these are standard deviations, which leave the mean out",
            np.array([np.std(S) for S in layers]),
        )
        after = [nn_utils._rms(phi(S)) for S in layers]
        for last in (after[-1], right[-1]):
            yield (
                "recorded after the activation; asked is the output of Linear",
                np.array([*after[:-1], last]),
            )

    run.__wrapped__ = init_statistics
    definition = formula(
        lambda params, X: [nn_utils._rms(S) for S in nn_utils._sums(X, params, phi)],
        rtol=1e-4,
        dtype=lambda *args: None,
        shapes=lambda got, want, params, X: (
            ["one value per Linear is asked for"] if got.shape != want.shape else []
        ),
    )
    return Check(f"init_statistics, {activation.__name__}", run, definition, rivals)


def _sequential(params: list, activation: type) -> torch.nn.Sequential:
    model = torch.nn.Sequential()
    for W, b in params:
        linear = torch.nn.Linear(*W.shape)
        linear.weight.data, linear.bias.data = torch.Tensor(W.T.copy()), torch.Tensor(b)
        model.extend([linear, activation()])
    return model[:-1]


def leftover_finding(init_statistics: Callable, params: list, X: np.ndarray) -> Finding | None:
    """Return a finding if a hook or a graph stays behind after a call."""
    where = "what stays behind"
    model = _sequential(params, torch.nn.ReLU)
    outcome = call(init_statistics, model, torch.Tensor(X))
    if outcome.failure:
        return Finding(where, outcome.failure)
    hooks = sum(len(module._forward_hooks) for module in model.modules())
    if hooks:
        pattern = f"{hooks} forward hooks are left after the call, and more with each call"
        question = "what does register_forward_hook return?"
        return Finding(where, {"pattern": pattern, "try": question})
    values = outcome.value if isinstance(outcome.value, (list, tuple)) else [outcome.value]
    if any(getattr(value, "requires_grad", False) for value in values):
        pattern = "the values are tensors with a grad_fn: the graph stays alive after the call"
        return Finding(where, {"pattern": pattern})
    return None


def check_init_statistics(init_statistics: Callable) -> None:
    """Check exercise 7 E5, ``init_statistics(model, X)``."""
    rng = np.random.default_rng(5)
    sizes = itertools.pairwise([5, 7, 11, 3])
    params = [(rng.normal(size=pair), rng.normal(size=pair[1])) for pair in sizes]
    X = rng.normal(size=(17, 5))
    for activation, phi in ACTIVATIONS[:2]:
        check = statistics_check(init_statistics, activation, phi)
        check.values("three layers", case(params, X))
        check.that(lambda: leftover_finding(init_statistics, params, X))
        check.done()


# --- E6 DigitsNet, train_epoch, evaluate, train_digits ----------------------------------------


def net_finding(DigitsNet: type) -> Finding | None:
    """Return what is wrong with a network for the digits, if anything is."""
    outcome = call(DigitsNet)
    if outcome.failure:
        return Finding("a new network", outcome.failure)
    net = outcome.value
    if not isinstance(net, torch.nn.Module):
        return Finding("a new network", {"yours": show(net), "expected": "a torch.nn.Module"})
    numbers = sum(parameter.numel() for parameter in net.parameters())
    if not numbers:
        pattern = "0 registered parameters: a plain list hides layers from the module"
        question = "what do torch.nn.ModuleList and torch.nn.Sequential do?"
        return Finding("parameters", {"pattern": pattern, "try": question})
    images = torch.rand(7, 64, generator=torch.Generator().manual_seed(1))
    outcome = call(net.eval(), 30 * images)
    if outcome.failure:
        return Finding("seven images", outcome.failure)
    logits = plain(outcome.value)
    if np.shape(logits) != (7, 10):
        lines = {"yours": f"shape {np.shape(logits)}", "expected": "shape (7, 10)"}
        return Finding("seven images", lines)
    sums = np.exp(logits).sum(axis=1) if (logits <= 0).all() else logits.sum(axis=1)
    if np.allclose(sums, 1, atol=1e-4):
        pattern = (
            "the outputs are probabilities already: cross_entropy takes logits and applies softmax "
            "itself, so the loss could not fall below 1.461"
        )
        if (logits <= 0).all():
            pattern = "the outputs are log-probabilities; cross_entropy takes logits"
        return Finding("logits", {"pattern": pattern})
    return None


def check_digits_net(DigitsNet: type) -> None:
    """Check exercise 7 E6, the class ``DigitsNet``."""
    report = Report("DigitsNet")
    report.that(lambda: net_finding(DigitsNet))
    report.done()


class Recorder(torch.nn.Module):
    """A linear classifier with dropout that keeps what it was given, and in which mode.

    Parameters
    ----------
    features, classes : int
    """

    def __init__(self, features: int, classes: int) -> None:
        super().__init__()
        self.linear = torch.nn.Linear(features, classes)
        self.batches, self.modes, self.graphs = [], [], []

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        """Return logits; the mode decides about nothing else."""
        self.batches.append(X.detach().clone())
        self.modes.append(self.training)
        self.graphs.append(torch.is_grad_enabled())
        return self.linear(X)


def _classification(rng: np.random.Generator, N: int, K: int) -> tuple:
    """Return images that carry their number in the first entry, and labels."""
    X = torch.tensor(rng.normal(size=(N, 5)), dtype=torch.float32)
    X[:, 0] = torch.arange(N)
    return X, torch.tensor(rng.integers(0, K, size=N))


def epoch_finding(train_epoch: Callable, rng: np.random.Generator) -> Finding | None:
    """Return what is wrong with an epoch of training, if anything is.

    Parameters
    ----------
    train_epoch : callable
        ``train_epoch(model, X, y, optimizer, batch_size)``.
    rng : numpy.random.Generator
    """
    N, K, where = 53, 7, "53 samples in batches of 10"
    X, y = _classification(rng, N, K)
    model = Recorder(5, K)
    sentences = watch_gradients(list(model.parameters()))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0)
    arrived = []
    model.linear.weight.register_hook(lambda grad: arrived.append(True))
    model.eval()
    outcome = call(train_epoch, model, X, y, optimizer, 10)
    if outcome.failure:
        return Finding(where, outcome.failure)
    seen = torch.cat(model.batches)[:, 0].long().numpy()
    counts = np.bincount(seen, minlength=N)
    if sorted(len(batch) for batch in model.batches) == [N]:
        return Finding(where, {"pattern": "all samples came as one batch: batch_size is not used"})
    if max(len(batch) for batch in model.batches) > 10:
        return Finding(where, {"pattern": "a batch is larger than batch_size"})
    if (counts != 1).any():
        missing, double = int((counts == 0).sum()), int((counts > 1).sum())
        pattern = f"{missing} samples never appear, {double} appear more than once"
        return Finding(where, {"pattern": pattern})
    if np.array_equal(seen, np.arange(N)):
        return Finding(where, {"pattern": "the samples come in the order of X: shuffle them"})
    if not all(model.modes):
        pattern = "the model is in evaluation mode: model.train() comes first"
        return Finding(where, {"pattern": pattern})
    if not arrived:
        return Finding(where, {"pattern": "no gradient was computed: where is loss.backward()?"})
    want = _mean_loss(model, X, y)
    finding = _loss_finding(outcome.value, want, model, X, y)
    if finding is not None:
        return finding
    return _learning_finding(train_epoch, model, X, y, want, sentences)


def _mean_loss(model: Recorder, X: torch.Tensor, y: torch.Tensor) -> float:
    with torch.no_grad():
        return float(torch.nn.functional.cross_entropy(model.linear(X), y))


def _loss_finding(
    loss: object, want: float, model: Recorder, X: torch.Tensor, y: torch.Tensor
) -> Finding | None:
    """With learning rate 0 the mean loss of the epoch is that of the first weights."""
    where = "the mean loss of an epoch with learning rate 0"
    try:
        number = float(loss)
    except (TypeError, ValueError):
        return Finding(where, {"yours": show(loss), "expected": "a float"})
    if math.isclose(number, want, rel_tol=1e-4):
        return None
    logits = model.linear(X).detach()
    entropy = torch.nn.functional.cross_entropy
    shifted = [float(entropy(logits, (y + s) % logits.shape[1])) for s in (1, -1)]
    each = entropy(logits, y, reduction="none")
    rows = torch.cat(model.batches)[:, 0].long()
    batches = each[rows].split([len(batch) for batch in model.batches[:6]])
    rivals = {
        "the labels are shifted by one class": shifted,
        "all batches count the same, also the last and smaller one": [
            float(sum(batch.mean() for batch in batches) / len(batches))
        ],
        "a sum over batches, not a mean over samples": [
            float(sum(batch.mean() for batch in batches)),
            float(each.sum()),
        ],
        "softmax is applied twice: cross_entropy takes logits": [
            float(entropy(torch.softmax(logits, 1), y))
        ],
        "the loss of the last batch alone": [float(batches[-1].mean())],
    }
    fits = [
        sentence
        for sentence, others in rivals.items()
        if any(math.isclose(number, other, rel_tol=1e-4) for other in others)
    ]
    pattern = fits[0] if fits else "do images and labels still belong to each other?"
    return Finding(where, {"yours": show(number), "expected": show(want), "pattern": pattern})


def _learning_finding(
    train_epoch: Callable,
    model: Recorder,
    X: torch.Tensor,
    y: torch.Tensor,
    before: float,
    sentences: list[str],
) -> Finding | None:
    where = "five epochs with learning rate 0.1"
    X = X.clone()
    X[:, 0] = 1
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    before = _mean_loss(model, X, y)
    for _ in range(5):
        outcome = call(train_epoch, model, X, y, optimizer, 10)
        if outcome.failure:
            return Finding(where, outcome.failure)
    if sentences:
        return Finding(where, {"pattern": sentences[0]})
    after = _mean_loss(model, X, y)
    if not after < before - 1e-3:
        lines = {"pattern": f"the loss went from {before:.4f} to {after:.4f}: nothing was learned"}
        return Finding(where, lines)
    return None


def check_train_epoch(train_epoch: Callable) -> None:
    """Check exercise 7 E6, ``train_epoch(model, X, y, optimizer, batch_size)``."""
    report = Report("train_epoch")
    report.that(lambda: epoch_finding(train_epoch, np.random.default_rng(5)))
    report.done()


def evaluation_finding(evaluate: Callable, rng: np.random.Generator, N: int) -> Finding | None:
    """Return what is wrong with an evaluation, if anything is.

    Parameters
    ----------
    evaluate : callable
        ``evaluate(model, X, y)``.
    rng : numpy.random.Generator
    N : int
        Number of samples.
    """
    X, y = _classification(rng, N, 7)
    where, model = f"N = {N}", Recorder(5, 7)
    start = [tensor.detach().clone() for tensor in model.parameters()]
    outcome = call(evaluate, model, X, y)
    if outcome.failure:
        return Finding(where, outcome.failure)
    if any(model.modes):
        pattern = (
            "the model is in training mode: with dropout two identical evaluations would differ"
        )
        return Finding(where, {"pattern": pattern, "try": "what does model.eval() change?"})
    if any(model.graphs):
        pattern = "the forward pass keeps a graph that nobody uses: torch.no_grad()"
        return Finding(where, {"pattern": pattern})
    if any(not torch.equal(a, b) for a, b in zip(start, model.parameters(), strict=True)):
        return Finding(where, {"pattern": "evaluating changed the weights"})
    guesses = plain(model.linear(X)).argmax(axis=1)
    want, labels = float(np.mean(guesses == y.numpy())), y.numpy()
    try:
        got = float(outcome.value)
    except (TypeError, ValueError):
        return Finding(where, {"yours": show(outcome.value), "expected": "a float"})
    if math.isclose(got, want, rel_tol=1e-6, abs_tol=1e-9):
        return None
    rivals = {
        "yours = 100 x expected: a fraction is asked for": 100 * want,
        "a count, not a fraction": N * want,
        "the share of wrong answers": 1 - want,
        "the labels are shifted by one class": np.mean(guesses == (labels + 1) % 7),
    }
    fits = [text for text, other in rivals.items() if math.isclose(got, other, rel_tol=1e-6)]
    lines = {"yours": show(got), "expected": show(want), "pattern": fits[0] if fits else ""}
    return Finding(where, lines)


def check_evaluate(evaluate: Callable) -> None:
    """Check exercise 7 E6, ``evaluate(model, X, y)``."""
    report = Report("evaluate")
    report.that(lambda: evaluation_finding(evaluate, np.random.default_rng(6), 53))
    report.done()


# `python benchmarks/calibrate_training.py` shows how far above it right answers come.
DIGITS_BAR = 0.94


def digits_finding(train_digits: Callable, data: nn_utils.DataVault, bar: float) -> Finding | None:
    """Return what is wrong with a training on the digits, if anything is.

    Parameters
    ----------
    train_digits : callable
        ``train_digits(data)`` returns a model.
    data : DataVault
    bar : float
        The least accuracy on the test data.
    """
    where = "the digits"
    with data.sealed(epoch=lambda: 1):
        outcome = call(train_digits, data)
    if data.leaks:
        return Finding(where, {"pattern": data.leaks[-1]})
    if outcome.failure:
        return Finding(where, outcome.failure)
    if not isinstance(outcome.value, torch.nn.Module):
        return Finding(where, {"yours": show(outcome.value), "expected": "a trained module"})
    model = outcome.value.eval()
    with torch.no_grad():
        guesses = model(data.X_test).argmax(dim=1).numpy()
    labels = data.Y_test.numpy()
    accuracy = float(np.mean(guesses == labels))
    if accuracy >= bar:
        return None
    pattern = "too few epochs, or a rate that does not fit the optimizer?"
    for step in (1, -1):
        if np.mean(guesses == (labels + step) % 10) > 0.5:
            pattern = "the confusion matrix is a shifted diagonal: labels moved by one class"
    lines = {"yours": f"accuracy {accuracy:.3f}", "expected": f"at least {bar}"}
    return Finding(where, {**lines, "pattern": pattern})


def check_train_digits(train_digits: Callable, data: nn_utils.DataVault) -> None:
    """Check exercise 7 E6, ``train_digits(data)``."""
    report = Report("train_digits")
    report.that(lambda: digits_finding(train_digits, data, DIGITS_BAR))
    report.done()
