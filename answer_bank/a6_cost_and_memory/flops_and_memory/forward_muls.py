"""Answers to exercise 6 E1: multiplications of a forward pass."""

from answer_bank import right, wrong

CELL = "a6_forward_muls"
NAME = "forward_muls"

CORE, EDGES = "a6_forward_muls_core", "a6_forward_muls_edges"


def inputs(rng):
    """Yield sizes at which a surviving mutant is compared with the reference."""
    for _ in range(10):
        yield tuple(int(size) for size in rng.integers(1, 20, size=3))
    yield 10**8, 10**7, 96


@right
def closed_form(n, K, L):
    return n * K * K * L


@right
def sum_over_layers(n, K, L):
    return sum(n * K**2 for _ in range(L))


@right
def simulation(n, K, L):
    meter = Meter()
    for _ in range(L):
        meter.mm((n, K), (K, K))
    return meter.multiplications


@right
def simulation_under_the_other_name(n, K, L):
    meter, Z = nn_utils.Meter(), (n, K)
    for _ in range(L):
        Z = meter.mm(Z, (K, K))
    return meter.multiplications


@right
def as_floats(n, K, L):
    return float(n) * float(K) ** 2 * L


@wrong(fails={CORE, EDGES}, says="each of the n K entries of a product takes K")
def n_k_l(n, K, L):
    return n * K * L


@wrong(fails={CORE, EDGES}, says="grows with n^2")
def n_squared(n, K, L):
    return n**2 * K * L


@wrong(fails={CORE, EDGES}, says="grows with n^2")
def n_squared_too(n, K, L):
    return n**2 * K**2 * L


@wrong(fails={CORE, EDGES}, says="yours = 2 x meter: only multiplications count")
def multiply_add_2(n, K, L):
    return 2 * n * K**2 * L


@wrong(fails={CORE, EDGES}, says="one layer missing")
def l_minus_1(n, K, L):
    return n * K**2 * (L - 1)


@wrong(fails={CORE, EDGES}, says="one layer too many")
def l_plus_1(n, K, L):
    return n * K**2 * (L + 1)


@wrong(fails={CORE, EDGES}, says="differs by n K L")
def includes_bias(n, K, L):
    return n * K**2 * L + n * K * L


@wrong(fails={CORE, EDGES}, says="K^3")
def products_of_weights(n, K, L):
    return K**3 * L


@wrong(fails={CORE, EDGES}, says="yours = expected / n")
def one_sample_only(n, K, L):
    return K**2 * L


@wrong(fails={EDGES}, says="run over")
def overflow(n, K, L):
    return np.prod([n, K, K, L])


@wrong(fails={EDGES}, says="Unable to allocate")
def simulation_with_arrays(n, K, L):
    meter, Z = Meter(), np.ones((n, K))
    for _ in range(L):
        Z = meter.mm(Z, np.ones((K, K)))
    return meter.multiplications


@wrong(fails={CORE, EDGES}, says="nothing comes back")
def prints_instead(n, K, L):
    print(n * K**2 * L)


@wrong(fails={CORE, EDGES}, says="not available in a solution cell")
def asks_the_checks(n, K, L):
    import nn_utils

    return nn_utils._metered(n, K, L).multiplications


@wrong(fails={CORE, EDGES}, says="this exercise is still empty")
def not_started(n, K, L):
    raise NotImplementedError()
