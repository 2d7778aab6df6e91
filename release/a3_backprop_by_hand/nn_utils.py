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
import builtins
import contextlib
import decimal
import hashlib
import inspect
import io
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

# What a solution cell may not import: it holds definitions, or is not there for students.
_CLOSED_MODULES = {"nn_utils", "torch_checks", "hidden_tests", "answer_bank", "course_layers"}


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


def rebuild(f: Callable, name: str, provided: dict[str, object] | None = None) -> Callable:
    """Return the function that a student's cell defines when it runs by itself.

    The cell of `f` runs again in a namespace that holds ``np``, ``math`` and `provided`, so that
    a leftover from another cell, or the checking library, cannot be part of an answer, and a
    mistake in an earlier exercise is not counted again.

    Parameters
    ----------
    f : callable
        As the notebook has it.
    name : str
        The name that the cell must define.
    provided : dict of str to object, optional
        Right versions of earlier exercises.

    Returns
    -------
    callable
        `f` itself if it has no Python source (for instance ``np.exp``, outside a notebook).
    """
    source = _cell_source(f, name)
    if source is None:
        return f
    namespace = {
        "np": np,
        "math": math,
        **(provided or {}),
        "__name__": "__main__",
        "__builtins__": {**vars(builtins), "__import__": _closed_import},
    }
    filename = f"<solution cell of {name}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
    namespace.pop(name, None)
    # Statement by statement: a leftover print of another cell's variable costs nothing.
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for statement in _statements(source):
            with contextlib.suppress(Exception):
                exec(compile(ast.Module([statement], []), filename, "exec"), namespace)
    return namespace.get(name) or _undefined(name)


def _cell_source(f: Callable, name: str) -> str | None:
    """Return the text of the cell that defines `name`; None where there is no such thing.

    In a notebook it is the last executed cell that binds the name, whatever `f` is: a function
    from a cell with ``%%time`` has no source file, and a wrapped one has another's.
    """
    history = getattr(sys.modules["__main__"], "In", None)
    if history is None:
        return "".join(linecache.getlines(_code_file(f))) or None
    for text in reversed(history):
        if any(_binds(statement, name) for statement in _statements(text)):
            return text
    return ""


def _code_file(f: Callable) -> str:
    """Return the file that a function comes from, or the methods of a class."""
    f = inspect.unwrap(f)
    codes = (getattr(part, "__code__", None) for part in (f, *getattr(f, "__dict__", {}).values()))
    return next((code.co_filename for code in codes if code is not None), "")


def _statements(source: str) -> Iterator[ast.stmt]:
    """Yield the statements of a cell; those under a magic such as ``%%time`` in its place."""
    with contextlib.suppress(SyntaxError):
        for statement in ast.parse(source).body:
            magic = getattr(statement, "value", None)
            if isinstance(magic, ast.Call) and "run_cell_magic" in ast.unparse(magic.func):
                yield from _statements(magic.args[-1].value)
            else:
                yield statement


def _binds(statement: ast.stmt, name: str) -> bool:
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return statement.name == name
    bound = {
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    return name in bound | {
        alias.asname or alias.name
        for alias in getattr(statement, "names", [])
        if isinstance(alias, ast.alias)
    }


def _undefined(name: str) -> Callable:
    def undefined(*args: object, **kwargs: object) -> None:
        raise NameError(f"name '{name}' is not defined")

    return undefined


def _closed_import(name: str, *args: object, **kwargs: object) -> object:
    if name.partition(".")[0] in _CLOSED_MODULES:
        raise ImportError(f"{name} is not available in a solution cell")
    return builtins.__import__(name, *args, **kwargs)


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
# 6. Written derivations
# ---------------------------------------------------------------------------------------------


def _draws(draw_args: Callable, count: int = 200) -> list[tuple]:
    """Return argument tuples, those with small whole numbers first: they make short examples."""
    rng = np.random.default_rng(20_260_401)
    return [draw_args(rng, number < count // 5) for number in range(count)]


def _differ(left: float, right: float, tolerance: float = 1e-9) -> bool:
    return not abs(left - right) <= tolerance * (1 + abs(left) + abs(right))


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


def check_follow_through(
    table: dict[str, object],
    rules: dict[str, Callable[[dict[str, np.ndarray]], object]],
    names: Iterable[str] | None = None,
    unit: float = 1e-4,
    rivals: Callable = lambda name, entries: (),
    why: Callable = lambda name, index, entries: "",
    title: str = "table",
) -> None:
    """Check numbers computed by hand, each against the student's own numbers before it.

    An entry is right if it follows from the entries before it as they stand in the table, or from
    right ones: a slip costs once. Besides zeros, no right number is printed.

    Parameters
    ----------
    table : dict of str to array_like
        What was filled in; None is an empty place, alone or inside a list.
    rules : dict of str to callable
        In the order of computing: ``rule(entries)`` returns what one entry must be, from a dict
        with the arrays before it.
    names : iterable of str, optional
        The entries to judge, all of them by default. Right numbers stand in for empty places
        before them, and for entries of zeros only, from which nothing but zeros would follow.
    unit : float, optional
        What rounding may change in a number. What that changes in the numbers that are computed
        from it is allowed as well.
    rivals : callable, optional
        ``rivals(name, entries)`` yields pairs of a sentence and a wrong value of the entry.
    why : callable, optional
        ``why(name, index, entries)`` says why a number has to be 0.
    title : str, optional
        What the report calls the table.

    Raises
    ------
    CheckFailed
        At the first number that is wrong or missing.

    Examples
    --------
    >>> rules = {"double": lambda t: np.array([2.0, 6.0]), "sum": lambda t: sum(t["double"])}
    >>> check_follow_through({"double": [2.0, 6.0], "sum": 8.0}, rules)
    ok    table   2 checks   3 numbers
    >>> check_follow_through({"double": [2.0, 7.0], "sum": 9.0}, rules, names=["sum"])
    ok    table   1 check   1 number
    >>> check_follow_through({"double": [2.0, None], "sum": None}, rules)
    Traceback (most recent call last):
        ...
    nn_utils.CheckFailed: FAIL  table  [1 of 2 checks]   double[1]
          pattern     still empty; what is there before it is right
          1 further check not run until this one passes
    """
    report, judged = Report(title), list(rules if names is None else names)
    right: dict[str, np.ndarray] = {}
    entries: dict[str, np.ndarray] = {}
    for name, rule in rules.items():
        wanted = np.asarray(rule(right), dtype=float)
        typed = _typed_entry(table, name, wanted.shape)
        if name in judged:
            before = dict(entries)
            args = (name, typed, wanted, rule, before, unit, rivals, why)
            report.that(lambda args=args: _entry_slip(*args))
        right[name] = wanted
        usable = wanted if isinstance(typed, Finding) or not np.any(typed) else typed
        entries[name] = np.where(np.isfinite(usable), usable, wanted)
    report.facts.append(_count(sum(right[name].size for name in judged), "number"))
    report.done()


def _typed_entry(table: object, name: str, shape: tuple) -> np.ndarray | Finding:
    """Return an entry of a table as floats, nan where it is empty."""
    if not isinstance(table, dict):
        return Finding("a table", {"yours": type(table).__name__, "expected": "a dict"})
    try:
        typed = np.array(table.get(name), dtype=float)
    except (TypeError, ValueError):
        lines = {"yours": show(table[name]), "expected": f"plain numbers, shape {shape}"}
        return Finding(name, lines)
    if table.get(name) is None:
        return np.full(shape, np.nan)
    # A column for a list of numbers will do.
    if [n for n in typed.shape if n != 1] == [n for n in shape if n != 1]:
        return typed.reshape(shape)
    pattern = "rows and columns are exchanged" if typed.T.shape == shape else ""
    lines = {"yours": f"shape {typed.shape}", "expected": f"shape {shape}", "pattern": pattern}
    return Finding(name, lines)


def _entry_slip(
    name: str,
    typed: np.ndarray | Finding,
    right: np.ndarray,
    rule: Callable,
    entries: dict[str, np.ndarray],
    unit: float,
    rivals: Callable,
    why: Callable,
) -> Finding | None:
    if isinstance(typed, Finding):
        return typed
    want = np.asarray(rule(entries), dtype=float)
    changes = _changes(rule, entries, unit)
    allowed = np.nan_to_num(unit + sum(changes.values()), nan=unit, posinf=unit)
    missing = np.isnan(typed)

    def far(value: np.ndarray) -> np.ndarray:
        return ~missing & ~(np.abs(typed - value) <= allowed)

    wrong = far(want) & far(right)
    if not (wrong | missing).any():
        return None
    index = tuple(int(i) for i in np.argwhere(wrong | missing)[0])
    place = f"{name}[{', '.join(map(str, index))}]" if index else name
    if missing[index]:
        return Finding(place, {"pattern": "still empty; what is there before it is right"})
    relations = [("yours = -expected", -want)] if np.any(np.abs(want) > allowed) else []
    relations += [("expected = 2 x yours", want / 2), ("yours = 2 x expected", want * 2)]
    named = (text for text, value in [*rivals(name, entries), *relations] if not far(value).any())
    reason = why(name, index, entries) if want[index] == 0 else ""
    pattern = f"{place} should be 0: {reason}" if reason else ""
    made_of = " and ".join(n for n, change in changes.items() if change[index]) or "what is given"
    pattern = pattern or next(named, "") or f"{place} does not follow from {made_of}"
    return Finding(place, {"yours": _number(typed[index]), "pattern": pattern})


def _changes(rule: Callable, entries: dict[str, np.ndarray], unit: float) -> dict:
    """Return by how much the rounding of each entry before it can change a rule's value."""
    value = np.asarray(rule(entries), dtype=float)
    changes = {name: np.zeros(value.shape) for name in entries}
    for name, array in entries.items():
        for index in np.ndindex(array.shape):
            moved = array.copy()
            moved[index] += unit
            changes[name] += np.abs(rule({**entries, name: moved}) - value)
    return changes


# ---------------------------------------------------------------------------------------------
# 7. Random numbers and figures
# ---------------------------------------------------------------------------------------------

_COURSE_SALT = "neural-network foundations"


def personal_rng(student_id: str, tag: str) -> np.random.Generator:
    """Return a random generator that is the same for one student and exercise every time.

    An empty `student_id` gives the nominal numbers and prints a notice.

    Parameters
    ----------
    student_id : str
        As typed in the first cell; case and surrounding blanks do not matter.
    tag : str
        The exercise, for instance ``"a3b"``.

    Examples
    --------
    >>> a = personal_rng("Student-7", "demo").integers(1000)
    >>> b = personal_rng(" student-7 ", "demo").integers(1000)
    >>> bool(a == b)
    True
    """
    student = str(student_id).strip().lower()
    if not student:
        print("note  STUDENT_ID is empty: these are the nominal numbers.")
    digest = hashlib.sha256(f"{_COURSE_SALT}|{student}|{tag}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))


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


def _loss_dtype(*args: object) -> np.dtype | None:
    """A loss may be a Python float, which has no float32."""
    dtype = float_dtype(*args)
    return None if dtype is None or dtype.itemsize < 8 else dtype


# --- A3, activations (3a) ---------------------------------------------------------------------


def _decimal_tanh(x: float | Decimal) -> Decimal:
    """Return (e^x - e^-x) / (e^x + e^-x). [Definition.]"""
    up, down = Decimal(x).exp(), (-Decimal(x)).exp()
    return (up - down) / (up + down)


def _decimal_sigmoid(x: float | Decimal) -> Decimal:
    """Return 1 / (1 + e^-x). [Definition.]"""
    return 1 / (1 + (-Decimal(x)).exp())


def _one_sample(x: Iterable, params: list[tuple], activation: Callable = lambda s: s) -> list:
    """Return the outputs of a network with a linear last layer, number by number. [Definition.]"""
    for layer, (W, b) in enumerate(params, start=1):
        columns = zip(np.transpose(W), b, strict=True)
        sums = [sum((t * w for t, w in zip(x, column, strict=True)), s) for column, s in columns]
        x = sums if layer == len(params) else [activation(s) for s in sums]
    return x


def _exact_collapsed(weights: list[np.ndarray], biases: list[np.ndarray]) -> dict:
    """Return the slopes of a linear network's outputs, and its outputs at 0."""
    params, zero = list(zip(weights, biases, strict=True)), np.zeros(len(weights[0]))
    outputs = range(len(biases[-1]))
    slopes = [_complex_gradient(lambda x, k=k: _one_sample(x, params)[k], zero) for k in outputs]
    return {"W": np.stack(slopes, axis=1), "b": np.array(_one_sample(zero, params))}


def _collapsed_signs(got: dict, want: dict, *args: object) -> Iterator[tuple[str, str]]:
    if np.allclose(got["W"], want["W"]):
        yield "W is right, b is not", "what does the network make of the input x = 0?"
    elif not got["W"].any():
        yield "W is 0", "which matrix does a product start from?"


_COLLAPSED = formula(_exact_collapsed, signs=_collapsed_signs)


def check_collapse_linear(collapse_linear: Callable) -> None:
    """Check exercise 3a E1, ``collapse_linear(weights, biases)``."""
    square = [np.array([[1.0, 2.0], [0.0, -1.0]]), np.array([[3.0, 0.5], [1.0, 1.0]])]
    wide = [np.array([[1.0, 0.0, 2.0], [0.5, -1.0, 0.0]]), np.array([[1.0], [2.0], [-3.0]])]
    b = [np.array([1.0, 2.0]), np.array([0.5, 4.0])]
    check = Check("collapse_linear", collapse_linear, _COLLAPSED)
    check.values("two square layers", case(square, b))
    check.values("widths 2, 3, 1", case(wide, [np.array([1.0, -2.0, 3.0]), np.array([0.5])]))
    check.pure(case(square, b), case(square[:1], b[:1]))
    check.done()


def _shift_sign(got: np.ndarray, want: np.ndarray, *args: object) -> Iterator[tuple[str, str]]:
    shift = got - want
    if len(shift) > 1 and np.ptp(shift, axis=0).max() <= 1e-9 * np.abs(shift).max():
        yield (
            f"off by the same for every input, {show(shift[0])}: a bias of the last layer",
            "what do the last weights make of the constant 1/2 in each hidden unit?",
        )


_SIGMOID_NET = formula(
    lambda params, X: [_one_sample(x, params, lambda s: float(_decimal_sigmoid(s))) for x in X],
    signs=_shift_sign,
)


def _as_tanh_net(f: Callable) -> Callable:
    """Return the outputs, from params and X, of the tanh network that `f` makes of params."""

    def outputs(params: list[tuple], X: np.ndarray | None = None) -> object:
        converted = f(params)
        if X is None:  # for `Check.pure`
            return converted
        try:
            parts = list(_pair_parts(converted, tuple(params), "params"))
        except _OtherParts as other:
            raise TypeError(f"yours {other.yours}; expected {other.expected}") from None
        for name, (got, want) in parts:
            if np.shape(got) != want.shape:
                raise ValueError(f"{name} came back in shape {np.shape(got)}, not {want.shape}")
        return [_one_sample(x, converted, math.tanh) for x in X]

    outputs.__wrapped__ = f  # so that reports show the student's line
    return outputs


def check_sigmoid_to_tanh(sigmoid_net_to_tanh: Callable) -> None:
    """Check exercise 3a E2, ``sigmoid_net_to_tanh(params)``."""
    first = (np.array([[1.0, -2.0, 0.5]]), np.array([0.0, 1.0, -1.0]))
    middle = (np.array([[1.0, 0.0, 2.0], [-1.0, 3.0, 0.5], [0.0, 1.0, 1.0]]), np.ones(3))
    last = (np.array([[2.0], [1.0], [-4.0]]), np.array([0.5]))
    X = np.array([[-2.0], [0.0], [1.0]])
    check = Check("sigmoid_net_to_tanh", _as_tanh_net(sigmoid_net_to_tanh), _SIGMOID_NET)
    check.values("L = 2, hidden biases 0", case([(first[0], np.zeros(3)), last], X))
    check.values("L = 2", case([first, last], X))
    check.values("L = 3", case([first, middle, last], X))
    check.pure(case([first, middle, last]), case([first]))
    check.done()


def _tanh_slope(t: float | Decimal) -> Decimal:
    """Return the slope of tanh where its value is t."""
    t = Decimal(t)
    return _slope(_decimal_tanh, ((1 + t) / (1 - t)).ln() / 2 if abs(t) < 1 else 1000 * t)


def _sigmoid_slope(p: float | Decimal) -> Decimal:
    """Return the slope of the sigmoid where its value is p."""
    p = Decimal(p)
    return _slope(_decimal_sigmoid, (p / (1 - p)).ln() if 0 < p < 1 else 2000 * p - 1000)


def _slope_signs(f: Callable, own: Callable, other: Callable) -> Callable:
    """Return the signs of a slope of `f` that is computed from its output."""

    def signs(got: np.ndarray, want: np.ndarray, output: np.ndarray) -> Iterator[str]:
        if _close(got, _elementwise(lambda value: own(f(value)), output).astype(float)):
            yield "the function was applied again, but its argument is an output already"
        if _close(got, _elementwise(other, output).astype(float)):
            yield "this is the rule of the other function"

    return signs


def _entrywise(exact: Callable, signs: Callable) -> Definition:
    """Return a definition with an allowed error of four times the machine epsilon."""
    bound = lambda u, want, *args: np.full(want.shape, 4 * u)  # noqa: E731
    return Definition(exact, bound, signs=signs)


_TANH_GRAD = _entrywise(
    lambda t: _elementwise(_tanh_slope, t),
    _slope_signs(_decimal_tanh, _tanh_slope, _sigmoid_slope),
)
_SIGMOID_GRAD = _entrywise(
    lambda p: _elementwise(_sigmoid_slope, p),
    _slope_signs(_decimal_sigmoid, _sigmoid_slope, _tanh_slope),
)


def _check_entries(check: Check, x: np.ndarray) -> None:
    check.values("one value per entry", case(x))
    check.values("float32, a matrix", case(x.astype(np.float32).reshape(2, -1)))
    check.pure(case(x))
    check.quiet(case(x))
    check.no_loop(lambda n: case(np.full(n, 0.5)), "entries")
    check.done()


def check_tanh_grad(tanh_grad_from_output: Callable) -> None:
    """Check exercise 3a E3, ``tanh_grad_from_output(t)``."""
    check = Check("tanh_grad_from_output", tanh_grad_from_output, _TANH_GRAD)
    check.values("outputs between 0 and 1", case(np.array([0.25, 0.5, 0.875])))
    _check_entries(check, np.array([0.0, 1.0, -0.5, 1 - 2.0**-30]))


def check_sigmoid_grad(sigmoid_grad_from_output: Callable) -> None:
    """Check exercise 3a E4, ``sigmoid_grad_from_output(p)``."""
    check = Check("sigmoid_grad_from_output", sigmoid_grad_from_output, _SIGMOID_GRAD)
    _check_entries(check, np.array([0.0, 0.25, 0.875, 1.0]))


def _half_sign(got: np.ndarray, want: np.ndarray, x: np.ndarray) -> Iterator[str]:
    if _close(got, _elementwise(_decimal_tanh, x / 2).astype(float)):
        yield "yours(x) = expected(x / 2)"


_TANH = _entrywise(lambda x: _elementwise(_decimal_tanh, x), _half_sign)


def _stand_in_finding(f: Callable) -> Finding | None:
    """Require that the answer follows when the function `sigmoid` gets another base than e.

    Every right formula in terms of the sigmoid then gives (2^x - 2^-x) / (2^x + 2^-x).
    """
    where, x = "1 / (1 + 2^-s) in place of sigmoid(s)", np.array([-2.0, -0.5, 0.5, 1.0, 3.0])
    stand_in = {"sigmoid": lambda s: 1 / (1 + np.exp2(-s))}
    outcome = call(rebuild(f, "tanh_from_sigmoid", stand_in), x)
    if outcome.failure:
        return Finding(where, outcome.failure)
    want = _elementwise(lambda t: _decimal_tanh(t * math.log(2)), x).astype(float)
    if np.allclose(outcome.value, want, rtol=0, atol=1e-12):
        return None
    pattern = "x is used outside sigmoid too, for instance in an exponential"
    if np.allclose(outcome.value, call(f, x).value, rtol=0, atol=1e-12):
        pattern = "nothing changes: your answer is computed without the function sigmoid"
    return Finding(where, {"yours": show(outcome.value), "pattern": pattern})


def check_tanh_from_sigmoid(tanh_from_sigmoid: Callable) -> None:
    """Check exercise 3a E5, ``tanh_from_sigmoid(x)``."""
    check = Check("tanh_from_sigmoid", tanh_from_sigmoid, _TANH)
    check.values("small numbers", case(np.array([0.0, 1.0, -1.0, 0.25, -3.0, 0.001])))
    check.values("numbers near 1000", case(np.array([1000.0, -1000.0])))
    check.that(lambda: _stand_in_finding(tanh_from_sigmoid))
    _check_entries(check, np.array([0.5, 2.0, -900.0, 900.0]))


def check_wrong_tanh_step(handed_in: list[Equation], step: int, x: float) -> None:
    """Check exercise 3a W1, the first wrong step of a proof and a counterexample to it."""

    def draw_x(rng: np.random.Generator, simple: bool) -> tuple[float]:
        return (float(rng.integers(1, 9) if simple else rng.uniform(-4, 4)),)

    point = x if isinstance(x, tuple) else (x,)
    check_counterexample(handed_in, step, point, draw_x, f"first_wrong_step = {step}")


def _recipe_finding(name: str, weights: object, is_right: bool) -> Finding | None:
    """Compare a sigmoid network of one output with what the printed recipe makes of it."""
    try:
        v = np.array(weights, dtype=float)
    except (TypeError, ValueError):
        v = np.array(math.nan)
    if v.ndim != 1 or not v.size or not np.isfinite(v).all():
        lines = {"yours": show(weights), "expected": "finite numbers, an array of shape (H,)"}
        return Finding(name, lines)
    sums = np.random.default_rng(3).normal(size=(3, v.size))  # of the hidden units, three inputs
    off = np.tanh(sums / 2) @ (v / 2) + 0.5 - 1 / (1 + np.exp(-sums)) @ v
    agrees = np.abs(off).max() <= 1e-9 * (1 + np.abs(v).sum())
    if agrees == is_right:
        return None
    pattern = "both networks agree" if agrees else f"off by {show(off)} at three inputs"
    return Finding(name, {"yours": show(v), "pattern": f"with the recipe: {pattern}"})


def check_half_recipe(good_weights: np.ndarray, bad_weights: np.ndarray) -> None:
    """Check exercise 3a W2, weights for which a printed recipe is right, and others."""
    report = Report("good_weights, bad_weights")
    report.that(lambda: _recipe_finding("good_weights", good_weights, True))
    report.that(lambda: _recipe_finding("bad_weights", bad_weights, False))
    report.done()


# --- A3, chain_rule_by_hand (3b) --------------------------------------------------------------


def _exact_three_weights(
    x: float, y: float, w1: float, w2: float, w_out: float, fs: tuple, dfs: tuple
) -> dict[str, float]:
    """Return values and slopes of three neurons in a row; a delta is the slope by a shift of s."""

    def forward(v: np.ndarray) -> dict:
        found, z = {}, x
        for name, f, weight, shift in zip(("1", "2", "_out"), fs, v[:3], v[3:], strict=True):
            s = found[f"s{name}"] = weight * z + shift
            z = found[f"z{name}"] = f(s)
        return found

    at = np.array([w1, w2, w_out, 0.0, 0.0, 0.0])
    slopes = _complex_gradient(lambda v: (forward(v)["z_out"] - y) ** 2 / 2, at)
    names = ("d_w1", "d_w2", "d_wout", "delta_1", "delta_2", "delta_out")
    values = {name: np.real(value) for name, value in forward(at).items()}
    return values | dict(zip(names[::-1], slopes[::-1], strict=True))


def _three_weights_landmarks(
    x: float, y: float, w1: float, w2: float, w_out: float, fs: tuple, dfs: tuple
) -> dict[str, float]:
    """Return factors that are often forgotten, or exchanged for another."""
    v = _exact_three_weights(x, y, w1, w2, w_out, fs, dfs)
    factors = {}
    for number, (name, df) in enumerate(zip(("1", "2", "_out"), dfs, strict=True), start=1):
        at_s, at_z = (f"f{number}'({kind}{name})" for kind in "sz")
        factors[at_s] = df(v[f"s{name}"])
        factors[f"{at_z} / {at_s}"] = np.float64(df(v[f"z{name}"])) / factors[at_s]
    inputs = {name: v[name] for name in ("z_out", "z2", "s2", "z1", "s1")} | {"x": np.float64(x)}
    for one, other in itertools.combinations(inputs, 2):
        factors[f"({one} / {other})"] = inputs[one] / inputs[other]
    for name, weight, slope in (("w2", w2, v["d_w2"]), ("w_out", w_out, v["d_wout"])):
        factors |= {name: weight, f"(updated {name}) / {name}": 1 - slope / np.float64(weight)}
    return factors


def _three_weights_signs(got: dict, want: dict, *_: object) -> Iterator[str]:
    names = [name for name in want if name[0] == "d" and np.shape(got.get(name, [])) == ()]
    yours, slopes = (np.array([values[name] for name in names]) for values in (got, want))
    if slopes.any() and np.allclose(yours, -slopes):
        yield "all gradients have the opposite sign: does the loss rise with z_out, or with y?"
    if slopes.any() and np.allclose(yours, 2 * slopes):
        yield "all gradients are doubled: the loss has the factor 1/2"


_DELTA_KEYS = ("s1", "z1", "s2", "z2", "s_out", "z_out", "delta_out", "delta_2", "delta_1")
_SLOPE_KEYS = ("d_wout", "d_w2", "d_w1")


def _three_weights_check(f: Callable, keys: tuple[str, ...], rivals: Callable | None) -> Check:
    """Return the check of some keys; what else is in the student's dict does not matter."""

    def picked(*args: object) -> object:
        found = f(*args)
        complete = isinstance(found, dict) and set(keys) <= set(found)
        return {key: found[key] for key in keys} if complete else found

    def exact(
        x: float, y: float, w1: float, w2: float, w_out: float, fs: tuple, dfs: tuple
    ) -> dict[str, float]:
        found = _exact_three_weights(x, y, w1, w2, w_out, fs, dfs)
        return {key: found[key] for key in keys}

    picked.__wrapped__ = f  # where `call` finds the student's line
    options = {"signs": _three_weights_signs, "landmarks": _three_weights_landmarks}
    definition = formula(exact, dtype=lambda *args: None, **options)
    return Check("three_weight_grads", picked, definition, rivals)


def _slope_of(f: Callable) -> Callable:
    def slope(s: float) -> float:
        return float(np.imag(f(s + 1e-30j)) / 1e-30)

    slope.__name__ = f"{f.__name__}'"
    return slope


def check_three_weights(three_weight_grads: Callable) -> None:
    """Check exercise 3b E1, ``three_weight_grads``."""
    fs = (np.sin, np.tanh, np.exp)
    dfs = tuple(map(_slope_of, fs))
    check = _three_weights_check(three_weight_grads, _DELTA_KEYS + _SLOPE_KEYS, None)
    check.values("one sample", case(0.5, 2.0, 0.8, -0.7, 0.3, fs, dfs))
    check.values("another sample", case(2.0, 1.0, -0.4, 0.6, 1.1, fs, dfs))
    check.done()


def _products(A: np.ndarray, B: np.ndarray) -> np.ndarray:
    """Return the matrix product by its definition, for complex numbers too; B may be a vector."""
    columns = B.T if B.ndim == 2 else [B]
    rows = [[sum(map(operator.mul, row, column)) for column in columns] for row in A]
    return np.array(rows).reshape(len(A), *B.shape[1:])


def _exact_deltas(weights: list, dfs_at_s: list, d_loss: np.ndarray) -> tuple:
    """Return the slopes of the loss by each pre-activation; activations are straight around s."""
    links = list(weights)[-max(len(dfs_at_s) - 1, 1) :]

    def loss(s: np.ndarray, layer: int) -> complex:
        z = dfs_at_s[layer] * s
        for W, slope in zip(links[layer:], dfs_at_s[layer + 1 :], strict=False):
            z = slope * _products(z[None], W)[0]
        return sum(d_loss * z)

    zeros = [np.zeros(len(slope)) for slope in dfs_at_s]
    return tuple(_complex_gradient(lambda s, j=j: loss(s, j), s) for j, s in enumerate(zeros))


def _delta_rivals(weights: list, dfs_at_s: list, d_loss: np.ndarray) -> Iterator[tuple[str, tuple]]:
    ones = [0 * slope + 1 for slope in dfs_at_s]
    yield "the list is back to front", _exact_deltas(weights, dfs_at_s, d_loss)[::-1]
    for sentence, slopes in (
        ("yours = expected / f'(s) of the hidden layer", [*ones[:-1], dfs_at_s[-1]]),
        ("yours = expected / f'(s) of the last layer", [*dfs_at_s[:-1], ones[-1]]),
        ("yours = expected / the f'(s) of this layer and of those after it", ones),
    ):
        yield sentence, _exact_deltas(weights, slopes, d_loss)
    if len({len(slope) for slope in dfs_at_s}) > 1:
        return
    shifted = [*dfs_at_s[1:], dfs_at_s[-1]]
    for sentence, change, slopes in (
        ("matches delta @ W: deltas go back along the weights", np.transpose, dfs_at_s),
        ("summed over the receiving unit", lambda W: np.diag(W.sum(axis=0)), dfs_at_s),
        ("the delta of layer l uses f' of layer l + 1", np.array, shifted),
    ):
        yield sentence, _exact_deltas([change(W) for W in weights], slopes, d_loss)


_DELTAS = formula(_exact_deltas)


def check_delta_recursion(delta_recursion: Callable) -> None:
    """Check exercise 3b E2, ``delta_recursion``."""
    check = Check("delta_recursion", delta_recursion, _DELTAS, _delta_rivals)
    a, b, c = np.array([0.5, -1.0]), np.array([2.0, 0.0, 1.0]), np.array([1.0, 0.25])
    W, V = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), np.array([[1.0, 0], [0, 2.0], [3.0, 1.0]])
    square = [np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[0.5, -1.0], [2.0, 1.0]])]
    check.values("one layer", case([], [a], np.array([2.0, 3.0])))
    check.values("widths 2, 3, 2", case([W, V], [a, b, c], np.array([1.0, -2.0])))
    check.values("square layers", case(square, [a, c, a + 2], np.array([1.0, -2.0])))
    check.values("the input's weights as well", case([V, W], [a, b], np.array([1.0, 2.0, 3.0])))
    check.pure(case([W, V], [a, b, c], np.array([1.0, -2.0])))
    check.done()


# Under the complex step a function with the values of one and the slopes of another is a mistake
# in a chain rule, made in the definition.


def _with_slope(value: Callable, slope: Callable) -> Callable:
    return lambda s: np.real(value(np.real(s))) + 1j * np.imag(slope(s))


def _relu(s: np.ndarray) -> np.ndarray:
    return np.where(np.real(s) > 0, s, 0 * s)


def _tiny_net(
    net: tuple,
    lr: float,
    steps: int,
    samples: int | None = None,
    w_first: bool = False,
    hidden: Callable = _relu,
    output: Callable = np.tanh,
) -> dict[str, np.ndarray]:
    """Return losses and weights of gradient descent; the arguments after `steps` make mistakes."""
    X, y, W, w = (np.asarray(part, dtype=float) for part in net)

    def loss(part: slice, W: np.ndarray, w: np.ndarray, w_back: np.ndarray) -> complex:
        Z = hidden(_products(X[part], W))
        s_out = np.real(_products(Z, w)) + 1j * np.imag(_products(Z, w_back))
        return sum((output(s_out) - y[part]) ** 2) / 2

    whole = slice(0, len(X))
    losses = [np.real(loss(whole, W, w, w))]
    for _ in range(steps):
        for start in range(0, len(X), samples or len(X)):
            part = slice(start, start + (samples or len(X)))
            d_w = _complex_gradient(lambda v, p=part, W=W: loss(p, W, v, v), w)
            ends = (w, w - lr * d_w if w_first else w)
            d_W = _complex_gradient(lambda V, p=part, ends=ends: loss(p, V, *ends), W)
            W, w = W - lr * d_W, w - lr * d_w
        losses.append(np.real(loss(whole, W, w, w)))
    return {"losses": np.array(losses), "W": W, "w": w}


_TINY_NET_MISTAKES = {
    "mean_loss": "your steps are N times too small, and N = {n}: the loss is summed here",
    "per_sample_sgd": "weights change between samples: that is SGD, this task is full batch",
    "swapped_activations": "the first loss differs already: tanh and ReLU are exchanged",
    "no_tanh_derivative": "first loss right, first update not: the slope of the tanh is missing, "
    "so delta_out is off by the factor 1 / (1 - y_out^2)",
    "tanh_of_output": "1 - tanh(y_out)^2 was used; y_out is a tanh already",
    "ascent": "the loss rises: look at the sign of the update",
    "w_updated_first": "delta_hidden was computed with the new w",
    "no_relu_mask": "hidden units with s < 0 received gradient",
}


def _tiny_net_rivals(*args: object) -> Iterator[tuple[str, dict]]:
    *net, lr, steps = args
    n = len(net[0])
    changes = (
        {"lr": lr / n},
        {"samples": 1},
        {"hidden": np.tanh, "output": _relu},
        {"output": _with_slope(np.tanh, lambda s: s)},
        {"output": _with_slope(np.tanh, lambda s: np.tanh(np.tanh(np.real(s)) + 1j * np.imag(s)))},
        {"lr": -lr},
        {"w_first": True},
        {"hidden": _with_slope(_relu, lambda s: s)},
    )
    for sentence, change in zip(_TINY_NET_MISTAKES.values(), changes, strict=True):
        yield sentence.format(n=n), _tiny_net(net, **{"lr": lr, "steps": steps, **change})
    for sentence, factor in (
        ("the losses are means over the samples; the sum is meant", 1 / n),
        ("the losses are doubled: the factor 1/2 is missing", 2),
    ):
        for found in (_tiny_net(net, lr, steps), _tiny_net(net, factor * lr, steps)):
            yield sentence, {**found, "losses": factor * found["losses"]}
    right = _tiny_net(net, lr, steps)
    for sentence, part in (("after the last", slice(0, -1)), ("before the first", slice(1, None))):
        shorter = {**right, "losses": right["losses"][part]}
        yield f"the loss {sentence} update is missing", shorter


def tiny_net_mistakes(
    X: np.ndarray, y: np.ndarray, W: np.ndarray, w: np.ndarray, lr: float, steps: int
) -> dict[str, np.ndarray]:
    """Return the losses that eight mistakes in ``train_tiny_net`` lead to.

    Parameters
    ----------
    X : ndarray, shape (N, D)
    y : ndarray, shape (N,)
    W : ndarray, shape (D, H)
    w : ndarray, shape (H,)
    lr : float
        Learning rate.
    steps : int
        Number of updates.

    Returns
    -------
    dict of str to ndarray of shape (steps + 1,)

    Examples
    --------
    >>> tiny_net_mistakes(*tiny_net_data(), 0.1, 2)["ascent"].round(6)
    array([1.966645, 2.057052, 2.167512])
    """
    rivals = _tiny_net_rivals(X, y, W, w, lr, steps)
    return {name: net["losses"] for name, (_, net) in zip(_TINY_NET_MISTAKES, rivals, strict=False)}


def tiny_net_data(
    student_id: str | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return the numbers of notebook 3b: a student's own, or those of the sheet.

    Own numbers have two decimals. No pre-activation is closer to 0 than 0.01, each hidden unit is
    on for some samples and off for others, and the losses of `tiny_net_mistakes` differ.

    Parameters
    ----------
    student_id : str, optional
        If it is empty the numbers are those of the sheet, with a notice; if None, without one.

    Returns
    -------
    X : ndarray, shape (4, 2)
        Inputs, one sample per row.
    y : ndarray, shape (4,)
        Targets, 1 or -1.
    W : ndarray, shape (2, 3)
        Weights of the hidden layer.
    w : ndarray, shape (3,)
        Weights of the output.

    Examples
    --------
    >>> X, y, W, w = tiny_net_data()
    >>> W
    array([[0.6 , 0.7 , 0.  ],
           [0.01, 0.43, 0.88]])
    """
    X = np.array([[0.75, 0.80], [0.20, 0.05], [-0.75, 0.80], [0.20, -0.05]])
    y = np.array([1.0, 1.0, -1.0, -1.0])
    W, w = np.array([[0.60, 0.70, 0.00], [0.01, 0.43, 0.88]]), np.array([0.02, 0.03, 0.09])
    rng = None if student_id is None else personal_rng(student_id, "a3b")
    while rng is not None and str(student_id).strip():
        X, W, w = (
            rng.integers(least, 96, size=shape) / 100 * rng.choice([-1, 1], size=shape)
            for least, shape in ((10, (4, 2)), (10, (2, 3)), (20, 3))
        )
        S = _products(X, W)
        on, outputs = S > 0, np.abs(_products(_relu(S), w))
        mixed = on.any(axis=0).all() and not on.all(axis=0).any() and on.any(axis=1).all()
        if mixed and np.min(np.abs(S)) >= 0.01 and 0.3 < outputs.max() < 0.9:
            traces = [_tiny_net((X, y, W, w), 0.1, 3)["losses"]]
            traces += tiny_net_mistakes(X, y, W, w, 0.1, 3).values()
            pairs = itertools.combinations(traces, 2)
            if min(np.max(np.abs(a - b)) for a, b in pairs) > 1e-4:
                break
    return X, y, W, w


def _table_rules(X: np.ndarray, y: np.ndarray, W: np.ndarray, w: np.ndarray) -> dict:
    """Return what each entry is, from those before it; slopes are those of one part of the net."""

    def slope(f: Callable, at: np.ndarray, above: object = 1.0) -> np.ndarray:
        return _complex_gradient(lambda v: np.sum(above * f(v)), at)

    def further(y_out: np.ndarray, d: np.ndarray) -> np.ndarray:
        return (y_out + np.tanh(d)) / (1 + y_out * np.tanh(d))  # tanh(s_out + d)

    def loss(y_out: np.ndarray) -> complex:
        return sum((y_out - y) ** 2) / 2

    return {
        "S": lambda t: _products(X, W),
        "Z": lambda t: _relu(t["S"]),
        "s_out": lambda t: _products(t["Z"], w),
        "y_out": lambda t: np.tanh(t["s_out"]),
        "L": lambda t: loss(t["y_out"]),
        "delta_out": lambda t: slope(lambda d: loss(further(t["y_out"], d)), 0 * y),
        "delta_hidden": lambda t: slope(lambda S: _products(_relu(S), w), t["S"], t["delta_out"]),
        "dw": lambda t: slope(lambda v: _products(t["Z"], v), w, t["delta_out"]),
        "dW": lambda t: slope(lambda V: _products(X, V), W, t["delta_hidden"]),
        "new_w": lambda t: w - 0.1 * t["dw"],
        "new_W": lambda t: W - 0.1 * t["dW"],
    }


def check_by_hand(
    table: dict[str, object], student_id: str | None = None, names: Iterable[str] | None = None
) -> None:
    """Check exercise 3b E3, the table, or some of its entries."""
    given = "" if student_id is None else str(student_id).strip()
    X, y, W, w = tiny_net_data(given or None)
    rules = _table_rules(X, y, W, w)

    def rivals(name: str, t: dict[str, np.ndarray]) -> Iterator[tuple[str, np.ndarray]]:
        if name in ("s_out", "dw"):
            yield "S was used where Z belongs", rules[name]({**t, "Z": t["S"]})
        if name == "delta_out":
            yield "the slope of the tanh is missing", t["y_out"] - y
        if name in ("L", "dw", "dW"):
            yield "yours is the mean over the samples; the sum is meant", rules[name](t) / 4
        if name in ("new_w", "new_W"):
            old = w if name == "new_w" else W
            yield "the step goes uphill", 2 * old - rules[name](t)
            yield "the learning rate is missing", old + 10 * (rules[name](t) - old)

    def why(name: str, index: tuple, t: dict[str, np.ndarray]) -> str:
        way = {"Z": "on", "delta_hidden": "back"}.get(name)
        if way is None or t["S"][index] > 0:
            return ""
        return f"s = {_number(t['S'][index], 4)} there, so the ReLU passes nothing {way}"

    check_follow_through(table, rules, names, rivals=rivals, why=why)


_TINY_NET = formula(
    lambda X, y, W, w, lr, steps: _tiny_net((X, y, W, w), lr, steps), dtype=lambda *args: None
)


def _float_losses_finding(f: Callable, case: Case) -> Finding | None:
    outcome = call(f, *case.args)
    if outcome.failure:
        return Finding("losses are Python floats", outcome.failure)
    losses = outcome.value["losses" if isinstance(outcome.value, dict) else 0]
    kinds = sorted({type(loss).__name__ for loss in losses if not isinstance(loss, float)})
    if isinstance(losses, list) and not kinds:
        return None
    yours = f"{type(losses).__name__} of {', '.join(kinds) or 'float'}"
    return Finding("losses are Python floats", {"yours": yours, "expected": "list of float"})


def check_tiny_net(train_tiny_net: Callable) -> None:
    """Check exercise 3b E4, ``train_tiny_net``."""
    check = Check("train_tiny_net", train_tiny_net, _TINY_NET, _tiny_net_rivals)
    sheet = tiny_net_data()
    for steps in (1, 3, 0):
        check.values(_count(steps, "update"), case(*sheet, 0.1, steps))
    check.that(lambda: _float_losses_finding(train_tiny_net, case(*sheet, 0.1, 2)))
    check.pure(case(*sheet, 0.1, 0), case(*sheet, 0.1, 2))
    check.done()


# --- A3, softmax_hinge (3c) -------------------------------------------------------------------


def _probabilities(row: Iterable[complex]) -> list[complex]:
    """Return the softmax of one row; complex numbers will do. [Definition.]"""
    largest = max(np.real(x) for x in row)
    terms = [np.exp(x - largest) for x in row]
    return [term / sum(terms) for term in terms]


def _hinge(p: np.ndarray, y: np.ndarray, margin: float) -> complex:
    """Return the sum of max(0, p[n, k] - p[n, y_n] + margin) over k != y_n. [Definition.]"""
    total = 0.0
    for n, k in np.ndindex(p.shape):
        gap = p[n, k] - p[n, y[n]] + margin
        total += gap if k != y[n] and gap.real > 0 else 0.0
    return total


def _exact_jacobian(o: np.ndarray) -> list[np.ndarray]:
    return [_complex_gradient(lambda x, i=i: _probabilities(x)[i], o) for i in range(len(o))]


def _exact_hinge(p: np.ndarray, y: np.ndarray, margin: float) -> dict:
    args = np.asarray(p, dtype=float), y, margin
    return {"loss": _hinge(*args), **_slopes(_hinge, args, {0: "d_p"})}


def _exact_hinge_grad(o: np.ndarray, y: np.ndarray, margin: float) -> np.ndarray:
    return _complex_gradient(lambda x: _hinge(np.array([*map(_probabilities, x)]), y, margin), o)


def _exact_margin_one(p_y: np.ndarray, K: int) -> list[float]:
    others = K - 1  # which share what p_y leaves
    rows = [[t, *[(1 - t) / others] * others] for t in map(float, p_y)]
    return [_hinge(np.array([row]), [0], 1.0) for row in rows]


def _near(u: float, want: np.ndarray, first: np.ndarray, *others: object) -> float:
    # By the argument's dtype, because a loss of float32 may come as a Python float.
    unit = 1e-5 if np.asarray(first).dtype == np.float32 else 1e-12
    return unit * (1 + np.max(np.abs(want), initial=0.0))


def _overflowed(got: np.ndarray, o: np.ndarray) -> Iterator[tuple[str, str]]:
    if not np.isfinite(got).all():
        question = "what may be subtracted from all logits of a row without a change of p?"
        yield f"nan for logits of {np.max(np.abs(o)):.4g}: exp overflowed", question


def _jacobian_signs(got: np.ndarray, want: np.ndarray, o: np.ndarray) -> Iterator:
    yield from _overflowed(got, o)
    others = got[~np.eye(len(o), dtype=bool)]
    if others.size and _close(np.diagonal(got), np.diagonal(want)) and (others >= 0).all():
        zero = "off-diagonal entries are 0, but p_i depends on every o_j"
        positive = "the diagonal is right, but off-diagonal entries are positive"
        yield positive if others.any() else zero, "when one probability rises, what do others do?"
    p = np.array(_probabilities(o))
    for name, sums in (("p", p), ("2p", 2 * p)):
        if _close(got.sum(axis=1), sums):
            yield f"row sums are {name}, expected 0", "how does p change when all logits rise?"


def _hinge_signs(got: dict, want: dict, p: np.ndarray, y: np.ndarray, margin: float) -> Iterator:
    if any(name not in got or got[name].shape != want[name].shape for name in want):
        return
    d_p, expected, true = got["d_p"], want["d_p"], np.eye(np.shape(p)[1], dtype=bool)[y]
    counted, violators = np.sum(d_p > 0, axis=1), np.sum(expected > 0, axis=1)
    if got["loss"] == 0 < want["loss"] and np.ptp(p) == 0:
        yield "loss 0 for uniform p, where no class is ahead by the margin", "which sign has it?"
    if math.isclose(got["loss"] - want["loss"], len(p) * margin, rel_tol=1e-6):
        yield "too large by exactly margin per sample", "which class has no term in the loss?"
    if d_p[(expected == 0) & ~true].any():
        yield "a class beaten by more than the margin must contribute 0, to the loss and to d_p"
    if (counted < violators).any() and np.array_equal(counted, np.sum(d_p * ~true, axis=1) == 1):
        yield "only one violating class counted", "over which classes does the loss sum?"
    if np.array_equal(d_p[~true], expected[~true]) and (d_p[true] != -violators).any():
        n = int(np.argmax(d_p[true] != -violators))
        yield (
            f"d_p at the true class of sample {n} should be minus the number of violating classes "
            f"(here {violators[n]}), yours is {_number(d_p[true][n])}",
            "in how many terms of the loss does p_y stand?",
        )


def _hinge_grad_signs(
    got: np.ndarray, want: np.ndarray, o: np.ndarray, y: np.ndarray, margin: float
) -> Iterator:
    yield from _overflowed(got, o)
    p = np.array([*map(_probabilities, np.asarray(o, dtype=float))])
    if _close(got, _exact_hinge(p, y, margin)["d_p"]):
        yield "equals the gradient with respect to p", "how does p change with o?"
    elif not np.allclose(got.sum(axis=1), 0):
        yield "rows of the result do not sum to 0", "what if all logits rise by the same amount?"


_JACOBIAN = formula(_exact_jacobian, bound=_near, signs=_jacobian_signs)
_HINGE = formula(
    _exact_hinge,
    bound=_near,
    dtype=lambda p, y, margin: _loss_dtype(p, p),
    landmarks=lambda p, y, margin: {f"N (here {len(p)})": len(p)},
    signs=_hinge_signs,
)
_HINGE_GRAD = formula(
    _exact_hinge_grad,
    bound=_near,
    dtype=lambda o, y, margin: float_dtype(o),
    sizes=lambda o, y, margin: {"N": len(o), "K": np.shape(o)[1]},
    signs=_hinge_grad_signs,
)
_MARGIN_ONE = formula(
    _exact_margin_one,
    bound=_near,
    sizes=lambda p_y, K: {"(K - 1)": K - 1, "K": K},
)
_HINGE_P = np.array([[0.5, 0.3, 0.15, 0.05], [0.2, 0.1, 0.4, 0.3], [0.05, 0.15, 0.2, 0.6]])
_HINGE_Y = np.array([0, 2, 1])


def check_softmax_jacobian(softmax_jacobian: Callable) -> None:
    """Check exercise 3c E1, ``softmax_jacobian(o)``."""
    check = Check("softmax_jacobian", softmax_jacobian, _JACOBIAN)
    check.values("three classes", case(np.array([1.0, 0.0, -0.5])))
    check.values("logits near 1000", case(np.array([1000.0, 1001.0, 999.0])))
    check.values("float32", case(np.float32([0.5, -0.5, 2.0, 0.0])))
    check.pure(case(np.array([1.0, 0.0, -0.5])))
    check.no_loop(lambda n: case(np.linspace(0, 1, n)), "classes", "K", pairs=True)
    check.done()


def _sample_loops(check: Check) -> None:
    check.no_loop(lambda n: case(np.full((n, 5), 0.2), np.zeros(n, dtype=int), 0.5), "samples")


def check_hinge(hinge_on_probs: Callable) -> None:
    """Check exercise 3c E2, ``hinge_on_probs(p, y, margin)``."""
    check = Check("hinge_on_probs", hinge_on_probs, _HINGE)
    check.values("uniform p", case(np.full((1, 5), 0.2), np.array([2]), 0.5))
    check.values("one sample", case(_HINGE_P[2:], _HINGE_Y[2:], 0.25))
    check.values("three samples", case(_HINGE_P, _HINGE_Y, 0.25))
    check.values("margin 1", case(_HINGE_P, _HINGE_Y, 1.0))
    check.pure(case(_HINGE_P, _HINGE_Y, 0.25))
    _sample_loops(check)
    check.done()


def check_margin_one(margin_one_is_linear: Callable) -> None:
    """Check exercise 3c E4, ``margin_one_is_linear(p_y, K)``."""
    check = Check("margin_one_is_linear", margin_one_is_linear, _MARGIN_ONE)
    check.values("three samples, five classes", case(np.array([0.1, 0.35, 0.9]), 5))
    check.values("p_y = 1", case(np.array([1.0]), 3))
    check.done()


def check_softmax_hinge_grad(softmax_hinge_grad: Callable) -> None:
    """Check exercise 3c E3, ``softmax_hinge_grad(o, y, margin)``."""
    o = np.log(_HINGE_P)
    check = Check("softmax_hinge_grad", softmax_hinge_grad, _HINGE_GRAD)
    check.values("one sample", case(o[2:], _HINGE_Y[2:], 0.25))
    check.values("three samples", case(o, _HINGE_Y, 0.25))
    check.values("logits near 1000", case(1000 + o, _HINGE_Y, 0.25))
    check.values("float32", case(o.astype(np.float32), _HINGE_Y, 0.25))
    check.pure(case(o, _HINGE_Y, 0.25))
    _sample_loops(check)
    check.done()
