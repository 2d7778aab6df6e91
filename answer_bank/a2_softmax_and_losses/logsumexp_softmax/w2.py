r"""Answers to exercise 2a W2: gaps in a proof, graded by hand."""

from answer_bank import right, wrong

CELL = "a2a_w2"


@right
def both_gaps():
    r"""$C$ has to be positive, otherwise $\log C$ does not exist; $C = e^{-a}$ reaches every $a$.
    And $i$ is the index of $\pi_i$ and at the same time the summation index.
    """


@right
def both_gaps_named():
    r"""Missing: "$C > 0$". The letter $i$ is free on the left and summed over in the denominator."""


@wrong()
def only_nonzero():
    r"""$C$ must not be 0, because of the fraction."""
