"""Answers to exercise 3a E1: the one layer that several linear layers make."""

import numpy as np

from answer_bank import right, wrong

CELL = "a3a_collapse_linear"
NAME = "collapse_linear"

CORE, EDGES = "a3a_collapse_linear_core", "a3a_collapse_linear_edges"
TOLERANCE = 1e-10


def inputs(rng):
    """Yield layers on which a surviving mutant is compared with the reference."""
    for widths in ((3, 5), (5, 5, 5), (3, 3, 3, 3), (3, 5, 2), (5, 1, 3), (2, 3, 5, 7, 11)) * 2:
        pairs = list(zip(widths, widths[1:], strict=False))
        yield [rng.normal(size=pair) for pair in pairs], [rng.normal(size=m) for _, m in pairs]


@right
def fold_left(weights, biases):
    W, b = np.eye(len(weights[0])), np.zeros(len(weights[0]))
    for next_W, next_b in zip(weights, biases):
        W = W @ next_W
        b = b @ next_W + next_b
    return W, b


@right
def fold_right(weights, biases):
    W, b = np.eye(len(biases[-1])), np.zeros(len(biases[-1]))
    for i in range(len(weights) - 1, -1, -1):
        b = biases[i] @ W + b
        W = weights[i] @ W
    return W, b


@right
def probe_with_the_identity(weights, biases):
    def net(X):
        for W, b in zip(weights, biases):
            X = X @ W + b
        return X

    D = len(weights[0])
    b = net(np.zeros((1, D)))[0]
    return net(np.eye(D)) - b, b


@right
def one_matrix_with_a_row_for_the_bias(weights, biases):
    total = np.eye(len(weights[0]) + 1)
    for W, b in zip(weights, biases):
        layer = np.zeros((W.shape[0] + 1, W.shape[1] + 1))
        layer[:-1, :-1], layer[-1, :-1], layer[-1, -1] = W, b, 1.0
        total = total @ layer
    return total[:-1, :-1].copy(), total[-1, :-1].copy()


@right
def recursion(weights, biases):
    if len(weights) == 1:
        return weights[0].copy(), biases[0].copy()
    W, b = collapse_linear(weights[:-1], biases[:-1])
    return np.matmul(W, weights[-1]), np.dot(b, weights[-1]) + biases[-1]


@right
def multi_dot(weights, biases):
    W = np.linalg.multi_dot([np.eye(len(weights[0])), *weights])
    b = 0.0
    for i in range(len(biases)):
        passed = biases[i]
        for later in weights[i + 1 :]:
            passed = passed @ later
        b = b + passed
    return {"W": W, "b": b}


@wrong(fails={CORE, EDGES}, says="the matrices are multiplied in reversed order")
def reversed_product(weights, biases):
    W, b = weights[0].copy(), biases[0].copy()
    for next_W, next_b in zip(weights[1:], biases[1:]):
        W, b = next_W @ W, b @ next_W + next_b
    return W, b


@wrong(fails={CORE, EDGES}, says="b equals the sum of all biases: earlier biases pass through")
def plain_bias_sum(weights, biases):
    W = np.eye(len(weights[0]))
    for next_W in weights:
        W = W @ next_W
    return W, sum(biases)


@wrong(fails={CORE, EDGES}, says="b is the last bias alone")
def only_the_last_bias(weights, biases):
    W = np.eye(len(weights[0]))
    for next_W in weights:
        W = W @ next_W
    return W, biases[-1].copy()


@wrong(fails={CORE, EDGES}, says="b = expected - the last bias: it was dropped")
def last_bias_dropped(weights, biases):
    W, b = np.eye(len(weights[0])), np.zeros(len(weights[0]))
    for i in range(len(weights)):
        W = W @ weights[i]
        b = b @ weights[i] + (biases[i] if i + 1 < len(weights) else 0)
    return W, b


@wrong(fails={CORE, EDGES}, says="this is the transpose of the expected array")
def transposed(weights, biases):
    W, b = weights[0].copy(), biases[0].copy()
    for next_W, next_b in zip(weights[1:], biases[1:]):
        W, b = W @ next_W, b @ next_W + next_b
    return W.T.copy(), b


@wrong(fails={CORE, EDGES}, says="A @= B writes the product into A")
def in_place(weights, biases):
    W, b = weights[0], biases[0]
    for next_W, next_b in zip(weights[1:], biases[1:]):
        W @= next_W
        b = b @ next_W + next_b
    return W, b


@wrong(fails={EDGES}, says="your function changed its argument number 1[0]")
def in_place_where_it_fits(weights, biases):
    W, b = weights[0], biases[0]
    for next_W, next_b in zip(weights[1:], biases[1:]):
        if W.shape == (W @ next_W).shape:
            W[...] = W @ next_W
        else:
            W = W @ next_W
        b = b @ next_W + next_b
    return W.copy(), b.copy()


@wrong(fails={EDGES}, says="the result shares memory with an argument")
def aliases(weights, biases):
    W, b = weights[0], biases[0]
    for next_W, next_b in zip(weights[1:], biases[1:]):
        W, b = W @ next_W, b @ next_W + next_b
    return W, b


@wrong(fails={CORE, EDGES}, says="W is 0: start from the first layer or from the identity")
def from_zeros(weights, biases):
    W, b = np.zeros((len(weights[0]), len(weights[0]))), np.zeros(len(weights[0]))
    for next_W, next_b in zip(weights, biases):
        W, b = W @ next_W, b @ next_W + next_b
    return W, b


@wrong(fails={EDGES}, says="your function put something else into argument number 1[0]")
def empties_the_lists(weights, biases):
    W, b = weights.pop(0).copy(), biases.pop(0).copy()
    while weights:
        next_W = weights.pop(0)
        W, b = W @ next_W, b @ next_W + biases.pop(0)
    return W, b


@wrong(fails={CORE, EDGES}, says="expected    2 parts: W, b")
def only_the_weights(weights, biases):
    W = weights[0].copy()
    for next_W in weights[1:]:
        W = W @ next_W
    return W


@wrong(fails={CORE, EDGES}, says="is not available in a solution cell")
def asks_the_checks(weights, biases):
    import nn_utils

    exact = nn_utils._exact_collapsed(weights, biases)
    return exact["W"], exact["b"]


@wrong(fails={CORE, EDGES}, says="this exercise is still empty")
def not_started(weights, biases):
    raise NotImplementedError()
