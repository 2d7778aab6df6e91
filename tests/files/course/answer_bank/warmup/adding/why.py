"""Answers to the question why."""

from answer_bank import right, wrong

CELL = "why"


@right
def order():
    """Because the sum does not depend on the order of its terms."""


@wrong(fails={"why"}, says="")
def vague():
    """It is what it is."""
