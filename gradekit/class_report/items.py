"""How a class did: totals, and for each graded cell how hard it was and whom it told apart."""

import math
from dataclasses import dataclass

# Fewer students say nothing about who is told apart.
FEWEST = 8


@dataclass(frozen=True)
class Item:
    """A graded cell.

    Attributes
    ----------
    notebook, cell : str
        Their names in the gradebook.
    exercise : str
        The heading above the cell.
    points : float
    scores : list of float
        Of those whose cell is graded.
    waiting : int
        How many cells wait for a human.
    discrimination : float or None
        Correlation of the cell's score with the total of all other cells; None if it has none.
    """

    notebook: str
    cell: str
    exercise: str
    points: float
    scores: list
    waiting: int
    discrimination: float | None

    @property
    def mean(self):
        """Mean share of the points, from 0 to 1: the item's difficulty, None without scores."""
        return sum(self.scores) / len(self.scores) / self.points if self.scores else None

    @property
    def counts(self):
        """How many students have all of the points, a part of them, and none."""
        full = sum(score >= self.points for score in self.scores)
        none = sum(score <= 0 for score in self.scores)
        return full, len(self.scores) - full - none, none


def items(cells, entries):
    """Describe each graded cell.

    Parameters
    ----------
    cells : list of tuple
        (notebook, cell, heading above it, points), in the order of the notebooks.
    entries : list of dict
        For each student {(notebook, cell): score, or None if a human has to look at it}.

    Returns
    -------
    list of Item
    """
    return [_item(cell, entries) for cell in cells if cell[-1] > 0]


def _item(cell, entries):
    notebook, name, exercise, points = cell
    key = notebook, name
    graded = [entry for entry in entries if entry.get(key) is not None]
    scores = [entry[key] for entry in graded]
    others = [sum(filter(None, entry.values())) - entry[key] for entry in graded]
    waiting = sum(key in entry and entry[key] is None for entry in entries)
    return Item(notebook, name, exercise, points, scores, waiting, correlation(scores, others))


def correlation(first, second):
    """Pearson's correlation, None where it says nothing: few values, or all the same."""
    count = len(first)
    if count < FEWEST:
        return None
    means = sum(first) / count, sum(second) / count
    apart = [(a - means[0], b - means[1]) for a, b in zip(first, second, strict=True)]
    spread = math.sqrt(sum(a * a for a, _ in apart) * sum(b * b for _, b in apart))
    return sum(a * b for a, b in apart) / spread if spread > 1e-12 else None


def quartiles(values):
    """The three values that cut sorted numbers into quarters, by linear interpolation."""
    values = sorted(values)
    found = []
    for share in (0.25, 0.5, 0.75):
        at = share * (len(values) - 1)
        low, high = values[math.floor(at)], values[math.ceil(at)]
        found.append(low + (at - math.floor(at)) * (high - low))
    return found


def histogram(values, most, bins=10):
    """How many values fall into each of equal parts of the range from 0 to the most."""
    counts = [0] * bins
    for value in values:
        counts[min(max(int(value / most * bins), 0), bins - 1)] += 1
    return counts
