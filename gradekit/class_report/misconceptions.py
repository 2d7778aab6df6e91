"""What the checks named in the answers of a class."""

import re
from collections import defaultdict
from dataclasses import dataclass

from gradekit import course
from gradekit.pdf.redact import SGR

# The first line of a check's message, and the lines that say what is behind it, the best one first.
_HEAD = re.compile(r"FAIL\s+(?P<exercise>.*?)\s+\[\d+ of \d+ checks?\]\s+(?P<check>.*)")
_REASONS = ("pattern", "meaning", "error", "yours")
_LINE = re.compile(r"\s{2,}(?P<label>[a-z][a-z ]*?)\s{2,}(?P<text>\S.*)")
_GOES_ON = " " * 12
_NUMBER = re.compile(r"(?<![\w.])[-+]?\d[\d.,]*(?:e[-+]?\d+)?(?![\w])")
_EMPTY = "this exercise is still empty"


@dataclass(frozen=True)
class Misconception:
    """What a check said, but for its numbers, and the students to whom it did.

    Attributes
    ----------
    exercise, check : str
        As the message names them.
    text : str
        In the words of one student's message.
    students : list of str
    """

    exercise: str
    check: str
    text: str
    students: list


def misconceptions(notebooks):
    """Group what checks said.

    Parameters
    ----------
    notebooks : iterable of (str, NotebookNode)
        Graded notebooks, with their students.

    Returns
    -------
    list of Misconception
        The most frequent first.
    """
    found = defaultdict(dict)
    for student, nb in notebooks:
        for cell in filter(course.is_test, nb.cells):
            for message in _messages(cell):
                said = _said(message)
                if said:
                    exercise, check, text = said
                    # The same mistake fails several checks.
                    key = exercise, _NUMBER.sub("#", text) or check
                    found[key].setdefault(student, said)
    grouped = [
        Misconception(*next(iter(by.values())), sorted(by)) for by in found.values()
    ]
    return sorted(grouped, key=lambda one: (-len(one.students), one.exercise, one.check, one.text))


def _messages(cell):
    for output in cell.outputs:
        if output.output_type == "error":
            yield SGR.sub("", output.evalue)


def _said(message):
    """Return exercise, check and reason; None if it is no check's message, or about no answer."""
    lines = message.splitlines()
    head = _HEAD.match(lines[0]) if lines else None
    if not head or _EMPTY in message:
        return None
    labels, label = {}, None
    for line in lines[1:]:
        begun = _LINE.fullmatch(line)
        label = begun["label"] if begun else label
        if label and (begun or line.startswith(_GOES_ON)):
            labels.setdefault(label, []).append(begun["text"] if begun else line.strip())
    reason = next((" ".join(labels[name]) for name in _REASONS if name in labels), "")
    return head["exercise"], head["check"], reason
