"""Answers to exercise 3b E2: the deltas of all layers."""

import numpy as np

from answer_bank import right, wrong

CELL = "a3b_delta_recursion"
NAME = "delta_recursion"

CORE, EDGES = "a3b_delta_recursion_core", "a3b_delta_recursion_edges"
TOLERANCE = 1e-12


def inputs(rng):
    """Yield layers on which a surviving mutant is compared with the reference."""
    for widths in ((5,), (3, 3), (5, 3), (3, 7), (2, 7, 5, 3), (1, 1, 1), (3, 3, 3), (7, 2)):
        weights = [rng.normal(size=shape) for shape in zip(widths, widths[1:])]
        slopes = [rng.uniform(0.1, 2, size=width) for width in widths]
        d_loss = rng.normal(size=widths[-1])
        yield weights, slopes, d_loss
        yield [rng.normal(size=(4, widths[0])), *weights], slopes, d_loss


@right
def recursion(weights, dfs_at_s, d_loss):
    def deltas_up_to(layer, upstream):
        delta = upstream * dfs_at_s[layer]
        if -layer == len(dfs_at_s):
            return [delta]
        return deltas_up_to(layer - 1, weights[layer] @ delta) + [delta]

    return deltas_up_to(-1, d_loss)


@right
def loop(weights, dfs_at_s, d_loss):
    number = len(dfs_at_s)
    deltas = [None] * number
    upstream = d_loss
    for layer in range(number - 1, -1, -1):
        deltas[layer] = upstream * dfs_at_s[layer]
        if layer > 0:
            upstream = deltas[layer] @ weights[len(weights) - number + layer].T
    return deltas


@right
def einsum(weights, dfs_at_s, d_loss):
    deltas = [d_loss * dfs_at_s[-1]]
    for W, df in zip(reversed(weights), reversed(dfs_at_s[:-1])):
        deltas.insert(0, np.einsum("jk,k,j->j", W, deltas[0], df))
    return deltas


@right
def single_sums(weights, dfs_at_s, d_loss):
    deltas = [d_loss * dfs_at_s[-1]]
    for W, df in zip(weights[::-1], dfs_at_s[-2::-1]):
        after = deltas[0]
        new = np.empty_like(df)
        for j in range(len(df)):
            new[j] = df[j] * sum(W[j, k] * after[k] for k in range(len(after)))
        deltas = [new] + deltas
    return tuple(deltas)


@wrong(fails={CORE, EDGES}, says="matches delta @ W")
def w_not_transposed(weights, dfs_at_s, d_loss):
    deltas = [d_loss * dfs_at_s[-1]]
    for W, df in zip(weights[::-1], dfs_at_s[-2::-1]):
        deltas.insert(0, df * (deltas[0] @ W))
    return deltas


@wrong(fails={CORE, EDGES}, says="yours = expected / f'(s) of the hidden layer")
def no_derivative(weights, dfs_at_s, d_loss):
    deltas = [d_loss * dfs_at_s[-1]]
    for W, df in zip(weights[::-1], dfs_at_s[-2::-1]):
        deltas.insert(0, W @ deltas[0])
    return deltas


@wrong(fails={CORE, EDGES}, says="yours = expected / f'(s) of the last layer")
def d_loss_taken_for_the_last_delta(weights, dfs_at_s, d_loss):
    deltas = [d_loss.copy()]
    for W, df in zip(weights[::-1], dfs_at_s[-2::-1]):
        deltas.insert(0, df * (W @ deltas[0]))
    return deltas


@wrong(fails={CORE, EDGES}, says="the list is back to front")
def order_reversed(weights, dfs_at_s, d_loss):
    deltas = [d_loss * dfs_at_s[-1]]
    for W, df in zip(weights[::-1], dfs_at_s[-2::-1]):
        deltas.append(df * (W @ deltas[-1]))
    return deltas


@wrong(fails={CORE, EDGES}, says="the delta of layer l uses f' of layer l + 1")
def off_by_one(weights, dfs_at_s, d_loss):
    deltas = [d_loss * dfs_at_s[-1]]
    for W, df in zip(weights[::-1], dfs_at_s[::-1]):
        if len(deltas) < len(dfs_at_s):
            deltas.insert(0, df * (W @ deltas[0]))
    return deltas


@wrong(fails={CORE, EDGES}, says="summed over the receiving unit")
def wrong_sum_axis(weights, dfs_at_s, d_loss):
    deltas = [d_loss * dfs_at_s[-1]]
    for W, df in zip(weights[::-1], dfs_at_s[-2::-1]):
        deltas.insert(0, df * (W * deltas[0]).sum(axis=0))
    return deltas


@wrong(fails={EDGES}, says="read-only")
def in_place(weights, dfs_at_s, d_loss):
    delta = d_loss.copy()
    deltas = []
    for layer in range(len(dfs_at_s) - 1, -1, -1):
        slope = dfs_at_s[layer]
        slope *= delta
        deltas.insert(0, slope.copy())
        if layer:
            delta = weights[len(weights) - len(dfs_at_s) + layer] @ slope
    return deltas


@wrong(fails={EDGES}, says="your function put something else into argument number 1")
def pops_the_lists(weights, dfs_at_s, d_loss):
    deltas = [d_loss * dfs_at_s.pop()]
    while dfs_at_s:
        deltas.insert(0, dfs_at_s.pop() * (weights.pop() @ deltas[0]))
    return deltas


@wrong(fails={EDGES}, says="list of 3 expected 2 parts")
def delta_of_the_input_too(weights, dfs_at_s, d_loss):
    deltas = [d_loss * dfs_at_s[-1]]
    for layer in range(len(weights) - 1, -1, -1):
        upstream = weights[layer] @ deltas[0]
        df = dfs_at_s[layer] if len(dfs_at_s) > len(weights) else dfs_at_s[layer - 1]
        deltas.insert(0, upstream * df if len(df) == len(upstream) else upstream)
    return deltas


@wrong(fails={EDGES}, says="float32 in, float64 out")
def float64_buffers(weights, dfs_at_s, d_loss):
    deltas = [np.zeros(len(df)) for df in dfs_at_s]
    deltas[-1][:] = d_loss * dfs_at_s[-1]
    for layer in range(len(deltas) - 2, -1, -1):
        W = weights[layer - len(deltas) + 1]
        deltas[layer][:] = dfs_at_s[layer] * (W @ deltas[layer + 1])
    return deltas


@wrong(fails={CORE, EDGES}, says="not available in a solution cell")
def asks_the_checks(weights, dfs_at_s, d_loss):
    import nn_utils

    return list(nn_utils._exact_deltas(weights, dfs_at_s, d_loss))


@wrong(fails={CORE, EDGES}, says="this exercise is still empty")
def not_started(weights, dfs_at_s, d_loss):
    raise NotImplementedError()
