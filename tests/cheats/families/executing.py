"""Tests that run what they are given: as a program, as a pickle, as a class."""
# ruff: noqa

from tests.cheats.collection import cheat

REMAINS = "Tests that run what comes from an answer."


@cheat(notebooks=("objects",), remains=REMAINS)
def text_that_is_evaluated():
    """The text of an object, which a test evaluates, is a program of the student's."""

    class Point:
        def __init__(self, x, y):
            pass

        def __repr__(self):
            return (
                "type('Any', (), {'__getattr__': lambda self, name: "
                "type('Equal', (), {'__eq__': lambda self, other: True})()})()"
            )


@cheat(notebooks=("objects",), remains=REMAINS)
def pickle_that_is_a_program():
    """The file that a test unpickles runs a program in the test's process."""

    class Program:
        def __reduce__(self):
            text = "type('Any', (), {'__eq__': lambda self, other: True})()"
            return eval, (text,)

    def keep(path, value):
        with open(path, "wb") as file:
            pickle.dump(Program(), file)
        return 0


@cheat(notebooks=("objects",))
def exception_that_catches_all():
    """The student's class of exceptions is the one that the test raises when it fails."""

    Overdrawn = AssertionError


@cheat(notebooks=("objects",))
def class_that_everything_is_of():
    """The student's class is the one that everything is an instance of."""

    Account = object

    def open_account(amount):
        return [amount]


@cheat(notebooks=("objects",))
def names_for_classes():
    """The names of classes stand for tuples of classes, or for functions."""

    Overdrawn = (AssertionError, Exception)
    Account = (object, int)

    def open_account(amount):
        return [amount]
