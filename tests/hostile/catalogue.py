"""What a hostile submission is: how to make it, and what has to come of it.

The modules beside this one enter submissions into the catalogue, one function or one cell each.
Whatever they do is bounded: it ends by itself, and stays below what a machine can bear, so that
nothing but a test fails when the engine's protection is broken.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ASSIGNMENT = "shapes"
POINTS = {
    "areas": {"square_test": 1, "circle_test": 2, "ring_test": 2},
    "lists": {"evens_test": 1, "counter_test": 2, "facts_test": 1},
}
AREAS, LISTS = tuple(POINTS["areas"]), tuple(POINTS["lists"])
EVERYTHING = (*AREAS, *LISTS)
BOTH = tuple(POINTS)

RIGHT = {
    "square": "def square_area(side):\n    return side**2",
    "circle": "def circle_area(radius):\n    return np.pi * radius * radius",
    "ring": "def ring_area(outer, inner):\n    return np.pi * (outer - inner) * (outer + inner)",
    "why": "The inner circle is cut out of the outer one.",
    "evens": "def evens(numbers):\n    return [n for n in numbers if not n % 2]",
    "counter": """\
class Counter:
    def __init__(self):
        self.value = 0

    def step(self):
        self.value += 1
        return self.value""",
    "facts": "total = 100 * 101 // 2",
}

# A signal to other processes is sent only from within a namespace of process ids that is not the
# one the tests run in: where there is none, the cell fails instead.
HOST = os.readlink("/proc/self/ns/pid") if os.path.exists("/proc/self/ns/pid") else ""
GUARD = f"""\
import os, signal
if os.readlink("/proc/self/ns/pid") in ("", {HOST!r}):
    raise SystemError("this process is not isolated: no signal is sent")
"""

# What changes or removes the working folder does so only where this file lies, which came with the
# submission: never in a folder that it was not meant for.
MARK = "hostile-submission.txt"
MARKED = f'import os\nassert os.path.exists("{MARK}"), "this is not the submission\'s folder"\n'

# What is said of a process that is no more.
ENDED = r"process (died|ended|cut|was|crashed)"

# Loops end after this many seconds, should nothing else end them.
ENDLESS = 45
TIMED = f"import time\nend = time.monotonic() + {ENDLESS}\n"


@dataclass(frozen=True)
class Hostile:
    """One submission.

    Attributes
    ----------
    name : str
        Of the entry.
    what : str
        One sentence.
    make : function
        Takes the folder of a submission with right answers and spoils it.
    lost : tuple of str
        Test cells that score 0; those of notebooks that are not handed in do so anyway.
    unsure : tuple of str
        Test cells that may score 0 or all of their points.
    reason : str or None
        What has to be found, as a regular expression, in the comments, the graded notebooks, or
        the lines that the command prints about the student. None if there is nothing to tell.
    always_told : bool
        Whether the reason has to be given also when no point is lost.
    notebooks : tuple of str
        Those that are handed in.
    graded : bool or None
        Whether the student has scores afterwards; None if both will do.
    student : str
        The student's id; the name of the entry, unless that says otherwise.
    human : bool
        Whether a human has to look at the notebook `areas`.
    dangerous : bool
        Whether it must not be tried without protection.
    """

    name: str
    what: str
    make: Callable[[Path], None]
    lost: tuple = ()
    unsure: tuple = ()
    reason: str | None = None
    always_told: bool = True
    notebooks: tuple = BOTH
    graded: bool | None = True
    student: str = ""
    human: bool = False
    dangerous: bool = False


CATALOGUE = {}


def enter(name, what, make, **expected):
    """Put a submission into the catalogue."""
    if name in CATALOGUE:
        raise ValueError(f"{name} stands in the catalogue twice")
    CATALOGUE[name] = Hostile(name, what, make, **{"student": name, **expected})


def hostile(what, **expected):
    """Decorate a function that makes a submission; its name is the submission's name."""

    def into_catalogue(make):
        enter(make.__name__, what, make, **expected)
        return make

    return into_catalogue


def changes(what, notebook="areas", **expected):
    """Decorate a function that changes the JSON of a notebook in place; no other is handed in."""
    expected = {"notebooks": (notebook,), **expected}

    def into_catalogue(change):
        enter(change.__name__, what, lambda folder: edit(folder, notebook, change), **expected)
        return change

    return into_catalogue


def extra_cell(name, what, source, **expected):
    """Enter a notebook whose answers are right, with a cell of the student's own among them.

    It stands between the tests of `square` and the answer `circle`.
    """

    def make(folder):
        if MARK in source:
            (folder / MARK).touch()
        edit(folder, "areas", lambda nb: insert(nb, "circle", code_cell(source)))

    enter(name, what, make, **{"notebooks": ("areas",), **expected})


def instead_of(grade_id, name, what, source, **expected):
    """Enter a notebook in which this source stands in place of the answer to an exercise."""
    notebook = "areas" if grade_id in ("square", "circle", "ring") else "lists"

    def make(folder):
        edit(folder, notebook, lambda nb: cell(nb, grade_id).update(source=source))

    expected = {"notebooks": (notebook,), "lost": (f"{grade_id}_test",), **expected}
    enter(name, what, make, **expected)


def read(folder, notebook="areas"):
    """The notebook as JSON."""
    return json.loads((folder / f"{notebook}.ipynb").read_text(encoding="utf-8"))


def edit(folder, notebook, change):
    """Let a function change a notebook's JSON; what it returns, if anything, takes its place."""
    nb = read(folder, notebook)
    changed = change(nb)
    write(folder, nb if changed is None else changed, notebook)


def write(folder, content, notebook="areas"):
    (folder / f"{notebook}.ipynb").write_text(json.dumps(content), encoding="utf-8")


def grade_id(cell):
    return cell["metadata"].get("nbgrader", {}).get("grade_id")


def cell(nb, wanted):
    """The cell with a grade id."""
    return next(cell for cell in nb["cells"] if grade_id(cell) == wanted)


def insert(nb, before, cell):
    """Put a cell before the one with a grade id."""
    place = [grade_id(other) for other in nb["cells"]].index(before)
    nb["cells"].insert(place, cell)


def code_cell(source):
    cell = {"cell_type": "code", "id": "extra", "metadata": {}, "source": source}
    return {**cell, "execution_count": None, "outputs": []}


def text_cell(source, cell_type="markdown"):
    return {"cell_type": cell_type, "id": f"extra-{cell_type}", "metadata": {}, "source": source}


def hand_in(root, student, notebooks=BOTH, answers=RIGHT):
    """Copy the release for a student, with these answers; returns the folder."""
    folder = Path(root) / "submitted" / student / ASSIGNMENT
    folder.mkdir(parents=True)
    for name in notebooks:
        nb = read(Path(root) / "release" / ASSIGNMENT, name)
        for cell in nb["cells"]:
            cell["source"] = answers.get(grade_id(cell), "".join(cell["source"]))
        write(folder, nb, name)
    return folder
