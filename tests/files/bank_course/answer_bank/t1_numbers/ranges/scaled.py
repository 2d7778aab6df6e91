"""Answers to the second exercise: numbers divided by their span."""

# ruff: noqa: F821

from answer_bank import right, wrong

CELL = "t_scaled"
NAME = "scaled"


def inputs(rng):
    for size in range(2, 12):
        yield (list(rng.normal(size=size)),)


@right
def span_once(x):
    width = span(x)
    return [value / width for value in x]


@right
def own_span(x):
    return [value / (max(x) - min(x)) for value in x]


@wrong(fails={"t_scaled_core"}, says="divided by the span: yours [0.3")
def by_maximum(x):
    return [value / max(x) for value in x]
