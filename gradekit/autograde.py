"""nbgrader's Autograde with the kit's rules: regrade by content, follow no link, ask a human."""

import contextlib
import glob
import os
from pathlib import Path

import nbgrader.converters
from nbconvert.exporters import Exporter, NotebookExporter
from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbformat.v4 import new_markdown_cell, new_notebook
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearOutput,
    IgnorePattern,
    LimitOutput,
    OverwriteKernelspec,
)
from traitlets import List, Type

from gradekit import course, fingerprint, submissions
from gradekit.preprocessors import Execute, HideTests, RestoreCells, SaveAutoGrades

# Lies beside the graded notebooks, so that it vanishes with them when nbgrader removes them.
FINGERPRINT = ".fingerprint"


def is_gradable(student_id):
    """Can nbgrader work with this student id?

    An id with a comma cannot be excluded and shifts the columns of exported grades; one with a
    pattern's signs is not found when it is asked for.
    """
    return not set(student_id) & set(",[]*?+")


class SubmissionExporter(NotebookExporter):
    """Reads a notebook; one that cannot be graded is replaced by the sentence that says why."""

    def from_filename(self, filename, resources=None, **kwargs):
        fault = submissions.fault_of(filename)
        if fault is None:
            return super().from_filename(filename, resources=resources, **kwargs)
        self.log.error(fault)
        notebook = new_notebook(cells=[new_markdown_cell(fault)])
        return self.from_notebook_node(notebook, resources=resources, **kwargs)


class Autograde(nbgrader.converters.Autograde):
    """Grades what changed; a submission's faults become facts that its preprocessors know."""

    exporter_class = Type(SubmissionExporter, klass=Exporter).tag(config=True)

    sanitize_preprocessors = List(
        [ClearOutput, OverwriteKernelspec, RestoreCells, CheckCellMetadata]
    ).tag(config=True)

    autograde_preprocessors = List(
        [
            Execute,
            IgnorePattern,
            ClearMetadataPreprocessor,
            LimitOutput,
            HideTests,
            SaveAutoGrades,
            AssignLatePenalties,
            CheckCellMetadata,
        ]
    ).tag(config=True)

    def start(self):
        """Grade nobody where the assignment cannot run: all would get no points."""
        reason = course.reason_to_skip(self.coursedir.root, self.coursedir.assignment_id)
        if reason:
            self.log.warning(reason)
        else:
            super().start()

    def init_destination(self, assignment_id, student_id):
        """Shall this submission be graded? Yes if anything that its scores depend on changed."""
        if not is_gradable(student_id):
            self.log.error(
                "%r is no student id: rename the folder, without , [ ] * ? +", student_id
            )
            return False
        whole = self.coursedir.notebook_id == "*"
        if whole and not self.force and self._is_current(assignment_id, student_id):
            self.log.info("Nothing changed since %s was graded", student_id)
            return False
        force, self.force = self.force, True
        try:
            return super().init_destination(assignment_id, student_id)
        finally:
            self.force = force

    def init_notebooks(self):
        """Also find the students who handed in files, and no notebook among them."""
        pattern = self._format_source(self.coursedir.assignment_id, self.coursedir.student_id)
        folders = [folder for folder in glob.glob(pattern) if submissions.files(folder)]
        try:
            super().init_notebooks()
        except NbGraderException:
            if not folders:
                raise
        for folder in folders:
            self.assignments.setdefault(folder, [])

    def init_assignment(self, assignment_id, student_id):
        folder = Path(self._format_source(assignment_id, student_id))
        if self._beside(assignment_id, student_id):
            self._add_missing_notebooks(assignment_id, folder)
        with self._ignoring(submissions.links(folder)):
            super().init_assignment(assignment_id, student_id)

    def init_single_notebook_resources(self, notebook_filename):
        resources = super().init_single_notebook_resources(notebook_filename)
        names = resources["nbgrader"]
        step = self.coursedir.submitted_directory
        folder = self.coursedir.format_path(step, names["student"], names["assignment"])
        path = Path(folder, f"{names['notebook']}.ipynb")
        resources["gradekit"] = {
            "source": str(self._source(names["assignment"]) / path.name),
            "fault": submissions.fault_of(path) if os.path.lexists(path) else None,
            "beside": self._beside(names["assignment"], names["student"]),
        }
        return resources

    def set_permissions(self, assignment_id, student_id):
        """The last step of a submission that was graded: from here on it is current."""
        super().set_permissions(assignment_id, student_id)
        if self.coursedir.notebook_id == "*":
            path = Path(self._format_dest(assignment_id, student_id), FINGERPRINT)
            path.write_text(self._fingerprint(assignment_id, student_id), encoding="ascii")

    def _is_current(self, assignment_id, student_id):
        kept = fingerprint.read(Path(self._format_dest(assignment_id, student_id), FINGERPRINT))
        if kept != self._fingerprint(assignment_id, student_id):
            return False
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            try:
                gradebook.find_submission(assignment_id, student_id)
            except MissingEntry:  # the gradebook was removed, the notebooks were not
                return False
        return True

    def _fingerprint(self, assignment_id, student_id):
        folder = self._format_source(assignment_id, student_id)
        return fingerprint.of_submission(self.coursedir.root, assignment_id, folder)

    def _source(self, assignment_id):
        return Path(self.coursedir.format_path(self.coursedir.source_directory, ".", assignment_id))

    def _beside(self, assignment_id, student_id):
        step = self.coursedir.submitted_directory
        folder = self.coursedir.format_path(step, student_id, assignment_id)
        return submissions.beside(folder, self._source(assignment_id))

    def _add_missing_notebooks(self, assignment_id, folder):
        """Grade what is missing as if it were untouched: a human looks at the files beside it."""
        for source in sorted(self._source(assignment_id).glob("*.ipynb")):
            path = str(folder / source.name)
            if path not in self.notebooks and not os.path.lexists(path):
                self.notebooks.append(path)

    @contextlib.contextmanager
    def _ignoring(self, paths):
        """Keep nbgrader from copying these files."""
        ignore = self.coursedir.ignore
        self.coursedir.ignore = ignore + [glob.escape(os.fspath(path)) for path in paths]
        try:
            yield
        finally:
            self.coursedir.ignore = ignore
