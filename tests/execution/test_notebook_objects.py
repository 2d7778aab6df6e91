"""What tests can ask of the functions, classes and objects of answers, which live elsewhere."""

import pytest

CLASSES = (
    "solution",
    '''
import copy, dataclasses, enum, inspect
from abc import ABC, abstractmethod

class Stack:
    def __init__(self): self.items = []
    def push(self, x): self.items.append(x)
    def __eq__(self, other): return isinstance(other, Stack) and self.items == other.items
    def __add__(self, other): return self if isinstance(other, Stack) else NotImplemented

class Shape(ABC):
    @abstractmethod
    def area(self): ...

@dataclasses.dataclass
class Book:
    title: str
    pages: int = 1

@dataclasses.dataclass(frozen=True)
class Fixed:
    x: int = 0

class Color(enum.Enum):
    RED = 1
    BLUE = 2

def greet(name: str, mark="!", *, n=1) -> str:
    """Greet."""
    yield name

square = lambda x: x * x
''',
)
STACK_OF_LIST = "class Stack(list):\n    push = lambda self, x: self.append(x)"


@pytest.mark.parametrize(
    "test",
    [
        "s = Stack()\ns.push(1)\nassert vars(s) == {'items': [1]} and 'items' in s.__dict__",
        "s = Stack()\nt, d = copy.copy(s), copy.deepcopy(s)\ns.push(1)\n"
        "assert t.items == [1] and d.items == []",
        "try:\n    Stack() + 'x'\n    assert False\nexcept TypeError:\n    pass",
        "assert Stack().__add__(1) is NotImplemented",
        "try:\n    hash(Stack())\n    assert False\nexcept TypeError:\n    pass",
        "assert Shape.__abstractmethods__ == {'area'}",
        "b = Book('a', 2)\nassert [f.name for f in dataclasses.fields(b)] == ['title', 'pages']\n"
        "assert dataclasses.asdict(b) == {'title': 'a', 'pages': 2}\n"
        "assert dataclasses.replace(b, pages=3).pages == 3",
        "try:\n    Fixed().x = 1\n    assert False\n"
        "except dataclasses.FrozenInstanceError:\n    pass",
        "assert Color['RED'] is Color(1) and [c.name for c in Color] == ['RED', 'BLUE']\n"
        "assert len(Color) == 2 and Color.RED.value == 1 and Color.RED != Color.BLUE",
        "s = inspect.signature(greet)\nassert s.parameters['mark'].default == '!'\n"
        "assert greet.__annotations__ == {'name': str, 'return': str}\n"
        "assert greet.__defaults__ == ('!',) and greet.__kwdefaults__ == {'n': 1}\n"
        "assert greet.__code__.co_argcount == 2 and greet.__doc__ == 'Greet.'\n"
        "assert inspect.isgeneratorfunction(greet) and inspect.isgenerator(greet('a'))",
        "assert square.__name__ == '<lambda>' and type(square).__name__ == 'function'",
    ],
)
def test_facts(run, test):
    """Can a test look at functions, classes and objects as in one process?"""
    assert run(CLASSES, ("test", test)).errors(1) == []


@pytest.mark.parametrize(
    ("test", "value"),
    [("V([1]) == V([1]), V([1]) != V([1])", "(np.True_, False)"),
     ("V([1]) < V([2])", "array([ True])"), ("V([1]) <= V([2])", "1"),
     ("V([1]) == 1, 1 == V([1])", "(False, False)"), ("bool(V([1]) >= V([1]))", "True")],
)  # fmt: skip
def test_what_comparisons_return(run, test, value):
    """May a comparison of two objects return what a library's function or an array gives?"""
    vector = """import numpy as np
class V:
    def __init__(self, x): self.x = np.array(x)
    def __eq__(self, other): return (self.x == other.x).all()
    def __lt__(self, other): return self.x < other.x
    def __le__(self, other): return 1
    def __ge__(self, other): return self"""
    assert run(("solution", vector), ("test", test)).text(1) == value


def test_class_that_is_based_on_a_list(run):
    """Is an object a stack if the exercise asks for one, also if it is a list with more methods?"""
    test = "s = Stack()\ns.push(1)\ns.push(2)\nassert len(s) == 2 and s == [1, 2] and 2 in s\n"
    test += "s[0] = 5\nassert s[0] == 5 and s.pop() == 2 and isinstance(s, list)"
    asked = ("solution", "class Stack: ...")
    ran = run(asked, ("test", test), submitted=[("solution", STACK_OF_LIST), ("test", test)])
    assert ran.errors(1) == []


def test_list_that_claims_to_be_equal(run):
    """Is what a list holds compared on the test's side?"""
    sly = "class Stack(list):\n    def __eq__(self, other): return True\n    __contains__ = __eq__"
    cells = [("solution", "class Stack: ..."), ("test", "assert Stack() == [1] or 1 in Stack()")]
    ran = run(*cells, submitted=[("solution", sly), cells[1]])
    assert ran.errors(1) == ["Refused"]


def test_recursion_limit(run):
    """Does a limit that a test sets hold for a student's function?"""
    answer = ("solution", "def depth(n): return n and 1 + depth(n - 1)")
    test = "import sys\nsys.setrecursionlimit(200)\ntry:\n    depth(500)\n    assert False\n"
    test += "except RecursionError:\n    pass\n"
    test += "sys.setrecursionlimit(9000)\nassert depth(5000) == 5000"
    assert run(answer, ("test", test)).errors(1) == []


PLAYS = (
    "solution",
    '''
import io, random, time
from random import randint
from unittest import mock
class Die:
    def roll(self): return random.randint(1, 6)
    def twice(self): return self.roll() + self.roll()
def ask(): return int(input("How many? "))
def wait():
    time.sleep(100)
    return time.time()
def first(file): return file.readline()
def total(sensor): return sensor.read(1) + sensor.offset
def choose(rng): return rng.randint(1, 9)
''',
)


@pytest.mark.parametrize(
    "test",
    [
        "with mock.patch('builtins.input', return_value='3') as asked:\n    assert ask() == 3\n"
        "asked.assert_called_once_with('How many? ')",
        "import builtins\nkept, builtins.input = builtins.input, lambda text='': '4'\n"
        "try:\n    assert ask() == 4\nfinally:\n    builtins.input = kept\n"
        "try:\n    ask()\n    assert False\nexcept Exception as error:\n    name = repr(error)",
        "def input(text): return '5'\nassert ask() == 5",
        "with mock.patch('random.randint', side_effect=[2, 5]):\n    assert Die().twice() == 7",
        "with mock.patch('time.sleep') as sleep, mock.patch('time.time', return_value=1.5):\n"
        "    assert wait() == 1.5\nsleep.assert_called_once_with(100)",
        "with mock.patch.object(Die, 'roll', return_value=4) as roll:\n"
        "    assert Die().twice() == 8\nassert roll.call_count == 2\nassert Die().roll() < 7",
        "assert first(io.StringIO('a\\nb')) == 'a\\n'",
        "sensor = mock.Mock(offset=1)\nsensor.read.return_value = 4\nassert total(sensor) == 5\n"
        "sensor.read.assert_called_once_with(1)",
        "assert choose(random.Random(3)) == random.Random(3).randint(1, 9)",
    ],
)
def test_doubles(run, test):
    """Do a test's doubles reach the student's functions, and go again?"""
    ran = run(PLAYS, ("test", test), "[random.randint(1, 2), time.time() > 2]")
    assert ran.errors(1) == []
    assert ran.text(2) in ("[1, True]", "[2, True]")
