"""What the visible checks of notebook 4a say, and the numbers that its text gives."""

import runpy
from pathlib import Path

import numpy as np
import pytest

import course_layers
import nn_utils
from course_layers import Affine, ReLU, SoftmaxCrossEntropy
from hidden_tests.a4_layers_and_digits import layers_and_gradient_checks as hidden

OPERATIONS = hidden._Multiply, hidden._Sum, hidden._DotProduct


def words(check, *answers):
    with pytest.raises(nn_utils.CheckFailed) as failure:
        check(*answers)
    return " ".join(str(failure.value).split())


def test_right_answers_pass(capsys):
    """Do right answers pass all visible checks?"""
    nn_utils.check_operations(*OPERATIONS)
    nn_utils.check_unbroadcast(hidden._unbroadcast)
    nn_utils.check_numerical_gradient(hidden._numerical_gradient)
    nn_utils.check_gradient_check(hidden._gradient_check)
    nn_utils.check_wrong_gradients(hidden._NAMES, hidden._WRONG)
    nn_utils.check_transposed(np.ones(3), np.ones((3, 2)), np.arange(9).reshape(3, 3), np.eye(3))
    assert "note" not in capsys.readouterr().out


@pytest.mark.parametrize("make", [lambda layer: layer, lambda layer: layer()])
def test_the_courses_layers_pass(make, capsys):
    """Are the course's layers right, as classes and as single layers?"""
    nn_utils.check_affine(make(Affine))
    nn_utils.check_relu(make(ReLU))
    nn_utils.check_softmax_cross_entropy(make(SoftmaxCrossEntropy))
    out = capsys.readouterr().out
    assert out.count("no loops") == 6 and "note" not in out


def test_closures_pass():
    """Is a function that makes layers accepted?"""
    nn_utils.check_affine(lambda: Affine())


def layer(forward=None, backward=None, of=Affine):
    """Return a class with one method replaced."""
    methods = {"forward": forward, "backward": backward}
    return type("Layer", (of,), {name: f for name, f in methods.items() if f})


@pytest.mark.parametrize(
    "wrong, message",
    [
        (layer(lambda self, X, W, b: X @ W), "yours = expected - b"),
        (layer(lambda self, X, W, b: (X @ W + b).squeeze()), "shape (3,)"),
        (layer(backward=lambda self, d: (d @ self.cache[1].T, d.T @ self.cache[0], d.sum(0))),
         "this is the transpose of the expected array"),
        (layer(backward=lambda self, d: (*Affine.backward(self, d)[:2], d.mean(0))),
         "expected = 7 x yours, and N = 7"),
        (layer(backward=lambda self, d: Affine.backward(self, np.ones_like(d))),
         "backward answers as if d_out were 1"),
        (layer(backward=lambda self, d: Affine.backward(self, d)[::-1]), "the expected d_b"),
        (layer(backward=lambda self, d: Affine.backward(self, d)[:2]), "3 parts: d_X, d_W, d_b"),
    ],
)  # fmt: skip
def test_affine(wrong, message):
    """Is the misconception named?"""
    assert message in words(nn_utils.check_affine, wrong)


def test_affine_state():
    """Is a shared cache found?"""

    class Shared(Affine):
        def forward(self, X, W, b):
            Shared.cache = X, W
            return X @ W + b

    assert "two layers share one cache" in words(nn_utils.check_affine, Shared)


@pytest.mark.parametrize(
    "slope, said", [(0.0, False), (1.0, True), (0.5, True), (2.0, None), (np.nan, None)]
)
def test_slope_of_relu_at_0(slope, said, capsys):
    """Is a slope from 0 to 1 accepted, and noted where it is not 0?"""

    class WithSlope(ReLU):
        def forward(self, x):
            self.x = x
            return np.maximum(x, 0)

        def backward(self, d_out):
            return np.where(self.x == 0, slope, self.x > 0) * d_out

    if said is None:
        assert "slopes from 0 to 1" in words(nn_utils.check_relu, WithSlope)
    else:
        nn_utils.check_relu(WithSlope)
        assert ("the slope at 0 is" in capsys.readouterr().out) == said


def test_relu_that_hides_nan(capsys):
    """Is a nan that gets lost noted?"""

    class Hides(ReLU):
        def forward(self, x):
            return np.fmax(super().forward(x), 0)

    nn_utils.check_relu(Hides)
    assert "nan goes in, a number comes out" in capsys.readouterr().out


def loss_layer(log_probs_of):
    def forward(self, logits, targets):
        log_probs = log_probs_of(logits)
        self.cache = np.exp(log_probs), targets
        return -np.sum(targets * log_probs) / len(logits)

    return layer(forward, of=SoftmaxCrossEntropy)


def softmax(x):
    return np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)


@pytest.mark.parametrize(
    "wrong, message",
    [
        (loss_layer(lambda x: np.log(softmax(x))), "exp overflowed, or a probability rounded to 0"),
        (loss_layer(lambda x: np.log(softmax(x) + 1e-12)), "-log(1e-12)"),
        (layer(lambda self, x, y: 3 * SoftmaxCrossEntropy().forward(x, y), of=SoftmaxCrossEntropy),
         "yours = expected x N (here 3)"),
        (layer(backward=lambda self, d=1.0: SoftmaxCrossEntropy.backward(self, 1.0),
               of=SoftmaxCrossEntropy), "backward answers as if d_out were 1"),
        (layer(backward=lambda self, d=1.0: d * (self.cache[0] - self.cache[1]),
               of=SoftmaxCrossEntropy), "yours = 3 x expected, and N = 3"),
    ],
)  # fmt: skip
def test_softmax_cross_entropy(wrong, message):
    """Is the misconception named?"""
    with np.errstate(all="ignore"):
        assert message in words(nn_utils.check_softmax_cross_entropy, wrong)


class ScalarBackward(hidden._Sum):
    def backward(self, d_out):
        return d_out


class Products(hidden._DotProduct):
    def forward(self, x, y):
        super().forward(x, y)
        return x * y


@pytest.mark.parametrize(
    "place, wrong, message",
    [
        (0, layer(backward=lambda self, d: hidden._Multiply.backward(self, d)[::-1],
                  of=hidden._Multiply), "this is the expected d_y"),
        (1, ScalarBackward, "the shape is that of x"),
        (2, Products, "forward returns one number: sum the products"),
    ],
)  # fmt: skip
def test_operations(place, wrong, message):
    """Is the misconception named?"""
    operations = [*OPERATIONS[:place], wrong, *OPERATIONS[place + 1 :]]
    assert message in words(nn_utils.check_operations, *operations)


@pytest.mark.parametrize(
    "wrong, message",
    [
        (lambda d, shape: d.sum(axis=tuple(range(d.ndim - len(shape)))), "the sum of yours over"),
        (lambda d, shape: d.sum(axis=0, keepdims=True), "the numbers are right, the shape is not"),
        (lambda d, shape: hidden._unbroadcast(d, shape) / 3, "and length of axis 0 = 3"),
    ],
)
def test_unbroadcast(wrong, message):
    """Is the misconception named?"""
    assert message in words(nn_utils.check_unbroadcast, wrong)


def test_unbroadcast_alias(capsys):
    """Does d_out itself cost a note and nothing more?"""
    nn_utils.check_unbroadcast(lambda d, s: d if d.shape == s else hidden._unbroadcast(d, s))
    assert "a copy is safer" in capsys.readouterr().out


def differences(move):
    """Return a numerical gradient with `move(f, x, index, h)` for one entry."""

    def numerical_gradient(f, x, h=1e-5):
        x = x * 1.0
        return np.array([move(f, x, i, h) for i in np.ndindex(x.shape)]).reshape(x.shape)

    return numerical_gradient


def moved(x, i, h):
    x = x.copy()
    x[i] += h
    return x


def forgets_to_restore(f, x, i, h):
    x[i] += h
    ahead = f(x)
    x[i] -= 2 * h
    return (ahead - f(x)) / (2 * h)


@pytest.mark.parametrize(
    "wrong, message",
    [
        (differences(lambda f, x, i, h: (f(moved(x, i, h)) - f(x)) / h), "a one-sided difference"),
        (differences(lambda f, x, i, h: (f(x + h) - f(x - h)) / (2 * h)), "5 entries have moved"),
        (differences(forgets_to_restore), "entries have moved at once"),
        (lambda f, x, h: hidden._numerical_gradient(f, x, 1e-12), "at a distance of 1e-12"),
        (lambda f, x, h=1e-5: 2 * hidden._numerical_gradient(f, x, h), "yours = 2 x expected"),
        (lambda f, x, h: np.zeros_like(x), "f is never asked near x"),
    ],
)
def test_numerical_gradient(wrong, message):
    """Is the misconception named?"""
    assert message in words(nn_utils.check_numerical_gradient, wrong)


@pytest.mark.parametrize(
    "wrong, message",
    [
        (lambda f, grad, x: 0.0, "a gradient that is twice too large was accepted"),
        (lambda f, grad, x: 1.0, "a right gradient was rejected"),
        (lambda f, grad, x: np.max(abs(grad / hidden._numerical_gradient(f, x) - 1)), "nan"),
        (lambda f, grad, x: True, "a number below 1e-5"),
    ],
)
def test_gradient_check(wrong, message):
    """Is it said which gradient was misjudged?"""
    assert message in words(nn_utils.check_gradient_check, wrong)


def test_best_steps():
    """Are the best steps near 1e-8 and 1e-5, and does the imaginary step stay at 1e-16?"""
    x, steps = np.linspace(-1.5, 1.5, 30), np.logspace(-15, -1, 57)
    exact = 1 / np.cosh(x) ** 2
    one_sided = [max(abs((np.tanh(x + h) - np.tanh(x)) / h - exact)) for h in steps]
    central = [max(abs((np.tanh(x + h) - np.tanh(x - h)) / (2 * h) - exact)) for h in steps]
    imaginary = [max(abs(np.imag(np.tanh(x + 1j * h)) / h - exact)) for h in steps]
    assert 3e-9 < steps[np.argmin(one_sided)] < 1e-7
    assert 1e-6 < steps[np.argmin(central)] < 1e-4
    assert max(imaginary[: np.searchsorted(steps, 1e-9)]) < 5e-16


def test_gradient_error_is_drawn(capsys):
    """Are equal gradients dark, wrong entries light, and other shapes refused?"""
    figure = pytest.importorskip("matplotlib.figure").Figure()
    numeric = np.array([[1.0, -2.0], [4.0, 0.0]])
    mesh = nn_utils.plot_gradient_error(
        figure.add_subplot(), numeric * [[1, 1], [1.1, 1]], numeric, ""
    )
    assert mesh.get_array().round(1).tolist() == [[-12, -12], [-1, -12]]
    mesh = nn_utils.plot_gradient_error(figure.add_subplot(), np.full(3, np.nan), np.ones(3), "")
    assert mesh.get_array().mask.all()
    mesh = nn_utils.plot_gradient_error(figure.add_subplot(), 1.0, 1.0, "a number")
    assert mesh.get_array().shape == (1, 1)
    with pytest.raises(ValueError, match="d_W: shapes"):
        nn_utils.plot_gradient_error(figure.add_subplot(), np.ones(3), numeric, "d_W")


def test_saved_layers_are_those_of_the_notebook(tmp_path, monkeypatch, capsys):
    """Do layers that travel to notebook 4b pass the checks there?"""
    source = Path(course_layers.__file__).read_text(encoding="utf-8")
    monkeypatch.setattr("__main__.In", ["", source], raising=False)
    path = tmp_path / "my_layers.py"
    nn_utils.save_answers(str(path), ["Affine", "ReLU", "SoftmaxCrossEntropy"])
    nn_utils.check_affine(runpy.run_path(path)["Affine"])
    assert "my_layers.py holds" in capsys.readouterr().out
