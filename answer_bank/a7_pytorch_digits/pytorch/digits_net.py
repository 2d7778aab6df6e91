"""Answers to exercise 7 E6: a module for the digits."""

import torch
from torch import nn
from torch.nn import functional as F

from answer_bank import right, wrong

CELL = "a7_digits_net"
NAME = "DigitsNet"

CORE = "a7_digits_net_core"
TOLERANCE = 1e-5


def inputs(rng):
    """Yield seeds and sizes on which a surviving mutant is compared with the reference."""
    for seed in range(4):
        for N in (1, 7, 11):
            yield seed, N


def observe(answer, seed, N):
    torch.manual_seed(seed)
    net = answer().eval()
    # Depth, width and dropout are free.
    return net(torch.rand(N, 64)).shape, any(p.requires_grad for p in net.parameters())


@right
class Sequential(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))


@right
class Attributes(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(64, 100)
        self.second = nn.Linear(100, 50)
        self.third = nn.Linear(50, 10)

    def forward(self, X):
        return self.third(F.relu(self.second(F.relu(self.first(X)))))


@right
class Convolution(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Conv2d(1, 8, 3, padding=1)
        self.classes = nn.Linear(8 * 64, 10)

    def forward(self, X):
        return self.classes(F.relu(self.features(X.view(-1, 1, 8, 8))).flatten(1))


@right
class OwnParameters(nn.Module):
    def __init__(self):
        super().__init__()
        self.W1 = nn.Parameter(torch.randn(64, 80) / 6)
        self.b1 = nn.Parameter(torch.zeros(80))
        self.W2 = nn.Parameter(torch.randn(80, 10) / 6)
        self.b2 = nn.Parameter(torch.zeros(10))

    def forward(self, X):
        return torch.tanh(X @ self.W1 + self.b1) @ self.W2 + self.b2


@wrong(fails={CORE}, says="0 registered parameters")
class PlainList(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10)]

    def forward(self, X):
        for layer in self.layers:
            X = layer(X)
        return X


@wrong(fails={CORE}, says="the loss could not fall below 1.461")
class SoftmaxTwice(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))

    def forward(self, X):
        return torch.softmax(self.layers(X), dim=1)


@wrong(fails={CORE}, says="log-probabilities")
class LogSoftmax(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))

    def forward(self, X):
        return F.log_softmax(self.layers(X), dim=1)


@wrong(fails={CORE}, says="expected shape (7, 10)")
class LabelsOut(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(64, 10)

    def forward(self, X):
        return self.layer(X).argmax(dim=1)


@wrong(fails={CORE}, says="this exercise is still empty")
class NotStarted(nn.Module):
    def __init__(self):
        raise NotImplementedError()


@wrong(fails={CORE}, says="is not defined")
class asks_the_checks(__import__("torch_checks").Recorder):
    def __init__(self):
        super().__init__(64, 10)
