"""What the visible checks of notebook 3a say about the mistakes students make."""

import linecache

import numpy as np
import pytest

import nn_utils


def sigmoid(s):
    small = np.exp(-np.abs(s))
    return np.where(s >= 0, 1 / (1 + small), small / (1 + small))


def words(check, *answers):
    with pytest.raises(nn_utils.CheckFailed) as failure:
        check(*answers)
    return " ".join(str(failure.value).split())


def cell(expression):
    """Return ``tanh_from_sigmoid(x)`` from a cell of its own, as a notebook has it."""
    source = f"def tanh_from_sigmoid(x):\n    return {expression}\n"
    name = f"<{expression}>"
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    namespace = {"np": np, "sigmoid": sigmoid}
    exec(compile(source, name, "exec"), namespace)
    return namespace["tanh_from_sigmoid"]


def collapse(weights, biases):
    W, b = weights[0].copy(), biases[0].copy()
    for next_W, next_b in zip(weights[1:], biases[1:], strict=True):
        W, b = W @ next_W, b @ next_W + next_b
    return W, b


def convert(params, constant=lambda W: W.sum(axis=0) / 2, of_biases=0.5, of_weights=0.5):
    converted = []
    for number, (W, b) in enumerate(params, start=1):
        if number > 1:
            W, b = W * of_weights, b + constant(W)
        if number < len(params):
            W, b = W * of_weights, b * of_biases
        converted.append((W.copy(), b.copy()))
    return converted


PRINTED = [
    (lambda x: np.tanh(x) + 1, lambda x: 2 * np.exp(x) / (np.exp(x) + np.exp(-x))),
    (lambda x: np.tanh(x) + 1, lambda x: 2 / (1 - np.exp(-2 * x))),
    (lambda x: np.tanh(x) + 1, lambda x: 2 * sigmoid(2 * x)),
]


def test_right_answers_pass(capsys):
    """Do right answers pass all visible checks?"""
    nn_utils.check_collapse_linear(collapse)
    nn_utils.check_sigmoid_to_tanh(convert)
    nn_utils.check_tanh_grad(lambda t: (1 - t) * (1 + t))
    nn_utils.check_sigmoid_grad(lambda p: p * (1 - p))
    nn_utils.check_tanh_from_sigmoid(cell("2 * sigmoid(2 * x) - 1"))
    nn_utils.check_half_recipe([0.25, 0.75], [1.0, 1.0])
    nn_utils.check_wrong_tanh_step(PRINTED, 1, 1.0)
    out = capsys.readouterr().out
    assert out.count("no warnings   no loops") == 3


def test_the_better_slope_hears_how_accurate_it_is(capsys):
    """Does the notebook keep its promise of a printed error for the form with two factors?"""
    nn_utils.check_tanh_grad(lambda t: (1 - t) * (1 + t))
    assert "ULP" in capsys.readouterr().out
    nn_utils.check_tanh_grad(lambda t: 1 - t * t)
    assert "ULP" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "wrong, message",
    [
        (lambda W, b: (W[0] @ W[1] if len(W) > 1 else W[0], sum(b)), "W is right, b is not"),
        (lambda W, b: (collapse(W, b)[0].T, collapse(W, b)[1]), "transpose"),
        (lambda W, b: (collapse(W, b)[0], collapse(W, b)[1] - b[-1]), "the input x = 0"),
        (lambda W, b: (0 * collapse(W, b)[0], collapse(W, b)[1]), "W is 0"),
        (lambda W, b: collapse(W, b) if len(W) > 1 else (W[0], b[0]), "shares memory"),
        (lambda W, b: collapse(W, b)[0], "2 parts: W, b"),
    ],
)
def test_collapse_linear(wrong, message):
    """Is the misconception named?"""
    assert message in words(nn_utils.check_collapse_linear, wrong)


@pytest.mark.parametrize(
    "wrong, message",
    [
        (lambda params: convert(params, lambda W: 0.5), "a bias of the last layer"),
        (lambda params: convert(params, of_biases=1.0), "L = 2"),
        (lambda params: convert(params, of_weights=2.0, of_biases=2.0), "L = 2, hidden biases 0"),
        (lambda params: [convert(params)[0], *params[1:-1], convert(params)[-1]], "L = 3"),
        (lambda params: convert(params, lambda W: W.sum(axis=1) / 2), "shape (3,), not (1,)"),
        (lambda params: convert(params)[1:], "list of 1; expected params: 2 parts"),
        (lambda params: [(W, b[:, None]) for W, b in convert(params)], "in shape (3, 1), not (3,)"),
        (lambda params: convert(params) if len(params) > 1 else params, "shares memory"),
    ],
)
def test_sigmoid_to_tanh(wrong, message):
    """Is it said where the twin stops being one?"""
    assert message in words(nn_utils.check_sigmoid_to_tanh, wrong)


@pytest.mark.parametrize(
    "wrong, message",
    [
        (lambda t: 1 - np.tanh(t) ** 2, "the function was applied again"),
        (lambda t: t * (1 - t), "the rule of the other function"),
        (lambda t: t * t - 1, "yours = -expected"),
        (lambda t: 2 - t * t, "expected + 1.0 in every entry"),
        (lambda t: 1 - t.astype(float) ** 2, "float32 in, float64 out"),
        (lambda t: np.array([1 - s**2 for s in t.flat], t.dtype).reshape(t.shape), "a loop over"),
    ],
)
def test_tanh_grad(wrong, message):
    """Is the misconception named?"""
    assert message in words(nn_utils.check_tanh_grad, wrong)


@pytest.mark.parametrize(
    "wrong, message",
    [
        (lambda p: sigmoid(p) * (1 - sigmoid(p)), "the function was applied again"),
        (lambda p: 1 - p * p, "the rule of the other function"),
        (lambda p: p * (p - 1), "yours = -expected"),
        (lambda p: np.zeros(p.shape, dtype=int), "all outputs are 0"),
    ],
)
def test_sigmoid_grad(wrong, message):
    """Is the misconception named?"""
    assert message in words(nn_utils.check_sigmoid_grad, wrong)


@pytest.mark.parametrize(
    "expression, message",
    [
        ("2 * sigmoid(x) - 1", "yours(x) = expected(x / 2)"),
        ("2 * sigmoid(2 * x)", "expected + 1.0 in every entry"),
        ("np.tanh(x)", "computed without the function sigmoid"),
        ("sigmoid(2 * x) * (1 - np.exp(-2 * np.maximum(x, -300)))", "numbers near 1000"),
        ("np.sign(x) * np.tanh(np.abs(x)) + sigmoid(x) - sigmoid(x)", "without the function"),
        ("(np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))", "nan in 2 of 2 entries"),
        ("np.where(x > 2, np.tanh(x), 2 * sigmoid(2 * x) - 1)", "x is used outside sigmoid too"),
    ],
)
def test_tanh_from_sigmoid(expression, message):
    """Is it found out what the answer is made of?"""
    with np.errstate(all="ignore"):
        assert message in words(nn_utils.check_tanh_from_sigmoid, cell(expression))


@pytest.mark.parametrize(
    "good, bad, message",
    [
        ([1.0, 1.0], [1.0, 1.0], "off by [-0.5, -0.5, -0.5] at three inputs"),
        ([1.0], [0.5, 0.5], "both networks agree"),
        (None, None, "an array of shape (H,)"),
        ([[1.0]], [2.0], "an array of shape (H,)"),
        (["a"], [2.0], "an array of shape (H,)"),
        ([np.inf], [2.0], "finite numbers"),
    ],
)
def test_half_recipe(good, bad, message):
    """Do the two networks decide, and not the numbers?"""
    assert message in words(nn_utils.check_half_recipe, good, bad)


@pytest.mark.parametrize(
    "step, x, message",
    [
        (2, 1.0, "line 2 is false already"),
        (1, 0.0, "a side is not finite there"),
        (1, 30.0, "the two sides agree there"),
        (1, None, "TypeError"),
        (None, None, "from 1 to 2"),
    ],
)
def test_wrong_step(step, x, message):
    """Is it said why the step, or the number, is no refutation?"""
    assert message in words(nn_utils.check_wrong_tanh_step, PRINTED, step, x)


def test_definitions_are_right():
    """Do the definitions agree with values known otherwise, also at the ends?"""
    t = np.array([-1.0, -0.5, 0.0, 5e-324, 1 - 2.0**-53, 1.0])
    slopes = nn_utils._TANH_GRAD.exact(t).astype(float)
    np.testing.assert_allclose(slopes, (1 - t) * (1 + t), rtol=1e-15)
    p = np.array([0.0, 1e-300, 0.25, 1 - 2.0**-53, 1.0])
    slopes = nn_utils._SIGMOID_GRAD.exact(p).astype(float)
    np.testing.assert_allclose(slopes, p * (1 - p), rtol=1e-15)
    x = np.array([-1e5, -1.0, 1e-9, 1e5])
    np.testing.assert_allclose(nn_utils._TANH.exact(x).astype(float), np.tanh(x), rtol=1e-15)


def test_numbers_in_the_text():
    """Is the loss of digits near 0 as large as the figure's caption says?"""
    x = np.array([1e-3, 1e-9, 1e-17])
    errors = np.abs(2 * sigmoid(2 * x) - 1 - np.tanh(x))
    assert errors[0] / np.spacing(np.tanh(1e-3)) > 100
    assert (errors <= 4 * np.finfo(float).eps).all()
    assert errors[2] == x[2], "left of 1e-16 the result is exactly 0"
