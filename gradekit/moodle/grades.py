"""What goes back to Moodle: for each participant the grade, and whether Moodle will take it."""

import html
import re
from dataclasses import dataclass

from nbgrader.api import MissingEntry

# Two digits behind the point, as Moodle keeps them.
_EQUAL = 0.005
UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Change:
    """A participant's grade.

    Attributes
    ----------
    number : int
    student, name : str
        Id and name.
    old, new : float or None
        In Moodle's points; None for none.
    skipped : str
        Why the grade does not go out, or Moodle would not take it; empty if it will.
    comment : str
        As HTML; empty if nothing is to be said.
    comment_before : str
        What Moodle has.
    group : str
        The team, empty for those who work alone.
    """

    number: int
    student: str
    name: str
    old: float | None
    new: float | None
    skipped: str
    comment: str = ""
    comment_before: str = ""
    group: str = ""

    @property
    def goes_out(self):
        """Whether the worksheet gets this grade."""
        return self.new is not None and not self.skipped

    @property
    def comment_goes_out(self):
        """Whether the worksheet gets this comment, which Moodle takes without a new grade, too."""
        return self.skipped in ("", UNCHANGED) and _words(self.comment) != _words(
            self.comment_before
        )


def changes(book, assignment, sheet, rows, waiting=False):
    """Compare the gradebook with the worksheet.

    Parameters
    ----------
    book : nbgrader.api.Gradebook
    assignment : str
    sheet : Worksheet
    rows : list of participants.Row
        From the import.
    waiting : bool
        Whether grades of which a human has not seen all parts go out, too.

    Returns
    -------
    list of Change
        In the worksheet's order.
    """
    students = {row.number: row for row in rows}
    found = []
    for one in sheet.participants:
        row = students.get(one.number)
        if row is None:
            found.append(Change(one.number, "", one.name, one.grade, None, "was not imported"))
            continue
        try:
            submission = book.find_submission(assignment, row.student)
        except MissingEntry:
            submission = None
        found.append(_change(one, row, submission, waiting))
    return found


def _change(one, row, submission, waiting):
    who = one.number, row.student, row.name
    if submission is None:
        return Change(*who, one.grade, None, "nothing handed in")
    new = _points(submission, one.maximum)
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    by_hand = sum(grade.needs_manual_grade for grade in grades)
    skipped = ""
    if by_hand and not waiting:
        skipped = f"{by_hand} cell{'s' * (by_hand > 1)} to grade by hand"
    elif one.grade is not None and abs(new - one.grade) < _EQUAL:
        skipped = UNCHANGED
    elif not one.changeable:
        skipped = "Moodle does not let it change (locked or overridden)"
    elif one.maximum is not None and new > one.maximum + _EQUAL:
        skipped = f"above the maximum of {one.maximum:g}, which Moodle skips without a word"
    return Change(*who, one.grade, new, skipped, _comment(submission), one.comment, row.group)


def _points(submission, maximum):
    """Return the score, less what lateness costs, in Moodle's points."""
    score = max(submission.score - (submission.late_submission_penalty or 0), 0)
    scale = maximum / submission.max_score if maximum and submission.max_score else 1
    return round(score * scale, 2)


def _comment(submission):
    """Return the notebooks' scores and the graders' words as HTML, which Moodle stores."""
    lines = []
    for notebook in sorted(submission.notebooks, key=lambda one: one.name):
        lines.append(f"{notebook.name}: {notebook.score:g} / {notebook.max_score:g}")
        lines += [text.manual_comment for text in notebook.comments if text.manual_comment]
    return "<br>".join(html.escape(line).replace("\n", "<br>") for line in lines)


def _words(comment):
    """What a reader sees of a comment; Moodle may write its HTML in another way."""
    return html.unescape(re.sub(r"<[^>]*>", " ", comment)).split()
