"""Answers to exercise 3a E2: the tanh network that computes what a sigmoid network does."""

import numpy as np

from answer_bank import right, wrong

CELL = "a3a_sigmoid_net_to_tanh"
NAME = "sigmoid_net_to_tanh"

CORE, DEEP = "a3a_sigmoid_net_to_tanh_core", "a3a_sigmoid_net_to_tanh_deep"
EDGES = "a3a_sigmoid_net_to_tanh_edges"
TOLERANCE = 1e-12


def inputs(rng):
    """Yield networks on which a surviving mutant is compared with the reference."""
    for widths in ((3, 5), (2, 5, 5), (3, 5, 1), (3, 7, 2), (2, 3, 5, 2), (3, 3, 3, 3, 3)) * 2:
        pairs = zip(widths, widths[1:], strict=False)
        yield ([(rng.normal(size=(n, m)), rng.normal(size=m)) for n, m in pairs],)


@right
def loop_over_layers(params):
    result = []
    for i in range(len(params)):
        W, b = params[i]
        new_W, new_b = W * 1.0, b * 1.0
        if i > 0:
            new_W = new_W / 2
            new_b = new_b + W.sum(axis=0) / 2
        if i < len(params) - 1:
            new_W = new_W / 2
            new_b = new_b / 2
        result.append((new_W, new_b))
    return result


@right
def recursion(params):
    (W, b), *rest = params
    if not rest:
        return [(W.copy(), b.copy())]
    (next_W, next_b), *others = rest
    taken_up = (next_W / 2, next_b + next_W.sum(axis=0) / 2)
    return [(W / 2, b / 2), *sigmoid_net_to_tanh([taken_up, *others])]


@right
def copies_then_in_place(params):
    copies = [(W.copy(), b.copy()) for W, b in params]
    for (W, b), (next_W, next_b) in zip(copies, copies[1:]):
        W /= 2
        b /= 2
        next_b += 0.5 * np.ones(len(next_W)) @ next_W
        next_W /= 2
    return copies


@right
def negative_twin(params):
    # tanh is odd: other signs in the hidden layers, the same outputs
    result, scale = [], 1.0
    for i, (W, b) in enumerate(params):
        last = i == len(params) - 1
        shift = W.sum(axis=0) / 2 if i else 0.0
        out = 1.0 if last else -0.5
        result.append([W * (scale * out), (b + shift) * out])
        scale = -0.5
    return tuple(result)


@right
def by_tables_of_factors(params):
    L = len(params)
    into = [1.0] + [0.5] * (L - 1)
    out = [0.5] * (L - 1) + [1.0]
    return [(i * o * W, o * (b + (1 - i) * W.sum(0))) for (W, b), i, o in zip(params, into, out)]


@wrong(fails={CORE, DEEP, EDGES}, says="off by the same for every input, (1 - sum of a column")
def printed_half(params):
    result = []
    for i, (W, b) in enumerate(params):
        if i > 0:
            W, b = W / 2, b + 1 / 2
        if i < len(params) - 1:
            W, b = W / 2, b / 2
        result.append((W.copy(), b.copy()))
    return result


@wrong(fails={CORE, DEEP, EDGES}, says="agrees where the hidden biases are 0")
def bias_not_halved(params):
    result = []
    for i, (W, b) in enumerate(params):
        last = i == len(params) - 1
        shift = W.sum(axis=0) / 2 if i > 0 else 0 * b
        W = W / 2 if i > 0 else W
        result.append((W.copy(), b + shift) if last else (W / 2, b + shift / 2))
    return result


@wrong(fails={CORE, DEEP, EDGES}, says="the hidden layer was doubled instead of halved")
def doubled(params):
    result = []
    for i, (W, b) in enumerate(params):
        if i > 0:
            W, b = W / 2, b + W.sum(axis=0) / 2
        if i < len(params) - 1:
            W, b = W * 2, b * 2
        result.append((W.copy(), b.copy()))
    return result


@wrong(fails={CORE, DEEP, EDGES}, says="weights and biases were doubled instead of halved")
def doubled_everywhere(params):
    result = []
    for i, (W, b) in enumerate(params):
        if i > 0:
            W, b = W * 2, b + W.sum(axis=0) / 2
        if i < len(params) - 1:
            W, b = W * 2, b * 2
        result.append((W.copy(), b.copy()))
    return result


@wrong(fails={CORE, DEEP, EDGES}, says="the sums run along the wrong axis")
def row_sum(params):
    result = []
    for i, (W, b) in enumerate(params):
        if i > 0:
            W, b = W / 2, b + W.sum(axis=1) / 2
        if i < len(params) - 1:
            W, b = W / 2, b / 2
        result.append((W.copy(), b.copy()))
    return result


@wrong(fails={CORE, DEEP, EDGES}, says="the sum runs over all outputs")
def sum_of_all_weights(params):
    result = []
    for i, (W, b) in enumerate(params):
        if i > 0:
            W, b = W / 2, b + W.sum() / 2
        if i < len(params) - 1:
            W, b = W / 2, b / 2
        result.append((W.copy(), b.copy()))
    return result


@wrong(fails={CORE, DEEP, EDGES}, says="the 1/2 of each hidden unit is lost")
def constant_forgotten(params):
    result = []
    for i, (W, b) in enumerate(params):
        if i > 0:
            W = W / 2
        if i < len(params) - 1:
            W, b = W / 2, b / 2
        result.append((W.copy(), b.copy()))
    return result


@wrong(fails={CORE, DEEP, EDGES}, says="twice as much was added")
def whole_sum(params):
    result = []
    for i, (W, b) in enumerate(params):
        if i > 0:
            W, b = W / 2, b + W.sum(axis=0)
        if i < len(params) - 1:
            W, b = W / 2, b / 2
        result.append((W.copy(), b.copy()))
    return result


@wrong(fails={DEEP}, says="L = 2 agrees, L = 3 does not")
def only_first_layer(params):
    result = [(W.copy(), b.copy()) for W, b in params]
    if len(params) > 1:
        result[0] = (result[0][0] / 2, result[0][1] / 2)
        W, b = result[-1]
        result[-1] = (W / 2, b + W.sum(axis=0) / 2)
    return result


@wrong(fails={DEEP}, says="hidden layer 2 sees s / 4")
def halved_twice(params):
    result = []
    for i, (W, b) in enumerate(params):
        if i > 0:
            W, b = W / 2, b + W.sum(axis=0) / 2
        if i < len(params) - 1:
            W, b = W / 2, b / 2
        if 0 < i < len(params) - 1:
            W, b = W / 2, b / 2
        result.append((W.copy(), b.copy()))
    return result


@wrong(fails={DEEP}, says="has to be halved with that bias")
def added_after_halving(params):
    result = []
    for i, (W, b) in enumerate(params):
        new_W, new_b = W.copy(), b.copy()
        if i < len(params) - 1:
            new_W, new_b = new_W / 2, new_b / 2
        if i > 0:
            new_W, new_b = new_W / 2, new_b + W.sum(axis=0) / 2
        result.append((new_W, new_b))
    return result


@wrong(fails={EDGES}, says="the result shares memory with an argument")
def aliases(params):
    result = list(params)
    for i in range(len(params) - 1):
        (W, b), (next_W, next_b) = result[i], result[i + 1]
        result[i] = (W / 2, b / 2)
        result[i + 1] = (next_W / 2, next_b + next_W.sum(axis=0) / 2)
    return result


@wrong(fails={EDGES}, says="your function changed its argument number 1")
def in_place(params):
    for (W, b), (next_W, next_b) in zip(params, params[1:]):
        W /= 2
        b /= 2
        next_b += next_W.sum(axis=0) / 2
        next_W /= 2
    return [(W.copy(), b.copy()) for W, b in params]


@wrong(fails={CORE, DEEP, EDGES}, says="unchanged")
def unchanged(params):
    return [(W.copy(), b.copy()) for W, b in params]


@wrong(fails={CORE, DEEP, EDGES}, says="params[0][1] came back in shape (1, 5), not (5,)")
def biases_as_rows(params):
    result = []
    for i, (W, b) in enumerate(params):
        b = b[None, :]
        if i > 0:
            W, b = W / 2, b + W.sum(axis=0, keepdims=True) / 2
        if i < len(params) - 1:
            W, b = W / 2, b / 2
        result.append((W.copy(), b.copy()))
    return result


@wrong(fails={CORE, DEEP, EDGES}, says="yours params: NoneType; expected params: 2 parts")
def nothing_returned(params):
    [(W / 2, b / 2) for W, b in params]


@wrong(fails={CORE, DEEP, EDGES}, says="is not available in a solution cell")
def asks_the_checks(params):
    import nn_utils

    return nn_utils._SIGMOID_NET.exact(params, np.zeros((1, len(params[0][0]))))


@wrong(fails={CORE, DEEP, EDGES}, says="this exercise is still empty")
def not_started(params):
    raise NotImplementedError()
