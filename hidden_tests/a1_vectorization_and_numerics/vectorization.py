"""Hidden tests of notebook 1a, vectorization.

Core cells ask for right values on ordinary data and for an array expression in place of a loop.
All the rest, from empty arrays to integer types, stands in the cells of the edges.
"""

import dataclasses
from collections.abc import Callable, Iterator

import numpy as np

import nn_utils
from hidden_tests import hidden_test
from nn_utils import Check, Definition, case, views

Rivals = Iterator[tuple[str, np.ndarray]]


# --- Right versions of earlier exercises, for answers that build on them -----------------------


def _pairwise_distances(A: np.ndarray, B: np.ndarray) -> np.ndarray:
    return np.sqrt(_pairwise_sq_distances(A, B))


def _pairwise_sq_distances(A: np.ndarray, B: np.ndarray) -> np.ndarray:
    A, B = (rows if rows.dtype.kind == "f" else rows.astype(float) for rows in (A, B))
    return np.sum((A[:, None, :] - B[None, :, :]) ** 2, axis=-1)


_EARLIER = {
    "pairwise_distances": _pairwise_distances,
    "pairwise_sq_distances_gram": _pairwise_sq_distances,
}


# --- E1 predict_logistic ----------------------------------------------------------------------


def _logistic_rivals(X: np.ndarray, w: np.ndarray, b: object) -> Rivals:
    if X.shape[0] == X.shape[1]:
        across = X.T @ w + np.ravel(b)[0]
        yield "looks like the columns of X were used as samples", 1 / (1 + np.exp(-across))
    scores = X @ w + np.ravel(b)[0]
    yield "the score has the wrong sign", 1 / (1 + np.exp(scores))


def _logistic_check(predict_logistic: Callable) -> Check:
    f = nn_utils.rebuild(predict_logistic, "predict_logistic")
    return Check("predict_logistic", f, nn_utils._LOGISTIC, _logistic_rivals)


@hidden_test
def a1a_predict_logistic_core(rng: np.random.Generator, predict_logistic: Callable) -> None:
    """Values on random data, as many rows as columns included; no loop over rows."""
    check = _logistic_check(predict_logistic)
    w = rng.normal(size=5)
    check.values("as many rows as columns", case(rng.normal(size=(5, 5)), w, 0.5))
    check.values("random rows", *(case(rng.normal(size=(7, 5)), w, rng.normal()) for _ in range(5)))
    check.values("b of shape (1,)", case(rng.normal(size=(7, 5)), w, rng.normal(size=1)))
    check.no_loop(lambda n: case(np.ones((n, 5)), np.ones(5), 0.5), "rows of X")
    check.no_loop(
        lambda n: case(np.ones((5, n)), np.ones(n), 0.5), "features", name="D", required=False
    )
    check.done()


@hidden_test
def a1a_predict_logistic_edges(rng: np.random.Generator, predict_logistic: Callable) -> None:
    """One row or feature, no row, types, layouts in memory, scores of 1000, changed arguments."""
    check = _logistic_check(predict_logistic)
    X, w = rng.normal(size=(7, 5)), rng.normal(size=5)
    check.values("one sample", case(X[:1], w, 0.5))
    check.values("one feature", case(X[:, :1], w[:1], 0.5))
    check.values("no sample", case(X[:0], w, 0.5))
    far = np.array([[1e3], [-1e3], [1e5], [-1e5]])
    check.values("scores of 1000 and more", case(far, np.ones(1), 0.0))
    check.values("float32", case(X.astype(np.float32), w.astype(np.float32), np.float32([0.5])))
    check.values(
        "integers and truth values",
        case(rng.integers(-3, 4, size=(7, 5)), np.array([1, -1, 0, 1, -1]), 1),
        case(rng.integers(0, 256, size=(7, 5)).astype(np.uint8), w / 100, 0.5),
        case(X > 0, w, 0.5),
    )
    check.values("other layouts in memory, read-only", *(case(v, w, 0.5) for v in views(X)))
    check.pure(case(X, w, np.array([0.5])))
    check.quiet(case(X, w, 0.5), case(1e3 * X, w, 0.5), case(far, np.ones(1), 0.0))
    check.done()


# --- E2 one_hot -------------------------------------------------------------------------------

# In the core cell any type of number will do; the edges ask for float64.
_ONE_HOT_VALUES = dataclasses.replace(nn_utils._ONE_HOT, dtype=lambda *args: None)


def _one_hot_check(one_hot: Callable, definition: Definition) -> Check:
    return Check("one_hot", nn_utils.rebuild(one_hot, "one_hot"), definition)


@hidden_test
def a1a_one_hot_core(rng: np.random.Generator, one_hot: Callable) -> None:
    """Random labels, with absent classes; no loop over labels."""
    check = _one_hot_check(one_hot, _ONE_HOT_VALUES)
    absent = rng.permutation([0, 1, 2, 3, 5, 6, 6])
    check.values("absent classes", case(absent, 11))
    check.values("all classes", case(rng.permutation(11), 11))
    check.values("random labels", *(case(rng.integers(0, 11, size=7), 11) for _ in range(5)))
    check.no_loop(lambda n: case(np.arange(n) % 5, 5), "labels")
    check.no_loop(lambda n: case(np.arange(5), n), "classes", name="K", required=False)
    check.done()


@hidden_test
def a1a_one_hot_edges(rng: np.random.Generator, one_hot: Callable) -> None:
    """Result type, no label, one class, lists, small integer types, labels out of range."""
    check = _one_hot_check(one_hot, nn_utils._ONE_HOT)
    y = rng.integers(0, 11, size=7)
    check.values("result type", case(y, 11))
    check.values("no label, one label, one class", case(y[:0], 11), case(y[:1], 11), case(0 * y, 1))
    check.values("a list", case(y.tolist(), 11))
    check.values("uint8 and int8", case(y.astype(np.uint8), 300), case(y.astype(np.int8), 11))
    check.values("other layouts in memory, read-only", *(case(v, 11) for v in views(y)))
    for wrong in (-1, -11, 11, 200):
        labels = np.append(y, wrong)
        check.that(lambda labels=labels: nn_utils._label_finding(check, labels, 11))
    check.pure(case(y, 11))
    check.quiet(case(y, 11))
    check.done()


# --- E3 pairwise_distances --------------------------------------------------------------------

# Nine digits will do in the core cell; the edges ask for all that subtracting first can give.
_DISTANCE_VALUES = dataclasses.replace(
    nn_utils._DISTANCES, bound=lambda u, want, A, B: 1e-9 * (1 + want)
)


def _distance_rivals(A: np.ndarray, B: np.ndarray) -> Rivals:
    gaps = A[:, None].astype(float) - B
    yield "these are L1 distances: absolute values were added, not squares", np.abs(gaps).sum(-1)
    yield "this is the largest difference of each pair", np.abs(gaps).max(-1)
    yield "these are root mean squares: the sum was divided by D", np.sqrt((gaps**2).mean(-1))


def _distance_check(pairwise_distances: Callable, definition: Definition) -> Check:
    f = nn_utils.rebuild(pairwise_distances, "pairwise_distances", _EARLIER)
    return Check("pairwise_distances", f, definition, _distance_rivals)


def _random_pairs(check: Check, rng: np.random.Generator, *sizes: int) -> None:
    """Try 7 rows against each size; the first one decides which mistakes can be named."""
    for m in sizes:
        sets = [(rng.normal(size=(7, 5)), rng.normal(size=(m, 5))) for _ in range(3)]
        check.values(f"7 rows against {m}", *(case(A, B) for A, B in sets))
    nn_utils._pair_loops(check)


def _few(check: Check, A: np.ndarray, B: np.ndarray) -> None:
    check.values("one feature", case(A[:, :1], B[:, :1]))
    check.values("one row", case(A[:1], B), case(A, B[:1]))
    check.values("no rows", case(A[:0], B), case(A, B[:0]))


def _types_and_layouts(
    check: Check, rng: np.random.Generator, A: np.ndarray, B: np.ndarray
) -> None:
    check.values("float32", case(A.astype(np.float32), B.astype(np.float32)))
    pixels = rng.integers(0, 256, size=(10, 5))
    check.values("uint8", case(pixels[:7].astype(np.uint8), pixels[7:].astype(np.uint8)))
    check.values("integers", case(pixels[:7], pixels[7:]))
    check.values("truth values", case(A > 0, B > 0))
    check.values("other layouts, read-only", *(case(v, B) for v in views(A)))
    check.values("other layouts, read-only", *(case(A, v) for v in views(B)))


@hidden_test
def a1a_pairwise_distances_core(rng: np.random.Generator, pairwise_distances: Callable) -> None:
    """Random rows, N unlike M and equal to M; no loop over the rows of A or B."""
    check = _distance_check(pairwise_distances, _DISTANCE_VALUES)
    _random_pairs(check, rng, 3, 7, 11)
    check.done()


@hidden_test
def a1a_pairwise_distances_edges(rng: np.random.Generator, pairwise_distances: Callable) -> None:
    """One feature, no rows, equal rows, points far from 0, types, layouts, changed arguments."""
    check = _distance_check(pairwise_distances, nn_utils._DISTANCES)
    A, B = rng.normal(size=(7, 5)), rng.normal(size=(3, 5))
    far = rng.normal(size=(23, 5)) + 1e4
    check.values("a set against itself, far from 0", case(far, far))
    _few(check, A, B)
    check.values("points far from 0", case(A + 1e4, B + 1e4))
    _types_and_layouts(check, rng, A, B)
    check.pure(case(A, B), case(A, A))
    check.quiet(case(A, B), case(far, far))
    check.done()


# --- E4 pairwise_sq_distances_gram ------------------------------------------------------------


def _squared_rivals(A: np.ndarray, B: np.ndarray) -> Rivals:
    if A.dtype.kind == "u":
        return  # wrapped products resemble anything
    A, B = A.astype(float), B.astype(float)
    a, b, products = np.sum(A**2, axis=1), np.sum(B**2, axis=1), A @ B.T
    plus = "yours = expected + 4 A B^T: the middle term has a minus"
    wrong = [(plus, a[:, None] + b + 2 * products)]
    if len(A) == len(B):
        crossed = "norms along the wrong axis: row i needs ||a_i||^2 and column j ||b_j||^2"
        wrong += [
            (crossed, a + b[:, None] - 2 * products),
            (crossed, a + b - 2 * products),
            (crossed, a[:, None] + b[:, None] - 2 * products),
        ]
    wrong += [
        ("error is constant along each column: ||b_j||^2 is missing", a[:, None] - 2 * products),
        ("error is constant along each row: ||a_i||^2 is missing", b - 2 * products),
        ("the 2 of the middle term is missing", a[:, None] + b - products),
    ]
    for sentence, values in wrong:
        yield sentence, np.maximum(values, 0)
        yield sentence, values


def _squared_check(pairwise_sq_distances_gram: Callable) -> Check:
    name = "pairwise_sq_distances_gram"
    f = nn_utils.rebuild(pairwise_sq_distances_gram, name, _EARLIER)
    return Check(name, f, nn_utils._SQUARED_DISTANCES, _squared_rivals)


@hidden_test
def a1a_pairwise_sq_distances_gram_core(
    rng: np.random.Generator, pairwise_sq_distances_gram: Callable
) -> None:
    """Random rows, N equal to M and unlike M; no loop over rows; no (N, M, D) temporary."""
    check = _squared_check(pairwise_sq_distances_gram)
    _random_pairs(check, rng, 7, 3, 11)
    check.that(lambda: nn_utils._gram_memory_finding(check))
    check.done()


@hidden_test
def a1a_pairwise_sq_distances_gram_edges(
    rng: np.random.Generator, pairwise_sq_distances_gram: Callable
) -> None:
    """Never negative; one feature, no rows, types, layouts in memory, changed arguments."""
    check = _squared_check(pairwise_sq_distances_gram)
    A, B = rng.normal(size=(7, 5)), rng.normal(size=(3, 5))
    near = 1e4 + 1e-5 * rng.normal(size=(23, 5))
    _few(check, A, B)
    check.values("a set against itself", case(A, A))
    check.values("points far from 0", case(A + 1e4, B + 1e4))
    check.that(lambda: nn_utils._negative_finding(check, near, near))
    _types_and_layouts(check, rng, A, B)
    check.pure(case(A, B), case(A, A))
    check.quiet(case(A, B), case(near, near))
    check.done()


# --- E5 batch_outer_sum -----------------------------------------------------------------------


def _outer_rivals(X: np.ndarray, G: np.ndarray) -> Rivals:
    X, G = X.astype(float), G.astype(float)
    if len(X) == X.shape[1]:
        yield "matches X @ G: samples stand in rows, so X is needed transposed", X @ G
    yield (
        "the outer product of the sums, not the sum of the outer products",
        np.outer(X.sum(axis=0), G.sum(axis=0)),
    )


def _outer_check(batch_outer_sum: Callable) -> Check:
    f = nn_utils.rebuild(batch_outer_sum, "batch_outer_sum", _EARLIER)
    return Check("batch_outer_sum", f, nn_utils._OUTER_SUM, _outer_rivals)


@hidden_test
def a1a_batch_outer_sum_core(rng: np.random.Generator, batch_outer_sum: Callable) -> None:
    """Random batches, N = D = H included; no loops."""
    check = _outer_check(batch_outer_sum)
    check.values("N = D = H", case(rng.normal(size=(5, 5)), rng.normal(size=(5, 5))))
    batches = [(rng.normal(size=(7, 5)), rng.normal(size=(7, 3))) for _ in range(5)]
    check.values("random batches", *(case(X, G) for X, G in batches))
    nn_utils._outer_loops(check)
    check.that(lambda: nn_utils._outer_memory_note(check))
    check.done()


@hidden_test
def a1a_batch_outer_sum_edges(rng: np.random.Generator, batch_outer_sum: Callable) -> None:
    """One sample or column, no sample, types, layouts in memory, changed arguments."""
    check = _outer_check(batch_outer_sum)
    X, G = rng.normal(size=(7, 5)), rng.normal(size=(7, 3))
    check.values("one sample", case(X[:1], G[:1]))
    check.values("no sample", case(X[:0], G[:0]))
    check.values("one column", case(X[:, :1], G), case(X, G[:, :1]))
    check.values("float32", case(X.astype(np.float32), G.astype(np.float32)))
    pixels = rng.integers(0, 256, size=(7, 8))
    check.values("uint8", case(pixels[:, :5].astype(np.uint8), pixels[:, 5:].astype(np.uint8)))
    check.values("integers", case(pixels[:, :5], pixels[:, 5:]))
    check.values("truth values", case(X > 0, G > 0))
    check.values("other layouts, read-only", *(case(v, G) for v in views(X)))
    check.values("other layouts, read-only", *(case(X, v) for v in views(G)))
    check.pure(case(X, G), case(X, X))
    check.quiet(case(X, G))
    check.done()


# --- E6 predict_1nn ---------------------------------------------------------------------------


def _nearest_check(predict_1nn: Callable) -> Check:
    f = nn_utils.rebuild(predict_1nn, "predict_1nn", _EARLIER)
    return Check("predict_1nn", f, nn_utils._NEAREST)


def _expect(check: Check, where: str, A: np.ndarray, labels: np.ndarray, B: np.ndarray) -> None:
    check.that(lambda: nn_utils._nearest_finding(check, where, A, labels, B))


@hidden_test
def a1a_predict_1nn_core(rng: np.random.Generator, predict_1nn: Callable) -> None:
    """Random rows without ties; no loop over the rows of A or B."""
    check = _nearest_check(predict_1nn)
    labels = 100 + rng.permutation(7)
    for m in (11, 3, 7):
        _expect(check, "random rows", rng.normal(size=(7, 5)), labels, rng.normal(size=(m, 5)))
    nn_utils._nearest_loops(check)
    check.done()


@hidden_test
def a1a_predict_1nn_ties(rng: np.random.Generator, predict_1nn: Callable) -> None:
    """Equal rows, and different rows at equal distances: the smaller index wins."""
    check = _nearest_check(predict_1nn)
    # Whole numbers, and numbers of rows that are powers of two: exact in every right formula,
    # also after a mean was subtracted.
    labels = 100 + rng.permutation(8)
    corners = np.array([[4.0, 0.0], [-4.0, 0.0], [0.0, 4.0], [0.0, -4.0]])
    twice = np.concatenate([corners, corners])
    B = rng.integers(-6, 7, size=(8, 2)).astype(float)
    _expect(check, "equal rows", twice[rng.permutation(8)], labels, B)
    _expect(check, "equal distances", corners[rng.permutation(4)], labels[:4], np.zeros((2, 2)))
    _expect(check, "all rows equal", np.ones((8, 2)), labels, B)
    check.done()


@hidden_test
def a1a_predict_1nn_edges(rng: np.random.Generator, predict_1nn: Callable) -> None:
    """Texts as labels, one row on either side, types, layouts in memory, changed arguments."""
    check = _nearest_check(predict_1nn)
    A, B = rng.normal(size=(7, 5)), rng.normal(size=(11, 5))
    names = np.array(["ant", "bee", "cicada", "dragonfly", "earwig", "fly", "gnat"])
    labels = rng.permutation(7) + 10
    _expect(check, "labels are texts", A, names, B)
    _expect(check, "labels are fractions", A, labels / 4, B)
    _expect(check, "one new row", A, labels, B[:1])
    _expect(check, "one training row", A[:1], labels[:1], B)
    _expect(check, "one feature", A[:, :1], labels, B[:, :1])
    _expect(check, "float32", A.astype(np.float32), labels, B.astype(np.float32))
    pixels = rng.integers(0, 256, size=(18, 5))
    _expect(check, "uint8", pixels[:7].astype(np.uint8), labels, pixels[7:].astype(np.uint8))
    _expect(check, "integers", pixels[:7], labels, pixels[7:])
    for view in views(A):
        _expect(check, "other layouts, read-only", view, labels, B)
    for view in views(B):
        _expect(check, "other layouts, read-only", A, labels, view)
    check.pure(case(A, labels, B), case(A, names, B))
    check.quiet(case(A, labels, B))
    check.done()
