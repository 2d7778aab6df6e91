"""Answers to add."""

from answer_bank import right, wrong

CELL = "add"
NAME = "add"


@right
def plain(a, b):
    return a + b


@wrong(fails={"add_core", "add_edges"}, says="large number")
def product(a, b):
    return a * b + 1


@wrong(fails={"add_edges"}, says="negative")
def never_zero(a, b):
    return a + b or 1
