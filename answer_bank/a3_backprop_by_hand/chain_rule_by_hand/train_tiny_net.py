"""Answers to exercise 3b E4: gradient descent for the small network."""

import numpy as np

from answer_bank import right, wrong

CELL = "a3b_train_tiny_net"
NAME = "train_tiny_net"

FIRST, TRACE = "a3b_train_tiny_net_first_step", "a3b_train_tiny_net_trace"
EDGES, PURE = "a3b_train_tiny_net_edges", "a3b_train_tiny_net_pure"
ALL = {FIRST, TRACE, EDGES, PURE}
TOLERANCE = 1e-10


def inputs(rng):
    """Yield networks on which a surviving mutant is compared with the reference."""
    for n, d, h in ((7, 5, 3), (4, 2, 3), (3, 3, 3), (1, 2, 3), (5, 1, 1)):
        X, y = rng.normal(size=(n, d)), rng.choice([-1.0, 1.0], size=n)
        W, w = rng.normal(size=(d, h)), rng.uniform(0.1, 0.6, size=h)
        for steps in (0, 1, 3):
            yield X, y, W, w, 0.05, steps


@right
def matrix_form(X, y, W, w, lr, steps):
    W, w = W.copy(), w.copy()
    losses = []
    for _ in range(steps):
        S = X @ W
        Z = S * (S > 0)
        t = np.tanh(Z @ w)
        losses.append(0.5 * float((t - y) @ (t - y)))
        d = (t - y) / np.cosh(Z @ w) ** 2
        grad_w = d @ Z
        grad_W = X.T @ (d[:, None] * w[None, :] * (S > 0))
        w -= lr * grad_w
        W -= lr * grad_W
    t = np.tanh(np.maximum(X @ W, 0) @ w)
    losses.append(0.5 * float((t - y) @ (t - y)))
    return losses, W, w


@right
def per_sample_then_one_update(X, y, W, w, lr, steps):
    W, w = np.array(W), np.array(w)
    losses = []
    for step in range(steps + 1):
        loss, dW, dw = 0.0, np.zeros_like(W), np.zeros_like(w)
        for n in range(len(X)):
            s = X[n] @ W
            z = np.maximum(0, s)
            out = np.tanh(z @ w)
            loss += 0.5 * float(out - y[n]) ** 2
            delta = (out - y[n]) * (1 - out * out)
            dw += (delta * z).astype(dw.dtype)
            dW += np.outer(X[n], delta * w * (s > 0)).astype(dW.dtype)
        losses.append(loss)
        if step < steps:
            W = W - lr * dW
            w = w - lr * dw
    return losses, W, w


@right
def layer_classes(X, y, W, w, lr, steps):
    class Linear:
        def __init__(self, weights):
            self.weights = weights.copy()

        def forward(self, x):
            self.x = x
            return x @ self.weights

        def backward(self, d_out):
            self.gradient = self.x.T @ d_out
            return d_out @ self.weights.T

    class Relu:
        def forward(self, x):
            self.on = x > 0
            return np.where(self.on, x, 0).astype(x.dtype)

        def backward(self, d_out):
            return d_out * self.on

    class Tanh:
        def forward(self, x):
            self.out = np.tanh(x)
            return self.out

        def backward(self, d_out):
            return d_out * (1 - self.out**2)

    layers = [Linear(W), Relu(), Linear(w[:, None]), Tanh()]
    losses = []
    for step in range(steps + 1):
        out = X
        for layer in layers:
            out = layer.forward(out)
        error = out - y[:, None]
        losses.append(float(np.sum(error**2)) / 2)
        if step == steps:
            break
        for layer in layers[::-1]:
            error = layer.backward(error)
        for layer in (layers[0], layers[2]):
            layer.weights = layer.weights - lr * layer.gradient
    return losses, layers[0].weights, layers[2].weights[:, 0].copy()


@right
def both_updates_from_old_weights_in_the_other_order(X, y, W, w, lr, steps):
    losses = []
    W, w = W.copy(), w.copy()
    for step in range(steps + 1):
        S = np.einsum("nd,dh->nh", X, W)
        out = np.tanh(np.einsum("nh,h->n", np.where(S > 0, S, 0), w))
        losses.append(float(((out - y) ** 2).sum() * 0.5))
        if step == steps:
            break
        delta = (out - y) * (1 + out) * (1 - out)
        W = W - lr * np.einsum("nd,n,h,nh->dh", X, delta, w, (S > 0).astype(W.dtype))
        w = w - lr * np.einsum("n,nh->h", delta, np.where(S > 0, S, 0))
    return losses, W, w


@wrong(fails=ALL, says="your steps are N times too small, and N = 4")
def mean_loss(X, y, W, w, lr, steps):
    W, w, losses = W.copy(), w.copy(), []
    for k in range(steps + 1):
        S = X @ W; Z = np.maximum(S, 0); out = np.tanh(Z @ w)
        losses.append(float(((out - y) ** 2).sum() / 2))
        if k < steps:
            d = (out - y) * (1 - out**2) / len(X)
            dh = np.outer(d, w) * (S > 0)
            w = w - lr * Z.T @ d; W = W - lr * X.T @ dh
    return losses, W, w


@wrong(fails=ALL, says="the losses are means over the samples; the sum is meant")
def mean_everywhere(X, y, W, w, lr, steps):
    W, w, losses = W.copy(), w.copy(), []
    for k in range(steps + 1):
        S = X @ W; Z = np.maximum(S, 0); out = np.tanh(Z @ w)
        losses.append(float(((out - y) ** 2).mean() / 2))
        if k < steps:
            d = (out - y) * (1 - out**2) / len(X)
            dh = np.outer(d, w) * (S > 0)
            w = w - lr * Z.T @ d; W = W - lr * X.T @ dh
    return losses, W, w


@wrong(fails=ALL, says="the losses are doubled: the factor 1/2 is missing")
def no_half(X, y, W, w, lr, steps):
    W, w, losses = W.copy(), w.copy(), []
    for k in range(steps + 1):
        S = X @ W; Z = np.maximum(S, 0); out = np.tanh(Z @ w)
        losses.append(float(((out - y) ** 2).sum()))
        if k < steps:
            d = 2 * (out - y) * (1 - out**2)
            dh = np.outer(d, w) * (S > 0)
            w = w - lr * Z.T @ d; W = W - lr * X.T @ dh
    return losses, W, w


@wrong(fails=ALL, says="weights change between samples: that is SGD, this task is full batch")
def per_sample_sgd(X, y, W, w, lr, steps):
    W, w = W.copy(), w.copy()

    def loss():
        return float(((np.tanh(np.maximum(X @ W, 0) @ w) - y) ** 2).sum() / 2)

    losses = [loss()]
    for k in range(steps):
        for n in range(len(X)):
            s = X[n] @ W; z = np.maximum(s, 0); out = np.tanh(z @ w)
            d = (out - y[n]) * (1 - out**2)
            dh = d * w * (s > 0)
            w = w - lr * d * z; W = W - lr * np.outer(X[n], dh)
        losses.append(loss())
    return losses, W, w


@wrong(fails=ALL, says="tanh and ReLU are exchanged")
def swapped_activations(X, y, W, w, lr, steps):
    W, w, losses = W.copy(), w.copy(), []
    for k in range(steps + 1):
        Z = np.tanh(X @ W); s = Z @ w; out = np.maximum(s, 0)
        losses.append(float(((out - y) ** 2).sum() / 2))
        if k < steps:
            d = (out - y) * (s > 0)
            dh = np.outer(d, w) * (1 - Z**2)
            w = w - lr * Z.T @ d; W = W - lr * X.T @ dh
    return losses, W, w


@wrong(fails=ALL, says="off by the factor 1 / (1 - y_out^2)")
def no_tanh_derivative(X, y, W, w, lr, steps):
    W, w, losses = W.copy(), w.copy(), []
    for k in range(steps + 1):
        S = X @ W; Z = np.maximum(S, 0); out = np.tanh(Z @ w)
        losses.append(float(((out - y) ** 2).sum() / 2))
        if k < steps:
            d = out - y
            dh = np.outer(d, w) * (S > 0)
            w = w - lr * Z.T @ d; W = W - lr * X.T @ dh
    return losses, W, w


@wrong(fails=ALL, says="1 - tanh(y_out)^2 was used; y_out is a tanh already")
def tanh_of_output(X, y, W, w, lr, steps):
    W, w, losses = W.copy(), w.copy(), []
    for k in range(steps + 1):
        S = X @ W; Z = np.maximum(S, 0); out = np.tanh(Z @ w)
        losses.append(float(((out - y) ** 2).sum() / 2))
        if k < steps:
            d = (out - y) * (1 - np.tanh(out) ** 2)
            dh = np.outer(d, w) * (S > 0)
            w = w - lr * Z.T @ d; W = W - lr * X.T @ dh
    return losses, W, w


@wrong(fails=ALL, says="the loss rises: look at the sign of the update")
def ascent(X, y, W, w, lr, steps):
    W, w, losses = W.copy(), w.copy(), []
    for k in range(steps + 1):
        S = X @ W; Z = np.maximum(S, 0); out = np.tanh(Z @ w)
        losses.append(float(((out - y) ** 2).sum() / 2))
        if k < steps:
            d = (y - out) * (1 - out**2)
            dh = np.outer(d, w) * (S > 0)
            w = w - lr * Z.T @ d; W = W - lr * X.T @ dh
    return losses, W, w


@wrong(fails=ALL, says="delta_hidden was computed with the new w")
def w_updated_first(X, y, W, w, lr, steps):
    W, w, losses = W.copy(), w.copy(), []
    for k in range(steps + 1):
        S = X @ W; Z = np.maximum(S, 0); out = np.tanh(Z @ w)
        losses.append(float(((out - y) ** 2).sum() / 2))
        if k < steps:
            d = (out - y) * (1 - out**2)
            w = w - lr * Z.T @ d
            dh = np.outer(d, w) * (S > 0)
            W = W - lr * X.T @ dh
    return losses, W, w


@wrong(fails=ALL, says="hidden units with s < 0 received gradient")
def no_relu_mask(X, y, W, w, lr, steps):
    W, w, losses = W.copy(), w.copy(), []
    for k in range(steps + 1):
        S = X @ W; Z = np.maximum(S, 0); out = np.tanh(Z @ w)
        losses.append(float(((out - y) ** 2).sum() / 2))
        if k < steps:
            d = (out - y) * (1 - out**2)
            dh = np.outer(d, w)
            w = w - lr * Z.T @ d; W = W - lr * X.T @ dh
    return losses, W, w


@wrong(fails=ALL, says="the loss after the last update is missing")
def last_loss_missing(X, y, W, w, lr, steps):
    W, w, losses = W.copy(), w.copy(), []
    for k in range(steps):
        S = X @ W; Z = np.maximum(S, 0); out = np.tanh(Z @ w)
        losses.append(float(((out - y) ** 2).sum() / 2))
        d = (out - y) * (1 - out**2)
        dh = np.outer(d, w) * (S > 0)
        w = w - lr * Z.T @ d; W = W - lr * X.T @ dh
    return losses, W, w


@wrong(fails=ALL, says="3 parts: losses, W, w")
def only_losses(X, y, W, w, lr, steps):
    W, w, losses = W.copy(), w.copy(), []
    for k in range(steps + 1):
        S = X @ W; Z = np.maximum(S, 0); out = np.tanh(Z @ w)
        losses.append(float(((out - y) ** 2).sum() / 2))
        d = (out - y) * (1 - out**2)
        dh = np.outer(d, w) * (S > 0)
        w = w - lr * Z.T @ d; W = W - lr * X.T @ dh
    return losses


@wrong(fails=ALL, says="W")
def one_update_too_many(X, y, W, w, lr, steps):
    W, w, losses = W.copy(), w.copy(), []
    for k in range(steps + 1):
        S = X @ W; Z = np.maximum(S, 0); out = np.tanh(Z @ w)
        losses.append(float(((out - y) ** 2).sum() / 2))
        d = (out - y) * (1 - out**2)
        dh = np.outer(d, w) * (S > 0)
        w = w - lr * Z.T @ d; W = W - lr * X.T @ dh
    return losses, W, w


@wrong(fails={PURE}, says="your function changed its argument number 3")
def in_place(X, y, W, w, lr, steps):
    losses = []
    for k in range(steps + 1):
        S = X @ W; Z = np.maximum(S, 0); out = np.tanh(Z @ w)
        losses.append(float(((out - y) ** 2).sum() / 2))
        if k < steps:
            d = (out - y) * (1 - out**2)
            dh = np.outer(d, w) * (S > 0)
            w -= lr * Z.T @ d
            W -= lr * X.T @ dh
    return losses, W.copy(), w.copy()


@wrong(fails={PURE}, says="shares memory with an argument")
def same_arrays_without_steps(X, y, W, w, lr, steps):
    losses = []
    for k in range(steps + 1):
        S = X @ W; Z = np.maximum(S, 0); out = np.tanh(Z @ w)
        losses.append(float(((out - y) ** 2).sum() / 2))
        if k < steps:
            d = (out - y) * (1 - out**2)
            dh = np.outer(d, w) * (S > 0)
            w = w - lr * Z.T @ d; W = W - lr * X.T @ dh
    return losses, W, w


@wrong(fails={PURE}, says="ndarray of")
def losses_as_an_array(X, y, W, w, lr, steps):
    W, w, losses = W.copy(), w.copy(), np.zeros(steps + 1)
    for k in range(steps + 1):
        S = X @ W; Z = np.maximum(S, 0); out = np.tanh(Z @ w)
        losses[k] = ((out - y) ** 2).sum() / 2
        if k < steps:
            d = (out - y) * (1 - out**2)
            dh = np.outer(d, w) * (S > 0)
            w = w - lr * Z.T @ d; W = W - lr * X.T @ dh
    return losses, W, w


@wrong(fails={PURE}, says="float32 in, float64 out")
def float64_buffers(X, y, W, w, lr, steps):
    W, w, losses = W.astype(float), w.astype(float), []
    for k in range(steps + 1):
        S = X @ W; Z = np.maximum(S, 0); out = np.tanh(Z @ w)
        losses.append(float(((out - y) ** 2).sum() / 2))
        if k < steps:
            d = (out - y) * (1 - out**2)
            dh = np.outer(d, w) * (S > 0)
            w = w - lr * Z.T @ d; W = W - lr * X.T @ dh
    return losses, W, w


@wrong(fails={EDGES}, says="ValueError")
def squeezes_sizes_of_one(X, y, W, w, lr, steps):
    W, w, losses = W.copy(), w.copy(), []
    for k in range(steps + 1):
        S = (X @ W).squeeze(); Z = np.maximum(S, 0); out = np.tanh(Z @ w)
        losses.append(float(((out - y) ** 2).sum() / 2))
        if k < steps:
            d = (out - y) * (1 - out**2)
            dh = np.outer(d, w) * (S > 0)
            w = w - lr * Z.T @ d; W = W - lr * X.T @ dh
    return losses, W, w


@wrong(fails=ALL, says="not available in a solution cell")
def asks_the_checks(X, y, W, w, lr, steps):
    import nn_utils

    found = nn_utils._tiny_net((X, y, W, w), lr, steps)
    return found["losses"].tolist(), found["W"], found["w"]


@wrong(fails=ALL, says="this exercise is still empty")
def not_started(X, y, W, w, lr, steps):
    raise NotImplementedError()


@right
def a_dict_of_the_three(X, y, W, w, lr, steps):
    W, w, losses = W.copy(), w.copy(), []
    for k in range(steps + 1):
        S = X @ W; Z = np.maximum(S, 0); out = np.tanh(Z @ w)
        losses.append(float(((out - y) ** 2).sum() / 2))
        if k < steps:
            d = (out - y) * (1 - out**2)
            dh = np.outer(d, w) * (S > 0)
            w = w - lr * Z.T @ d; W = W - lr * X.T @ dh
    return dict(losses=losses, W=W, w=w)
