"""When a mutant counts as equal to the reference."""

import numpy as np
import pytest

from gradekit.bank.equivalence import Question, compare, same

PAGE = """
import numpy as np

{extra}

def inputs(rng):
    for size in range(12):
        yield (rng.normal(size=size),)
"""


def ask(tmp_path, reference, mutant, name="f", extra=""):
    page = tmp_path / "page.py"
    page.write_text(PAGE.format(extra=extra))
    before = ("import numpy as np\nimport warnings",)
    return compare(Question(str(page), name, ("f", "v"), before, reference, mutant, 5.0))


@pytest.mark.parametrize(
    ("reference", "mutant", "equal"),
    [
        ("x + 1", "1 + x", True),
        ("x + 1", "x + 2", False),
        ("x * 1", "x * np.float32(1)", True),
        ("x * 1", "(x * 1).astype(np.float32)", False),
        ("x * 1", "x", False),  # shares memory with the argument
        ("x.copy()", "x.__imul__(2) / 2", False),  # changes the argument
        ("x[50]", "x[60]", True),  # both raise IndexError
        ("x[50]", "x['50']", True),
        ("x[50]", "[0][50]", True),
        ("x[50]", "1 / 0", False),
        ("np.zeros(3)", "np.zeros((3, 1))", False),
        ("x + 0", "(warnings.warn('ring'), x + 0)[1]", False),
        ("(x + 0, [1])", "(x + 0, [1])", True),
        ("(x + 0, [1])", "(x + 0, (1,))", False),
        ("{'a': x + 1}", "{'a': 1 + x}", True),
        ("np.nan * x", "x * np.nan", True),
    ],
)
def test_what_equal_means(tmp_path, reference, mutant, equal):
    """Do value, type, shape, error, warning, memory and arguments count?"""
    answer = ask(tmp_path, f"def f(x): return {reference}", f"def f(x): return {mutant}")
    assert answer.equal is equal, answer.text
    if equal:
        assert answer.inputs == 12


def test_tolerance(tmp_path):
    """Does a page's TOLERANCE let rounding pass, and nothing more?"""
    reference, mutant = "def f(x): return x / 3", "def f(x): return x * (1 / 3)"
    assert not ask(tmp_path, reference, mutant).equal
    assert ask(tmp_path, reference, mutant, extra="TOLERANCE = 1e-15").equal
    assert not ask(tmp_path, reference, "def f(x): return x / 3.1", extra="TOLERANCE = 1e-15").equal


def test_observe(tmp_path):
    """Does `observe` decide what the value is?"""
    extra = "def observe(answer, x):\n    return np.sort(answer(x))"
    reference, mutant = "def f(x): return x + 0", "def f(x): return x[::-1] + 0"
    assert not ask(tmp_path, reference, mutant).equal
    assert ask(tmp_path, reference, mutant, extra=extra).equal


def test_variables_without_name(tmp_path):
    """Are the variables themselves compared when the page has no NAME?"""
    assert ask(tmp_path, "v = [1.0, np.inf]", "v = [1.0, 2.0 * np.inf]", name=None).equal
    assert not ask(tmp_path, "v = [1.0, np.inf]", "v = [1.0, -np.inf]", name=None).equal


def test_endless_mutant(tmp_path):
    """Is a mutant that never returns different, and the comparison at an end?"""
    page = tmp_path / "page.py"
    page.write_text(PAGE.format(extra=""))
    mutant = "def f(x):\n    while True: pass"
    answer = compare(Question(str(page), "f", ("f",), (), "def f(x): return 1", mutant, 0.5))
    assert not answer.equal
    assert "time-out" in answer.text


def test_zeros_and_types():
    """Are -0 and 0 equal, and numbers of another type different?"""
    assert same(0.0, -0.0, 0.0)
    assert same(np.float64(1.0), 1.0, 0.0)
    assert not same(1, True, 0.0)
    assert not same(1, 1.0, 0.0)
    assert not same(None, 0.0, 0.0)
