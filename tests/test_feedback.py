"""Feedback as nbgrader's own command writes it."""

import logging
import os
import re
import sys
from datetime import datetime

import nbformat
import nbformat.v4 as v4
import pytest
from bs4 import BeautifulSoup
from nbconvert.writers import FilesWriter
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from pypdf import PdfReader
from traitlets.config import Config

import gradekit.feedback
from gradekit import takeover
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


def words(html):
    """What a page says, with single spaces."""
    soup = BeautifulSoup(html, "html.parser")
    soup.head.decompose()
    soup.style.decompose()
    return " ".join(soup.get_text(" ").split())


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
        self.folder = root / "feedback" / "ada" / "ps1"
        takeover.take_over()
        config = Config()
        config.CourseDirectory.root = str(root)
        config.ClearMarkScheme.enforce_metadata = False
        config.Deadlines.time_zone = "Europe/Berlin"
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
            book.add_submission("ps1", "ada", timestamp=datetime(2026, 11, 20, 22, 42))
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

    def feedback(self, mark_schemes=False):
        """Generate feedback; return the HTML and the text of the PDF's pages."""
        self.nbgrader.config.FeedbackExporter.mark_schemes = mark_schemes
        result = self.nbgrader.generate_feedback("ps1", force=True)
        assert result["success"], result["log"]
        pages = PdfReader(self.folder / "halves.pdf").pages
        text = " ".join(" ".join(page.extract_text() for page in pages).split())
        return (self.folder / "halves.html").read_text(encoding="utf-8"), text


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        # nbgrader calls alembic by its bare name, also where no environment is activated.
        patch.setenv("PATH", os.path.dirname(sys.executable), prepend=os.pathsep)
        yield Course(tmp_path_factory.mktemp("course"))


def test_page_and_pdf_tell_the_same(course):
    """Does nbgrader's command write a page and a PDF with scores, comments and open cells?"""
    html, text = course.feedback()
    for document in (words(html), text):
        assert "Ada Example (ada)" in document
        assert "Handed in 2026-11-20 23:42 CET" in document
        assert "0 / 5 points so far" in document
        assert re.search("Halves ?half_core ?0 / 2 ?division by zero", document)
        assert re.search("why ?manual / 3 ?Say more", document)
        assert re.search("Comment ?Say more about", document)
        assert "return x / 0" in document
        assert "Full marks from me" not in document


def test_hidden_tests_and_mark_schemes_stay_hidden(course):
    """Are the lines of hidden tests and mark schemes in neither of the two files?"""
    for document in course.feedback():
        assert "It" in document
        assert "zero" in document
        assert "secret_number" not in document
        assert "Because of the scheme" not in document


def test_mark_schemes_are_shown_where_the_course_says_so(course):
    """Do students see mark schemes, and still no hidden test, by one setting?"""
    html, text = course.feedback(mark_schemes=True)
    for document in (words(html), text):
        assert "Because of the scheme." in document
        assert "MARK SCHEME" not in document
        assert "secret_number" not in document


def test_files_appear_when_they_are_complete(course, monkeypatch):
    """Is nothing in its place while it is written, so that a run that is killed leaves no half?"""
    seen, write = [], FilesWriter._write_items

    def watched(self, items, folder):
        write(self, items, folder)
        seen.append([path.name for path in course.folder.iterdir() if path.is_file()])

    monkeypatch.setattr(FilesWriter, "_write_items", watched)
    course.feedback()
    assert seen == [[]]
    assert {"halves.html", "halves.pdf"} == {path.name for path in course.folder.iterdir()}


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
