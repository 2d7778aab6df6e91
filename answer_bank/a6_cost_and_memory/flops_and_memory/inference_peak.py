"""Answers to exercise 6 E3: memory of a forward pass."""

from answer_bank import right, wrong

CELL = "a6_inference_peak"
NAME = "inference_peak"

CORE, EDGES = "a6_inference_peak_core", "a6_inference_peak_edges"


def inputs(rng):
    """Yield sizes at which a surviving mutant is compared with the reference."""
    for _ in range(12):
        yield tuple(int(size) for size in rng.integers(1, 20, size=3))


@right
def closed_form(n, K, L):
    return L * K**2 + 2 * n * K


@right
def largest_moment(n, K, L):
    weights = sum(K * K for _ in range(L))
    return max(weights + n * K + n * K for _ in range(L))


@right
def simulation(n, K, L):
    meter = Meter()
    for layer in range(L):
        meter.keep(f"W{layer}", (K, K))
    Z = meter.keep("Z0", (n, K))
    for layer in range(L):
        Z = meter.keep(f"Z{layer + 1}", meter.mm(Z, (K, K)))
        meter.drop(f"Z{layer}")
    return meter.peak


@wrong(fails={CORE, EDGES}, says="inference may drop earlier activations")
def keeps_all(n, K, L):
    return L * K**2 + (L + 1) * n * K


@wrong(fails={CORE, EDGES}, says="inference may drop earlier activations")
def keeps_all_inputs(n, K, L):
    return L * K**2 + L * n * K


@wrong(fails={CORE, EDGES}, says="input and output of a layer live together")
def one_activation(n, K, L):
    return L * K**2 + n * K


@wrong(fails={CORE, EDGES}, says="all weights stay in memory")
def weights_one_layer(n, K, L):
    return K**2 + 2 * n * K


@wrong(fails={CORE, EDGES}, says="independent of n")
def n_missing(n, K, L):
    return L * K**2 + 2 * K


@wrong(fails={CORE, EDGES}, says="yours = 8 x meter")
def bytes_vs_values(n, K, L):
    return 8 * (L * K**2 + 2 * n * K)


@wrong(fails={CORE, EDGES}, says="yours = 4 x meter")
def bytes_of_float32(n, K, L):
    return 4 * (L * K**2 + 2 * n * K)


@wrong(fails={CORE, EDGES}, says="the activations are missing")
def weights_only(n, K, L):
    return L * K**2


@wrong(fails={CORE, EDGES}, says="the weights are missing")
def activations_only(n, K, L):
    return 2 * n * K


@wrong(fails={CORE, EDGES}, says="the gradients of the weights are for training")
def with_gradients(n, K, L):
    return 2 * L * K**2 + 2 * n * K


@wrong(fails={CORE, EDGES}, says="yours = expected + n K")
def three_activations(n, K, L):
    return L * K**2 + 3 * n * K


@wrong(fails={EDGES}, says="run over")
def overflow(n, K, L):
    return int(np.prod([L, K, K, 10**6]) // 10**6 + np.prod([2, n, K]))


@wrong(fails={CORE, EDGES}, says="not available in a solution cell")
def asks_the_checks(n, K, L):
    import nn_utils

    return nn_utils._metered(n, K, L).peak


@wrong(fails={CORE, EDGES}, says="this exercise is still empty")
def not_started(n, K, L):
    raise NotImplementedError()
