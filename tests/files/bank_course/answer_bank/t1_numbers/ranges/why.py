"""Answers to the hand-graded question."""

from answer_bank import right, wrong

CELL = "t_why"


@right
def same_number():
    """Largest and smallest number are the same: $x - x = 0$."""


@wrong()
def circular():
    """Because the span of one number is 0."""
