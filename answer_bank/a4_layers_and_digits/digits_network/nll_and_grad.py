"""Answers to exercise 4b E1: loss and gradients of multi-class logistic regression."""

import numpy as np

from answer_bank import right, wrong

CELL = "a4b_nll_and_grad"
NAME = "nll_and_grad"

CORE, EDGES = "a4b_nll_and_grad_core", "a4b_nll_and_grad_edges"
TOLERANCE = 1e-11


def inputs(rng):
    """Yield batches on which a surviving mutant is compared with the reference."""
    for n, d, k in ((7, 5, 3), (1, 2, 11), (5, 5, 5), (13, 1, 2), (3, 2, 1)):
        for scale in (1, 1e3):
            Y = rng.dirichlet(np.ones(k), size=n)
            yield scale * rng.normal(size=(n, d)), rng.normal(size=(d, k)), rng.normal(size=k), Y


@right
def closed_form(X, W, b, Y):
    S = X @ W + b
    S = S - S.max(axis=1, keepdims=True)
    log_p = S - np.log(np.sum(np.exp(S), axis=1, keepdims=True))
    delta = (np.exp(log_p) - Y) / X.shape[0]
    return -np.sum(Y * log_p) / X.shape[0], X.T @ delta, np.sum(delta, axis=0)


@right
def via_layers(X, W, b, Y):
    affine, criterion = Affine(), SoftmaxCrossEntropy()
    loss = criterion.forward(affine.forward(X, W, b), Y)
    _, d_W, d_b = affine.backward(criterion.backward())
    return loss, d_W, d_b


@right
def bias_as_a_feature(X, W, b, Y):
    n = len(X)
    X1, W1 = np.hstack([X, np.ones((n, 1))]), np.vstack([W, b])
    S = X1 @ W1
    log_p = S - np.logaddexp.reduce(S, axis=1, keepdims=True)
    loss = -np.einsum("nk,nk->", Y, log_p) / n
    d = np.einsum("nd,nk->dk", X1, np.exp(log_p) - Y) / n
    return float(loss), d[:-1].copy(), d[-1].copy()


@right
def loop_over_classes(X, W, b, Y):
    S = X @ W + b
    log_p = S - np.logaddexp.reduce(S, axis=1, keepdims=True)
    d_W, d_b, loss = np.empty(W.shape), np.empty(b.shape), 0.0
    for k in range(len(b)):
        error = np.exp(log_p[:, k]) - Y[:, k]
        loss -= np.mean(Y[:, k] * log_p[:, k])
        d_W[:, k], d_b[k] = X.T @ error / len(X), error.mean()
    return loss, d_W, d_b


@wrong(fails={CORE, EDGES}, says="gradients right, loss N times too large")
def loss_no_n(X, W, b, Y):
    S = X @ W + b
    log_p = S - np.logaddexp.reduce(S, axis=1, keepdims=True)
    d = (np.exp(log_p) - Y) / len(X)
    return -np.sum(Y * log_p), X.T @ d, d.sum(axis=0)


@wrong(fails={CORE, EDGES}, says="loss right, gradients N times too large")
def grad_no_n(X, W, b, Y):
    S = X @ W + b
    log_p = S - np.logaddexp.reduce(S, axis=1, keepdims=True)
    d = np.exp(log_p) - Y
    return -np.sum(Y * log_p) / len(X), X.T @ d, d.sum(axis=0)


@wrong(fails={CORE, EDGES}, says="this is the transpose of the expected array")
def d_w_transposed(X, W, b, Y):
    S = X @ W + b
    log_p = S - np.logaddexp.reduce(S, axis=1, keepdims=True)
    d = (np.exp(log_p) - Y) / len(X)
    return -np.sum(Y * log_p) / len(X), d.T @ X, d.sum(axis=0)


@wrong(fails={CORE, EDGES}, says="yours shape () expected shape (3,)")
def bias_scalar(X, W, b, Y):
    S = X @ W + b
    log_p = S - np.logaddexp.reduce(S, axis=1, keepdims=True)
    d = (np.exp(log_p) - Y) / len(X)
    return -np.sum(Y * log_p) / len(X), X.T @ d, d.sum()


@wrong(fails={CORE, EDGES}, says="yours shape (1, 3) expected shape (3,)")
def bias_keepdims(X, W, b, Y):
    S = X @ W + b
    log_p = S - np.logaddexp.reduce(S, axis=1, keepdims=True)
    d = (np.exp(log_p) - Y) / len(X)
    return -np.sum(Y * log_p) / len(X), X.T @ d, d.sum(axis=0, keepdims=True)


@wrong(fails={EDGES}, says="features scaled by 1000")
def overflow(X, W, b, Y):
    terms = np.exp(X @ W + b)
    P = terms / terms.sum(axis=1, keepdims=True)
    d = (P - Y) / len(X)
    return -np.sum(Y * np.log(P)) / len(X), X.T @ d, d.sum(axis=0)


@wrong(fails={EDGES}, says="features scaled by 1000")
def log_of_rounded_probabilities(X, W, b, Y):
    S = X @ W + b
    terms = np.exp(S - S.max(axis=1, keepdims=True))
    P = terms / terms.sum(axis=1, keepdims=True)
    d = (P - Y) / len(X)
    return -np.sum(Y * np.log(P + 1e-300)) / len(X), X.T @ d, d.sum(axis=0)


@wrong(fails={CORE}, says="soft Y not handled")
def hard_labels(X, W, b, Y):
    labels, n = Y.argmax(axis=1), len(X)
    S = X @ W + b
    log_p = S - np.logaddexp.reduce(S, axis=1, keepdims=True)
    d = np.exp(log_p)
    d[np.arange(n), labels] -= 1
    return -log_p[np.arange(n), labels].mean(), X.T @ d / n, d.sum(axis=0) / n


@wrong(fails={CORE, EDGES}, says="arrays used as indices must be of integer")
def y_as_labels(X, W, b, Y):
    n = len(X)
    S = X @ W + b
    log_p = S - np.logaddexp.reduce(S, axis=1, keepdims=True)
    d = np.exp(log_p)
    d[np.arange(n), Y] -= 1
    return -log_p[np.arange(n), Y].mean(), X.T @ d / n, d.sum(axis=0) / n


@wrong(fails={CORE, EDGES}, says="yours = -expected")
def uphill(X, W, b, Y):
    S = X @ W + b
    log_p = S - np.logaddexp.reduce(S, axis=1, keepdims=True)
    d = (Y - np.exp(log_p)) / len(X)
    return -np.sum(Y * log_p) / len(X), X.T @ d, d.sum(axis=0)


@wrong(fails={EDGES}, says="there is a loop over the samples")
def loop(X, W, b, Y):
    loss, d_W, d_b = 0.0, np.zeros(W.shape), np.zeros(b.shape)
    for x, y in zip(X, Y):
        s = x @ W + b
        log_p = s - np.logaddexp.reduce(s)
        loss -= y @ log_p / len(X)
        d_W += np.outer(x, np.exp(log_p) - y) / len(X)
        d_b += (np.exp(log_p) - y) / len(X)
    return loss, d_W, d_b


@wrong(fails={EDGES}, says="changed its argument number 4")
def changes_the_targets(X, W, b, Y):
    S = X @ W + b
    log_p = S - np.logaddexp.reduce(S, axis=1, keepdims=True)
    loss = -np.sum(Y * log_p) / len(X)
    Y -= np.exp(log_p)
    return loss, -X.T @ Y / len(X), -Y.sum(axis=0) / len(X)


@wrong(fails={CORE, EDGES}, says="not available in a solution cell")
def asks_the_checks(X, W, b, Y):
    import nn_utils

    return tuple(nn_utils._exact_regression(X, W, b, Y).values())


@wrong(fails={CORE, EDGES}, says="this exercise is still empty")
def not_started(X, W, b, Y):
    raise NotImplementedError()
