"""Machine-made mutants and the comparison of those that survive."""

import inspect
import shutil
from pathlib import Path

import pytest

from gradekit import bank
from gradekit.bank.mutants import make_mutants

COURSE = Path(__file__).parents[1] / "files" / "bank_course"
SPAN = "answer_bank/t1_numbers/ranges/span.py"
NOTEBOOK = "source/t1_numbers/ranges.ipynb"


def mutate(line):
    """Changed lines by family, for a function of one line."""
    found, head = {}, "def f():\n    "
    for mutant in make_mutants(head + line):
        found.setdefault(mutant.family, []).append(mutant.source.removeprefix(head))
    return found


@pytest.mark.parametrize(
    ("family", "line", "expected"),
    [
        ("comparison", "y = a < b", ["y = a <= b", "y = a >= b"]),
        ("comparison", "y = a is not None", ["y = a is None"]),
        ("comparison", "y = 1 if flag else 2", ["y = 1 if not flag else 2"]),
        ("comparison", "y = a and b", ["y = a or b"]),
        ("comparison", "y = ~mask", ["y = mask"]),
        ("arithmetic", "y = a + b", ["y = a - b"]),
        ("arithmetic", "y = a ** b", ["y = a * b"]),
        ("arithmetic", "y /= b", ["y *= b"]),
        ("arithmetic", "y = -a", ["y = a"]),
        ("arithmetic", "y = np.max(a)", ["y = np.min(a)"]),
        ("arithmetic", "y = a.mean()", ["y = a.sum()"]),
        ("constant", "y = 2", ["y = 3", "y = 1"]),
        ("constant", "y = 0.5", ["y = 1.5", "y = 1.0"]),
        ("constant", "y = True", ["y = False"]),
        ("constant", "y = np.inf", ["y = -np.inf"]),
        ("axis", "y = f(a, axis=1)", ["y = f(a)", "y = f(a, axis=0)", "y = f(a, axis=-1)"]),
        ("axis", "y = a[:, None]", ["y = a[None, :]"]),
        ("axis", "y = a.T", ["y = a"]),
        ("keepdims", "y = f(a, keepdims=True)", ["y = f(a, keepdims=False)"]),
        ("order of arguments", "y = f(a, b, c)", ["y = f(b, a, c)", "y = f(a, c, b)"]),
        ("order of arguments", "y = a @ b", ["y = b @ a"]),
        ("dropped statement", "y = a", ["pass"]),
    ],
)
def test_families(family, line, expected):
    """Does each family of changes make what it is named after?"""
    assert mutate(line)[family] == expected


@pytest.mark.parametrize(
    "line",
    [
        "'a string'",
        "import numpy as np",
        "def g(x: int) -> float: 'docstring'",
        "pass",
    ],
)
def test_what_is_left_alone(line):
    """Are docstrings, annotations, imports and definitions left alone?"""
    assert mutate(line) == {}


def test_what_is_raised_is_left_alone():
    """Is an error's text left alone, while the statement that raises it may go?"""
    assert mutate("raise ValueError('too long: ' + str(3))") == {"dropped statement": ["pass"]}


def test_answers_that_are_values_are_left_alone():
    """Is a number that is the answer left alone, while a lambda in a list of answers is changed?"""
    assert make_mutants("first_wrong_step = 1\npoint = (-0.5, 2.0)") == []
    mutants = make_mutants("limit = 3\nsteps = [\n    lambda x: x + limit,\n    5,\n]")
    assert [mutant.diff.splitlines()[1] for mutant in mutants] == [
        "+steps = [lambda x: x - limit, 5]"
    ]


def test_equal_results_of_swapping_are_not_made():
    """Are arguments of a symmetric function left in their order?"""
    assert "order of arguments" not in mutate("y = np.maximum(a, b)")


CELL = inspect.cleandoc(
    '''
    def f(x, n=3):
        """Returns 3."""
        ### BEGIN SOLUTION
        total = x + n
        return total
        ### END SOLUTION


    limit = 5
    '''
)


def test_only_the_solution_changes():
    """Does what the student is given stay: signature, docstring, lines after the solution?"""
    mutants = make_mutants(CELL)
    assert [mutant.line for mutant in mutants] == [4, 4]
    assert [mutant.diff for mutant in mutants] == [
        "-    total = x + n\n+    total = x - n",
        "-    total = x + n\n+    pass",
    ]


def test_mutants_are_valid_different_and_in_a_fixed_order():
    """Is every mutant a program of its own, and the list the same every time?"""
    text = (
        "def f(a, b):\n"
        "    return np.sum(a[:, None] - b + 2, axis=-1, keepdims=True) / (a > 1) ** -1"
    )
    mutants = make_mutants(text)
    assert len({mutant.source for mutant in mutants}) == len(mutants)
    for mutant in mutants:
        compile(mutant.source, "mutant", "exec")
    assert mutants == make_mutants(text)


@pytest.fixture
def judge(tmp_path):
    """Judge a tiny course whose second exercise has another solution and page; give the report."""

    def judge(solution, page):
        copy = tmp_path / "course"
        shutil.copytree(COURSE, copy, ignore=shutil.ignore_patterns("__pycache__"))
        notebook = copy / NOTEBOOK
        old = "return [value / span(x) for value in x]"
        text = notebook.read_text(encoding="utf-8")
        assert text.count(old) == 1
        notebook.write_text(text.replace(old, solution), encoding="utf-8")
        pages = notebook.parents[2] / "answer_bank" / "t1_numbers" / "ranges"
        (pages / "span.py").unlink()
        text = (pages / "scaled.py").read_text(encoding="utf-8")
        start = text.index("def inputs(rng):")
        end = text.index("@right")
        (pages / "scaled.py").write_text(text[:start] + page + "\n\n\n" + text[end:])
        report = bank.run(copy)
        survivors = [one for one in report.notebooks[0].mutants if one.comparison is not None]
        return [one for one in survivors if one.exercise == "scaled"], report.complaints

    return judge


INPUTS = """def inputs(rng):
    for size in range(2, 14):
        yield (list(rng.normal(size=size)),)"""


def test_equivalent_mutant_is_shown_to_be_one(judge):
    """Is a survivor that gives the reference's values listed with the number of inputs?"""
    # Lists of fewer than two numbers have no span to divide by; no test and no input has one.
    survivors, complaints = judge("return [value / span(x) for value in x if 1 < len(x)]", INPUTS)
    assert [one.mutant.diff.splitlines()[1].split(" if ")[1] for one in survivors] == [
        "1 <= len(x)]", "0 < len(x)]",
    ]  # fmt: skip
    assert {one.comparison.text for one in survivors} == {"equal to the reference on 12 inputs"}
    assert not any("not shown to equal" in complaint for complaint in complaints)


WIDTH = "width = span(x) if len(x) < 3 else max(x) - min(x); return [value / width for value in x]"


def test_survivor_that_differs_is_a_complaint(judge):
    """Is a survivor with other values than the reference's a missing test?"""
    survivors, complaints = judge(WIDTH, INPUTS)
    assert any(not one.comparison.equal for one in survivors)
    assert any(
        "- width = span(x) if len(x) < 3 else max(x) - min(x)" in complaint
        and "not shown to equal the reference: at " in complaint
        for complaint in complaints
    )


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("", "the page has no inputs(rng)"),
        ("def inputs(rng):\n    yield ([1.0, 2.0],)", "yields 1 inputs, at least 10 are wanted"),
        ("def inputs(rng):\n    yield [1.0, 2.0]", "has to yield tuples of arguments"),
        ("def inputs(rng):\n    return 1 / 0", "inputs or observe raised ZeroDivisionError"),
    ],
)
def test_survivor_without_proof_is_a_complaint(judge, page, words):
    """Is it a complaint when a page cannot tell whether a survivor equals the reference?"""
    survivors, complaints = judge("return [value / span(x) for value in x if x != 5]", page)
    assert survivors
    assert any(words in complaint for complaint in complaints)
