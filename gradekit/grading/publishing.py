"""Writes a graded submission into autograded/, with what was noticed on top of each notebook."""

import html
import json
import os
import shutil

from nbformat.v4 import new_markdown_cell

HEADING = "**Notes from grading**"


def annotate(notebook, notes):
    """Let a graded notebook say what student and instructor have to know about its grading.

    The notes stand in a cell on top, which formgrader, the HTML and the PDF show, and in the
    notebook's metadata, where the summary finds them again.

    Parameters
    ----------
    notebook : submission.Notebook
    notes : list of submission.Note
        About the submission as a whole.
    """
    notes = notes + notebook.notes
    if not notes:
        return
    nb = notebook.nb
    nb.metadata["gradekit"] = {
        "notes": [note.sentence for note in notes if not note.asks_human],
        "asks_human": [note.sentence for note in notes if note.asks_human],
    }
    lines = [f"- {_escaped(note.sentence)}" for note in notes]
    cell = new_markdown_cell("\n".join([HEADING, "", *lines]), id="notes-from-grading")
    if nb.nbformat_minor < 5:  # cells have ids from format 4.5 on
        del cell["id"]
    nb.cells.insert(0, cell)


def noted(nb):
    """The notes in a graded notebook: (sentences, sentences that ask for a human)."""
    metadata = nb.metadata.get("gradekit", {})
    return metadata.get("notes", []), metadata.get("asks_human", [])


def clear(place, names):
    """Remove what an earlier run left: the notebooks with these names, or everything.

    Parameters
    ----------
    place : Path
        autograded/<student>/<assignment>
    names : list of str or None
        None for everything.
    """
    if names is None:
        shutil.rmtree(place, ignore_errors=not place.exists())
        return
    for name in names:
        (place / f"{name}.ipynb").unlink(missing_ok=True)


def write(place, files, notebooks):
    """Write a submission's files and notebooks.

    Parameters
    ----------
    place : Path
        autograded/<student>/<assignment>
    files : dict of str to bytes
        By relative path.
    notebooks : list of submission.Notebook
    """
    contents = dict(files)
    for notebook in notebooks:
        contents[f"{notebook.name}.ipynb"] = _written(notebook.nb)
    place.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if os.path.lexists(path):  # it may be read-only
            path.unlink()
        path.write_bytes(content)


def _written(nb):
    """A notebook as a file with a line for each cell: nbformat's own takes five times as long."""
    cells = ",\n".join(json.dumps(cell, ensure_ascii=False) for cell in nb.cells)
    rest = json.dumps({key: value for key, value in nb.items() if key != "cells"})
    text = f'{{"cells": [\n{cells}\n],\n{rest[1:]}\n'
    # A student's output may hold half a character, which no file can.
    return text.encode("utf-8", "replace")


def _escaped(sentence):
    """A sentence in which a student's words are neither HTML nor Markdown."""
    text = html.escape(" ".join(sentence.split()), quote=False)
    for sign in "\\`*_[]$#~|":
        text = text.replace(sign, f"\\{sign}")
    return text
