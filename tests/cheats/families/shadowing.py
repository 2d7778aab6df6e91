"""Names that tests use mean something else."""
# ruff: noqa

from tests.cheats.collection import cheat


def _generous(notebook):
    for cell in notebook.cells:
        cell.source = cell.source.replace("tolerance = 1e-9", "tolerance = 1e9")


def _easy(notebook):
    for cell in notebook.cells:
        cell.source = cell.source.replace("array([-1.5, 0.5, 2.0])", "zeros(0)")
        cell.source = cell.source.replace("tolerance = 1e-9", "tolerance = 2")


@cheat()
def another_np():
    """The name np stands for an object that agrees to everything."""
    real = np

    class Agreeing:
        def __getattr__(self, name):
            if name in ("allclose", "array_equal"):
                return lambda *args: True
            return self if name == "testing" else getattr(real, name)

        def assert_allclose(self, *args):
            pass

        assert_array_equal = assert_allclose

    np = Agreeing()


@cheat()
def names_of_builtins():
    """all, abs, round, isinstance and enumerate are the student's functions."""
    abs = round = lambda *args: 0
    all = lambda *args: True
    enumerate = lambda *args: [(0, 0)] * 4


@cheat()
def names_of_modules():
    """math, warnings, contextlib and io stand for objects that do what is wanted."""
    from unittest.mock import MagicMock

    math = MagicMock()
    warnings = MagicMock()
    random = MagicMock()


@cheat()
def helper_of_the_course():
    """The course's own helper, which tests call, is defined again."""

    def close(got, want):
        return True


@cheat()
def names_of_exceptions():
    """ValueError stands for every exception, one that says what the test looks for."""

    class AssertionError(Exception):
        pass

    class Told(Exception):
        def __str__(self):
            return "negative"

    ValueError = Told
    AssertionError = Told

    def checked_root(x):
        raise Told


@cheat()
def other_builtins_for_cells():
    """The namespace of the cells gets a dictionary of builtins of its own."""
    import builtins

    lies = {"abs": lambda *args: 0, "round": lambda *args: 0, "all": lambda *args: True}
    globals()["__builtins__"] = {**vars(builtins), **lies}


@cheat()
def namespace_that_knows_better():
    """The namespace of the cells is a dictionary that changes what tests put into it."""

    class Sticky(dict):
        def __setitem__(self, name, value):
            if name.startswith("want_"):
                value = value * 0
            super().__setitem__(name, value)

        def __getitem__(self, name):
            if name == "close":
                return lambda *args: True
            return super().__getitem__(name)

    shell = get_ipython()
    shell.user_ns = Sticky(shell.user_ns)
    shell.user_module.__dict__["close"] = lambda *args: True


@cheat()
def loops_without_turns():
    """range and enumerate give what no wrong answer can be found with."""

    class Gone(float):
        def __eq__(self, other):
            return False

    enumerate = lambda values: iter([(0, 0), (1, 0), (2, 0), (3, 0)])


@cheat()
def globals_change_in_the_test():
    """A function changes the names of the cell that calls it."""

    def mean(values):
        import sys

        names = sys._getframe(1).f_globals
        names["close"] = lambda *args: True
        names["isinstance"] = names["abs"] = lambda *args: 0
        names["round"] = lambda *args: 0
        return 0.0

    def power_of_three(n):
        import sys

        sys._getframe(1).f_globals["passed"] += 1
        return 0

    def tick():
        import sys

        sys._getframe(1).f_globals["before"] -= 1

    tick.count = 0


@cheat(edit=_generous)
def tolerance_of_the_tests():
    """The error that tests allow stands in a cell that a student may change."""


@cheat(edit=_easy)
def inputs_of_the_tests():
    """The inputs of tests stand in a cell that a student may change: now there are none."""
