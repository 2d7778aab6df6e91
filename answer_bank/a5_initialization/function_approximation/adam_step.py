"""Answers to exercise 5b E4: one step of Adam."""

import numpy as np

from answer_bank import right, wrong

CELL = "a5b_adam_step"
NAME = "adam_step"

CORE, EDGES = "a5b_adam_step_core", "a5b_adam_step_edges"
TOLERANCE = 1e-10


def inputs(rng):
    """Yield a first step and later ones, on which a surviving mutant is compared."""
    for t in (1, 2, 3, 5, 11, 100):
        params, grads, m, v = ([rng.normal(size=s) for s in ((5, 3), (3,))] for _ in range(4))
        state = {} if t == 1 else {"m": m, "v": [a**2 for a in v]}
        yield params, grads, state, 0.003, 0.9, 0.999, 1e-8, t
        yield params, grads, state, 0.1, 0.5, 0.7, 0.1, t


@right
def textbook(params, grads, state, lr, beta1, beta2, eps, t):
    if not state:
        state = {name: [np.zeros(p.shape) for p in params] for name in ("m", "v")}
    new_params, new_m, new_v = [], [], []
    for p, g, m, v in zip(params, grads, state["m"], state["v"]):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        new_params.append(p - lr * m_hat / (np.sqrt(v_hat) + eps))
        new_m.append(m)
        new_v.append(v)
    return new_params, {"m": new_m, "v": new_v}


@right
def efficient_order(params, grads, state, lr, beta1, beta2, eps, t):
    lr = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    old_m, old_v = (state.get(name, [0.0] * len(params)) for name in ("m", "v"))
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(old_m, grads)]
    v = [beta2 * a + (1 - beta2) * g * g for a, g in zip(old_v, grads)]
    return [p - lr * a / (np.sqrt(b) + eps) for p, a, b in zip(params, m, v)], {"m": m, "v": v}


@right
def in_place_on_copies(params, grads, state, lr, beta1, beta2, eps, t):
    import copy

    params, state = copy.deepcopy(params), copy.deepcopy(state)
    state = state or {"m": [0 * g for g in grads], "v": [0 * g for g in grads]}
    for i, g in enumerate(grads):
        state["m"][i] *= beta1
        state["m"][i] += (1 - beta1) * g
        state["v"][i] *= beta2
        state["v"][i] += (1 - beta2) * g**2
        root = np.sqrt(state["v"][i] / (1 - beta2**t))
        params[i] -= lr * state["m"][i] / (1 - beta1**t) / (root + eps)
    return params, state


@right
def towards_the_gradient(params, grads, state, lr, beta1, beta2, eps, t):
    before = state if t > 1 else {"m": [g * 0 for g in grads], "v": [g * 0 for g in grads]}
    m = tuple(a + (1 - beta1) * (g - a) for a, g in zip(before["m"], grads))
    v = tuple(a + (1 - beta2) * (g**2 - a) for a, g in zip(before["v"], grads))
    corrections = 1 - np.array([beta1, beta2]) ** t
    moved = []
    for p, a, b in zip(params, m, v):
        moved.append(p - lr * (a / corrections[0]) / ((b / corrections[1]) ** 0.5 + eps))
    return tuple(moved), dict(m=m, v=v)


@wrong(fails={CORE}, says="first step 3.16 lr")
def no_bias_correction(params, grads, state, lr, beta1, beta2, eps, t):
    m, v = (state.get(name, [0.0] * len(params)) for name in ("m", "v"))
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(m, grads)]
    v = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(v, grads)]
    return [p - lr * a / (np.sqrt(b) + eps) for p, a, b in zip(params, m, v)], {"m": m, "v": v}


@wrong(fails={CORE}, says="the correction of m is missing")
def corrects_v_only(params, grads, state, lr, beta1, beta2, eps, t):
    m, v = (state.get(name, [0.0] * len(params)) for name in ("m", "v"))
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(m, grads)]
    v = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(v, grads)]
    roots = [np.sqrt(b / (1 - beta2**t)) + eps for b in v]
    return [p - lr * a / r for p, a, r in zip(params, m, roots)], {"m": m, "v": v}


@wrong(fails={CORE, EDGES}, says="step 2 has the corrections of step 1")
def corrections_without_t(params, grads, state, lr, beta1, beta2, eps, t):
    m, v = (state.get(name, [0.0] * len(params)) for name in ("m", "v"))
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(m, grads)]
    v = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(v, grads)]
    roots = [np.sqrt(b / (1 - beta2)) + eps for b in v]
    return [p - lr * a / (1 - beta1) / r for p, a, r in zip(params, m, roots)], {"m": m, "v": v}


@wrong(fails={CORE, EDGES}, says="division by zero at t = 0")
def t_from_zero(params, grads, state, lr, beta1, beta2, eps, t):
    t = t - 1
    m, v = (state.get(name, [0.0] * len(params)) for name in ("m", "v"))
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(m, grads)]
    v = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(v, grads)]
    roots = [np.sqrt(b / np.float64(1 - beta2**t)) + eps for b in v]
    left = np.float64(1 - beta1**t)
    return [p - lr * a / left / r for p, a, r in zip(params, m, roots)], {"m": m, "v": v}


@wrong(fails={CORE}, says="the power of beta is t + 1")
def t_plus_one(params, grads, state, lr, beta1, beta2, eps, t):
    m, v = (state.get(name, [0.0] * len(params)) for name in ("m", "v"))
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(m, grads)]
    v = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(v, grads)]
    roots = [np.sqrt(b / (1 - beta2 ** (t + 1))) + eps for b in v]
    left = 1 - beta1 ** (t + 1)
    return [p - lr * a / left / r for p, a, r in zip(params, m, roots)], {"m": m, "v": v}


@wrong(fails={EDGES}, says="small gradients: step differs by the factor")
def eps_inside_root(params, grads, state, lr, beta1, beta2, eps, t):
    m, v = (state.get(name, [0.0] * len(params)) for name in ("m", "v"))
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(m, grads)]
    v = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(v, grads)]
    roots = [np.sqrt(b / (1 - beta2**t) + eps) for b in v]
    left = 1 - beta1**t
    return [p - lr * a / left / r for p, a, r in zip(params, m, roots)], {"m": m, "v": v}


@wrong(fails={EDGES}, says="yours")
def own_eps(params, grads, state, lr, beta1, beta2, eps, t):
    m, v = (state.get(name, [0.0] * len(params)) for name in ("m", "v"))
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(m, grads)]
    v = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(v, grads)]
    roots = [np.sqrt(b / (1 - beta2**t)) + 1e-12 for b in v]
    left = 1 - beta1**t
    return [p - lr * a / left / r for p, a, r in zip(params, m, roots)], {"m": m, "v": v}


@wrong(fails={EDGES}, says="your function changed its argument number 3")
def state_mutated(params, grads, state, lr, beta1, beta2, eps, t):
    if not state:
        state = {"m": [0 * p for p in params], "v": [0 * p for p in params]}
    for i, g in enumerate(grads):
        state["m"][i] *= beta1
        state["m"][i] += (1 - beta1) * g
        state["v"][i] *= beta2
        state["v"][i] += (1 - beta2) * g**2
    roots = [np.sqrt(b / (1 - beta2**t)) + eps for b in state["v"]]
    left = 1 - beta1**t
    return [p - lr * a / left / r for p, a, r in zip(params, state["m"], roots)], state


@wrong(fails={EDGES}, says="put something else into")
def same_dict(params, grads, state, lr, beta1, beta2, eps, t):
    m, v = (state.get(name, [0.0] * len(params)) for name in ("m", "v"))
    state["m"] = [beta1 * a + (1 - beta1) * g for a, g in zip(m, grads)]
    state["v"] = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(v, grads)]
    roots = [np.sqrt(b / (1 - beta2**t)) + eps for b in state["v"]]
    left = 1 - beta1**t
    return [p - lr * a / left / r for p, a, r in zip(params, state["m"], roots)], state


@wrong(fails={EDGES}, says="your function changed its argument number 1")
def params_mutated(params, grads, state, lr, beta1, beta2, eps, t):
    m, v = (state.get(name, [0.0] * len(params)) for name in ("m", "v"))
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(m, grads)]
    v = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(v, grads)]
    for p, a, b in zip(params, m, v):
        p -= lr * a / (1 - beta1**t) / (np.sqrt(b / (1 - beta2**t)) + eps)
    return params, {"m": m, "v": v}


@wrong(fails={CORE}, says="m uses 0.999")
def beta_swapped(params, grads, state, lr, beta1, beta2, eps, t):
    beta1, beta2 = beta2, beta1
    m, v = (state.get(name, [0.0] * len(params)) for name in ("m", "v"))
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(m, grads)]
    v = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(v, grads)]
    roots = [np.sqrt(b / (1 - beta2**t)) + eps for b in v]
    left = 1 - beta1**t
    return [p - lr * a / left / r for p, a, r in zip(params, m, roots)], {"m": m, "v": v}


@wrong(fails={CORE, EDGES}, says="v averages gradients, not their squares")
def grad_not_squared(params, grads, state, lr, beta1, beta2, eps, t):
    m, v = (state.get(name, [0.0] * len(params)) for name in ("m", "v"))
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(m, grads)]
    v = [beta2 * a + (1 - beta2) * g for a, g in zip(v, grads)]
    roots = [np.sqrt(b / (1 - beta2**t)) + eps for b in v]
    left = 1 - beta1**t
    return [p - lr * a / left / r for p, a, r in zip(params, m, roots)], {"m": m, "v": v}


@wrong(fails={CORE, EDGES}, says="m holds the last gradient only")
def forgets(params, grads, state, lr, beta1, beta2, eps, t):
    m, v = [(1 - beta1) * g for g in grads], [(1 - beta2) * g**2 for g in grads]
    roots = [np.sqrt(b / (1 - beta2)) + eps for b in v]
    left = 1 - beta1
    return [p - lr * a / left / r for p, a, r in zip(params, m, roots)], {"m": m, "v": v}


@wrong(fails={CORE, EDGES}, says="yours = -expected")
def uphill(params, grads, state, lr, beta1, beta2, eps, t):
    m, v = (state.get(name, [0.0] * len(params)) for name in ("m", "v"))
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(m, grads)]
    v = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(v, grads)]
    roots = [np.sqrt(b / (1 - beta2**t)) + eps for b in v]
    left = 1 - beta1**t
    return [p + lr * a / left / r for p, a, r in zip(params, m, roots)], {"m": m, "v": v}


@wrong(fails={CORE, EDGES}, says="not available in a solution cell")
def asks_the_checks(params, grads, state, lr, beta1, beta2, eps, t):
    import nn_utils

    parts = nn_utils._exact_adam(params, [grads], lr, beta1, beta2, eps)
    return [p + step for p, step in zip(params, parts["step"])], parts


@wrong(fails={CORE, EDGES}, says="this exercise is still empty")
def not_started(params, grads, state, lr, beta1, beta2, eps, t):
    raise NotImplementedError()
