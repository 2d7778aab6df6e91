"""What the visible checks of notebook 5b say about the mistakes students make."""

import math

import numpy as np
import pytest

import nn_utils
from hidden_tests.a5_initialization import function_approximation as hidden


def words(check, *answers):
    with pytest.raises(nn_utils.CheckFailed) as failure:
        check(*answers)
    return " ".join(str(failure.value).split())


def regions(params, x1):
    Z, active = np.stack([x1, 0 * x1], axis=1), []
    for W, b in params[:-1]:
        Z = np.maximum(Z @ W + b, 0)
        active.append(Z > 0)
    active = np.hstack(active)
    return active, np.any(active[1:] != active[:-1], axis=1).sum() + 1


def test_right_answers_pass(capsys):
    """Do right answers pass all visible checks?"""
    nn_utils.check_target(hidden._target)
    nn_utils.check_sample_grid(hidden._sample_grid)
    nn_utils.check_mse_and_grad(hidden._mse_and_grad)
    nn_utils.check_adam(hidden._adam_step)
    nn_utils.check_count_linear_regions(lambda params, x1: regions(params, x1)[1])
    assert capsys.readouterr().out.count("no loops") == 4


@pytest.mark.parametrize(
    "wrong, message",
    [
        (lambda X: hidden._target(X)[:, 0], "later (N, 1) - (N,) becomes a table"),
        (lambda X: 1 / hidden._target(X), "exp(-4 r^2) has to shrink"),
        (lambda X: hidden._target(X.astype(float)), "float32 in, float64 out"),
    ],
)
def test_target(wrong, message):
    """Is the misconception named?"""
    assert message in words(nn_utils.check_target, wrong)


@pytest.mark.parametrize(
    "wrong, message",
    [
        (lambda n: hidden._sample_grid(n)[:n], "2 rows, expected 4"),
        (lambda n: hidden._sample_grid(n)[:, ::-1], "x1 must vary fastest"),
        (lambda n: (hidden._sample_grid(n) + 1) / 2, "negative half missing"),
        (lambda n: np.array(nn_utils._exact_grid(n)), "loop over the points"),
    ],
)
def test_sample_grid(wrong, message):
    """Is the misconception named?"""
    assert message in words(nn_utils.check_sample_grid, wrong)


@pytest.mark.parametrize(
    "wrong, message",
    [
        (lambda out, Y: (np.mean((out - Y) ** 2), 2 * (out - Y) / out.size), "a 3 x 3 table"),
        (lambda out, Y: (np.mean((out - Y) ** 2), (out - Y) / out.size), "expected = 2 x yours"),
        (lambda out, Y: (np.sum((out - Y) ** 2), 2 * (out - Y)), "loss = N x expected, and N = 3"),
        (lambda out, Y: (np.mean((out - Y) ** 2) ** 0.5, out - Y), "loss is the root"),
        (lambda out, Y: np.mean((out - Y) ** 2), "2 parts: loss, d_O"),
    ],
)
def test_mse_and_grad(wrong, message):
    """Is the misconception named?"""
    assert message in words(nn_utils.check_mse_and_grad, wrong)


def adam(variant):
    def adam_step(params, grads, state, lr, beta1, beta2, eps, t):
        m, v = (state.get(name, [0.0] * len(params)) for name in ("m", "v"))
        if variant == "forgets":
            m, v, t = [0.0] * len(params), [0.0] * len(params), 1
        if variant == "swapped":
            beta1, beta2 = beta2, beta1
        if variant == "from zero":
            t = np.float64(t - 1)
        power = 1 if variant == "not squared" else 2
        m = [beta1 * a + (1 - beta1) * g for a, g in zip(m, grads, strict=True)]
        v = [beta2 * a + (1 - beta2) * g**power for a, g in zip(v, grads, strict=True)]
        left = (1.0, 1.0) if variant == "no correction" else (1 - beta1**t, 1 - beta2**t)
        inside, outside = (eps, 0) if variant == "eps inside" else (0, eps)
        moved = [
            p - lr * a / left[0] / (np.sqrt(b / left[1] + inside) + outside)
            for p, a, b in zip(params, m, v, strict=True)
        ]
        if variant == "state kept":
            state.update(m=m, v=v)
        return moved, {"m": m, "v": v}

    return adam_step


@pytest.mark.parametrize(
    "variant, message",
    [
        ("no correction", "first step 3.16 lr, expected lr"),
        ("from zero", "division by zero at t = 0"),
        ("not squared", "v averages gradients, not their squares"),
        ("swapped", "m uses 0.999"),
        ("forgets", "m holds the last gradient only"),
        ("eps inside", "eps is inside the root"),
        ("state kept", "put something else into argument number 3"),
    ],
)
def test_adam(variant, message):
    """Is the misconception named?"""
    with np.errstate(all="ignore"):
        assert message in words(nn_utils.check_adam, adam(variant))


@pytest.mark.parametrize(
    "value, message",
    [
        (None, "expected (params, losses), params of (W, b)"),
        (([(np.zeros((2, 1)), np.zeros(1))], [1.0] * 3), "shapes [((2, 1), (1,))]"),
        (([], [math.nan] * 3), "0 finite losses of 3"),
    ],
)
def test_fit(value, message):
    """Is it said what should come back?"""
    assert message in words(nn_utils.check_fit, lambda *args: value)


def test_untrained_net():
    """Is a net that answers the same everywhere told apart from one that is bad?"""

    def zeros(sizes, X, Y, steps, rng):
        return [(0 * W, b) for W, b in hidden._initial_params(sizes, rng)], [0.046] * steps

    def untrained(sizes, X, Y, steps, rng):
        return hidden._initial_params(sizes, rng), [1.0] * steps

    assert "loss constant at 0.046" in words(nn_utils.check_fit, zeros)
    assert "the losses fall too slowly, or jump" in words(nn_utils.check_fit, untrained)


@pytest.mark.parametrize(
    "wrong, message",
    [
        (lambda params, x1: regions(params, x1)[1] - 1, "expected = yours + 1"),
        (lambda params, x1: regions([params[0], params[-1]], x1)[1], "agrees for one hidden"),
        (lambda params, x1: regions(params, x1)[0].shape[1] + 1, "yours"),
        (lambda params, x1: len({tuple(row) for row in regions(params, x1)[0]}), "a loop over"),
    ],
)
def test_count_linear_regions(wrong, message):
    """Is the misconception named?"""
    assert message in words(nn_utils.check_count_linear_regions, wrong)


def test_definitions():
    """Do the definitions agree with values known otherwise?"""
    assert nn_utils._exact_target([[0, 0], [0.3, 0.4]])[:, 0].tolist() == [
        1.0,
        math.cos(5.0) * math.exp(-1.0),
    ]
    tent = [(np.array([[1.0, -1.0], [0.0, 0.0]]), np.zeros(2)), (np.ones((2, 1)), np.zeros(1))]
    assert nn_utils._exact_regions(tent, np.array([-1.0, -0.5, 0.5])) == 2
    parts = nn_utils._exact_adam([np.zeros(1)], [[np.array([-7.0])]], 0.1, 0.9, 0.999, 0.0)
    assert parts["step"][0] == pytest.approx(0.1) and parts["v"][0] == pytest.approx(0.049)


def test_numbers_in_the_text():
    """Are the numbers typed in the notebook right?"""
    values = hidden._target(hidden._sample_grid(101))
    assert round(float(np.mean(values**2)), 3) == 0.046
    assert (round(float(values.min()), 1), float(values.max())) == (-0.7, 1.0)
    t = np.arange(1, 3001)
    ratio = (1 - 0.9**t) / np.sqrt(1 - 0.999**t)
    assert round(ratio[0], 2) == 3.16 and 6 < ratio.max() < 7
    assert ratio[999] == pytest.approx(1.25, abs=0.02)
    for sizes, count in (([2, 64, 1], 257), ([2, 64, 64, 1], 4417), ([2, 8, 8, 8, 1], 177)):
        assert sum(a * b + b for a, b in zip(sizes, sizes[1:], strict=False)) == count
