"""What the visible checks of notebook 5a say, and the numbers that its text quotes."""

from pathlib import Path

import nbformat
import numpy as np
import pytest

import nn_utils
from gradekit import course

NOTEBOOK = Path(__file__).parents[1] / "source/a5_initialization/variance_and_init.ipynb"


@pytest.fixture(scope="module")
def notebook():
    """The variables of the notebook with the reference solutions, without its tests and figures."""
    namespace = {"__name__": "__main__"}
    for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
        if cell.cell_type == "code" and not course.is_test(cell) and "plt.show" not in cell.source:
            exec(cell.source, namespace)
    return namespace


def words(check, *answers):
    with pytest.raises(nn_utils.CheckFailed) as failure:
        check(*answers)
    return " ".join(str(failure.value).split())


def relu(s):
    return np.maximum(s, 0)


def moments(x):
    return np.mean(x), np.mean(x**2), np.var(x)


@pytest.mark.parametrize(
    "sample, message",
    [
        (lambda rng, n: np.abs(rng.normal(size=n)), "ReLU is not |z|"),
        (lambda rng, n: rng.random(n), "uniform from 0 to 1"),
        (lambda rng, n: relu(rng.uniform(-1, 1, n)), "uniform from -1 to 1"),
        (lambda rng, n: relu(np.random.default_rng().normal(size=n)), "calling twice"),
        (lambda rng, n: np.array([max(z, 0) for z in rng.normal(size=n)]), "loop over the draws"),
    ],
)
def test_relu_moments_of_other_samples(sample, message):
    """Is it said what the sample is?"""
    check = nn_utils.check_relu_moments
    assert message in words(check, lambda rng, n: moments(sample(rng, n)))


@pytest.mark.parametrize(
    "second, third, message",
    [
        (np.var, np.var, "the second entry is the variance"),
        (lambda x: np.mean(x**2), np.std, "the third entry is a standard deviation"),
    ],
)
def test_relu_moments_of_other_numbers(second, third, message):
    """Are a variance and a standard deviation recognized?"""

    def relu_moments(rng, n):
        x = relu(rng.normal(size=n))
        return np.mean(x), second(x), third(x)

    assert message in words(nn_utils.check_relu_moments, relu_moments)


def test_exact_numbers():
    """Are the exact values right to 12 digits, by closed forms that the file does not use?"""
    exact = nn_utils._exact_relu_moments(nn_utils.Seed(0), 1)
    wanted = 1 / np.sqrt(2 * np.pi), 0.5, 0.5 - 0.5 / np.pi
    assert np.allclose(list(exact.values()), wanted, rtol=0, atol=1e-6)
    assert np.isclose(nn_utils._exact_init_std("he", 211, 101), np.sqrt(2 / 211), rtol=1e-12)
    bound = nn_utils._exact_init_std("xavier_uniform_bound", 211, 101)
    assert np.isclose(bound, np.sqrt(6 / 312), rtol=1e-7)
    assert np.isclose(nn_utils._GAIN.exact(np.tanh, None), 1.5925374, rtol=1e-7)


@pytest.mark.parametrize(
    "scheme, wrong, message",
    [
        ("he", lambda m, n: np.sqrt(2 / n), "yours = expected x sqrt(fan_in/fan_out)"),
        ("he", lambda m, n: np.sqrt(1 / m), "yours = expected / sqrt 2"),
        ("he", lambda m, n: 2 / m, "a variance in place of its root"),
        ("he", lambda m, n: np.sqrt(2 / (1 - 1 / np.pi) / m), "second moments are added"),
        ("xavier_uniform_bound", lambda m, n: np.sqrt(2 / (m + n)), "yours = expected / sqrt 3"),
        ("lecun", lambda m, n: None, "is there a return line"),
    ],
)
def test_init_std(notebook, scheme, wrong, message):
    """Is the misconception named?"""

    def init_std(name, m, n):
        return wrong(m, n) if name == scheme else notebook["init_std"](name, m, n)

    assert message in words(nn_utils.check_init_std, init_std)


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda W, b: (W.T.copy(), b), "W has one row per input"),
        (lambda W, b: (W, b + 0.1), "layer 1['b']"),
        (lambda W, b: (W.astype(np.float32), b), "float32"),
        (lambda W, b: W, "2 parts: W, b"),
        (lambda W, b: (W / np.sqrt(len(W) / 2), b), "a variance was taken for a standard"),
        (lambda W, b: (W * np.sqrt(len(W) / 2), b), "not scaled to the size of the layer"),
    ],
)
def test_init_params(notebook, change, message):
    """Is the misconception named?"""

    def init_params(sizes, scheme, rng):
        return [change(W, b) for W, b in notebook["init_params"](sizes, scheme, rng)]

    assert message in words(nn_utils.check_init_params, init_params)


def test_profiles(notebook):
    """Are the order of layers and ratios recognized, forward and backward?"""
    forward, backward = notebook["propagate"], notebook["backpropagate_rms"]

    def both(change):
        return lambda *args: tuple(map(change, backward(*args)))

    for change, message in (
        (lambda values: values[::-1], "listed from the output side"),
        (lambda values: np.array(values) / values[0], "these are ratios to the first layer"),
    ):
        told = words(nn_utils.check_propagate, lambda *args, f=change: f(forward(*args)))
        assert message in told
        assert message in words(nn_utils.check_backpropagate_rms, both(change))


@pytest.mark.parametrize(
    "measure, message",
    [
        (lambda S, phi: np.sqrt(np.mean(phi(S) ** 2)), "recorded after phi"),
        (lambda S, phi: np.std(S), "a standard deviation subtracts the mean"),
        (lambda S, phi: np.mean(S**2), "your values are the squares of the expected ones"),
    ],
)
def test_propagate(measure, message):
    """Is it said what was measured?"""

    def propagate(X, params, phi):
        values = []
        for W, b in params:
            S = X @ W + b
            values.append(measure(S, phi))
            X = phi(S)
        return values

    assert message in words(nn_utils.check_propagate, propagate)


def test_backpropagate_rms(notebook):
    """Are the slope at Z, another draw, and a mean over samples told apart?"""
    right, check = notebook["backpropagate_rms"], nn_utils.check_backpropagate_rms

    def at_z(X, params, phi, dphi, rng):
        return right(X, params, phi, lambda s: dphi(phi(s)), rng)

    def second_draw(X, params, phi, dphi, rng):
        rng.random()
        return right(X, params, phi, dphi, rng)

    def mean(X, *args):
        deltas, grads = right(X, *args)
        return deltas, np.array(grads) / len(X)

    assert "does dphi get S or phi(S)?" in words(check, at_z)
    assert "not the one draw" in words(check, second_draw)
    assert "expected = 7 x yours, and N = 7" in words(check, mean)


def test_gain():
    """Does the report say what a wrong gain does to a deep net?"""
    told = words(nn_utils.check_gain, lambda phi, rng: 1.0)
    assert "an RMS of 1 becomes 0.707 in the next layer, and 6e-08 48 layers on" in told
    assert "phi = tanh" in words(nn_utils.check_gain, lambda phi, rng: np.sqrt(2))


def test_distinct_hidden_units(notebook):
    """Does the check refuse a count without training, and a training of the arguments?"""
    right = notebook["distinct_hidden_units"]
    check = nn_utils.check_distinct_hidden_units
    told = words(check, lambda params, X, Y, steps, lr: right(params, X, Y, 0, lr))
    assert "constant W1, random W2" in told

    def in_place(params, X, Y, steps, lr):
        count = right(params, X, Y, steps, lr)
        params[0][0][:] += 1
        return count

    assert "changed its argument number 1" in words(check, in_place)
    told = words(check, lambda params, *args: len(params[0][1]))
    assert "every unit counts as different" in told


def test_numbers_in_the_text(notebook):
    """Are the numbers that captions, questions and mark schemes quote those of the notebook?"""
    forward = {key: values[0] for key, values in notebook["profiles"].items()}
    back = {key: (d[0] / d[-1]) ** (1 / 31) for key, (_, d) in notebook["profiles"].items()}
    he = forward["ReLU", np.sqrt(2)]
    assert round(he[0], 2) == 1.41
    assert max(he) / min(he) < 2
    assert 1e-5 < forward["ReLU", 1][31] < 1e-4 and 1e4 < forward["ReLU", 2][31] < 1e5
    assert [round(back["sigmoid", gain], 2) for gain in (1, 2, 4)] == [0.23, 0.41, 0.62]
    for gain, power in ((1, -20), (2, -12), (4, -7)):
        assert abs(31 * np.log10(back["sigmoid", gain]) - power) < 0.6
        sizes = forward["sigmoid", gain]
        assert max(sizes[1:]) < 1.5 * min(sizes[1:])
    assert max(forward["tanh", 1.6][3:]) < 1.1 and min(forward["tanh", 1.6][3:]) > 0.9
    assert back["tanh", 3] > 1.2 and back["tanh", 1.6] > 1.05
    assert forward["tanh", 1][31] < 0.2


def test_deltas_explode_at_gain_6(notebook):
    """Is the premise of the question under the histograms true?"""
    X, net, rng = notebook["scaled_net"](6.0, 54)
    tanh, slope = np.tanh, notebook["tanh_slope"]
    deltas, _ = notebook["backpropagate_rms"](X, net, tanh, slope, rng)
    assert deltas[0] > 1e6
    sizes = notebook["propagate"](X, net, tanh)
    assert max(sizes[1:]) < 1.1 * min(sizes[1:])


def test_slip(notebook):
    """Does the slip shrink the signal to an eighth per layer, and are the other two fine?"""
    ends = {}
    for author in ("author_1", "author_2", "author_3"):
        rng = np.random.default_rng(52)
        net = [(notebook[author](128, rng), np.zeros(128)) for _ in range(32)]
        sizes = notebook["propagate"](rng.standard_normal((256, 128)), net, relu)
        ends[author] = sizes[31] / sizes[1]
    assert np.isclose(ends["author_1"] ** (1 / 30), 1 / 8, rtol=0.05)
    assert 0.5 < ends["author_2"] < 2 and 0.5 < ends["author_3"] < 2
