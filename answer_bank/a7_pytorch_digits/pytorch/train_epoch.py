"""Answers to exercise 7 E6: one epoch of training."""

import torch
from torch import nn
from torch.nn import functional as F

from answer_bank import right, wrong

CELL = "a7_train_epoch"
NAME = "train_epoch"

CORE = "a7_train_epoch_core"
TOLERANCE = 1e-5


def inputs(rng):
    """Yield seeds and sizes on which a surviving mutant is compared with the reference."""
    for seed in range(3):
        for N, batch_size in ((7, 3), (12, 4), (5, 10), (1, 1)):
            yield seed, N, batch_size


def observe(answer, seed, N, batch_size):
    torch.manual_seed(seed)
    model = nn.Linear(3, 4).eval()
    X, y = torch.randn(N, 3), torch.randint(4, (N,))
    loss = answer(model, X, y, torch.optim.SGD(model.parameters(), lr=0.1), batch_size)
    return loss, model.weight.detach().numpy(), model.training


@right
def loader(model, X, y, optimizer, batch_size):
    from torch.utils.data import DataLoader, TensorDataset

    model.train()
    losses = []
    for images, labels in DataLoader(TensorDataset(X, y), batch_size=batch_size, shuffle=True):
        optimizer.zero_grad()
        each = F.cross_entropy(model(images), labels, reduction="none")
        each.mean().backward()
        optimizer.step()
        losses += each.tolist()
    return sum(losses) / len(losses)


@right
def numpy_order(model, X, y, optimizer, batch_size):
    model.train()
    order = np.random.default_rng().permutation(len(X))
    criterion = nn.CrossEntropyLoss(reduction="sum")
    total = 0.0
    for start in range(0, len(X), batch_size):
        rows = torch.as_tensor(order[start : start + batch_size])
        loss = criterion(model(X[rows]), y[rows])
        for parameter in model.parameters():
            parameter.grad = None
        (loss / len(rows)).backward()
        optimizer.step()
        total += loss.detach()
    return float(total / len(X))


@right
def log_probabilities(model, X, y, optimizer, batch_size):
    model.train(True)
    order = torch.randperm(X.shape[0])
    weighted = []
    for rows in torch.split(order, batch_size):
        loss = F.nll_loss(F.log_softmax(model(X[rows]), dim=1), y[rows])
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        weighted.append(loss.item() * len(rows))
    return sum(weighted) / X.shape[0]


@wrong(fails={CORE}, says="3 samples never appear")
def drops_tail(model, X, y, optimizer, batch_size):
    model.train()
    total, order = 0.0, torch.randperm(len(X))
    batches = max(len(X) // batch_size, 1)
    for k in range(batches):
        rows = order[k * batch_size : (k + 1) * batch_size]
        loss = F.cross_entropy(model(X[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(rows)
    return total / len(X)


@wrong(fails={CORE}, says="the samples come in the order of X")
def never_shuffles(model, X, y, optimizer, batch_size):
    model.train()
    total = 0.0
    for images, labels in zip(X.split(batch_size), y.split(batch_size)):
        loss = F.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(images)
    return total / len(X)


@wrong(fails={CORE}, says="do images and labels still belong to each other?")
def unpaired(model, X, y, optimizer, batch_size):
    model.train()
    total, other = 0.0, torch.randperm(len(X))
    for rows in torch.randperm(len(X)).split(batch_size):
        loss = F.cross_entropy(model(X[rows]), y[other[rows]])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(rows)
    return total / len(X)


@wrong(fails={CORE}, says="the labels are shifted by one class")
def label_shift(model, X, y, optimizer, batch_size):
    model.train()
    total, classes = 0.0, model(X[:1]).shape[1] if len(X) > 100 else 7
    for rows in torch.randperm(len(X)).split(batch_size):
        loss = F.cross_entropy(model(X[rows]), (y[rows] + 1) % classes)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(rows)
    return total / len(X)


@wrong(fails={CORE}, says="softmax is applied twice")
def softmax_twice(model, X, y, optimizer, batch_size):
    model.train()
    total = 0.0
    for rows in torch.randperm(len(X)).split(batch_size):
        loss = F.cross_entropy(F.softmax(model(X[rows]), dim=1), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(rows)
    return total / len(X)


@wrong(fails={CORE}, says="step 2 uses the sum of two gradients")
def no_zero_grad(model, X, y, optimizer, batch_size):
    model.train()
    total = 0.0
    for rows in torch.randperm(len(X)).split(batch_size):
        loss = F.cross_entropy(model(X[rows]), y[rows])
        loss.backward()
        optimizer.step()
        total += loss.item() * len(rows)
    return total / len(X)


@wrong(fails={CORE}, says="model.train() comes first")
def no_train_mode(model, X, y, optimizer, batch_size):
    total = 0.0
    for rows in torch.randperm(len(X)).split(batch_size):
        loss = F.cross_entropy(model(X[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(rows)
    return total / len(X)


@wrong(fails={CORE}, says="all batches count the same")
def mean_of_batches(model, X, y, optimizer, batch_size):
    model.train()
    losses = []
    for rows in torch.randperm(len(X)).split(batch_size):
        loss = F.cross_entropy(model(X[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return sum(losses) / len(losses)


@wrong(fails={CORE}, says="a sum over batches, not a mean over samples")
def summed(model, X, y, optimizer, batch_size):
    model.train()
    total = 0.0
    for rows in torch.randperm(len(X)).split(batch_size):
        loss = F.cross_entropy(model(X[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total


@wrong(fails={CORE}, says="batch_size is not used")
def one_batch(model, X, y, optimizer, batch_size):
    model.train()
    loss = F.cross_entropy(model(X), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@wrong(fails={CORE}, says="nothing was learned")
def no_step(model, X, y, optimizer, batch_size):
    model.train()
    total = 0.0
    for rows in torch.randperm(len(X)).split(batch_size):
        loss = F.cross_entropy(model(X[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        total += loss.item() * len(rows)
    return total / len(X)


@wrong(fails={CORE}, says="where is loss.backward()?")
def no_backward(model, X, y, optimizer, batch_size):
    model.train()
    total = 0.0
    for rows in torch.randperm(len(X)).split(batch_size):
        loss = F.cross_entropy(model(X[rows]), y[rows])
        optimizer.zero_grad()
        optimizer.step()
        total += loss.item() * len(rows)
    return total / len(X)


@wrong(fails={CORE}, says="not available in a solution cell")
def asks_the_checks(model, X, y, optimizer, batch_size):
    import torch_checks

    return torch_checks._mean_loss(model, X, y)


@wrong(fails={CORE}, says="this exercise is still empty")
def not_started(model, X, y, optimizer, batch_size):
    raise NotImplementedError()
