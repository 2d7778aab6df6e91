"""Answers to exercise 1b E2: the error of a float in units of the spacing of floats."""

import math

import numpy as np

from answer_bank import right, wrong

CELL = "a1b_ulp_error"
NAME = "ulp_error"
TOLERANCE = 1e-12

CORE, EDGES = "a1b_ulp_error_core", "a1b_ulp_error_edges"


def inputs(rng):
    """Yield arguments on which a surviving mutant is compared with the reference."""
    for exponent in (-1000, -20, 0, 20, 1000):
        x = math.ldexp(rng.uniform(1, 2), exponent)
        yield x, f"{x:.30g}"
        yield -x, f"{-x * 1.0001:.25g}"
    for digits in ("0.99999999999999997", "1", "1.00000000000000004", "-2", "0", "3e-324"):
        yield 1.0, digits
    for special in (math.inf, -math.inf, math.nan):
        yield special, "1"


@right
def with_decimal(approx, exact_digits):
    from decimal import Decimal

    if not math.isfinite(approx):
        return math.inf
    exact = Decimal(exact_digits)
    nearest = abs(float(exact))
    if Decimal(nearest) > abs(exact):
        nearest = math.nextafter(nearest, 0.0)
    return float(abs(Decimal(float(approx)) - exact) / Decimal(math.ulp(nearest)))


@right
def with_fraction_and_spacing(approx, exact_digits):
    from fractions import Fraction

    if np.isinf(approx) or np.isnan(approx):
        return float("inf")
    exact = abs(Fraction(exact_digits))
    nearest = float(exact)
    spacing = np.spacing(nearest)
    if Fraction(nearest) > exact:
        spacing = nearest - np.nextafter(nearest, 0)
    return float(abs(abs(Fraction(float(approx)) - Fraction(exact_digits))) / Fraction(spacing))


@right
def with_exponent(approx, exact_digits):
    # The spacing is 2^-52 times the power of two at or below the exact value.
    from fractions import Fraction

    if not math.isfinite(approx):
        return math.inf
    exact = Fraction(exact_digits)
    power = Fraction(1, 2**1022)
    while 2 * power <= abs(exact):
        power *= 2
    return float(abs(Fraction(approx) - exact) / (power / 2**52))


@wrong(fails={CORE, EDGES}, says="is error / exact: divide by the spacing instead")
def relative_error(approx, exact_digits):
    from fractions import Fraction

    if not math.isfinite(approx):
        return math.inf
    exact = Fraction(exact_digits)
    return float(abs(Fraction(approx) - exact) / abs(exact))


@wrong(fails={CORE, EDGES}, says="is the error itself: divide it by the spacing")
def absolute_error(approx, exact_digits):
    from fractions import Fraction

    if not math.isfinite(approx):
        return math.inf
    return float(abs(Fraction(approx) - Fraction(exact_digits)))


@wrong(fails={EDGES}, says="just below 2^k the spacing halves, so measure it at the exact value")
def spacing_at_approx(approx, exact_digits):
    from fractions import Fraction

    if not math.isfinite(approx):
        return math.inf
    return float(abs(Fraction(approx) - Fraction(exact_digits)) / Fraction(math.ulp(approx)))


@wrong(fails={EDGES}, says="just below 2^k the spacing halves, so measure it at the exact value")
def spacing_at_nearest_float(approx, exact_digits):
    from fractions import Fraction

    if not math.isfinite(approx):
        return math.inf
    exact = Fraction(exact_digits)
    return float(abs(Fraction(approx) - exact) / Fraction(math.ulp(float(exact))))


@wrong(fails={EDGES}, says="just below 2^k the spacing halves, so measure it at the exact value")
def spacing_always_below(approx, exact_digits):
    from fractions import Fraction

    if not math.isfinite(approx):
        return math.inf
    exact = Fraction(exact_digits)
    below = math.nextafter(abs(float(exact)), 0)
    return float(abs(Fraction(approx) - exact) / Fraction(math.ulp(below)))


@wrong(fails={CORE, EDGES}, says="negative result: a distance is wanted")
def signed(approx, exact_digits):
    from fractions import Fraction

    if not math.isfinite(approx):
        return math.inf
    exact = Fraction(exact_digits)
    below = abs(float(exact))
    if below > abs(exact):
        below = math.nextafter(below, 0)
    return float((Fraction(approx) - exact) / Fraction(math.ulp(below)))


@wrong(fails={CORE, EDGES}, says="the exact digits were rounded to a float before comparing")
def exact_to_float_first(approx, exact_digits):
    exact = float(exact_digits)
    return abs(approx - exact) / math.ulp(exact)


@wrong(fails={EDGES}, says="inf and nan are infinitely far away")
def inf_crash(approx, exact_digits):
    from fractions import Fraction

    exact = Fraction(exact_digits)
    below = abs(float(exact))
    if below > abs(exact):
        below = math.nextafter(below, 0)
    return float(abs(Fraction(approx) - exact) / Fraction(math.ulp(below)))


@wrong(fails={CORE, EDGES}, says="this is error / (eps x exact)")
def divides_by_eps_and_exact(approx, exact_digits):
    from fractions import Fraction

    if not math.isfinite(approx):
        return math.inf
    exact = Fraction(exact_digits)
    return float(abs(Fraction(approx) - exact) / abs(exact) / Fraction(2.0**-52))


@wrong(fails={CORE, EDGES}, says="expected    numbers")
def returns_a_fraction(approx, exact_digits):
    from fractions import Fraction

    if not math.isfinite(approx):
        return math.inf
    exact = Fraction(exact_digits)
    below = abs(float(exact))
    if below > abs(exact):
        below = math.nextafter(below, 0)
    return abs(Fraction(approx) - exact) / Fraction(math.ulp(below))


@wrong(fails={CORE, EDGES}, says="not available in a solution cell")
def asks_the_checks(approx, exact_digits):
    import nn_utils

    return float(nn_utils._exact_ulp_error(approx, exact_digits))


@wrong(fails={CORE, EDGES}, says="this exercise is still empty")
def not_started(approx, exact_digits):
    raise NotImplementedError()
