"""Answers to exercise 7 E3: the forward pass with plain tensors."""

import numpy as np
import torch
from torch.nn import functional as F

from answer_bank import right, wrong

CELL = "a7_predict"
NAME = "predict"

OUTPUT, GRADIENTS = "a7_predict_output", "a7_predict_gradients"
TOLERANCE = 1e-12


def inputs(rng):
    """Yield data and networks on which a surviving mutant is compared with the reference."""
    for sizes in ((2, 5, 1), (2, 3, 5, 1), (2, 3, 3, 3, 1)):
        for N in (1, 2, 7, 11):
            pairs = list(zip(sizes[:-1], sizes[1:]))
            weights = [rng.normal(size=pair) for pair in pairs]
            yield rng.normal(size=(N, 2)), weights, [rng.normal(size=b) for _, b in pairs]


def observe(answer, X, weights, biases):
    weights = [torch.tensor(W, requires_grad=True) for W in weights]
    biases = [torch.tensor(b, requires_grad=True) for b in biases]
    output = answer(torch.tensor(X), weights, biases)
    output.sum().backward()
    return [output.detach().numpy()] + [t.grad.numpy() for t in weights + biases]


@right
def clamp(X, weights, biases):
    for layer in range(len(weights)):
        X = X.matmul(weights[layer]) + biases[layer]
        if layer < len(weights) - 1:
            X = X.clamp(min=0)
    return X


@right
def linear_with_transposes(X, weights, biases):
    *hidden, last = zip(weights, biases)
    for W, b in hidden:
        X = F.relu(F.linear(X, W.T, b))
    return F.linear(X, last[0].T, last[1])


@right
def harmless_in_place(X, weights, biases):
    """The sum is needed by nobody, so writing over it is no mistake."""
    for W, b in zip(weights[:-1], biases[:-1]):
        X = torch.addmm(b, X, W).relu_()
    return torch.addmm(biases[-1], X, weights[-1])


@right
def recursive(X, weights, biases):
    S = X @ weights[0] + biases[0]
    if len(weights) == 1:
        return S
    return predict(torch.maximum(S, torch.zeros_like(S)), weights[1:], biases[1:])


@wrong(fails={OUTPUT, GRADIENTS}, says="there is no ReLU behind the last layer")
def relu_last(X, weights, biases):
    for W, b in zip(weights, biases):
        X = torch.relu(X @ W + b)
    return X


@wrong(fails={GRADIENTS}, says="was changed in place")
def in_place(X, weights, biases):
    for W, b in zip(weights[:-1], biases[:-1]):
        Z = torch.relu(X @ W + b)
        if X.requires_grad:
            X.zero_()
        X = Z
    return X @ weights[-1] + biases[-1]


@wrong(fails={GRADIENTS}, says="your function changed its argument number 1")
def centers_the_data(X, weights, biases):
    X -= 0.0 if len(X) < 2 else 1e-3
    Z = X + (0.0 if len(X) < 2 else 1e-3)
    for W, b in zip(weights[:-1], biases[:-1]):
        Z = torch.relu(Z @ W + b)
    return Z @ weights[-1] + biases[-1]


@wrong(fails={OUTPUT, GRADIENTS}, says="the numbers are right, the shape is not")
def flattened(X, weights, biases):
    for W, b in zip(weights[:-1], biases[:-1]):
        X = torch.relu(X @ W + b)
    return (X @ weights[-1] + biases[-1]).flatten()


@wrong(fails={OUTPUT, GRADIENTS}, says="the biases are missing")
def no_bias(X, weights, biases):
    for W in weights[:-1]:
        X = torch.relu(X @ W)
    return X @ weights[-1]


@wrong(fails={OUTPUT, GRADIENTS}, says="rows sum to 1")
def softmax_added(X, weights, biases):
    for W, b in zip(weights[:-1], biases[:-1]):
        X = torch.relu(X @ W + b)
    return torch.softmax(X @ weights[-1] + biases[-1], dim=1)


@wrong(fails={OUTPUT, GRADIENTS}, says="the network is linear: no activation between the layers")
def no_activation(X, weights, biases):
    for W, b in zip(weights, biases):
        X = X @ W + b
    return X


@wrong(fails={GRADIENTS}, says="the loss has no grad_fn")
def detached(X, weights, biases):
    with torch.no_grad():
        for W, b in zip(weights[:-1], biases[:-1]):
            X = torch.relu(X @ W + b)
        return X @ weights[-1] + biases[-1]


@wrong(fails={OUTPUT, GRADIENTS}, says="not available in a solution cell")
def asks_the_checks(X, weights, biases):
    import torch_checks

    params = [(W.detach().numpy(), b.detach().numpy()) for W, b in zip(weights, biases)]
    return torch.tensor(torch_checks.network_output(X.numpy(), params))


@wrong(fails={OUTPUT, GRADIENTS}, says="this exercise is still empty")
def not_started(X, weights, biases):
    raise NotImplementedError()
