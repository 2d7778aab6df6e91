"""Answers to exercise 6 E5: the largest batch that fits."""

import numpy as np

from answer_bank import right, wrong

CELL = "a6_max_batch"
NAME = "max_batch"

CORE, OPTIONS, BOUNDARY = "a6_max_batch_core", "a6_max_batch_options", "a6_max_batch_boundary"
ALL = {CORE, OPTIONS, BOUNDARY}


def inputs(rng):
    """Yield problems at which a surviving mutant is compared with the reference."""
    for optimizer in ("sgd", "momentum", "adam"):
        for dtype in ("float16", "float32", "float64"):
            widths = [int(width) for width in rng.integers(1, 20, size=rng.integers(2, 6))]
            for budget in (0, 3000, int(rng.integers(3000, 200_000))):
                yield budget, widths, dtype, optimizer
    for budget in (511, 512, 559, 560, 571, 572):  # around 64 parameters, rows of 15
        yield budget, [7, 5, 3], np.float32, "sgd"


def observe(answer, *args):
    """The number of samples, whatever its type."""
    return float(answer(*args))


@right
def closed_form(budget_bytes, widths, dtype, optimizer):
    params = sum((d + 1) * h for d, h in zip(widths, widths[1:]))
    copies = 2 + ["sgd", "momentum", "adam"].index(optimizer)
    size = np.dtype(dtype).itemsize
    return max(0, (budget_bytes - size * copies * params) // (size * sum(widths)))


@right
def with_floats(budget_bytes, widths, dtype, optimizer):
    w = np.array(widths, dtype=float)
    params = np.sum(w[:-1] * w[1:] + w[1:])
    states = {"sgd": 0, "momentum": 1, "adam": 2}[optimizer]
    values = budget_bytes / np.dtype(dtype).itemsize
    return max(0, math.floor((values - (2 + states) * params) / w.sum()))


@right
def bisection(budget_bytes, widths, dtype, optimizer):
    def need(batch):
        params = sum(d * h + h for d, h in zip(widths, widths[1:]))
        copies = {"sgd": 2, "momentum": 3, "adam": 4}[optimizer]
        return (copies * params + batch * sum(widths)) * np.dtype(dtype).itemsize

    low, high = 0, budget_bytes + 1  # low fits, or is the answer 0; high does not
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if need(middle) <= budget_bytes else (low, middle)
    return low


@right
def simulation(budget_bytes, widths, dtype, optimizer):
    def live(batch):
        meter = Meter()
        arrays = 2 + {"sgd": 0, "momentum": 1, "adam": 2}[optimizer]
        for layer in range(1, len(widths)):
            for copy in range(arrays):
                meter.keep(f"W{layer} {copy}", (widths[layer - 1], widths[layer]))
                meter.keep(f"b{layer} {copy}", (widths[layer],))
        for layer, width in enumerate(widths):
            meter.keep(f"Z{layer}", (batch, width))
        return meter.live

    numbers = budget_bytes // np.dtype(dtype).itemsize
    return max(0, (numbers - live(0)) // (live(1) - live(0)))


@wrong(fails=ALL, says="one sample over budget")
def rounds_up(budget_bytes, widths, dtype, optimizer):
    params = sum(d * h + h for d, h in zip(widths, widths[1:]))
    copies = {"sgd": 2, "momentum": 3, "adam": 4}[optimizer]
    free = budget_bytes / np.dtype(dtype).itemsize - copies * params
    return max(0, math.ceil(free / sum(widths)))


@wrong(fails=ALL, says="one sample over budget")
def rounds_to_nearest(budget_bytes, widths, dtype, optimizer):
    params = sum(d * h + h for d, h in zip(widths, widths[1:]))
    copies = {"sgd": 2, "momentum": 3, "adam": 4}[optimizer]
    free = budget_bytes / np.dtype(dtype).itemsize - copies * params
    return max(0, round(free / sum(widths)))


@wrong(fails={OPTIONS}, says="SGD with momentum keeps one extra array per parameter, not 2")
def momentum_two_copies(budget_bytes, widths, dtype, optimizer):
    params = sum(d * h + h for d, h in zip(widths, widths[1:]))
    copies = {"sgd": 2, "momentum": 4, "adam": 4}[optimizer]
    free = budget_bytes // np.dtype(dtype).itemsize - copies * params
    return max(0, free // sum(widths))


@wrong(fails={OPTIONS}, says="Adam keeps two extra arrays per parameter, not 1")
def adam_one_copy(budget_bytes, widths, dtype, optimizer):
    params = sum(d * h + h for d, h in zip(widths, widths[1:]))
    copies = {"sgd": 2, "momentum": 3, "adam": 3}[optimizer]
    free = budget_bytes // np.dtype(dtype).itemsize - copies * params
    return max(0, free // sum(widths))


@wrong(fails={OPTIONS}, says="one extra array per parameter, not 0")
def optimizer_ignored(budget_bytes, widths, dtype, optimizer):
    params = sum(d * h + h for d, h in zip(widths, widths[1:]))
    free = budget_bytes // np.dtype(dtype).itemsize - 2 * params
    return max(0, free // sum(widths))


@wrong(fails={OPTIONS}, says="a number of this dtype has 2 bytes, not 4")
def wrong_itemsize(budget_bytes, widths, dtype, optimizer):
    params = sum(d * h + h for d, h in zip(widths, widths[1:]))
    copies = {"sgd": 2, "momentum": 3, "adam": 4}[optimizer]
    return max(0, (budget_bytes // 4 - copies * params) // sum(widths))


@wrong(fails=ALL, says="a number of this dtype has 4 bytes, not 32")
def uses_bits(budget_bytes, widths, dtype, optimizer):
    params = sum(d * h + h for d, h in zip(widths, widths[1:]))
    copies = {"sgd": 2, "momentum": 3, "adam": 4}[optimizer]
    bits = 8 * np.dtype(dtype).itemsize
    return max(0, (budget_bytes // bits - copies * params) // sum(widths))


@wrong(fails=ALL, says="a number of this dtype has 4 bytes, not 1")
def numbers_for_bytes(budget_bytes, widths, dtype, optimizer):
    params = sum(d * h + h for d, h in zip(widths, widths[1:]))
    copies = {"sgd": 2, "momentum": 3, "adam": 4}[optimizer]
    return max(0, (budget_bytes - copies * params) // sum(widths))


@wrong(fails={OPTIONS}, says="KeyError")
def names_of_dtypes_only(budget_bytes, widths, dtype, optimizer):
    size = {"float16": 2, "float32": 4, "float64": 8}[dtype]
    params = sum(d * h + h for d, h in zip(widths, widths[1:]))
    copies = {"sgd": 2, "momentum": 3, "adam": 4}[optimizer]
    return max(0, (budget_bytes // size - copies * params) // sum(widths))


@wrong(fails=ALL, says="the gradients of the weights are missing")
def no_gradients(budget_bytes, widths, dtype, optimizer):
    params = sum(d * h + h for d, h in zip(widths, widths[1:]))
    copies = {"sgd": 1, "momentum": 2, "adam": 3}[optimizer]
    free = budget_bytes // np.dtype(dtype).itemsize - copies * params
    return max(0, free // sum(widths))


@wrong(fails=ALL, says="the biases are missing")
def no_biases(budget_bytes, widths, dtype, optimizer):
    params = sum(d * h for d, h in zip(widths, widths[1:]))
    copies = {"sgd": 2, "momentum": 3, "adam": 4}[optimizer]
    free = budget_bytes // np.dtype(dtype).itemsize - copies * params
    return max(0, free // sum(widths))


@wrong(fails=ALL, says="the input counts once")
def input_twice(budget_bytes, widths, dtype, optimizer):
    params = sum(d * h + h for d, h in zip(widths, widths[1:]))
    copies = {"sgd": 2, "momentum": 3, "adam": 4}[optimizer]
    free = budget_bytes // np.dtype(dtype).itemsize - copies * params
    return max(0, free // (widths[0] + sum(widths)))


@wrong(fails=ALL, says="the output is stored as well")
def no_output(budget_bytes, widths, dtype, optimizer):
    params = sum(d * h + h for d, h in zip(widths, widths[1:]))
    copies = {"sgd": 2, "momentum": 3, "adam": 4}[optimizer]
    free = budget_bytes // np.dtype(dtype).itemsize - copies * params
    return max(0, free // sum(widths[:-1]))


@wrong(fails=ALL, says="the input is stored as well")
def no_input(budget_bytes, widths, dtype, optimizer):
    params = sum(d * h + h for d, h in zip(widths, widths[1:]))
    copies = {"sgd": 2, "momentum": 3, "adam": 4}[optimizer]
    free = budget_bytes // np.dtype(dtype).itemsize - copies * params
    return max(0, free // sum(widths[1:]))


@wrong(fails=ALL, says="the deltas take the places of activations")
def deltas_counted(budget_bytes, widths, dtype, optimizer):
    params = sum(d * h + h for d, h in zip(widths, widths[1:]))
    copies = {"sgd": 2, "momentum": 3, "adam": 4}[optimizer]
    free = budget_bytes // np.dtype(dtype).itemsize - copies * params
    return max(0, free // (2 * sum(widths)))


@wrong(fails={BOUNDARY}, says="there is no batch of negative size")
def negative_batch(budget_bytes, widths, dtype, optimizer):
    params = sum(d * h + h for d, h in zip(widths, widths[1:]))
    copies = {"sgd": 2, "momentum": 3, "adam": 4}[optimizer]
    return (budget_bytes // np.dtype(dtype).itemsize - copies * params) // sum(widths)


@wrong(fails={BOUNDARY}, says="samples would need")
def never_to_the_last_byte(budget_bytes, widths, dtype, optimizer):
    params = sum(d * h + h for d, h in zip(widths, widths[1:]))
    copies = {"sgd": 2, "momentum": 3, "adam": 4}[optimizer]
    size = np.dtype(dtype).itemsize
    return max(0, (budget_bytes - 1 - size * copies * params) // (size * sum(widths)))


@wrong(fails={BOUNDARY}, says="1 sample would need")
def at_least_one(budget_bytes, widths, dtype, optimizer):
    params = sum(d * h + h for d, h in zip(widths, widths[1:]))
    copies = {"sgd": 2, "momentum": 3, "adam": 4}[optimizer]
    free = budget_bytes // np.dtype(dtype).itemsize - copies * params
    return max(1, free // sum(widths))


@wrong(fails=ALL, says="a batch holds whole samples")
def not_rounded(budget_bytes, widths, dtype, optimizer):
    params = sum(d * h + h for d, h in zip(widths, widths[1:]))
    copies = {"sgd": 2, "momentum": 3, "adam": 4}[optimizer]
    return max(0, (budget_bytes / np.dtype(dtype).itemsize - copies * params) / sum(widths))


@wrong(fails={CORE}, says="your function put something else into argument number 2")
def empties_the_list(budget_bytes, widths, dtype, optimizer):
    params, row = 0, sum(widths)
    while len(widths) > 1:
        d = widths.pop(0)
        params += d * widths[0] + widths[0]
    copies = {"sgd": 2, "momentum": 3, "adam": 4}[optimizer]
    return max(0, (budget_bytes // np.dtype(dtype).itemsize - copies * params) // row)


@wrong(fails=ALL, says="not available in a solution cell")
def asks_the_checks(budget_bytes, widths, dtype, optimizer):
    import nn_utils

    return nn_utils._exact_max_batch(budget_bytes, widths, dtype, optimizer)


@wrong(fails=ALL, says="this exercise is still empty")
def not_started(budget_bytes, widths, dtype, optimizer):
    raise NotImplementedError()
