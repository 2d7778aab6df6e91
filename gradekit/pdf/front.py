"""The first page of feedback: whose it is, the score, and a table of the graded cells."""

import re
from dataclasses import dataclass
from datetime import datetime

from gradekit.pdf.redact import SGR
from gradekit.pdf.typst_text import literal

MAX_REMARK = 110
HEADING = re.compile(r"^#{1,6} +(.*?)[ #]*$", re.MULTILINE)
FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Feedback:
    """What the grader knows about a notebook as a whole.

    Attributes
    ----------
    assignment, notebook : str
        Their names in the gradebook.
    student : str
        The student's id.
    name : str
        First and last name, empty if the gradebook has none.
    late_penalty : float
        Points taken off because the notebook came late.
    handed_in : datetime, optional
        When the student did, with its time zone, if that is known.
    mark_schemes : bool
        Whether the student sees them.
    """

    assignment: str
    notebook: str
    student: str
    name: str = ""
    late_penalty: float = 0.0
    handed_in: datetime | None = None
    mark_schemes: bool = False

    @property
    def who(self):
        """The student's name and id, as far as known."""
        return f"{self.name} ({self.student})" if self.name else self.student


def grading(cell):
    """Return a cell's nbgrader metadata if the cell has a score or a comment, else None."""
    data = cell.metadata.get("nbgrader")
    return data if data and ("score" in data or data.get("comment")) else None


def number(points):
    """Return points as short as possible: 2, 1.5, 0.25."""
    return f"{points:.2f}".rstrip("0").rstrip(".")


def state(data):
    """Return which of the template's badges a graded cell gets."""
    if data.get("needs_manual_grade"):
        return "open"
    if data["score"] <= 0:
        return "zero"
    return "full" if data["score"] >= data["points"] else "part"


def badge(data):
    """Return the badge of a graded cell as Typst code, empty if the cell has no score."""
    if "score" not in data:
        return "none"
    of = number(data["points"])
    text = f"manual / {of}" if state(data) == "open" else f"{number(data['score'])} / {of}"
    if data["score"] and not data["points"]:  # extra credit
        text = f"+{number(data['score'])}"
    return f"badge({literal(state(data))}, {literal(text)})"


def front_page(nb, feedback, remark):
    """Return the head of page one as Typst markup.

    Parameters
    ----------
    nb : NotebookNode
        With the metadata that nbgrader's GetGrades preprocessor adds.
    feedback : Feedback
    remark : callable
        Writes a line of a grader's comment as Typst markup.
    """
    graded = [(at, cell) for at, cell in enumerate(nb.cells) if grading(cell)]
    scores = [cell.metadata.nbgrader for _, cell in graded if "score" in cell.metadata.nbgrader]
    fields = {
        "assignment": literal(feedback.assignment),
        "notebook": literal(feedback.notebook),
        "student": literal(feedback.who),
        "handed-in": literal(_handed_in(feedback.handed_in)),
        "score": literal(number(sum(data["score"] for data in scores) - feedback.late_penalty)),
        "of": literal(number(of)) if (of := sum(data["points"] for data in scores)) else "none",
        "penalty": literal(number(feedback.late_penalty)) if feedback.late_penalty else "none",
        "open": sum(state(data) == "open" for data in scores),
        "rows": f"({''.join(_rows(nb, graded, remark))})",
    }
    return f"#front({', '.join(f'{name}: {value}' for name, value in fields.items())})"


def _handed_in(time):
    return f"Handed in {time:%Y-%m-%d %H:%M %Z}" if time else ""


def _rows(nb, graded, remark):
    """Yield the table's rows; cells under one heading show it once."""
    above = None
    for at, cell in graded:
        data, exercise = cell.metadata.nbgrader, exercise_of(nb, at)
        shown = literal(exercise) if exercise and exercise != above else "none"
        above = exercise
        yield (
            f"(at: <cell-{at}>, exercise: {shown}, id: {literal(data['grade_id'])},"
            f" badge: {badge(data)}, remark: [{_remark(cell, remark)}]), "
        )


def exercise_of(nb, at):
    """Return the nearest heading above a cell, empty if there is none."""
    for cell in reversed(nb.cells[: at + 1]):
        if cell.cell_type == "markdown" and (found := HEADING.findall(FENCED.sub("", cell.source))):
            return found[-1].replace("`", "").replace("*", "")
    return ""


def _remark(cell, remark):
    """Return the comment, or the first line of the message of a test that failed."""
    comment = cell.metadata.nbgrader.get("comment") or ""
    failed = [output for output in cell.get("outputs", []) if output["output_type"] == "error"]
    if failed and not comment:
        return f"#{literal(_first_line(SGR.sub('', failed[0]['evalue']) or failed[0]['ename']))}"
    # What is cut need not be Markdown any more.
    line = _first_line(comment)
    return remark(line) if line in comment else f"#{literal(line)}"


def _first_line(text):
    line = " ".join(text.strip().split("\n", 1)[0].split())
    return line if len(line) <= MAX_REMARK else line[:MAX_REMARK].rsplit(" ", 1)[0] + " ..."
