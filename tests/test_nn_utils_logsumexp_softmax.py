"""What the visible checks of notebook 2a say about the mistakes students make."""

import numpy as np
import pytest

import nn_utils


def logsumexp(x, axis=-1, keepdims=False):
    return np.logaddexp.reduce(x, axis=axis, keepdims=keepdims)


def softmax(x, axis=-1):
    terms = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return terms / np.sum(terms, axis=axis, keepdims=True)


def log_softmax(x, axis=-1):
    return x - logsumexp(x, axis, True)


def words(check, *answers):
    with pytest.raises(nn_utils.CheckFailed) as failure:
        check(*answers)
    return " ".join(str(failure.value).split())


def test_right_answers_pass(capsys):
    """Do right answers pass all visible checks, and hear how accurate they are?"""
    nn_utils.check_logsumexp(logsumexp)
    nn_utils.check_softmax(softmax)
    nn_utils.check_log_softmax(log_softmax)
    out = capsys.readouterr().out
    assert out.count("no warnings   no loops") == 3
    assert "accurate to" in out, "logaddexp is accurate even where log-sum-exp is near 0"


@pytest.mark.parametrize(
    "wrong, message",
    [
        (
            lambda x, axis=-1, keepdims=False: np.log(np.sum(np.exp(x), axis, keepdims=keepdims)),
            "exp overflows above 709.78",
        ),
        (
            lambda x, axis=-1, keepdims=False: (
                logsumexp(x, axis, keepdims) - np.max(x, axis, keepdims=keepdims)
            ),
            "yours = expected - max(x)",
        ),
        (lambda x, axis=-1, keepdims=False: logsumexp(x, axis), "shape (2,)"),
        (
            lambda x, axis=-1, keepdims=False: logsumexp(x.astype(float), axis, keepdims),
            "float32 in, float64 out",
        ),
    ],
)
def test_logsumexp(wrong, message):
    """Is the misconception named?"""
    assert message in words(nn_utils.check_logsumexp, wrong)


@pytest.mark.parametrize(
    "wrong, message",
    [
        (lambda x, axis=-1: np.exp(x) / np.exp(x).sum(axis=axis, keepdims=True), "inf / inf"),
        (
            lambda x, axis=-1: np.exp(x - x.max()) / np.exp(x - x.max()).sum(axis, keepdims=True),
            "is the shift the maximum of the row",
        ),
        (lambda x, axis=-1: softmax(x, 0), "columns sum to 1, rows do not"),
        (
            lambda x, axis=-1: np.exp(x - x.max()) / np.exp(x - x.max()).sum(),
            "all entries together sum to 1",
        ),
        (lambda x, axis=-1: log_softmax(x, axis), "all outputs are negative"),
    ],
)
def test_softmax(wrong, message):
    """Is the misconception named?"""
    assert message in words(nn_utils.check_softmax, wrong)


@pytest.mark.parametrize(
    "wrong, message",
    [
        (lambda x, axis=-1: np.log(softmax(x, axis)), "the probability underflowed to 0 before"),
        (lambda x, axis=-1: x - np.max(x, axis=axis, keepdims=True), "not normalized"),
        (lambda x, axis=-1: -log_softmax(x, axis), "positive log-probabilities"),
    ],
)
def test_log_softmax(wrong, message):
    """Is the misconception named?"""
    assert message in words(nn_utils.check_log_softmax, wrong)


def test_the_wrong_step_of_a_proof():
    """Is a legal step after a false line told from the step that went wrong?"""
    lines = [
        (lambda x, a: np.sum(x), lambda x, a: a + np.sum(x) - a),
        (lambda x, a: np.sum(x), lambda x, a: a + np.sum(x)),
        (lambda x, a: 2 * np.sum(x), lambda x, a: 2 * a + 2 * np.sum(x)),
    ]
    point = (np.array([1.0]), 1.0)
    nn_utils.check_wrong_step(lines, 1, point)
    assert "line 2 is false already" in words(nn_utils.check_wrong_step, lines, 2, point)
    zero = (np.array([1.0]), 0.0)
    assert "does not refute" in words(nn_utils.check_wrong_step, lines, 1, zero)
    assert "from 1 to 2" in words(nn_utils.check_wrong_step, lines, None, point)
