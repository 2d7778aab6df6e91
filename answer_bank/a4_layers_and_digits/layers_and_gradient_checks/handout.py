"""Answers to exercise 4a 4.1: matrices that show or hide a missing transpose."""

import numpy as np

from answer_bank import right, wrong

CELL = "a4a_handout"

FORMULA = "a4a_handout_formula"


def observe(answer):
    """What W @ x does: which numbers stand in the matrices does not matter."""
    x = np.array([1.0, 2.0, -1.0])
    wrong_matrix, hidden = np.asarray(answer.W_wrong), np.asarray(answer.W_hidden)
    return (
        np.shape(answer.W_error)[1] != 3,
        not np.allclose(wrong_matrix @ x, wrong_matrix.T @ x),
        np.array_equal(hidden, hidden.T),
    )


@right
def random_and_symmetric():
    rng = np.random.default_rng(0)
    W_error = rng.normal(size=(3, 5))
    W_wrong = rng.normal(size=(3, 3))
    W_hidden = W_wrong + W_wrong.T


@right
def lists():
    W_error = [[1], [2], [3]]
    W_wrong = [[0, 1, 0], [0, 0, 0], [0, 0, 0]]
    W_hidden = [[1, 2, 0], [2, 1, 0], [0, 0, 5]]


@right
def zeros_hide_everything():
    W_error = np.zeros((3, 4))
    W_wrong = np.arange(9).reshape(3, 3)
    W_hidden = np.zeros((3, 3))


@wrong(fails={FORMULA}, says="W @ x gives an error")
def square_for_the_error():
    W_error = np.eye(3)
    W_wrong = np.arange(9).reshape(3, 3)
    W_hidden = np.eye(3)


@wrong(fails={FORMULA}, says="W @ x gives another vector")
def symmetric_for_wrong():
    W_error = np.ones((3, 2))
    W_wrong = np.ones((3, 3))
    W_hidden = np.eye(3)


@wrong(fails={FORMULA}, says="W @ x gives the same vector for this x")
def hidden_for_one_x():
    W_error = np.ones((3, 2))
    W_wrong = np.arange(9).reshape(3, 3)
    W_hidden = np.array([[0.0, 2.0, 0.0], [0.0, 0.0, -1.0], [0.0, 0.0, 0.0]])
    W_hidden = np.array([[0.0, 1.0, 2.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]])
    x = np.array([1.0, 2.0, -1.0])
    W_hidden = np.cross(np.eye(3), x)


@wrong(fails={FORMULA}, says="a matrix of numbers, shape (3, K)")
def rows_and_columns_exchanged():
    W_error = np.ones((2, 3))
    W_wrong = np.arange(9).reshape(3, 3)
    W_hidden = np.eye(3)


@wrong(fails={FORMULA}, says="a matrix of numbers, shape (3, K)")
def ragged():
    W_error = [[1, 2], [3], [4]]
    W_wrong = np.arange(9).reshape(3, 3)
    W_hidden = np.eye(3)


@wrong(fails={FORMULA}, says="a matrix of numbers, shape (3, K)")
def not_started():
    W_error = None
    W_wrong = None
    W_hidden = None
