"""Answers to exercise 1b E1: where exp overflows and where it vanishes."""

import math

import numpy as np

from answer_bank import right, wrong

CELL = "a1b_exp_limits"
NAME = "exp_limits"

OVER, ZERO = "a1b_exp_limits_over", "a1b_exp_limits_zero"


def inputs(rng):
    """Yield arguments on which a surviving mutant is compared with the reference."""
    for name in ("float16", "float32", "float64"):
        yield (name,)
        yield (getattr(np, name),)
        yield (np.dtype(name),)
        yield (np.dtype(name).char,)


@right
def bisection_on_integer_ordering(dtype):
    # Floats of one sign are ordered as the integers with the same bits.
    dtype = np.dtype(dtype)
    integer = np.dtype(f"i{dtype.itemsize}")

    def number(bits):
        return np.array(bits, dtype=integer).view(dtype)[()]

    def bits_of(x):
        return int(np.array(x, dtype=dtype).view(integer))

    def last(low, high, sign, holds):
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if holds(sign * number(middle)) else (low, middle)
        return low

    with np.errstate(all="ignore"):
        over = last(0, bits_of(1000), 1, lambda x: np.isfinite(np.exp(x)))
        zero = last(0, bits_of(1000), -1, lambda x: np.exp(x) > 0)
    return number(over), -number(zero + 1)


@right
def logarithm_then_neighbors(dtype):
    number = np.dtype(dtype).type
    info = np.finfo(number)
    up, down = number(np.inf), number(-np.inf)
    with np.errstate(all="ignore"):
        over = number(math.log(info.max))
        while np.isinf(np.exp(over)):
            over = np.nextafter(over, down)
        while np.isfinite(np.exp(np.nextafter(over, up))):
            over = np.nextafter(over, up)
        zero = number(math.log(float(info.smallest_subnormal)) - math.log(2))
        while np.exp(zero) > 0:
            zero = np.nextafter(zero, down)
        while np.exp(np.nextafter(zero, up)) == 0:
            zero = np.nextafter(zero, up)
    return over, zero


@right
def python_floats_in_a_list(dtype):
    # A Python float holds every number of the smaller dtypes exactly.
    number = np.dtype(dtype).type

    def last(low, high, holds):
        while np.nextafter(number(low), number(high)) < high:
            middle = float(number((low + high) / 2))
            low, high = (middle, high) if holds(np.exp(number(middle))) else (low, middle)
        return low

    with np.errstate(all="ignore"):
        return [last(0.0, 1000.0, np.isfinite), last(-1000.0, 0.0, lambda value: value == 0)]


@right
def all_numbers_of_float16(dtype):
    # In float16 one can try them all; the other two need a search.
    number = np.dtype(dtype).type
    with np.errstate(all="ignore"):
        if number is np.float16:
            every = np.arange(2**16, dtype=np.uint16).view(np.float16)
            every = np.sort(every[np.isfinite(every)])
            values = np.exp(every)
            return every[np.isfinite(values)][-1], every[values == 0][-1]
        low, high = number(0), number(2000)
        while np.nextafter(low, high) < high:
            middle = (low + high) / 2
            low, high = (low, middle) if np.isinf(np.exp(middle)) else (middle, high)
        over, low, high = low, number(-2000), number(0)
        while np.nextafter(low, high) < high:
            middle = (low + high) / 2
            low, high = (middle, high) if np.exp(middle) == 0 else (low, middle)
    return over, low


@wrong(fails={OVER, ZERO}, says="exp of your x_over is inf; one float below works")
def uses_float64_log(dtype):
    info = np.finfo(dtype)
    smallest = math.log(float(info.smallest_subnormal))
    return info.dtype.type(math.log(info.max)), info.dtype.type(smallest)


@wrong(fails={ZERO}, says="not 0: subnormal numbers exist")
def tiny_not_subnormal(dtype):
    number = np.dtype(dtype).type
    info = np.finfo(number)
    with np.errstate(all="ignore"):
        over = number(math.log(info.max))
        while np.isinf(np.exp(over)):
            over = np.nextafter(over, number(-np.inf))
    return over, number(math.log(float(info.tiny)))


@wrong(fails={ZERO}, says="not 0: subnormal numbers exist")
def smallest_subnormal_itself(dtype):
    number = np.dtype(dtype).type
    info = np.finfo(number)
    with np.errstate(all="ignore"):
        over = number(math.log(info.max))
        while np.isinf(np.exp(over)):
            over = np.nextafter(over, number(-np.inf))
    return over, number(math.log(float(info.smallest_subnormal)))


@wrong(fails={OVER, ZERO}, says="for float16 exp overflows already above 11.09")
def hard_codes_709(dtype):
    return 709.782712893384, -745.1332191019412


@wrong(fails={OVER, ZERO}, says="not representable in float16")
def wrong_dtype_out(dtype):
    # The limits of the real numbers, between two floats of the dtype.
    info = np.finfo(dtype)
    with np.errstate(over="ignore"):
        over = np.nextafter(math.log(info.max), 0)
    if info.dtype == np.float16:
        over = 11.0861
    return over, math.log(float(info.smallest_subnormal)) - math.log(2) - 1e-12


@wrong(fails={OVER, ZERO}, says="the first entry must be the overflow limit")
def swapped(dtype):
    number = np.dtype(dtype).type

    def last(low, high, holds):
        while np.nextafter(low, high) < high:
            middle = low + (high - low) / 2
            low, high = (middle, high) if holds(middle) else (low, middle)
        return low

    with np.errstate(over="ignore"):
        x_over = last(number(0), number(1000), lambda x: np.isfinite(np.exp(x)))
        x_zero = last(number(-1000), number(0), lambda x: np.exp(x) == 0)
    return x_zero, x_over


@wrong(fails={OVER, ZERO}, says="exp is finite at the next larger float too")
def whole_numbers(dtype):
    limits = {"float16": (11, -18), "float32": (88, -104), "float64": (709, -746)}
    return limits[np.dtype(dtype).name]


@wrong(fails={OVER, ZERO}, says="exp of your x_over is inf; one float below works")
def one_too_far(dtype):
    number = np.dtype(dtype).type

    def first_not(low, high, holds):
        while np.nextafter(low, high) < high:
            middle = low + (high - low) / 2
            low, high = (middle, high) if holds(middle) else (low, middle)
        return high

    with np.errstate(over="ignore"):
        x_over = first_not(number(0), number(1000), lambda x: np.isfinite(np.exp(x)))
        x_zero = first_not(number(-1000), number(0), lambda x: np.exp(x) == 0)
    return x_over, x_zero


@wrong(fails={ZERO}, says="TypeError")
def dtype_as_class_only(dtype):
    def last(low, high, holds):
        while np.nextafter(low, high) < high:
            middle = low + (high - low) / 2
            low, high = (middle, high) if holds(middle) else (low, middle)
        return low

    with np.errstate(over="ignore"):
        x_over = last(dtype(0), dtype(1000), lambda x: np.isfinite(np.exp(x)))
        x_zero = last(dtype(-1000), dtype(0), lambda x: np.exp(x) == 0)
    return x_over, x_zero


@wrong(fails={OVER, ZERO}, says="two finite numbers")
def one_number(dtype):
    return np.dtype(dtype).type(math.log(np.finfo(dtype).max) - 0.01)


@wrong(fails={OVER, ZERO}, says="not available in a solution cell")
def asks_the_checks(dtype):
    import nn_utils

    number = np.dtype(dtype).type
    x = number(12 if number is np.float16 else 89 if number is np.float32 else 710)
    while nn_utils._overflow_pattern(float(x), number):
        x = np.nextafter(x, number(0))
    return x, -x


@wrong(fails={OVER, ZERO}, says="this exercise is still empty")
def not_started(dtype):
    raise NotImplementedError()
