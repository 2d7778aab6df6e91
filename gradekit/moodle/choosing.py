"""Which of a student's files is which notebook: found by its name or by what is in it, and said."""

import itertools
import json
import re
from pathlib import PurePosixPath

# Written by Jupyter and by operating systems, not by students.
_BYSTANDERS = {".DS_Store", "Thumbs.db", "desktop.ini"}
_FOLDERS = {".ipynb_checkpoints", "__pycache__", "__MACOSX", ".git"}
# What browsers, file managers and Jupyter make of a name.
_COPY = re.compile(r"(?: ?\(\d+\)|[ _-]+(?:copy|kopie|copie)(?:[ _-]?\d+)?|-Copy\d+|_\d+)$", re.I)
# nbgrader reads the time of the hand-in from it.
TIMESTAMP = "timestamp.txt"
# In bytes; most file systems take 255 for a name.
_LONGEST = 200
_ENDINGS = re.compile(r"\.ipynb(?:\.(?:txt|json|html))?$", re.IGNORECASE)


def choose(files, released):
    """Say where each file of a submission goes.

    Parameters
    ----------
    files : dict of str to bytes
        By path, as they were handed in.
    released : dict of str to set of str
        The notebooks of the assignment, by file name, with the ids of their cells.

    Returns
    -------
    dict of str to str
        For each file that is kept, where it goes.
    list of str
        Sentences about what is not as it was released.
    """
    kept = {path: data for path, data in files.items() if not _is_bystander(path)}
    notebooks = [path for path in kept if _ENDINGS.search(path)]
    found = {path: _which(path, kept[path], released) for path in notebooks}
    _only_one_left(found, released)
    places, told = {}, []
    for name in released:
        chosen = _chosen(name, [path for path in notebooks if found[path] == name], kept, told)
        if chosen:
            places[chosen] = name
    told += [f"no {name}" for name in released if name not in places.values()]
    for path in notebooks:
        if found[path] is None:
            told.append(f"{path} is none of the assignment's notebooks")
    # A notebook that was not chosen is not the one that is graded, so it gets another name.
    taken, folders = {*released, TIMESTAMP}, set()
    for path in kept:
        if path not in places:
            place = places[path] = _free(path, taken, folders)
            taken.add(place)
            folders |= _folders(place)
            if PurePosixPath(place).name != PurePosixPath(path).name:
                told.append(f"{path} is kept as {place}")
    return places, told


def _is_bystander(path):
    parts = PurePosixPath(path).parts
    return bool(set(parts) & _FOLDERS) or parts[-1] in _BYSTANDERS or parts[-1].startswith("._")


def _which(path, data, released):
    """Return the released notebook that a file is, None if it is not known."""
    name = PurePosixPath(path).name
    if name in released:
        return name
    stem = _tidy(name)
    for one in released:
        if _tidy(one) == stem:
            return one
    ids = _cell_ids(data)
    shares = {one: len(ids & wanted) for one, wanted in released.items()}
    best = max(shares, key=shares.get, default=None)
    return best if best and shares[best] else None


def _tidy(name):
    stem = _ENDINGS.sub("", name)
    return _COPY.sub("", _COPY.sub("", stem)).casefold()


def _cell_ids(data):
    try:
        cells = json.loads(data)["cells"]
        return {cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in cells} - {None}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return set()


def _only_one_left(found, released):
    """Take the one notebook that is not known for the one that is missing."""
    unknown = [path for path, name in found.items() if name is None]
    missing = [name for name in released if name not in found.values()]
    if len(unknown) == len(missing) == 1:
        found[unknown[0]] = missing[0]


def _chosen(name, candidates, files, told):
    """Return the file that is the notebook, None if that cannot be said; tells what was done."""
    if not candidates:
        return None
    exact = [path for path in candidates if PurePosixPath(path).name == name]
    choice = exact if exact else candidates
    if len({files[path] for path in choice}) > 1:
        told.append(
            f"{', '.join(sorted(choice))} could all be {name}, and differ: put the right one into "
            "the folder under this name"
        )
        return None
    chosen = min(choice, key=lambda path: (path.count("/"), path))
    if chosen != name:
        told.append(f"{name} was handed in as {chosen}")
    others = [path for path in candidates if path != chosen and files[path] != files[chosen]]
    if others:
        told.append(f"{', '.join(sorted(others))} lies beside {name} and is not graded")
    return chosen


def _free(path, taken, folders):
    """Return a file's own name, or its whole path if another one has that name, or a new name."""
    name = _short(PurePosixPath(path).name)
    paths = [path] if len(path.encode()) <= _LONGEST else []
    numbered = (f"{number} {name}" for number in itertools.count(2))
    return next(
        place
        for place in itertools.chain([name], paths, numbered)
        if place not in taken and place not in folders and not _folders(place) & taken
    )


def _folders(path):
    return {str(folder) for folder in PurePosixPath(path).parents} - {"."}


def _short(name):
    if len(name.encode()) <= _LONGEST:
        return name
    ending = PurePosixPath(name).suffix[:10]
    return name.encode()[: _LONGEST - len(ending.encode())].decode(errors="ignore") + ending
