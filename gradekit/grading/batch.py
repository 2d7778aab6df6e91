"""Grades the submissions of an assignment: read, run side by side, recorded one by one."""

import json
import traceback
from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from gradekit import fingerprint
from gradekit.execution.notebook import execute
from gradekit.grading.executors import NoWorkers, reason
from gradekit.grading.record import GradebookLocked
from gradekit.grading.submission import Note, Submission

# Without these grading cannot go on.
_FATAL = (NoWorkers, GradebookLocked)


@dataclass
class Task:
    """A submission to grade.

    Attributes
    ----------
    student : str
    folder, place : Path
        Its folders in submitted/ and in autograded/.
    mark : str
        Its fingerprint.
    submission : submission.Submission
        Known from when it was read.
    running : set of Future
    """

    student: str
    folder: Path
    place: Path
    mark: str
    submission: Submission | None = None
    running: set = field(default_factory=set)


class Batch:
    """One run over submissions.

    Parameters
    ----------
    steps : steps.Steps
    recorder : record.Recorder
    executor : concurrent.futures.Executor
    slots : int
        How many notebooks it runs at once.
    progress : progress.Progress
    log : logging.Logger

    Attributes
    ----------
    submissions : dict of str to submission.Submission
        What was graded, by student.
    """

    def __init__(self, steps, recorder, executor, slots, progress, log):
        self.steps, self.recorder, self.executor = steps, recorder, executor
        self.slots, self.progress, self.log = slots, progress, log
        self.submissions = {}
        self._running = {}

    def run(self, tasks):
        """Grade submissions.

        Raises
        ------
        NoWorkers, GradebookLocked
            If grading cannot go on. What was recorded until then stays.
        """
        for task in tasks:
            self._begin(task)
            # A few more than can run, so that no worker waits; not all, for they take memory.
            while len(self._running) > 2 * self.slots:
                self._collect()
        while self._running:
            self._collect()

    def _begin(self, task):
        try:
            task.submission = self.steps.read(task)
            jobs = self.steps.jobs(task.submission)
        except Exception as error:
            self._give_up(task, error)
            return
        for notebook, job in jobs:
            future = self.executor.submit(execute, job)
            task.running.add(future)
            self._running[future] = task, notebook
        if not jobs:
            self._finish(task)

    def _collect(self):
        """Wait for notebooks that have run, and record the submissions that are complete now."""
        done, _ = wait(self._running, return_when=FIRST_COMPLETED)
        for future in done:
            task, notebook = self._running.pop(future)
            task.running.discard(future)
            self._take(future, notebook)
            if not task.running:
                self._finish(task)

    def _take(self, future, notebook):
        """Let a notebook have what came of running it."""
        try:
            result = future.result()
            nb = nbformat.from_dict(json.loads(result.notebook))
        except _FATAL:
            raise
        except Exception as error:
            self.log.error("%s did not run: %s", notebook.name, error)
            notebook.is_finished = False
            notebook.fail(f"It could not be run: {reason(error)}.")
            return
        notebook.nb = nb
        notebook.notes += [Note(_with_place(event, nb)) for event in result.events]
        if result.fault:
            notebook.fail(result.fault)
        notebook.ask_human |= result.ask_human
        for grade_id, why in result.ask_human.items():
            sentence = f"{grade_id} is to be graded by hand: {why}"
            notebook.notes.append(Note(sentence, asks_human=True))

    def _finish(self, task):
        try:
            self.steps.complete(task.submission)
            self._keep(task)
        except _FATAL:
            raise
        except Exception as error:
            self._give_up(task, error)
        else:
            self._conclude(task)

    def _give_up(self, task, error):
        """Record that the engine itself failed on a submission, for a human to look at."""
        self.log.error("%s: %s", task.folder, "".join(traceback.format_exception(error)))
        sentence = (
            f"This submission could not be graded because of an error in the grading software "
            f"({type(error).__name__}: {error}); its files are as they were."
        )
        task.submission = self.steps.given_up(task, sentence)
        try:
            self._keep(task)
        except _FATAL:
            raise
        except Exception:
            self.log.error("%s: not even that: %s", task.folder, traceback.format_exc())
        self._conclude(task)

    def _keep(self, task):
        """Files first, then the gradebook, and last the mark that says that both are complete.

        Killed in between, a submission has no mark: it is graded again, to the same rows.
        """
        submission = task.submission
        marks = fingerprint.kept(task.place) if not self.steps.is_whole else {}
        fingerprint.forget(task.place)
        self.steps.publish(submission, task.place)
        self.recorder.record(submission)
        self.steps.conclude()
        if submission.is_finished:
            names = [notebook.name for notebook in submission.notebooks] + submission.missing
            fingerprint.keep(task.place, marks | dict.fromkeys(names, task.mark))

    def _conclude(self, task):
        self.submissions[task.student] = task.submission
        task.submission.forget_contents()
        self.progress.tell(task.student)


def _with_place(event, nb):
    """An event's sentence, with the cell that it is about as its student knows it."""
    if event.cell is None or not 0 <= event.cell < len(nb.cells):
        return event.sentence
    count = nb.cells[event.cell].get("execution_count")
    return f"{f'In [{count}]' if count else f'Cell {event.cell + 1}'}: {event.sentence}"
