"""Do tests see the same through stand-ins as in one process with the student's code?"""

import contextlib
import functools
import inspect
import io
import types
import warnings

import numpy as np
import pytest

from gradekit.execution.remote import Refused
from tests.execution.two_processes import student

FUNCTIONS = '''
import numpy as np

def double(x):
    """Twice x."""
    return 2 * x

def negative_root(x, base=10):
    if x < 0:
        raise ValueError(f"no root of {x}")
    return -x ** 0.5

def outer():
    return [double, double], {"inner": lambda x: x + 1}

def count(n):
    for k in range(n):
        yield k

def apply(f, xs):
    return [f(x) for x in xs]

def shout(text):
    print(text.upper())

def log(x):
    return np.log(x)

def zero(x):
    x[:] = 0
    return x.copy()

class TooMuch(ValueError):
    def __init__(self, amount):
        super().__init__(f"too much: {amount}")
        self.amount = amount

def spend(amount):
    raise TooMuch(amount)

class Scale:
    def __init__(self, by): self.by = by
    def times(self, x): return self.by * x

from inspect import unwrap

def apply_first(fs, x): return fs[0](x)

answer = 42
table = {"a": [1, 2], "b": np.arange(3)}
'''

CLASSES = """
class Vector:
    scale = 1

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __eq__(self, other):
        return isinstance(other, Vector) and (self.x, self.y) == (other.x, other.y)

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __mul__(self, factor):
        return Vector(self.x * factor, self.y * factor)

    def __len__(self):
        return 2

    def __getitem__(self, k):
        return (self.x, self.y)[k]

    def __repr__(self):
        return f"Vector({self.x}, {self.y})"

    def norm(self):
        return (self.x**2 + self.y**2) ** 0.5

class Long(Vector):
    def norm(self):
        return 10 * super().norm()

def sum_of(vectors):
    total = Vector(0, 0)
    for vector in vectors:
        total = total + vector
    return total
"""


@pytest.fixture
def functions():
    with student(FUNCTIONS) as connection:
        yield connection


@pytest.fixture
def classes():
    with student(CLASSES) as connection:
        yield connection


def test_are_functions_called_over_there(functions):
    double = functions.fetch("double")
    assert double(4) == 8
    assert np.array_equal(double(np.arange(3)), [0, 2, 4])
    assert double(x="ab") == "abab"


def test_are_values_the_same_on_both_sides(functions):
    assert functions.fetch("answer") == 42
    table = functions.fetch("table")
    assert table["a"] == [1, 2]
    table["a"].append(3)
    assert functions.fetch("table")["a"] == [1, 2, 3]  # as in one process


def test_can_a_method_of_an_object_be_handed_to_a_function(functions):
    scale, apply, first = map(functions.fetch, ("Scale", "apply", "apply_first"))
    assert apply(scale(3).times, [1, 2]) == [3, 6]
    assert first([scale(4).times], 2) == 8


def test_is_a_student_s_function_found_under_a_wrapper(functions):
    double, unwrap = map(functions.fetch, ("double", "unwrap"))
    assert inspect.unwrap(double) is double
    assert unwrap(functools.wraps(double)(lambda x: 0)) is double
    assert inspect.isfunction(unwrap(functools.wraps(len)(lambda x: 0)))


def test_is_a_request_that_cannot_be_read_answered_with_an_error(functions):
    apply, double = map(functions.fetch, ("apply", "double"))
    functions.request("end")
    lost = functions.references._decode_function(99, "lost", None)
    with pytest.raises(ReferenceError, match="test that is over"):
        apply(lost, [1])
    with pytest.raises(ReferenceError, match="test that is over"):
        apply([lost], [1])
    assert double(4) == 8


def test_is_an_unknown_name_a_name_error(functions):
    with pytest.raises(NameError, match="'missing' is not defined"):
        functions.fetch("missing")


def test_does_an_exception_keep_class_and_text(functions):
    with pytest.raises(ValueError, match="no root of -1") as caught:
        functions.fetch("negative_root")(-1)
    assert type(caught.value) is ValueError
    assert caught.value.args == ("no root of -1",)


def test_is_the_student_s_own_exception_caught_by_its_name(functions):
    too_much, spend = functions.fetch("TooMuch"), functions.fetch("spend")
    with pytest.raises(too_much) as caught:
        spend(7)
    assert isinstance(caught.value, ValueError)
    assert (str(caught.value), caught.value.amount) == ("too much: 7", 7)


def test_do_functions_in_containers_work(functions):
    pair, named = functions.fetch("outer")()
    assert pair[0] is pair[1]
    assert named["inner"](pair[0](3)) == 7


def test_is_a_generator_iterated_over_there(functions):
    assert list(functions.fetch("count")(3)) == [0, 1, 2]
    assert sum(functions.fetch("count")(10)) == 45
    assert next(functions.fetch("count")(1)) == 0


def test_are_functions_of_the_test_called_here(functions):
    seen = []

    def note(x):
        seen.append(x)
        return -x

    assert functions.fetch("apply")(note, (1, 2)) == [-1, -2]
    assert seen == [1, 2]


def test_does_an_exception_of_the_test_come_back_as_itself(functions):
    class Stop(Exception):
        pass

    stop = Stop()

    def end(x):
        raise stop

    with pytest.raises(Stop) as caught:
        functions.fetch("apply")(end, [1])
    assert caught.value is stop


def test_is_printed_text_captured_here(functions):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        functions.fetch("shout")("hello")
    assert out.getvalue() == "HELLO\n"


def test_are_warnings_seen_here_and_errors_set_here_raised_there(functions):
    log = functions.fetch("log")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        log(np.array([0.0]))
    assert [w.category for w in caught] == [RuntimeWarning]
    assert "divide by zero" in str(caught[0].message)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(RuntimeWarning):
            log(np.array([0.0]))
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        log(np.array([0.0]))
    with np.errstate(divide="ignore"):
        log(np.array([0.0]))


def test_does_a_rule_about_warnings_that_only_the_test_knows_concern_no_others(functions):
    class OfTheTest(Warning):
        pass

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", OfTheTest)
        functions.fetch("log")(np.array([0.0]))


def test_does_a_change_of_an_argument_stay_over_there(functions):
    x = np.ones(3)
    assert not functions.fetch("zero")(x).any()
    assert x.all()


def test_does_a_change_come_back_where_the_exercise_asks_for_it():
    with student(FUNCTIONS, in_place=["zero"]) as connection:
        x = np.ones(3)
        connection.fetch("zero")(x)
        assert not x.any()
        assert connection.changing == {"zero"}


def test_does_inspect_tell_what_it_tells_of_a_function(functions):
    root = functions.fetch("negative_root")
    assert isinstance(root, types.FunctionType)
    assert callable(root)
    assert list(inspect.signature(root).parameters) == ["x", "base"]
    assert root.__name__ == "negative_root"
    assert functions.fetch("double").__doc__ == "Twice x."


def test_does_a_random_generator_go_on_where_it_stood():
    code = "def draw(rng):\n    return rng.random(2)\n"
    with student(code) as connection:
        ours, twin = np.random.default_rng(5), np.random.default_rng(5)
        draw = connection.fetch("draw")
        assert np.array_equal(draw(ours), twin.random(2))
        assert ours.random() == twin.random()
        assert np.array_equal(draw(ours), twin.random(2))


def test_does_a_seed_of_the_test_reach_the_student_s_functions():
    code = "import numpy as np, random\ndef f():\n    return np.random.rand(), random.random()\n"
    with student(code) as connection:
        f = connection.fetch("f")
        results = []
        for seed in (1, 2, 1):
            np.random.seed(seed)
            results.append(f()[0])
        assert results[0] == results[2] != results[1]


def test_are_operators_of_an_asked_for_class_asked_over_there(classes):
    vector = classes.fetch("Vector")
    assert vector(1, 2) + vector(3, 4) == vector(4, 6)
    assert vector(1, 2) != vector(2, 1)
    assert (vector(1, 2) * 3).y == 6
    assert len(vector(1, 2)) == 2
    assert repr(vector(1, 2)) == "Vector(1, 2)"
    assert list(vector(1, 2)) == [1, 2]


def test_are_classes_and_instances_what_isinstance_says(classes):
    vector, long = classes.fetch("Vector"), classes.fetch("Long")
    assert isinstance(long(1, 0), vector)
    assert issubclass(long, vector)
    assert type(vector(1, 2)) is vector
    assert type(vector(1, 2)).__name__ == "Vector"
    assert long(3, 4).norm() == 50


def test_are_attributes_read_and_written_over_there(classes):
    vector = classes.fetch("Vector")
    one = vector(1, 2)
    one.x = 10
    assert one.norm() == 104**0.5
    assert hasattr(one, "y")
    assert not hasattr(one, "z")
    assert vector.scale == 1
    assert classes.fetch("sum_of")([one, vector(1, 1)]) == vector(11, 3)


LIARS = """
class Anything:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    def __gt__(self, other): return True
    def __sub__(self, other): return 0.0
    def __rsub__(self, other): return 0.0
    def __abs__(self): return 0.0
    def __float__(self): return 0.0
    def __bool__(self): return True
    def __contains__(self, other): return True
    def __array__(self, dtype=None, copy=None):
        import numpy as np
        return np.zeros(3)
    def __hash__(self): return 0

def f(x):
    return Anything()
"""


@pytest.mark.parametrize(
    "use",
    [
        lambda got: got == 4,
        lambda got: 4 == got,  # noqa: SIM300
        lambda got: got < 5,
        lambda got: abs(got - 4) < 1e-9,
        lambda got: float(got),
        lambda got: bool(got),
        lambda got: 3 in got,
        lambda got: np.allclose(got, 4),
        lambda got: np.testing.assert_allclose(got, 4),
        lambda got: np.asarray(got),
        lambda got: got != 4,
        lambda got: [got] == [4],
    ],
)
def test_is_an_object_that_equals_everything_refused(use):
    refused = pytest.raises((Refused, TypeError, AssertionError))
    with student(LIARS, specials={}) as connection, refused:
        use(connection.fetch("f")(2))


def test_is_an_asked_for_class_never_compared_with_a_plain_value(classes):
    assert classes.fetch("Vector")(1, 2) != 4


def test_does_an_object_of_the_test_show_only_what_is_public(functions):
    with student("def take(thing, name):\n    return getattr(thing, name)\n") as connection:
        take, thing = connection.fetch("take"), Thing()
        assert take(thing, "open") == 1
        for name in ("_secret", "missing", "__globals__"):
            with pytest.raises(AttributeError):
                take(thing, name)


class Thing:
    """Something that a test hands over."""

    def __init__(self):
        self.open, self._secret = 1, 2

    def method(self):
        return self._secret


def test_can_a_method_of_the_test_s_object_be_replaced():
    code = "def spoil(thing):\n    thing.open = 5\n    thing.method = lambda: 0\n"
    with student(code) as connection:
        thing = Thing()
        spoil = connection.fetch("spoil")
        with pytest.raises(AttributeError, match="read-only"):
            spoil(thing)
        assert (thing.open, thing.method()) == (1, 2)


def test_does_an_attribute_change_where_the_reference_changes_it():
    with student("def fill(thing):\n    thing.open = 5\n", in_place=["=open"]) as connection:
        thing = Thing()
        connection.fetch("fill")(thing)
        assert thing.open == 5


def test_are_objects_of_a_test_gone_when_it_is_over():
    code = "kept = []\ndef keep(f):\n    kept.append(f)\ndef use():\n    return kept[0](1)\n"
    with student(code) as connection:
        connection.fetch("keep")(lambda x: "the answer")
        connection.references.forget_all()
        with pytest.raises(ReferenceError, match="a test that is over"):
            connection.fetch("use")()


def test_do_changes_of_what_an_object_of_the_test_holds_reach_it():
    code = (
        "def train(net):\n"
        "    for name in net.params:\n"
        "        net.params[name] -= 1\n"
        "        net.step()\n"
        "    params = net.params\n"
        "    params['new'] = 3.0\n"
    )

    class Net:
        def __init__(self):
            self.params, self.seen = {"w": np.zeros(2)}, []

        def step(self):
            self.seen.append(self.params["w"].copy())

    with student(code) as connection:
        net = Net()
        connection.fetch("train")(net)
        assert np.array_equal(net.seen, [[-1, -1]])
        assert net.params["new"] == 3.0


def test_does_a_context_manager_not_swallow_the_test_s_own_assertion():
    code = (
        "class Calm:\n"
        "    def __enter__(self): return self\n"
        "    def __exit__(self, *error): return True\n"
    )
    with student(code) as connection:
        calm = connection.fetch("Calm")
        with calm():
            raise ValueError
        with pytest.raises(AssertionError), calm():
            assert False, "seen"  # noqa: B011
