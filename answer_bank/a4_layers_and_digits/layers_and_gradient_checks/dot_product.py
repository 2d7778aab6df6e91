"""Answers to exercise 4a E1: the dot product as an operation."""

import numpy as np

from answer_bank import right, wrong

CELL = "a4a_dot_product"
NAME = "DotProduct"

CORE = "a4a_dot_product_core"
TOLERANCE = 1e-13


def inputs(rng):
    """Yield a d_out and two arrays on which a surviving mutant is compared with the reference."""
    for shape in ((7,), (3, 5), (2, 3, 5), (), (0, 5)):
        for d_out in (1.0, -0.7):
            yield d_out, np.array(rng.normal(size=shape)), np.array(rng.normal(size=shape))


def observe(answer, d_out, x, y):
    """Outputs of both methods, the second one called twice."""
    layer = answer()
    return layer.forward(x, y), *layer.backward(d_out), *layer.backward(d_out)


@right
class in_one_step:
    def forward(self, x, y):
        self.cache = x, y
        return np.sum(x * y)

    def backward(self, d_out):
        x, y = self.cache
        return d_out * y, d_out * x


@right
class operations_made_once:
    def __init__(self):
        self.operations = Multiply(), Sum()

    def forward(self, x, y):
        multiply, total = self.operations
        return total.forward(multiply.forward(x, y))

    def backward(self, d_out):
        multiply, total = self.operations
        return multiply.backward(total.backward(d_out))


@right
class vdot:
    def forward(self, x, y):
        self.cache = {"x": x, "y": y}
        return np.vdot(x, y)

    def backward(self, d_out):
        return [self.cache["y"] * d_out, self.cache["x"] * d_out]


@wrong(fails={CORE}, says="forward returns one number: sum the products")
class dot_returns_product:
    def forward(self, x, y):
        self.cache = x, y
        return x * y

    def backward(self, d_out):
        x, y = self.cache
        return d_out * y, d_out * x


@wrong(fails={CORE}, says="forward returns one number: sum the products")
class matrix_product:
    def forward(self, x, y):
        self.cache = x, y
        return x @ np.transpose(y)

    def backward(self, d_out):
        x, y = self.cache
        return d_out * y, d_out * x


@wrong(fails={CORE}, says="this is the expected d_y")
class swapped:
    def forward(self, x, y):
        self.cache = x, y
        return np.sum(x * y)

    def backward(self, d_out):
        x, y = self.cache
        return d_out * x, d_out * y


@wrong(fails={CORE}, says="backward answers as if d_out were 1")
class upstream_ignored:
    def forward(self, x, y):
        self.cache = x, y
        return np.sum(x * y)

    def backward(self, d_out):
        x, y = self.cache
        return 1.0 * y, 1.0 * x


MULTIPLY_OF_ALL = "two layers share one cache"


@wrong(fails={CORE}, says=MULTIPLY_OF_ALL)
class shared_operations:
    multiply, total = Multiply(), Sum()

    def forward(self, x, y):
        return self.total.forward(self.multiply.forward(x, y))

    def backward(self, d_out):
        return self.multiply.backward(self.total.backward(d_out))


@wrong(fails={CORE}, says="2 parts: d_x, d_y")
class one_gradient:
    def forward(self, x, y):
        self.cache = x, y
        return np.sum(x * y)

    def backward(self, d_out):
        x, y = self.cache
        return d_out * (x + y)


@wrong(fails={CORE}, says="not available in a solution cell")
class asks_the_checks:
    def forward(self, x, y):
        import nn_utils

        self.cache = x, y
        return nn_utils._DOT_PRODUCT.forward(x, y)

    def backward(self, d_out):
        import nn_utils

        return tuple(nn_utils._DOT_PRODUCT.gradients(d_out, *self.cache).values())


@wrong(fails={CORE}, says="this exercise is still empty")
class not_started:
    def forward(self, x, y):
        raise NotImplementedError()

    def backward(self, d_out):
        raise NotImplementedError()
