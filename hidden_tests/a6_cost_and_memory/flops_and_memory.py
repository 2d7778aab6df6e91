"""Hidden tests of notebook 6, flops_and_memory."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from types import SimpleNamespace

import numpy as np

import nn_utils
from hidden_tests import hidden_test
from nn_utils import Case, Check, Report, case

Rivals = Iterator[tuple[str, object]]

# Counts beyond 64 bits. Shapes can be metered; arrays of these sizes are refused at once.
_HUGE = (10**8 + 7, 10**10 + 19, 96)


# --- Right versions of earlier exercises, for answers that build on them ----------------------


def _forward_muls(n: int, K: int, L: int) -> int:
    return n * K * K * L


def _training_muls(n: int, K: int, L: int, input_grad: bool) -> int:
    return (3 * L - (not input_grad)) * n * K * K


def _inference_peak(n: int, K: int, L: int) -> int:
    return L * K * K + 2 * n * K


def _training_peak(n: int, K: int, L: int, input_grad: bool) -> int:
    deltas = 2 if L > 1 or input_grad else 1
    return 2 * L * K * K + (L + deltas) * n * K


def _max_batch(budget_bytes: int, widths: list[int], dtype: object, optimizer: str) -> int:
    numbers = budget_bytes // np.dtype(dtype).itemsize
    return _rows_that_fit(numbers, _parameters(widths), sum(widths), 2 + _STATES[optimizer])


def _checkpointed(n: int, K: int, L: int, segments: int) -> tuple[int, int]:
    length = L // segments
    return 2 * L * K * K + (segments + length) * n * K, n * K * K * (L - length)


_STATES = {"sgd": 0, "momentum": 1, "adam": 2}


def _parameters(widths: list[int]) -> int:
    return sum(d * h + h for d, h in pairwise(widths))


def _rows_that_fit(numbers: int, parameters: int, row: int, copies: int) -> int:
    return max(0, (numbers - copies * parameters) // row)


_RIGHT = {
    "forward_muls": _forward_muls,
    "training_muls": _training_muls,
    "inference_peak": _inference_peak,
    "training_peak": _training_peak,
    "max_batch": _max_batch,
    "checkpointed": _checkpointed,
}


def _alone(f: Callable, name: str) -> Callable:
    """Return what the student's cell defines by itself; of nn_utils it sees the meter only."""
    meter = {"Meter": nn_utils.Meter, "nn_utils": SimpleNamespace(Meter=nn_utils.Meter)}
    provided = {other: right for other, right in _RIGHT.items() if other != name}
    return nn_utils.rebuild(f, name, meter | provided)


def _costs(f: Callable, name: str, rivals: Callable) -> Check:
    return Check(name, _alone(f, name), nn_utils.COSTS[name], _with_overflow(name, rivals))


def _with_overflow(name: str, rivals: Callable) -> Callable:
    """Add what 64-bit integers make of a right formula, where they are too short."""

    def all_rivals(*args: int) -> Rivals:
        right = nn_utils.COSTS[name].exact(*args)
        counts = right.values() if isinstance(right, dict) else (right,)
        if max(counts) >= 2**63:
            wrapped = [(count + 2**63) % 2**64 - 2**63 for count in counts]
            yield (
                "NumPy's integers have 64 bits and run over; Python's have no end",
                dict(zip(right, wrapped, strict=True)) if isinstance(right, dict) else wrapped[0],
            )
        yield from rivals(*args)

    return all_rivals


def _sizes(rng: np.random.Generator, count: int) -> list[tuple[int, int, int]]:
    """Return distinct primes n, K, L: a wrong factor can then be told."""
    draws = (rng.permutation([5, 7, 11, 13, 17, 19])[:3] for _ in range(count))
    return [tuple(map(int, draw)) for draw in draws]


def _each(sizes: list[tuple], *others: object) -> Iterator[Case]:
    return (case(*size, *others) for size in sizes)


# --- E1 forward_muls --------------------------------------------------------------------------


def _forward_rivals(n: int, K: int, L: int) -> Rivals:
    right = n * K * K * L
    yield "n K L: each of the n K entries of a product takes K multiplications", n * K * L
    yield "yours = 2 x meter: only multiplications count, not the additions", 2 * right
    yield "one layer missing: L weight matrices, L products", right - n * K * K
    yield "one layer too many: L weight matrices, L products", right + n * K * K
    yield (
        "yours differs by n K L: there are no biases, and adding them is no product",
        right + n * K * L,
    )
    for power in (K * K * L, K * L):
        yield "yours grows with n^2: twice the rows are twice the work", n * n * power
    yield "K^3: that is the product of two weight matrices; X has n rows", K**3 * L


@hidden_test
def a6_forward_muls_core(rng: np.random.Generator, forward_muls: Callable) -> None:
    """Numbers of multiplications for small random sizes."""
    check = _costs(forward_muls, "forward_muls", _forward_rivals)
    check.values("a run with the meter", *_each(_sizes(rng, 10)))
    check.done()


@hidden_test
def a6_forward_muls_edges(rng: np.random.Generator, forward_muls: Callable) -> None:
    """One sample, one unit, one layer; sizes whose count has more than 64 bits."""
    check = _costs(forward_muls, "forward_muls", _forward_rivals)
    check.values("one sample", case(1, 7, 5))
    check.values("one unit per layer", case(7, 1, 5))
    check.values("one layer", case(7, 5, 1))
    check.values("large sizes", case(*_HUGE))
    check.done()


# --- E2 training_muls -------------------------------------------------------------------------


def _training_rivals(n: int, K: int, L: int, input_grad: bool) -> Rivals:
    product = n * K * K
    for others in (2 * L, 2 * L - 1):
        yield (
            "that is one forward and one backward product per layer, or the backward pass alone: "
            "the meter counts the forward pass as well, and backward needs two products per layer",
            others * product,
        )
    sentence = (
        "only d_X of the first layer may be skipped, and only without input_grad: True and False "
        "differ by n K^2"
    )
    for skipped in (0, 1, 2):
        yield sentence, (3 * L - skipped) * product
    for all_products in (3 * L, 3 * L - (not input_grad)):
        yield "yours grows with L^2: each layer works once per pass", L * all_products * product
        yield "yours = 2 x meter: only multiplications count", 2 * all_products * product
    yield "that is the forward pass alone", L * product


@hidden_test
def a6_training_muls_core(rng: np.random.Generator, training_muls: Callable) -> None:
    """Forward and backward, with the gradient of the data; one sample, one layer."""
    check = _costs(training_muls, "training_muls", _training_rivals)
    check.values("a run with the meter", *_each(_sizes(rng, 10), True))
    check.values("one sample, one layer", case(1, 7, 5, True), case(7, 5, 1, True))
    check.done()


@hidden_test
def a6_training_muls_without(rng: np.random.Generator, training_muls: Callable) -> None:
    """The same without the gradient of the data."""
    check = _costs(training_muls, "training_muls", _training_rivals)
    check.values("no gradient of the data", *_each(_sizes(rng, 10), False))
    check.values("one sample, one layer", case(1, 7, 5, False), case(7, 5, 1, False))
    check.done()


# --- E3 inference_peak ------------------------------------------------------------------------


def _inference_rivals(n: int, K: int, L: int) -> Rivals:
    weights, rows = L * K * K, n * K
    for kept in (L, L + 1):
        yield "L n K: inference may drop earlier activations", weights + kept * rows
    yield "one activation only: input and output of a layer live together", weights + rows
    yield "one layer's weights only: all weights stay in memory", K * K + 2 * rows
    yield (
        "your activations are independent of n: each of the n samples has its own",
        weights + 2 * K,
    )
    yield "the weights alone: the activations are missing", weights
    yield "the activations alone: the weights are missing", 2 * rows
    yield "the gradients of the weights are for training", 2 * weights + 2 * rows
    for itemsize in (4, 8):
        yield (
            f"yours = {itemsize} x meter: numbers count here, not bytes",
            itemsize * (weights + 2 * rows),
        )


@hidden_test
def a6_inference_peak_core(rng: np.random.Generator, inference_peak: Callable) -> None:
    """Peaks for small random sizes."""
    check = _costs(inference_peak, "inference_peak", _inference_rivals)
    check.values("a run with the meter", *_each(_sizes(rng, 10)))
    check.done()


@hidden_test
def a6_inference_peak_edges(rng: np.random.Generator, inference_peak: Callable) -> None:
    """One sample, one unit, one layer, large sizes."""
    check = _costs(inference_peak, "inference_peak", _inference_rivals)
    check.values("one sample", case(1, 7, 5))
    check.values("one unit per layer", case(7, 1, 5))
    check.values("one layer", case(7, 5, 1))
    check.values("large sizes", case(*_HUGE))
    check.done()


# --- E4 training_peak -------------------------------------------------------------------------


def _training_peak_rivals(n: int, K: int, L: int, input_grad: bool) -> Rivals:
    weights, rows = L * K * K, n * K
    right = _training_peak(n, K, L, input_grad)
    yield "yours differs by L K^2: the gradients of the weights are missing", right - weights
    yield "optimizer state is included: the program of the table has none", right + weights
    yield "optimizer state is included: the program of the table has none", right + 2 * weights
    yield (
        "yours differs by n K: X is one of the stored inputs, and at the peak a new delta lives "
        "beside the old one",
        right - rows,
    )
    if L == 1:
        yield (
            "with one layer a second delta is needed only for the gradient of the data",
            right + rows,
        )
    yield "yours differs by the live deltas at the peak", 2 * weights + L * rows
    yield "pre- and post-activation both kept: this model stores one of them", right + L * rows
    yield (
        "pre- and post-activation both kept: this model stores one of them",
        right + (L - 1) * rows,
    )
    yield "a third delta lives: the old one is dropped when the new one is there", right + rows
    yield (
        "all deltas kept: the old one is dropped when the new one is there",
        2 * weights + 2 * L * rows,
    )
    for itemsize in (4, 8):
        yield f"yours = {itemsize} x meter: numbers count here, not bytes", itemsize * right


@hidden_test
def a6_training_peak_core(rng: np.random.Generator, training_peak: Callable) -> None:
    """Peaks for small random sizes, at least two layers, with and without the data's gradient."""
    check = _costs(training_peak, "training_peak", _training_peak_rivals)
    check.values("a run with the meter", *_each(_sizes(rng, 10), True))
    check.values("no gradient of the data", *_each(_sizes(rng, 10), False))
    check.done()


@hidden_test
def a6_training_peak_edges(rng: np.random.Generator, training_peak: Callable) -> None:
    """One layer, one sample, one unit, large sizes."""
    check = _costs(training_peak, "training_peak", _training_peak_rivals)
    for where, input_grad in (("with the gradient of the data", True), ("without", False)):
        check.values(f"one layer, {where}", case(7, 5, 1, input_grad), case(11, 13, 1, input_grad))
        check.values(f"one sample, {where}", case(1, 7, 5, input_grad))
        check.values(f"one unit per layer, {where}", case(7, 1, 5, input_grad))
        check.values(f"two layers, {where}", case(7, 5, 2, input_grad))
        check.values(f"large sizes, {where}", case(*_HUGE, input_grad))
    check.done()


# --- E5 max_batch -----------------------------------------------------------------------------


def _max_batch_rivals(budget: int, widths: list[int], dtype: object, optimizer: str) -> Rivals:
    itemsize = np.dtype(dtype).itemsize
    numbers, parameters, row = budget // itemsize, _parameters(widths), sum(widths)
    states = _STATES[optimizer]
    right = _max_batch(budget, widths, dtype, optimizer)
    if right > 0:
        yield (
            "one sample over budget: either it was rounded up, or the biases are missing",
            right + 1,
        )
    others = {
        "momentum": "SGD with momentum keeps one extra array per parameter, not {}",
        "adam": "Adam keeps two extra arrays per parameter, not {}",
        "sgd": "plain SGD keeps no extra array, not {}",
    }[optimizer]
    for wrong in {0, 1, 2, 3} - {states}:
        yield others.format(wrong), _rows_that_fit(numbers, parameters, row, 2 + wrong)
    for size in (1, 2, 4, 8, 16, 8 * itemsize):
        yield (
            f"a number of this dtype has {itemsize} bytes, not {size}",
            _rows_that_fit(budget // size, parameters, row, 2 + states),
        )
    yield (
        "the gradients of the weights are missing",
        _rows_that_fit(numbers, parameters, row, 1 + states),
    )
    yield (
        "the biases are missing",
        _rows_that_fit(numbers, parameters - sum(widths[1:]), row, 2 + states),
    )
    for sentence, wrong_row in (
        ("the input counts once", row + widths[0]),
        ("the input is stored as well", row - widths[0]),
        ("the output is stored as well", row - widths[-1]),
        ("the deltas take the places of activations, and need no memory of their own", 2 * row),
    ):
        yield sentence, _rows_that_fit(numbers, parameters, wrong_row, 2 + states)


def _budget(rng: np.random.Generator, problem: tuple, rest: float) -> int:
    """Return a budget for some random batch and the `rest` of a further sample."""
    widths, dtype, optimizer = problem
    itemsize = np.dtype(dtype).itemsize
    fixed = (2 + _STATES[optimizer]) * _parameters(widths)
    row = sum(widths) * itemsize
    return fixed * itemsize + int(rng.integers(50, 500)) * row + int(rest * row)


def _max_batch_check(f: Callable) -> Check:
    f = _alone(f, "max_batch")
    return Check("max_batch", f, nn_utils.MAX_BATCH, _max_batch_rivals)


def _widths(rng: np.random.Generator) -> list[int]:
    return [int(p) for p in rng.permutation([5, 7, 11, 13, 17, 19])[: rng.integers(2, 6)]]


def _problems(rng: np.random.Generator, *choices: tuple[object, str]) -> list[Case]:
    cases = []
    for rest in (0.2, 0.8):
        for dtype, optimizer in choices:
            problem = (_widths(rng), dtype, optimizer)
            cases.append(case(_budget(rng, problem, rest), *problem))
    return cases


@hidden_test
def a6_max_batch_core(rng: np.random.Generator, max_batch: Callable) -> None:
    """Plain SGD in float32, several networks, deep and wide ones; arguments stay as they are."""
    check = _max_batch_check(max_batch)
    cases = _problems(rng, *[("float32", "sgd")] * 6)
    check.values("plain SGD", *cases)
    check.values("a large network", case(2**34, [784, *[4096] * 24, 10], "float32", "sgd"))
    check.pure(*cases[:2])
    check.done()


@hidden_test
def a6_max_batch_options(rng: np.random.Generator, max_batch: Callable) -> None:
    """Momentum and Adam; dtypes of 2, 4 and 8 bytes, as names, types and dtypes."""
    check = _max_batch_check(max_batch)
    check.values("momentum", *_problems(rng, *[("float32", "momentum")] * 3))
    check.values("Adam", *_problems(rng, *[("float32", "adam")] * 3))
    for dtype in ("float16", np.float64, np.dtype("float16"), "f4"):
        choices = [(dtype, optimizer) for optimizer in ("sgd", "momentum", "adam")]
        check.values(f"numbers of {np.dtype(dtype).itemsize} bytes", *_problems(rng, *choices))
    check.done()


@hidden_test
def a6_max_batch_boundary(rng: np.random.Generator, max_batch: Callable) -> None:
    """Budgets that fit to the byte, a byte more and less; nothing fits, one sample fits."""
    check = _max_batch_check(max_batch)
    for where, less in (("fits to the byte", 0), ("one byte short", 1), ("one byte left", -1)):
        problems = [(_widths(rng), "float32", "sgd") for _ in range(4)]
        check.values(where, *(case(_budget(rng, p, 0) - less, *p) for p in problems))
    widths = [7, 5, 3]
    fixed, row = 2 * 4 * _parameters(widths), 4 * sum(widths)
    for where, budget in (
        ("no memory", 0),
        ("the weights alone do not fit", fixed // 3),
        ("the weights fit, no sample does", fixed + row - 1),
        ("nothing but the weights fits", fixed),
        ("one sample fits", fixed + row),
    ):
        check.values(where, case(budget, widths, "float32", "sgd"))
    check.done()


# --- E6 checkpointed --------------------------------------------------------------------------


def _checkpointed_rivals(n: int, K: int, L: int, segments: int) -> Rivals:
    length, weights, rows, product = L // segments, L * K * K, n * K, n * K * K
    peak, extra = _checkpointed(n, K, L, segments)
    yield (
        "the two results are exchanged: first the peak, then the extra",
        {"peak": extra, "extra": peak},
    )
    swapped = {"peak": peak, "extra": product * (L - segments)}
    yield "the argument is the number of segments, not their length", swapped
    for sentence, wrong in (
        ("peak too small by segments x n K: the borders are missing", peak - segments * rows),
        ("the outputs of the segment that runs again are missing", peak - length * rows),
        ("yours differs by n K: count the borders and the segment's outputs apart", peak - rows),
        ("yours differs by n K: count the borders and the segment's outputs apart", peak + rows),
        ("yours differs by the weights and their gradients", peak - 2 * weights),
        ("yours differs by the gradients of the weights", peak - weights),
        ("that is the peak without checkpointing", 2 * weights + (L + 1) * rows),
        ("that is the peak without checkpointing", 2 * weights + (L + 2) * rows),
        ("that is the peak without checkpointing", 2 * weights + L * rows),
    ):
        yield sentence, {"peak": wrong, "extra": extra}
    for sentence, wrong in (
        ("extra multiplications 0: what was dropped has to be computed again", 0),
        ("the last segment is kept, and does not run again", L * product),
        ("recomputation is forward only: one product per layer", 2 * extra),
        ("recomputation is forward only: one product per layer", 3 * extra),
        ("a segment runs again as a whole", product * (L - length - segments + 1)),
        ("that is the whole of training, not the extra work", 3 * L * product + extra),
        ("that is the work of one segment", length * product),
    ):
        yield sentence, {"peak": peak, "extra": wrong}


def _segmented(rng: np.random.Generator, count: int) -> list[Case]:
    draws = (rng.permutation([3, 5, 7, 11, 13])[:4] for _ in range(count))
    return [case(*(int(p) for p in (n, K, s * length, s))) for n, K, s, length in draws]


def _checkpointed_check(f: Callable, part: str | None = None) -> Check:
    """Return the check of both results, or of one of them: the other one is made right."""
    f = _alone(f, "checkpointed")

    def judged(n: int, K: int, L: int, segments: int) -> object:
        value = f(n, K, L, segments)
        if part is None or not isinstance(value, (tuple, list)) or len(value) != 2:
            return value
        right = nn_utils.COSTS["checkpointed"].exact(n, K, L, segments)
        return tuple(
            v if name == part else right[name] for name, v in zip(right, value, strict=True)
        )

    judged.__wrapped__ = f
    definition = nn_utils.COSTS["checkpointed"]
    rivals = _with_overflow("checkpointed", _checkpointed_rivals)
    return Check("checkpointed", judged, definition, rivals)


@hidden_test
def a6_checkpointed_peak(rng: np.random.Generator, checkpointed: Callable) -> None:
    """The peak, for small random sizes."""
    check = _checkpointed_check(checkpointed, "peak")
    check.values("a run with the meter", *_segmented(rng, 10))
    check.done()


@hidden_test
def a6_checkpointed_extra(rng: np.random.Generator, checkpointed: Callable) -> None:
    """The extra multiplications, for small random sizes."""
    check = _checkpointed_check(checkpointed, "extra")
    check.values("a run with the meter", *_segmented(rng, 10))
    check.done()


@hidden_test
def a6_checkpointed_edges(rng: np.random.Generator, checkpointed: Callable) -> None:
    """Both results: one segment, segments of one layer, one sample, one unit, large sizes."""
    check = _checkpointed_check(checkpointed)
    check.values("one segment", case(7, 5, 11, 1))
    check.values("segments of one layer", case(7, 5, 11, 11))
    check.values("one layer", case(7, 5, 1, 1))
    check.values("one sample, one unit", case(1, 7, 15, 3), case(7, 1, 15, 3))
    check.values("large sizes", case(*_HUGE, 12))
    check.done()


# --- E7 largest_fit ---------------------------------------------------------------------------

_GIB = 2**30


def _needs(s: dict, states: int | None = None) -> dict[str, int]:
    """Return the bytes that are needed with each remedy; with other `states` if given."""
    states = s["states"] if states is None else states

    def need(copies: float, stored: int, itemsize: int) -> int:
        return int(itemsize * (copies * s["params"] + stored))

    stored, itemsize = s["activations"] * s["batch"], s["itemsize"]
    return {
        "half_batch": need(2 + states, stored // 2, itemsize),
        "quarter_batch": need(2 + states, stored // 4, itemsize),
        "half_precision": need(2 + states, stored, itemsize // 2),
        "no_optimizer_state": need(2, stored, itemsize),
        "checkpointing": need(2 + states, stored // s["segments"], itemsize),
        "two_devices": need(2 + states / 2, stored // 2, itemsize),
    }


def _fit_rivals(s: dict) -> Rivals:
    def fitting(needs: dict[str, float], gib: int = _GIB) -> list[str]:
        return [name for name, need in needs.items() if need <= s["gib"] * gib]

    needs, without_batch, without_params = _needs(s), {**s, "activations": 0}, {**s, "params": 0}
    stored = s["itemsize"] * s["activations"] * s["batch"]
    yield "optimizer state omitted: weights, gradients and states", fitting(_needs(s, states=0))
    yield "only the activations count in yours", fitting(_needs(without_params))
    yield "only the weights and what belongs to them count in yours", fitting(_needs(without_batch))
    yield "1 GiB = 2^30 bytes = 1.0737 GB: the task uses GiB", fitting(needs, 10**9)
    quarter = needs["half_batch"] - stored // 2
    yield "two halvings give a quarter, not zero", fitting({**needs, "quarter_batch": quarter})
    yield (
        "what fits to the last byte fits",
        [n for n, need in needs.items() if need < s["gib"] * _GIB],
    )


def _scenario(rng: np.random.Generator) -> dict:
    segments = int(rng.integers(2, 9))
    return {
        "params": 2 * int(rng.integers(10**8, 4 * 10**8)),
        "states": int(rng.integers(3)),
        "activations": segments * int(rng.integers(10**5, 10**6)),
        "batch": 4 * int(rng.integers(100, 600)),
        "itemsize": int(rng.choice([4, 8])),
        "segments": segments,
    }


def _fit_report(largest_fit: Callable, scenarios: list[dict]) -> Report:
    f = _alone(largest_fit, "largest_fit")
    report = Report("largest_fit")
    for scenario in scenarios:
        gib = {name: need / _GIB for name, need in _needs(scenario).items()}
        report.that(lambda args=(f, scenario, gib, _fit_rivals): nn_utils.fit_finding(*args))
    return report


@hidden_test
def a6_largest_fit_core(rng: np.random.Generator, largest_fit: Callable) -> None:
    """Random scenarios, each with devices between every two needs; arguments stay as they are."""
    scenarios = []
    for _ in range(8):
        scenario = _scenario(rng)
        needs = sorted(set(_needs(scenario).values()))
        middles = [(low + high) / 2 / _GIB for low, high in pairwise([0, *needs, 2 * needs[-1]])]
        scenarios += [{**scenario, "gib": gib} for gib in middles]
    _fit_report(largest_fit, scenarios).done()


@hidden_test
def a6_largest_fit_boundary(rng: np.random.Generator, largest_fit: Callable) -> None:
    """Devices that a remedy fills to the last byte, and devices with one byte less."""
    scenarios = []
    for _ in range(8):
        scenario = _scenario(rng)
        for name, need in _needs(scenario).items():
            # Times 1 / segments is a right way too, and rounds.
            more = 1 if name == "checkpointing" else 0
            scenarios += [{**scenario, "gib": (need + rest) / _GIB} for rest in (more, -1)]
    _fit_report(largest_fit, scenarios).done()
