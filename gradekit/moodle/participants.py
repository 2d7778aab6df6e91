"""Who is which participant of an assignment, kept beside what was downloaded for it."""

import csv
import io
from dataclasses import dataclass
from datetime import datetime

from gradekit import atomic

NAME = "participants.csv"
COLUMNS = ["number", "student", "name", "group", "handed_in"]


@dataclass(frozen=True)
class Row:
    """A participant; the time is in UTC, None if it is not known."""

    number: int
    student: str
    name: str
    group: str
    handed_in: datetime | None


def write(folder, rows):
    """Write the table of an assignment.

    Parameters
    ----------
    folder : Path
        downloaded/<assignment>
    rows : list of Row
    """
    file = io.StringIO(newline="")
    table = csv.writer(file)
    table.writerow(COLUMNS)
    for row in rows:
        time = row.handed_in.isoformat(" ") if row.handed_in else ""
        table.writerow([row.number, row.student, row.name, row.group, time])
    atomic.write(folder / NAME, file.getvalue().encode())


def read(folder):
    """Return the table of an assignment, empty if nothing was imported for it."""
    path = folder / NAME
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return [
            Row(
                int(row["number"]),
                row["student"],
                row["name"],
                row["group"],
                datetime.fromisoformat(row["handed_in"]) if row["handed_in"] else None,
            )
            for row in csv.DictReader(file)
        ]
