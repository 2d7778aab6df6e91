"""A course in a folder of its own, graded by `nbgrader autograde` as stock or with the engine.

Both run as commands in processes of their own. Stock's settings know nothing of the kit, and it
finds the course's modules by PYTHONPATH, as an instructor without the kit would arrange it.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook

from benchmarks import measure

STOCK, ENGINE = "stock", "engine"

_SETTINGS = """\
c = get_config()
c.CourseDirectory.course_id = "compared"
c.CourseDirectory.root = {root!r}
c.Exchange.root = {root!r} + "/exchange"
c.Execute.timeout = {seconds}
c.ClearMarkScheme.enforce_metadata = False
"""
_INSTALL = "import gradekit\ngradekit.install(c)\n"


class GradingError(RuntimeError):
    """A command of nbgrader failed; the text has the end of what it said."""


@dataclass(frozen=True)
class Graded:
    """What came of a submitted notebook.

    Attributes
    ----------
    scores : dict of str to tuple
        (automatic score, whether a human is asked) of each graded cell.
    cells : list
        The cells of the autograded notebook, with outputs.
    """

    scores: dict
    cells: list


class Course:
    """A course that is graded by one of the two.

    Parameters
    ----------
    root : Path
        A new folder, or one that holds source/ and the course's modules.
    engine : {"stock", "engine"}
    seconds : int
        What a cell may take.
    """

    def __init__(self, root, engine, seconds=60):
        self.root, self.engine = Path(root), engine
        self.root.mkdir(parents=True, exist_ok=True)
        (self.root / "exchange").mkdir(exist_ok=True)
        settings = _SETTINGS.format(root=str(self.root), seconds=seconds)
        if engine == ENGINE:
            settings += _INSTALL
        (self.root / "nbgrader_config.py").write_text(settings, encoding="utf-8")

    def copy(self, root):
        """The same course in another folder, with what was released and graded so far."""
        shutil.copytree(self.root, root, symlinks=True)
        return Course(root, self.engine)

    def release(self, assignment):
        """Make release/<assignment> and register it in the gradebook."""
        self._run("generate_assignment", assignment, "--force")

    def hand_in(self, student, assignment, files):
        """Write a submission: the files that lie beside the released notebooks, and `files`."""
        folder = self.root / "submitted" / student / assignment
        shutil.copytree(self.root / "release" / assignment, folder)
        for path in folder.glob("*.ipynb"):
            path.unlink()
        for name, content in files.items():
            (folder / name).write_bytes(content)

    def autograde(self, assignment, *arguments, memory=False):
        """Grade the assignment's submissions.

        Returns
        -------
        measure.Usage
            With the command's output; a failing command is no error here.
        """
        return measure.run(
            self._command("autograde", assignment, *arguments),
            self.root,
            self._environment(),
            memory,
        )

    def graded(self, assignment):
        """What came of each submission: {student: {notebook: Graded}}."""
        found = {}
        with Gradebook(f"sqlite:///{self.root}/gradebook.db") as book:
            for submission in book.assignment_submissions(assignment):
                student = submission.student.id
                for notebook in submission.notebooks:
                    path = self.root / f"autograded/{student}/{assignment}/{notebook.name}.ipynb"
                    if path.exists():
                        scores = {
                            grade.name: (grade.auto_score, bool(grade.needs_manual_grade))
                            for grade in notebook.grades
                        }
                        cells = nbformat.read(path, as_version=4).cells
                        found.setdefault(student, {})[notebook.name] = Graded(scores, cells)
        return found

    def _run(self, *arguments):
        done = subprocess.run(
            self._command(*arguments),
            cwd=self.root,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise GradingError(f"nbgrader {' '.join(arguments)} failed:\n{done.stdout[-2000:]}")
        return done.stdout

    @staticmethod
    def _command(*arguments):
        return [sys.executable, "-m", "nbgrader", *arguments]

    def _environment(self):
        own = {name: value for name, value in os.environ.items() if name != "JUPYTER_CONFIG_DIR"}
        # nbgrader calls alembic by its bare name.
        own["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), own.get("PATH", "")])
        own["PYTHONPATH"] = str(self.root) if self.engine == STOCK else ""
        own["OPENBLAS_NUM_THREADS"] = own["OMP_NUM_THREADS"] = "1"
        return own
