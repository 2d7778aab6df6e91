r"""Answers to exercise 3c D2: the gradient of the logits, graded by hand."""

from answer_bank import right, wrong

CELL = "a3c_d2"


@right
def one_line_jacobian():
    r"""Quotient rule: $\partial p_j / \partial o_k = p_j ([j = k] - p_k)$, which is $p_k (1 - p_k)$ for $j = k$
    and $-p_j p_k$ otherwise. Let $V$ be the number of classes $j \ne y$ with $p_j - p_y + m > 0$. Then $g_j = 1$
    for these, $g_y = -V$, and all other $g_j$ are 0. All $p_j$ depend on $o_k$:

    $$\frac{\partial L}{\partial o_k} = \sum_j g_j p_j ([j = k] - p_k) = p_k g_k - p_k \sum_j g_j p_j
    = p_k \Bigl( g_k - \sum_j g_j p_j \Bigr).$$

    Summed over $k$ this gives $\sum_k p_k g_k - \sum_j g_j p_j = 0$, since the $p_k$ sum to 1. If $p_c \to 1$ for a
    wrong class $c$, all other factors $p_k$ go to 0, and for $c$ itself the bracket goes to $g_c - g_c = 0$. So the
    gradient vanishes, while the one of cross-entropy, $p_k - [k = y]$, stays at $-1$ for $k = y$.
    """


@right
def through_the_logarithm():
    r"""From $\log p_j = o_j - \log \sum_i e^{o_i}$ we get $\partial \log p_j / \partial o_k = [j = k] - p_k$, hence
    $\partial p_j / \partial o_k = p_j ([j = k] - p_k)$: $p_k - p_k^2$ on the diagonal, $-p_j p_k$ elsewhere.

    $g_j = [p_j - p_y + m > 0]$ for $j \ne y$, and $g_y = -\sum_{j \ne y} g_j$, because every active term has $-p_y$.

    Chain rule over all probabilities: $\partial L / \partial o_k = \sum_j g_j \, \partial p_j / \partial o_k
    = p_k (g_k - \bar g)$ with $\bar g = \sum_j p_j g_j$.

    For $m = 1$ all classes $j \ne y$ are violators, so $L = K (1 - p_y)$ and
    $\partial L / \partial o_k = -K p_y ([k = y] - p_k)$.
    """


@wrong()
def only_the_diagonal():
    r"""$\partial p_k / \partial o_k = p_k (1 - p_k)$, so by the chain rule $\partial L / \partial o_k = g_k p_k (1 - p_k)$
    with $g_k = 1$ for violators and $g_y = -1$. It is 0 if $p_k$ is 0 or 1.
    """


@wrong()
def true_class_forgotten():
    r"""$\partial p_j / \partial o_k = p_j ([j = k] - p_k)$ and $g_j = 1$ for violators, 0 otherwise, also for $j = y$. So
    $\partial L / \partial o_k = \sum_j g_j p_j ([j = k] - p_k)$. The gradient is small if the network is good.
    """
