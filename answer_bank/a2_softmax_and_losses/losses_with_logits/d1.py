r"""Answers to exercise 2b D1: the stable form of the binary cross-entropy, graded by hand."""

from answer_bank import right, wrong

CELL = "a2b_d1"


@right
def two_cases():
    r"""With $p = 1 / (1 + e^{-s})$ we have $-\log p = \log(1 + e^{-s})$, and from
    $1 - p = e^{-s} / (1 + e^{-s})$ also $-\log(1 - p) = s + \log(1 + e^{-s})$. Weighted:

    $$\ell = y \log(1 + e^{-s}) + (1 - y) s + (1 - y) \log(1 + e^{-s}) = (1 - y) s + \log(1 + e^{-s}).$$

    If $s \ge 0$, then $s = \max(s, 0)$ and $s = |s|$, done. If $s < 0$, I write
    $\log(1 + e^{-s}) = \log\bigl(e^{-s} (e^{s} + 1)\bigr) = -s + \log(1 + e^{s})$, so
    $\ell = -s y + \log(1 + e^{s})$, and here $\max(s, 0) = 0$ and $s = -|s|$.

    The exponent $-|s|$ is never positive because $|s| \ge 0$, so the exponential is at most 1.
    """


@right
def without_cases():
    r"""$\log(1 + e^{t}) = \max(t, 0) + \log(1 + e^{-|t|})$ for every real $t$: factor out the larger
    of the two terms $1 = e^{0}$ and $e^{t}$, the other one becomes $e^{-|t|}$. Since $1 - \sigma(s) = \sigma(-s)$,

    $$\ell = y \log(1 + e^{-s}) + (1 - y) \log(1 + e^{s})
    = y \max(-s, 0) + (1 - y) \max(s, 0) + \log(1 + e^{-|s|}).$$

    With $\max(-s, 0) = \max(s, 0) - s$ this is $\max(s, 0) - s y + \log(1 + e^{-|s|})$. Only numbers
    of at most 0 are exponentiated (the absolute value has a minus), so nothing can overflow.
    """


@wrong()
def only_positive_scores():
    r"""$-\log p = \log(1 + e^{-s})$ and $-\log(1 - p) = s + \log(1 + e^{-s})$, so
    $\ell = (1 - y) s + \log(1 + e^{-s})$. For $s \ge 0$ this is the claim, because $|s| = s$. For
    negative $s$ it is the same by symmetry.
    """


@wrong()
def two_numbers():
    r"""I put in $s = 2$, $y = 1$: both sides are 0.127. And $s = -2$, $y = 0$: both are 0.127 again."""
