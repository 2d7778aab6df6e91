"""Does a change meet the list that it is about?"""

import numpy as np
import pytest

from gradekit.execution import arrays
from gradekit.execution.leases import Leased, Leases


@pytest.fixture
def leases():
    """One list that is lent and another one that is borrowed; both sides count from 1."""
    leases = Leases()
    leases.original, leases.copy = ["mine"], ["yours"]
    assert leases.lend(Leased(leases.original, by="f")) == 1
    leases.borrow(1, leases.copy)
    return leases


def test_change_of_a_copy(leases):
    leases.apply([[1, ["new"]]])
    assert (leases.original, leases.copy) == (["new"], ["yours"])
    assert leases.changed_by == {"f"}


def test_change_of_an_original(leases):
    leases.follow([[1, ["new"]]])
    assert (leases.original, leases.copy) == (["mine"], ["new"])
    assert leases.changes() == []


@pytest.mark.parametrize("content", [5, None, {"a": 1}, ("new",)])
def test_change_into_something_else(leases, content):
    leases.apply([[1, content]])
    leases.follow([[1, content]])
    assert (leases.original, leases.copy) == (["mine"], ["yours"])


@pytest.mark.parametrize(
    "window",
    [(-8, [2], [8]), (0, [4], [8]), (0, [3], [16]), (16, [2], [8]), (8, [2], [-16]),
     (1 << 70, [1], [8]), (0, [1, 1 << 40], [8, 8])],
)  # fmt: skip
def test_a_window_shows_nothing_but_the_array(window):
    lent = np.arange(3.0)
    assert arrays.look_into(lent, lent.dtype, *window) is None
    assert (arrays.look_into(lent, lent.dtype, 8, [2], [8]) == lent[1:]).all()


def test_a_window_does_not_show_numbers_as_objects():
    lent = np.arange(3)
    assert arrays.look_into(lent, np.dtype("O"), 0, [3], [8]) is None
    assert arrays.look_into(lent, np.dtype(float), 0, [3], [8]) is None
