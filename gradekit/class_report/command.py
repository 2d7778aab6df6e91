"""Reads what a class did and writes the report."""

import csv
from pathlib import Path

from gradekit import atomic, course, stock, survey
from gradekit.class_report.document import Report, to_pdf
from gradekit.class_report.items import items
from gradekit.class_report.misconceptions import misconceptions
from gradekit.pdf.front import exercise_of
from gradekit.pdf.redact import redacted

FOLDER = "reports"


def main(root, assignment, names=True):
    """Write reports/<assignment>.pdf and .csv.

    Parameters
    ----------
    root : Path
        The course's folder.
    assignment : str
    names : bool
        Whether the report names students.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    CourseError
        If the assignment is unknown, or nobody's submission was graded.
    """
    cells = _cells(root, assignment)
    with stock.gradebook(root) as book:
        entries, totals, people = _results(book, assignment)
    if not entries:
        raise course.CourseError(
            f"Nobody's {assignment} has been graded yet: run `nbgrader autograde {assignment}`."
        )
    found = [one for one in survey.submitted(root, assignment) if one.student in totals]
    survey.look_into(root, assignment, found)
    report = Report(
        assignment=assignment,
        items=items(cells, entries),
        totals=list(totals.values()),
        points=sum(points for *_, points in cells),
        waiting={student: count for student, (_, count) in people.items() if count},
        notes={one.student: one.notes for one in found if one.notes},
        misconceptions=misconceptions(_graded(root, assignment, totals)),
        names={student: name for student, (name, _) in people.items()} if names else None,
    )
    folder = Path(root, FOLDER)
    folder.mkdir(exist_ok=True)
    written = [folder / f"{assignment}.pdf", folder / f"{assignment}.csv"]
    atomic.write(written[0], to_pdf(report))
    atomic.write(written[1], _numbers(report).encode("utf-8-sig"))  # Excel knows UTF-8 by its mark
    return written


def _cells(root, assignment):
    """Each graded cell of the source: (notebook, cell, heading above it, points)."""
    found = []
    for path in course.notebooks(root, assignment):
        nb = redacted(course.read_notebook(path))
        for at, cell in enumerate(nb.cells):
            data = cell.metadata.get("nbgrader", {})
            if data.get("grade"):
                points = float(data.get("points", 0))
                found.append((path.stem, data["grade_id"], exercise_of(nb, at), points))
    return found


def _results(book, assignment):
    """Scores by cell, totals, and (name, cells that wait for a human), by student."""
    entries, totals, people = [], {}, {}
    for submission in book.assignment_submissions(assignment):
        grades = [
            (notebook.name, grade) for notebook in submission.notebooks for grade in notebook.grades
        ]
        waiting = [grade for _, grade in grades if grade.needs_manual_grade]
        student = submission.student
        entries.append({
            (notebook, grade.name): None if grade.needs_manual_grade else grade.score
            for notebook, grade in grades
        })
        totals[student.id] = submission.score
        name = " ".join(part for part in (student.first_name, student.last_name) if part)
        people[student.id] = name, len(waiting)
    return entries, totals, people


def _graded(root, assignment, students):
    for student in sorted(students):
        for path in sorted(Path(root, "autograded", student, assignment).glob("*.ipynb")):
            yield student, course.read_notebook(path)


def _numbers(report):
    """The numbers of the report as CSV."""
    lines = _Lines()
    table = csv.writer(lines)
    table.writerow([
        *("notebook", "cell", "exercise", "points", "graded", "waiting", "full", "part", "none"),
        *("mean_share", "discrimination"),
    ])
    for item in report.items:
        table.writerow([
            *(item.notebook, item.cell, item.exercise, f"{item.points:g}", len(item.scores)),
            *(item.waiting, *item.counts, _number(item.mean), _number(item.discrimination)),
        ])
    return "".join(lines)


class _Lines(list):
    """What csv writes to, as a list of lines."""

    write = list.append


def _number(value):
    return "" if value is None else f"{value:.3f}"
