r"""Answers to exercise 3c D1: what the loss asks for, graded by hand."""

from answer_bank import right, wrong

CELL = "a3c_d1"


@right
def lead_of_the_margin():
    r"""The loss of a sample is 0 when $p_y \ge p_j + m$ for every other class $j$: the true class has to be
    ahead of all others by the margin. A class that it already beats by that much adds neither loss nor
    gradient, so the gradient acts only on the violators (and on $p_y$).
    """


@right
def in_terms_of_the_maximum():
    r"""$\max(0, p_j - p_y + m) = 0$ if and only if $p_y - p_j \ge m$. The sum is 0 if this holds for all
    $j \ne y$. Terms at 0 are flat, with derivative 0; what is left are the classes inside the margin, and the
    sample spends its whole gradient on these.
    """


@wrong()
def being_right_is_enough():
    r"""The loss is 0 if the network predicts the right class. Otherwise it pushes all other classes down."""


@wrong()
def only_the_strongest():
    r"""The loss is 0 if $p_y$ is larger than the largest other probability. The gradient goes to the class
    with the largest probability, because that one decides the prediction.
    """
