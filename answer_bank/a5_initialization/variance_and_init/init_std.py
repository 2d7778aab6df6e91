"""Answers to exercise 5a E2: the scale of weights."""

import math

from answer_bank import right, wrong

CELL = "a5a_init_std"
NAME = "init_std"

CORE, XAVIER = "a5a_init_std_core", "a5a_init_std_xavier"
TOLERANCE = 1e-14


def inputs(rng):
    """Yield arguments on which a surviving mutant is compared with the reference."""
    for scheme in ("he", "lecun", "xavier_normal", "xavier_uniform_bound", "other"):
        for _ in range(3):
            yield scheme, int(rng.integers(1, 500)), int(rng.integers(1, 500))


@right
def formulas(scheme, fan_in, fan_out):
    if scheme == "he":
        return np.sqrt(2 / fan_in)
    elif scheme == "lecun":
        return 1 / np.sqrt(fan_in)
    elif scheme == "xavier_normal":
        return np.sqrt(2 / (fan_in + fan_out))
    elif scheme == "xavier_uniform_bound":
        return np.sqrt(6 / (fan_in + fan_out))
    else:
        raise ValueError("unknown scheme")


@right
def table_of_gains(scheme, fan_in, fan_out):
    mean = (fan_in + fan_out) / 2
    table = {
        "he": (2, fan_in),
        "lecun": (1, fan_in),
        "xavier_normal": (1, mean),
        "xavier_uniform_bound": (3, mean),
    }
    if scheme not in table:
        raise ValueError(f"{scheme} is not one of {sorted(table)}")
    gain, fan = table[scheme]
    return (gain / fan) ** 0.5


@right
def match_statement(scheme, fan_in, fan_out):
    match scheme:
        case "he":
            variance = 1 / (fan_in * 0.5)
        case "lecun":
            variance = 1 / fan_in
        case "xavier_normal" | "xavier_uniform_bound":
            variance = 1 / ((fan_in + fan_out) / 2)
        case _:
            raise ValueError(scheme)
    if scheme == "xavier_uniform_bound":
        variance *= 3
    return math.sqrt(variance)


@wrong(fails={CORE}, says="yours = expected x sqrt(fan_in/fan_out)")
def he_by_fan_out(scheme, fan_in, fan_out):
    squares = {
        "he": 2 / fan_out,
        "lecun": 1 / fan_out,
        "xavier_normal": 2 / (fan_in + fan_out),
        "xavier_uniform_bound": 6 / (fan_in + fan_out),
    }
    if scheme not in squares:
        raise ValueError(scheme)
    return math.sqrt(squares[scheme])


@wrong(fails={CORE, XAVIER}, says="a variance in place of its root")
def variance(scheme, fan_in, fan_out):
    squares = {
        "he": 2 / fan_in,
        "lecun": 1 / fan_in,
        "xavier_normal": 2 / (fan_in + fan_out),
        "xavier_uniform_bound": 6 / (fan_in + fan_out),
    }
    if scheme not in squares:
        raise ValueError(scheme)
    return squares[scheme]


@wrong(fails={CORE}, says="yours = expected / sqrt 2")
def no_relu_factor(scheme, fan_in, fan_out):
    squares = {
        "he": 1 / fan_in,
        "lecun": 1 / fan_in,
        "xavier_normal": 2 / (fan_in + fan_out),
        "xavier_uniform_bound": 6 / (fan_in + fan_out),
    }
    if scheme not in squares:
        raise ValueError(scheme)
    return math.sqrt(squares[scheme])


@wrong(fails={CORE}, says="second moments are added")
def variance_of_relu(scheme, fan_in, fan_out):
    squares = {
        "he": 1 / (fan_in * (0.5 - 0.5 / math.pi)),
        "lecun": 1 / fan_in,
        "xavier_normal": 2 / (fan_in + fan_out),
        "xavier_uniform_bound": 6 / (fan_in + fan_out),
    }
    if scheme not in squares:
        raise ValueError(scheme)
    return math.sqrt(squares[scheme])


@wrong(fails={XAVIER}, says="yours = expected / sqrt 3")
def bound_as_std(scheme, fan_in, fan_out):
    squares = {
        "he": 2 / fan_in,
        "lecun": 1 / fan_in,
        "xavier_normal": 2 / (fan_in + fan_out),
        "xavier_uniform_bound": 2 / (fan_in + fan_out),
    }
    if scheme not in squares:
        raise ValueError(scheme)
    return math.sqrt(squares[scheme])


@wrong(fails={XAVIER}, says="yours = expected / sqrt 2")
def sum_of_fans(scheme, fan_in, fan_out):
    squares = {
        "he": 2 / fan_in,
        "lecun": 1 / fan_in,
        "xavier_normal": 1 / (fan_in + fan_out),
        "xavier_uniform_bound": 3 / (fan_in + fan_out),
    }
    if scheme not in squares:
        raise ValueError(scheme)
    return math.sqrt(squares[scheme])


@wrong(fails={XAVIER}, says="yours = expected x sqrt((fan_in + fan_out)/(2 fan_in))")
def xavier_of_fan_in(scheme, fan_in, fan_out):
    squares = {
        "he": 2 / fan_in,
        "lecun": 1 / fan_in,
        "xavier_normal": 1 / fan_in,
        "xavier_uniform_bound": 3 / fan_in,
    }
    if scheme not in squares:
        raise ValueError(scheme)
    return math.sqrt(squares[scheme])


@wrong(fails={XAVIER}, says="expected    ValueError")
def no_error(scheme, fan_in, fan_out):
    squares = {
        "he": 2 / fan_in,
        "lecun": 1 / fan_in,
        "xavier_normal": 2 / (fan_in + fan_out),
    }
    return math.sqrt(squares.get(scheme, 6 / (fan_in + fan_out)))


@wrong(fails={XAVIER}, says="KeyError")
def key_error(scheme, fan_in, fan_out):
    squares = {
        "he": 2 / fan_in,
        "lecun": 1 / fan_in,
        "xavier_normal": 2 / (fan_in + fan_out),
        "xavier_uniform_bound": 6 / (fan_in + fan_out),
    }
    return math.sqrt(squares[scheme])


@wrong(fails={CORE, XAVIER}, says="not available in a solution cell")
def asks_the_checks(scheme, fan_in, fan_out):
    import nn_utils

    try:
        return nn_utils._exact_init_std(scheme, fan_in, fan_out)
    except KeyError:
        raise ValueError(scheme) from None


@wrong(fails={CORE, XAVIER}, says="this exercise is still empty")
def not_started(scheme, fan_in, fan_out):
    raise NotImplementedError()
