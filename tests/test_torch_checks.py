"""The visible checks of the exercises in PyTorch; skipped where it is not installed."""

import contextlib
import runpy
from pathlib import Path

import numpy as np
import pytest

from nn_utils import CheckFailed, DataVault

torch = pytest.importorskip("torch", reason="PyTorch is not installed")
import torch_checks  # noqa: E402

BANK = Path(__file__).parents[1] / "answer_bank" / "a7_pytorch_digits" / "pytorch"

CHECKS = {
    "to_torch": torch_checks.check_to_torch,
    "get_model_weights": torch_checks.check_model_weights,
    "predict": torch_checks.check_predict,
    "init_statistics": torch_checks.check_init_statistics,
    "digits_net": torch_checks.check_digits_net,
    "evaluate": torch_checks.check_evaluate,
}


def answers(exercise):
    """The answers of a page of the bank that need no other exercise."""
    page = runpy.run_path(str(BANK / f"{exercise}.py"))
    return {name: value for name, value in page.items() if hasattr(value, "answer")}


@pytest.mark.parametrize(
    "exercise, name, words",
    [
        ("to_torch", "not_transposed", "stores its weight as (out, in)"),
        ("to_torch", "shares_memory", "changed the numpy arrays"),
        ("get_model_weights", "non_leaf", "is_leaf is False"),
        ("get_model_weights", "fan_out", "sqrt(2 / fan_out)"),
        ("predict", "flattened", "the shape is not"),
        ("predict", "in_place", "was changed in place"),
        ("init_statistics", "post_activation", "recorded after the activation"),
        ("init_statistics", "hooks_left", "forward hooks are left"),
        ("digits_net", "PlainList", "0 registered parameters"),
        ("digits_net", "SoftmaxTwice", "1.461"),
        ("evaluate", "no_eval", "two identical evaluations would differ"),
    ],
)
def test_wrong_answers(exercise, name, words):
    """Does the check below the exercise name the misconception?"""
    torch.manual_seed(0)
    with pytest.raises(CheckFailed) as failure:
        CHECKS[exercise](answers(exercise)[name])
    assert words in " ".join(str(failure.value).split())


def test_floor_of_a_loss_with_two_softmaxes():
    """Is the 1.461 that the check names the least cross-entropy of probabilities as logits?"""
    best = torch.eye(10)
    loss = torch.nn.functional.cross_entropy(best, torch.arange(10))
    assert f"{float(loss):.3f}" == "1.461"


def test_gradients_may_be_summed_between_updates():
    """Is it no mistake to add up the gradients of two batches before one update?"""
    weight = torch.ones(3, requires_grad=True)
    sentences = torch_checks.watch_gradients([weight])
    for _ in range(3):
        weight.square().sum().backward()
        (2 * weight).sum().backward()
        with torch.no_grad():
            weight -= 0.1 * weight.grad
        weight.grad = None
    assert not sentences
    for _ in range(2):
        weight.square().sum().backward()
        weight.data -= 0.1 * weight.grad
    assert "the sum of two gradients" in sentences[0]


def test_test_data_stay_unread():
    """Is a training that reads the test data named, although it catches the error?"""
    images, labels = torch.rand(20, 64), torch.arange(20) % 10
    data = DataVault(images, labels, images, labels)

    def quiet(data):
        with contextlib.suppress(RuntimeError):
            data.X_test.mean()
        return torch.nn.Linear(64, 10)

    with pytest.raises(CheckFailed, match="training read the test set"):
        torch_checks.check_train_digits(quiet, data)


def test_definition_is_complex_safe():
    """Do the gradients of the definition equal those of PyTorch?"""
    rng = np.random.default_rng(1)
    params = [(rng.normal(size=(2, 5)), rng.normal(size=5)), (rng.normal(size=(5, 1)), np.ones(1))]
    X = rng.normal(size=(7, 2))
    tensors = [torch.tensor(array, requires_grad=True) for layer in params for array in layer]
    W1, b1, W2, b2 = tensors
    out = torch.relu(torch.tensor(X) @ W1 + b1) @ W2 + b2
    (out.square().sum() / 2).backward()
    for slope, tensor in zip(torch_checks.slopes(params, X), tensors, strict=True):
        np.testing.assert_allclose(slope, tensor.grad.numpy(), rtol=1e-12)
