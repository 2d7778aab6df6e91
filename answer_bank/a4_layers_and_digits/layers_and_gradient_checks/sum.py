"""Answers to exercise 4a E1: the sum of all entries as an operation."""

import numpy as np

from answer_bank import right, wrong

CELL = "a4a_sum"
NAME = "Sum"

CORE = "a4a_sum_core"
TOLERANCE = 1e-13


def inputs(rng):
    """Yield a d_out and an array on which a surviving mutant is compared with the reference."""
    for shape in ((7,), (3, 5), (2, 3, 5), (), (0, 5)):
        for d_out in (1.0, -0.7):
            yield d_out, np.array(rng.normal(size=shape))


def observe(answer, d_out, x):
    """Outputs of both methods, the second one called twice."""
    layer = answer()
    return layer.forward(x), layer.backward(d_out), layer.backward(d_out)


@right
class ones_times_d_out:
    def forward(self, x):
        self.ones = np.ones_like(x)
        return x.sum()

    def backward(self, d_out):
        return self.ones * d_out


@right
class broadcast_and_copy:
    def forward(self, x):
        self.cache = x.shape, x.dtype
        return float(np.sum(x))

    def backward(self, d_out):
        shape, dtype = self.cache
        return np.broadcast_to(np.asarray(d_out, dtype=dtype), shape).copy()


@right
class zeros_plus_d_out:
    def forward(self, x):
        self.x = x
        return np.einsum("i->", x.reshape(-1))

    def backward(self, d_out):
        gradient = np.zeros_like(self.x)
        gradient[...] = d_out
        return gradient


@wrong(fails={CORE}, says="each entry of x has a gradient: the shape is that of x")
class scalar_sum:
    def forward(self, x):
        return np.sum(x)

    def backward(self, d_out):
        return d_out * 1.0


@wrong(fails={CORE}, says="backward answers as if d_out were 1")
class upstream_ignored:
    def forward(self, x):
        self.x = x
        return np.sum(x)

    def backward(self, d_out):
        return np.ones_like(self.x)


@wrong(fails={CORE}, says="the result shares memory with an argument")
class view_of_d_out:
    def forward(self, x):
        self.x = x
        return np.sum(x)

    def backward(self, d_out):
        return np.broadcast_to(np.asarray(d_out, dtype=self.x.dtype), self.x.shape)


@wrong(fails={CORE}, says="d_out times the input")
class times_the_input:
    def forward(self, x):
        self.x = x
        return np.sum(x)

    def backward(self, d_out):
        return self.x * d_out


@wrong(fails={CORE}, says="this is the mean")
class mean:
    def forward(self, x):
        self.x = x
        return np.mean(x)

    def backward(self, d_out):
        return np.full_like(self.x, d_out / self.x.size)


@wrong(fails={CORE}, says="two layers share one cache")
class class_cache:
    def forward(self, x):
        class_cache.x = x
        return np.sum(x)

    def backward(self, d_out):
        return np.full_like(class_cache.x, d_out)


@wrong(fails={CORE}, says="there is a loop over the samples")
class loops:
    def forward(self, x):
        self.x = x
        total = 0.0
        for entry in x.ravel():
            total += entry
        return total

    def backward(self, d_out):
        return np.full_like(self.x, d_out)


@wrong(fails={CORE}, says="not available in a solution cell")
class asks_the_checks:
    def forward(self, x):
        import nn_utils

        self.x = x
        return nn_utils._SUM.forward(x)

    def backward(self, d_out):
        import nn_utils

        return nn_utils._SUM.gradients(d_out, self.x)


@wrong(fails={CORE}, says="this exercise is still empty")
class not_started:
    def forward(self, x):
        raise NotImplementedError()

    def backward(self, d_out):
        raise NotImplementedError()
