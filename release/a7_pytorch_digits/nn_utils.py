"""Checks for the exercises on neural-network foundations.

Put this file beside the notebooks. Every exercise has one function here, for instance
``nn_utils.check_softmax(softmax)``. A check says what is wrong, at which input, and asks a
question that leads on; when all is well it says how well.

The file needs NumPy and the standard library. It holds no solutions: reference values are the
definitions, evaluated with 60 digits by ``decimal`` on one row at a time, or properties that
every right answer has.

Parts
-----
1. Reports: what a check prints.
2. Touching a function: the only part that runs what a student wrote.
3. Exact references.
4. Comparing arrays, and naming the mistake.
5. The general check, from which the checks of all exercises are made.
6. Written derivations.
7. Random numbers and figures.
8. The checks, one per exercise.
"""

from __future__ import annotations

import ast
import contextlib
import decimal
import inspect
import itertools
import linecache
import math
import operator
import re
import sys
import textwrap
import threading
import tracemalloc
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import numpy as np

__version__ = "1.0"

# ---------------------------------------------------------------------------------------------
# 1. Reports
# ---------------------------------------------------------------------------------------------

_INDENT = " " * 6
_WIDTH = 96


# Kept under names of our own: a cell may replace them.
_gettrace, _settrace, _traced_memory = sys.gettrace, sys.settrace, tracemalloc.get_traced_memory


class CheckFailed(AssertionError):
    """A check that did not pass. Its text is the report; notebooks show it without a traceback."""

    def _render_traceback_(self) -> list[str]:
        # IPython shows these lines in place of the traceback through this file.
        return str(self).splitlines()


@dataclass
class Finding:
    """One thing that is wrong: where it was seen, and lines of label and text.

    Parameters
    ----------
    where : str
        What was being checked, in a few words.
    lines : dict of str to str
        For instance ``{"input": ..., "yours": ..., "expected": ..., "pattern": ...}``; empty
        texts are left out.
    """

    where: str
    lines: dict[str, str]

    def render(self) -> list[str]:
        """Return the lines of the report, wrapped, with the labels in a column."""
        rendered = []
        for label, text in self.lines.items():
            if not text:
                continue
            # Code and arrays keep their line breaks; sentences are wrapped.
            for part in text.splitlines():
                wrapped = textwrap.wrap(part, _WIDTH - 18, break_long_words=False) or [""]
                for line in wrapped:
                    rendered.append(f"{_INDENT}{label:<12}{line}".rstrip())
                    label = ""
        return rendered


class Report:
    """A list of steps that stops at the first one that fails.

    Parameters
    ----------
    title : str
        Usually the name of the student's function.

    Examples
    --------
    >>> report = Report("double")
    >>> report.that(lambda: None)
    >>> report.that(lambda: Finding("doubles 3", {"yours": "5", "expected": "6"}))
    >>> report.done()
    Traceback (most recent call last):
        ...
    nn_utils.CheckFailed: FAIL  double  [2 of 2 checks]   doubles 3
          yours       5
          expected    6
    """

    def __init__(self, title: str) -> None:
        self.title = title
        self.facts: list[str] = []
        self.notes: list[str] = []
        self._steps: list[Callable[[], Finding | None]] = []

    def that(self, step: Callable[[], Finding | None]) -> None:
        """Add a step: a function without arguments that returns a `Finding`, or None.

        Steps run in `done`, in the order in which they were added.
        """
        self._steps.append(step)

    def done(self) -> None:
        """Run the steps and print the result.

        Raises
        ------
        CheckFailed
            At the first step with a finding. Later steps are not run.
        """
        total = len(self._steps)
        for number, step in enumerate(self._steps, start=1):
            # `call` watches for warnings in the student's function; those of a check are noise.
            with np.errstate(all="ignore"), decimal.localcontext(_EXACT):
                finding = step()
            if finding is not None:
                raise CheckFailed(self._failure(finding, number, total)) from None
        print("   ".join([f"ok    {self.title}", _count(total, "check"), *self._facts()]))
        for note in self.notes:
            print(textwrap.fill(note, _WIDTH, initial_indent="note  ", subsequent_indent=_INDENT))

    def _facts(self) -> list[str]:
        return list(dict.fromkeys(filter(None, self.facts)))

    def _failure(self, finding: Finding, number: int, total: int) -> str:
        lines = [f"FAIL  {self.title}  [{number} of {total} checks]   {finding.where}"]
        lines += finding.render()
        if total > number:
            rest = _count(total - number, "further check")
            lines.append(f"{_INDENT}{rest} not run until this one passes")
        return "\n".join(lines)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _join(texts: Iterable[str]) -> str:
    return "\n".join(text for text in texts if text)


def _number(value: object, digits: int = 7) -> str:
    """Return a number as a student would write it, with at most `digits` digits."""
    if isinstance(value, (bool, np.bool_, str)):
        return repr(str(value)) if isinstance(value, str) else str(bool(value))
    if isinstance(value, Decimal):
        in_range = value == 0 or abs(value) > Decimal("1e-300") or not value.is_finite()
        return _number(float(value), digits) if in_range else f"{value:.6e}"
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        text = f"{float(value):.{digits}g}"
        return text if re.search(r"[.en]", text) else text + ".0"
    return getattr(value, "__name__", repr(value))


def show(value: object, entries: int = 6) -> str:
    """Return a short text for a value: arrays with at most `entries` entries, else the shape.

    Parameters
    ----------
    value : object
    entries : int, optional

    Returns
    -------
    str

    Examples
    --------
    >>> show(np.array([1.0, 2.5]))
    '[1.0, 2.5]'
    >>> show(np.zeros((7, 5)))
    'array of shape (7, 5), dtype float64'
    """
    if isinstance(value, np.ndarray):
        if value.size > entries:
            return f"array of shape {value.shape}, dtype {value.dtype}"
        if value.ndim == 0:
            return _number(value[()])
        if value.ndim == 1:
            return "[" + ", ".join(_number(entry) for entry in value) + "]"
        return "[" + ", ".join(show(row, entries) for row in value) + "]"
    if isinstance(value, (list, tuple)) and len(value) <= entries:
        inside = ", ".join(show(entry, entries) for entry in value)
        comma = "," if len(value) == 1 else ""
        return f"[{inside}]" if isinstance(value, list) else f"({inside}{comma})"
    if isinstance(value, dict) and len(value) <= entries:
        inside = ", ".join(f"{key!r}: {show(entry, entries)}" for key, entry in value.items())
        return f"{{{inside}}}"
    return textwrap.shorten(_number(value), 70, placeholder="...")


# ---------------------------------------------------------------------------------------------
# 2. Touching a function
#
# Everything that runs a student's code stands here: calls, steps, memory, source. The rest of
# the file sees plain values. (Graders run this part in the student's process, the rest in
# another one.)
# ---------------------------------------------------------------------------------------------


def leaves(value: object, name: str = "") -> Iterator[tuple[str, object]]:
    """Yield the innermost parts of lists, tuples and dicts, each with its name.

    Parameters
    ----------
    value : object
    name : str, optional
        What the whole is called.

    Yields
    ------
    tuple of str and object

    Examples
    --------
    >>> dict(leaves({"W": 1.0, "rest": [2.0, 3.0]}, "params"))
    {"params['W']": 1.0, "params['rest'][0]": 2.0, "params['rest'][1]": 3.0}
    """
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, (list, tuple)):
        parts = enumerate(value)
    else:
        yield name, value
        return
    for key, part in parts:
        yield from leaves(part, f"{name}[{key!r}]" if name else str(key))


def _arrays(value: object) -> list[np.ndarray]:
    return [leaf for _, leaf in leaves(value) if isinstance(leaf, np.ndarray)]


def _with_arrays(value: object, change: Callable[[np.ndarray], np.ndarray]) -> object:
    """Return lists, tuples and dicts anew, with changed arrays in them."""
    if isinstance(value, dict):
        return {key: _with_arrays(part, change) for key, part in value.items()}
    if type(value) in (list, tuple):
        return type(value)(_with_arrays(part, change) for part in value)
    return change(value) if isinstance(value, np.ndarray) else value


@dataclass
class Outcome:
    """What happened in one call of a student's function.

    Attributes
    ----------
    value : object
        What it returned, or None.
    failure : dict of str to str, or None
        The lines of a report if it raised.
    error : type or None
        The class of the exception.
    warnings : list of str
        NumPy's runtime warnings, each with the line that caused it.
    changed : str
        A sentence naming the argument that was changed in place, or "".
    shares : str
        A sentence if an array of the value shares memory with an argument, or with another array
        of the value, else "".
    """

    value: object = None
    failure: dict[str, str] | None = None
    error: type[BaseException] | None = None
    warnings: list[str] = field(default_factory=list)
    changed: str = ""
    shares: str = ""


def call(f: Callable, *args: object, **kwargs: object) -> Outcome:
    """Call a student's function and observe everything that can be observed from outside.

    Underflow is not a warning here: ``exp(-1000)`` is 0, as it should be. Arrays that the
    function changed get their entries back.

    Parameters
    ----------
    f : callable
    *args, **kwargs : object
        Its arguments; arrays in the positional ones, also in lists and dicts, are watched for
        changes.

    Returns
    -------
    Outcome
        Never raises what `f` raises, except an interrupt.

    Examples
    --------
    >>> outcome = call(np.log, np.array([-1.0, 1.0]))
    >>> outcome.value
    array([nan,  0.])
    >>> outcome.warnings[0]
    'invalid value encountered in log'
    """
    args = _with_arrays(args, lambda array: array)  # lists and dicts of its own, the same arrays
    given = list(_argument_leaves(args))
    before = [np.array(a) if isinstance(a, np.ndarray) else a for _, a in given]
    outcome = Outcome()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with np.errstate(over="warn", divide="warn", invalid="warn", under="ignore"):
            try:
                outcome.value = f(*args, **kwargs)
            except (Exception, SystemExit) as error:
                outcome.error = type(error)
                outcome.failure = _translate(error, f, args, kwargs)
    outcome.warnings = [_warning_text(w) for w in caught if w.category is RuntimeWarning]
    outcome.shares = _shared_memory(outcome.value, args)
    outcome.changed = _first_change(before, args, given)
    if outcome.changed:
        outcome.value = _with_arrays(outcome.value, np.array) if outcome.shares else outcome.value
        for old, (_, new) in zip(before, given, strict=True):
            if isinstance(new, np.ndarray) and new.flags.writeable:
                new[...] = old
    return outcome


def _bytes(value: object) -> list[bytes]:
    return [np.asarray(leaf).tobytes() for _, leaf in leaves(value)]


def _argument_leaves(args: tuple) -> Iterator[tuple[str, object]]:
    for number, argument in enumerate(args, start=1):
        yield from leaves(argument, f"argument number {number}")


def _shared_memory(value: object, args: tuple) -> str:
    results = _arrays(value)
    if any(np.shares_memory(r, a) for r in results for a in _arrays(args)):
        return "the result shares memory with an argument: who changes one later changes both"
    if any(np.shares_memory(a, b) for a, b in itertools.combinations(results, 2)):
        return "two of the results share memory: who changes one later changes the other"
    return ""


def _warning_text(warning: warnings.WarningMessage) -> str:
    line = linecache.getline(warning.filename, warning.lineno).strip()
    foreign = "site-packages" in warning.filename or warning.filename == __file__
    return str(warning.message) + (f"   in   {line}" if line and not foreign else "")


def _first_change(before: list, args: tuple, given: list[tuple[str, object]]) -> str:
    after = list(_argument_leaves(args))
    pairs = itertools.zip_longest(given, after, fillvalue=("arguments", None))
    for (name, old), (other, new) in pairs:
        if old is not new:
            # What was put into an empty dict stands before the argument that came next.
            where = min(name, other)
            return f"your function put something else into {where}: make a new list or dict"
    for old, (name, new) in zip(before, given, strict=True):
        if not isinstance(new, np.ndarray) or old.tobytes() == new.tobytes():
            continue
        same = (old == new) | ((old != old) & (new != new))
        index = tuple(int(i) for i in np.argwhere(~same)[0]) if not same.all() else ()
        at = f"[{', '.join(map(str, index))}]" if index else ""
        digits = 7 if _number(old[index]) != _number(new[index]) else 17
        was, now = _number(old[index], digits), _number(new[index], digits)
        return f"your function changed its {name}: entry {at} was {was}, is {now}"
    return ""


def _translate(error: BaseException, f: Callable, args: tuple, kwargs: dict) -> dict[str, str]:
    """Return an exception in a student's function as lines of a report."""
    line, number = _student_line(error, f)
    shapes = [f"{a.shape} {a.dtype}" if isinstance(a, np.ndarray) else show(a) for a in args]
    shapes += [f"{key}={show(value)}" for key, value in kwargs.items()]
    return {
        "your line": f"{line}      (line {number} of the cell)" if line else "",
        "error": f"{type(error).__name__}: {error}",
        "arguments": ",  ".join(shapes),
        "meaning": _meaning(error),
    }


def _student_line(error: BaseException, f: Callable) -> tuple[str, int]:
    """Return the innermost line of the student's own code in a traceback, and its number."""
    own_file = _code_file(f)
    found = ("", 0)
    traceback = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == own_file:
            number = traceback.tb_lineno
            found = (linecache.getline(own_file, number).strip(), number)
        traceback = traceback.tb_next
    return found


# Error messages of Python and NumPy that students meet most, and what they mean. Groups of the
# pattern are filled in.
_MEANINGS = [
    (r"", NotImplementedError, "this exercise is still empty: write your answer in its cell"),
    (
        r"matmul: Output operand",
        ValueError,
        "A @= B writes the product into A, which has another shape: make a new array",
    ),
    (
        r"size (\d+) is different from (\d+)|shapes .* not aligned",
        ValueError,
        "in A @ B the last axis of A and the first of B must have the same length; "
        "write the two shapes side by side and compare the inner numbers",
    ),
    (
        r"could not be broadcast together with shapes (\(.*?\)) (\(.*?\))",
        ValueError,
        "shapes {0} and {1} do not fit: axes are compared from the right, and each pair must be "
        "equal or contain a 1 (keepdims=True, or None in an index, makes such a 1)",
    ),
    (
        r"read-only",
        ValueError,
        "your function writes into its argument, and this one is read-only: make a new array",
    ),
    (
        r"zero-size array to reduction operation",
        ValueError,
        "the largest or smallest of no numbers is not defined unless you pass initial=...",
    ),
    (
        r"[Aa]xis (-?\d+) is out of bounds for array of dimension (\d+)",
        Exception,
        "this array has {1} axes, and axis {0} is not one of them",
    ),
    (
        r"Cannot cast ufunc|same_kind",
        TypeError,
        "an in-place operation would put floating-point numbers into an integer array: "
        "make a new array",
    ),
    (
        r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)",
        IndexError,
        "axis {1} has {2} entries, so {0} is not an index of it",
    ),
    (
        r"arrays used as indices must be of integer",
        IndexError,
        "the array in the brackets holds floats: labels stay integers if they are not converted",
    ),
    (
        r"numpy boolean (subtract|negative)",
        TypeError,
        "truth values have no minus: convert labels to floats before computing with them",
    ),
    (
        r"not supported between instances of 'list'",
        TypeError,
        "a list is no array: np.asarray makes one of it, and leaves arrays as they are",
    ),
    (
        r"name '(\w+)' is not defined",
        NameError,
        "'{0}' is not known here. Hidden tests run each solution cell by itself, with np, math and "
        "the exercises before it: what a cell needs besides, it defines or imports itself",
    ),
    (
        r"is not available in a solution cell",
        ImportError,
        "the checking library and the tests cannot be part of an answer",
    ),
    (
        r"missing \d+ required positional argument|takes .* positional argument|unexpected keyword",
        TypeError,
        "the arguments do not fit: keep the def line of the exercise as it was given",
    ),
    (
        r"maximum recursion depth",
        RecursionError,
        "the function calls itself without an end",
    ),
]


def _meaning(error: BaseException) -> str:
    for pattern, kind, sentence in _MEANINGS:
        match = re.search(pattern, str(error))
        if match and isinstance(error, kind):
            return sentence.format(*match.groups())
    return ""


def _code_file(f: Callable) -> str:
    """Return the file that a function comes from, or the methods of a class."""
    f = inspect.unwrap(f)
    codes = (getattr(part, "__code__", None) for part in (f, *getattr(f, "__dict__", {}).values()))
    return next((code.co_filename for code in codes if code is not None), "")


class _Counting(np.ndarray):
    """An array that counts how often single entries or rows are taken out of it."""

    accesses = itertools.count()

    def __iter__(self) -> Iterator:
        for entry in super().__iter__():
            next(_Counting.accesses)
            yield entry

    def __getitem__(self, key: object) -> object:
        parts = key if isinstance(key, tuple) else (key,)
        if any(isinstance(part, (int, np.integer)) for part in parts):
            next(_Counting.accesses)
        return super().__getitem__(key)

    def item(self, *args: object) -> object:
        next(_Counting.accesses)
        return super().item(*args)

    def tolist(self) -> list:
        for _ in range(self.size):
            next(_Counting.accesses)
        return super().tolist()


def count_steps(f: Callable, *args: object, **kwargs: object) -> int | None:
    """Count what Python itself does during one call: lines, calls, and entries taken from arrays.

    What NumPy does inside its compiled functions does not count. Two calls with axes of different
    length tell whether there is a loop over the axis, without a clock.

    Parameters
    ----------
    f : callable
        Called twice, because a first call may import and cache.
    *args, **kwargs : object

    Returns
    -------
    int or None
        Events, a pure number; None when a debugger or a coverage tool is watching, because both
        need the same hook.

    Examples
    --------
    >>> few = count_steps(lambda x: [t + 1 for t in x], np.zeros(11))
    >>> many = count_steps(lambda x: [t + 1 for t in x], np.zeros(47))
    >>> few is None or many - few >= 36
    True
    """
    if _gettrace() is not None:
        return None
    watched = [_with_arrays(a, lambda array: array.view(_Counting)) for a in args]
    # These counters only go up, whoever finds them; and each has a last number of its own.
    steps, accesses = itertools.count(), itertools.count()

    def trace(frame: object, event: str, arg: object) -> Callable:
        if event in ("line", "call"):
            next(steps)
        return trace

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        f(*watched, **kwargs)  # the first call imports and caches
        _Counting.accesses = accesses
        threading.settrace(trace)
        _settrace(trace)
        try:
            f(*watched, **kwargs)
            watching = _gettrace() is trace
        finally:
            _settrace(None)
            threading.settrace(None)
    if not watching:
        raise CheckFailed(f"{show(f)} switches sys.settrace, by which its steps are counted.")
    return next(steps) + next(accesses)


def hidden_loops(f: Callable) -> list[str]:
    """Return the names of loops in disguise in a function's source: Python code run by C code.

    ``np.vectorize``, ``np.frompyfunc``, ``np.fromiter``, ``functools.reduce`` and ``map`` of a
    function of ``math`` take one entry after another, and neither lines nor array accesses
    show it.

    Parameters
    ----------
    f : callable

    Returns
    -------
    list of str
        Empty if there is none, or if the source is not to be had.

    Examples
    --------
    >>> hidden_loops(np.exp)
    []
    """
    f = inspect.unwrap(f)
    functions = [f, *vars(f).values()] if isinstance(f, type) else [f]
    found = []
    for node in itertools.chain.from_iterable(map(_source_nodes, functions)):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        first = ast.unparse(node.args[0]) if node.args else ""
        of_numpy = name.split(".")[-1] in ("vectorize", "frompyfunc", "fromiter")
        of_math = name == "map" and "math." in first
        if of_numpy or of_math or name in ("reduce", "functools.reduce"):
            found.append(name)
    return found


def _source_nodes(f: Callable) -> Iterable[ast.AST]:
    try:
        return ast.walk(ast.parse(textwrap.dedent(inspect.getsource(f))))
    except (OSError, TypeError, SyntaxError):
        return ()


# ---------------------------------------------------------------------------------------------
# 3. Exact references
#
# Definitions, evaluated with 60 digits and no limit on exponents, where the textbook formula is
# exact. They take one row of numbers and return decimal strings.
# ---------------------------------------------------------------------------------------------

_EXACT = decimal.Context(
    prec=60,
    Emax=decimal.MAX_EMAX,
    Emin=decimal.MIN_EMIN,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)


def _ulps(error: Decimal, exact: Decimal, dtype: np.dtype) -> float:
    """Return an absolute error in units of the spacing of floats at the exact value.

    The spacing is that of the two floats around the exact value, which is Harrison's definition
    (J.-M. Muller, On the definition of ulp(x), 2005).
    """
    limits = np.finfo(dtype)
    nearest = dtype.type(abs(float(exact)))
    if not np.isfinite(nearest):
        nearest = limits.max
    spacing = Decimal(float(np.spacing(nearest)))
    if nearest > limits.tiny and Decimal(float(nearest)) > exact.copy_abs():
        # Just below a power of two the spacing is half of that at the power itself.
        spacing = Decimal(float(nearest)) - Decimal(float(np.nextafter(nearest, dtype.type(0))))
    return float(_EXACT.divide(error, spacing))


# ---------------------------------------------------------------------------------------------
# 4. Comparing arrays, and naming the mistake
# ---------------------------------------------------------------------------------------------


def _close(a: np.ndarray, b: np.ndarray, rtol: float = 1e-6) -> bool:
    """Tell whether two arrays agree in shape, in nan and inf, and to `rtol` of their scale."""
    if a.shape != b.shape or not a.size:
        return False
    finite = np.isfinite(a)
    if not np.array_equal(finite, np.isfinite(b)):
        return False
    if not np.array_equal(a[~finite], b[~finite], equal_nan=True):
        return False
    scale = np.max(np.abs(b[finite]), initial=0.0)
    return bool(np.all(np.abs(a[finite] - b[finite]) <= rtol * scale))


def _explains(rival: np.ndarray, got: np.ndarray, want: np.ndarray) -> bool:
    """Tell whether a wrong formula accounts for what was returned, to 1% of the error."""
    rival = np.asarray(rival, dtype=float)
    if rival.shape != got.shape:
        return False
    finite = np.isfinite(got)
    if not np.array_equal(rival[~finite], got[~finite], equal_nan=True):
        return False
    if not np.isfinite(rival[finite]).all():
        return False
    if got.shape != want.shape:
        return bool(np.allclose(got[finite], rival[finite], rtol=1e-6))
    both = finite & np.isfinite(want)
    error = np.max(np.abs(got - want), where=both, initial=0.0)
    residue = np.max(np.abs(got - rival), where=finite, initial=0.0)
    if not np.array_equal(finite, np.isfinite(want)):
        return bool(np.allclose(got[finite], rival[finite], rtol=1e-6))
    return bool(error > 0 and residue <= 0.01 * error)


def explain(
    got: np.ndarray,
    want: np.ndarray,
    sizes: dict[str, int] | None = None,
    landmarks: dict[str, np.ndarray] | None = None,
) -> list[str]:
    """Look for a simple relation between a wrong array and the expected one.

    Parameters
    ----------
    got, want : ndarray of float
        What was returned and what was expected. The shapes may differ.
    sizes : dict of str to int, optional
        Lengths with names, such as ``{"N": 7, "D": 5}``. With distinct primes a factor of 7 can
        only be N.
    landmarks : dict of str to ndarray, optional
        Quantities that are often added or multiplied by mistake; they broadcast against `want`.

    Returns
    -------
    list of str
        Sentences, the most telling first; empty if nothing simple was found.

    Examples
    --------
    >>> explain(np.array([2.0, 4.0]), np.array([14.0, 28.0]), sizes={"N": 7})
    ['expected = 7 x yours, and N = 7']
    >>> explain(np.ones((3, 2)) * [1, 2], np.ones((2, 3)) * [[1], [2]])
    ['this is the transpose of the expected array']
    """
    got, want = np.asarray(got, dtype=float), np.asarray(want, dtype=float)
    with np.errstate(all="ignore"):
        if got.shape != want.shape and got.size and want.size:
            return list(_shape_relations(got, want))
        if got.shape != want.shape:
            return []
        sentences = [*_nonfinite_relations(got, want)]
        sentences += _equal_shape_relations(got, want, sizes or {}, landmarks or {})
    return list(dict.fromkeys(sentences))


def _shape_relations(got: np.ndarray, want: np.ndarray) -> Iterator[str]:
    if _close(got.T, want):
        yield "this is the transpose of the expected array"
    elif got.size == want.size and _close(got.ravel(), want.ravel()):
        yield "the numbers are right, the shape is not"
    # Over an axis of length 1 a sum is no sum.
    for axis in (axis for axis, length in enumerate(want.shape) if length > 1):
        for word, reduced in (("sum", want.sum(axis)), ("mean", want.mean(axis))):
            if got.ndim and (_close(got, reduced) or _close(got, np.expand_dims(reduced, axis))):
                yield f"yours is the {word} of the expected array over axis {axis}"
    if got.size == 1 and want.size > 1:
        if _close(got.ravel(), want.sum(keepdims=True).ravel()):
            yield "yours is the sum of all expected entries; one value per entry is wanted"
        elif _close(got.ravel(), want.mean(keepdims=True).ravel()):
            yield "yours is the mean of all expected entries; one value per entry is wanted"
    for axis in range(got.ndim):
        if _close(got.sum(axis), want) or _close(got.sum(axis, keepdims=True), want):
            yield f"the sum of yours over axis {axis} is the expected array"


def _nonfinite_relations(got: np.ndarray, want: np.ndarray) -> Iterator[str]:
    for word, test in (("nan", np.isnan), ("inf", np.isposinf), ("-inf", np.isneginf)):
        extra = test(got) & ~test(want)
        if extra.any() and got.size > 1:
            yield f"{word} in {extra.sum()} of {got.size} entries"


def _equal_shape_relations(
    got: np.ndarray, want: np.ndarray, sizes: dict, landmarks: dict
) -> Iterator[str]:
    yield from _landmark_relations(got, want, landmarks)
    # Other relations must be seen in different numbers, or any two constants would be related.
    if len(np.unique(want[np.isfinite(want)])) < 2 or not np.isfinite(got).any():
        return
    if want.ndim == 2 and want.shape[0] == want.shape[1] and _close(got.T, want):
        yield "this is the transpose of the expected array"
    yield from _factor_relation(got, want, sizes)
    shift = got - want
    visible = np.max(np.abs(shift)) > 1e-9 * np.max(np.abs(want))  # False where there is a nan
    if visible and _close(shift, np.full_like(shift, shift.flat[0])):
        yield f"yours = expected {_signed(shift.flat[0])} in every entry"
    for text, related in (
        ("yours is the logarithm of the expected", np.log(want)),
        ("yours is exp of the expected", np.exp(want)),
        ("your values are the squares of the expected ones", want**2),
        ("your values are the square roots of the expected ones", np.sqrt(want)),
    ):
        if np.isfinite(related).all() and _close(got, related):
            yield text
    yield from _part_relations(got, want)


def _factor_relation(got: np.ndarray, want: np.ndarray, sizes: dict) -> Iterator[str]:
    if _close(got, -want):
        yield "yours = -expected"
        return
    for name, factor in _named_factors(sizes):
        and_name = f", and {name} = {_number(factor)}" if name else ""
        if _close(got * factor, want):
            yield f"expected = {_number(factor)} x yours{and_name}"
        elif _close(got, want * factor):
            yield f"yours = {_number(factor)} x expected{and_name}"


def _named_factors(sizes: dict[str, int]) -> Iterator[tuple[str, float]]:
    yield from ((name, size) for name, size in sizes.items() if size != 1)
    pairs = list(itertools.combinations(sizes.items(), 2))
    yield from ((f"{a} {b}", m * n) for (a, m), (b, n) in pairs)
    yield "", 2
    yield "ln 2", math.log(2)
    yield from ((f"{a}/{b}", m / n) for (a, m), (b, n) in pairs if n)


def _landmark_relations(got: np.ndarray, want: np.ndarray, landmarks: dict) -> Iterator[str]:
    for name, value in landmarks.items():
        try:
            value = np.broadcast_to(np.asarray(value, dtype=float), want.shape)
        except ValueError:
            continue  # a quantity of another part of the result
        for sign, related in (("+", want + value), ("-", want - value)):
            if _close(got, related) and np.any(value):
                yield f"yours = expected {sign} {name}"
        for sign, related in (("x", want * value), ("/", want / value)):
            if _close(got, related) and not _close(got, want):
                yield f"yours = expected {sign} {name}"


def _part_relations(got: np.ndarray, want: np.ndarray) -> Iterator[str]:
    if want.ndim != 2 or min(want.shape) < 2:
        return
    good = np.isclose(got, want, rtol=1e-6, atol=0) | ((got != got) & (want != want))
    rows, columns = good.all(axis=1), good.all(axis=0)
    if rows.any() and not rows.all():
        yield f"{_count(int((~rows).sum()), 'row')} of {len(rows)} wrong: {_places(~rows)}"
    elif columns.any() and not columns.all():
        wrong = _count(int((~columns).sum()), "column")
        yield f"{wrong} of {len(columns)} wrong: {_places(~columns)}"
    elif np.diagonal(good).all() and want.shape[0] == want.shape[1]:
        yield "only the diagonal is right"
    for axis, name in ((0, "rows"), (1, "columns")):
        if not good.all() and _close(np.sort(got, axis=axis), np.sort(want, axis=axis)):
            yield f"the {name} hold the right numbers in another order"


def _places(mask: np.ndarray) -> str:
    return ", ".join(str(i) for i in np.flatnonzero(mask)[:5])


def _signed(value: float) -> str:
    return f"{'+' if value >= 0 else '-'} {_number(abs(value))}"


# ---------------------------------------------------------------------------------------------
# 5. The general check
# ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """The arguments of one call; made by `case`."""

    args: tuple
    kwargs: dict


def case(*args: object, **kwargs: object) -> Case:
    """Return the arguments of one call, for the methods of `Check`.

    Examples
    --------
    >>> case(np.ones(3), axis=0).kwargs
    {'axis': 0}
    """
    return Case(args, kwargs)


def float_dtype(*args: object) -> np.dtype | None:
    """Return the dtype that a result must have by the rule of the course.

    Parameters
    ----------
    *args : object
        The arguments of a call; only arrays of numbers count.

    Returns
    -------
    numpy.dtype or None
        float32 if all arrays are float32, float64 if all are float64, integer or bool, and None
        for a mixture, which means that either will do.

    Examples
    --------
    >>> float_dtype(np.arange(3), 0.5)
    dtype('float64')
    """
    kinds = {
        np.dtype(float) if a.dtype.kind in "biu" else a.dtype
        for a in map(np.asarray, (leaf for _, leaf in leaves(args)))
        if a.dtype.kind in "biuf"
    }
    if len(kinds) > 1:
        return None
    return kinds.pop() if kinds else np.dtype(float)


@dataclass(frozen=True)
class Definition:
    """What an exercise asks for, as far as a program can say it.

    Parameters
    ----------
    exact : callable
        ``exact(*args, **kwargs)`` returns an array of floats, decimal numbers or strings, of the
        shape that the result must have. A result of several parts is a dict from names to such
        arrays, in the order of the tuple that has to come back (a dict with these keys will do
        as well); a tuple stands for a tuple or list of parts, and parts may have parts.
    bound : callable
        ``bound(u, want, *args, **kwargs)`` returns the allowed absolute error; `u` is the
        machine epsilon of the expected dtype, `want` the expected values as floats.
    dtype : callable, optional
        ``dtype(*args)`` returns the expected dtype, or None if several are right.
    sizes : callable, optional
        ``sizes(*args, **kwargs)`` returns lengths with names for `explain`.
    landmarks : callable, optional
        ``landmarks(*args, **kwargs)`` returns landmarks for `explain`.
    signs : callable, optional
        ``signs(got, want, *args, **kwargs)`` yields what wrong values of the right shape tell:
        a sentence, or a pair of a sentence and a question. Of a result with parts it is given
        all of them, as dicts from names to arrays.
    shapes : callable, optional
        ``shapes(got, want, *args, **kwargs)`` yields sentences that a wrong shape tells.
    origin : callable, optional
        ``origin(index, *args, **kwargs)`` returns a text with the part of the arguments that one
        entry of the result was made from.
    """

    exact: Callable
    bound: Callable
    dtype: Callable = float_dtype
    sizes: Callable = lambda *args, **kwargs: {}
    landmarks: Callable = lambda *args, **kwargs: {}
    signs: Callable = lambda *args, **kwargs: ()
    shapes: Callable = lambda *args, **kwargs: ()
    origin: Callable = lambda *args, **kwargs: ""


@dataclass(frozen=True)
class _Seen:
    """Where a value was seen: in which step, at which case, and in which part of the result."""

    where: str
    case: Case
    part: str = ""
    parts: dict[str, tuple] | None = None

    def part_of(self, value: object) -> object:
        """Return the same part of another result."""
        return dict(leaves(value)).get(self.part) if self.parts else value

    def all_parts(self) -> tuple[dict, dict] | None:
        """Return all parts of the result and of the expected one, as arrays under their names."""
        if not self.parts:
            return None
        pairs = [(name, np.asarray(got), want) for name, (got, want) in self.parts.items()]
        return (
            {name: got.astype(float) for name, got, _ in pairs if got.dtype.kind in "biuf"},
            {name: np.asarray(want, dtype=float) for name, _, want in pairs},
        )


class _OtherParts(Exception):
    """A result that does not have the parts that it should have."""

    def __init__(self, yours: str, expected: str) -> None:
        super().__init__(yours)
        self.yours, self.expected = yours, expected


def _pair_parts(got: object, want: object, name: str = "") -> Iterator[tuple[str, tuple]]:
    """Yield the name of each part of a result, with a pair of what came and what should."""
    if not isinstance(want, (dict, tuple)):
        yield name, (got, want)
        return
    of_name = f"{name}: " if name else ""
    keys = list(want) if isinstance(want, dict) else range(len(want))
    if isinstance(got, dict) and isinstance(want, dict) and set(got) == set(keys):
        got = [got[key] for key in keys]
    if not isinstance(got, (tuple, list)) or len(got) != len(keys):
        number = f" of {len(got)}" if isinstance(got, (tuple, list)) else ""
        yours = f"keys {sorted(map(str, got))}" if isinstance(got, dict) else type(got).__name__
        names = f": {', '.join(map(str, keys))}" if isinstance(want, dict) else ""
        expected = f"{_count(len(keys), 'part')}{names}"
        raise _OtherParts(f"{of_name}{yours}{number}", f"{of_name}{expected}")
    for key, part in zip(keys, got, strict=True):
        inner = f"{name}[{key!r}]" if name else str(key)
        yield from _pair_parts(part, want[key], inner)


def _as_array(value: object) -> np.ndarray:
    """Return np.asarray(value), with Python's integers beyond 64 bits as floats."""
    array = np.asarray(value)
    integers = array.dtype == object and all(isinstance(entry, int) for entry in array.flat)
    return array.astype(float) if integers else array


class Check(Report):
    """The checks of one function against its definition.

    Parameters
    ----------
    title : str
        The name of the function.
    f : callable
        The student's function.
    definition : Definition
        What it is measured by.
    rivals : callable, optional
        ``rivals(*args, **kwargs)`` yields pairs of a sentence and the value of a wrong formula:
        if a wrong answer is explained by it, the sentence is the pattern. (For hidden tests;
        the wrong formulas would be half an answer here.)
    """

    def __init__(
        self, title: str, f: Callable, definition: Definition, rivals: Callable | None = None
    ) -> None:
        super().__init__(title)
        self.f = f
        self.definition = definition
        self.rivals = rivals
        self.worst_ulps = 0.0

    def _facts(self) -> list[str]:
        # Where the exact value is nearly 0 an ULP is no fair unit; the bound has judged there.
        if 0 < self.worst_ulps < 10:
            return [f"worst error {self.worst_ulps:.1f} ULP", *super()._facts()]
        return super()._facts()

    def values(self, where: str, *cases: Case) -> None:
        """Require type, shape, dtype and values at each case, within the definition's bound."""
        self.that(lambda: self._first(self._value_finding, where, cases))

    def quiet(self, *cases: Case) -> None:
        """Require that no case makes NumPy warn."""

        def step() -> Finding | None:
            finding = self._first(self._warning_finding, "no warnings", cases)
            if finding is None:
                self.facts.append("no warnings")
            return finding

        self.that(step)

    def pure(self, *cases: Case) -> None:
        """Require that arguments stay as they are, and that a second call answers the same."""
        where = "arguments stay as they are"
        self.that(lambda: self._first(self._purity_finding, where, cases))

    def no_loop(
        self,
        make_args: Callable[[int], Case],
        axis: str,
        name: str = "N",
        required: bool = True,
        pairs: bool = False,
    ) -> None:
        """Require that Python's steps do not grow with the length of an axis.

        Parameters
        ----------
        make_args : callable
            ``make_args(n)`` returns the case with `n` entries along the axis.
        axis : str
            What the axis holds, for instance ``"rows of X"``.
        name : str, optional
            The letter of its length.
        required : bool, optional
            If False a loop is only noted.
        pairs : bool, optional
            If True a loop over the axis is fine, but not one over the pairs of its entries.
        """
        find = self._pair_loop_finding if pairs else self._loop_finding
        self.that(lambda: find(make_args, axis, name, required))

    def raises(self, where: str, error: type[Exception], *cases: Case, pattern: str = "") -> None:
        """Require that each case raises the documented exception."""

        def finding(where: str, case: Case) -> Finding | None:
            outcome = call(self.f, *case.args, **case.kwargs)
            if outcome.error is not None and issubclass(outcome.error, error):
                return None
            yours = outcome.failure["error"] if outcome.failure else show(outcome.value)
            lines = {
                "input": self._input(case),
                "yours": yours,
                "expected": error.__name__,
                "pattern": pattern,
            }
            return Finding(where, lines)

        self.that(lambda: self._first(finding, where, cases))

    @staticmethod
    def _first(
        judge: Callable[[str, Case], Finding | None], where: str, cases: Iterable[Case]
    ) -> Finding | None:
        return next((f for f in (judge(where, c) for c in cases) if f is not None), None)

    def _input(self, case: Case) -> str:
        names = list(inspect.signature(self.definition.exact).parameters)
        given = zip(names, case.args, strict=False)
        texts = [f"{name} = {show(value, 8)}" for name, value in given]
        texts += [f"{name} = {show(value)}" for name, value in case.kwargs.items()]
        return ",  ".join(texts)

    def _value_finding(self, where: str, case: Case) -> Finding | None:
        want = self.definition.exact(*case.args, **case.kwargs)
        outcome = call(self.f, *case.args, **case.kwargs)
        if outcome.failure:
            return Finding(where, outcome.failure)
        if not isinstance(want, (dict, tuple)):
            return self._array_finding(_Seen(where, case), outcome.value, want)
        try:
            parts = dict(_pair_parts(outcome.value, want))
        except _OtherParts as other:
            lines = {"input": self._input(case), "yours": other.yours, "expected": other.expected}
            return Finding(where, lines)
        for name, (got, part) in parts.items():
            seen = _Seen(f"{where}: {name}", case, name, parts)
            finding = self._array_finding(seen, got, part)
            if finding is not None:
                return finding
        return None

    def _array_finding(self, seen: _Seen, value: object, want: object) -> Finding | None:
        want = np.asarray(want, dtype=object)
        case = seen.case
        dtype = self.definition.dtype(*case.args)
        kind = self._type_finding(seen, value)
        if kind:
            return kind
        got = _as_array(value)
        unit = np.dtype(float) if dtype is None and got.dtype.kind != "f" else dtype or got.dtype
        exact = np.array([Decimal(d) for d in want.ravel()], dtype=object).reshape(want.shape)
        floats = np.array([float(d) for d in exact.ravel()]).reshape(want.shape)
        if got.shape != want.shape:
            return self._shape_finding(seen, got, floats)
        bound = self.definition.bound(np.finfo(unit).eps, floats, *case.args, **case.kwargs)
        wrong = self._worst_entry(got, exact, np.broadcast_to(bound, want.shape), unit)
        if wrong is not None:
            return self._entry_finding(seen, got, exact, floats, wrong)
        if dtype is not None and got.dtype != dtype:
            return self._dtype_finding(seen, got.dtype, dtype)
        return None

    def _type_finding(self, seen: _Seen, value: object) -> Finding | None:
        try:
            numeric = _as_array(value).dtype.kind in "biuf"
        except (TypeError, ValueError):
            numeric = False
        if numeric:
            return None
        pattern = "nothing comes back: is there a return line?" if value is None else ""
        return Finding(
            seen.where,
            {
                "input": self._input(seen.case),
                "yours": f"{type(value).__name__}: {show(value)}",
                "expected": "numbers (an array or a float)",
                "pattern": pattern,
            },
        )

    def _shape_finding(self, seen: _Seen, got: np.ndarray, want: np.ndarray) -> Finding:
        return Finding(
            seen.where,
            {
                "input": self._input(seen.case),
                "yours": f"shape {got.shape}",
                "expected": f"shape {want.shape}",
                "pattern": self._pattern(seen, got, want)[0],
            },
        )

    def _dtype_finding(self, seen: _Seen, got: np.dtype, want: np.dtype) -> Finding:
        pattern = {
            "f": "float32 in, float64 out: some constant or buffer in your function is float64",
            "b": "truth values are not numbers yet",
        }.get(got.kind, "integers cannot hold fractions: convert before computing")
        return Finding(
            seen.where,
            {
                "input": self._input(seen.case),
                "yours": f"dtype {got}",
                "expected": f"dtype {want}",
                "pattern": pattern if want.kind == "f" else "",
            },
        )

    def _worst_entry(
        self, got: np.ndarray, exact: np.ndarray, bound: np.ndarray, unit: np.dtype
    ) -> tuple | None:
        """Return the index of the worst entry beyond its bound, or None."""
        worst, place = 1.0, None
        for index in np.ndindex(got.shape):
            value, want = float(got[index]), exact[index]
            if want.is_nan() or want.is_infinite() or not math.isfinite(value):
                same = math.isnan(value) if want.is_nan() else Decimal(value) == want
                if not same:
                    return index
                continue
            error = abs(_EXACT.subtract(Decimal(value), want))
            ratio = float(error) / bound[index] if bound[index] else (math.inf if error else 0.0)
            if ratio > worst:
                worst, place = ratio, index
            self.worst_ulps = max(self.worst_ulps, _ulps(error, want, unit))
        return place

    def _entry_finding(
        self, seen: _Seen, got: np.ndarray, exact: np.ndarray, want: np.ndarray, index: tuple
    ) -> Finding:
        case = seen.case
        pattern, question = self._pattern(seen, got, want)
        value, expected = float(got[index]), exact[index]
        digits = 7
        if math.isclose(value, float(expected), rel_tol=1e-5):
            digits = 17
            unit = self.definition.dtype(*case.args) or got.dtype
            ulps = _ulps(abs(_EXACT.subtract(Decimal(value), expected)), expected, unit)
            pattern = pattern or f"the error is {ulps:.2g} ULP (spacings of floats at that number)"
        place = f"entry [{', '.join(map(str, index))}] = " if index else ""
        if got.dtype.kind in "iu" and expected.is_finite() and expected == int(expected):
            value, expected = int(got[index]), int(expected)
        return Finding(
            seen.where,
            {
                "input": _join(
                    [self._input(case), self.definition.origin(index, *case.args, **case.kwargs)]
                ),
                "yours": f"{place}{_number(value, digits)}",
                "expected": f"{place}{_number(expected, digits)}",
                "pattern": pattern,
                "try": question,
            },
        )

    def _pattern(self, seen: _Seen, got: np.ndarray, want: np.ndarray) -> tuple[str, str]:
        """Return what a wrong result tells: a rival formula, a sign, or a simple relation."""
        definition, case = self.definition, seen.case
        cut_off = got.dtype.kind in "iu" and np.array_equal(got, np.trunc(want))
        if cut_off and not np.array_equal(got, want):
            seen = "fractions were cut off" if got.any() else "all outputs are 0"
            return f"{seen}: result dtype is {got.dtype}, and integers hold no fractions", ""
        got = got.astype(float)
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for sentence, rival in self.rivals(*case.args, **case.kwargs) if self.rivals else ():
                if _explains(seen.part_of(rival), got, want):
                    return sentence, ""
            pair = seen.all_parts() or (got, want)
            if got.shape == want.shape:
                for sign in definition.signs(*pair, *case.args, **case.kwargs):
                    return sign if isinstance(sign, tuple) else (sign, "")
            else:
                for sentence in definition.shapes(*pair, *case.args, **case.kwargs):
                    return sentence, ""
        sizes = definition.sizes(*case.args, **case.kwargs)
        landmarks = definition.landmarks(*case.args, **case.kwargs)
        return _join(explain(got, want, sizes, landmarks)[:2]), ""

    def _warning_finding(self, where: str, case: Case) -> Finding | None:
        outcome = call(self.f, *case.args, **case.kwargs)
        if outcome.failure:
            return Finding(where, outcome.failure)
        if not outcome.warnings:
            return None
        advice = {
            "overflow encountered in exp": "rewrite so that exp only sees non-positive numbers",
            "divide by zero": "where is a denominator, or the argument of a logarithm, 0?",
            "invalid value": "inf - inf, 0 * inf or 0 / 0 appears on the way",
        }
        text = outcome.warnings[0]
        question = next((a for key, a in advice.items() if key in text), "")
        lines = {
            "input": self._input(case),
            "yours": show(outcome.value),
            "pattern": f"numpy warned: {text}",
            "try": question,
        }
        return Finding(where, lines)

    def _purity_finding(self, where: str, case: Case) -> Finding | None:
        outcome = call(self.f, *case.args, **case.kwargs)
        pattern = outcome.changed
        if not (outcome.failure or pattern):
            pattern = outcome.shares
        if not (outcome.failure or pattern):
            again = call(self.f, *case.args, **case.kwargs)
            if _bytes(outcome.value) != _bytes(again.value):
                pattern = "calling twice with the same arguments gives different results"
        if outcome.failure:
            return Finding(where, outcome.failure)
        return Finding(where, {"input": self._input(case), "pattern": pattern}) if pattern else None

    def _loop_finding(
        self, make_args: Callable[[int], Case], axis: str, name: str, required: bool
    ) -> Finding | None:
        small, large = make_args(11), make_args(47)
        outcome = call(self.f, *large.args, **large.kwargs)
        if outcome.failure:
            return Finding("no loops", outcome.failure)
        disguised = hidden_loops(self.f)
        steps = [count_steps(self.f, *c.args, **c.kwargs) for c in (small, large)]
        if None in steps and not disguised:
            self.facts.append("loops not looked for (a debugger is watching)")
            return None
        if disguised:
            pattern = f"{disguised[0]} runs Python code once per entry: a loop over the {axis}"
        elif steps[1] - steps[0] >= 0.9 * 36:
            pattern = (
                f"{steps[1] - steps[0]} more Python steps when {name} grew by 36: there is a loop "
                f"over the {axis} (list comprehensions, map and apply_along_axis count as loops)"
            )
        else:
            pattern = ""
        return self._loop_verdict(pattern, "no loops", required)

    def _pair_loop_finding(
        self, make_args: Callable[[int], Case], axis: str, name: str, required: bool
    ) -> Finding | None:
        cases = [make_args(n) for n in (11, 29, 47)]
        outcome = call(self.f, *cases[-1].args, **cases[-1].kwargs)
        if outcome.failure:
            return Finding("no loops over pairs", outcome.failure)
        steps = [count_steps(self.f, *c.args, **c.kwargs) for c in cases]
        if None in steps:
            self.facts.append("loops not looked for (a debugger is watching)")
            return None
        # Linear growth bends nothing; one step per unordered pair bends by 18 squared.
        bend = steps[0] - 2 * steps[1] + steps[2]
        pattern = f"Python's steps grow with {name} squared: a loop over the pairs of {axis}"
        found = pattern if bend >= 0.9 * 18**2 else ""
        return self._loop_verdict(found, "no loops over pairs", required)

    def _loop_verdict(self, pattern: str, where: str, required: bool) -> Finding | None:
        if pattern and required:
            question = "which array operation does all of them at once?"
            return Finding(where, {"pattern": pattern, "try": question})
        if pattern:
            self.notes.append(f"{pattern}. No points are lost here.")
        else:
            self.facts.append(where if required else "")
        return None


# Derivatives are never written down here: they are those of a definition, by the complex step.


def _complex_gradient(f: Callable[[np.ndarray], object], x: object) -> np.ndarray:
    """Return the gradient of a definition with one value, right to all digits but the last.

    W. Squire and G. Trapp, Using complex variables to estimate derivatives of real functions,
    SIAM Review 40 (1998). `f` must be made of operations that complex numbers have; ``abs`` is
    none of them.
    """
    x = np.asarray(x, dtype=float)
    slopes = np.empty(x.shape)
    for index in np.ndindex(x.shape):
        moved = x.astype(complex)
        moved[index] += 1e-30j
        slopes[index] = np.imag(f(moved)) / 1e-30
    return slopes


def _slopes(f: Callable, args: tuple, names: dict[int, str], d_out: object = 1.0) -> dict:
    """Return the gradients of sum(d_out * f(*args)) with respect to some of the arguments.

    Parameters
    ----------
    f : callable
        A definition, fit for `_complex_gradient` in each of the arguments.
    args : tuple
    names : dict of int to str
        Positions of the arguments, with the names of their gradients.
    d_out : array_like, optional
        The gradient that comes from above, of the shape of the value.
    """

    def at(position: int, value: np.ndarray) -> complex:
        moved = [*args[:position], value, *args[position + 1 :]]
        return np.sum(np.asarray(d_out) * np.asarray(f(*moved)))

    return {
        name: _complex_gradient(lambda value, i=position: at(i, value), args[position])
        for position, name in names.items()
    }


def formula(exact: Callable, rtol: float = 1e-9, **others: object) -> Definition:
    """Return the definition of a result that floats are exact enough for.

    Parameters
    ----------
    exact : callable
        See `Definition`; made of plain loops, or of the complex step, so that it is no answer.
    rtol : float, optional
        Allowed error in float64, relative to the largest entry of the expected array; float32 has
        1e-4.
    **others : object
        Further parameters of `Definition`.

    Examples
    --------
    >>> double = formula(lambda x: [2.0 * entry for entry in x])
    >>> check = Check("double", lambda x: x + x, double)
    >>> check.values("three numbers", case(np.arange(3.0)))
    >>> check.done()
    ok    double   1 check
    """

    def bound(u: float, want: np.ndarray, *args: object, **kwargs: object) -> float:
        finite = np.abs(want[np.isfinite(want)])
        return (rtol if u < 1e-10 else max(rtol, 1e-4)) * (np.max(finite, initial=0.0) + 1e-6)

    return Definition(**{"exact": exact, "bound": bound, **others})


# ---------------------------------------------------------------------------------------------
# 7. Random numbers and figures
# ---------------------------------------------------------------------------------------------


# Colors of Okabe and Ito, which stay apart for every kind of color vision; line styles differ too.
COLORS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999"]
LINES = ["-", "--", "-.", ":"] * 2
STYLE = {
    "figure.figsize": (6.4, 3.2),
    "figure.constrained_layout.use": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.3,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "axes.prop_cycle": f"cycler(color={COLORS}) + cycler(linestyle={LINES})",
}


def print_version() -> None:
    """Print the version of this file, which the first cell of each notebook shows."""
    print(f"nn_utils {__version__}   {Path(__file__).name} is ready")


# --- A3, chain_rule_by_hand (3b) --------------------------------------------------------------


def _relu(s: np.ndarray) -> np.ndarray:
    return np.where(np.real(s) > 0, s, 0 * s)


# --- A4, digits_network (4b) ------------------------------------------------------------------


class DataVault:
    """Training and test data; while it is sealed, reading the test part is an error.

    Parameters
    ----------
    X_train, Y_train, X_test, Y_test : ndarray, shapes (N, D), (N, K), (M, D) and (M, K)

    Examples
    --------
    >>> data = DataVault(np.ones((3, 2)), np.eye(3), np.zeros((1, 2)), np.eye(1, 3))
    >>> data.X_test
    array([[0., 0.]])
    >>> with data.sealed(epoch=lambda: 4):
    ...     data.X_test
    Traceback (most recent call last):
        ...
    RuntimeError: training read the test set at epoch 4: X_test is for afterwards
    """

    def __init__(
        self, X_train: np.ndarray, Y_train: np.ndarray, X_test: np.ndarray, Y_test: np.ndarray
    ) -> None:
        self.X_train, self.Y_train = X_train, Y_train
        self._test = {"X_test": X_test, "Y_test": Y_test}
        self._epoch: Callable[[], int] | None = None
        self._leaks: list[str] = []

    @property
    def leaks(self) -> tuple[str, ...]:
        """What read the test part while it was sealed, a sentence each."""
        return tuple(self._leaks)

    def __getattr__(self, name: str) -> np.ndarray:
        if name not in ("X_test", "Y_test"):
            raise AttributeError(f"the data have no {name}")
        if self._epoch is not None:
            # Kept as well as raised: a training may catch all exceptions.
            leak = f"training read the test set at epoch {self._epoch()}: {name} is for afterwards"
            self._leaks.append(leak)
            raise RuntimeError(leak)
        return self._test[name]

    @contextlib.contextmanager
    def sealed(self, epoch: Callable[[], int]) -> Iterator[None]:
        """Make reading the test part an error; `epoch` tells which epoch it is."""
        self._epoch = epoch
        self._leaks.clear()
        try:
            yield
        finally:
            self._epoch = None


# --- A5, variance_and_init (5a) ---------------------------------------------------------------


def _sums(Z: np.ndarray, params: list, phi: Callable) -> list[np.ndarray]:
    """Return the pre-activations of all layers, in plain loops."""
    sums = []
    for W, b in params:
        units = list(zip(W.T, b, strict=True))
        rows = [[sum(map(operator.mul, row, w)) + bias for w, bias in units] for row in Z]
        sums.append(np.array(rows))
        Z = phi(sums[-1])
    return sums


def _rms(x: np.ndarray) -> float:
    return math.hypot(*np.ravel(x)) / math.sqrt(np.size(x))
