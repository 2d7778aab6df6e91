"""Is a submission written into the gradebook in one transaction, and by the kit's rules?"""

import datetime
import logging
import sqlite3
import threading
import time

import pytest
from nbformat.v4 import new_output
from nbgrader.api import Gradebook
from sqlalchemy import event

from gradekit import course, stock
from gradekit.grading import assignment, record
from gradekit.grading.record import GradebookLocked, Recorder
from gradekit.grading.submission import Reader

LOG = logging.getLogger("test_record")
ERROR = new_output("error", ename="AssertionError", evalue="no", traceback=["no"])


class Class:
    """The tiny course with an open gradebook, and submissions that never ran."""

    def __init__(self, released):
        self.released, self.root = released, released.root
        coursedir = stock.api(self.root).coursedir
        self.book = Gradebook(coursedir.db_url, coursedir.course_id)
        self.assignment = assignment.read(self.book, coursedir, "warmup")
        self.penalties = []
        self.recorder = Recorder(self.book, self.assignment, self._penalty, LOG)
        self.reader = Reader(self.assignment, self.root / "source" / "warmup", [])

    def _penalty(self, student, row, seconds):
        self.penalties.append((student, row.name, row.score, seconds))
        return 1.0

    def hand_in(self, student, notebooks=("adding", "doubling")):
        """The submission, as if all its cells had run without an error."""
        submission = self.reader.read(student, self.released.hand_in(student, notebooks))
        for notebook in submission.notebooks:
            for cell in notebook.nb.cells:
                if cell.cell_type == "code":
                    cell.execution_count = 1
        return submission

    def cell(self, submission, grade_id):
        cells = [cell for notebook in submission.notebooks for cell in notebook.nb.cells]
        return next(cell for cell in cells if course.grade_id(cell) == grade_id)

    def grade(self, student, cell, notebook="adding"):
        self.book.db.expire_all()
        return self.book.find_grade(cell, notebook, "warmup", student)

    def comment(self, student, cell, notebook="adding"):
        return self.book.find_comment(cell, notebook, "warmup", student).comment

    def close(self):
        self.book.close()


@pytest.fixture(scope="module")
def graded(shared):
    made = Class(shared)
    yield made
    made.close()


def test_scores_and_comments(graded):
    """Are tests scored, blank answers told, and answers left to a human?"""
    submission = graded.hand_in("ann")
    graded.cell(submission, "add_edges").outputs = [ERROR]
    graded.cell(submission, "add").source = "def add(a, b): return a + b"
    graded.recorder.record(submission)
    assert graded.grade("ann", "add_core").auto_score == 2
    assert graded.grade("ann", "add_edges").auto_score == 0
    assert graded.grade("ann", "why").auto_score == 0
    assert not graded.grade("ann", "why").needs_manual_grade
    assert graded.comment("ann", "add") is None
    assert graded.comment("ann", "double", "doubling") == "No response."


def test_missing_notebook(graded):
    """Does a notebook that was not handed in score 0, and ask nobody?"""
    graded.recorder.record(graded.hand_in("ben", ["doubling"]))
    grade = graded.grade("ben", "add_core")
    assert grade.auto_score == 0 and not grade.needs_manual_grade
    assert graded.grade("ben", "double_core", "doubling").auto_score == 2


def test_blank_answer_beside_a_scan(graded):
    """Is a blank answer left to a human, with the reason, when other files came with it?"""
    submission = graded.hand_in("cara")
    submission.beside = ["scan.pdf"]
    graded.recorder.record(submission)
    grade = graded.grade("cara", "why")
    assert grade.auto_score is None and grade.needs_manual_grade
    assert graded.comment("cara", "why") == "Blank here; handed in beside it: scan.pdf."


def test_notebook_with_a_fault(graded):
    """Does every grade of a notebook that did not run to its end wait, with the reason?"""
    submission = graded.hand_in("dora")
    submission.notebooks[0].fail("It did not run.")
    graded.recorder.record(submission)
    assert graded.grade("dora", "add_core").needs_manual_grade
    assert graded.comment("dora", "why") == graded.comment("dora", "add") == "It did not run."
    assert not graded.grade("dora", "double_core", "doubling").needs_manual_grade


def test_test_that_asks_a_human(graded):
    """Does one test wait for a human, with the reason at the answer above it?"""
    submission = graded.hand_in("eve")
    submission.notebooks[0].ask_human = {"add_edges": "It spoke nonsense."}
    graded.recorder.record(submission)
    assert graded.grade("eve", "add_edges").needs_manual_grade
    assert not graded.grade("eve", "add_core").needs_manual_grade
    assert graded.comment("eve", "add") == "No response. It spoke nonsense."


def test_what_humans_wrote_stays(graded):
    """Do scores and comments by hand survive when a submission is recorded again?"""
    submission = graded.hand_in("finn")
    graded.recorder.record(submission)
    grade = graded.grade("finn", "why")
    grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 2.5, 0.5, False
    comment = graded.book.find_comment("add", "adding", "warmup", "finn")
    comment.manual_comment = "Nice."
    graded.book.db.commit()
    graded.recorder.record(submission)
    grade = graded.grade("finn", "why")
    assert (grade.manual_score, grade.extra_credit, grade.score) == (2.5, 0.5, 3)
    assert grade.needs_manual_grade  # it is to be looked at again
    assert graded.comment("finn", "add") == "Nice."


def test_late_submission(graded):
    """Is the penalty asked for with the new score, and gone when the deadline is moved?"""
    entry = graded.book.find_assignment("warmup")
    entry.duedate = datetime.datetime(2026, 1, 1)
    graded.book.db.commit()
    submission = graded.hand_in("gus")
    submission.timestamp = datetime.datetime(2026, 1, 1, 1)
    graded.recorder.record(submission)
    assert graded.penalties == [("gus", "adding", 3.0, 3600.0), ("gus", "doubling", 2.0, 3600.0)]
    row = graded.book.find_submission("warmup", "gus")
    assert row.late_submission_penalty == 2 and row.timestamp == submission.timestamp
    graded.book.find_assignment("warmup").duedate = None
    graded.book.db.commit()
    graded.recorder.record(submission)
    graded.book.db.expire_all()
    assert graded.book.find_submission("warmup", "gus").late_submission_penalty == 0


def test_one_transaction(graded):
    """Is a new submission one transaction, and the old one left whole when writing fails?"""
    commits = []
    event.listen(graded.book.engine, "commit", commits.append)
    submission = graded.hand_in("hal")
    graded.recorder.record(submission)
    assert len(commits) == 1
    graded.cell(submission, "add_core").outputs = [ERROR]
    broken = graded.cell(submission, "double_core")
    broken.metadata.nbgrader["points"] = "many"
    with pytest.raises(ValueError, match="many"):
        graded.recorder.record(submission)
    assert len(commits) == 1
    assert graded.grade("hal", "add_core").auto_score == 2


def test_locked_gradebook(graded, monkeypatch, caplog):
    """Is a gradebook waited for that another program has locked, with a line that says so?"""
    graded.hand_in("ida")
    submission = graded.reader.read("ida", graded.root / "submitted" / "ida" / "warmup")
    other = sqlite3.connect(graded.root / "gradebook.db", check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    monkeypatch.setattr(record, "_PAUSE", 0.1)
    unlock = threading.Timer(6, other.rollback)  # SQLite itself waits 5 seconds
    unlock.start()
    graded.recorder.record(submission)
    unlock.join()
    other.close()
    assert "locked by another program; waiting" in caplog.text
    assert graded.grade("ida", "why").auto_score == 0


def test_gradebook_that_stays_locked(graded, monkeypatch):
    """Does the run end with a sentence when the gradebook stays locked?"""
    monkeypatch.setattr(record, "_PATIENCE", 0)
    began = time.monotonic()
    other = sqlite3.connect(graded.root / "gradebook.db")
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(GradebookLocked, match="run the same command again"):
        graded.recorder.record(graded.hand_in("jo"))
    other.close()
    assert time.monotonic() - began < 30
