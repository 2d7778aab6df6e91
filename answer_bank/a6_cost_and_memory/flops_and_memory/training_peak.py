"""Answers to exercise 6 E4: memory of training."""

from answer_bank import right, wrong

CELL = "a6_training_peak"
NAME = "training_peak"

CORE, EDGES = "a6_training_peak_core", "a6_training_peak_edges"


def inputs(rng):
    """Yield sizes at which a surviving mutant is compared with the reference."""
    for input_grad in (True, False):
        for L in (1, 1, 2, 3, 5, 8, 13):
            yield *(int(size) for size in rng.integers(1, 20, size=2)), L, input_grad


@right
def closed_form(n, K, L, input_grad):
    deltas = 1 if L == 1 and not input_grad else 2
    return 2 * L * K**2 + (L + deltas) * n * K


@right
def from_inference(n, K, L, input_grad):
    beyond = L if L > 1 or input_grad else L - 1
    return inference_peak(n, K, L) + L * K * K + beyond * n * K


@right
def moment_by_moment(n, K, L, input_grad):
    fixed = 2 * sum(K * K for _ in range(L))
    moments = [fixed + (L + 1) * n * K]  # after the forward pass
    for layer in reversed(range(L)):
        deltas = 2 if layer > 0 or input_grad else 1
        moments.append(fixed + L * n * K + deltas * n * K)
    return max(moments)


@right
def simulation(n, K, L, input_grad):
    meter = Meter()
    for layer in range(L):
        meter.keep(f"W{layer}", (K, K))
        meter.keep(f"d_W{layer}", (K, K))
    for layer in range(L + 1):
        meter.keep(f"Z{layer}", (n, K))
    old = f"Z{L}"
    for layer in reversed(range(L)):
        if layer or input_grad:
            meter.keep(f"d_Z{layer}", (n, K))
            meter.drop(old)
            old = f"d_Z{layer}"
    return meter.peak


@wrong(fails={CORE, EDGES}, says="differs by L K^2")
def no_weight_grads(n, K, L, input_grad):
    return L * K**2 + (L + (2 if L > 1 or input_grad else 1)) * n * K


@wrong(fails={CORE, EDGES}, says="differs by n K")
def no_input(n, K, L, input_grad):
    return 2 * L * K**2 + (L - 1 + (2 if L > 1 or input_grad else 1)) * n * K


@wrong(fails={CORE, EDGES}, says="at the peak a new delta lives beside the old one")
def one_delta(n, K, L, input_grad):
    return 2 * L * K**2 + (L + 1) * n * K


@wrong(fails={CORE, EDGES}, says="pre- and post-activation both kept")
def double_activation(n, K, L, input_grad):
    return 2 * L * K**2 + (2 * L + (2 if L > 1 or input_grad else 1)) * n * K


@wrong(fails={CORE, EDGES}, says="pre- and post-activation both kept")
def double_hidden_activation(n, K, L, input_grad):
    return 2 * L * K**2 + (2 * L - 1 + 2) * n * K


@wrong(fails={CORE, EDGES}, says="the live deltas at the peak")
def no_running_delta(n, K, L, input_grad):
    return 2 * L * K**2 + L * n * K


@wrong(fails={CORE, EDGES}, says="optimizer state is included")
def optimizer_included(n, K, L, input_grad):
    return 4 * L * K**2 + (L + (2 if L > 1 or input_grad else 1)) * n * K


@wrong(fails={CORE, EDGES}, says="optimizer state is included")
def momentum_included(n, K, L, input_grad):
    return 3 * L * K**2 + (L + (2 if L > 1 or input_grad else 1)) * n * K


@wrong(fails={CORE, EDGES}, says="all deltas kept")
def all_deltas(n, K, L, input_grad):
    return 2 * L * K**2 + 2 * L * n * K


@wrong(fails={CORE, EDGES}, says="a third delta")
def three_deltas(n, K, L, input_grad):
    return 2 * L * K**2 + (L + 3) * n * K


@wrong(fails={EDGES}, says="with one layer a second delta is needed only")
def one_layer_forgotten(n, K, L, input_grad):
    return 2 * L * K**2 + (L + 2) * n * K


@wrong(fails={CORE, EDGES}, says="at the peak a new delta lives beside the old one")
def delta_only_with_input_grad(n, K, L, input_grad):
    return 2 * L * K**2 + (L + (2 if input_grad else 1)) * n * K


@wrong(fails={CORE, EDGES}, says="yours = 8 x meter")
def bytes_vs_values(n, K, L, input_grad):
    return 8 * (2 * L * K**2 + (L + (2 if L > 1 or input_grad else 1)) * n * K)


@wrong(fails={CORE, EDGES}, says="not available in a solution cell")
def asks_the_checks(n, K, L, input_grad):
    import nn_utils

    return nn_utils._metered(n, K, L, True, input_grad).peak


@wrong(fails={CORE, EDGES}, says="this exercise is still empty")
def not_started(n, K, L, input_grad):
    raise NotImplementedError()
