"""Does a change meet the list that it is about?"""

import pytest

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
