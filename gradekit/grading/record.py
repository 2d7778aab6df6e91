"""Writes a graded submission into the gradebook: all of it in one transaction, or nothing."""

import time

from nbgrader.api import (
    Comment,
    Grade,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)
from nbgrader.utils import is_grade, is_solution, is_task
from sqlalchemy import insert, select, update
from sqlalchemy.exc import OperationalError

from gradekit import course
from gradekit.grading import scoring

# Seconds that the gradebook may be locked by another program, formgrader for instance.
_PATIENCE = 120
_PAUSE = 1


class GradebookLocked(RuntimeError):
    """Another program does not let go of the gradebook; the text is one sentence."""


def patiently(action, log):
    """Do something with the gradebook, again and again while another program has it locked.

    Raises
    ------
    GradebookLocked
        If it stays locked for minutes.
    """
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            return action()
        except OperationalError as error:
            if "locked" not in str(error):
                raise
        if time.monotonic() > until:
            raise GradebookLocked(
                f"Another program has kept the gradebook locked for {_PATIENCE // 60} minutes; "
                "close it and run the same command again: it goes on from here."
            )
        log.warning("The gradebook is locked by another program; waiting for it.")
        time.sleep(_PAUSE)


class Recorder:
    """Records submissions of one assignment.

    It speaks to the tables and not to nbgrader's objects: these load a row for every name that is
    looked at, which would take longer than running the notebooks.

    Parameters
    ----------
    gradebook : nbgrader.api.Gradebook
        Open for as long as this is used.
    assignment : assignment.Assignment
    penalty : callable
        Gives a late submission's penalty for a notebook: (student, SubmittedNotebook, seconds
        late) to points or None.
    log : logging.Logger
    """

    def __init__(self, gradebook, assignment, penalty, log):
        self.db, self.assignment = gradebook.db, assignment
        self.penalty, self.log = penalty, log

    def read_students(self):
        """Ids of all students that the gradebook knows, and of those who have this assignment."""
        entries = select(SubmittedAssignment.student_id)
        entries = entries.where(SubmittedAssignment.assignment_id == self.assignment.id)
        found = set(self.db.scalars(select(Student.id))), set(self.db.scalars(entries))
        self.db.rollback()
        return found

    def record(self, submission):
        """Write a submission's scores and comments; what humans wrote stays.

        Raises
        ------
        GradebookLocked
            If another program keeps the gradebook locked for minutes.
        """
        patiently(lambda: self._transaction(submission), self.log)

    def _transaction(self, submission):
        try:
            self._write(submission)
            self.db.commit()
        except BaseException:
            self.db.rollback()
            raise

    def _write(self, submission):
        entry = self._entry(submission.student)
        if submission.timestamp is not None:
            entry.timestamp = submission.timestamp
        query = select(SubmittedNotebook.notebook_id, SubmittedNotebook.id)
        query = query.where(SubmittedNotebook.assignment_id == entry.id)
        places = dict(self.db.execute(query).all())
        grades, comments = [], []
        for name in submission.missing:
            row = _Row(self.db, self.assignment.notebooks[name], places)
            grades += [
                {"id": grade.id, "auto_score": 0.0, "needs_manual_grade": False}
                for grade in row.grades.values()
            ]
        for notebook in submission.notebooks:
            row = _Row(self.db, self.assignment.notebooks[notebook.name], places)
            grades += _grades(notebook, row, submission.beside)
            comments += _comments(notebook, row, submission.beside)
        for kind, changes in ((Grade, grades), (Comment, comments)):
            if changes:
                self.db.execute(update(kind), changes)
        for notebook in submission.notebooks:
            place = places[self.assignment.notebooks[notebook.name].id]
            self._write_penalty(entry, submission.student, place)

    def _entry(self, student_id):
        """The student's entry, a new one if there is none."""
        query = select(SubmittedAssignment).filter_by(
            assignment_id=self.assignment.id, student_id=student_id
        )
        entry = self.db.scalars(query).one_or_none()
        if entry is not None:
            return entry
        if self.db.get(Student, student_id) is None:
            self.db.execute(insert(Student), [{"id": student_id}])
        entry = SubmittedAssignment(assignment_id=self.assignment.id, student_id=student_id)
        self.db.add(entry)
        self.db.flush()
        for notebook in self.assignment.notebooks.values():
            place = new_uuid()
            row = {"id": place, "notebook_id": notebook.id, "assignment_id": entry.id}
            self.db.execute(insert(SubmittedNotebook), [row])
            for kind, cells in ((Grade, notebook.grades), (Comment, notebook.comments)):
                new = [{"cell_id": cell, "notebook_id": place} for cell in cells]
                if new:
                    self.db.execute(insert(kind), new)
        return entry

    def _write_penalty(self, entry, student, place):
        penalty = None
        if entry.total_seconds_late > 0:
            row = self.db.get(SubmittedNotebook, place, populate_existing=True)
            penalty = self.penalty(student, row, entry.total_seconds_late)
        change = {"id": place, "late_submission_penalty": penalty}
        self.db.execute(update(SubmittedNotebook), [change])


class _Row:
    """A student's row for a notebook: its grades and comments, by the cell's id."""

    def __init__(self, db, source, places):
        self.source, place = source, places[source.id]
        query = select(Grade.id, Grade.cell_id, Grade.manual_score).filter_by(notebook_id=place)
        self.grades = {source.grades[grade.cell_id]: grade for grade in db.execute(query)}
        query = select(Comment.id, Comment.cell_id).filter_by(notebook_id=place)
        self.comments = {source.comments[row.cell_id]: row.id for row in db.execute(query)}


def _grades(notebook, row, beside):
    """What is to be written about the grades of a notebook that was run."""
    for cell in notebook.nb.cells:
        if not is_grade(cell):
            continue
        grade = row.grades[course.grade_id(cell)]
        score = scoring.automatic_score(cell, beside)
        asks = notebook.fault is not None or course.grade_id(cell) in notebook.ask_human
        change = {
            "id": grade.id,
            "auto_score": score,
            "needs_manual_grade": asks or score is None or grade.manual_score is not None,
        }
        extra = row.source.extra_credit.get(course.grade_id(cell))
        if extra:
            change["extra_credit"] = 0.0 if scoring.has_failed(cell) else extra
        yield change


def _comments(notebook, row, beside):
    """What is to be written beside the answers of a notebook that was run."""
    texts = dict.fromkeys(row.comments, notebook.fault)
    answer = None
    for cell in notebook.nb.cells:
        grade_id = course.grade_id(cell)
        if is_solution(cell) or is_task(cell):
            answer = grade_id
            texts[answer] = notebook.fault or _comment(cell, beside)
        if grade_id in notebook.ask_human and answer is not None:
            reasons = [texts[answer], notebook.ask_human[grade_id]]
            texts[answer] = " ".join(filter(None, reasons))
    for grade_id, text in texts.items():
        yield {"id": row.comments[grade_id], "auto_comment": text}


def _comment(cell, beside):
    if is_task(cell) or not scoring.is_blank(cell):
        return None
    if is_grade(cell) and beside:
        return f"Blank here; handed in beside it: {', '.join(beside)}."
    return "No response."
