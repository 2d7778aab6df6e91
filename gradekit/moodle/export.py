"""nbgrader's export for Moodle: the filled worksheet, and a zip of feedback.

    nbgrader export --exporter=gradekit.moodle.export.MoodleExporter --assignment a1

tells what would change; with --MoodleExporter.write=True the two files are written.
"""

import io
import zipfile
from collections import defaultdict
from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import ExportPlugin
from traitlets import Bool

from gradekit import atomic, course
from gradekit.moodle import participants
from gradekit.moodle.grades import UNCHANGED, changes
from gradekit.moodle.settings import MoodleSettings, worksheet_in
from gradekit.moodle.worksheet import Worksheet

# The same files give the same zip. Zip knows no earlier date.
_DATE = (1980, 1, 1, 0, 0, 0)
TICK_THE_BOX = (
    "{count} of them replace what is in Moodle: when you upload the worksheet, tick 'Allow "
    "updating records that have been modified more recently in Moodle than in the spreadsheet'."
)


class MoodleExporter(MoodleSettings, ExportPlugin):
    """Writes grades into a copy of Moodle's worksheet, and feedback into a zip that it takes."""

    write = Bool(False, help="Whether to write; otherwise it is only told what would change.").tag(
        config=True
    )
    waiting = Bool(
        False, help="Whether grades go out of which a human has not yet graded all parts."
    ).tag(config=True)

    def export(self, gradebook):
        """Tell what changes, and write if that is asked for.

        Parameters
        ----------
        gradebook : nbgrader.api.Gradebook
        """
        try:
            if len(self.assignment) != 1:
                raise course.CourseError("Name one assignment: --assignment a1.")
            self._export(gradebook, str(self.assignment[0]))
        except course.CourseError as error:
            self.parent.fail(str(error))

    def _export(self, gradebook, assignment):
        coursedir = CourseDirectory(parent=self.parent)
        folder = Path(coursedir.root, "downloaded", assignment)
        sheet = worksheet_in(folder / "archive", self.headers)
        if sheet.is_scale:
            raise course.CourseError(
                "The assignment is graded by a scale of words in Moodle; change it to points there."
            )
        rows = participants.read(folder)
        if not rows:
            raise course.CourseError(
                f"Nobody knows yet who is who in {assignment}: run `nbgrader zip_collect "
                f"{assignment}` first."
            )
        if not {row.number for row in rows} & {one.number for one in sheet.participants}:
            raise course.CourseError(
                f"{sheet.name} has none of the participants that zip_collect found in "
                f"{assignment}: it is of another assignment; download it again."
            )
        found = changes(gradebook, assignment, sheet, rows, self.waiting)
        if self.student:
            found = [one for one in found if one.student in map(str, self.student)]
        feedback = list(_feedback(coursedir, assignment, found))
        place = Path(self.to) if self.to else folder
        print(_table(found))
        self._remarks(sheet, found, feedback)
        self._remark_on_last(place / f"{assignment}_grades.csv", found)
        if not self.write:
            print("Nothing was written; --MoodleExporter.write=True writes it.")
            return
        if place.suffix.lower() in (".csv", ".zip") or place.is_file():
            raise course.CourseError(f"--to={self.to} is no folder: two files are written to it.")
        place.mkdir(parents=True, exist_ok=True)
        grades = {one.number: f"{one.new:.2f}" for one in found if one.goes_out}
        comments = {one.number: one.comment for one in found if one.comment_goes_out}
        _replace(place / f"{assignment}_grades.csv", sheet.filled(grades, comments))
        _replace(place / f"{assignment}_feedback.zip", _zip(feedback))

    def _remarks(self, sheet, found, feedback):
        going = [one for one in found if one.goes_out]
        print(f"{len(going)} grades and {len(feedback)} PDFs for {len(found)} participants.")
        replaced = sum(bool(one.comment_before) and one.comment_goes_out for one in found)
        if replaced and sheet.has_comments:
            print(f"Comments in Moodle that are replaced: {replaced}.")
        before = sum(one.old is not None for one in going)
        if before or replaced:
            print(TICK_THE_BOX.format(count=max(before, replaced)))
        for sentence in _different_in_teams(found):
            print(sentence)
        if going and not sheet.has_maximum:
            print("The worksheet does not say what the most points are: grades are nbgrader's.")
        if sheet.resaved:
            print(f"The worksheet was saved by another program ({sheet.resaved}); it goes back as "
                  "Moodle writes it.")

    def _remark_on_last(self, path, found):
        """Say so if the worksheet seems to be older than what was exported last.

        Moodle would leave out every grade that it got since then, without a word.
        """
        try:
            last = Worksheet(path.read_bytes(), path.name, self.headers).participants
        except (OSError, course.CourseError):
            return
        grades = {one.number: one.grade for one in last if one.grade is not None}
        count = sum(one.goes_out and grades.get(one.number, one.old) != one.old for one in found)
        if count:
            print(
                f"{count} of them have another grade in {path.name}, which was exported before. "
                "It was not uploaded, or Moodle skipped them, or the worksheet is older: then "
                "download it again first."
            )


def _different_in_teams(found):
    """Yield sentences about teams of which not all members get the same grade."""
    teams = defaultdict(list)
    for one in found:
        if one.group and one.new is not None:
            teams[one.group].append(one)
    for team, members in teams.items():
        if len({member.new for member in members}) > 1:
            grades = ", ".join(f"{member.name} {member.new:.2f}" for member in members)
            yield f"{team}: its members have different grades ({grades})."


def _feedback(coursedir, assignment, found):
    """Yield the path in the zip and the file of each participant's feedback."""
    names = [path.stem for path in course.notebooks(coursedir.root, assignment)]
    for one in found:
        if not one.student or one.skipped.endswith("to grade by hand"):
            continue
        folder = Path(coursedir.format_path(coursedir.feedback_directory, one.student, assignment))
        for name in names:
            path = folder / f"{name}.pdf"
            if path.exists():
                yield f"{_folder(one)}/{name}_feedback.pdf", path


def _folder(one):
    """Name a folder as Moodle reads it back: by the number; the name is for humans.

    With the underscore at the end versions before 4.1 take it, too.
    """
    name = " ".join("".join(" " if sign in '_/\\:*?"<>|' else sign for sign in one.name).split())
    return f"{name or 'student'}_{one.number}_assignsubmission_file_"


def _zip(feedback):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, path in feedback:
            archive.writestr(zipfile.ZipInfo(name, _DATE), path.read_bytes())
    return out.getvalue()


def _table(found):
    head = ("participant", "student", "in Moodle", "new", "")
    lines = [
        (str(one.number), one.name, _shown(one.old), _shown(one.new), _remark(one)) for one in found
    ]
    widths = [max(len(line[at]) for line in [head, *lines]) for at in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in [head, *lines]
    )


def _remark(one):
    new_comment = one.skipped == UNCHANGED and one.comment_goes_out
    return "unchanged, but a new comment" if new_comment else one.skipped


def _shown(points):
    return "-" if points is None else f"{points:.2f}"


def _replace(path, content):
    atomic.write(path, content)
    print(f"wrote {path}")
