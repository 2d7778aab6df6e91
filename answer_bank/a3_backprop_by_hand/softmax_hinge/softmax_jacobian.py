"""Answers to exercise 3c E1: the Jacobian of softmax."""

import numpy as np

from answer_bank import right, wrong

CELL = "a3c_softmax_jacobian"
NAME = "softmax_jacobian"

CORE, EDGES = "a3c_softmax_jacobian_core", "a3c_softmax_jacobian_edges"
TOLERANCE = 1e-13


def inputs(rng):
    """Yield logits on which a surviving mutant is compared with the reference."""
    for k in (1, 2, 5, 11):
        for scale in (1, 1e3):
            yield (rng.normal(scale=scale, size=k),)
    yield (1000 + rng.normal(size=5),)
    yield (rng.integers(-3, 4, size=5),)
    yield (rng.normal(size=5).astype(np.float32),)


@right
def diagonal_minus_outer(o):
    p = softmax(o)
    return np.diag(p) - np.outer(p, p)


@right
def broadcasting_with_eye(o):
    p = softmax(o)
    return p[:, None] * (np.eye(len(o), dtype=p.dtype) - p[None, :])


@right
def complex_step(o):
    columns = [softmax(o + 1e-30j * unit).imag / 1e-30 for unit in np.eye(len(o))]
    return np.stack(columns, axis=1).astype(softmax(o).dtype)


@right
def both_cases(o):
    p = softmax(o)
    same = np.arange(len(p))[:, None] == np.arange(len(p))
    return np.where(same, p * (1 - p), -p[:, None] * p)


@right
def one_loop_over_classes(o):
    p = softmax(o)
    jacobian = np.zeros((len(p), len(p)), dtype=p.dtype)
    for i in range(len(p)):
        for_one = -p[i] * p
        for_one[i] += p[i]
        jacobian[i] = for_one
    return jacobian


@right
def fill_the_diagonal(o):
    p = softmax(o)
    jacobian = -(p.reshape(-1, 1) @ p.reshape(1, -1))
    np.fill_diagonal(jacobian, p * (1 - p))
    return jacobian


@right
def own_softmax(o):
    terms = np.exp(o - o.max())
    total = terms.sum()
    return np.diag(terms) / total - np.einsum("i,j->ij", terms, terms) / total**2


@right
def scatter_add(o):
    p = softmax(o)
    jacobian = -np.multiply.outer(p, p)
    np.add.at(jacobian, (np.arange(len(p)), np.arange(len(p))), p)
    return jacobian


@right
def sigmoids_of_differences(o):
    p = np.array([1 / np.sum(np.exp(np.clip(o - x, None, 700))) for x in o]).astype(
        softmax(o).dtype
    )
    return np.diag(p) - np.outer(p, p)


@wrong(fails={CORE, EDGES}, says="row sums are p, expected 0")
def diag_p(o):
    return np.diag(softmax(o))


@wrong(fails={CORE, EDGES}, says="off-diagonal entries are 0, but p_i depends on every o_j")
def diag_only(o):
    p = softmax(o)
    return np.diag(p * (1 - p))


@wrong(fails={CORE, EDGES}, says="row sums are 2p, expected 0")
def plus_outer(o):
    p = softmax(o)
    return np.diag(p) + np.outer(p, p)


@wrong(fails={CORE, EDGES}, says="nan for logits of 1001")
def overflow(o):
    p = np.exp(o) / np.sum(np.exp(o))
    return np.diag(p) - np.outer(p, p)


@wrong(fails={CORE, EDGES}, says="the diagonal is right, but off-diagonal entries are positive")
def outer_p_1_minus_p(o):
    p = softmax(o)
    return np.outer(p, 1 - p)


@wrong(fails={EDGES}, says="a loop over the pairs of classes")
def double_loop(o):
    p = softmax(o)
    jacobian = np.zeros((len(p), len(p)), dtype=p.dtype)
    for i in range(len(p)):
        for j in range(len(p)):
            jacobian[i, j] = p[i] * ((i == j) - p[j])
    return jacobian


@wrong(fails={EDGES}, says="a loop over the pairs of classes")
def half_a_double_loop(o):
    p = softmax(o)
    jacobian = np.diag(p * (1 - p))
    for i in range(len(p)):
        for j in range(i):
            jacobian[i, j] = jacobian[j, i] = -p[i] * p[j]
    return jacobian


@wrong(fails={EDGES}, says="a loop over the pairs of classes")
def nested_lists(o):
    p = softmax(o)
    rows = [[p[i] * ((i == j) - p[j]) for j in range(len(p))] for i in range(len(p))]
    return np.array(rows, dtype=p.dtype)


@wrong(fails={CORE, EDGES}, says="yours = -expected")
def sign(o):
    p = softmax(o)
    return np.outer(p, p) - np.diag(p)


@wrong(fails={CORE, EDGES}, says="shape (5,)")
def only_the_slopes_of_each_class(o):
    p = softmax(o)
    return p * (1 - p)


@wrong(fails={CORE, EDGES}, says="shape ()")
def dot_instead_of_outer(o):
    p = softmax(o)
    return np.sum(p) - p @ p


@wrong(fails={CORE, EDGES}, says="p_i depends on every o_j")
def sigmoid_rule(o):
    return np.diag(softmax(o)) * (1 - softmax(o))


@wrong(fails={EDGES}, says="float32 in, float64 out")
def eye_of_doubles(o):
    p = softmax(o)
    return p[:, None] * (np.eye(len(p)) - p)


@wrong(fails={EDGES}, says="integers hold no fractions")
def buffer_like_the_logits(o):
    p = softmax(o)
    jacobian = np.zeros_like(o, shape=(len(o), len(o)))
    jacobian[:] = np.diag(p) - np.outer(p, p)
    return jacobian


@wrong(fails={EDGES}, says="your function changed its argument number 1")
def shifts_in_place(o):
    o -= o.max()
    p = np.exp(o) / np.sum(np.exp(o))
    return np.diag(p) - np.outer(p, p)


@wrong(fails={CORE, EDGES}, says="entry [")
def central_differences(o):
    steps = 1e-5 * np.eye(len(o))
    columns = [(softmax(o + step) - softmax(o - step)) / 2e-5 for step in steps]
    return np.stack(columns, axis=1)


@wrong(fails={CORE, EDGES}, says="not available in a solution cell")
def asks_the_checks(o):
    import nn_utils

    return np.array(nn_utils._exact_jacobian(o), dtype=float)


@wrong(fails={CORE, EDGES}, says="this exercise is still empty")
def not_started(o):
    raise NotImplementedError()
