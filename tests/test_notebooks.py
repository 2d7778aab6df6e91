"""The instructor notebooks: the form that students, graders and diffs rely on."""

import ast
import re
from pathlib import Path

import nbformat
import pytest

from gradekit import course

ROOT = Path(__file__).parents[1]
NOTEBOOKS = [
    pytest.param(path, id=path.stem)
    for name in course.assignments(ROOT)
    for path in course.notebooks(ROOT, name)
]
pytestmark = pytest.mark.parametrize("path", NOTEBOOKS)

# Points by tests and by hand, from the course's plan.
POINTS = {
    "vectorization": (14, 2),
    "floating_point": (12, 2),
    "logsumexp_softmax": (15, 8),
    "losses_with_logits": (16, 10),
    "activations": (12, 6),
    "chain_rule_by_hand": (12, 8),
    "softmax_hinge": (8, 7),
    "layers_and_gradient_checks": (26, 2),
    "digits_network": (16, 2),
    "variance_and_init": (16, 8),
    "function_approximation": (12, 2),
    "flops_and_memory": (16, 10),
    "pytorch": (16, 0),
}


def cells(path, kind=None):
    notebook = nbformat.read(path, as_version=4)
    return [cell for cell in notebook.cells if kind in (None, cell.cell_type)]


def test_form(path):
    """Is it a valid notebook of the current format with kernel python3 and no outputs?"""
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec.name == "python3"
    for cell in notebook.cells:
        assert not cell.get("outputs"), f"{cell.id} has outputs"
        assert cell.get("execution_count") is None, f"{cell.id} has an execution count"
        assert not re.fullmatch(r"[0-9a-f]{8}", cell.id), f"{cell.id}: give the cell a name"


def test_points(path):
    """Do the points by tests and by hand add up to the plan, and do titles announce them?"""
    sums = {"code": 0.0, "markdown": 0.0}
    announced = 0.0
    for cell in cells(path):
        if course.is_test(cell) or course.is_manual(cell):
            sums[cell.cell_type] += cell.metadata.nbgrader.points or course.extra_credit(cell)
        heading = re.search(r"^### Exercise [\d.]+ \((.*?)\)", cell.source, re.MULTILINE)
        if heading and cell.cell_type == "markdown":
            numbers = re.findall(r"\d+(?:\.\d+)?", heading[1].replace("half", "0.5"))
            announced += sum(map(float, numbers))
    assert (sums["code"], sums["markdown"]) == POINTS[path.stem]
    assert announced == sum(sums.values())


def test_hidden_blocks(path):
    """Does each test cell call the hidden test that bears its name, with an announcement above?"""
    package = f"hidden_tests.{path.parent.name}"
    for cell in cells(path, "code"):
        if not course.is_test(cell):
            continue
        name = course.grade_id(cell)
        above, _, hidden = cell.source.partition("### BEGIN HIDDEN TESTS\n")
        lines = hidden.split("\n")
        assert above.startswith("# "), f"{name}: say in words what the hidden tests try"
        assert lines[0] == f"from {package} import {path.stem} as hidden"
        assert lines[2].startswith(f"hidden.{name}(") and lines[2].endswith(")")
        assert lines[1] == "" and lines[3:] == ["### END HIDDEN TESTS"]


def test_mark_schemes(path):
    """Does each answer graded by hand follow a locked question with mark scheme and rubric?"""
    all_cells = cells(path)
    for question, answer in zip(all_cells, all_cells[1:], strict=False):
        if course.is_manual(answer):
            name = course.grade_id(answer)
            assert question.metadata.nbgrader.locked, f"{name}: the question above is not locked"
            scheme = question.source.partition("### BEGIN MARK SCHEME\n")[2]
            assert "**Model solution" in scheme and "**Rubric**" in scheme, name
            assert scheme.endswith("### END MARK SCHEME"), name


def test_every_function_has_a_check(path):
    """Is each solution that has tests followed by a visible check before its first test?"""
    checked = True
    for cell in cells(path, "code"):
        if course.is_solution(cell) and course.grade_id(cell) != "student_id":
            checked = False
        checked = checked or re.search(r"(nn_utils|torch_checks)\.check_", cell.source)
        if course.is_test(cell):
            assert checked, f"{course.grade_id(cell)}: no visible check above"


def test_length_of_cells(path):
    """Is no text cell above 150 words, no student's part above 25 lines, no code above 40?"""
    counts = []
    for cell in cells(path):
        text = cell.source.partition("### BEGIN MARK SCHEME")[0]
        if cell.cell_type == "markdown":
            counts.append(len(text.split()))
            assert counts[-1] <= 150, f"{cell.id}: {counts[-1]} words"
        else:
            parts = re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", text, re.DOTALL)
            assert text.count("\n") - 2 * len(parts) < 45, f"{cell.id} is too long"
            assert sum(part.count("\n") for part in parts) <= 25, f"{cell.id}: solution too long"
    assert 20 <= sorted(counts)[len(counts) // 2] <= 80


def test_tone(path):
    """Is the text calm: no exclamation marks, no "simply", no emoji, nothing from the web?"""
    for cell in cells(path, "markdown"):
        prose = re.sub(r"\$\$.*?\$\$|\$.*?\$|`.*?`", "", cell.source, flags=re.DOTALL)
        assert "!" not in prose.replace("![", ""), cell.id
        assert not re.search(r"\b(simply|just|obviously|trivial)\b", prose, re.IGNORECASE), cell.id
        assert "http" not in prose and not re.search(r"[\U0001F000-\U0001FAFF☀-➿]", prose)


def test_code_of_released_cells(path):
    """Does a released notebook need nothing but numpy, matplotlib, math and files of the course?"""
    allowed = {"numpy", "matplotlib", "math", "time", "decimal", "nn_utils", "fractions"}
    allowed |= {"course_layers", "my_layers"}
    allowed |= {"torch", "torch_checks"} if path.stem == "pytorch" else set()
    for cell in cells(path, "code"):
        visible = cell.source.partition("### BEGIN HIDDEN TESTS")[0]
        assert not re.search(r"^\s*[%!]", visible, re.MULTILINE), f"{cell.id} has a magic"
        assert "np.random.seed" not in visible and "nn_utils._" not in visible, cell.id
        for node in ast.walk(ast.parse(visible)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) else []
            assert {name.partition(".")[0] for name in names} <= allowed, cell.id


def test_figures_have_a_caption(path):
    """Is every figure followed by a caption in words?"""
    all_cells = cells(path)
    for cell, after in zip(all_cells, [*all_cells[1:], None], strict=True):
        if cell.cell_type == "code" and "plt.show()" in cell.source:
            assert after is not None and after.cell_type == "markdown", cell.id
            assert after.source.startswith("*"), f"{cell.id}: the caption comes first, in italics"
