r"""Answers to exercise 5a D2: reading the figure of the 32 layers, graded by hand."""

from answer_bank import right, wrong

CELL = "a5a_d2"


@right
def by_second_moments():
    r"""1. He's variance $2/d$ is made for inputs with second moment $\frac12$. The data have second moment 1, so layer 1 has
    $d \cdot \frac{2}{d} \cdot 1 = 2$, RMS 1.41. After that there is a ReLU before each layer: it halves the second moment, and the
    factor 2 undoes it, so the RMS stays at 1.41.

    2. Sigmoid outputs are near $\frac12$, so the inputs of each layer have a mean square of about $\frac14$ or more, no matter how
    small the pre-activations get. Backward there is a factor $\sigma' \le \frac14$ in each layer, times $g$ from the weights. So the delta
    shrinks at least by $g/4$, and 31 layers make $10^{-20}$ of 0.23.

    3. fan_in for the forward pass, since each pre-activation sums fan_in terms; fan_out for the backward pass, since each gradient
    sums fan_out terms. The error of the other direction is a product of fan_in/fan_out that telescopes to first width over last
    width, so it is one constant factor and not an exponential one.
    """


@right
def short():
    r"""(i) There is no ReLU in front of layer 1, so $E[x^2] = 1$ instead of $1/2$ and $S_1$ has RMS $\sqrt 2$; later layers see
    $E[x^2] = \frac12 \cdot 2 = 1$, and $\frac{2}{d} \cdot d \cdot 1 = 2$ again. (ii) Forward: the mean $\frac12$ of the outputs is never lost.
    Backward: each layer multiplies by $W^{\mathsf T}$ (factor $g$) and by at most $1/4$. (iii) Forward fan_in, backward fan_out, the
    number of terms of the sums. Widths usually change by small factors and not always in the same direction, so it does not
    accumulate.
    """


@wrong()
def symptoms_only():
    r"""1. Because the gain is 1.41. 2. The sigmoid saturates, so gradients vanish. 3. fan_in, because PyTorch has it as the default."""


@wrong()
def directions_swapped():
    r"""1. The weights are too large for the first layer, which has no ReLU after it. 2. The sigmoid keeps values between 0 and 1, so
    the pre-activations cannot grow, and its derivative is small. 3. fan_out for forward because it is the number of outputs, and
    fan_in for backward.
    """
