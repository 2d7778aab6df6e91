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
