"""Answers to exercise 3b E1: values, deltas and slopes of three weights in a row."""

import numpy as np

from answer_bank import right, wrong

CELL = "a3b_three_weight_grads"
NAME = "three_weight_grads"

DELTAS, WEIGHTS = "a3b_three_weight_grads_deltas", "a3b_three_weight_grads_weights"
EDGES = "a3b_three_weight_grads_edges"
ALL = {DELTAS, WEIGHTS, EDGES}
TOLERANCE = 1e-12


def inputs(rng):
    """Yield chains on which a surviving mutant is compared with the reference."""
    fs = (np.sin, np.tanh, np.exp)
    dfs = (np.cos, lambda s: 1 / np.cosh(s) ** 2, np.exp)
    for _ in range(10):
        yield (*rng.normal(size=5), fs, dfs)
    yield 0.0, 1.0, 1.0, 1.0, 1.0, fs, dfs
    yield 2, 1, 0, 1, -1, fs, dfs


@right
def explicit_chain(x, y, w1, w2, w_out, fs, dfs):
    f1, f2, f3 = fs
    df1, df2, df3 = dfs
    s1 = w1 * x
    s2 = w2 * f1(s1)
    s_out = w_out * f2(s2)
    z1, z2, z_out = f1(s1), f2(s2), f3(s_out)
    d_wout = (z_out - y) * df3(s_out) * z2
    d_w2 = (z_out - y) * df3(s_out) * w_out * df2(s2) * z1
    d_w1 = (z_out - y) * df3(s_out) * w_out * df2(s2) * w2 * df1(s1) * x
    delta_out = (z_out - y) * df3(s_out)
    delta_2 = (z_out - y) * df3(s_out) * w_out * df2(s2)
    delta_1 = (z_out - y) * df3(s_out) * w_out * df2(s2) * w2 * df1(s1)
    return {
        "s1": s1, "s2": s2, "s_out": s_out, "z1": z1, "z2": z2, "z_out": z_out,
        "delta_1": delta_1, "delta_2": delta_2, "delta_out": delta_out,
        "d_w1": d_w1, "d_w2": d_w2, "d_wout": d_wout,
    }


@right
def delta_recursion(x, y, w1, w2, w_out, fs, dfs):
    out = {}
    out["s1"] = w1 * x
    out["z1"] = fs[0](out["s1"])
    out["s2"] = w2 * out["z1"]
    out["z2"] = fs[1](out["s2"])
    out["s_out"] = w_out * out["z2"]
    out["z_out"] = fs[2](out["s_out"])
    out["delta_out"] = dfs[2](out["s_out"]) * (out["z_out"] - y)
    out["delta_2"] = dfs[1](out["s2"]) * w_out * out["delta_out"]
    out["delta_1"] = dfs[0](out["s1"]) * w2 * out["delta_2"]
    out["d_wout"] = out["z2"] * out["delta_out"]
    out["d_w2"] = out["z1"] * out["delta_2"]
    out["d_w1"] = x * out["delta_1"]
    return out


@right
def loop_over_layers(x, y, w1, w2, w_out, fs, dfs):
    weights, names = [w1, w2, w_out], ["1", "2", "_out"]
    result, inputs = {}, [x]
    for weight, f, name in zip(weights, fs, names):
        result["s" + name] = weight * inputs[-1]
        inputs.append(f(result["s" + name]))
        result["z" + name] = inputs[-1]
    upstream = inputs[-1] - y
    for i in (2, 1, 0):
        delta = upstream * dfs[i](result["s" + names[i]])
        result["delta_" + names[i].strip("_")] = delta
        result["d_w" + names[i].strip("_")] = delta * inputs[i]
        upstream = delta * weights[i]
    return result


@right
def local_slopes_and_the_loss_too(x, y, w1, w2, w_out, fs, dfs):
    s1 = x * w1; z1 = fs[0](s1)
    s2 = z1 * w2; z2 = fs[1](s2)
    s_out = z2 * w_out; z_out = fs[2](s_out)
    error = z_out - y
    dL_dz_out = error
    dL_ds_out = dL_dz_out * dfs[2](s_out)
    dL_dz2 = dL_ds_out * w_out
    dL_ds2 = dL_dz2 * dfs[1](s2)
    dL_dz1 = dL_ds2 * w2
    dL_ds1 = dL_dz1 * dfs[0](s1)
    return dict(
        loss=0.5 * error**2, s1=s1, s2=s2, s_out=s_out, z1=z1, z2=z2, z_out=z_out,
        delta_1=dL_ds1, delta_2=dL_ds2, delta_out=dL_ds_out,
        d_w1=dL_ds1 * x, d_w2=dL_ds2 * z1, d_wout=dL_ds_out * z2,
    )


@wrong(fails=ALL, says="your delta_2 uses the derivative at z2 (")
def df_of_z(x, y, w1, w2, w_out, fs, dfs):
    s1 = w1 * x; z1 = fs[0](s1); s2 = w2 * z1; z2 = fs[1](s2); s_out = w_out * z2; z_out = fs[2](s_out)
    delta_out = (z_out - y) * dfs[2](s_out)
    delta_2 = delta_out * w_out * dfs[1](z2)
    delta_1 = delta_2 * w2 * dfs[0](z1)
    return dict(s1=s1, s2=s2, s_out=s_out, z1=z1, z2=z2, z_out=z_out, delta_1=delta_1, delta_2=delta_2,
                delta_out=delta_out, d_w1=delta_1 * x, d_w2=delta_2 * z1, d_wout=delta_out * z2)


@wrong(fails=ALL, says="your delta_out uses the derivative at z_out (")
def df_of_z_at_the_output_too(x, y, w1, w2, w_out, fs, dfs):
    s1 = w1 * x; z1 = fs[0](s1); s2 = w2 * z1; z2 = fs[1](s2); s_out = w_out * z2; z_out = fs[2](s_out)
    delta_out = (z_out - y) * dfs[2](z_out)
    delta_2 = delta_out * w_out * dfs[1](z2)
    delta_1 = delta_2 * w2 * dfs[0](z1)
    return dict(s1=s1, s2=s2, s_out=s_out, z1=z1, z2=z2, z_out=z_out, delta_1=delta_1, delta_2=delta_2,
                delta_out=delta_out, d_w1=delta_1 * x, d_w2=delta_2 * z1, d_wout=delta_out * z2)


@wrong(fails=ALL, says="all gradients have the opposite sign")
def sign(x, y, w1, w2, w_out, fs, dfs):
    s1 = w1 * x; z1 = fs[0](s1); s2 = w2 * z1; z2 = fs[1](s2); s_out = w_out * z2; z_out = fs[2](s_out)
    delta_out = (y - z_out) * dfs[2](s_out)
    delta_2 = delta_out * w_out * dfs[1](s2)
    delta_1 = delta_2 * w2 * dfs[0](s1)
    return dict(s1=s1, s2=s2, s_out=s_out, z1=z1, z2=z2, z_out=z_out, delta_1=delta_1, delta_2=delta_2,
                delta_out=delta_out, d_w1=delta_1 * x, d_w2=delta_2 * z1, d_wout=delta_out * z2)


@wrong(fails=ALL, says="delta_2 = expected / w_out")
def no_w(x, y, w1, w2, w_out, fs, dfs):
    s1 = w1 * x; z1 = fs[0](s1); s2 = w2 * z1; z2 = fs[1](s2); s_out = w_out * z2; z_out = fs[2](s_out)
    delta_out = (z_out - y) * dfs[2](s_out)
    delta_2 = delta_out * dfs[1](s2)
    delta_1 = delta_2 * w2 * dfs[0](s1)
    return dict(s1=s1, s2=s2, s_out=s_out, z1=z1, z2=z2, z_out=z_out, delta_1=delta_1, delta_2=delta_2,
                delta_out=delta_out, d_w1=delta_1 * x, d_w2=delta_2 * z1, d_wout=delta_out * z2)


@wrong(fails=ALL, says="all gradients are doubled: the loss has the factor 1/2")
def factor_2(x, y, w1, w2, w_out, fs, dfs):
    s1 = w1 * x; z1 = fs[0](s1); s2 = w2 * z1; z2 = fs[1](s2); s_out = w_out * z2; z_out = fs[2](s_out)
    delta_out = 2 * (z_out - y) * dfs[2](s_out)
    delta_2 = delta_out * w_out * dfs[1](s2)
    delta_1 = delta_2 * w2 * dfs[0](s1)
    return dict(s1=s1, s2=s2, s_out=s_out, z1=z1, z2=z2, z_out=z_out, delta_1=delta_1, delta_2=delta_2,
                delta_out=delta_out, d_w1=delta_1 * x, d_w2=delta_2 * z1, d_wout=delta_out * z2)


@wrong(fails=ALL, says="all gradients = expected / f3'(s_out)")
def missing_f3(x, y, w1, w2, w_out, fs, dfs):
    s1 = w1 * x; z1 = fs[0](s1); s2 = w2 * z1; z2 = fs[1](s2); s_out = w_out * z2; z_out = fs[2](s_out)
    delta_out = z_out - y
    delta_2 = delta_out * w_out * dfs[1](s2)
    delta_1 = delta_2 * w2 * dfs[0](s1)
    return dict(s1=s1, s2=s2, s_out=s_out, z1=z1, z2=z2, z_out=z_out, delta_1=delta_1, delta_2=delta_2,
                delta_out=delta_out, d_w1=delta_1 * x, d_w2=delta_2 * z1, d_wout=delta_out * z2)


@wrong(fails=ALL, says="delta_2 lacks: the derivative of f2 is missing")
def missing_f2(x, y, w1, w2, w_out, fs, dfs):
    s1 = w1 * x; z1 = fs[0](s1); s2 = w2 * z1; z2 = fs[1](s2); s_out = w_out * z2; z_out = fs[2](s_out)
    delta_out = (z_out - y) * dfs[2](s_out)
    delta_2 = delta_out * w_out
    delta_1 = delta_2 * w2 * dfs[0](s1)
    return dict(s1=s1, s2=s2, s_out=s_out, z1=z1, z2=z2, z_out=z_out, delta_1=delta_1, delta_2=delta_2,
                delta_out=delta_out, d_w1=delta_1 * x, d_w2=delta_2 * z1, d_wout=delta_out * z2)


@wrong(fails=ALL, says="matches a network whose w_out was already updated, and so does d_w1")
def uses_updated(x, y, w1, w2, w_out, fs, dfs):
    s1 = w1 * x; z1 = fs[0](s1); s2 = w2 * z1; z2 = fs[1](s2); s_out = w_out * z2; z_out = fs[2](s_out)
    delta_out = (z_out - y) * dfs[2](s_out)
    d_wout = delta_out * z2
    w_out = w_out - 0.1 * d_wout
    delta_2 = delta_out * w_out * dfs[1](s2)
    d_w2 = delta_2 * z1
    delta_1 = delta_2 * w2 * dfs[0](s1)
    return dict(s1=s1, s2=s2, s_out=s_out, z1=z1, z2=z2, z_out=z_out, delta_1=delta_1, delta_2=delta_2,
                delta_out=delta_out, d_w1=delta_1 * x, d_w2=d_w2, d_wout=d_wout)


@wrong(fails={WEIGHTS, EDGES}, says="d_w2 is multiplied by the wrong activation: z2 instead of z1")
def wrong_input(x, y, w1, w2, w_out, fs, dfs):
    s1 = w1 * x; z1 = fs[0](s1); s2 = w2 * z1; z2 = fs[1](s2); s_out = w_out * z2; z_out = fs[2](s_out)
    delta_out = (z_out - y) * dfs[2](s_out)
    delta_2 = delta_out * w_out * dfs[1](s2)
    delta_1 = delta_2 * w2 * dfs[0](s1)
    return dict(s1=s1, s2=s2, s_out=s_out, z1=z1, z2=z2, z_out=z_out, delta_1=delta_1, delta_2=delta_2,
                delta_out=delta_out, d_w1=delta_1 * x, d_w2=delta_2 * z2, d_wout=delta_out * z2)


@wrong(fails={WEIGHTS, EDGES}, says="d_wout is multiplied by the wrong activation: s2 instead of z2")
def inputs_before_the_activation(x, y, w1, w2, w_out, fs, dfs):
    s1 = w1 * x; z1 = fs[0](s1); s2 = w2 * z1; z2 = fs[1](s2); s_out = w_out * z2; z_out = fs[2](s_out)
    delta_out = (z_out - y) * dfs[2](s_out)
    delta_2 = delta_out * w_out * dfs[1](s2)
    delta_1 = delta_2 * w2 * dfs[0](s1)
    return dict(s1=s1, s2=s2, s_out=s_out, z1=z1, z2=z2, z_out=z_out, delta_1=delta_1, delta_2=delta_2,
                delta_out=delta_out, d_w1=delta_1 * x, d_w2=delta_2 * s1, d_wout=delta_out * s2)


@wrong(fails={EDGES}, says="x = 0")
def divides_by_the_input(x, y, w1, w2, w_out, fs, dfs):
    s1 = w1 * x; z1 = fs[0](s1); s2 = w2 * z1; z2 = fs[1](s2); s_out = w_out * z2; z_out = fs[2](s_out)
    delta_out = (z_out - y) * dfs[2](s_out)
    d_wout = delta_out * z2
    d_w2 = d_wout / z2 * w_out * dfs[1](s2) * z1
    delta_2 = d_w2 / float(z1)
    delta_1 = delta_2 * w2 * dfs[0](s1)
    return dict(s1=s1, s2=s2, s_out=s_out, z1=z1, z2=z2, z_out=z_out, delta_1=delta_1, delta_2=delta_2,
                delta_out=delta_out, d_w1=delta_1 * x, d_w2=d_w2, d_wout=d_wout)


@wrong(fails=ALL, says="keys")
def only_the_slopes(x, y, w1, w2, w_out, fs, dfs):
    s1 = w1 * x; z1 = fs[0](s1); s2 = w2 * z1; z2 = fs[1](s2); s_out = w_out * z2; z_out = fs[2](s_out)
    delta_out = (z_out - y) * dfs[2](s_out)
    delta_2 = delta_out * w_out * dfs[1](s2)
    return {"w1": delta_2 * w2 * dfs[0](s1) * x, "w2": delta_2 * z1, "w_out": delta_out * z2}


@wrong(fails=ALL, says="not available in a solution cell")
def asks_the_checks(x, y, w1, w2, w_out, fs, dfs):
    import nn_utils

    return nn_utils._exact_three_weights(x, y, w1, w2, w_out, fs, dfs)


@wrong(fails=ALL, says="this exercise is still empty")
def not_started(x, y, w1, w2, w_out, fs, dfs):
    raise NotImplementedError()


@wrong(fails={EDGES}, says="w_out = 0: delta_2")
def zero_taken_for_missing(x, y, w1, w2, w_out, fs, dfs):
    s1 = w1 * x; z1 = fs[0](s1); s2 = w2 * z1; z2 = fs[1](s2); s_out = w_out * z2; z_out = fs[2](s_out)
    delta_out = (z_out - y) * dfs[2](s_out)
    delta_2 = delta_out * (w_out or 1) * dfs[1](s2)
    delta_1 = delta_2 * (w2 or 1) * dfs[0](s1)
    return dict(s1=s1, s2=s2, s_out=s_out, z1=z1, z2=z2, z_out=z_out, delta_1=delta_1, delta_2=delta_2,
                delta_out=delta_out, d_w1=delta_1 * x, d_w2=delta_2 * z1, d_wout=delta_out * z2)
