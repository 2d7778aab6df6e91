"""Tests of the kit's commands, of what they say about bad input, and of nbgrader's own commands."""

import io
import re
import shutil
import subprocess
import sys

import pytest
from nbgrader import apps

from gradekit import __main__, autograde, course, generate_assignment, grade, stock, workers


def _run(tiny, *arguments):
    return __main__.main(["--course", str(tiny.root), *arguments])


def _hand_in(tiny, student):
    """A submission that nothing has to be run for, without a release."""
    folder = tiny.root / "submitted" / student / "warmup"
    folder.mkdir(parents=True)
    return folder


def test_unknown_assignment(tiny, capsys):
    """Does an unknown name get one sentence that names the assignments, and an exit status?"""
    assert _run(tiny, "grade", "--assignment", "warmpu") == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "'warmpu'" in said and "warmup" in said


def test_no_course(tmp_path, capsys):
    """Does a folder without a course get a sentence?"""
    assert __main__.main(["--course", str(tmp_path), "release"]) == 1
    assert "nbgrader_config.py" in capsys.readouterr().err


def test_other_assignment_was_handed_in(released, capsys):
    """Is no sample class mixed with real students who handed in something else?"""
    (released.root / "submitted" / "ann" / "other").mkdir(parents=True)
    assert _run(released, "grade", "--assignment", "warmup") == 1
    assert "Nobody in submitted/ handed in warmup (found: ann)" in capsys.readouterr().err
    assert [path.name for path in (released.root / "submitted").iterdir()] == ["ann"]


def test_second_sample_class(released, monkeypatch):
    """Does an assignment get a sample class, too, when only invented students are in submitted/?"""
    shutil.copytree(released.root / "source" / "warmup", released.root / "source" / "second")
    folder = released.root / "submitted" / "ankemelu" / "warmup"
    folder.mkdir(parents=True)
    monkeypatch.setattr(stock, "autograde", lambda *arguments: None)
    monkeypatch.setattr(grade._Run, "_give_feedback", lambda self, students: None)
    out = io.StringIO()
    grade.grade(released.root, "second", out)
    assert "wrote those of 14 invented students" in out.getvalue()
    assert (released.root / "submitted" / "ankemelu" / "second" / "adding.ipynb").exists()


def test_broken_page_of_the_bank(released, capsys):
    """Does a page of the bank that cannot be read get a sentence, and no half-written class?"""
    page = released.root / "answer_bank" / "warmup" / "adding" / "add.py"
    page.write_text("def (", encoding="utf-8")
    assert _run(released, "grade", "--assignment", "warmup") == 1
    assert "add.py:1: not Python" in capsys.readouterr().err
    assert not (released.root / "submitted").exists()


def test_nothing_to_grade(released, capsys):
    """Is the exit status an error when nobody could be graded, and the reason in the table?"""
    _hand_in(released, "ann")
    assert _run(released, "grade", "--assignment", "warmup") == 1
    assert re.search(r"^ann .*\n    not graded: the folder is empty", capsys.readouterr().out, re.M)


def test_no_roster(released, capsys):
    """Does a missing roster get a sentence, and no abort?"""
    _hand_in(released, "ann")
    _run(released, "grade", "--assignment", "warmup")
    assert "no roster.csv" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name,email\nAnn,a@students.example\n", "no column id .*name, email"),
        ("id,first_name\nann,Ann\n,Ben\n", "line 3 has no id"),
        ("", "no column id .*nothing"),
    ],
)
def test_bad_roster(released, capsys, text, sentence):
    """Does a roster that cannot be read say where?"""
    _hand_in(released, "ann")
    (released.root / "roster.csv").write_text(text, encoding="utf-8")
    assert _run(released, "grade", "--assignment", "warmup") == 1
    assert re.search(sentence, capsys.readouterr().err)


def test_release_command(released, capsys):
    """Does the command without a name release every assignment?"""
    assert _run(released, "release") == 0
    assert "release/warmup: current" in capsys.readouterr().out


def test_failed_release_grades_nobody(released, capsys):
    """Does a release that fails stop grading with its sentence?"""
    _hand_in(released, "ann")
    (released.root / "source" / "warmup" / "adding.ipynb").write_text("{", encoding="utf-8")
    assert _run(released, "grade", "--assignment", "warmup") == 1
    assert "not JSON" in capsys.readouterr().err


def test_nbgrader_uses_the_kit(released):
    """Do nbgrader's command line and formgrader's buttons take the kit's converters?"""
    api = stock.api(released.root)
    for module in (apps.api, apps.autogradeapp):
        assert module.Autograde is autograde.Autograde
    for module in (apps.api, apps.generateassignmentapp):
        assert module.GenerateAssignment is generate_assignment.GenerateAssignment
    assert api.coursedir.root == str(released.root)


def test_formgraders_button(released):
    """Does autograding from formgrader give the kit's grades?"""
    folder = released.hand_in("ann", notebooks=["adding"])
    (folder / "scan.png").write_bytes(b"")
    result = stock.api(released.root).autograde("warmup", "ann")
    assert result["success"], result
    assert released.grades()["ann"]["why"] == (None, True)


def test_settings_from_elsewhere(released, tmp_path):
    """Do nbgrader's commands find the settings when they are started in another folder?"""
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", "warmup", "--force"]
    done = subprocess.run(
        [*command, f"--course-dir={released.root}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    # With nbgrader's own settings this mark scheme makes the release fail.
    text = (released.root / "release" / "warmup" / "adding.ipynb").read_text(encoding="utf-8")
    assert "MARK SCHEME" not in text


def test_second_try(tiny, monkeypatch):
    """Does a student whose feedback met a locked gradebook get a second try, with no one beside?"""
    done, shares_of_runs = set(), []

    def run_shares(root, assignment, shares, everybody, is_done, progress):
        shares_of_runs.append(shares)
        first = len(shares_of_runs) == 1
        done.update(["ann"] if first else ["ann", "ben"])
        return "sqlite3.OperationalError: database is locked" if first else ""

    monkeypatch.setattr(workers, "_run_shares", run_shares)
    students = ["ann", "ben"]
    failed = workers.give_feedback(
        tiny.root, "warmup", students, students, done.__contains__, io.StringIO()
    )
    assert failed == {}
    assert shares_of_runs[-1] == [["ben"]]


def test_assignment_without_source(tiny):
    """Is an assignment that lies only in release/ unknown?"""
    with pytest.raises(course.CourseError):
        grade.grade(tiny.root, "release_only", io.StringIO())


def test_bank_of_an_assignment_that_cannot_run(released, capsys):
    """Does the bank skip an assignment whose packages are missing, and say so?"""
    path = released.root / "source" / "warmup" / "requirements.txt"
    path.write_text("no-such-package\n", encoding="utf-8")
    assert _run(released, "bank") == 0
    assert "warmup is skipped: it needs no-such-package" in capsys.readouterr().out
