r"""Answers to exercise 4b W1: a log in which the test loss comes from a training step, graded by hand."""

from answer_bank import right, wrong

CELL = "a4b_w1"


@right
def names_the_line():
    r"""The line `test_loss = step(found, X_test[:100], ...)` trains. 1. `step` computes the loss and then updates the
    parameters against its gradient, here the gradient of the test loss. So the next time the test loss is lower.
    2. The 100 test images were used for 100 steps, as training images are, so the accuracy on them is that on
    training data. I would report the accuracy of the 260, which the network has never been trained on."""


@right
def in_short():
    r"""1. Asking `step` for the test loss is a step of gradient descent on the test images, which lowers their loss.
    2. The network has been fitted to these 100 images; only the other 260 are unseen, so their accuracy counts."""


@wrong()
def overfitting():
    r"""1. The network still converges, so the loss falls a little.
    2. The network overfits, and the 100 images are easier than the others. I would report the mean of both."""


@wrong()
def random_numbers():
    r"""1. The batches are random, so the loss is a bit different each time.
    2. 100 images are too few, so the accuracy has a large error; the one of all 360 should be reported."""
