"""A class of invented students, whose answers come from the answer bank."""

import csv
import random
import shutil
from pathlib import Path

import nbformat
import typst

from gradekit import bank, course, scores
from gradekit.sample_students import STUDENTS

_INVENTED_TEXT = (
    "I wrote both sides out for two terms; they agree, and nothing in it needs just two."
)


def write(root, assignment):
    """Write a submission of every invented student, and a roster with their names.

    The same assignment always gives the same submissions.

    Parameters
    ----------
    root : Path
        The course's folder; release/<assignment> has to be there.
    assignment : str

    Returns
    -------
    list of str
        The students' ids.

    Raises
    ------
    CourseError
        If submitted/ holds a submission for the assignment, or the release is missing.
    """
    root = Path(root)
    released = root / "release" / assignment
    notebooks = [_Notebook(root, assignment, path) for path in course.notebooks(root, assignment)]
    present = sorted(path.parent.name for path in root.glob(f"submitted/*/{assignment}"))
    if present:
        raise course.CourseError(
            f"submitted/ holds {assignment} of {len(present)} students (first: {present[0]}), "
            "which a sample class would mix with; move them away first."
        )
    if not released.is_dir():
        raise course.CourseError(
            f"There is no release/{assignment} to fill in: `python -m gradekit release` makes it."
        )
    for student in STUDENTS:
        folder = root / "submitted" / student.id / assignment
        shutil.copytree(released, folder)
        _Submission(student, folder, notebooks, random.Random(f"{assignment} {student.id}")).fill()
    if not (root / "roster.csv").exists():
        _write_roster(root / "roster.csv")
    return [student.id for student in STUDENTS]


def is_invented(students):
    """Are these, if any, students of the sample class and nobody else?"""
    return set(students) <= {student.id for student in STUDENTS}


def _write_roster(path):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(scores.ROSTER_COLUMNS)
        for student in STUDENTS:
            address = f"{student.id}@students.example"
            writer.writerow([student.id, student.first_name, student.last_name, address])


class _Notebook:
    """One of the assignment's notebooks, with the answers that are known for its cells."""

    def __init__(self, root, assignment, source):
        self.name = source.stem
        cells = course.read_notebook(source).cells
        self.reference = {
            course.grade_id(cell): _without_marks(cell.source)
            for cell in cells
            if course.is_solution(cell) and not course.is_manual(cell)
        }
        self.written = [course.grade_id(cell) for cell in cells if course.is_manual(cell)]
        self.pages = {}
        for page in bank.read_pages(root, assignment, self.name):
            self.pages.setdefault(page.cell, []).extend(page.entries)

    def answers(self, cell, kind):
        return [entry.source for entry in self.pages.get(cell, []) if entry.kind == kind]


class _Submission:
    """Fills one student's copy of the release."""

    def __init__(self, student, folder, notebooks, chance):
        self.student, self.folder, self.notebooks, self.chance = student, folder, notebooks, chance

    def fill(self):
        for number, notebook in enumerate(self.notebooks):
            path = self.folder / f"{notebook.name}.ipynb"
            if number >= self.student.notebooks:
                path.unlink()
                continue
            nb = course.read_notebook(path)
            self._answer(nb, notebook)
            for twist in self.student.twists:
                twist(nb)
            path.write_text(nbformat.writes(nb) + "\n", encoding="utf-8")
        if self.student.scan:
            (self.folder / "derivations.pdf").write_bytes(_scan(self.student))

    def _answer(self, nb, notebook):
        for cell in nb.cells:
            grade_id = course.grade_id(cell)
            if grade_id == "student_id":
                typed = self.student.typed_id
                cell.source = f'STUDENT_ID = "{self.student.id if typed is None else typed}"'
            elif grade_id in notebook.reference:
                cell.source = self._code(notebook, grade_id, cell.source)
            elif grade_id in notebook.written and not self.student.scan:
                cell.source = self._text(notebook, grade_id, cell.source)

    def _code(self, notebook, grade_id, released):
        chosen = self._choose()
        if chosen == "blank":
            return released
        reference = [notebook.reference[grade_id]]
        return self.chance.choice(notebook.answers(grade_id, chosen) or reference)

    def _text(self, notebook, grade_id, released):
        chosen = self._choose()
        if chosen == "blank":
            return released
        return self.chance.choice(notebook.answers(grade_id, chosen) or [_INVENTED_TEXT])

    def _choose(self):
        """Right, wrong or blank, by the student's chances."""
        return self.chance.choices(["right", "wrong", "blank"], self.student.chances)[0]


def _without_marks(source):
    marks = ("BEGIN SOLUTION", "END SOLUTION")
    return "\n".join(line for line in source.splitlines() if not any(m in line for m in marks))


def _scan(student):
    text = f"= Derivations\nHandwritten by {student.first_name} {student.last_name}, page 1 of 1."
    return typst.compile(text.encode())
