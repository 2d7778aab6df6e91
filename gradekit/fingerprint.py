"""What a grade depends on, as one number: when it is the same, grading again changes nothing."""

import functools
import hashlib
import json
import os
from importlib.metadata import version
from pathlib import Path

from gradekit import submissions

# Lies beside the graded notebooks, so that it vanishes with them when nbgrader removes them.
NAME = ".fingerprint"

_HERE = Path(__file__).parent
# Of a file larger than this, which is left out while grading, size and time have to do.
_LARGEST = 1 << 30
# The parts of the kit that decide about scores and recorded outputs.
_ENGINE = ("autograde.py", "submissions.py", "grading", "execution", "preprocessors", "sandbox")


class Assignment:
    """Fingerprints of the submissions of one assignment.

    Parameters
    ----------
    root : Path
        The course's folder.
    source : Path
        The assignment's folder in source/.
    modules : dict of str to bytes
        The course's modules that its notebooks import.
    settings : str
        What else decides about scores.
    """

    def __init__(self, root, source, modules, settings=""):
        config = Path(root) / "nbgrader_config.py"
        texts = [of_engine(), version("nbgrader"), settings]
        texts += [f"{name} {_of_bytes(content)}" for name, content in sorted(modules.items())]
        self._common = _digest(texts, [config, *submissions.files(source)])

    def of(self, folder):
        """Fingerprint of everything that decides about a submission's automatic scores.

        Parameters
        ----------
        folder : Path
            The submission, submitted/<student>/<assignment>.

        Returns
        -------
        str
        """
        time = Path(folder) / "timestamp.txt"  # a late submission may lose points
        return _digest([self._common], [*submissions.files(folder), time])


@functools.cache
def of_engine():
    """Fingerprint of the parts of the kit that decide about scores and recorded outputs."""
    return _digest([], _sources(_ENGINE))


def of_feedback(graded, scores, engine=("feedback.py", "pdf")):
    """Fingerprint of everything that a submission's feedback shows.

    Parameters
    ----------
    graded : Path
        The autograded submission.
    scores : iterable of str
        What the gradebook says about it: scores, comments, the student's name.
    """
    return _digest([version("nbgrader"), *scores], [*submissions.files(graded), *_sources(engine)])


def read(path):
    """The fingerprint kept in a file; None when there is none."""
    try:
        return Path(path).read_text(encoding="ascii")
    except FileNotFoundError:
        return None


def kept(place):
    """The fingerprints of a graded submission's notebooks, by name, as `keep` wrote them."""
    try:
        found = json.loads(read(Path(place) / NAME) or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def keep(place, marks):
    """Write the fingerprints of a graded submission's notebooks beside them.

    Parameters
    ----------
    place : Path
    marks : dict of str to str
        By the notebook's name.
    """
    beside = Path(place) / f"{NAME}.new"
    beside.write_text(json.dumps(marks, indent=0) + "\n", encoding="ascii")
    beside.replace(Path(place) / NAME)


def forget(place):
    """Remove the fingerprints of a submission that is about to be graded again."""
    (Path(place) / NAME).unlink(missing_ok=True)


def _sources(names):
    for name in names:
        path = _HERE / name
        yield from submissions.files(path) if path.is_dir() else [path]


def _digest(texts, paths):
    digest = hashlib.sha256()
    for text in texts:
        digest.update(f"{len(text)} {text}".encode())
    for path in paths:
        digest.update(f"\n{path.name} ".encode(errors="surrogateescape"))
        digest.update(_content(path))
    return digest.hexdigest()


def _of_bytes(content):
    return hashlib.sha256(content).hexdigest()


def _content(path):
    if not path.is_file():
        return os.fsencode(os.readlink(path)) if path.is_symlink() else b"absent"
    try:
        status = path.stat()
        if status.st_size > _LARGEST:
            return f"{status.st_size} {status.st_mtime_ns}".encode()
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError as error:
        return str(error.errno).encode()
