"""Tests that only graders have: one module per notebook, one function per grade cell.

A test takes a random generator and then what the student wrote::

    @hidden_test
    def a2a_logsumexp_core(rng, logsumexp):
        ...

The hidden block of a test cell calls it without the generator. Students see the report of a
failed test, and no line of it.
"""

import functools
import zlib
from collections.abc import Callable

import numpy as np

import nn_utils

# Grading twice must give the same scores; the tests of the tests try other seeds.
SEED = 0


def hidden_test(test: Callable) -> Callable:
    """Turn a function ``test(rng, *answers)`` into a test that a grade cell calls.

    The random state and error handling of NumPy are given back as they were. Any exception that
    is not a report becomes one, since its traceback would show the test.
    """

    @functools.wraps(test)
    def run(*answers: object) -> None:
        state = np.random.get_state()
        rng = np.random.default_rng([SEED, zlib.crc32(test.__name__.encode())])
        try:
            with np.errstate(over="warn", divide="warn", invalid="warn", under="ignore"):
                test(rng, *answers)
        except nn_utils.CheckFailed:
            raise
        except Exception as error:
            raise nn_utils.CheckFailed(
                f"FAIL  this hidden test could not finish: {type(error).__name__}. "
                "Please tell your instructor."
            ) from None
        finally:
            np.random.set_state(state)

    return run


def require_meaning(line: Callable, points: list[tuple], exact: Callable, name: str) -> None:
    """Require that the first line of a derivation is what it is said to be about.

    Lines that agree with each other may all be 0.

    Parameters
    ----------
    line : callable
        The student's first line.
    points : list of tuple
        Arguments to compare at.
    exact : callable
        The definition, from the same arguments to decimal digits.
    name : str
        What the line has to be, in words.
    """
    report = nn_utils.Report("first line")
    report.that(lambda: _meaning_finding(line, points, exact, name))
    report.done()


def _meaning_finding(
    line: Callable, points: list[tuple], exact: Callable, name: str
) -> nn_utils.Finding | None:
    where = "what the lines are about"
    for point in points:
        outcome, want = nn_utils.call(line, *point), float(exact(*point))
        if outcome.failure:
            return nn_utils.Finding(where, outcome.failure)
        if not abs(outcome.value - want) <= 1e-9 * (1 + abs(want)):
            lines = {
                "input": ",  ".join(map(nn_utils.show, point)),
                "yours": nn_utils.show(outcome.value),
                "expected": nn_utils.show(want),
                "pattern": f"the lines agree with each other, but not with {name}",
            }
            return nn_utils.Finding(where, lines)
    return None
