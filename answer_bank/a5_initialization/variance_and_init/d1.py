r"""Answers to exercise 5a D1: the variance of a sum of products, graded by hand."""

from answer_bank import right, wrong

CELL = "a5a_d1"


@right
def second_moments():
    r"""All terms $x_i w_i$ are independent, so $\mathrm{Var}[y] = \sum_i \mathrm{Var}[x_i w_i] = d \, \mathrm{Var}[x_1 w_1]$.
    $x_1$ and $w_1$ are independent, so $E[x_1 w_1] = E[x_1] \cdot 0 = 0$, and therefore

    $$\mathrm{Var}[x_1 w_1] = E[x_1^2 w_1^2] = E[x_1^2] \, E[w_1^2] = \sigma^2 E[x_1^2].$$

    Since $x_1^2 = z_1^2$ for $z_1 > 0$ and 0 else, and $z_1^2$ is even, $E[x_1^2] = \frac12 E[z_1^2] = \frac12$.
    So $\mathrm{Var}[y] = d \sigma^2 / 2$, which is 1 for $\sigma = \sqrt{2/d}$.
    """


@right
def formula_for_a_product():
    r"""For independent $x$ and $w$ we have $\mathrm{Var}[xw] = E[x^2] E[w^2] - E[x]^2 E[w]^2$. Here $E[w] = 0$, so it is
    $\sigma^2 E[x^2]$, whatever the mean of $x$ is. By total expectation

    $$E[x^2] = P(z > 0) \, E[z^2 \mid z > 0] + P(z \le 0) \cdot 0 = \frac12 \cdot 1,$$

    because by symmetry $E[z^2 \mid z > 0] = E[z^2] = 1$. The $d$ products are independent of each other, so the variances add:
    $\mathrm{Var}[y] = \frac{d}{2} \sigma^2$. It is 1 if $\sigma^2 = 2/d$.
    """


@right
def integral():
    r"""Given the inputs, $y$ is a sum of independent normal numbers: $y \mid x \sim N(0, \sigma^2 \sum_i x_i^2)$. By the law of
    total variance $\mathrm{Var}[y] = E[\sigma^2 \sum_i x_i^2] + \mathrm{Var}[0] = d \sigma^2 E[x_1^2]$, and

    $$E[x_1^2] = \int_0^\infty z^2 \frac{e^{-z^2/2}}{\sqrt{2 \pi}} \, dz = \frac12 .$$

    $\sigma = \sqrt{2/d}$ makes it 1.
    """


@wrong()
def variance_of_the_inputs():
    r"""The terms are independent, so the variances add up, and for independent factors
    $\mathrm{Var}[x_i w_i] = \mathrm{Var}[x_i] \mathrm{Var}[w_i]$. $\mathrm{Var}[x_i] = E[x_i^2] - E[x_i]^2 = \frac12 - \frac{1}{2\pi} = 0.3408$, so
    $\mathrm{Var}[y] = 0.3408 \, d \sigma^2$ and $\sigma^2 = 2.934/d$.
    """


@wrong()
def no_relu():
    r"""$\mathrm{Var}[y] = \sum_i \mathrm{Var}[x_i] \mathrm{Var}[w_i] = d \cdot 1 \cdot \sigma^2$, because $x_i$ comes from $N(0, 1)$.
    So $\sigma = 1/\sqrt{d}$.
    """
