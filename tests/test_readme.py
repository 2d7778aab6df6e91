"""The README: does it say what is true?"""

import re
from pathlib import Path

import nbformat
import pytest

from gradekit import course

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_commands_exist():
    """Is every make target, folder and file that the README names there?"""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^make (\w+)|`make (\w+)", README, re.MULTILINE))
    targets = {first or second for first, second in targets}
    assert targets >= {"grade", "test", "release", "bank"}
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    for name in re.findall(r"^\| `([\w./]+)` \|", README, re.MULTILINE):
        assert (ROOT / name).exists() or (ROOT / "source" / name).exists(), name


def test_ci_calls_the_readme_test_command():
    """Does the CI script run the same command as the README?"""
    assert "\nmake test\n" in README
    assert re.search(r"^(exec )?make test$", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)


def test_table_of_assignments():
    """Does the table list each assignment with its notebooks and points?"""
    for name in course.assignments(ROOT):
        row = next(line for line in README.splitlines() if line.startswith(f"| `{name}`"))
        points, extra = {"code": 0, "markdown": 0}, 0
        for path in course.notebooks(ROOT, name):
            assert f"`{path.stem}`" in row
            for cell in nbformat.read(path, as_version=4).cells:
                if course.is_test(cell) or course.is_manual(cell):
                    points[cell.cell_type] += cell.metadata.nbgrader.points
                    extra += course.extra_credit(cell)
        total = f"{points['code']:g} / {points['markdown']:g}"
        assert f"| {f'{extra:g} extra' if extra else total} |" in row


def test_the_report_is_real():
    """Is the report at the top what the check prints?"""
    import numpy as np

    import nn_utils

    def softmax(x, axis=-1):
        terms = np.exp(x - np.max(x))
        return terms / np.sum(terms, axis=axis, keepdims=True)

    with pytest.raises(nn_utils.CheckFailed) as failure:
        nn_utils.check_softmax(softmax)
    assert str(failure.value) in README
