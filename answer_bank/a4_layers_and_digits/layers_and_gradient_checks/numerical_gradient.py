"""Answers to exercise 4a E3: the gradient by central differences."""

import numpy as np

from answer_bank import right, wrong

CELL = "a4a_numerical_gradient"
NAME = "numerical_gradient"

CORE, STEPS = "a4a_numerical_gradient_core", "a4a_numerical_gradient_steps"
EDGES = "a4a_numerical_gradient_edges"
# The student's tool looks for the bugs, and tests of those see what it found.
FOUND, ONLY = "a4a_bugs_found", "a4a_bugs_only"
TOLERANCE = 1e-8


def inputs(rng):
    """Yield functions and points on which a surviving mutant is compared with the reference."""

    def f(x):
        return np.sum(np.exp(x) * np.arange(1, np.size(x) + 1).reshape(np.shape(x)))

    for shape in ((7,), (3, 5), (2, 3, 2), (), (0, 5)):
        yield f, np.array(rng.uniform(-1, 1, size=shape))
        yield f, np.array(rng.uniform(-1, 1, size=shape)), 0.1
    yield f, np.arange(3)
    yield f, rng.uniform(-1, 1, size=(3, 5)).astype(np.float32)


@right
def copy_per_entry(f, x, h=1e-5):
    x = np.asarray(x, dtype=float)
    gradient = np.empty_like(x)
    for index, _ in np.ndenumerate(x):
        ahead, behind = x.copy(), x.copy()
        ahead[index] += h
        behind[index] -= h
        gradient[index] = (f(ahead) - f(behind)) / (2 * h)
    return gradient


@right
def restored_in_place(f, x, h=1e-5):
    x = np.array(x, dtype=float, order="C")
    flat, slopes = x.reshape(-1), []
    for i in range(flat.size):
        kept = flat[i]
        flat[i] = kept + h
        ahead = f(x)
        flat[i] = kept - h
        slopes.append((ahead - f(x)) / (2 * h))
        flat[i] = kept
    return np.array(slopes, dtype=float).reshape(x.shape)


@right
def unit_vectors(f, x, h=1e-5):
    x = np.asarray(x).astype(np.float64)
    slopes = [
        (f(x + h * e.reshape(x.shape)) - f(x - h * e.reshape(x.shape))) / (2 * h)
        for e in np.eye(x.size)
    ]
    return np.array(slopes, dtype=float).reshape(x.shape)


@wrong(fails={CORE, STEPS, EDGES}, says="a one-sided difference: its error shrinks like h")
def forward_difference(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        gradient[index] = (f(x + step) - f(x)) / h
    return gradient


@wrong(fails={CORE, EDGES, FOUND, ONLY}, says="yours = 2 x expected")
def no_2(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        gradient[index] = (f(x + step) - f(x - step)) / h
    return gradient


@wrong(fails={CORE, EDGES, FOUND, ONLY}, says="yours = -expected")
def sign(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        gradient[index] = (f(x - step) - f(x + step)) / (2 * h)
    return gradient


@wrong(fails={CORE, STEPS, EDGES}, says="entries have moved at once")
def not_restored(f, x, h=1e-5):
    x = np.asarray(x)
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        x[index] += h
        ahead = f(x)
        x[index] -= 2 * h
        gradient[index] = (ahead - f(x)) / (2 * h)
    return gradient


@wrong(fails={EDGES}, says="float32")
def writes_into_x(f, x, h=1e-5):
    gradient = np.zeros(x.shape)
    if x.dtype.kind != "f":
        x = x.astype(float)
    for index in np.ndindex(x.shape):
        kept = x[index]
        x[index] = kept + h
        ahead = f(x)
        x[index] = kept - h
        gradient[index] = (ahead - f(x)) / (2 * h)
        x[index] = kept
    return gradient


@wrong(fails={EDGES}, says="can the array hold a step of 1e-05")
def int_buffer(f, x, h=1e-5):
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        ahead, behind = x.copy(), x.copy()
        ahead[index] += np.asarray(h).astype(x.dtype)
        behind[index] -= np.asarray(h).astype(x.dtype)
        gradient[index] = (f(ahead) - f(behind)) / (2 * h)
    return gradient


@wrong(fails={CORE, STEPS, EDGES, ONLY}, says="f is asked at a distance of 1e-12 from x")
def tiny_h(f, x, h=1e-5):
    x, h = np.array(x, dtype=float), 1e-12
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        gradient[index] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


@wrong(fails={STEPS}, says="f is asked at a distance of 1e-05 from x, and h = 0.001")
def ignores_h(f, x, h=1e-5):
    x, h = np.array(x, dtype=float), 1e-5
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        gradient[index] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


@wrong(fails={CORE, STEPS, EDGES, ONLY}, says="7 entries have moved at once")
def all_at_once(f, x, h=1e-5):
    x = np.asarray(x, dtype=float)
    return np.full(x.shape, (f(x + h) - f(x - h)) / (2 * h))


@wrong(fails={CORE, STEPS, EDGES}, says="entries have moved at once")
def mutates_shared(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    moved = x.copy()
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        moved[index] += h
        ahead = f(moved)
        moved[index] -= 2 * h
        gradient[index] = (ahead - f(moved)) / (2 * h)
        moved[index] += h / 2
    return gradient


@wrong(fails={STEPS, EDGES}, says="two for each are enough")
def asks_three_times(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        middle = f(x)
        gradient[index] = ((f(x + step) - middle) + (middle - f(x - step))) / (2 * h)
    return gradient


@wrong(fails={EDGES}, says="shape (1,)")
def one_dimension_at_least(f, x, h=1e-5):
    x = np.atleast_1d(np.array(x, dtype=float))
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        gradient[index] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


@wrong(fails={EDGES}, says="other layouts in memory")
def moves_a_copy(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    flat, gradient = x.ravel(), np.zeros(x.size)
    for i in range(x.size):
        kept = flat[i]
        flat[i] = kept + h
        ahead = f(x)
        flat[i] = kept - h
        gradient[i] = (ahead - f(x)) / (2 * h)
        flat[i] = kept
    return gradient.reshape(x.shape)


@wrong(fails={CORE, STEPS, EDGES}, says="not available in a solution cell")
def asks_the_checks(f, x, h=1e-5):
    import nn_utils

    return nn_utils._complex_gradient(f, x)


@wrong(fails={CORE, STEPS, EDGES, FOUND, ONLY}, says="this exercise is still empty")
def not_started(f, x, h=1e-5):
    raise NotImplementedError()
