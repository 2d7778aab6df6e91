"""What the gradebook says about an assignment's students."""

import csv
from dataclasses import dataclass

from gradekit import course

ROSTER_COLUMNS = ["id", "first_name", "last_name", "email"]


@dataclass(frozen=True)
class Row:
    """One student's result.

    `notebooks` maps a notebook's name to (score, points); `by_hand` counts the cells that wait for
    a human; `overridden` names the test cells whose automatic score a human replaced; `details`
    are each cell's score and comment, as feedback shows them.
    """

    student: str
    name: str
    notebooks: dict
    score: float
    points: float
    by_hand: int
    overridden: list
    details: list


def rows(book, assignment):
    """The results of all who have the assignment, by student id.

    Parameters
    ----------
    book : nbgrader.api.Gradebook
    assignment : str

    Returns
    -------
    dict of str to Row
    """
    found = book.assignment_submissions(assignment)
    return {submission.student.id: _row(submission) for submission in found}


def _row(submission):
    student, notebooks = submission.student, submission.notebooks
    grades = [grade for notebook in notebooks for grade in notebook.grades]
    names = [student.first_name, student.last_name]
    return Row(
        student=student.id,
        name=" ".join(name for name in names if name),
        notebooks={book.name: (book.score, book.max_score) for book in notebooks},
        score=submission.score,
        points=submission.max_score,
        by_hand=sum(grade.needs_manual_grade for grade in grades),
        overridden=sorted(grade.name for grade in grades if _is_overridden(grade)),
        details=sorted(
            [f"{grade.name} {grade.score} of {grade.max_score}" for grade in grades]
            + [f"{text.name} {text.comment}" for book in notebooks for text in book.comments]
        ),
    )


def _is_overridden(grade):
    return grade.auto_score is not None and grade.manual_score is not None


def import_roster(book, path):
    """Bring the names in a roster into the gradebook; it is nbgrader's own format.

    Parameters
    ----------
    book : nbgrader.api.Gradebook
    path : Path
        A CSV file with the columns id, first_name, last_name and email, of which only id is
        required.

    Returns
    -------
    int
        The number of students.

    Raises
    ------
    CourseError
        If the file has no column `id`, or a row has none.
    """
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        if "id" not in (reader.fieldnames or []):
            found = ", ".join(reader.fieldnames or []) or "nothing"
            raise course.CourseError(
                f"{path.name} has no column id (its first line has: {found}); "
                f"write {','.join(ROSTER_COLUMNS)} into its first line."
            )
        students = [_student(row) for row in reader]
    for number, student in enumerate(students, 2):
        if "id" not in student:
            raise course.CourseError(f"{path.name}: line {number} has no id; add it or remove it.")
    for student in students:
        names = {key: value for key, value in student.items() if key != "id"}
        book.update_or_create_student(student["id"], **names)
    return len(students)


def _student(row):
    return {key: row[key].strip() for key in ROSTER_COLUMNS if (row.get(key) or "").strip()}
