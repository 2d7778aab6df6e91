"""Answers to exercise 5b E6: linear pieces along a line."""

import numpy as np

from answer_bank import right, wrong

CELL = "a5b_count_linear_regions_1d"
NAME = "count_linear_regions_1d"

CORE, DEEP = "a5b_count_linear_regions_1d_core", "a5b_count_linear_regions_1d_deep"


def inputs(rng):
    """Yield networks on which a surviving mutant is compared with the reference."""
    for sizes in ([2, 1, 1], [2, 5, 1], [2, 5, 3, 1], [2, 3, 5, 3, 2]):
        pairs = zip(sizes, sizes[1:])
        params = [(rng.normal(size=(a, b)), rng.normal(size=b)) for a, b in pairs]
        yield params, np.linspace(-1, 1, 401)
        yield params, np.linspace(-3, 0, 173)
        yield params, np.array([0.5])


@right
def pattern_changes(params, x1):
    Z, changes = np.column_stack([x1, 0 * x1]), np.zeros(len(x1) - 1, dtype=bool)
    for W, b in params[:-1]:
        S = Z @ W + b
        changes |= np.any((S[1:] > 0) != (S[:-1] > 0), axis=1)
        Z = S * (S > 0)
    return changes.sum() + 1


@right
def distinct_patterns(params, x1):
    Z, patterns = np.stack([x1, np.zeros(len(x1))], axis=1), []
    for W, b in params[:-1]:
        Z = np.maximum(Z @ W + b, 0)
        patterns.append(Z > 0)
    return len(np.unique(np.concatenate(patterns, axis=1), axis=0))


@right
def solved_breakpoints(params, x1):
    # Breakpoint by breakpoint: between two of them each pre-activation is a line.
    places = np.array([x1[0], x1[-1]])
    for depth in range(1, len(params)):
        Z = np.stack([places, 0 * places], axis=1)
        for W, b in params[: depth - 1]:
            Z = np.maximum(Z @ W + b, 0)
        S = Z @ params[depth - 1][0] + params[depth - 1][1]
        left, right = S[:-1], S[1:]
        crosses = (left > 0) != (right > 0)
        with np.errstate(all="ignore"):
            part = left / (left - right)
        found = (places[:-1, None] + part * np.diff(places)[:, None])[crosses]
        places = np.unique(np.concatenate([places, found]).round(10))
    return len(places) - 1 if len(x1) > 1 else 1


@right
def signs_as_digits(params, x1):
    hidden, code, unit = np.outer(x1, [1.0, 0.0]), np.zeros(len(x1)), 1.0
    for W, b in params[:-1]:
        hidden = np.maximum(hidden @ W + b, 0)
        digits = unit * 2.0 ** np.arange(len(b))
        code = code + (hidden > 0) @ digits
        unit *= 2.0 ** len(b)
    return int(np.count_nonzero(np.diff(code))) + 1


@wrong(fails={CORE, DEEP}, says="expected = yours + 1")
def no_plus_one(params, x1):
    Z, active = np.column_stack([x1, 0 * x1]), []
    for W, b in params[:-1]:
        Z = np.maximum(Z @ W + b, 0)
        active.append(Z > 0)
    active = np.hstack(active)
    return np.any(active[1:] != active[:-1], axis=1).sum()


@wrong(fails={DEEP}, says="agrees for one hidden layer, not for two")
def first_layer_only(params, x1):
    W, b = params[0]
    active = np.outer(x1, W[0]) + b > 0
    return np.any(active[1:] != active[:-1], axis=1).sum() + 1


@wrong(fails={CORE, DEEP}, says="small slope change")
def output_kinks_threshold(params, x1):
    out = np.column_stack([x1, 0 * x1])
    for W, b in params[:-1]:
        out = np.maximum(out @ W + b, 0)
    out = (out @ params[-1][0] + params[-1][1])[:, 0]
    bends = np.abs(np.diff(out, 2)) > 1e-4
    return 1 + np.sum(bends[1:] & ~bends[:-1]) + int(bends[:1].any())


@wrong(fails={CORE}, says="two units switching at one point counted twice")
def duplicates(params, x1):
    Z, active = np.column_stack([x1, 0 * x1]), []
    for W, b in params[:-1]:
        Z = np.maximum(Z @ W + b, 0)
        active.append(Z > 0)
    active = np.hstack(active)
    return np.sum(active[1:] != active[:-1]) + 1


@wrong(fails={CORE, DEEP}, says="counts units, not pattern changes")
def counts_active_units(params, x1):
    Z, count = np.column_stack([x1, 0 * x1]), 0
    for W, b in params[:-1]:
        Z = np.maximum(Z @ W + b, 0)
        count += np.sum(np.any(Z > 0, axis=0))
    return count


@wrong(fails={CORE, DEEP}, says="yours")
def output_counts_too(params, x1):
    Z, active = np.column_stack([x1, 0 * x1]), []
    for W, b in params:
        Z = np.maximum(Z @ W + b, 0)
        active.append(Z > 0)
    active = np.hstack(active)
    return np.any(active[1:] != active[:-1], axis=1).sum() + 1


@wrong(fails={CORE, DEEP}, says="yours")
def along_the_diagonal(params, x1):
    Z, active = np.column_stack([x1, x1]), []
    for W, b in params[:-1]:
        Z = np.maximum(Z @ W + b, 0)
        active.append(Z > 0)
    active = np.hstack(active)
    return np.any(active[1:] != active[:-1], axis=1).sum() + 1


@wrong(fails={DEEP}, says="there is a loop over the positions")
def position_by_position(params, x1):
    patterns = set()
    for x in x1:
        z, pattern = np.array([x, 0.0]), []
        for W, b in params[:-1]:
            z = np.maximum(z @ W + b, 0)
            pattern += list(z > 0)
        patterns.add(tuple(pattern))
    return len(patterns)


@wrong(fails={CORE, DEEP}, says="not available in a solution cell")
def asks_the_checks(params, x1):
    import nn_utils

    return nn_utils._exact_regions(params, x1)


@wrong(fails={CORE, DEEP}, says="this exercise is still empty")
def not_started(params, x1):
    raise NotImplementedError()
