"""Answers to exercise 6 E2: multiplications of forward and backward pass."""

from answer_bank import right, wrong

CELL = "a6_training_muls"
NAME = "training_muls"

WITH, WITHOUT = "a6_training_muls_core", "a6_training_muls_without"


def inputs(rng):
    """Yield sizes at which a surviving mutant is compared with the reference."""
    for input_grad in (True, False):
        for _ in range(6):
            yield *(int(size) for size in rng.integers(1, 20, size=3)), input_grad


@right
def closed_form(n, K, L, input_grad):
    return (3 * L - (not input_grad)) * n * K**2


@right
def on_the_forward_pass(n, K, L, input_grad):
    once = forward_muls(n, K, L)
    return 3 * once - (0 if input_grad else once // L)


@right
def sum_over_layers(n, K, L, input_grad):
    total = 0
    for layer in range(L):
        total += n * K * K + K * n * K
        if layer > 0 or input_grad:
            total += n * K * K
    return total


@right
def simulation(n, K, L, input_grad):
    meter = Meter()
    X, W = np.zeros((n, K)), np.zeros((K, K))
    inputs = [X]
    for _ in range(L):
        inputs.append(meter.mm(inputs[-1], W))
    delta = inputs.pop()
    for layer in reversed(range(L)):
        meter.mm(inputs[layer].T, delta)
        if layer or input_grad:
            delta = meter.mm(delta, W.T)
    return meter.multiplications


@wrong(fails={WITH, WITHOUT}, says="backward needs two products per layer")
def factor_2(n, K, L, input_grad):
    return 2 * n * K**2 * L


@wrong(fails={WITH, WITHOUT}, says="the meter counts the forward pass as well")
def forward_missing(n, K, L, input_grad):
    return (2 * L if input_grad else 2 * L - 1) * n * K**2


@wrong(fails={WITHOUT}, says="True and False differ by n K^2")
def input_grad_ignored(n, K, L, input_grad):
    return 3 * n * K**2 * L


@wrong(fails={WITH}, says="True and False differ by n K^2")
def input_grad_never(n, K, L, input_grad):
    return (3 * L - 1) * n * K**2


@wrong(fails={WITH, WITHOUT}, says="True and False differ by n K^2")
def exchanged(n, K, L, input_grad):
    return (3 * L - 1 if input_grad else 3 * L) * n * K**2


@wrong(fails={WITH, WITHOUT}, says="only d_X of the first layer may be skipped")
def last_layer_skipped(n, K, L, input_grad):
    return (3 * L - 1 if input_grad else 3 * L - 2) * n * K**2


@wrong(fails={WITH, WITHOUT}, says="grows with L^2")
def l_squared(n, K, L, input_grad):
    return (3 * L - (not input_grad)) * n * K**2 * L


@wrong(fails={WITH, WITHOUT}, says="only multiplications count")
def multiply_add_2(n, K, L, input_grad):
    return 2 * (3 * L - (not input_grad)) * n * K**2


@wrong(fails={WITH, WITHOUT}, says="that is the forward pass alone")
def forward_only(n, K, L, input_grad):
    return n * K**2 * L


@wrong(fails={WITH, WITHOUT}, says="not available in a solution cell")
def asks_the_checks(n, K, L, input_grad):
    import nn_utils

    return nn_utils._metered(n, K, L, True, input_grad).multiplications


@wrong(fails={WITH, WITHOUT}, says="this exercise is still empty")
def not_started(n, K, L, input_grad):
    raise NotImplementedError()
