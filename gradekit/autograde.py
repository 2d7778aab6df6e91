"""nbgrader's Autograde with the kit's engine: sanitize, run side by side, record in one place."""

import contextlib
import fnmatch
import functools
import glob
import inspect
import logging
import os
import re
import unicodedata
from pathlib import Path

import nbgrader.converters
from nbgrader import preprocessors
from nbgrader.api import Gradebook
from nbgrader.converters.base import NbGraderException
from traitlets import Bool, Integer, Unicode
from traitlets.utils.importstring import import_item

from gradekit import course, fingerprint, submissions
from gradekit.deadlines import Deadlines
from gradekit.execution.job import MIB, Limits
from gradekit.grading import assignment as assignments
from gradekit.grading import cluster, executors, rehearsals, summary
from gradekit.grading.batch import Batch, Task
from gradekit.grading.progress import Progress
from gradekit.grading.record import GradebookLocked, Recorder, patiently
from gradekit.grading.steps import Steps
from gradekit.grading.submission import Reader

RENAME = "rename the folder, an id has none of , [ ] * ? + and no sign that cannot be shown"


def is_gradable(student_id):
    """Can nbgrader work with this student id?

    An id with a comma cannot be excluded and shifts the columns of exported grades; one with a
    pattern's signs is not found when it is asked for; no gradebook holds a name in another encoding
    than the system's, and no log should hold an id of two lines.
    """
    kinds = {unicodedata.category(sign) for sign in student_id}
    return not set(student_id) & set(",[]*?+") and not kinds & {"Cc", "Cs"}


class NotAllGraded(NbGraderException):
    """Somebody could not be graded, or not to the end; all others are."""


class Autograde(nbgrader.converters.Autograde):
    """Grades what changed; whatever a submission is like, the others are graded.

    Attributes
    ----------
    out : file or None
        Where progress is told, other than in the log.
    submissions : dict of str to gradekit.grading.submission.Submission
        What the last run graded, by student.
    """

    workers = Integer(
        0, min=0, help="Notebooks that run at the same time; 0: as many as there are processors."
    ).tag(config=True)
    scheduler = Unicode(
        "",
        help="Address of a Dask scheduler on whose cluster notebooks run, for instance "
        "tcp://10.0.0.1:8786; empty: they run on this machine.",
    ).tag(config=True)
    unprotected = Bool(
        False, help="Whether to run notebooks where the system has no sandbox for them."
    ).tag(config=True)
    notebook_timeout = Integer(
        600, min=1, help="Seconds that a notebook may take; Execute.timeout is for one cell."
    ).tag(config=True)
    memory_limit = Integer(2048, min=64, help="MiB that a notebook's processes may use.").tag(
        config=True
    )
    process_limit = Integer(64, min=8, help="Processes and threads of a notebook at a time.").tag(
        config=True
    )
    file_limit = Integer(256, min=1, help="MiB that a notebook may write to files.").tag(
        config=True
    )
    output_limit = Integer(8, min=1, help="MiB of output that are kept of a cell.").tag(config=True)

    out = None
    submissions = {}

    def start(self):
        """Grade nobody where the assignment cannot run: all would get no points."""
        self.submissions, self._refused = {}, []
        reason = course.reason_to_skip(self.coursedir.root, self.coursedir.assignment_id)
        if reason:
            self.log.warning(reason)
        else:
            super().start()

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

    def convert_notebooks(self):
        """Grade the submissions that were found.

        Raises
        ------
        NotAllGraded
            If somebody could not be graded, or not to the end; all others are.
        NbGraderException
            If the run ended early; what was graded until then is recorded.
        """
        folders = {}
        for folder in sorted(self.assignments):
            assignment, student = self._names(folder)
            folders.setdefault(assignment, {})[student] = Path(folder)
        try:
            for assignment in folders:
                self._grade(assignment, folders[assignment])
        except (course.CourseError, executors.NoWorkers, GradebookLocked) as error:
            self.log.error(str(error))
            raise NbGraderException(str(error)) from None
        except KeyboardInterrupt:
            self.log.error("Canceled; the same command goes on from here.")
            raise
        for line in summary.lines(self.submissions):
            self.log.warning(line)
        asking = [s for s, graded in self.submissions.items() if graded.asks_human]
        if asking or self._refused:
            raise NotAllGraded(f"Not graded to the end: {', '.join(asking + self._refused)}")

    def set_permissions(self, assignment_id, student_id):
        """As nbgrader does, without a line in the log for each submission."""
        level = self.log.getEffectiveLevel()
        self.log.setLevel(max(level, logging.WARNING))
        try:
            super().set_permissions(assignment_id, student_id)
        finally:
            self.log.setLevel(level)

    def _names(self, folder):
        """The assignment and the student that a folder of submitted/ belongs to."""
        pattern = self._format_source("(?P<assignment>.*)", "(?P<student>.*)", escape=True)
        return re.match(pattern, folder, re.DOTALL).group("assignment", "student")

    def _grade(self, name, folders):
        settings = self.coursedir.db_url, self.coursedir.course_id
        with patiently(lambda: Gradebook(*settings), self.log) as gradebook:
            assignment = patiently(
                lambda: assignments.read(gradebook, self.coursedir, name), self.log
            )
            patiently(lambda: Deadlines(parent=self).write(gradebook, name), self.log)
            recorder = Recorder(gradebook, assignment, self._penalty, self.log)
            known = patiently(recorder.read_students, self.log)
            found = self._tasks(assignment, folders, known[0])
            tasks = [task for task in found if self._is_due(task, assignment, known[1])]
            self._tell(f"{len(tasks)} of {len(found)} submissions are new or changed")
            if not tasks:
                return
            with self._started_executor() as (executor, slots):
                steps = self._steps(assignment, executor)
                progress = Progress(len(tasks), self.log, self.out)
                batch = Batch(steps, recorder, executor, slots, progress, self.log)
                with progress.shown():
                    batch.run(tasks)
                self.submissions |= batch.submissions

    def _tell(self, line):
        if self.out is None:
            self.log.info(line)
        else:
            print(line, file=self.out, flush=True)

    def _steps(self, assignment, executor):
        keep = set(self.exclude_overwriting.get(assignment.name, []))
        source = self._source(assignment.name)
        reader = Reader(assignment, source, self.coursedir.ignore, keep)
        found = rehearsals.of(assignment, self.limits, executor) if self.executes else {}
        for name, rehearsal in found.items():
            for sentence in rehearsal.sentences:
                self.log.warning("%s.ipynb in source/: %s", name, sentence)
        return Steps(self, assignment, reader, found)

    def _tasks(self, assignment, folders, students):
        """The submissions that can be graded.

        Parameters
        ----------
        assignment : assignment.Assignment
        folders : dict of str to Path
            Submissions by student.
        students : set of str
            Ids of all whom the gradebook knows.
        """
        modules = {}
        for notebook in assignment.notebooks.values():
            modules |= notebook.modules.files
        marks = fingerprint.Assignment(
            self.coursedir.root, self._source(assignment.name), modules, repr(self.limits)
        )
        excluded = self.coursedir.student_id_exclude.split(",")
        tasks = []
        for student, folder in folders.items():
            if student in excluded or self._refuses(student, students):
                continue
            place = Path(os.path.normpath(self._format_dest(assignment.name, student)))
            tasks.append(Task(student, folder, place, marks.of(folder)))
        return tasks

    def _refuses(self, student, students):
        if not is_gradable(student):
            reason = f"{student!r} is no student id: {RENAME}"
        elif not self.create_student and student not in students:
            reason = f"No student with ID '{student}' exists in the database"
        else:
            return False
        self.log.error(reason)
        self._refused.append(student)
        return True

    def _is_due(self, task, assignment, graded):
        """Is anything that is asked for not graded, or changed since?"""
        if self.force or task.student not in graded:
            return True
        kept = fingerprint.kept(task.place)
        if self.is_whole:
            return any(kept.get(name) != task.mark for name in assignment.notebooks)
        asked = [Path(path).stem for path in self.assignments[str(task.folder)]]
        return any(
            kept.get(name) != task.mark or not (task.place / f"{name}.ipynb").exists()
            for name in asked
            if name in assignment.notebooks
        )

    def _source(self, name):
        return Path(self.coursedir.format_path(self.coursedir.source_directory, ".", name))

    # --- what the steps of grading ask for ------------------------------------------------------

    @property
    def is_whole(self):
        """Are all notebooks of the assignment to be graded?"""
        return self.coursedir.notebook_id == "*"

    def is_wanted(self, name):
        """Is this notebook to be graded?"""
        return fnmatch.fnmatchcase(name, self.coursedir.notebook_id)

    def preprocessor(self, kind):
        """One of nbgrader's steps, with its settings."""
        return kind(parent=self.exporter) if inspect.isclass(kind) else kind

    @property
    def steps(self):
        """(sanitizing, autograding): nbgrader's two lists, in which names may stand for classes."""
        lists = self.sanitize_preprocessors, self.autograde_preprocessors
        return [
            [import_item(kind) if isinstance(kind, str) else kind for kind in kinds]
            for kinds in lists
        ]

    @functools.cached_property
    def _execute(self):
        return preprocessors.Execute(parent=self)

    @property
    def executes(self):
        """Do notebooks run? They do not with --no-execute."""
        return self._execute.enabled

    @property
    def limits(self):
        """What a notebook may use."""
        seconds = self._execute.timeout
        return Limits(
            cell_seconds=seconds if seconds and seconds > 0 else self.notebook_timeout,
            notebook_seconds=self.notebook_timeout,
            memory=self.memory_limit * MIB,
            processes=self.process_limit,
            file_size=self.file_limit * MIB,
            output=self.output_limit * MIB,
        )

    @property
    def patience(self):
        """Seconds after which a worker is given up: it ends every notebook in time, or is broken.

        The longest that a worker is asked for are the three runs of a rehearsal.
        """
        return 3 * self.notebook_timeout + 60

    def _penalty(self, student, row, seconds_late):
        """What a late notebook loses, by nbgrader's plugin."""
        step = preprocessors.AssignLatePenalties(parent=self)
        if not step.enabled:
            return None
        step.init_plugin()
        penalty = step.plugin_inst.late_submission_penalty(student, row.score, seconds_late)
        return None if penalty is None else step._check_late_penalty(row, penalty)

    @contextlib.contextmanager
    def _started_executor(self):
        """Where notebooks run, and how many of them at once."""
        if self.scheduler:
            executor, slots = cluster.connect(self.scheduler)
        else:
            slots = self.workers or executors.cores()
            executor = executors.LocalWorkers(slots, self.patience)
        complete = False
        try:
            protections = executor.protections()
            executors.refuse_unprotected(protections, self.unprotected)
            for sentence in sorted({protection.sentence for protection in protections}):
                self.log.info(sentence)
            yield executor, slots
            complete = True
        finally:
            executor.shutdown(cancel_futures=not complete)
