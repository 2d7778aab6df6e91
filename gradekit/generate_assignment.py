"""nbgrader's GenerateAssignment, made so that a release that fails leaves the old one."""

import os
import tempfile
from pathlib import Path

import nbgrader.converters
from traitlets import Unicode

from gradekit import library_part


class GenerateAssignment(nbgrader.converters.GenerateAssignment):
    """Makes the students' version beside the old one, which it replaces when it is complete.

    nbgrader's own removes the old version first. It also skips an assignment whose students'
    version exists, and then registers nothing in a new gradebook; this one never skips. Of the
    course's library students get what the assignment uses.
    """

    library = Unicode(
        "nn_utils.py",
        help="A module beside the notebooks, which is cut down to what they use; '' for none.",
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
