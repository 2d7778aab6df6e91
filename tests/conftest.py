"""Fixtures for tests about nbgrader: small courses, and changes that students make to notebooks."""

import os
import shutil
from pathlib import Path

# Tests run side by side; threads of each would wait for each other's. NumPy asks when it is
# imported, which these lines come before, and so do the commands that tests start.
os.environ.update(dict.fromkeys(["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"], "1"))

import nbformat
import pytest

from gradekit import course as kit_course
from gradekit import release, stock

FILES = Path(__file__).parent / "files"


class Course:
    """A course in a folder of its own, with short ways to say what tests need."""

    assignment = "warmup"

    def __init__(self, root):
        self.root = root

    def release(self):
        return release.register_and_release(self.root, self.assignment)

    def hand_in(self, student, notebooks=("adding", "doubling")):
        """Copy the release for a student; returns the submission's folder."""
        folder = self.root / "submitted" / student / self.assignment
        shutil.copytree(self.root / "release" / self.assignment, folder)
        for path in folder.glob("*.ipynb"):
            if path.stem not in notebooks:
                path.unlink()
        return folder

    def answer(self, student, notebook, sources):
        """Replace the sources of cells in a submission: {grade_id: source}."""

        def replace(nb):
            for cell in nb.cells:
                cell.source = sources.get(kit_course.grade_id(cell), cell.source)

        self.edit(self.root / "submitted" / student / self.assignment / notebook, replace)

    @staticmethod
    def edit(path, change):
        path = path.with_suffix(".ipynb")
        nb = nbformat.read(path, as_version=4)
        change(nb)
        path.write_text(nbformat.writes(nb), encoding="utf-8")

    def grades(self):
        """{student: {cell: (automatic score, waits for a human)}} from the gradebook."""
        with stock.gradebook(self.root) as book:
            return {
                submission.student.id: {
                    grade.name: (grade.auto_score, bool(grade.needs_manual_grade))
                    for notebook in submission.notebooks
                    for grade in notebook.grades
                }
                for submission in book.assignment_submissions(self.assignment)
            }

    def autograded(self, student, notebook):
        path = self.root / "autograded" / student / self.assignment / f"{notebook}.ipynb"
        return nbformat.read(path, as_version=4)


def _copy(template, root):
    shutil.copytree(template, root, symlinks=True)
    return Course(root)


@pytest.fixture
def tiny(tmp_path):
    """A copy of the tiny course; its path has a blank in it."""
    return _copy(FILES / "course", tmp_path / "tiny course")


@pytest.fixture(scope="session")
def _released(tmp_path_factory):
    course = _copy(FILES / "course", tmp_path_factory.mktemp("template") / "course")
    course.release()
    return course


@pytest.fixture
def released(_released, tmp_path):
    """A copy of the tiny course with its release and gradebook."""
    return _copy(_released.root, tmp_path / "tiny course")


@pytest.fixture(scope="module")
def shared(_released, tmp_path_factory):
    """One copy of the tiny course, with release and gradebook, for all tests of a module."""
    return _copy(_released.root, tmp_path_factory.mktemp("shared") / "tiny course")


def pytest_addoption(parser):
    parser.addoption(
        "--seeds", type=int, default=3, help="random numbers that each hidden test is tried with"
    )


@pytest.fixture
def seeds(request):
    return request.config.getoption("--seeds")
