r"""Answers to exercise 3a D2: every sigmoid network has a tanh twin, graded by hand."""

from answer_bank import right, wrong

CELL = "a3a_d2"


@right
def from_tanh():
    r"""1. $1 + \tanh x = \frac{e^{x} + e^{-x} + e^{x} - e^{-x}}{e^{x} + e^{-x}} = \frac{2 e^{x}}{e^{x} + e^{-x}}
    = \frac{2}{1 + e^{-2x}} = 2 \, \sigma(2x)$, where the third step divides by $e^{x} \ne 0$. With $x = s / 2$:
    $\sigma(s) = \frac12 + \frac12 \tanh(s / 2)$.
    2. $o_k = b_{2,k} + \sum_j W_{2,jk} \, \sigma(s_j) = b_{2,k} + \frac12 \sum_j W_{2,jk} + \sum_j \frac{W_{2,jk}}{2} \tanh(s_j / 2)$
    and $s_j / 2 = \sum_i x_i \frac{W_{1,ij}}{2} + \frac{b_{1,j}}{2}$. So $W_1' = W_1 / 2$, $b_1' = b_1 / 2$,
    $W_2' = W_2 / 2$, $b_{2,k}' = b_{2,k} + \frac12 \sum_j W_{2,jk}$.
    """


@right
def from_the_sigmoid():
    r"""1. $2 \, \sigma(2x) - 1 = \frac{2 - 1 - e^{-2x}}{1 + e^{-2x}} = \frac{1 - e^{-2x}}{1 + e^{-2x}}$, and after multiplying
    both parts by $e^{x}$ this is $\tanh x$. Hence $\sigma(s) = (1 + \tanh(s / 2)) / 2$.
    2. Also $\sigma(s) = (1 - \tanh(-s / 2)) / 2$, so I can take $W_1' = -W_1 / 2$, $b_1' = -b_1 / 2$, $W_2' = -W_2 / 2$ and
    $b_2' = b_2 + \frac12 \mathbf{1} W_2$, where $\mathbf{1}$ is a row of ones: the column sums of $W_2$, halved.
    """


@wrong()
def printed_recipe():
    r"""1. $1 + \tanh x = \frac{2 e^{x}}{e^{x} + e^{-x}} = \frac{2}{1 - e^{-2x}} = 2 \, \sigma(2x)$.
    2. Halve the input-hidden weights and the hidden-output weights, and add $\frac12$ to the bias of the output.
    """


@wrong()
def identity_only():
    r"""1. $1 + \tanh x = \frac{2 e^{x}}{e^{x} + e^{-x}} = \frac{2}{1 + e^{-2x}} = 2 \, \sigma(2x)$, so
    $\sigma(s) = \frac12 (1 + \tanh(s / 2))$. 2. $W_1' = W_1 / 2$, $b_1' = b_1$, $W_2' = W_2 / 2$ and $b_2' = b_2 + \frac12$.
    """
