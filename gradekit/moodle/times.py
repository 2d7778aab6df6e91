"""Moodle's dates, which are words in the language and the time zone of the teacher."""

import re
from datetime import UTC, datetime

_MONTHS = (
    "january januar janvier", "february februar février", "march märz mars", "april avril",
    "may mai", "june juni juin", "july juli juillet", "august août", "september septembre",
    "october oktober octobre", "november novembre", "december dezember décembre",
)  # fmt: skip
MONTHS = {word: at for at, words in enumerate(_MONTHS, 1) for word in words.split()}
_DATE = re.compile(
    r"(?P<day>\d{1,2})\.?\s+(?P<month>[^\W\d]+)\.?\s+(?P<year>\d{4})\D+"
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})\s*(?P<half>[AaPp]\.?[Mm])?"
)


def parse(text, zone):
    """Return a date of the worksheet.

    Parameters
    ----------
    text : str
        For example "Friday, 20 November 2026, 11:42 PM".
    zone : tzinfo or None
        That of the teacher; None for the machine's.

    Returns
    -------
    datetime or None
        In UTC, without a zone, as nbgrader keeps it; None if it cannot be read.
    """
    found = _DATE.search(text)
    month = found and MONTHS.get(found["month"].casefold())
    if not month:
        return None
    hour = int(found["hour"])
    if found["half"]:
        hour = hour % 12 + (12 if found["half"][0] in "Pp" else 0)
    try:
        local = datetime(
            int(found["year"]), month, int(found["day"]), hour, int(found["minute"]), tzinfo=zone
        )
        return local.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
