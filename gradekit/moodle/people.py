"""Students' ids: the same in every assignment, and safe as names of folders and in tables.

Moodle's number of a participant is another one in each assignment. What stays is the email address,
or the ID number, or in the end the name.
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

# What nbgrader's patterns, paths and tables would take for something else, or nobody can see.
_UNSAFE = re.compile(r"[^\w.@-]+")
# In bytes; file systems take 255.
_LONGEST = 160


@dataclass(frozen=True)
class Person:
    """A student.

    Attributes
    ----------
    id : str
        The student's in the gradebook, and the folder in submitted/.
    number : int
        In this assignment.
    first_name, last_name, email, group : str
    """

    id: str
    number: int
    first_name: str
    last_name: str
    email: str
    group: str = ""

    @property
    def name(self):
        """Both names, or the id where there are none."""
        return f"{self.first_name} {self.last_name}".strip() or self.id


def people(participants):
    """Give each participant an id.

    Parameters
    ----------
    participants : list of Participant

    Returns
    -------
    list of Person
    list of str
        Sentences about ids that will not stay the same, or were made different.
    """
    made = [_id(one) for one in participants]
    numbers = [one.number for one in participants]
    ids = _different(dict(zip(numbers, (name for name, _ in made), strict=True)))
    found, told = [], []
    for one, (name, _) in zip(participants, made, strict=True):
        if ids[one.number] != name:
            told.append(
                f"{one.name or one.number}: the id {name} would be somebody else's, too, so it is "
                f"{ids[one.number]}; it will be another one in the next assignment."
            )
        first, last = _names(one.name)
        found.append(Person(ids[one.number], one.number, first, last, one.email, one.group))
    by_name = sum(stable == "name" for _, stable in made)
    if by_name:
        told.append(
            f"{by_name} students are known by their names, because the worksheet has no email "
            "addresses; who changes the name becomes somebody else."
        )
    if any(stable == "number" for _, stable in made):
        told.append(
            "The worksheet has neither names nor addresses (blind marking): students are known by "
            "their numbers, which are others in each assignment."
        )
    return found, told


def _id(participant):
    """Return the id, and what it is made of."""
    for source in ("email", "id_number", "name"):
        text = safe(getattr(participant, source))
        if text:
            return (text.lower() if source == "email" else text), source
    return str(participant.number), "number"


def _different(ids):
    """Put the number behind each id that several people have; {number: id}.

    Some file systems make no difference between large and small letters.
    """
    found = dict(ids)
    while True:
        often = Counter(name.casefold() for name in found.values())
        twice = [
            number
            for number, name in found.items()
            if often[name.casefold()] > 1 and name == ids[number]
        ]
        if not twice:
            return found
        found |= {number: f"{ids[number]}-{number}" for number in twice}


def safe(text):
    """Return text without what a folder's name or a table cannot have."""
    text = unicodedata.normalize("NFC", text)
    text = _UNSAFE.sub("-", text).strip("-.")
    return text.encode()[:_LONGEST].decode(errors="ignore")


def _names(full):
    """Split a full name as it is most often meant; Moodle has one field for both."""
    if ", " in full:
        last, first = full.split(", ", 1)
        return first, last
    first, _, last = full.rpartition(" ")
    return first, last
