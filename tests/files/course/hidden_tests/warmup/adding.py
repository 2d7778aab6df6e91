"""Hidden tests of the tiny course."""


def add_core(add):
    unusual_number = 123456
    assert add(unusual_number, 1) == 123457, "the sum of a large number and 1 is wrong"


def add_edges(add):
    for unlikely_pair in [(-7, 7), (0, 0)]:
        assert add(*unlikely_pair) == 0, "the sum of a number and its negative is not 0"
