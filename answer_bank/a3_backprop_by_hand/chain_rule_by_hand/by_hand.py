"""Answers to exercise 3b E3: one iteration by hand, for the numbers of the sheet."""

import numpy as np

from answer_bank import right, wrong

CELL = "a3b_by_hand"

FORWARD, DELTAS, UPDATE = "a3b_by_hand_forward", "a3b_by_hand_deltas", "a3b_by_hand_update"
ALL = {FORWARD, DELTAS, UPDATE}


def observe(answer):
    """The table to 4 decimals."""
    return {name: np.round(value, 4).tolist() for name, value in answer.table.items()}


@right
def typed():
    table = {
        "S": [[0.458, 0.869, 0.704], [0.1205, 0.1615, 0.044], [-0.442, -0.181, 0.704], [0.1195, 0.1185, -0.044]],
        "Z": [[0.458, 0.869, 0.704], [0.1205, 0.1615, 0.044], [0, 0, 0.704], [0.1195, 0.1185, 0]],
        "s_out": [0.0986, 0.0112, 0.0634, 0.0059],
        "y_out": [0.0983, 0.0112, 0.0633, 0.0059],
        "L": 1.9666,
        "delta_out": [-0.8930, -0.9887, 1.0590, 1.0059],
        "delta_hidden": [
            [-0.0179, -0.0268, -0.0804],
            [-0.0198, -0.0297, -0.0890],
            [0, 0, 0.0953],
            [0.0201, 0.0302, 0],
        ],
        "dw": [-0.4079, -0.8165, 0.0734],
        "dW": [[-0.0133, -0.0200, -0.1496], [-0.0163, -0.0244, 0.0075]],
        "new_w": [0.0608, 0.1117, 0.0827],
        "new_W": [[0.6013, 0.7020, 0.0150], [0.0116, 0.4324, 0.8793]],
    }


@right
def computed():
    table = {}
    table["S"] = X @ W
    table["Z"] = np.where(table["S"] > 0, table["S"], 0)
    table["s_out"] = table["Z"] @ w
    table["y_out"] = np.tanh(table["s_out"])
    table["L"] = 0.5 * np.sum((table["y_out"] - y) ** 2)
    table["delta_out"] = (table["y_out"] - y) * (1 - table["y_out"] ** 2)
    table["delta_hidden"] = table["delta_out"][:, None] * w * (table["S"] > 0)
    table["dw"] = table["delta_out"] @ table["Z"]
    table["dW"] = np.einsum("nd,nh->dh", X, table["delta_hidden"])
    table["new_w"] = w - 0.1 * table["dw"]
    table["new_W"] = W - 0.1 * table["dW"]


@right
def rounded_at_every_step():
    table = {"S": np.round(X @ W, 4)}
    table["Z"] = np.round(np.maximum(table["S"], 0), 4)
    table["s_out"] = np.round(table["Z"] @ w, 4)
    table["y_out"] = np.round(np.tanh(table["s_out"]), 4)
    table["L"] = np.round(np.sum((table["y_out"] - y) ** 2) / 2, 4)
    table["delta_out"] = np.round((table["y_out"] - y) * (1 - table["y_out"] ** 2), 4)
    table["delta_hidden"] = np.round(np.outer(table["delta_out"], w) * (table["S"] > 0), 4)
    table["dw"] = np.round(table["Z"].T @ table["delta_out"], 4)
    table["dW"] = np.round(X.T @ table["delta_hidden"], 4)
    table["new_w"] = np.round(w - lr * table["dw"], 4)
    table["new_W"] = np.round(W - lr * table["dW"], 4)


@right
def digits_cut_off():
    S = X @ W
    Z = np.maximum(S, 0)
    y_out = np.tanh(Z @ w)
    d = (y_out - y) * (1 - y_out**2)
    dh = np.outer(d, w) * (S > 0)
    exact = {"S": S, "Z": Z, "s_out": Z @ w, "y_out": y_out, "L": np.sum((y_out - y) ** 2) / 2,
             "delta_out": d, "delta_hidden": dh, "dw": Z.T @ d, "dW": X.T @ dh}
    exact["new_w"] = w - lr * exact["dw"]
    exact["new_W"] = W - lr * exact["dW"]
    table = {name: (np.trunc(np.array(v) * 1e4) / 1e4).tolist() for name, v in exact.items()}


@wrong(fails={FORWARD}, says="S[1, 2] does not follow from what is given")
def slip_in_one_product_carried_on():
    S = X @ W
    S[1, 2] = 0.44
    Z = np.maximum(S, 0)
    y_out = np.tanh(Z @ w)
    d = (y_out - y) * (1 - y_out**2)
    dh = np.outer(d, w) * (S > 0)
    table = {"S": S, "Z": Z, "s_out": Z @ w, "y_out": y_out, "L": np.sum((y_out - y) ** 2) / 2,
             "delta_out": d, "delta_hidden": dh, "dw": Z.T @ d, "dW": X.T @ dh}
    table["new_w"] = w - lr * table["dw"]
    table["new_W"] = W - lr * table["dW"]


@wrong(fails={FORWARD}, says="S[1, 2] does not follow from what is given")
def slip_of_the_pen():
    S = X @ W
    Z = np.maximum(S, 0)
    y_out = np.tanh(Z @ w)
    d = (y_out - y) * (1 - y_out**2)
    dh = np.outer(d, w) * (S > 0)
    table = {"Z": Z, "s_out": Z @ w, "y_out": y_out, "L": np.sum((y_out - y) ** 2) / 2,
             "delta_out": d, "delta_hidden": dh, "dw": Z.T @ d, "dW": X.T @ dh}
    table["new_w"] = w - lr * table["dw"]
    table["new_W"] = W - lr * table["dW"]
    table["S"] = S.copy()
    table["S"][1, 2] = 0.44


@wrong(fails={FORWARD}, says="Z[2, 0] should be 0: s = -0.442 there, so the ReLU passes nothing on")
def no_relu():
    S = X @ W
    Z = S
    y_out = np.tanh(Z @ w)
    d = (y_out - y) * (1 - y_out**2)
    dh = np.outer(d, w) * (S > 0)
    table = {"S": S, "Z": Z, "s_out": Z @ w, "y_out": y_out, "L": np.sum((y_out - y) ** 2) / 2,
             "delta_out": d, "delta_hidden": dh, "dw": Z.T @ d, "dW": X.T @ dh}
    table["new_w"] = w - lr * table["dw"]
    table["new_W"] = W - lr * table["dW"]


@wrong(fails={FORWARD}, says="yours is the mean over the samples; the sum is meant")
def mean_loss():
    S = X @ W
    Z = np.maximum(S, 0)
    y_out = np.tanh(Z @ w)
    d = (y_out - y) * (1 - y_out**2)
    dh = np.outer(d, w) * (S > 0)
    table = {"S": S, "Z": Z, "s_out": Z @ w, "y_out": y_out, "L": np.mean((y_out - y) ** 2) / 2,
             "delta_out": d, "delta_hidden": dh, "dw": Z.T @ d, "dW": X.T @ dh}
    table["new_w"] = w - lr * table["dw"]
    table["new_W"] = W - lr * table["dW"]


@wrong(fails={DELTAS}, says="the slope of the tanh is missing")
def no_tanh_derivative():
    S = X @ W
    Z = np.maximum(S, 0)
    y_out = np.tanh(Z @ w)
    d = y_out - y
    dh = np.outer(d, w) * (S > 0)
    table = {"S": S, "Z": Z, "s_out": Z @ w, "y_out": y_out, "L": np.sum((y_out - y) ** 2) / 2,
             "delta_out": d, "delta_hidden": dh, "dw": Z.T @ d, "dW": X.T @ dh}
    table["new_w"] = w - lr * table["dw"]
    table["new_W"] = W - lr * table["dW"]


@wrong(fails={DELTAS}, says="yours = -expected")
def sign():
    S = X @ W
    Z = np.maximum(S, 0)
    y_out = np.tanh(Z @ w)
    d = (y - y_out) * (1 - y_out**2)
    dh = np.outer(d, w) * (S > 0)
    table = {"S": S, "Z": Z, "s_out": Z @ w, "y_out": y_out, "L": np.sum((y_out - y) ** 2) / 2,
             "delta_out": d, "delta_hidden": dh, "dw": Z.T @ d, "dW": X.T @ dh}
    table["new_w"] = w - lr * table["dw"]
    table["new_W"] = W - lr * table["dW"]


@wrong(fails={DELTAS}, says="delta_hidden[2, 0] should be 0: s = -0.442 there, so the ReLU passes")
def no_relu_mask():
    S = X @ W
    Z = np.maximum(S, 0)
    y_out = np.tanh(Z @ w)
    d = (y_out - y) * (1 - y_out**2)
    dh = np.outer(d, w)
    table = {"S": S, "Z": Z, "s_out": Z @ w, "y_out": y_out, "L": np.sum((y_out - y) ** 2) / 2,
             "delta_out": d, "delta_hidden": dh, "dw": Z.T @ d, "dW": X.T @ dh}
    table["new_w"] = w - lr * table["dw"]
    table["new_W"] = W - lr * table["dW"]


@wrong(fails={DELTAS}, says="delta_hidden[0, 0] does not follow from delta_out")
def delta_hidden_with_new_w():
    S = X @ W
    Z = np.maximum(S, 0)
    y_out = np.tanh(Z @ w)
    d = (y_out - y) * (1 - y_out**2)
    table = {"S": S, "Z": Z, "s_out": Z @ w, "y_out": y_out, "L": np.sum((y_out - y) ** 2) / 2,
             "delta_out": d, "dw": Z.T @ d}
    table["new_w"] = w - lr * table["dw"]
    table["delta_hidden"] = np.outer(d, table["new_w"]) * (S > 0)
    table["dW"] = X.T @ table["delta_hidden"]
    table["new_W"] = W - lr * table["dW"]


@wrong(fails={UPDATE}, says="S was used where Z belongs")
def dw_from_S():
    S = X @ W
    Z = np.maximum(S, 0)
    y_out = np.tanh(Z @ w)
    d = (y_out - y) * (1 - y_out**2)
    dh = np.outer(d, w) * (S > 0)
    table = {"S": S, "Z": Z, "s_out": Z @ w, "y_out": y_out, "L": np.sum((y_out - y) ** 2) / 2,
             "delta_out": d, "delta_hidden": dh, "dw": S.T @ d, "dW": X.T @ dh}
    table["new_w"] = w - lr * table["dw"]
    table["new_W"] = W - lr * table["dW"]


@wrong(fails={UPDATE}, says="rows and columns are exchanged")
def dW_transposed():
    S = X @ W
    Z = np.maximum(S, 0)
    y_out = np.tanh(Z @ w)
    d = (y_out - y) * (1 - y_out**2)
    dh = np.outer(d, w) * (S > 0)
    table = {"S": S, "Z": Z, "s_out": Z @ w, "y_out": y_out, "L": np.sum((y_out - y) ** 2) / 2,
             "delta_out": d, "delta_hidden": dh, "dw": Z.T @ d, "dW": dh.T @ X}
    table["new_w"] = w - lr * table["dw"]
    table["new_W"] = W - lr * table["dW"].T


@wrong(fails={UPDATE}, says="the step goes uphill")
def ascent():
    S = X @ W
    Z = np.maximum(S, 0)
    y_out = np.tanh(Z @ w)
    d = (y_out - y) * (1 - y_out**2)
    dh = np.outer(d, w) * (S > 0)
    table = {"S": S, "Z": Z, "s_out": Z @ w, "y_out": y_out, "L": np.sum((y_out - y) ** 2) / 2,
             "delta_out": d, "delta_hidden": dh, "dw": Z.T @ d, "dW": X.T @ dh}
    table["new_w"] = w + lr * table["dw"]
    table["new_W"] = W + lr * table["dW"]


@wrong(fails={UPDATE}, says="the learning rate is missing")
def no_learning_rate():
    S = X @ W
    Z = np.maximum(S, 0)
    y_out = np.tanh(Z @ w)
    d = (y_out - y) * (1 - y_out**2)
    dh = np.outer(d, w) * (S > 0)
    table = {"S": S, "Z": Z, "s_out": Z @ w, "y_out": y_out, "L": np.sum((y_out - y) ** 2) / 2,
             "delta_out": d, "delta_hidden": dh, "dw": Z.T @ d, "dW": X.T @ dh}
    table["new_w"] = w - table["dw"]
    table["new_W"] = W - table["dW"]


@wrong(fails={DELTAS, UPDATE}, says="delta_out[0]")
def forward_only():
    S = X @ W
    Z = np.maximum(S, 0)
    y_out = np.tanh(Z @ w)
    table = {"S": S, "Z": Z, "s_out": Z @ w, "y_out": y_out, "L": np.sum((y_out - y) ** 2) / 2}


@wrong(fails={FORWARD}, says="S[3, 2]")
def one_place_left_empty():
    S = X @ W
    Z = np.maximum(S, 0)
    y_out = np.tanh(Z @ w)
    d = (y_out - y) * (1 - y_out**2)
    dh = np.outer(d, w) * (S > 0)
    table = {"S": S.tolist(), "Z": Z, "s_out": Z @ w, "y_out": y_out, "L": np.sum((y_out - y) ** 2) / 2,
             "delta_out": d, "delta_hidden": dh, "dw": Z.T @ d, "dW": X.T @ dh}
    table["S"][3][2] = None
    table["new_w"] = w - lr * table["dw"]
    table["new_W"] = W - lr * table["dW"]


@wrong(fails=ALL, says="does not follow from")
def numbers_of_another_student():
    table = {name: value for name, value in zip(
        ("S", "Z", "s_out", "y_out", "L", "delta_out", "delta_hidden", "dw", "dW", "new_w", "new_W"),
        ([[0.3] * 3] * 4, [[0.3] * 3] * 4, [0.2] * 4, [0.2] * 4, 2.1, [-0.7, -0.7, 1.1, 1.1],
         [[-0.1, 0.2, 0.3]] * 4, [0.5, -0.5, 0.2], [[0.1] * 3] * 2, [0.3] * 3, [[0.3] * 3] * 2))}


@wrong(fails=ALL, says="S[0, 0] does not follow from what is given")
def everything_off_so_that_nothing_is_left_to_compute():
    table = {"S": -np.ones((4, 3)), "Z": np.zeros((4, 3)), "s_out": np.zeros(4), "y_out": np.zeros(4), "L": 2,
             "delta_out": -y, "delta_hidden": np.zeros((4, 3)), "dw": np.zeros(3), "dW": np.zeros((2, 3)),
             "new_w": w, "new_W": W}


@wrong(fails=ALL, says="a dict")
def a_list_of_arrays():
    table = [X @ W, np.maximum(X @ W, 0)]


@wrong(fails=ALL, says="S[0, 0]")
def not_started():
    table = dict.fromkeys(
        ["S", "Z", "s_out", "y_out", "L", "delta_out", "delta_hidden", "dw", "dW", "new_w", "new_W"]
    )
    raise NotImplementedError()
