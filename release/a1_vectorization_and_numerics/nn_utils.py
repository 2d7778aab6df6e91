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
import decimal
import inspect
import itertools
import linecache
import math
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


def peak_memory(f: Callable, *args: object, **kwargs: object) -> int:
    """Return the most memory that a call held at once, besides its arguments.

    Parameters
    ----------
    f : callable
    *args, **kwargs : object

    Returns
    -------
    int
        Bytes, as `tracemalloc` counts them; NumPy reports its arrays to it.

    Examples
    --------
    >>> peak_memory(lambda n: np.ones(n).sum(), 100_000) >= 800_000
    True
    """
    own = not tracemalloc.is_tracing()
    if own:
        tracemalloc.start()
    try:
        before, _ = _traced_memory()
        tracemalloc.reset_peak()
        f(*args, **kwargs)
        _, peak = _traced_memory()
    finally:
        if own:
            tracemalloc.stop()
    return peak - before


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


def _decimals(row: Iterable[float]) -> list[Decimal]:
    return [Decimal(float(entry)) for entry in row]


def _along(exact: Callable, x: object, axis: int | None, keepdims: bool) -> np.ndarray:
    """Apply a definition that takes one row and returns one number along an axis."""
    x = np.asarray(x, dtype=float)
    if axis is None:
        shape = (1,) * x.ndim if keepdims else ()
        return np.array(exact(x.ravel()), dtype=object).reshape(shape)
    rows = np.moveaxis(x, axis, -1)
    flat = [exact(row) for row in rows.reshape(-1, x.shape[axis])] if x.size else None
    if flat is None:
        flat = [exact(np.empty(x.shape[axis]))] * math.prod(rows.shape[:-1])
    result = np.array(flat, dtype=object).reshape(rows.shape[:-1])
    return np.expand_dims(result, axis) if keepdims else result


def _map_rows(exact: Callable, x: object, axis: int) -> np.ndarray:
    """Apply a definition that takes one row and returns a row of the same length along an axis."""
    x = np.asarray(x, dtype=float)
    rows = np.moveaxis(x, axis, -1)
    result = np.empty(rows.shape, dtype=object)
    for index in np.ndindex(rows.shape[:-1]):
        result[index] = exact(rows[index])
    return np.moveaxis(result, -1, axis)


def _elementwise(exact: Callable, *args: object) -> np.ndarray:
    """Apply a definition that takes single numbers to the entries of arrays that broadcast."""
    arrays = np.broadcast_arrays(*(np.asarray(a, dtype=float) for a in args))
    result = np.empty(arrays[0].shape, dtype=object)
    for index in np.ndindex(result.shape):
        result[index] = exact(*(float(a[index]) for a in arrays))
    return result


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


def _row_origin(index: tuple, x: np.ndarray, axis: int | None = -1, keepdims: bool = False) -> str:
    """Return the row of `x` along `axis` from which entry `index` of a result was made."""
    x = np.asarray(x)
    if axis is None or x.ndim < 2:
        return ""
    axis %= x.ndim
    place = list(index)
    if len(place) == x.ndim:
        place[axis] = slice(None)
    else:
        place.insert(axis, slice(None))
    where = ", ".join(":" if isinstance(p, slice) else str(p) for p in place)
    return f"x[{where}] = {show(x[tuple(place)], 8)}"


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


def accuracy_report(f: Callable, exercise: str, inputs: Iterable) -> np.ndarray:
    """Return the errors of a function in ULP, one per input; inf where it gives inf or nan.

    Parameters
    ----------
    f : callable
        From one entry of `inputs` to a float.
    exercise : str
        The function that it should be, one of the names in ``nn_utils.REFERENCES``.
    inputs : iterable
        Arguments, for instance arrays of shape (n,) for ``"logsumexp"``.

    Returns
    -------
    ndarray, shape (number of inputs,)

    Examples
    --------
    >>> accuracy_report(lambda x: np.log(np.exp(x).sum()), "logsumexp", [np.array([3.0, 0.0])]) < 4
    array([ True])
    """
    errors = []
    for entry in inputs:
        value = call(f, entry).value
        if value is None or not math.isfinite(value):
            errors.append(math.inf)
            continue
        want = Decimal(REFERENCES[exercise](entry))
        error = abs(_EXACT.subtract(Decimal(float(value)), want))
        errors.append(_ulps(error, want, np.dtype(float)))
    return np.array(errors)


# ---------------------------------------------------------------------------------------------
# 8. The checks, one per exercise
#
# Each exercise has a definition (exact values, allowed error, signs of the usual mistakes) and a
# short visible check. The hidden tests use the same definitions with other numbers.
# ---------------------------------------------------------------------------------------------

# --- A1, vectorization (1a) -------------------------------------------------------------------


def _inner(a: Iterable[float], b: Iterable[float]) -> Decimal:
    """Return the sum of a_i b_i with 60 digits."""
    total = Decimal(0)
    for x, y in zip(_decimals(a), _decimals(b), strict=True):
        total = _EXACT.fma(x, y, total)
    return total


def _exact_logistic(row: Iterable[float], w: Iterable[float], b: float) -> str:
    """Return 1 / (1 + exp(-(row . w + b))) with 60 digits, as a string. [Definition.]"""
    score = _EXACT.add(_inner(row, w), Decimal(float(b)))
    return str(_EXACT.divide(1, _EXACT.add(1, _EXACT.exp(_EXACT.minus(score)))))


def _exact_squared_distance(a: Iterable[float], b: Iterable[float]) -> str:
    """Return the sum of (a_i - b_i)^2 with 60 digits, as a string. [Definition.]"""
    gaps = [_EXACT.subtract(x, y) for x, y in zip(_decimals(a), _decimals(b), strict=True)]
    total = Decimal(0)
    for gap in gaps:
        total = _EXACT.fma(gap, gap, total)
    return str(total)


def _exact_distance(a: Iterable[float], b: Iterable[float]) -> str:
    return str(_EXACT.sqrt(Decimal(_exact_squared_distance(a, b))))


def _pairs(exact: Callable, A: np.ndarray, B: np.ndarray) -> np.ndarray:
    """Apply a definition to each row of A with each row of B."""
    table = np.empty((len(A), len(B)), dtype=object)
    for i, j in np.ndindex(table.shape):
        table[i, j] = exact(A[i], B[j])
    return table


def _wrapped(what: str, verb: str, *arrays: np.ndarray) -> Iterator[str]:
    """Explain wrong values where arguments are unsigned integers."""
    unsigned = [a.dtype for a in arrays if a.dtype.kind == "u"]
    if unsigned:
        size = int(np.iinfo(unsigned[0]).max) + 1
        yield f"{what} of {unsigned[0]} wrapped around at {size}: convert before {verb}"


def _logistic_bound(u: float, want: np.ndarray, X: np.ndarray, w: np.ndarray, b: object) -> object:
    size = np.sum(np.abs(X * np.asarray(w, dtype=float)), axis=1) + np.abs(np.ravel(b)[0])
    return 8 * u + u * (X.shape[1] + 4) * size


def _logistic_signs(
    got: np.ndarray, want: np.ndarray, X: np.ndarray, w: np.ndarray, b: object
) -> Iterator[tuple[str, str] | str]:
    logits = np.log(want) - np.log1p(-want)
    inside = (want > 1e-3) & (want < 1 - 1e-3)
    if inside.sum() > 1 and np.allclose(got[inside], logits[inside]):
        yield "these are the scores x . w + b; their probabilities are wanted"
    if inside.sum() > 1 and np.allclose(got, 1 - want) and not np.allclose(got, want):
        yield "yours = 1 - expected", "what does the sigmoid do for a large positive score?"
    shifts = (np.log(got) - np.log1p(-got) - logits)[inside]
    if len(shifts) > 1 and np.ptp(shifts) < 1e-6 < abs(shifts[0]):
        missing = np.isclose(shifts[0], -np.ravel(b)[0])
        name = "-b" if missing else _number(float(shifts[0]))
        yield (
            f"your logits differ from the expected ones by the same constant {name} in every row",
            "which part of the score is the same for all samples?",
        )


def _logistic_shapes(
    got: np.ndarray, want: np.ndarray, X: np.ndarray, w: np.ndarray, b: object
) -> Iterator[str]:
    if got.shape == (len(X), 1):
        yield "w has shape (D,), so X @ w is already 1-D: one number per sample, no column"


_LOGISTIC = Definition(
    exact=lambda X, w, b: np.array(
        [_exact_logistic(row, w, np.ravel(b)[0]) for row in X], dtype=object
    ),
    bound=_logistic_bound,
    signs=_logistic_signs,
    shapes=_logistic_shapes,
    origin=lambda index, X, w, b: f"X[{index[0]}] = {show(X[index[0]], 8)}",
)


def _one_hot_signs(
    got: np.ndarray, want: np.ndarray, y: object, num_classes: int
) -> Iterator[tuple[str, str] | str]:
    y = np.asarray(y)
    single = (np.sort(got, axis=1)[:, ::-1] == np.eye(1, num_classes)).all(axis=1)
    ranks = np.searchsorted(np.unique(y), y)
    for row in np.flatnonzero(single & (np.argmax(got, axis=1) != y)):
        column = int(np.argmax(got[row]))
        renumbered = np.array_equal(np.argmax(got, axis=1), ranks)
        why = "labels were renumbered" if renumbered else "column k belongs to label k"
        yield f"column {column} is used for label {y[row]}: {why}"


def _one_hot_shapes(
    got: np.ndarray, want: np.ndarray, y: object, num_classes: int
) -> Iterator[str]:
    y = np.asarray(y)
    if not y.size or got.ndim != 2 or got.shape == want.shape[::-1]:
        return
    columns = got.shape[1]
    if columns == np.max(y) + 1:
        why = "the largest class happened to be absent from y"
        yield f"K is {num_classes} but your matrix has {columns} columns: {why}"
    elif columns == len(np.unique(y)):
        yield f"column {columns - 1} is used for label {np.max(y)}: labels were renumbered"


_ONE_HOT = Definition(
    exact=lambda y, num_classes: np.array(
        [str(int(label == k)) for label in y for k in range(num_classes)], dtype=object
    ).reshape(len(y), num_classes),
    bound=lambda u, want, *args: 0 * want,
    dtype=lambda *args: np.dtype(float),
    signs=_one_hot_signs,
    shapes=_one_hot_shapes,
)


def _label_finding(check: Check, y: np.ndarray, num_classes: int) -> Finding | None:
    """Require a ValueError for labels outside 0 .. K - 1, and say what happened instead."""
    outcome = call(check.f, y, num_classes)
    if outcome.error is ValueError:
        return None
    wrong = int(np.flatnonzero((y < 0) | (y >= num_classes))[0])
    value = np.asarray(outcome.value)
    row = value[wrong] if value.shape == (len(y), num_classes) else np.zeros(1)
    pattern = f"nobody is told that label {y[wrong]} is no class"
    if np.any(row):
        pattern = f"label {y[wrong]} silently became class {int(np.argmax(row))}"
        pattern += " (negative indices count from the end)" * bool(y[wrong] < 0)
    lines = {
        "input": f"y = {show(y)},  num_classes = {num_classes}",
        "yours": outcome.failure["error"] if outcome.failure else show(outcome.value),
        "expected": "ValueError",
        "pattern": "" if outcome.error else pattern,
    }
    return Finding("labels that are no class", lines)


def _distance_signs(
    got: np.ndarray, want: np.ndarray, A: np.ndarray, B: np.ndarray
) -> Iterator[tuple[str, str] | str]:
    yield from _wrapped("differences", "subtracting", A, B)
    if np.isnan(got).any():
        where = " on the diagonal" if np.isnan(np.diagonal(got)).any() else ""
        yield (
            f"nan{where}: rounding made a squared distance negative",
            "which subtraction of two large, nearly equal numbers can be avoided?",
        )
    if len(A) == len(B) and not np.diagonal(got).any() and np.diagonal(want).any():
        yield "yours is 0 on the diagonal: column j does not depend on row j of B"
    if np.allclose(got, want, rtol=1e-3, atol=1e-2) and not np.allclose(got, want, rtol=1e-12):
        yield (
            "right to a few digits only: large, nearly equal numbers were subtracted",
            "what is small already if you subtract the rows first?",
        )


def _pair_shapes(got: np.ndarray, want: np.ndarray, A: np.ndarray, B: np.ndarray) -> Iterator[str]:
    (n, d), m = A.shape, len(B)
    if got.shape == (n, m, d):
        yield "the axis of features is still there: sum over it"
    elif got.shape == (n, d):
        yield "summed over B's rows instead of features"
    elif got.shape == (m, d):
        yield "summed over A's rows instead of features"
    elif got.shape in ((n, n), (m, m)):
        name = "A" if got.shape == (n, n) else "B"
        yield f"{name} was used twice: column j must belong to row j of B, row i to row i of A"


def _pair_origin(index: tuple, A: np.ndarray, B: np.ndarray) -> str:
    i, j = index
    return f"A[{i}] = {show(A[i], 8)},  B[{j}] = {show(B[j], 8)}"


_DISTANCES = Definition(
    exact=lambda A, B: _pairs(_exact_distance, A, B),
    # The rows are subtracted first, so the error is relative to the distance itself.
    bound=lambda u, want, A, B: u * (A.shape[1] + 8) * want,
    sizes=lambda A, B: {"N": len(A), "M": len(B), "D": A.shape[1]},
    signs=_distance_signs,
    shapes=_pair_shapes,
    origin=_pair_origin,
)


def _squared_bound(u: float, want: np.ndarray, A: np.ndarray, B: np.ndarray) -> float:
    # The error of the Gram form is relative to the norms, however near the two points are; those
    # of the whole sets, since a common vector may be subtracted first.
    a, b = (np.max(np.linalg.norm(rows.astype(float), axis=1), initial=0) for rows in (A, B))
    return u * (8 + 2 * A.shape[1]) * (a**2 + b**2)


def _squared_signs(
    got: np.ndarray, want: np.ndarray, A: np.ndarray, B: np.ndarray
) -> Iterator[tuple[str, str] | str]:
    yield from _wrapped("products", "multiplying", A, B)
    error = np.where(got > 0, got - want, np.nan)  # entries that were clipped at 0 tell nothing
    for axis, name, rows in ((0, "column", "B"), (1, "row", "A")):
        spread = np.nanmax(error, axis=axis) - np.nanmin(error, axis=axis)
        several = np.isfinite(error).sum(axis=axis) > 1
        if several.sum() > 1 and (spread[several] <= 1e-6 * np.nanmax(np.abs(error))).all():
            text = f"error is constant along each {name}: a term that depends on {rows} alone"
            yield text, f"where do the squared norms of {rows}'s rows enter?"


_SQUARED_DISTANCES = Definition(
    exact=lambda A, B: _pairs(_exact_squared_distance, A, B),
    bound=_squared_bound,
    sizes=_DISTANCES.sizes,
    landmarks=lambda A, B: {
        name: factor * _pairs(_inner, A, B).astype(float)
        for name, factor in (("4 A B^T", 4), ("2 A B^T", 2), ("A B^T", 1))
    },
    signs=_squared_signs,
    shapes=_pair_shapes,
    origin=_pair_origin,
)

# A careful Gram form holds 2 or 3 arrays of shape (N, M) at once; with a name for each step, 5.
_GRAM_ARRAYS = 8


def _gram_memory_finding(check: Check) -> Finding | None:
    """Require that no (N, M, D) temporary exists, at N = M = 400 and D = 50."""
    n, d = 400, 50
    A = np.linspace(-1.0, 1.0, n * d).reshape(n, d)
    where = f"memory for N = M = {n}, D = {d}"
    failure = call(check.f, A, A[::-1]).failure
    if failure:
        return Finding(where, failure)
    peak = peak_memory(check.f, A, A[::-1])
    arrays = peak / (8 * n * n)
    if arrays <= _GRAM_ARRAYS:
        check.facts.append(f"peak memory {arrays:.1f} arrays of shape (N, M)")
        return None
    pattern = f"peak extra memory {peak / 1e6:.0f} MB = {arrays:.0f} arrays of shape (N, M)"
    if arrays >= 0.9 * d:
        pattern += f", and D = {d}: an (N, M, D) temporary exists"
    lines = {
        "pattern": pattern,
        "expected": f"at most {_GRAM_ARRAYS} such arrays",
        "try": "which product of two matrices holds all the inner products of rows?",
    }
    return Finding(where, lines)


def _negative_finding(check: Check, A: np.ndarray, B: np.ndarray) -> Finding | None:
    """Require that rounding leaves no negative squared distance."""
    where = "points that are nearly equal"
    outcome = call(check.f, A, B)
    if outcome.failure:
        return Finding(where, outcome.failure)
    smallest = float(np.min(outcome.value))
    if smallest >= 0:
        return None
    pattern = f"smallest value {smallest:.2g}: squared distances cannot be negative"
    return Finding(where, {"pattern": pattern, "try": "which number replaces those below 0?"})


def _gram_accuracy_note(check: Check) -> None:
    """Praise an answer that is accurate far from the origin; the plain Gram form is not."""
    A = 1e4 + np.array([[0.1, 1.3], [0.7, -0.9], [0.3, 0.6]])
    got, want = call(check.f, A, A).value, _pairs(_exact_squared_distance, A, A).astype(float)
    if np.max(np.abs(got - want)) < 1e-12:
        check.notes.append(
            "accurate to the last digits also for points near 10000, where the plain Gram form "
            "keeps only half of them"
        )


def _outer_bound(u: float, want: np.ndarray, X: np.ndarray, G: np.ndarray) -> float:
    x, g = (np.max(np.abs(rows.astype(float)), axis=1) for rows in (X, G))
    return u * (len(X) + 4) * float(np.sum(x * g))


def _outer_signs(
    got: np.ndarray, want: np.ndarray, X: np.ndarray, G: np.ndarray
) -> Iterator[tuple[str, str] | str]:
    yield from _wrapped("products", "multiplying", X, G)
    n = len(X)
    if n > 1 and _close(got * n, want):
        yield f"expected = {n} x yours, and N = {n}: the task asks for the sum, not for the mean"


def _outer_shapes(got: np.ndarray, want: np.ndarray, X: np.ndarray, G: np.ndarray) -> Iterator[str]:
    if _close(np.ravel(got), np.diagonal(want)):
        yield "yours is the diagonal of the expected matrix: off-diagonal structure lost"
    if got.shape == (len(X), *want.shape):
        yield "the axis of samples is still there: sum over it"


_OUTER_SUM = Definition(
    exact=lambda X, G: _pairs(_inner, X.T, G.T),
    bound=_outer_bound,
    sizes=lambda X, G: {"N": len(X), "D": X.shape[1], "H": G.shape[1]},
    signs=_outer_signs,
    shapes=_outer_shapes,
)


def _outer_memory_note(check: Check) -> None:
    n, d = 200, 20
    X = np.linspace(-1.0, 1.0, n * d).reshape(n, d)
    if peak_memory(check.f, X, X) > 0.9 * 8 * n * d * d:
        check.notes.append(
            "values are right, and an (N, D, H) temporary holds all outer products at once: "
            "is there a product of two matrices that adds them up as it goes? No points are lost."
        )


_NEAREST = Definition(
    exact=lambda A, labels, B: labels[[_first_least(row) for row in _squares(B, A)]],
    bound=lambda u, want, *args: 0.0,  # labels are equal or not; see _nearest_finding
)


def _squares(B: np.ndarray, A: np.ndarray) -> list[list[Decimal]]:
    """Return the exact squared distances of each row of B (outer list) to the rows of A."""
    return [[Decimal(_exact_squared_distance(a, b)) for a in A] for b in B]


def _first_least(row: list[Decimal]) -> int:
    return row.index(min(row))


def _nearest_finding(
    check: Check, where: str, A: np.ndarray, labels: np.ndarray, B: np.ndarray
) -> Finding | None:
    """Compare predicted labels, numbers or texts, with those of the nearest rows."""
    outcome = call(check.f, A, labels, B)
    if outcome.failure:
        return Finding(where, outcome.failure)
    got, want = np.asarray(outcome.value), check.definition.exact(A, labels, B)
    if got.shape == want.shape and (got == want).all():
        return None
    lines = {
        "input": f"A of shape {A.shape}, labels = {show(labels, 8)}, B of shape {B.shape}",
        "yours": show(outcome.value, 8),
        "expected": show(want, 8) if got.shape == want.shape else f"shape {want.shape}",
        "pattern": _nearest_pattern(got, want, A, labels, B),
    }
    return Finding(where, lines)


def _nearest_pattern(
    got: np.ndarray, want: np.ndarray, A: np.ndarray, labels: np.ndarray, B: np.ndarray
) -> str:
    if got.dtype == object:
        return "these are no labels: is there a return line?"
    table = _squares(B, A)
    if got.shape != want.shape:
        rows = _count(len(B), "row")
        return f"shape {got.shape} but B has {rows}: one answer per row of B is expected"
    if np.array_equal(got, [_first_least(row) for row in table]):
        return "you return row numbers; the task asks for labels[row]"
    if np.array_equal(got, labels[[row.index(max(row)) for row in table]]):
        return "each answer is the farthest training row"
    for sentence in _wrapped("differences", "subtracting", A, B):
        return sentence
    j = int(np.flatnonzero(got != want)[0])
    ties = [i for i, square in enumerate(table[j]) if square == min(table[j])]
    if len(ties) > 1 and got[j] in labels[ties]:
        other = next(i for i in ties if labels[i] == got[j])
        kind = "two equal rows" if (A[ties[0]] == A[other]).all() else "two equal distances"
        return f"{kind}: row {ties[0]} and row {other} tie, and the smaller index wins"
    if len(B) > 3 and (got == got[0]).all():
        return "all answers equal: the distance did not depend on B"
    distance = math.sqrt(table[j][ties[0]])
    return f"row {ties[0]} of A is nearest to row {j} of B, at distance {_number(distance)}"


def check_predict_logistic(predict_logistic: Callable) -> None:
    """Check exercise 1a E1, ``predict_logistic(X, w, b)``."""
    X = np.array([[1.0, 2.0], [0.0, -1.0], [3.0, 0.5], [-2.0, 1.0]])
    w = np.array([0.5, -1.0])
    check = Check("predict_logistic", predict_logistic, _LOGISTIC)
    check.values("four samples", case(X, w, 0.75))
    check.values("b of shape (1,)", case(X, w, np.array([-0.5])))
    check.values("one sample, no sample", case(X[:1], w, 0.75), case(X[:0], w, 0.75))
    check.values("integers", case(X.astype(int), np.array([1, -1]), 1))
    check.pure(case(X, w, 0.75))
    check.quiet(case(1000 * X, w, 0.75))
    check.no_loop(lambda n: case(np.ones((n, 5)), np.ones(5), 0.5), "rows of X")
    check.done()


def check_one_hot(one_hot: Callable) -> None:
    """Check exercise 1a E2, ``one_hot(y, num_classes)``."""
    check = Check("one_hot", one_hot, _ONE_HOT)
    check.values("four labels", case(np.array([2, 0, 1, 2]), 3))
    check.values("a class that is absent", case(np.array([1, 3, 1]), 5))
    check.values("a list, no labels", case([1, 0], 2), case(np.array([], dtype=int), 3))
    check.that(lambda: _label_finding(check, np.array([0, -1]), 3))
    check.that(lambda: _label_finding(check, np.array([3, 1]), 3))
    check.pure(case(np.array([2, 0, 1]), 3))
    check.no_loop(lambda n: case(np.arange(n) % 5, 5), "labels")
    check.done()


def check_pairwise_distances(pairwise_distances: Callable) -> None:
    """Check exercise 1a E3, ``pairwise_distances(A, B)``."""
    A = np.array([[0.0, 0.0], [3.0, 4.0], [1.0, 1.0], [-1.0, 0.5]])
    B = np.array([[3.0, 4.0], [0.0, 1.0], [2.0, -2.0]])
    check = Check("pairwise_distances", pairwise_distances, _DISTANCES)
    check.values("four rows against three", case(A, B))
    check.values("three rows against three", case(A[:3], B))
    check.values("no rows", case(A[:0], B), case(A, B[:0]))
    check.values("a set against itself, far from 0", case(1e4 + A / 7, 1e4 + A / 7))
    check.values("uint8", case(np.uint8([[0, 250], [9, 9]]), np.uint8([[5, 0]])))
    check.pure(case(A, B))
    check.quiet(case(A, B), case(1e4 + A / 7, 1e4 + A / 7))
    _pair_loops(check)
    check.done()


def check_gram_distances(pairwise_sq_distances_gram: Callable) -> None:
    """Check exercise 1a E4, ``pairwise_sq_distances_gram(A, B)``."""
    A = np.array([[3.0, 4.0], [-5.0, 1.0], [1.0, 6.0], [-4.0, 2.5]])
    B = np.array([[2.0, 1.0], [0.0, 1.0], [1.0, -2.0]])
    near = 1e4 + np.linspace(0, 1e-4, 30).reshape(15, 2)
    check = Check("pairwise_sq_distances_gram", pairwise_sq_distances_gram, _SQUARED_DISTANCES)
    check.values("four rows against three", case(A, B))
    check.values("three rows against three", case(A[:3], B))
    check.values("no rows", case(A, B[:0]))
    check.that(lambda: _negative_finding(check, near, near))
    check.pure(case(A, B))
    _pair_loops(check)
    check.that(lambda: _gram_memory_finding(check))
    check.that(lambda: _gram_accuracy_note(check))
    check.done()


def _pair_loops(check: Check) -> None:
    """Require that neither rows of A nor rows of B are looped over; a loop over D is noted."""
    check.no_loop(lambda n: case(np.ones((n, 5)), np.ones((3, 5))), "rows of A")
    check.no_loop(lambda n: case(np.ones((3, 5)), np.ones((n, 5))), "rows of B", name="M")
    check.no_loop(
        lambda n: case(np.ones((3, n)), np.ones((3, n))), "features", name="D", required=False
    )


def check_batch_outer_sum(batch_outer_sum: Callable) -> None:
    """Check exercise 1a E5, ``batch_outer_sum(X, G)``."""
    X = np.array([[1.0, 2.0], [0.0, -1.0], [3.0, 0.5]])
    G = np.array([[1.0, 0.0, 2.0, -1.0], [4.0, 1.0, 0.5, 0.0], [-2.0, 1.0, 1.0, 3.0]])
    check = Check("batch_outer_sum", batch_outer_sum, _OUTER_SUM)
    check.values("three samples", case(X, G))
    check.values("D = H", case(X, G[:, :2]))
    check.values("one sample, no sample", case(X[:1], G[:1]), case(X[:0], G[:0]))
    check.values("integers", case(X.astype(int), G.astype(int)))
    check.pure(case(X, G))
    _outer_loops(check)
    check.that(lambda: _outer_memory_note(check))
    check.done()


def _outer_loops(check: Check) -> None:
    check.no_loop(lambda n: case(np.ones((n, 5)), np.ones((n, 3))), "samples")
    check.no_loop(lambda n: case(np.ones((3, n)), np.ones((3, 5))), "columns of X", name="D")
    check.no_loop(lambda n: case(np.ones((3, 5)), np.ones((3, n))), "columns of G", name="H")


def check_predict_1nn(predict_1nn: Callable) -> None:
    """Check exercise 1a E6, ``predict_1nn(A, labels, B)``."""
    A = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0], [4.0, 0.0]])
    B = np.array([[1.0, 0.0], [0.5, 3.0], [3.0, 0.5], [2.5, 3.5]])
    names, numbers = np.array(["cat", "dog", "owl", "fox"]), np.array([7, 5, 6, 9])
    check = Check("predict_1nn", predict_1nn, _NEAREST)
    check.that(lambda: _nearest_finding(check, "four new points", A[:3], numbers[:3], B))
    check.that(lambda: _nearest_finding(check, "labels are texts", A[:3], names[:3], B))
    check.that(lambda: _nearest_finding(check, "one new point", A[:3], names[:3], B[:1]))
    check.that(lambda: _nearest_finding(check, "two equal rows", A, names, B))
    check.pure(case(A, numbers, B))
    _nearest_loops(check)
    check.done()


def _nearest_loops(check: Check) -> None:
    def rows(n: int, m: int) -> Case:
        return case(np.arange(5.0 * n).reshape(n, 5), np.arange(n), np.ones((m, 5)))

    check.no_loop(lambda n: rows(n, 3), "rows of A")
    check.no_loop(lambda n: rows(3, n), "rows of B", name="M")


# --- A1, floating_point (1b) ------------------------------------------------------------------


def _exp_limit_finding(exp_limits: Callable, dtype: object, entry: int) -> Finding | None:
    """Judge one entry of ``exp_limits(dtype)`` by its property: 0 overflow, 1 underflow."""
    number = np.dtype(dtype).type
    where = f"{('overflow', 'underflow')[entry]} limit of {np.dtype(dtype)}"
    outcome = call(exp_limits, dtype)
    if outcome.failure:
        return Finding(where, outcome.failure)
    try:
        limits = [float(limit) for limit in outcome.value]
    except (TypeError, ValueError):
        limits = []
    name = f"np.{dtype.__name__}" if isinstance(dtype, type) else repr(dtype)
    yours = ", ".join(map(repr, limits)) or show(outcome.value)
    lines = {"input": f"dtype = {name}", "yours": yours}
    if len(limits) != 2 or not all(map(math.isfinite, limits)):
        return Finding(where, {**lines, "expected": "two finite numbers (x_over, x_zero)"})
    if limits[0] < 0 < limits[1]:
        pattern = "the first entry must be the overflow limit, the second the underflow limit"
        return Finding(where, {**lines, "pattern": pattern})
    pattern = (_overflow_pattern, _underflow_pattern)[entry](limits[entry], number)
    if not pattern and float(number(limits[entry])) != limits[entry]:
        pattern = (
            f"your number is not representable in {number.__name__}; "
            f"the nearest one that is: {float(number(limits[entry]))!r}"
        )
    return Finding(where, {**lines, "pattern": pattern}) if pattern else None


def _exp_nearby(x: float, number: type) -> list[float]:
    """Return exp in the dtype at the float before x, at x, and at the one after it."""
    here = number(x)
    with np.errstate(all="ignore"):
        places = [np.nextafter(here, number(-np.inf)), here, np.nextafter(here, number(np.inf))]
        return [float(np.exp(place)) for place in places]


def _overflow_pattern(x: float, number: type) -> str:
    before, here, after = _exp_nearby(x, number)
    if math.isinf(here) and math.isfinite(before):
        return "exp of your x_over is inf; one float below works"
    if math.isinf(here):
        largest = math.log(float(np.finfo(number).max))
        return (
            f"exp of your x_over is inf: for {number.__name__} exp overflows already above "
            f"{largest:.2f}"
        )
    if math.isfinite(after):
        return "exp is finite at the next larger float too: x_over is not the largest"
    return ""


def _underflow_pattern(x: float, number: type) -> str:
    before, here, after = _exp_nearby(x, number)
    if here > 0 and before == 0:
        return f"exp of your x_zero is {here:.2g}, not 0; one float below works"
    if here > 0:
        return f"exp there is {here:.2g}, not 0: subnormal numbers exist"
    if after == 0:
        return "exp is 0 at the next larger float too: x_zero is not the largest"
    return ""


def check_exp_limits(exp_limits: Callable) -> None:
    """Check exercise 1b E1, ``exp_limits(dtype)``."""
    report = Report("exp_limits")
    for dtype in (np.float64, np.float32, np.float16, "float32", np.dtype("float16")):
        for entry in (0, 1):
            report.that(lambda d=dtype, e=entry: _exp_limit_finding(exp_limits, d, e))
    report.facts.append("float16, float32 and float64")
    report.done()


def _exact_ulp_error(approx: float, exact_digits: str) -> str:
    """Return the distance of a float from a decimal number in units of the spacing there."""
    if not math.isfinite(approx):
        return "Infinity"
    exact = Decimal(exact_digits)
    error = abs(_EXACT.subtract(Decimal(float(approx)), exact))
    return str(_ulps(error, exact, np.dtype(float)))


def _ulp_error_signs(
    got: np.ndarray, want: np.ndarray, approx: float, exact_digits: str
) -> Iterator[tuple[str, str] | str]:
    if got < 0:
        yield "negative result: a distance is wanted"
    for factor, words in ((2, "half"), (0.5, "twice")):
        if np.isclose(factor * got, want):
            yield (
                f"{words} the expected number: just below 2^k the spacing halves, so measure it "
                "at the exact value",
                "on which side of the power of two does the exact value lie?",
            )
    if np.isfinite(want) and want > 0:
        exact = Decimal(exact_digits)
        error = abs(float(_EXACT.subtract(Decimal(float(approx)), exact)))
        relative = error / abs(float(exact))
        if np.isclose(got, relative, rtol=1e-3, atol=0):
            yield f"{_number(float(got))} is error / exact: divide by the spacing instead"
        if np.isclose(got * 2.0**-52, relative, rtol=1e-3, atol=0):
            yield "this is error / (eps x exact); the spacing is the same from 2^k to 2^(k+1)"
        if np.isclose(got, error, rtol=1e-3, atol=0):
            yield f"{_number(float(got))} is the error itself: divide it by the spacing"
    if got == np.round(got) and abs(want - np.round(want)) > 1e-3:
        yield (
            f"{_number(float(got))} is a whole number of spacings: the exact digits were rounded "
            "to a float before comparing",
            "which type of number keeps all digits of the string?",
        )


_ULP_ERROR = Definition(
    exact=_exact_ulp_error,
    bound=lambda u, want, approx, exact_digits: 1e-6 * (1 + want),
    signs=_ulp_error_signs,
)


def check_ulp_error(ulp_error: Callable) -> None:
    """Check exercise 1b E2, ``ulp_error(approx, exact_digits)``."""
    check = Check("ulp_error", ulp_error, _ULP_ERROR)
    third = "0.33333333333333333333333333333333"
    check.values("1/3 as a float", case(1 / 3, third))
    check.values("too large and too small", case(0.34, third), case(0.33, third))
    check.values("0.1 + 0.2", case(0.1 + 0.2, "0.3"))
    check.values("a negative number", case(-2.5, "-2.5000000000000001"))
    check.values("just below a power of two", case(1.0, "0.99999999999999996"))
    check.values("inf", case(math.inf, "1"))
    check.done()


def _exact_log_sigmoid(x: float) -> str:
    """Return log(1 / (1 + exp(-x))), as a string. [Definition.]"""
    if math.isnan(x):
        return "NaN"
    # Out here the answer is 0, or x itself, to more digits than a float has.
    if abs(x) > 800:
        return "0" if x > 0 else str(Decimal(x))
    context = _EXACT.copy()
    context.prec = 60 + int(max(x, 0.0))  # the 1 must not swallow exp(-x)
    total = context.add(1, context.exp(Decimal(-x)))
    return str(context.ln(context.divide(1, total)))


def _log_sigmoid_bound(u: float, want: np.ndarray, x: object) -> np.ndarray:
    dtype = np.float32 if u > 1e-10 else np.float64
    with np.errstate(invalid="ignore"):
        return 8.0 * np.spacing(np.abs(want).astype(dtype))


def _log_sigmoid_signs(
    got: np.ndarray, want: np.ndarray, x: object
) -> Iterator[tuple[str, str] | str]:
    x = np.asarray(x)
    lost = np.isneginf(got) & np.isfinite(want)
    if lost.any():
        at = float(x[lost][0])
        rest = np.isclose(got, want, rtol=1e-13, atol=0)[~lost]
        right = "; right for x >= -709" if rest.all() and (x[~lost] > 37).any() else ""
        yield (
            f"-inf at x = {at:.6g} where the answer is {at:.6g}: e^{{{-at:.6g}}} overflowed{right}",
            "how does the formula look if you multiply numerator and denominator by e^x?",
        )
    floor = float(np.min(got, initial=0.0))
    if floor < -1 and np.min(want, initial=0.0) < floor - 1:
        power = round(floor / math.log(10))
        if math.isclose(floor, power * math.log(10), rel_tol=1e-3):
            yield f"floor of {floor:.3g} for very negative x: that is log(1e{power})"
        yield f"constant {floor:.4g} for every x below {floor:.4g}: clipping changes the answer"
    flat = (got == 0) & (want < 0) & (x > 0)
    if flat.any():
        at = float(x[flat][0])
        yield (
            f"0 at x = {at:.6g} where the answer is {float(want[flat][0]):.2g}: "
            f"1 + e^{{-{at:.6g}}} rounds to 1",
            "which function of NumPy takes the small number without the 1?",
        )
    error = np.max(np.abs(got / want - 1), where=want < 0, initial=0.0)
    if error < 1e-6 and x.dtype != np.float32 and np.array_equal(got, got.astype(np.float32)):
        yield f"relative error {error:.1g}: the result was computed in single precision"
    added = float(np.mean(np.exp(got) - np.exp(want)))
    if 1e-14 < added < 0.01 and np.allclose(np.exp(got) - np.exp(want), added, rtol=0.1, atol=0):
        yield (
            f"{added:.1g} was added inside the logarithm: for very negative x that makes a floor "
            f"of {math.log(added):.3g}"
        )


_LOG_SIGMOID = Definition(
    exact=lambda x: _elementwise(_exact_log_sigmoid, x),
    bound=_log_sigmoid_bound,
    landmarks=lambda x: {"x": x},
    signs=_log_sigmoid_signs,
    origin=lambda index, x: f"x[{', '.join(map(str, index))}] = {show(x[index])}" if index else "",
)


def check_log_sigmoid(log_sigmoid: Callable) -> None:
    """Check exercise 1b E3, ``log_sigmoid(x)``."""
    x = np.array([[-2.0, -0.5, 0.0], [1.0, 0.25, -4.0]])
    check = Check("log_sigmoid", log_sigmoid, _LOG_SIGMOID)
    check.values("entry by entry, any shape", case(x[0]), case(x), case(0.0))
    check.values("very negative x", case(np.array([-1000.0, -100.0])))
    check.values("large x, where the answer is tiny", case(np.array([10.0, 40.0])))
    check.values("float32", case(x.astype(np.float32)))
    check.pure(case(x))
    check.quiet(case(np.array([-1000.0, 1000.0])))
    check.no_loop(lambda n: case(np.ones(n)), "entries of x")
    check.done()


def _exact_variance(row: Iterable[float]) -> str:
    """Return mean(row^2) - mean(row)^2 with 60 digits, as a string. [Definition.]"""
    row = _decimals(row)
    squares = sum((_EXACT.multiply(x, x) for x in row), Decimal(0))
    mean = _EXACT.divide(sum(row, Decimal(0)), len(row))
    return str(_EXACT.subtract(_EXACT.divide(squares, len(row)), _EXACT.multiply(mean, mean)))


def _variance_bound(u: float, want: np.ndarray, x: object, axis: int = -1) -> np.ndarray:
    x = np.asarray(x, dtype=float)
    n = x.shape[axis]
    size = np.max(np.abs(x), axis=axis)
    return 4 * n * u * size * np.ptp(x, axis=axis) + (n * u * size) ** 2


def _variance_signs(
    got: np.ndarray, want: np.ndarray, x: object, axis: int = -1
) -> Iterator[tuple[str, str] | str]:
    x = np.asarray(x)
    largest = float(np.max(np.abs(x.astype(float))))
    if x.dtype.kind in "iu" and largest**2 > np.iinfo(x.dtype).max:
        yield f"squares of {x.dtype} wrapped around: convert before you multiply"
    n = x.shape[axis]
    if n > 1 and np.allclose(got * (n - 1), want * n, rtol=1e-6, atol=0):
        yield f"expected = yours x (n - 1)/n, and n = {n}: divide by n"
    off = np.mean(x, axis=axis) - np.mean(x)
    if np.any(off) and _close(got, want + off**2):
        yield "rows with different means share one mean: yours = expected + (difference of means)^2"
    wrong = np.abs(got - want)
    if (got < 0).any() or (np.max(want) < 1e-6 * largest**2 and np.max(wrong) < 1e-9 * largest**2):
        worst = np.unravel_index(np.argmax(np.where(got < 0, np.inf, wrong)), got.shape)
        kind = "negative variance" if got[worst] < 0 else "variance"
        yield (
            f"{kind} {_number(float(got[worst]), 3)} for data near {largest:.0e}, expected "
            f"{_number(float(want[worst]), 3)}: two huge numbers cancelled",
            "what can be subtracted from the data before anything is squared?",
        )


_VARIANCE = Definition(
    exact=lambda x, axis=-1: _along(_exact_variance, x, axis, keepdims=False),
    bound=_variance_bound,
    sizes=lambda x, axis=-1: {"n": np.shape(x)[axis]},
    signs=_variance_signs,
    origin=_row_origin,
)


def check_stable_variance(stable_variance: Callable) -> None:
    """Check exercise 1b E4, ``stable_variance(x, axis=-1)``."""
    x = np.array([[3.0, 1.0, -2.0], [0.5, 0.5, 4.0]])
    check = Check("stable_variance", stable_variance, _VARIANCE)
    check.values("one answer per row", case(x), case(np.array([1.0, 2.0, 4.0])))
    check.values("axis=0", case(x, axis=0))
    check.values("data near 1e8", case(1e8 + x), case(-1e8 + x, axis=0))
    check.values("a constant", case(np.full(7, 1e8)))
    check.values("integers and float32", case(np.array([1, 2, 4])), case(x.astype(np.float32)))
    check.pure(case(x))
    check.no_loop(lambda n: case(np.ones((n, 5))), "rows of x")
    check.done()


def _exact_unit(row: Iterable[float]) -> list[str]:
    """Return row_i / sqrt(sum(row^2)) for each i with 60 digits, as strings. [Definition.]"""
    row = _decimals(row)
    length = _EXACT.sqrt(sum((_EXACT.multiply(v, v) for v in row), Decimal(0)))
    return [str(_EXACT.divide(v, length)) if length else "0" for v in row]


def _normalize_bound(u: float, want: np.ndarray, v: object, axis: int = -1) -> np.ndarray:
    smallest = 1e-300 if u < 1e-10 else 1e-37  # where floats of this dtype begin to be coarse
    return 4 * u * (4 + np.shape(v)[axis]) * np.maximum(np.abs(want), smallest)


def _normalize_signs(
    got: np.ndarray, want: np.ndarray, v: object, axis: int = -1
) -> Iterator[tuple[str, str] | str]:
    v = np.asarray(v)
    limits = np.finfo(v.dtype if v.dtype.kind == "f" else float)
    size = np.max(np.abs(v.astype(float)), axis=axis, keepdims=True)
    broken = ~np.isfinite(got) | (np.abs(got) < 1e-6 * np.abs(want))
    if (np.isnan(got) & (size == 0)).any():
        yield "nan for the zero vector; documented answer: zeros", "where is 0 divided by 0?"
    huge = size > 0.1 * math.sqrt(limits.max)
    tiny = (size > 0) & (size < 10 * math.sqrt(limits.tiny))
    for word, hit in (("overflowed", broken & huge), ("underflowed", broken & tiny)):
        if hit.any():
            value, near = got[hit][0], np.broadcast_to(size, v.shape)[hit][0]
            yield (
                f"{_number(float(value))} for entries near {near:.0e}: the squares {word}, "
                "although the norm itself is representable",
                "by which number could the vector be divided before anything is squared?",
            )
    lengths = np.sqrt(np.sum(got**2, axis=axis, keepdims=True))
    if np.isclose(np.sum(got**2), 1) and lengths.size > 1:
        yield "rows have different lengths: one norm was used for the whole array"
    if np.allclose(np.sum(np.abs(got), axis=axis), 1):
        yield "the absolute values along the axis sum to 1: that is the L1 norm, not the length"
    if np.allclose(np.max(np.abs(got), axis=axis), 1):
        yield "the largest entry along the axis has size 1: divide by the length as well"
    short = (lengths > 0) & (lengths < 1 - 1e-14) & ((size < 1e-3) | (lengths > 1 - 1e-5))
    if short.any():
        yield (
            f"length {lengths[short][0]:.15g} for a vector of size {size[short][0]:.0e}: an "
            "epsilon was added to the norm, or the norm is kept above one",
            "how can a zero vector be treated without changing all the others?",
        )


_NORMALIZE = Definition(
    exact=lambda v, axis=-1: _map_rows(_exact_unit, v, axis),
    bound=_normalize_bound,
    landmarks=lambda v, axis=-1: {
        "the norm": np.sqrt(np.sum(np.asarray(v, dtype=float) ** 2, axis=axis, keepdims=True))
    },
    signs=_normalize_signs,
    origin=lambda index, v, axis=-1: _row_origin(index, v, axis).replace("x", "v", 1),
)


def check_safe_normalize(safe_normalize: Callable) -> None:
    """Check exercise 1b E5, ``safe_normalize(v, axis=-1)``."""
    v = np.array([[3.0, 4.0, 0.0], [1.0, -2.0, 2.0]])
    check = Check("safe_normalize", safe_normalize, _NORMALIZE)
    check.values("each row by itself", case(v), case(np.array([3.0, -4.0])))
    check.values("axis=0", case(v[:, :2], axis=0))
    check.values("entries near 1e-9", case(1e-9 * v))
    check.values("entries near 1e200 and 1e-200", case(1e200 * v), case(1e-200 * v))
    check.values("the zero vector", case(np.zeros(3)), case(np.array([[0.0, 0.0], [3.0, 4.0]])))
    check.values("integers and float32", case(np.array([3, 4])), case(v.astype(np.float32)))
    check.pure(case(v), case(np.zeros(3)))
    check.quiet(case(np.array([[0.0, 0.0], [1e200, 1e200]])))
    check.no_loop(lambda n: case(np.ones((n, 5))), "rows of v")
    check.done()


def _check_break(title: str, given: Callable, find: Callable, names: str, exact: Callable) -> None:
    """Check that the formula `given` is far off at the point that `find` returns."""
    report = Report(title)
    report.that(lambda: _break_finding(report, given, find, names, exact))
    report.done()


def _break_finding(
    report: Report, given: Callable, find: Callable, names: str, exact: Callable
) -> Finding | None:
    where = "a point where the formula is wrong"
    outcome = call(find)
    if outcome.failure:
        return Finding(where, outcome.failure)
    point = outcome.value if isinstance(outcome.value, (tuple, list)) else (outcome.value,)
    lines = {"yours": show(outcome.value)}
    try:
        point = [float(number) for number in point]
    except (TypeError, ValueError):
        point = []
    if len(point) != len(names.split(", ")) or not all(map(math.isfinite, point)):
        return Finding(where, {**lines, "expected": f"finite numbers: {names}"})
    if len(point) == 2 and point[1] not in (0.0, 1.0):
        return Finding(where, {**lines, "expected": "label 0 or 1"})
    value, want = float(call(given, *point).value), Decimal(exact(*point))
    error = math.inf
    if math.isfinite(value):
        error = _ulps(abs(_EXACT.subtract(Decimal(value), want)), want, np.dtype(float))
    lines |= {"formula": _number(value), "exact": _number(want)}
    if error > 1000:
        report.facts.append(f"formula {_number(value)}, exact {_number(want)}")
        return None
    pattern = f"the formula's error there is {error:.2g} ULP; more than 1000 are wanted"
    question = "which intermediate number can leave the range of floats, or lose its digits?"
    return Finding(where, {**lines, "pattern": pattern, "try": question})


def check_break_log_sigmoid(given: Callable, break_log_sigmoid: Callable) -> None:
    """Check exercise 1b W1, ``break_log_sigmoid()``, a point x where `given` is far off."""
    _check_break("break_log_sigmoid", given, break_log_sigmoid, "x", _exact_log_sigmoid)


def check_break_bce(given: Callable, break_bce: Callable) -> None:
    """Check exercise 1b W1, ``break_bce()``, a point (score, label) where `given` is far off."""
    _check_break("break_bce", given, break_bce, "score, label", _exact_bce)


# --- A2, logsumexp_softmax (2a) ---------------------------------------------------------------


def _exact_logsumexp(row: Iterable[float]) -> str:
    """Return log(sum(exp(row))) with 60 digits, as a string. [Definition.]"""
    row = [float(entry) for entry in row]
    if any(math.isnan(entry) for entry in row):
        return "NaN"
    if math.inf in row:
        return "Infinity"
    terms = [Decimal(entry) for entry in row if entry != -math.inf]
    if not terms:
        return "-Infinity"
    # Even decimal exponents end somewhere: beyond 1e17 an exact shift is needed, which takes as
    # many digits as the numbers have.
    huge = max(map(abs, terms)) > Decimal("1e17")
    shift = max(terms) if huge else Decimal(0)
    with decimal.localcontext(_EXACT, prec=700 if huge else 60):
        return str(sum((term - shift).exp() for term in terms).ln() + shift)


# --- A2, losses_with_logits (2b) --------------------------------------------------------------


def _exact_bce(s: float | Decimal, y: float) -> Decimal:
    """Return -(y ln p + (1 - y) ln(1 - p)) with p = 1 / (1 + exp(-s)). [Definition.]"""
    s, y = Decimal(s), Decimal(y)
    # 1 - p loses as many digits as p has nines. Beyond 1000 it has over 400 of them, which no
    # float can tell from the limit: a straight line.
    if abs(s) > 1000:
        with decimal.localcontext(_EXACT, prec=700):
            return s * (1 - y) if s > 0 else -s * y
    with decimal.localcontext(_EXACT, prec=60 + int(abs(s) / 2)):
        p = 1 / (1 + (-s).exp())
        return -sum(weight * chance.ln() for weight, chance in ((y, p), (1 - y, 1 - p)) if weight)


# Definitions that figures measure errors by: from one input to decimal digits.
REFERENCES = {
    "log_sigmoid": _exact_log_sigmoid,
    "logsumexp": _exact_logsumexp,
}
