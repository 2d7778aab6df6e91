"""Answers to double."""

from answer_bank import right, wrong

CELL = "double"
NAME = "double"


@right
def twice(x):
    return 2 * x


@wrong(fails={"double_core"}, says="not doubled")
def squared(x):
    return x * x
