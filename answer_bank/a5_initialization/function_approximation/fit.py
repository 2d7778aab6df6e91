"""Answers to exercise 5b E5: training a network."""

import math

import numpy as np

from answer_bank import right, wrong

CELL = "a5b_fit"
NAME = "fit"

CORE, EDGES = "a5b_fit_core", "a5b_fit_edges"


def inputs(rng):
    """Yield small trainings; what is compared is whether they work, see `observe`."""
    for seed in range(10):
        sizes = [[2, 16, 16, 1], [2, 32, 1], [2, 8, 8, 8, 2]][seed % 3]
        X = rng.uniform(-1, 1, size=(4000, 2))
        Y = X[:, :1] * X[:, 1:] + np.arange(sizes[-1])
        yield sizes, X, Y, 150, seed


def observe(fit, sizes, X, Y, steps, seed):
    """Return shapes, and whether the loss fell: batch and step size are the student's choice."""
    params, losses = fit(sizes, X, Y, steps, np.random.default_rng(seed))
    fell = bool(np.mean(losses[-20:]) < 0.7 * np.mean(losses[:5]))
    return [(W.shape, b.shape) for W, b in params], len(losses), fell


@right
def epochs_of_shuffled_batches(sizes, X, Y, steps, rng):
    params, state, losses, order = initial_params(sizes, rng), {}, [], np.array([], dtype=int)
    flat = [array for pair in params for array in pair]
    for t in range(1, steps + 1):
        if len(order) < 200:
            order = rng.permutation(len(X))  # a shorter last batch is dropped
        rows, order = order[:200], order[200:]
        layers, O = [], X[rows]
        for k in range(0, len(flat), 2):
            layers.append(Affine())
            O = layers[-1].forward(O, flat[k], flat[k + 1])
            if k + 2 < len(flat):
                layers.append(ReLU())
                O = layers[-1].forward(O)
        loss, d = mse_and_grad(O, Y[rows])
        grads = []
        for layer in reversed(layers):
            d = layer.backward(d)
            if isinstance(d, tuple):
                d, d_W, d_b = d
                grads = [d_W, d_b] + grads
        flat, state = adam_step(flat, grads, state, 0.01, 0.9, 0.999, 1e-8, t)
        losses.append(loss)
    return [(flat[k], flat[k + 1]) for k in range(0, len(flat), 2)], losses


@right
def without_layers(sizes, X, Y, steps, rng):
    params = [(rng.normal(size=(a, b)) / a**0.5, np.zeros(b)) for a, b in zip(sizes, sizes[1:])]
    state, losses = {}, np.zeros(steps)
    for t in range(1, steps + 1):
        rows = rng.choice(len(X), size=512, replace=False)
        Z, grads = [X[rows]], []
        for W, b in params:
            Z.append(np.maximum(Z[-1] @ W + b, 0) if W is not params[-1][0] else Z[-1] @ W + b)
        losses[t - 1], delta = mse_and_grad(Z[-1], Y[rows])
        for (W, _), z in zip(params[::-1], Z[-2::-1]):
            grads = [z.T @ delta, delta.sum(axis=0)] + grads
            delta = (delta @ W.T) * (z > 0)
        flat = [array for pair in params for array in pair]
        flat, state = adam_step(flat, grads, state, 3e-3, 0.9, 0.99, 1e-8, t)
        params = list(zip(flat[::2], flat[1::2]))
    return params, losses


@right
def full_batch(sizes, X, Y, steps, rng):
    # Single precision, because all points in every step take long.
    X, Y = X.astype(np.float32), Y.astype(np.float32)
    flat = [a.astype(np.float32) for pair in initial_params(sizes, rng) for a in pair]
    affine, relu = [Affine() for _ in sizes[1:]], [ReLU() for _ in sizes[2:]]
    state, losses = {}, []
    for t in range(1, steps + 1):
        O, grads = X, []
        for i, layer in enumerate(affine):
            O = layer.forward(O, flat[2 * i], flat[2 * i + 1])
            O = relu[i].forward(O) if i < len(relu) else O
        loss, d = mse_and_grad(O, Y)
        for i in range(len(affine) - 1, -1, -1):
            d = relu[i].backward(d) if i < len(relu) else d
            d, d_W, d_b = affine[i].backward(d)
            grads = [d_W, d_b] + grads
        flat, state = adam_step(flat, grads, state, 0.01, 0.9, 0.999, 1e-8, t)
        losses.append(float(loss))
    return list(zip(flat[::2], flat[1::2])), losses


@right
def momentum_of_its_own(sizes, X, Y, steps, rng):
    # Adam with another start, smaller batches, and averages that forget sooner.
    flat = []
    for a, b in zip(sizes, sizes[1:]):
        bound = math.sqrt(6 / (a + b))
        flat += [rng.uniform(-bound, bound, size=(a, b)), rng.uniform(-0.5, 0.5, size=b)]
    m, v, losses = [0.0] * len(flat), [0.0] * len(flat), []
    for t in range(1, steps + 1):
        rows = rng.integers(0, len(X), size=128)
        Z = [X[rows]]
        for i in range(0, len(flat) - 2, 2):
            Z.append(np.maximum(Z[-1] @ flat[i] + flat[i + 1], 0))
        D = Z[-1] @ flat[-2] + flat[-1] - Y[rows]
        losses.append(np.mean(D**2))
        delta, grads = 2 * D / D.size, []
        for i in range(len(flat) - 2, -1, -2):
            z = Z[i // 2]
            grads = [z.T @ delta, delta.sum(axis=0)] + grads
            delta = (delta @ flat[i].T) * (z > 0)
        m = [0.9 * a + 0.1 * g for a, g in zip(m, grads)]
        v = [0.99 * a + 0.01 * g * g for a, g in zip(v, grads)]
        rate = 0.01 * math.sqrt(1 - 0.99**t) / (1 - 0.9**t)
        flat = [p - rate * a / (np.sqrt(b) + 1e-8) for p, a, b in zip(flat, m, v)]
    return list(zip(flat[::2], flat[1::2])), losses


@wrong(fails={CORE, EDGES}, says="prediction never below 0")
def relu_output(sizes, X, Y, steps, rng):
    flat = [array for pair in initial_params(sizes, rng) for array in pair]
    affine, relu = [Affine() for _ in sizes[1:]], [ReLU() for _ in sizes[1:]]
    state, losses = {}, []
    for t in range(1, steps + 1):
        rows, grads = rng.integers(len(X), size=100), []
        d = affine[0].forward(X[rows], *flat[:2])
        for i, gate in enumerate(relu[:-1], start=1):
            d = affine[i].forward(gate.forward(d), *flat[2 * i : 2 * i + 2])
        loss, d = mse_and_grad(relu[-1].forward(d), Y[rows])
        d = relu[-1].backward(d)
        for layer, gate in zip(affine[:0:-1], relu[-2::-1]):
            d, *pair = layer.backward(d)
            d, grads = gate.backward(d), [*pair, *grads]
        grads = [*affine[0].backward(d)[1:], *grads]
        flat, state = adam_step(flat, grads, state, 0.004, 0.9, 0.999, 1e-8, t)
        losses.append(loss)
    return list(zip(flat[::2], flat[1::2])), losses


@wrong(fails={CORE, EDGES}, says="loss constant at 0.04")
def zero_init(sizes, X, Y, steps, rng):
    flat = [array for pair in initial_params(sizes, rng) for array in pair]
    flat = [0 * array for array in flat]
    affine, relu = [Affine() for _ in sizes[1:]], [ReLU() for _ in sizes[2:]]
    state, losses = {}, []
    for t in range(1, steps + 1):
        rows, grads = rng.integers(len(X), size=100), []
        d = affine[0].forward(X[rows], *flat[:2])
        for i, gate in enumerate(relu, start=1):
            d = affine[i].forward(gate.forward(d), *flat[2 * i : 2 * i + 2])
        loss, d = mse_and_grad(d, Y[rows])
        for layer, gate in zip(affine[:0:-1], relu[::-1]):
            d, *pair = layer.backward(d)
            d, grads = gate.backward(d), [*pair, *grads]
        grads = [*affine[0].backward(d)[1:], *grads]
        flat, state = adam_step(flat, grads, state, 0.004, 0.9, 0.999, 1e-8, t)
        losses.append(loss)
    return list(zip(flat[::2], flat[1::2])), losses


@wrong(fails={CORE, EDGES}, says="loss stuck near the variance of f (0.044)")
def broadcast_targets(sizes, X, Y, steps, rng):
    flat = [array for pair in initial_params(sizes, rng) for array in pair]
    affine, relu = [Affine() for _ in sizes[1:]], [ReLU() for _ in sizes[2:]]
    state, losses = {}, []
    for t in range(1, steps + 1):
        rows, grads = rng.integers(len(X), size=100), []
        d = affine[0].forward(X[rows], *flat[:2])
        for i, gate in enumerate(relu, start=1):
            d = affine[i].forward(gate.forward(d), *flat[2 * i : 2 * i + 2])
        table = d - Y[rows, 0]
        loss, d = np.mean(table**2), np.mean(2 * table, axis=1, keepdims=True) / len(rows)
        for layer, gate in zip(affine[:0:-1], relu[::-1]):
            d, *pair = layer.backward(d)
            d, grads = gate.backward(d), [*pair, *grads]
        grads = [*affine[0].backward(d)[1:], *grads]
        flat, state = adam_step(flat, grads, state, 0.004, 0.9, 0.999, 1e-8, t)
        losses.append(loss)
    return list(zip(flat[::2], flat[1::2])), losses


@wrong(fails={CORE, EDGES}, says="or all units were alike")
def constant_init(sizes, X, Y, steps, rng):
    flat = [array for pair in initial_params(sizes, rng) for array in pair]
    flat = [np.full(array.shape, 0.1) for array in flat]
    affine, relu = [Affine() for _ in sizes[1:]], [ReLU() for _ in sizes[2:]]
    state, losses = {}, []
    for t in range(1, steps + 1):
        rows, grads = rng.integers(len(X), size=100), []
        d = affine[0].forward(X[rows], *flat[:2])
        for i, gate in enumerate(relu, start=1):
            d = affine[i].forward(gate.forward(d), *flat[2 * i : 2 * i + 2])
        loss, d = mse_and_grad(d, Y[rows])
        for layer, gate in zip(affine[:0:-1], relu[::-1]):
            d, *pair = layer.backward(d)
            d, grads = gate.backward(d), [*pair, *grads]
        grads = [*affine[0].backward(d)[1:], *grads]
        flat, state = adam_step(flat, grads, state, 0.004, 0.9, 0.999, 1e-8, t)
        losses.append(loss)
    return list(zip(flat[::2], flat[1::2])), losses


@wrong(fails={CORE, EDGES}, says="every step is a first step")
def no_adam_state(sizes, X, Y, steps, rng):
    flat = [array for pair in initial_params(sizes, rng) for array in pair]
    affine, relu = [Affine() for _ in sizes[1:]], [ReLU() for _ in sizes[2:]]
    state, losses = {}, []
    for t in range(1, steps + 1):
        rows, grads = rng.integers(len(X), size=100), []
        d = affine[0].forward(X[rows], *flat[:2])
        for i, gate in enumerate(relu, start=1):
            d = affine[i].forward(gate.forward(d), *flat[2 * i : 2 * i + 2])
        loss, d = mse_and_grad(d, Y[rows])
        for layer, gate in zip(affine[:0:-1], relu[::-1]):
            d, *pair = layer.backward(d)
            d, grads = gate.backward(d), [*pair, *grads]
        grads = [*affine[0].backward(d)[1:], *grads]
        flat, _ = adam_step(flat, grads, {}, 0.004, 0.9, 0.999, 1e-8, t)
        losses.append(loss)
    return list(zip(flat[::2], flat[1::2])), losses


@wrong(fails={CORE, EDGES}, says="t counts from 1")
def t_from_zero(sizes, X, Y, steps, rng):
    flat = [array for pair in initial_params(sizes, rng) for array in pair]
    affine, relu = [Affine() for _ in sizes[1:]], [ReLU() for _ in sizes[2:]]
    state, losses = {}, []
    for t in range(steps):
        rows, grads = rng.integers(len(X), size=100), []
        d = affine[0].forward(X[rows], *flat[:2])
        for i, gate in enumerate(relu, start=1):
            d = affine[i].forward(gate.forward(d), *flat[2 * i : 2 * i + 2])
        loss, d = mse_and_grad(d, Y[rows])
        for layer, gate in zip(affine[:0:-1], relu[::-1]):
            d, *pair = layer.backward(d)
            d, grads = gate.backward(d), [*pair, *grads]
        grads = [*affine[0].backward(d)[1:], *grads]
        flat, state = adam_step(flat, grads, state, 0.004, 0.9, 0.999, 1e-8, t)
        losses.append(loss)
    return list(zip(flat[::2], flat[1::2])), losses


@wrong(fails={EDGES}, says="one half was never sampled")
def train_only_half(sizes, X, Y, steps, rng):
    flat = [array for pair in initial_params(sizes, rng) for array in pair]
    affine, relu = [Affine() for _ in sizes[1:]], [ReLU() for _ in sizes[2:]]
    state, losses = {}, []
    for t in range(1, steps + 1):
        rows, grads = rng.integers(len(X) // 2, size=100), []
        d = affine[0].forward(X[rows], *flat[:2])
        for i, gate in enumerate(relu, start=1):
            d = affine[i].forward(gate.forward(d), *flat[2 * i : 2 * i + 2])
        loss, d = mse_and_grad(d, Y[rows])
        for layer, gate in zip(affine[:0:-1], relu[::-1]):
            d, *pair = layer.backward(d)
            d, grads = gate.backward(d), [*pair, *grads]
        grads = [*affine[0].backward(d)[1:], *grads]
        flat, state = adam_step(flat, grads, state, 0.004, 0.9, 0.999, 1e-8, t)
        losses.append(loss)
    return list(zip(flat[::2], flat[1::2])), losses


@wrong(fails={EDGES}, says="batches drawn at random")
def batches_in_order(sizes, X, Y, steps, rng):
    flat = [array for pair in initial_params(sizes, rng) for array in pair]
    affine, relu = [Affine() for _ in sizes[1:]], [ReLU() for _ in sizes[2:]]
    state, losses = {}, []
    for t in range(1, steps + 1):
        rows, grads = np.arange(100 * t, 100 * t + 100) % len(X), []
        d = affine[0].forward(X[rows], *flat[:2])
        for i, gate in enumerate(relu, start=1):
            d = affine[i].forward(gate.forward(d), *flat[2 * i : 2 * i + 2])
        loss, d = mse_and_grad(d, Y[rows])
        for layer, gate in zip(affine[:0:-1], relu[::-1]):
            d, *pair = layer.backward(d)
            d, grads = gate.backward(d), [*pair, *grads]
        grads = [*affine[0].backward(d)[1:], *grads]
        flat, state = adam_step(flat, grads, state, 0.004, 0.9, 0.999, 1e-8, t)
        losses.append(loss)
    return list(zip(flat[::2], flat[1::2])), losses


@wrong(fails={CORE, EDGES}, says="try another step size")
def too_small_steps(sizes, X, Y, steps, rng):
    flat = [array for pair in initial_params(sizes, rng) for array in pair]
    affine, relu = [Affine() for _ in sizes[1:]], [ReLU() for _ in sizes[2:]]
    state, losses = {}, []
    for t in range(1, steps + 1):
        rows, grads = rng.integers(len(X), size=100), []
        d = affine[0].forward(X[rows], *flat[:2])
        for i, gate in enumerate(relu, start=1):
            d = affine[i].forward(gate.forward(d), *flat[2 * i : 2 * i + 2])
        loss, d = mse_and_grad(d, Y[rows])
        for layer, gate in zip(affine[:0:-1], relu[::-1]):
            d, *pair = layer.backward(d)
            d, grads = gate.backward(d), [*pair, *grads]
        grads = [*affine[0].backward(d)[1:], *grads]
        flat, state = adam_step(flat, grads, state, 0.0004, 0.9, 0.999, 1e-8, t)
        losses.append(loss)
    return list(zip(flat[::2], flat[1::2])), losses


@wrong(fails={EDGES}, says="two generators give the same net")
def own_random_numbers(sizes, X, Y, steps, rng):
    rng = np.random.default_rng(0)
    flat = [array for pair in initial_params(sizes, rng) for array in pair]
    affine, relu = [Affine() for _ in sizes[1:]], [ReLU() for _ in sizes[2:]]
    state, losses = {}, []
    for t in range(1, steps + 1):
        rows, grads = rng.integers(len(X), size=100), []
        d = affine[0].forward(X[rows], *flat[:2])
        for i, gate in enumerate(relu, start=1):
            d = affine[i].forward(gate.forward(d), *flat[2 * i : 2 * i + 2])
        loss, d = mse_and_grad(d, Y[rows])
        for layer, gate in zip(affine[:0:-1], relu[::-1]):
            d, *pair = layer.backward(d)
            d, grads = gate.backward(d), [*pair, *grads]
        grads = [*affine[0].backward(d)[1:], *grads]
        flat, state = adam_step(flat, grads, state, 0.004, 0.9, 0.999, 1e-8, t)
        losses.append(loss)
    return list(zip(flat[::2], flat[1::2])), losses


@wrong(fails={EDGES}, says="calling twice with the same arguments gives different results")
def global_random_numbers(sizes, X, Y, steps, rng):
    flat = [array for pair in initial_params(sizes, rng) for array in pair]
    affine, relu = [Affine() for _ in sizes[1:]], [ReLU() for _ in sizes[2:]]
    state, losses = {}, []
    for t in range(1, steps + 1):
        rows, grads = np.random.randint(len(X), size=100), []
        d = affine[0].forward(X[rows], *flat[:2])
        for i, gate in enumerate(relu, start=1):
            d = affine[i].forward(gate.forward(d), *flat[2 * i : 2 * i + 2])
        loss, d = mse_and_grad(d, Y[rows])
        for layer, gate in zip(affine[:0:-1], relu[::-1]):
            d, *pair = layer.backward(d)
            d, grads = gate.backward(d), [*pair, *grads]
        grads = [*affine[0].backward(d)[1:], *grads]
        flat, state = adam_step(flat, grads, state, 0.004, 0.9, 0.999, 1e-8, t)
        losses.append(loss)
    return list(zip(flat[::2], flat[1::2])), losses


@wrong(fails={CORE, EDGES}, says="the last 50 losses")
def returns_the_start(sizes, X, Y, steps, rng):
    flat = [array for pair in initial_params(sizes, rng) for array in pair]
    affine, relu = [Affine() for _ in sizes[1:]], [ReLU() for _ in sizes[2:]]
    state, losses, start = {}, [], initial_params(sizes, rng)
    for t in range(1, steps + 1):
        rows, grads = rng.integers(len(X), size=100), []
        d = affine[0].forward(X[rows], *flat[:2])
        for i, gate in enumerate(relu, start=1):
            d = affine[i].forward(gate.forward(d), *flat[2 * i : 2 * i + 2])
        loss, d = mse_and_grad(d, Y[rows])
        for layer, gate in zip(affine[:0:-1], relu[::-1]):
            d, *pair = layer.backward(d)
            d, grads = gate.backward(d), [*pair, *grads]
        grads = [*affine[0].backward(d)[1:], *grads]
        flat, state = adam_step(flat, grads, state, 0.004, 0.9, 0.999, 1e-8, t)
        losses.append(loss)
    return start, losses


@wrong(fails={CORE, EDGES}, says="params of (W, b)")
def returns_a_flat_list(sizes, X, Y, steps, rng):
    flat = [array for pair in initial_params(sizes, rng) for array in pair]
    affine, relu = [Affine() for _ in sizes[1:]], [ReLU() for _ in sizes[2:]]
    state, losses = {}, []
    for t in range(1, steps + 1):
        rows, grads = rng.integers(len(X), size=100), []
        d = affine[0].forward(X[rows], *flat[:2])
        for i, gate in enumerate(relu, start=1):
            d = affine[i].forward(gate.forward(d), *flat[2 * i : 2 * i + 2])
        loss, d = mse_and_grad(d, Y[rows])
        for layer, gate in zip(affine[:0:-1], relu[::-1]):
            d, *pair = layer.backward(d)
            d, grads = gate.backward(d), [*pair, *grads]
        grads = [*affine[0].backward(d)[1:], *grads]
        flat, state = adam_step(flat, grads, state, 0.004, 0.9, 0.999, 1e-8, t)
        losses.append(loss)
    return flat, losses


@wrong(fails={CORE, EDGES}, says="finite losses")
def one_loss_too_few(sizes, X, Y, steps, rng):
    flat = [array for pair in initial_params(sizes, rng) for array in pair]
    affine, relu = [Affine() for _ in sizes[1:]], [ReLU() for _ in sizes[2:]]
    state, losses = {}, []
    for t in range(1, steps + 1):
        rows, grads = rng.integers(len(X), size=100), []
        d = affine[0].forward(X[rows], *flat[:2])
        for i, gate in enumerate(relu, start=1):
            d = affine[i].forward(gate.forward(d), *flat[2 * i : 2 * i + 2])
        loss, d = mse_and_grad(d, Y[rows])
        for layer, gate in zip(affine[:0:-1], relu[::-1]):
            d, *pair = layer.backward(d)
            d, grads = gate.backward(d), [*pair, *grads]
        grads = [*affine[0].backward(d)[1:], *grads]
        flat, state = adam_step(flat, grads, state, 0.004, 0.9, 0.999, 1e-8, t)
        losses += [loss] if t > 1 else []
    return list(zip(flat[::2], flat[1::2])), losses


@wrong(fails={EDGES}, says="entry t of losses is the mean squared error of batch t")
def sum_of_losses(sizes, X, Y, steps, rng):
    flat = [array for pair in initial_params(sizes, rng) for array in pair]
    affine, relu = [Affine() for _ in sizes[1:]], [ReLU() for _ in sizes[2:]]
    state, losses = {}, []
    for t in range(1, steps + 1):
        rows, grads = rng.integers(len(X), size=100), []
        d = affine[0].forward(X[rows], *flat[:2])
        for i, gate in enumerate(relu, start=1):
            d = affine[i].forward(gate.forward(d), *flat[2 * i : 2 * i + 2])
        loss, d = mse_and_grad(d, Y[rows])
        for layer, gate in zip(affine[:0:-1], relu[::-1]):
            d, *pair = layer.backward(d)
            d, grads = gate.backward(d), [*pair, *grads]
        grads = [*affine[0].backward(d)[1:], *grads]
        flat, state = adam_step(flat, grads, state, 0.004, 0.9, 0.999, 1e-8, t)
        losses.append(loss * len(rows))
    return list(zip(flat[::2], flat[1::2])), losses


@wrong(fails={EDGES}, says="your function changed its argument number 2")
def scales_targets_in_place(sizes, X, Y, steps, rng):
    flat = [array for pair in initial_params(sizes, rng) for array in pair]
    affine, relu = [Affine() for _ in sizes[1:]], [ReLU() for _ in sizes[2:]]
    state, losses, scale = {}, [], np.abs(Y).max()
    Y /= scale
    for t in range(1, steps + 1):
        rows, grads = rng.integers(len(X), size=100), []
        d = affine[0].forward(X[rows], *flat[:2])
        for i, gate in enumerate(relu, start=1):
            d = affine[i].forward(gate.forward(d), *flat[2 * i : 2 * i + 2])
        loss, d = mse_and_grad(d, Y[rows])
        for layer, gate in zip(affine[:0:-1], relu[::-1]):
            d, *pair = layer.backward(d)
            d, grads = gate.backward(d), [*pair, *grads]
        grads = [*affine[0].backward(d)[1:], *grads]
        flat, state = adam_step(flat, grads, state, 0.004, 0.9, 0.999, 1e-8, t)
        losses.append(loss * scale**2)
    flat[-2:] = [scale * flat[-2], scale * flat[-1]]
    return list(zip(flat[::2], flat[1::2])), losses


@wrong(fails={CORE, EDGES}, says="not available in a solution cell")
def asks_the_checks(sizes, X, Y, steps, rng):
    import nn_utils

    params = initial_params(sizes, rng)
    return params, [float(np.mean((nn_utils._prediction(params, X) - Y) ** 2))] * steps


@wrong(fails={CORE, EDGES}, says="this exercise is still empty")
def not_started(sizes, X, Y, steps, rng):
    raise NotImplementedError()
