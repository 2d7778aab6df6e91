"""Answers to exercise 4b E4: one step of gradient descent."""

import numpy as np

from answer_bank import right, wrong

CELL = "a4b_sgd_step"
NAME = "sgd_step"

CORE = "a4b_sgd_step_core"
TOLERANCE = 1e-13


def inputs(rng):
    """Yield steps on which a surviving mutant is compared with the reference."""
    for number in range(10):
        params = {"W1": rng.normal(size=(3, 2)), "b1": rng.normal(size=2)}
        grads = {"b1": rng.normal(size=2), "W1": rng.normal(size=(3, 2))}
        yield params, grads, 0.1 * number


@right
def comprehension(params, grads, lr):
    return {key: params[key] - lr * grads[key] for key in params}


@right
def loop(params, grads, lr):
    new = {}
    for key in grads:
        new[key] = params[key] + (-lr) * grads[key]
    return new


@right
def in_place_on_copies(params, grads, lr):
    new = {key: value.copy() for key, value in params.items()}
    for key in new:
        new[key] -= lr * grads[key]
    return new


@wrong(fails={CORE}, says="the step goes uphill: the loss rises")
def ascent(params, grads, lr):
    return {key: params[key] + lr * grads[key] for key in params}


@wrong(fails={CORE}, says="your function changed its argument number 1")
def in_place(params, grads, lr):
    for key in params:
        params[key] -= lr * grads[key]
    return params


@wrong(fails={CORE}, says="put something else into argument number 1")
def same_dict(params, grads, lr):
    for key in params:
        params[key] = params[key] - lr * grads[key]
    return params


@wrong(fails={CORE}, says="b1 unchanged")
def skips_biases(params, grads, lr):
    return {k: params[k] - lr * grads[k] if k[0] == "W" else params[k].copy() for k in params}


@wrong(fails={CORE}, says="step = gradient: lr not used")
def no_lr(params, grads, lr):
    return {key: params[key] - grads[key] for key in params}


@wrong(fails={CORE}, says="W1 updated with the gradient of b1: pair by name")
def key_order(params, grads, lr):
    pairs = zip(params.items(), grads.values())
    return {key: value - lr * grad for (key, value), grad in pairs}


@wrong(fails={CORE}, says="NoneType")
def nothing_back(params, grads, lr):
    new = {key: params[key] - lr * grads[key] for key in params}


@wrong(fails={CORE}, says="shares memory with an argument")
def hands_back_at_rate_zero(params, grads, lr):
    return {key: params[key] - lr * grads[key] if lr else params[key] for key in params}


@wrong(fails={CORE}, says="not available in a solution cell")
def asks_the_checks(params, grads, lr):
    import nn_utils

    return {k: v.astype(float) for k, v in nn_utils._exact_step(params, grads, lr).items()}


@wrong(fails={CORE}, says="this exercise is still empty")
def not_started(params, grads, lr):
    raise NotImplementedError()
