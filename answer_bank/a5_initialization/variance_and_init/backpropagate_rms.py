"""Answers to exercise 5a E5: RMS of deltas and of weight gradients."""

import numpy as np

from answer_bank import right, wrong

CELL = "a5a_backpropagate_rms"
NAME = "backpropagate_rms"

DELTAS, WEIGHTS = "a5a_backpropagate_rms_deltas", "a5a_backpropagate_rms_weights"
EDGES = "a5a_backpropagate_rms_edges"
TOLERANCE = 1e-12


def inputs(rng):
    """Yield networks on which a surviving mutant is compared with the reference."""
    for phi, dphi in ((np.tanh, lambda s: 1 - np.tanh(s) ** 2), (np.sin, np.cos)):
        for sizes in ([5, 3], [5, 5, 5], [5, 3, 7, 2], [1, 1, 1], [2, 11, 3]):
            pairs = zip(sizes, sizes[1:])
            params = [(rng.normal(size=pair), rng.normal(size=pair[1])) for pair in pairs]
            yield rng.normal(size=(7, sizes[0])), params, phi, dphi, int(rng.integers(1000))


def observe(answer, X, params, phi, dphi, seed):
    """Return both lists for a new generator."""
    return answer(X, params, phi, dphi, np.random.default_rng(seed))


@right
def textbook(X, params, phi, dphi, rng):
    Z, inputs, sums = X, [], []
    for W, b in params:
        inputs.append(Z)
        sums.append(Z @ W + b)
        Z = phi(sums[-1])
    delta = rng.standard_normal(sums[-1].shape)
    deltas, grads = [], []
    for k in reversed(range(len(params))):
        deltas.append(rms(delta))
        grads.append(rms(inputs[k].T @ delta))
        if k:
            delta = delta @ params[k][0].T * dphi(sums[k - 1])
    return deltas[::-1], grads[::-1]


@right
def recursive(X, params, phi, dphi, rng):
    def walk(Z, rest):
        (W, b), later = rest[0], rest[1:]
        S = Z @ W + b
        if later:
            deltas, grads, d_Z = walk(phi(S), later)
            delta = d_Z * dphi(S)
        else:
            deltas, grads, delta = [], [], rng.normal(size=S.shape)
        return [rms(delta)] + deltas, [rms(Z.T @ delta)] + grads, delta @ W.T

    return walk(X, params)[:2]


@right
def with_layers(X, params, phi, dphi, rng):
    class Affine:
        def forward(self, X, W, b):
            self.cache = X, W
            return X @ W + b

        def backward(self, d_out):
            X, W = self.cache
            return d_out @ W.T, X.T @ d_out

    class Activation:
        def forward(self, S):
            self.S = S
            return phi(S)

        def backward(self, d_out):
            return d_out * dphi(self.S)

    affine, active = [Affine() for _ in params], [Activation() for _ in params]
    out = X
    for k, (W, b) in enumerate(params):
        out = affine[k].forward(active[k - 1].forward(out) if k else out, W, b)
    d_out = rng.standard_normal(out.shape)
    deltas, grads = np.zeros(len(params)), np.zeros(len(params))
    for k in range(len(params) - 1, -1, -1):
        deltas[k] = rms(d_out)
        d_out, d_W = affine[k].backward(d_out)
        grads[k] = rms(d_W)
        d_out = active[k - 1].backward(d_out) if k else d_out
    return deltas, grads


@wrong(fails={DELTAS, WEIGHTS, EDGES}, says="the slope of phi was taken at Z")
def derivative_at_z(X, params, phi, dphi, rng):
    inputs, sums = [X], []
    for W, b in params:
        sums.append(inputs[-1] @ W + b)
        inputs.append(phi(sums[-1]))
    delta = rng.standard_normal(sums[-1].shape)
    deltas, grads = [rms(delta)], [rms(inputs[-2].T @ delta)]
    for k in range(len(params) - 1, 0, -1):
        delta = (delta @ params[k][0].T) * dphi(inputs[k])
        deltas.insert(0, rms(delta))
        grads.insert(0, rms(inputs[k - 1].T @ delta))
    return deltas, grads


@wrong(fails={DELTAS, WEIGHTS, EDGES}, says="W and its transpose are confused")
def w_not_transposed(X, params, phi, dphi, rng):
    inputs, sums = [X], []
    for W, b in params:
        sums.append(inputs[-1] @ W + b)
        inputs.append(phi(sums[-1]))
    delta = rng.standard_normal(sums[-1].shape)
    deltas, grads = [rms(delta)], [rms(inputs[-2].T @ delta)]
    for k in range(len(params) - 1, 0, -1):
        delta = (delta @ params[k][0]) * dphi(sums[k - 1])
        deltas.insert(0, rms(delta))
        grads.insert(0, rms(inputs[k - 1].T @ delta))
    return deltas, grads


@wrong(fails={DELTAS, WEIGHTS, EDGES}, says="phi was differentiated at the last layer too")
def activation_on_last(X, params, phi, dphi, rng):
    inputs, sums = [X], []
    for W, b in params:
        sums.append(inputs[-1] @ W + b)
        inputs.append(phi(sums[-1]))
    delta = rng.standard_normal(sums[-1].shape) * dphi(sums[-1])
    deltas, grads = [rms(delta)], [rms(inputs[-2].T @ delta)]
    for k in range(len(params) - 1, 0, -1):
        delta = (delta @ params[k][0].T) * dphi(sums[k - 1])
        deltas.insert(0, rms(delta))
        grads.insert(0, rms(inputs[k - 1].T @ delta))
    return deltas, grads


@wrong(fails={WEIGHTS, EDGES}, says="has the layer's inputs Z in it")
def sums_for_inputs(X, params, phi, dphi, rng):
    inputs, sums = [X], []
    for W, b in params:
        sums.append(inputs[-1] @ W + b)
        inputs.append(phi(sums[-1]))
    delta = rng.standard_normal(sums[-1].shape)
    deltas, grads = [], []
    for k in range(len(params) - 1, -1, -1):
        before = sums[k - 1] if k else X
        deltas.insert(0, rms(delta))
        grads.insert(0, rms(before.T @ delta))
        if k:
            delta = (delta @ params[k][0].T) * dphi(sums[k - 1])
    return deltas, grads


@wrong(fails={WEIGHTS, EDGES}, says="expected = 7 x yours, and N = 7")
def mean_over_samples(X, params, phi, dphi, rng):
    inputs, sums = [X], []
    for W, b in params:
        sums.append(inputs[-1] @ W + b)
        inputs.append(phi(sums[-1]))
    delta = rng.standard_normal(sums[-1].shape)
    deltas, grads = [rms(delta)], [rms(inputs[-2].T @ delta / len(X))]
    for k in range(len(params) - 1, 0, -1):
        delta = (delta @ params[k][0].T) * dphi(sums[k - 1])
        deltas.insert(0, rms(delta))
        grads.insert(0, rms(inputs[k - 1].T @ delta / len(X)))
    return deltas, grads


@wrong(fails={DELTAS, WEIGHTS, EDGES}, says="first entry 1: these are ratios")
def cumulative_ratio(X, params, phi, dphi, rng):
    inputs, sums = [X], []
    for W, b in params:
        sums.append(inputs[-1] @ W + b)
        inputs.append(phi(sums[-1]))
    delta = rng.standard_normal(sums[-1].shape)
    deltas, grads = [rms(delta)], [rms(inputs[-2].T @ delta)]
    for k in range(len(params) - 1, 0, -1):
        delta = (delta @ params[k][0].T) * dphi(sums[k - 1])
        deltas.insert(0, rms(delta))
        grads.insert(0, rms(inputs[k - 1].T @ delta))
    return np.array(deltas) / deltas[0], np.array(grads) / grads[0]


@wrong(fails={DELTAS, WEIGHTS, EDGES}, says="the layers are listed from the output side")
def output_side_first(X, params, phi, dphi, rng):
    inputs, sums = [X], []
    for W, b in params:
        sums.append(inputs[-1] @ W + b)
        inputs.append(phi(sums[-1]))
    delta = rng.standard_normal(sums[-1].shape)
    deltas, grads = [rms(delta)], [rms(inputs[-2].T @ delta)]
    for k in range(len(params) - 1, 0, -1):
        delta = (delta @ params[k][0].T) * dphi(sums[k - 1])
        deltas.append(rms(delta))
        grads.append(rms(inputs[k - 1].T @ delta))
    return deltas, grads


@wrong(fails={DELTAS, WEIGHTS, EDGES}, says="the gradient at the output is not the one draw")
def draws_twice(X, params, phi, dphi, rng):
    inputs, sums = [X], []
    for W, b in params:
        sums.append(inputs[-1] @ W + b)
        inputs.append(phi(sums[-1]))
    rng.standard_normal(sums[-1].shape)
    delta = rng.standard_normal(sums[-1].shape)
    deltas, grads = [rms(delta)], [rms(inputs[-2].T @ delta)]
    for k in range(len(params) - 1, 0, -1):
        delta = (delta @ params[k][0].T) * dphi(sums[k - 1])
        deltas.insert(0, rms(delta))
        grads.insert(0, rms(inputs[k - 1].T @ delta))
    return deltas, grads


@wrong(fails={DELTAS, WEIGHTS, EDGES}, says="the gradient at the output is not the one draw")
def ones_as_upstream(X, params, phi, dphi, rng):
    inputs, sums = [X], []
    for W, b in params:
        sums.append(inputs[-1] @ W + b)
        inputs.append(phi(sums[-1]))
    delta = np.ones(sums[-1].shape)
    deltas, grads = [rms(delta)], [rms(inputs[-2].T @ delta)]
    for k in range(len(params) - 1, 0, -1):
        delta = (delta @ params[k][0].T) * dphi(sums[k - 1])
        deltas.insert(0, rms(delta))
        grads.insert(0, rms(inputs[k - 1].T @ delta))
    return deltas, grads


@wrong(fails={DELTAS, EDGES}, says="these are the gradients of Z, before the slope of phi")
def gradients_of_activations(X, params, phi, dphi, rng):
    inputs, sums = [X], []
    for W, b in params:
        sums.append(inputs[-1] @ W + b)
        inputs.append(phi(sums[-1]))
    delta = rng.standard_normal(sums[-1].shape)
    deltas, grads = [rms(delta)], [rms(inputs[-2].T @ delta)]
    for k in range(len(params) - 1, 0, -1):
        d_Z = delta @ params[k][0].T
        delta = d_Z * dphi(sums[k - 1])
        deltas.insert(0, rms(d_Z))
        grads.insert(0, rms(inputs[k - 1].T @ delta))
    return deltas, grads


@wrong(fails={EDGES}, says="read-only")
def in_place(X, params, phi, dphi, rng):
    X += 0.0
    inputs, sums = [X], []
    for W, b in params:
        sums.append(inputs[-1] @ W + b)
        inputs.append(phi(sums[-1]))
    delta = rng.standard_normal(sums[-1].shape)
    deltas, grads = [rms(delta)], [rms(inputs[-2].T @ delta)]
    for k in range(len(params) - 1, 0, -1):
        delta = (delta @ params[k][0].T) * dphi(sums[k - 1])
        deltas.insert(0, rms(delta))
        grads.insert(0, rms(inputs[k - 1].T @ delta))
    return deltas, grads


@wrong(fails={DELTAS, WEIGHTS, EDGES}, says="nothing comes back")
def prints_in_place_of_returning(X, params, phi, dphi, rng):
    inputs, sums = [X], []
    for W, b in params:
        sums.append(inputs[-1] @ W + b)
        inputs.append(phi(sums[-1]))
    delta = rng.standard_normal(sums[-1].shape)
    print(rms(delta))


@wrong(fails={DELTAS, WEIGHTS, EDGES}, says="not available in a solution cell")
def asks_the_checks(X, params, phi, dphi, rng):
    import nn_utils

    return nn_utils._exact_backpropagate(X, params, phi, dphi, nn_utils.Seed(0))


@wrong(fails={DELTAS, WEIGHTS, EDGES}, says="this exercise is still empty")
def not_started(X, params, phi, dphi, rng):
    raise NotImplementedError()
