"""What the visible checks of notebook 4b say about the mistakes students make."""

import contextlib
import math
from pathlib import Path

import nbformat
import numpy as np
import pytest

import nn_utils
from hidden_tests.a4_layers_and_digits import digits_network as right

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / "source" / "a4_layers_and_digits" / "digits_network.ipynb"


def words(check, *answers):
    with pytest.raises(nn_utils.CheckFailed) as failure:
        check(*answers)
    return " ".join(str(failure.value).split())


def test_right_answers_pass(capsys):
    """Do right answers pass all visible checks?"""
    nn_utils.check_nll_and_grad(right._nll_and_grad)
    nn_utils.check_minibatches(right._minibatches)
    nn_utils.check_net(right.FeedForwardNet)
    nn_utils.check_sgd_step(right._sgd_step)
    nn_utils.check_train(right.train, right.FeedForwardNet)
    nn_utils.check_accuracy(right._accuracy)
    out = capsys.readouterr().out
    assert out.count("ok") == 6 and "test set not read" in out


def test_definition_gradients():
    """Do the gradients from the definition agree with the course's layers?"""
    rng = np.random.default_rng(1)
    net = right.FeedForwardNet([5, 4, 3], rng)
    X, Y = rng.normal(size=(7, 5)), rng.dirichlet(np.ones(3), size=7)
    exact = nn_utils.definition_gradients(net.params, X, Y)
    for name, gradient in net.loss_and_grads(X, Y)[1].items():
        np.testing.assert_allclose(gradient, exact[name], rtol=1e-11, atol=1e-15)


def test_vault_tells_when_it_was_opened():
    """Is a leak kept even if training swallows the exception, and is all open afterwards?"""
    data = nn_utils.DataVault(*np.ones((4, 2, 2)))
    with data.sealed(lambda: 3), contextlib.suppress(RuntimeError):
        assert data.X_train.shape == data.Y_train.shape == (2, 2)
        assert data.Y_test is None
    assert data.leaks == ("training read the test set at epoch 3: Y_test is for afterwards",)
    assert data.Y_test.shape == (2, 2)
    with pytest.raises(AttributeError, match="the data have no X_valid"):
        data.X_valid  # noqa: B018


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda loss, d_W, d_b, n: (loss, n * d_W, n * d_b), "yours = 5 x expected, and N = 5"),
        (lambda loss, d_W, d_b, n: (loss, d_W.T, d_b), "the transpose of the expected array"),
        (lambda loss, d_W, d_b, n: (loss, d_W, d_b.sum()), "yours shape ()"),
        (lambda loss, d_W, d_b, n: (loss, d_W), "expected 3 parts: loss, d_W, d_b"),
    ],
)
def test_nll_and_grad(change, message):
    """Is the misconception named?"""
    wrong = lambda X, W, b, Y: change(*right._nll_and_grad(X, W, b, Y), len(X))  # noqa: E731
    assert message in words(nn_utils.check_nll_and_grad, wrong)


def no_tail(X, Y, batch_size, rng):
    for batch in right._minibatches(X, Y, batch_size, rng):
        if len(batch[0]) == batch_size:
            yield batch


def unpaired(X, Y, batch_size, rng):
    for x, y in right._minibatches(X, Y, batch_size, rng):
        yield x, y[::-1]


def in_order(X, Y, batch_size, rng):
    for start in range(0, len(X), batch_size):
        yield X[start : start + batch_size], Y[start : start + batch_size]


def in_place(X, Y, batch_size, rng):
    rng.shuffle(X)
    Y[...] = X[:, :1] + 0.5
    yield from in_order(X, Y, batch_size, rng)


@pytest.mark.parametrize(
    "wrong, message",
    [
        (no_tail, "1 sample never appear"),
        (unpaired, "a row of X no longer belongs to its label"),
        (in_order, "two epochs with one rng have the same order"),
        (in_place, "your function changed its argument number 1"),
    ],
)
def test_minibatches(wrong, message):
    """Is the misconception named?"""
    assert message in words(nn_utils.check_minibatches, wrong)


class Zeros(right.FeedForwardNet):
    def __init__(self, sizes, rng):
        super().__init__(sizes, rng)
        self.params = {name: 0 * p for name, p in self.params.items()}


class Listed(right.FeedForwardNet):
    def loss_and_grads(self, X, Y):
        loss, grads = super().loss_and_grads(X, Y)
        return loss, list(grads.values())[:2]


class Rectified(right.FeedForwardNet):
    def forward(self, X):
        return np.maximum(super().forward(X), 0)


@pytest.mark.parametrize(
    "wrong, message",
    [
        (Zeros, "symmetry never breaks"),
        (Listed, "expected grads: 4 parts"),
        (Rectified, "new numbers put into net.params: forward"),
    ],
)
def test_net(wrong, message):
    """Is the misconception named?"""
    assert message in words(nn_utils.check_net, wrong)


@pytest.mark.parametrize(
    "wrong, message",
    [
        (lambda p, g, lr: {k: p[k] + lr * g[k] for k in p}, "the loss rises"),
        (lambda p, g, lr: {k: p[k] - g[k] for k in p}, "step = gradient: lr not used"),
        (lambda p, g, lr: {**p, "W1": p["W1"] - lr * g["W1"]}, "shares memory with an argument"),
        (lambda p, g, lr: {k: p[k] - lr * g[k] * (k != "b1") for k in p}, "b1 unchanged"),
    ],
)
def test_sgd_step(wrong, message):
    """Is the misconception named?"""
    assert message in words(nn_utils.check_sgd_step, wrong)


def peeks(net, data, epochs, batch_size, lr, rng):
    history = right.train(net, data, 1, batch_size, lr, rng)
    net.loss_and_grads(data.X_test, data.Y_test)
    return history


def mean_of_means(net, data, epochs, batch_size, lr, rng):
    means = []
    for X, Y in right._minibatches(data.X_train, data.Y_train, batch_size, rng):
        means.append(net.loss_and_grads(X, Y)[0])
    return [np.mean(means)] * epochs


@pytest.mark.parametrize(
    "wrong, message",
    [
        (peeks, "training read the test set at epoch 1"),
        (mean_of_means, "epoch loss differs from the mean over samples"),
        (lambda *args: None, "3 floats, one mean loss per epoch"),
        (lambda *args: right.train(*args[:4], 0.0, args[5]), "the loss of net was"),
    ],
)
def test_train(wrong, message):
    """Is the misconception named?"""
    assert message in words(nn_utils.check_train, wrong, right.FeedForwardNet)


@pytest.mark.parametrize("scale", [0.01, 0.1, 1.0])
def test_train_with_other_starts(scale):
    """Does a right training pass with networks that begin otherwise?"""

    class Started(right.FeedForwardNet):
        def __init__(self, sizes, rng):
            super().__init__(sizes, rng)
            shapes = {name: p.shape for name, p in self.params.items()}
            self.params = {name: scale * rng.normal(size=s) for name, s in shapes.items()}

    nn_utils.check_train(right.train, Started)


def test_accuracy():
    """Are a percentage and a mean of nothing reported?"""
    percent = lambda probs, labels: 100 * right._accuracy(probs, labels)  # noqa: E731
    assert "a fraction from 0 to 1 is wanted" in words(nn_utils.check_accuracy, percent)
    empty = lambda probs, labels: np.sum(probs.argmax(1) == labels) / (len(probs) + 1e-300)  # noqa: E731
    assert "no samples" in words(nn_utils.check_accuracy, empty)


def test_diary(capsys):
    """Are the usual wrong numbers recognized?"""
    rng = np.random.default_rng(2)
    net = right.FeedForwardNet([5, 4, 10], rng)
    X, Y = rng.normal(size=(7, 5)), np.eye(10)[:7]
    gradient = net.loss_and_grads(X, Y)[1]["W1"]
    rms = math.sqrt(np.mean(gradient**2))
    nn_utils.check_diary(2.3, rms, net.params, X, Y)
    numbers = ((3.32, rms), (2.3, np.linalg.norm(gradient)), (None, rms))
    reports = [words(nn_utils.check_diary, *pair, net.params, X, Y) for pair in numbers]
    assert "the natural logarithm is meant" in reports[0]
    assert "squares are averaged, not added" in reports[1]
    assert "yours None" in reports[2]


def test_claims_of_the_notebook(monkeypatch):
    """Do the log, the figures and their captions show what the text says?"""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    skipped = {"a4b-diary", "a4b-diary-check", "figure-data", "overfit"}
    shown = {}
    for cell in cells:
        tested = cell.metadata.get("nbgrader", {}).get("grade") or cell.id.endswith("-check")
        if cell.cell_type == "code" and not tested and cell.id not in skipped:
            exec(cell.source, shown)
    again = [shown["step"](shown["found"], shown["X_test"], shown["Y_test"], 0.3) for _ in "12"]
    assert again[1] < again[0]  # the loss falls because it is asked for
    probs, y = shown["found"].predict_proba(shown["X_test"]), shown["y_test"]
    assert right._accuracy(probs[:100], y[:100]) > right._accuracy(probs[100:], y[100:]) + 0.05
    assert shown["largest"] < 1e-15
    assert all(0.1 < loss < 0.2 for loss in shown["test_losses"][20:])
    assert min(shown["shares"][20:]) >= 0.95
    assert shown["train_losses"][-1] < 0.02
    assert 5 <= 360 - np.trace(shown["counts"]) <= 15
    sure = shown["worst"][:3]
    assert (shown["losses"][sure] > 5).all() and (shown["probs"][sure].max(axis=1) > 0.5).all()
