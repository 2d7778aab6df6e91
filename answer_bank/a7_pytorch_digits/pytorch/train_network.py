"""Answers to exercise 7 E4: a training loop with plain tensors."""

import torch
from torch.nn import functional as F

from answer_bank import right, wrong

CELL = "a7_train_network"
NAME = "train_network"

LOSS, STEPS, BAR = "a7_train_network_loss", "a7_train_network_steps", "a7_train_network_bar"
TOLERANCE = 1e-6


def inputs(rng):
    """Yield seeds and steps on which a surviving mutant is compared with the reference."""
    for seed in range(4):
        for steps in (1, 5, 50):
            yield seed, steps


def observe(answer, seed, steps):
    generator = torch.Generator().manual_seed(seed)
    weights = [torch.randn(*pair, generator=generator) for pair in ((2, 5), (5, 1))]
    biases = [torch.zeros(5), torch.zeros(1)]
    X = torch.rand(11, 2, generator=generator)
    for tensor in weights + biases:
        tensor.requires_grad_()
    losses = answer(weights, biases, X, X[:, :1] * X[:, 1:], steps)
    # Rate and optimizer are free: the first loss counts, and that the loss falls.
    return losses[0], len(losses), steps < 50 or losses[-1] < losses[0] / 2


@right
def momentum(weights, biases, X, Y, steps):
    optimizer = torch.optim.SGD(weights + biases, lr=0.05, momentum=0.9)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = ((predict(X, weights, biases) - Y) ** 2).mean()
        loss.backward()
        losses.append(float(loss))
        optimizer.step()
    return losses


@right
def by_hand(weights, biases, X, Y, steps):
    tensors = [*weights, *biases]
    velocity = [torch.zeros_like(t) for t in tensors]
    losses = []
    for _ in range(steps):
        loss = F.mse_loss(predict(X, weights, biases), Y)
        gradients = torch.autograd.grad(loss, tensors)
        losses.append(loss.item())
        with torch.no_grad():
            for t, v, g in zip(tensors, velocity, gradients):
                v.mul_(0.9).add_(g)
                t -= 0.05 * v
    return losses


@right
def zeroed_at_the_end(weights, biases, X, Y, steps):
    optimizer = torch.optim.AdamW(weights + biases, lr=0.02, weight_decay=0.0)
    losses = []
    for _ in range(steps):
        loss = F.mse_loss(predict(X, weights, biases), Y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=False)
        losses.append(loss.item())
    return losses


@wrong(fails={STEPS, BAR}, says="step 2 uses the sum of two gradients")
def no_zero_grad(weights, biases, X, Y, steps):
    optimizer = torch.optim.Adam(weights + biases, lr=0.01)
    losses = []
    for _ in range(steps):
        loss = F.mse_loss(predict(X, weights, biases), Y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@wrong(fails={LOSS, BAR}, says="your loss averages a 211 x 211 table of differences")
def broadcast(weights, biases, X, Y, steps):
    optimizer = torch.optim.Adam(weights + biases, lr=0.01)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = ((predict(X, weights, biases) - Y.flatten()) ** 2).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@wrong(fails={LOSS, BAR}, says="a sum, not a mean")
def summed(weights, biases, X, Y, steps):
    optimizer = torch.optim.Adam(weights + biases, lr=0.01)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = ((predict(X, weights, biases) - Y) ** 2).sum()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@wrong(fails={STEPS, BAR}, says="does an update follow each backward?")
def step_before_backward(weights, biases, X, Y, steps):
    optimizer = torch.optim.Adam(weights + biases, lr=0.01)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(predict(X, weights, biases), Y)
        optimizer.step()
        loss.backward()
        losses.append(loss.item())
    return losses


@wrong(fails={LOSS, STEPS, BAR}, says="a tensor that the backward pass needs was changed in place")
def step_between_loss_and_backward(weights, biases, X, Y, steps):
    optimizer = torch.optim.Adam(weights + biases, lr=0.01)
    losses = []
    for _ in range(steps):
        loss = F.mse_loss(predict(X, weights, biases), Y)
        optimizer.step()
        optimizer.zero_grad()
        loss.backward()
        losses.append(loss.item())
    return losses


@wrong(fails={LOSS, STEPS, BAR}, says="the loss has no grad_fn")
def no_grad_context(weights, biases, X, Y, steps):
    optimizer = torch.optim.Adam(weights + biases, lr=0.01)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        with torch.no_grad():
            loss = F.mse_loss(predict(X, weights, biases), Y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@wrong(fails={STEPS}, says="the optimizer works on copies")
def optimizes_copies(weights, biases, X, Y, steps):
    weights = [W.detach().clone().requires_grad_() for W in weights]
    biases = [b.detach().clone().requires_grad_() for b in biases]
    optimizer = torch.optim.Adam(weights + biases, lr=0.01)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(predict(X, weights, biases), Y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@wrong(fails={STEPS, BAR}, says="no weight ever changes")
def no_step(weights, biases, X, Y, steps):
    losses = []
    for _ in range(steps):
        loss = F.mse_loss(predict(X, weights, biases), Y)
        losses.append(loss.item())
    return losses


@wrong(fails={LOSS}, says="the losses are tensors")
def losses_with_graphs(weights, biases, X, Y, steps):
    optimizer = torch.optim.Adam(weights + biases, lr=0.01)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(predict(X, weights, biases), Y)
        loss.backward()
        optimizer.step()
        losses.append(loss)
    return losses


@wrong(fails={BAR}, says="the loss falls too slowly")
def tiny_rate(weights, biases, X, Y, steps):
    optimizer = torch.optim.SGD(weights + biases, lr=1e-4)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(predict(X, weights, biases), Y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@wrong(fails={LOSS}, says="that of the weights as they came in")
def loss_after_the_update(weights, biases, X, Y, steps):
    optimizer = torch.optim.Adam(weights + biases, lr=0.01)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        F.mse_loss(predict(X, weights, biases), Y).backward()
        optimizer.step()
        losses.append(F.mse_loss(predict(X, weights, biases), Y).item())
    return losses


@wrong(fails={LOSS, STEPS, BAR}, says="a list of 200 losses")
def last_loss_alone(weights, biases, X, Y, steps):
    optimizer = torch.optim.Adam(weights + biases, lr=0.01)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(predict(X, weights, biases), Y)
        loss.backward()
        optimizer.step()
    return loss.item()


@wrong(fails={LOSS, STEPS, BAR}, says="not available in a solution cell")
def asks_the_checks(weights, biases, X, Y, steps):
    import torch_checks

    return [torch_checks.TRAIN_BAR / 2] * steps


@wrong(fails={LOSS, STEPS, BAR}, says="this exercise is still empty")
def not_started(weights, biases, X, Y, steps):
    raise NotImplementedError()
