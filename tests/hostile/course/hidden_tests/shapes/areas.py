"""Hidden tests of the course that hostile submissions are handed in to."""


def ring_test(ring_area):
    for outer, inner, area in [(1, 0, 3.141593), (2, 1, 9.424778), (1.5, 1.5, 0)]:
        assert abs(ring_area(outer, inner) - area) < 1e-5, "the area of a ring is wrong"
