"""Feedback as nbgrader's own command writes it."""

import logging
import os
import sys

import nbformat
import nbformat.v4 as v4
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from pypdf import PdfReader
from traitlets.config import Config

import gradekit.feedback
from gradekit.feedback import FeedbackExporter

TEST = """# Hidden tests: zero.
assert half(2) == 1
### BEGIN HIDDEN TESTS
assert half(secret_number) == 21
### END HIDDEN TESTS"""
TRACEBACK = [
    "-" * 75,
    "ZeroDivisionError                         Traceback (most recent call last)",
    "Cell In[2], line 4\n      3 ### BEGIN HIDDEN TESTS\n"
    "----> 4 assert half(secret_number) == 21\n      5 ### END HIDDEN TESTS",
    "Cell In[1], line 2, in half(x)\n      1 def half(x):\n----> 2     return x / 0",
    "ZeroDivisionError: division by zero",
]


def cell(make, source, grade_id, **data):
    data = {"grade": False, "solution": False, "locked": False, "task": False, **data}
    metadata = {"schema_version": 3, "grade_id": grade_id, **data}
    return make(source, metadata={"nbgrader": metadata})


def notebook():
    """A source notebook with a coding exercise and a question."""
    scheme = "Why?\n\n### BEGIN MARK SCHEME\nBecause of the scheme.\n### END MARK SCHEME"
    failed = v4.new_output(
        "error", ename="ZeroDivisionError", evalue="division by zero", traceback=TRACEBACK
    )
    cells = [
        v4.new_markdown_cell("# Halves\n\n$$\\frac{x}{2}$$"),
        cell(v4.new_code_cell, "def half(x):\n    return x / 0", "half", solution=True),
        cell(v4.new_code_cell, TEST, "half_core", grade=True, locked=True, points=2),
        cell(v4.new_markdown_cell, scheme, "why_question", locked=True),
        cell(v4.new_markdown_cell, "It *is*.", "why", grade=True, solution=True, points=3),
    ]
    cells[2].outputs = [failed]
    return v4.new_notebook(cells=cells)


class Course:
    """A course with one submission that has been autograded."""

    def __init__(self, root):
        self.root = root
        config = Config()
        config.CourseDirectory.root = str(root)
        config.ClearMarkScheme.enforce_metadata = False
        config.GenerateFeedback.exporter_class = "gradekit.feedback.FeedbackExporter"
        self.nbgrader = NbGraderAPI(config=config, log_level=logging.ERROR)
        self.write("source", notebook())
        assert self.nbgrader.generate_assignment("ps1")["success"]
        submission = notebook()
        # A submission may claim what it likes.
        submission.cells[1].metadata.nbgrader.update(score=100, points=100)
        submission.cells[3].metadata.nbgrader.update(comment="Full marks from me")
        self.write("autograded/ada", submission)
        with self.gradebook() as book:
            book.add_student("ada", first_name="Ada", last_name="Example")
            book.add_submission("ps1", "ada")
            grade = book.find_grade("half_core", "halves", "ps1", "ada")
            grade.auto_score, grade.needs_manual_grade = 0, False
            book.find_grade("why", "halves", "ps1", "ada").needs_manual_grade = True
            comment = book.find_comment("why", "halves", "ps1", "ada")
            comment.manual_comment = "Say **more** about $x$."
            book.db.commit()

    def write(self, folder, nb):
        path = self.root / folder / "ps1" / "halves.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(nb, path)

    def gradebook(self):
        return Gradebook(f"sqlite:///{self.root / 'gradebook.db'}")

    def feedback(self):
        """Generate feedback; return the HTML and the text of the PDF's pages."""
        result = self.nbgrader.generate_feedback("ps1", force=True)
        assert result["success"], result["log"]
        folder = self.root / "feedback" / "ada" / "ps1"
        pages = PdfReader(folder / "halves.pdf").pages
        text = " ".join(" ".join(page.extract_text() for page in pages).split())
        return (folder / "halves.html").read_text(encoding="utf-8"), text


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        # nbgrader calls alembic by its bare name, also where no environment is activated.
        patch.setenv("PATH", os.path.dirname(sys.executable), prepend=os.pathsep)
        yield Course(tmp_path_factory.mktemp("course"))


def test_pdf_beside_the_html(course):
    """Does nbgrader's command write the PDF with scores, comments and open cells?"""
    html, text = course.feedback()
    assert "Ada Example (ada)" in text
    assert "0 / 5 points so far" in text
    assert "Halves half_core 0 / 2 division by zero" in text
    assert "why manual / 3 Say **more**" in text
    assert "Comment Say more about" in text
    assert "return x / 0" in text
    assert "Score: 0.0 / 5.0" in html
    assert "Full marks from me" not in text


def test_hidden_tests_and_mark_schemes_stay_hidden(course):
    """Are the lines of hidden tests and mark schemes in neither of the two files?"""
    for document in course.feedback():
        assert "It" in document
        assert "zero" in document
        assert "secret_number" not in document
        assert "Because of the scheme" not in document


def test_feedback_without_a_pdf(course, monkeypatch):
    """Does feedback come out, with a page that says why, if drawing the PDF fails?"""

    def fail(*given):
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(gradekit.feedback, "feedback_to_pdf", fail)
    html, text = course.feedback()
    assert "return" in html
    assert "This PDF could not be made" in text
    assert "halves.html" in text


def test_exporter_is_not_offered_in_menus():
    """Is the exporter for nbgrader alone?"""
    assert FeedbackExporter.export_from_notebook is None
