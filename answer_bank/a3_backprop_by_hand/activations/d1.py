r"""Answers to exercise 3a D1: why activation functions are not linear, graded by hand."""

from answer_bank import right, wrong

CELL = "a3a_d1"


@right
def distributive_law():
    r"""1. $(x W_1 + b_1) W_2 + b_2 = x W_1 W_2 + b_1 W_2 + b_2$, so the weights are $W_1 W_2$, shape $(D, K)$, and the
    bias is $b_1 W_2 + b_2$. By induction any number of layers is one affine layer: depth adds nothing.
    2. Yes. With one hidden unit $W_1 W_2$ is a column times a row and has rank 1, so not every affine map is possible.
    3. The output can bend. For instance $|x| = \max(x, 0) + \max(-x, 0)$ with two ReLU units, which no affine function is.
    """


@right
def composition():
    r"""A composition of affine maps is affine: from $f_i(x) = x W_i + b_i$ we get
    $f_2(f_1(x)) = x \, (W_1 W_2) + (b_1 W_2 + b_2)$. So every network of such layers is a single one. A narrow layer of
    $H$ units only limits the rank to $H$. With sigmoids or ReLUs in between, a wide network approximates each
    continuous function on a bounded closed set, and can separate classes that no straight line separates, as in XOR.
    """


@wrong()
def without_biases():
    r"""$x W_1 W_2 = x W$ with $W = W_1 W_2$, and the biases add up to $b_1 + b_2$. So it would remain linear, and depth
    changes nothing. Activation functions make it non-linear.
    """


@wrong()
def only_words():
    r"""Without an activation function the network is linear, so it can learn only linear things. That is why we need one."""
