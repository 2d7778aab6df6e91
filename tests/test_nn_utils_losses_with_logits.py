"""What the visible checks of notebook 2b say about the mistakes students make."""

import numpy as np
import pytest

import nn_utils


def bce(s, y):
    return np.maximum(s, 0) - s * y + np.log1p(np.exp(-np.abs(s)))


def through_p(s, y, rescue=lambda p: p):
    p = rescue(1 / (1 + np.exp(-s)))
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


def sigmoid(s):
    return 0.5 * (1 + np.tanh(s / 2))


def log_sigmoid(s):
    return np.minimum(s, 0) - np.log1p(np.exp(-np.abs(s)))


def rows_of(logits, targets):
    return np.eye(logits.shape[1])[targets] if targets.ndim == 1 else targets


def log_softmax(x):
    return x - np.logaddexp.reduce(x, axis=-1, keepdims=True)


def cross_entropy(logits, targets):
    return -np.sum(rows_of(logits, targets) * log_softmax(logits)) / len(logits)


def cross_entropy_grad(logits, targets):
    return (np.exp(log_softmax(logits)) - rows_of(logits, targets)) / len(logits)


def smooth_labels(y, num_classes, eps):
    return (1 - eps) * np.eye(num_classes)[y] + eps / num_classes


def smoothed_minimizer(k, num_classes, eps):
    logs = np.log(smooth_labels(np.array([k]), num_classes, eps)[0])
    return logs - logs.mean()


CHAIN = [
    through_p,
    lambda s, y: y * np.log(1 + np.exp(-s)) + (1 - y) * np.log(1 + np.exp(s)),
    lambda s, y: (1 - y) * s + np.log(1 + np.exp(-s)),
    bce,
]


def words(check, *answers):
    with pytest.raises(nn_utils.CheckFailed) as failure:
        check(*answers)
    return " ".join(str(failure.value).split())


def test_right_answers_pass(capsys):
    """Do right answers pass all visible checks, and hear how accurate they are?"""
    nn_utils.check_bce_with_logits(bce)
    nn_utils.check_bce_with_logits_grad(lambda s, y: sigmoid(s) - y)
    nn_utils.check_cross_entropy(cross_entropy)
    nn_utils.check_cross_entropy_grad(cross_entropy_grad)
    nn_utils.check_smooth_labels(smooth_labels)
    nn_utils.check_smoothed_minimizer(smoothed_minimizer)
    out = capsys.readouterr().out
    assert out.count("no loops") == 5
    assert "gradient 0, mean 0" in out


@pytest.mark.parametrize(
    "wrong, message",
    [
        (through_p, "the probability rounded to exactly 0 or 1"),
        (lambda s, y: through_p(s, y, lambda p: np.clip(p, 1e-7, 1 - 1e-7)), "-log(1e-7)"),
        (lambda s, y: -np.log(np.where(y == 1, sigmoid(s), sigmoid(-s)) + 1e-12), "-log(1e-12)"),
        (lambda s, y: np.log(1 + np.exp(s)) - s * y, "exp overflows above 709.78"),
        (lambda s, y: np.maximum(s, 0) - s * y + np.log(1 + np.exp(-np.abs(s))), "1 + t rounds"),
        (lambda s, y: np.logaddexp(0, s) - s * y, "two nearly equal numbers were subtracted"),
        (lambda s, y: bce(s, 1 - y), "yours(s, y) = expected(s, 1 - y)"),
        (lambda s, y: bce(s, y).mean(), "one value per entry is wanted"),
        (lambda s, y: bce(s.astype(float), y), "float32 in, float64 out"),
        (lambda s, y: -y * log_sigmoid(s) - (1 - y) * log_sigmoid(-s), "truth values have no"),
    ],
)
def test_bce_with_logits(wrong, message):
    """Is the misconception named?"""
    assert message in words(nn_utils.check_bce_with_logits, wrong)


@pytest.mark.parametrize(
    "wrong, message",
    [
        (lambda s, y: y - sigmoid(s), "yours = -expected"),
        (lambda s, y: (sigmoid(s) - y) * sigmoid(s) * sigmoid(-s), "this factor cancels"),
        (lambda s, y: (sigmoid(s) - y) / (sigmoid(s) * sigmoid(-s)), "not the logit"),
        (lambda s, y: sigmoid(s) - 1 + 0 * y, "matches labels that are all 1"),
        (lambda s, y: (sigmoid(s) - y) / len(s), "expected = 5 x yours, and N = 5"),
        (lambda s, y: 1 / (1 + np.exp(-s)) - y, "overflow encountered in exp"),
    ],
)
def test_bce_with_logits_grad(wrong, message):
    """Is the misconception named?"""
    with np.errstate(all="ignore"):
        assert message in words(nn_utils.check_bce_with_logits_grad, wrong)


@pytest.mark.parametrize(
    "wrong, message",
    [
        (lambda x, t: cross_entropy(x, t) * len(x), "yours = expected x N (here 3)"),
        (lambda x, t: cross_entropy(x, t) / x.shape[1], "yours = expected / K (here 4)"),
        (lambda x, t: cross_entropy(x, t) / np.log(2), "the natural logarithm is meant"),
        (lambda x, t: cross_entropy(np.exp(log_softmax(x)), t), "softmax was taken twice"),
        (lambda x, t: cross_entropy(x, np.argmax(rows_of(x, t), 1)), "matches the loss for argmax"),
        (lambda x, t: -np.mean(log_softmax(x)[:, t]), "shape (N, N) was averaged"),
        (lambda x, t: -log_softmax(x)[np.arange(len(x)), t * 1.0].mean(), "labels stay integers"),
        (
            lambda x, t: -np.sum(rows_of(x, t) * np.log(np.exp(log_softmax(x)) + 1e-12)) / len(x),
            "27.631 = -log(1e-12)",
        ),
    ],
)
def test_cross_entropy(wrong, message):
    """Is the misconception named?"""
    assert message in words(nn_utils.check_cross_entropy, wrong)


@pytest.mark.parametrize(
    "wrong, message",
    [
        (lambda x, t: cross_entropy_grad(x, t) * len(x), "yours = 3 x expected, and N = 3"),
        (lambda x, t: np.exp(log_softmax(x)) / len(x), "yours = expected + targets / N"),
        (lambda x, t: cross_entropy_grad(x, t).T, "transpose"),
        (lambda x, t: cross_entropy_grad(x, t).sum(axis=0), "sum of the expected array"),
        (lambda x, t: cross_entropy_grad(x, np.argmax(rows_of(x, t), 1)), "right for hard targets"),
    ],
)
def test_cross_entropy_grad(wrong, message):
    """Is the misconception named?"""
    assert message in words(nn_utils.check_cross_entropy_grad, wrong)


@pytest.mark.parametrize(
    "wrong, message",
    [
        (lambda y, k, eps: smooth_labels(y, k, eps) + eps * np.eye(k)[y], "rows sum to 1.1"),
        (lambda y, k, eps: smooth_labels(y, k, 0.0), "eps has no effect"),
        (lambda y, k, eps: smooth_labels(y, max(y) + 1, eps), "your matrix has 3 columns"),
        (
            lambda y, k, eps: np.where(np.eye(k)[y] == 1, 1 - eps, eps / (k - 1)),
            "true class 0.9, expected 0.91",
        ),
    ],
)
def test_smooth_labels(wrong, message):
    """Is the misconception named?"""
    assert message in words(nn_utils.check_smooth_labels, wrong)


@pytest.mark.parametrize(
    "wrong, message",
    [
        (lambda k, n, eps: smoothed_minimizer(k, n, eps) + 1, "mean 1; the task fixes"),
        (lambda k, n, eps: smoothed_minimizer(k, n, eps) / 2, "half of the required one"),
        (lambda k, n, eps: smoothed_minimizer(3, n, eps), "largest logit at class 3, k = 2"),
        (lambda k, n, eps: np.where(np.arange(n) == k, 0, -np.inf), "the minimizer is finite"),
        (lambda k, n, eps: 0.999 * smoothed_minimizer(k, n, eps), "required 1e-12"),
        (lambda k, n, eps: smoothed_minimizer(k, n, eps)[None, :], "shape (1, 10)"),
    ],
)
def test_smoothed_minimizer(wrong, message):
    """Is the misconception named?"""
    assert message in words(nn_utils.check_smoothed_minimizer, wrong)


def test_right_chain_passes(capsys):
    """Does a derivation of four equal lines pass?"""
    nn_utils.check_bce_chain(CHAIN)
    assert "4 lines agree at 200 random points" in capsys.readouterr().out


@pytest.mark.parametrize(
    "chain, message",
    [
        (CHAIN[:1] + CHAIN[2:], "at least 4 lines"),
        (CHAIN[:2] + [lambda s, y: -s * y + np.log(1 + np.exp(-s)), bce], "lines 2 and 3"),
        (CHAIN[1:] + [lambda s, y: bce(s, y) + 0], "through the probability"),
        (CHAIN[:2] + CHAIN[:0:-1][1:], "stays finite"),
    ],
)
def test_bce_chain(chain, message):
    """Is the line named that does not follow, or is not what the task asks for?"""
    assert message in words(nn_utils.check_bce_chain, chain)


@pytest.mark.parametrize(
    "answers, message",
    [
        ([3.4e-6, 100, 100], "in percent"),
        ([7.0e-17, 8.5e-17, 4.2e-18], "absolute error"),
        ([None, None, None], "[None, None, None]"),
        ([0, 1, 1], "s = 20"),
    ],
)
def test_relative_errors(answers, message):
    """Is it said what kind of number was given instead?"""
    scores = np.array([20.0, 37.0, 40.0])
    printed = np.log(1 + np.exp(-scores))
    assert message in words(nn_utils.check_relative_errors, scores, printed, answers)


def test_relative_errors_to_two_digits():
    """Are two digits enough?"""
    scores = np.array([20.0, 37.0, 40.0])
    nn_utils.check_relative_errors(scores, np.log(1 + np.exp(-scores)), [3.4e-8, 1, 1])


@pytest.mark.parametrize(
    "target, message",
    [
        ([0, 1, 0], "which targets does the claim exclude"),
        ([0.5, 0.5, 0.5], "sum to 1.5"),
        ([0.5, 0.5], "both of shape (K,)"),
        ([-0.5, 1, 0.5], "no negative entries"),
    ],
)
def test_soft_targets(target, message):
    """Is a target refused that cannot refute the claim?"""
    assert message in words(nn_utils.check_soft_targets, target, [0, 1, 2])


def test_soft_targets_shows_both(capsys):
    """Does the check put z - y beside the gradient?"""
    nn_utils.check_soft_targets([0.25, 0.75], [0.0, 0.0])
    out = capsys.readouterr().out
    assert out.count("[0.25, -0.25]") == 2


def test_references_are_right():
    """Do the decimal definitions agree with values known otherwise?"""
    assert float(nn_utils._exact_bce(40.0, 1.0)) == np.exp(-40.0)
    assert float(nn_utils._exact_bce(-1e5, 0.25)) == 25_000
    assert float(nn_utils._exact_bce_slope(0.0, 0.25)) == 0.25
    assert float(nn_utils._exact_cross_entropy(np.zeros((3, 8)), np.arange(3))) == np.log(8)
    slope = nn_utils._exact_cross_entropy_slope(np.zeros((1, 2)), np.array([1]))
    assert slope.astype(float).tolist() == [[0.5, -0.5]]
