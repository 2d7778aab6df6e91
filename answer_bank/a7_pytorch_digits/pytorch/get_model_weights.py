"""Answers to exercise 7 E2: first weights as leaf tensors."""

import math

import torch
from torch import nn

from answer_bank import right, wrong

CELL = "a7_get_model_weights"
NAME = "get_model_weights"

SHAPES, SPREAD = "a7_get_model_weights_shapes", "a7_get_model_weights_spread"
TOLERANCE = 1e-6


def inputs(rng):
    """Yield depths and widths on which a surviving mutant is compared with the reference."""
    for L in (2, 3, 4, 5):
        for K in (3, 5, 7):
            yield L, K


def observe(answer, L, K):
    torch.manual_seed(L * K)
    weights, biases = answer(L, K, "cpu")
    return [(t.detach().numpy(), t.is_leaf, t.requires_grad) for t in [*weights, *biases]]


@right
def init_on_empty(L, K, device="cpu"):
    sizes = [2] + [K] * (L - 1) + [1]
    weights = [torch.empty(a, b, device=device) for a, b in zip(sizes, sizes[1:])]
    for W in weights:
        nn.init.normal_(W, std=(2 / W.shape[0]) ** 0.5)
        W.requires_grad_(True)
    return weights, [torch.zeros(b, device=device).requires_grad_() for b in sizes[1:]]


@right
def parameters(L, K, device="cpu"):
    weights, biases = nn.ParameterList(), nn.ParameterList()
    fan_in = 2
    for fan_out in [K] * (L - 1) + [1]:
        weights.append(nn.Parameter(torch.randn(fan_in, fan_out, device=device) * math.sqrt(2 / fan_in)))
        biases.append(nn.Parameter(torch.zeros(fan_out, device=device)))
        fan_in = fan_out
    return list(weights), list(biases)


@right
def scaled_under_no_grad(L, K, device="cpu"):
    weights, biases = [], []
    for layer in range(L):
        a = 2 if layer == 0 else K
        b = 1 if layer == L - 1 else K
        W = torch.randn(a, b, device=device, requires_grad=True)
        with torch.no_grad():
            W.mul_(math.sqrt(2 / a))
        weights.append(W)
        biases.append(torch.zeros(b, device=device, requires_grad=True))
    return weights, biases


@wrong(fails={SHAPES}, says="is_leaf is False")
def non_leaf(L, K, device="cpu"):
    sizes = [2] + [K] * (L - 1) + [1]
    weights = [
        torch.randn(a, b, device=device, requires_grad=True) * math.sqrt(2 / a)
        for a, b in zip(sizes, sizes[1:])
    ]
    return weights, [torch.zeros(b, device=device, requires_grad=True) for b in sizes[1:]]


@wrong(fails={SPREAD}, says="the standard deviation is sqrt(2 / fan_out)")
def fan_out(L, K, device="cpu"):
    sizes = [2] + [K] * (L - 1) + [1]
    weights = [
        (torch.randn(a, b, device=device) * math.sqrt(2 / b)).requires_grad_()
        for a, b in zip(sizes, sizes[1:])
    ]
    return weights, [torch.zeros(b, device=device, requires_grad=True) for b in sizes[1:]]


@wrong(fails={SPREAD}, says="the standard deviation is sqrt(1 / fan_in)")
def no_relu_factor(L, K, device="cpu"):
    sizes = [2] + [K] * (L - 1) + [1]
    weights = [
        (torch.randn(a, b, device=device) * math.sqrt(1 / a)).requires_grad_()
        for a, b in zip(sizes, sizes[1:])
    ]
    return weights, [torch.zeros(b, device=device, requires_grad=True) for b in sizes[1:]]


@wrong(fails={SPREAD}, says="which is the variance")
def variance_as_std(L, K, device="cpu"):
    sizes = [2] + [K] * (L - 1) + [1]
    weights = [
        (torch.randn(a, b, device=device) * (2 / a)).requires_grad_()
        for a, b in zip(sizes, sizes[1:])
    ]
    return weights, [torch.zeros(b, device=device, requires_grad=True) for b in sizes[1:]]


@wrong(fails={SHAPES, SPREAD}, says="the last layer maps K numbers to 1")
def last_layer_shape(L, K, device="cpu"):
    sizes = [2] + [K] * L
    weights = [
        (torch.randn(a, b, device=device) * math.sqrt(2 / a)).requires_grad_()
        for a, b in zip(sizes, sizes[1:])
    ]
    return weights, [torch.zeros(b, device=device, requires_grad=True) for b in sizes[1:]]


@wrong(fails={SHAPES, SPREAD}, says="expected shapes [(2, 5), (5, 1), (5,), (1,)]")
def one_layer_too_many(L, K, device="cpu"):
    sizes = [2] + [K] * L + [1]
    weights = [
        (torch.randn(a, b, device=device) * math.sqrt(2 / a)).requires_grad_()
        for a, b in zip(sizes, sizes[1:])
    ]
    return weights, [torch.zeros(b, device=device, requires_grad=True) for b in sizes[1:]]


@wrong(fails={SHAPES}, says="two layers are the same tensor")
def shared_tensor(L, K, device="cpu"):
    hidden = (torch.randn(K, K, device=device) * math.sqrt(2 / K)).requires_grad_()
    first = torch.randn(2, K, device=device).requires_grad_()
    last = (torch.randn(K, 1, device=device) * math.sqrt(2 / K)).requires_grad_()
    bias = torch.zeros(K, device=device, requires_grad=True)
    weights = [first] + [hidden] * (L - 2) + [last]
    return weights, [bias] * (L - 1) + [torch.zeros(1, device=device, requires_grad=True)]


@wrong(fails={SHAPES}, says="biases are not 0")
def random_bias(L, K, device="cpu"):
    sizes = [2] + [K] * (L - 1) + [1]
    weights = [
        (torch.randn(a, b, device=device) * math.sqrt(2 / a)).requires_grad_()
        for a, b in zip(sizes, sizes[1:])
    ]
    return weights, [torch.randn(b, device=device, requires_grad=True) for b in sizes[1:]]


@wrong(fails={SHAPES}, says="PyTorch's networks use float32")
def float64(L, K, device="cpu"):
    sizes = [2] + [K] * (L - 1) + [1]
    weights = [
        (torch.randn(a, b, device=device, dtype=torch.float64) * math.sqrt(2 / a)).requires_grad_()
        for a, b in zip(sizes, sizes[1:])
    ]
    return weights, [torch.zeros(b, dtype=torch.float64, requires_grad=True) for b in sizes[1:]]


@wrong(fails={SHAPES}, says="requires_grad is False")
def no_gradients(L, K, device="cpu"):
    sizes = [2] + [K] * (L - 1) + [1]
    weights = [torch.randn(a, b) * math.sqrt(2 / a) for a, b in zip(sizes, sizes[1:])]
    return weights, [torch.zeros(b) for b in sizes[1:]]


@wrong(fails={SHAPES, SPREAD}, says="not available in a solution cell")
def asks_the_checks(L, K, device="cpu"):
    import numpy as np
    import torch_checks

    return torch_checks.first_network(np.random.default_rng(), [2] + [K] * (L - 1) + [1])


@wrong(fails={SHAPES, SPREAD}, says="this exercise is still empty")
def not_started(L, K, device="cpu"):
    raise NotImplementedError()
