"""How fast is the engine, beside stock nbgrader and beside the notebooks' own cells?

    .venv/bin/python -m benchmarks                      # the whole, an hour
    .venv/bin/python -m benchmarks --submissions 10     # fewer, a quarter of an hour

Both grade the same submissions with `nbgrader autograde`, one after the other in one run:

- our course: 40 submissions each, if not told otherwise, to A1 and A2, two notebooks each, every
  one with other answers of the answer bank, right and wrong, without those that never end: how
  long these take is a setting of the course, the same for both;
- figures: a notebook that draws 20 of them;
- a foreign course on general Python, with bare asserts.

Throughput is submissions over seconds by the clock, from the command's start to its end; the
engine uses all processors, and stock one after another as it does. Processor time is that of the
whole tree of processes, see `benchmarks.measure`, over the number of notebooks; so the command's
own start, reading submissions and writing the gradebook are in it. Beside it stand the same cells
in a process that is warm already, see `benchmarks.warm`: no grading can be cheaper. Then the engine
grades a quarter of as many submissions to A2, as many, and four times as many, while its memory is
looked at; the slope between the smallest and the largest number is what one more notebook costs.

The tables are printed, and written to build/speed.md.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from benchmarks import measure, submissions, written
from benchmarks.grading import ENGINE, STOCK, Course

ROOT = submissions.ROOT
FIGURES = Path(__file__).parent / "figure_course"
MIB = 1 << 20

A1, A2 = "a1_vectorization_and_numerics", "a2_softmax_and_losses"
# It calls the checks of other cells in search of a value, and they call it.
ENDLESS = {"asks_the_checks"}
GOAL_THROUGHPUT, GOAL_CPU = 10.0, 1.5


@dataclass(frozen=True)
class Contest:
    """A course and submissions to one of its assignments."""

    title: str
    lay_out: object
    submissions: list

    @property
    def assignment(self):
        return self.submissions[0].assignment

    @property
    def notebooks(self):
        """How many notebooks were handed in."""
        return sum(name.endswith(".ipynb") for one in self.submissions for name in one.files)

    def prepare(self, folder, engine):
        """Lay out the course, release the assignment and hand the submissions in."""
        self.lay_out(folder)
        course = Course(folder, engine)
        course.release(self.assignment)
        for one in self.submissions:
            course.hand_in(one.student, one.assignment, one.files)
        return course


@dataclass
class Score:
    """What a contest came to: seconds by the clock, and processor seconds."""

    contest: Contest
    stock: measure.Usage
    engine: measure.Usage
    warm: float

    def row(self):
        """Cells of the table."""
        count, notebooks = len(self.contest.submissions), self.contest.notebooks
        ratio = self.stock.wall / self.engine.wall
        per = [seconds / notebooks for seconds in (self.stock.cpu, self.engine.cpu, self.warm)]
        return [
            self.contest.title,
            f"{count}",
            f"{notebooks}",
            f"{self.stock.wall:.1f}",
            f"{self.engine.wall:.1f}",
            f"**{ratio:.1f}**",
            *(f"{seconds:.3f}" for seconds in per),
            f"{per[0] / per[2]:.1f}",
            f"**{per[1] / per[2]:.2f}**",
        ]


_COLUMNS = [
    "course", "submissions", "notebooks", "stock, s", "engine, s", "throughput",
    "stock, CPU s per notebook", "engine", "warm cells", "stock / warm", "engine / warm",
]  # fmt: skip


def contests(most):
    """What stock and engine both do, with so many submissions."""
    yield Contest("A1, answers of the bank", submissions.lay_out_ours, _of_bank(A1, most))
    yield Contest("A2, answers of the bank", submissions.lay_out_ours, _of_bank(A2, most))
    drawing = _of_written(FIGURES, "drawing", max(1, most // 4))
    yield Contest("20 figures", _lay_out_figures, drawing)
    for assignment in ("python_basics", "objects", "data_work"):
        yield Contest(
            f"foreign: {assignment}",
            submissions.lay_out_foreign,
            _of_written(written.FOREIGN, assignment, max(2, most // 3)),
        )


def play(contest):
    """Grade with both, and run the cells warm."""
    with tempfile.TemporaryDirectory(prefix="speed-") as folder:
        stock = contest.prepare(Path(folder, STOCK), STOCK)
        theirs = _graded(contest, stock)
        engine = contest.prepare(Path(folder, ENGINE), ENGINE)
        ours = _graded(contest, engine)
        return Score(contest, theirs, ours, _warm(engine, contest.assignment))


def growth(most):
    """Rows of the table that shows how the engine's time and memory grow."""
    numbers = (max(1, most // 4), most, 4 * most)
    used = []
    for number in numbers:
        contest = Contest("growth", submissions.lay_out_ours, _of_bank(A2, number))
        with tempfile.TemporaryDirectory(prefix="speed-") as folder:
            engine = contest.prepare(Path(folder, ENGINE), ENGINE)
            usage = _graded(contest, engine, memory=True)
        used.append((contest.notebooks, usage))
        seen = usage.memory
        yield [
            f"{number}",
            f"{contest.notebooks}",
            f"{usage.wall:.1f}",
            f"{usage.wall / contest.notebooks:.3f}",
            f"{usage.cpu / contest.notebooks:.3f}",
            *(f"{size / MIB:.0f}" for size in (seen.everything, seen.command, seen.branch)),
            f"{seen.processes}",
        ]
    (few, first), (many, last) = used[0], used[-1]
    more = many - few
    yield [
        "one more notebook", "", "",
        f"{(last.wall - first.wall) / more:.3f}",
        f"{(last.cpu - first.cpu) / more:.3f}",
        *(
            f"{(b - a) / MIB / more:.2f}"
            for a, b in (
                (first.memory.everything, last.memory.everything),
                (first.memory.command, last.memory.command),
                (first.memory.branch, last.memory.branch),
            )
        ),
        "",
    ]  # fmt: skip


_GROWTH_COLUMNS = [
    "submissions", "notebooks", "s", "s per notebook", "CPU s per notebook",
    "PSS of all, MiB", "of the command", "of the largest worker", "processes",
]  # fmt: skip


def _of_bank(assignment, count):
    """Submissions with all notebooks of the assignment, every one with other answers."""
    by_notebook = {}
    for one in submissions.of_bank(assignment, without=ENDLESS):
        for name, content in one.files.items():
            by_notebook.setdefault(name, []).append(content)
    columns = [islice(cycle(contents), count) for contents in by_notebook.values()]
    return [
        submissions.Submission(f"s{k:03}", assignment, dict(zip(by_notebook, row, strict=True)))
        for k, row in enumerate(zip(*columns, strict=True))
    ]


def _of_written(folder, assignment, count):
    """Submissions to a course written as Markdown: the same few, over and over."""
    notebooks = [nb for nb in written.notebooks(folder) if nb.assignment == assignment]
    students = cycle(("ada", "ben", "cleo"))
    found = []
    for k, student in enumerate(islice(students, count)):
        files = {}
        for notebook in notebooks:
            by_student = {one.student: one for one in notebook.submissions}
            chosen = by_student.get(student, by_student["ada"])
            files[f"{notebook.name}.ipynb"] = submissions.as_bytes(notebook.handed_in(chosen))
        found.append(submissions.Submission(f"s{k:03}", assignment, files))
    return found


def _lay_out_figures(root):
    written.write_sources(Path(root), written.notebooks(FIGURES), FIGURES)


def _graded(contest, course, memory=False):
    usage = course.autograde(contest.assignment, memory=memory)
    graded = course.graded(contest.assignment)
    if len(graded) != len(contest.submissions):
        missing = len(contest.submissions) - len(graded)
        raise RuntimeError(f"{course.engine} left out {missing}:\n{usage.output[-3000:]}")
    return usage


def _warm(course, assignment):
    """Processor seconds of all graded notebooks' cells in a warm process."""
    paths = sorted(course.root.glob(f"autograded/*/{assignment}/*.ipynb"))
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.warm", str(course.root)],
        input="".join(f"{path}\n" for path in paths),
        env=dict(os.environ, OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1"),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    seconds = [float(line) for line in done.stdout.split()]
    if len(seconds) != len(paths):
        raise RuntimeError("the warm process did not run all notebooks")
    return sum(seconds)


def _machine():
    load = "/".join(f"{number:.1f}" for number in os.getloadavg())
    return (
        f"{os.cpu_count()} processors ({platform.processor() or platform.machine()}), "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}; "
        f"load before the run {load}."
    )


def _line(cells):
    return f"| {' | '.join(cells)} |"


def main(arguments=None):
    """Print the tables, and write them."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--submissions", type=int, default=40, help="to each of A1 and A2")
    most = parser.parse_args(arguments).submissions
    path = ROOT / "build" / "speed.md"
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8") as file:

        def say(line):
            print(line, flush=True)
            print(line, file=file, flush=True)

        say(_machine())
        say("")
        say(f"Goals: throughput {GOAL_THROUGHPUT:g}, engine / warm at most {GOAL_CPU:g}.")
        say("")
        say(_line(_COLUMNS))
        say(_line(["---"] * len(_COLUMNS)))
        for contest in contests(most):
            say(_line(play(contest).row()))
        say("")
        say(_line(_GROWTH_COLUMNS))
        say(_line(["---"] * len(_GROWTH_COLUMNS)))
        for row in growth(most):
            say(_line(row))
