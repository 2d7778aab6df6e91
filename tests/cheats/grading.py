"""Grades a class in throwaway copies of the course, by nbgrader alone or with the kit's engine.

Nothing outside of the copies is written: the home folder lies in them, too. Whoever runs a cheat
without a sandbox must not miss that.
"""

import concurrent.futures
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook

from tests.cheats.answers import CELL_OF

COURSE = Path(__file__).parent / "course"
ASSIGNMENT = "hw1"
# Cheats that write look for this file above them, so that they spoil nothing but a copy.
DISPOSABLE = ".disposable"
# Under nbgrader alone each takes one notebook after another; the kit's engine has its own workers.
_PROCESSES = {"stock": 2, "ours": 1}
_SECONDS = 1800


@dataclass
class Graded:
    """What came of a class.

    Attributes
    ----------
    points : dict of str to dict
        {student: {grade cell: points}}
    notebooks : dict of str to dict
        {student: {notebook: the autograded notebook}}
    log : str
        What nbgrader said.
    """

    points: dict = field(default_factory=dict)
    notebooks: dict = field(default_factory=dict)
    log: str = ""


def score(engine, submissions, folder, in_each=()):
    """Grade submissions.

    Parameters
    ----------
    engine : {"stock", "ours"}
        A folder of course/configs.
    submissions : dict of str to Submission
        By student.
    folder : Path
        An empty one, where the copies of the course are made.
    in_each : iterable of str
        Students who hand in wherever others do; of their points the lowest are returned.

    Returns
    -------
    Graded
    """
    template = _release(engine, Path(folder) / "template")
    count = _PROCESSES[engine]
    students = sorted(set(submissions) - set(in_each))
    roots = [Path(folder) / f"part{number}" for number in range(count)]
    for number, root in enumerate(roots):
        shutil.copytree(template, root, symlinks=True)
        for student in [*students[number::count], *in_each]:
            hand_in(root, student, submissions[student])
    graded = Graded()
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        for log in pool.map(lambda root: nbgrader(root, "autograde", ASSIGNMENT), roots):
            graded.log += log
    time.sleep(1)  # for whoever comes back after the batch
    for root in roots:
        _read(root, graded)
    return graded


def _release(engine, root):
    shutil.copytree(COURSE, root)
    for folder in ("home", "submitted", "autograded"):
        (root / folder).mkdir()
    (root / DISPOSABLE).touch()
    shutil.copy(COURSE / "configs" / engine / "nbgrader_config.py", root)
    shutil.rmtree(root / "configs")
    log = nbgrader(root, "generate_assignment", ASSIGNMENT)
    if not list((root / "release" / ASSIGNMENT).glob("*.ipynb")):
        raise RuntimeError(log)
    return root


def nbgrader(root, *arguments):
    """Run one of nbgrader's commands in a copy of the course; returns what it said."""
    environment = {
        "HOME": str(root / "home"),
        "PATH": os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]]),
        "PYTHONPATH": str(root),
        "LANG": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1",
    }
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=root,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=_SECONDS,
        check=False,
    )
    return done.stdout.decode(errors="replace")


def hand_in(root, student, submission):
    """Write a submission into a copy of the course."""
    folder = root / "submitted" / student / ASSIGNMENT
    folder.mkdir(parents=True)
    for name in submission.notebooks:
        notebook = nbformat.read(root / "release" / ASSIGNMENT / f"{name}.ipynb", as_version=4)
        _fill(notebook, submission.answers)
        if submission.first and name == submission.notebooks[0]:
            notebook.cells.insert(_first_exercise(notebook), new_code_cell(submission.first))
        if submission.edit:
            submission.edit(notebook)
        nbformat.write(notebook, folder / f"{name}.ipynb")
    for name, text in submission.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text.startswith("-> "):
            path.symlink_to(text.removeprefix("-> "))
        else:
            path.write_text(text, encoding="utf-8")


def _fill(notebook, answers):
    by_cell = {CELL_OF[name]: text for name, text in answers.items()}
    for cell in notebook.cells:
        known = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = by_cell.get(known, cell.source).strip("\n")


def _first_exercise(notebook):
    known = [cell.metadata.get("nbgrader", {}) for cell in notebook.cells]
    return next(place for place, cell in enumerate(known) if cell.get("solution"))


def _read(root, graded):
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        for submission in book.assignment_submissions(ASSIGNMENT):
            known = graded.points.setdefault(submission.student.id, {})
            for grade in [grade for book in submission.notebooks for grade in book.grades]:
                points = grade.score or 0.0
                known[grade.name] = min(points, known.get(grade.name, points))
    for path in sorted((root / "autograded").glob(f"*/{ASSIGNMENT}/*.ipynb")):
        student = path.parts[-3]
        notebook = nbformat.read(path, as_version=4)
        graded.notebooks.setdefault(student, {})[path.stem] = notebook
