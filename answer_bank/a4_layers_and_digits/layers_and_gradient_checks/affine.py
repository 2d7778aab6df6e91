"""Answers to exercise 4a E5: the affine layer."""

import numpy as np

from answer_bank import right, wrong

CELL = "a4a_affine"
NAME = "Affine"

FORWARD, EDGES = "a4a_affine_forward", "a4a_affine_edges"
D_X, D_W, D_B = "a4a_affine_d_x", "a4a_affine_d_w", "a4a_affine_d_b"
BACKWARD = {D_X, D_W, D_B, EDGES}
TOLERANCE = 1e-12


def inputs(rng):
    """Yield (d_out, X, W, b) on which a surviving mutant is compared with the reference."""
    for n, d, h in ((7, 5, 3), (1, 5, 3), (0, 5, 3), (7, 1, 3), (7, 5, 1), (5, 5, 5), (3, 5, 3)):
        for _ in range(2):
            shapes = (n, h), (n, d), (d, h), (h,)
            yield tuple(rng.normal(size=shape) for shape in shapes)


def observe(answer, d_out, X, W, b):
    """Outputs of both methods, the second one called twice."""
    layer = answer()
    return layer.forward(X, W, b), *layer.backward(d_out), *layer.backward(d_out)


@right
class attributes_and_dot:
    def forward(self, X, W, b):
        self.X, self.W = X, W
        return X.dot(W) + b[None, :]

    def backward(self, d_out):
        return [d_out.dot(self.W.T), self.X.T.dot(d_out), d_out.sum(0)]


@right
class einsum_and_dict:
    def forward(self, X, W, b):
        self.cache = {"X": X, "W": W}
        return np.einsum("nd,dh->nh", X, W) + b

    def backward(self, d_out):
        d_X = np.einsum("nh,dh->nd", d_out, self.cache["W"])
        d_W = np.einsum("nd,nh->dh", self.cache["X"], d_out)
        return d_X, d_W, np.einsum("nh->h", d_out)


@right
class tensordot:
    def forward(self, X, W, b):
        self.cache = X, W
        return np.tensordot(X, W, axes=1) + b

    def backward(self, d_out):
        X, W = self.cache
        d_b = np.ones(len(X), dtype=d_out.dtype) @ d_out
        return np.tensordot(d_out, W, (1, 1)), np.tensordot(X, d_out, (0, 0)), d_b


@right
def closure():
    from types import SimpleNamespace

    cache = []

    def forward(X, W, b):
        cache[:] = X, W
        return X @ W + b

    def backward(d_out):
        X, W = cache
        return {"d_X": d_out @ W.T, "d_W": (d_out.T @ X).T, "d_b": d_out.sum(axis=0)}

    return SimpleNamespace(forward=forward, backward=backward)


@right
class bias_as_a_row_of_weights:
    def forward(self, X, W, b):
        self.X1 = np.hstack([X, np.ones((len(X), 1), dtype=X.dtype)])
        self.W = W
        return self.X1 @ np.vstack([W, b])

    def backward(self, d_out):
        d_W1 = self.X1.T @ d_out
        return d_out @ self.W.T, d_W1[:-1].copy(), d_W1[-1].copy()


@right
class unbroadcasts_the_bias:
    def forward(self, X, W, b):
        self.cache = X, W, b.shape
        return X @ W + b

    def backward(self, d_out):
        X, W, shape = self.cache
        return d_out @ W.T, X.T @ d_out, unbroadcast(d_out, shape)


@wrong(fails={D_W, EDGES}, says="expected = 7 x yours, N = 7: averaging belongs to the loss")
class mean_over_batch:
    def forward(self, X, W, b):
        self.cache = X, W
        return X @ W + b

    def backward(self, d_out):
        X, W = self.cache
        return d_out @ W.T, X.T @ d_out / max(len(X), 1), d_out.sum(axis=0)


@wrong(fails={D_B, EDGES}, says="expected = 7 x yours, N = 7: averaging belongs to the loss")
class bias_mean:
    def forward(self, X, W, b):
        self.cache = X, W
        return X @ W + b

    def backward(self, d_out):
        X, W = self.cache
        return d_out @ W.T, X.T @ d_out, d_out.mean(axis=0)


@wrong(fails={D_B, EDGES}, says="shape (1, H): b has one axis")
class bias_keepdims:
    def forward(self, X, W, b):
        self.cache = X, W
        return X @ W + b

    def backward(self, d_out):
        X, W = self.cache
        return d_out @ W.T, X.T @ d_out, d_out.sum(axis=0, keepdims=True)


@wrong(fails={D_B, EDGES}, says="this is the sum over features")
class bias_sum_wrong_axis:
    def forward(self, X, W, b):
        self.cache = X, W
        return X @ W + b

    def backward(self, d_out):
        X, W = self.cache
        return d_out @ W.T, X.T @ d_out, d_out.sum(axis=1)


@wrong(fails={D_B, EDGES}, says="d_b is d_out itself")
class bias_not_summed:
    def forward(self, X, W, b):
        self.cache = X, W
        return X @ W + b

    def backward(self, d_out):
        X, W = self.cache
        return d_out @ W.T, X.T @ d_out, d_out.copy()


@wrong(fails={D_W, EDGES}, says="d_W is the transpose of the expected gradient")
class swapped_transposes:
    def forward(self, X, W, b):
        self.cache = X, W
        return X @ W + b

    def backward(self, d_out):
        X, W = self.cache
        return d_out @ W.T, d_out.T @ X, d_out.sum(axis=0)


@wrong(fails={D_X, D_W, D_B, EDGES}, says="matches d_out @ W: the transpose is missing")
class d_X_uses_W:
    def forward(self, X, W, b):
        self.cache = X, W
        return X @ W + b

    def backward(self, d_out):
        X, W = self.cache
        return d_out @ W, X.T @ d_out, d_out.sum(axis=0)


@wrong(fails=BACKWARD, says="the gradient does not depend on d_out")
class ignores_d_out:
    def forward(self, X, W, b):
        self.cache = X, W
        return X @ W + b

    def backward(self, d_out):
        X, W = self.cache
        ones = np.ones_like(d_out)
        return ones @ W.T, X.T @ ones, ones.sum(axis=0)


@wrong(fails=BACKWARD, says="gradients come back in the order d_X, d_W, d_b")
class other_order:
    def forward(self, X, W, b):
        self.cache = X, W
        return X @ W + b

    def backward(self, d_out):
        X, W = self.cache
        return X.T @ d_out, d_out.sum(axis=0), d_out @ W.T


@wrong(fails=BACKWARD, says="backward returns three gradients")
class two_gradients:
    def forward(self, X, W, b):
        self.cache = X, W
        return X @ W + b

    def backward(self, d_out):
        X, W = self.cache
        return X.T @ d_out, d_out.sum(axis=0)


@wrong(fails={EDGES}, says="backward answered for an earlier forward")
class stale_cache:
    def forward(self, X, W, b):
        if not hasattr(self, "cache"):
            self.cache = X, W
        return X @ W + b

    def backward(self, d_out):
        X, W = self.cache
        return d_out @ W.T, X.T @ d_out, d_out.sum(axis=0)


@wrong(fails={EDGES}, says="two layers share one cache")
class class_level_cache:
    cache = {}

    def forward(self, X, W, b):
        self.cache["X"], self.cache["W"] = X, W
        return X @ W + b

    def backward(self, d_out):
        return d_out @ self.cache["W"].T, self.cache["X"].T @ d_out, d_out.sum(axis=0)


@wrong(fails={EDGES}, says="backward twice: d_W")
class adds_up_gradients:
    def __init__(self):
        self.d_W = 0

    def forward(self, X, W, b):
        self.cache = X, W
        return X @ W + b

    def backward(self, d_out):
        X, W = self.cache
        self.d_W = self.d_W + X.T @ d_out
        return d_out @ W.T, self.d_W.copy(), d_out.sum(axis=0)


@wrong(fails={EDGES}, says="shape (3,)")
class squeeze_batch_of_one:
    def forward(self, X, W, b):
        self.cache = X, W
        out = X @ W + b
        return out[0] if len(out) == 1 else out

    def backward(self, d_out):
        X, W = self.cache
        return d_out @ W.T, X.T @ d_out, d_out.sum(axis=0)


@wrong(fails={EDGES}, says="writes into its argument, and this one is read-only")
class overwrites_d_out:
    def forward(self, X, W, b):
        self.cache = X, W
        return X @ W + b

    def backward(self, d_out):
        X, W = self.cache
        d_X, d_W = d_out @ W.T, X.T @ d_out
        d_out[:1] = d_out.sum(axis=0)
        return d_X, d_W, d_out[:1].sum(axis=0)


@wrong(fails={EDGES}, says="there is a loop over the samples")
class loops_over_samples:
    def forward(self, X, W, b):
        self.cache = X, W
        return np.array([x @ W + b for x in X]).reshape(len(X), len(b))

    def backward(self, d_out):
        X, W = self.cache
        return d_out @ W.T, X.T @ d_out, d_out.sum(axis=0)


@wrong(fails={EDGES}, says="there is a loop over the outputs")
class loops_over_outputs:
    def forward(self, X, W, b):
        self.cache = X, W
        return X @ W + b

    def backward(self, d_out):
        X, W = self.cache
        d_W = np.empty(W.shape, dtype=d_out.dtype)
        for h in range(W.shape[1]):
            d_W[:, h] = X.T @ d_out[:, h]
        return d_out @ W.T, d_W, d_out.sum(axis=0)


@wrong(fails={EDGES}, says="there is a loop over the inputs")
class loops_over_inputs:
    def forward(self, X, W, b):
        self.cache = X, W
        return X @ W + b

    def backward(self, d_out):
        X, W = self.cache
        d_X = np.empty(X.shape, dtype=d_out.dtype)
        for d in range(len(W)):
            d_X[:, d] = d_out @ W[d]
        return d_X, X.T @ d_out, d_out.sum(axis=0)


@wrong(fails={EDGES}, says="dtype is int64, and integers hold no fractions")
class int_buffer:
    def forward(self, X, W, b):
        self.cache = X, W
        return X @ W + b

    def backward(self, d_out):
        X, W = self.cache
        d_X = np.zeros_like(X)
        d_X[...] = d_out @ W.T
        return d_X, X.T @ d_out, d_out.sum(axis=0)


@wrong(fails={FORWARD, EDGES}, says="yours = expected - b")
class no_bias:
    def forward(self, X, W, b):
        self.cache = X, W
        return X @ W

    def backward(self, d_out):
        X, W = self.cache
        return d_out @ W.T, X.T @ d_out, d_out.sum(axis=0)


@wrong(fails={FORWARD, D_X, D_W, D_B, EDGES}, says="matches X @ W.T + b")
class weights_transposed:
    def forward(self, X, W, b):
        self.cache = X, W
        return X @ W.T + b

    def backward(self, d_out):
        X, W = self.cache
        return d_out @ W, d_out.T @ X, d_out.sum(axis=0)


@wrong(fails={FORWARD, D_X, D_W, D_B, EDGES}, says="not available in a solution cell")
class asks_the_checks:
    def forward(self, X, W, b):
        import course_layers

        self.layer = course_layers.Affine()
        return self.layer.forward(X, W, b)

    def backward(self, d_out):
        return self.layer.backward(d_out)


@wrong(fails={FORWARD, D_X, D_W, D_B, EDGES}, says="this exercise is still empty")
class not_started:
    def forward(self, X, W, b):
        raise NotImplementedError()

    def backward(self, d_out):
        raise NotImplementedError()
