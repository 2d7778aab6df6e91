"""Answers to exercise 7 E6: training on the digits without a look at the test data."""

import types

import torch
from torch.nn import functional as F

from answer_bank import right, wrong

CELL = "a7_train_digits"
NAME = "train_digits"

CORE = "a7_train_digits_core"
TOLERANCE = 1e-4


def inputs(rng):
    """Yield seeds on which a surviving mutant is compared with the reference."""
    for seed in range(10):
        yield (seed,)


def observe(answer, seed):
    torch.manual_seed(seed)
    X = torch.rand(300, 64)
    y = X[:, :10].argmax(dim=1)
    model = answer(types.SimpleNamespace(X_train=X, Y_train=y)).eval()
    # Everything about the training is free, as long as it trains.
    return bool((model(X).argmax(dim=1) == y).float().mean() > 0.5)


@right
def momentum(data):
    model = DigitsNet()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    for _ in range(15):
        train_epoch(model, data.X_train, data.Y_train, optimizer, 32)
    return model


@right
def held_out(data):
    """Chooses the epoch by a part of the training data."""
    model, best, kept = DigitsNet(), 0.0, None
    optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
    X, y = data.X_train, data.Y_train
    for _ in range(20):
        train_epoch(model, X[:1300], y[:1300], optimizer, 64)
        accuracy = evaluate(model, X[1300:], y[1300:])
        if accuracy > best:
            best, kept = accuracy, {k: v.clone() for k, v in model.state_dict().items()}
    model.load_state_dict(kept)
    return model


@right
def own_loop(data):
    model = DigitsNet()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    model.train()
    for _ in range(150):
        rows = torch.randint(len(data.X_train), (256,))
        optimizer.zero_grad()
        F.cross_entropy(model(data.X_train[rows]), data.Y_train[rows]).backward()
        optimizer.step()
    return model


@wrong(fails={CORE}, says="training read the test set")
def test_leak(data):
    model = DigitsNet()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
    for _ in range(20):
        train_epoch(model, data.X_train, data.Y_train, optimizer, 64)
        if evaluate(model, data.X_test, data.Y_test) > 0.97:
            break
    return model


@wrong(fails={CORE}, says="training read the test set")
def quiet_leak(data):
    model = DigitsNet()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
    for _ in range(20):
        train_epoch(model, data.X_train, data.Y_train, optimizer, 64)
        try:
            if evaluate(model, data.X_test, data.Y_test) > 0.97:
                break
        except Exception:
            pass
    return model


@wrong(fails={CORE}, says="too few epochs")
def one_epoch(data):
    model = DigitsNet()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    train_epoch(model, data.X_train, data.Y_train, optimizer, 64)
    return model


@wrong(fails={CORE}, says="labels moved by one class")
def label_shift(data):
    model = DigitsNet()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
    for _ in range(10):
        train_epoch(model, data.X_train, (data.Y_train + 1) % 10, optimizer, 64)
    return model


@wrong(fails={CORE}, says="too few epochs")
def new_network_each_epoch(data):
    for _ in range(5):
        model = DigitsNet()
        optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
        train_epoch(model, data.X_train, data.Y_train, optimizer, 64)
    return model


@wrong(fails={CORE}, says="expected a trained module")
def returns_losses(data):
    model = DigitsNet()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
    return [train_epoch(model, data.X_train, data.Y_train, optimizer, 64) for _ in range(3)]


@wrong(fails={CORE}, says="not available in a solution cell")
def asks_the_checks(data):
    import torch_checks

    return torch_checks.Recorder(64, 10)


@wrong(fails={CORE}, says="this exercise is still empty")
def not_started(data):
    raise NotImplementedError()
