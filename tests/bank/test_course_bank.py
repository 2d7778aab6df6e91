"""The answer bank judges the course's own hidden tests."""

import ast
import shutil
from pathlib import Path

import pytest

from gradekit import bank, course
from gradekit.bank.judgement import MIN_KILLED

ROOT = Path(__file__).parents[2]
NOTEBOOKS = [
    pytest.param(
        name,
        path.stem,
        id=path.stem,
        marks=pytest.mark.skipif(bool(reason), reason=reason),
    )
    for name in course.assignments(ROOT)
    for reason in [course.reason_to_skip(ROOT, name) or ""]
    for path in course.notebooks(ROOT, name)
]
each_notebook = pytest.mark.parametrize(("assignment", "notebook"), NOTEBOOKS)
# The judges are the same for all; which notebook they complain about does not matter, and these are
# quick ones.
some_notebooks = pytest.mark.parametrize(("assignment", "notebook"), NOTEBOOKS[1::3])


@pytest.fixture(scope="module")
def report():
    """The whole bank, judged once."""
    return bank.run(ROOT)


def of_notebook(report, assignment, notebook):
    return next(one for one in report.notebooks if one.name == f"{assignment}/{notebook}")


@each_notebook
def test_answers_do_what_the_bank_claims(report, assignment, notebook):
    """Are right answers accepted, and wrong ones caught in the right cell with the right words?"""
    one = of_notebook(report, assignment, notebook)
    assert one.complaints == []
    kinds = {entry.kind for page in one.pages for entry in page.entries}
    assert kinds == {"right", "wrong"}


def test_mutants_are_killed(report):
    """Do the tests kill enough mutants, and does every survivor give the reference's values?"""
    mutants = [result for one in report.notebooks for result in one.mutants]
    survivors = [result for result in mutants if result.killed_by is None]
    assert all(result.comparison.equal for result in survivors)
    assert len(mutants) - len(survivors) >= MIN_KILLED * len(mutants) > 0


def test_nothing_else_to_complain_about(report):
    """Has every folder of the bank its notebook?"""
    assert report.general == []


@pytest.fixture
def one_page(tmp_path):
    """A copy of the course with one notebook and one page of its bank: the first of a function."""

    def copy(assignment, notebook):
        pages = bank.read_pages(ROOT, assignment, notebook)
        page = next(page for page in pages if page.name is not None)
        for path in (
            ROOT / "source" / assignment / f"{notebook}.ipynb",
            ROOT / "answer_bank" / "__init__.py",
            ROOT / "nn_utils.py",
            page.path,
            *ROOT.glob("hidden_tests/**/*.py"),
        ):
            target = tmp_path / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
        wrong = [entry for entry in page.entries if entry.kind == "wrong"]
        return tmp_path / page.path.relative_to(ROOT), wrong

    return copy


@some_notebooks
def test_misfiled_answer(one_page, tmp_path, assignment, notebook):
    """Does the bank complain when one of its wrong answers is filed as right?"""
    path, wrong = one_page(assignment, notebook)
    misfiled = wrong[0]
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    start = max(i for i in range(misfiled.line) if lines[i].startswith("@wrong"))
    path.write_text("".join([*lines[:start], "@right\n", *lines[misfiled.line - 1 :]]))
    complaints = bank.run(tmp_path).complaints
    assert any(f"{misfiled.name} is filed as right but fails" in text for text in complaints)


@some_notebooks
def test_weakened_hidden_test(one_page, tmp_path, assignment, notebook):
    """Does the bank notice a hidden test that lost its body?"""
    _, wrong = one_page(assignment, notebook)
    cell = min(wrong[0].fails)
    module = tmp_path / "hidden_tests" / assignment / f"{notebook}.py"
    text = module.read_text(encoding="utf-8")
    functions = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    test = next(node for node in functions if node.name == cell)
    lines = text.splitlines(keepends=True)
    emptied = [*lines[: test.body[0].lineno - 1], "    pass\n", *lines[test.end_lineno :]]
    module.write_text("".join(emptied), encoding="utf-8")
    complaints = bank.run(tmp_path).complaints
    for entry in wrong:
        if cell in entry.fails:
            words = f"{entry.name} is filed as failing {cell} but passes it"
            assert any(words in text for text in complaints)
