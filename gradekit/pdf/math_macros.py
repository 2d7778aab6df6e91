"""Macros that a notebook defines for its formulas: \\newcommand and its kin.

As with MathJax, a definition in one formula holds for all formulas after it, in other cells too.
"""

import re
from typing import NamedTuple

NAME = re.compile(r"\s*(?:\{\s*)?\\([A-Za-z]+|[^A-Za-z\s])\s*\}?")
PARAMETERS = re.compile(r"\s*((?:#\d)*)\s*(?=\{)")
MAX_EXPANSIONS = 1000
MAX_LENGTH = 50_000


class Macro(NamedTuple):
    """What stands for a command: its text, and how many arguments take the place of #1, #2, ...

    With a default, the first argument is an option in brackets.
    """

    body: str
    count: int = 0
    default: str | None = None

    def missing(self):
        """Return the number of an argument that the text asks for and nobody gives, else None."""
        asked = re.findall(r"(?<!\\)#([1-9])", self.body)
        return next((number for number in asked if int(number) > self.count), None)

    def filled(self, arguments):
        """Return the text with its arguments."""
        text = ""
        for i, part in enumerate(re.split(r"(?<!\\)#([1-9])", self.body)):
            text = joined(text, arguments[int(part) - 1] if i % 2 else part, "")
        return text


def joined(before, text, after):
    """Put a macro's text in its place, so that no command grows by the letters behind it."""
    for right in (text, after):
        grows = re.search(r"\\[A-Za-z]+$", before) and right[:1].isalpha()
        before = f"{before}{' ' if grows else ''}{right}"
    return before
