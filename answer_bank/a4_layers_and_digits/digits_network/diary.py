"""Answers to exercise 4b E7: two numbers of the diary."""

import numpy as np

from answer_bank import right, wrong

CELL = "a4b_diary"

LOSS, GRADIENT = "a4b_diary_loss", "a4b_diary_gradient"


def observe(answer):
    """The numbers to the accuracy that is asked for."""
    return [float(f"{x:.1g}") for x in (answer.initial_loss_expected, answer.first_layer_grad_rms)]


@right
def by_the_network():
    initial_loss_expected = math.log(10)
    diary_net = FeedForwardNet([64, 16, 10], np.random.default_rng(0))
    diary_net.params = diary_params
    gradient = diary_net.loss_and_grads(X_small, Y_small)[1]["W1"]
    first_layer_grad_rms = np.linalg.norm(gradient) / np.sqrt(gradient.size)


@right
def by_the_definition():
    initial_loss_expected = 2.3
    gradients = nn_utils.definition_gradients(diary_params, X_small, Y_small)
    first_layer_grad_rms = float(np.mean(gradients["W1"] ** 2) ** 0.5)


@right
def expected_as_an_average():
    initial_loss_expected = -np.mean(np.log(np.full(10, 0.1)))
    grads = nn_utils.definition_gradients(diary_params, X_small, Y_small)
    first_layer_grad_rms = np.std(grads["W1"])


@wrong(fails={LOSS}, says="the natural logarithm is meant")
def bits():
    initial_loss_expected = np.log2(10)
    grads = nn_utils.definition_gradients(diary_params, X_small, Y_small)
    first_layer_grad_rms = np.sqrt(np.mean(grads["W1"] ** 2))


@wrong(fails={LOSS}, says="a probability of each class")
def a_probability():
    initial_loss_expected = 1 / 10
    grads = nn_utils.definition_gradients(diary_params, X_small, Y_small)
    first_layer_grad_rms = np.sqrt(np.mean(grads["W1"] ** 2))


@wrong(fails={GRADIENT}, says="squares are averaged, not added")
def norm():
    initial_loss_expected = np.log(10)
    grads = nn_utils.definition_gradients(diary_params, X_small, Y_small)
    first_layer_grad_rms = np.linalg.norm(grads["W1"])


@wrong(fails={GRADIENT}, says="the root is missing")
def mean_square():
    initial_loss_expected = np.log(10)
    grads = nn_utils.definition_gradients(diary_params, X_small, Y_small)
    first_layer_grad_rms = np.mean(grads["W1"] ** 2)


@wrong(fails={GRADIENT}, says="first square, then average")
def mean_size():
    initial_loss_expected = np.log(10)
    grads = nn_utils.definition_gradients(diary_params, X_small, Y_small)
    first_layer_grad_rms = np.mean(np.abs(grads["W1"]))


@wrong(fails={GRADIENT}, says="of W1 itself, not of its gradient")
def weights():
    initial_loss_expected = np.log(10)
    first_layer_grad_rms = np.sqrt(np.mean(diary_params["W1"] ** 2))


@wrong(fails={LOSS, GRADIENT}, says="initial_loss_expected")
def not_started():
    initial_loss_expected = None
    first_layer_grad_rms = None
