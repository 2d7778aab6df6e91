"""Answers to exercise 5b E2: the points of a grid."""

import numpy as np

from answer_bank import right, wrong

CELL = "a5b_sample_grid"
NAME = "sample_grid"

CORE = "a5b_sample_grid_core"
TOLERANCE = 1e-13


def inputs(rng):
    """Yield sizes on which a surviving mutant is compared with the reference."""
    for n in range(2, 14):
        yield (n,)


@right
def meshgrid(n):
    x = np.linspace(-1, 1, n)
    return np.array(np.meshgrid(x, x)).reshape(2, -1).T.copy()


@right
def tile_and_repeat(n):
    x = np.linspace(-1, 1, n)
    return np.column_stack([np.tile(x, n), np.repeat(x, n)])


@right
def digits_of_the_row_number(n):
    rows = np.arange(n * n)
    return 2 * np.stack([rows % n, rows // n], axis=1) / (n - 1) - 1


@right
def broadcast_into_an_array(n):
    grid = np.empty((n, n, 2))
    grid[..., 0] = np.linspace(-1, 1, n)
    grid[..., 1] = np.linspace(-1, 1, n)[:, None]
    return grid.reshape(-1, 2)


@wrong(fails={CORE}, says="5 rows, expected 25")
def n_points(n):
    x = np.linspace(-1, 1, n)
    return np.stack([x, x], axis=1)


@wrong(fails={CORE}, says="order: x1 must vary fastest")
def ij_xy(n):
    x = np.linspace(-1, 1, n)
    x1, x2 = np.meshgrid(x, x, indexing="ij")
    return np.stack([x1.ravel(), x2.ravel()], axis=1)


@wrong(fails={CORE}, says="1.0 missing")
def open_interval(n):
    x = np.linspace(-1, 1, n, endpoint=False)
    return np.stack([np.tile(x, n), np.repeat(x, n)], axis=1)


@wrong(fails={CORE}, says="this is the transpose of the expected array")
def transposed(n):
    x = np.linspace(-1, 1, n)
    return np.stack([np.tile(x, n), np.repeat(x, n)])


@wrong(fails={CORE}, says="negative half missing")
def half_domain(n):
    x = np.linspace(0, 1, n)
    return np.stack([np.tile(x, n), np.repeat(x, n)], axis=1)


@wrong(fails={CORE}, says="dtype float32")
def single_precision(n):
    x = np.linspace(-1, 1, n, dtype=np.float32)
    return np.stack([np.tile(x, n), np.repeat(x, n)], axis=1)


@wrong(fails={CORE}, says="there is a loop over the points")
def two_loops(n):
    x = np.linspace(-1, 1, n)
    return np.array([[a, b] for b in x for a in x])


@wrong(fails={CORE}, says="not available in a solution cell")
def asks_the_checks(n):
    import nn_utils

    return np.array(nn_utils._exact_grid(n))


@wrong(fails={CORE}, says="this exercise is still empty")
def not_started(n):
    raise NotImplementedError()
