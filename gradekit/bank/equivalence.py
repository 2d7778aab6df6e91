"""Does a mutant that no test fails give the reference's values?

The exercise's page in the bank tells how to find out:

inputs(rng)
    yields tuples of arguments, random and special ones (required where the page has a NAME);
observe(answer, *args)
    what counts as the answer's value, by default `answer(*args)`. `answer` is what the cell binds
    to NAME; without NAME it is a namespace with all that the cell binds, and by default the value
    is those variables themselves;
TOLERANCE
    relative difference of floats that still counts as equal, by default 0.

Equal means more than the same value: the same dtype and shape, the same type of exception, the
same kinds of warnings, arguments left as they were, memory shared with them or not.
"""

import reprlib
import runpy
import types
import warnings
from dataclasses import dataclass

from gradekit.bank.cell_runner import fresh_namespace, in_child, run_cell, warm

MIN_INPUTS = 10
_SEED = 20260921


@dataclass(frozen=True)
class Question:
    """One mutant beside its reference: what runs before, both texts, the page that tells how."""

    page: str
    name: str | None
    binds: tuple
    before: tuple
    reference: str
    mutant: str
    seconds: float
    imports: tuple = ()


@dataclass(frozen=True)
class Comparison:
    """The answer: equal on that many inputs, or the first difference in words."""

    equal: bool
    inputs: int
    text: str


def compare(question):
    """Compare mutant and reference in a forked child (in a worker process)."""
    warm(question.imports)
    received, ended = in_child(_compare, (question,), question.seconds)
    if ended is not None:
        return Comparison(False, 0, ended)
    return received[0]


def _compare(question, send):
    try:
        send(_compared(question))
    except Exception as error:
        text = f"the page's inputs or observe raised {type(error).__name__}: {error}"
        send(Comparison(False, 0, text))


def _compared(question):
    page = runpy.run_path(question.page)
    reference = _answer(question, question.reference)
    mutant = _answer(question, question.mutant)
    observe = page.get("observe", _call if question.name else _variables)
    if question.name and "inputs" not in page:
        return Comparison(False, 0, "the page has no inputs(rng) to compare it with the reference")
    count = 0
    # The same arguments three times: for each of the two, and untouched ones.
    for args, other_args, untouched in zip(*(_inputs(page) for _ in range(3)), strict=True):
        count += 1
        if not isinstance(args, tuple):
            raise TypeError(f"inputs(rng) has to yield tuples of arguments, not {_short(args)}")
        expected = _observed(observe, reference, args, untouched)
        found = _observed(observe, mutant, other_args, untouched)
        if not same(expected, found, page.get("TOLERANCE", 0.0)):
            text = f"at {_short(untouched)} reference {_short(expected)}, mutant {_short(found)}"
            return Comparison(False, count, text)
    if question.name and count < MIN_INPUTS:
        text = f"inputs(rng) yields {count} inputs, at least {MIN_INPUTS} are wanted"
        return Comparison(False, count, text)
    return Comparison(True, count, f"equal to the reference on {count} inputs")


def _answer(question, text):
    namespace = fresh_namespace()
    for cell in question.before:
        run_cell(cell, namespace)
    run_cell(text, namespace)
    if question.name:
        return namespace.get(question.name)
    return types.SimpleNamespace(
        **{name: namespace[name] for name in question.binds if name in namespace}
    )


def _inputs(page):
    import numpy as np

    if "inputs" not in page:
        return [()]
    return page["inputs"](np.random.default_rng(_SEED))


def _call(answer, *args):
    return answer(*args)


def _variables(answer, *args):
    return vars(answer)


def _observed(observe, answer, args, untouched):
    """Everything that a caller notices of one call."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            value = observe(answer, *args)
            raised = None
        except Exception as error:
            value, raised = None, type(error).__name__
    warned = sorted({warning.category.__name__ for warning in caught})
    return {
        "value": value,
        "raised": raised,
        "warned": warned,
        "arguments changed": not same(args, untouched, 0.0),
        "shares memory": _shares_memory(value, args),
    }


def _shares_memory(value, args):
    import numpy as np

    arrays = [arg for arg in args if isinstance(arg, np.ndarray)]
    return isinstance(value, np.ndarray) and any(np.shares_memory(value, arg) for arg in arrays)


def same(one, other, tolerance):
    """Equal values of equal shape and dtype; nan equals nan; sequences and dicts part by part."""
    import numpy as np

    if isinstance(one, (tuple, list)):
        return (
            type(one) is type(other)
            and len(one) == len(other)
            and all(same(a, b, tolerance) for a, b in zip(one, other, strict=True))
        )
    if isinstance(one, dict):
        return (
            isinstance(other, dict)
            and one.keys() == other.keys()
            and all(same(one[key], other[key], tolerance) for key in one)
        )
    if isinstance(one, (np.ndarray, np.generic, float, complex)):
        one, other = np.asarray(one), np.asarray(other)
        if one.shape != other.shape or one.dtype != other.dtype:
            return False
        if one.dtype.kind not in "fc":
            return np.array_equal(one, other)
        return np.allclose(other, one, rtol=tolerance, atol=0.0, equal_nan=True)
    return type(one) is type(other) and bool(one == other)


def _short(value):
    if isinstance(value, dict) and "arguments changed" in value:
        value = {key: part for key, part in value.items() if part or key == "value"}
    return " ".join(_repr.repr(value).split())


_repr = reprlib.Repr()
_repr.maxother = _repr.maxstring = 160
_repr.maxlevel = 4
