r"""Answers to exercise 2b W2: what one example proves, graded by hand."""

from answer_bank import right, wrong

CELL = "a2b_w2_text"


@right
def refutes_only():
    r"""The example shows that "only" is wrong. It does not show that the formula holds for every soft target. Correct:
    it holds for every $y$ whose entries sum to 1."""


@right
def from_the_derivation():
    r"""One example is enough against "only for one-hot", but proves nothing about other targets; that needs the
    derivation, which uses $\sum_i y_i = 1$ and nothing else about $y$."""


@wrong()
def proves_everything():
    r"""It proves that $z - y$ is the gradient for all soft $y$."""


@wrong()
def no_condition():
    r"""The claim is false, since my example is not one-hot. The formula always holds."""
