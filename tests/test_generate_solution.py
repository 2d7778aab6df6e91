"""Is the solution that students get complete, and nothing but that?"""

import nbformat
import pytest
from nbgrader.apps import generatesolutionapp
from pypdf import PdfReader

from gradekit import course, stock, takeover
from gradekit.generate_solution import GenerateSolution


@pytest.fixture(scope="module")
def solution(shared):
    """The folder that nbgrader's own command wrote."""
    shared.edit(shared.root / "source" / "warmup" / "adding", _leave_only_the_stub)
    nbgrader = stock.api(shared.root)
    nbgrader.coursedir.assignment_id = "warmup"
    GenerateSolution(coursedir=nbgrader.coursedir, parent=nbgrader).start()
    return shared.root / "solution" / "warmup"


def _leave_only_the_stub(nb):
    next(cell for cell in nb.cells if course.grade_id(cell) == "why").source = "YOUR ANSWER HERE"


def test_command_is_taken_over():
    """Does nbgrader's command use the kit's converter?"""
    takeover.take_over()
    assert generatesolutionapp.GenerateSolution is GenerateSolution


def test_nothing_that_students_must_not_see(solution):
    """Are there no marks, no hidden tests, and no secret of these in an output?"""
    for path in solution.rglob("*.ipynb"):
        text = path.read_text(encoding="utf-8")
        for secret in ("BEGIN ", "END SOLUTION", "hidden_tests", "unusual_number", "hidden.add"):
            assert secret not in text, (path, secret)


def test_solutions_ran(solution):
    """Do the answers stand there, with what the checks say about them?"""
    nb = nbformat.read(solution / "adding.ipynb", as_version=4)
    cells = {course.grade_id(cell): cell for cell in nb.cells}
    assert "return a + b" in cells["add"].source
    assert cells["add_check"].execution_count
    assert not [out for cell in nb.cells for out in cell.get("outputs", []) if "ename" in out]


def test_model_solutions_are_shown(solution):
    """Does the model solution of a written answer come along, without its marks?"""
    text = (solution / "adding.ipynb").read_text(encoding="utf-8")
    assert "alert alert-info" in text
    assert "YOUR ANSWER HERE" not in text


def test_pdf_beside_each_notebook(solution):
    """Has each notebook a PDF of the same content?"""
    for path in solution.rglob("*.ipynb"):
        pages = PdfReader(path.with_suffix(".pdf")).pages
        assert path.stem in pages[0].extract_text()
