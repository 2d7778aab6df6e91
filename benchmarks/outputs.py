"""What differs between two gradings of the same submission, cell by cell.

Every score and every output counts. Masked is what cannot be the same in two runs: addresses of
objects, process ids in the names of cells' files, the folders of the run, and seconds. Stock's
outputs go through the kit's HideTests before they are compared, as the engine's did: lines of
hidden tests are to be shown in neither.
"""

import os
import re
from collections import Counter
from dataclasses import dataclass, replace

from nbformat import NotebookNode

from gradekit import course
from gradekit.preprocessors import HideTests

_MASKS = [
    (re.compile(r"\x1b\[[0-9;]*m"), ""),
    (re.compile(r"0x[0-9a-fA-F]{6,}"), "0x0"),
    (re.compile(r"/(?:private/)?(?:tmp|var)/\S*?ipykernel_\d+/\d+\.py"), "<cell>"),
    (re.compile(r"ipykernel_\d+"), "ipykernel"),
    (re.compile(r"\b\d+(?:\.\d+)? ?(?:[nmuµμ]?s|sec|min|seconds)\b"), "<time>"),
    (re.compile(r"id='?\d{9,}'?"), "id=0"),
]
_STREAMS = ("stdout", "stderr")
_TWICE = "a cell that was handed in twice counts once"
_MEASURED = "the cell shows seconds that it measured"
_INTERLEAVED = "when stock's thread sends a stream is left to chance"


@dataclass(frozen=True)
class Difference:
    """One difference: where, of which kind, and what both have.

    `allowed` is the reason why the design wants it, or None.
    """

    place: str
    kind: str
    stock: object
    engine: object
    allowed: str | None = None

    def __str__(self):
        note = f"  (allowed: {self.allowed})" if self.allowed else ""
        both = f"stock {_short(self.stock)}\n      engine {_short(self.engine)}"
        return f"{self.place}: {self.kind}{note}\n      {both}"


def differences(place, stock, engine, folders=(), beside=()):
    """Compare what two gradings made of a submitted notebook.

    Parameters
    ----------
    place : str
        Names the submission in the results.
    stock, engine : benchmarks.grading.Graded
        `stock` with `hide_tests` applied.
    folders : iterable of str
        Paths that outputs may show and that differ between the runs.
    beside : iterable of str
        Files that came with the notebooks.

    Returns
    -------
    list of Difference
    """
    ours, found = _by_name(engine.cells), []
    theirs = _by_name(stock.cells)
    if list(theirs) != list(ours):
        found.append(Difference(place, "cells", list(theirs), list(ours)))
    for name in [name for name in theirs if name in ours]:
        where = f"{place} {course.grade_id(ours[name]) or name.strip().splitlines()[0]}"
        found += _output_differences(where, theirs[name], ours[name], folders)
    for name in sorted(stock.scores.keys() | engine.scores.keys()):
        both = stock.scores.get(name), engine.scores.get(name)
        if both[0] != both[1]:
            reason = _reason(theirs.get(name), both, beside)
            found.append(Difference(f"{place} {name}", "score", *both, reason))
    ids = {name: course.grade_id(cell) for name, cell in theirs.items()}
    if any(ids[name] and name != ids[name] for name in ids):
        return [replace(one, allowed=one.allowed or _TWICE) for one in found]
    return found


def hide_tests(cells, root, assignment):
    """Take the lines of hidden tests out of stock's outputs, as the engine does with its own."""
    nb = NotebookNode(cells=cells)
    resources = {"gradekit": {"root": str(root)}, "nbgrader": {"assignment": assignment}}
    HideTests().preprocess(nb, resources)
    return nb.cells


def _by_name(cells):
    """{name: code cell}: by grade_id, or by the text for cells that nbgrader does not know."""
    seen, found = Counter(), {}
    for cell in cells:
        if cell.cell_type == "code":
            name = course.grade_id(cell) or cell.source
            seen[name] += 1
            found[f"{name} #{seen[name]}" if seen[name] > 1 else name] = cell
    return found


def _output_differences(place, stock, engine, folders):
    if stock.execution_count != engine.execution_count:
        counts = stock.execution_count, engine.execution_count
        yield Difference(place, "execution count", *counts)
    source, theirs, ours = engine.source, _flat(stock, folders), _flat(engine, folders)
    if theirs == ours:
        return
    kinds = sorted({kind for kind, _ in theirs + ours})
    pairs = {k: [_of_kind(part, k) for part in (theirs, ours)] for k in kinds}
    if all(stock == engine for stock, engine in pairs.values()):
        yield Difference(place, "order of outputs", theirs, ours, _reason_for_order(theirs, ours))
        return
    for kind, both in pairs.items():
        if both[0] != both[1]:
            yield Difference(place, kind, *both, _MEASURED if "perf_counter" in source else None)


def _of_kind(outputs, kind):
    """The texts of a kind; one that is a stream may have come in several pieces."""
    found = [text for k, text in outputs if k == kind]
    return ("".join(found),) if kind in _STREAMS else tuple(found)


def _reason_for_order(theirs, ours):
    """Stock sends a stream when its thread wakes up; only what is between streams has a place."""
    return _INTERLEAVED if _without_interleaving(theirs) == _without_interleaving(ours) else None


def _without_interleaving(outputs):
    """The outputs with each stream in one piece between two outputs of other kinds."""
    found, streams = [], dict.fromkeys(_STREAMS, "")
    for kind, text in [*outputs, ("end", "")]:
        if kind in _STREAMS:
            streams[kind] += text
        else:
            found += [*streams.items(), (kind, text)]
            streams = dict.fromkeys(_STREAMS, "")
    return found


def _flat(cell, folders):
    """[(kind, masked text)] of a cell's outputs, in their order."""
    flat = []
    for output in cell.outputs:
        if output.output_type == "stream":
            _add_stream(flat, output.name, _masked(output.text, folders))
        elif output.output_type == "error":
            flat.append(("error", f"{output.ename}: {_masked(output.evalue, folders)}"))
            flat.append(("traceback", _masked("\n".join(output.traceback), folders)))
        else:
            flat += [
                (f"{output.output_type} {kind}", _masked(str(output.data[kind]), folders))
                for kind in sorted(output.data)
            ]
            flat.append(("metadata", str(sorted(output.get("metadata", {}).items()))))
    return flat


def _add_stream(flat, name, text):
    """Pieces of a stream that follow each other are one."""
    if flat and flat[-1][0] == name:
        text = flat.pop()[1] + text
    flat.append((name, text))


def _masked(text, folders):
    # Tracebacks shorten the home, which is another one in a sandbox.
    text = text.replace(os.path.expanduser("~") + "/", "~/")
    for folder in folders:
        text = text.replace(str(folder), "<folder>")
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return text


def _reason(cell, both, beside):
    """Why the design wants this score to differ, or None."""
    if beside and both == ((0.0, False), (None, True)):
        return "a human is asked about a blank answer that other files came with"
    outputs = cell.outputs if cell else []
    spoke = any(output.get("name") == "stderr" for output in outputs)
    raised = any(output.output_type == "error" for output in outputs)
    if spoke and not raised and both[0] == (0.0, False):
        return "what a test cell writes to stderr costs nothing"
    return None


def _short(value, most=1500):
    parts = value if isinstance(value, (list, tuple)) else [value]
    text = "\n".join(map(str, parts)) or "nothing"
    text = text.replace("\n", "\n        ")
    return text if len(text) <= most else f"{text[:most]} ..."
