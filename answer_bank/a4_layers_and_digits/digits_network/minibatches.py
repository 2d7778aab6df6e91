"""Answers to exercise 4b E2: the batches of one epoch."""

import numpy as np

from answer_bank import right, wrong

CELL = "a4b_minibatches"
NAME = "minibatches"

CORE, ORDER = "a4b_minibatches_core", "a4b_minibatches_order"


def inputs(rng):
    """Yield epochs on which a surviving mutant is compared with the reference."""
    for n, size in ((0, 3), (1, 1), (7, 3), (6, 3), (2, 5), (47, 7), (10, 1), (9, 9), (9, 8), (9, 2)):
        yield rng.normal(size=(n, 3)), rng.normal(size=(n, 2)), size, np.random.default_rng(n)


def observe(answer, *args):
    """The batches as a list."""
    return list(answer(*args))


@right
def slices_of_a_permutation(X, Y, batch_size, rng):
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        part = order[start : start + batch_size]
        yield X[part], Y[part]


@right
def nearly_equal_batches(X, Y, batch_size, rng):
    if len(X):
        for part in np.array_split(rng.permutation(len(X)), -(-len(X) // batch_size)):
            yield X[part], Y[part]


@right
def shuffled_numbers(X, Y, batch_size, rng):
    numbers = np.arange(len(X))
    rng.shuffle(numbers)
    X, Y = X[numbers], Y[numbers]
    while len(X) > 0:
        yield X[:batch_size], Y[:batch_size]
        X, Y = X[batch_size:], Y[batch_size:]


@right
def a_list_of_batches(X, Y, batch_size, rng):
    keys = np.argsort(rng.random(len(X)))
    starts = range(0, len(X), batch_size)
    return [(X[keys[s : s + batch_size]], Y[keys[s : s + batch_size]]) for s in starts]


@right
def one_table(X, Y, batch_size, rng):
    table = rng.permuted(np.arange(len(X)))
    for k in range(math.ceil(len(X) / batch_size)):
        rows = table[k * batch_size : min((k + 1) * batch_size, len(table))]
        yield np.take(X, rows, axis=0), np.take(Y, rows, axis=0)


@wrong(fails={CORE, ORDER}, says="5 samples never appear")
def drops_tail(X, Y, batch_size, rng):
    order = rng.permutation(len(X))
    for k in range(len(X) // batch_size):
        part = order[k * batch_size : (k + 1) * batch_size]
        yield X[part], Y[part]


@wrong(fails={CORE, ORDER}, says="a row of X no longer belongs to its label")
def unpaired(X, Y, batch_size, rng):
    X, Y = rng.permutation(X), rng.permutation(Y)
    for start in range(0, len(X), batch_size):
        yield X[start : start + batch_size], Y[start : start + batch_size]


@wrong(fails={CORE, ORDER}, says="a row of X no longer belongs to its label")
def shuffles_only_x(X, Y, batch_size, rng):
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        yield X[order[start : start + batch_size]], Y[start : start + batch_size]


@wrong(fails={CORE, ORDER}, says="your function changed its argument number 1")
def shuffles_caller(X, Y, batch_size, rng):
    state = rng.bit_generator.state
    rng.shuffle(X)
    rng.bit_generator.state = state
    rng.shuffle(Y)
    for start in range(0, len(X), batch_size):
        yield X[start : start + batch_size], Y[start : start + batch_size]


@wrong(fails={CORE, ORDER}, says="appears")
def replacement(X, Y, batch_size, rng):
    for start in range(0, len(X), batch_size):
        part = rng.integers(len(X), size=min(batch_size, len(X) - start))
        yield X[part], Y[part]


@wrong(fails={ORDER}, says="two epochs with one rng have the same order")
def same_order(X, Y, batch_size, rng):
    order = np.random.default_rng(0).permutation(len(X))
    for start in range(0, len(X), batch_size):
        part = order[start : start + batch_size]
        yield X[part], Y[part]


@wrong(fails={ORDER}, says="two epochs with one rng have the same order")
def never_shuffles(X, Y, batch_size, rng):
    for start in range(0, len(X), batch_size):
        yield X[start : start + batch_size].copy(), Y[start : start + batch_size].copy()


@wrong(fails={ORDER}, says="the result changes with np.random.seed")
def global_rng(X, Y, batch_size, rng):
    order = np.random.permutation(len(X))
    for start in range(0, len(X), batch_size):
        part = order[start : start + batch_size]
        yield X[part], Y[part]


@wrong(fails={ORDER}, says="draw from rng alone")
def a_generator_of_its_own(X, Y, batch_size, rng):
    order = np.random.default_rng().permutation(len(X))
    for start in range(0, len(X), batch_size):
        part = order[start : start + batch_size]
        yield X[part], Y[part]


@wrong(fails={ORDER}, says="shuffle samples, not batches")
def shuffles_batches(X, Y, batch_size, rng):
    for start in rng.permutation(np.arange(0, len(X), batch_size)):
        yield X[start : start + batch_size].copy(), Y[start : start + batch_size].copy()


@wrong(fails={CORE, ORDER}, says="wanted: 3 batches of 1 to 7 samples")
def one_batch_too_many(X, Y, batch_size, rng):
    order = rng.permutation(len(X))
    for part in np.array_split(order, len(X) // batch_size + 2):
        yield X[part], Y[part]


@wrong(fails={ORDER}, says="0 samples in batches of 3")
def no_samples_no_sections(X, Y, batch_size, rng):
    for part in np.array_split(rng.permutation(len(X)), math.ceil(len(X) / batch_size)):
        yield X[part], Y[part]


@wrong(fails={CORE, ORDER}, says="not available in a solution cell")
def asks_the_checks(X, Y, batch_size, rng):
    from hidden_tests.a4_layers_and_digits.digits_network import _minibatches

    return _minibatches(X, Y, batch_size, rng)


@wrong(fails={CORE, ORDER}, says="this exercise is still empty")
def not_started(X, Y, batch_size, rng):
    raise NotImplementedError()
