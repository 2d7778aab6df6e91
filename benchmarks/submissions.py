"""Submissions to grade twice: the foreign course's, the answer bank's, and the sample class's."""

import json
import shutil
import tempfile
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import nbformat

from benchmarks import written
from gradekit import bank, course, sample_class

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Submission:
    """What a student hands in: {file name: bytes}, notebooks and other files."""

    student: str
    assignment: str
    files: dict

    @property
    def beside(self):
        """Names of the files that are no notebooks."""
        return [name for name in self.files if not name.endswith(".ipynb")]


def lay_out_foreign(root):
    """Write the foreign course's source/ into a new folder."""
    written.write_sources(Path(root), written.notebooks())


def lay_out_ours(root):
    """Copy what grading our course needs into a new folder, without the kit's settings."""
    root = Path(root)
    root.mkdir(parents=True, exist_ok=True)
    for name in ("source", "hidden_tests", "data"):
        shutil.copytree(ROOT / name, root / name, symlinks=True, ignore=_BYTECODE)
    for module in ROOT.glob("*.py"):
        if module.name != "nbgrader_config.py":
            shutil.copy2(module, root)


_BYTECODE = shutil.ignore_patterns("__pycache__", "my_layers.py")


def of_foreign_course():
    """All submissions to the foreign course: each student hands in all notebooks there are."""
    found = {}
    for notebook in written.notebooks():
        for submission in notebook.submissions:
            files = found.setdefault((notebook.assignment, submission.student), {})
            files[f"{notebook.name}.ipynb"] = as_bytes(notebook.handed_in(submission))
    return [Submission(student, name, files) for (name, student), files in found.items()]


def of_bank(assignment, apart=False, without=()):
    """Submissions in which every answer of the bank to an assignment stands once.

    Exercises are filled side by side: the k-th submission has the k-th answer to each, and the
    reference where an exercise has fewer. So one run tries several answers, and a wrong one stands
    among others, as it does in life.

    Parameters
    ----------
    assignment : str
    apart : bool
        Whether each answer gets a submission of its own, among reference solutions.
    without : collection of str
        Names of answers that are left out.
    """
    for path in course.notebooks(ROOT, assignment):
        pages = bank.read_pages(ROOT, assignment, path.stem)
        choices = [
            [(page.cell, entry) for entry in page.entries if entry.name not in without]
            for page in pages
        ]
        if apart:
            rows = [[choice] for choices_of_page in choices for choice in choices_of_page]
        else:
            rows = [list(filter(None, row)) for row in zip_longest(*choices)]
        for number, row in enumerate(rows):
            answers = {cell: entry.source for cell, entry in row}
            student = f"{path.stem}-{number:03}".replace("_", "-")
            yield Submission(student, assignment, {path.name: _filled(assignment, path, answers)})


def of_sample_class(assignment):
    """The submissions of the invented students."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("source", "release", "answer_bank"):
            Path(folder, name).symlink_to(ROOT / name)
        students = sample_class.write(Path(folder), assignment)
        for student in students:
            place = Path(folder, "submitted", student, assignment)
            beside = {path.name for path in (ROOT / "release" / assignment).iterdir()}
            files = {
                path.name: path.read_bytes()
                for path in place.iterdir()
                if path.is_file() and (path.suffix == ".ipynb" or path.name not in beside)
            }
            yield Submission(student, assignment, files)


def _filled(assignment, path, answers):
    """The released notebook with the reference solutions, and `answers` in their place."""
    source = course.read_notebook(path)
    reference = {
        course.grade_id(cell): written.without_marks(cell.source)
        for cell in source.cells
        if course.is_solution(cell) and not course.is_manual(cell)
    }
    nb = course.read_notebook(ROOT / "release" / assignment / path.name)
    for cell in nb.cells:
        name = course.grade_id(cell)
        cell.source = answers.get(name, reference.get(name, cell.source))
    return as_bytes(nb)


def as_bytes(nb):
    """A notebook as a file holds it."""
    return json.dumps(nbformat.from_dict(nb)).encode()
