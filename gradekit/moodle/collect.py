"""nbgrader's zip_collect for Moodle: a zip of submissions and the worksheet, into submitted/.

In nbgrader_config.py::

    c.ZipCollectApp.extractor_plugin = "gradekit.moodle.collect.MoodleExtractor"
    c.ZipCollectApp.collector_plugin = "gradekit.moodle.collect.MoodleCollector"

Both files are put into downloaded/<assignment>/archive/.
"""

import logging
import shutil
import tempfile
from collections import defaultdict
from functools import cached_property
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.plugins import ExtractorPlugin, FileNameCollectorPlugin

from gradekit import atomic, course
from gradekit.moodle import archive, participants, times
from gradekit.moodle.choosing import TIMESTAMP, choose
from gradekit.moodle.handins import Handins
from gradekit.moodle.people import people
from gradekit.moodle.settings import MoodleSettings, worksheet_in

# What nbgrader says of each file; among it nobody would find what has to be read.
ROUTINE = (
    "Directory not found. Creating",
    "Parsing file",
    "Copying from",
    "  Copying to",
    "Creating timestamp",
    "Found collected timestamp",
)


class MoodleExtractor(MoodleSettings, ExtractorPlugin):
    """Unpacks submissions, gives each student a folder, and says what was not as it should be."""

    def extract(self, archive_path, extracted_path):
        """Write extracted/<student>/ for every submission that is new or changed.

        An older version in submitted/ is moved aside first.

        Parameters
        ----------
        archive_path, extracted_path : str
        """
        if self.parent.log_level > logging.DEBUG:
            self.log.addFilter(_is_worth_reading)
        try:
            _Import(self, Path(archive_path), Path(extracted_path)).run()
        except course.CourseError as error:
            self.parent.fail(str(error))


class MoodleCollector(MoodleSettings, FileNameCollectorPlugin):
    """Tells zip_collect whose file one in extracted/ is."""

    def collect(self, submitted_file):
        """Return student, path within the submission, and time, for one extracted file."""
        student, *rest = Path(submitted_file).relative_to(self._extracted).parts
        found = {"student_id": student, "file_id": "/".join(rest)}
        time = self._times.get(student)
        return {**found, "timestamp": time} if time else found

    @cached_property
    def _extracted(self):
        return self.parent._format_collect_path(self.parent.extracted_directory)

    @cached_property
    def _times(self):
        rows = participants.read(Path(self._extracted).parent)
        return {row.student: row.handed_in for row in rows}


class _Import:
    """One run of zip_collect."""

    def __init__(self, plugin, source, target):
        self.plugin, self.source, self.target = plugin, source, target
        self.coursedir = plugin.parent.coursedir
        self.assignment = self.coursedir.assignment_id
        self.told = {}

    def run(self):
        sheet = worksheet_in(self.source, self.plugin.headers)
        persons, remarks = people(sheet.participants)
        released = self._released()
        zips = sorted(path for path in self.source.iterdir() if path.suffix.lower() == ".zip")
        if not zips:
            raise course.CourseError(
                f"{self.source} has no zip: put Moodle's zip of all submissions there."
            )
        with tempfile.TemporaryDirectory(dir=self.source.parent) as folder:
            handins = Handins(Path(folder), sheet.participants, sheet.has_groups)
            for path in zips:
                for name, data in archive.files(path, handins.problem):
                    handins.add(name, data)
            strangers = handins.only_strangers()
            if strangers:
                raise course.CourseError(
                    f"{sheet.name} has none of the {len(strangers)} who handed in: is it of "
                    f"another assignment than the zip? Nothing was changed. {strangers[0]}"
                )
            new = [self._take(person, handins, released) for person in persons]
        self._write_roster(persons)
        rows = self._write_participants(persons, sheet)
        self._report(persons, handins, remarks, new)
        self._correct_times(rows, new)
        if sheet.has_groups:
            self._report_teams(persons, new)

    def _released(self):
        """The students' notebooks, with the ids of their cells."""
        return {
            path.name: {course.grade_id(cell) for cell in course.read_notebook(path).cells} - {None}
            for path in course.notebooks(self.coursedir.root, self.assignment)
        }

    def _take(self, person, handins, released):
        """Put a student's files into extracted/ if they are new or changed; says which."""
        files = handins.of(person)
        if not files:
            return "missing"
        places, told = choose(files, released)
        self.told.setdefault(person.id, []).extend(told)
        wanted = {place: files[path] for path, place in places.items()}
        place = self._submitted(person.id)
        before = _content(place)
        if before == wanted:
            return "unchanged"
        if before:
            aside = self._aside(person)
            shutil.move(place, aside)
            where = aside.relative_to(self.coursedir.root)
            self.told[person.id].append(f"an earlier version was replaced; it is in {where}")
        for name, data in wanted.items():
            path = self.target / person.id / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return "changed" if before else "new"

    def _submitted(self, student):
        folder = self.coursedir.submitted_directory
        return Path(self.coursedir.format_path(folder, student, self.assignment))

    def _aside(self, person):
        folder = self.source.parent / "replaced"
        folder.mkdir(exist_ok=True)
        taken = len(list(folder.glob(f"{person.id}-*")))
        return folder / f"{person.id}-{taken + 1}"

    def _write_roster(self, persons):
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as book:
            for person in persons:
                given = {
                    "first_name": person.first_name,
                    "last_name": person.last_name,
                    "email": person.email,
                }
                known = {key: value for key, value in given.items() if value}
                book.update_or_create_student(person.id, **known)

    def _write_participants(self, persons, sheet):
        zone, unread = self.plugin.zone, []
        rows = []
        for person, one in zip(persons, sheet.participants, strict=True):
            time = times.parse(one.handed_in, zone)
            if time is None and any(sign.isdigit() for sign in one.handed_in):
                unread.append(one.handed_in)
            name = one.name or person.name
            rows.append(participants.Row(person.number, person.id, name, person.group, time))
        participants.write(self.source.parent, rows)
        self._warn_of_times(unread)
        return rows

    def _warn_of_times(self, unread):
        if unread:
            self.plugin.log.warning(
                "%d times of hand-ins cannot be read, such as %r: these submissions have no time, "
                "and nobody is late.",
                len(unread),
                unread[0],
            )

    def _report(self, persons, handins, remarks, new):
        log = self.plugin.log
        for remark in remarks:
            log.warning(remark)
        for sentence in handins.unknown():
            log.warning(sentence)
        for person in persons:
            for sentence in self.told.get(person.id, []) + handins.told(person):
                log.warning("%s: %s", person.name, sentence)
        counts = ", ".join(f"{new.count(kind)} {kind}" for kind in ("new", "changed", "unchanged"))
        here = len(new) - new.count("missing")
        log.info("%d of %d participants handed in: %s.", here, len(new), counts)

    def _correct_times(self, rows, new):
        """Write the times of what was there already: the time zone may have been another one."""
        corrected = 0
        for row, kind in zip(rows, new, strict=True):
            path = self._submitted(row.student) / TIMESTAMP
            text = row.handed_in.isoformat(" ") if row.handed_in else ""
            before = path.read_text(encoding="utf-8") if path.exists() else ""
            if kind == "unchanged" and text and text != before:
                atomic.write(path, text.encode())
                corrected += 1
        if corrected:
            self.plugin.log.info("%d of them with another time of the hand-in.", corrected)

    def _report_teams(self, persons, new):
        """Say for whom each team handed in; Moodle's zip does not say which member did it."""
        members = defaultdict(list)
        for person, kind in zip(persons, new, strict=True):
            if kind != "missing":
                members[person.group].append(person.name)
        for team, names in members.items():
            self.plugin.log.info("%s handed in for %s.", team or "No team", ", ".join(names))


def _is_worth_reading(record):
    return not record.getMessage().startswith(ROUTINE)


def _content(folder):
    """What lies in a folder, but for the time that zip_collect writes."""
    if not folder.is_dir():
        return {}
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path != folder / TIMESTAMP
    }
