r"""Answers to exercise 2a D1: the proof of the shift identity, graded by hand."""

from answer_bank import right, wrong

CELL = "a2a_d1"


@right
def factor_out():
    r"""Let $S = \sum_j e^{x_j}$. Since $e^{a} e^{-a} = 1$ for every real $a$,

    $$S = \sum_j e^{a} e^{x_j - a} = e^{a} \sum_j e^{x_j - a},$$

    where $e^{a}$ leaves the sum because it does not depend on $j$. Both factors are positive, so
    $\log S = \log e^{a} + \log \sum_j e^{x_j - a} = a + \log \sum_j e^{x_j - a}$.
    """


@right
def from_the_right_side():
    r"""I start on the right. $e^{a} > 0$ and $\sum_i e^{x_i - a} > 0$, so

    $$a + \log \sum_i e^{x_i - a} = \log \Bigl( e^{a} \sum_i e^{x_i - a} \Bigr)
    = \log \sum_i e^{a} e^{x_i - a} = \log \sum_i e^{x_i}$$

    by the distributive law and $e^{a} e^{x_i - a} = e^{x_i}$.
    """


@wrong()
def starts_from_the_claim():
    r"""$\log \sum_i e^{x_i} = a + \log \sum_i e^{x_i - a}$, so
    $\sum_i e^{x_i} = e^{a} \sum_i e^{x_i - a}$, so $\sum_i e^{x_i} = \sum_i e^{x_i}$, which is true.
    """


@wrong()
def sum_of_exponentials():
    r"""Exponentiate both sides: $\sum_i e^{x_i} = e^{a} + \sum_i e^{x_i - a}$. The $a$ cancels."""
