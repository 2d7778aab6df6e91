"""Tests of the invented class."""

import csv

import nbformat
import pytest

from gradekit import course, sample_class
from gradekit.sample_students import STUDENTS


@pytest.fixture
def written(released):
    """The tiny course with its sample class."""
    sample_class.write(released.root, "warmup")
    return released


def _notebook(course_, student, name="adding"):
    path = course_.root / "submitted" / student / "warmup" / f"{name}.ipynb"
    return {course.grade_id(cell): cell.source for cell in nbformat.read(path, 4).cells}


def _files(folder):
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder): path.read_bytes() for path in paths}


def test_size_and_names():
    """Are there at least 12 students, with ids and names of their own?"""
    assert len(STUDENTS) >= 12
    assert len({student.id for student in STUDENTS}) == len(STUDENTS)
    assert len({student.last_name for student in STUDENTS}) == len(STUDENTS)


def test_roster(written):
    """Does the roster name everybody who handed in?"""
    with (written.root / "roster.csv").open(encoding="utf-8") as file:
        ids = {row["id"] for row in csv.DictReader(file)}
    assert ids == {path.name for path in (written.root / "submitted").iterdir()}


def test_roster_is_kept(released):
    """Is a roster that is there left as it is?"""
    (released.root / "roster.csv").write_text("id\nann\n", encoding="utf-8")
    sample_class.write(released.root, "warmup")
    assert (released.root / "roster.csv").read_text(encoding="utf-8") == "id\nann\n"


def test_same_again(written):
    """Does the same release give the same submissions?"""
    submitted = written.root / "submitted"
    first = _files(submitted)
    submitted.rename(written.root / "moved away")
    sample_class.write(written.root, "warmup")
    second = _files(submitted)
    assert {path: text for path, text in second.items() if path.suffix == ".ipynb"} == {
        path: text for path, text in first.items() if path.suffix == ".ipynb"
    }


def test_first_student_is_right(written):
    """Does the first student give right answers, and her own id?"""
    cells = _notebook(written, "ankemelu")
    assert cells["add"] == "def add(a, b):\n    return a + b"
    assert cells["student_id"] == 'STUDENT_ID = "ankemelu"'
    assert "order of its terms" in cells["why"]


def test_answers_differ(written):
    """Are there right, wrong and missing answers?"""
    students = [path.name for path in (written.root / "submitted").iterdir()]
    answers = {_notebook(written, student)["add"] for student in students}
    assert any("a * b" in answer or "or 1" in answer for answer in answers)
    assert any("NotImplementedError" in answer for answer in answers)


def test_kinds_of_students(written):
    """Does the class have a syntax error, a deleted test, a scan, and a missing notebook?"""
    assert "print(1 + (2" in _notebook(written, "glindqvall")["add"]
    assert "add_core" not in _notebook(written, "htrinhvan")
    assert "sys" in _notebook(written, "icarvalhosa")["add"]
    folder = written.root / "submitted" / "jwiebelt" / "warmup"
    assert (folder / "derivations.pdf").read_bytes().startswith(b"%PDF")
    assert _notebook(written, "jwiebelt")["why"] == _notebook(written, "fqasemi")["why"]
    assert not (written.root / "submitted" / "kadomakoh" / "warmup" / "doubling.ipynb").exists()


def test_never_overwrites(written):
    """Are submissions that are there kept, and named?"""
    before = _files(written.root / "submitted")
    with pytest.raises(course.CourseError, match="14 students .first: ankemelu"):
        sample_class.write(written.root, "warmup")
    assert _files(written.root / "submitted") == before


def test_no_release(tiny):
    """Does a missing release get a sentence?"""
    with pytest.raises(course.CourseError, match="no release/warmup"):
        sample_class.write(tiny.root, "warmup")
