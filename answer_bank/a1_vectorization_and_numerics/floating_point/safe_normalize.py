"""Answers to exercise 1b E5: a vector divided by its length."""

import numpy as np

from answer_bank import right, wrong

CELL = "a1b_safe_normalize"
NAME = "safe_normalize"
TOLERANCE = 1e-14

CORE, RANGE, EDGES = (
    "a1b_safe_normalize_core", "a1b_safe_normalize_range", "a1b_safe_normalize_edges",
)  # fmt: skip


def inputs(rng):
    """Yield arguments on which a surviving mutant is compared with the reference."""
    for shape in ((5,), (7, 5), (3, 2, 4), (1, 1)):
        for size in (1, 1e250, 1e-250):
            v = size * rng.normal(size=shape)
            yield (v,)
            yield v, 0
    yield (np.array([[0.0, 0.0], [3.0, -4.0]]),)
    yield np.zeros((2, 3)), 0
    yield (np.arange(6).reshape(2, 3),)
    yield (rng.normal(size=(7, 5)).astype(np.float32),)


@right
def scale_by_largest(v, axis=-1):
    v = np.asarray(v)
    largest = np.max(np.abs(v), axis=axis, keepdims=True)
    zero = largest == 0
    scaled = v / (largest + zero)
    return scaled / (np.sqrt(np.sum(scaled * scaled, axis=axis, keepdims=True)) + zero)


@right
def hypot_reduce(v, axis=-1):
    norm = np.hypot.reduce(v, axis=axis, keepdims=True)
    return v / np.where(norm == 0, 1, norm)


@right
def divide_with_where(v, axis=-1):
    v = np.asarray(v)
    v = v if v.dtype.kind == "f" else v.astype(float)
    largest = np.max(np.abs(v), axis=axis, keepdims=True)
    scaled = np.divide(v, largest, out=np.zeros_like(v), where=largest > 0)
    norm = np.linalg.norm(scaled, axis=axis, keepdims=True)
    return np.divide(scaled, norm, out=np.zeros_like(v), where=norm > 0)


@right
def power_of_two(v, axis=-1):
    # Scaling by a power of two rounds nothing.
    v = np.asarray(v)
    v = v if v.dtype.kind == "f" else v.astype(float)
    _, exponent = np.frexp(np.max(np.abs(v), axis=axis, keepdims=True))
    scaled = np.ldexp(v, -exponent)
    norm = np.sqrt(np.sum(scaled**2, axis=axis, keepdims=True))
    return scaled / np.where(norm > 0, norm, 1)


@wrong(fails={RANGE}, says="an epsilon was added to the norm")
def eps_in_norm(v, axis=-1):
    return v / (np.hypot.reduce(v, axis=axis, keepdims=True) + 1e-12)


@wrong(fails={RANGE}, says="an epsilon was added to the norm, or the norm is kept above one")
def norm_kept_above_eps(v, axis=-1):
    return v / np.maximum(np.hypot.reduce(v, axis=axis, keepdims=True), 1e-8)


@wrong(fails={RANGE}, says="an epsilon was added to the norm")
def smallest_normal_added(v, axis=-1):
    norm = np.hypot.reduce(v, axis=axis, keepdims=True)
    return v / (norm + np.finfo(norm.dtype).eps)


@wrong(fails={RANGE}, says="the squares overflowed, although the norm itself is representable")
def square_overflow(v, axis=-1):
    # Scaled up, which saves the small vectors only.
    v = np.asarray(v)
    v = v if v.dtype.kind == "f" else v.astype(float)
    largest = np.max(np.abs(v), axis=axis, keepdims=True)
    scaled = v / np.where((largest > 0) & (largest < 1), largest, 1)
    norm = np.sqrt(np.sum(scaled**2, axis=axis, keepdims=True))
    return scaled / np.where(norm > 0, norm, 1)


@wrong(fails={RANGE}, says="the squares underflowed, although the norm itself is representable")
def square_underflow(v, axis=-1):
    # Scaled down, which saves the large vectors only.
    v = np.asarray(v)
    v = v if v.dtype.kind == "f" else v.astype(float)
    scaled = v / np.maximum(np.max(np.abs(v), axis=axis, keepdims=True), 1)
    norm = np.sqrt(np.sum(scaled**2, axis=axis, keepdims=True))
    return scaled / np.where(norm > 0, norm, 1)


@wrong(fails={RANGE}, says="the squares overflowed")
def plain_norm(v, axis=-1):
    norm = np.sqrt(np.sum(v**2, axis=axis, keepdims=True))
    return v / np.where(norm > 0, norm, 1)


@wrong(fails={RANGE, EDGES}, says="the squares overflowed")
def linalg_norm(v, axis=-1):
    return v / np.linalg.norm(v, axis=axis, keepdims=True)


@wrong(fails={EDGES}, says="nan for the zero vector; documented answer: zeros")
def zero_by_zero(v, axis=-1):
    scaled = v / np.max(np.abs(v), axis=axis, keepdims=True)
    return scaled / np.sqrt(np.sum(scaled**2, axis=axis, keepdims=True))


@wrong(fails={EDGES}, says="warned")
def nan_to_num_afterwards(v, axis=-1):
    scaled = v / np.max(np.abs(v), axis=axis, keepdims=True)
    return np.nan_to_num(scaled / np.sqrt(np.sum(scaled**2, axis=axis, keepdims=True)))


@wrong(fails={CORE, RANGE, EDGES}, says="one norm was used for the whole array")
def norm_over_all(v, axis=-1):
    largest = np.max(np.abs(v), initial=0) or 1
    scaled = v / largest
    return scaled / (np.sqrt(np.sum(scaled**2)) or 1)


@wrong(fails={EDGES}, says="nan for the zero vector; documented answer: zeros")
def zero_test_for_whole_array(v, axis=-1):
    if not np.any(v):
        return np.zeros(v.shape, v.dtype if v.dtype.kind == "f" else float)
    return v / np.hypot.reduce(v, axis=axis, keepdims=True)


@wrong(fails={CORE, RANGE, EDGES}, says="that is the L1 norm")
def l1_norm(v, axis=-1):
    largest = np.max(np.abs(v), axis=axis, keepdims=True)
    scaled = v / np.where(largest > 0, largest, 1)
    return scaled / np.where(largest > 0, np.sum(np.abs(scaled), axis=axis, keepdims=True), 1)


@wrong(fails={CORE, RANGE, EDGES}, says="has size 1: divide by the length as well")
def largest_only(v, axis=-1):
    largest = np.max(np.abs(v), axis=axis, keepdims=True)
    return v / np.where(largest > 0, largest, 1)


@wrong(fails={CORE, RANGE, EDGES}, says="yours = expected / the norm")
def divides_by_square(v, axis=-1):
    total = np.sum(v**2, axis=axis, keepdims=True)
    return v / np.where(total > 0, total, 1)


@wrong(fails={CORE, RANGE, EDGES}, says="the norms need keepdims=True")
def missing_keepdims(v, axis=-1):
    return v / np.hypot.reduce(v, axis=axis)


@wrong(fails={CORE, RANGE, EDGES}, says="axis=0 gives the axis=-1 answer")
def axis_ignored(v, axis=-1):
    norm = np.hypot.reduce(v, axis=-1, keepdims=True)
    return v / np.where(norm == 0, 1, norm)


@wrong(fails={EDGES}, says="shares memory with an argument")
def zero_vector_returned(v, axis=-1):
    if not np.any(v):
        return v if v.dtype.kind == "f" else v.astype(float)
    norm = np.hypot.reduce(v, axis=axis, keepdims=True)
    return v / np.where(norm == 0, 1, norm)


@wrong(fails={EDGES}, says="in-place")
def in_place(v, axis=-1):
    norm = np.hypot.reduce(v, axis=axis, keepdims=True)
    v /= np.where(norm == 0, 1, norm)
    return v


@wrong(fails={EDGES}, says="float64")
def always_float64(v, axis=-1):
    v = np.asarray(v, dtype=float)
    norm = np.hypot.reduce(v, axis=axis, keepdims=True)
    return v / np.where(norm == 0, 1, norm)


@wrong(fails={EDGES}, says="there is a loop over the rows of v")
def loop(v, axis=-1):
    rows = np.moveaxis(v, axis, -1)
    result = np.zeros(rows.shape, v.dtype if v.dtype.kind == "f" else float)
    for index in np.ndindex(rows.shape[:-1]):
        norm = np.hypot.reduce(rows[index])
        if norm > 0:
            result[index] = rows[index] / norm
    return np.moveaxis(result, -1, axis)


@wrong(fails={CORE, RANGE, EDGES}, says="not available in a solution cell")
def asks_the_checks(v, axis=-1):
    import nn_utils

    return nn_utils._map_rows(nn_utils._exact_unit, v, axis).astype(float)


@wrong(fails={CORE, RANGE, EDGES}, says="this exercise is still empty")
def not_started(v, axis=-1):
    raise NotImplementedError()
