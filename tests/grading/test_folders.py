"""Are the files beside the notebooks read without being led astray?"""

import os

import pytest

from gradekit.grading import folders


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "submission"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "table.csv").write_bytes(b"1,2")
    (folder / "adding.ipynb").write_bytes(b"{}")
    (folder / "notes.pyc").write_bytes(b"")
    return folder


def test_contents(folder):
    """Are files read by their relative path, without notebooks and what is to be ignored?"""
    assert folders.read(folder, ["*.pyc"]) == ({"data/table.csv": b"1,2"}, {})
    assert folders.read(folder, ["data", "*.pyc"]) == ({}, {})


def test_links_of_a_student(folder, tmp_path):
    """Are links of any kind left out and told, and is what they lead to not read?"""
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "file").symlink_to(tmp_path / "secret.txt")
    (folder / "nowhere").symlink_to("nowhere else")
    (folder / "loop").symlink_to("loop")
    (folder / "above").symlink_to("..")
    files, left_out = folders.read(folder, ["*.pyc"], follow=False)
    assert set(files) == {"data/table.csv"}
    assert set(left_out) == {"file", "nowhere", "loop", "above"}
    assert set(left_out.values()) == {"is a link, which is not followed"}


def test_links_of_the_instructor(folder, tmp_path):
    """Is a link to a file in source/ the file?"""
    (tmp_path / "library.py").write_text("x = 1")
    (folder / "library.py").symlink_to("../library.py")
    files, left_out = folders.read(folder, ["*.pyc"])
    assert files["library.py"] == b"x = 1" and left_out == {}


def test_pipes_and_sockets(folder):
    """Is a pipe, which would be read for ever, left out?"""
    os.mkfifo(folder / "pipe")
    assert folders.read(folder, follow=False)[1] == {"pipe": "is no file that has a content"}


def test_large_files(folder):
    """Is a file left out that claims more than there is room for, without reading it?"""
    with (folder / "large.bin").open("wb") as file:
        file.truncate(1 << 40)
    files, left_out = folders.read(folder, follow=False)
    assert "too large (1048576 MiB" in left_out["large.bin"]
    assert "data/table.csv" in files


def test_many_files(folder, monkeypatch):
    """Are no more files read than a notebook may have?"""
    monkeypatch.setattr(folders, "MOST_FILES", 1)
    files, left_out = folders.read(folder, follow=False)
    assert len(files) == 1 and len(left_out) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read every file")
def test_unreadable_file(folder):
    """Is a file without permission to read left out and told?"""
    (folder / "locked.txt").touch(mode=0)
    assert "cannot be read" in folders.read(folder, follow=False)[1]["locked.txt"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("plain.txt", "plain.txt"),
        ("with\nbreak", "with?break"),
        ("\x1b[31mred", "?[31mred"),
        (os.fsdecode(b"\xff.txt"), "?.txt"),
        ("x" * 200, f"{'x' * 60}...{'x' * 15}"),
    ],
)
def test_shown_names(name, text):
    """Can a name stand in a sentence, whatever a student called a file?"""
    assert folders.shown(name) == text
