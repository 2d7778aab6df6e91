"""Answers to exercise 5a E3: random weights of a network."""

import numpy as np

from answer_bank import right, wrong

CELL = "a5a_init_params"
NAME = "init_params"

CORE, LAW = "a5a_init_params_core", "a5a_init_params_law"
GENERATOR = "a5a_init_params_generator"
TOLERANCE = 1e-12


def inputs(rng):
    """Yield sizes, schemes and seeds on which a surviving mutant is compared."""
    for scheme in ("he", "lecun", "xavier_normal", "xavier_uniform_bound"):
        for sizes in ([7, 5, 3], [5, 1], [3, 3, 3, 3]):
            yield sizes, scheme, int(rng.integers(1000))


def observe(answer, sizes, scheme, seed):
    """Return the parameters for a new generator."""
    return answer(sizes, scheme, np.random.default_rng(seed))


@right
def normal_with_scale(sizes, scheme, rng):
    params = []
    for fan_in, fan_out in zip(sizes, sizes[1:]):
        s = init_std(scheme, fan_in, fan_out)
        draw = rng.uniform if scheme == "xavier_uniform_bound" else rng.normal
        low = -s if scheme == "xavier_uniform_bound" else 0.0
        params.append((draw(low, s, (fan_in, fan_out)), np.zeros(fan_out)))
    return params


@right
def scaled_standard_numbers(sizes, scheme, rng):
    def weights(m, n):
        if scheme == "xavier_uniform_bound":
            return init_std(scheme, m, n) * (2 * rng.random((m, n)) - 1)
        return init_std(scheme, m, n) * rng.standard_normal((m, n))

    return [(weights(m, n), np.zeros(n)) for m, n in zip(sizes[:-1], sizes[1:])]


@right
def from_the_last_layer(sizes, scheme, rng):
    params = []
    for k in range(len(sizes) - 1, 0, -1):
        scale = init_std(scheme, sizes[k - 1], sizes[k])
        if scheme.startswith("xavier_u"):
            W = rng.uniform(high=scale, low=-scale, size=(sizes[k], sizes[k - 1])).T.copy()
        else:
            W = rng.normal(loc=0, scale=scale, size=(sizes[k], sizes[k - 1])).T.copy()
        params = [[W, np.zeros(sizes[k])]] + params
    return params


@right
def one_draw_for_all(sizes, scheme, rng):
    total = sum(m * n for m, n in zip(sizes, sizes[1:]))
    uniform = scheme == "xavier_uniform_bound"
    numbers = rng.uniform(-1, 1, total) if uniform else rng.standard_normal(total)
    params, start = [], 0
    for m, n in zip(sizes, sizes[1:]):
        W = numbers[start : start + m * n].reshape(m, n) * init_std(scheme, m, n)
        params.append((W, np.zeros(n)))
        start += m * n
    return params


@wrong(fails={CORE, LAW, GENERATOR}, says="calling twice with the same arguments")
def asks_the_operating_system(sizes, scheme, rng):
    import os

    params = []
    for m, n in zip(sizes, sizes[1:]):
        bits = np.frombuffer(os.urandom(m * n), dtype=np.uint8)
        params.append((init_std(scheme, m, n) * np.sqrt(3) * (bits.reshape(m, n) / 127.5 - 1), np.zeros(n)))
    return params


@wrong(fails={GENERATOR}, says="have identical weights")
def reused_draw(sizes, scheme, rng):
    state = rng.bit_generator.state
    params = []
    for m, n in zip(sizes, sizes[1:]):
        rng.bit_generator.state = state
        s = init_std(scheme, m, n)
        uniform = scheme == "xavier_uniform_bound"
        W = rng.uniform(-s, s, (m, n)) if uniform else rng.normal(0, s, (m, n))
        params.append((W, np.zeros(n)))
    return params


@wrong(fails={GENERATOR}, says="two generators with different seeds give the same result")
def reseeds(sizes, scheme, rng):
    rng = np.random.default_rng(42)
    params = []
    for m, n in zip(sizes, sizes[1:]):
        s = init_std(scheme, m, n)
        uniform = scheme == "xavier_uniform_bound"
        W = rng.uniform(-s, s, (m, n)) if uniform else rng.normal(0, s, (m, n))
        params.append((W, np.zeros(n)))
    return params


@wrong(fails={GENERATOR}, says="a second call with the same generator")
def leaves_the_generator_where_it_was(sizes, scheme, rng):
    state = rng.bit_generator.state
    params = []
    for m, n in zip(sizes, sizes[1:]):
        s = init_std(scheme, m, n)
        uniform = scheme == "xavier_uniform_bound"
        W = rng.uniform(-s, s, (m, n)) if uniform else rng.normal(0, s, (m, n))
        params.append((W, np.zeros(n)))
    rng.bit_generator.state = state
    return params


@wrong(fails={CORE, GENERATOR}, says="calling twice with the same arguments")
def global_rng(sizes, scheme, rng):
    params = []
    for m, n in zip(sizes, sizes[1:]):
        s = init_std(scheme, m, n)
        uniform = scheme == "xavier_uniform_bound"
        W = np.random.uniform(-s, s, (m, n)) if uniform else s * np.random.randn(m, n)
        params.append((W, np.zeros(n)))
    return params


@wrong(fails={GENERATOR}, says="NumPy's global generator was used or seeded")
def seeds_the_global_rng(sizes, scheme, rng):
    np.random.seed(0)
    params = []
    for m, n in zip(sizes, sizes[1:]):
        s = init_std(scheme, m, n)
        uniform = scheme == "xavier_uniform_bound"
        W = np.random.uniform(-s, s, (m, n)) if uniform else s * np.random.randn(m, n)
        params.append((W, np.zeros(n)))
    return params


@wrong(fails={CORE}, says="W has one row per input")
def transposed(sizes, scheme, rng):
    params = []
    for m, n in zip(sizes, sizes[1:]):
        s = init_std(scheme, m, n)
        uniform = scheme == "xavier_uniform_bound"
        W = rng.uniform(-s, s, (n, m)) if uniform else rng.normal(0, s, (n, m))
        params.append((W, np.zeros(n)))
    return params


@wrong(fails={CORE}, says="a variance was taken for a standard deviation")
def std_squared(sizes, scheme, rng):
    params = []
    for m, n in zip(sizes, sizes[1:]):
        s = init_std(scheme, m, n)
        uniform = scheme == "xavier_uniform_bound"
        W = rng.uniform(-s, s, (m, n)) if uniform else rng.normal(0, s**2, (m, n))
        params.append((W, np.zeros(n)))
    return params


@wrong(fails={CORE}, says="the entries are not scaled")
def not_scaled(sizes, scheme, rng):
    params = []
    for m, n in zip(sizes, sizes[1:]):
        s = init_std(scheme, m, n)
        uniform = scheme == "xavier_uniform_bound"
        W = rng.uniform(-s, s, (m, n)) if uniform else rng.standard_normal((m, n))
        params.append((W, np.zeros(n)))
    return params


@wrong(fails={CORE, LAW}, says="the bound was taken for a standard deviation")
def always_normal(sizes, scheme, rng):
    pairs = list(zip(sizes, sizes[1:]))
    return [(rng.normal(0, init_std(scheme, m, n), (m, n)), np.zeros(n)) for m, n in pairs]


@wrong(fails={LAW}, says="uniform numbers have 57.7% and 0.0%")
def normal_with_the_right_variance(sizes, scheme, rng):
    params = []
    for m, n in zip(sizes, sizes[1:]):
        s = init_std(scheme, m, n)
        s = s / np.sqrt(3) if scheme == "xavier_uniform_bound" else s
        params.append((rng.normal(0, s, (m, n)), np.zeros(n)))
    return params


@wrong(fails={LAW}, says="normal numbers have 68.3% and 8.3%")
def always_uniform(sizes, scheme, rng):
    params = []
    for m, n in zip(sizes, sizes[1:]):
        s = init_std(scheme, m, n)
        s = s if scheme == "xavier_uniform_bound" else s * np.sqrt(3)
        params.append((rng.uniform(-s, s, (m, n)), np.zeros(n)))
    return params


@wrong(fails={LAW}, says="the mean is not 0")
def only_positive(sizes, scheme, rng):
    params = []
    for m, n in zip(sizes, sizes[1:]):
        s = init_std(scheme, m, n)
        uniform = scheme == "xavier_uniform_bound"
        W = rng.uniform(0, s, (m, n)) if uniform else rng.normal(0, s, (m, n))
        params.append((W, np.zeros(n)))
    return params


@wrong(fails={LAW}, says="many entries are equal")
def one_draw_per_pair_of_rows(sizes, scheme, rng):
    params = []
    for m, n in zip(sizes, sizes[1:]):
        s, half = init_std(scheme, m, n), (m + 1) // 2
        uniform = scheme == "xavier_uniform_bound"
        W = rng.uniform(-s, s, (half, n)) if uniform else rng.normal(0, s, (half, n))
        params.append((np.repeat(W, 2, axis=0)[:m], np.zeros(n)))
    return params


@wrong(fails={CORE}, says="layer 1['b']")
def random_bias(sizes, scheme, rng):
    params = []
    for m, n in zip(sizes, sizes[1:]):
        s = init_std(scheme, m, n)
        uniform = scheme == "xavier_uniform_bound"
        W = rng.uniform(-s, s, (m, n)) if uniform else rng.normal(0, s, (m, n))
        params.append((W, rng.normal(0, s, n)))
    return params


@wrong(fails={CORE}, says="dtype float32")
def float32(sizes, scheme, rng):
    params = []
    for m, n in zip(sizes, sizes[1:]):
        s = init_std(scheme, m, n)
        uniform = scheme == "xavier_uniform_bound"
        W = rng.uniform(-s, s, (m, n)) if uniform else rng.normal(0, s, (m, n))
        params.append((W.astype(np.float32), np.zeros(n)))
    return params


@wrong(fails={CORE}, says="share memory")
def shared_bias(sizes, scheme, rng):
    params, b = [], np.zeros(max(sizes))
    for m, n in zip(sizes, sizes[1:]):
        s = init_std(scheme, m, n)
        uniform = scheme == "xavier_uniform_bound"
        W = rng.uniform(-s, s, (m, n)) if uniform else rng.normal(0, s, (m, n))
        params.append((W, b[:n]))
    return params


@wrong(fails={CORE, LAW, GENERATOR}, says="expected    3 parts")
def one_layer_too_many(sizes, scheme, rng):
    params = []
    for m, n in zip(sizes, sizes[1:] + sizes[-1:]):
        s = init_std(scheme, m, n)
        uniform = scheme == "xavier_uniform_bound"
        W = rng.uniform(-s, s, (m, n)) if uniform else rng.normal(0, s, (m, n))
        params.append((W, np.zeros(n)))
    return params


@wrong(fails={CORE, LAW, GENERATOR}, says="expected    3 parts")
def a_dict(sizes, scheme, rng):
    params = {}
    for k, (m, n) in enumerate(zip(sizes, sizes[1:]), start=1):
        s = init_std(scheme, m, n)
        uniform = scheme == "xavier_uniform_bound"
        params[f"W{k}"] = rng.uniform(-s, s, (m, n)) if uniform else rng.normal(0, s, (m, n))
        params[f"b{k}"] = np.zeros(n)
    return params


@wrong(fails={CORE, LAW, GENERATOR}, says="not available in a solution cell")
def asks_the_checks(sizes, scheme, rng):
    import nn_utils

    scale = nn_utils._exact_init_std
    pairs = list(zip(sizes, sizes[1:]))
    return [(rng.normal(0, scale(scheme, m, n), (m, n)), np.zeros(n)) for m, n in pairs]


@wrong(fails={CORE, LAW, GENERATOR}, says="this exercise is still empty")
def not_started(sizes, scheme, rng):
    raise NotImplementedError()
