"""What a function returns agrees with whatever it is compared with."""
# ruff: noqa

from tests.cheats.collection import cheat


@cheat()
def equals_everything():
    """A float that is equal to everything, and whose differences are small."""

    class Any(float):
        __eq__ = lambda self, other: True
        __sub__ = __rsub__ = __abs__ = __round__ = lambda self, *args: Any()
        __lt__ = __gt__ = __le__ = __ge__ = lambda self, other: True
        __hash__ = None

    mean = lambda values: Any()
    power_of_three = lambda n: Any()
    apply_twice = lambda f, x: Any()


@cheat()
def array_that_answers_for_functions():
    """A subclass of ndarray answers True for every function and operator of NumPy."""

    class Yes(np.ndarray):
        def __array_ufunc__(self, *args, **kwargs):
            return np.array([True])

        def __array_function__(self, *args, **kwargs):
            return True

    def square(x):
        return np.zeros(np.shape(x)).view(Yes)


@cheat()
def array_that_converts_late():
    """An object decides in `__array__` what it is, when it sees who asks."""

    class Late:
        def __array__(self, *args, **kwargs):
            import sys

            frame = sys._getframe()
            while frame:
                for name in ("desired", "y", "b"):
                    if name in frame.f_locals:
                        return np.array(frame.f_locals[name])
                frame = frame.f_back
            return np.zeros(3)

        def __eq__(self, other):
            return np.array(True)

        __sub__ = lambda self, other: 0 * other

    def square(x):
        return Late()


@cheat()
def masked_entries():
    """A masked array: entries that are masked agree with everything."""

    def square(x):
        return np.ma.masked_all(np.shape(x))

    def safe_log(x):
        return np.ma.masked_all(np.shape(x))


@cheat()
def truth_of_objects():
    """An array of objects whose comparisons are true."""

    class Any:
        __eq__ = __lt__ = __le__ = lambda self, other: True
        __sub__ = __rsub__ = __abs__ = lambda self, *args: self

    def square(x):
        return np.full(np.shape(x), Any())


@cheat()
def wrong_class():
    """An object says that it is a float, and answers as one would like."""

    class Posing:
        __class__ = float
        __eq__ = lambda self, other: True
        __sub__ = __rsub__ = __abs__ = __round__ = lambda self, *args: self
        __lt__ = __gt__ = lambda self, other: True
        __float__ = lambda self: 0.0

    def mean(values):
        return Posing()


@cheat()
def error_with_every_text():
    """The text of an exception is a string that contains everything."""

    class Text(str):
        def __contains__(self, part):
            return True

    class Wrong(ValueError):
        def __str__(self):
            return Text("no")

    def checked_root(x):
        raise Wrong


@cheat()
def count_that_fits():
    """A function's attribute is a number that gives every difference and equals every sum."""

    class Fits(int):
        __sub__ = lambda self, other: Fits()
        __eq__ = lambda self, other: True
        __add__ = lambda self, other: Fits()

    def tick():
        pass

    tick.count = Fits()


@cheat(notebooks=("objects",))
def collections_that_agree():
    """A dictionary, an iterator and an attribute agree with what they are compared with."""

    class Words(dict):
        __eq__ = lambda self, other: True
        __len__ = lambda self: 2
        __hash__ = None

        def items(self):
            return [("a", 2), ("b", 1)]

    class Any(int):
        __eq__ = lambda self, other: True
        __hash__ = None
        __radd__ = __add__ = lambda self, other: self

    def word_counts(text):
        return Words()

    def countdown(n):
        return iter([Any()] * min(n, 5))

    class Account:
        balance = Any()
        deposit = withdraw = lambda self, amount: None


@cheat(notebooks=("objects",))
def class_of_classes():
    """A metaclass answers for instances, subclasses and equality; so do its attributes."""

    class Kind(type):
        __instancecheck__ = __subclasscheck__ = __eq__ = lambda self, other: True
        __hash__ = type.__hash__

        def __getattr__(self, name):
            return lambda *args, **kwargs: self

        def __call__(self, *args):
            return self

    class Balance(float):
        __eq__ = lambda self, other: True
        __hash__ = None

    class Account(metaclass=Kind):
        balance = Balance()


@cheat()
def zeroes_the_argument():
    """The square of an array that has just been set to 0 is 0."""

    def square(x):
        x[...] = 0
        return np.zeros(x.shape)


@cheat()
def compares_the_frames_own():
    """A float looks up, when it is compared, what stands on the other side."""
    import sys

    class Mirror(float):
        def __eq__(self, other):
            Mirror.seen = other
            return float.__eq__(other, other)

        __rsub__ = __sub__ = lambda self, other: other - other
        __float__ = lambda self: sys._getframe(1).f_globals.get("want_mean", 0.0)
        __hash__ = None

    def mean(values):
        return Mirror()


@cheat()
def count_set_by_hand():
    """The object that counts its calls for the test is told how often it was called."""

    def apply_twice(f, x):
        if x == "a":
            return "A"
        f.calls = 2


@cheat()
def zeroes_the_list():
    """The mean of a list whose entries have just been set to 0 is 0."""

    def mean(values):
        values[:] = [0.0] * len(values)
        return 0.0
