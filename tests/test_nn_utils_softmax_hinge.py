"""The visible checks of notebook 3c, softmax_hinge, and the numbers in its text."""

import numpy as np
import pytest

import nn_utils


def softmax(o):
    terms = np.exp(o - np.max(o, axis=-1, keepdims=True))
    return terms / np.sum(terms, axis=-1, keepdims=True)


def jacobian(o):
    p = softmax(o)
    return np.diag(p) - np.outer(p, p)


def hinge(p, y, margin, gate=lambda gaps: gaps > 0):
    rows = np.arange(len(p))
    gaps = p - p[rows, y][:, None] + margin
    active = gate(gaps)
    active[rows, y] = False
    d_p = active.astype(p.dtype)
    d_p[rows, y] = -np.sum(active, axis=1)
    return np.sum(gaps[active]), d_p


def hinge_grad(o, y, margin):
    p = softmax(o)
    g = hinge(p, y, margin)[1]
    return p * (g - np.sum(g * p, axis=1, keepdims=True))


def true_entry(value):
    def wrong(p, y, margin):
        loss, d_p = hinge(p, y, margin)
        d_p[np.arange(len(p)), y] = value
        return loss, d_p

    return wrong


def largest_only(gaps):
    return (gaps > 0) & (gaps == np.sort(gaps, axis=1)[:, -1:])


def pairs(o):
    p = softmax(o)
    rows = [[p[i] * ((i == j) - p[j]) for j in range(len(p))] for i in range(len(p))]
    return np.array(rows, dtype=p.dtype)


def words(check, answer):
    with pytest.raises(nn_utils.CheckFailed) as failure:
        check(answer)
    return " ".join(str(failure.value).split())


def test_right_answers_pass(capsys):
    """Do right answers pass all visible checks?"""
    nn_utils.check_softmax_jacobian(jacobian)
    nn_utils.check_hinge(hinge)
    nn_utils.check_softmax_hinge_grad(hinge_grad)
    nn_utils.check_margin_one(lambda p_y, K: K * (1 - p_y))
    assert capsys.readouterr().out.count("ok") == 4


@pytest.mark.parametrize(
    "wrong, message",
    [
        (lambda o: np.diag(softmax(o)), "row sums are p, expected 0"),
        (lambda o: np.diag(softmax(o) * (1 - softmax(o))), "off-diagonal entries are 0, but p_i"),
        (lambda o: 2 * np.diag(softmax(o)) - jacobian(o), "row sums are 2p, expected 0"),
        (lambda o: np.outer(softmax(o), 1 - softmax(o)), "off-diagonal entries are positive"),
        (lambda o: jacobian(o) + 0 * np.exp(o), "nan for logits of 1001: exp overflowed"),
        (lambda o: -jacobian(o), "yours = -expected"),
        (lambda o: jacobian(o.astype(float)), "float32 in, float64 out"),
        (pairs, "a loop over the pairs of classes"),
    ],
)
def test_softmax_jacobian(wrong, message):
    """Is the misconception named?"""
    with np.errstate(all="ignore"):
        assert message in words(nn_utils.check_softmax_jacobian, wrong)


@pytest.mark.parametrize(
    "wrong, message",
    [
        (lambda p, y, m: (hinge(p, y, m)[0] + m * len(p), hinge(p, y, m)[1]), "exactly margin"),
        (lambda p, y, m: hinge(p, y, m, lambda gaps: gaps > -9), "a class beaten by more"),
        (lambda p, y, m: hinge(p, y, -m), "loss 0 for uniform p"),
        (lambda p, y, m: hinge(p, y, m, largest_only), "only one violating class counted"),
        (true_entry(-1), "(here 4), yours is -1.0"),
        (true_entry(0), "(here 4), yours is 0.0"),
        (lambda p, y, m: np.divide(hinge(p, y, m)[0], len(p)), "2 parts: loss, d_p"),
        (lambda p, y, m: [part / len(p) for part in hinge(p, y, m)], "expected / N (here 3)"),
        (lambda p, y, m: [np.array([1.0, 2.0]), hinge(p, y, m)[1]], "shape (2,)"),
        (lambda p, y, m: [None, hinge(p, y, m)[1]], "is there a return line"),
        (lambda p, y, m: hinge(p, y, m)[::-1], "shape (1, 5)"),
    ],
)
def test_hinge(wrong, message):
    """Is the misconception named?"""
    assert message in words(nn_utils.check_hinge, wrong)


@pytest.mark.parametrize(
    "wrong, message",
    [
        (lambda o, y, m: hinge(softmax(o), y, m)[1], "equals the gradient with respect to p"),
        (lambda o, y, m: softmax(o) * hinge(softmax(o), y, m)[1], "do not sum to 0"),
        (lambda o, y, m: -hinge_grad(o, y, m), "yours = -expected"),
        (lambda o, y, m: hinge_grad(o, y, m) + 0 * np.exp(o), "nan for logits of 999"),
        (lambda o, y, m: hinge_grad(o, y, m) / len(o), "expected = 3 x yours, and N = 3"),
        (lambda o, y, m: [hinge_grad(o[[n]], y[[n]], m)[0] for n in range(len(o))], "samples"),
    ],
)
def test_softmax_hinge_grad(wrong, message):
    """Is the misconception named?"""
    with np.errstate(all="ignore"):
        assert message in words(nn_utils.check_softmax_hinge_grad, wrong)


@pytest.mark.parametrize(
    "wrong, message",
    [
        (lambda p_y, K: 1 - p_y, "expected = 5 x yours, and K = 5"),
        (lambda p_y, K: (K - 1) * (1 - p_y), "(K - 1)/K = 0.8"),
        (lambda p_y, K: K * (1 - p_y) - 1, "yours = expected - 1.0 in every entry"),
    ],
)
def test_margin_one(wrong, message):
    """Is the misconception named?"""
    assert message in words(nn_utils.check_margin_one, wrong)


def test_definitions_are_right():
    """Do the definitions agree with formulas?"""
    rng = np.random.default_rng(3)
    o, y = rng.normal(size=(7, 5)), rng.integers(0, 5, size=7)
    np.testing.assert_allclose(np.array(nn_utils._exact_jacobian(o[0])), jacobian(o[0]), atol=1e-15)
    np.testing.assert_allclose(nn_utils._exact_hinge_grad(o, y, 0.3), hinge_grad(o, y, 0.3))
    parts = nn_utils._exact_hinge(softmax(o), y, 0.3)
    np.testing.assert_allclose(parts["loss"], hinge(softmax(o), y, 0.3)[0])
    np.testing.assert_array_equal(parts["d_p"], hinge(softmax(o), y, 0.3)[1])


def test_numbers_of_the_jacobian_figure():
    """Is 0.989 the largest probability at factor 9, and are all slopes below 0.011?"""
    o = 9 * np.array([1.0, 0.5, 0.0, -0.5])
    assert softmax(o)[0].round(3) == 0.989
    assert np.abs(jacobian(o)).max() < 0.011


def test_saturation():
    """Does cross-entropy stay at 1.41 where the hinge falls like exp(-s), by the factor K p_y?"""
    o, y = np.array([[0.0, 10, -6], [0.0, 12, -6], [-6.0, 0, 1]]), np.zeros(3, dtype=int)
    grad, of_cross_entropy = hinge_grad(o, y, 0.5), softmax(o) - [1, 0, 0]
    sizes = np.linalg.norm(grad, axis=1)
    assert np.linalg.norm(of_cross_entropy[0]).round(2) == 1.41
    assert sizes[0] / sizes[1] == pytest.approx(np.exp(2), rel=1e-3)
    np.testing.assert_allclose(grad, 3 * softmax(o)[:, :1] * of_cross_entropy, atol=1e-15)
    right = np.array([[0.0, -6.0, -6.0]])
    assert not hinge_grad(right, y[:1], 0.5).any()


def test_margin_one_in_the_triangle():
    """Are all arrows equal at margin 1, and do entries of d_p sum to 0 in each row?"""
    p = np.random.default_rng(3).dirichlet(np.ones(3), size=50)
    y = np.zeros(50, dtype=int)
    assert np.all(hinge(p, y, 1.0)[1] == [-2, 1, 1])
    assert not hinge(p, y, 0.2)[1].sum(axis=1).any()


def test_break_it_can_be_solved():
    """Is there a start at which cross-entropy needs few steps and the hinge more than 5000?"""

    def steps_needed(gradient):
        o = np.array([[0.0, 12.0, -3.0]])
        steps = 0
        while np.argmax(o) != 0 and steps <= 5000:
            o -= gradient(o)
            steps += 1
        return steps

    assert steps_needed(lambda o: softmax(o) - [1, 0, 0]) < 20
    assert steps_needed(lambda o: hinge_grad(o, np.array([0]), 0.5)) > 5000
