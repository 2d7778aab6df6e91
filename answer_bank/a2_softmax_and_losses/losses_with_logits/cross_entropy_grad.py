"""Answers to exercise 2b E4: the gradient of the mean cross-entropy."""

import numpy as np

from answer_bank import right, wrong

CELL = "a2b_cross_entropy_grad"
NAME = "cross_entropy_grad"

CORE, EDGES = "a2b_cross_entropy_grad_core", "a2b_cross_entropy_grad_edges"
TOLERANCE = 1e-13


def inputs(rng):
    """Yield batches on which a surviving mutant is compared with the reference."""
    for n, k in ((7, 11), (5, 5), (1, 3), (7, 1)):
        for scale in (1, 1e3):
            logits = rng.normal(scale=scale, size=(n, k))
            yield logits, rng.integers(0, k, size=n)
            yield logits, rng.dirichlet(np.ones(k), size=n)


@right
def probabilities_minus_targets(logits, targets):
    if targets.ndim == 1:
        targets = np.eye(logits.shape[1])[targets]
    return (softmax(logits) - targets) / len(logits)


@right
def subtract_one_at_the_label(logits, targets):
    gradient = softmax(logits)
    if targets.ndim == 1:
        gradient[np.arange(len(logits)), targets] -= 1
    else:
        gradient -= targets
    return gradient / len(logits)


@right
def jacobian_of_log_softmax(logits, targets):
    if targets.ndim == 1:
        targets = one_hot(targets, logits.shape[1])
    jacobian = np.eye(logits.shape[1], dtype=logits.dtype) - softmax(logits)[:, None, :]
    return -np.einsum("ni,nij->nj", targets, jacobian) / len(logits)


@right
def total_of_the_targets(logits, targets):
    if targets.ndim == 1:
        targets = (targets[:, None] == np.arange(logits.shape[1])) * 1.0
    probs = np.exp(log_softmax(logits))
    return (probs * targets.sum(axis=1, keepdims=True) - targets) / targets.shape[0]


@wrong(fails={CORE, EDGES}, says="yours = 7 x expected, and N = 7")
def no_mean(logits, targets):
    if targets.ndim == 1:
        targets = one_hot(targets, logits.shape[1])
    return softmax(logits) - targets


@wrong(fails={CORE, EDGES}, says="right for hard targets, wrong for soft ones")
def argmax_targets(logits, targets):
    if targets.ndim == 2:
        targets = np.argmax(targets, axis=1)
    gradient = softmax(logits)
    gradient[np.arange(len(logits)), targets] -= 1
    return gradient / len(logits)


@wrong(fails={CORE, EDGES}, says="yours = expected + targets / N")
def p_only(logits, targets):
    return softmax(logits) / len(logits)


@wrong(fails={CORE, EDGES}, says="this is the transpose of the expected array")
def transposed(logits, targets):
    if targets.ndim == 1:
        targets = one_hot(targets, logits.shape[1])
    return (softmax(logits) - targets).T / len(logits)


@wrong(fails={EDGES}, says="calling twice with the same arguments gives different results")
def in_place_probs(logits, targets, cache={}):
    key = logits.shape, logits.tobytes()
    if key not in cache:
        cache[key] = softmax(logits)
    probs = cache[key]
    if targets.ndim == 1:
        targets = one_hot(targets, logits.shape[1])
    probs -= targets
    return probs / len(logits)


@wrong(fails={CORE, EDGES}, says="yours is the sum of the expected array over axis 0")
def sum_over_batch(logits, targets):
    if targets.ndim == 1:
        targets = one_hot(targets, logits.shape[1])
    return np.sum(softmax(logits) - targets, axis=0) / len(logits)


@wrong(fails={CORE, EDGES}, says="yours = -expected")
def sign(logits, targets):
    if targets.ndim == 1:
        targets = one_hot(targets, logits.shape[1])
    return (targets - softmax(logits)) / len(logits)


@wrong(fails={CORE, EDGES}, says="expected = 5 x yours, and K = 5")
def mean_over_all(logits, targets):
    if targets.ndim == 1:
        targets = one_hot(targets, logits.shape[1])
    return (softmax(logits) - targets) / logits.size


@wrong(fails={CORE, EDGES}, says="exp overflowed to inf")
def no_shift(logits, targets):
    if targets.ndim == 1:
        targets = one_hot(targets, logits.shape[1])
    terms = np.exp(logits)
    return (terms / terms.sum(axis=1, keepdims=True) - targets) / len(logits)


@wrong(fails={EDGES}, says="your function changed its argument number 1")
def inplace(logits, targets):
    if targets.ndim == 1:
        targets = one_hot(targets, logits.shape[1])
    if logits.dtype.kind != "f":
        logits = logits.astype(float)
    logits -= logits.max(axis=1, keepdims=True)
    terms = np.exp(logits)
    return (terms / terms.sum(axis=1, keepdims=True) - targets) / len(logits)


@wrong(fails={EDGES}, says="float32 in, float64 out")
def always_double(logits, targets):
    if targets.ndim == 1:
        targets = one_hot(targets, logits.shape[1])
    return (softmax(logits.astype(float)) - targets) / len(logits)


@wrong(fails={EDGES}, says="there is a loop over the samples")
def loop(logits, targets):
    gradient = softmax(logits)
    for n in range(len(logits)):
        if targets.ndim == 1:
            gradient[n, targets[n]] -= 1
        else:
            gradient[n] -= targets[n]
    return gradient / len(logits)


@wrong(fails={CORE, EDGES}, says="ULP")
def by_differences(logits, targets):
    logits = logits.astype(float)
    gradient = np.zeros(logits.shape)
    for k in range(logits.shape[1]):
        for n in range(len(logits)):
            step = np.zeros(logits.shape)
            step[n, k] = 1e-5
            ahead = cross_entropy(logits + step, targets)
            gradient[n, k] = (ahead - cross_entropy(logits - step, targets)) / 2e-5
    return gradient


@wrong(fails={CORE, EDGES}, says="not available in a solution cell")
def asks_the_checks(logits, targets):
    import nn_utils

    return nn_utils._exact_cross_entropy_slope(logits, targets).astype(float)


@wrong(fails={CORE, EDGES}, says="this exercise is still empty")
def not_started(logits, targets):
    raise NotImplementedError()
