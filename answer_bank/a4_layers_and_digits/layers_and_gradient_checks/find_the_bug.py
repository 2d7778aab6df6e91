"""Answers to exercise 4a 3.3: the names of the wrong gradients of three layers."""

from answer_bank import right, wrong

CELL = "a4a_find_the_bug"

FOUND, ONLY = "a4a_bugs_found", "a4a_bugs_only"


def observe(answer):
    """The names, in any order and collection."""
    return sorted(answer.wrong_gradients)


@right
def by_the_tool():
    wrong_gradients = []
    for layer_name, (layer, args, d_out, names) in suspects.items():
        layer.forward(*args)
        for position, gradient in enumerate(layer.backward(d_out)):
            numeric = numerical_gradient(loss_of(layer, args, position, d_out), args[position])
            if not np.allclose(gradient, numeric):
                wrong_gradients.append(layer_name + " " + names[position])


@right
def by_reading():
    wrong_gradients = {"Smooth d_X", "RelativeLogits d_X", "Scores d_K"}


@wrong(fails={FOUND, ONLY}, says="all six are named: some of them are right")
def all_of_them():
    wrong_gradients = set(gradient_names)


@wrong(fails={FOUND}, says="1 wrong gradient not in your set")
def one_missed():
    wrong_gradients = {"Smooth d_X", "Scores d_K"}


@wrong(fails={FOUND}, says="2 wrong gradients not in your set")
def threshold_too_high():
    wrong_gradients = {"RelativeLogits d_X"}


@wrong(fails={ONLY}, says="1 gradient in your set agrees with the slopes of the forward pass")
def one_accused_too_many():
    wrong_gradients = {"Smooth d_X", "Smooth d_w", "RelativeLogits d_X", "Scores d_K"}


@wrong(fails={FOUND, ONLY}, says="3 wrong gradients not in your set")
def the_right_ones():
    wrong_gradients = ("Smooth d_w", "RelativeLogits d_T", "Scores d_Q")


@wrong(fails={FOUND, ONLY}, says="a set with some of")
def names_of_layers():
    wrong_gradients = {"Smooth", "RelativeLogits", "Scores"}


@wrong(fails={FOUND, ONLY}, says="a set with some of")
def one_string():
    wrong_gradients = "Smooth d_X"


@wrong(fails={FOUND, ONLY}, says="a set with some of")
def lists_in_a_list():
    wrong_gradients = [["Smooth d_X"], ["Scores d_K"]]


@wrong(fails={FOUND, ONLY}, says="a set with some of")
def not_started():
    wrong_gradients = set()
