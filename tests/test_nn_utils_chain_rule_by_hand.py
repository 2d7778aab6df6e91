"""What the visible checks of notebook 3b say about the mistakes students make."""

import copy
import inspect

import numpy as np
import pytest

import nn_utils


def three_weight_grads(x, y, w1, w2, w_out, fs, dfs):
    s1 = w1 * x
    z1 = fs[0](s1)
    s2 = w2 * z1
    z2 = fs[1](s2)
    s_out = w_out * z2
    z_out = fs[2](s_out)
    delta_out = (z_out - y) * dfs[2](s_out)
    delta_2 = delta_out * w_out * dfs[1](s2)
    delta_1 = delta_2 * w2 * dfs[0](s1)
    result = {"z1": z1, "z2": z2, "z_out": z_out}
    result.update(s1=s1, s2=s2, s_out=s_out)
    result.update(delta_1=delta_1, delta_2=delta_2, delta_out=delta_out)
    result.update(d_w1=delta_1 * x, d_w2=delta_2 * z1, d_wout=delta_out * z2)
    return result


def delta_recursion(weights, dfs_at_s, d_loss):
    deltas = [d_loss * dfs_at_s[-1]]
    for W, slope in zip(weights[::-1], dfs_at_s[-2::-1], strict=False):
        deltas.insert(0, slope * (W @ deltas[0]))
    return deltas


def train_tiny_net(X, y, W, w, lr, steps):
    losses = []
    W, w = W.copy(), w.copy()
    for step in range(steps + 1):
        S = X @ W
        Z = np.maximum(S, 0)
        out = np.tanh(Z @ w)
        losses.append(float(np.sum((out - y) ** 2) / 2))
        if step < steps:
            delta = (out - y) * (1 - out**2)
            hidden = np.outer(delta, w) * (S > 0)
            w, W = w - lr * (Z.T @ delta), W - lr * (X.T @ hidden)
    return losses, W, w


def table_of(student_id):
    X, y, W, w = nn_utils.tiny_net_data(student_id or None)
    t = {"S": X @ W}
    t["Z"] = np.maximum(t["S"], 0)
    t["s_out"] = t["Z"] @ w
    t["y_out"] = np.tanh(t["s_out"])
    t["L"] = np.sum((t["y_out"] - y) ** 2) / 2
    t["delta_out"] = (t["y_out"] - y) * (1 - t["y_out"] ** 2)
    t["delta_hidden"] = np.outer(t["delta_out"], w) * (t["S"] > 0)
    t["dw"] = t["Z"].T @ t["delta_out"]
    t["dW"] = X.T @ t["delta_hidden"]
    t["new_w"], t["new_W"] = w - 0.1 * t["dw"], W - 0.1 * t["dW"]
    return {name: np.round(value, 4).tolist() for name, value in t.items()}


def changed(f, old, new):
    """Return a function with one piece of its source exchanged."""
    source = inspect.getsource(f)
    assert source.count(old) == 1
    namespace = {"np": np}
    exec(source.replace(old, new), namespace)
    return namespace[f.__name__]


def words(check, *answers):
    with pytest.raises(nn_utils.CheckFailed) as failure:
        check(*answers)
    return " ".join(str(failure.value).split())


def test_right_answers_pass(capsys):
    """Do right answers pass all visible checks?"""
    nn_utils.check_three_weights(three_weight_grads)
    nn_utils.check_delta_recursion(delta_recursion)
    nn_utils.check_by_hand(table_of(""))
    nn_utils.check_tiny_net(train_tiny_net)
    assert capsys.readouterr().out.count("ok ") == 4


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("w_out * dfs[1](s2)", "w_out * dfs[1](z2)", "delta_2 input"),
        ("w_out * dfs[1](s2)", "w_out * dfs[1](z2)", "yours = expected x f2'(z2) / f2'(s2)"),
        ("(z_out - y)", "(y - z_out)", "all gradients have the opposite sign"),
        ("w_out * dfs[1](s2)", "dfs[1](s2)", "yours = expected / w_out"),
        ("(z_out - y)", "2 * (z_out - y)", "all gradients are doubled: the loss has the factor"),
        (" * dfs[2](s_out)", "", "yours = expected / f3'(s_out)"),
        (
            "w_out * dfs[1](s2)",
            "(w_out - delta_out * z2) * dfs[1](s2)",
            "yours = expected x (updated w_out) / w_out",
        ),
        ("d_w2=delta_2 * z1", "d_w2=delta_2 * z2", "yours = expected x (z2 / z1)"),
        ("s1=s1, s2", "s2", "expected 12 parts: s1, z1"),
    ],
)
def test_three_weights(old, new, message):
    """Is the factor named that is wrong or missing?"""
    wrong = changed(three_weight_grads, old, new)
    assert message in words(nn_utils.check_three_weights, wrong)


def test_further_keys_do_not_matter():
    """May the dict hold the loss as well?"""
    further = changed(three_weight_grads, "return result", "return {**result, 'loss': 0}")
    nn_utils.check_three_weights(further)


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("slope * (W @ deltas[0])", "slope * (deltas[0] @ W)", "compare the inner numbers"),
        ("slope * (W @ deltas[0])", "W @ deltas[0]", "expected / f'(s) of the hidden layer"),
        ("[d_loss * dfs_at_s[-1]]", "[1 * d_loss]", "expected / f'(s) of the last layer"),
        ("return deltas", "return deltas[::-1]", "the list is back to front"),
        (
            "slope * (W @ deltas[0])",
            "slope * ((W if len(W) != len(W.T) else W.T) @ deltas[0])",
            "matches delta @ W",
        ),
        ("dfs_at_s[-2::-1]", "dfs_at_s[::-1][1:] + [1]", "3 of"),
    ],
)
def test_delta_recursion(old, new, message):
    """Is it said which product or factor went wrong?"""
    wrong = changed(delta_recursion, old, new)
    if message == "3 of":  # as many products as matrices: one delta too many
        assert "2 parts" in words(nn_utils.check_delta_recursion, wrong)
    else:
        assert message in words(nn_utils.check_delta_recursion, wrong)


TRACES = {
    "mean_loss": (1.945361, 1.925120, 1.905830),
    "per_sample_sgd": (1.884170, 1.816493, 1.759465),
    "swapped_activations": (1.822633, 1.743418, 1.686386),
    "no_tanh_derivative": (1.884218, 1.815561, 1.756487),
    "tanh_of_output": (1.884885, 1.817800, 1.760813),
    "ascent": (2.057052, 2.167512, 2.305685),
    "w_updated_first": (1.883908, 1.814620, 1.755329),
    "no_relu_mask": (1.885203, 1.818730, 1.762916),
}


def test_losses_of_the_mistakes():
    """Are the losses of the eight mistakes those that were computed with other programs?"""
    losses = nn_utils.tiny_net_mistakes(*nn_utils.tiny_net_data(), 0.1, 3)
    assert {name: tuple(trace[1:].round(6)) for name, trace in losses.items()} == TRACES
    assert round(losses["swapped_activations"][0], 6) == 1.951977
    right = nn_utils._tiny_net(nn_utils.tiny_net_data(), 0.1, 3)["losses"]
    assert right.round(6).tolist() == [1.966645, 1.884889, 1.817841, 1.760954]


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("(out - y) * (1 - out**2)", "(out - y) * (1 - out**2) / len(X)", "N times too small"),
        ("(out - y) * (1 - out**2)", "out - y", "the slope of the tanh is missing"),
        ("1 - out**2", "1 - np.tanh(out) ** 2", "y_out is a tanh already"),
        ("(out - y) * (1 - out**2)", "(y - out) * (1 - out**2)", "the loss rises"),
        ("hidden = ", "w = w - lr * (Z.T @ delta); hidden = ", "with the new w"),
        (" * (S > 0)", "", "hidden units with s < 0 received gradient"),
        ("np.sum((out - y) ** 2) / 2", "np.mean((out - y) ** 2) / 2", "the sum is meant"),
        ("np.sum((out - y) ** 2) / 2", "np.sum((out - y) ** 2)", "the factor 1/2 is missing"),
        ("return losses,", "return losses[1:],", "before the first update is missing"),
        ("return losses,", "return np.array(losses),", "ndarray of float"),
        ("W, w = W.copy(), w.copy()", "pass", "shares memory with an argument"),
    ],
)
def test_tiny_net(old, new, message):
    """Is the mistake named by the losses?"""
    source = inspect.getsource(train_tiny_net).replace(old, new)
    if "new w" in message:
        source = source.replace("w, W = w - lr * (Z.T @ delta), W", "W = W")
    namespace = {"np": np}
    exec(source, namespace)
    assert message in words(nn_utils.check_tiny_net, namespace["train_tiny_net"])


def test_own_numbers(capsys):
    """Are own numbers the same every time, different for others, and fit for the exercise?"""
    one, again, other = (nn_utils.tiny_net_data(s) for s in ("Ada", " ada ", "bob"))
    assert all((a == b).all() for a, b in zip(one, again, strict=True))
    assert (one[0] != other[0]).any()
    assert not capsys.readouterr().out
    assert (nn_utils.tiny_net_data("")[2] == nn_utils.tiny_net_data()[2]).all()
    assert capsys.readouterr().out.count("STUDENT_ID is empty") == 1
    for number in range(60):
        student = f"student {number}"
        X, y, W, w = nn_utils.tiny_net_data(student)
        assert all((np.round(a, 2) == a).all() and a.all() for a in (X, W, w))
        S = X @ W
        assert np.abs(S).min() >= 0.01 and (S > 0).any(0).all() and (S < 0).any(0).all()
        losses = [np.array(train_tiny_net(X, y, W, w, 0.1, 30)[0])]
        assert (np.diff(losses[0][:4]) < 0).all() and losses[0][-1] < losses[0][0]
        mistakes = nn_utils.tiny_net_mistakes(X, y, W, w, 0.1, 3)
        assert (np.diff(mistakes["ascent"]) > 0).all()
        losses += mistakes.values()
        gaps = [np.abs(a[:4] - b[:4]).max() for i, a in enumerate(losses) for b in losses[:i]]
        assert min(gaps) > 1e-4
        nn_utils.check_by_hand(table_of(student), student)


@pytest.mark.parametrize(
    "name, index, value, message",
    [
        ("delta_hidden", (2, 0), 0.0212, "should be 0: s = -0.442 there, so the ReLU passes"),
        ("Z", (2, 1), -0.181, "Z[2, 1] should be 0: s = -0.181"),
        ("S", (1, 2), 0.44, "S[1, 2] does not follow from what is given"),
        ("delta_out", (3,), 1.1, "delta_out[3] does not follow from y_out"),
        ("new_W", (0, 1), 0.7, "new_W[0, 1] does not follow from dW"),
        ("dw", (1,), None, "dw[1] pattern still empty"),
    ],
)
def test_one_slip_in_the_table(name, index, value, message):
    """Is the first slip named, and does it cost the numbers after it nothing?"""
    table = table_of("")
    row = table[name]
    for i in index[:-1]:
        row = row[i]
    row[index[-1]] = value
    assert message in words(nn_utils.check_by_hand, table, "")
    others = [other for other in table if other != name]
    nn_utils.check_by_hand(table, "", others)


@pytest.mark.parametrize(
    "name, wrong, message",
    [
        ("L", lambda t: t["L"] / 4, "mean over the samples"),
        ("L", lambda t: 2 * t["L"], "yours = 2 x expected"),
        ("delta_out", lambda t: -t["delta_out"], "yours = -expected"),
        ("dW", lambda t: t["dW"].T, "rows and columns are exchanged"),
        ("dw", lambda t: t["S"].T @ t["delta_out"], "S was used where Z belongs"),
        ("S", lambda t: "later", "plain numbers, shape (4, 3)"),
    ],
)
def test_whole_entries(name, wrong, message):
    """Is a mistake in a whole entry named?"""
    table = {key: np.array(value) for key, value in table_of("").items()}
    table[name] = wrong(table)
    assert message in words(nn_utils.check_by_hand, table, "")


def test_no_right_number_is_printed():
    """Does the report of an empty or wrong entry keep the right numbers to itself?"""
    table = table_of("x")
    for name in table:
        slip = copy.deepcopy(table)
        slip[name] = np.add(table[name], 0.3).tolist()
        report = words(nn_utils.check_by_hand, slip, "x")
        assert str(np.ravel(table[name])[0]) not in report or np.ravel(table[name])[0] == 0
