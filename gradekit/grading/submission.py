"""A submission as it is graded: its notebooks made sound, its files read, its oddities noted."""

import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path

from dateutil.tz import gettz
from nbformat.v4 import new_notebook
from nbgrader.utils import parse_utc

from gradekit import course, submissions
from gradekit.grading import folders, reading
from gradekit.grading.recognition import recognize
from gradekit.grading.restoring import restore

_PYTHON = ("python", "ipython")


@dataclass(frozen=True)
class Note:
    """A sentence for student and instructor, which may ask the latter for a grade."""

    sentence: str
    asks_human: bool = False


@dataclass
class Notebook:
    """A submitted notebook.

    Attributes
    ----------
    name : str
        As in the assignment, whatever the file's name is.
    nb : NotebookNode
        Restored, and later executed.
    notes : list of Note
    fault : str or None
        Why it could not be read, or run to its end.
    ask_human : dict of str to str
        Ids of test cells that a human has to grade, and why.
    is_finished : bool
        Whether running it again would come to the same.
    """

    name: str
    nb: object
    notes: list = field(default_factory=list)
    fault: str | None = None
    ask_human: dict = field(default_factory=dict)
    is_finished: bool = True

    def fail(self, sentence):
        """It cannot be graded to its end; a human has to look at it."""
        self.fault = self.fault or sentence
        self.notes.append(Note(sentence, asks_human=True))


@dataclass
class Submission:
    """What one student handed in.

    Attributes
    ----------
    student : str
    notebooks : list of Notebook
        Those that are graded.
    missing : list of str
        Names of notebooks that were not handed in, and nothing in their place.
    files : dict of str to bytes
        What lies beside the notebooks while they run, by relative path.
    beside : list of str
        The submitted files that do not belong to the assignment.
    timestamp : datetime or None
        When it was handed in, as far as known.
    notes : list of Note
        About the submission as a whole.
    is_given_up : bool
        Whether the engine itself failed on it.
    """

    student: str
    notebooks: list
    missing: list
    files: dict
    beside: list
    timestamp: object = None
    notes: list = field(default_factory=list)
    is_given_up: bool = False

    @property
    def is_finished(self):
        """Would grading it again come to the same?"""
        return not self.is_given_up and all(notebook.is_finished for notebook in self.notebooks)

    @property
    def all_notes(self):
        """Notes about it and its notebooks."""
        return self.notes + [note for notebook in self.notebooks for note in notebook.notes]

    @property
    def asks_human(self):
        return any(note.asks_human for note in self.all_notes)

    def forget_contents(self):
        """Keep what there is to say about it, and nothing large."""
        self.files = {}
        for notebook in self.notebooks:
            notebook.nb = None


class Reader:
    """Reads submissions of one assignment.

    Parameters
    ----------
    assignment : assignment.Assignment
    source : Path
        Its folder in source/.
    ignore : list of str
        Patterns of the names of files that count for nothing.
    keep : set of str
        Relative paths of files that students may change although source/ has them.
    """

    def __init__(self, assignment, source, ignore, keep=frozenset()):
        self.assignment, self.source = assignment, Path(source)
        self.ignore, self.keep = ignore, keep
        self._modules = assignment.module_names

    def read(self, student, folder, wanted=lambda name: True):
        """Read one submission.

        Parameters
        ----------
        student : str
        folder : Path
        wanted : callable
            Says of a notebook's name whether it is to be graded.
        """
        folder = Path(folder)
        files, notes = self._files(folder)
        paths = self._paths(folder)
        beside = [
            name
            for name in submissions.beside(folder, self.source, self.ignore)
            if folder / name not in paths.values() and not self._is_module(name)
        ]
        names = [name for name in paths if wanted(name)]
        handed_in = [name for name in names if os.path.lexists(paths[name])]
        # What is missing is graded as if it were untouched: a human looks at the files beside it.
        graded = names if beside else handed_in
        timestamp, told = _timestamp(folder)
        return Submission(
            student=student,
            notebooks=[self._notebook(name, paths[name]) for name in graded],
            missing=[name for name in names if name not in graded],
            files=files,
            beside=beside,
            timestamp=timestamp,
            notes=notes + told,
        )

    def given_up(self, student, sentence, wanted=lambda name: True):
        """In place of a submission that the engine failed on: the reason, and nothing to score."""
        names = filter(wanted, self.assignment.notebooks)
        notebooks = [self._placeholder(name, sentence, is_fault=True) for name in names]
        return Submission(student, notebooks, [], {}, [], is_given_up=True)

    def _files(self, folder):
        """The course's files and the student's; where both have one, the course's."""
        if folder.is_symlink() or folder.parent.is_symlink():
            return dict(self.assignment.files), []
        submitted, left_out = folders.read(folder, self.ignore, follow=False)
        files = {**submitted, **self.assignment.files}
        files.update({name: submitted[name] for name in self.keep & submitted.keys()})
        for name in submitted.keys() - self.assignment.files.keys() - self.keep:
            if self._is_module(name):
                left_out[name.partition("/")[0]] = "is a module of the course, whose own is used"
                del files[name]
            elif self._is_in_the_way(name):
                left_out[name] = "stands where the course has a file, and was left out"
                del files[name]
        notes = [Note(f"{folders.shown(name)} {why}.") for name, why in sorted(left_out.items())]
        return files, notes

    def _is_module(self, name):
        """Would this file be what an import of one of the course's modules finds?"""
        return name.partition("/")[0].removesuffix(".py") in self._modules

    def _is_in_the_way(self, name):
        path, own = Path(name), self.assignment.files
        above = {parent.as_posix() for parent in path.parents}
        return not above.isdisjoint(own) or any(other.startswith(f"{name}/") for other in own)

    def _paths(self, folder):
        """Where each of the assignment's notebooks is: {name: path}; paths need not exist."""
        paths = {name: folder / f"{name}.ipynb" for name in self.assignment.notebooks}
        missing = [name for name, path in paths.items() if not os.path.lexists(path)]
        if missing:
            strangers = sorted(set(folder.glob("*.ipynb")) - set(paths.values()))
            paths.update(self._renamed(missing, strangers))
        return paths

    def _renamed(self, missing, strangers):
        """Missing notebooks for which just one file can stand, and it for no other."""
        candidates = {name: [] for name in missing}
        for path in strangers:
            grade_ids = _grade_ids(path)
            for name in missing:
                if grade_ids & self._own_ids(name):
                    candidates[name].append(path)
        chosen = [path for paths in candidates.values() for path in paths]
        return {
            name: paths[0]
            for name, paths in candidates.items()
            if len(paths) == 1 and chosen.count(paths[0]) == 1
        }

    def _own_ids(self, name):
        """Ids of a notebook's cells that no other notebook of the assignment has."""
        notebooks = self.assignment.notebooks
        others = {i for other in notebooks if other != name for i in notebooks[other].cells}
        return notebooks[name].cells.keys() - others

    def _notebook(self, name, path):
        source = self.assignment.notebooks[name]
        try:
            nb, told = reading.read(path)
        except reading.Unreadable as fault:
            return self._placeholder(name, str(fault), is_fault=os.path.lexists(path))
        if path.stem != name:
            told.append(f"{folders.shown(path.name)} was graded as {name}.ipynb.")
        if recognized := recognize(nb, source.cells):
            told.append(f"Marks were lost; recognized by text or place: {_all(recognized)}.")
        told += _unknown_kernel(nb)
        told += restore(nb, source.cells)
        nb.metadata["kernelspec"] = dict(source.kernelspec)
        return Notebook(name, nb, [Note(sentence) for sentence in told])

    def _placeholder(self, name, sentence, is_fault):
        """In place of a notebook that is missing or unreadable: all that is graded, untouched."""
        source = self.assignment.notebooks[name]
        nb = new_notebook(metadata={"kernelspec": dict(source.kernelspec)})
        restore(nb, source.cells)
        notebook = Notebook(name, nb)
        if is_fault:
            notebook.fail(sentence)
        else:
            notebook.notes.append(Note(sentence))
        return notebook


def _all(grade_ids):
    return ", ".join(folders.shown(grade_id) for grade_id in grade_ids)


def _grade_ids(path):
    try:
        nb, _ = reading.read(path)
    except reading.Unreadable:
        return set()
    return {course.grade_id(cell) for cell in nb.cells} - {None}


def _unknown_kernel(nb):
    kernel = nb.metadata.get("kernelspec", {})
    language = str(kernel.get("language") or kernel.get("name") or "python").lower()
    if language.startswith(_PYTHON):
        return []
    name = folders.shown(kernel.get("name"))
    return [f"The notebook names the kernel {name}; it was run with Python."]


def _timestamp(folder):
    """When a submission was handed in, and what is wrong with the file that says so."""
    path = folder / "timestamp.txt"
    try:
        status = path.lstat()
    except OSError:
        return None, []
    try:
        if stat.S_ISREG(status.st_mode) and status.st_size < 1000:
            text = path.read_text(encoding="utf-8").strip()
            return (parse_utc(text) if text else None), _unknown_zone(text)
    except (OSError, ValueError, TypeError, OverflowError):
        pass
    sentence = "timestamp.txt holds no time, so whether it came late has to be seen by hand."
    return None, [Note(sentence, asks_human=True)]


def _unknown_zone(text):
    """What there is to say about a time zone that nbgrader passes over in silence."""
    zone = text.split(" ")[-1]
    if text.count(" ") != 2 or re.fullmatch(r"[+-]?\d+", zone) or gettz(zone):
        return []
    sentence = f"timestamp.txt names the time zone {folders.shown(zone)}, which is not known: "
    return [Note(f"{sentence}the time was taken for UTC.")]
