r"""Answers to exercise 3b D2: why deltas, what they cost, what has to be kept, graded by hand."""

from answer_bank import right, wrong

CELL = "a3b_d2"


@right
def shared_products():
    r"""1. Written out, the slopes of two weights into the same unit differ only in their last factor $z_j$; all the rest is $\delta_k$.
    Also the deltas of the layer before contain $\delta_k$. It depends only on things behind it, so going from the last layer to
    the first I compute each delta once and use it for everything before.

    2. Each weight is used once for a delta and once for its slope: cost proportional to the number of weights. If I multiply out the
    chain anew for each weight, each product is as long as the rest of the network is deep, so at least depth times as much (and
    with several units per layer the number of paths explodes).

    3. The $z_j$, because a weight's slope is $z_j \delta_k$, and the $s_j$, because $f'$ is taken there."""


@right
def as_in_a_company():
    r"""1. A unit hears from the units it feeds how much the loss reacts to them; from that it works out its own delta. It need not
    know anything else about what comes later, since all of that is summed up in those deltas, for all of its weights at once.

    2. A pass backwards takes about as many multiplications as two passes forward, so it grows with the number of weights $P$. One
    backward pass per weight would be of order $P^2$.

    3. All activations (inputs of the layers) for the gradients, and the pre-activations, or for tanh and ReLU their outputs, for
    the derivatives of the activations."""


@wrong()
def only_the_name():
    r"""Because of backpropagation, which uses the chain rule backwards. It is faster. We have to keep the weights."""


@wrong()
def forward_is_recomputed():
    r"""1. The error is known at the end only. 2. It costs one multiplication per layer, instead of one per weight. 3. Nothing has to be
    kept, the deltas are enough."""
