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


def save_answers(filename: str, names: list[str]) -> None:
    """Write the cells that define some names into a module, for another notebook to import.

    Of each name it is the last executed cell that binds it, and each cell is written once. If one
    of them has not been run since the kernel started, nothing is written, so that an older file
    stays; if one is still empty, a note says so.

    Parameters
    ----------
    filename : str
        Of the module, beside the notebook.
    names : list of str
        What the other notebook imports.
    """
    known = vars(sys.modules["__main__"])
    cells = {name: _cell_source(known.get(name), name) for name in names}
    not_run = [name for name, cell in cells.items() if not cell]
    if not_run:
        print(f"note  {filename} is not written: {', '.join(not_run)} not defined since the kernel")
        print("      started. Run the cells of these exercises, then this one.")
        return
    head = f'"""My answers: {", ".join(names)}. Written by a notebook; change them there."""'
    texts = dict.fromkeys(map(_definitions, cells.values()))
    parts = [f"{head}\n\nimport math\n\nimport numpy as np", *texts]
    Path(filename).write_text("\n\n\n".join(parts) + "\n", encoding="utf-8")
    print(f"ok    {filename} holds {', '.join(names)}")
    for name in (name for name, cell in cells.items() if "NotImplementedError" in cell):
        print(f"note  {name} is still empty in it: write your answer, run its cell, then this one")


def _definitions(cell: str) -> str:
    """Return a cell as text for a module: without magics, and without calls such as print."""
    statements = list(_statements(cell))
    kept = [s for s in statements if not isinstance(s, ast.Expr)]
    if len(kept) == len(statements) and "get_ipython()" not in cell:
        return cell.strip()
    return "\n\n\n".join(text for text in map(ast.unparse, kept) if "get_ipython()" not in text)


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


def _decimals(row: Iterable[float]) -> list[Decimal]:
    return [Decimal(float(entry)) for entry in row]


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


@dataclass(frozen=True)
class LayerDefinition:
    """What a layer computes; what its backward pass has to return follows from it.

    Parameters
    ----------
    forward : callable
        The value from the arguments; must be fit for `_complex_gradient`.
    slopes : tuple of str
        The arguments that get a gradient: the first ones, by name.
    of_forward, of_backward : dict, optional
        Further parameters of `formula` for the two methods. What takes the arguments gets `d_out`
        before them for the backward method.
    """

    forward: Callable
    slopes: tuple[str, ...]
    of_forward: dict = field(default_factory=dict)
    of_backward: dict = field(default_factory=dict)

    def gradients(self, d_out: object, *args: object) -> object:
        """Return what ``backward(d_out)`` has to return after ``forward(*args)``."""
        names = {position: f"d_{name}" for position, name in enumerate(self.slopes)}
        slopes = _slopes(self.forward, args, names, d_out)
        return slopes if len(slopes) > 1 else next(iter(slopes.values()))


def layer_checks(
    title: str,
    layer: Callable | object,
    definition: LayerDefinition,
    forward_rivals: Callable | None = None,
    backward_rivals: Callable | None = None,
) -> tuple[Check, Check]:
    """Return the checks of ``forward(*args)`` and of ``backward(d_out)`` after it.

    Cases of the second are ``case(d_out, *args)``: each makes a new layer, and calls both methods.

    Parameters
    ----------
    title : str
    layer : callable or object
        A class or function that makes layers, or one layer.
    definition : LayerDefinition
    forward_rivals, backward_rivals : callable, optional
        See `Check`.

    Returns
    -------
    tuple of Check
    """

    def forward(*args: object) -> object:
        return _new_layer(layer).forward(*args)

    def backward(d_out: object, *args: object) -> object:
        fresh = _new_layer(layer)
        fresh.forward(*args)
        return fresh.backward(d_out)

    # By this attribute `inspect.unwrap` finds what the student wrote.
    forward.__wrapped__ = backward.__wrapped__ = layer

    def gradients(*args: object) -> object:
        return definition.gradients(*args)

    def rivals(d_out: object, *args: object) -> Iterator[tuple[str, object]]:
        yield from backward_rivals(d_out, *args) if backward_rivals else ()
        alone = definition.gradients(np.ones(np.shape(d_out)), *args)
        yield "d_out is ignored: backward answers as if d_out were 1", alone
        slopes = definition.gradients(d_out, *args)
        for name, value in slopes.items() if isinstance(slopes, dict) else ():
            order = "gradients come back in the order of forward's arguments"
            yield f"this is the expected {name}: {order}", dict.fromkeys(slopes, value)

    upstream = inspect.Parameter("d_out", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters = inspect.signature(definition.forward).parameters.values()
    gradients.__signature__ = inspect.Signature([upstream, *parameters])
    value = formula(definition.forward, **definition.of_forward)
    slopes = formula(gradients, **definition.of_backward)
    return (
        Check(f"{title}.forward", forward, value, forward_rivals),
        Check(f"{title}.backward", backward, slopes, rivals),
    )


def _new_layer(layer: Callable | object) -> object:
    return layer() if callable(layer) else layer


def keeps_state(check: Check, layer: Callable, first: Case, second: Case) -> None:
    """Require that a layer's backward pass answers for its own, last forward pass.

    Parameters
    ----------
    check : Check
        Of the backward pass, from `layer_checks`.
    layer : callable
        Makes layers.
    first, second : Case
        Cases of the backward pass, with other numbers in the same shapes.
    """

    def backward(layer: object, case: Case) -> object:
        return layer.backward(case.args[0])

    def after_two(*_: object) -> object:
        fresh = _new_layer(layer)
        fresh.forward(*first.args[1:])
        fresh.forward(*second.args[1:])
        return backward(fresh, second)

    def beside_another(*_: object) -> object:
        one, other = _new_layer(layer), _new_layer(layer)
        one.forward(*first.args[1:])
        other.forward(*second.args[1:])
        return backward(one, first)

    def twice(*_: object) -> object:
        fresh = _new_layer(layer)
        fresh.forward(*first.args[1:])
        backward(fresh, first)
        return backward(fresh, first)

    for where, run, right, wrong, sentence in (
        ("forward twice", after_two, second, first, "backward answered for an earlier forward"),
        ("two layers", beside_another, first, second, "two layers share one cache"),
        ("backward twice", twice, first, None, "a second backward gives another answer"),
    ):
        run.__wrapped__ = layer
        check.that(lambda args=(check, where, run, right, wrong, sentence): _state_finding(*args))


def _state_finding(
    check: Check, where: str, run: Callable, right: Case, wrong: Case | None, sentence: str
) -> Finding | None:
    def rivals(*_: object, **__: object) -> Iterator[tuple[str, object]]:
        if wrong is not None:
            yield sentence, check.definition.exact(right.args[0], *wrong.args[1:])

    again = Check(check.title, run, check.definition, rivals)
    finding = again._value_finding(where, right)
    if finding is not None and not finding.lines.get("pattern"):
        finding.lines["pattern"] = sentence
    return finding


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


def _shift_bound(u: float, want: np.ndarray, x: object, axis: int = -1) -> np.ndarray:
    """Return the bound shared by log_softmax (absolute) and softmax (relative)."""
    x = np.asarray(x, dtype=float)
    top = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    top = np.where(np.isfinite(top), top, 0.0)
    below = np.where(np.isfinite(x), np.abs(x - top), 0.0)
    return 4 * u * (2 + below + np.abs(top)) + x.shape[axis] * u


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


# Three samples, four classes; soft rows sum to 1.
_LOGITS = np.array([[2.0, -1.0, 0.5, 0.0], [0.0, 3.0, 1.0, -2.0], [0.3, 0.2, 0.1, 0.0]])
_LABELS = np.array([0, 2, 1])
_SOFT = np.array([[0.7, 0.1, 0.1, 0.1], [0.0, 0.4, 0.6, 0.0], [0.25, 0.5, 0.125, 0.125]])


# --- A4, layers_and_gradient_checks (4a) ------------------------------------------------------


def _entry_by_entry(f: Callable, *arrays: object) -> np.ndarray:
    """Apply a definition to the numbers in arrays of one shape; complex numbers stay complex."""
    numbers = zip(*(np.ravel(array).tolist() for array in arrays), strict=True)
    return np.array([f(*entry) for entry in numbers]).reshape(np.shape(arrays[0]))


def _exact_affine(X: object, W: object, b: object) -> np.ndarray:
    result = np.zeros((len(X), len(b)), dtype=np.result_type(X, W, b, float))
    for n, h in np.ndindex(result.shape):
        result[n, h] = sum((X[n, d] * W[d, h] for d in range(len(W))), start=b[h])
    return result


def _exact_unbroadcast(d_out: np.ndarray, shape: tuple) -> np.ndarray:
    """Give each entry of d_out to the entry of the operand that it is a copy of. [Definition.]"""
    places = np.broadcast_to(np.arange(math.prod(shape)).reshape(shape), d_out.shape)
    totals = [0.0] * math.prod(shape)
    for place, entry in zip(places.ravel().tolist(), d_out.ravel().tolist(), strict=True):
        totals[place] += entry
    return np.array(totals).reshape(shape)


class _FusedLoss(LayerDefinition):
    """A loss whose gradient comes from its definition in 60 digits, so that any logits will do."""

    def gradients(self, d_out: object, *args: object) -> object:
        return Decimal(float(d_out)) * _exact_cross_entropy_slope(*args)


def _fused_signs(got: np.ndarray, want: np.ndarray, *args: object) -> Iterator[object]:
    if not np.isfinite(got).all():
        yield "exp overflowed, or a probability rounded to 0 before the logarithm was taken"
    if got.shape == () and len(args[0]) == 1:
        yield from _rescued_sign(got, want)


def _number_bound(u: float, want: np.ndarray, *args: object) -> np.ndarray:
    """Allow for float32 in the arguments, since one number may come back as a Python float."""
    single = any(np.asarray(a).dtype == np.float32 for a in args)
    return (1e-4 if single else 1e-9) * np.maximum(np.abs(want), 1.0)


_ONE_NUMBER = {"dtype": _loss_dtype, "bound": _number_bound}
_WRONG_SHAPE = {"shapes": lambda *_: ["each entry of x has a gradient: the shape is that of x"]}
_NO_NUMBER = {"shapes": lambda *_: ["forward returns one number: sum the products"]}
_MULTIPLY = LayerDefinition(lambda x, y: _entry_by_entry(lambda a, b: a * b, x, y), ("x", "y"))
_SUM = LayerDefinition(lambda x: sum(np.ravel(x).tolist()), ("x",), _ONE_NUMBER, _WRONG_SHAPE)
_DOT_PRODUCT = LayerDefinition(
    lambda x, y: _SUM.forward(_MULTIPLY.forward(x, y)),
    ("x", "y"),
    {**_ONE_NUMBER, **_NO_NUMBER},
)
_UNBROADCAST = formula(
    _exact_unbroadcast,
    dtype=lambda d_out, shape: float_dtype(d_out),
    sizes=lambda d_out, shape: {f"length of axis {i}": n for i, n in enumerate(d_out.shape)},
)
_NUMERICAL_GRADIENT = formula(
    lambda f, x, h=1e-5: _complex_gradient(f, x), 1e-8, dtype=lambda *_: np.dtype(float)
)
_OF_BATCH = {"sizes": lambda *args: dict(zip("NDH", (*args[-3].shape, len(args[-1])), strict=True))}
_AFFINE = LayerDefinition(
    _exact_affine, ("X", "W", "b"), {**_OF_BATCH, "landmarks": lambda X, W, b: {"b": b}}, _OF_BATCH
)
_RELU = LayerDefinition(lambda x: _entry_by_entry(lambda t: t if t.real > 0 else 0.0, x), ("x",))
_SOFTMAX_CROSS_ENTROPY = _FusedLoss(
    _exact_cross_entropy,
    ("logits",),
    {**_ONE_NUMBER, "signs": _fused_signs, "landmarks": _CROSS_ENTROPY.landmarks},
    {
        "signs": _fused_signs,
        "sizes": lambda *args: dict(zip("NK", args[-1].shape, strict=True)),
    },
)


def _draw(*shapes: tuple) -> list[np.ndarray]:
    """Return arrays of a few digits, none of them 0, the same ones every time."""
    rng = np.random.default_rng(4)
    return [np.round(rng.normal(size=shape), 2) + 0.005 for shape in shapes]


def _check_layer(
    title: str,
    layer: object,
    definition: LayerDefinition,
    batch: tuple,
    rivals: tuple = (),
    **cases: Case,
) -> None:
    """Check a layer at named cases ``case(d_out, *args)``; the first two are for its state.

    `batch` holds the positions in a case whose first axis is that of the samples; there must be no
    loop over it. `rivals` are those of forward and of backward, for `layer_checks`.
    """

    def many(n: int) -> Case:
        args = next(iter(cases.values())).args
        longer = [
            np.resize(a, (n, *np.shape(a)[1:])) if i in batch else a for i, a in enumerate(args)
        ]
        return case(*longer)

    forward, backward = layer_checks(title, layer, definition, *rivals)
    for check, of in ((forward, lambda c: case(*c.args[1:])), (backward, lambda c: c)):
        for where, one in cases.items():
            check.values(where.replace("_", " "), of(one))
        check.pure(*map(of, cases.values()))
        if check is backward and callable(layer):
            keeps_state(backward, layer, *list(cases.values())[:2])
        check.quiet(*map(of, cases.values()))
        check.no_loop(lambda n, of=of: of(many(n)), "samples")
        check.done()


def check_operations(Multiply: Callable, Sum: Callable, DotProduct: Callable) -> None:
    """Check exercise 4a E1, ``Multiply``, ``Sum`` and ``DotProduct``."""
    x, y, u, v, d_out = _draw(*[(3, 5)] * 5)
    cases = {"two_arrays": case(d_out, x, y), "two_others": case(x, u, v)}
    _check_layer("Multiply", Multiply, _MULTIPLY, (0, 1, 2), **cases)
    cases = {"an_array": case(-0.7, x), "another": case(2.0, y)}
    _check_layer("Sum", Sum, _SUM, (1,), **cases)
    cases = {"two_arrays": case(-0.7, x, y), "two_others": case(2.0, u, v)}
    _check_layer("DotProduct", DotProduct, _DOT_PRODUCT, (1, 2), **cases)


def check_unbroadcast(unbroadcast: Callable) -> None:
    """Check exercise 4a E2, ``unbroadcast(d_out, shape)``."""
    (d_out,) = _draw((3, 5))
    check = Check("unbroadcast", unbroadcast, _UNBROADCAST)
    check.values("one row, three times", case(d_out, (5,)), case(d_out, (1, 5)))
    check.values("one column, five times", case(d_out, (3, 1)))
    check.values("a number, 15 times", case(d_out, ()))
    check.values("nothing was broadcast", case(d_out, (3, 5)))
    check.pure(case(d_out, (5,)), case(d_out, (3, 1)))
    if call(unbroadcast, d_out, d_out.shape).shares:
        check.notes.append(
            "for equal shapes d_out itself comes back; a copy is safer, not required"
        )
    check.no_loop(lambda n: case(np.ones((n, 5)), (5,)), "rows of d_out")
    check.done()


def _waves(x: np.ndarray) -> float:
    return np.sum(np.exp(x) + np.sin(3 * x))


def check_numerical_gradient(numerical_gradient: Callable) -> None:
    """Check exercise 4a E3, ``numerical_gradient(f, x, h)``."""
    x, matrix = _draw((5,), (2, 3))
    check = Check("numerical_gradient", numerical_gradient, _NUMERICAL_GRADIENT)
    check.that(lambda: _steps_finding(numerical_gradient, x))
    check.that(lambda: _steps_finding(numerical_gradient, matrix, 0.01))
    check.values("a vector", case(_waves, x))
    check.values("a matrix", case(_waves, matrix))
    check.that(lambda: _steps_finding(numerical_gradient, np.arange(3)))
    check.values("integers", case(_waves, np.arange(3)))
    check.pure(case(_waves, matrix))
    check.done()


def _steps_finding(numerical_gradient: Callable, x: np.ndarray, h: float = 1e-5) -> Finding | None:
    """Look at the points at which f is asked: each entry moves alone, by h, to both sides."""
    moves, before = [], x.copy()

    def f(point: np.ndarray) -> float:
        moves.append(np.broadcast_to(point, x.shape) - before)
        return float(np.sum(point))

    outcome = call(numerical_gradient, f, x, h)
    if outcome.failure:
        return Finding("where f is asked", outcome.failure)
    count = max((np.count_nonzero(abs(move) > 1e-3 * h) for move in moves), default=0)
    size = max((float(abs(move).max()) for move in moves), default=0.0)
    pattern = ""
    if all(np.array_equal(move, np.round(move)) for move in moves):
        pattern = f"f is never asked near x: can the array hold a step of {h}?"
    elif count > 1:
        pattern = f"{count} entries have moved at once: one at a time, and back before the next"
    elif not 0.99 * h < size < 1.01 * h:
        pattern = f"f is asked at a distance of {_number(size, 3)} from x, and h = {h}"
    elif min(map(np.min, moves)) > -0.99 * h or max(map(np.max, moves)) < 0.99 * h:
        pattern = "a one-sided difference: its error shrinks like h, that of a central one like h^2"
    elif len(moves) > 2 * x.size:
        pattern = f"{len(moves)} calls of f for {x.size} entries: two for each are enough"
    lines = {"input": f"x = {show(x)},  h = {h}", "pattern": pattern}
    return Finding("where f is asked", lines) if pattern else None


def check_gradient_check(gradient_check: Callable) -> None:
    """Check exercise 4a E4, ``gradient_check(f, grad, x)``."""
    (x,) = _draw((4,))
    right = _complex_gradient(_waves, x)
    report = Report("gradient_check")
    for what, f, grad, accept in (
        ("a right gradient", _waves, right, True),
        ("a gradient that is twice too large", _waves, 2 * right, False),
        ("a gradient of zeros", _waves, 0 * right, False),
        ("a wrong sign in one entry", _waves, right * [1, 1, -1, 1], False),
        ("a right gradient with exact zeros", lambda x: _waves(x[:2]), right * [1, 1, 0, 0], True),
    ):
        args = gradient_check, what, f, grad, x, accept
        report.that(lambda args=args: _verdict_finding(*args))
    report.done()


def _verdict_finding(
    gradient_check: Callable, what: str, f: Callable, grad: np.ndarray, x: np.ndarray, accept: bool
) -> Finding | None:
    """Require an error below 1e-5 for a right gradient, and above 1e-3 for a wrong one."""
    outcome = call(gradient_check, f, grad, x)
    if outcome.failure:
        return Finding(what, outcome.failure)
    error = np.asarray(outcome.value)
    is_number = error.shape == () and error.dtype.kind in "if"
    if is_number and not outcome.changed and (error < 1e-5 if accept else error > 1e-3):
        return None
    pattern = f"{what} was {'rejected' if accept else 'accepted'}"
    if is_number and np.isnan(error):
        pattern += ": nan compared with any tolerance is False"
    lines = {
        "input": f"grad = {show(grad)},  x = {show(x)}",
        "yours": show(outcome.value),
        "expected": f"a number {'below 1e-5' if accept else 'above 1e-3'}",
        "pattern": outcome.changed or pattern,
    }
    return Finding(what, lines)


def check_wrong_gradients(names: list[str], wrong_gradients: object) -> None:
    """Check the form of the answer to exercise 4a "Find the bug": some of the given names."""
    report = Report("wrong_gradients")
    report.that(lambda: _names_finding(names, wrong_gradients))
    report.facts.append("these are names of gradients; the hidden tests say whether they are wrong")
    report.done()


def _names_finding(names: list[str], answer: object) -> Finding | None:
    known = isinstance(answer, (set, list, tuple)) and all(name in names for name in answer)
    if known and answer:
        return None
    lines = {"yours": show(answer), "expected": f"a set with some of: {', '.join(names)}"}
    return Finding("names of gradients", lines)


def check_transposed(x: np.ndarray, W_error: object, W_wrong: object, W_hidden: object) -> None:
    """Check exercise 4a "W x": what ``W @ x`` gives for three matrices, beside ``W.T @ x``."""
    report = Report("W_error, W_wrong, W_hidden")
    for name, W, wanted in (
        ("W_error", W_error, "an error"),
        ("W_wrong", W_wrong, "another vector"),
        ("W_hidden", W_hidden, "the same vector for every x"),
    ):
        report.that(lambda args=(name, x, W, wanted): _transposed_finding(*args))
    report.done()


def _transposed_finding(name: str, x: np.ndarray, W: object, wanted: str) -> Finding | None:
    W, found = np.asarray(call(np.asarray, W).value), "the same vector for every x"
    if W.dtype.kind not in "biuf" or W.ndim != 2 or len(W) != len(x) or not W.size:
        lines = {"yours": show(W), "expected": f"a matrix of numbers, shape ({len(x)}, K)"}
        return Finding(name, lines)
    if W.shape[0] != W.shape[1]:
        found = "an error"
    elif not np.array_equal(W, W.T):
        found = "another vector" if not np.allclose(W @ x, x @ W) else "the same vector for this x"
    lines = {"yours": f"W @ x gives {found}", "expected": f"W @ x gives {wanted}"}
    return Finding(name, lines) if found != wanted else None


def check_affine(Affine: Callable) -> None:
    """Check exercise 4a E5, ``Affine``, a class or one layer."""
    d_out, other, X, Y, W, b = _draw((7, 3), (7, 3), (7, 5), (7, 5), (5, 3), (3,))
    cases = {
        "a_batch": case(d_out, X, W, b),
        "another_batch": case(other, Y, -W, 2 * b),
        "three_inputs,_three_outputs": case(d_out, X[:, :3], W[:3], b),
        "a_batch_of_one": case(d_out[:1], X[:1], W, b),
    }
    _check_layer("Affine", Affine, _AFFINE, (0, 1), **cases)


def check_relu(ReLU: Callable) -> None:
    """Check exercise 4a E6, ``ReLU``, a class or one layer."""
    d_out, x, y, cube = _draw((3, 5), (3, 5), (3, 5), (2, 3, 2))
    cases = {"a_matrix": case(d_out, 5 * x), "another": case(x, y), "3-D": case(cube, -cube)}
    _check_layer("ReLU", ReLU, _RELU, (0, 1), **cases)
    report = Report("ReLU at 0")
    report.that(lambda: _kink_finding(report, ReLU))
    report.done()


def _kink_finding(report: Report, ReLU: object) -> Finding | None:
    """Require a slope from 0 to 1 at 0; another slope than 0 is noted, and a hidden nan."""

    def slopes_and_nan(x: np.ndarray, d_out: np.ndarray) -> tuple:
        layer = _new_layer(ReLU)
        layer.forward(x)
        return layer.backward(d_out) / d_out, _new_layer(ReLU).forward(np.array([np.nan]))

    outcome = call(slopes_and_nan, np.array([0.0, -0.0]), np.array([2.0, -3.0]))
    if outcome.failure:
        return Finding("the input 0", outcome.failure)
    slopes, of_nan = outcome.value
    if not np.all((slopes >= 0) & (slopes <= 1)):
        lines = {"yours": f"slopes {show(slopes)}", "expected": "slopes from 0 to 1"}
        return Finding("the input 0", lines)
    if np.any(slopes):
        report.notes.append(
            f"the slope at 0 is {slopes.max():.3g}: valid, the convention here is 0"
        )
    if not np.isnan(of_nan).all():
        report.notes.append("nan goes in, a number comes out: an earlier mistake stays unseen")
    return None


def check_softmax_cross_entropy(SoftmaxCrossEntropy: Callable) -> None:
    """Check exercise 4a E7, ``SoftmaxCrossEntropy``, a class or one layer."""
    hard = np.eye(4)[_LABELS]
    cases = {
        "one-hot_targets": case(1.0, _LOGITS, hard),
        "another_d_out": case(-0.7, _LOGITS[::-1], hard),
        "soft_targets": case(2.0, _LOGITS, _SOFT),
        "a_gap_of_60": case(1.0, np.array([[60.0, 0.0]]), np.array([[0.0, 1.0]])),
        "logits_near_1000": case(1.0, 1000 + _LOGITS, hard),
        "rows_far_apart": case(1.0, _LOGITS + [[800], [0], [-800]], hard),
    }
    definition = _SOFTMAX_CROSS_ENTROPY
    _check_layer("SoftmaxCrossEntropy", SoftmaxCrossEntropy, definition, (1, 2), **cases)


def plot_gradient_error(
    ax: object, analytic: np.ndarray, numeric: np.ndarray, title: str
) -> object:
    """Draw where two gradients differ, entry by entry, as a power of ten; nan and inf stay white.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    analytic, numeric : array_like, both of one shape
        A gradient and what it should be. A number or a vector is drawn as one row.
    title : str

    Returns
    -------
    matplotlib.collections.QuadMesh
        For a color bar: the decimal logarithm of the error, relative to the largest entry of
        `numeric`, from -12 to 0.

    Raises
    ------
    ValueError
        If the shapes differ.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> mesh = plot_gradient_error(Figure().add_subplot(), [1.0, 2.0], [1.0, 4.0], "d_b")
    >>> mesh.get_array().round(1).tolist()
    [[-12.0, -0.3]]
    """
    if np.shape(analytic) != np.shape(numeric):
        raise ValueError(f"{title}: shapes {np.shape(analytic)} and {np.shape(numeric)} differ")
    scale = np.max(np.abs(numeric), initial=1e-300)
    errors = np.atleast_2d(np.abs(np.subtract(analytic, numeric)) / scale)
    shown = np.ma.masked_invalid(np.log10(np.maximum(errors.reshape(len(errors), -1), 1e-12)))
    mesh = ax.pcolormesh(shown, cmap="viridis", vmin=-12, vmax=0, edgecolors="white", linewidth=0.5)
    ax.set(title=title, xticks=[], yticks=[], aspect="equal")
    ax.invert_yaxis()
    return mesh


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


def _exact_logits(params: dict, X: object) -> np.ndarray:
    """Return the scores of a network of affine layers with ReLU between them. [Definition.]"""
    signals, last = np.asarray(X), len(params) // 2
    for number in range(1, last + 1):
        signals = signals @ params[f"W{number}"] + params[f"b{number}"]
        if number < last:
            signals = np.where(signals.real > 0, signals, 0)
    return signals


def _exact_nll(logits: np.ndarray, Y: object) -> complex:
    """Return the mean over samples of -sum_k y_k ln p_k with p = softmax. [Definition.]"""
    total = 0.0
    for row, target in zip(logits, Y, strict=True):
        shifted = row - row.real.max()
        total = total - np.sum(target * (shifted - np.log(np.sum(np.exp(shifted)))))
    return total / len(logits)


def definition_gradients(params: dict, X: np.ndarray, Y: np.ndarray) -> dict[str, np.ndarray]:
    """Return the gradients of a network's loss, from the loss alone, by the complex step: slowly.

    Parameters
    ----------
    params : dict of str to ndarray
        ``W1``, ``b1``, ``W2``, ... of affine layers with ReLU between them.
    X, Y : ndarray, shapes (N, D) and (N, K)

    Examples
    --------
    >>> params = {"W1": np.zeros((1, 2)), "b1": np.zeros(2)}
    >>> definition_gradients(params, np.ones((1, 1)), np.eye(1, 2))["W1"]
    array([[-0.5,  0.5]])
    """

    def loss(name: str, value: np.ndarray) -> complex:
        return _exact_nll(_exact_logits({**params, name: value}, X), Y)

    return {
        name: _complex_gradient(lambda value, name=name: loss(name, value), parameter)
        for name, parameter in params.items()
    }


def _exact_regression(X: object, W: np.ndarray, b: np.ndarray, Y: object) -> dict:
    params = {"W1": W, "b1": b}
    slopes = definition_gradients(params, X, Y)
    loss = _exact_nll(_exact_logits(params, X), Y)
    return {"loss": loss, "d_W": slopes["W1"], "d_b": slopes["b1"]}


# The notebook works in float64; of a loss any float will do.
_REGRESSION = formula(
    _exact_regression,
    dtype=lambda *_: None,
    sizes=lambda X, W, b, Y: {"N": len(X), "D": len(W), "K": len(b)},
)


def check_nll_and_grad(nll_and_grad: Callable) -> None:
    """Check exercise 4b E1, ``nll_and_grad(X, W, b, Y)``."""
    rng = np.random.default_rng(41)
    X, W, b, Y = *(rng.normal(size=s) for s in ((5, 2), (2, 3), 3)), np.eye(3)[[0, 2, 1, 1, 0]]
    check = Check("nll_and_grad", nll_and_grad, _REGRESSION)
    check.values("one sample", case(X[:1], W, b, Y[:1]))
    check.values("five samples", case(X, W, b, Y))
    check.values("soft targets", case(X, W, b, 0.7 * Y + 0.1))
    check.values("features times 1000", case(1000 * X, W, b, Y))
    check.pure(case(X, W, b, Y))
    check.no_loop(lambda n: case(np.ones((n, 2)), W, b, np.full((n, 3), 1 / 3)), "samples")
    check.done()


def _one_epoch(minibatches: Callable, n: int, batch_size: int, *rngs: object) -> Outcome:
    """Return the batches of one epoch for each generator; sample i has numbers 2i and 2i + 0.5."""

    def collected(X: np.ndarray, Y: np.ndarray) -> list:
        epochs = [minibatches(X, Y, batch_size, rng) for rng in rngs]
        return [[(np.array(x), np.array(y)) for x, y in epoch] for epoch in epochs]

    collected.__wrapped__ = minibatches
    X = np.arange(2.0 * n).reshape(n, 2)
    return call(collected, X, X[:, :1] + 0.5)


def _batches_finding(minibatches: Callable, n: int, batch_size: int) -> Finding | None:
    """Return what is wrong with the batches of an epoch, or with its order if n is large."""
    where = f"{n} samples in batches of {batch_size}"
    rng = np.random.default_rng(3)
    outcome = _one_epoch(minibatches, n, batch_size, rng, rng)
    if outcome.failure or outcome.changed:
        return Finding(where, outcome.failure or {"pattern": outcome.changed})
    first, second = outcome.value
    if any(x.ndim != 2 or y.ndim != 2 for x, y in first):
        shapes = f"shapes {first[0][0].shape} and {first[0][1].shape}"
        return Finding(where, {"yours": shapes, "expected": "two matrices with rows of X and of Y"})
    lengths = [x.shape[:1] + y.shape[:1] for x, y in first]
    found = [int(number) // 2 for x, _ in first for number in x[:, 0]]
    count, most = math.ceil(n / batch_size), max(map(found.count, found), default=1)
    pattern = ""
    if any(a != b for a, b in lengths):
        pattern = "the X and the Y of a batch have different lengths"
    elif any(np.any(x[:, :1] + 0.5 != y) for x, y in first):
        pattern = "a row of X no longer belongs to its label: X and Y need one common order"
    elif most > 1:
        pattern = f"sample {max(found, key=found.count)} appears {'twice' if most == 2 else most}"
    elif len(found) < n:
        pattern = f"{_count(n - len(found), 'sample')} never appear"
    elif len(first) != count or not all(0 < a <= batch_size for a, _ in lengths):
        pattern = f"wanted: {_count(count, 'batch')[:-1]}es of 1 to {batch_size} samples"
    elif n > 20 and found == [int(number) // 2 for x, _ in second for number in x[:, 0]]:
        pattern = "two epochs with one rng have the same order"
    lines = {"yours": f"batches of {[a for a, _ in lengths]}", "pattern": pattern}
    return Finding(where, lines) if pattern else None


def check_minibatches(minibatches: Callable) -> None:
    """Check exercise 4b E2, ``minibatches(X, Y, batch_size, rng)``."""
    report = Report("minibatches")
    for n, batch_size in ((6, 3), (7, 3), (2, 5), (23, 5)):
        report.that(lambda n=n, size=batch_size: _batches_finding(minibatches, n, size))
    report.facts.append("each sample once, in a new order")
    report.done()


def _net_params(rng: np.random.Generator, *sizes: int) -> dict[str, np.ndarray]:
    pairs = list(enumerate(itertools.pairwise(sizes), start=1))
    weights = {f"W{number}": rng.normal(size=shape) for number, shape in pairs}
    return weights | {f"b{number}": rng.normal(size=n_out) for number, (_, n_out) in pairs}


def _new_net_finding(make_net: Callable, sizes: list[int]) -> Finding | None:
    """Return what is wrong with the parameters of a new network."""
    where = f"a new network with sizes {sizes}"
    outcome = call(make_net, list(sizes), np.random.default_rng(5))
    if outcome.failure:
        return Finding(where, outcome.failure)
    params, wanted = (
        getattr(outcome.value, "params", None),
        _net_params(np.random.default_rng(0), *sizes),
    )
    shapes = {name: np.shape(wanted[name]) for name in sorted(wanted)}
    named = params if isinstance(params, dict) else {}
    found = {name: np.shape(named[name]) for name in sorted(named, key=str)}
    if found != shapes:
        return Finding(where, {"yours": f"params {found}", "expected": f"params {shapes}"})
    for number, width in enumerate(sizes[1:-1], start=1):
        if width > 1 and not np.ptp(params[f"W{number}"], axis=1).any():
            pattern = "all hidden units have identical weights: symmetry never breaks"
            return Finding(where, {"yours": f"W{number}", "pattern": pattern})
    return None


def _net_check(make_net: Callable, parts: tuple[str, ...], rivals: Callable | None = None) -> Check:
    """Return checks at ``case(params, X, Y)``: a new network gets the parameters, then answers."""

    def answers(params: dict, X: np.ndarray, Y: np.ndarray) -> dict:
        weights = [params[f"W{number}"] for number in range(1, len(params) // 2 + 1)]
        net = make_net([len(weights[0]), *(len(W.T) for W in weights)], np.random.default_rng(5))
        net.params = dict(params)
        found = {"forward": net.forward(X), "predict_proba": net.predict_proba(X)}
        found["loss"], found["grads"] = net.loss_and_grads(X, Y)
        return {part: found[part] for part in parts}

    def exact(params: dict, X: np.ndarray, Y: np.ndarray) -> dict:
        logits = _exact_logits(params, X)
        wanted = {"loss": _exact_nll(logits, Y), "grads": definition_gradients(params, X, Y)}
        chances = [[math.exp(-_exact_nll([s], [unit])) for unit in np.eye(len(s))] for s in logits]
        wanted |= {"forward": logits, "predict_proba": np.array(chances)}
        return {part: wanted[part] for part in parts}

    answers.__wrapped__ = make_net
    of_samples = {"dtype": lambda *_: None, "sizes": lambda params, X, Y: {"N": len(X)}}
    return Check("FeedForwardNet", answers, formula(exact, **of_samples), rivals)


def check_net(FeedForwardNet: Callable) -> None:
    """Check exercise 4b E3, ``FeedForwardNet``."""
    rng = np.random.default_rng(43)
    X, Y = rng.normal(size=(7, 5)), np.eye(2)[[0, 1, 1, 0, 1, 0, 0]]
    check = _net_check(FeedForwardNet, ("forward", "predict_proba", "loss", "grads"))
    for sizes in ([5, 3, 2], [5, 2], [5, 4, 3, 2]):
        check.that(lambda sizes=sizes: _new_net_finding(FeedForwardNet, sizes))
        where = f"sizes {sizes}, new numbers put into net.params"
        check.values(where, case(_net_params(rng, *sizes), X, Y))
    check.pure(case(_net_params(rng, 5, 3, 2), X, Y))
    check.done()


def _exact_step(params: dict, grads: dict, lr: float) -> dict:
    return {
        key: _elementwise(lambda p, slope: p - lr * slope, entry, grads[key])
        for key, entry in params.items()
    }


def _step_signs(got: dict, want: dict, params: dict, grads: dict, lr: float) -> Iterator[str]:
    for key, new in got.items():
        if np.array_equal(new, params[key]):
            yield f"{key} unchanged"
    if all(_close(new, params[key] + lr * grads[key]) for key, new in got.items()):
        yield "the step goes uphill: the loss rises"
    if all(_close(new, params[key] - grads[key]) for key, new in got.items()):
        yield "step = gradient: lr not used"


_STEP = formula(_exact_step, signs=_step_signs)


def check_sgd_step(sgd_step: Callable) -> None:
    """Check exercise 4b E4, ``sgd_step(params, grads, lr)``."""
    rng = np.random.default_rng(44)
    params, grads = _net_params(rng, 2, 2), _net_params(rng, 2, 2)
    check = Check("sgd_step", sgd_step, _STEP)
    check.pure(case(params, grads, 0.1))
    check.values("one layer", case(params, grads, 0.1))
    check.values("gradients in another order", case(params, dict(sorted(grads.items())), 0.5))
    check.done()


def check_train(train: Callable, FeedForwardNet: Callable) -> None:
    """Check exercise 4b E5, ``train``, with your network on seven samples."""
    report = Report("train")
    for epochs, lr in ((3, 0.0), (100, 0.5)):
        report.that(lambda args=(epochs, lr): _train_finding(train, FeedForwardNet, *args))
    report.facts.append("test set not read")
    report.done()


def _train_finding(
    train: Callable, FeedForwardNet: Callable, epochs: int, lr: float
) -> Finding | None:
    where, labels = f"{epochs} epochs, lr = {lr:g}", np.array([0, 1, 2, 0, 1, 2, 2])
    X, Y = np.array([[2.0, 0.0], [-1.0, 2.0], [-1.0, -2.0]])[labels], np.eye(3)[labels]
    X = X + np.random.default_rng(8).normal(scale=0.1, size=X.shape)
    data, seen = DataVault(X, Y, X[:1], Y[:1]), []

    def new_net() -> tuple:
        net = FeedForwardNet([2, 5, 3], np.random.default_rng(7))
        return net, net.loss_and_grads, net.loss_and_grads(X, Y)[0]

    outcome = call(new_net)
    if outcome.failure:
        return Finding("a new FeedForwardNet", outcome.failure)
    net, answer, start = outcome.value
    net.loss_and_grads = lambda X, Y: seen.extend(X) or answer(X, Y)
    with data.sealed(lambda: 1 + max(0, len(seen) - 1) // len(X)):
        outcome = call(train, net, data, epochs, 3, lr, np.random.default_rng(9))
    if data.leaks:
        line = (outcome.failure or {}).get("your line", "")
        return Finding(where, {"your line": line, "pattern": data.leaks[0]})
    if outcome.failure:
        return Finding(where, outcome.failure)
    losses, pattern = call(np.array, outcome.value, dtype=float).value, ""
    if np.shape(losses) != (epochs,):
        expected = f"{epochs} floats, one mean loss per epoch"
        return Finding(where, {"yours": show(outcome.value), "expected": expected})
    if lr == 0 and not np.allclose(losses, start, rtol=1e-9):
        pattern = (
            f"epoch loss differs from the mean over samples, {start:.6g}, though lr = 0 moves "
            "nothing: of three batches two have three samples, and one has one"
        )
    elif lr > 0 and not answer(X, Y)[0] < 0.5 * start:
        pattern = f"the loss of net was {start:.3g} before, and is {answer(X, Y)[0]:.3g} after"
    return Finding(where, {"yours": show(losses), "pattern": pattern}) if pattern else None


def _exact_accuracy(probs: np.ndarray, labels: np.ndarray) -> float:
    """Return the share of rows in which no entry is above that of the label. [Definition.]"""
    hits = [all(p <= row[label] for p in row) for row, label in zip(probs, labels, strict=True)]
    return hits.count(True) / len(hits)


_ACCURACY = formula(
    _exact_accuracy,
    dtype=lambda *_: None,
    landmarks=lambda probs, labels: {"100: a fraction from 0 to 1 is wanted": 100},
)


def check_accuracy(accuracy: Callable) -> None:
    """Check exercise 4b E6, ``accuracy(probs, labels)``."""
    probs = np.array([[0.7, 0.2, 0.1], [0.3, 0.3, 0.4], [0.2, 0.5, 0.3], [0.9, 0.1, 0.0]])
    check = Check("accuracy", accuracy, _ACCURACY)
    check.values("three of four right", case(probs, np.array([0, 2, 2, 0])))
    check.raises("no samples", ValueError, case(probs[:0], np.zeros(0, dtype=int)))
    check.pure(case(probs, np.array([0, 2, 2, 0])))
    check.done()


def check_diary(
    initial_loss_expected: float, first_layer_grad_rms: float, params: dict, X: object, Y: object
) -> None:
    """Check exercise 4b E7, two numbers of the diary, to 10%."""
    report = Report("diary")
    report.that(lambda: _initial_loss_finding(initial_loss_expected))
    report.that(lambda: _grad_rms_finding(first_layer_grad_rms, params, X, Y))
    report.done()


def _initial_loss_finding(value: object) -> Finding | None:
    others = {0.1: "a probability of each class; what is the loss?", 0.0: "a loss of 0 is perfect"}
    others |= {
        -math.log2(0.1): "the natural logarithm is meant",
        1.0: "not the logarithm to base 10",
    }
    return _near_finding("initial_loss_expected", value, -math.log(0.1), others)


def _grad_rms_finding(value: object, params: dict, X: object, Y: object) -> Finding | None:
    squares = definition_gradients(params, X, Y)["W1"] ** 2
    rms, norm = math.sqrt(squares.mean()), math.sqrt(squares.sum())
    others = {rms**2: "the root is missing", norm: "the norm: squares are averaged, not added"}
    others |= {float(np.sqrt(squares).mean()): "the mean size: first square, then average"}
    others |= {math.sqrt(np.mean(params["W1"] ** 2)): "of W1 itself, not of its gradient"}
    return _near_finding("first_layer_grad_rms", value, rms, others)


def _near_finding(
    where: str, value: object, wanted: float, others: dict[float, str]
) -> Finding | None:
    """Compare a number with the wanted one to 10%, and else with some wrong ones to 1%."""
    outcome = call(float, value)
    number = math.nan if outcome.failure else outcome.value
    if abs(number - wanted) <= 0.1 * wanted:
        return None
    near = (text for other, text in others.items() if math.isclose(number, other, rel_tol=0.01))
    return Finding(where, {"yours": show(value), "pattern": next(near, "")})
