"""The course's layers, with which networks are graded; for students after assignment A4.

A layer is used in pairs of calls: ``forward`` computes the output and keeps in ``cache`` what the
backward pass needs; ``backward`` takes the gradient of the loss with respect to the output and
returns the gradients with respect to the arguments of ``forward``, in their order. A layer keeps
one forward pass, so a network has one layer object for each place.
"""

import numpy as np


class Affine:
    """X @ W + b for a batch."""

    def forward(self, X, W, b):
        """Return X @ W + b, shape (N, H), for X (N, D), W (D, H) and b (H,)."""
        self.cache = X, W
        return X @ W + b

    def backward(self, d_out):
        """Return (d_X, d_W, d_b) for d_out (N, H)."""
        X, W = self.cache
        return d_out @ W.T, X.T @ d_out, d_out.sum(axis=0)


class ReLU:
    """max(x, 0), entry by entry."""

    def forward(self, x):
        """Return max(x, 0) for x of any shape."""
        self.cache = x > 0
        return np.maximum(x, 0)

    def backward(self, d_out):
        """Return d_x, which is d_out where x > 0 and 0 elsewhere."""
        return np.where(self.cache, d_out, 0)


class SoftmaxCrossEntropy:
    """The mean cross-entropy of a batch, from logits."""

    def forward(self, logits, targets):
        """Return the mean loss, a float, for logits and targets (N, K), one-hot or soft."""
        shifted = logits - logits.max(axis=1, keepdims=True)
        log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        self.cache = np.exp(log_probs), targets
        return -np.sum(targets * log_probs) / len(logits)

    def backward(self, d_out=1.0):
        """Return d_logits, shape (N, K)."""
        probs, targets = self.cache
        return d_out * (probs * targets.sum(axis=1, keepdims=True) - targets) / len(probs)
