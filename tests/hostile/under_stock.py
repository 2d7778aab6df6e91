"""What nbgrader without the engine makes of the catalogue: a table, for comparison.

    python -m tests.hostile.under_stock [NAME ...]

Each submission is graded in a course of its own, together with an honest student who comes after
it. Dangerous ones are left out. This takes the better part of an hour.
"""

import importlib.metadata
import os
import shutil
import sys
import tempfile
from pathlib import Path

from .batch import Batch, make_course
from .catalogue import CATALOGUE, POINTS, RIGHT, hand_in

SECONDS = 150
LAST = "~ honest"
SETTINGS = """\
c = get_config()
c.CourseDirectory.course_id = "hostile"
c.Execute.timeout = 8
"""


class Stock(Batch):
    """One hostile submission, and an honest one that only hands in `lists`."""

    def __init__(self, folder, entry, template):
        self.folder, self.root = folder, folder / "course"
        for name in ("home", "tmp"):
            (folder / name).mkdir(parents=True)
        shutil.copytree(template, self.root)
        os.environ["PYTHONPATH"] = str(self.root)
        hand_in(self.root, LAST, ("lists",), RIGHT)
        entry.make(hand_in(self.root, entry.student, entry.notebooks))

    def verdict(self, entry):
        """In two or three words."""
        if self.report["stopped"]:
            return "does not end"
        if not self.grades.get(LAST, {}).get("counter_test", (None,))[0]:
            return "aborts the batch"
        grades = self.grades.get(entry.student)
        if not grades or all(score is None for score, _ in grades.values()):
            return "not graded"
        for notebook in entry.notebooks:
            for name, points in POINTS[notebook].items():
                wanted = {0} if name in entry.lost else {points}
                if (grades[name][0] or 0) not in wanted | ({0} if name in entry.unsure else set()):
                    return "wrong points"
        return "fine"


def main(names):
    os.nice(10)
    names = names or [name for name, entry in CATALOGUE.items() if not entry.dangerous]
    print(f"nbgrader {importlib.metadata.version('nbgrader')}\n")
    print("| submission | what it is | under stock nbgrader |\n|---|---|---|")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as made:
        template = Path(made) / "course"
        # As in an activated environment, in which nbgrader finds alembic.
        os.environ["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        make_course(template, SETTINGS)
        for name in names:
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                run = Stock(Path(folder) / "run", CATALOGUE[name], template)
                run.run(seconds=SECONDS)
                verdict = run.verdict(CATALOGUE[name])
                print(f"| {name} | {CATALOGUE[name].what} | {verdict} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
