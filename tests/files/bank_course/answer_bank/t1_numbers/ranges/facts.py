"""Answers to the third exercise: a cell of variables."""

# ruff: noqa: F841

from answer_bank import right, wrong

CELL = "t_facts"


@right
def literal():
    """Typed as asked."""
    facts = {"empty": 0.0, "one": 0.0}


@right
def in_steps():
    # First an empty dict,
    facts = {}
    # then both entries.
    for name in ("empty", "one"):
        facts[name] = 0.0


@wrong(fails={"t_facts_core"}, says="yours {'empty': None")
def none_for_empty():
    facts = {"empty": None, "one": 0.0}
