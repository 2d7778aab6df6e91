"""What is done to one submission before and after its notebooks run."""

import inspect
import json

from nbgrader import preprocessors

from gradekit.execution.job import Job
from gradekit.grading import publishing
from gradekit.preprocessors import HideTests

# What the engine does itself. Others that a course has added to nbgrader's two lists run, too.
_REPLACED = (
    preprocessors.AssignLatePenalties,
    preprocessors.CheckCellMetadata,
    preprocessors.DeduplicateIds,
    preprocessors.Execute,
    preprocessors.OverwriteCells,
    preprocessors.OverwriteKernelspec,
    preprocessors.SaveAutoGrades,
)


class Steps:
    """The steps of grading for the submissions of one assignment.

    Parameters
    ----------
    converter : gradekit.autograde.Autograde
        Has the settings.
    assignment : assignment.Assignment
    reader : submission.Reader
    rehearsals : dict of str to Rehearsal
        What is known of the assignment's tests, by the notebook's name.
    """

    def __init__(self, converter, assignment, reader, rehearsals):
        self.converter, self.assignment, self.reader = converter, assignment, reader
        self.rehearsals = rehearsals
        self.is_whole = converter.is_whole
        before, after = _split(*converter.steps)
        self._before = [converter.preprocessor(kind) for kind in before]
        self._after = [converter.preprocessor(kind) for kind in [*after, HideTests]]

    def read(self, task):
        """The submission, ready to run."""
        converter = self.converter
        converter.notebooks = [str(path) for path in sorted(task.folder.glob("*.ipynb"))]
        converter.run_pre_convert_hook()
        submission = self.reader.read(task.student, task.folder, converter.is_wanted)
        for notebook in submission.notebooks:
            self._apply(self._before, notebook, submission)
        return submission

    def jobs(self, submission):
        """(notebook, job) for all that is to run."""
        if not self.converter.executes:
            return []
        return [
            (notebook, self._job(notebook, submission))
            for notebook in submission.notebooks
            if notebook.fault is None
        ]

    def complete(self, submission):
        """Bring executed notebooks into the form in which they are kept."""
        for notebook in submission.notebooks:
            self._apply(self._after, notebook, submission)
            publishing.annotate(notebook, submission.notes)

    def publish(self, submission, place):
        """Write a submission to its place in autograded/."""
        names = [notebook.name for notebook in submission.notebooks]
        publishing.clear(place, None if self.is_whole else names)
        publishing.write(place, submission.files, submission.notebooks)
        self.converter.set_permissions(self.assignment.name, submission.student)

    def conclude(self):
        """What comes after a submission is recorded."""
        self.converter.run_post_convert_hook()

    def given_up(self, task, sentence):
        """In place of a submission that the engine failed on: the reason, and nothing to score."""
        submission = self.reader.given_up(task.student, sentence, self.converter.is_wanted)
        for notebook in submission.notebooks:
            publishing.annotate(notebook, [])
        return submission

    def _job(self, notebook, submission):
        source = self.assignment.notebooks[notebook.name]
        rehearsal = self.rehearsals[notebook.name]
        # A test that cannot run apart fails right answers, too.
        notebook.ask_human = dict(rehearsal.together)
        return Job(
            name=f"{submission.student}/{self.assignment.name}/{notebook.name}",
            notebook=json.dumps(notebook.nb),
            source=source.source,
            files=submission.files,
            given=frozenset(self.assignment.files),
            modules=source.modules,
            limits=self.converter.limits,
            unprotected=self.converter.unprotected,
            together=source.together,
            in_place=rehearsal.in_place,
        )

    def _apply(self, steps, notebook, submission):
        resources = {
            "unique_key": notebook.name,
            "output_files_dir": f"{notebook.name}_files",
            "gradekit": {"root": self.converter.coursedir.root},
            "nbgrader": {
                "student": submission.student,
                "assignment": self.assignment.name,
                "notebook": notebook.name,
                "db_url": self.converter.coursedir.db_url,
            },
        }
        for step in steps:
            notebook.nb, resources = step(notebook.nb, resources)


def _split(sanitizing, autograding):
    """nbgrader's two lists as (before, after) the run, without what the engine does itself."""
    runs = [number for number, kind in enumerate(autograding) if _is(kind, preprocessors.Execute)]
    cut = runs[0] if runs else 0
    parts = [*sanitizing, *autograding[:cut]], autograding[cut:]
    return [[kind for kind in part if not _is(kind, _REPLACED)] for part in parts]


def _is(kind, classes):
    return inspect.isclass(kind) and issubclass(kind, classes)
