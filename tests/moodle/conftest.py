"""An invented course in Moodle: its zip of submissions, its worksheet, and what comes of them."""

import contextlib
import csv
import io
import itertools
import json
import logging
import shutil
import zipfile
from pathlib import Path

import pytest
from nbgrader.apps import ExportApp, ZipCollectApp
from traitlets.config import Config

from gradekit import stock

PEOPLE = [
    (1234567, "Ada Lovelace", "ada@example.org"),
    (1234568, "Jean-Luc O’Neil", "jl@example.org"),
    (1234569, "Müller, Zoë", "zoe@example.org"),
    (1234570, "李 小龍", "li@example.org"),
]
LANGUAGES = {
    "en": (
        *("Identifier", "Full name", "Email address", "Status", "Group", "Grade", "Maximum Grade"),
        *("Grade can be changed", "Last modified (submission)", "Last modified (grade)"),
        "Feedback comments",
    ),
    "de": (
        *("ID", "Vollständiger Name", "E-Mail-Adresse", "Status", "Gruppe", "Bewertung"),
        *("Bestwertung", "Bewertung kann geändert werden", "Zuletzt geändert (Abgabe)"),
        *("Zuletzt geändert (Bewertung)", "Feedback als Kommentar"),
    ),
    "fr": (
        *("Identifiant", "Nom complet", "Adresse de courriel", "Statut", "Groupe", "Note"),
        *("Note maximale", "La note peut être modifiée", "Dernière modification (travail remis)"),
        *("Dernière modification (note)", "Feedback par commentaires"),
    ),
}
WORDS = {
    "en": ("Participant ", "Yes", "Friday, 20 November 2026, 11:42 PM"),
    "de": ("Teilnehmer/in", "Ja", "Freitag, 20. November 2026, 23:42"),
    "fr": ("Participant", "Oui", "vendredi 20 novembre 2026, 23:42"),
}


class Moodle:
    """A course with an assignment of two notebooks, and a Moodle that it came from."""

    assignment = "warmup"

    def __init__(self, course):
        self.course = course
        self.root = course.root
        self.folder = self.root / "downloaded" / self.assignment
        self.archive = self.folder / "archive"
        self.archive.mkdir(parents=True)

    def notebook(self, name="adding", mark=""):
        """A released notebook as a student may save it."""
        path = self.root / "release" / self.assignment / f"{name}.ipynb"
        nb = json.loads(path.read_text(encoding="utf-8"))
        nb["cells"].append(
            {"cell_type": "markdown", "id": "mark", "metadata": {}, "source": f"from {mark}"}
        )
        return json.dumps(nb, ensure_ascii=False).encode()

    def zip(self, files, name="submissions.zip"):
        """Write Moodle's zip: {path: content}."""
        with zipfile.ZipFile(self.archive / name, "w") as archive:
            for path, data in files.items():
                archive.writestr(path, data)

    def handed_in(self, people=PEOPLE, pattern="{name}_{number}_assignsubmission_file/{file}"):
        """Write a zip in which everybody hands in both notebooks."""
        self.zip({
            pattern.format(name=name.replace("_", " "), number=number, file=f"{notebook}.ipynb"):
            self.notebook(notebook, number)
            for number, name, _ in people
            for notebook in ("adding", "doubling")
        })

    def worksheet(self, people=PEOPLE, language="en", groups=None, blind=False, **cells):
        """Write a worksheet; `cells` are for all rows, by English header."""
        (self.archive / "grades.csv").write_bytes(
            worksheet(people, language, groups, blind, **cells)
        )

    def download(self, site):
        """Put what a Moodle has into the archive, in the place of what was there."""
        (self.archive / "grades.csv").write_bytes(site.worksheet())
        self.zip(site.submissions(lambda name, mark: self.notebook(name, mark)))

    def grade(self, points, remarks=()):
        """Give students points and remarks, {student: ...}, and a PDF that names the student."""
        with self.gradebook() as book:
            for student, left in points.items():
                submission = book.update_or_create_submission(self.assignment, student)
                for notebook in submission.notebooks:
                    for cell in notebook.grades:
                        cell.manual_score = min(left, cell.max_score)
                        cell.needs_manual_grade = False
                        left -= cell.manual_score
                folder = self.root / "feedback" / student / self.assignment
                folder.mkdir(parents=True, exist_ok=True)
                (folder / "adding.pdf").write_bytes(pdf_of(student))
                (folder / "adding.html").write_bytes(b"page")
            for student, remark in dict(remarks).items():
                comment = book.find_comment("why", "adding", self.assignment, student)
                comment.manual_comment = remark
            book.db.commit()

    def written(self):
        """What export wrote: the worksheet and the zip."""
        names = f"{self.assignment}_grades.csv", f"{self.assignment}_feedback.zip"
        return [(self.folder / name).read_bytes() for name in names]

    def collect(self, *flags):
        """Run zip_collect; returns what it logged."""
        return self._run(ZipCollectApp, [self.assignment, *flags])

    def export(self, *flags):
        """Run export with the kit's exporter; returns what it logged and printed."""
        exporter = "--exporter=gradekit.moodle.export.MoodleExporter"
        return self._run(ExportApp, [exporter, f"--assignment={self.assignment}", *flags])

    def _run(self, kind, arguments):
        kind.clear_instance()
        app = kind.instance()
        app.config = Config()
        lines, printed = [], io.StringIO()
        handler = logging.Handler()
        handler.emit = lambda record: lines.append(record.getMessage())
        app.log.addHandler(handler)
        try:
            app.initialize(arguments)
            with contextlib.redirect_stdout(printed):
                app.start()
        except SystemExit as ended:
            assert ended.code
        finally:
            app.log.removeHandler(handler)
            kind.clear_instance()
        return "\n".join([*lines, printed.getvalue()])

    def submitted(self):
        """{student: {path: content}} of what lies in submitted/."""
        return {
            folder.name: {
                path.relative_to(folder / self.assignment).as_posix(): path.read_bytes()
                for path in sorted((folder / self.assignment).rglob("*"))
                if path.is_file()
            }
            for folder in sorted((self.root / "submitted").iterdir())
            if folder.is_dir()
        }

    def gradebook(self):
        return stock.gradebook(self.root)


def pdf_of(student):
    """The feedback that a student gets."""
    return f"%PDF of {student}".encode()


def worksheet(people, language="en", groups=None, blind=False, rows=None, **cells):
    """A grading worksheet as Moodle writes it.

    `cells` are for all rows, by English header; `rows` are more of them, by the participant's
    number.
    """
    header = list(LANGUAGES[language])
    participant, yes, date = WORDS[language]
    lines = []
    for number, name, email in people:
        row = dict(zip(LANGUAGES["en"], [""] * len(header), strict=True))
        row |= {
            "Identifier": f"{participant}{number}",
            "Full name": name,
            "Email address": email,
            "Status": "Submitted for grading",
            "Group": (groups or {}).get(number, ""),
            "Maximum Grade": "10,00" if language != "en" else "10.00",
            "Grade can be changed": yes,
            "Last modified (submission)": date,
            "Last modified (grade)": "-",
        }
        given = cells | (rows or {}).get(number, {})
        row |= {key: value for key, value in given.items() if key in row}
        lines.append(list(row.values()))
    dropped = {*(() if groups else (4,)), *((1, 2) if blind else ())}
    dropped |= set() if any(email for *_, email in people) else {2}
    out = io.StringIO(newline="")
    table = csv.writer(out, lineterminator="\n")
    for line in (header, *lines):
        table.writerow([cell for at, cell in enumerate(line) if at not in dropped])
    return ("\ufeff" + out.getvalue()).encode()


def moodle_in(course, monkeypatch):
    """A course with its settings for Moodle, in which commands run from now on."""
    monkeypatch.chdir(course.root)
    config = Path(course.root, "nbgrader_config.py")
    config.write_text(
        config.read_text(encoding="utf-8")
        + '\nfrom gradekit import moodle\nmoodle.install(c)\n'
        'c.Deadlines.time_zone = "Europe/Berlin"\n',
        encoding="utf-8",
    )
    return Moodle(course)


@pytest.fixture
def moodle(released, monkeypatch):
    return moodle_in(released, monkeypatch)


@pytest.fixture
def another_moodle(_released, tmp_path, monkeypatch):
    """Make course after course."""
    numbers = itertools.count()

    def make():
        root = shutil.copytree(_released.root, tmp_path / f"course {next(numbers)}")
        return moodle_in(type(_released)(root), monkeypatch)

    return make
