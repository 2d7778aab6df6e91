"""What becomes of the folder that a student handed in?"""

import json
import os

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from gradekit import course
from gradekit.execution.job import Modules
from gradekit.grading.assignment import Assignment, Notebook
from gradekit.grading.submission import Reader

from .conftest import cells_named, notebook_of

ADDING = cells_named("text1", "answer1", "test1", "written1", answer1="def add(a, b):\n    pass")
DOUBLING = cells_named("text1", "answer2", "test2", answer2="def double(x):\n    pass")
FILES = {"library.py": b"course", "data/table.csv": b"1"}


@pytest.fixture
def handed_in(tmp_path):
    """A whole submission, and a short way to read it."""

    class HandedIn:
        folder = tmp_path / "submitted" / "ann" / "warmup"
        source = tmp_path / "source" / "warmup"
        keep = set()

        def read(self):
            modules = Modules({"library.py": b"", "hidden_tests/warmup/adding.py": b""})
            notebooks = {
                "adding": Notebook("adding", ADDING, modules=modules),
                "doubling": Notebook("doubling", DOUBLING, modules=modules),
            }
            assignment = Assignment("warmup", notebooks, FILES)
            ignore = ["*.pyc", ".ipynb_checkpoints"]
            return Reader(assignment, self.source, ignore, self.keep).read("ann", self.folder)

        def write(self, name, content=b""):
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

        def told(self):
            return [note.sentence for note in self.read().all_notes]

    made = HandedIn()
    for folder in (made.folder, made.source):
        folder.mkdir(parents=True)
        nbformat.write(notebook_of(ADDING), folder / "adding.ipynb")
        nbformat.write(notebook_of(DOUBLING), folder / "doubling.ipynb")
    for name, content in FILES.items():
        path = made.source / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    return made


def _edit(path, change):
    nb = nbformat.read(path, as_version=4)
    change(nb)
    nbformat.write(nb, path)


def test_untouched(handed_in):
    """Is there nothing to say about a submission that is just what was handed out?"""
    submission = handed_in.read()
    assert [notebook.name for notebook in submission.notebooks] == ["adding", "doubling"]
    assert submission.all_notes == [] and submission.beside == [] and submission.missing == []
    assert submission.files == FILES


# --- renamed notebooks --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["adding (1).ipynb", "my_hw.ipynb", "Adding.ipynb"])
def test_renamed_notebook(handed_in, name):
    """Is the only notebook with the missing one's cells graded in its place, and is that told?"""
    (handed_in.folder / "adding.ipynb").rename(handed_in.folder / name)
    submission = handed_in.read()
    assert [notebook.name for notebook in submission.notebooks] == ["adding", "doubling"]
    assert handed_in.told() == [f"{name} was graded as adding.ipynb."]
    assert submission.beside == []


def test_two_candidates(handed_in):
    """Is nothing guessed when two notebooks could be the missing one?"""
    path = handed_in.folder / "adding.ipynb"
    (handed_in.folder / "adding (1).ipynb").write_bytes(path.read_bytes())
    path.rename(handed_in.folder / "adding (2).ipynb")
    submission = handed_in.read()
    assert submission.beside == ["adding (1).ipynb", "adding (2).ipynb"]
    assert handed_in.told() == ["submitted/ann/warmup/adding.ipynb was not handed in."]


def test_stranger(handed_in):
    """Is a notebook that has nothing of the missing one no candidate, nor a broken one?"""
    (handed_in.folder / "adding.ipynb").unlink()
    nbformat.write(new_notebook(cells=[new_code_cell("x = 1")]), handed_in.folder / "own.ipynb")
    handed_in.write("broken.ipynb", b"{")
    assert handed_in.told() == ["submitted/ann/warmup/adding.ipynb was not handed in."]


def test_both_renamed(handed_in):
    """Are two renamed notebooks told apart by their cells?"""
    for name in ("adding", "doubling"):
        (handed_in.folder / f"{name}.ipynb").rename(handed_in.folder / f"my_{name}.ipynb")
    assert handed_in.told() == [
        "my_adding.ipynb was graded as adding.ipynb.",
        "my_doubling.ipynb was graded as doubling.ipynb.",
    ]


def test_copy_beside_the_notebook(handed_in):
    """Is the notebook with the right name graded when a copy lies beside it?"""
    path = handed_in.folder / "adding.ipynb"
    (handed_in.folder / "adding copy.ipynb").write_bytes(path.read_bytes())
    assert handed_in.told() == []


# --- kernels, formats and marks -----------------------------------------------------------------


@pytest.mark.parametrize("name", ["blarg", "ir", "julia-1.10"])
def test_wrong_kernel(handed_in, name):
    """Does a notebook for another language's kernel run with Python, and is that told?"""
    kernel = {"name": name, "display_name": name, "language": name}
    path = handed_in.folder / "adding.ipynb"
    _edit(path, lambda nb: nb.metadata.update(kernelspec=kernel))
    assert handed_in.read().notebooks[0].nb.metadata.kernelspec.name == "python3"
    assert handed_in.told() == [f"The notebook names the kernel {name}; it was run with Python."]


@pytest.mark.parametrize(
    "kernel",
    [{"name": "my-env", "language": "python"}, {"name": "python"}, {"name": "python3"}],
)
def test_other_names_of_python(handed_in, kernel):
    """Is Python under another name no reason to say anything?"""
    path = handed_in.folder / "adding.ipynb"
    _edit(path, lambda nb: nb.metadata.update(kernelspec={"display_name": "My", **kernel}))
    assert handed_in.told() == []


def test_old_format(handed_in):
    """Is a notebook of an old format graded, and is that told?"""
    old = nbformat.convert(notebook_of(ADDING), 3)
    (handed_in.folder / "adding.ipynb").write_text(json.dumps(old), encoding="utf-8")
    assert handed_in.told() == ["The file has the old notebook format 3 and was converted."]
    cells = handed_in.read().notebooks[0].nb.cells
    assert [course.grade_id(cell) for cell in cells] == list(ADDING)


def test_lost_marks(handed_in):
    """Are the cells of a notebook without nbgrader's metadata recognized, and is that told?"""

    def forget(nb):
        for cell in nb.cells:
            del cell.metadata["nbgrader"]
        nb.cells[3].source = "Because."

    _edit(handed_in.folder / "adding.ipynb", forget)
    told = "Marks were lost; recognized by text or place: text1, answer1, test1, written1."
    assert handed_in.told() == [told]
    cells = {course.grade_id(cell): cell for cell in handed_in.read().notebooks[0].nb.cells}
    assert cells["written1"].source == "Because."
    assert cells["test1"].source == ADDING["test1"].source


def test_unreadable_notebook(handed_in):
    """Does an unreadable notebook have its graded cells, for a human, and the other one its own?"""
    handed_in.write("adding.ipynb", b"{")
    adding, doubling = handed_in.read().notebooks
    assert "is not a notebook" in adding.fault and doubling.fault is None
    assert [note.asks_human for note in adding.notes] == [True]
    ids = [course.grade_id(cell) for cell in adding.nb.cells]
    assert ids == ["text1", "test1", "written1"]


# --- files --------------------------------------------------------------------------------------


def test_missing_notebook(handed_in):
    """Is a missing notebook left out, and graded as untouched when something came beside it?"""
    (handed_in.folder / "adding.ipynb").unlink()
    assert handed_in.read().missing == ["adding"]
    handed_in.write("scan.pdf")
    submission = handed_in.read()
    assert submission.missing == [] and len(submission.notebooks) == 2
    assert submission.notebooks[0].fault is None


def test_files_of_course_and_student(handed_in):
    """Do a student's own files come along, and not instead of the course's?"""
    handed_in.write("data/table.csv", b"better")
    handed_in.write("own.csv", b"2")
    handed_in.write("old.pyc")
    submission = handed_in.read()
    assert submission.files == {**FILES, "own.csv": b"2"}
    assert submission.beside == ["own.csv"]
    handed_in.keep = {"data/table.csv"}
    assert handed_in.read().files["data/table.csv"] == b"better"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("hidden_tests/warmup/adding.py", "hidden_tests"),
        ("hidden_tests.py", "hidden_tests.py"),
        ("library/__init__.py", "library"),
    ],
)
def test_modules_of_the_course(handed_in, name, shown):
    """Is what would be imported in place of a module of the course left out?"""
    handed_in.write(name)
    assert handed_in.read().files == FILES
    assert handed_in.told() == [f"{shown} is a module of the course, whose own is used."]
    assert handed_in.read().beside == []


@pytest.mark.parametrize("name", ["data/table.csv/inside.txt", "data"])
def test_files_in_the_way(handed_in, name):
    """Is a file left out that stands where the course has a folder, or the other way round?"""
    handed_in.write(name)
    assert handed_in.read().files == FILES
    assert handed_in.told() == [f"{name} stands where the course has a file, and was left out."]


@pytest.mark.parametrize("above", [0, 1])
def test_folder_that_is_a_link(handed_in, above, tmp_path):
    """Is nothing read through a link, be it the submission or the student's folder?"""
    place = [handed_in.folder, handed_in.folder.parent][above]
    place.rename(tmp_path / "elsewhere")
    place.symlink_to(tmp_path / "elsewhere")
    submission = handed_in.read()
    assert all("is a link" in notebook.fault for notebook in submission.notebooks)
    assert submission.files == FILES


# --- when it was handed in ----------------------------------------------------------------------


def test_timestamp(handed_in):
    """Is the time read, in its time zone, and an empty file no time?"""
    handed_in.write("timestamp.txt", b"2015-02-02 15:58:23.948203 America/Los_Angeles")
    assert str(handed_in.read().timestamp) == "2015-02-02 23:58:23.948203"
    handed_in.write("timestamp.txt", b"\n")
    assert handed_in.read().timestamp is None and handed_in.told() == []


@pytest.mark.parametrize("content", [b"But I want to be a time", b"\xff\xfe", b"1" * 2000])
def test_no_timestamp(handed_in, content):
    """Is a human asked when the file with the time holds none?"""
    handed_in.write("timestamp.txt", content)
    submission = handed_in.read()
    assert submission.timestamp is None and submission.asks_human
    assert handed_in.told()[0].startswith("timestamp.txt holds no time")


def test_timestamp_in_an_unknown_zone(handed_in):
    """Is it said that the time was taken for UTC, as nbgrader does?"""
    handed_in.write("timestamp.txt", b"2025-01-01 12:00:00 Mars/Phobos")
    assert str(handed_in.read().timestamp) == "2025-01-01 12:00:00"
    assert "Mars/Phobos" in handed_in.told()[0] and not handed_in.read().asks_human


def test_timestamp_that_is_a_pipe(handed_in):
    """Is a pipe in the place of the time not waited for?"""
    os.mkfifo(handed_in.folder / "timestamp.txt")
    assert handed_in.read().asks_human
