"""What the cells of an executed notebook score.

Only an error or a missing run costs a test cell its points; what it writes to stderr does not. A
written answer left blank scores 0, unless other files came with the submission: the answer may
stand in them, so a human is asked. A test that the source marks as extra credit adds to the score
and not to the total, as what a grader types under "extra credit" does.
"""

import math

from nbgrader.utils import compute_checksum

from gradekit import course


def is_blank(cell):
    """Is this written answer as it was handed out?"""
    return cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)


def has_failed(cell):
    """Did a test cell raise, or not run at all? An empty cell has nothing to run."""
    if cell.source.strip() and cell.execution_count is None:
        return True
    return any(output.output_type == "error" for output in cell.outputs)


def automatic_score(cell, beside=()):
    """The score of a graded cell; None when only a human can tell.

    Parameters
    ----------
    cell : NotebookNode
    beside : list of str
        Other files that were handed in.
    """
    if cell.metadata.nbgrader["solution"]:
        return 0.0 if is_blank(cell) and not beside else None
    if cell.cell_type != "code":
        return None
    points = float(cell.metadata.nbgrader["points"])
    if has_failed(cell):
        return 0.0
    partial = course.partial_credit(cell)
    if partial is None:
        return points
    return 0.0 if math.isnan(partial) else min(max(partial, 0.0), points)
