"""Does the engine give what stock nbgrader gives? Every score and every output of every cell.

    .venv/bin/python -m benchmarks.compare_with_stock foreign
    .venv/bin/python -m benchmarks.compare_with_stock bank [--assignment A] [--most N] [--apart]
    .venv/bin/python -m benchmarks.compare_with_stock sample [--assignment A]

The same submissions are graded by `nbgrader autograde` twice, in folders of their own: by stock
with real kernels, test and answer in one process, and with the engine. "foreign" is a course on
general Python with bare asserts, "bank" holds every right and wrong answer of the answer bank, and
"sample" the class of invented students. What stock made is kept in build/stock, so a run goes on
where it was stopped. The differences are written to build/same_grades_<what>.md, each with its
kind; the exit status is 1 if the design does not want all of them.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks import submissions as handed_in
from benchmarks import written
from benchmarks.grading import ENGINE, Course
from benchmarks.outputs import Difference, differences, hide_tests
from benchmarks.stock_results import Stock
from gradekit import course

ROOT = handed_in.ROOT
# The student's working folder: in stock's run it lies in the course.
_ENGINE_FOLDER = "/home/student"
_STOCK_FOLDER = "<course>/autograded"


@dataclass
class Report:
    """What a comparison found."""

    submissions: int = 0
    notebooks: int = 0
    cells: int = 0
    outputs: int = 0
    differences: list = field(default_factory=list)

    @property
    def unwanted(self):
        """The differences for which the design has no reason."""
        return [difference for difference in self.differences if not difference.allowed]

    def add(self, other):
        """Take in what another comparison found."""
        self.submissions += other.submissions
        self.notebooks += other.notebooks
        self.cells += other.cells
        self.outputs += other.outputs
        self.differences += other.differences

    def lines(self):
        """The report as Markdown."""
        yield (
            f"{self.submissions} submissions, {self.notebooks} notebooks, {self.cells} scores and "
            f"{self.outputs} outputs compared: {len(self.differences)} differences, "
            f"{len(self.unwanted)} of them not wanted by the design."
        )
        kinds = Counter((d.kind, d.allowed or "not wanted") for d in self.differences)
        if kinds:
            yield from ("", "| kind | | number |", "| --- | --- | --- |")
            yield from (f"| {kind} | {why} | {n} |" for (kind, why), n in sorted(kinds.items()))
            yield ""
            yield from map(str, self.differences)


def compare(lay_out, submissions, folder, progress=lambda text: None):
    """Grade submissions to a course with both, and compare.

    Parameters
    ----------
    lay_out : callable
        Writes the course into the folder that it is given.
    submissions : list of Submission
    folder : Path
        Where both courses are made.
    progress : callable
        Told one line of text at a time.

    Returns
    -------
    Report
    """
    stock = Stock(lay_out, Path(folder, "stock"))
    began = time.monotonic()
    expected = stock.results(
        submissions,
        lambda done, total: progress(
            f"stock: {done} of {total} submissions ({time.monotonic() - began:.0f} s)"
        ),
    )
    root = Path(folder, "engine")
    graded = grade_with_engine(lay_out, submissions, root, progress)
    report = Report(submissions=len(submissions))
    for submission in submissions:
        key = submission.assignment, submission.student
        _compare_one(report, submission, expected[key], graded.get(key, {}), root)
    return report


def grade_with_engine(lay_out, submissions, root, progress=lambda text: None):
    """Grade submissions with the engine.

    Returns
    -------
    dict of tuple to dict
        {notebook: Graded} by (assignment, student).
    """
    lay_out(root)
    engine, found = Course(root, ENGINE), {}
    for assignment in sorted({submission.assignment for submission in submissions}):
        engine.release(assignment)
        chosen = [one for one in submissions if one.assignment == assignment]
        for submission in chosen:
            engine.hand_in(submission.student, assignment, submission.files)
        usage = engine.autograde(assignment)
        progress(f"engine: {len(chosen)} submissions to {assignment} in {usage.wall:.0f} s")
        Path(root, f"{assignment}.log").write_text(usage.output, encoding="utf-8")
        for student, notebooks in engine.graded(assignment).items():
            found[assignment, student] = notebooks
    return found


def _compare_one(report, submission, stock, engine, root):
    place = f"{submission.assignment} {submission.student}"
    names = sorted(Path(name).stem for name in submission.files if name.endswith(".ipynb"))
    for name in names:
        if stock.fault is not None:
            reason = f"stock could not grade it: {stock.fault}"
            report.differences.append(Difference(place, "not graded", None, "graded", reason))
            return
        if name not in engine:
            report.differences.append(Difference(f"{place} {name}", "not graded", "graded", None))
            continue
        theirs, ours = stock.notebooks[name], engine[name]
        hide_tests(theirs.cells, root, submission.assignment)
        folders = [
            f"{_STOCK_FOLDER}/{submission.student}/{submission.assignment}",
            f"{_ENGINE_FOLDER}/{submission.assignment}",
            str(root),
            "<course>",
        ]
        report.notebooks += 1
        report.cells += len(theirs.scores)
        report.outputs += sum(len(cell.get("outputs", ())) for cell in theirs.cells)
        report.differences += differences(
            f"{place} {name}", theirs, ours, folders, submission.beside
        )


def allow_known(report):
    """Give the differences that the foreign course's files announce their reasons."""
    reasons = {
        f"{notebook.assignment} {submission.student} {notebook.name} {cell}": reason
        for notebook in written.notebooks()
        for submission in notebook.submissions
        for cell, reason in submission.reasons.items()
    }
    report.differences = [
        replace(one, allowed=one.allowed or reasons.get(one.place)) for one in report.differences
    ]
    return report


def idioms(report):
    """The table of the foreign course's idioms, with what differs in the cells that use them."""
    differ = {}
    for difference in report.differences:
        differ.setdefault(tuple(difference.place.split()[2:4]), Counter())[difference.kind] += 1
    yield from ("| idiom | notebook | cell | |", "| --- | --- | --- | --- |")
    for notebook in written.notebooks():
        for cell, idiom in notebook.idioms.items():
            kinds = differ.get((notebook.name, cell))
            found = ", ".join(f"{kind} ({n})" for kind, n in kinds.items()) if kinds else "same"
            yield f"| {idiom} | {notebook.name} | {cell} | {found} |"


def main(arguments=None):
    """Compare, write the report, and tell whether all is as the design wants it."""
    chosen = _parser().parse_args(arguments)
    assignments = [chosen.assignment] if chosen.assignment else _assignments()
    if chosen.what == "foreign":
        lay_out, found = handed_in.lay_out_foreign, handed_in.of_foreign_course()
    elif chosen.what == "bank":
        lay_out = handed_in.lay_out_ours
        found = [one for name in assignments for one in handed_in.of_bank(name, chosen.apart)]
    else:
        lay_out = handed_in.lay_out_ours
        found = [one for name in assignments for one in handed_in.of_sample_class(name)]
    with tempfile.TemporaryDirectory(prefix="compared-") as folder:
        report = compare(lay_out, _spread(found, chosen.most), folder, _say)
    lines = list(report.lines())
    if chosen.what == "foreign":
        lines = list(allow_known(report).lines())
        lines += ["", *idioms(report)]
    path = ROOT / "build" / f"same_grades_{chosen.what}.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(lines[0], f"See {path.relative_to(ROOT)}.")
    return int(bool(report.unwanted))


def _say(text):
    print(text, flush=True)


def _parser():
    parser = argparse.ArgumentParser(prog="benchmarks.compare_with_stock", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("what", choices=["foreign", "bank", "sample"])
    parser.add_argument("--assignment", help="one assignment of our course; default: all")
    parser.add_argument("--most", type=int, help="no more submissions, spread over all")
    parser.add_argument(
        "--apart", action="store_true", help="one submission per answer of the bank, hours of stock"
    )
    return parser


def _assignments():
    return [name for name in course.assignments(ROOT) if not course.reason_to_skip(ROOT, name)]


def _spread(found, most):
    """At most so many, evenly chosen."""
    if most is None or most >= len(found):
        return found
    return [found[k * len(found) // most] for k in range(most)]


if __name__ == "__main__":
    sys.exit(main())
