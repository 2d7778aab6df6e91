"""Answers to exercise 3c E2: the hinge loss on probabilities, and its gradient."""

import numpy as np

from answer_bank import right, wrong

CELL = "a3c_hinge_on_probs"
NAME = "hinge_on_probs"

CORE, EDGES = "a3c_hinge_on_probs_core", "a3c_hinge_on_probs_edges"
TOLERANCE = 1e-13


def inputs(rng):
    """Yield batches on which a surviving mutant is compared with the reference."""
    for n, k in ((7, 11), (5, 5), (1, 3), (7, 1), (7, 2)):
        for margin in (0.05, 0.3, 1.0):
            yield rng.dirichlet(np.ones(k), size=n), rng.integers(0, k, size=n), margin
    yield np.array([[0.9, 0.06, 0.04]]), np.array([0], dtype=np.uint8), 0.5


@right
def mask_and_sum(p, y, margin):
    rows = np.arange(len(p))
    gaps = np.maximum(0, p - p[rows, y][:, None] + margin)
    gaps[rows, y] = 0
    d_p = (gaps > 0).astype(p.dtype)
    d_p[rows, y] = -d_p.sum(axis=1)
    return gaps.sum(), d_p


@right
def one_hot_broadcasting(p, y, margin):
    one_hot = np.eye(p.shape[1], dtype=p.dtype)[y]
    p_true = np.sum(one_hot * p, axis=1, keepdims=True)
    gaps = (p - p_true + margin) * (1 - one_hot)
    violates = (gaps > 0).astype(p.dtype)
    loss = float(np.sum(gaps * violates))
    return loss, violates - one_hot * violates.sum(axis=1, keepdims=True)


@right
def loop_over_classes(p, y, margin):
    rows = np.arange(len(p))
    p_true, loss, d_p = p[rows, y], 0.0, np.zeros_like(p)
    for k in range(p.shape[1]):
        active = (y != k) & (p[:, k] - p_true + margin > 0)
        loss += np.sum((p[:, k] - p_true + margin)[active])
        d_p[active, k] += 1
        d_p[active, y[active]] -= 1
    return loss, d_p


@right
def take_along_axis(p, y, margin):
    column = y[:, None].astype(int)
    gaps = p - np.take_along_axis(p, column, axis=1) + margin
    np.put_along_axis(gaps, column, 0, axis=1)
    active = gaps > 0
    d_p = np.where(active, 1, 0).astype(p.dtype)
    np.put_along_axis(d_p, column, -active.sum(axis=1, keepdims=True), axis=1)
    return np.where(active, gaps, 0).sum(), d_p


@right
def subtract_the_true_class(p, y, margin):
    rows = np.arange(len(p))
    gaps = p - p[rows, y].reshape(-1, 1) + margin
    loss = np.clip(gaps, 0, None).sum() - len(p) * margin
    d_p = (gaps > 0).astype(p.dtype)
    np.add.at(d_p, (rows, y), -np.sum(gaps > 0, axis=1))
    return loss, d_p


@right
def gate_ge(p, y, margin):
    rows = np.arange(len(p))
    gaps = p - p[rows, y][:, None] + margin
    active = gaps >= 0
    active[rows, y] = False
    d_p = active.astype(p.dtype)
    d_p[rows, y] -= active.sum(axis=1)
    return np.sum(gaps * active), d_p


@right
def heaviside(p, y, margin):
    others = np.arange(p.shape[1]) != y[:, None]
    gaps = p - p[~others][:, None] + margin
    active = np.heaviside(gaps, 0).astype(p.dtype) * others
    d_p = active - (~others) * active.sum(axis=1, keepdims=True)
    return np.vdot(active, gaps), d_p


@wrong(fails={CORE, EDGES}, says="too large by exactly margin per sample")
def includes_true_class(p, y, margin):
    rows = np.arange(len(p))
    gaps = np.maximum(0, p - p[rows, y][:, None] + margin)
    d_p = (gaps > 0).astype(p.dtype)
    d_p[rows, y] -= d_p.sum(axis=1)
    return gaps.sum(), d_p


@wrong(fails={CORE, EDGES}, says="a class beaten by more than the margin must contribute 0")
def no_gate(p, y, margin):
    rows = np.arange(len(p))
    gaps = p - p[rows, y][:, None] + margin
    gaps[rows, y] = 0
    d_p = np.ones_like(p)
    d_p[rows, y] = 1 - p.shape[1]
    return gaps.sum(), d_p


@wrong(fails={CORE, EDGES}, says="must contribute 0, to the loss and to d_p")
def gate_in_the_loss_only(p, y, margin):
    rows = np.arange(len(p))
    gaps = np.maximum(0, p - p[rows, y][:, None] + margin)
    gaps[rows, y] = 0
    d_p = np.ones_like(p)
    d_p[rows, y] = 1 - p.shape[1]
    return gaps.sum(), d_p


@wrong(fails={CORE, EDGES}, says="minus the number of violating classes")
def grad_true_minus_one(p, y, margin):
    rows = np.arange(len(p))
    gaps = np.maximum(0, p - p[rows, y][:, None] + margin)
    gaps[rows, y] = 0
    d_p = (gaps > 0).astype(p.dtype)
    d_p[rows, y] = -1
    return gaps.sum(), d_p


@wrong(fails={CORE, EDGES}, says="minus the number of violating classes")
def grad_true_zero(p, y, margin):
    rows = np.arange(len(p))
    gaps = np.maximum(0, p - p[rows, y][:, None] + margin)
    gaps[rows, y] = 0
    return gaps.sum(), (gaps > 0).astype(p.dtype)


@wrong(fails={CORE, EDGES}, says="only one violating class counted")
def crammer_singer(p, y, margin):
    rows = np.arange(len(p))
    gaps = p - p[rows, y][:, None] + margin
    gaps[rows, y] = 0
    worst = np.argmax(gaps, axis=1)
    active = gaps[rows, worst] > 0
    d_p = np.zeros_like(p)
    d_p[rows, worst] += active
    d_p[rows, y] -= active
    return np.sum(np.maximum(0, gaps[rows, worst])), d_p


@wrong(fails={CORE, EDGES}, says="yours = expected / N (here 7)")
def mean(p, y, margin):
    rows = np.arange(len(p))
    gaps = np.maximum(0, p - p[rows, y][:, None] + margin)
    gaps[rows, y] = 0
    d_p = (gaps > 0).astype(p.dtype)
    d_p[rows, y] = -d_p.sum(axis=1)
    return gaps.sum() / len(p), d_p / p.dtype.type(len(p))


@wrong(fails={CORE, EDGES}, says="the margin has the wrong sign")
def margin_sign(p, y, margin):
    rows = np.arange(len(p))
    gaps = np.maximum(0, p - p[rows, y][:, None] - margin)
    gaps[rows, y] = 0
    d_p = (gaps > 0).astype(p.dtype)
    d_p[rows, y] = -d_p.sum(axis=1)
    return gaps.sum(), d_p


@wrong(fails={CORE, EDGES}, says="the margin is not used")
def no_margin(p, y, margin):
    rows = np.arange(len(p))
    gaps = np.maximum(0, p - p[rows, y][:, None])
    d_p = (gaps > 0).astype(p.dtype)
    d_p[rows, y] = -d_p.sum(axis=1)
    return gaps.sum(), d_p


@wrong(fails={CORE, EDGES}, says="yours = -expected")
def gradient_downhill(p, y, margin):
    rows = np.arange(len(p))
    gaps = np.maximum(0, p - p[rows, y][:, None] + margin)
    gaps[rows, y] = 0
    d_p = -(gaps > 0).astype(p.dtype)
    d_p[rows, y] = -d_p.sum(axis=1)
    return gaps.sum(), d_p


@wrong(fails={CORE, EDGES}, says="the sum of yours over axis 0 is the expected array")
def one_loss_per_sample(p, y, margin):
    rows = np.arange(len(p))
    gaps = np.maximum(0, p - p[rows, y][:, None] + margin)
    gaps[rows, y] = 0
    d_p = (gaps > 0).astype(p.dtype)
    d_p[rows, y] = -d_p.sum(axis=1)
    return gaps.sum(axis=1), d_p


@wrong(fails={CORE, EDGES}, says="2 parts: loss, d_p")
def loss_only(p, y, margin):
    rows = np.arange(len(p))
    gaps = np.maximum(0, p - p[rows, y][:, None] + margin)
    gaps[rows, y] = 0
    return gaps.sum()


@wrong(fails={CORE, EDGES}, says="loss")
def exchanged(p, y, margin):
    rows = np.arange(len(p))
    gaps = np.maximum(0, p - p[rows, y][:, None] + margin)
    gaps[rows, y] = 0
    d_p = (gaps > 0).astype(p.dtype)
    d_p[rows, y] = -d_p.sum(axis=1)
    return d_p, gaps.sum()


@wrong(fails={CORE, EDGES}, says="operands could not be broadcast")
def true_probability_as_a_row(p, y, margin):
    rows = np.arange(len(p))
    gaps = np.maximum(0, p - p[rows, y] + margin)
    gaps[rows, y] = 0
    d_p = (gaps > 0).astype(p.dtype)
    d_p[rows, y] = -d_p.sum(axis=1)
    return gaps.sum(), d_p


@wrong(fails={EDGES}, says="your function changed its argument number 1")
def in_place(p, y, margin):
    rows = np.arange(len(p))
    p -= p[rows, y][:, None] - p.dtype.type(margin)
    p[rows, y] = 0
    d_p = (p > 0).astype(p.dtype)
    d_p[rows, y] = -d_p.sum(axis=1)
    return np.maximum(0, p).sum(), d_p


@wrong(fails={EDGES}, says="dtype int64")
def whole_numbers(p, y, margin):
    rows = np.arange(len(p))
    gaps = np.maximum(0, p - p[rows, y][:, None] + margin)
    gaps[rows, y] = 0
    d_p = (gaps > 0).astype(int)
    d_p[rows, y] = -d_p.sum(axis=1)
    return gaps.sum(), d_p


@wrong(fails={EDGES}, says="float32 in, float64 out")
def always_double(p, y, margin):
    rows = np.arange(len(p))
    gaps = np.maximum(0, p - p[rows, y][:, None] + margin)
    gaps[rows, y] = 0
    d_p = (gaps > 0).astype(float)
    d_p[rows, y] = -d_p.sum(axis=1)
    return gaps.sum(), d_p


@wrong(fails={EDGES}, says="there is a loop over the samples")
def loop_over_samples(p, y, margin):
    loss, d_p = 0.0, np.zeros_like(p)
    for n in range(len(p)):
        gaps = np.maximum(0, p[n] - p[n, y[n]] + margin)
        gaps[y[n]] = 0
        loss += gaps.sum()
        d_p[n] = gaps > 0
        d_p[n, y[n]] = -np.sum(gaps > 0)
    return loss, d_p


@wrong(fails={EDGES}, says="there is a loop over the samples")
def definition_in_loops(p, y, margin):
    loss, d_p = 0.0, np.zeros_like(p)
    for n in range(p.shape[0]):
        for k in range(p.shape[1]):
            gap = p[n, k] - p[n, y[n]] + margin
            if k != y[n] and gap > 0:
                loss += gap
                d_p[n, k] += 1
                d_p[n, y[n]] -= 1
    return loss, d_p


@wrong(fails={CORE, EDGES}, says="not available in a solution cell")
def asks_the_checks(p, y, margin):
    import nn_utils

    parts = nn_utils._exact_hinge(p, y, margin)
    return parts["loss"], parts["d_p"]


@wrong(fails={CORE, EDGES}, says="this exercise is still empty")
def not_started(p, y, margin):
    raise NotImplementedError()
