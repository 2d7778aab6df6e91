"""Answers to exercise 2b E6: logits that minimize the loss of a smoothed label."""

import numpy as np

from answer_bank import right, wrong

CELL = "a2b_smoothed_minimizer"
NAME = "smoothed_minimizer"

CORE, EDGES = "a2b_smoothed_minimizer_core", "a2b_smoothed_minimizer_edges"
TOLERANCE = 1e-9


def inputs(rng):
    """Yield problems on which a surviving mutant is compared with the reference."""
    for num_classes in (2, 3, 5, 10):
        for eps in (1e-6, 0.1, 0.5):
            yield int(rng.integers(num_classes)), num_classes, eps


@right
def centered_log_target(k, num_classes, eps):
    target = smooth_labels(np.array([k]), num_classes, eps)[0]
    return np.log(target) - np.log(target).mean()


@right
def closed_form(k, num_classes, eps):
    gap = np.log1p(num_classes * (1 - eps) / eps)
    logits = np.full(num_classes, -gap / num_classes)
    logits[k] += gap
    return logits


@right
def newton(k, num_classes, eps):
    target = np.full(num_classes, eps / num_classes)
    target[k] += 1 - eps
    gap = 0.0
    for _ in range(100):  # the other classes share one logit, so one unknown is left
        others = (num_classes - 1) * np.exp(-gap)
        p = 1 / (1 + others)
        if p in (0, 1):
            break
        step = (p - target[k]) / (p * (1 - p))
        gap -= np.clip(step, -1, 1)
    logits = np.zeros(num_classes)
    logits[k] = gap
    return logits - logits.mean()


@wrong(fails={CORE, EDGES}, says="the task fixes the free constant by mean 0")
def not_centered(k, num_classes, eps):
    return np.log(smooth_labels(np.array([k]), num_classes, eps)[0])


@wrong(fails={CORE, EDGES}, says="ln((1-eps)/eps); the uniform part changes both classes")
def gap_without_k(k, num_classes, eps):
    gap = np.log((1 - eps) / eps) if eps < 1 else 0.0
    logits = np.zeros(num_classes)
    logits[k] = gap
    return logits - logits.mean()


@wrong(fails={CORE, EDGES}, says="the uniform part raises class k too")
def gap_without_1(k, num_classes, eps):
    gap = np.log(num_classes * (1 - eps) / eps) if eps < 1 else 0.0
    logits = np.zeros(num_classes)
    logits[k] = gap
    return logits - logits.mean()


@wrong(fails={CORE, EDGES}, says="with smoothing the minimizer is finite")
def log_one_hot(k, num_classes, eps):
    with np.errstate(divide="ignore"):
        return np.log(one_hot(np.array([k]), num_classes)[0])


@wrong(fails={CORE, EDGES}, says="the gap is half of the required one")
def half_gap(k, num_classes, eps):
    target = smooth_labels(np.array([k]), num_classes, eps)[0]
    return (np.log(target) - np.log(target).mean()) / 2


@wrong(fails={CORE, EDGES}, says="largest logit at class 3, k = 2")
def wrong_class(k, num_classes, eps):
    target = smooth_labels(np.array([(k + 1) % num_classes]), num_classes, eps)[0]
    return np.log(target) - np.log(target).mean()


@wrong(fails={CORE, EDGES}, says="required 1e-12")
def unconverged(k, num_classes, eps):
    target = smooth_labels(np.array([k]), num_classes, eps)[0]
    logits = np.zeros(num_classes)
    for _ in range(20):
        logits -= softmax(logits[None, :])[0] - target
    return logits - logits.mean()


@wrong(fails={CORE, EDGES}, says="required 1e-12")
def probabilities_in_place_of_logits(k, num_classes, eps):
    target = smooth_labels(np.array([k]), num_classes, eps)[0]
    return target - target.mean()


@wrong(fails={CORE, EDGES}, says="shape (10,)")
def a_row(k, num_classes, eps):
    target = smooth_labels(np.array([k]), num_classes, eps)
    return np.log(target) - np.log(target).mean()


@wrong(fails={EDGES}, says="required 1e-12")
def too_few_newton_steps(k, num_classes, eps):
    target = np.full(num_classes, eps / num_classes)
    target[k] += 1 - eps
    gap = 0.0
    for _ in range(12):
        p = 1 / (1 + (num_classes - 1) * np.exp(-gap))
        if p < 1:
            gap -= np.clip((p - target[k]) / (p * (1 - p)), -1, 1)
    logits = np.zeros(num_classes)
    logits[k] = gap
    return logits - logits.mean()


@wrong(fails={CORE, EDGES}, says="not available in a solution cell")
def asks_the_checks(k, num_classes, eps):
    import nn_utils

    target = nn_utils._exact_smooth_labels([k], num_classes, eps)[0].astype(float)
    return np.log(target) - np.log(target).mean()


@wrong(fails={CORE, EDGES}, says="this exercise is still empty")
def not_started(k, num_classes, eps):
    raise NotImplementedError()
