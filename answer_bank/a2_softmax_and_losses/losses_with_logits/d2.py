r"""Answers to exercise 2b D2: the gradient of softmax cross-entropy, graded by hand."""

from answer_bank import right, wrong

CELL = "a2b_d2"


@right
def through_logsumexp():
    r"""$\log z_i = x_i - \mathrm{LSE}(x)$ and $\partial \, \mathrm{LSE} / \partial x_j = e^{x_j} / \sum_k e^{x_k} = z_j$. Hence

    $$\frac{\partial H}{\partial x_j} = -\sum_i y_i \bigl( [i = j] - z_j \bigr) = -y_j + z_j \sum_i y_i.$$

    If the entries of $y$ sum to 1, this is $z_j - y_j$. Otherwise the factor $\sum_i y_i$ stays at $z_j$.
    """


@right
def quotient_rule():
    r"""For $i = j$: $\partial z_j / \partial x_j = z_j (1 - z_j)$. For $i \ne j$: $\partial z_i / \partial x_j = -z_i z_j$. So

    $$\frac{\partial H}{\partial x_j} = -\frac{y_j}{z_j} z_j (1 - z_j) + \sum_{i \ne j} \frac{y_i}{z_i} z_i z_j
    = -y_j + z_j \sum_i y_i,$$

    which is $z_j - y_j$ exactly when $\sum_i y_i = 1$ (all $z_j > 0$).
    """


@wrong()
def only_the_diagonal():
    r"""$\partial z_j / \partial x_j = z_j (1 - z_j)$, so $\partial H / \partial x_j = -\frac{y_j}{z_j} z_j (1 - z_j) = y_j z_j - y_j$."""


@wrong()
def only_one_hot():
    r"""Let $k$ be the class with $y_k = 1$, all others are 0. Then $H = -x_k + \mathrm{LSE}(x)$ and
    $\partial H / \partial x_j = z_j - [j = k] = z_j - y_j$. The property is that $y$ is one-hot.
    """
