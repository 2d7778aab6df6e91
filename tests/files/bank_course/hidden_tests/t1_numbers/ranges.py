"""Hidden tests of the tiny notebook: one function per grade cell."""


def _expect(got, want, what):
    if got != want:
        raise AssertionError(f"{what}: yours {got}, expected {want}")


def t_span_core(span):
    _expect(span([1.0, 4.0, 2.0]), 3.0, "largest minus smallest")
    _expect(span([-1.0, -4.0]), 3.0, "negative numbers")


def t_span_edges(span):
    _expect(span([2.5]), 0.0, "one number")
    _expect(span([]), 0.0, "no number")


def t_scaled_core(scaled):
    _expect(scaled([1.0, 3.0]), [0.5, 1.5], "divided by the span")


def t_facts_core(facts):
    _expect(facts, {"empty": 0.0, "one": 0.0}, "facts")
