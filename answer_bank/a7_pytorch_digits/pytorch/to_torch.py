"""Answers to exercise 7 E1: a NumPy network as a PyTorch model."""

import numpy as np
import torch
from torch import nn

from answer_bank import right, wrong

CELL = "a7_to_torch"
NAME = "to_torch"

CORE, OWN = "a7_to_torch_core", "a7_to_torch_own"
TOLERANCE = 1e-12


def inputs(rng):
    """Yield networks and data on which a surviving mutant is compared with the reference."""
    for sizes in ((5, 3), (3, 3), (5, 7, 2), (3, 3, 3), (2, 5, 3, 1)):
        for _ in range(2):
            pairs = list(zip(sizes[:-1], sizes[1:]))
            params = [(rng.normal(size=pair), rng.normal(size=pair[1])) for pair in pairs]
            yield params, rng.normal(size=(7, sizes[0]))


def observe(answer, params, X):
    model = answer(params)
    output = model(torch.tensor(X))
    output.square().sum().backward()
    return [output.detach().numpy()] + [p.grad.numpy() for p in model.parameters()]


@right
def state_dict(params):
    sizes = [params[0][0].shape[0]] + [len(b) for _, b in params]
    modules = []
    for a, b in zip(sizes, sizes[1:]):
        modules += [nn.Linear(a, b), nn.ReLU()]
    model = nn.Sequential(*modules[:-1]).double()
    numbers = [part for W, b in params for part in (torch.tensor(W.T), torch.tensor(b))]
    model.load_state_dict(dict(zip(model.state_dict(), numbers)))
    return model


@right
def parameters_of_copies(params):
    model = nn.Sequential()
    for number, (W, b) in enumerate(params):
        if number:
            model.append(nn.ReLU())
        layer = nn.Linear(W.shape[0], W.shape[1])
        layer.weight = nn.Parameter(torch.tensor(W).T.contiguous())
        layer.bias = nn.Parameter(torch.tensor(b))
        model.append(layer)
    return model


@right
def cloned_from_numpy(params):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.weights = nn.ParameterList()
            for W, b in params:
                self.weights.append(nn.Parameter(torch.from_numpy(W).T.clone()))
                self.weights.append(nn.Parameter(torch.from_numpy(b).clone()))

        def forward(self, X):
            for k in range(0, len(self.weights), 2):
                X = nn.functional.linear(X, self.weights[k], self.weights[k + 1])
                if k + 2 < len(self.weights):
                    X = X.relu()
            return X

    return Net()


@wrong(fails={CORE}, says="stores its weight as (out, in)")
def not_transposed(params):
    layers = []
    for W, b in params:
        linear = nn.Linear(*W.shape, dtype=torch.float64)
        linear.weight = nn.Parameter(torch.tensor(W))
        linear.bias = nn.Parameter(torch.tensor(b))
        layers += [linear, nn.ReLU()]
    return nn.Sequential(*layers[:-1])


@wrong(fails={CORE}, says="stores its weight as (out, in)")
def reshaped(params):
    layers = []
    for W, b in params:
        linear = nn.Linear(*W.shape, dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(W.T if W.shape[0] != W.shape[1] else W))
            linear.bias.copy_(torch.tensor(b))
        layers += [linear, nn.ReLU()]
    return nn.Sequential(*layers[:-1])


@wrong(fails={CORE, OWN}, says="PyTorch does not mix float32 and float64")
def float32(params):
    layers = []
    for W, b in params:
        linear = nn.Linear(*W.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(W.T))
            linear.bias.copy_(torch.tensor(b))
        layers += [linear, nn.ReLU()]
    return nn.Sequential(*layers[:-1])


@wrong(fails={CORE}, says="float32 is involved")
def through_float32(params):
    layers = []
    for W, b in params:
        linear = nn.Linear(*W.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(W.T))
            linear.bias.copy_(torch.tensor(b))
        layers += [linear, nn.ReLU()]
    return nn.Sequential(*layers[:-1]).double()


@wrong(fails={OWN}, says="changing the model's tensors changed the numpy arrays")
def shares_memory(params):
    layers = []
    for W, b in params:
        linear = nn.Linear(*W.shape)
        linear.weight = nn.Parameter(torch.from_numpy(W).T)
        linear.bias = nn.Parameter(torch.from_numpy(b))
        layers += [linear, nn.ReLU()]
    return nn.Sequential(*layers[:-1])


@wrong(fails={CORE}, says="a constant offset per output: the biases are missing")
def bias_dropped(params):
    layers = []
    for W, b in params:
        linear = nn.Linear(*W.shape, dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(W.T))
            linear.bias.zero_()
        layers += [linear, nn.ReLU()]
    return nn.Sequential(*layers[:-1])


@wrong(fails={CORE}, says="the loss has no grad_fn")
def no_requires_grad(params):
    layers = []
    for W, b in params:
        linear = nn.Linear(*W.shape, dtype=torch.float64)
        linear.weight = nn.Parameter(torch.tensor(W.T.copy()), requires_grad=False)
        linear.bias = nn.Parameter(torch.tensor(b), requires_grad=False)
        layers += [linear, nn.ReLU()]
    return nn.Sequential(*layers[:-1])


@wrong(fails={CORE}, says="there is no ReLU behind the last layer")
def relu_at_the_end(params):
    layers = []
    for W, b in params:
        linear = nn.Linear(*W.shape, dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(W.T))
            linear.bias.copy_(torch.tensor(b))
        layers += [linear, nn.ReLU()]
    return nn.Sequential(*layers)


@wrong(fails={CORE, OWN}, says="not available in a solution cell")
def asks_the_checks(params):
    import torch_checks

    return lambda X: torch.tensor(torch_checks.network_output(X.numpy(), params))


@wrong(fails={CORE, OWN}, says="this exercise is still empty")
def not_started(params):
    raise NotImplementedError()
