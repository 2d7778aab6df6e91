"""Answers to exercise 4b E3: a network of any depth, made of layers."""

import numpy as np

from answer_bank import right, wrong

CELL = "a4b_net"
NAME = "FeedForwardNet"

SHAPES, LOSS, GRADIENTS = "a4b_net_shapes", "a4b_net_loss", "a4b_net_gradients"
DEPTH, STATE = "a4b_net_depth", "a4b_net_state"
TOLERANCE = 1e-9


def inputs(rng):
    """Yield sizes and batches on which a surviving mutant is compared with the reference."""
    for sizes in ([5, 3, 2], [3, 4], [2, 3, 4, 5], [3, 3, 3, 3], [1, 1, 1]):
        for n in (1, 7):
            X, Y = rng.normal(size=(n, sizes[0])), rng.dirichlet(np.ones(sizes[-1]), size=n)
            yield sizes, X, Y


def observe(make_net, sizes, X, Y):
    """Shapes, and what a network says at other parameters; how it begins is free."""
    net, rng = make_net(sizes, np.random.default_rng(1)), np.random.default_rng(2)
    params, found = {key: value.shape for key, value in net.params.items()}, []
    net.params = {key: rng.normal(size=value.shape) for key, value in net.params.items()}
    for _ in range(2):
        loss, grads = net.loss_and_grads(X, Y)
        found += [net.forward(X), net.predict_proba(X), float(loss), grads]
        net.params = {key: net.params[key] - grads[key] for key in grads}
    return params, found


@right
class layers_in_a_loop:
    def __init__(self, sizes, rng):
        self.params, self.affine, self.relu = {}, [], []
        for k, (n, m) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
            self.params[f"W{k}"] = rng.normal(size=(n, m)) * 0.1
            self.params[f"b{k}"] = np.zeros(m)
            self.affine.append(Affine())
            self.relu.append(ReLU())
        self.last = len(self.affine)

    def forward(self, X):
        for k in range(1, self.last + 1):
            X = self.affine[k - 1].forward(X, self.params[f"W{k}"], self.params[f"b{k}"])
            if k < self.last:
                X = self.relu[k - 1].forward(X)
        return X

    def predict_proba(self, X):
        logits = self.forward(X)
        terms = np.exp(logits - logits.max(axis=1, keepdims=True))
        return terms / terms.sum(axis=1, keepdims=True)

    def loss_and_grads(self, X, Y):
        criterion, grads = SoftmaxCrossEntropy(), {}
        loss = criterion.forward(self.forward(X), Y)
        d = criterion.backward()
        for k in range(self.last, 0, -1):
            if k < self.last:
                d = self.relu[k - 1].backward(d)
            d, grads[f"W{k}"], grads[f"b{k}"] = self.affine[k - 1].backward(d)
        return loss, grads


@right
class functional:
    def __init__(self, sizes, rng):
        pairs = list(zip(sizes, sizes[1:]))
        self.params = {f"W{k + 1}": rng.uniform(-1, 1, size=p) / p[0] for k, p in enumerate(pairs)}
        self.params |= {f"b{k + 1}": rng.normal(size=p[1]) for k, p in enumerate(pairs)}

    def signals(self, X):
        Z = [X]
        for k in range(1, len(self.params) // 2 + 1):
            S = Z[-1] @ self.params[f"W{k}"] + self.params[f"b{k}"]
            Z.append(np.maximum(S, 0) if 2 * k < len(self.params) else S)
        return Z

    def forward(self, X):
        return self.signals(X)[-1]

    def predict_proba(self, X):
        S = self.forward(X)
        return np.exp(S - np.logaddexp.reduce(S, axis=1, keepdims=True))

    def loss_and_grads(self, X, Y):
        *Z, S = self.signals(X)
        log_p = S - np.logaddexp.reduce(S, axis=1, keepdims=True)
        delta, grads = (np.exp(log_p) - Y) / len(X), {}
        for k in range(len(Z), 0, -1):
            grads |= {f"W{k}": Z[k - 1].T @ delta, f"b{k}": delta.sum(axis=0)}
            delta = delta @ self.params[f"W{k}"].T * (Z[k - 1] > 0)
        return -np.sum(Y * log_p) / len(X), grads


@right
class one_list_of_layers:
    def __init__(self, sizes, rng):
        self.params, self.layers = {}, []
        for k in range(1, len(sizes)):
            self.params[f"W{k}"] = rng.standard_normal((sizes[k - 1], sizes[k])) / 3
            self.params[f"b{k}"] = np.full(sizes[k], 0.01)
            self.layers += [(Affine(), k), (ReLU(), 0)]
        self.layers.pop()
        self.criterion = SoftmaxCrossEntropy()

    def forward(self, X):
        for layer, k in self.layers:
            X = layer.forward(X, *([self.params[f"W{k}"], self.params[f"b{k}"]] if k else []))
        return X

    def predict_proba(self, X):
        terms = np.exp((S := self.forward(X)) - S.max(axis=1)[:, None])
        return terms / terms.sum(axis=1)[:, None]

    def loss_and_grads(self, X, Y):
        loss, grads = self.criterion.forward(self.forward(X), Y), {}
        d_out = self.criterion.backward()
        for layer, k in reversed(self.layers):
            if k:
                d_out, grads[f"W{k}"], grads[f"b{k}"] = layer.backward(d_out)
            else:
                d_out = layer.backward(d_out)
        return loss, grads


@right
class params_as_a_property:
    def __init__(self, sizes, rng):
        self.weights = [rng.normal(size=(n + 1, m)) / (n + 1) for n, m in zip(sizes, sizes[1:])]

    @property
    def params(self):
        of_layers = enumerate(self.weights, start=1)
        return {f"{c}{k}": W[:-1] if c == "W" else W[-1] for k, W in of_layers for c in "Wb"}

    @params.setter
    def params(self, new):
        ks = range(1, len(new) // 2 + 1)
        self.weights = [np.vstack([new[f"W{k}"], new[f"b{k}"]]) for k in ks]

    def forward(self, X):
        self.caches = []
        for W in self.weights:
            X = np.maximum(X, 0) if self.caches else X
            self.caches.append(X)
            X = X @ W[:-1] + W[-1]
        return X

    def predict_proba(self, X):
        S = self.forward(X)
        return np.exp(S - np.logaddexp.reduce(S, axis=1, keepdims=True))

    def loss_and_grads(self, X, Y):
        criterion, grads = SoftmaxCrossEntropy(), {}
        loss = criterion.forward(self.forward(X), Y)
        d = criterion.backward()
        for k in range(len(self.weights), 0, -1):
            Z = self.caches[k - 1]
            grads[f"W{k}"], grads[f"b{k}"] = Z.T @ d, d.sum(axis=0)
            d = np.where(Z > 0, d @ self.weights[k - 1][:-1].T, 0)
        return loss, grads


@wrong(fails={LOSS, GRADIENTS, DEPTH}, says="negative logits never occur")
class relu_on_output:
    def __init__(self, sizes, rng):
        self.params, self.affine, self.relu = {}, [], []
        for k, (n, m) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
            self.params[f"W{k}"] = rng.normal(size=(n, m)) * np.sqrt(2 / n)
            self.params[f"b{k}"] = np.zeros(m)
            self.affine.append(Affine())
            self.relu.append(ReLU())
        self.last = len(self.affine)

    def forward(self, X):
        for k in range(1, self.last + 1):
            X = self.affine[k - 1].forward(X, self.params[f"W{k}"], self.params[f"b{k}"])
            X = self.relu[k - 1].forward(X)
        return X

    def predict_proba(self, X):
        logits = self.forward(X)
        terms = np.exp(logits - logits.max(axis=1, keepdims=True))
        return terms / terms.sum(axis=1, keepdims=True)

    def loss_and_grads(self, X, Y):
        criterion, grads = SoftmaxCrossEntropy(), {}
        loss = criterion.forward(self.forward(X), Y)
        d = criterion.backward()
        for k in range(self.last, 0, -1):
            d = self.relu[k - 1].backward(d)
            d, grads[f"W{k}"], grads[f"b{k}"] = self.affine[k - 1].backward(d)
        return loss, grads


@wrong(fails={DEPTH}, says="the backward pass of a ReLU used the mask of the last one")
class shared_relu:
    def __init__(self, sizes, rng):
        self.params, self.affine, self.relu = {}, [], []
        for k, (n, m) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
            self.params[f"W{k}"] = rng.normal(size=(n, m)) * np.sqrt(2 / n)
            self.params[f"b{k}"] = np.zeros(m)
            self.affine.append(Affine())
        self.last = len(self.affine)
        self.relu = [ReLU()] * self.last

    def forward(self, X):
        for k in range(1, self.last + 1):
            X = self.affine[k - 1].forward(X, self.params[f"W{k}"], self.params[f"b{k}"])
            if k < self.last:
                X = self.relu[k - 1].forward(X)
        return X

    def predict_proba(self, X):
        logits = self.forward(X)
        terms = np.exp(logits - logits.max(axis=1, keepdims=True))
        return terms / terms.sum(axis=1, keepdims=True)

    def loss_and_grads(self, X, Y):
        criterion, grads = SoftmaxCrossEntropy(), {}
        loss = criterion.forward(self.forward(X), Y)
        d = criterion.backward()
        for k in range(self.last, 0, -1):
            if k < self.last:
                d = self.relu[k - 1].backward(d)
            d, grads[f"W{k}"], grads[f"b{k}"] = self.affine[k - 1].backward(d)
        return loss, grads


@wrong(fails={GRADIENTS, DEPTH}, says="gradient of W1 computed with the cache of the last layer")
class shared_affine:
    def __init__(self, sizes, rng):
        self.params, self.affine, self.relu = {}, [], []
        for k, (n, m) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
            self.params[f"W{k}"] = rng.normal(size=(n, m)) * np.sqrt(2 / n)
            self.params[f"b{k}"] = np.zeros(m)
            self.relu.append(ReLU())
        self.last = len(sizes) - 1
        self.affine = [Affine()] * self.last

    def forward(self, X):
        for k in range(1, self.last + 1):
            X = self.affine[k - 1].forward(X, self.params[f"W{k}"], self.params[f"b{k}"])
            if k < self.last:
                X = self.relu[k - 1].forward(X)
        return X

    def predict_proba(self, X):
        logits = self.forward(X)
        terms = np.exp(logits - logits.max(axis=1, keepdims=True))
        return terms / terms.sum(axis=1, keepdims=True)

    def loss_and_grads(self, X, Y):
        criterion, grads = SoftmaxCrossEntropy(), {}
        loss = criterion.forward(self.forward(X), Y)
        d = criterion.backward()
        for k in range(self.last, 0, -1):
            if k < self.last:
                d = self.relu[k - 1].backward(d)
            d, grads[f"W{k}"], grads[f"b{k}"] = self.affine[k - 1].backward(d)
        return loss, grads


@wrong(fails={STATE}, says="predict_proba changes the gradients that come after it")
class predict_pollutes:
    def __init__(self, sizes, rng):
        self.params, self.affine, self.relu = {}, [], []
        for k, (n, m) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
            self.params[f"W{k}"] = rng.normal(size=(n, m)) * np.sqrt(2 / n)
            self.params[f"b{k}"] = np.zeros(m)
            self.affine.append(Affine())
            self.relu.append(ReLU())
        self.last = len(self.affine)

    def forward(self, X):
        for k in range(1, self.last + 1):
            X = self.affine[k - 1].forward(X, self.params[f"W{k}"], self.params[f"b{k}"])
            if k < self.last:
                X = self.relu[k - 1].forward(X)
        return X

    def predict_proba(self, X):
        logits = self.logits = self.forward(X)
        terms = np.exp(logits - logits.max(axis=1, keepdims=True))
        return terms / terms.sum(axis=1, keepdims=True)

    def loss_and_grads(self, X, Y):
        criterion, grads = SoftmaxCrossEntropy(), {}
        logits = getattr(self, "logits", None)
        if logits is None or len(logits) != len(X):
            logits = self.forward(X)
        self.logits = None
        loss = criterion.forward(logits, Y)
        d = criterion.backward()
        for k in range(self.last, 0, -1):
            if k < self.last:
                d = self.relu[k - 1].backward(d)
            d, grads[f"W{k}"], grads[f"b{k}"] = self.affine[k - 1].backward(d)
        return loss, grads


@wrong(fails={STATE}, says="loss_and_grads answered for the data of an earlier forward")
class forward_remembered:
    def __init__(self, sizes, rng):
        self.params, self.affine, self.relu = {}, [], []
        for k, (n, m) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
            self.params[f"W{k}"] = rng.normal(size=(n, m)) * np.sqrt(2 / n)
            self.params[f"b{k}"] = np.zeros(m)
            self.affine.append(Affine())
            self.relu.append(ReLU())
        self.last = len(self.affine)

    def forward(self, X):
        self.seen = X
        for k in range(1, self.last + 1):
            X = self.affine[k - 1].forward(X, self.params[f"W{k}"], self.params[f"b{k}"])
            if k < self.last:
                X = self.relu[k - 1].forward(X)
        return X

    def predict_proba(self, X):
        seen = getattr(self, "seen", None)
        logits = self.forward(X)
        self.seen = seen
        terms = np.exp(logits - logits.max(axis=1, keepdims=True))
        return terms / terms.sum(axis=1, keepdims=True)

    def loss_and_grads(self, X, Y):
        if getattr(self, "seen", None) is not None and self.seen.shape == X.shape:
            X = self.seen
        criterion, grads = SoftmaxCrossEntropy(), {}
        loss = criterion.forward(self.forward(X), Y)
        d = criterion.backward()
        for k in range(self.last, 0, -1):
            if k < self.last:
                d = self.relu[k - 1].backward(d)
            d, grads[f"W{k}"], grads[f"b{k}"] = self.affine[k - 1].backward(d)
        return loss, grads


@wrong(fails={STATE}, says="a second call gives other gradients")
class grads_added_up:
    def __init__(self, sizes, rng):
        self.params, self.affine, self.relu = {}, [], []
        for k, (n, m) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
            self.params[f"W{k}"] = rng.normal(size=(n, m)) * np.sqrt(2 / n)
            self.params[f"b{k}"] = np.zeros(m)
            self.affine.append(Affine())
            self.relu.append(ReLU())
        self.last = len(self.affine)

    def forward(self, X):
        for k in range(1, self.last + 1):
            X = self.affine[k - 1].forward(X, self.params[f"W{k}"], self.params[f"b{k}"])
            if k < self.last:
                X = self.relu[k - 1].forward(X)
        return X

    def predict_proba(self, X):
        logits = self.forward(X)
        terms = np.exp(logits - logits.max(axis=1, keepdims=True))
        return terms / terms.sum(axis=1, keepdims=True)

    def loss_and_grads(self, X, Y):
        if not hasattr(self, "grads"):
            self.grads = {key: np.zeros(value.shape) for key, value in self.params.items()}
        criterion, grads = SoftmaxCrossEntropy(), self.grads
        loss = criterion.forward(self.forward(X), Y)
        d = criterion.backward()
        for k in range(self.last, 0, -1):
            if k < self.last:
                d = self.relu[k - 1].backward(d)
            d, d_W, d_b = self.affine[k - 1].backward(d)
            grads[f"W{k}"] += d_W
            grads[f"b{k}"] += d_b
        return loss, grads


@wrong(fails={STATE}, says="the gradients of one call are overwritten by the next")
class grads_in_one_buffer:
    def __init__(self, sizes, rng):
        self.params, self.affine, self.relu = {}, [], []
        for k, (n, m) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
            self.params[f"W{k}"] = rng.normal(size=(n, m)) * np.sqrt(2 / n)
            self.params[f"b{k}"] = np.zeros(m)
            self.affine.append(Affine())
            self.relu.append(ReLU())
        self.last = len(self.affine)

    def forward(self, X):
        for k in range(1, self.last + 1):
            X = self.affine[k - 1].forward(X, self.params[f"W{k}"], self.params[f"b{k}"])
            if k < self.last:
                X = self.relu[k - 1].forward(X)
        return X

    def predict_proba(self, X):
        logits = self.forward(X)
        terms = np.exp(logits - logits.max(axis=1, keepdims=True))
        return terms / terms.sum(axis=1, keepdims=True)

    def loss_and_grads(self, X, Y):
        if not hasattr(self, "grads"):
            self.grads = {key: np.zeros(value.shape) for key, value in self.params.items()}
        criterion, grads = SoftmaxCrossEntropy(), self.grads
        loss = criterion.forward(self.forward(X), Y)
        d = criterion.backward()
        for k in range(self.last, 0, -1):
            if k < self.last:
                d = self.relu[k - 1].backward(d)
            d, grads[f"W{k}"][...], grads[f"b{k}"][...] = self.affine[k - 1].backward(d)
        return loss, grads


@wrong(fails={STATE}, says="two networks share their layers or parameters")
class parameters_of_the_class:
    params = {}

    def __init__(self, sizes, rng):
        self.affine, self.relu = [], []
        self.params.clear()
        for k, (n, m) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
            self.params[f"W{k}"] = rng.normal(size=(n, m)) * np.sqrt(2 / n)
            self.params[f"b{k}"] = np.zeros(m)
            self.affine.append(Affine())
            self.relu.append(ReLU())
        self.last = len(self.affine)

    def forward(self, X):
        for k in range(1, self.last + 1):
            X = self.affine[k - 1].forward(X, self.params[f"W{k}"], self.params[f"b{k}"])
            if k < self.last:
                X = self.relu[k - 1].forward(X)
        return X

    def predict_proba(self, X):
        logits = self.forward(X)
        terms = np.exp(logits - logits.max(axis=1, keepdims=True))
        return terms / terms.sum(axis=1, keepdims=True)

    def loss_and_grads(self, X, Y):
        criterion, grads = SoftmaxCrossEntropy(), {}
        loss = criterion.forward(self.forward(X), Y)
        d = criterion.backward()
        for k in range(self.last, 0, -1):
            if k < self.last:
                d = self.relu[k - 1].backward(d)
            d, grads[f"W{k}"], grads[f"b{k}"] = self.affine[k - 1].backward(d)
        return loss, grads


@wrong(fails={STATE}, says="asking a network changes its parameters")
class trains_when_asked:
    def __init__(self, sizes, rng):
        self.params, self.affine, self.relu = {}, [], []
        for k, (n, m) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
            self.params[f"W{k}"] = rng.normal(size=(n, m)) * np.sqrt(2 / n)
            self.params[f"b{k}"] = np.zeros(m)
            self.affine.append(Affine())
            self.relu.append(ReLU())
        self.last = len(self.affine)

    def forward(self, X):
        for k in range(1, self.last + 1):
            X = self.affine[k - 1].forward(X, self.params[f"W{k}"], self.params[f"b{k}"])
            if k < self.last:
                X = self.relu[k - 1].forward(X)
        return X

    def predict_proba(self, X):
        logits = self.forward(X)
        terms = np.exp(logits - logits.max(axis=1, keepdims=True))
        return terms / terms.sum(axis=1, keepdims=True)

    def loss_and_grads(self, X, Y):
        criterion, grads = SoftmaxCrossEntropy(), {}
        loss = criterion.forward(self.forward(X), Y)
        d = criterion.backward()
        for k in range(self.last, 0, -1):
            if k < self.last:
                d = self.relu[k - 1].backward(d)
            d, grads[f"W{k}"], grads[f"b{k}"] = self.affine[k - 1].backward(d)
        self.params = {key: self.params[key] - 0.1 * grads[key] for key in grads}
        return loss, grads


@wrong(fails={GRADIENTS, DEPTH}, says="d_W1 matches a linear network")
class missing_relu_backward:
    def __init__(self, sizes, rng):
        self.params, self.affine, self.relu = {}, [], []
        for k, (n, m) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
            self.params[f"W{k}"] = rng.normal(size=(n, m)) * np.sqrt(2 / n)
            self.params[f"b{k}"] = np.zeros(m)
            self.affine.append(Affine())
            self.relu.append(ReLU())
        self.last = len(self.affine)

    def forward(self, X):
        for k in range(1, self.last + 1):
            X = self.affine[k - 1].forward(X, self.params[f"W{k}"], self.params[f"b{k}"])
            if k < self.last:
                X = self.relu[k - 1].forward(X)
        return X

    def predict_proba(self, X):
        logits = self.forward(X)
        terms = np.exp(logits - logits.max(axis=1, keepdims=True))
        return terms / terms.sum(axis=1, keepdims=True)

    def loss_and_grads(self, X, Y):
        criterion, grads = SoftmaxCrossEntropy(), {}
        loss = criterion.forward(self.forward(X), Y)
        d = criterion.backward()
        for k in range(self.last, 0, -1):
            d, grads[f"W{k}"], grads[f"b{k}"] = self.affine[k - 1].backward(d)
        return loss, grads


@wrong(fails={LOSS, GRADIENTS, DEPTH}, says="matches a network without ReLU")
class missing_relu:
    def __init__(self, sizes, rng):
        self.params, self.affine, self.relu = {}, [], []
        for k, (n, m) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
            self.params[f"W{k}"] = rng.normal(size=(n, m)) * np.sqrt(2 / n)
            self.params[f"b{k}"] = np.zeros(m)
            self.affine.append(Affine())
            self.relu.append(ReLU())
        self.last = len(self.affine)

    def forward(self, X):
        for k in range(1, self.last + 1):
            X = self.affine[k - 1].forward(X, self.params[f"W{k}"], self.params[f"b{k}"])
        return X

    def predict_proba(self, X):
        logits = self.forward(X)
        terms = np.exp(logits - logits.max(axis=1, keepdims=True))
        return terms / terms.sum(axis=1, keepdims=True)

    def loss_and_grads(self, X, Y):
        criterion, grads = SoftmaxCrossEntropy(), {}
        loss = criterion.forward(self.forward(X), Y)
        d = criterion.backward()
        for k in range(self.last, 0, -1):
            d, grads[f"W{k}"], grads[f"b{k}"] = self.affine[k - 1].backward(d)
        return loss, grads


@wrong(fails={LOSS, GRADIENTS, DEPTH}, says="matches a network without biases")
class no_biases:
    def __init__(self, sizes, rng):
        self.params, self.affine, self.relu = {}, [], []
        for k, (n, m) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
            self.params[f"W{k}"] = rng.normal(size=(n, m)) * np.sqrt(2 / n)
            self.params[f"b{k}"] = np.zeros(m)
            self.affine.append(Affine())
            self.relu.append(ReLU())
        self.last = len(self.affine)

    def forward(self, X):
        for k in range(1, self.last + 1):
            X = self.affine[k - 1].forward(X, self.params[f"W{k}"], np.zeros(1))
            if k < self.last:
                X = self.relu[k - 1].forward(X)
        return X

    def predict_proba(self, X):
        logits = self.forward(X)
        terms = np.exp(logits - logits.max(axis=1, keepdims=True))
        return terms / terms.sum(axis=1, keepdims=True)

    def loss_and_grads(self, X, Y):
        criterion, grads = SoftmaxCrossEntropy(), {}
        loss = criterion.forward(self.forward(X), Y)
        d = criterion.backward()
        for k in range(self.last, 0, -1):
            if k < self.last:
                d = self.relu[k - 1].backward(d)
            d, grads[f"W{k}"], grads[f"b{k}"] = self.affine[k - 1].backward(d)
        return loss, grads


@wrong(fails={GRADIENTS, DEPTH}, says="gradients exchanged")
class grad_order:
    def __init__(self, sizes, rng):
        self.params, self.affine, self.relu = {}, [], []
        for k, (n, m) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
            self.params[f"W{k}"] = rng.normal(size=(n, m)) * np.sqrt(2 / n)
            self.params[f"b{k}"] = np.zeros(m)
            self.affine.append(Affine())
            self.relu.append(ReLU())
        self.last = len(self.affine)

    def forward(self, X):
        for k in range(1, self.last + 1):
            X = self.affine[k - 1].forward(X, self.params[f"W{k}"], self.params[f"b{k}"])
            if k < self.last:
                X = self.relu[k - 1].forward(X)
        return X

    def predict_proba(self, X):
        logits = self.forward(X)
        terms = np.exp(logits - logits.max(axis=1, keepdims=True))
        return terms / terms.sum(axis=1, keepdims=True)

    def loss_and_grads(self, X, Y):
        criterion, grads = SoftmaxCrossEntropy(), {}
        loss = criterion.forward(self.forward(X), Y)
        d = criterion.backward()
        for k in range(self.last, 0, -1):
            if k < self.last:
                d = self.relu[k - 1].backward(d)
            d, grads[f"W{self.last + 1 - k}"], grads[f"b{k}"] = self.affine[k - 1].backward(d)
        return loss, grads


@wrong(fails={LOSS, GRADIENTS, DEPTH}, says="softmax twice: the loss can never fall below 1.543 = log(e + 10) - 1 for 11 classes")
class softmax_twice:
    def __init__(self, sizes, rng):
        self.params, self.affine, self.relu = {}, [], []
        for k, (n, m) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
            self.params[f"W{k}"] = rng.normal(size=(n, m)) * np.sqrt(2 / n)
            self.params[f"b{k}"] = np.zeros(m)
            self.affine.append(Affine())
            self.relu.append(ReLU())
        self.last = len(self.affine)

    def forward(self, X):
        for k in range(1, self.last + 1):
            X = self.affine[k - 1].forward(X, self.params[f"W{k}"], self.params[f"b{k}"])
            if k < self.last:
                X = self.relu[k - 1].forward(X)
        return X

    def predict_proba(self, X):
        logits = self.forward(X)
        terms = np.exp(logits - logits.max(axis=1, keepdims=True))
        return terms / terms.sum(axis=1, keepdims=True)

    def loss_and_grads(self, X, Y):
        criterion, grads = SoftmaxCrossEntropy(), {}
        loss = criterion.forward(self.predict_proba(X), Y)
        d = criterion.backward()
        for k in range(self.last, 0, -1):
            if k < self.last:
                d = self.relu[k - 1].backward(d)
            d, grads[f"W{k}"], grads[f"b{k}"] = self.affine[k - 1].backward(d)
        return loss, grads


@wrong(fails={LOSS, GRADIENTS, DEPTH}, says="softmax twice: the loss can never fall below")
class forward_gives_probabilities:
    def __init__(self, sizes, rng):
        self.params, self.affine, self.relu = {}, [], []
        for k, (n, m) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
            self.params[f"W{k}"] = rng.normal(size=(n, m)) * np.sqrt(2 / n)
            self.params[f"b{k}"] = np.zeros(m)
            self.affine.append(Affine())
            self.relu.append(ReLU())
        self.last = len(self.affine)

    def forward(self, X):
        for k in range(1, self.last + 1):
            X = self.affine[k - 1].forward(X, self.params[f"W{k}"], self.params[f"b{k}"])
            if k < self.last:
                X = self.relu[k - 1].forward(X)
        return self.softmax(X)

    def predict_proba(self, X):
        return self.forward(X)

    def softmax(self, logits):
        terms = np.exp(logits - logits.max(axis=1, keepdims=True))
        return terms / terms.sum(axis=1, keepdims=True)

    def loss_and_grads(self, X, Y):
        criterion, grads = SoftmaxCrossEntropy(), {}
        loss = criterion.forward(self.forward(X), Y)
        d = criterion.backward()
        for k in range(self.last, 0, -1):
            if k < self.last:
                d = self.relu[k - 1].backward(d)
            d, grads[f"W{k}"], grads[f"b{k}"] = self.affine[k - 1].backward(d)
        return loss, grads


@wrong(fails={SHAPES, DEPTH}, says="all hidden units have identical weights: symmetry never breaks")
class zero_init:
    def __init__(self, sizes, rng):
        self.params, self.affine, self.relu = {}, [], []
        for k, (n, m) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
            self.params[f"W{k}"] = np.zeros((n, m))
            self.params[f"b{k}"] = np.zeros(m)
            self.affine.append(Affine())
            self.relu.append(ReLU())
        self.last = len(self.affine)

    def forward(self, X):
        for k in range(1, self.last + 1):
            X = self.affine[k - 1].forward(X, self.params[f"W{k}"], self.params[f"b{k}"])
            if k < self.last:
                X = self.relu[k - 1].forward(X)
        return X

    def predict_proba(self, X):
        logits = self.forward(X)
        terms = np.exp(logits - logits.max(axis=1, keepdims=True))
        return terms / terms.sum(axis=1, keepdims=True)

    def loss_and_grads(self, X, Y):
        criterion, grads = SoftmaxCrossEntropy(), {}
        loss = criterion.forward(self.forward(X), Y)
        d = criterion.backward()
        for k in range(self.last, 0, -1):
            if k < self.last:
                d = self.relu[k - 1].backward(d)
            d, grads[f"W{k}"], grads[f"b{k}"] = self.affine[k - 1].backward(d)
        return loss, grads


@wrong(fails={SHAPES, DEPTH}, says="symmetry never breaks")
class constant_init:
    def __init__(self, sizes, rng):
        self.params, self.affine, self.relu = {}, [], []
        for k, (n, m) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
            self.params[f"W{k}"] = np.full((n, m), 0.1)
            self.params[f"b{k}"] = np.zeros(m)
            self.affine.append(Affine())
            self.relu.append(ReLU())
        self.last = len(self.affine)

    def forward(self, X):
        for k in range(1, self.last + 1):
            X = self.affine[k - 1].forward(X, self.params[f"W{k}"], self.params[f"b{k}"])
            if k < self.last:
                X = self.relu[k - 1].forward(X)
        return X

    def predict_proba(self, X):
        logits = self.forward(X)
        terms = np.exp(logits - logits.max(axis=1, keepdims=True))
        return terms / terms.sum(axis=1, keepdims=True)

    def loss_and_grads(self, X, Y):
        criterion, grads = SoftmaxCrossEntropy(), {}
        loss = criterion.forward(self.forward(X), Y)
        d = criterion.backward()
        for k in range(self.last, 0, -1):
            if k < self.last:
                d = self.relu[k - 1].backward(d)
            d, grads[f"W{k}"], grads[f"b{k}"] = self.affine[k - 1].backward(d)
        return loss, grads


@wrong(fails={SHAPES}, says="another rng gives the same weights")
class own_random_numbers:
    def __init__(self, sizes, rng):
        self.params, self.affine, self.relu = {}, [], []
        for k, (n, m) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
            self.params[f"W{k}"] = np.random.default_rng(k).normal(size=(n, m)) * np.sqrt(2 / n)
            self.params[f"b{k}"] = np.zeros(m)
            self.affine.append(Affine())
            self.relu.append(ReLU())
        self.last = len(self.affine)

    def forward(self, X):
        for k in range(1, self.last + 1):
            X = self.affine[k - 1].forward(X, self.params[f"W{k}"], self.params[f"b{k}"])
            if k < self.last:
                X = self.relu[k - 1].forward(X)
        return X

    def predict_proba(self, X):
        logits = self.forward(X)
        terms = np.exp(logits - logits.max(axis=1, keepdims=True))
        return terms / terms.sum(axis=1, keepdims=True)

    def loss_and_grads(self, X, Y):
        criterion, grads = SoftmaxCrossEntropy(), {}
        loss = criterion.forward(self.forward(X), Y)
        d = criterion.backward()
        for k in range(self.last, 0, -1):
            if k < self.last:
                d = self.relu[k - 1].backward(d)
            d, grads[f"W{k}"], grads[f"b{k}"] = self.affine[k - 1].backward(d)
        return loss, grads


@wrong(fails={SHAPES, STATE}, says="equal generators give different weights")
class global_random_numbers:
    def __init__(self, sizes, rng):
        self.params, self.affine, self.relu = {}, [], []
        for k, (n, m) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
            self.params[f"W{k}"] = np.random.normal(size=(n, m)) * np.sqrt(2 / n)
            self.params[f"b{k}"] = np.zeros(m)
            self.affine.append(Affine())
            self.relu.append(ReLU())
        self.last = len(self.affine)

    def forward(self, X):
        for k in range(1, self.last + 1):
            X = self.affine[k - 1].forward(X, self.params[f"W{k}"], self.params[f"b{k}"])
            if k < self.last:
                X = self.relu[k - 1].forward(X)
        return X

    def predict_proba(self, X):
        logits = self.forward(X)
        terms = np.exp(logits - logits.max(axis=1, keepdims=True))
        return terms / terms.sum(axis=1, keepdims=True)

    def loss_and_grads(self, X, Y):
        criterion, grads = SoftmaxCrossEntropy(), {}
        loss = criterion.forward(self.forward(X), Y)
        d = criterion.backward()
        for k in range(self.last, 0, -1):
            if k < self.last:
                d = self.relu[k - 1].backward(d)
            d, grads[f"W{k}"], grads[f"b{k}"] = self.affine[k - 1].backward(d)
        return loss, grads


@wrong(fails={LOSS, GRADIENTS, DEPTH}, says="loss unchanged after a step")
class params_copied:
    def __init__(self, sizes, rng):
        self.params, self.affine, self.relu = {}, [], []
        for k, (n, m) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
            self.params[f"W{k}"] = rng.normal(size=(n, m)) * np.sqrt(2 / n)
            self.params[f"b{k}"] = np.zeros(m)
            self.affine.append(Affine())
            self.relu.append(ReLU())
        self.last = len(self.affine)
        self.mine = dict(self.params)

    def forward(self, X):
        for k in range(1, self.last + 1):
            X = self.affine[k - 1].forward(X, self.mine[f"W{k}"], self.mine[f"b{k}"])
            if k < self.last:
                X = self.relu[k - 1].forward(X)
        return X

    def predict_proba(self, X):
        logits = self.forward(X)
        terms = np.exp(logits - logits.max(axis=1, keepdims=True))
        return terms / terms.sum(axis=1, keepdims=True)

    def loss_and_grads(self, X, Y):
        criterion, grads = SoftmaxCrossEntropy(), {}
        loss = criterion.forward(self.forward(X), Y)
        d = criterion.backward()
        for k in range(self.last, 0, -1):
            if k < self.last:
                d = self.relu[k - 1].backward(d)
            d, grads[f"W{k}"], grads[f"b{k}"] = self.affine[k - 1].backward(d)
        return loss, grads


@wrong(fails={SHAPES, LOSS, GRADIENTS, DEPTH, STATE}, says="expected params")
class other_names:
    def __init__(self, sizes, rng):
        self.params, self.affine, self.relu = {}, [], []
        for k, (n, m) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
            self.params[f"W{k}"] = rng.normal(size=(n, m)) * np.sqrt(2 / n)
            self.params[f"bias{k}"] = np.zeros(m)
            self.affine.append(Affine())
            self.relu.append(ReLU())
        self.last = len(self.affine)

    def forward(self, X):
        for k in range(1, self.last + 1):
            X = self.affine[k - 1].forward(X, self.params[f"W{k}"], self.params[f"bias{k}"])
            if k < self.last:
                X = self.relu[k - 1].forward(X)
        return X

    def predict_proba(self, X):
        logits = self.forward(X)
        terms = np.exp(logits - logits.max(axis=1, keepdims=True))
        return terms / terms.sum(axis=1, keepdims=True)

    def loss_and_grads(self, X, Y):
        criterion, grads = SoftmaxCrossEntropy(), {}
        loss = criterion.forward(self.forward(X), Y)
        d = criterion.backward()
        for k in range(self.last, 0, -1):
            if k < self.last:
                d = self.relu[k - 1].backward(d)
            d, grads[f"W{k}"], grads[f"b{k}"] = self.affine[k - 1].backward(d)
        return loss, grads


@wrong(fails={SHAPES, LOSS, GRADIENTS, DEPTH}, says="params")
class weights_transposed:
    def __init__(self, sizes, rng):
        self.params, self.affine, self.relu = {}, [], []
        for k, (n, m) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
            self.params[f"W{k}"] = rng.normal(size=(m, n)) * np.sqrt(2 / n)
            self.params[f"b{k}"] = np.zeros(m)
            self.affine.append(Affine())
            self.relu.append(ReLU())
        self.last = len(self.affine)

    def forward(self, X):
        for k in range(1, self.last + 1):
            X = self.affine[k - 1].forward(X, self.params[f"W{k}"].T, self.params[f"b{k}"])
            if k < self.last:
                X = self.relu[k - 1].forward(X)
        return X

    def predict_proba(self, X):
        logits = self.forward(X)
        terms = np.exp(logits - logits.max(axis=1, keepdims=True))
        return terms / terms.sum(axis=1, keepdims=True)

    def loss_and_grads(self, X, Y):
        criterion, grads = SoftmaxCrossEntropy(), {}
        loss = criterion.forward(self.forward(X), Y)
        d = criterion.backward()
        for k in range(self.last, 0, -1):
            if k < self.last:
                d = self.relu[k - 1].backward(d)
            d, d_W, grads[f"b{k}"] = self.affine[k - 1].backward(d)
            grads[f"W{k}"] = d_W.T
        return loss, grads


@wrong(fails={LOSS, GRADIENTS, DEPTH}, says="loss")
class summed_loss:
    def __init__(self, sizes, rng):
        self.params, self.affine, self.relu = {}, [], []
        for k, (n, m) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
            self.params[f"W{k}"] = rng.normal(size=(n, m)) * np.sqrt(2 / n)
            self.params[f"b{k}"] = np.zeros(m)
            self.affine.append(Affine())
            self.relu.append(ReLU())
        self.last = len(self.affine)

    def forward(self, X):
        for k in range(1, self.last + 1):
            X = self.affine[k - 1].forward(X, self.params[f"W{k}"], self.params[f"b{k}"])
            if k < self.last:
                X = self.relu[k - 1].forward(X)
        return X

    def predict_proba(self, X):
        logits = self.forward(X)
        terms = np.exp(logits - logits.max(axis=1, keepdims=True))
        return terms / terms.sum(axis=1, keepdims=True)

    def loss_and_grads(self, X, Y):
        criterion, grads = SoftmaxCrossEntropy(), {}
        loss = len(X) * criterion.forward(self.forward(X), Y)
        d = criterion.backward(len(X))
        for k in range(self.last, 0, -1):
            if k < self.last:
                d = self.relu[k - 1].backward(d)
            d, grads[f"W{k}"], grads[f"b{k}"] = self.affine[k - 1].backward(d)
        return loss, grads


@wrong(fails={SHAPES, LOSS}, says="rows sum to")
class softmax_over_samples:
    def __init__(self, sizes, rng):
        self.params, self.affine, self.relu = {}, [], []
        for k, (n, m) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
            self.params[f"W{k}"] = rng.normal(size=(n, m)) * np.sqrt(2 / n)
            self.params[f"b{k}"] = np.zeros(m)
            self.affine.append(Affine())
            self.relu.append(ReLU())
        self.last = len(self.affine)

    def forward(self, X):
        for k in range(1, self.last + 1):
            X = self.affine[k - 1].forward(X, self.params[f"W{k}"], self.params[f"b{k}"])
            if k < self.last:
                X = self.relu[k - 1].forward(X)
        return X

    def predict_proba(self, X):
        logits = self.forward(X)
        terms = np.exp(logits - logits.max(axis=0, keepdims=True))
        return terms / terms.sum(axis=0, keepdims=True)

    def loss_and_grads(self, X, Y):
        criterion, grads = SoftmaxCrossEntropy(), {}
        loss = criterion.forward(self.forward(X), Y)
        d = criterion.backward()
        for k in range(self.last, 0, -1):
            if k < self.last:
                d = self.relu[k - 1].backward(d)
            d, grads[f"W{k}"], grads[f"b{k}"] = self.affine[k - 1].backward(d)
        return loss, grads


@wrong(fails={LOSS}, says="inputs times 1000")
class exp_overflows:
    def __init__(self, sizes, rng):
        self.params, self.affine, self.relu = {}, [], []
        for k, (n, m) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
            self.params[f"W{k}"] = rng.normal(size=(n, m)) * np.sqrt(2 / n)
            self.params[f"b{k}"] = np.zeros(m)
            self.affine.append(Affine())
            self.relu.append(ReLU())
        self.last = len(self.affine)

    def forward(self, X):
        for k in range(1, self.last + 1):
            X = self.affine[k - 1].forward(X, self.params[f"W{k}"], self.params[f"b{k}"])
            if k < self.last:
                X = self.relu[k - 1].forward(X)
        return X

    def predict_proba(self, X):
        logits = self.forward(X)
        terms = np.exp(logits)
        return terms / terms.sum(axis=1, keepdims=True)

    def loss_and_grads(self, X, Y):
        criterion, grads = SoftmaxCrossEntropy(), {}
        loss = criterion.forward(self.forward(X), Y)
        d = criterion.backward()
        for k in range(self.last, 0, -1):
            if k < self.last:
                d = self.relu[k - 1].backward(d)
            d, grads[f"W{k}"], grads[f"b{k}"] = self.affine[k - 1].backward(d)
        return loss, grads


@wrong(fails={DEPTH}, says="a new network with sizes [3, 3, 3, 3]")
class exactly_two_layers:
    def __init__(self, sizes, rng):
        D, H, K = sizes
        self.params = {"W1": rng.normal(size=(D, H)) / D, "b1": np.zeros(H)}
        self.params |= {"W2": rng.normal(size=(H, K)) / H, "b2": np.zeros(K)}
        self.affine1, self.relu, self.affine2 = Affine(), ReLU(), Affine()
        self.criterion = SoftmaxCrossEntropy()

    def forward(self, X):
        S = self.affine1.forward(X, self.params["W1"], self.params["b1"])
        return self.affine2.forward(self.relu.forward(S), self.params["W2"], self.params["b2"])

    def predict_proba(self, X):
        S = self.forward(X)
        return np.exp(S - np.logaddexp.reduce(S, axis=1, keepdims=True))

    def loss_and_grads(self, X, Y):
        loss = self.criterion.forward(self.forward(X), Y)
        d_Z, d_W2, d_b2 = self.affine2.backward(self.criterion.backward())
        _, d_W1, d_b1 = self.affine1.backward(self.relu.backward(d_Z))
        return loss, {"W1": d_W1, "b1": d_b1, "W2": d_W2, "b2": d_b2}


@wrong(fails={SHAPES, LOSS, GRADIENTS, DEPTH, STATE}, says="not available in a solution cell")
class asks_the_checks:
    def __init__(self, sizes, rng):
        import nn_utils

        self.params, self.checks = nn_utils._net_params(rng, *sizes), nn_utils

    def forward(self, X):
        return self.checks._exact_logits(self.params, X)

    def predict_proba(self, X):
        S = self.forward(X)
        return np.exp(S - np.logaddexp.reduce(S, axis=1, keepdims=True))

    def loss_and_grads(self, X, Y):
        loss = self.checks._exact_nll(self.forward(X), Y)
        return loss, self.checks.definition_gradients(self.params, X, Y)


@wrong(fails={SHAPES, LOSS, GRADIENTS, DEPTH, STATE}, says="this exercise is still empty")
class not_started:
    def __init__(self, sizes, rng):
        raise NotImplementedError()
