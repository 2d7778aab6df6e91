"""Answers to exercise 4a E1: the product of two arrays as an operation."""

import numpy as np

from answer_bank import right, wrong

CELL = "a4a_multiply"
NAME = "Multiply"

CORE = "a4a_multiply_core"


def inputs(rng):
    """Yield a d_out and two arrays on which a surviving mutant is compared with the reference."""
    for shape in ((7,), (3, 5), (2, 3, 5), (), (0, 5)):
        for _ in range(2):
            yield tuple(np.array(rng.normal(size=shape)) for _ in range(3))


def observe(answer, d_out, x, y):
    """Outputs of both methods, the second one called twice."""
    layer = answer()
    return layer.forward(x, y), *layer.backward(d_out), *layer.backward(d_out)


@right
class two_attributes:
    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y

    def backward(self, d_out):
        return self.y * d_out, self.x * d_out


@right
class copies_in_a_dict:
    def __init__(self):
        self.cache = {}

    def forward(self, x, y):
        self.cache["x"] = x.copy()
        self.cache["y"] = y.copy()
        return np.multiply(x, y)

    def backward(self, d_out):
        return [np.multiply(d_out, self.cache["y"]), np.multiply(d_out, self.cache["x"])]


@right
def closure():
    cache = {}

    def forward(x, y):
        cache.update(x=x, y=y)
        return x * y

    def backward(d_out):
        return d_out * cache["y"], d_out * cache["x"]

    import types

    return types.SimpleNamespace(forward=forward, backward=backward)


@right
class stacked:
    def forward(self, x, y):
        self.factors = np.stack([y, x])
        return x * y

    def backward(self, d_out):
        return tuple(d_out * factor for factor in self.factors)


@wrong(fails={CORE}, says="this is the expected d_y")
class swapped:
    def forward(self, x, y):
        self.cache = x, y
        return x * y

    def backward(self, d_out):
        x, y = self.cache
        return d_out * x, d_out * y


@wrong(fails={CORE}, says="backward answers as if d_out were 1")
class upstream_ignored:
    def forward(self, x, y):
        self.cache = x, y
        return x * y

    def backward(self, d_out):
        x, y = self.cache
        return y.copy(), x.copy()


@wrong(fails={CORE}, says="two of the results share memory")
class aliased:
    def forward(self, x, y):
        self.cache = x, y
        return x * y

    def backward(self, d_out):
        x, y = self.cache
        if x is y:
            gradient = d_out * x
            return gradient, gradient
        return d_out * y, d_out * x


@wrong(fails={CORE}, says="two layers share one cache")
class class_cache:
    cache = None

    def forward(self, x, y):
        class_cache.cache = x, y
        return x * y

    def backward(self, d_out):
        x, y = class_cache.cache
        return d_out * y, d_out * x


@wrong(fails={CORE}, says="the sum of both gradients")
class adds_both:
    def forward(self, x, y):
        self.cache = x, y
        return x * y

    def backward(self, d_out):
        x, y = self.cache
        return d_out * (x + y), d_out * (x + y)


@wrong(fails={CORE}, says="a second backward gives another answer")
class uses_up_the_cache:
    def forward(self, x, y):
        self.cache = [x, y]
        return x * y

    def backward(self, d_out):
        return d_out * self.cache.pop(), d_out * self.cache.pop()


@wrong(fails={CORE}, says="changed its argument number 1")
class in_place:
    def forward(self, x, y):
        self.cache = x, y
        return x * y

    def backward(self, d_out):
        x, y = self.cache
        d_y = d_out * x
        d_out *= y
        return d_out.copy(), d_y


@wrong(fails={CORE}, says="there is a loop over the samples")
class loops:
    def forward(self, x, y):
        self.cache = x, y
        return x * y

    def backward(self, d_out):
        x, y = self.cache
        d_x, d_y = np.zeros_like(x), np.zeros_like(y)
        for index in np.ndindex(x.shape):
            d_x[index], d_y[index] = d_out[index] * y[index], d_out[index] * x[index]
        return d_x, d_y


@wrong(fails={CORE}, says="not available in a solution cell")
class asks_the_checks:
    def forward(self, x, y):
        import nn_utils

        self.cache = x, y
        return nn_utils._MULTIPLY.forward(x, y)

    def backward(self, d_out):
        import nn_utils

        return tuple(nn_utils._MULTIPLY.gradients(d_out, *self.cache).values())


@wrong(fails={CORE}, says="this exercise is still empty")
class not_started:
    def forward(self, x, y):
        raise NotImplementedError()

    def backward(self, d_out):
        raise NotImplementedError()
