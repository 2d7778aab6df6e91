"""When assignments are due, and what a late hand-in costs: ``c.Deadlines`` and ``c.LateDays``.

    c.Deadlines.time_zone = "Europe/Berlin"
    c.Deadlines.dates = {"a1_vectorization_and_numerics": "2026-11-20 23:59"}
    c.AssignLatePenalties.plugin_class = "gradekit.deadlines.LateDays"
    c.LateDays.percent_per_day = 10
"""

import math
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from nbgrader.plugins import LateSubmissionPlugin
from traitlets import Dict, Float, Int, TraitError, Unicode, validate
from traitlets.config import Configurable

DAY = 86_400


class Deadlines(Configurable):
    """Due dates, in the course's own time."""

    time_zone = Unicode(
        help='Where the course is, as "Europe/Berlin"; default: the machine\'s zone.'
    ).tag(config=True)
    dates = Dict(
        help='When assignments are due: {"a1": "2026-11-20 23:59"}. Those that are not named keep '
        "what formgrader says."
    ).tag(config=True)

    @validate("time_zone")
    def _known_zone(self, proposal):
        try:
            return proposal["value"] and ZoneInfo(proposal["value"]).key
        except (ZoneInfoNotFoundError, ValueError):
            raise TraitError(
                f"Deadlines.time_zone is {proposal['value']!r}, which is no time zone; write for "
                'example "Europe/Berlin".'
            ) from None

    @validate("dates")
    def _dates(self, proposal):
        for assignment, text in proposal["value"].items():
            try:
                datetime.fromisoformat(text)
            except (TypeError, ValueError):
                raise TraitError(
                    f"Deadlines.dates has {text!r} for {assignment}, which is no date; write for "
                    'example "2026-11-20 23:59".'
                ) from None
        return proposal["value"]

    @property
    def zone(self):
        """The time zone, None for the machine's."""
        return ZoneInfo(self.time_zone) if self.time_zone else None

    def due(self, assignment):
        """Return when an assignment is due, in UTC without a zone; None if that is not said."""
        text = self.dates.get(assignment)
        if text is None:
            return None
        date = datetime.fromisoformat(text)
        local = date if date.tzinfo else date.replace(tzinfo=self.zone)
        return local.astimezone(UTC).replace(tzinfo=None)

    def write(self, gradebook, assignment):
        """Bring an assignment's due date into the gradebook, if the settings have one."""
        due = self.due(assignment)
        entry = gradebook.find_assignment(assignment)
        if due is not None and entry.duedate != due:
            entry.duedate = due
            gradebook.db.commit()


class LateDays(LateSubmissionPlugin):
    """A share of the points off for each day that begins after the deadline."""

    grace_minutes = Float(5, min=0, help="Minutes after the deadline that cost nothing.").tag(
        config=True
    )
    percent_per_day = Float(
        10, min=0, max=100, help="What each day takes of the points that were reached."
    ).tag(config=True)
    most_days = Int(
        7, min=0, help="Days after which a hand-in gets no points any more."
    ).tag(config=True)

    def late_submission_penalty(self, student_id, score, total_seconds_late):
        """Return the points to take off, None if there are none."""
        days = math.ceil((total_seconds_late - 60 * self.grace_minutes) / DAY)
        if days <= 0:
            return None
        if days > self.most_days:
            return score
        return min(score, score * days * self.percent_per_day / 100)
