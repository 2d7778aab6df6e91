"""Answers to exercise 4a E6: the ReLU layer."""

import numpy as np

from answer_bank import right, wrong

CELL = "a4a_relu"
NAME = "ReLU"

FORWARD, BACKWARD, EDGES = "a4a_relu_forward", "a4a_relu_backward", "a4a_relu_edges"


def inputs(rng):
    """Yield (d_out, x) on which a surviving mutant is compared with the reference."""
    for shape in ((7,), (3, 5), (2, 3, 5), (), (0, 5)):
        for scale in (1, 10):
            yield np.array(rng.normal(size=shape)), np.array(scale * rng.normal(size=shape))
    yield np.array([1.0, -2.0]), np.array([np.inf, -np.inf])


def observe(answer, d_out, x):
    """Outputs of both methods, the second one called twice. (The slope at 0 is free.)"""
    layer = answer()
    out = layer.forward(x)
    return np.abs(out), np.abs(layer.backward(d_out)), np.abs(layer.backward(d_out))


@right
class where_and_input:
    def forward(self, x):
        self.x = x
        return np.where(x > 0, x, 0)

    def backward(self, d_out):
        return d_out * (self.x > 0)


@right
class clip_and_mask:
    def forward(self, x):
        self.cache = {"off": x <= 0}
        return x.clip(min=0)

    def backward(self, d_out):
        d_x = np.array(d_out)
        d_x[self.cache["off"]] = 0
        return d_x


@right
def closure():
    from types import SimpleNamespace

    mask = None

    def forward(x):
        nonlocal mask
        mask = np.greater(x, 0)
        return np.maximum(0, x)

    def backward(d_out):
        return np.multiply(d_out, mask)

    return SimpleNamespace(forward=forward, backward=backward)


@right
class slope_one_at_zero:
    def forward(self, x):
        self.passes = x >= 0
        return np.maximum(x, 0)

    def backward(self, d_out):
        return np.where(self.passes, d_out, 0)


@right
class slope_one_half_at_zero:
    def forward(self, x):
        self.slope = (0.5 * (1 + np.sign(x))).astype(x.dtype)
        return x.clip(0)

    def backward(self, d_out):
        return self.slope * d_out


@right
class hides_nan:
    def forward(self, x):
        self.mask = x > 0
        out = np.zeros_like(x)
        out[self.mask] = x[self.mask]
        return out

    def backward(self, d_out):
        return d_out * self.mask


@wrong(fails={EDGES}, says="read-only")
class mask_of_output_inplace:
    def forward(self, x):
        x[x < 0] = 0
        self.mask = x > 0
        return x.copy()

    def backward(self, d_out):
        return d_out * self.mask


@wrong(fails={EDGES}, says="read-only")
class inplace_backward:
    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, d_out):
        d_out[self.x <= 0] = 0
        return d_out


@wrong(fails={EDGES}, says="nan for x = -inf")
class times_mask:
    def forward(self, x):
        self.mask = x > 0
        return x * self.mask

    def backward(self, d_out):
        return d_out * self.mask


@wrong(fails={FORWARD, BACKWARD, EDGES}, says="negative inputs come out times 0.01")
class leaky:
    def forward(self, x):
        self.x = x
        return np.where(x > 0, x, 0.01 * x)

    def backward(self, d_out):
        return np.where(self.x > 0, d_out, 0.01 * d_out)


@wrong(fails={BACKWARD, EDGES}, says="backward passes 1% for negative inputs")
class leaky_backward:
    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, d_out):
        return np.where(self.x > 0, d_out, 0.01 * d_out)


@wrong(fails={BACKWARD, EDGES}, says="the mask must come from the input")
class mask_from_d_out:
    def forward(self, x):
        return np.maximum(x, 0)

    def backward(self, d_out):
        return d_out * (d_out > 0)


@wrong(fails={BACKWARD, EDGES}, says="negative gradients from above were removed")
class both_masks:
    def forward(self, x):
        self.mask = x > 0
        return np.maximum(x, 0)

    def backward(self, d_out):
        return np.maximum(d_out, 0) * self.mask


@wrong(fails={FORWARD, EDGES}, says="forward outputs only 0 and 1")
class forward_derivative_mix:
    def forward(self, x):
        self.mask = x > 0
        return self.mask.astype(x.dtype)

    def backward(self, d_out):
        return d_out * self.mask


@wrong(fails={FORWARD, BACKWARD}, says="values above 6 are cut")
class capped:
    def forward(self, x):
        self.mask = (x > 0) & ((x < 6) | (x == np.inf))
        return np.where(x == np.inf, x, np.clip(x, 0, 6)).astype(x.dtype)

    def backward(self, d_out):
        return d_out * self.mask


@wrong(fails={FORWARD, EDGES}, says="fractions were cut off: result dtype is int64")
class int_mask:
    def forward(self, x):
        self.mask = x > 0
        out = np.zeros(x.shape, dtype=int)
        with np.errstate(invalid="ignore"):
            out[self.mask] = x[self.mask]
        return out

    def backward(self, d_out):
        return d_out * self.mask


@wrong(fails={BACKWARD, EDGES}, says="the gradient comes out times the input")
class times_the_output:
    def forward(self, x):
        self.out = np.maximum(x, 0)
        return self.out.copy()

    def backward(self, d_out):
        return d_out * self.out


@wrong(fails={BACKWARD, EDGES}, says="backward answers as if d_out were 1")
class ignores_d_out:
    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, d_out):
        return np.where(self.x > 0, 1.0, 0.0).astype(d_out.dtype)


@wrong(fails={BACKWARD, EDGES}, says="everything passes")
class passes_everything:
    def forward(self, x):
        return np.maximum(x, 0)

    def backward(self, d_out):
        return d_out.copy()


@wrong(fails={FORWARD, EDGES}, says="this is |x|")
class absolute_value:
    def forward(self, x):
        self.x = x
        return np.abs(x)

    def backward(self, d_out):
        return d_out * (self.x > 0)


@wrong(fails={EDGES}, says="slopes from 0 to 1")
class nan_at_zero:
    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, d_out):
        with np.errstate(all="ignore"):
            slope = np.where(np.isinf(self.x), self.x > 0, np.maximum(self.x, 0) / self.x)
        return d_out * slope.astype(d_out.dtype)


@wrong(fails={EDGES}, says="float32 in, float64 out")
class double_zeros:
    def forward(self, x):
        self.x = x
        return np.maximum(x, np.zeros(x.shape))

    def backward(self, d_out):
        return d_out * (self.x > 0)


@wrong(fails={EDGES}, says="backward answered for an earlier forward")
class first_mask_only:
    mask = None

    def forward(self, x):
        if self.mask is None:
            self.mask = x > 0
        return np.maximum(x, 0)

    def backward(self, d_out):
        return d_out * self.mask


@wrong(fails={EDGES}, says="two layers share one cache")
class class_cache:
    def forward(self, x):
        class_cache.mask = x > 0
        return np.maximum(x, 0)

    def backward(self, d_out):
        return d_out * class_cache.mask


@wrong(fails={EDGES}, says="there is a loop over the samples")
class loops:
    def forward(self, x):
        self.x = x
        return np.array([max(entry, 0) for entry in x.ravel()], dtype=x.dtype).reshape(x.shape)

    def backward(self, d_out):
        return d_out * (self.x > 0)


@wrong(fails={FORWARD, BACKWARD, EDGES}, says="not available in a solution cell")
class asks_the_checks:
    def forward(self, x):
        import nn_utils

        self.x = x
        return nn_utils._RELU.forward(x)

    def backward(self, d_out):
        import nn_utils

        return nn_utils._RELU.gradients(d_out, self.x)


@wrong(fails={FORWARD, BACKWARD, EDGES}, says="this exercise is still empty")
class not_started:
    def forward(self, x):
        raise NotImplementedError()

    def backward(self, d_out):
        raise NotImplementedError()
