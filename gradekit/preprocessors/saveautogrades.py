"""Scores the cells of an executed notebook, fairly, and writes the scores into the gradebook."""

import math
import os

from nbgrader import preprocessors, utils

from gradekit import course


class SaveAutoGrades(preprocessors.SaveAutoGrades):
    """nbgrader's SaveAutoGrades with the kit's rules.

    Only an error or a missing run costs a test cell its points; what it writes to stderr does not.
    A written answer left blank scores 0, unless other files came with the submission: the answer
    may stand in them, so a human is asked. A human is also asked about every cell of a notebook
    that could not be read or did not run to its end. A test that the source marks as extra credit
    adds to the score and not to the total, as what a grader types under "extra credit" does.
    """

    def preprocess(self, nb, resources):
        self.fault = resources["gradekit"]["fault"]
        self.beside = resources["gradekit"]["beside"]
        self.extra_credit = _extra_credit(resources["gradekit"]["source"])
        return super().preprocess(nb, resources)

    def _add_score(self, cell, resources):
        grade = self.gradebook.find_grade(
            cell.metadata.nbgrader["grade_id"],
            self.notebook_id,
            self.assignment_id,
            self.student_id,
        )
        if cell.metadata.nbgrader["solution"]:
            grade.auto_score = self._written_score(cell)
        else:
            grade.auto_score = self._test_score(cell)
        extra = self.extra_credit.get(grade.name)
        if extra:
            grade.extra_credit = 0.0 if _has_failed(cell) else extra
        grade.needs_manual_grade = (
            grade.manual_score is not None or grade.auto_score is None or self.fault is not None
        )
        self.gradebook.db.commit()

    def _add_comment(self, cell, resources):
        super()._add_comment(cell, resources)
        if course.is_manual(cell) and _is_blank(cell) and self.beside:
            comment = self.gradebook.find_comment(
                cell.metadata.nbgrader["grade_id"],
                self.notebook_id,
                self.assignment_id,
                self.student_id,
            )
            comment.auto_comment = f"Blank here; handed in beside it: {', '.join(self.beside)}."
            self.gradebook.db.commit()

    def _written_score(self, cell):
        return 0.0 if _is_blank(cell) and not self.beside else None

    def _test_score(self, cell):
        points = float(cell.metadata.nbgrader["points"])
        if _has_failed(cell):
            return 0.0
        partial = _partial_credit(cell)
        if partial is None:
            return points
        if not 0 <= partial <= points:  # not a number is refused here, too
            grade_id = cell.metadata.nbgrader["grade_id"]
            self.log.warning("Cell %s gives %s of %s points: clipped", grade_id, partial, points)
        return 0.0 if math.isnan(partial) else min(max(partial, 0.0), points)


def _extra_credit(source):
    """{grade_id: points on top of the total} of the source notebook, which nobody submits."""
    if not os.path.exists(source):
        return {}
    cells = course.read_notebook(source).cells
    return {course.grade_id(cell): course.extra_credit(cell) for cell in cells}


def _is_blank(cell):
    return cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)


def _has_failed(cell):
    """Did the cell raise, or not run at all? An empty cell has nothing to run."""
    if cell.source.strip() and cell.execution_count is None:
        return True
    return any(output.output_type == "error" for output in cell.outputs)


def _partial_credit(cell):
    """The number in the cell's last line, by which nbgrader gives a part of the points."""
    for output in cell.outputs:
        if output.output_type == "execute_result":
            try:
                return float(output.data.get("text/plain", ""))
            except ValueError:
                return None
    return None
