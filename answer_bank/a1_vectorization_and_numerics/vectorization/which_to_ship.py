"""Answers to exercise 1a W1, graded by hand: which of the two forms to ship."""

from answer_bank import right, wrong

CELL = "a1a_w1"


@right
def both_sides_and_a_repair():
    """I ship the Gram form. It stores a few arrays of $N M$ numbers, while the broadcast stores
    $N M D$ of them, which for images is hundreds of times as much; and nearly all of its work is
    one matrix product, so it is also the fastest.

    Its weak side is accuracy. For points close together but far from the origin,
    $\\lVert a \\rVert^2 + \\lVert b \\rVert^2$ and $2 \\, a \\cdot b$ are large and nearly equal, and
    their difference has only the digits that the rounding has left; it can even be negative. The
    broadcast subtracts the points first and keeps its digits.

    So my function subtracts the mean of all points from both sets first. That changes no distance
    and makes the norms small.
    """


@wrong(fails=(), says="")
def memory_only():
    """The Gram form, because it needs memory $O(N M)$ and the broadcast $O(N M D)$. With
    $N = M = 10000$ and $D = 784$ the broadcast does not fit into my computer. I saw no difference
    in the results.
    """


@wrong(fails=(), says="")
def shorter_code():
    """I would ship the broadcast, because it is one line and easier to read. Both give the same
    numbers and both have no loop, so there is no difference in speed.
    """
