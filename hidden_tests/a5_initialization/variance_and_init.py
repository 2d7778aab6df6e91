"""Hidden tests of notebook 5a, variance_and_init.

No test expects certain random numbers, but where the task fixes the draw (the gradient at the
output, in `backpropagate_rms`). Intervals are left by right answers with a chance below 1e-8; the
reason stands beside each.
"""

import itertools
import math
from collections.abc import Callable, Iterator

import numpy as np

import nn_utils
from hidden_tests import hidden_test
from nn_utils import Check, Finding, Seed, case

Rivals = Iterator[tuple[str, object]]
Params = list[tuple[np.ndarray, np.ndarray]]


# --- Right versions of the setup cell and of earlier exercises, for answers that build on them -


def _rms(x: np.ndarray) -> float:
    return np.sqrt(np.mean(x**2))


def _relu(s: np.ndarray) -> np.ndarray:
    return np.maximum(s, 0)


def _relu_slope(s: np.ndarray) -> np.ndarray:
    return np.where(s > 0, 1.0, 0.0)


def _tanh_slope(s: np.ndarray) -> np.ndarray:
    return 1 - np.tanh(s) ** 2


def _sigmoid(s: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-s))


def _sigmoid_slope(s: np.ndarray) -> np.ndarray:
    return _sigmoid(s) * (1 - _sigmoid(s))


def _softmax(x: np.ndarray) -> np.ndarray:
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


def _relu_moments(rng: np.random.Generator, n: int) -> tuple[float, float, float]:
    x = _relu(rng.standard_normal(n))
    return np.mean(x), np.mean(x**2), np.var(x)


def _init_std(scheme: str, fan_in: int, fan_out: int) -> float:
    squares = {
        "he": 2 / fan_in,
        "lecun": 1 / fan_in,
        "xavier_normal": 2 / (fan_in + fan_out),
        "xavier_uniform_bound": 6 / (fan_in + fan_out),
    }
    if scheme not in squares:
        raise ValueError(scheme)
    return math.sqrt(squares[scheme])


def _init_params(sizes: list[int], scheme: str, rng: np.random.Generator) -> Params:
    params = []
    for pair in itertools.pairwise(sizes):
        scale = _init_std(scheme, *pair)
        uniform = scheme == "xavier_uniform_bound"
        W = rng.uniform(-scale, scale, size=pair) if uniform else rng.normal(0, scale, size=pair)
        params.append((W, np.zeros(pair[1])))
    return params


def _propagate(X: np.ndarray, params: Params, phi: Callable) -> list[float]:
    sizes, Z = [], X
    for W, b in params:
        S = Z @ W + b
        sizes.append(_rms(S))
        Z = phi(S)
    return sizes


def _backpropagate_rms(
    X: np.ndarray, params: Params, phi: Callable, dphi: Callable, rng: np.random.Generator
) -> tuple[list[float], list[float]]:
    inputs, sums = [X], []
    for W, b in params:
        sums.append(inputs[-1] @ W + b)
        inputs.append(phi(sums[-1]))
    deltas = [rng.standard_normal(sums[-1].shape)]
    for (W, _), S in zip(params[:0:-1], sums[-2::-1], strict=True):
        deltas.insert(0, (deltas[0] @ W.T) * dphi(S))
    return (
        [_rms(delta) for delta in deltas],
        [_rms(Z.T @ delta) for Z, delta in zip(inputs, deltas, strict=False)],
    )


def _stable_gain(phi: Callable, rng: np.random.Generator) -> float:
    return 1 / _rms(phi(rng.standard_normal(100_000)))


_RIGHT = {
    "rms": _rms,
    "relu": _relu,
    "relu_slope": _relu_slope,
    "tanh_slope": _tanh_slope,
    "sigmoid": _sigmoid,
    "sigmoid_slope": _sigmoid_slope,
    "softmax": _softmax,
    "relu_moments": _relu_moments,
    "init_std": _init_std,
    "init_params": _init_params,
    "propagate": _propagate,
    "backpropagate_rms": _backpropagate_rms,
    "stable_gain": _stable_gain,
}


def _alone(f: Callable, name: str) -> Callable:
    """Return what the student's cell defines by itself, beside right earlier exercises."""
    provided = {other: right for other, right in _RIGHT.items() if other != name}
    return nn_utils.rebuild(f, name, provided)


def _seed(rng: np.random.Generator) -> Seed:
    return Seed(int(rng.integers(2**32)))


def _generator_finding(f: Callable, *args: object) -> Finding | None:
    """Look whether two generators give two results, and NumPy's global one is left alone.

    Right answers draw floats of 53 bits: two results agree with a chance below 1e-15.
    """
    where = "where the random numbers come from"
    results = []
    for number in (11, 12, 11):
        state = np.random.get_state()[1].copy(), np.random.get_state()[2]
        outcome = nn_utils.call(nn_utils._seeded(f), *_with_seed(args, number))
        if outcome.failure:
            return Finding(where, outcome.failure)
        after = np.random.get_state()
        if after[2] != state[1] or not np.array_equal(after[1], state[0]):
            pattern = "NumPy's global generator was used or seeded: draw from rng"
            return Finding(where, {"pattern": pattern})
        results.append(nn_utils._bytes(outcome.value))
    if results[0] == results[1]:
        pattern = "two generators with different seeds give the same result: draw from rng"
        return Finding(where, {"pattern": pattern})
    if results[0] != results[2]:
        pattern = "two generators with the same seed give different results: draw from rng only"
        return Finding(where, {"pattern": pattern})
    return None


def _with_seed(args: tuple, number: int) -> list[object]:
    return [Seed(number) if isinstance(a, Seed) else a for a in args]


# --- E1 relu_moments --------------------------------------------------------------------------


@hidden_test
def a5a_relu_moments_core(rng: np.random.Generator, relu_moments: Callable) -> None:
    """Estimates from large samples."""
    f = nn_utils._seeded(_alone(relu_moments, "relu_moments"))
    check = Check("relu_moments", f, nn_utils._RELU_MOMENTS)
    check.values("200 000 draws", *(case(_seed(rng), 200_000) for _ in range(3)))
    check.values("100 000 draws", case(_seed(rng), 100_000))
    check.done()


def _sample_finding(f: Callable, rng: Seed, n: int) -> Finding | None:
    """Look at what holds for every sample: the variance is second moment minus mean squared."""
    where = f"relu_moments({rng}, {n})"
    outcome = nn_utils.call(nn_utils._seeded(f), rng, n)
    if outcome.failure:
        return Finding(where, outcome.failure)
    try:
        mean, second, variance = (float(entry) for entry in outcome.value)
    except (TypeError, ValueError):
        return Finding(where, {"yours": nn_utils.show(outcome.value), "expected": "three numbers"})
    wanted = second - mean**2 if n > 1 else 0.0
    if abs(variance - wanted) <= 1e-9:
        return None
    pattern = "the variance is the mean of (x - mean)^2 over the n entries of the same sample"
    if n == 1:
        pattern = "one entry has variance 0: is the sample of size n, and is n the divisor?"
    elif math.isclose(variance, wanted * n / (n - 1), abs_tol=1e-9):
        pattern = "yours = expected x n/(n - 1): this variance divides by n"
    lines = {
        "yours": nn_utils.show(outcome.value),
        "expected": f"variance = second moment - mean^2 = {wanted:.7g}",
        "pattern": pattern,
    }
    return Finding(where, lines)


@hidden_test
def a5a_relu_moments_edges(rng: np.random.Generator, relu_moments: Callable) -> None:
    """Small samples, the source of the random numbers, loops."""
    f = _alone(relu_moments, "relu_moments")
    check = Check("relu_moments", nn_utils._seeded(f), nn_utils._RELU_MOMENTS)
    for n in (7, 2, 1, 1, 1, 1, 1):
        args = (f, _seed(rng), n)
        check.that(lambda args=args: _sample_finding(*args))
    check.that(lambda: _generator_finding(f, Seed(0), 100))
    check.no_loop(lambda n: case(Seed(1), n), "draws", "n")
    check.done()


# --- E2 init_std ------------------------------------------------------------------------------

_SIZES = [(211, 101), (101, 211), (7, 5), (3, 997), (64, 64), (1, 1)]


def _init_std_rivals(scheme: str, fan_in: int, fan_out: int) -> Rivals:
    if scheme in ("he", "lecun"):
        yield (
            "yours = expected x sqrt(fan_in/fan_out): W is (fan_in, fan_out) here, and an output "
            "adds up fan_in products",
            np.asarray(_init_std(scheme, fan_out, fan_in)),
        )


def _init_std_check(init_std: Callable, *schemes: str) -> Check:
    f = _alone(init_std, "init_std")
    check = Check("init_std", f, nn_utils._INIT_STD, _init_std_rivals)
    for scheme in schemes:
        check.values(scheme, *(case(scheme, *pair) for pair in _SIZES))
    return check


@hidden_test
def a5a_init_std_core(rng: np.random.Generator, init_std: Callable) -> None:
    """The schemes for the way forward."""
    _init_std_check(init_std, "he", "lecun").done()


@hidden_test
def a5a_init_std_xavier(rng: np.random.Generator, init_std: Callable) -> None:
    """The schemes for both ways, and unknown names."""
    check = _init_std_check(init_std, "xavier_normal", "xavier_uniform_bound")
    unknown = (case(name, 7, 5) for name in ("xavier", "He", "", "uniform"))
    check.raises("names that are not in the list", ValueError, *unknown)
    check.done()


# --- E3 init_params ---------------------------------------------------------------------------

_SCHEMES = ("he", "lecun", "xavier_normal", "xavier_uniform_bound")
_WIDE = [101, 211, 307, 83]  # at least 20,000 weights per layer, see nn_utils


@hidden_test
def a5a_init_params_core(rng: np.random.Generator, init_params: Callable) -> None:
    """Shapes, types, biases, mean squares."""
    f = _alone(init_params, "init_params")
    check = Check("init_params", nn_utils._seeded(f), nn_utils._INIT_PARAMS)
    squares = nn_utils._mean_squares(f)
    for scheme in _SCHEMES:
        check.values(scheme, case([7, 5, 3, 2], scheme, _seed(rng)), case([5, 1], scheme, Seed(1)))
    check.pure(case([7, 5, 5, 5], "he", _seed(rng)))
    for scheme in _SCHEMES:
        at = f"{scheme}: mean square of the weights", case(_WIDE, scheme, _seed(rng))
        check.that(lambda at=at: squares._value_finding(*at))
    check.done()


def _weights(f: Callable, sizes: list[int], scheme: str, rng: object) -> list[np.ndarray] | Finding:
    """Return the weights of all layers, whatever their shapes."""
    where = f"{scheme}, sizes {sizes}"
    outcome = nn_utils.call(nn_utils._seeded(f), sizes, scheme, rng)
    if outcome.failure:
        return Finding(where, outcome.failure)
    numbers = [m * n for m, n in itertools.pairwise(sizes)]
    try:
        weights = [np.asarray(W, dtype=float) for W, _ in outcome.value]
        complete = [W.size for W in weights] == numbers
    except (TypeError, ValueError):
        complete = False
    if complete:
        return weights
    expected = f"{len(numbers)} pairs (W, b)"
    return Finding(where, {"yours": nn_utils.show(outcome.value), "expected": expected})


def _law_finding(f: Callable, scheme: str, rng: Seed) -> Finding | None:
    """Look at the mean of each layer's weights, their law, and whether numbers come back."""
    weights = _weights(f, _WIDE, scheme, rng)
    if isinstance(weights, Finding):
        return weights
    for number, W in enumerate(weights, start=1):
        pattern = _law_pattern(W / (_rms(W) or 1.0), scheme == "xavier_uniform_bound")
        if pattern:
            return Finding(f"{scheme}: W of layer {number}", {"pattern": pattern})
    return None


def _law_pattern(w: np.ndarray, uniform: bool) -> str:
    """Return a sentence if entries of RMS 1 are not as wanted: n = 21,000 of them or more.

    Their mean is beyond 8 / sqrt(n) with a chance below 1e-10: 2 exp(-t^2/2) bounds it for t
    standard errors (normal and uniform numbers are strictly sub-Gaussian), and t = 7.6 is left
    after the division by the RMS. The RMS itself is within 4% of the standard deviation (see
    `nn_utils._MEAN_SQUARES`), which moves the two shares by 0.025 at most; and the share of n
    draws misses its probability by 0.025 with a chance of 2 exp(-2 n 0.025^2) = 1e-11 (Hoeffding).
    """
    if not abs(np.mean(w)) <= 8 / math.sqrt(w.size):
        return f"the mean is not 0 but {np.mean(w):.3g} times the RMS"
    # Two right entries agree with a chance of about 1e-16.
    if len(np.unique(w)) < 0.99 * w.size:
        return "many entries are equal: each one is drawn by itself"
    inside, outside = np.mean(np.abs(w) < 1), np.mean(np.abs(w) > math.sqrt(3))
    wanted = (1 / math.sqrt(3), 0.0) if uniform else (0.6827, 0.0833)
    if max(abs(inside - wanted[0]), abs(outside - wanted[1])) <= 0.05:
        return ""
    law = "uniform" if uniform else "normal"
    return (
        f"{inside:.1%} of the entries lie within one standard deviation and {outside:.1%} beyond "
        f"sqrt 3 of them; {law} numbers have {wanted[0]:.1%} and {wanted[1]:.1%}"
    )


@hidden_test
def a5a_init_params_law(rng: np.random.Generator, init_params: Callable) -> None:
    """Mean, law and variety of the weights."""
    f = _alone(init_params, "init_params")
    report = nn_utils.Report("init_params")
    for scheme in _SCHEMES:
        args = (f, scheme, _seed(rng))
        report.that(lambda args=args: _law_finding(*args))
    report.done()


def _repetition_finding(f: Callable) -> Finding | None:
    """Look whether numbers come again in another layer or in a second call."""
    rng = np.random.default_rng(5)
    first, second = (_weights(f, [17, 17, 17, 5], "he", rng) for _ in range(2))
    for weights in (first, second):
        if isinstance(weights, Finding):
            return weights
    starts = enumerate((W.ravel()[:80] for W in first), start=1)
    for (i, a), (j, b) in itertools.combinations(starts, 2):
        if np.allclose(a, b, rtol=1e-9, atol=0):
            pattern = f"layers {i} and {j} have identical weights: draw anew for each layer"
            return Finding("a new draw per layer", {"pattern": pattern})
    if any(np.array_equal(a, b) for a, b in zip(first, second, strict=True)):
        pattern = "a second call with the same generator gives the same weights again"
        return Finding("a new draw per call", {"pattern": pattern})
    return None


@hidden_test
def a5a_init_params_generator(rng: np.random.Generator, init_params: Callable) -> None:
    """The source of the random numbers."""
    f = _alone(init_params, "init_params")
    report = nn_utils.Report("init_params")
    for scheme in ("he", "xavier_uniform_bound"):
        report.that(lambda scheme=scheme: _generator_finding(f, [7, 5, 3], scheme, Seed(0)))
    report.that(lambda: _repetition_finding(f))
    report.done()


# --- E4 propagate -----------------------------------------------------------------------------


def _net(rng: np.random.Generator, *sizes: int, n: int = 7) -> tuple[np.ndarray, Params]:
    """Return samples, and random layers with biases."""
    pairs = itertools.pairwise(sizes)
    params = [(rng.normal(size=p) / math.sqrt(p[0]), rng.normal(size=p[1])) for p in pairs]
    return rng.normal(size=(n, sizes[0])), params


def _propagate_rivals(X: np.ndarray, params: Params, phi: Callable) -> Rivals:
    sums = nn_utils._sums(X, params, phi)
    yield (
        "recorded after phi, except for the output",
        np.array([_rms(phi(S)) for S in sums[:-1]] + [_rms(sums[-1])]),
    )
    yield (
        "the biases are missing",
        np.array([_rms(S) for S in nn_utils._sums(X, [(W, 0 * b) for W, b in params], phi)]),
    )
    yield "mean squares, without the root", np.array([_rms(S) ** 2 for S in sums])


def _propagate_check(propagate: Callable) -> Check:
    f = _alone(propagate, "propagate")
    return Check("propagate", f, nn_utils._PROPAGATE, _propagate_rivals)


@hidden_test
def a5a_propagate_core(rng: np.random.Generator, propagate: Callable) -> None:
    """Values for several activation functions, biases, widths."""
    check = _propagate_check(propagate)
    for phi in (_sigmoid, _relu, np.tanh, np.cos):
        check.values(phi.__name__, case(*_net(rng, 5, 3, 11, 2), phi))
    check.values("equal widths", case(*_net(rng, 5, 5, 5, 5), np.tanh))
    X, params = _net(rng, 5, 3, 2)
    check.values("large and small signals", case(1e6 * X, params, _relu), case(X, params, np.sin))
    check.done()


@hidden_test
def a5a_propagate_edges(rng: np.random.Generator, propagate: Callable) -> None:
    """One layer, one sample, integers, layouts in memory, purity, loops."""
    check = _propagate_check(propagate)
    X, params = _net(rng, 5, 3, 2)
    check.values("one layer", case(X, params[:1], _relu))
    check.values("one sample", case(X[:1], params, np.tanh))
    check.values("one unit", case(*_net(rng, 1, 1, 1), _sigmoid))
    check.values("read-only arrays", *(case(v, params, _relu) for v in nn_utils.views(X)))
    check.values("integer inputs", case(rng.integers(-9, 9, size=(7, 5)), params, np.tanh))
    check.quiet(case(X, params, np.tanh))
    check.pure(case(X, params, _relu), case(X, params[:1], np.tanh))
    check.no_loop(lambda n: case(np.ones((n, 5)), params, np.tanh), "samples")
    check.done()


# --- E5 backpropagate_rms ---------------------------------------------------------------------


def _backward_with(
    X: np.ndarray,
    params: Params,
    phi: Callable,
    dphi: Callable,
    rng: Seed,
    transposed: bool = True,
    slope_at_z: bool = False,
    last_phi: bool = False,
    of_sums: bool = False,
    before_slope: bool = False,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the RMS of deltas and of weight gradients, with mistakes at will."""
    sums = nn_utils._sums(X, params, phi)
    inputs = [X, *((S if of_sums else phi(S)) for S in sums[:-1])]
    delta = np.random.default_rng(rng.number).standard_normal(sums[-1].shape)
    delta = delta * dphi(sums[-1]) if last_phi else delta
    delta_rms, grad_rms = [_rms(delta)], [_rms(inputs[-1].T @ delta)]
    for (W, _), S, Z in zip(params[:0:-1], sums[-2::-1], inputs[-2::-1], strict=True):
        d_Z = delta @ (W.T if transposed else W)
        delta = d_Z * dphi(phi(S) if slope_at_z else S)
        delta_rms.insert(0, _rms(d_Z if before_slope else delta))
        grad_rms.insert(0, _rms(Z.T @ delta))
    return np.array(delta_rms), np.array(grad_rms)


# Sentences, and the mistakes that they name.
_BACKWARD_MISTAKES = [
    ("the slope of phi was taken at Z = phi(S), and belongs at S", {"slope_at_z": True}),
    ("phi was differentiated at the last layer too, which is linear", {"last_phi": True}),
    ("W and its transpose are confused: delta @ W.T leads back", {"transposed": False}),
    ("the gradient of W has the layer's inputs Z in it, not pre-activations", {"of_sums": True}),
    ("these are the gradients of Z, before the slope of phi is applied", {"before_slope": True}),
]


def _backward_part(backpropagate_rms: Callable, part: str) -> Check:
    """Return a check of the deltas or of the gradients of the weights, without the other list."""
    index = ("delta_rms", "grad_rms").index(part)
    f = _alone(backpropagate_rms, "backpropagate_rms")

    def run(*args: object) -> object:
        value = f(*args)
        if isinstance(value, dict):
            return value.get(part)
        return value[index] if isinstance(value, (tuple, list)) and len(value) == 2 else value

    run.__wrapped__ = f

    def exact(X, params, phi, dphi, rng):
        return nn_utils._exact_backpropagate(X, params, phi, dphi, rng)[part]

    def rivals(*args: object) -> Rivals:
        for sentence, mistake in _BACKWARD_MISTAKES:
            if mistake.get("transposed", True) or len({len(b) for _, b in args[1]}) == 1:
                yield sentence, _backward_with(*args, **mistake)[index]

    def signs(got, want, *args):
        yield from nn_utils._profile_signs(got, want)
        if part == "delta_rms" and abs(got[-1] - want[-1]) > 1e-9 * want[-1]:
            yield "the gradient at the output is not the one draw that the task asks for"

    definition = nn_utils.formula(
        exact,
        signs=signs,
        sizes=lambda X, *_: {"N": len(X)},
        dtype=nn_utils._any_dtype,
    )
    return Check(f"backpropagate_rms, {part}", nn_utils._seeded(run), definition, rivals)


_SLOPES = [(_relu, _relu_slope), (np.tanh, _tanh_slope), (_sigmoid, _sigmoid_slope)]


def _backward_cases(check: Check, rng: np.random.Generator) -> None:
    for phi, dphi in _SLOPES:
        where = f"equal widths, {phi.__name__}"
        check.values(where, case(*_net(rng, 5, 5, 5, 5), phi, dphi, _seed(rng)))
    for phi, dphi in [*_SLOPES, (np.sin, np.cos)]:
        where = f"four layers, {phi.__name__}"
        check.values(where, case(*_net(rng, 5, 3, 7, 3, 2), phi, dphi, _seed(rng)))


@hidden_test
def a5a_backpropagate_rms_deltas(rng: np.random.Generator, backpropagate_rms: Callable) -> None:
    """The deltas, for several activation functions and widths."""
    check = _backward_part(backpropagate_rms, "delta_rms")
    _backward_cases(check, rng)
    check.done()


@hidden_test
def a5a_backpropagate_rms_weights(rng: np.random.Generator, backpropagate_rms: Callable) -> None:
    """The gradients of the weights."""
    check = _backward_part(backpropagate_rms, "grad_rms")
    _backward_cases(check, rng)
    check.done()


@hidden_test
def a5a_backpropagate_rms_edges(rng: np.random.Generator, backpropagate_rms: Callable) -> None:
    """One layer, one sample, layouts in memory, warnings, purity, loops."""
    f = nn_utils._seeded(_alone(backpropagate_rms, "backpropagate_rms"))
    check = Check("backpropagate_rms", f, nn_utils._BACKPROPAGATE)
    X, params = _net(rng, 5, 3, 2)
    functions = np.tanh, _tanh_slope, _seed(rng)
    check.values("one layer", case(X, params[:1], *functions))
    check.values("one sample", case(X[:1], params, *functions))
    check.values("one unit", case(*_net(rng, 1, 1, 1), *functions))
    check.values("read-only arrays", *(case(v, params, *functions) for v in nn_utils.views(X)))
    check.quiet(case(X, params, *functions))
    check.pure(case(X, params, *functions), case(X, params[:1], *functions))
    check.no_loop(lambda n: case(np.ones((n, 5)), params, *functions), "samples")
    check.done()


# --- E6 stable_gain ---------------------------------------------------------------------------


def _leaky(s: np.ndarray) -> np.ndarray:
    return np.where(s > 0, s, 0.5 * s)


def _hard_tanh(s: np.ndarray) -> np.ndarray:
    return np.clip(s, -1, 1)


def _double_tanh(s: np.ndarray) -> np.ndarray:
    return 2 * np.tanh(s)


def _gain_rivals(phi: Callable, rng: Seed) -> Rivals:
    gain = nn_utils._normal_mean(lambda z: phi(z) ** 2) ** -0.5
    for sentence, wrong in (
        ("yours = square of the expected: g multiplies the weights, g^2 their variance", gain**2),
        ("yours = 1 / expected: a large output needs small weights", 1 / gain),
    ):
        if abs(gain - 1) > 0.1:
            yield sentence, wrong


def _gain_check(stable_gain: Callable) -> Check:
    f = _alone(stable_gain, "stable_gain")

    def signs(got: np.ndarray, want: np.ndarray, phi: Callable, rng: Seed) -> Iterator[str]:
        # Estimates never agree with a wrong formula exactly, so 2% is near enough.
        near = (text for text, g in _gain_rivals(phi, rng) if abs(got - g) <= 0.02 * g)
        effect = next(nn_utils._gain_signs(got, want, phi, rng))
        if 0 < got < 0.3:
            effect += "; std g/sqrt(fan_in) already contains the width, so g does not"
        yield "\n".join([*near, effect])

    definition = nn_utils.Definition(
        nn_utils._GAIN.exact, nn_utils._GAIN.bound, nn_utils._any_dtype, signs=signs
    )
    return Check("stable_gain", nn_utils._seeded(f), definition)


@hidden_test
def a5a_stable_gain_core(rng: np.random.Generator, stable_gain: Callable) -> None:
    """ReLU and tanh."""
    check = _gain_check(stable_gain)
    check.values("ReLU", case(_relu, _seed(rng)))
    check.values("tanh", case(np.tanh, _seed(rng)))
    check.done()


@hidden_test
def a5a_stable_gain_others(rng: np.random.Generator, stable_gain: Callable) -> None:
    """Other activation functions, and equal generators."""
    check = _gain_check(stable_gain)
    check.pure(case(np.tanh, _seed(rng)))
    check.values("leaky ReLU with slope 0.5", case(_leaky, _seed(rng)))
    check.values("2 tanh", case(_double_tanh, _seed(rng)))
    check.values("sin", case(np.sin, _seed(rng)))
    check.values("tanh of straight lines", case(_hard_tanh, _seed(rng)))
    check.done()


# --- E7 distinct_hidden_units -----------------------------------------------------------------


def _rounded(units: np.ndarray) -> int:
    return len(np.unique(np.round(units), axis=0))


Task = tuple[Params, np.ndarray, np.ndarray, int, float]


def _distinct_rivals(params: Params, X: np.ndarray, Y: np.ndarray, steps: int, lr: float) -> Rivals:
    W1, b1 = nn_utils.trained_params(params, X, Y, steps, lr)[0]
    units = np.vstack([W1, b1]).T
    for sentence, number in (
        (
            "all units are counted: equal ones may differ in their last digits",
            len({unit.tobytes() for unit in units}),
        ),
        (
            "the number before training: the weights that are compared are not the trained ones",
            nn_utils._exact_distinct(params, X, Y, 0, lr),
        ),
        ("units equal in W1 but not in b1 count as equal", nn_utils._count_distinct(W1.T)),
        ("rows of W1 are counted, and they belong to inputs", nn_utils._count_distinct(W1)),
        ("all units are counted, equal or not", len(units)),
        (
            "the rank of W1: different units can depend on each other linearly",
            np.linalg.matrix_rank(W1),
        ),
        ("units that differ count as equal: compare more digits", _rounded(units)),
    ):
        yield sentence, np.asarray(number)


def _distinct_check(distinct_hidden_units: Callable) -> Check:
    f = _alone(distinct_hidden_units, "distinct_hidden_units")
    return Check("distinct_hidden_units", f, nn_utils._DISTINCT, _distinct_rivals)


def _task(rng: np.random.Generator, D: int, H: int, steps: int = 3, K: int = 3) -> Task:
    X, params = _net(rng, D, H, K)
    return params, X, np.eye(K)[rng.integers(0, K, size=7)], steps, 0.1


def _constant(task: Task, weight: float) -> Task:
    params = [(np.full(W.shape, weight), np.zeros(len(b))) for W, b in task[0]]
    return params, *task[1:]


@hidden_test
def a5a_distinct_hidden_units_core(
    rng: np.random.Generator, distinct_hidden_units: Callable
) -> None:
    """Constant, zero and random weights, copies, biases, rounding, no steps, purity."""
    check = _distinct_check(distinct_hidden_units)
    for D, H in ((5, 3), (3, 11), (2, 7)):
        task = _task(rng, D, H)
        check.values(f"random weights, D = {D}, H = {H}", case(*task))
        check.values(f"constant weights, D = {D}, H = {H}", case(*_constant(task, 0.3)))
        check.values(f"zero weights, D = {D}, H = {H}", case(*_constant(task, 0.0)))
    copies = _task(rng, 5, 7)
    (W1, b1), (W2, _) = copies[0]
    W1[:, 4], b1[4], W2[4] = W1[:, 1], b1[1], W2[1]
    check.values("a copy of a unit", case(*copies))
    biases = _task(rng, 5, 7)
    biases[0][0][0][:] = biases[0][0][0][:, :1]
    check.values("units that differ in the bias only", case(*biases[:3], 0, 0.1), case(*biases))
    near = _task(rng, 5, 7, steps=0)
    (W1, b1), _ = near[0]
    # Multiples of 1/4 stay far from where any rounding to decimals changes over.
    W1[:, 2:4], b1[2:4] = rng.integers(1, 9, size=(5, 1)) / 4, 0.25
    W1[:, 2] += 1e-12
    W1[:, 5], b1[5] = W1[:, 6] + 1e-3, b1[6]
    check.values("no steps, differences of 1e-12 and of 1e-3", case(*near))
    check.values("one unit", case(*_task(rng, 5, 1)))
    check.pure(case(*_task(rng, 5, 3)))
    check.done()


def _landing_task(rng: np.random.Generator, steps: int) -> Task:
    """Return a task in which the second step moves unit 0 exactly onto unit 1.

    All inputs are positive, and the targets are such that unit 0 loses weight: about 3/4 of it
    in the first step, as much in the second, after which all its weights are negative and it is
    dead. Unit 1 begins there: it is dead, changes nothing, and stays where it is.
    """
    X, Y = rng.uniform(0.8, 1.2, size=(7, 5)), np.eye(3)[np.zeros(7, dtype=int)]
    W1, b1 = rng.uniform(0.14, 0.16, size=(5, 4)), np.array([0.15, -1.0, 0.2, 0.3])
    W2 = np.array([[-1.0, 1.0, 1.0]] + [[0.0, 0.0, 0.0]] * 3) + rng.uniform(0, 0.1, size=(4, 3))
    W1[:, 1] = -1.0
    params, lr = [(W1, b1), (W2, np.zeros(3))], 0.06
    target, bias = nn_utils.trained_params(params, X, Y, 2, lr)[0]
    W1[:, 1], b1[1] = target[:, 0], bias[0]
    return params, X, Y, steps, lr


@hidden_test
def a5a_distinct_hidden_units_training(
    rng: np.random.Generator, distinct_hidden_units: Callable
) -> None:
    """Units that training makes different, or equal."""
    check = _distinct_check(distinct_hidden_units)
    for D, H in ((5, 3), (3, 11)):
        task = _task(rng, D, H)
        parted = [_constant(task, 0.5)[0][0], task[0][1]]
        check.values(f"equal units with different outputs, H = {H}", case(parted, *task[1:]))
    for steps in (0, 1, 2, 5):
        check.values(f"a unit that meets another, {steps} steps", case(*_landing_task(rng, steps)))
    check.done()
