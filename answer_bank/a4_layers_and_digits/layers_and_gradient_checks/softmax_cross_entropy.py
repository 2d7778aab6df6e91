"""Answers to exercise 4a E7: softmax and cross-entropy as one layer."""

import numpy as np

from answer_bank import right, wrong

CELL = "a4a_softmax_cross_entropy"
NAME = "SoftmaxCrossEntropy"

FORWARD, BACKWARD = "a4a_loss_forward", "a4a_loss_backward"
STABILITY, SOFT = "a4a_loss_stability", "a4a_loss_soft_and_state"
TOLERANCE = 1e-12


def inputs(rng):
    """Yield (d_out, logits, targets) on which a surviving mutant is compared with the reference."""
    for n, k in ((7, 5), (1, 5), (5, 5), (3, 1)):
        for scale in (1, 1e3):
            logits = rng.normal(scale=scale, size=(n, k))
            yield 1.0, logits, np.eye(k)[rng.integers(0, k, size=n)]
            yield -0.7, logits, rng.dirichlet(np.ones(k), size=n)


def observe(answer, d_out, logits, targets):
    """Outputs of both methods, the second one called twice, with and without an argument."""
    layer = answer()
    loss = float(layer.forward(logits, targets))
    return loss, layer.backward(d_out), layer.backward(d_out), layer.backward()


@right
class logaddexp:
    def forward(self, logits, targets):
        self.targets = targets
        self.log_probs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
        return -(targets * self.log_probs).sum(axis=1).mean()

    def backward(self, d_out=1.0):
        return (np.exp(self.log_probs) - self.targets) * (d_out / len(self.targets))


@right
class probabilities_in_a_dict:
    def forward(self, logits, targets):
        shifted = logits - logits.max(axis=1, keepdims=True)
        terms = np.exp(shifted)
        total = terms.sum(axis=1, keepdims=True)
        self.cache = {"p": terms / total, "y": targets.copy()}
        return float(np.mean(np.sum(targets * (np.log(total) - shifted), axis=1)))

    def backward(self, d_out=1.0):
        p, y = self.cache["p"], self.cache["y"]
        return d_out * (p - y) / p.shape[0]


@right
class keeps_the_inputs:
    def forward(self, logits, targets):
        self.inputs = logits, targets
        top = logits.max(axis=1)
        lse = top + np.log(np.exp(logits - top[:, None]).sum(axis=1))
        return np.mean(targets.sum(axis=1) * lse - (targets * logits).sum(axis=1))

    def backward(self, d_out=1.0):
        logits, targets = self.inputs
        terms = np.exp(logits - logits.max(axis=1, keepdims=True))
        gradient = terms / terms.sum(axis=1, keepdims=True)
        gradient -= targets
        gradient *= np.asarray(d_out, dtype=gradient.dtype) / gradient.dtype.type(len(logits))
        return gradient


@right
def closure():
    from types import SimpleNamespace

    kept = {}

    def forward(logits, targets):
        shifted = logits - np.amax(logits, 1, keepdims=True)
        log_probs = shifted - np.log(np.einsum("nk->n", np.exp(shifted)))[:, None]
        kept["gradient"] = (np.exp(log_probs) - targets) / len(logits)
        return -np.einsum("nk,nk->", targets, log_probs) / len(logits)

    def backward(d_out=1.0):
        return d_out * kept["gradient"]

    return SimpleNamespace(forward=forward, backward=backward)


@right
class with_the_sum_of_targets:
    def forward(self, logits, targets):
        shifted = logits - logits.max(axis=1, keepdims=True)
        log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        self.cache = np.exp(log_probs), targets
        return -np.sum(targets * log_probs) / len(logits)

    def backward(self, d_out=1.0):
        probs, targets = self.cache
        return d_out * (probs * targets.sum(axis=1, keepdims=True) - targets) / len(probs)


@wrong(fails={STABILITY}, says="exp overflowed, or a probability rounded to 0")
class naive_exp:
    def forward(self, logits, targets):
        terms = np.exp(logits)
        p = terms / terms.sum(axis=1, keepdims=True)
        self.cache = p, targets
        return -np.sum(targets * np.log(p)) / len(logits)

    def backward(self, d_out=1.0):
        p, targets = self.cache
        return d_out * (p - targets) / len(p)


@wrong(fails={STABILITY}, says="saturates at 27.631 = -log(1e-12)")
class eps_in_log:
    def forward(self, logits, targets):
        terms = np.exp(logits - logits.max(axis=1, keepdims=True))
        p = terms / terms.sum(axis=1, keepdims=True)
        self.cache = p, targets
        return -np.sum(targets * np.log(p + 1e-12)) / len(logits)

    def backward(self, d_out=1.0):
        p, targets = self.cache
        return d_out * (p - targets) / len(p)


@wrong(fails={STABILITY}, says="logits beyond 30 were clipped")
class clip_logits:
    def forward(self, logits, targets):
        logits = np.clip(logits, -30, 30)
        log_probs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
        self.cache = np.exp(log_probs), targets
        return -np.sum(targets * log_probs) / len(logits)

    def backward(self, d_out=1.0):
        p, targets = self.cache
        return d_out * (p - targets) / len(p)


@wrong(fails={STABILITY}, says="rows far apart")
class global_max:
    def forward(self, logits, targets):
        shifted = logits - logits.max()
        log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        self.cache = np.exp(log_probs), targets
        return -np.sum(targets * log_probs) / len(logits)

    def backward(self, d_out=1.0):
        p, targets = self.cache
        return d_out * (p - targets) / len(p)


@wrong(fails={BACKWARD, STABILITY, SOFT}, says="not divided by N, N = 7: forward returns a mean")
class no_N:
    def forward(self, logits, targets):
        log_probs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
        self.cache = np.exp(log_probs), targets
        return -np.sum(targets * log_probs) / len(logits)

    def backward(self, d_out=1.0):
        p, targets = self.cache
        return d_out * (p - targets)


@wrong(fails={BACKWARD, STABILITY, SOFT}, says="divided by N twice, N = 7")
class N_twice:
    def forward(self, logits, targets):
        log_probs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
        self.cache = (np.exp(log_probs) - targets) / len(logits)
        return -np.sum(targets * log_probs) / len(logits)

    def backward(self, d_out=1.0):
        return d_out * self.cache / len(self.cache)


@wrong(fails={FORWARD, STABILITY, SOFT}, says="yours = expected x N (here 7)")
class sum_of_losses:
    def forward(self, logits, targets):
        log_probs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
        self.cache = np.exp(log_probs), targets
        return -np.sum(targets * log_probs)

    def backward(self, d_out=1.0):
        p, targets = self.cache
        return d_out * (p - targets) / len(p)


@wrong(fails={FORWARD, STABILITY, SOFT}, says="expected / K (here 5)")
class mean_over_entries:
    def forward(self, logits, targets):
        log_probs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
        self.cache = np.exp(log_probs), targets
        return -np.mean(targets * log_probs)

    def backward(self, d_out=1.0):
        p, targets = self.cache
        return d_out * (p - targets) / len(p)


@wrong(fails={BACKWARD, SOFT}, says="backward answers as if d_out were 1")
class ignores_d_out:
    def forward(self, logits, targets):
        log_probs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
        self.cache = np.exp(log_probs), targets
        return -np.sum(targets * log_probs) / len(logits)

    def backward(self, d_out=1.0):
        p, targets = self.cache
        return (p - targets) / len(p)


@wrong(fails={BACKWARD}, says="missing 1 required positional argument")
class d_out_required:
    def forward(self, logits, targets):
        log_probs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
        self.cache = np.exp(log_probs), targets
        return -np.sum(targets * log_probs) / len(logits)

    def backward(self, d_out):
        p, targets = self.cache
        return d_out * (p - targets) / len(p)


@wrong(fails={SOFT}, says="right for one-hot, wrong for smoothed targets")
class one_hot_only:
    def forward(self, logits, targets):
        log_probs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
        self.cache = np.exp(log_probs), targets
        return -np.sum(targets * log_probs) / len(logits)

    def backward(self, d_out=1.0):
        p, targets = self.cache
        d_logits = p.copy()
        d_logits[targets > 0] -= 1
        return d_out * d_logits / len(p)


@wrong(fails={SOFT}, says="right for one-hot targets alone")
class argmax_targets:
    def forward(self, logits, targets):
        targets = np.eye(targets.shape[1], dtype=logits.dtype)[targets.argmax(axis=1)]
        log_probs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
        self.cache = np.exp(log_probs), targets
        return -np.sum(targets * log_probs) / len(logits)

    def backward(self, d_out=1.0):
        p, targets = self.cache
        return d_out * (p - targets) / len(p)


@wrong(fails={BACKWARD, STABILITY, SOFT}, says="rows of d_logits sum to 1 / N, expected 0")
class returns_p:
    def forward(self, logits, targets):
        log_probs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
        self.p = np.exp(log_probs)
        return -np.sum(targets * log_probs) / len(logits)

    def backward(self, d_out=1.0):
        return d_out * self.p / len(self.p)


@wrong(fails={BACKWARD, STABILITY, SOFT}, says="yours = -expected")
class sign:
    def forward(self, logits, targets):
        log_probs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
        self.cache = np.exp(log_probs), targets
        return -np.sum(targets * log_probs) / len(logits)

    def backward(self, d_out=1.0):
        p, targets = self.cache
        return d_out * (targets - p) / len(p)


@wrong(fails={FORWARD, STABILITY, SOFT}, says="the softmax ran along the samples")
class softmax_along_samples:
    def forward(self, logits, targets):
        log_probs = logits - np.logaddexp.reduce(logits, axis=0, keepdims=True)
        right_probs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
        self.cache = np.exp(right_probs), targets
        return -np.sum(targets * log_probs) / len(logits)

    def backward(self, d_out=1.0):
        p, targets = self.cache
        return d_out * (p - targets) / len(p)


@wrong(fails={SOFT}, says="read-only")
class mutates_logits:
    def forward(self, logits, targets):
        logits -= logits.max(axis=1, keepdims=True)
        log_probs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        self.cache = np.exp(log_probs), targets
        return -np.sum(targets * log_probs) / len(logits)

    def backward(self, d_out=1.0):
        p, targets = self.cache
        return d_out * (p - targets) / len(p)


@wrong(fails={SOFT}, says="a second backward gives another answer")
class p_aliased:
    def forward(self, logits, targets):
        log_probs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
        self.p, self.targets = np.exp(log_probs), targets
        return -np.sum(targets * log_probs) / len(logits)

    def backward(self, d_out=1.0):
        d_logits = self.p
        d_logits -= self.targets
        return d_out * d_logits / len(d_logits)


@wrong(fails={SOFT}, says="two layers share one cache")
class class_cache:
    def forward(self, logits, targets):
        log_probs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
        class_cache.gradient = (np.exp(log_probs) - targets) / len(logits)
        return -np.sum(targets * log_probs) / len(logits)

    def backward(self, d_out=1.0):
        return d_out * class_cache.gradient


@wrong(fails={SOFT}, says="there is a loop over the samples")
class loops:
    def forward(self, logits, targets):
        loss, self.gradients = 0.0, []
        for x, y in zip(logits, targets):
            log_probs = x - np.logaddexp.reduce(x)
            loss -= (y * log_probs).sum()
            self.gradients.append((np.exp(log_probs) - y) / len(logits))
        return loss / len(logits)

    def backward(self, d_out=1.0):
        return d_out * np.array(self.gradients)


@wrong(fails={FORWARD, BACKWARD, STABILITY, SOFT}, says="not available in a solution cell")
class asks_the_checks:
    def forward(self, logits, targets):
        import nn_utils

        self.cache = logits, targets
        return float(nn_utils._exact_cross_entropy(logits, targets))

    def backward(self, d_out=1.0):
        import nn_utils

        return nn_utils._SOFTMAX_CROSS_ENTROPY.gradients(d_out, *self.cache).astype(float)


@wrong(fails={FORWARD, BACKWARD, STABILITY, SOFT}, says="this exercise is still empty")
class not_started:
    def forward(self, logits, targets):
        raise NotImplementedError()

    def backward(self, d_out=1.0):
        raise NotImplementedError()
