"""nbgrader's GenerateAssignment, made so that a release that fails leaves the old one."""

import os
import tempfile
from pathlib import Path

import nbgrader.converters
from nbgrader.api import Gradebook
from nbgrader.converters.base import NbGraderException
from traitlets import Bool, Unicode

from gradekit import course, library_part
from gradekit.autograde import Autograde
from gradekit.grading import assignment as assignments
from gradekit.grading import executors, rehearsals


class GenerateAssignment(nbgrader.converters.GenerateAssignment):
    """Makes the students' version beside the old one, which it replaces when it is complete.

    nbgrader's own removes the old version first. It also skips an assignment whose students'
    version exists, and then registers nothing in a new gradebook; this one never skips. The
    reference solution runs as students' answers will, so that a test that cannot be graded is found
    now. Of the course's library students get what the assignment uses.
    """

    library = Unicode(
        "", help="File name of a module beside the notebooks that is cut down to what they use."
    ).tag(config=True)
    rehearse = Bool(
        True, help="Whether to run the reference solution to see that its tests can be graded."
    ).tag(config=True)

    @property
    def _output_directory(self):
        return self._beside or self.coursedir.release_directory

    _beside = None

    def convert_notebooks(self):
        release = self._released(".")
        release.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".release-", dir=release.parent) as beside:
            self._beside = beside
            try:
                super().convert_notebooks()
            finally:
                self._beside = None
            for made in sorted(Path(beside).iterdir()):
                if self.rehearse and not self.no_database:
                    self._rehearse(made.name)
                if self.library and (made / self.library).exists():
                    library_part.shorten(made, self.library)
                self._put_in_place(made, self._released(made.name), Path(beside))

    def set_permissions(self, assignment_id, student_id):
        """nbgrader sets those of the files only, so folders followed the instructor's umask."""
        super().set_permissions(assignment_id, student_id)
        for folder, _, _ in os.walk(self._format_dest(assignment_id, student_id)):
            os.chmod(folder, os.stat(folder).st_mode | 0o755)

    def _released(self, assignment_id):
        step = self.coursedir.release_directory
        return Path(os.path.normpath(self.coursedir.format_path(step, ".", assignment_id)))

    def _put_in_place(self, made, place, beside):
        place.parent.mkdir(exist_ok=True)
        if place.exists():
            place.rename(beside / f"old-{made.name}")
        made.rename(place)

    def _rehearse(self, name):
        """Tell what the reference solution shows about the tests.

        Raises
        ------
        NbGraderException
            If a test gives more points than it has, which nobody can mean.
        """
        if why := course.reason_to_skip(self.coursedir.root, name):
            self.log.warning("The reference solution was not run: %s", why)
            return
        try:
            found = self._rehearsals(name)
        except (course.CourseError, executors.NoWorkers) as error:
            self.log.warning("The reference solution of %s was not run: %s", name, error)
            return
        for notebook, rehearsal in found.items():
            for sentence in rehearsal.sentences:
                self.log.warning("%s.ipynb: %s", notebook, sentence)
            for cell, reason in rehearsal.exceeded.items():
                raise NbGraderException(f"{notebook}.ipynb: {cell}: {reason}")

    def _rehearsals(self, name):
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            assignment = assignments.read(gradebook, self.coursedir, name)
        grader = Autograde(coursedir=self.coursedir, parent=self)
        count = min(executors.cores(), len(assignment.notebooks))
        with executors.LocalWorkers(count, grader.patience) as workers:
            return rehearsals.of(assignment, grader.limits, workers)
