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


def same_code(f: Callable, g: Callable) -> bool:
    """Tell whether two functions are the same program, apart from spacing and comments.

    Parameters
    ----------
    f, g : callable

    Returns
    -------
    bool

    Examples
    --------
    >>> same_code(lambda x: x + 1, lambda x: (x + 1))
    True
    """
    parts = ("co_code", "co_consts", "co_names", "co_varnames", "co_freevars")
    try:
        return all(getattr(f.__code__, p) == getattr(g.__code__, p) for p in parts)
    except AttributeError:
        return f is g


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
# 6. Written derivations
# ---------------------------------------------------------------------------------------------


def _draws(draw_args: Callable, count: int = 200) -> list[tuple]:
    """Return argument tuples, those with small whole numbers first: they make short examples."""
    rng = np.random.default_rng(20_260_401)
    return [draw_args(rng, number < count // 5) for number in range(count)]


def _value_of(expression: Callable, args: tuple, where: str) -> float | Finding:
    outcome = call(expression, *args)
    if outcome.failure:
        return Finding(where, outcome.failure)
    try:
        return float(outcome.value)
    except (TypeError, ValueError):
        lines = {"yours": show(outcome.value), "expected": "one number"}
        return Finding(where, lines)


def _differ(left: float, right: float, tolerance: float = 1e-9) -> bool:
    return not abs(left - right) <= tolerance * (1 + abs(left) + abs(right))


def check_chain(
    steps: list[Callable],
    draw_args: Callable[[np.random.Generator, bool], tuple],
    min_steps: int,
    first: Callable[[Callable], str] | None = None,
    last: Callable[[Callable], str] | None = None,
    title: str = "the chain",
) -> None:
    """Check a derivation that is written as a list of expressions, each equal to the one before.

    Parameters
    ----------
    steps : list of callable
        The lines, for instance ``[lambda x, a: ..., lambda x, a: ...]``.
    draw_args : callable
        ``draw_args(rng, simple)`` returns the arguments of one random trial; whole numbers if
        `simple`.
    min_steps : int
        The least number of lines.
    first, last : callable, optional
        Called with the first and the last line; return a sentence if it is not what the task
        asks for, else "".
    title : str, optional
        What the report calls it.

    Raises
    ------
    CheckFailed
        With the first pair of lines that disagree, and numbers.

    Examples
    --------
    >>> chain = [lambda t: (t + 1) ** 2, lambda t: t**2 + 2 * t + 1]
    >>> check_chain(chain, lambda rng, simple: (float(rng.integers(9)),), min_steps=2)
    ok    the chain   3 checks   2 lines agree at 200 random points
    """
    report = Report(title)
    report.that(lambda: _length_finding(steps, min_steps))
    report.that(lambda: _chain_finding(steps, _draws(draw_args)))
    report.that(lambda: _ends_finding(steps, first, last))
    report.facts.append(f"{len(steps)} lines agree at 200 random points")
    report.done()


def _length_finding(steps: list[Callable], min_steps: int) -> Finding | None:
    where = "number of lines"
    if not isinstance(steps, (list, tuple)) or not all(callable(step) for step in steps):
        return Finding(where, {"expected": "a list of functions, one per line of the derivation"})
    if len(steps) < min_steps:
        lines = {"yours": _count(len(steps), "line"), "expected": f"at least {min_steps} lines"}
        return Finding(where, lines)
    for number, (step, following) in enumerate(itertools.pairwise(steps), start=1):
        if same_code(step, following):
            pattern = f"lines {number} and {number + 1} are the same expression"
            return Finding(where, {"pattern": pattern, "try": "which rule does this line apply?"})
    return None


def _chain_finding(steps: list[Callable], draws: list[tuple]) -> Finding | None:
    for args in draws:
        previous = None
        for number, step in enumerate(steps, start=1):
            value = _value_of(step, args, f"line {number}")
            if isinstance(value, Finding):
                return value
            if previous is not None and _differ(previous, value):
                lines = {
                    "input": ",  ".join(show(a) for a in args),
                    f"line {number - 1}": _number(previous),
                    f"line {number}": _number(value),
                    "pattern": f"lines {number - 1} and {number} are not equal",
                    "try": "which rule leads from one to the other, and does it hold here?",
                }
                return Finding("all lines agree", lines)
            previous = value
    return None


def _is_finite(line: Callable, *args: object) -> bool:
    """Tell whether a line has a finite value; what raises, as ``math.log(0)``, has none."""
    value = call(line, *args).value
    return value is not None and math.isfinite(value)


def _ends_finding(
    steps: list[Callable], first: Callable | None, last: Callable | None
) -> Finding | None:
    for name, step, rule in (("first", steps[0], first), ("last", steps[-1], last)):
        complaint = rule(step) if rule else ""
        if complaint:
            return Finding(f"{name} line", {"pattern": complaint})
    return None


Equation = tuple[Callable, Callable]


def check_equations(
    lines: list[Equation], draw_args: Callable[[np.random.Generator, bool], tuple]
) -> list[bool]:
    """Tell for each equation, a pair of functions, whether it holds at 200 random points.

    Parameters
    ----------
    lines : list of pairs of callable
        Left and right sides; each takes what `draw_args` returns, and returns a number.
    draw_args : callable
        See `check_chain`.

    Returns
    -------
    list of bool

    Examples
    --------
    >>> equations = [(lambda t: 2 * t, lambda t: t + t), (lambda t: t * t, lambda t: 2 * t)]
    >>> check_equations(equations, lambda rng, simple: (rng.normal(),))
    [True, False]
    """
    draws = _draws(draw_args)
    return [all(not _differ(left(*args), right(*args)) for args in draws) for left, right in lines]


def check_counterexample(
    lines: list[Equation],
    step: int,
    point: tuple,
    draw_args: Callable[[np.random.Generator, bool], tuple],
    title: str = "first wrong step",
) -> None:
    """Check a claim that `step`, from line `step` to the next, is the first that goes wrong.

    The lines up to `step` must hold at 200 random points, and the next must fail at `point` by
    more than 1e-6.

    Parameters
    ----------
    lines : list of pairs of callable
        The equations of a proof, as pairs (left side, right side).
    step : int
        Counted from 1.
    point : tuple
        The arguments at which line ``step + 1`` is seen to be false.
    draw_args : callable
        See `check_chain`.

    Raises
    ------
    CheckFailed
        If a line up to `step` is false already, or the next holds at `point`.

    Examples
    --------
    >>> proof = [(lambda t: 2 * t, lambda t: t + t), (lambda t: t * t, lambda t: 2 * t)]
    >>> check_counterexample(proof, 1, (3.0,), lambda rng, simple: (rng.normal(),))
    ok    first wrong step   3 checks
    """
    report = Report(title)
    report.that(lambda: _step_finding(lines, step, point))
    report.that(lambda: _earlier_lines_finding(lines, step, point, draw_args))
    report.that(lambda: _counterexample_finding(lines, step, point))
    report.done()


def _step_finding(lines: list[Equation], step: object, point: object) -> Finding | None:
    where = "a step of this proof"
    if not isinstance(step, (int, np.integer)) or not 1 <= step < len(lines):
        expected = f"a whole number from 1 to {len(lines) - 1}: step k leads from line k to k + 1"
        return Finding(where, {"yours": show(step), "expected": expected})
    wanted = len(inspect.signature(lines[0][0]).parameters)
    if not isinstance(point, tuple) or len(point) != wanted:
        expected = f"a tuple of {wanted} arguments, such as the functions of the proof take"
        return Finding(where, {"counterexample": "", "yours": show(point), "expected": expected})
    return None


def _sides(equation: Equation, point: tuple) -> tuple[float, float]:
    with np.errstate(all="ignore"):
        return float(equation[0](*point)), float(equation[1](*point))


def _earlier_lines_finding(
    lines: list[Equation], step: int, point: tuple, draw_args: Callable
) -> Finding | None:
    truth = check_equations(lines[:step], draw_args)
    if all(truth):
        return None
    wrong = truth.index(False)
    example = next(p for p in _draws(draw_args) if _differ(*_sides(lines[wrong], p)))
    left, right = _sides(lines[wrong], example)
    pattern = (
        f"line {wrong + 1} is false already: at {',  '.join(show(p) for p in example)} it reads "
        f"{_number(left)} = {_number(right)}"
    )
    return Finding("earlier lines", {"yours": f"step {step}", "pattern": pattern})


def _counterexample_finding(lines: list[Equation], step: int, point: tuple) -> Finding | None:
    where = f"line {step + 1} at your point"
    try:
        left, right = _sides(lines[step], point)
    except (TypeError, ValueError, ArithmeticError) as error:
        return Finding(where, {"input": show(point), "error": f"{type(error).__name__}: {error}"})
    if not (math.isfinite(left) and math.isfinite(right)):
        pattern = "a side is not finite there, which proves nothing: take smaller numbers"
    elif abs(left - right) <= 1e-6:
        pattern = "the two sides agree there, so the point does not refute the line"
    else:
        return None
    lines_ = {
        "input": ",  ".join(show(p) for p in point),
        "left side": _number(left),
        "right side": _number(right),
        "pattern": pattern,
    }
    return Finding(where, lines_)


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


def plot_error_heatmap(
    ax: object, xs: np.ndarray, ys: np.ndarray, ulps: np.ndarray, title: str
) -> object:
    """Draw errors in ULP over a plane, on a logarithmic scale; inf and nan stay white.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    xs, ys : ndarray, shapes (M,) and (N,)
        Coordinates of columns and rows.
    ulps : ndarray, shape (N, M)
        Errors; below 1 ULP counts as 1.
    title : str

    Returns
    -------
    matplotlib.collections.QuadMesh
        For a color bar.
    """
    shown = np.ma.masked_invalid(np.log10(np.maximum(ulps, 1.0)))
    mesh = ax.pcolormesh(xs, ys, shown, cmap="viridis", vmin=0, vmax=16, shading="nearest")
    ax.set(title=title, xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    ax.grid(False)
    return mesh


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


def _wrapped(what: str, verb: str, *arrays: np.ndarray) -> Iterator[str]:
    """Explain wrong values where arguments are unsigned integers."""
    unsigned = [a.dtype for a in arrays if a.dtype.kind == "u"]
    if unsigned:
        size = int(np.iinfo(unsigned[0]).max) + 1
        yield f"{what} of {unsigned[0]} wrapped around at {size}: convert before {verb}"


# --- A1, floating_point (1b) ------------------------------------------------------------------


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


def _exact_log_softmax(row: Iterable[float]) -> list[str]:
    """Return row_i - log(sum(exp(row))) for each i, as strings. [Definition.]"""
    total = Decimal(_exact_logsumexp(row))
    with decimal.localcontext(_EXACT, prec=700):
        return [str(Decimal(float(x)) - total) for x in row]


def _exact_softmax(row: Iterable[float]) -> list[str]:
    """Return exp(row_i) / sum(exp(row)) for each i, as strings. [Definition.]"""
    return [
        str(_EXACT.exp(max(Decimal(log), Decimal(-(10**17)))))  # below, every float is 0
        for log in _exact_log_softmax(row)
    ]


def _largest(x: object, axis: int | None, keepdims: bool) -> np.ndarray:
    """Return the largest absolute finite entry along an axis, 0 if there is none."""
    x = np.asarray(x, dtype=float)
    size = np.abs(np.where(np.isfinite(x), x, 0.0))
    return np.max(size, axis=axis, keepdims=keepdims, initial=0.0)


def _logsumexp_bound(
    u: float, want: np.ndarray, x: object, axis: int | None = -1, keepdims: bool = False
) -> np.ndarray:
    """Return the allowed error of a shifted sum.

    After P. Blanchard, D. J. Higham and N. J. Higham, Accurately computing the log-sum-exp and
    softmax functions, IMA Journal of Numerical Analysis 41 (2021), with room for other orders of
    summation.
    """
    x = np.asarray(x)
    n = x.size if axis is None else x.shape[axis]
    return 4 * u * (1 + _largest(x, axis, keepdims)) + n * u


def _shift_bound(u: float, want: np.ndarray, x: object, axis: int = -1) -> np.ndarray:
    """Return the bound shared by log_softmax (absolute) and softmax (relative)."""
    x = np.asarray(x, dtype=float)
    top = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    top = np.where(np.isfinite(top), top, 0.0)
    below = np.where(np.isfinite(x), np.abs(x - top), 0.0)
    return 4 * u * (2 + below + np.abs(top)) + x.shape[axis] * u


def _softmax_bound(u: float, want: np.ndarray, x: object, axis: int = -1) -> np.ndarray:
    smallest = 1e-300 if u < 1e-10 else 1e-37  # where floats of this dtype begin to be coarse
    return np.maximum(want, smallest) * _shift_bound(u, want, x, axis)


def _logsumexp_signs(
    got: np.ndarray, want: np.ndarray, x: object, axis: int | None = -1, keepdims: bool = False
) -> Iterator[tuple[str, str]]:
    yield from _wrapped("differences", "subtracting", np.asarray(x))
    x = np.asarray(x, dtype=float)
    top, finite = float(np.max(x, initial=-np.inf)), np.isfinite(want)
    tops = np.max(x, axis=axis, keepdims=keepdims, initial=-np.inf)
    if finite.any() and np.allclose(np.exp(got), tops + np.exp(want - tops)):
        yield (
            "yours = log(max(x) + sum exp(x - max(x))): the shift belongs outside the log",
            "log(e^a S) is the log of a product: what does it become?",
        )
    if (np.isposinf(got) & finite).any() and top < math.inf:
        yield (
            f"exp overflows above 709.78 (above 88.7 in float32); the largest entry is {top:.6g}",
            "which shift a makes every exponent x - a at most 0?",
        )
    if (np.isneginf(got) & finite).any():
        yield (
            "every term of a row underflowed to 0, and the log of 0 is -inf",
            "which shift a keeps at least one exponent of each row at 0?",
        )
    if (np.isnan(got) & np.isneginf(want)).any():
        yield (
            "nan for a row of -inf; the sum of its exponentials is 0, and log 0 is -inf",
            "what is -inf minus -inf, and which shift avoids it?",
        )
    if (np.isnan(got) & np.isposinf(want)).any():
        yield "nan for a row with +inf; the documented answer is +inf", "what is inf minus inf?"


_LOGSUMEXP = Definition(
    exact=lambda x, axis=-1, keepdims=False: _along(_exact_logsumexp, x, axis, keepdims),
    bound=_logsumexp_bound,
    landmarks=lambda x, axis=-1, keepdims=False: {
        "max(x)": np.max(x, axis=axis, keepdims=keepdims, initial=-np.inf)
    },
    signs=_logsumexp_signs,
    origin=_row_origin,
)


def _softmax_signs(
    got: np.ndarray, want: np.ndarray, x: object, axis: int = -1
) -> Iterator[tuple[str, str] | str]:
    yield from _wrapped("differences", "subtracting", np.asarray(x))
    if np.isnan(got).any() and not np.isnan(want).any():
        x = np.asarray(x, dtype=float)
        if np.max(x) > 700:
            yield "nan: exp overflowed to inf, and inf / inf is nan", "which shift prevents it?"
        yield (
            "nan: every term of a row underflowed to 0, and 0 / 0 is nan",
            "is the shift the maximum of the row, or of something larger?",
        )
    sums, others = got.sum(axis=axis), got.sum(axis=tuple(range(got.ndim))[:1])
    if got.ndim == 2 and not np.allclose(sums, 1) and np.allclose(others, 1):
        yield "columns sum to 1, rows do not", "along which axis is the sum of the denominator?"
    if got.ndim > 1 and np.isclose(got.sum(), 1):
        yield "all entries together sum to 1; each row should", "which axis does the sum need?"
    if (got <= 0).all() and np.allclose(np.exp(got), want):
        yield "all outputs are negative: exp of them is correct"
    if np.max(np.abs(sums - 1), initial=0.0) > 1e-10:
        yield f"rows sum to {_number(float(np.ravel(sums)[0]))}, expected 1"


_SOFTMAX = Definition(
    exact=lambda x, axis=-1: _map_rows(_exact_softmax, x, axis),
    bound=_softmax_bound,
    signs=_softmax_signs,
    origin=_row_origin,
)


def _log_softmax_signs(
    got: np.ndarray, want: np.ndarray, x: object, axis: int = -1
) -> Iterator[tuple[str, str] | str]:
    yield from _wrapped("differences", "subtracting", np.asarray(x))
    if (np.isneginf(got) & np.isfinite(want)).any():
        yield (
            f"-inf where the answer is {_number(float(want[np.isneginf(got)][0]))}: "
            "the probability underflowed to 0 before its logarithm was taken",
            "can the logarithm be taken on paper, before anything is computed?",
        )
    if (got > 1e-12).any():
        yield "positive log-probabilities: no probability is above 1"
    sums = np.exp(got).sum(axis=axis)
    if not np.allclose(sums, 1):
        yield (
            f"exp of your row sums to {float(np.ravel(sums)[0]):.4g}, expected 1: not normalized",
            "what is subtracted from every entry of the row?",
        )


_LOG_SOFTMAX = Definition(
    exact=lambda x, axis=-1: _map_rows(_exact_log_softmax, x, axis),
    bound=_shift_bound,
    signs=_log_softmax_signs,
    origin=_row_origin,
)


def check_logsumexp(logsumexp: Callable) -> None:
    """Check exercise 2a E1, ``logsumexp(x, axis=-1, keepdims=False)``."""
    x = np.array([[3.0, 1.0, -2.0], [0.5, 0.5, 4.0]])
    check = Check("logsumexp", logsumexp, _LOGSUMEXP)
    check.values("one row", case(np.array([0.0, 1.0, 2.0])))
    check.values("one answer per row", case(x))
    check.values("other axes, keepdims", case(x, axis=0), case(x, axis=1, keepdims=True))
    check.values("numbers near 1000", case(np.array([1000.0, 1000.5])))
    check.values("numbers near -1000", case(np.array([-1000.0, -1001.0])))
    check.values("float32", case(x.astype(np.float32)))
    check.pure(case(x))
    check.quiet(case(np.array([1000.0, 1000.5])))
    check.no_loop(lambda n: case(np.ones((n, 5))), "rows of x")
    check.that(lambda: _near_zero_note(check))
    check.done()


def _near_zero_note(check: Check) -> None:
    """Praise an answer that is accurate where log-sum-exp is nearly 0; the plain shift is not."""
    row = np.array([0.0, -40.0])
    error = accuracy_report(check.f, "logsumexp", [row])[0]
    if error < 10:
        check.notes.append(
            f"accurate to {error:.1g} ULP even at x = [0, -40], where the answer is 4.2e-18"
        )


def check_softmax(softmax: Callable) -> None:
    """Check exercise 2a E2, ``softmax(x, axis=-1)``."""
    x = np.array([[1.0, 2.0, 0.5], [-1.0, 0.0, 3.0]])
    check = Check("softmax", softmax, _SOFTMAX)
    check.values("one row", case(np.array([0.0, 1.0, 2.0])))
    check.values("each row sums to 1", case(x))
    check.values("axis=0", case(x, axis=0))
    check.values("numbers near 1000", case(np.array([1000.0, 1001.0])))
    check.values("rows far apart in size", case(np.array([[1.0, 2.0], [-801.0, -800.0]])))
    check.values("float32", case(x.astype(np.float32)))
    check.pure(case(x))
    check.quiet(case(np.array([1000.0, 1001.0])))
    check.no_loop(lambda n: case(np.ones((n, 5))), "rows of x")
    check.done()


def check_log_softmax(log_softmax: Callable) -> None:
    """Check exercise 2a E3, ``log_softmax(x, axis=-1)``."""
    x = np.array([[1.0, 2.0, 0.5], [-1.0, 0.0, 3.0]])
    check = Check("log_softmax", log_softmax, _LOG_SOFTMAX)
    check.values("one row", case(np.array([0.0, 1.0, 2.0])))
    check.values("each row by itself", case(x))
    check.values("axis=0", case(x, axis=0))
    check.values("a tiny probability", case(np.array([0.0, -800.0])))
    check.values("numbers near 1000", case(np.array([1000.0, 1001.0])))
    check.pure(case(x))
    check.quiet(case(np.array([0.0, -800.0])))
    check.no_loop(lambda n: case(np.ones((n, 5))), "rows of x")
    check.done()


def draw_lse_args(rng: np.random.Generator, simple: bool) -> tuple[np.ndarray, float]:
    """Return x, shape (n,) with n from 1 to 5, and a shift a; whole numbers if `simple`."""
    n = int(rng.integers(1, 6))
    if simple:
        return rng.integers(-3, 4, size=n).astype(float), float(rng.integers(-3, 4))
    return rng.uniform(-5, 5, size=n), float(rng.uniform(-5, 5))


def _ignores_shift(line: Callable) -> str:
    # A form with x - a or e^a in it overflows for one of these shifts.
    x = np.array([0.5, -1.0, 2.0])
    if all(_is_finite(line, x, a) for a in (-2000.0, 0.0, 2000.0)):
        return ""
    return "the chain begins with log-sum-exp of x as it stands, and this line depends on a"


def _survives_large(line: Callable) -> str:
    if _is_finite(line, np.array([1000.0, 1001.0, 999.0]), 1001.0):
        return ""
    return "the chain ends with a form that stays finite for x = [1000, 1001, 999] and a = 1001"


def check_lse_chain(steps: list[Callable]) -> None:
    """Check exercise 2a D1, the proof of the log-sum-exp identity as a list of functions."""
    check_chain(
        steps, draw_lse_args, 4, first=_ignores_shift, last=_survives_large, title="steps_lse"
    )


def check_wrong_step(handed_in: list[Equation], step: int, point: tuple) -> None:
    """Check exercise 2a W1, the first wrong step of a proof and a counterexample to it."""
    check_counterexample(handed_in, step, point, draw_lse_args, f"first_wrong_step = {step}")


# --- A2, losses_with_logits (2b) --------------------------------------------------------------


def _slope(f: Callable[[Decimal], Decimal], t: Decimal) -> Decimal:
    """Return the central difference quotient of `f`, right to 38 digits.

    With 60 digits and this step both the truncation and the cancellation are that small, so no
    derivative is written down here.
    """
    h = Decimal("1e-20")
    with decimal.localcontext(_EXACT):
        ahead, behind = t + h, t - h
        return (f(ahead) - f(behind)) / (2 * h)


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


def _exact_bce_slope(s: float, y: float) -> Decimal:
    return _slope(lambda score: _exact_bce(score, y), Decimal(s))


def _bce_bound(u: float, want: np.ndarray, s: object, y: object) -> np.ndarray:
    return 4 * u * (1 + np.abs(np.asarray(s, dtype=float) + np.zeros(want.shape)))


def _sharp_bce_bound(u: float, want: np.ndarray, s: object, y: object) -> np.ndarray:
    """Return the bound of `_bce_bound` for soft labels, and 8 ULP for hard ones."""
    dtype = np.float32 if u > 1e-10 else np.float64
    hard = np.isin(np.asarray(y, dtype=float) + np.zeros(want.shape), (0.0, 1.0))
    ulps = 8 * np.spacing(np.minimum(want, np.finfo(dtype).max).astype(dtype))
    return np.where(hard, ulps, _bce_bound(u, want, s, y))


def _rescued_sign(got: np.ndarray, want: np.ndarray) -> Iterator[tuple[str, str]]:
    """Recognize losses of probabilities that were clipped, or had a number such as 1e-12 added."""
    added = np.exp(-got) - np.exp(-want)
    added = added[added > 3e-15]
    size = float(np.median(added)) if added.size else 1.0
    exponent = round(math.log10(size)) if size < 1 else 0
    if exponent <= -4 and np.allclose(added, 10.0**exponent, rtol=0.01, atol=0):
        yield (
            f"saturates at {-exponent * math.log(10):.5g} = -log(1e{exponent}): a probability was "
            "clipped, or a small number added to it",
            "can the logarithm be taken on paper, so that no probability has to be rescued?",
        )


def _bce_signs(
    got: np.ndarray, want: np.ndarray, s: object, y: object
) -> Iterator[tuple[str, str] | str]:
    dtype = np.asarray(y).dtype
    if dtype.kind == "u":
        yield f"unsigned labels wrap around: in {dtype}, -1 is {np.iinfo(dtype).max}"
    s, y = np.broadcast_arrays(np.asarray(s, dtype=float), np.asarray(y, dtype=float))
    lost = ~np.isfinite(got)
    if lost.any() and np.abs(s[lost]).min() < 700:
        yield (
            "the probability rounded to exactly 0 or 1, and the logarithm of 0 is -inf",
            "can the logarithm be taken on paper, before the probability is computed?",
        )
    if lost.any():
        yield (
            "exp overflows above 709.78 (above 88.7 in float32)",
            "which form lets exp see only numbers that are not positive?",
        )
    yield from _rescued_sign(got, want)
    swapped = np.array(_elementwise(_exact_bce, s, 1 - y), dtype=float)
    if np.allclose(got, swapped, rtol=1e-6) and not np.allclose(got, want, rtol=1e-6):
        yield "yours(s, y) = expected(s, 1 - y): which label goes with which logarithm?"
    vanished = (got == 0) & (want > 0)
    if vanished.any() and (s[vanished] < 0).any():
        yield (
            "0 where the answer is tiny but not 0 (relative error 1): 1 + t rounds to 1 for "
            "t below 1.1e-16, and its logarithm is 0",
            "which NumPy function computes log(1 + t) for small t?",
        )
    if vanished.any():
        yield (
            "0 where the answer is tiny but not 0 (relative error 1): two nearly equal numbers "
            "were subtracted",
            "which of the two could be left out of both, on paper?",
        )


def _entry_origin(index: tuple, s: object, y: object) -> str:
    s, y = np.broadcast_arrays(np.asarray(s), np.asarray(y))
    return f"there s = {_number(s[index])} and y = {_number(y[index])}" if s.ndim else ""


_BCE = Definition(
    exact=lambda s, y: _elementwise(_exact_bce, s, y),
    bound=_bce_bound,
    signs=_bce_signs,
    origin=_entry_origin,
)
_SHARP_BCE = Definition(
    exact=_BCE.exact, bound=_sharp_bce_bound, signs=_BCE.signs, origin=_BCE.origin
)


def _bce_grad_signs(got: np.ndarray, want: np.ndarray, s: object, y: object) -> Iterator[str]:
    y = np.asarray(y, dtype=float)
    p = want + y
    if _close(got, want * p * (1 - p)):
        yield "yours = expected x p(1 - p): this factor cancels against that of the logarithm"
    if _close(got * p * (1 - p), want):
        yield (
            "yours = expected / (p(1 - p)): differentiated with respect to the probability, "
            "not the logit"
        )
    if _close(got, p - 1) and not _close(want, p - 1):
        yield "matches labels that are all 1: where does y enter?"
    if _close(got, p) and not _close(want, p):
        yield "matches labels that are all 0: where does y enter?"


_BCE_GRAD = Definition(
    exact=lambda s, y: _elementwise(_exact_bce_slope, s, y),
    bound=lambda u, want, s, y: np.full(want.shape, 4 * u),
    sizes=lambda s, y: {"N": np.size(s)},
    signs=_bce_grad_signs,
    origin=_entry_origin,
)


def _target_rows(logits: object, targets: object) -> list[list[float]]:
    """Return targets as rows of probabilities, whichever of the two forms they have."""
    targets = np.asarray(targets)
    if targets.ndim == 2:
        return [[float(t) for t in row] for row in targets]
    return [[float(k == label) for k in range(np.shape(logits)[1])] for label in targets]


def _exact_row_loss(row: list[Decimal], target: list[float]) -> Decimal:
    """Return -sum_i t_i ln z_i with z = softmax(row), where 0 ln 0 = 0. [Definition.]"""
    with decimal.localcontext(_EXACT):
        log_total = sum(x.exp() for x in row).ln()
        return -sum(Decimal(t) * (x - log_total) for x, t in zip(row, target, strict=True) if t)


def _exact_cross_entropy(logits: object, targets: object) -> Decimal:
    """Return the mean of the rows' losses. [Definition.]"""
    rows = zip(map(_decimals, logits), _target_rows(logits, targets), strict=True)
    with decimal.localcontext(_EXACT):
        return sum(_exact_row_loss(row, target) for row, target in rows) / len(logits)


def _exact_row_gradient(row: list[Decimal], target: list[float]) -> list[Decimal]:
    def loss_with(k: int, entry: Decimal) -> Decimal:
        return _exact_row_loss([*row[:k], entry, *row[k + 1 :]], target)

    return [_slope(lambda x, k=k: loss_with(k, x), entry) for k, entry in enumerate(row)]


def _exact_cross_entropy_slope(logits: object, targets: object) -> np.ndarray:
    result = np.empty(np.shape(logits), dtype=object)
    with decimal.localcontext(_EXACT):
        for n, target in enumerate(_target_rows(logits, targets)):
            gradient = _exact_row_gradient(_decimals(logits[n]), target)
            result[n] = [entry / len(logits) for entry in gradient]
    return result


def _loss_dtype(*args: object) -> np.dtype | None:
    """A loss may be a Python float, which has no float32."""
    dtype = float_dtype(*args)
    return None if dtype is None or dtype.itemsize < 8 else dtype


def _cross_entropy_bound(u: float, want: np.ndarray, logits: object, targets: object) -> np.ndarray:
    logits = np.asarray(logits)
    if logits.dtype == np.float32:
        u = np.finfo(np.float32).eps
    rows = np.sum(np.array(_target_rows(logits, targets)) * _shift_bound(u, want, logits), axis=1)
    return np.mean(rows) + sum(logits.shape) * u * want


def _cross_entropy_signs(
    got: np.ndarray, want: np.ndarray, logits: object, targets: object
) -> Iterator[tuple[str, str] | str]:
    rows = np.array(_target_rows(logits, targets))
    masked = np.isneginf(np.asarray(logits, dtype=float)) & (rows == 0)
    if not np.isfinite(got).all() and masked.any():
        yield "nan: 0 * -inf for a class with target 0", "what should such a class contribute?"
    elif not np.isfinite(got).all():
        yield (
            "a probability rounded to 0, or exp overflowed, before the logarithm was taken",
            "which of the given functions returns log-probabilities without probabilities?",
        )
    if np.size(logits) == np.shape(logits)[1]:
        yield from _rescued_sign(got, want)
        if got == 0 < want:
            yield "0 for a single sample: its classes do not compete, the softmax ran along samples"
    for sentence, scores, other in (
        (
            "matches the loss for argmax(targets): soft targets are used up to their largest entry",
            logits,
            np.argmax(rows, axis=1),
        ),
        (
            "each row met the labels of all rows: an array of shape (N, N) was averaged",
            logits,
            np.broadcast_to(rows.mean(axis=0), rows.shape),
        ),
        (
            "softmax was taken twice: the loss matches softmax(logits) in place of the logits",
            _map_rows(_exact_softmax, logits, -1),
            rows,
        ),
    ):
        loss = float(_exact_cross_entropy(scores, other))
        if math.isclose(got, loss, rel_tol=1e-6) and not math.isclose(want, loss, rel_tol=1e-6):
            yield sentence
    if math.isclose(got, -want, rel_tol=1e-6):
        yield "yours = -expected"


_CROSS_ENTROPY = Definition(
    exact=_exact_cross_entropy,
    bound=_cross_entropy_bound,
    dtype=_loss_dtype,
    landmarks=lambda logits, targets: {
        f"N (here {np.shape(logits)[0]})": np.shape(logits)[0],
        f"K (here {np.shape(logits)[1]})": np.shape(logits)[1],
        "ln 2: the natural logarithm is meant": math.log(2),
    },
    signs=_cross_entropy_signs,
)


def _cross_entropy_grad_bound(
    u: float, want: np.ndarray, logits: object, targets: object
) -> np.ndarray:
    n = len(want)
    p = np.clip(n * want + np.array(_target_rows(logits, targets)), 0, 1)
    return (p * _shift_bound(u, want, logits) + 4 * u) / n


def _cross_entropy_grad_signs(
    got: np.ndarray, want: np.ndarray, logits: object, targets: object
) -> Iterator[tuple[str, str] | str]:
    if not np.isfinite(got).all():
        yield "exp overflowed to inf, and inf / inf is nan", "is every exponent at most 0?"
    rows = np.array(_target_rows(logits, targets))
    hard = np.array(_target_rows(logits, np.argmax(rows, axis=1)))
    if _close(got, want + (rows - hard) / len(rows)) and not np.array_equal(rows, hard):
        yield "right for hard targets, wrong for soft ones: argmax(targets) was used"


_CROSS_ENTROPY_GRAD = Definition(
    exact=_exact_cross_entropy_slope,
    bound=_cross_entropy_grad_bound,
    sizes=lambda logits, targets: dict(zip("NK", np.shape(logits), strict=True)),
    landmarks=lambda logits, targets: {
        "targets / N": np.array(_target_rows(logits, targets)) / len(logits)
    },
    signs=_cross_entropy_grad_signs,
)


def _exact_smooth_labels(y: Iterable[int], num_classes: int, eps: float) -> np.ndarray:
    """Return the mixture of one-hot rows, weight 1 - eps, and uniform ones. [Definition.]"""
    result = np.empty((len(y), num_classes), dtype=object)
    with decimal.localcontext(_EXACT):
        for n, k in np.ndindex(result.shape):
            result[n, k] = (1 - Decimal(eps)) * int(y[n] == k) + Decimal(eps) / num_classes
    return result


def _smooth_labels_signs(
    got: np.ndarray, want: np.ndarray, y: np.ndarray, num_classes: int, eps: float
) -> Iterator[str]:
    if not eps or not got.size:
        return
    hard = np.array([[float(k == label) for k in range(num_classes)] for label in y])
    if _close(got, hard):
        yield "same as one-hot: eps has no effect"
    if not np.allclose(got.sum(axis=1), 1):
        total = _number(float(got[0].sum()), 4)
        yield f"rows sum to {total}, expected 1: the parts have the weights 1 - eps and eps"
    true, expected = got[hard == 1][0], want[hard == 1][0]
    if math.isclose(true, 1 - eps):
        yield (
            f"true class {_number(true, 4)}, expected {_number(expected, 4)}: the uniform part "
            "includes the true class"
        )


def _smooth_labels_shapes(
    got: np.ndarray, want: np.ndarray, y: np.ndarray, num_classes: int, eps: float
) -> Iterator[str]:
    if got.shape == (len(y), np.max(y) + 1):
        yield (
            f"K is {num_classes} but your matrix has {got.shape[1]} columns: the largest classes "
            "happened to be absent from y"
        )


_SMOOTH_LABELS = Definition(
    exact=_exact_smooth_labels,
    bound=lambda u, want, y, num_classes, eps: np.full(want.shape, 4 * u),
    sizes=lambda y, num_classes, eps: {"N": len(y), "K": num_classes},
    signs=_smooth_labels_signs,
    shapes=_smooth_labels_shapes,
)


def _minimizer_finding(
    f: Callable, k: int, num_classes: int, eps: float, gaps: dict[str, float] | None = None
) -> Finding | None:
    """Judge logits by what makes them the minimizer: gradient 0 and mean 0.

    `gaps` holds sentences for gaps, between class k and another, that belong to known mistakes.
    """
    where = f"k = {k}, num_classes = {num_classes}, eps = {eps}"
    outcome = call(f, k, num_classes, eps)
    if outcome.failure:
        return Finding(where, outcome.failure)
    got = np.asarray(outcome.value)
    if got.dtype.kind not in "iuf" or got.shape != (num_classes,):
        yours = f"{type(outcome.value).__name__} of shape {got.shape}"
        return Finding(where, {"yours": yours, "expected": f"numbers, shape ({num_classes},)"})
    pattern = _minimizer_pattern(got.astype(float), k, eps, gaps or {})
    return Finding(where, {"yours": show(got, 10), "pattern": pattern}) if pattern else None


def _minimizer_pattern(got: np.ndarray, k: int, eps: float, gaps: dict[str, float]) -> str:
    if not np.isfinite(got).all():
        return f"{_number(got[~np.isfinite(got)][0])}: with smoothing the minimizer is finite"
    largest = int(np.argmax(got))
    if got[largest] > got[k]:
        return f"largest logit at class {largest}, k = {k}"
    norm = _smoothed_gradient_norm(got, k, eps)
    if norm <= 1e-12:
        mean = float(np.mean(got))
        centered = abs(mean) <= 1e-12
        return "" if centered else f"mean {mean:.4g}; the task fixes the free constant by mean 0"
    gap = float(got[k] - got[k - 1])
    for sentence, wrong in gaps.items():
        if math.isclose(gap, wrong, rel_tol=1e-6):
            return f"gap {gap:.4g} = {sentence}"
    if _smoothed_gradient_norm(2 * got, k, eps) <= 1e-12:
        return f"gradient norm {norm:.2g}: not stationary, the gap is half of the required one"
    return f"gradient norm {norm:.2g}, required 1e-12; your gap between the classes is {gap:.4g}"


def _smoothed_gradient_norm(logits: np.ndarray, k: int, eps: float) -> float:
    target = [float(t) for t in _exact_smooth_labels([k], len(logits), eps)[0]]
    gradient = [float(entry) for entry in _exact_row_gradient(_decimals(logits), target)]
    return math.hypot(*gradient)


def check_bce_with_logits(bce_with_logits: Callable) -> None:
    """Check exercise 2b E1, ``bce_with_logits(s, y)``."""
    s, y = np.array([2.0, -1.0, 0.5, 0.0, -3.0]), np.array([1.0, 0.0, 1.0, 0.0, 1.0])
    check = Check("bce_with_logits", bce_with_logits, _SHARP_BCE)
    check.values("one loss per entry", case(s, y))
    check.values("soft labels", case(s, np.array([0.9, 0.2, 0.5, 0.0, 1.0])))
    forty, wrong, right = np.array([40.0, -40.0]), np.array([0.0, 1.0]), np.array([1.0, 0.0])
    check.values("scores near 40, sure and wrong", case(forty, wrong))
    check.values("scores near 800", case(20 * forty, wrong))
    check.values("scores near 40, sure and right", case(forty, right))
    check.values("rows of scores, one row of labels", case(np.stack([s, -s]), y))
    check.values("labels that are truth values", case(s, y.astype(bool)))
    check.values("float32", case(s.astype(np.float32), y.astype(np.float32)))
    check.pure(case(s, y))
    check.quiet(case(20 * forty, wrong))
    check.no_loop(lambda n: case(np.ones(n), np.ones(n)), "scores")
    check.done()


def check_bce_with_logits_grad(bce_with_logits_grad: Callable) -> None:
    """Check exercise 2b E2, ``bce_with_logits_grad(s, y)``."""
    s, y = np.array([2.0, -1.0, 0.5, 0.0, -3.0]), np.array([1.0, 0.0, 1.0, 0.0, 0.3])
    check = Check("bce_with_logits_grad", bce_with_logits_grad, _BCE_GRAD)
    check.values("one slope per entry", case(s, y))
    check.values("scores near 1000", case(np.array([1000.0, -1000.0]), np.array([0.0, 1.0])))
    check.values("float32", case(s.astype(np.float32), y.astype(np.float32)))
    check.pure(case(s, y))
    check.quiet(case(np.array([1000.0, -1000.0]), np.array([0.0, 1.0])))
    check.no_loop(lambda n: case(np.ones(n), np.ones(n)), "scores")
    check.done()


# Three samples, four classes; soft rows sum to 1.
_LOGITS = np.array([[2.0, -1.0, 0.5, 0.0], [0.0, 3.0, 1.0, -2.0], [0.3, 0.2, 0.1, 0.0]])
_LABELS = np.array([0, 2, 1])
_SOFT = np.array([[0.7, 0.1, 0.1, 0.1], [0.0, 0.4, 0.6, 0.0], [0.25, 0.5, 0.125, 0.125]])


def check_cross_entropy(cross_entropy: Callable) -> None:
    """Check exercise 2b E3, ``cross_entropy(logits, targets)``."""
    check = Check("cross_entropy", cross_entropy, _CROSS_ENTROPY)
    check.values("one sample", case(_LOGITS[:1], _LABELS[:1]))
    check.values("mean over three samples", case(_LOGITS, _LABELS))
    check.values("soft targets", case(_LOGITS, _SOFT))
    check.values("a gap of 60", case(np.array([[60.0, 0.0]]), np.array([1])))
    check.values("logits near 1000", case(1000 + _LOGITS, _LABELS))
    check.pure(case(_LOGITS, _SOFT))
    check.quiet(case(1e4 * _LOGITS, _SOFT))
    check.no_loop(lambda n: case(np.ones((n, 5)), np.zeros(n, dtype=int)), "samples")
    check.done()


def check_cross_entropy_grad(cross_entropy_grad: Callable) -> None:
    """Check exercise 2b E4, ``cross_entropy_grad(logits, targets)``."""
    check = Check("cross_entropy_grad", cross_entropy_grad, _CROSS_ENTROPY_GRAD)
    check.values("labels", case(_LOGITS, _LABELS))
    check.pure(case(_LOGITS, _LABELS), case(_LOGITS, _SOFT))
    check.values("soft targets", case(_LOGITS, _SOFT))
    check.values("logits near 1000", case(1000 + _LOGITS, _LABELS))
    check.values("float32", case(_LOGITS.astype(np.float32), _SOFT.astype(np.float32)))
    check.quiet(case(1e4 * _LOGITS, _SOFT))
    check.no_loop(lambda n: case(np.ones((n, 5)), np.zeros(n, dtype=int)), "samples")
    check.done()


def check_smooth_labels(smooth_labels: Callable) -> None:
    """Check exercise 2b E5, ``smooth_labels(y, num_classes, eps)``."""
    y = np.array([2, 0, 1])
    check = Check("smooth_labels", smooth_labels, _SMOOTH_LABELS)
    check.values("ten classes", case(y, 10, 0.1))
    check.values("eps = 0 is one-hot", case(y, 4, 0.0))
    check.pure(case(y, 4, 0.2))
    check.no_loop(lambda n: case(np.zeros(n, dtype=int), 5, 0.2), "labels")
    check.done()


def check_smoothed_minimizer(smoothed_minimizer: Callable) -> None:
    """Check exercise 2b E6, ``smoothed_minimizer(k, num_classes, eps)``."""
    report = Report("smoothed_minimizer")
    report.that(lambda: _minimizer_finding(smoothed_minimizer, 2, 10, 0.1))
    report.that(lambda: _minimizer_finding(smoothed_minimizer, 0, 3, 0.5))
    report.facts.append("gradient 0, mean 0")
    report.done()


def draw_bce_args(rng: np.random.Generator, simple: bool) -> tuple[float, float]:
    """Return a score from -10 to 10 and a label from 0 to 1; whole numbers if `simple`."""
    if simple:
        return float(rng.integers(-3, 4)), float(rng.integers(0, 2))
    return float(rng.uniform(-10, 10)), float(rng.uniform())


def _is_textbook_line(line: Callable) -> str:
    # There p rounds to 1, whatever way it is computed.
    if not _is_finite(line, 40.0, 0.0):
        return ""
    return (
        "the chain begins with the loss as it is defined, through the probability; typed like "
        "that it is not finite at s = 40, y = 0, and this line is"
    )


def _survives_800(line: Callable) -> str:
    for s, y in ((800.0, 0.0), (-800.0, 1.0), (800.0, 1.0), (-800.0, 0.0)):
        if not _is_finite(line, s, y):
            return f"the chain ends with a form that stays finite: s = {s:.0f}, y = {y:.0f} is not"
    return ""


def check_bce_chain(steps: list[Callable], draw_args: Callable = draw_bce_args) -> None:
    """Check exercise 2b D1, the way to the stable loss as a list of functions of s and y."""
    check_chain(steps, draw_args, 4, first=_is_textbook_line, last=_survives_800, title="steps_bce")


def check_relative_errors(
    scores: np.ndarray, printed: np.ndarray, relative_errors: list[float]
) -> None:
    """Check exercise 2b W1, the relative errors of printed losses for labels 1, to 3%."""
    report = Report("relative_errors")
    report.that(lambda: _relative_errors_finding(scores, printed, relative_errors))
    report.done()


def _relative_errors_finding(
    scores: np.ndarray, printed: np.ndarray, answers: object
) -> Finding | None:
    try:
        numbers = np.array(answers, dtype=float)
    except (TypeError, ValueError):
        numbers = np.array(math.nan)
    if numbers.shape != scores.shape or not np.isfinite(numbers).all():
        expected = f"{len(scores)} finite numbers, one for each score"
        return Finding("a list of numbers", {"yours": show(answers), "expected": expected})
    for score, value, answer in zip(scores, printed, numbers, strict=True):
        exact = float(_exact_bce(float(score), 1.0))
        difference = abs(float(value) - exact)
        if math.isclose(answer, difference / exact, rel_tol=0.03):
            continue
        pattern = "compare the printed loss with one that you trust to more digits"
        if math.isclose(answer, difference, rel_tol=0.03):
            pattern = "this is the absolute error; a relative one is divided by the right loss"
        elif math.isclose(answer, 100 * difference / exact, rel_tol=0.03):
            pattern = "this is in percent; a plain quotient is meant"
        elif answer < 0:
            pattern = "the size of the error is meant, without its sign"
        lines = {"yours": _number(answer, 3), "pattern": pattern}
        return Finding(f"the printed loss at s = {score:.0f}", lines)
    return None


def check_soft_targets(soft_targets: np.ndarray, logits: np.ndarray) -> None:
    """Check exercise 2b W2: compare z - y with the gradient of the loss, for a soft y.

    Parameters
    ----------
    soft_targets : ndarray, shape (K,)
        The target y, a distribution that is not one-hot.
    logits : ndarray, shape (K,)
        The scores x, with z = softmax(x).
    """
    report = Report("soft_targets, logits")
    report.that(lambda: _soft_targets_finding(soft_targets, logits))
    report.facts.append("z - y and the gradient are printed below")
    report.done()
    row, target = np.asarray(logits, dtype=float), np.asarray(soft_targets, dtype=float)
    gradient = [float(g) for g in _exact_row_gradient(_decimals(row), target.tolist())]
    z = np.array([float(p) for p in _exact_softmax(row)])
    print(f"      z - y       {show(z - target, 10)}")
    print(f"      gradient    {show(np.array(gradient), 10)}     (by differences, 60 digits)")


def _soft_targets_finding(soft_targets: object, logits: object) -> Finding | None:
    where = "a soft target and logits"
    try:
        y, x = np.array(soft_targets, dtype=float), np.array(logits, dtype=float)
    except (TypeError, ValueError):
        y, x = np.zeros(0), np.zeros(1)
    if y.ndim != 1 or y.shape != x.shape or y.size < 2 or not np.isfinite([y, x]).all():
        expected = "two arrays of finite numbers, both of shape (K,) with K at least 2"
        yours = f"soft_targets = {show(soft_targets)},  logits = {show(logits)}"
        return Finding(where, {"yours": yours, "expected": expected})
    pattern = ""
    if y.min() < 0:
        pattern = "a target has no negative entries: it is a distribution"
    elif abs(y.sum() - 1) > 1e-9:
        pattern = f"the entries of soft_targets sum to {y.sum():.4g}; a target is a distribution"
    elif y.max() > 0.999:
        pattern = "this target is one-hot: which targets does the claim exclude?"
    return Finding(where, {"yours": show(y), "pattern": pattern}) if pattern else None


# Definitions that figures measure errors by: from one input to decimal digits.
REFERENCES = {
    "log_sigmoid": _exact_log_sigmoid,
    "logsumexp": _exact_logsumexp,
}
