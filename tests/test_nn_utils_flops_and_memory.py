"""What the visible checks of notebook 6 say about the mistakes students make."""

import numpy as np
import pytest

import nn_utils

STATES = {"sgd": 0, "momentum": 1, "adam": 2}
COSTS = {
    "forward_muls": lambda n, K, L: n * K * K * L,
    "training_muls": lambda n, K, L, input_grad: (3 * L - (not input_grad)) * n * K * K,
    "inference_peak": lambda n, K, L: L * K * K + 2 * n * K,
    "training_peak": lambda n, K, L, input_grad: (
        2 * L * K * K + (L + (2 if L > 1 or input_grad else 1)) * n * K
    ),
    "checkpointed": lambda n, K, L, segments: (
        2 * L * K * K + (segments + L // segments) * n * K,
        n * K * K * (L - L // segments),
    ),
}


def max_batch(budget_bytes, widths, dtype, optimizer, states=STATES):
    parameters = sum(d * h + h for d, h in zip(widths, widths[1:], strict=False))
    free = budget_bytes // np.dtype(dtype).itemsize - (2 + states[optimizer]) * parameters
    return max(0, free // sum(widths))


def largest_fit(s, gib=2**30):
    copy, stored = s["itemsize"] * s["params"], s["itemsize"] * s["batch"] * s["activations"]
    fixed = (2 + s["states"]) * copy
    needs = {
        "checkpointing": fixed + stored / s["segments"],
        "half_batch": fixed + stored / 2,
        "half_precision": (fixed + stored) / 2,
        "no_optimizer_state": 2 * copy + stored,
        "quarter_batch": fixed + stored / 4,
        "two_devices": 2 * copy + (s["states"] * copy + stored) / 2,
    }
    return [name for name, need in needs.items() if need <= s["gib"] * gib]


def words(check, *answers):
    with pytest.raises(nn_utils.CheckFailed) as failure:
        check(*answers)
    return " ".join(str(failure.value).split())


def test_right_answers_pass(capsys):
    """Do right answers pass all visible checks?"""
    for name, f in COSTS.items():
        nn_utils.check_costs(name, f)
    nn_utils.check_checkpointed(COSTS["checkpointed"])
    nn_utils.check_max_batch(max_batch)
    nn_utils.check_largest_fit(largest_fit)
    assert capsys.readouterr().out.count("formula = meter") == 6


@pytest.mark.parametrize("name", COSTS)
@pytest.mark.parametrize("n, K, L", [(1, 1, 1), (4, 3, 2), (7, 5, 12), (10**8, 10**10, 30)])
def test_the_meter_agrees_with_the_formulas(name, n, K, L):
    """Do runs of the meter give the formulas of the mark scheme, in all special cases?"""
    more = {"training_muls": [(True,), (False,)], "training_peak": [(True,), (False,)]}
    more["checkpointed"] = [(segments,) for segments in range(1, L + 1) if L % segments == 0]
    for others in more.get(name, [()]):
        want = nn_utils.COSTS[name].exact(n, K, L, *others)
        want = tuple(want.values()) if isinstance(want, dict) else want
        assert COSTS[name](n, K, L, *others) == want


@pytest.mark.parametrize(
    "name, wrong, message",
    [
        ("forward_muls", lambda n, K, L: n * K * L, "yours = expected / K"),
        ("forward_muls", lambda n, K, L: 2 * n * K * K * L, "yours 4200 expected 2100"),
        ("forward_muls", lambda n, K, L: n * K * K * (L - 1), "yours = expected - n K^2"),
        ("training_muls", lambda n, K, L, g: 3 * L * n * K * K, "yours = expected + n K^2"),
        ("inference_peak", lambda n, K, L: L * K * K + n * K, "yours = expected - n K"),
        ("inference_peak", lambda n, K, L: K * K + 2 * n * K, "a run with the meter"),
        ("training_peak", lambda n, K, L, g: L * K * K + (L + 2) * n * K, "expected - L K^2"),
        ("training_peak", lambda n, K, L, g: 2 * L * K * K + L * n * K, "expected - 2 n K"),
        ("training_peak", lambda n, K, L, g: None, "is there a return line"),
        ("checkpointed", lambda n, K, L, s: 0, "2 parts: peak, extra"),
        ("checkpointed", lambda n, K, L, s: (2 * L * K * K + L // s * n * K, 0), "- segments n K"),
    ],
)
def test_costs(name, wrong, message):
    """Is it said how the wrong count and the right one are related?"""
    assert message in words(nn_utils.check_costs, name, wrong)


@pytest.mark.parametrize(
    "wrong, message",
    [
        (lambda *a: max_batch(*a) + 1, "159 samples would need 10004 bytes, and the budget is"),
        (lambda *a: max_batch(*a) - 1, "158 samples would need 9944 bytes, and the budget is"),
        (lambda *a: max_batch(*a) or -1, "no batch of negative size"),
        (lambda *a: max_batch(*a) + 0.5, "a batch holds whole samples"),
        (lambda *a: max_batch(*a, states={**STATES, "momentum": 2}), "momentum"),
        (lambda *a: max_batch(*a, states={**STATES, "adam": 1}), "Adam"),
        (lambda b, w, d, o: max_batch(b, w, "float32", o), "Adam"),
        (lambda b, w, d, o: max_batch(b - 1, w, d, o), "to the last byte"),
    ],
)
def test_max_batch(wrong, message):
    """Is the batch shown that would not fit, or would, and what was special about the case?"""
    assert message in words(nn_utils.check_max_batch, wrong)


@pytest.mark.parametrize(
    "wrong, message",
    [
        (lambda s: largest_fit(s, 10**9), "with checkpointing it needs 5 of 5 GiB"),
        (lambda s: [*largest_fit(s), "half_batch"], "half_batch is in your list"),
        (lambda s: "half_batch", "a sorted list of some of"),
        (lambda s: [["half_batch"]], "a sorted list of some of"),
        (lambda s: s.update(batch=1), "make a new list or dict"),
    ],
)
def test_largest_fit(wrong, message):
    """Is one remedy named that is wrongly in or out, with what it needs?"""
    assert message in words(nn_utils.check_largest_fit, wrong)


def test_typed_needs():
    """Do the GiB that are typed into the visible check follow from the scenarios?"""
    from hidden_tests.a6_cost_and_memory.flops_and_memory import _needs

    keys = ("params", "states", "activations", "batch", "itemsize", "segments", "gib")
    for values, gib in nn_utils._SCENARIOS:
        needs = _needs(dict(zip(keys, values, strict=True)))
        assert tuple(needs[name] / 2**30 for name in nn_utils._REMEDIES) == gib


def test_meter():
    """Does the meter count arrays and shapes alike, replace, drop, and complain?"""
    arrays, shapes = nn_utils.Meter(), nn_utils.Meter()
    assert arrays.mm(np.ones((2, 3)), np.ones((3, 5))).tolist() == [[3.0] * 5] * 2
    assert shapes.mm((2, 3), np.ones((3, 5))) == (2, 5)
    assert arrays.multiplications == shapes.multiplications == 30
    shapes.keep("Z", (2, 5))
    shapes.keep("Z", (1, 5))
    assert (shapes.live, shapes.peak) == (5, 10)
    shapes.drop("Z")
    assert shapes.history == [("keep Z", 10), ("keep Z", 5), ("drop Z", 0)]
    with pytest.raises(ValueError, match="do not fit"):
        shapes.mm((2, 3), (2, 3))
    with pytest.raises(KeyError, match="nothing is kept as 'Z'"):
        shapes.drop("Z")


def test_numbers_in_the_text():
    """Are the numbers typed in the notebook's text right?"""
    bars = [COSTS["training_peak"](n, 1024, 8, False) for n in (512, 2048, 4096, 8192)]
    fixed = 2 * 8 * 1024**2  # weights and gradients; the optimizer's state is as much again
    assert [(peak - fixed) * 4 / 2**20 for peak in bars] == [20, 80, 160, 320]
    assert [(peak + fixed) * 4 / 2**20 < 256 for peak in bars] == [True, True, False, False]
    parameters = 104 * (8192**2 + 8192)
    assert (round(parameters / 1e8), round(8 * parameters / 2**30)) == (70, 52)
    (before, _), (peak, extra) = (COSTS["checkpointed"](8192, 256, 36, s) for s in (1, 6))
    work = extra / COSTS["training_muls"](8192, 256, 36, False)
    assert (round(100 * peak / before), round(100 * work)) == (36, 28)
