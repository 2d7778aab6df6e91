"""Tests of what a grade and its feedback depend on."""

import os

import pytest

from gradekit import fingerprint


@pytest.fixture
def submission(tiny):
    """The tiny course with one submission, made without nbgrader."""
    folder = tiny.root / "submitted" / "ann" / "warmup"
    folder.mkdir(parents=True)
    (folder / "adding.ipynb").write_text("{}", encoding="utf-8")
    tiny.mark = lambda: fingerprint.of_submission(tiny.root, "warmup", folder)
    tiny.folder = folder
    return tiny


def test_same_again(submission):
    """Is the fingerprint the same as long as nothing changes?"""
    assert submission.mark() == submission.mark()


@pytest.mark.parametrize(
    "name",
    [
        "submitted/ann/warmup/adding.ipynb",
        "source/warmup/doubling.ipynb",
        "source/warmup/new_data.csv",
        "hidden_tests/warmup/adding.py",
        "hidden_tests/shared.py",
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
        "submitted/ann/warmup/timestamp.txt",
        "submitted/ann/warmup/.ipynb_checkpoints/adding.ipynb",
        "submitted/ben/warmup/adding.ipynb",
        "hidden_tests/other_assignment/first.py",
        "hidden_tests/warmup/__pycache__/adding.pyc",
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
