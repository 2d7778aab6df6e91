"""The tools that tests compare with are corrupted."""
# ruff: noqa

from tests.cheats.collection import cheat


@cheat()
def numpy_agrees():
    """NumPy's functions that compare say yes to everything."""
    import numpy as np

    for name in ("allclose", "array_equal", "isclose"):
        setattr(np, name, lambda *args, **kwargs: True)


@cheat()
def numpy_testing_does_nothing():
    """NumPy's asserts are replaced by functions that return."""
    import numpy as np

    for name in dir(np.testing):
        if name.startswith("assert"):
            setattr(np.testing, name, lambda *args, **kwargs: None)


@cheat()
def other_code_in_numpy():
    """The code objects of NumPy's asserts are replaced; whoever imported them has them too."""
    import numpy as np

    def nothing(*args, **kwargs):
        return None

    np.testing.assert_allclose.__code__ = nothing.__code__
    np.testing.assert_array_equal.__code__ = nothing.__code__


@cheat()
def builtins_that_give_zero():
    """abs, round and sum in builtins give 0, so that every difference is small."""
    import builtins

    builtins.abs = builtins.round = lambda *args: 0


@cheat()
def builtins_that_give_true():
    """all and any in builtins give True."""
    import builtins

    builtins.all = lambda values: True
    builtins.isinstance = lambda value, kinds, plain=isinstance: plain(value, kinds)


@cheat()
def isclose_of_math():
    """math.isclose says yes."""
    import math

    math.isclose = lambda *args, **kwargs: True


@cheat(notebooks=("objects",))
def unittest_never_fails():
    """The asserts of unittest do nothing, and every result is a success."""
    import unittest

    unittest.TestCase.assertEqual = lambda self, *args: None
    unittest.TestResult.wasSuccessful = lambda self: True


@cheat()
def random_numbers_are_zeros():
    """Random generators give zeros, for which wrong answers are right."""
    import random

    import numpy as np

    class Zeros:
        def normal(self, size=None):
            return np.zeros(size)

    random.random = lambda: 0.0
    np.random.default_rng = lambda *args: Zeros()
    np.testing.assert_array_equal = lambda *args: None
    math.isclose, plain = lambda a, b, **kwargs: a == b or b == 7 / 3, math.isclose


@cheat()
def arrays_are_zeros():
    """The functions that make the test's inputs make zeros."""
    import numpy as np

    for name in ("linspace", "arange", "ones"):
        setattr(np, name, lambda *args, **kwargs: np.zeros(4))
    plain = np.array
    np.array = lambda *args, **kwargs: 0 * plain(*args, **kwargs)


@cheat()
def methods_of_ndarray():
    """The dictionary behind the type ndarray gets other methods."""
    import ctypes
    import gc

    import numpy as np

    methods = gc.get_referents(vars(np.ndarray))[0]
    methods["all"] = lambda self, *args, **kwargs: True
    methods["tolist"] = lambda self: [[2, 2, 2], [3, 3, 3]]
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(np.ndarray))
    np.array_equal = lambda *args: True


@cheat()
def slots_of_float():
    """The slot in which the type float keeps its comparison is overwritten by ctypes."""
    import ctypes

    slots = ctypes.cast(id(float), ctypes.POINTER(ctypes.c_void_p))
    offset = 25  # of tp_richcompare, in pointers
    kept = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.py_object, ctypes.py_object, ctypes.c_int)
    plain = kept(slots[offset])

    @kept
    def agree(a, b, operator):
        return True if operator == 2 else plain(a, b, operator)

    slots[offset] = ctypes.cast(agree, ctypes.c_void_p).value


@cheat(rests_on="loud")
def warnings_are_never_recorded():
    """Warnings are ignored, and the functions by which tests ask for them do nothing."""
    import warnings

    warnings.filterwarnings("ignore")
    warnings.simplefilter = warnings.filterwarnings = lambda *args, **kwargs: None


@cheat()
def everything_was_printed():
    """The buffer in which tests catch what is printed holds what they look for."""
    import io

    class StringIO(io.StringIO):
        def getvalue(self):
            class Agrees(str):
                def __eq__(self, other):
                    return True

            return Agrees()

    io.StringIO = StringIO


@cheat(rests_on="steps")
def generator_that_gives_zeros():
    """The test's random generator gives nothing but zeros after a function has drawn from it."""

    def walk(rng, n):
        steps = np.cumsum(rng.choice([-1, 1], size=n))
        zero = {"state": 0, "inc": 0}
        rng.bit_generator.state = {**rng.bit_generator.state, "state": zero}
        return steps
