"""Answers to exercise 4a E2: a gradient summed back to the shape of a broadcast operand."""

import numpy as np

from answer_bank import right, wrong

CELL = "a4a_unbroadcast"
NAME = "unbroadcast"

CORE, EDGES = "a4a_unbroadcast_core", "a4a_unbroadcast_edges"
TOLERANCE = 1e-13


def inputs(rng):
    """Yield gradients and shapes on which a surviving mutant is compared with the reference."""
    cube = rng.normal(size=(2, 3, 5))
    for shape in ((5,), (3, 1), (1, 5), (3, 5), (2, 1, 5), (1, 3, 1), (2, 3, 5), (1,), ()):
        yield cube, shape
    yield cube[:, :, :1], (3, 1)
    yield cube[0, :0], (5,)
    yield cube[0, :0], (0, 1)


@right
def loop_over_axes(d_out, shape):
    while d_out.ndim > len(shape):
        d_out = d_out.sum(axis=0)
    for axis, length in enumerate(shape):
        if length == 1:
            d_out = d_out.sum(axis=axis, keepdims=True)
    return d_out


@right
def one_sum_and_reshape(d_out, shape):
    padded = (1,) * (d_out.ndim - len(shape)) + tuple(shape)
    axes = tuple(i for i, (n, m) in enumerate(zip(padded, d_out.shape)) if n == 1 and m != 1)
    return np.array(d_out.sum(axis=axes, keepdims=True)).reshape(shape)


@right
def einsum(d_out, shape):
    axes = list(range(d_out.ndim))
    kept = axes[d_out.ndim - len(shape) :]
    kept = [axis for axis, length in zip(kept, shape) if length != 1]
    return np.array(np.einsum(d_out, axes, kept)).reshape(shape)


@right
def returns_d_out_itself(d_out, shape):
    if d_out.shape == tuple(shape):
        return d_out
    d_out = d_out.sum(axis=tuple(range(d_out.ndim - len(shape))))
    return d_out.sum(axis=tuple(np.flatnonzero(np.array(shape) == 1)), keepdims=True)


@wrong(fails={CORE, EDGES}, says="new axes are summed, stretched axes of length 1 are not")
def leading_only(d_out, shape):
    return d_out.sum(axis=tuple(range(d_out.ndim - len(shape))))


@wrong(fails={CORE, EDGES}, says="the new axes are still there, with length 1")
def keeps_dims(d_out, shape):
    new = d_out.ndim - len(shape)
    axes = tuple(i for i in range(d_out.ndim) if i < new or shape[i - new] == 1)
    return d_out.sum(axis=axes, keepdims=True)


@wrong(fails={CORE, EDGES}, says="a mean; every copy moves with the operand")
def mean(d_out, shape):
    d_out = d_out.mean(axis=tuple(range(d_out.ndim - len(shape))))
    return d_out.mean(axis=tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True)


@wrong(fails={CORE, EDGES}, says="a part of d_out was cut out")
def reshape(d_out, shape):
    return np.resize(d_out, shape)


@wrong(fails={CORE, EDGES}, says="expected    shape ()")
def scalar_case(d_out, shape):
    if shape == ():
        return d_out.sum(axis=0)
    d_out = d_out.sum(axis=tuple(range(d_out.ndim - len(shape))))
    return d_out.sum(axis=tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True)


@wrong(fails={CORE, EDGES}, says="expected    shape (5,)")
def trailing_axes_taken_for_new(d_out, shape):
    d_out = d_out.sum(axis=tuple(range(len(shape), d_out.ndim)))
    return d_out.sum(axis=tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True)


@wrong(fails={EDGES}, says="there is a loop over the rows of d_out")
def loops(d_out, shape):
    result = np.zeros(shape, dtype=d_out.dtype)
    owner = np.broadcast_to(np.arange(result.size).reshape(shape), d_out.shape)
    for place, entry in zip(owner.ravel(), d_out.ravel()):
        result.flat[place] += entry
    return result


@wrong(fails={EDGES}, says="float32 in, float64 out")
def always_double(d_out, shape):
    d_out = d_out.astype(float).sum(axis=tuple(range(d_out.ndim - len(shape))))
    return d_out.sum(axis=tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True)


@wrong(fails={EDGES}, says="changed its argument number 1")
def collects_in_place(d_out, shape):
    new = d_out.ndim - len(shape)
    if new and len(d_out) > 1 and d_out.flags.writeable:
        d_out[0] += d_out[1:].sum(axis=0)
        return collects_in_place(d_out[0].copy(), shape)
    d_out = d_out.sum(axis=tuple(range(new)))
    return d_out.sum(axis=tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True)


@wrong(fails={EDGES}, says="shape (1,)")
def squeezes(d_out, shape):
    d_out = d_out.sum(axis=tuple(range(d_out.ndim - len(shape))))
    d_out = d_out.sum(axis=tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True)
    return np.squeeze(d_out) if d_out.size == 1 and d_out.ndim == 1 else d_out


@wrong(fails={CORE, EDGES}, says="not available in a solution cell")
def asks_the_checks(d_out, shape):
    import nn_utils

    return nn_utils._exact_unbroadcast(d_out, shape)


@wrong(fails={CORE, EDGES}, says="this exercise is still empty")
def not_started(d_out, shape):
    raise NotImplementedError()
