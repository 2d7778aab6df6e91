"""Grades submissions with stock nbgrader, two at a time, and keeps what came of them.

Stock takes seconds for each notebook, so a result is kept in build/stock under a number made of all
that it depends on. A run that was stopped goes on where it was.
"""

import hashlib
import json
import os
import re
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from nbformat import from_dict

from benchmarks.grading import STOCK, Course, Graded
from benchmarks.submissions import ROOT, Submission

KEPT = ROOT / "build" / "stock"
_TOGETHER = 6
_DECIDING = ("nbgrader", "nbconvert", "nbclient", "ipykernel", "ipython", "numpy", "matplotlib")


@dataclass(frozen=True)
class StockResult:
    """What stock made of a submission: {notebook: Graded}, or why it could not grade it."""

    notebooks: dict
    fault: str | None = None


class Stock:
    """Stock nbgrader for one course.

    Parameters
    ----------
    lay_out : callable
        Writes the course into the folder that it is given.
    folder : Path
        For courses that are made on the way.
    """

    def __init__(self, lay_out, folder):
        self._folder = Path(folder)
        self._template = Path(folder, "template")
        lay_out(self._template)
        self._course = Course(self._template, STOCK)
        self._released, self._lock = set(), threading.Lock()

    def results(self, submissions, progress=lambda done, total: None):
        """Grade what is not known yet.

        Parameters
        ----------
        submissions : list of Submission
        progress : callable
            Called with the number of finished submissions and their total.

        Returns
        -------
        dict of tuple to StockResult
            By (assignment, student).
        """
        found, open_ones = {}, []
        for submission in submissions:
            kept = self._path(submission)
            if kept.exists():
                found[_key(submission)] = _read(kept)
            else:
                open_ones.append(submission)
        progress(len(found), len(submissions))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for future in as_completed(
                [pool.submit(self._grade, part) for part in _parts(open_ones)]
            ):
                found.update(future.result())
                progress(len(found), len(submissions))
        return found

    def _release(self, assignment):
        with self._lock:
            if assignment not in self._released:
                self._course.release(assignment)
                self._released.add(assignment)

    def _grade(self, submissions):
        """Grade submissions to one assignment; those that disturb the others get a run alone."""
        assignment = submissions[0].assignment
        self._release(assignment)
        with tempfile.TemporaryDirectory(dir=self._folder) as folder:
            course = self._course.copy(Path(folder, "course"))
            for submission in submissions:
                course.hand_in(submission.student, assignment, submission.files)
            usage = course.autograde(assignment)
            graded = course.graded(assignment)
            cells = json.dumps({
                student: {name: one.cells for name, one in notebooks.items()}
                for student, notebooks in graded.items()
            })  # fmt: skip
            cells = json.loads(cells.replace(str(course.root), "<course>"))
        found = {}
        for submission in submissions:
            student = submission.student
            if len(graded.get(student, {})) == sum(n.endswith(".ipynb") for n in submission.files):
                notebooks = {
                    name: Graded(one.scores, from_dict(cells[student][name]))
                    for name, one in graded[student].items()
                }
                result = StockResult(notebooks)
            elif len(submissions) > 1:
                found.update(self._grade([submission]))
                continue
            else:
                result = StockResult({}, _fault(usage.output))
            self._keep(submission, result)
            found[_key(submission)] = result
        return found

    def _path(self, submission):
        digest = hashlib.sha256()
        for package in _DECIDING:
            digest.update(f"{package} {version(package)}\n".encode())
        for path in sorted(self._template.rglob("*")):
            name = path.relative_to(self._template)
            if path.is_file() and _decides(name, submission.assignment):
                digest.update(f"\n{name} ".encode() + path.read_bytes())
        for name, content in sorted(submission.files.items()):
            digest.update(f"\n{name} ".encode() + content)
        return KEPT / f"{digest.hexdigest()[:32]}.json"

    def _keep(self, submission, result):
        KEPT.mkdir(parents=True, exist_ok=True)
        path = self._path(submission)
        content = {
            "fault": result.fault,
            "notebooks": {
                name: {"scores": one.scores, "cells": one.cells}
                for name, one in result.notebooks.items()
            },
        }
        unfinished = path.with_suffix(f".{threading.get_ident()}")
        unfinished.write_text(json.dumps(content), encoding="utf-8")
        unfinished.rename(path)


def _key(submission: Submission):
    return submission.assignment, submission.student


def _parts(submissions):
    """Lists of a few submissions to the same assignment."""
    by_assignment = {}
    for submission in submissions:
        by_assignment.setdefault(submission.assignment, []).append(submission)
    for group in by_assignment.values():
        for start in range(0, len(group), _TOGETHER):
            yield group[start : start + _TOGETHER]


def _decides(name, assignment):
    """Does a file of the course decide about an assignment's results?"""
    parts = name.parts
    if "__pycache__" in parts:
        return False
    if parts[0] in ("source", "hidden_tests") and len(parts) > 2:
        return parts[1] == assignment
    return parts[0] in ("source", "hidden_tests", "data") or (
        len(parts) == 1 and name.suffix == ".py" and name.name != "nbgrader_config.py"
    )


def _read(path):
    content = json.loads(path.read_text(encoding="utf-8"))
    notebooks = {}
    for name, one in content["notebooks"].items():
        scores = {cell: tuple(score) for cell, score in one["scores"].items()}
        notebooks[name] = Graded(scores, from_dict(one["cells"]))
    return StockResult(notebooks, content["fault"])


def _fault(output):
    """The last error that nbgrader told."""
    errors = re.findall(r"^\s*(?:\w+\.)*\w*(?:Error|Exception)\b.*$", output, re.MULTILINE)
    return errors[-1].strip() if errors else output[-200:]
