"""Hidden tests of notebook 2b, losses_with_logits."""

import math
from collections.abc import Callable, Iterator

import numpy as np

import nn_utils
from hidden_tests import hidden_test, require_meaning
from nn_utils import Check, Finding, Report, case, views

Rivals = Iterator[tuple[str, np.ndarray]]


# --- Right versions of the setup cell and of earlier exercises, for answers that build on them -


def _one_hot(y: np.ndarray, num_classes: int) -> np.ndarray:
    return np.eye(num_classes)[y]


def _logsumexp(x: np.ndarray) -> np.ndarray:
    return np.logaddexp.reduce(x, axis=-1, keepdims=True)


def _log_softmax(x: np.ndarray) -> np.ndarray:
    return x - _logsumexp(x)


def _softmax(x: np.ndarray) -> np.ndarray:
    return np.exp(_log_softmax(x))


def _bce_with_logits(s: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.maximum(s, 0) - s * y + np.log1p(np.exp(-np.abs(s)))


def _bce_with_logits_grad(s: np.ndarray, y: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(np.asarray(s) / 2)) - y


def _rows(logits: np.ndarray, targets: np.ndarray) -> np.ndarray:
    return _one_hot(targets, logits.shape[1]) if targets.ndim == 1 else targets


def _cross_entropy(logits: np.ndarray, targets: np.ndarray) -> float:
    if not len(logits):
        raise ValueError("the mean over no samples is not defined")
    rows = _rows(logits, targets)
    return -np.sum(rows * np.where(rows > 0, _log_softmax(logits), 0)) / len(logits)


def _cross_entropy_grad(logits: np.ndarray, targets: np.ndarray) -> np.ndarray:
    return (_softmax(logits) - _rows(logits, targets)) / len(logits)


def _smooth_labels(y: np.ndarray, num_classes: int, eps: float) -> np.ndarray:
    return (1 - eps) * _one_hot(y, num_classes) + eps / num_classes


_RIGHT = {
    "one_hot": _one_hot,
    "logsumexp": _logsumexp,
    "log_softmax": _log_softmax,
    "softmax": _softmax,
    "bce_with_logits": _bce_with_logits,
    "bce_with_logits_grad": _bce_with_logits_grad,
    "cross_entropy": _cross_entropy,
    "cross_entropy_grad": _cross_entropy_grad,
    "smooth_labels": _smooth_labels,
}


def _alone(f: Callable, name: str) -> Callable:
    """Return what the student's cell defines by itself, beside right earlier exercises."""
    provided = {other: right for other, right in _RIGHT.items() if other != name}
    return nn_utils.rebuild(f, name, provided)


def _soft_rows(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.dirichlet(np.ones(shape[-1]), size=shape[:-1])


# --- D1 the chain -----------------------------------------------------------------------------


@hidden_test
def a2b_bce_chain_core(rng: np.random.Generator, steps_bce: list[Callable]) -> None:
    """The lines agree at other random points, and they are about the binary cross-entropy."""
    nn_utils.check_bce_chain(steps_bce, lambda _, simple: nn_utils.draw_bce_args(rng, simple))
    points = [nn_utils.draw_bce_args(rng, False) for _ in range(50)]
    require_meaning(steps_bce[0], points, nn_utils._exact_bce, "the binary cross-entropy")


# --- E1 bce_with_logits -----------------------------------------------------------------------


def _bce_rivals(s: np.ndarray, y: np.ndarray) -> Rivals:
    s, y = np.asarray(s, dtype=float), np.asarray(y, dtype=float)
    yield (
        "yours has log(1 + t) for a small t: 1 + t rounds, use log1p for small arguments",
        np.maximum(s, 0) - s * y + np.log(1 + np.exp(-np.abs(s))),
    )
    yield (
        "yours is log(1 + e^s) - s y with a stable logarithm: two nearly equal numbers are "
        "subtracted where s is large and y = 1",
        np.logaddexp(0, s) - s * y,
    )
    yield (
        "yours = log(1 + e^s) - s y: e^s is inf from s = 710 on, and near s = 40 two nearly "
        "equal numbers are subtracted",
        np.log(1 + np.exp(s)) - s * y,
    )


def _bce_check(f: Callable, definition: nn_utils.Definition = nn_utils._BCE) -> Check:
    f = _alone(f, "bce_with_logits")
    return Check("bce_with_logits", f, definition, _bce_rivals)


def _hard(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.integers(0, 2, size=shape).astype(float)


@hidden_test
def a2b_bce_with_logits_core(rng: np.random.Generator, bce_with_logits: Callable) -> None:
    """Values for hard and soft labels, small scores and large ones."""
    check = _bce_check(bce_with_logits)
    far = np.array([800.0, -800.0, 40.0, -40.0])
    check.values("sure and wrong", case(far, np.array([0.0, 1.0, 0.0, 1.0])))
    check.values("sure and right", case(far, np.array([1.0, 0.0, 1.0, 0.0])))
    small = [rng.uniform(-1, 1, size=7) for _ in range(5)]
    check.values("small scores, hard labels", *(case(s, _hard(rng, 7)) for s in small))
    check.values("small scores, soft labels", *(case(s, rng.uniform(size=7)) for s in small))
    for where, scale in (("moderate scores", 10), ("scores near 1e5", 1e5)):
        s = rng.normal(scale=scale, size=(2, 7))
        check.values(where, case(s[0], _hard(rng, 7)), case(s[1], rng.uniform(size=7)))
    check.values("a matrix of scores", case(rng.normal(size=(7, 5)), _hard(rng, 7, 5)))
    check.done()


@hidden_test
def a2b_bce_with_logits_accuracy(rng: np.random.Generator, bce_with_logits: Callable) -> None:
    """Hard labels within 8 ULP, also where the loss is tiny."""
    check = _bce_check(bce_with_logits, nn_utils._SHARP_BCE)
    sure = np.array([20.0, -20.0, 40.0, -40.0])
    check.values("a tiny loss", case(sure, np.array([1.0, 0.0, 1.0, 0.0])))
    s = np.concatenate([[0.0, 1e-8, 5e-324], rng.uniform(1, 36, size=8), [36.7, 37.0, 300.0]])
    check.values("sure and right", case(s, np.ones(len(s))), case(-s, np.zeros(len(s))))
    check.values("sure and wrong", case(s, np.zeros(len(s))), case(-s, np.ones(len(s))))
    check.values("up to 700", case(rng.uniform(-700, 700, size=7), _hard(rng, 7)))
    check.done()


@hidden_test
def a2b_bce_with_logits_edges(rng: np.random.Generator, bce_with_logits: Callable) -> None:
    """Types of labels and scores, shapes, layouts in memory, warnings, purity, loops."""
    check = _bce_check(bce_with_logits)
    s, y = rng.normal(size=(7, 5)), _hard(rng, 7, 5)
    check.values("integer labels", case(s, y.astype(int)))
    check.values("labels of dtype bool", case(s, y.astype(bool)))
    check.values("labels of dtype uint8", case(s, y.astype(np.uint8)))
    check.values("integer scores", case(rng.integers(-9, 9, size=7), y[:, 0]))
    check.values(
        "float32",
        case(s.astype(np.float32), y.astype(np.float32)),
        case(np.float32([100.0, -100.0]), np.float32([0.0, 1.0])),
    )
    check.values("one row of labels for all rows of scores", case(s, y[0]))
    check.values("a column of labels, a row of scores", case(s[0], y[:, :1]))
    check.values("3-D", case(rng.normal(size=(3, 7, 5)), y))
    check.values("one entry, no entry", case(s[:1, 0], y[:1, 0]), case(s[:0, 0], y[:0, 0]))
    check.values("scores of 1e300", case(np.array([1e300, -1e300]), np.array([0.25, 0.5])))
    check.values("other layouts in memory, read-only", *(case(v, y) for v in views(s)))
    far = np.array([800.0, -800.0, 1e5, -1e5, 1e300, -1e300])
    check.quiet(*(case(far, np.full(6, label)) for label in (0.0, 1.0)))
    check.pure(case(s, y))
    check.no_loop(lambda n: case(np.ones(n), np.ones(n)), "scores")
    check.done()


# --- W1 the wrong digits ----------------------------------------------------------------------

_SCORES = np.array([20.0, 37.0, 40.0])
_PRINTED = np.log(1 + np.exp(-_SCORES))  # label 1, so max(s, 0) - s y is 0


@hidden_test
def a2b_w1_errors(rng: np.random.Generator, relative_errors: list[float]) -> None:
    """The relative errors of the printed losses, to 3%."""
    nn_utils.check_relative_errors(_SCORES, _PRINTED, relative_errors)


# --- E2 bce_with_logits_grad ------------------------------------------------------------------


def _bce_grad_check(f: Callable) -> Check:
    f = _alone(f, "bce_with_logits_grad")
    return Check("bce_with_logits_grad", f, nn_utils._BCE_GRAD)


@hidden_test
def a2b_bce_with_logits_grad_core(rng: np.random.Generator, bce_with_logits_grad: Callable) -> None:
    """Slopes for hard and soft labels, small scores and large ones."""
    check = _bce_grad_check(bce_with_logits_grad)
    s = rng.normal(scale=2, size=(4, 7))
    check.values("hard labels", case(s[0], _hard(rng, 7)), case(s[1], _hard(rng, 7)))
    check.values("soft labels", case(s[2], rng.uniform(size=7)), case(s[3], rng.uniform(size=7)))
    far = np.array([40.0, -40.0, 1e3, -1e3, 1e5, -1e5])
    check.values("large scores", case(far, np.zeros(6)), case(far, np.full(6, 0.25)))
    check.values("a matrix of scores", case(rng.normal(size=(7, 5)), _hard(rng, 7, 5)))
    check.done()


@hidden_test
def a2b_bce_with_logits_grad_edges(
    rng: np.random.Generator, bce_with_logits_grad: Callable
) -> None:
    """Types, shapes, layouts in memory, warnings, purity, loops."""
    check = _bce_grad_check(bce_with_logits_grad)
    s, y = rng.normal(size=(7, 5)), _hard(rng, 7, 5)
    check.values("integer labels", case(s[:, 0], y[:, 0].astype(int)))
    check.values("labels of dtype bool", case(s[:, 0], y[:, 0].astype(bool)))
    check.values("integer scores", case(rng.integers(-9, 9, size=7), y[:, 0]))
    check.values("float32", case(s.astype(np.float32), y.astype(np.float32)))
    check.values("one row of labels for all rows of scores", case(s, y[0]))
    check.values("one entry, no entry", case(s[:1, 0], y[:1, 0]), case(s[:0, 0], y[:0, 0]))
    check.values("other layouts in memory, read-only", *(case(v[:3], y[:3]) for v in views(s)))
    far = np.array([1e3, -1e3, 1e5, -1e5])
    check.quiet(*(case(far, np.full(4, label)) for label in (0.0, 1.0)))
    check.pure(case(s, y))
    check.no_loop(lambda n: case(np.ones(n), np.ones(n)), "scores")
    check.done()


# --- E3 cross_entropy -------------------------------------------------------------------------


def _cross_entropy_rivals(logits: np.ndarray, targets: np.ndarray) -> Rivals:
    logits = np.asarray(logits, dtype=float)
    rows = _rows(logits, np.asarray(targets))
    columns = logits - np.logaddexp.reduce(logits, axis=0, keepdims=True)
    yield (
        "the classes of a row do not compete: the softmax ran along the samples",
        np.asarray(-np.sum(rows * np.where(rows > 0, columns, 0)) / len(rows)),
    )


def _cross_entropy_check(f: Callable) -> Check:
    f = _alone(f, "cross_entropy")
    return Check("cross_entropy", f, nn_utils._CROSS_ENTROPY, _cross_entropy_rivals)


@hidden_test
def a2b_cross_entropy_core(rng: np.random.Generator, cross_entropy: Callable) -> None:
    """Mean losses for labels and for soft targets, small logits and large ones."""
    check = _cross_entropy_check(cross_entropy)
    logits = rng.normal(size=(4, 7, 11))
    labels = [rng.permuted(np.arange(11))[:7] for _ in range(2)]
    check.values("one sample, a gap of 60", case(np.array([[60.0, 0.0, 1.0]]), np.array([1])))
    check.values("labels", case(logits[0], labels[0]), case(logits[1], labels[1]))
    check.values("soft targets", *(case(x, _soft_rows(rng, 7, 11)) for x in logits[2:]))
    check.values("one-hot rows", case(logits[0], np.eye(11)[labels[0]]))
    square = rng.normal(size=(5, 5))
    check.values(
        "as many classes as samples",
        case(square, rng.integers(0, 5, size=5)),
        case(square, _soft_rows(rng, 5, 5)),
    )
    for where, scale in (("logits near 1000", 1e3), ("logits near 10000", 1e4)):
        large = rng.normal(scale=scale, size=(2, 7, 5))
        check.values(where, case(large[0], labels[0] % 5), case(large[1], _soft_rows(rng, 7, 5)))
    check.done()


@hidden_test
def a2b_cross_entropy_edges(rng: np.random.Generator, cross_entropy: Callable) -> None:
    """No sample, one class, types, layouts in memory, warnings, purity, loops."""
    check = _cross_entropy_check(cross_entropy)
    logits, labels, soft = rng.normal(size=(7, 5)), rng.integers(0, 5, 7), _soft_rows(rng, 7, 5)
    check.values("one sample", case(logits[:1], labels[:1]), case(logits[:1], soft[:1]))
    check.values("one class", case(logits[:, :1], np.zeros(7, dtype=int)))
    check.values("labels of dtype uint8", case(logits, labels.astype(np.uint8)))
    check.values("integer logits", case(rng.integers(-9, 9, size=(7, 5)), labels))
    single = logits.astype(np.float32)
    check.values("float32", case(single, labels), case(single, soft.astype(np.float32)))
    check.values("other layouts in memory, read-only", *(case(v, soft) for v in views(logits)))
    no_mean = "the mean over no samples is not defined"
    none = np.zeros((0, 5))
    check.raises(
        "no samples", ValueError, case(none, labels[:0]), case(none, none), pattern=no_mean
    )
    check.quiet(case(logits, labels), case(1e4 * logits, labels), case(1e4 * logits, soft))
    check.pure(case(logits, labels), case(logits, soft))
    check.no_loop(lambda n: case(np.ones((n, 5)), np.zeros(n, dtype=int)), "samples")
    check.no_loop(lambda n: case(np.ones((n, 5)), np.full((n, 5), 0.2)), "samples")
    check.no_loop(
        lambda n: case(np.ones((5, n)), np.full((5, n), 1 / n)), "classes", "K", required=False
    )
    check.done()


@hidden_test
def a2b_cross_entropy_masked(rng: np.random.Generator, cross_entropy: Callable) -> None:
    """A logit of -inf at a class whose target is 0 contributes nothing."""
    check = _cross_entropy_check(cross_entropy)
    logits = rng.normal(size=(7, 5))
    logits[np.arange(7), rng.integers(0, 4, size=7)] = -np.inf
    labels = np.full(7, 4)
    soft = np.where(np.isfinite(logits), _soft_rows(rng, 7, 5), 0.0)
    soft /= soft.sum(axis=1, keepdims=True)
    check.values("labels", case(logits, labels))
    check.values("one-hot rows", case(logits, np.eye(5)[labels]))
    check.values("soft targets with zeros", case(logits, soft))
    check.quiet(case(logits, labels), case(logits, soft))
    check.done()


# --- E4 cross_entropy_grad --------------------------------------------------------------------


def _cross_entropy_grad_check(f: Callable) -> Check:
    f = _alone(f, "cross_entropy_grad")
    return Check("cross_entropy_grad", f, nn_utils._CROSS_ENTROPY_GRAD)


@hidden_test
def a2b_cross_entropy_grad_core(rng: np.random.Generator, cross_entropy_grad: Callable) -> None:
    """Gradients for labels and for soft targets, small logits and large ones."""
    check = _cross_entropy_grad_check(cross_entropy_grad)
    labels = rng.integers(0, 5, size=7)
    check.values("labels", case(rng.normal(size=(7, 5)), labels))
    check.values("soft targets", case(rng.normal(size=(7, 5)), _soft_rows(rng, 7, 5)))
    check.values("as many classes as samples", case(rng.normal(size=(3, 3)), np.array([2, 0, 0])))
    check.values("more classes than samples", case(rng.normal(size=(1, 11)), np.array([4])))
    far = rng.normal(scale=1e3, size=(2, 3, 5))
    check.values("large logits", case(far[0], labels[:3]), case(far[1], _soft_rows(rng, 3, 5)))
    check.done()


@hidden_test
def a2b_cross_entropy_grad_edges(rng: np.random.Generator, cross_entropy_grad: Callable) -> None:
    """One class, types, layouts in memory, warnings, purity, loops."""
    check = _cross_entropy_grad_check(cross_entropy_grad)
    logits, labels, soft = rng.normal(size=(3, 5)), rng.integers(0, 5, 3), _soft_rows(rng, 3, 5)
    check.pure(case(logits, labels), case(logits, soft))
    check.values("one class", case(logits[:, :1], np.zeros(3, dtype=int)))
    check.values("labels of dtype uint8", case(logits, labels.astype(np.uint8)))
    check.values("integer logits", case(rng.integers(-9, 9, size=(3, 5)), labels))
    check.values("float32", case(logits.astype(np.float32), soft.astype(np.float32)))
    check.values("other layouts in memory, read-only", *(case(v, soft) for v in views(logits)))
    check.quiet(case(logits, labels), case(1e4 * logits, labels), case(1e4 * logits, soft))
    check.no_loop(lambda n: case(np.ones((n, 5)), np.zeros(n, dtype=int)), "samples")
    check.done()


# --- W2 the claim -----------------------------------------------------------------------------


@hidden_test
def a2b_w2_claim(
    rng: np.random.Generator, soft_targets: np.ndarray, logits: np.ndarray, claim_is_true: bool
) -> None:
    """A soft target at which the gradient is z - y, and the conclusion."""
    report = Report("soft_targets, logits, claim_is_true")
    report.that(lambda: nn_utils._soft_targets_finding(soft_targets, logits))
    report.that(lambda: _claim_finding(claim_is_true))
    report.done()


def _claim_finding(claim_is_true: object) -> Finding | None:
    if not isinstance(claim_is_true, (bool, np.bool_)):
        lines = {"yours": nn_utils.show(claim_is_true), "expected": "True or False"}
        return Finding("claim_is_true", lines)
    if not claim_is_true:
        return None
    pattern = "your own target is soft, and the gradient there is z - y: does 'only' hold?"
    return Finding("claim_is_true", {"yours": "True", "pattern": pattern})


# --- E5 smooth_labels -------------------------------------------------------------------------


@hidden_test
def a2b_smooth_labels_core(rng: np.random.Generator, smooth_labels: Callable) -> None:
    """Values for several sizes and eps, absent classes, types of labels, purity, loops."""
    f = _alone(smooth_labels, "smooth_labels")
    check = Check("smooth_labels", f, nn_utils._SMOOTH_LABELS)
    y = rng.integers(0, 7, size=5)
    check.values("eps = 0.1", case(y, 10, 0.1), case(y, 11, 0.1))
    check.values("other eps", *(case(y, 7, float(eps)) for eps in rng.uniform(0.01, 0.9, size=3)))
    check.values("eps = 0 and eps = 1", case(y, 7, 0.0), case(y, 7, 1.0))
    check.values(
        "labels of dtype uint8, no labels", case(y.astype(np.uint8), 7, 0.2), case(y[:0], 7, 0.2)
    )
    check.pure(case(y, 7, 0.2))
    check.no_loop(lambda n: case(np.zeros(n, dtype=int), 5, 0.2), "labels")
    check.done()


# --- E6 smoothed_minimizer --------------------------------------------------------------------


def _minimizer_finding(f: Callable, k: int, num_classes: int, eps: float) -> Finding | None:
    gaps = {}
    if eps < 1:
        gaps = {
            "ln((1-eps)/eps); the uniform part changes both classes": math.log((1 - eps) / eps),
            "ln(K (1-eps)/eps); the uniform part raises class k too": math.log(
                num_classes * (1 - eps) / eps
            ),
        }
    return nn_utils._minimizer_finding(f, k, num_classes, eps, gaps)


def _minimizer_report(f: Callable, problems: list[tuple[int, int, float]]) -> None:
    f = _alone(f, "smoothed_minimizer")
    report = Report("smoothed_minimizer")
    for problem in problems:
        report.that(lambda problem=problem: _minimizer_finding(f, *problem))
    report.done()


@hidden_test
def a2b_smoothed_minimizer_core(rng: np.random.Generator, smoothed_minimizer: Callable) -> None:
    """Gradient 0 and mean 0 for several numbers of classes."""
    problems = [(2, 10, 0.1)]
    for num_classes in (3, 5, 11):
        k, eps = int(rng.integers(num_classes)), round(float(rng.uniform(0.05, 0.8)), 3)
        problems.append((k, num_classes, eps))
    _minimizer_report(smoothed_minimizer, problems)


@hidden_test
def a2b_smoothed_minimizer_edges(rng: np.random.Generator, smoothed_minimizer: Callable) -> None:
    """Two classes, one class, eps = 1, a tiny eps."""
    problems = [(0, 2, 0.25), (1, 2, 1e-6), (0, 1, 0.1), (3, 5, 1.0)]
    _minimizer_report(smoothed_minimizer, problems)
