"""Answers to exercise 5b E3: the mean squared error and its gradient."""

import numpy as np

from answer_bank import right, wrong

CELL = "a5b_mse_and_grad"
NAME = "mse_and_grad"

CORE, EDGES = "a5b_mse_and_grad_core", "a5b_mse_and_grad_edges"
TOLERANCE = 1e-13


def inputs(rng):
    """Yield outputs and targets on which a surviving mutant is compared with the reference."""
    for n, k in ((7, 1), (7, 5), (1, 1), (1, 3), (5, 5)):
        O, Y = rng.normal(size=(2, n, k))
        yield O, Y
        yield O.astype(np.float32), Y.astype(np.float32)
        yield O, Y[:, 0]


@right
def refuses_other_shapes(O, Y):
    if O.shape != Y.shape:
        raise ValueError("the shapes differ")
    return np.mean((O - Y) ** 2), (O - Y) * (2 / O.size)


@right
def reads_a_column(O, Y):
    D = O - Y.reshape(O.shape)
    return float(np.sum(D * D)) / D.size, 2 * D / D.size


@right
def with_einsum(O, Y):
    if np.shape(O) != np.shape(Y):
        raise ValueError("outputs and targets have different shapes")
    D = np.subtract(O, Y)
    n, k = D.shape
    return np.einsum("nk,nk->", D, D) / (n * k), 2 / (n * k) * D


@right
def as_a_norm(O, Y):
    if O.shape != Y.shape:
        raise ValueError
    D = (O - Y) / O.size**0.5
    return np.linalg.norm(D) ** 2, 2 * D / O.size**0.5


@wrong(fails={EDGES}, says="your loss averages a 7 x 7 table of differences")
def broadcast_table(O, Y):
    D = O - Y
    return np.mean(D**2), 2 * D / D.size


@wrong(fails={CORE, EDGES}, says="expected = 2 x yours")
def no_two(O, Y):
    if O.shape != Y.shape:
        raise ValueError
    D = O - Y
    return np.mean(D**2), D / D.size


@wrong(fails={CORE, EDGES}, says="yours = 7 x expected, and N = 7")
def no_n(O, Y):
    if O.shape != Y.shape:
        raise ValueError
    D = O - Y
    return np.mean(D**2), 2 * D / D.shape[1]


@wrong(fails={CORE, EDGES}, says="loss = K x expected, and K = 5")
def no_k(O, Y):
    if O.shape != Y.shape:
        raise ValueError
    D = O - Y
    return np.sum(D**2) / len(D), 2 * D / len(D)


@wrong(fails={CORE, EDGES}, says="yours = -expected")
def sign(O, Y):
    if O.shape != Y.shape:
        raise ValueError
    D = Y - O
    return np.mean(D**2), 2 * D / D.size


@wrong(fails={CORE, EDGES}, says="loss = N x expected, and N = 7")
def sum(O, Y):
    if O.shape != Y.shape:
        raise ValueError
    D = O - Y
    return np.sum(D**2), 2 * D


@wrong(fails={CORE, EDGES}, says="loss is the root of the expected one")
def root_of_the_mean(O, Y):
    if O.shape != Y.shape:
        raise ValueError
    D = O - Y
    return np.sqrt(np.mean(D**2)), 2 * D / D.size


@wrong(fails={CORE, EDGES}, says="expected 2 parts: loss, d_O")
def loss_only(O, Y):
    if O.shape != Y.shape:
        raise ValueError
    return np.mean((O - Y) ** 2)


@wrong(fails={EDGES}, says="your function writes into its argument, and this one is read-only")
def in_place(O, Y):
    if O.shape != Y.shape:
        raise ValueError
    O -= Y.astype(O.dtype)
    return np.mean(O**2), 2 * O / O.size


@wrong(fails={EDGES}, says="there is a loop over the samples")
def row_loop(O, Y):
    if O.shape != Y.shape:
        raise ValueError
    loss, d_O = 0.0, np.zeros(O.shape)
    for n in range(len(O)):
        loss += np.sum((O[n] - Y[n]) ** 2) / O.size
        d_O[n] = 2 * (O[n] - Y[n]) / O.size
    return loss, d_O


@wrong(fails={CORE, EDGES}, says="not available in a solution cell")
def asks_the_checks(O, Y):
    import nn_utils

    return nn_utils._MSE.exact(O, Y)


@wrong(fails={CORE, EDGES}, says="this exercise is still empty")
def not_started(O, Y):
    raise NotImplementedError()
