"""Grades an assignment from source/ to feedback, with nbgrader's own commands."""

import sys
import time
from pathlib import Path

from gradekit import course, fingerprint, release, sample_class, scores, stock, survey, workers
from gradekit.autograde import FINGERPRINT
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
        If the assignment is unknown, cannot be released, or nobody handed it in.
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
        gradable = [entry.student for entry in found if entry.gradable]
        ungraded = self._autograde(gradable, [entry.student for entry in found])
        graded = [student for student in gradable if student not in ungraded]
        self._give_feedback(graded)
        self._conclude(found, ungraded)
        return bool(graded)

    def _say(self, text):
        print(text, file=self.out, flush=True)

    def _release(self):
        changed = release.register_and_release(self.root, self.assignment)
        state = "made anew from source/" if changed else "current"
        self._say(f"release/{self.assignment}: {state}")

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

    def _autograde(self, students, everybody):
        """Grade whoever changed; returns those who could not be graded, and why."""
        with stock.gradebook(self.root) as book:
            known = scores.rows(book, self.assignment)
        marks = {
            s: fingerprint.of_submission(self.root, self.assignment, self._in("submitted", s))
            for s in students
        }

        def is_graded(student):
            kept = fingerprint.read(self._in("autograded", student) / FINGERPRINT)
            return kept == marks[student]

        changed = [s for s in students if s not in known or not is_graded(s)]
        self._say(f"{len(changed)} of {len(students)} submissions are new or changed")
        return self._run("autograde", changed, everybody, is_graded)

    def _run(self, command, students, everybody, is_done):
        if not students:
            return {}
        told = (self.root, command, self.assignment, students, everybody, is_done, self.out)
        return workers.run(*told)

    def _in(self, step, student):
        return self.root / step / student / self.assignment

    def _give_feedback(self, students):
        """Write feedback for those whose grades or comments changed since it was written."""
        with stock.gradebook(self.root) as book:
            rows = scores.rows(book, self.assignment)
        marks = {
            s: fingerprint.of_feedback(self._in("autograded", s), [repr(rows[s])]) for s in students
        }
        began = time.time()
        changed = [s for s in students if marks[s] != fingerprint.read(self._feedback_mark(s))]
        self._say(f"{len(changed)} of {len(students)} need new feedback")
        everybody = [path.name for path in (self.root / "autograded").glob("*") if path.is_dir()]
        failed = self._run(
            "generate_feedback", changed, everybody, lambda s: self._has_feedback(s, began)
        )
        for student in changed:
            if student in failed:
                self._say(f"No feedback for {student}: {failed[student]}; grade.log has more.")
            else:
                self._feedback_mark(student).write_text(marks[student], encoding="ascii")

    def _feedback_mark(self, student):
        return self._in("feedback", student) / FINGERPRINT

    def _has_feedback(self, student, began):
        graded = self._in("autograded", student).glob("*.ipynb")
        wanted = [self._in("feedback", student) / f"{path.stem}.html" for path in graded]
        return all(path.exists() and path.stat().st_mtime >= began for path in wanted)

    def _conclude(self, found, ungraded):
        with stock.gradebook(self.root) as book:
            rows = scores.rows(book, self.assignment)
        for entry in found:
            if entry.student in ungraded:
                entry.notes.append(f"not graded: {ungraded[entry.student]}; grade.log has more")
        names = [path.stem for path in course.notebooks(self.root, self.assignment)]
        self._say("\n" + table(found, rows, names))
        self._say("\nFeedback:")
        for path in sorted(self.root.glob(f"feedback/*/{self.assignment}/*.pdf")):
            if path.stem in names:  # a student's own files lie beside
                self._say(f"  {path.relative_to(self.root)}")
