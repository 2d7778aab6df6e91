r"""Answers to exercise 2a D2: softmax does not see a shift, graded by hand."""

from answer_bank import right, wrong

CELL = "a2a_d2"


@right
def same_positive_factor():
    r"""Multiply numerator and denominator by $e^{-a}$, which is positive for every real $a$, and
    move it into the sum:

    $$\frac{e^{x_k}}{\sum_j e^{x_j}} = \frac{e^{x_k} e^{-a}}{\sum_j e^{x_j} e^{-a}}
    = \frac{e^{x_k - a}}{\sum_j e^{x_j - a}}.$$

    With $a = \max_j x_j$ the largest exponent is 0: nothing overflows, and one term is 1, so the
    denominator is at least 1. With the mean or the minimum, exponents can still be large.
    """


@right
def through_log_sum_exp():
    r"""$\log \mathrm{softmax}(x)_k = x_k - \mathrm{LSE}(x) = x_k - a - \mathrm{LSE}(x - a)$ by
    exercise 1.1, and this is $\log \mathrm{softmax}(x - a)_k$. The maximum makes all exponents at
    most 0 and one of them equal to 0, so the sum lies between 1 and $n$.
    """


@wrong()
def no_reason_for_the_maximum():
    r"""$\frac{e^{x_k - a}}{\sum_j e^{x_j - a}} = \frac{e^{x_k} / e^a}{\sum_j e^{x_j} / e^a}$ and the
    $e^a$ cancels. The maximum is used because it is the usual choice.
    """
