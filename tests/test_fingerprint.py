"""Tests of what a grade and its feedback depend on."""

import os

import pytest

from gradekit import course, fingerprint
from gradekit.grading import modules


@pytest.fixture
def submission(tiny):
    """The tiny course with one submission, made without nbgrader."""
    folder = tiny.root / "submitted" / "ann" / "warmup"
    folder.mkdir(parents=True)
    (folder / "adding.ipynb").write_text("{}", encoding="utf-8")
    cells = course.read_notebook(tiny.root / "source" / "warmup" / "adding.ipynb").cells

    def mark(settings=""):
        found = modules.of_notebook(tiny.root, {"other_assignment"}, cells).files
        source = tiny.root / "source" / "warmup"
        return fingerprint.Assignment(tiny.root, source, found, settings).of(folder)

    tiny.mark, tiny.folder = mark, folder
    return tiny


def test_same_again(submission):
    """Is the fingerprint the same as long as nothing changes?"""
    assert submission.mark() == submission.mark()


@pytest.mark.parametrize(
    "name",
    [
        "submitted/ann/warmup/adding.ipynb",
        "submitted/ann/warmup/timestamp.txt",
        "source/warmup/doubling.ipynb",
        "source/warmup/new_data.csv",
        "hidden_tests/warmup/adding.py",
        "hidden_tests/shared.py",
        "hidden_tests/warmup/new_data.json",
        "nn_utils.py",
        "nbgrader_config.py",
    ],
)
def test_what_counts(submission, name):
    """Does a change of anything that decides about scores change the fingerprint?"""
    before = submission.mark()
    with (submission.root / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert submission.mark() != before


@pytest.mark.parametrize(
    "name",
    [
        "submitted/ann/warmup/.ipynb_checkpoints/adding.ipynb",
        "submitted/ben/warmup/adding.ipynb",
        "hidden_tests/other_assignment/first.py",
        "hidden_tests/warmup/__pycache__/adding.pyc",
        "not_imported.py",
        "answer_bank/warmup/adding/more.py",
    ],
)
def test_what_does_not_count(submission, name):
    """Is a submission left alone when something changes that it does not depend on?"""
    before = submission.mark()
    path = submission.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("new", encoding="utf-8")
    assert submission.mark() == before


def test_times_do_not_count(submission):
    """Is content compared, and no time?"""
    before = submission.mark()
    os.utime(submission.folder / "adding.ipynb", (1, 1))
    assert submission.mark() == before


def test_new_file_beside(submission):
    """Does a scan that is handed in later change the fingerprint?"""
    before = submission.mark()
    (submission.folder / "scan.png").write_bytes(b"")
    assert submission.mark() != before


def test_link_to_a_device(submission):
    """Is a link to an endless file looked at, and not read?"""
    before = submission.mark()
    (submission.folder / "endless").symlink_to("/dev/zero")
    assert submission.mark() != before


def test_settings(submission):
    """Does another limit of time change the fingerprint?"""
    assert submission.mark("30 s") != submission.mark("60 s")


@pytest.mark.parametrize("name", ["loop", "nowhere", "locked"])
def test_files_that_cannot_be_read(submission, name):
    """Is a file that cannot be read a change, and no error?"""
    before = submission.mark()
    path = submission.folder / name
    if name == "locked":
        path.touch(mode=0)
    else:
        path.symlink_to(name if name == "loop" else "nowhere else")
    assert submission.mark() != before


def test_huge_file(submission):
    """Is a file that claims a terabyte not read from end to end?"""
    before = submission.mark()
    with (submission.folder / "huge.bin").open("wb") as file:
        file.truncate(1 << 40)
    assert submission.mark() != before


def test_engine():
    """Is the engine part of what decides, all of it, and the same each time?"""
    names = {path.parent.name for path in fingerprint._sources(fingerprint._ENGINE)}
    assert {"execution", "grading", "sandbox", "preprocessors"} <= names
    assert fingerprint.of_engine() == fingerprint.of_engine()


def test_marks(tmp_path):
    """Are marks kept per notebook, forgotten, and a damaged file no mark?"""
    assert fingerprint.kept(tmp_path) == {}
    fingerprint.keep(tmp_path, {"adding": "1", "f\u00fcr": "2"})
    assert fingerprint.kept(tmp_path) == {"adding": "1", "f\u00fcr": "2"}
    assert [path.name for path in tmp_path.iterdir()] == [fingerprint.NAME]
    for text in ("0123abc", "[]", "{"):
        (tmp_path / fingerprint.NAME).write_text(text)
        assert fingerprint.kept(tmp_path) == {}
    fingerprint.forget(tmp_path)
    fingerprint.forget(tmp_path)
    assert not list(tmp_path.iterdir())


def test_feedback(submission):
    """Does feedback depend on the scores and on the graded notebooks?"""
    graded = submission.folder
    before = fingerprint.of_feedback(graded, ["5 of 8"])
    assert fingerprint.of_feedback(graded, ["5 of 8"]) == before
    assert fingerprint.of_feedback(graded, ["6 of 8"]) != before
    (graded / "adding.ipynb").write_text("{ }", encoding="utf-8")
    assert fingerprint.of_feedback(graded, ["5 of 8"]) != before


def test_no_file(tmp_path):
    """Is there no fingerprint where nothing was graded?"""
    assert fingerprint.read(tmp_path / "none") is None
