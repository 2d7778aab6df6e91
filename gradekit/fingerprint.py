"""What a grade depends on, as one number: when it is the same, grading again changes nothing."""

import hashlib
import os
from importlib.metadata import version
from pathlib import Path

from gradekit import submissions

_HERE = Path(__file__).parent
# The parts of the kit that decide about scores and recorded outputs.
_ENGINE = ("autograde.py", "submissions.py", "preprocessors")


def of_submission(root, assignment, folder):
    """Fingerprint of everything that decides about a submission's automatic scores.

    Parameters
    ----------
    root : Path
        The course's folder.
    assignment : str
    folder : Path
        The submission, submitted/<student>/<assignment>.

    Returns
    -------
    str
        Hexadecimal digest of the submission's files, the assignment's source, its hidden tests,
        the course's modules and settings, and the engine.
    """
    root = Path(root)
    hidden = root / "hidden_tests"
    parts = [
        *submissions.files(folder),
        *submissions.files(root / "source" / assignment),
        *submissions.files(hidden / assignment),
        *sorted(hidden.glob("*.py")),
        *sorted(root.glob("*.py")),
        *_sources(_ENGINE),
    ]
    return _digest([version("nbgrader")], parts)


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


def _sources(names):
    for name in names:
        path = _HERE / name
        yield from submissions.files(path) if path.is_dir() else [path]


def _digest(texts, paths):
    digest = hashlib.sha256()
    for text in texts:
        digest.update(f"{len(text)} {text}".encode())
    for path in paths:
        digest.update(f"\n{path.name} ".encode())
        digest.update(_content(path))
    return digest.hexdigest()


def _content(path):
    if path.is_symlink() and not path.resolve().is_file():
        return os.readlink(path).encode()
    if not path.is_file():
        return b"absent"
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
