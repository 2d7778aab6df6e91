"""Answers that harm when a test calls them, or looks at what they give back."""

from .catalogue import ENDED, TIMED, instead_of

STUBBORN = {"unsure": ("ring_test",), "reason": "seconds"}

instead_of(
    "circle",
    "function_that_loops",
    "A function that does not end when the test calls it.",
    TIMED + """\
def circle_area(radius):
    while time.monotonic() < end: pass""",
    reason="seconds",
)
instead_of(
    "circle",
    "function_that_catches_everything",
    "A function that does not end when the test calls it, and catches what ends it.",
    TIMED + """\
def circle_area(radius):
    while time.monotonic() < end:
        try:
            time.sleep(0.01)
        except BaseException:
            pass""",
    **STUBBORN,
)
instead_of(
    "circle",
    "comparison_that_loops",
    "An object whose every operation does not end.",
    TIMED + """\
def forever(*_):
    while time.monotonic() < end: pass
names = "sub rsub eq ne lt gt abs float bool int hash repr str len iter format array getattr"
Area = type("Area", (), {f"__{name}__": forever for name in names.split()})
def circle_area(radius):
    return Area()""",
    reason=r"tests compare plain values",
)
instead_of(
    "evens",
    "iterator_that_loops",
    "An iterator whose next number never comes.",
    TIMED + """\
def evens(numbers):
    while time.monotonic() < end: pass
    yield 2""",
    reason=r"seconds|\w*Error",
)
instead_of(
    "evens",
    "iterator_without_end",
    "An iterator that always has one more number.",
    """\
import itertools, time
def evens(numbers):
    for number in itertools.count():
        if number > 1_000_000:
            time.sleep(0.01)
        if number > 1_004_500:
            return
        yield number""",
    reason=r"seconds|memory|\w*Error",
)
instead_of(
    "counter",
    "object_without_end",
    "An object that has every attribute, each of which is such an object.",
    """\
class Counter:
    def __getattr__(self, name):
        return Counter()
    def __call__(self, *_, **__):
        return Counter()
    def __iter__(self):
        return iter([Counter()] * 1000)""",
    reason=r"\w*Error|seconds",
)
instead_of(
    "facts",
    "value_that_contains_itself",
    "A list that contains itself, where a number is asked for.",
    "total = []\ntotal.append(total)\nmore = {}\nmore['more'] = more\ntotal.append(more)",
    reason=r"\w*Error",
)
instead_of(
    "facts",
    "value_too_deep",
    "A list in a list in a list, a hundred thousand times.",
    "total = 5050\nfor _ in range(100_000): total = [total]",
    reason=rf"\w*Error|{ENDED}",
)
instead_of(
    "facts",
    "value_too_large",
    "A number of fifty million digits.",
    "total = 1 << 170_000_000",
    reason=r"\w*Error|seconds|large|memory",
)

instead_of("circle", "function_that_exits", "A function that exits when the test calls it.",
           "import sys\ndef circle_area(radius):\n    sys.exit(0)", reason="SystemExit|exit")
instead_of("circle", "function_that_ends", "A function that ends its process when it is called.",
           "import os\ndef circle_area(radius):\n    os._exit(0)",
           unsure=("ring_test",), reason=ENDED)
instead_of("circle", "function_that_overflows", "A function that calls itself for ever.",
           "def circle_area(radius):\n    return circle_area(radius)", reason="RecursionError")
instead_of("counter", "class_that_ends", "A class that ends its process when it is used.",
           "import os\nclass Counter:\n    def __init__(self):\n        os.kill(os.getpid(), 9)",
           unsure=("facts_test",), reason=ENDED)
instead_of("circle", "result_of_a_gigabyte", "A result of a gigabyte.",
           "def circle_area(radius):\n    return np.ones(1 << 27)", dangerous=True,
           reason=r"[Mm]emory|large|\w*Error|seconds")
