r"""Answers to exercise 2b D3: minimizers with and without smoothing, graded by hand."""

from answer_bank import right, wrong

CELL = "a2b_d3"


@right
def complete():
    r"""1. The gradient is $z - y$. Softmax gives $0 < z_j < 1$ for finite logits (if $K > 1$), so with a one-hot $y$ it
    is never 0. $H = -\log z_k > 0$, and with $x_k - x_j \to \infty$ it tends to 0: the infimum 0 is not attained.
    2. Now $z = \hat y$ is possible: $x_i = \log \hat y_i + c$. The gap is
    $\log \frac{1 - \varepsilon + \varepsilon / K}{\varepsilon / K} = \log \bigl( 1 + K (1 - \varepsilon) / \varepsilon \bigr)$.
    3. $H = \mathrm{LSE}(x) \sum_i \hat y_i - \sum_i \hat y_i x_i$ is convex, so gradient 0 means global minimum; softmax
    determines $x$ up to an additive constant, so the minimizer is unique up to this constant.
    """


@right
def by_divergence():
    r"""1. $H = -\log z_k$ is positive for all $x$, and can be made as small as we like by raising $x_k$. So the infimum
    is 0, never reached.
    2. and 3. $H(\hat y, z) = H(\hat y, \hat y) + \mathrm{KL}(\hat y \,\|\, z)$, and the divergence is 0 only at $z = \hat y$. So the minimizers
    are exactly the $x$ with $\mathrm{softmax}(x) = \hat y$, that is $x = \log \hat y + c$ with any constant $c$. Gap:
    $\log(1 - \varepsilon + \varepsilon / K) - \log(\varepsilon / K)$.
    """


@wrong()
def no_constant():
    r"""1. The infimum is 0 and is reached only in the limit, because $z$ would have to be one-hot.
    2. $z = \hat y$, so $x = \log \hat y$ and the gap is $\log(1 + K (1 - \varepsilon) / \varepsilon)$.
    3. Yes, it is unique, because the loss is convex.
    """


@wrong()
def attained():
    r"""1. The minimum is 0, at $z = y$. 2. Also $z = \hat y$, and the gap is $\log((1 - \varepsilon) / \varepsilon)$. 3. Yes."""
