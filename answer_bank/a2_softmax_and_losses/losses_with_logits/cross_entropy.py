"""Answers to exercise 2b E3: mean cross-entropy of a batch, from logits."""

import numpy as np

from answer_bank import right, wrong

CELL = "a2b_cross_entropy"
NAME = "cross_entropy"

CORE, EDGES = "a2b_cross_entropy_core", "a2b_cross_entropy_edges"
MASKED = "a2b_cross_entropy_masked"
TOLERANCE = 1e-13


def inputs(rng):
    """Yield batches on which a surviving mutant is compared with the reference."""
    for n, k in ((7, 11), (5, 5), (1, 3), (7, 1)):
        for scale in (1, 1e3):
            logits = rng.normal(scale=scale, size=(n, k))
            yield logits, rng.integers(0, k, size=n)
            yield logits, rng.dirichlet(np.ones(k), size=n)
    yield np.zeros((0, 5)), np.zeros(0, dtype=int)
    yield np.zeros((0, 5)), np.zeros((0, 5))
    masked = np.array([[0.0, -np.inf, 1.0], [2.0, 0.5, -np.inf]])
    yield masked, np.array([2, 0])
    yield masked, np.array([[0.25, 0, 0.75], [1, 0, 0]])


@right
def mask_the_log_probabilities(logits, targets):
    if not len(logits):
        raise ValueError("no samples")
    if targets.ndim == 1:
        targets = one_hot(targets, logits.shape[1])
    log_probs = np.where(targets > 0, log_softmax(logits), 0)
    return np.mean(np.sum(-targets * log_probs, axis=1))


@right
def gather_from_logsumexp(logits, targets):
    n = len(logits)
    if n == 0:
        raise ValueError("no samples")
    total = logsumexp(logits)[:, 0]
    if targets.ndim == 1:
        return float(np.mean(total - logits[np.arange(n), targets]))
    picked = np.where(targets == 0, 0, targets) * np.where(targets == 0, 0, logits)
    return float(np.mean(total - picked.sum(axis=1)))


@right
def einsum(logits, targets):
    if logits.shape[0] == 0:
        raise ValueError("the mean of nothing")
    if targets.ndim == 1:
        targets = np.eye(logits.shape[1])[targets]
    top = logits.max(axis=1, keepdims=True)
    shifted = logits - top
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    log_probs[targets == 0] = 0
    return -np.einsum("nk,nk->", targets, log_probs) / len(logits)


@right
def loop_over_classes(logits, targets):
    if len(logits) == 0:
        raise ValueError("no samples")
    logp = log_softmax(logits)
    if targets.ndim == 1:
        return -logp[np.arange(len(logp)), targets].mean()
    loss = 0.0
    for k in range(logits.shape[1]):
        used = targets[:, k] > 0
        loss -= np.sum(targets[used, k] * logp[used, k])
    return loss / len(logits)


@wrong(fails={CORE, EDGES, MASKED}, says="yours = expected x N (here 7)")
def sum_not_mean(logits, targets):
    if len(logits) == 0:
        raise ValueError("no samples")
    if targets.ndim == 1:
        targets = one_hot(targets, logits.shape[1])
    return -np.sum(targets * np.where(targets > 0, log_softmax(logits), 0))


@wrong(fails={CORE, EDGES, MASKED}, says="yours = expected / K (here")
def mean_over_all(logits, targets):
    if len(logits) == 0:
        raise ValueError("no samples")
    if targets.ndim == 1:
        targets = one_hot(targets, logits.shape[1])
    return np.mean(-targets * np.where(targets > 0, log_softmax(logits), 0))


@wrong(fails={CORE, EDGES, MASKED}, says="27.631 = -log(1e-12)")
def log_softmax_eps(logits, targets):
    if len(logits) == 0:
        raise ValueError("no samples")
    if targets.ndim == 1:
        targets = one_hot(targets, logits.shape[1])
    return -np.sum(targets * np.log(softmax(logits) + 1e-12)) / len(logits)


@wrong(fails={CORE, EDGES, MASKED}, says="before the logarithm was taken")
def log_of_softmax(logits, targets):
    if len(logits) == 0:
        raise ValueError("no samples")
    if targets.ndim == 1:
        targets = one_hot(targets, logits.shape[1])
    return -np.sum(targets * np.log(softmax(logits))) / len(logits)


@wrong(fails={CORE, EDGES, MASKED}, says="before the logarithm was taken")
def no_shift(logits, targets):
    if len(logits) == 0:
        raise ValueError("no samples")
    if targets.ndim == 1:
        targets = one_hot(targets, logits.shape[1])
    terms = np.exp(logits)
    probs = terms / terms.sum(axis=1, keepdims=True)
    return -np.sum(targets * np.where(targets > 0, np.log(probs), 0)) / len(logits)


@wrong(fails={MASKED}, says="0 * -inf for a class with target 0")
def zero_times_inf(logits, targets):
    if len(logits) == 0:
        raise ValueError("no samples")
    if targets.ndim == 1:
        targets = one_hot(targets, logits.shape[1])
    return -np.sum(targets * log_softmax(logits)) / len(logits)


@wrong(fails={MASKED}, says="one-hot rows")
def gather_helps_only_labels(logits, targets):
    if len(logits) == 0:
        raise ValueError("no samples")
    logp = log_softmax(logits)
    if targets.ndim == 1:
        return -np.mean(logp[np.arange(len(logits)), targets])
    return -np.mean(np.sum(targets * logp, axis=1))


@wrong(fails={MASKED}, says="numpy warned: invalid value")
def masked_after_the_product(logits, targets):
    if len(logits) == 0:
        raise ValueError("no samples")
    if targets.ndim == 1:
        targets = one_hot(targets, logits.shape[1])
    return -np.sum(np.where(targets > 0, targets * log_softmax(logits), 0)) / len(logits)


@wrong(fails={CORE, EDGES, MASKED}, says="matches the loss for argmax(targets)")
def argmax_of_soft(logits, targets):
    if len(logits) == 0:
        raise ValueError("no samples")
    if targets.ndim == 2:
        targets = np.argmax(targets, axis=1)
    return -np.mean(log_softmax(logits)[np.arange(len(logits)), targets])


@wrong(fails={CORE, EDGES}, says="an array of shape (N, N) was averaged")
def wrong_gather(logits, targets):
    if len(logits) == 0:
        raise ValueError("no samples")
    logp = log_softmax(logits)
    if targets.ndim == 1:
        return -np.mean(logp[:, targets])
    return -np.sum(targets * np.where(targets > 0, logp, 0)) / len(logits)


@wrong(fails={CORE, EDGES, MASKED}, says="labels stay integers")
def labels_as_float_index(logits, targets):
    targets = np.asarray(targets, dtype=float)
    if len(logits) == 0:
        raise ValueError("no samples")
    logp = log_softmax(logits)
    if targets.ndim == 1:
        return -np.mean(logp[np.arange(len(logits)), targets])
    return -np.sum(targets * np.where(targets > 0, logp, 0)) / len(logits)


@wrong(fails={CORE, EDGES, MASKED}, says="the natural logarithm is meant")
def base2(logits, targets):
    if len(logits) == 0:
        raise ValueError("no samples")
    if targets.ndim == 1:
        targets = one_hot(targets, logits.shape[1])
    log_probs = np.where(targets > 0, log_softmax(logits), 0) / np.log(2)
    return -np.sum(targets * log_probs) / len(logits)


@wrong(fails={CORE, EDGES, MASKED}, says="yours = -expected")
def sign(logits, targets):
    if len(logits) == 0:
        raise ValueError("no samples")
    if targets.ndim == 1:
        targets = one_hot(targets, logits.shape[1])
    return np.sum(targets * np.where(targets > 0, log_softmax(logits), 0)) / len(logits)


@wrong(fails={CORE, EDGES, MASKED}, says="softmax was taken twice")
def softmax_twice(logits, targets):
    if len(logits) == 0:
        raise ValueError("no samples")
    if targets.ndim == 1:
        targets = one_hot(targets, logits.shape[1])
    return -np.sum(targets * log_softmax(softmax(logits))) / len(logits)


@wrong(fails={CORE, EDGES, MASKED}, says="the softmax ran along the samples")
def wrong_axis(logits, targets):
    if len(logits) == 0:
        raise ValueError("no samples")
    if targets.ndim == 1:
        targets = one_hot(targets, logits.shape[1])
    log_probs = logits - np.logaddexp.reduce(logits, axis=0, keepdims=True)
    return -np.sum(targets * np.where(targets > 0, log_probs, 0)) / len(logits)


@wrong(fails={EDGES}, says="ValueError")
def mean_of_nothing(logits, targets):
    if targets.ndim == 1:
        targets = one_hot(targets, logits.shape[1])
    return -np.sum(targets * np.where(targets > 0, log_softmax(logits), 0)) / max(len(logits), 1)


@wrong(fails={EDGES}, says="read-only")
def inplace(logits, targets):
    if len(logits) == 0:
        raise ValueError("no samples")
    if targets.ndim == 1:
        targets = one_hot(targets, logits.shape[1])
    if logits.dtype.kind != "f":
        logits = logits.astype(float)
    logits -= logits.max(axis=1, keepdims=True)
    log_probs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return -np.sum(targets * np.where(targets > 0, log_probs, 0)) / len(logits)


@wrong(fails={EDGES}, says="there is a loop over the samples")
def loop(logits, targets):
    if len(logits) == 0:
        raise ValueError("no samples")
    logp = log_softmax(logits)
    loss = 0.0
    for n in range(len(logits)):
        if targets.ndim == 1:
            loss -= logp[n, targets[n]]
        else:
            used = targets[n] > 0
            loss -= np.sum(targets[n][used] * logp[n][used])
    return loss / len(logits)


@wrong(fails={CORE, EDGES, MASKED}, says="not available in a solution cell")
def asks_the_checks(logits, targets):
    import nn_utils

    return float(nn_utils._exact_cross_entropy(logits, targets))


@wrong(fails={CORE, EDGES, MASKED}, says="this exercise is still empty")
def not_started(logits, targets):
    raise NotImplementedError()
