"""When is an assignment due, and what does a day cost?"""

from datetime import datetime

import pytest
from traitlets import TraitError

from gradekit import stock
from gradekit.deadlines import DAY, Deadlines, LateDays


@pytest.mark.parametrize(
    ("zone", "text", "utc"),
    [
        ("Europe/Berlin", "2026-11-20 23:59", datetime(2026, 11, 20, 22, 59)),
        ("Europe/Berlin", "2026-07-20 23:59", datetime(2026, 7, 20, 21, 59)),  # summer time
        ("Asia/Kolkata", "2026-11-20", datetime(2026, 11, 19, 18, 30)),
        ("Europe/Berlin", "2026-11-20 23:59+00:00", datetime(2026, 11, 20, 23, 59)),
    ],
)
def test_due(zone, text, utc):
    """Is a date read in the course's own time?"""
    assert Deadlines(time_zone=zone, dates={"a1": text}).due("a1") == utc


def test_without_a_date():
    """Is an assignment that is not named never due by the settings?"""
    assert Deadlines(dates={"a1": "2026-11-20"}).due("a2") is None


@pytest.mark.parametrize(
    "wrong", [{"time_zone": "Europe/Berlni"}, {"dates": {"a1": "20.11.2026"}}, {"dates": {"a1": 5}}]
)
def test_misspelled(wrong):
    """Is a zone or a date that cannot be read named, with an example?"""
    with pytest.raises(TraitError, match="write for example"):
        Deadlines(**wrong)


@pytest.mark.parametrize(
    ("seconds", "penalty"),
    [
        (1, None), (300, None), (301, 1.0), (DAY, 1.0), (DAY + 301, 2.0), (7 * DAY, 7.0),
        (7 * DAY + 301, 10.0), (70 * DAY, 10.0),
    ],
)  # fmt: skip
def test_late_days(seconds, penalty):
    """Does each day that begins after the deadline and the grace take a tenth, up to a week?"""
    assert LateDays().late_submission_penalty("ada", 10.0, seconds) == penalty


def test_written_into_the_gradebook(released):
    """Does the due date of the settings reach nbgrader?"""
    with stock.gradebook(released.root) as book:
        Deadlines(time_zone="Europe/Berlin", dates={"warmup": "2026-11-20 23:59"}).write(
            book, "warmup"
        )
        assert book.find_assignment("warmup").duedate == datetime(2026, 11, 20, 22, 59)
