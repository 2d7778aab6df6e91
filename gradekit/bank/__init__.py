"""The answer bank judges the tests: right answers pass, wrong ones fail where they should.

Every answer takes its place in the notebook, the tests that it can affect run, and what happens is
compared with what the bank claims. Mutants of the reference solutions are added by machine.
"""

import sys
import time
from concurrent.futures import as_completed
from dataclasses import dataclass, field
from pathlib import Path

from gradekit import course
from gradekit.bank import judgement, kill_matrix
from gradekit.bank.cell_runner import run_cells, worker_pool
from gradekit.bank.equivalence import compare
from gradekit.bank.notebook import BankNotebook
from gradekit.bank.pages import Entry, Page, PageError, manual_cells, read_pages
from gradekit.bank.report import NotebookReport

__all__ = ["BankReport", "Entry", "Page", "PageError", "main", "manual_cells", "read_pages", "run"]


@dataclass
class BankReport:
    """The reports of all notebooks, and complaints that belong to none."""

    notebooks: list[NotebookReport]
    general: list = field(default_factory=list)

    @property
    def complaints(self):
        return self.general + [text for one in self.notebooks for text in one.complaints]


def run(root, assignments=None, progress=lambda stage, done, total: None):
    """Judge the answer bank of a course, without assignments that cannot run here.

    Parameters
    ----------
    root : str or Path
        The course's folder.
    assignments : list of str, optional
        Default: all assignments in source/.
    progress : callable
        Called with the stage's name, the number of finished jobs and their total.

    Returns
    -------
    BankReport

    Raises
    ------
    course.CourseError
        If there is no such assignment, or a source notebook cannot be read.
    """
    root = Path(root).resolve()
    names = [
        name
        for name in assignments or course.assignments(root)
        if not course.reason_to_skip(root, name)
    ]
    reports = [
        NotebookReport(BankNotebook(root, name, path))
        for name in names
        for path in course.notebooks(root, name)
    ]
    with worker_pool(root) as pool:
        try:
            for stage, function, jobs_of in (
                ("references", run_cells, NotebookReport.reference_jobs),
                ("answers", run_cells, NotebookReport.answer_jobs),
                ("survivors", compare, NotebookReport.survivor_jobs),
            ):
                jobs = [job for report in reports for job in jobs_of(report)]
                _run_stage(pool, stage, function, jobs, progress)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    for report in reports:
        report.complain()
    mutants = [result for report in reports for result in report.mutants]
    general = [*_homeless_pages(root, names), *judgement.share_complaints(mutants)]
    return BankReport(reports, general)


def _run_stage(pool, stage, function, jobs, progress):
    """Run all jobs, then hand out the results in the jobs' order."""
    futures = [pool.submit(function, job) for job, _ in jobs]
    for done, _ in enumerate(as_completed(futures), 1):
        progress(stage, done, len(jobs))
    for future, (_, take) in zip(futures, jobs, strict=True):
        take(future.result())


def _homeless_pages(root, assignments):
    """Folders of the bank that no notebook of the assignment claims, as after a misspelling."""
    for assignment in assignments:
        notebooks = {path.stem for path in course.notebooks(root, assignment)}
        for folder in sorted((root / "answer_bank" / assignment).glob("*/")):
            if folder.name not in notebooks and any(folder.glob("*.py")):
                yield (
                    f"answer_bank/{assignment}/{folder.name} has pages, "
                    f"but source/{assignment} has no notebook {folder.name}.ipynb."
                )


def main(root, assignments=None):
    """`make bank`: judge, write build/kill_matrix.md and .csv, print the totals and complaints.

    Returns
    -------
    int
        The exit code: 1 if there is any complaint.
    """
    start = time.monotonic()
    for name in assignments or course.assignments(root):
        if reason := course.reason_to_skip(root, name):
            print(reason)
    report = run(root, assignments, _print_progress)
    paths = kill_matrix.write(report, Path(root) / "build")
    for complaint in report.complaints:
        print(complaint)
    print(kill_matrix.totals(report))
    print(f"complaints {len(report.complaints)}, {time.monotonic() - start:.0f} s")
    for path in paths:
        print(path)
    return 1 if report.complaints else 0


def _print_progress(stage, done, total):
    """One line that counts on a terminal; a line per tenth elsewhere."""
    if sys.stdout.isatty():
        print(f"\r{stage} {done}/{total} ", end="\n" if done == total else "", flush=True)
    elif done * 10 // total > (done - 1) * 10 // total:
        print(f"{stage} {done}/{total}", flush=True)
