"""Reads a submitted notebook: whatever the file holds, it gives a sound notebook or a reason."""

import json
import os
import re
import stat
import warnings
from pathlib import Path

import nbformat
from nbformat.v4.rwbase import rejoin_lines

from gradekit import course
from gradekit.execution.job import MIB
from gradekit.grading.folders import shown

MOST_BYTES = 100 * MIB
# What copies a notebook calls itself more than once for each level.
_MOST_LEVELS = 100

_CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_MINOR = 5


class Unreadable(ValueError):
    """A submitted file is no notebook that can be graded; the text is one sentence."""


def read(path):
    """Read a submitted notebook.

    Parameters
    ----------
    path : Path
        submitted/<student>/<assignment>/<notebook>.ipynb

    Returns
    -------
    notebook : NotebookNode
        Of format 4 and valid, whatever the file said; nbgrader's metadata in it are not checked.
    repairs : list of str
        What was done to it, in sentences.

    Raises
    ------
    Unreadable
        If the file cannot be read as a notebook.
    """
    place = shown(Path(*path.parts[-4:]).as_posix())
    notebook = _parsed(_content(path, place), place)
    notebook, repairs = _of_format_4(notebook, place)
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        raise Unreadable(f"{place} is JSON but not a notebook; save it again from Jupyter.")
    taken = set()
    cells = [_cell(cell, number, taken, place) for number, cell in enumerate(cells, 1)]
    minor = notebook.get("nbformat_minor")
    sound = {
        "cells": cells,
        "metadata": _metadata(notebook.get("metadata")),
        "nbformat": 4,
        "nbformat_minor": minor if isinstance(minor, int) and 0 <= minor < _MINOR else _MINOR,
    }
    return _valid(nbformat.from_dict(sound), place), repairs


def fault_of(path):
    """Why a submitted notebook cannot be read, as one sentence; None when it can."""
    try:
        read(Path(path))
    except Unreadable as fault:
        return str(fault)
    return None


def _content(path, place):
    """The file's bytes, if it is one.

    The notebook, its submission and the student's folder must be no links: whoever follows a link
    to the instructor's notebook gives full marks for it.
    """
    for above, part in enumerate((path, path.parent, path.parent.parent)):
        if part.is_symlink():
            link = shown(Path(*path.parts[-4 : len(path.parts) - above]).as_posix())
            raise Unreadable(
                f"{link} is a link, which is not followed; ask for the notebook itself."
            )
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable(f"{place} is no file; ask for the notebook itself.")
        if status.st_size > MOST_BYTES:
            raise Unreadable(
                f"{place} has {status.st_size / MIB:.0f} MiB, more than {MOST_BYTES // MIB}; "
                "clear its outputs and save it again."
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise Unreadable(f"{place} was not handed in.") from None
    except OSError as error:
        raise Unreadable(f"{place} cannot be read: {os.strerror(error.errno)}.") from None


def _parsed(content, place):
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        notebook = json.loads(content.decode(encoding))
    except RecursionError:
        raise Unreadable(_too_deep(place)) from None
    except ValueError:
        raise Unreadable(
            f"{place} is not a notebook: its content is not JSON; save it again from Jupyter."
        ) from None
    if not isinstance(notebook, dict):
        raise Unreadable(f"{place} is JSON but not a notebook; save it again from Jupyter.")
    if _is_deep(notebook):
        raise Unreadable(_too_deep(place))
    # Half a character can stand in JSON, and in no file that is written.
    return _without_surrogates(notebook) if _SURROGATE.search(content) else notebook


def _too_deep(place):
    return f"{place} is nested too deeply to be a notebook."


def _is_deep(value):
    level = [value]
    for _ in range(_MOST_LEVELS):
        level = [inner for outer in level for inner in _values(outer)]
        if not level:
            return False
    return True


def _values(value):
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _without_surrogates(value):
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_without_surrogates(entry) for entry in value]
    if isinstance(value, dict):
        return dict(map(_without_surrogates, pair) for pair in value.items())
    return value


def _of_format_4(notebook, place):
    major = notebook.get("nbformat")
    if major == 4:
        return notebook, []
    if major not in (1, 2, 3):
        found = shown(major) if major is not None else "none"
        raise Unreadable(
            f"{place} is not a notebook of a known format (found {found}); "
            "open and save it in a current Jupyter."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            converted = nbformat.convert(nbformat.from_dict(notebook), 4)
    except Exception:  # the old formats' converters trust what they read
        raise Unreadable(
            f"{place} is a damaged notebook of the old format {major}; "
            "open and save it in a current Jupyter."
        ) from None
    for cell in converted.cells:
        cell.pop("id", None)  # made up, a new one each time
    return converted, [f"The file has the old notebook format {major} and was converted."]


def _cell(cell, number, taken, place):
    """A cell with nothing in it but what the format knows; `taken` are the ids so far."""
    source = cell.get("source") if isinstance(cell, dict) else None
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str) or cell.get("cell_type") not in ("code", "markdown", "raw"):
        raise Unreadable(f"{place}: cell {number} is damaged; ask for the notebook again.")
    sound = {"cell_type": cell["cell_type"], "source": source, "id": cell.get("id")}
    sound["metadata"] = _cell_metadata(cell.get("metadata"))
    if not isinstance(sound["id"], str) or not _CELL_ID.fullmatch(sound["id"]):
        sound["id"] = f"cell-{number}"
    while sound["id"] in taken:
        sound["id"] = f"{sound['id'][:50]}-{number}"
    taken.add(sound["id"])
    if sound["cell_type"] == "code":
        count, outputs = cell.get("execution_count"), cell.get("outputs")
        sound["execution_count"] = count if isinstance(count, int) and count >= 0 else None
        sound["outputs"] = outputs if isinstance(outputs, list) else []
    elif isinstance(cell.get("attachments"), dict):
        sound["attachments"] = cell["attachments"]
    return sound


def _cell_metadata(metadata):
    metadata = dict(metadata) if isinstance(metadata, dict) else {}
    known = metadata.get("nbgrader")
    if not isinstance(known, dict) or not isinstance(known.get("grade_id"), str):
        metadata.pop("nbgrader", None)
    return metadata


def _metadata(metadata):
    metadata = dict(metadata) if isinstance(metadata, dict) else {}
    for name in ("kernelspec", "language_info"):
        entry = metadata.get(name)
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
            metadata.pop(name, None)
    return metadata


def _valid(notebook, place):
    """The notebook, without what its format does not allow."""
    if notebook.nbformat_minor < _MINOR:  # cells have ids from format 4.5 on
        for cell in notebook.cells:
            del cell["id"]
    for drop in (None, _drop_outputs_and_attachments, _drop_metadata):
        if drop:
            drop(notebook)
        try:
            rejoin_lines(notebook)
            nbformat.validate(notebook)
        except (nbformat.ValidationError, AttributeError, KeyError, TypeError):
            continue
        return notebook
    raise Unreadable(f"{place} is not a valid notebook; open and save it in a current Jupyter.")


def _drop_outputs_and_attachments(notebook):
    for cell in notebook.cells:
        cell.pop("attachments", None)
        if cell.cell_type == "code":
            cell.outputs = []


def _drop_metadata(notebook):
    notebook.metadata = nbformat.from_dict({})
    for cell in notebook.cells:
        marks = {"nbgrader": cell.metadata.nbgrader} if course.grade_id(cell) else {}
        cell.metadata = nbformat.from_dict(marks)
