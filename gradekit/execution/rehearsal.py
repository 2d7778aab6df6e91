"""Runs the instructor's own solution both ways: tests apart from answers, and together with them.

What differs is a fault of the course, not of a student: a test cell that cannot run apart, a value
that exceeds a cell's points, a test that the reference solution fails. It is found here, when an
assignment is released or first graded.
"""

import ast
import copy
import json
from dataclasses import dataclass, field, replace

import nbformat
from nbformat.v4 import new_code_cell

from gradekit import course
from gradekit.execution import notebook as running

_ASK = "_gradekit_changing"
_POINTS = 1e-9


@dataclass
class Rehearsal:
    """What was found.

    Attributes
    ----------
    in_place : frozenset of str
        Functions and methods by which the reference solution changes arguments that tests look at.
    together : dict of str to str
        Test cells that pass only in one process with the answers, and how they fail apart.
    failed : dict of str to str
        Test cells that the reference solution fails anyhow.
    exceeded : dict of str to str
        Test cells whose value is no share of their points.
    fault : str or None
        Why the notebook could not be run.
    """

    in_place: frozenset = frozenset()
    together: dict = field(default_factory=dict)
    failed: dict = field(default_factory=dict)
    exceeded: dict = field(default_factory=dict)
    fault: str | None = None

    @property
    def sentences(self):
        """What the instructor has to know, a sentence each."""
        yield from filter(None, [self.fault])
        for cell, reason in self.failed.items():
            yield f"{cell}: the reference solution fails this test: {reason}"
        for cell, reason in self.exceeded.items():
            yield f"{cell}: {reason}"
        for cell, reason in self.together.items():
            yield (
                f"{cell}: this test passes only in one process with the student's code, which is "
                f"not safe; apart from it: {reason}"
            )


def rehearse(job):
    """Run a source notebook with its solutions.

    Parameters
    ----------
    job : Job
        Its notebook is the instructor's.

    Returns
    -------
    Rehearsal
    """
    tests = [cell for cell in _cells(job.source) if course.is_test(cell)]
    names = frozenset(map(course.grade_id, tests))
    one = _Run(replace(job, notebook=job.source, together=names))
    asking = _asking(job.source)
    apart = _Run(replace(job, notebook=asking, source=asking, in_place=frozenset("*")))
    fault = one.result.fault or apart.result.fault
    if fault:
        return Rehearsal(fault=fault)
    in_place = apart.changing()
    apart = _Run(replace(job, notebook=job.source, in_place=in_place)) if in_place else apart
    found = Rehearsal(in_place=in_place)
    for cell in tests:
        name = course.grade_id(cell)
        if one.failure(name):
            found.failed[name] = one.failure(name)
        elif apart.failure(name) or apart.value(name) != one.value(name):
            found.together[name] = apart.failure(name) or "it gives another value"
        value, points = one.value(name), float(cell.metadata.nbgrader.get("points", 0))
        if value is not None and not -_POINTS <= value <= points + _POINTS:
            found.exceeded[name] = f"its value is {value:g}, of {points:g} points"
    return found


class _Run:
    """One run of the notebook, and how its cells ended."""

    def __init__(self, job):
        self.result = running.execute(job)
        self._notebook = nbformat.reads(self.result.notebook, as_version=4)
        self._cells = {course.grade_id(cell): cell for cell in self._notebook.cells}

    def failure(self, name):
        """The error of a cell in one line, or None."""
        for output in self._cells[name].outputs:
            if output.output_type == "error":
                first = str(output.evalue).strip().splitlines()
                return f"{output.ename}: {first[0]}" if first else output.ename
        return None

    def value(self, name):
        """The number that is the last value of a cell, or None."""
        return course.partial_credit(self._cells[name])

    def changing(self):
        """What the last cell of `_asking` says."""
        for output in self._notebook.cells[-1].outputs:
            if output.output_type == "execute_result":
                return frozenset(filter(None, ast.literal_eval(output.data["text/plain"])))
        return frozenset()


def _cells(text):
    return nbformat.reads(text, as_version=4).cells


def _asking(text):
    """The notebook with a last test cell that tells which functions changed their arguments."""
    notebook = copy.deepcopy(nbformat.reads(text, as_version=4))
    cell = new_code_cell(f"sorted(filter(None, {_ASK}))")
    cell.metadata["nbgrader"] = {"grade": True, "solution": False, "grade_id": _ASK}
    notebook.cells.append(cell)
    return json.dumps(notebook)
