"""What the visible checks of notebook 1a say about the answers in the bank."""

import importlib

import pytest

import nn_utils

CHECKS = {
    "predict_logistic": nn_utils.check_predict_logistic,
    "one_hot": nn_utils.check_one_hot,
    "pairwise_distances": nn_utils.check_pairwise_distances,
    "pairwise_sq_distances_gram": nn_utils.check_gram_distances,
    "batch_outer_sum": nn_utils.check_batch_outer_sum,
    "predict_1nn": nn_utils.check_predict_1nn,
}


def page(exercise):
    found = importlib.import_module(
        f"answer_bank.a1_vectorization_and_numerics.vectorization.{exercise}"
    )
    if exercise == "predict_1nn":  # some of its answers build on earlier exercises
        found.pairwise_distances = page("pairwise_distances").broadcast_with_none
        found.pairwise_sq_distances_gram = page("pairwise_sq_distances_gram").three_terms_einsum
    return found


def words(exercise, answer):
    with pytest.raises(nn_utils.CheckFailed) as failure:
        CHECKS[exercise](getattr(page(exercise), answer))
    return " ".join(str(failure.value).split())


@pytest.mark.parametrize("exercise", CHECKS)
def test_right_answers(exercise, capsys):
    """Does every right answer of the bank pass the visible check?"""
    found = page(exercise)
    own = [a for a in vars(found).values() if getattr(a, "__module__", "") == found.__name__]
    right = [a for a in own if hasattr(a, "answer") and a.answer.kind == "right"]
    for answer in right:
        CHECKS[exercise](answer)
    assert capsys.readouterr().out.count("ok    ") == len(right) >= 2


@pytest.mark.parametrize(
    "exercise, answer, message",
    [
        ("predict_logistic", "no_bias", "by the same constant -b in every row"),
        ("predict_logistic", "keeps_column", "w has shape (D,), so X @ w is already 1-D"),
        ("predict_logistic", "int_truncation", "all outputs are 0: result dtype is int64"),
        ("predict_logistic", "naive_sigmoid_overflow", "exp only sees non-positive numbers"),
        ("predict_logistic", "loop_rows", "a loop over the rows of X"),
        ("predict_logistic", "forgets_the_sigmoid", "these are the scores"),
        ("one_hot", "infers_K", "K is 5 but your matrix has 4 columns"),
        ("one_hot", "negative_wraps", "label -1 silently became class 2"),
        ("one_hot", "unique_based", "labels were renumbered"),
        ("one_hot", "transposed", "this is the transpose of the expected array"),
        ("one_hot", "no_lists", "np.asarray makes one of it"),
        ("pairwise_distances", "squared", "the squares of the expected ones"),
        ("pairwise_distances", "uint8_wrap", "wrapped around at 256"),
        ("pairwise_distances", "sum_over_wrong_axis", "summed over B's rows"),
        ("pairwise_distances", "self_only", "A was used twice"),
        ("pairwise_distances", "gram_clipped", "large, nearly equal numbers were subtracted"),
        ("pairwise_distances", "loop_other_axis", "a loop over the rows of B"),
        ("pairwise_sq_distances_gram", "uses_3d", "and D = 50: an (N, M, D) temporary exists"),
        ("pairwise_sq_distances_gram", "sign_cross", "yours = expected + 4 A B^T"),
        ("pairwise_sq_distances_gram", "missing_norm_B", "error is constant along each column"),
        ("pairwise_sq_distances_gram", "missing_norm_A", "error is constant along each row"),
        ("pairwise_sq_distances_gram", "not_clipped", "squared distances cannot be negative"),
        ("batch_outer_sum", "mean", "the task asks for the sum"),
        ("batch_outer_sum", "int_dtype", "dtype int64"),
        ("predict_1nn", "wrong_axis", "one answer per row of B is expected"),
        ("predict_1nn", "farthest", "each answer is the farthest training row"),
        ("predict_1nn", "returns_index", "the task asks for labels[row]"),
        ("predict_1nn", "tie_last", "row 1 and row 3 tie, and the smaller index wins"),
        ("predict_1nn", "one_vs_all_rows", "the distance did not depend on B"),
    ],
)
def test_wrong_answers(exercise, answer, message):
    """Does the visible check already name the misconception?"""
    assert message in words(exercise, answer)


def test_a_loop_over_features_is_only_noted(capsys):
    """Does a loop that saves memory keep its points, with a word about it?"""
    CHECKS["pairwise_distances"](page("pairwise_distances").one_feature_after_the_other)
    noted = " ".join(capsys.readouterr().out.split())
    assert "a loop over the features" in noted and "No points are lost here." in noted


def test_a_large_temporary_is_only_noted(capsys):
    """Does batch_outer_sum through three axes pass, with a word about memory?"""
    CHECKS["batch_outer_sum"](page("batch_outer_sum").builds_3d)
    assert "an (N, D, H) temporary" in capsys.readouterr().out
    CHECKS["batch_outer_sum"](page("batch_outer_sum").one_product)
    assert "temporary" not in capsys.readouterr().out


def test_centering_is_praised(capsys):
    """Does the more accurate Gram form hear so, and the plain one not?"""
    gram = page("pairwise_sq_distances_gram")
    CHECKS["pairwise_sq_distances_gram"](gram.centered_first)
    assert "accurate to the last digits" in capsys.readouterr().out
    CHECKS["pairwise_sq_distances_gram"](gram.three_terms_einsum)
    assert "accurate to the last digits" not in capsys.readouterr().out


def test_answers_that_are_no_labels():
    """What does predict_1nn read that returns nothing?"""
    with pytest.raises(nn_utils.CheckFailed, match="is there a return line"):
        nn_utils.check_predict_1nn(lambda A, labels, B: None)
