"""The part of the library that students get: complete for its notebooks, and no more than that."""

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from gradekit import course
from gradekit.library_part import part, used_names

ROOT = Path(__file__).parents[1]
NOTEBOOKS = [
    pytest.param(name, path, id=path.stem)
    for name in course.assignments(ROOT)
    if not course.reason_to_skip(ROOT, name)
    for path in course.notebooks(ROOT, name)
]

LIBRARY = '''\
"""A library."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass

# ----------------
# 1. Tools
#
# About tools.
# ----------------

# Halves.
_HALF = 1 / 2

print("side effects stay")


@dataclass
class Box:
    """Holds a number."""

    number: float


def half(x):
    # a comment inside
    return Box(_HALF * x)


# ----------------
# 2. Others
# ----------------


def unused():
    return os.getcwd()


# --- one exercise -----


def check_half(f):
    """Check it."""
    assert f(2) == half(2).number


# --- another exercise -----


def check_root(f):
    assert f(4) == math.sqrt(4)
'''


def test_what_a_name_needs():
    """Does the part hold what a name needs, directly or not, with comments and headings?"""
    text = part(LIBRARY, {"check_half"})
    for kept in ("# Halves.", "@dataclass", "class Box", "# a comment inside", "def check_half"):
        assert kept in text
    for heading in ("# 1. Tools\n#\n# About tools.\n", "# --- one exercise -----"):
        assert heading in text
    for dropped in ("import os", "import math", "unused", "check_root", "2. Others", "another"):
        assert dropped not in text
    assert text.startswith('"""A library."""') and 'print("side effects stay")\n' in text
    exec(compile(text, "part", "exec"), {})


def test_all_names_give_all():
    """Is the part for all names the module itself, to the last character?"""
    names = {"check_half", "check_root", "unused", "half"}
    assert part(LIBRARY, names) == LIBRARY


def test_names_that_files_mention():
    """Are names found in code, in text, and in imports of one line or several?"""
    texts = [
        "lib.check_a(f)\nx = lib.helper",
        "from lib import (\n    Check,\n    case,\n)\n\nother.check_c()",
        "from lib import Meter\nCall `lib.show(x)` in a cell.",
    ]
    assert used_names("lib", texts) == {"check_a", "helper", "Check", "case", "Meter", "show"}


RUN = """
import sys
from pathlib import Path
import json, linecache

import matplotlib
matplotlib.use("Agg")
import nn_utils
assert Path(nn_utils.__file__).parent == Path.cwd(), nn_utils.__file__
namespace = {"__name__": "__main__"}
for number, text in enumerate(json.load(sys.stdin)):
    name = f"<cell {number}>"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    exec(compile(text, name, "exec"), namespace)
"""


@pytest.mark.parametrize("assignment, path", NOTEBOOKS)
def test_released_library_is_enough(assignment, path):
    """Do the checks of each notebook run on the released library, with the right answers?"""
    cells = nbformat.read(path, as_version=4).cells
    texts = [c.source for c in cells if course.is_nbgrader_code(c) and not course.is_test(c)]
    subprocess.run(
        [sys.executable, "-W", "error", "-c", RUN],
        cwd=ROOT / "release" / assignment,
        input=json.dumps(texts),
        text=True,
        check=True,
        stdout=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("assignment", course.assignments(ROOT))
def test_students_have_less_to_read(assignment):
    """Is the released library clearly shorter than the whole one?"""
    whole = (ROOT / "nn_utils.py").read_text(encoding="utf-8")
    released = (ROOT / "release" / assignment / "nn_utils.py").read_text(encoding="utf-8")
    assert released.count("\n") < 0.6 * whole.count("\n")
