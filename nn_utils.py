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
import bisect
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

# Graders run these in the student's process, when they are given a student's function.
__beside__ = (
    "call",
    "rebuild",
    "save_answers",
    "count_steps",
    "hidden_loops",
    "peak_memory",
    "same_code",
)

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


def views(x: np.ndarray) -> list[np.ndarray]:
    """Return arrays with the same numbers as `x` but another layout in memory.

    Parameters
    ----------
    x : ndarray
        Any shape with at least one axis.

    Returns
    -------
    list of ndarray
        Strided, reversed, in Fortran order, and read-only.

    Examples
    --------
    >>> all((v == np.arange(3.0)).all() for v in views(np.arange(3.0)))
    True
    """
    wide = np.repeat(x, 2, axis=-1)[..., ::2]
    flipped = np.flip(np.flip(x, axis=-1).copy(), axis=-1)
    fixed = x.copy()
    fixed.flags.writeable = False
    return [wide, flipped, np.asfortranarray(x), fixed]


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


# --- A5, variance_and_init (5a) ---------------------------------------------------------------


@dataclass(frozen=True)
class Seed:
    """Stands for a generator among the arguments of a case: each call gets a new one."""

    number: int

    def __repr__(self) -> str:
        return f"np.random.default_rng({self.number})"


def _seeded(f: Callable) -> Callable:
    """Return `f` as a function of seeds where it takes generators."""

    def run(*args: object) -> object:
        return f(*(np.random.default_rng(a.number) if isinstance(a, Seed) else a for a in args))

    run.__wrapped__ = f  # by this `inspect.unwrap` finds what the student wrote
    return run


def _any_dtype(*args: object) -> None:
    """Say that dtypes of results do not matter (see `Definition`)."""


def _normal_mean(f: Callable) -> float:
    """Return E[f(z)] for z ~ N(0, 1), as a sum over a fine grid."""
    z = np.linspace(-12.0, 12.0, 4801)
    bell = np.exp(-(z**2) / 2)
    return float(np.sum(bell * f(z)) / np.sum(bell))


def _exact_relu_moments(rng: Seed, n: int) -> dict[str, float]:
    mean = _normal_mean(lambda z: np.maximum(z, 0))
    variance = _normal_mean(lambda z: (np.maximum(z, 0) - mean) ** 2)
    return {"mean": mean, "second moment": mean**2 + variance, "variance": variance}


def _moments_bound(u: float, want: np.ndarray, rng: Seed, n: int) -> float:
    # Seven standard errors: a normal variable leaves them with a chance of 3e-12. The second
    # moment has the largest one, sqrt((E[ReLU(z)^4] - 1/4) / n) with E[ReLU(z)^4] = 3/2.
    return 7 * math.sqrt(1.25 / n)


def _moments_signs(got: dict, want: dict, rng: Seed, n: int) -> Iterator[str]:
    for sentence, numbers in (
        ("ReLU is not |z|, and the zeros of ReLU(z) belong to the sample", (0.798, 1, 0.363)),
        ("z is standard normal; yours looks uniform from 0 to 1", (0.5, 0.333, 0.083)),
        ("z is standard normal; yours looks uniform from -1 to 1", (0.25, 0.167, 0.104)),
        ("the second entry is the variance: do not subtract the mean", (0.399, 0.341, 0.341)),
        ("the third entry is a standard deviation", (0.399, 0.5, 0.584)),
    ):
        if np.allclose(list(got.values()), numbers, rtol=0, atol=0.02):
            yield sentence


_RELU_MOMENTS = Definition(_exact_relu_moments, _moments_bound, _any_dtype, signs=_moments_signs)


def _exact_init_std(scheme: str, fan_in: int, fan_out: int) -> float:
    # What weights of scale 1 make of a mean square of 1: fan_in products are added up on the way
    # forward, fan_out on the way back.
    both_ways, ramp = (fan_in + fan_out) / 2, np.arange(-1, 1, 1e-4) + 5e-5
    growth = {
        "he": fan_in * _normal_mean(lambda z: np.maximum(z, 0) ** 2),
        "lecun": fan_in * _normal_mean(lambda z: z**2),
        "xavier_normal": both_ways,
        "xavier_uniform_bound": both_ways * np.mean(ramp**2),
    }
    return float(growth[scheme]) ** -0.5


def _init_std_landmarks(scheme: str, fan_in: int, fan_out: int) -> dict[str, float]:
    squares = {
        "sqrt(fan_in/fan_out)": fan_in / fan_out,
        "sqrt((fan_in + fan_out)/(2 fan_in))": (fan_in + fan_out) / (2 * fan_in),
        "itself: a variance in place of its root": _exact_init_std(scheme, fan_in, fan_out) ** 2,
        "sqrt(E[ReLU(z)^2] / Var[ReLU(z)]): second moments are added": math.pi / (math.pi - 1),
        "sqrt 2": 2.0,
        "sqrt 3": 3.0,
    }
    return {name: math.sqrt(square) for name, square in squares.items()}


_INIT_STD = formula(_exact_init_std, 1e-7, landmarks=_init_std_landmarks, dtype=_any_dtype)


def _layer_parts(sizes: list[int], scheme: str, rng: Seed) -> dict[str, dict]:
    # The zeros in W stand for any numbers.
    pairs = enumerate(itertools.pairwise(sizes), start=1)
    return {f"layer {k}": {"W": np.zeros((m, n)), "b": np.zeros(n)} for k, (m, n) in pairs}


_INIT_PARAMS = Definition(
    _layer_parts,
    bound=lambda u, want, *_: np.inf if want.ndim == 2 else 0.0,
    dtype=lambda *_: np.dtype(float),
    shapes=lambda *_: ["W has one row per input and one column per output, for X @ W"],
)


def _exact_mean_squares(sizes: list[int], scheme: str, rng: Seed) -> np.ndarray:
    scales = [_exact_init_std(scheme, *pair) for pair in itertools.pairwise(sizes)]
    return np.square(scales) / (3 if scheme.endswith("bound") else 1)


def _mean_square_signs(
    got: np.ndarray, want: np.ndarray, sizes: list[int], scheme: str, rng: Seed
) -> Iterator[str]:
    for sentence, wrong in (
        ("a variance was taken for a standard deviation", want**2),
        ("the bound was taken for a standard deviation", 3 * want),
        ("the entries are not scaled to the size of the layer", np.ones(len(want))),
    ):
        if np.allclose(got, wrong, rtol=0.08):
            yield sentence


# Of 20,000 weights or more the mean square misses by 8% with a chance below 1e-10. With t = 25:
# n normal ones miss by 2 sqrt(t/n) + 2t/n with a chance of exp(-t) on each side (B. Laurent and
# P. Massart, 2000), uniform ones by 3 sqrt(t/(2n)) with a chance of 2 exp(-t) (W. Hoeffding, 1963).
_MEAN_SQUARES = Definition(
    _exact_mean_squares, lambda u, want, *_: 0.08 * want, _any_dtype, signs=_mean_square_signs
)


def _mean_squares(init_params: Callable) -> Check:
    """Return a check of the mean squares of weights."""

    def run(*args: object) -> list[float]:
        return [np.mean(np.square(W)) for W, _ in init_params(*args)]

    run.__wrapped__ = init_params
    return Check("init_params", _seeded(run), _MEAN_SQUARES)


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


def _profile_signs(got: np.ndarray, want: np.ndarray) -> Iterator[str]:
    if _close(got, want):
        return
    if len(want) > 1 and _close(got, want[::-1]):
        yield "the layers are listed from the output side; the input side comes first"
    elif len(want) > 1 and _close(got[:-1], want[:-1]):
        yield "only the last layer differs: it is linear, and phi has no part in it"
    elif _close(got * want[0], want):
        yield "first entry 1: these are ratios to the first layer, and values are wanted"


def _propagate_signs(
    got: np.ndarray, want: np.ndarray, X: np.ndarray, params: list, phi: Callable
) -> Iterator[str]:
    sums = _sums(X, params, phi)
    if _close(got, np.array([_rms(phi(S)) for S in sums])):
        yield "recorded after phi: the list is about what goes into phi"
    if _close(got, np.array([np.std(S) for S in sums])):
        yield "a standard deviation subtracts the mean, and an RMS does not"
    yield from _profile_signs(got, want)


_PROPAGATE = formula(
    lambda X, params, phi: np.array([_rms(S) for S in _sums(X, params, phi)]),
    signs=_propagate_signs,
    dtype=_any_dtype,
)


def _exact_backpropagate(
    X: np.ndarray, params: list, phi: Callable, dphi: Callable, rng: Seed
) -> dict[str, np.ndarray]:
    sums = _sums(X, params, phi)
    upstream = np.random.default_rng(rng.number).standard_normal(sums[-1].shape)

    def from_layer(S: np.ndarray, later: list) -> np.ndarray:
        return _sums(phi(S), later, phi)[-1] if later else S

    def with_weights(W: np.ndarray, k: int) -> np.ndarray:
        return _sums(X, [*params[:k], (W, params[k][1]), *params[k + 1 :]], phi)[-1]

    slopes = [
        _slopes(from_layer, (S, params[k + 1 :]), {0: "delta_rms"}, upstream)
        | _slopes(with_weights, (params[k][0], k), {0: "grad_rms"}, upstream)
        for k, S in enumerate(sums)
    ]
    return {name: np.array([_rms(s[name]) for s in slopes]) for name in slopes[0]}


def _backpropagate_signs(got: dict, want: dict, *_: object) -> Iterator[str | tuple[str, str]]:
    for name, values in want.items():
        yield from _profile_signs(got[name], values)
    delta, exact = got["delta_rms"], want["delta_rms"]
    if not _close(delta[-1:], exact[-1:]):
        yield "the gradient at the output is not the one draw that the task asks for"
    elif not _close(delta, exact):
        yield "", "does dphi get S or phi(S)? which axis of W belongs to the inputs of its layer?"


_BACKPROPAGATE = formula(
    _exact_backpropagate,
    signs=_backpropagate_signs,
    sizes=lambda X, *_: {"N": len(X)},
    dtype=_any_dtype,
)


def _gain_signs(got: np.ndarray, want: np.ndarray, phi: Callable, rng: Seed) -> Iterator[str]:
    # In a very wide layer the pre-activations are normal, and their mean square says it all.
    rms = [1.0]
    for _ in range(48):
        rms.append(float(got) * math.sqrt(_normal_mean(lambda z: phi(rms[-1] * z) ** 2)))
    yield f"an RMS of 1 becomes {rms[1]:.3g} in the next layer, and {rms[-1]:.2g} 48 layers on"


# A gain may be off by 8%: one simulated net of 50 layers with 256 units is off by 1% (standard
# deviation over 200 seeds).
_GAIN = Definition(
    lambda phi, rng: _normal_mean(lambda z: phi(z) ** 2) ** -0.5,
    lambda u, want, *_: 0.08 * want,
    _any_dtype,
    signs=_gain_signs,
)


def trained_params(params: list, X: np.ndarray, Y: np.ndarray, steps: int, lr: float) -> list:
    """Return a ReLU net after gradient descent on its mean cross-entropy, with slow exact slopes.

    Parameters
    ----------
    params : list of tuple of ndarray
        W1 (D, H) with b1 (H,), and W2 (H, K) with b2 (K,).
    X, Y : ndarray
        Samples (N, D) and targets (N, K).
    steps, lr : int and float

    Returns
    -------
    list of tuple of ndarray

    Examples
    --------
    >>> start = [(np.ones((1, 2)), np.zeros(2)), (np.zeros((2, 2)), np.zeros(2))]
    >>> trained_params(start, np.ones((1, 1)), np.array([[1.0, 0.0]]), 1, 0.5)[1][1]
    array([ 0.25, -0.25])
    """

    def loss(W1: np.ndarray, b1: np.ndarray, W2: np.ndarray, b2: np.ndarray) -> complex:
        logits = np.maximum(X @ W1 + b1, 0) @ W2 + b2
        return np.mean(np.log(np.sum(np.exp(logits), axis=1)) - np.sum(Y * logits, axis=1))

    arrays = [np.array(array, dtype=float) for layer in params for array in layer]
    for _ in range(steps):
        slopes = _slopes(loss, tuple(arrays), dict(enumerate(["W1", "b1", "W2", "b2"]))).values()
        arrays = [array - lr * slope for array, slope in zip(arrays, slopes, strict=True)]
    return [tuple(arrays[:2]), tuple(arrays[2:])]


def _count_distinct(rows: Iterable[np.ndarray]) -> int:
    kept: list[np.ndarray] = []
    for row in rows:
        if all(np.max(np.abs(row - other)) > 1e-8 for other in kept):
            kept.append(row)
    return len(kept)


def _exact_distinct(params: list, X: np.ndarray, Y: np.ndarray, steps: int, lr: float) -> int:
    W1, b1 = trained_params(params, X, Y, steps, lr)[0]
    return _count_distinct(np.append(column, bias) for column, bias in zip(W1.T, b1, strict=True))


def _distinct_signs(got: np.ndarray, want: np.ndarray, params: list, *_: object) -> Iterator[str]:
    if got == len(params[0][1]):
        yield "every unit counts as different: equal ones may differ in their last digits"


_DISTINCT = formula(_exact_distinct, signs=_distinct_signs, dtype=_any_dtype)


def check_relu_moments(relu_moments: Callable) -> None:
    """Check exercise 5a E1, ``relu_moments(rng, n)``."""
    check = Check("relu_moments", _seeded(relu_moments), _RELU_MOMENTS)
    check.values("200 000 draws", case(Seed(1), 200_000), case(Seed(2), 200_000))
    check.pure(case(Seed(3), 1000))
    check.no_loop(lambda n: case(Seed(4), n), "draws", "n")
    check.done()


def check_init_std(init_std: Callable) -> None:
    """Check exercise 5a E2, ``init_std(scheme, fan_in, fan_out)``."""
    check = Check("init_std", init_std, _INIT_STD)
    for scheme in ("he", "lecun", "xavier_normal", "xavier_uniform_bound"):
        check.values(scheme, case(scheme, 211, 101), case(scheme, 7, 7))
    check.raises("a scheme that is not in the table", ValueError, case("orthogonal", 7, 5))
    check.done()


def check_init_params(init_params: Callable) -> None:
    """Check exercise 5a E3, ``init_params(sizes, scheme, rng)``."""
    check = Check("init_params", _seeded(init_params), _INIT_PARAMS)
    check.values("three layers", case([7, 5, 3, 2], "he", Seed(1)))
    check.pure(case([7, 5, 3], "he", Seed(2)))
    wide, squares = [211, 101, 307], _mean_squares(init_params)
    for scheme in ("he", "lecun", "xavier_uniform_bound"):
        at = f"{scheme}: mean square of the weights", case(wide, scheme, Seed(3))
        check.that(lambda at=at: squares._value_finding(*at))
    check.done()


def _small_net(sizes: list[int], seed: int) -> tuple[np.ndarray, list]:
    """Return seven samples, and random layers with biases."""
    rng = np.random.default_rng(seed)
    pairs = itertools.pairwise(sizes)
    params = [(rng.normal(size=pair) / pair[0] ** 0.5, rng.normal(size=pair[1])) for pair in pairs]
    return rng.normal(size=(7, sizes[0])), params


def check_propagate(propagate: Callable) -> None:
    """Check exercise 5a E4, ``propagate(X, params, phi)``."""
    check = Check("propagate", propagate, _PROPAGATE)
    check.values("two layers, tanh", case(*_small_net([5, 3, 2], 1), np.tanh))
    check.values("four layers, sin", case(*_small_net([5, 3, 11, 7, 2], 2), np.sin))
    check.pure(case(*_small_net([5, 3, 2], 3), np.tanh))
    check.no_loop(lambda n: case(np.ones((n, 5)), _small_net([5, 3], 4)[1], np.tanh), "samples")
    check.done()


def check_backpropagate_rms(backpropagate_rms: Callable) -> None:
    """Check exercise 5a E5, ``backpropagate_rms(X, params, phi, dphi, rng)``."""
    check = Check("backpropagate_rms", _seeded(backpropagate_rms), _BACKPROPAGATE)
    functions = (np.sin, np.cos, Seed(5))
    check.values("two layers, sin", case(*_small_net([5, 3, 2], 2), *functions))
    check.values("four layers, sin", case(*_small_net([5, 3, 3, 7, 2], 3), *functions))
    check.values("one layer", case(*_small_net([5, 3], 1), *functions))
    check.pure(case(*_small_net([5, 3, 2], 4), *functions))
    check.done()


def check_gain(stable_gain: Callable) -> None:
    """Check exercise 5a E6, ``stable_gain(phi, rng)``."""
    check = Check("stable_gain", _seeded(stable_gain), _GAIN)
    check.values("ReLU", case(_relu, Seed(1)))
    check.values("tanh", case(np.tanh, Seed(2)))
    check.pure(case(np.tanh, Seed(3)))
    check.done()


def check_distinct_hidden_units(distinct_hidden_units: Callable) -> None:
    """Check exercise 5a E7, ``distinct_hidden_units(params, X, Y, steps, lr)``."""
    check = Check("distinct_hidden_units", distinct_hidden_units, _DISTINCT)
    X, start = _small_net([5, 3, 2], 1)
    Y = np.eye(2)[[0, 1, 1, 0, 1, 0, 0]]
    constant = [(np.full(W.shape, 0.5), np.zeros(len(b))) for W, b in start]
    check.values("constant weights", case(constant, X, Y, 3, 0.1))
    check.values("random weights", case(start, X, Y, 3, 0.1))
    check.values("constant W1, random W2", case([constant[0], start[1]], X, Y, 3, 0.1))
    check.pure(case(start, X, Y, 3, 0.1))
    check.done()


# --- A5, function_approximation (5b) ----------------------------------------------------------


def _exact_target(X: object) -> np.ndarray:
    radii = [math.hypot(*row) for row in np.asarray(X, dtype=float).tolist()]
    return np.array([math.cos(10 * r) * math.exp(-4 * r * r) for r in radii]).reshape(-1, 1)


def _target_shapes(got: np.ndarray, want: np.ndarray, X: np.ndarray) -> Iterator[str]:
    if got.shape == (len(X),):
        yield "shape (N,): later (N, 1) - (N,) becomes a table of shape (N, N)"


def _target_signs(got: np.ndarray, want: np.ndarray, X: np.ndarray) -> Iterator[str]:
    if np.max(np.abs(got), initial=0.0) > 1 + 1e-9:
        yield "values above 1: exp(-4 r^2) has to shrink when r grows"


_TARGET = formula(_exact_target, signs=_target_signs, shapes=_target_shapes)


def _exact_grid(n: int) -> list:
    return [[2 * i / (n - 1) - 1, 2 * j / (n - 1) - 1] for j in range(n) for i in range(n)]


def _grid_shapes(got: np.ndarray, want: np.ndarray, n: int) -> Iterator[str]:
    if len(got) == n:
        yield f"{n} rows, expected {n * n}: every x1 goes with every x2"


def _grid_signs(got: np.ndarray, want: np.ndarray, n: int) -> Iterator[str]:
    if _close(got[:, ::-1], want):
        yield "order: x1 must vary fastest, and in your grid x2 does"
    if got.min() >= 0:
        yield "negative half missing: the grid goes from -1 to 1"
    if got.max() < 1:
        yield "1.0 missing: both ends belong to the grid"


_GRID = formula(_exact_grid, signs=_grid_signs, shapes=_grid_shapes)


def _exact_mse(out: object, Y: object) -> complex:
    pairs = zip(np.ravel(out).tolist(), np.ravel(Y).tolist(), strict=True)
    return sum((o - y) ** 2 for o, y in pairs) / np.size(out)


def _mse_signs(got: dict, want: dict, out: np.ndarray, Y: np.ndarray) -> Iterator[str]:
    n, table = len(out), np.subtract.outer(np.ravel(out), np.ravel(Y)) ** 2
    if np.size(out) == n and _close(got["loss"], table.mean()):
        yield f"your loss averages a {n} x {n} table of differences: {out.shape} minus {Y.shape}"
    for name, factor in (("N", n), ("K", np.size(out) // n), ("N K", np.size(out))):
        if factor > 1 and _close(got["loss"], factor * want["loss"]):
            yield f"loss = {name} x expected, and {name} = {factor}"
    if _close(got["loss"] ** 2, want["loss"]):
        yield "loss is the root of the expected one"


_MSE = formula(
    lambda out, Y: {"loss": _exact_mse(out, Y), **_slopes(_exact_mse, (out, Y), {0: "d_O"})},
    sizes=lambda out, Y: {"N": len(out), "K": np.size(out) // len(out)},
    signs=_mse_signs,
    dtype=lambda *args: None,  # a loss may be a float of Python
    bound=lambda u, want, out, Y: (1e-4 if out.dtype == np.float32 else 1e-9) * np.max(abs(want)),
)


def _refuses_or_answers(check: Check, case: Case) -> Finding | None:
    """Require a ValueError, or the right values, for arguments whose shapes differ."""
    refused = call(check.f, *case.args).error is ValueError
    return None if refused else check._value_finding("shapes that differ", case)


def _exact_adam(
    params: list, gradients: list, lr: float, beta1: float, beta2: float, eps: float
) -> dict:
    """Return the last step, m and v, from all gradients so far. [Definition, without recursion.]"""

    def total(beta: float, terms: list) -> object:
        return sum(beta**age * term for age, term in enumerate(reversed(terms)))

    parts = {"step": (), "m": (), "v": ()}
    for history in zip(*gradients, strict=True):
        squares, ones = [g**2 for g in history], [1.0] * len(history)
        mean = total(beta1, history) / total(beta1, ones)
        size = np.sqrt(total(beta2, squares) / total(beta2, ones))
        parts["step"] += (-lr * mean / (size + eps),)
        parts["m"] += ((1 - beta1) * total(beta1, history),)
        parts["v"] += ((1 - beta2) * total(beta2, squares),)
    return parts


def _adam_steps(adam_step: Callable) -> Callable:
    """Return a function that takes a step for each gradient, and returns what is judged."""

    def run(params: list, gradients: list, *settings: float) -> tuple:
        state = {}
        for t, grads in enumerate(gradients, start=1):
            before = [np.array(p) for p in params]
            params, state = adam_step(params, grads, state, *settings, t)
        steps = tuple(new - old for new, old in zip(params, before, strict=True))
        return steps, state["m"], state["v"]

    run.__wrapped__ = adam_step
    return run


def _adam_signs(
    got: dict, want: dict, params: list, gradients: list, lr: float, *settings: float
) -> Iterator[str]:
    (beta1, beta2, eps), t, last = settings, len(gradients), gradients[-1][0]
    step, m, v = (got[f"{name}[0]"] for name in ("step", "m", "v"))
    factor = (1 - beta1**t) / math.sqrt(1 - beta2**t)
    inside = want["m[0]"] / (1 - beta1**t) / np.sqrt(want["v[0]"] / (1 - beta2**t) + eps)
    if t == 1 and _close(step, factor * want["step[0]"], 1e-3):
        yield (
            f"first step {factor:.3g} lr, expected lr: averages that start at 0 are too small; by "
            "which factors is m, and the root of v?"
        )
    if t == 1 and _close(v, (1 - beta2) * last):
        yield "v averages gradients, not their squares: the root of a negative average is nan"
    if not np.isfinite(step).all():
        yield "division by zero at t = 0: 1 - beta**t is 0 there, but t counts from 1"
    if t == 1 and _close(m, (1 - beta2) * last):
        yield f"m uses {_number(beta2)}: beta1 belongs to m, beta2 to v"
    if t > 1 and _close(m, (1 - beta1) * last):
        yield "m holds the last gradient only: what the state brings along is not used"
    if _close(step, -lr * inside, 1e-5):
        ratios = (-lr * inside / want["step[0]"]).ravel()
        worst = ratios[np.argmax(abs(ratios - 1))]
        yield f"small gradients: step differs by the factor {worst:.2g}; eps is inside the root"


_ADAM = formula(_exact_adam, rtol=1e-6, signs=_adam_signs)
_ADAM_CALL = formula(lambda params, grads, state, lr, beta1, beta2, eps, t: [])


def _prediction(params: list, X: np.ndarray) -> np.ndarray:
    for W, b in params:
        X, out = np.maximum(X @ W + b, 0), X @ W + b
    return out


def _fit_finding(
    fit: Callable, sizes: list, X: np.ndarray, steps: int, seed: int, bar: float = math.inf
) -> Finding | None:
    """Judge the parts of a result, and the error of the net on a grid of new points."""
    where = f"fit({sizes}, X, Y, {steps}, rng) with X of shape {X.shape}"
    outcome = call(fit, sizes, X, _exact_target(X), steps, np.random.default_rng(seed))
    if outcome.failure:
        return Finding(where, outcome.failure)
    try:
        params, losses = outcome.value
        yours = f"shapes {[(np.shape(W), np.shape(b)) for W, b in params]}"
        count = int(np.isfinite(np.array(losses, dtype=float)).sum())
    except (TypeError, ValueError):
        yours = f"{type(outcome.value).__name__}: {show(outcome.value)}"
        return Finding(where, {"yours": yours, "expected": "(params, losses), params of (W, b)"})
    expected = f"shapes {[((a, b), (b,)) for a, b in itertools.pairwise(sizes)]}"
    if (yours, count, len(losses)) != (expected, steps, steps):
        yours = f"{yours}, {count} finite losses of {len(losses)}"
        return Finding(where, {"yours": yours, "expected": f"{expected}, {steps} finite losses"})
    grid = np.array(_exact_grid(41))
    got, want = _prediction(params, grid), _exact_target(grid)
    error, tail = float(np.mean((got - want) ** 2)), float(np.mean(losses[-50:]))
    if error < bar or bar == math.inf:
        return None
    lines = {
        "yours": f"error {error:.3g} on new points; the last 50 losses have the mean {tail:.3g}",
        "expected": f"an error below {bar}",
        "pattern": _fit_pattern(grid, got, want, tail),
    }
    return Finding(where, lines)


def _fit_pattern(X: np.ndarray, got: np.ndarray, want: np.ndarray, tail: float) -> str:
    squares, clipped = (got - want) ** 2, (np.maximum(got, 0) - want) ** 2
    low, high = (float(squares[side].mean()) for side in (X[:, 1] < 0, X[:, 1] > 0))
    if np.ptp(got) < 1e-9:
        return f"loss constant at {tail:.3f}: where all weights start at 0 they stay there"
    if np.std(got) < 0.2 * np.std(want):
        return (
            f"loss stuck near the variance of f ({np.var(want):.3f}): all points get about one "
            "prediction, as if (N,) were compared with (N, 1), or all units were alike"
        )
    if squares.mean() > 5 * clipped.mean() and tail > 0.5 * clipped.mean():
        return "prediction never below 0: the losses are those of a net with a ReLU at its end"
    if min(low, high) < 0.1 * max(low, high):
        return f"error {low:.2g} where x2 < 0, {high:.2g} where x2 > 0: one half was never sampled"
    return "the losses fall too slowly, or jump: try another step size, and batches drawn at random"


def _active_units(params: list, x1: float) -> tuple[bool, ...]:
    """Tell which hidden units are active at the point (x1, 0). [Definition, one unit at a time.]"""
    values, active = [float(x1), 0.0], ()
    for W, b in params[:-1]:
        columns = zip(np.transpose(W).tolist(), b.tolist(), strict=True)
        sums = [math.fsum([c, *map(float.__mul__, values, column)]) for column, c in columns]
        active += tuple(s > 0 for s in sums)
        values = [max(s, 0.0) for s in sums]
    return active


def _exact_regions(params: list, x1: np.ndarray) -> int:
    return len({_active_units(params, x) for x in x1})


def _region_signs(got: np.ndarray, want: np.ndarray, params: list, x1: np.ndarray) -> Iterator[str]:
    active = np.array([_active_units(params, x) for x in x1])
    switches = (active[1:] != active[:-1]).sum(axis=0)
    if len(params) > 2 and got == _exact_regions([params[0], params[-1]], x1):
        yield "agrees for one hidden layer, not for two: the units of later layers switch as well"
    if got == switches.sum() + 1:
        yield "two units switching at one point counted twice: the pattern changes once"
    if got in (active.shape[1], active.any(axis=0).sum()) and got != want - 1:
        yield "counts units, not pattern changes: a unit may switch often, or never"
    if got == want - 1:
        yield (
            "expected = yours + 1: one switch makes two regions already (or one kink is missed, "
            "with a small slope change)"
        )
    if got < want:
        yield "misses kinks with small slope change: look at the signs of the hidden units instead"


_REGIONS = formula(_exact_regions, signs=_region_signs, dtype=lambda *args: None)


def check_target(target: Callable) -> None:
    """Check exercise 5b E1, ``target(X)``."""
    X = np.array([[0.0, 0.0], [0.3, 0.4], [-0.5, 0.0], [0.0, 1.0], [-1.0, 1.0]])
    check = Check("target", target, _TARGET)
    check.values("five points", case(X))
    check.values("float32", case(X.astype(np.float32)))
    check.pure(case(X))
    check.no_loop(lambda n: case(np.ones((n, 2))), "points")
    check.done()


def check_sample_grid(sample_grid: Callable) -> None:
    """Check exercise 5b E2, ``sample_grid(n)``."""
    check = Check("sample_grid", sample_grid, _GRID)
    check.values("n = 2", case(2))
    check.values("n = 50", case(50))
    check.no_loop(case, "points", "n")
    check.done()


def check_mse_and_grad(mse_and_grad: Callable) -> None:
    """Check exercise 5b E3, ``mse_and_grad(O, Y)``."""
    out, Y = np.array([[1.0], [2.0], [4.0]]), np.array([[0.0], [3.0], [-1.0]])
    check = Check("mse_and_grad", mse_and_grad, _MSE)
    check.values("three samples, one output", case(out, Y))
    check.values("one sample, three outputs", case(out.T, Y.T))
    check.that(lambda: _refuses_or_answers(check, case(out, Y[:, 0])))
    check.pure(case(out, Y))
    check.no_loop(lambda n: case(np.ones((n, 2)), np.zeros((n, 2))), "samples")
    check.done()


def check_adam(adam_step: Callable) -> None:
    """Check exercise 5b E4, ``adam_step(params, grads, state, lr, beta1, beta2, eps, t)``."""
    params = [np.array([[1.0, -2.0], [0.5, 0.0]]), np.array([3.0])]
    grads = [np.array([[0.5, -2.0], [4.0, 0.1]]), np.array([-0.3])]
    later = [-0.5 * grads[0], 2 * grads[1]]
    check = Check("adam_step", _adam_steps(adam_step), _ADAM)
    check.values("the first step", case(params, [grads], 0.01, 0.9, 0.999, 1e-12))
    check.values("the second step", case(params, [grads, later], 0.01, 0.9, 0.999, 1e-12))
    check.values("a large eps", case(params, [grads] * 50, 0.01, 0.5, 0.5, 0.1))
    same = Check("adam_step", adam_step, _ADAM_CALL)
    state = {"m": later, "v": [g**2 for g in grads]}
    for t, given in ((1, {}), (2, state)):
        direct = case(params, grads, given, 0.01, 0.9, 0.999, 1e-8, t)
        check.that(lambda c=direct: same._purity_finding("arguments stay as they are", c))
    check.done()


def check_fit(fit: Callable) -> None:
    """Check exercise 5b E5, ``fit(sizes, X, Y, steps, rng)``; trains for some seconds."""
    X = np.random.default_rng(5).uniform(-1, 1, size=(4000, 2))
    report = Report("fit")
    report.that(lambda: _fit_finding(fit, [2, 5, 3, 1], X, 3, 0))
    report.that(lambda: _fit_finding(fit, [2, 64, 64, 1], X, 1000, 0, bar=0.01))
    report.done()


def check_count_linear_regions(count_linear_regions_1d: Callable) -> None:
    """Check exercise 5b E6, ``count_linear_regions_1d(params, x1)``."""
    W, b = np.array([[1.0, 1.0, 2.0, -1.0], [9.0, 8.0, 7.0, 6.0]]), np.array([0.5, -0.2, -0.4, 3.0])
    last = (np.array([[1.0], [1.0], [1e-6], [1.0]]), np.zeros(1))
    middle = (np.eye(4) - 0.3, np.array([0.1, -0.1, 0.2, 0.05]))
    x1 = np.linspace(-1, 1, 401) + 1e-3
    check = Check("count_linear_regions_1d", count_linear_regions_1d, _REGIONS)
    check.values("one unit", case([(W[:, :1], b[:1]), (last[0][:1], last[1])], x1))
    check.values("four units in a layer", case([(W, b), last], x1))
    check.values("two hidden layers", case([(W, b), middle, last], x1))
    check.pure(case([(W, b), last], x1))
    check.no_loop(lambda n: case([(W, b), last], np.linspace(0, 1, n)), "positions", "their number")
    check.done()


# --- A6, flops_and_memory (6) -----------------------------------------------------------------


class Meter:
    """Counts the multiplications of matrix products, and the numbers that are kept in memory.

    An array may be replaced by its shape, a tuple: then nothing is computed, only counted, and
    the sizes of real models can be measured.

    Attributes
    ----------
    multiplications : int
        Of all products so far.
    live, peak : int
        How many numbers are kept now, and how many were at most (numbers, not bytes).
    history : list of tuple of str and int
        Each change of `live`: what was kept or dropped, and `live` after it.

    Examples
    --------
    >>> meter = Meter()
    >>> X = meter.keep("X", np.ones((2, 3)))
    >>> Z = meter.keep("Z", meter.mm(X, np.ones((3, 5))))
    >>> meter.drop("X")
    >>> meter.multiplications, meter.live, meter.peak
    (30, 10, 16)
    >>> meter.mm((2, 3), (3, 5))
    (2, 5)
    """

    def __init__(self) -> None:
        self.multiplications = self.live = self.peak = 0
        self.history: list[tuple[str, int]] = []
        self._kept: dict[str, int] = {}

    def mm(self, A: np.ndarray | tuple, B: np.ndarray | tuple) -> np.ndarray | tuple:
        """Return ``A @ B``, shapes (n, d) and (d, k); the shape (n, k) if one is a shape."""
        (n, d), (also_d, k) = self._shape(A), self._shape(B)
        if d != also_d:
            raise ValueError(f"mm: shapes {(n, d)} and {(also_d, k)} do not fit in a product")
        self.multiplications += n * d * k
        return (n, k) if isinstance(A, tuple) or isinstance(B, tuple) else A @ B

    def keep(self, name: str, array: np.ndarray | tuple) -> np.ndarray | tuple:
        """Count an array as live from now on, and return it; it replaces one of the same name."""
        size = math.prod(self._shape(array))
        self.live += size - self._kept.get(name, 0)
        self.peak = max(self.peak, self.live)
        self._kept[name] = size
        self.history.append((f"keep {name}", self.live))
        return array

    def drop(self, name: str) -> None:
        """Count the array that was kept under this name no longer."""
        if name not in self._kept:
            raise KeyError(f"drop: nothing is kept as {name!r}, only {sorted(self._kept)}")
        self.live -= self._kept.pop(name)
        self.history.append((f"drop {name}", self.live))

    @staticmethod
    def _shape(array: np.ndarray | tuple) -> tuple[int, ...]:
        return tuple(map(int, array if isinstance(array, tuple) else array.shape))


def _metered(n: int, K: int, L: int, training: bool = False, input_grad: bool = False) -> Meter:
    """Go through the tables of the notebook's section 1, with shapes. [Definition.]"""
    meter = Meter()
    for layer in range(L):
        for array in ("W", "d_W") if training else ("W",):
            meter.keep(f"{array}{layer}", (K, K))
    meter.keep("Z0", (n, K))
    for layer in range(1, L + 1):
        meter.keep(f"Z{layer}", meter.mm((n, K), (K, K)))
        if not training:
            meter.drop(f"Z{layer - 1}")
    delta = f"Z{L}"  # the first delta takes the place of the output
    for layer in reversed(range(L if training else 0)):
        meter.mm((K, n), (n, K))
        if layer or input_grad:
            meter.keep(f"d_Z{layer}", meter.mm((n, K), (K, K)))
            meter.drop(delta)
            delta = f"d_Z{layer}"
    return meter


def _metered_segments(n: int, K: int, L: int, segments: int) -> dict[str, int]:
    """Run all segments forward, then all but the last again, from the back. [Definition.]"""
    meter, last = Meter(), segments - 1
    for layer in range(L):
        meter.keep(f"W{layer}", (K, K))
        meter.keep(f"d_W{layer}", (K, K))
    for segment in [*range(segments), *reversed(range(last))]:
        meter.keep(f"border {segment}", (n, K))
        for layer in range(L // segments):
            # A name that is kept already keeps its place: segments use the same one in turn.
            meter.keep(f"output {layer}", meter.mm((n, K), (K, K)))
    return {"peak": meter.peak, "extra": meter.multiplications - _metered(n, K, L).multiplications}


def _size_products(n: int, K: int, L: int, *others: int) -> dict[str, int]:
    products = {"K": K, "n": n, "L": L, "K^2": K * K, "n K": n * K, "L K^2": L * K * K}
    products |= {"n K^2": n * K * K, "L n K": L * n * K, "2": 2, "3": 3, "2 n K": 2 * n * K}
    return products | ({"segments n K": others[0] * n * K} if others else {})


def _cost(exact: Callable) -> Definition:
    return formula(exact, 1e-14, dtype=lambda *args: None, landmarks=_size_products)


# What a run with the meter gives.
COSTS = {
    "forward_muls": _cost(lambda n, K, L: _metered(n, K, L).multiplications),
    "training_muls": _cost(
        lambda n, K, L, input_grad: _metered(n, K, L, True, input_grad).multiplications
    ),
    "inference_peak": _cost(lambda n, K, L: _metered(n, K, L).peak),
    "training_peak": _cost(lambda n, K, L, input_grad: _metered(n, K, L, True, input_grad).peak),
    "checkpointed": _cost(_metered_segments),
}


def check_costs(name: str, f: Callable) -> None:
    """Check exercises 6 E1 to E4 by name: a formula against runs with the meter."""
    training = [(True,), (False,)]
    choices = {"training_muls": training, "training_peak": training, "checkpointed": [(3,), (1,)]}
    check = Check(name, f, COSTS[name])
    for sizes in ((7, 5, 12), (5, 13, 24), (17, 11, 6), (2, 3, 3)):
        runs = [case(*sizes, *choice) for choice in choices.get(name, [()])]
        check.values("a run with the meter", *runs)
    check.facts.append("formula = meter")
    check.done()


def check_checkpointed(checkpointed: Callable) -> None:
    """Check exercise 6 E6, ``checkpointed(n, K, L, segments)``."""
    check_costs("checkpointed", checkpointed)


_STATES = {"sgd": (), "momentum": ("v",), "adam": ("m", "v")}


def _training_bytes(batch: int, widths: list[int], dtype: object, optimizer: str) -> int:
    """Keep all arrays of a training step, and count their bytes."""
    meter = Meter()
    for layer, (d, h) in enumerate(itertools.pairwise(widths)):
        for array in ("", "d_", *_STATES[optimizer]):
            meter.keep(f"{array}W{layer}", (d, h))
            meter.keep(f"{array}b{layer}", (h,))
    for layer, width in enumerate(widths):
        meter.keep(f"Z{layer}", (batch, width))
    return meter.live * np.dtype(dtype).itemsize


def _exact_max_batch(budget_bytes: int, widths: list[int], dtype: object, optimizer: str) -> int:
    """Try batches until one does not fit. [Definition, by bisection.]"""
    steps = range(2**40)
    fitting = bisect.bisect_right(
        steps, budget_bytes, key=lambda batch: _training_bytes(batch, widths, dtype, optimizer)
    )
    return max(fitting - 1, 0)


def _max_batch_signs(
    got: np.ndarray, want: np.ndarray, budget: int, *rest: object
) -> Iterator[str]:
    if got < 0:
        yield "there is no batch of negative size: 0 means that nothing fits"
    elif got != np.trunc(got):
        yield "a batch holds whole samples: round down"
    else:
        batch = int(got if got > want else got + 1)
        yield (
            f"a run with the meter: {_count(batch, 'sample')} would need "
            f"{_training_bytes(batch, *rest)} bytes, and the budget is {budget}"
        )


MAX_BATCH = formula(_exact_max_batch, dtype=lambda *args: None, signs=_max_batch_signs)


def check_max_batch(max_batch: Callable) -> None:
    """Check exercise 6 E5, ``max_batch(budget_bytes, widths, dtype, optimizer)``."""
    check = Check("max_batch", max_batch, MAX_BATCH)
    check.values("plain SGD", case(10_000, [7, 5, 3], "float32", "sgd"))
    check.values("momentum", case(10_000, [7, 5, 3], "float32", "momentum"))
    check.values("Adam", case(10_000, [7, 5, 3], np.float16, "adam"))
    check.values("to the last byte", *(case(b, [4, 2], float, "sgd") for b in (255, 256, 257)))
    check.values("the weights alone do not fit", case(500, [7, 5, 3], "float64", "adam"))
    check.pure(case(10_000, [7, 5, 3], "float32", "sgd"))
    check.done()


# Three models, and the GiB that each remedy alone brings them down to.
_REMEDIES = (
    "checkpointing",
    "half_batch",
    "half_precision",
    "no_optimizer_state",
    "quarter_batch",
    "two_devices",
)
_SCENARIOS = [
    ((2**28, 2, 2**22, 256, 4, 4, 5), (5, 6, 4, 6, 5, 5)),
    ((2**28, 1, 2**22, 1024, 4, 8, 7.25), (5, 11, 9.5, 18, 7, 10.5)),
    ((2**29, 2, 2**20, 128, 8, 2, 10), (16.5, 16.5, 8.5, 9, 16.25, 12.5)),
]


def fit_finding(
    largest_fit: Callable, scenario: dict, gib: dict[str, float], rivals: Callable | None = None
) -> Finding | None:
    """Judge a list of remedies, given the GiB that are needed with each of them."""
    where = "a list of remedies"
    outcome = call(largest_fit, scenario)
    lines = {"input": ",  ".join(f"{k} = {v}" for k, v in scenario.items())}
    if outcome.failure or outcome.changed:
        return Finding(where, outcome.failure or {**lines, "pattern": outcome.changed})
    got = outcome.value
    names = {str(name) for name in got} if isinstance(got, (list, tuple, set)) else {""}
    if not names <= set(_REMEDIES):
        expected = f"a sorted list of some of {', '.join(_REMEDIES)}"
        return Finding(where, {"yours": textwrap.shorten(str(got), 70), "expected": expected})
    wrong = [name for name in _REMEDIES if (name in names) != (gib[name] <= scenario["gib"])]
    if not wrong:
        return None
    lines["yours"] = f"{wrong[0]} is {'' if wrong[0] in names else 'not '}in your list"
    lines["expected"] = f"with {wrong[0]} it needs {gib[wrong[0]]!r} of {scenario['gib']!r} GiB"
    named = rivals(scenario) if rivals else ()
    lines["pattern"] = next((text for text, value in named if set(value) == names), "")
    return Finding(where, lines)


def check_largest_fit(largest_fit: Callable) -> None:
    """Check exercise 6 E7, ``largest_fit(scenario)``."""
    report = Report("largest_fit")
    keys = ("params", "states", "activations", "batch", "itemsize", "segments", "gib")
    for values, gib in _SCENARIOS:
        args = dict(zip(keys, values, strict=True)), dict(zip(_REMEDIES, gib, strict=True))
        report.that(lambda args=args: fit_finding(largest_fit, *args))
    report.done()
