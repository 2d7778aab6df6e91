r"""Answers to exercise 6 D1: four counts with reasons, graded by hand."""

from answer_bank import right, wrong

CELL = "a6_d1"


@right
def complete():
    r"""1. $Z_l$ has $n K$ entries, each a sum of $K$ products: $n K^2$ per layer, $n K^2 L$ in all.
    2. Each layer needs $\Delta W^\top$ and $Z^\top \Delta$, again $n K^2$ each, so with the gradient of the data $3 n K^2 L$,
    without it $(3 L - 1) n K^2$.
    3. All weights stay, and while a layer works its input and its output live: $L K^2 + 2 n K$.
    4. $2 L K^2$ for weights and gradients, $L n K$ for the inputs of all layers, which $Z^\top \Delta$ needs, and two deltas
    $2 n K$. The activations dominate for large batches, roughly $n > 2 K$, the weights for small ones.
    """


@right
def one_delta_buffer_per_layer():
    r"""1. $n \times K$ times $K \times K$ takes $n K K$ multiplications; there are $L$ such products: $n K^2 L$.
    2. Backward doubles the number of products per layer: $d_W$ ($K \times n$ times $n \times K$) and $d_X$
    ($n \times K$ times $K \times K$). I do not count $d_X$ of the first layer: $(3 L - 1) n K^2$.
    3. $L K^2 + 2 n K$, because activations before the current layer can be dropped.
    4. Weights and gradients $2 L K^2$, stored inputs $L n K$; deltas overwrite activations. For $n > K$ the activations win.
    """


@wrong()
def keeps_everything():
    r"""1. $n K^2 L$, one product per layer. 2. $3 n K^2 L$, because backward costs twice the forward pass.
    3. $L K^2 + L n K$, weights and activations. 4. Twice that, for the gradients.
    """


@wrong()
def only_formulas():
    r"""1. $n K L$. 2. $2 n K L$. 3. $L K^2 + n K$. 4. $2 L K^2$."""
