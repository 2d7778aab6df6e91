"""How hard was a cell, and whom did it tell apart?"""

import random

import pytest

from gradekit.class_report.items import correlation, histogram, items, quartiles

CELLS = [("a", "one", "E1", 2.0), ("a", "two", "E1", 1.0), ("a", "extra", "E2", 0.0)]


def entry(one, two):
    return {("a", "one"): one, ("a", "two"): two, ("a", "extra"): 0.0}


def test_counts_and_means():
    """Are full, partial, no points and what waits for a human kept apart?"""
    one, two = items(CELLS, [entry(2.0, 1.0), entry(1.0, 0.0), entry(0.0, None), entry(None, 1.0)])
    assert (one.counts, one.waiting, one.mean) == ((1, 1, 1), 1, 0.5)
    assert (two.counts, two.waiting) == ((2, 0, 1), 1)


def test_cells_without_points_are_no_items():
    """Does extra credit have no difficulty?"""
    assert [item.cell for item in items(CELLS, [entry(1.0, 1.0)])] == ["one", "two"]


def test_cell_that_nobody_has_graded():
    """Has a cell that waits for a human everywhere no mean?"""
    one, _ = items(CELLS, [entry(None, 1.0)] * 9)
    assert (one.mean, one.discrimination, one.waiting) == (None, None, 9)


@pytest.mark.parametrize(
    ("two", "sign"), [([0, 0, 0, 0, 1, 1, 1, 1], 1), ([1, 1, 1, 1, 0, 0, 0, 0], -1)]
)
def test_discrimination(two, sign):
    """Is it 1 if the cell follows the other cells, and -1 if it is the other way round?"""
    one = [0.0, 0.0, 0.0, 0.0, 2.0, 2.0, 2.0, 2.0]
    _, found = items(CELLS, [entry(*scores) for scores in zip(one, two, strict=True)])
    assert found.discrimination == pytest.approx(sign)


def test_discrimination_that_says_nothing():
    """Is there none for few students, or where all have the same?"""
    assert items(CELLS, [entry(2.0, 1.0), entry(0.0, 0.0)])[0].discrimination is None
    assert items(CELLS, [entry(2.0, 1.0)] * 20)[0].discrimination is None


def test_like_numpy():
    """Are correlation, quartiles and histogram those of NumPy?"""
    np = pytest.importorskip("numpy")
    seed = random.randrange(10**6)
    print("seed", seed)
    draw = random.Random(seed)
    first = [draw.uniform(0, 10) for _ in range(50)]
    second = [draw.gauss(value, 3) for value in first]
    assert correlation(first, second) == pytest.approx(np.corrcoef(first, second)[0, 1])
    assert quartiles(first) == pytest.approx(list(np.percentile(first, [25, 50, 75])))
    assert histogram(first, 10) == list(np.histogram(first, 10, (0, 10))[0])


def test_totals_outside_of_the_range():
    """Do extra credit and a late penalty fall into the last and the first part?"""
    assert histogram([12.0, -1.0, 10.0], 10, bins=2) == [1, 2]
