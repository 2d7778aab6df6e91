"""Hidden tests of the notebook on arrays."""

import math

import numpy as np

import nn_utils
from hidden_tests import hidden_test


def reference_sums(X):
    return np.array([math.fsum(column) for column in X.T])


_SUMS = nn_utils.Definition(
    exact=reference_sums,
    bound=lambda unit, want, X: 10 * unit * np.abs(X).sum(axis=0),
)


class Probe:
    """Something to apply that counts how often it is applied."""

    def __init__(self):
        self.calls = 0

    def __call__(self, value):
        self.calls += 1
        return value


def _check(column_sums):
    f = nn_utils.rebuild(column_sums, "column_sums")
    return nn_utils.Check("column_sums", f, _SUMS)


@hidden_test
def sums_values(rng, column_sums):
    check = _check(column_sums)
    check.values("random rows", *(nn_utils.case(rng.normal(size=(n, 3))) for n in (1, 4, 9)))
    check.done()


@hidden_test
def sums_style(rng, column_sums):
    check = _check(column_sums)
    X = rng.normal(size=(5, 4))
    check.values("random rows", nn_utils.case(X))
    check.no_loop(lambda n: nn_utils.case(np.ones((n, 4))), "rows of X")
    check.pure(nn_utils.case(X))
    check.quiet(nn_utils.case(X))
    check.done()


@hidden_test
def sums_memory(rng, column_sums):
    X = rng.normal(size=(1000, 50))
    assert np.allclose(column_sums(X), reference_sums(X))
    held = nn_utils.peak_memory(column_sums, X)
    if held > X.nbytes / 2:
        raise nn_utils.CheckFailed(f"{held} bytes were held to add up {X.nbytes}")


@hidden_test
def calls_twice(rng, apply_twice):
    probe = Probe()
    apply_twice(probe, 5)
    assert probe.calls == 2
