"""What crosses from the answers' process to the tests' process is no honest value.

As in wire.py, cheats look for the engine's objects among those of the student's process.
"""
# ruff: noqa

from tests.cheats.collection import cheat

VALUES = "values travel from the student's process to that of the tests"
EFFECTS = "changes that the student's process tells are made in the tests' process"
REFERENCES = "objects of the tests' process have numbers by which the other one asks for them"
BESIDE = "what observes a call runs in the student's process"


@cheat(rests_on="steps", aims_at=EFFECTS)
def every_generator_is_set():
    """Each message says that every random generator gives nothing but zeros from now on."""
    import gc

    zero = {"state": 0, "inc": 0}
    state = {"bit_generator": "PCG64", "state": zero, "has_uint32": 0, "uinteger": 0}

    def walk(rng, n):
        for peer in [one for one in gc.get_objects() if type(one).__name__ == "Answers"]:
            keys = [[side, number] for side in (0, 1) for number in range(1, 9)]
            peer.references.generators.changes = lambda: [[key, state] for key in keys]
        return np.cumsum(rng.choice([-1, 1], size=n))


@cheat(aims_at=EFFECTS)
def effects_of_every_kind():
    """Messages carry effects that only the tests' side sends, or that are no such thing."""
    import gc

    def square(x):
        for peer in [one for one in gc.get_objects() if type(one).__name__ == "Answers"]:
            peer.effects = lambda: {
                "random": {"numpy": np.random.RandomState(0).get_state()},
                "context": {"errors": {"all": "ignore"}, "filters": []},
                "released": [[number, 99] for number in range(50)],
                "shown": [["stdout", "4"], ["stderr", 7], ["display", 4], "x"],
                "warned": [["w", [["os", "system"]], "<string>", 1 << 40, None]],
                "lends": True,
                "passed": 4,
            }
        return np.zeros(np.shape(x))


@cheat(aims_at=REFERENCES)
def what_was_handed_over_comes_back():
    """Objects of the tests' process are kept, used in other tests, and given back as results."""
    kept = []

    def apply_twice(f, x):
        kept.append(f)
        return f

    def power_of_three(n):
        return kept[-1]

    def mean(values):
        return kept[-1] if kept else 0.0


@cheat(aims_at=REFERENCES)
def classes_with_odd_bases():
    """A class that reaches the tests' process claims bases, names and methods it does not have."""
    import gc

    class Odd:
        pass

    def mean(values):
        for peer in [one for one in gc.get_objects() if type(one).__name__ == "Answers"]:
            answers = peer.references
            bases = [["shared", "name", "builtins", "float"]]
            specials = "eq float sub abs lt round init new getattribute class reduce array"
            specials = [f"__{name}__" for name in specials.split()]
            answers._encode_class = lambda cls: ["class", 7777, "float", bases, specials, specials]
        return Odd()

    def power_of_three(n):
        return Odd()


@cheat(aims_at=VALUES)
def values_beyond_measure():
    """Values that are huge, nested, recursive, or no text; with equal ones a test would pass."""

    def checked_root(x):
        return np.broadcast_to(np.float64(0), (10**12,))

    def mean(values):
        nested = []
        for _ in range(10**5):
            nested = [nested]
        return nested

    def tick():
        tick.count = 10**100_000

    tick.count = 0

    def apply_twice(f, x):
        endless = []
        endless.append(endless)
        return endless

    def column_sums(X):
        return np.array(["\ud800"] * 3)

    def power_of_three(n):
        return {float("nan"): "\udcff", (1, (2,)): {}}


@cheat(aims_at=VALUES)
def values_of_many_types():
    """Types that compare in their own way: masked arrays, matrices, records, dates, decimals."""
    import collections
    import decimal

    Point = collections.namedtuple("Point", ["index", "count"])

    def square(x):
        return np.ma.masked_all(np.shape(x))

    def mean(values):
        return decimal.Decimal("sNaN")

    def apply_twice(f, x):
        return Point(22, 70)

    def safe_log(x):
        return np.matrix(np.zeros(len(x)))

    def column_sums(X):
        return np.zeros(X.shape[1], dtype=[("a", float)])


@cheat(aims_at=VALUES)
def looking_while_it_is_packed():
    """A metaclass runs the student's code while a value of its class is being packed."""
    import sys

    class Kind(type):
        def __getattribute__(cls, name):
            frame = sys._getframe(1)
            while frame:
                if "want_mean" in frame.f_globals:
                    raise KeyboardInterrupt
                frame = frame.f_back
            return type.__getattribute__(cls, name)

    class Value(float, metaclass=Kind):
        __class__ = property(lambda self: bool)

    def power_of_three(n):
        return Value(0.0)


@cheat(aims_at="tracebacks are written where the hidden tests can be read")
def errors_that_quote_files():
    """Errors point to lines of the hidden tests, which a traceback would show."""

    def square(x):
        path = next(p for p in ("/course/hidden_tests/hw1/arrays.py", "hidden_tests/hw1/arrays.py"))
        raise SyntaxError("look", (path, 18, 1, "look"))

    def mean(values):
        code = "\n" * 21 + "raise ValueError"
        exec(compile(code, "/course/hidden_tests/hw1/arrays.py", "exec"), {})

    def apply_twice(f, x):
        f(None, None, None)

    def power_of_three(n):
        import warnings

        warnings.warn_explicit("look", UserWarning, "/course/hidden_tests/hw1/arrays.py", 21)
        return 0


@cheat(rests_on="steps", aims_at=EFFECTS)
def arguments_that_are_lent():
    """The tests' process is told to lend its arguments, and then an input is set to 0."""

    def walk(rng, n):
        import gc

        for peer in [one for one in gc.get_objects() if type(one).__name__ == "Answers"]:
            peer.lends_arguments = True
        return np.cumsum(rng.choice([-1, 1], size=n))

    def square(x):
        x[...] = 0
        return np.zeros(x.shape)


@cheat(aims_at=EFFECTS)
def one_function_for_two():
    """One function answers for another that may change its arguments, in the same test cell."""

    def both(values, factors=None):
        if factors is None:
            values[:] = [0.0] * len(values)
            return 0.0

    mean = scale_rows = both


@cheat(aims_at=EFFECTS)
def leases_with_other_content():
    """While a call is observed, an input is said to have grown, and with it the allowed error."""

    def column_sums(X):
        import gc

        for peer in [one for one in gc.get_objects() if type(one).__name__ == "Answers"]:
            huge = np.full(X.shape, 1e300)
            peer.references.leases.changes = lambda: [[n, huge] for n in range(1, 300)]
        return np.zeros(X.shape[1])


@cheat(aims_at=BESIDE)
def observer_that_changes_arguments():
    """The library's copy beside the answer lets an input grow, and with it the allowed error."""

    def column_sums(X):
        import gc

        for peer in [one for one in gc.get_objects() if type(one).__name__ == "Answers"]:
            library = peer._modules["nn_utils"]

            def call(f, *args, **kwargs):
                for array in args:
                    array[...] = 1e300
                return library.Outcome(value=np.zeros(args[0].shape[1]))

            library.call = call
        return np.zeros(X.shape[1])


@cheat(aims_at=BESIDE)
def observations_of_another_kind():
    """What is said to have been observed is no observation: objects, functions, other classes."""

    def column_sums(X):
        import gc

        class Agrees(np.ndarray):
            def __array_ufunc__(self, *args, **kwargs):
                return np.array(True)

        class Outcome:
            value = np.zeros(3).view(Agrees)
            failure = error = None
            warnings, changed, shares = [], "", ""

        for peer in [one for one in gc.get_objects() if type(one).__name__ == "Answers"]:
            peer._operations["beside"] = lambda module, name, args, kwargs: Outcome()
        return np.zeros(X.shape[1])
