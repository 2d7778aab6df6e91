"""Answers to exercise 3c E3: the gradient of the hinge loss through the softmax."""

import numpy as np

from answer_bank import right, wrong

CELL = "a3c_softmax_hinge_grad"
NAME = "softmax_hinge_grad"

CORE, EDGES = "a3c_softmax_hinge_grad_core", "a3c_softmax_hinge_grad_edges"
TOLERANCE = 1e-13


def inputs(rng):
    """Yield batches on which a surviving mutant is compared with the reference."""
    for n, k in ((7, 11), (5, 5), (1, 3), (7, 1), (7, 2)):
        for margin in (0.05, 0.3, 1.0):
            yield rng.normal(size=(n, k)), rng.integers(0, k, size=n), margin
    yield 1000 + rng.normal(size=(7, 5)), rng.integers(0, 5, size=7), 0.3
    yield rng.normal(size=(7, 5)).astype(np.float32), rng.integers(0, 5, size=7), 0.3


@right
def minus_the_mean_under_p(o, y, margin):
    p = softmax(o)
    g = hinge_on_probs(p, y, margin)[1]
    return p * (g - (g * p).sum(1, keepdims=True))


@right
def batched_jacobians_by_einsum(o, y, margin):
    p = softmax(o)
    _, g = hinge_on_probs(p, y, margin)
    jacobians = np.eye(p.shape[1], dtype=p.dtype) * p[:, :, None] - p[:, :, None] * p[:, None, :]
    return np.einsum("nj,njk->nk", g, jacobians)


@right
def batched_jacobians_by_matmul(o, y, margin):
    p = softmax(o)
    _, g = hinge_on_probs(p, y, margin)
    diagonals = np.zeros((*p.shape, p.shape[1]), dtype=p.dtype)
    classes = np.arange(p.shape[1])
    diagonals[:, classes, classes] = p
    return np.matmul(diagonals - p[:, :, None] * p[:, None, :], g[:, :, None])[:, :, 0]


@right
def by_itself(o, y, margin):
    shifted = o - o.max(axis=1, keepdims=True)
    p = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
    rows = np.arange(len(o))
    violates = p - p[rows, y][:, None] + margin > 0
    violates[rows, y] = False
    grad = p * violates
    grad[rows, y] = -p[rows, y] * violates.sum(axis=1)
    return grad - p * grad.sum(axis=1, keepdims=True)


@right
def loop_over_classes(o, y, margin):
    p = softmax(o)
    _, g = hinge_on_probs(p, y, margin)
    grad = np.zeros_like(p)
    for j in range(p.shape[1]):
        grad -= g[:, j : j + 1] * p[:, j : j + 1] * p
        grad[:, j] += g[:, j] * p[:, j]
    return grad


@right
def loop_over_pairs_of_classes(o, y, margin):
    p = softmax(o)
    _, g = hinge_on_probs(p, y, margin)
    grad = np.zeros_like(p)
    for k in range(p.shape[1]):
        for j in range(p.shape[1]):
            grad[:, k] += g[:, j] * p[:, j] * ((1 if j == k else 0) - p[:, k])
    return grad


@right
def einsum_of_dots(o, y, margin):
    p = softmax(o)
    d_p = hinge_on_probs(p, y, margin)[1]
    return p * d_p - p * np.einsum("nk,nk->n", p, d_p)[:, None]


@wrong(
    fails={CORE, EDGES}, says="yours = p(1-p)g: the off-diagonal part of the Jacobian is missing"
)
def elementwise(o, y, margin):
    p = softmax(o)
    _, g = hinge_on_probs(p, y, margin)
    return p * (1 - p) * g


@wrong(fails={CORE, EDGES}, says="rows of the result do not sum to 0")
def no_sum(o, y, margin):
    p = softmax(o)
    _, g = hinge_on_probs(p, y, margin)
    return p * g


@wrong(fails={CORE, EDGES}, says="equals the gradient with respect to p")
def returns_d_p(o, y, margin):
    return hinge_on_probs(softmax(o), y, margin)[1]


@wrong(fails={CORE, EDGES}, says="yours = -expected")
def minus_jacobian(o, y, margin):
    p = softmax(o)
    _, g = hinge_on_probs(p, y, margin)
    return p * ((g * p).sum(axis=1, keepdims=True) - g)


@wrong(fails={CORE, EDGES}, says="nan for logits of 100")
def overflow(o, y, margin):
    p = np.exp(o) / np.exp(o).sum(axis=1, keepdims=True)
    _, g = hinge_on_probs(p, y, margin)
    return p * (g - (g * p).sum(axis=1, keepdims=True))


@wrong(fails={EDGES}, says="there is a loop over the samples")
def row_loop(o, y, margin):
    p = softmax(o)
    _, g = hinge_on_probs(p, y, margin)
    grad = np.zeros_like(p)
    for n in range(len(p)):
        grad[n] = (np.diag(p[n]) - np.outer(p[n], p[n])) @ g[n]
    return grad


@wrong(fails={EDGES}, says="there is a loop over the samples")
def one_jacobian_per_sample(o, y, margin):
    _, g = hinge_on_probs(softmax(o), y, margin)
    rows = [softmax_jacobian(row) @ d_p for row, d_p in zip(o, g)]
    return np.array(rows)


@wrong(fails={CORE, EDGES}, says="the sum runs over the whole batch")
def sum_over_everything(o, y, margin):
    p = softmax(o)
    _, g = hinge_on_probs(p, y, margin)
    return p * (g - np.sum(g * p))


@wrong(fails={CORE, EDGES}, says="the sum runs over samples instead of classes")
def sum_over_samples(o, y, margin):
    p = softmax(o)
    _, g = hinge_on_probs(p, y, margin)
    return p * (g - (g * p).sum(axis=0))


@wrong(fails={CORE, EDGES}, says="rows of the result do not sum to 0")
def mean_instead_of_weighted_sum(o, y, margin):
    p = softmax(o)
    _, g = hinge_on_probs(p, y, margin)
    return p * (g - g.mean(axis=1, keepdims=True))


@wrong(fails={CORE, EDGES}, says="entry [")
def hinge_on_the_logits(o, y, margin):
    p = softmax(o)
    _, g = hinge_on_probs(o, y, margin)
    return p * (g - (g * p).sum(axis=1, keepdims=True))


@wrong(fails={CORE, EDGES}, says="expected = 7 x yours, and N = 7")
def mean_over_samples(o, y, margin):
    p = softmax(o)
    _, g = hinge_on_probs(p, y, margin)
    return p * (g - (g * p).sum(axis=1, keepdims=True)) / len(o)


@wrong(fails={CORE, EDGES}, says="entry [")
def gradient_of_cross_entropy(o, y, margin):
    grad = softmax(o)
    grad[np.arange(len(o)), y] -= 1
    return grad


@wrong(fails={EDGES}, says="your function changed its argument number 1")
def in_place(o, y, margin):
    if o.dtype.kind != "f":
        o = o.astype(float)
    o -= o.max(axis=1, keepdims=True)
    p = np.exp(o) / np.exp(o).sum(axis=1, keepdims=True)
    _, g = hinge_on_probs(p, y, margin)
    return p * (g - (g * p).sum(axis=1, keepdims=True))


@wrong(fails={EDGES}, says="float32 in, float64 out")
def always_double(o, y, margin):
    p = softmax(o.astype(float))
    _, g = hinge_on_probs(p, y, margin)
    return p * (g - (g * p).sum(axis=1, keepdims=True))


@wrong(fails={CORE, EDGES}, says="entry [")
def central_differences(o, y, margin):
    def losses(o):
        p = softmax(o)
        p_true = p[np.arange(len(p)), y][:, None]
        return np.maximum(0, p - p_true + margin).sum(axis=1)

    steps = 1e-5 * np.eye(o.shape[1])
    columns = [(losses(o + step) - losses(o - step)) / 2e-5 for step in steps]
    return np.stack(columns, axis=1)


@wrong(fails={CORE, EDGES}, says="not available in a solution cell")
def asks_the_checks(o, y, margin):
    import nn_utils

    return nn_utils._exact_hinge_grad(o, y, margin)


@wrong(fails={CORE, EDGES}, says="this exercise is still empty")
def not_started(o, y, margin):
    raise NotImplementedError()
