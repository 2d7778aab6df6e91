"""Hidden tests of the tiny course."""


def double_core(double):
    for improbable_number in (0, -3, 2.5):
        assert double(improbable_number) == improbable_number + improbable_number, "not doubled"
