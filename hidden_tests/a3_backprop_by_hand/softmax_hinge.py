"""Hidden tests of notebook 3c, softmax_hinge."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

import nn_utils
from hidden_tests import hidden_test
from nn_utils import Case, Check, Finding, case, views

Rivals = Iterator[tuple[str, object]]


# --- Right versions of the setup cell and of earlier exercises, for answers that build on them -


def _softmax(o: np.ndarray) -> np.ndarray:
    terms = np.exp(o - np.max(o, axis=-1, keepdims=True))
    return terms / np.sum(terms, axis=-1, keepdims=True)


def _softmax_jacobian(o: np.ndarray) -> np.ndarray:
    p = _softmax(o)
    return np.diag(p) - np.outer(p, p)


def _hinge_on_probs(p: np.ndarray, y: np.ndarray, margin: float) -> tuple[float, np.ndarray]:
    rows = np.arange(len(p))
    gaps = p - p[rows, y][:, None] + margin
    gaps[rows, y] = 0
    d_p = (gaps > 0).astype(p.dtype)
    d_p[rows, y] = -np.sum(gaps > 0, axis=1)
    return np.sum(gaps[gaps > 0]), d_p


def _margin_one_is_linear(p_y: np.ndarray, K: int) -> np.ndarray:
    return K * (1 - p_y)


_RIGHT = {
    "softmax": _softmax,
    "softmax_jacobian": _softmax_jacobian,
    "hinge_on_probs": _hinge_on_probs,
    "margin_one_is_linear": _margin_one_is_linear,
}


def _alone(f: Callable, name: str) -> Callable:
    """Return what the student's cell defines by itself, beside right earlier exercises."""
    provided = {other: right for other, right in _RIGHT.items() if other != name}
    return nn_utils.rebuild(f, name, provided)


# --- Inputs, away from the kinks --------------------------------------------------------------


def _logits(rng: np.random.Generator, n: int, k: int, y: np.ndarray, margin: float) -> np.ndarray:
    """Draw logits of which no class is within 1e-3 of the margin, so that rounding decides none."""
    logits = np.empty((n, k))
    for row, label in zip(logits, y, strict=True):
        close = True
        while close:
            row[:] = rng.normal(scale=1.5, size=k)
            p = _softmax(row)
            gaps = np.delete(p - p[label] + margin, label)
            close = np.any(np.abs(gaps) < 1e-3)
    return logits


def _batch(rng: np.random.Generator, n: int, k: int, margin: float) -> Case:
    y = rng.integers(0, k, size=n)
    return case(_logits(rng, n, k, y, margin), y, margin)


def _probs_batch(rng: np.random.Generator, n: int, k: int, margin: float) -> Case:
    o, y, margin = _batch(rng, n, k, margin).args
    return case(_softmax(o), y, margin)


def _content(rng: np.random.Generator, n: int, k: int) -> Case:
    """Samples without violators: the true class has more than 0.8, the margin is 0.5."""
    y = rng.integers(0, k, size=n)
    o = rng.uniform(size=(n, k))
    o[np.arange(n), y] += 3 + np.log(k)
    return case(o, y, 0.5)


def _no_sample_loop(check: Check) -> None:
    check.no_loop(lambda n: case(np.full((n, 5), 0.2), np.zeros(n, dtype=int), 0.5), "samples")


# --- E1 softmax_jacobian ----------------------------------------------------------------------


def _jacobian_rivals(o: np.ndarray) -> Rivals:
    p = _softmax(np.asarray(o, dtype=float))
    yield (
        "off-diagonal entries are 0, but p_i depends on every o_j",
        np.diag(p * (1 - p)),
    )
    yield (
        "the diagonal is right, but off-diagonal entries are positive: when one logit rises, the "
        "probabilities of the others fall",
        np.outer(p, 1 - p),
    )


def _jacobian_check(f: Callable) -> Check:
    f = _alone(f, "softmax_jacobian")
    return Check("softmax_jacobian", f, nn_utils._JACOBIAN, _jacobian_rivals)


@hidden_test
def a3c_softmax_jacobian_core(rng: np.random.Generator, softmax_jacobian: Callable) -> None:
    """Values for several numbers of classes, small, large and very large logits."""
    check = _jacobian_check(softmax_jacobian)
    for k in (5, 2, 11):
        check.values(f"{k} classes", *(case(rng.normal(size=k)) for _ in range(3)))
    check.values("equal logits", case(np.zeros(7)))
    check.values("logits near 1000", case(1000 + rng.normal(size=5)))
    check.values("logits near -1000", case(-1000 + rng.normal(size=5)))
    check.values("logits from -1e5 to 1e5", case(1e5 * np.array([-1.0, 0.3, 1.0, 0.0])))
    check.done()


@hidden_test
def a3c_softmax_jacobian_edges(rng: np.random.Generator, softmax_jacobian: Callable) -> None:
    """One class, types, layouts in memory, warnings, purity, loops over pairs."""
    check = _jacobian_check(softmax_jacobian)
    o = rng.normal(size=5)
    check.pure(case(o))
    check.values("one class", case(np.array([3.0])))
    check.values("integer logits", case(rng.integers(-3, 4, size=5)))
    check.values("float32", case(o.astype(np.float32)))
    check.values("other layouts in memory, read-only", *map(case, views(o)))
    check.quiet(case(o), case(1e3 * o), case(1e5 * o))
    check.no_loop(lambda n: case(np.linspace(0, 1, n)), "classes", "K", pairs=True)
    check.done()


# --- E2 hinge_on_probs ------------------------------------------------------------------------


def _hinge_rivals(p: np.ndarray, y: np.ndarray, margin: float) -> Rivals:
    p, true = np.asarray(p, dtype=float), np.eye(np.shape(p)[1], dtype=bool)[y]
    gaps = p - p[true][:, None] + margin
    wrong = np.where(true, 0, gaps)
    d_p = np.where(true, 1 - p.shape[1], 1)
    yield (
        "negative contributions: a class beaten by more than the margin must contribute 0, to "
        "the loss and to d_p",
        {"loss": np.asarray(wrong.sum()), "d_p": d_p},
    )
    largest = np.max(np.where(true, -np.inf, gaps), axis=1, initial=0)
    yield (
        "only one violating class counted: the loss sums over all of them",
        {"loss": np.asarray(largest.sum()), "d_p": None},
    )
    loss, slopes = _hinge_on_probs(p, y, -margin)
    yield (
        "the margin has the wrong sign: it is added to p_j, as a lead that the true class must "
        "make up for",
        {"loss": np.asarray(loss), "d_p": slopes},
    )
    loss, slopes = _hinge_on_probs(p, y, 0.0)
    yield "the margin is not used", {"loss": np.asarray(loss), "d_p": slopes}


def _hinge_check(f: Callable, definition: nn_utils.Definition = nn_utils._HINGE) -> Check:
    f = _alone(f, "hinge_on_probs")
    return Check("hinge_on_probs", f, definition, _hinge_rivals)


@hidden_test
def a3c_hinge_on_probs_core(rng: np.random.Generator, hinge_on_probs: Callable) -> None:
    """Loss and gradient of batches for several margins."""
    # The entries of d_p are whole numbers; that they must be floats is a matter of the edges.
    check = _hinge_check(hinge_on_probs, replace(nn_utils._HINGE, dtype=lambda *args: None))
    for margin in (0.3, 0.05, 0.7, 1.0, 1.5):
        where = f"a batch, margin {margin}"
        check.values(where, *(_probs_batch(rng, 7, 5, margin) for _ in range(3)))
    check.values("more classes than samples", _probs_batch(rng, 3, 11, 0.25))
    check.values("as many classes as samples", _probs_batch(rng, 5, 5, 0.25))
    o, y, margin = _content(rng, 7, 5).args
    check.values("no violators", case(_softmax(o), y, margin))
    check.done()


@hidden_test
def a3c_hinge_on_probs_edges(rng: np.random.Generator, hinge_on_probs: Callable) -> None:
    """One sample, few classes, types, layouts in memory, warnings, purity, loops."""
    check = _hinge_check(hinge_on_probs)
    p, y, margin = _probs_batch(rng, 7, 5, 0.25).args
    check.pure(case(p, y, margin))
    check.values("one sample", *(_probs_batch(rng, 1, 5, 0.25) for _ in range(3)))
    check.values("two classes", _probs_batch(rng, 7, 2, 0.25))
    check.values("one class", case(np.ones((3, 1)), np.zeros(3, dtype=int), 0.25))
    check.values("labels of dtype uint8", case(p, y.astype(np.uint8), margin))
    check.values("float32", case(p.astype(np.float32), y, margin))
    check.that(lambda: _single_finding(check, case(p.astype(np.float32), y, margin)))
    check.values("other layouts in memory, read-only", *(case(v, y, margin) for v in views(p)))
    check.quiet(case(p, y, margin))
    _no_sample_loop(check)
    check.done()


def _single_finding(check: Check, single: Case) -> Finding | None:
    """Require float32 of d_p; the loss may be a Python float."""
    value = nn_utils.call(check.f, *single.args).value
    d_p = value["d_p"] if isinstance(value, dict) else value[1]
    if np.asarray(d_p).dtype == np.float32:
        return None
    lines = {
        "yours": f"dtype {np.asarray(d_p).dtype}",
        "expected": "dtype float32",
        "pattern": "float32 in, float64 out: some constant or buffer in your function is float64",
    }
    return Finding("float32: d_p", lines)


# --- E4 margin_one_is_linear ------------------------------------------------------------------


def _margin_one_rivals(p_y: np.ndarray, K: int) -> Rivals:
    yield "1 - p_y is what one class leaves: how often does each p_j - p_y + 1 occur?", 1 - p_y
    yield (
        "(K - 1)(1 - p_y): the sum of p_j over the other classes is 1 - p_y, not 0",
        (K - 1) * (1 - p_y),
    )
    yield "K p_y rises with p_y: a loss must fall when the true class gains", K * p_y
    yield (
        "K (1 - p_y) - 1: the margin was added for K - 2 classes, but K - 1 have a term",
        K * (1 - p_y) - 1,
    )
    yield "K - p_y: each of the terms holds p_y once", K - p_y
    yield "only the margins were added: where are p_j and p_y?", np.full(len(p_y), K - 1.0)


@hidden_test
def a3c_margin_one_core(rng: np.random.Generator, margin_one_is_linear: Callable) -> None:
    """The loss of random probabilities, several numbers of classes."""
    f = _alone(margin_one_is_linear, "margin_one_is_linear")
    check = Check("margin_one_is_linear", f, nn_utils._MARGIN_ONE, _margin_one_rivals)
    for k in (5, 2, 3, 11):
        p = rng.dirichlet(np.ones(k), size=7)
        check.values(f"{k} classes", case(p[:, 0], k))
        check.that(lambda p=p, k=k: _whole_loss_finding(f, p, k))
    check.pure(case(rng.uniform(size=7), 5))
    check.done()


def _whole_loss_finding(f: Callable, p: np.ndarray, k: int) -> Finding | None:
    """Compare with the loss of all probabilities, however the other classes share the rest."""
    got = nn_utils.call(f, p[:, 0], k).value
    want = [float(nn_utils._hinge(row[None, :], [0], 1.0)) for row in p]
    if np.allclose(got, want, rtol=0, atol=1e-10):
        return None
    return Finding("random probabilities", {"yours": nn_utils.show(got, 8)})


# --- E3 softmax_hinge_grad --------------------------------------------------------------------


def _hinge_grad_rivals(o: np.ndarray, y: np.ndarray, margin: float) -> Rivals:
    p = _softmax(np.asarray(o, dtype=float))
    _, g = _hinge_on_probs(p, y, margin)
    yield (
        "yours = p(1-p)g: the off-diagonal part of the Jacobian is missing",
        p * (1 - p) * g,
    )
    yield (
        "yours = p_k g_k: the sum over the other probabilities is missing, and rows of the "
        "result do not sum to 0",
        p * g,
    )
    total = np.sum(p * g)
    yield "the sum runs over the whole batch: each sample has its own", p * (g - total)
    yield "the sum runs over samples instead of classes", p * (g - np.sum(p * g, axis=0))


def _hinge_grad_check(f: Callable) -> Check:
    f = _alone(f, "softmax_hinge_grad")
    return Check("softmax_hinge_grad", f, nn_utils._HINGE_GRAD, _hinge_grad_rivals)


@hidden_test
def a3c_softmax_hinge_grad_core(rng: np.random.Generator, softmax_hinge_grad: Callable) -> None:
    """Batches for several margins, small and large logits."""
    check = _hinge_grad_check(softmax_hinge_grad)
    for margin in (0.3, 0.05, 0.7, 1.0, 1.5):
        check.values(f"a batch, margin {margin}", _batch(rng, 7, 5, margin))
    check.values("more classes than samples", _batch(rng, 3, 11, 0.25))
    check.values("as many classes as samples", _batch(rng, 5, 5, 0.25))
    check.values("no violators", _content(rng, 7, 5))
    for shift in (1000, -1000):
        o, y, margin = _batch(rng, 7, 5, 0.25).args
        check.values(f"logits near {shift}", case(o + shift, y, margin))
    far = np.array([[1e5, 0.0, -1e5], [0.0, 700.0, 1000.0]])
    check.values("very large logits", case(far, np.array([0, 1]), 0.25))
    check.done()


@hidden_test
def a3c_softmax_hinge_grad_edges(rng: np.random.Generator, softmax_hinge_grad: Callable) -> None:
    """One sample, one class, types, layouts in memory, warnings, purity, loops."""
    check = _hinge_grad_check(softmax_hinge_grad)
    o, y, margin = _batch(rng, 7, 5, 0.25).args
    check.pure(case(o, y, margin))
    check.values("one sample", *(_batch(rng, 1, 5, 0.25) for _ in range(3)))
    check.values("two classes", _batch(rng, 7, 2, 0.25))
    check.values("one class", case(o[:, :1], np.zeros(7, dtype=int), 0.25))
    check.values("integer logits", case(np.array([[2, 0, -1], [0, 1, 3]]), np.array([0, 1]), 0.25))
    check.values("labels of dtype uint8", case(o, y.astype(np.uint8), margin))
    check.values("float32", case(o.astype(np.float32), y, margin))
    check.values("other layouts in memory, read-only", *(case(v, y, margin) for v in views(o)))
    check.quiet(case(o, y, margin), case(1e3 * o, y, margin))
    _no_sample_loop(check)
    check.no_loop(
        lambda n: case(np.zeros((3, n)), np.zeros(3, dtype=int), 0.5),
        "classes",
        "K",
        required=False,
        pairs=True,
    )
    check.done()
