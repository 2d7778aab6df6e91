"""Grades an assignment from source/ to feedback, with nbgrader's own commands."""

import sys
import time
from pathlib import Path

from gradekit import course, fingerprint, release, sample_class, scores, stock, survey, workers
from gradekit.table import table


def grade(root, assignment, out=None):
    """Release, grade and give feedback on an assignment, as far as anything changed.

    Parameters
    ----------
    root : Path
        The course's folder.
    assignment : str
    out : file, optional
        Where it is told what happens; standard output if absent.

    Returns
    -------
    bool
        Whether somebody was graded, now or before, or the assignment cannot run here.

    Raises
    ------
    CourseError
        If the assignment is unknown, cannot be released or graded, or nobody handed it in.
    """
    out = out or sys.stdout
    reason = course.reason_to_skip(root, assignment)
    if reason:
        print(reason, file=out)
        return True
    return _Run(root, assignment, out).all()


class _Run:
    """One `make grade`."""

    def __init__(self, root, assignment, out):
        self.root, self.assignment, self.out = Path(root), assignment, out

    def all(self):
        workers.log_path(self.root).unlink(missing_ok=True)
        self._release()
        found = survey.submitted(self.root, self.assignment)
        if not found and sample_class.is_invented(survey.students(self.root)):
            self._write_sample_class()
            found = survey.submitted(self.root, self.assignment)
        if not found:
            raise course.CourseError(self._nobody())
        self._read_roster()
        if any(entry.gradable for entry in found):
            stock.autograde(self.root, self.assignment, self.out, workers.log_path(self.root))
        graded = [entry.student for entry in found if entry.gradable]
        self._give_feedback(graded)
        self._conclude(found)
        return bool(graded)

    def _say(self, text):
        print(text, file=self.out, flush=True)

    def _release(self):
        self._say(release.register_and_release(self.root, self.assignment))

    def _write_sample_class(self):
        students = sample_class.write(self.root, self.assignment)
        self._say(
            f"submitted/ has no real submission: wrote those of {len(students)} invented students; "
            "remove submitted/ and roster.csv before real ones come."
        )

    def _nobody(self):
        names = survey.students(self.root)
        found = ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")
        return (
            f"Nobody in submitted/ handed in {self.assignment} (found: {found}): put notebooks "
            f"into submitted/<student>/{self.assignment}/, or let `python -m gradekit "
            f"sample-class --assignment {self.assignment}` invent a class."
        )

    def _read_roster(self):
        path = self.root / "roster.csv"
        if not path.exists():
            columns = ",".join(scores.ROSTER_COLUMNS)
            self._say(f"There is no roster.csv ({columns}), so students appear without names.")
            return
        with stock.gradebook(self.root) as book:
            scores.import_roster(book, path)

    def _in(self, step, student):
        return self.root / step / student / self.assignment

    def _give_feedback(self, students):
        """Write feedback for those whose grades or comments changed since it was written."""
        with stock.gradebook(self.root) as book:
            rows = scores.rows(book, self.assignment)
        marks = {
            s: fingerprint.of_feedback(self._in("autograded", s), [repr(rows[s])])
            for s in students
            if s in rows
        }
        began = time.time()
        changed = [s for s in marks if marks[s] != fingerprint.read(self._feedback_mark(s))]
        self._say(f"{len(changed)} of {len(students)} need new feedback")
        everybody = [path.name for path in (self.root / "autograded").glob("*") if path.is_dir()]
        failed = workers.give_feedback(
            self.root,
            self.assignment,
            changed,
            everybody,
            lambda s: self._has_feedback(s, began),
            self.out,
        )
        for student in changed:
            if student in failed:
                self._say(f"No feedback for {student}: {failed[student]}; grade.log has more.")
            else:
                self._feedback_mark(student).write_text(marks[student], encoding="ascii")

    def _feedback_mark(self, student):
        return self._in("feedback", student) / fingerprint.NAME

    def _has_feedback(self, student, began):
        graded = self._in("autograded", student).glob("*.ipynb")
        wanted = [self._in("feedback", student) / f"{path.stem}.html" for path in graded]
        return all(path.exists() and path.stat().st_mtime >= began for path in wanted)

    def _conclude(self, found):
        survey.look_into(self.root, self.assignment, found)
        with stock.gradebook(self.root) as book:
            rows = scores.rows(book, self.assignment)
        names = [path.stem for path in course.notebooks(self.root, self.assignment)]
        self._say("\n" + table(found, rows, names))
        self._say("\nFeedback:")
        for path in sorted(self.root.glob(f"feedback/*/{self.assignment}/*.pdf")):
            if path.stem in names:  # a student's own files lie beside
                self._say(f"  {path.relative_to(self.root)}")
