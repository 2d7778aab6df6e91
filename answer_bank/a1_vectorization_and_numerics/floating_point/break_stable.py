"""Answers to exercise 1b W1, by hand: why the formulas from the lecture notes break."""

from answer_bank import right, wrong

CELL = "a1b_w1"


@right
def both_overflows():
    """At $x = -1000$ the number $e^{-x} = e^{1000}$ is larger than the largest float and becomes
    `inf`, so `given_log_sigmoid` returns `-inf`; the answer is $-1000$.

    At $s = 1000$ with label 0 the number $e^{s}$ becomes `inf`, and so does the loss; the answer
    is 1000.
    """


@right
def overflow_and_rounding():
    """`given_log_sigmoid(-800)`: $e^{800}$ does not fit into float64 (the end is near
    $e^{709.78}$), it becomes `inf`, and the result is `-inf` instead of $-800$.

    `given_bce(-40, 0)`: $1 + e^{-40}$ is rounded to exactly 1, its logarithm is 0, and the right
    loss, $4.2 \\cdot 10^{-18}$, is lost.
    """


@wrong(fails=(), says="")
def overflow_without_saying_what():
    """$x = -1000$: overflow. $s = 1000$, $y = 0$: overflow as well."""


@wrong(fails=(), says="")
def only_one_formula():
    """For $x = -1000$ the term $e^{-x}$ is $e^{1000}$, which is `inf` in float64, so the result
    is `-inf`. I found no point for the second formula, it seems to be stable.
    """


@wrong(fails=(), says="")
def repeats_the_result():
    """Both formulas give `inf` or `-inf` at my points, but the real answer is a finite number,
    so they are wrong there.
    """
