r"""Answers to exercise 3a D3: the slope of tanh, graded by hand."""

from answer_bank import right, wrong

CELL = "a3a_d3"


@right
def quotient_rule():
    r"""With $u = e^{x} - e^{-x}$, $v = e^{x} + e^{-x}$: $u' = v$ and $v' = u$, so
    $\tanh' = \frac{u' v - u v'}{v^2} = \frac{v^2 - u^2}{v^2} = 1 - \tanh^2$. The backward pass needs no exponential.
    """


@right
def sinh_and_cosh():
    r"""$\tanh = \sinh / \cosh$, and $\sinh' = \cosh$, $\cosh' = \sinh$. The quotient rule gives
    $\frac{\cosh^2 - \sinh^2}{\cosh^2} = 1 - \tanh^2$. So a layer stores its output only, and may overwrite its input by it.
    """


@wrong()
def no_derivation():
    r"""It is known that $\tanh' = 1 - \tanh^2$. This is useful because it is simpler."""


@wrong()
def wrong_sign():
    r"""$v' = -u$, so $\tanh' = \frac{v^2 + u^2}{v^2} = 1 + \tanh^2$. It is easy to remember."""
