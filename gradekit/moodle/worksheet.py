"""Moodle's grading worksheet: `gradingtable.php` and `feedback/offline` of its assignments.

Its headers are in the teacher's language. Moodle finds columns by them when the file comes back,
and participants by the number behind a word in the first column, so both are kept as they are.
"""

import csv
import io
import re
from dataclasses import dataclass

from gradekit.course import CourseError

BOM = "\ufeff"
# English, German, French, as in Moodle's language packs.
HEADERS = {
    "name": ("Full name", "Vollständiger Name", "Nom complet"),
    "email": ("Email address", "E-Mail-Adresse", "Adresse de courriel"),
    "id_number": ("ID number", "ID-Nummer", "Numéro d’identification", "Numéro d'identification"),
    "group": ("Group", "Gruppe", "Groupe"),
    "grade": ("Grade", "Bewertung", "Note"),
    "maximum": ("Maximum Grade", "Maximum grade", "Bestwertung", "Note maximale"),
    "scale": ("Scale", "Skala", "Barème"),
    "changeable": (
        "Grade can be changed",
        "Bewertung kann geändert werden",
        "La note peut être modifiée",
    ),
    "handed_in": (
        "Last modified (submission)",
        "Zuletzt geändert (Abgabe)",
        "Dernière modification (travail remis)",
    ),
    "graded": (
        "Last modified (grade)",
        "Zuletzt geändert (Bewertung)",
        "Dernière modification (note)",
    ),
    "comment": ("Feedback comments", "Feedback als Kommentar", "Feedback par commentaires"),
}
NO = {"no", "nein", "non"}
# What students typed into Moodle stands in it with its pictures; by itself Python takes 131,072.
_LONGEST_CELL = 2**31 - 1
TEXTS = "name", "email", "id_number", "group", "handed_in", "graded", "comment"
# Without these Moodle takes no worksheet back.
NEEDED = "grade", "graded"


@dataclass
class Participant:
    """A row of the worksheet; empty text for what it does not say.

    Attributes
    ----------
    number : int
        Of the participant in this one assignment.
    label : str
        The word before the number, which is everybody's name while marking is blind.
    name, email, id_number, group, handed_in, graded, comment : str
        As the worksheet has them.
    grade, maximum : float or None
    changeable : bool
    """

    number: int
    label: str = ""
    name: str = ""
    email: str = ""
    id_number: str = ""
    group: str = ""
    handed_in: str = ""
    graded: str = ""
    comment: str = ""
    grade: float | None = None
    maximum: float | None = None
    changeable: bool = True


class Worksheet:
    """A worksheet, and how its file was written.

    Parameters
    ----------
    data : bytes
    name : str
        The file's, for errors.
    headers : dict of str to str, optional
        Headers in a language that is not known here: {"grade": "Nota", ...}.

    Attributes
    ----------
    participants : list of Participant
        In the order of the rows.
    name : str
    has_groups, has_comments, has_maximum : bool
        Whether there is such a column.

    Raises
    ------
    CourseError
        If it is no worksheet, or a needed column is not found.
    """

    def __init__(self, data, name, headers=None):
        self.name = name
        text, self._encoding = _decoded(data)
        self._bom = text.startswith(BOM)
        self._delimiter = _delimiter(text)
        file = io.StringIO(text.removeprefix(BOM), newline="")
        csv.field_size_limit(_LONGEST_CELL)
        lines = csv.reader(file, delimiter=self._delimiter)
        self._rows = [row for row in lines if any(cell.strip() for cell in row)]
        self._columns = self._find_columns(headers or {})
        self.participants = [self._participant(at, row) for at, row in enumerate(self._rows[1:], 2)]
        self.has_groups, self.has_comments, self.has_maximum = (
            column in self._columns for column in ("group", "comment", "maximum")
        )
        self._refuse_twice()

    @property
    def resaved(self):
        """How another program than Moodle wrote the file, empty if it was Moodle."""
        found = []
        if self._delimiter != ",":
            found.append("cells apart by " + {"\t": "tabs", ";": "semicolons"}[self._delimiter])
        if self._encoding != "utf-8":
            found.append(f"in {self._encoding}")
        return ", ".join(found)

    def filled(self, grades, comments):
        """Return the file with grades and comments filled in, and nothing else changed.

        Parameters
        ----------
        grades : dict of int to str
            By the participant's number.
        comments : dict of int to str

        Returns
        -------
        bytes
        """
        lines = [self._rows[0]]
        for participant, row in zip(self.participants, self._rows[1:], strict=True):
            row = list(row)
            for column, values in (("grade", grades), ("comment", comments)):
                if participant.number in values and column in self._columns:
                    row[self._columns[column]] = values[participant.number]
            lines.append(row)
        # Moodle writes the mark; a file that another program saved gets it again.
        mark = BOM if self._bom or self.resaved else ""
        return (mark + "".join(map(_written, lines))).encode()

    def _find_columns(self, headers):
        if not self._rows:
            raise CourseError(f"{self.name} is empty: download the grading worksheet again.")
        head = [cell.strip() for cell in self._rows[0]]
        known = {**HEADERS, **{column: (text,) for column, text in headers.items()}}
        columns = {
            column: head.index(text)
            for column, texts in known.items()
            for text in texts
            if text in head
        }
        missing = [column for column in NEEDED if column not in columns]
        if missing:
            raise CourseError(
                f"{self.name} has no column {HEADERS[missing[0]][0]!r} (its first line has: "
                f"{', '.join(head)}); if it is a grading worksheet in another language, say what "
                f"the column is called: c.MoodleSettings.headers = {{{missing[0]!r}: '...'}}."
            )
        return columns

    def _participant(self, line, row):
        if len(row) != len(self._rows[0]):
            raise CourseError(
                f"{self.name}: line {line} has {len(row)} cells and the first line "
                f"{len(self._rows[0])}; download the grading worksheet again."
            )
        number = re.search(r"(\d+)\s*$", row[0])
        if not number:
            raise CourseError(f"{self.name}: line {line} begins with no number: {row[0]!r}.")
        found = {column: row[at].strip() for column, at in self._columns.items()}
        return Participant(
            number=int(number[1]),
            label=row[0][: number.start()].strip(),
            grade=number_in(found.get("grade", "")),
            maximum=number_in(found.get("maximum", "")),
            changeable=found.get("changeable", "").lower() not in NO,
            **{column: found.get(column, "") for column in TEXTS},
        )

    def _refuse_twice(self):
        numbers = [participant.number for participant in self.participants]
        twice = sorted({number for number in numbers if numbers.count(number) > 1})
        if twice:
            raise CourseError(f"{self.name}: participant {twice[0]} stands in it twice.")

    @property
    def is_scale(self):
        """Whether the assignment is graded by words instead of points."""
        return "scale" in self._columns and "maximum" not in self._columns


def number_in(text):
    """Return a number that may have a decimal comma, None if there is none."""
    text = re.sub(r"\s", "", text)
    if "," in text and "." in text:  # the last one is the decimal sign
        text = text.replace("." if text.rfind(",") > text.rfind(".") else ",", "")
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _written(row):
    """Write a row as Moodle does: PHP's fputcsv puts quotes around blanks, too."""
    cells = [f'"{_quoted(cell)}"' if set(cell) & set(' ,"\t\r\n\\') else cell for cell in row]
    return ",".join(cells) + "\n"


def _quoted(cell):
    # PHP, which reads it back, takes a quote after a backslash for no end of the cell.
    return re.sub(r'\\(?="|$)', r"\\ ", cell).replace('"', '""')


def _decoded(data):
    for encoding in ("utf-8", "utf-16") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8",):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return data.decode("cp1252", "replace"), "cp1252"


def _delimiter(text):
    first = text.split("\n", 1)[0]
    return max(",;\t", key=first.count)
