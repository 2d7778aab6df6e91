"""What the names in a zip of submissions say: `classes/downloader.php` of Moodle's assignments."""

import re
import unicodedata
from typing import NamedTuple

# "Full Name_123_assignsubmission_file", with "_" behind it before Moodle 4.1, and with the file's
# name behind that where the teacher downloads without folders. A group has its own number, and
# those in no group have none.
_PART = re.compile(
    r"(?P<name>.*?)(?:_(?P<number>\d+))?_assignsubmission_(?P<plugin>[a-z]+)(?:_(?P<file>.*))?",
    re.DOTALL,
)
_DROPPED = re.compile(r"[\x00-\x1f\x7f&<>\"`|':\\/]|\.\.+")
# Everybody's name while marking is blind, in English and French, and in German.
HIDDEN = "Participant", "Teilnehmer/in"


class Member(NamedTuple):
    """A file of a zip.

    Attributes
    ----------
    name : str
        Of the person or group, as Moodle wrote it.
    number : int or None
        The participant's or the group's; None for those who are in no group.
    plugin : str
        "file", or "onlinetext" for what was typed into Moodle.
    path : str
        The file's path as it was handed in.
    """

    name: str
    number: int | None
    plugin: str
    path: str


def parse(path):
    """Read the path of a file in a zip.

    Parameters
    ----------
    path : str

    Returns
    -------
    Member or None
        None if Moodle did not name it.
    """
    parts = [part for part in path.replace("\\", "/").split("/") if part]
    for at, part in enumerate(parts):
        found = _PART.fullmatch(part)
        if found:
            rest = [*filter(None, [found["file"]]), *parts[at + 1 :]]
            number = int(found["number"]) if found["number"] else None
            return Member(found["name"], number, found["plugin"], "/".join(rest)) if rest else None
    return None


def cleaned(name):
    """Return a team's name as Moodle writes it into the zip.

    Parameters
    ----------
    name : str
        As the worksheet has it.

    Returns
    -------
    str
    """
    return _DROPPED.sub("", name.replace("_", " ").replace("&", "&amp;"))


def key(name):
    """Return the letters and digits of a name, which stay the same however it is cleaned.

    Parameters
    ----------
    name : str

    Returns
    -------
    str
    """
    signs = unicodedata.normalize("NFKD", name).casefold()
    return "".join(filter(str.isalnum, signs)) or signs


def agree(name, other):
    """Whether two names may be one person's: they share a word, or one has no letters.

    The order of first and last names is a setting of the site, and some put more before them.

    Parameters
    ----------
    name, other : str

    Returns
    -------
    bool
    """
    first, second = (
        {key(word) for word in text.replace("_", " ").split() if key(word).isalnum()}
        for text in (name, other)
    )
    return not first or not second or bool(first & second)
