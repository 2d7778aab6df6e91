"""Runs nbgrader's generate_feedback for some of an assignment's students, several at a time."""

import os
import re
import sys
import tempfile
import time
from pathlib import Path

from gradekit import stock

# nbgrader opens the gradebook often; more processes wait for each other.
_MOST = 8


class Progress:
    """Says how far a command is: rewritten in place on a terminal, a line per student in a log."""

    def __init__(self, total, out):
        self.total, self.out = total, out
        self.began = time.monotonic()
        self.count = 0

    def tell(self, student):
        self.count += 1
        spent = time.monotonic() - self.began
        line = f"feedback for {self.count} of {self.total}: {student}"
        if self.out.isatty():
            left = spent / self.count * (self.total - self.count)
            end = "\n" if self.count == self.total else ""
            self.out.write(f"\r\x1b[K{line}, about {left:.0f} s left{end}")
        else:
            self.out.write(f"{line} ({spent:.0f} s)\n")
        self.out.flush()


def give_feedback(root, assignment, students, everybody, is_done, out=None):
    """Write feedback for the given students of an assignment.

    Parameters
    ----------
    root : Path
    assignment : str
    students, everybody : list of str
        Ids of those who get feedback, and of all who have the assignment.
    is_done : callable
        Says whether a student, who is its argument, has feedback.
    out : file, optional
        Where progress is shown; standard output if absent.

    Returns
    -------
    dict of str to str
        The students who got none, and why; nbgrader's log has more.
    """
    if not students:
        return {}
    progress = Progress(len(students), out or sys.stdout)
    # One more than there are cores, because a process that starts or ends leaves its core idle.
    processes = min((os.cpu_count() or 1) + 1, _MOST, len(students))
    shares = [students[k::processes] for k in range(processes)]
    log = _run_shares(root, assignment, shares, everybody, is_done, progress)
    left = [student for student in students if not is_done(student)]
    if left:  # A locked gradebook is nobody's fault; one process alone does not meet it.
        log = _run_shares(root, assignment, [left], everybody, is_done, progress)
        left = [student for student in left if not is_done(student)]
    return {student: _reason(log, student, assignment) for student in left}


def log_path(root):
    """The file with everything that nbgrader's commands said."""
    return Path(root) / "grade.log"


def _run_shares(root, assignment, shares, everybody, is_done, progress):
    """Run one process per share, all at once; returns what they logged."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"{number}.log") for number in range(len(shares))]
        processes = []
        try:
            for share, path in zip(shares, paths, strict=True):
                others = ",".join(student for student in everybody if student not in share)
                exclude = f"--CourseDirectory.student_id_exclude={others}"
                with path.open("wb") as log:
                    started = stock.start(
                        root, "generate_feedback", log, assignment, "--force", exclude
                    )
                processes.append(started)
            _watch(processes, [student for share in shares for student in share], is_done, progress)
        finally:
            for process in processes:
                process.terminate()
                process.wait()
            log = "".join(path.read_text(encoding="utf-8", errors="replace") for path in paths)
            with log_path(root).open("a", encoding="utf-8") as file:
                file.write(log)
    return log


def _watch(processes, waiting, is_done, progress):
    """Tell who is done until all processes have ended."""
    running = True
    while running:
        running = any(process.poll() is None for process in processes)
        for student in [student for student in waiting if is_done(student)]:
            waiting.remove(student)
            progress.tell(student)
        time.sleep(0.1 if running else 0)


def _reason(log, student, assignment):
    """The last line of the traceback that nbgrader logged for a student."""
    place = re.escape(f"{student}/{assignment}")
    # The traceback is the next entry of the log; its lines are indented, up to the next entry.
    logged = rf"error processing assignment: .*{place}\n\[.*\n((?:[ \t].*\n|\n)*)"
    errors = re.findall(
        r"^\s*(?:\w+\.)*(\w*(?:Error|Exception)\b.*)$",
        "".join(re.findall(logged, log)[-1:]),
        re.MULTILINE,
    )
    return errors[-1].strip().rstrip(".") if errors else "nbgrader stopped before it"
