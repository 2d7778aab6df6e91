"""The table that grading ends with."""

from gradekit.grading.folders import shown


def table(found, rows, notebooks):
    """Students, scores, what waits for a human, and notes.

    Parameters
    ----------
    found : list of survey.Submission
    rows : dict of str to scores.Row
        By student id.
    notebooks : list of str
        Names of the assignment's notebooks.

    Returns
    -------
    str
    """
    head = ["id", "student", *notebooks, "total", "by hand"]
    lines = [_line(entry, rows.get(entry.student), notebooks) for entry in found]
    widths = [max(len(line[k]) for line in [head, *lines]) for k in range(len(head))]
    text = [_joined(head, widths), _joined(["-" * width for width in widths], widths)]
    for entry, line in zip(found, lines, strict=True):
        text.append(_joined(line, widths))
        text += [f"    {note}" for note in entry.notes + _overridden(rows.get(entry.student))]
    return "\n".join(text)


def _line(entry, row, notebooks):
    if row is None:
        return [shown(entry.student), "", *["-"] * len(notebooks), "-", ""]
    parts = [_score(*row.notebooks[name]) if name in row.notebooks else "-" for name in notebooks]
    waiting = f"{row.by_hand} cell{'s' * (row.by_hand > 1)}" if row.by_hand else ""
    return [shown(entry.student), row.name, *parts, _score(row.score, row.points), waiting]


def _overridden(row):
    if row is None or not row.overridden:
        return []
    return [f"automatic scores replaced by hand, to be reviewed: {', '.join(row.overridden)}"]


def _score(score, points):
    return f"{score:g}/{points:g}" if points else f"+{score:g}"


def _joined(line, widths):
    return "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
