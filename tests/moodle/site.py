"""An assignment in Moodle, as far as Moodle's source says what it gives out and takes back.

The judge of round trips: it reads what the kit wrote by Moodle's rules, and knows none of the kit's
code. `mod/assign/feedback/offline` takes the worksheet, `mod/assign/feedback/file/importziplib.php`
the zip.
"""

import io
import re
import zipfile
from collections import defaultdict
from datetime import datetime, timedelta

from tests.moodle.conftest import LANGUAGES, WORDS, worksheet

# What PHP's strtotime understands of Moodle's dates; it knows English words only.
DATE = "%A, %d %B %Y, %I:%M %p"
FOREIGN = {"de": "%A, %d. Monat %Y, %H:%M", "fr": "%A %d mois %Y, %H:%M"}
# What clean_filename takes out of names in the zip.
UNCLEAN = re.compile(r"[\x00-\x1f\x7f&<>\"`|':\\/]|\.\.+")
HIDDEN = {"en": "Participant", "de": "Teilnehmer/in", "fr": "Participant"}


class Site:
    """An assignment and its participants.

    Parameters
    ----------
    people : list of (number, name, email)
    language : str
        Of the teacher.
    groups : dict of int to str, optional
        The team of each participant, in an assignment for teams.
    blind : bool
    maximum : float
    """

    def __init__(self, people, language="en", groups=None, blind=False, maximum=100):
        self.people, self.language, self.groups, self.blind = people, language, groups, blind
        self.maximum = maximum
        self.absent, self.locked = set(), set()
        self.grades, self.comments, self.graded = {}, {}, {}
        self.files = defaultdict(dict)
        self.now = datetime(2026, 11, 27, 12)

    def worksheet(self):
        """The grading worksheet as it is downloaded now."""
        yes, no = {"en": ("Yes", "No"), "de": ("Ja", "Nein"), "fr": ("Oui", "Non")}[self.language]
        rows = {
            number: {
                "Grade": self._number(self.grades.get(number)),
                "Maximum Grade": self._number(self.maximum),
                "Grade can be changed": no if number in self.locked else yes,
                "Last modified (grade)": self._date(self.graded.get(number)),
                "Feedback comments": self.comments.get(number, ""),
            }
            for number, *_ in self.people
        }
        for number in self.absent:
            rows[number]["Last modified (submission)"] = "-"
        return worksheet(self.people, self.language, self.groups, self.blind, rows)

    def folders(self):
        """The folders in the zip of all submissions, {name: whose}; a team's is any member's."""
        found = {}
        for number, name, _ in self.people:
            if number in self.absent:
                continue
            shown = HIDDEN[self.language] if self.blind else name
            owner = number
            if self.groups:
                shown = self.groups[number].replace("&", "&amp;")
                # Groups have numbers of their own, which may be a participant's, too.
                others = [one for one, *_ in self.people if self.groups[one] != self.groups[number]]
                owner = min(others, default=17)
            folder = UNCLEAN.sub("", f"{shown.replace('_', ' ')}_{owner}")
            found[f"{folder}_assignsubmission_file"] = number
        return found

    def members(self, number):
        """Those who hand in together with a participant."""
        if not self.groups:
            return [number]
        return [one for one, *_ in self.people if self.groups[one] == self.groups[number]]

    def submissions(self, notebook):
        """The zip in which everybody hands in both notebooks, {path: content}.

        `notebook` makes the content from a notebook's name and a mark of whose it is.
        """
        return {
            f"{folder}/{file}.ipynb": notebook(file, self.mark(number))
            for folder, number in self.folders().items()
            for file in ("adding", "doubling")
        }

    def mark(self, number):
        """What stands in the notebooks of a participant or a team."""
        return f"<{self.groups[number] if self.groups else number}>"

    def take_worksheet(self, data, allow=False):
        """Upload a worksheet; returns whose grades changed.

        `allow` is the box "Allow updating records that have been modified more recently ...".
        """
        header, *rows = php_rows(data.decode("utf-8-sig"))
        assert {len(row) for row in rows} <= {len(header)}
        names = dict(zip(LANGUAGES["en"], LANGUAGES[self.language], strict=True))
        identifier, grade, modified, comment = (
            header.index(names[name])
            for name in ("Identifier", "Grade", "Last modified (grade)", "Feedback comments")
        )
        self.now += timedelta(days=1)
        known = {number for number, *_ in self.people}
        changed = set()
        for row in rows:
            number = int(row[identifier][len(WORDS[self.language][0]) :])
            stale = not allow and self._is_stale(number, row[modified])
            if number not in known or stale:
                continue
            value = self._unformatted(row[grade])
            if self._is_taken(number, value):
                self.grades[number] = value
                changed.add(number)
            if row[comment] != self.comments.get(number, ""):
                self.comments[number] = row[comment]
                self.graded[number] = self.now
        self.graded |= dict.fromkeys(changed, self.now)
        return changed

    def take_feedback(self, data):
        """Upload a zip of feedback files."""
        known = {number for number, *_ in self.people}
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                parts = info.filename.split("/")
                if info.is_dir() or parts[-1].startswith((".", "~")):
                    continue
                while parts:
                    first, *parts = parts
                    fields = first.split("_", 4)
                    if len(fields) < 4 or not fields[1].isdecimal() or int(fields[1]) not in known:
                        continue
                    assert fields[2:4] == ["assignsubmission", "file"]
                    rest = [*filter(None, fields[4:]), *parts]
                    self.files[int(fields[1])]["/".join(rest)] = archive.read(info)
                    break

    def _is_stale(self, number, date):
        if number not in self.graded:
            return False
        try:
            seen = datetime.strptime(date, DATE)
        except ValueError:
            return True
        return self.graded[number] > seen + timedelta(seconds=60)

    def _unformatted(self, text):
        """Read a number as Moodle and PHP do: 7,5 is 7 where the sign is a point."""
        text = text.replace(" ", "")
        if self.language != "en":
            text = text.replace(",", ".")
        found = re.match(r"-?\d+(\.\d*)?", text)
        return float(found[0]) if found else None

    def _is_taken(self, number, value):
        if value is None or value == self.grades.get(number) or number in self.locked:
            return False
        return 0 <= value <= self.maximum

    def _number(self, value):
        if value is None:
            return ""
        return f"{value:.2f}".replace(".", "." if self.language == "en" else ",")

    def _date(self, date):
        if date is None:
            return "-"
        return date.strftime(FOREIGN.get(self.language, DATE))


def php_rows(text):
    r"""Read a table as PHP's fgetcsv does, to which \" is no end of a cell."""
    rows, row, cell, quoted, at = [], [], "", False, 0
    text = re.sub(r"\r\n?", "\n", text).strip() + "\n"
    while at < len(text):
        sign, after = text[at], text[at + 1 : at + 2]
        at += 1
        if quoted and (sign == "\\" or sign == after == '"'):
            cell += sign + after * (sign == "\\")
            at += 1
        elif sign == '"':
            quoted = not quoted
        elif not quoted and sign in ",\n":
            row.append(cell)
            cell = ""
            if sign == "\n":
                rows.append(row)
                row = []
        else:
            cell += sign
    assert not quoted
    return rows
