r"""Answers to exercise 5b W1: what it takes, and what it is, graded by hand."""

from answer_bank import right, wrong

CELL = "a5b_w1"


@right
def numbers_and_staircase():
    r"""1. In my table two layers of 64 units have the error 0.0015, below 0.01; one layer of 64 has 0.0405, which is not.
    Depth helps more: three layers of 8 units have 177 parameters and the error 0.0031, one layer of 64 has 257
    parameters and is stuck at 0.0405. 2. The slope in the lower panel is a staircase: constant between two dotted
    lines, with jumps at them. The slope of a tanh network would change everywhere."""


@right
def second_differences():
    r"""1. Enough: 2 x 24 with 0.0022 (697 parameters). Not enough: 2 x 8 with 0.0304 (105 parameters), and also 1 x 64
    with 0.0405, although 64 units are more than 2 x 24 in one layer: width alone gains nothing, a second layer does. 2. I
    computed second differences of the output on the line: 0 up to rounding except at the marked kinks, and each kink is
    where a hidden unit switches. For a smooth function they would be nonzero everywhere."""


@wrong()
def larger_is_better():
    r"""1. The larger the network the better. 2. It is piecewise linear because ReLU is piecewise linear."""


@wrong()
def looks_right():
    r"""1. Two hidden layers of 64 units are enough, since the maps look the same. 2. The prediction follows the target
    closely, so it must consist of many small pieces."""
