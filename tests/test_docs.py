"""The pages in docs/: links lead somewhere, named exercises exist, and the example works."""

import re
from pathlib import Path

import nbformat
import numpy as np
import pytest

import nn_utils
from gradekit.bank.pages import read_page
from hidden_tests import hidden_test

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs").glob("*.md"))


@pytest.mark.parametrize("page", [ROOT / "README.md", *PAGES], ids=lambda page: page.stem)
def test_links(page):
    """Does each link of a page lead to a file of the course?"""
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_problems_have_their_exercises():
    """Does each exercise that the table of problems names stand in the notebook it names?"""
    text = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ")][2:]
    assert len(rows) >= 20
    for row in rows:
        places = re.findall(r"\]\((\.\./source/[^)]+\.ipynb)\)(?: ((?:[\d.]+(?:, )?)+))?", row)
        assert places, row
        for path, numbers in places:
            notebook = nbformat.read(ROOT / "docs" / path, as_version=4)
            headings = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
            for number in re.findall(r"\d+\.\d+", numbers):
                assert f"### Exercise {number} (" in headings, f"{path} has no exercise {number}"


def blocks_of_the_example():
    """The Python blocks of the page on adding an exercise: answers, test cell, check, test."""
    text = (ROOT / "docs" / "adding_an_exercise.md").read_text(encoding="utf-8")
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


def test_example_of_an_exercise(tmp_path):
    """Do the example's check and hidden test accept its right answers, and name the wrong one?"""
    answers, _, check, test = blocks_of_the_example()
    path = tmp_path / "bank" / "assignment" / "notebook" / "center.py"
    path.parent.mkdir(parents=True)
    path.write_text(answers, encoding="utf-8")
    utils = {**vars(nn_utils)}
    exec(check, utils)
    nn_utils_with_example = type("Module", (), utils)
    kit = {"np": np, "nn_utils": nn_utils_with_example, "hidden_test": hidden_test}
    kit |= {"Check": nn_utils.Check, "case": nn_utils.case}
    exec(test, kit)
    for entry in read_page(path, set()).entries:
        student = {"np": np}
        exec(entry.source, student)
        for judge in (utils["check_center"], kit["a1a_center_core"]):
            if entry.kind == "right":
                judge(student["center"])
                continue
            with pytest.raises(nn_utils.CheckFailed) as failure:
                judge(student["center"])
            assert entry.says in " ".join(str(failure.value).split())
