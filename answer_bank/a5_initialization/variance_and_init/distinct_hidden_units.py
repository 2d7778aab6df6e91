"""Answers to exercise 5a E7: hidden units that differ after training."""

import numpy as np

from answer_bank import right, wrong

CELL = "a5a_distinct_hidden_units"
NAME = "distinct_hidden_units"

CORE, TRAINING = "a5a_distinct_hidden_units_core", "a5a_distinct_hidden_units_training"


def inputs(rng):
    """Yield tasks on which a surviving mutant is compared with the reference."""
    for steps in (0, 1, 3, 10):
        for W1, W2 in (
            (rng.normal(size=(5, 7)), rng.normal(size=(7, 3))),
            (np.full((5, 7), 0.5), np.full((7, 3), 0.5)),
            (np.full((5, 7), 0.5), rng.normal(size=(7, 3))),
            (np.zeros((5, 7)), np.zeros((7, 3))),
        ):
            params = [(W1, np.zeros(7)), (W2, np.zeros(3))]
            X, Y = rng.normal(size=(11, 5)), np.eye(3)[rng.integers(0, 3, size=11)]
            yield params, X, Y, steps, 0.3
    # A unit that one long step moves onto another (see the hidden tests).
    X, Y = rng.uniform(0.5, 1.5, size=(7, 5)), np.eye(3)[np.zeros(7, dtype=int)]
    W1, b1 = np.full((5, 2), -1.0), np.array([0.1, -1.0])
    W1[:, 0] = 0.15
    W2 = np.array([[-1.0, 1.0, 1.0], [0.0, 0.0, 0.0]])
    z = X @ W1[:, 0] + b1[0]
    p = np.exp(np.outer(z, W2[0]))
    p /= p.sum(axis=1, keepdims=True)
    delta = ((p - Y) / 7) @ W2[0]
    W1[:, 1], b1[1] = W1[:, 0] - 2.0 * (X.T @ delta), b1[0] - 2.0 * delta.sum()
    for steps in (0, 1, 2):
        yield [(W1, b1), (W2, np.zeros(3))], X, Y, steps, 2.0


@right
def rounded_and_unique(params, X, Y, steps, lr):
    (W1, b1), (W2, b2) = params
    for _ in range(steps):
        S = X @ W1 + b1
        Z = relu(S)
        d_out = (softmax(Z @ W2 + b2) - Y) / len(X)
        d_S = (d_out @ W2.T) * relu_slope(S)
        W1, b1 = W1 - lr * X.T @ d_S, b1 - lr * d_S.sum(axis=0)
        W2, b2 = W2 - lr * Z.T @ d_out, b2 - lr * d_out.sum(axis=0)
    units = np.vstack([W1, b1]).T
    return len(np.unique(np.round(units, 6), axis=0))


@right
def pairwise_distances(params, X, Y, steps, lr):
    (W1, b1), (W2, b2) = params
    for _ in range(steps):
        S = X @ W1 + b1
        Z = relu(S)
        d_out = (softmax(Z @ W2 + b2) - Y) / len(X)
        d_S = (d_out @ W2.T) * relu_slope(S)
        W1, b1 = W1 - lr * X.T @ d_S, b1 - lr * d_S.sum(axis=0)
        W2, b2 = W2 - lr * Z.T @ d_out, b2 - lr * d_out.sum(axis=0)
    units = np.concatenate([W1, b1[None, :]]).T
    distances = np.abs(units[:, None, :] - units[None, :, :]).max(axis=2)
    first = [not np.any(row[:k] <= 1e-8) for k, row in enumerate(distances)]
    return int(np.sum(first))


@right
def kept_in_a_list(params, X, Y, steps, lr):
    W1, b1, W2, b2 = (a.copy() for layer in params for a in layer)
    for _ in range(steps):
        Z = np.maximum(X @ W1 + b1, 0)
        logits = Z @ W2 + b2
        p = np.exp(logits - logits.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        d_logits = (p - Y) / X.shape[0]
        d_Z = d_logits @ W2.T
        d_Z[Z <= 0] = 0
        W2 -= lr * (Z.T @ d_logits)
        b2 -= lr * d_logits.sum(axis=0)
        W1 -= lr * (X.T @ d_Z)
        b1 -= lr * d_Z.sum(axis=0)
    kept = []
    for unit in np.vstack((W1, b1)).T:
        if not any(np.allclose(unit, other) for other in kept):
            kept.append(unit)
    return len(kept)


@right
def set_of_tuples(params, X, Y, steps, lr):
    (W1, b1), (W2, b2) = params
    for _ in range(steps):
        S = X @ W1 + b1
        Z = relu(S)
        d_out = (softmax(Z @ W2 + b2) - Y) / len(X)
        d_S = (d_out @ W2.T) * relu_slope(S)
        W1, b1 = W1 - lr * X.T @ d_S, b1 - lr * d_S.sum(axis=0)
        W2, b2 = W2 - lr * Z.T @ d_out, b2 - lr * d_out.sum(axis=0)
    return len({tuple(np.round(np.append(W1[:, h], b1[h]), 7) + 0.0) for h in range(len(b1))})


@wrong(fails={CORE, TRAINING}, says="rows of W1 are counted")
def counts_rows(params, X, Y, steps, lr):
    (W1, b1), (W2, b2) = params
    for _ in range(steps):
        S = X @ W1 + b1
        Z = relu(S)
        d_out = (softmax(Z @ W2 + b2) - Y) / len(X)
        d_S = (d_out @ W2.T) * relu_slope(S)
        W1, b1 = W1 - lr * X.T @ d_S, b1 - lr * d_S.sum(axis=0)
        W2, b2 = W2 - lr * Z.T @ d_out, b2 - lr * d_out.sum(axis=0)
    return len(np.unique(np.round(W1, 6), axis=0))


@wrong(fails={CORE, TRAINING}, says="equal ones may differ in their last digits")
def exact_equality(params, X, Y, steps, lr):
    (W1, b1), (W2, b2) = params
    for _ in range(steps):
        S = X @ W1 + b1
        Z = relu(S)
        d_out = (softmax(Z @ W2 + b2) - Y) / len(X)
        d_S = (d_out @ W2.T) * relu_slope(S)
        W1, b1 = W1 - lr * X.T @ d_S, b1 - lr * d_S.sum(axis=0)
        W2, b2 = W2 - lr * Z.T @ d_out, b2 - lr * d_out.sum(axis=0)
    units = np.vstack([W1, b1]).T
    return len(np.unique(units, axis=0))


@wrong(fails={CORE, TRAINING}, says="compare more digits")
def too_loose(params, X, Y, steps, lr):
    (W1, b1), (W2, b2) = params
    for _ in range(steps):
        S = X @ W1 + b1
        Z = relu(S)
        d_out = (softmax(Z @ W2 + b2) - Y) / len(X)
        d_S = (d_out @ W2.T) * relu_slope(S)
        W1, b1 = W1 - lr * X.T @ d_S, b1 - lr * d_S.sum(axis=0)
        W2, b2 = W2 - lr * Z.T @ d_out, b2 - lr * d_out.sum(axis=0)
    units = np.vstack([W1, b1]).T
    return len(np.unique(np.round(units), axis=0))


@wrong(fails={TRAINING}, says="the number before training")
def trains_a_copy(params, X, Y, steps, lr):
    (W1, b1), (W2, b2) = params
    for _ in range(steps):
        S = X @ W1 + b1
        Z = relu(S)
        d_out = (softmax(Z @ W2 + b2) - Y) / len(X)
        d_S = (d_out @ W2.T) * relu_slope(S)
        W1, b1 = W1 - lr * X.T @ d_S, b1 - lr * d_S.sum(axis=0)
        W2, b2 = W2 - lr * Z.T @ d_out, b2 - lr * d_out.sum(axis=0)
    W1, b1 = params[0]
    units = np.vstack([W1, b1]).T
    return len(np.unique(np.round(units, 6), axis=0))


@wrong(fails={CORE}, says="units equal in W1 but not in b1")
def bias_ignored(params, X, Y, steps, lr):
    (W1, b1), (W2, b2) = params
    for _ in range(steps):
        S = X @ W1 + b1
        Z = relu(S)
        d_out = (softmax(Z @ W2 + b2) - Y) / len(X)
        d_S = (d_out @ W2.T) * relu_slope(S)
        W1, b1 = W1 - lr * X.T @ d_S, b1 - lr * d_S.sum(axis=0)
        W2, b2 = W2 - lr * Z.T @ d_out, b2 - lr * d_out.sum(axis=0)
    return len(np.unique(np.round(W1.T, 6), axis=0))


@wrong(fails={CORE, TRAINING}, says="all units are counted, equal or not")
def counts_all_units(params, X, Y, steps, lr):
    (W1, b1), (W2, b2) = params
    for _ in range(steps):
        S = X @ W1 + b1
        Z = relu(S)
        d_out = (softmax(Z @ W2 + b2) - Y) / len(X)
        d_S = (d_out @ W2.T) * relu_slope(S)
        W1, b1 = W1 - lr * X.T @ d_S, b1 - lr * d_S.sum(axis=0)
        W2, b2 = W2 - lr * Z.T @ d_out, b2 - lr * d_out.sum(axis=0)
    return W1.shape[1]


@wrong(fails={CORE, TRAINING}, says="the rank of W1")
def rank(params, X, Y, steps, lr):
    (W1, b1), (W2, b2) = params
    for _ in range(steps):
        S = X @ W1 + b1
        Z = relu(S)
        d_out = (softmax(Z @ W2 + b2) - Y) / len(X)
        d_S = (d_out @ W2.T) * relu_slope(S)
        W1, b1 = W1 - lr * X.T @ d_S, b1 - lr * d_S.sum(axis=0)
        W2, b2 = W2 - lr * Z.T @ d_out, b2 - lr * d_out.sum(axis=0)
    return int(np.linalg.matrix_rank(W1))


@wrong(fails={TRAINING}, says="a unit that meets another, 2 steps")
def sum_over_samples(params, X, Y, steps, lr):
    (W1, b1), (W2, b2) = params
    for _ in range(steps):
        S = X @ W1 + b1
        Z = relu(S)
        d_out = softmax(Z @ W2 + b2) - Y
        d_S = (d_out @ W2.T) * relu_slope(S)
        W1, b1 = W1 - lr * X.T @ d_S, b1 - lr * d_S.sum(axis=0)
        W2, b2 = W2 - lr * Z.T @ d_out, b2 - lr * d_out.sum(axis=0)
    units = np.vstack([W1, b1]).T
    return len(np.unique(np.round(units, 6), axis=0))


@wrong(fails={TRAINING}, says="a unit that meets another, 2 steps")
def ascends(params, X, Y, steps, lr):
    (W1, b1), (W2, b2) = params
    for _ in range(steps):
        S = X @ W1 + b1
        Z = relu(S)
        d_out = (softmax(Z @ W2 + b2) - Y) / len(X)
        d_S = (d_out @ W2.T) * relu_slope(S)
        W1, b1 = W1 + lr * X.T @ d_S, b1 + lr * d_S.sum(axis=0)
        W2, b2 = W2 + lr * Z.T @ d_out, b2 + lr * d_out.sum(axis=0)
    units = np.vstack([W1, b1]).T
    return len(np.unique(np.round(units, 6), axis=0))


@wrong(fails={TRAINING}, says="a unit that meets another")
def no_gate(params, X, Y, steps, lr):
    (W1, b1), (W2, b2) = params
    for _ in range(steps):
        S = X @ W1 + b1
        Z = relu(S)
        d_out = (softmax(Z @ W2 + b2) - Y) / len(X)
        d_S = (d_out @ W2.T)
        W1, b1 = W1 - lr * X.T @ d_S, b1 - lr * d_S.sum(axis=0)
        W2, b2 = W2 - lr * Z.T @ d_out, b2 - lr * d_out.sum(axis=0)
    units = np.vstack([W1, b1]).T
    return len(np.unique(np.round(units, 6), axis=0))


@wrong(fails={TRAINING}, says="a unit that meets another, 2 steps")
def biases_not_trained(params, X, Y, steps, lr):
    (W1, b1), (W2, b2) = params
    for _ in range(steps):
        S = X @ W1 + b1
        Z = relu(S)
        d_out = (softmax(Z @ W2 + b2) - Y) / len(X)
        d_S = (d_out @ W2.T) * relu_slope(S)
        W1, b1 = W1 - lr * X.T @ d_S, b1
        W2, b2 = W2 - lr * Z.T @ d_out, b2 - lr * d_out.sum(axis=0)
    units = np.vstack([W1, b1]).T
    return len(np.unique(np.round(units, 6), axis=0))


@wrong(fails={TRAINING}, says="a unit that meets another, 2 steps")
def first_layer_only(params, X, Y, steps, lr):
    (W1, b1), (W2, b2) = params
    for _ in range(steps):
        S = X @ W1 + b1
        Z = relu(S)
        d_out = (softmax(Z @ W2 + b2) - Y) / len(X)
        d_S = (d_out @ W2.T) * relu_slope(S)
        W1, b1 = W1 - lr * X.T @ d_S, b1 - lr * d_S.sum(axis=0)
    units = np.vstack([W1, b1]).T
    return len(np.unique(np.round(units, 6), axis=0))


@wrong(fails={TRAINING}, says="the number before training")
def last_layer_only(params, X, Y, steps, lr):
    (W1, b1), (W2, b2) = params
    for _ in range(steps):
        S = X @ W1 + b1
        Z = relu(S)
        d_out = (softmax(Z @ W2 + b2) - Y) / len(X)
        d_S = (d_out @ W2.T) * relu_slope(S)
        W2, b2 = W2 - lr * Z.T @ d_out, b2 - lr * d_out.sum(axis=0)
    units = np.vstack([W1, b1]).T
    return len(np.unique(np.round(units, 6), axis=0))


@wrong(fails={CORE, TRAINING}, says="no steps")
def one_step_too_many(params, X, Y, steps, lr):
    (W1, b1), (W2, b2) = params
    for _ in range(steps + 1):
        S = X @ W1 + b1
        Z = relu(S)
        d_out = (softmax(Z @ W2 + b2) - Y) / len(X)
        d_S = (d_out @ W2.T) * relu_slope(S)
        W1, b1 = W1 - lr * X.T @ d_S, b1 - lr * d_S.sum(axis=0)
        W2, b2 = W2 - lr * Z.T @ d_out, b2 - lr * d_out.sum(axis=0)
    units = np.vstack([W1, b1]).T
    return len(np.unique(np.round(units, 6), axis=0))


@wrong(fails={CORE}, says="your function changed its argument number 1")
def trains_in_place(params, X, Y, steps, lr):
    (W1, b1), (W2, b2) = params
    for _ in range(steps):
        S = X @ W1 + b1
        Z = relu(S)
        d_out = (softmax(Z @ W2 + b2) - Y) / len(X)
        d_S = (d_out @ W2.T) * relu_slope(S)
        W1 -= lr * X.T @ d_S
        b1 -= lr * d_S.sum(axis=0)
        W2 -= lr * Z.T @ d_out
        b2 -= lr * d_out.sum(axis=0)
    units = np.vstack([W1, b1]).T
    return len(np.unique(np.round(units, 6), axis=0))


@wrong(fails={CORE, TRAINING}, says="not available in a solution cell")
def asks_the_checks(params, X, Y, steps, lr):
    import nn_utils

    W1, b1 = nn_utils.trained_params(params, X, Y, steps, lr)[0]
    return len(np.unique(np.round(np.vstack([W1, b1]).T, 6), axis=0))


@wrong(fails={CORE, TRAINING}, says="this exercise is still empty")
def not_started(params, X, Y, steps, lr):
    raise NotImplementedError()
