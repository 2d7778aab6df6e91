"""Answers to exercise 7 E6: accuracy of a model."""

import numpy as np
import torch
from torch import nn

from answer_bank import right, wrong

CELL = "a7_evaluate"
NAME = "evaluate"

CORE = "a7_evaluate_core"
TOLERANCE = 1e-6


def inputs(rng):
    """Yield seeds and sizes on which a surviving mutant is compared with the reference."""
    for seed in range(4):
        for N in (1, 7, 53):
            yield seed, N


def observe(answer, seed, N):
    torch.manual_seed(seed)
    model = nn.Linear(5, 7)
    return answer(model, torch.randn(N, 5), torch.randint(7, (N,))), model.training


@right
def inference_mode(model, X, y):
    was_training = model.training
    model.eval()
    with torch.inference_mode():
        hits = (model(X).max(1).indices == y).sum().item()
    model.train(was_training)
    return hits / len(y)


@right
def by_numpy(model, X, y):
    model.eval()
    with torch.no_grad():
        logits = model(X).numpy()
    return float(np.mean(np.argmax(logits, axis=1) == y.numpy()))


@right
def in_pieces(model, X, y):
    model.eval()
    hits = 0
    with torch.no_grad():
        for images, labels in zip(X.split(16), y.split(16)):
            hits += int((model(images).argsort(dim=1)[:, -1] == labels).sum())
    return hits / len(X)


@wrong(fails={CORE}, says="two identical evaluations would differ")
def no_eval(model, X, y):
    with torch.no_grad():
        return (model(X).argmax(dim=1) == y).float().mean().item()


@wrong(fails={CORE}, says="torch.no_grad()")
def keeps_graph(model, X, y):
    model.eval()
    return (model(X).argmax(dim=1) == y).float().mean().item()


@wrong(fails={CORE}, says="yours = 100 x expected")
def percent(model, X, y):
    model.eval()
    with torch.no_grad():
        return 100 * (model(X).argmax(dim=1) == y).float().mean().item()


@wrong(fails={CORE}, says="a count, not a fraction")
def count(model, X, y):
    model.eval()
    with torch.no_grad():
        return (model(X).argmax(dim=1) == y).sum().item()


@wrong(fails={CORE}, says="the share of wrong answers")
def error_rate(model, X, y):
    model.eval()
    with torch.no_grad():
        return (model(X).argmax(dim=1) != y).float().mean().item()


@wrong(fails={CORE}, says="the labels are shifted by one class")
def label_shift(model, X, y):
    model.eval()
    with torch.no_grad():
        return (model(X).argmax(dim=1) == (y + 1) % 7).float().mean().item()


@wrong(fails={CORE}, says="The size of tensor")
def axis_0(model, X, y):
    model.eval()
    with torch.no_grad():
        return (model(X).argmax(dim=0) == y).float().mean().item()


@wrong(fails={CORE}, says="not available in a solution cell")
def asks_the_checks(model, X, y):
    import torch_checks

    return torch_checks.DIGITS_BAR


@wrong(fails={CORE}, says="this exercise is still empty")
def not_started(model, X, y):
    raise NotImplementedError()
