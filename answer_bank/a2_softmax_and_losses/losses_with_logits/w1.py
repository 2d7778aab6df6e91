r"""Answers to exercise 2b W1: why the printed loss has wrong digits, graded by hand."""

from answer_bank import right, wrong

CELL = "a2b_w1_text"


@right
def the_sum_rounds():
    r"""About seven digits are right. $1 + e^{-20}$ is rounded to a multiple of $2.2 \cdot 10^{-16}$, so of
    $e^{-20} = 2.06 \cdot 10^{-9}$ only seven or eight digits are left before the logarithm is taken."""


@right
def lost_in_the_addition():
    r"""Seven. The addition $1 + t$ throws away the digits of $t$ behind the sixteenth decimal place; `log` itself is right."""


@wrong()
def blames_the_logarithm():
    r"""Eight digits. The logarithm is not accurate near 1."""


@wrong()
def all_digits():
    r"""All 16 digits are right, only the last one is rounded."""
