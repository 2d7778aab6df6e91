"""A course with hostile and honest students, graded by one `nbgrader autograde`."""

import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

from nbgrader.api import Gradebook

from . import (  # noqa: F401  (each enters its submissions)
    answers,
    broken_cells,
    broken_files,
    dead_kernels,
    loops,
    outputs,
    resources,
    strange_folders,
    strange_names,
    vandals,
)
from .catalogue import ASSIGNMENT, BOTH, CATALOGUE, EVERYTHING, RIGHT, hand_in

HERE = Path(__file__).parent
SECONDS = 420

ALL = dict.fromkeys(EVERYTHING, True)
WRONG = {
    "circle": "def circle_area(radius):\n    return 2 * np.pi * radius",
    "counter": "class Counter:\n    value = 1\n    def step(self):\n        return 1",
}
NOISY = """\
import sys, warnings
def circle_area(radius):
    print("radius", radius)
    warnings.warn("a warning")
    print("an error, but for the eye only", file=sys.stderr)
    return np.pi * radius**2"""

# Students by the place that they have among the hostile ones: (answers, what they get).
HONEST = {
    "aaron": (RIGHT, ALL),
    "emmy": ({**RIGHT, "circle": WRONG["circle"]}, {**ALL, "circle_test": False}),
    "lise": ({**RIGHT, **WRONG}, {**ALL, "circle_test": False, "counter_test": False}),
    "nobody": ({}, dict.fromkeys(EVERYTHING, False)),
    "sofya": ({**RIGHT, "circle": NOISY, "facts": "total = -1"}, {**ALL, "facts_test": False}),
    "zeno": ({**RIGHT, "ring": "def ring_area(a, b):\n    return a / 0"},
             {**ALL, "ring_test": False}),
}


def make_course(root, settings=None):
    """A copy of the course with its release and gradebook, and maybe with other settings."""
    shutil.copytree(HERE / "course", root, ignore=shutil.ignore_patterns("__pycache__"))
    if settings:
        (root / "nbgrader_config.py").write_text(settings, encoding="utf-8")
    nbgrader = [sys.executable, "-m", "nbgrader", "generate_assignment", ASSIGNMENT]
    made = subprocess.run(nbgrader, cwd=root, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr


def hand_in_hostile(root, entry):
    """Make one submission of the catalogue."""
    entry.make(hand_in(root, entry.student, entry.notebooks))


class Batch:
    """What a run made of a course.

    Attributes
    ----------
    report : dict
        What the warden saw.
    output : str
        What the command said.
    grades : dict
        {student: {test cell: (score, waits for a human)}}.
    comments : dict
        {student: comments, as one text}.
    """

    def __init__(self, folder, entries=None, honest=HONEST):
        self.folder, self.root = folder, folder / "course"
        for name in ("home", "tmp"):
            (folder / name).mkdir()
        make_course(self.root)
        for name, (sources, _) in honest.items():
            hand_in(self.root, name, BOTH, sources)
        for entry in CATALOGUE.values() if entries is None else entries:
            hand_in_hostile(self.root, entry)

    def run(self, *command, seconds=SECONDS):
        """Grade, and read what came of it."""
        before = snapshot(self.root)
        command = command or (sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT)
        subprocess.run(
            [sys.executable, HERE / "warden.py", self.folder, str(seconds), *command],
            check=True,
            stdin=subprocess.DEVNULL,
        )
        self.changed = sorted({path for path, _ in before.items() ^ snapshot(self.root).items()})
        self.report = json.loads((self.folder / "report.json").read_text(encoding="utf-8"))
        self.output = (self.folder / "output.txt").read_text(encoding="utf-8", errors="replace")
        self._read_gradebook()
        return self

    def _read_gradebook(self):
        self.grades, self.comments = {}, {}
        with Gradebook(f"sqlite:///{self.root / 'gradebook.db'}", "hostile") as book:
            for submission in book.assignment_submissions(ASSIGNMENT):
                student = submission.student.id
                self.grades[student] = {
                    grade.name: (grade.auto_score, bool(grade.needs_manual_grade))
                    for notebook in submission.notebooks
                    for grade in notebook.grades
                }
                self.comments[student] = "\n".join(
                    comment.comment or ""
                    for notebook in submission.notebooks
                    for comment in notebook.comments
                )

    def graded_notebooks(self, student):
        """Paths of a student's graded notebooks."""
        return sorted((self.root / "autograded" / student / ASSIGNMENT).glob("*.ipynb"))

    def told(self, student):
        """All that student and instructor can read about a submission, code aside."""
        texts = [self.comments.get(student, "")]
        for path in self.graded_notebooks(student):
            nb = json.loads(path.read_text(encoding="utf-8"))
            texts += [_said_by(cell) for cell in nb["cells"]]
        return "\n".join([*texts, *_lines_about(self.output, student)])


def _said_by(cell):
    """A cell's text, or what a code cell put out, each cut to what one can read."""
    if cell["cell_type"] != "code":
        return "".join(cell["source"])[:2000]
    said = []
    for output in cell["outputs"]:
        if output["output_type"] == "error":
            said.append(f"{output['ename']}: {output['evalue']}"[:2000])
        said += "".join(output.get("text", "")).splitlines()[:100]
    return "\n".join(line[:2000] for line in said)


def _lines_about(output, student):
    """Warnings, errors and the summary's lines that name a student, without tracebacks."""
    names = {student, repr(student)[1:-1], "".join(c if c.isprintable() else "?" for c in student)}
    named = re.compile("|".join(rf"(?<![\w-]){re.escape(name)}(?![\w-])" for name in names))
    return [
        line
        for line in output.splitlines()
        if named.search(line)
        and re.match(r"\[.*\| (WARNING|ERROR)\]|(?!\[.*\| \w+\])\S", line)
        and "Traceback" not in line
    ]


def snapshot(root):
    """{path: what identifies its content} of a course, but for what grading makes."""
    found = {}
    for parent, folders, files, here in os.fwalk(root):
        if parent == str(root):
            folders[:] = [name for name in folders if name != "autograded"]
            files = [name for name in files if not name.startswith("gradebook.db")]
        for name in folders + files:
            found[os.path.relpath(os.path.join(parent, name), root)] = _state(name, here)
    return found


def _state(name, here):
    state = os.stat(name, dir_fd=here, follow_symlinks=False)
    if not stat.S_ISREG(state.st_mode) or state.st_size > 1 << 20:
        return (state.st_mode, 0 if stat.S_ISDIR(state.st_mode) else state.st_mtime_ns)
    file = os.open(name, os.O_RDONLY, dir_fd=here)
    try:
        return (state.st_mode, hashlib.sha256(os.read(file, state.st_size)).digest())
    finally:
        os.close(file)
