"""Answers to exercise 5a E4: RMS of pre-activations."""

import math

import numpy as np

from answer_bank import right, wrong

CELL = "a5a_propagate"
NAME = "propagate"

CORE, EDGES = "a5a_propagate_core", "a5a_propagate_edges"
TOLERANCE = 1e-12


def inputs(rng):
    """Yield networks on which a surviving mutant is compared with the reference."""
    for phi in (np.tanh, np.cos):
        for sizes in ([5, 3], [5, 5, 5], [5, 3, 7, 2], [1, 1, 1], [2, 11, 3]):
            pairs = zip(sizes, sizes[1:])
            params = [(rng.normal(size=pair), rng.normal(size=pair[1])) for pair in pairs]
            yield rng.normal(size=(7, sizes[0])), params, phi


@right
def loop_over_layers(X, params, phi):
    Z, result = X, []
    for W, b in params:
        S = Z @ W + b
        result.append(np.sqrt((S**2).mean()))
        Z = phi(S)
    return result


@right
def frobenius_norms(X, params, phi):
    sums = [X @ params[0][0] + params[0][1]]
    for W, b in params[1:]:
        sums.append(np.einsum("nd,dh->nh", phi(sums[-1]), W) + b)
    return np.array([np.linalg.norm(S) / math.sqrt(S.size) for S in sums])


@right
def recursion(X, params, phi):
    if not params:
        return []
    (W, b), rest = params[0], params[1:]
    S = X.dot(W) + b
    return [float(rms(S)), *propagate(phi(S), rest, phi)]


@right
def with_layers(X, params, phi):
    class Affine:
        def __init__(self, W, b):
            self.W, self.b = W, b

        def forward(self, X):
            return X @ self.W + self.b

    result = ()
    for layer in [Affine(W, b) for W, b in params]:
        S = layer.forward(X)
        result += (rms(S),)
        X = phi(S)
    return result


@wrong(fails={CORE, EDGES}, says="recorded after phi: the list is about what goes into phi")
def post_activation(X, params, phi):
    Z, result = X, []
    for W, b in params:
        Z = phi(Z @ W + b)
        result.append(rms(Z))
    return result


@wrong(fails={CORE, EDGES}, says="recorded after phi, except for the output")
def post_activation_linear_output(X, params, phi):
    Z, result = X, []
    for number, (W, b) in enumerate(params, start=1):
        S = Z @ W + b
        Z = phi(S) if number < len(params) else S
        result.append(rms(Z))
    return result


@wrong(fails={CORE, EDGES}, says="a standard deviation subtracts the mean")
def std_not_rms(X, params, phi):
    Z, result = X, []
    for W, b in params:
        S = Z @ W + b
        result.append(np.std(S))
        Z = phi(S)
    return result


@wrong(fails={CORE, EDGES}, says="only the last layer differs")
def activation_on_last(X, params, phi):
    Z, result = X, []
    for number, (W, b) in enumerate(params, start=1):
        S = Z @ W + b
        Z = phi(S)
        result.append(rms(Z if number == len(params) else S))
    return result


@wrong(fails={CORE, EDGES}, says="first entry 1: these are ratios")
def cumulative_ratio(X, params, phi):
    Z, result = X, []
    for W, b in params:
        S = Z @ W + b
        result.append(rms(S))
        Z = phi(S)
    return [value / result[0] for value in result]


@wrong(fails={CORE, EDGES}, says="the biases are missing")
def no_bias(X, params, phi):
    Z, result = X, []
    for W, _ in params:
        S = Z @ W
        result.append(rms(S))
        Z = phi(S)
    return result


@wrong(fails={CORE, EDGES}, says="mean squares, without the root")
def mean_squares(X, params, phi):
    Z, result = X, []
    for W, b in params:
        S = Z @ W + b
        result.append(np.mean(S**2))
        Z = phi(S)
    return result


@wrong(fails={CORE, EDGES}, says="the error is")
def float32(X, params, phi):
    Z, result = X.astype(np.float32), []
    for W, b in params:
        S = Z @ W.astype(np.float32) + b.astype(np.float32)
        result.append(float(rms(S)))
        Z = phi(S)
    return result


@wrong(fails={CORE, EDGES}, says="the layers are listed from the output side")
def backwards(X, params, phi):
    Z, result = X, []
    for W, b in params:
        S = Z @ W + b
        result.insert(0, rms(S))
        Z = phi(S)
    return result


@wrong(fails={CORE, EDGES}, says="shape (3,)")
def without_the_output(X, params, phi):
    Z, result = X, [rms(X)]
    for W, b in params[:-1]:
        S = Z @ W + b
        result.append(rms(S))
        Z = phi(S)
    return result[1:]


@wrong(fails={CORE, EDGES}, says="shape (4,)")
def with_the_input(X, params, phi):
    Z, result = X, [rms(X)]
    for W, b in params:
        S = Z @ W + b
        result.append(rms(S))
        Z = phi(S)
    return result


@wrong(fails={EDGES}, says="read-only")
def in_place(X, params, phi):
    X -= 0.0
    Z, result = X, []
    for W, b in params:
        S = Z @ W + b
        result.append(rms(S))
        Z = phi(S)
    return result


@wrong(fails={EDGES}, says="there is a loop over the samples")
def loop_over_samples(X, params, phi):
    sums = [0.0] * len(params)
    for x in X:
        z = x[None, :]
        for k, (W, b) in enumerate(params):
            s = z @ W + b
            sums[k] += np.mean(s**2) / len(X)
            z = phi(s)
    return [math.sqrt(total) for total in sums]


@wrong(fails={CORE, EDGES}, says="not available in a solution cell")
def asks_the_checks(X, params, phi):
    import nn_utils

    return [rms(S) for S in nn_utils._sums(X, params, phi)]


@wrong(fails={CORE, EDGES}, says="this exercise is still empty")
def not_started(X, params, phi):
    raise NotImplementedError()
