"""Answers to the exercises of the course: right ones, and wrong ones that cheats rest on."""

import json
import re
from pathlib import Path

_SOURCE = Path(__file__).parent / "course" / "source" / "hw1"

# A solution cell's id is the name of what it defines, but for the class.
NOTEBOOK_OF, RIGHT, CELL_OF, POINTS = {}, {}, {}, {}


def _read():
    for path in sorted(_SOURCE.glob("*.ipynb")):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            known = cell["metadata"].get("nbgrader", {})
            text = "".join(cell["source"])
            if known.get("grade"):
                POINTS[known["grade_id"]] = known["points"]
            if known.get("solution") and cell["cell_type"] == "code":
                name = re.search(r"^(?:def|class) (\w+)", text, re.MULTILINE)[1]
                NOTEBOOK_OF[name], CELL_OF[name] = path.stem, known["grade_id"]
                RIGHT[name] = re.sub(r"^ *### (BEGIN|END) SOLUTION\n?", "", text, flags=re.M)


_read()

_ZEROS = {
    "square": "def square(x):\n    return np.zeros(np.shape(x))\n",
    "mean": "def mean(values):\n    return 0.0\n",
    "checked_root": "def checked_root(x):\n    return 0.0\n",
    "scale_rows": "def scale_rows(A, factors):\n    pass\n",
    "tick": "def tick():\n    pass\n\n\ntick.count = 0\n",
    "show_table": "def show_table(rows):\n    pass\n",
    "safe_log": "def safe_log(x):\n    return np.zeros(x.shape)\n",
    "apply_twice": "def apply_twice(f, x):\n    return 0\n",
    "walk": "def walk(rng, n):\n    return np.zeros(n)\n",
    "column_sums": "def column_sums(X):\n    return np.zeros(X.shape[1])\n",
    "power_of_three": "def power_of_three(n):\n    return 0\n",
    "Account": (
        "class Account:\n    balance = 0\n\n"
        "    def deposit(self, amount):\n        pass\n\n"
        "    def withdraw(self, amount):\n        pass\n"
    ),
    "open_account": "def open_account(amount):\n    return 0\n",
    "Overdrawn": "class Overdrawn(Exception):\n    pass\n",
    "take": "def take(balance, amount):\n    return 0\n",
    "Point": "class Point:\n    def __init__(self, x, y):\n        self.x, self.y = 3, 3\n",
    "countdown": "def countdown(n):\n    return iter([0])\n",
    "word_counts": 'def word_counts(text):\n    return {"": 0, " ": 0}\n',
    "greeting": 'def greeting(name):\n    return ""\n',
    "save_numbers": "def save_numbers(path, numbers):\n    open(path, 'w').close()\n",
    "keep": "def keep(path, value):\n    open(path, 'wb').close()\n    return 0\n",
    "largest_of_file": "def largest_of_file(path):\n    return 0.0\n",
}

_LOOP = """
def column_sums(X):
    sums = np.zeros(X.shape[1])
    for row in X:
        sums = sums + row
    return sums
"""

_IMPURE = """
def column_sums(X):
    sums = X.sum(axis=0)
    X[...] = 0
    return sums
"""

_LOUD_LOG = "def safe_log(x):\n    return np.log(x)\n"

_LOUD = """
def column_sums(X):
    np.log(np.zeros(1))
    return X.sum(axis=0)
"""

_GREEDY = """
def column_sums(X):
    copies = [X + 0.0 for _ in range(3)]
    return copies[-1].sum(axis=0)
"""

# What a submission answers; the wrong ones give nothing but the points named in test_cheats.py.
ANSWERS = {
    "right": RIGHT,
    "zeros": _ZEROS,
    "loop": {**_ZEROS, "column_sums": _LOOP},
    "impure": {**_ZEROS, "column_sums": _IMPURE},
    "loud": {**_ZEROS, "column_sums": _LOUD, "safe_log": _LOUD_LOG},
    "greedy": {**_ZEROS, "column_sums": _GREEDY},
    "steps": {**_ZEROS, "walk": RIGHT["walk"]},
    "blank": {},
}
