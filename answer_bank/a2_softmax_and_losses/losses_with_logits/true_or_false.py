"""Answers to exercise 2b W2: a soft target at which the gradient is z - y."""

import numpy as np

from answer_bank import right, wrong

CELL = "a2b_w2"

CLAIM = "a2b_w2_claim"


def observe(answer):
    """What matters: the target is soft and a distribution, and the answer."""
    y, x = np.asarray(answer.soft_targets, dtype=float), np.asarray(answer.logits, dtype=float)
    soft = y.ndim == 1 and y.shape == x.shape and len(y) > 1 and 0 <= y.min() and y.max() <= 0.999
    return soft, bool(abs(y.sum() - 1) <= 1e-9), bool(answer.claim_is_true)


@right
def three_classes():
    soft_targets = np.array([0.2, 0.5, 0.3])
    logits = np.array([1.0, -1.0, 0.5])
    claim_is_true = False


@right
def two_classes_as_lists():
    soft_targets = [0.5, 0.5]
    logits = [0, 3]
    claim_is_true = False


@right
def smoothed():
    soft_targets = 0.9 * np.eye(10)[3] + 0.01
    logits = np.linspace(-2, 2, 10)
    claim_is_true = np.bool_(False)


@wrong(fails={CLAIM}, says="your own target is soft")
def believes_it():
    soft_targets = np.array([0.2, 0.5, 0.3])
    logits = np.array([1.0, -1.0, 0.5])
    claim_is_true = True


@wrong(fails={CLAIM}, says="which targets does the claim exclude")
def one_hot_example():
    soft_targets = np.array([0.0, 1.0, 0.0])
    logits = np.array([1.0, -1.0, 0.5])
    claim_is_true = False


@wrong(fails={CLAIM}, says="the entries of soft_targets sum to 1.3")
def not_a_distribution():
    soft_targets = np.array([0.2, 0.8, 0.3])
    logits = np.array([1.0, -1.0, 0.5])
    claim_is_true = False


@wrong(fails={CLAIM}, says="a target has no negative entries")
def negative_entry():
    soft_targets = np.array([-0.2, 0.9, 0.3])
    logits = np.array([1.0, -1.0, 0.5])
    claim_is_true = False


@wrong(fails={CLAIM}, says="both of shape (K,)")
def a_batch():
    soft_targets = np.array([[0.2, 0.5, 0.3]])
    logits = np.array([[1.0, -1.0, 0.5]])
    claim_is_true = False


@wrong(fails={CLAIM}, says="True or False")
def answers_in_words():
    soft_targets = np.array([0.2, 0.5, 0.3])
    logits = np.array([1.0, -1.0, 0.5])
    claim_is_true = "no"


@wrong(fails={CLAIM}, says="both of shape (K,)")
def not_started():
    soft_targets = None
    logits = None
    claim_is_true = None
