"""The tiny course's checking library."""


def check_add(add):
    """Say whether 1 + 2 is 3."""
    assert add(1, 2) == 3, f"add(1, 2) is {add(1, 2)!r}, expected 3"
    print("add: right")
