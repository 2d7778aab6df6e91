"""An instructor grades in formgrader, and a student works in JupyterLab, in a real browser.

Skipped where playwright or a browser is not installed.
"""

import subprocess
import sys

import pytest
from pypdf import PdfReader

from gradekit import scores, stock
from tests.browser.jupyter import BROWSER, environment, logged_in, run_all, running

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")


@pytest.fixture(scope="module")
def course(shared):
    """The tiny course with one graded student, whose name is known."""
    roster = shared.root / "roster.csv"
    roster.write_text("id,first_name,last_name\nada,Ada,Example\n")
    shared.hand_in("ada")
    shared.answer(
        "ada",
        "adding",
        {"add": "def add(a, b):\n    return a + b", "why": r"Since $\frac{1}{2} + x_1$ is one."},
    )
    with stock.gradebook(shared.root) as book:
        scores.import_roster(book, roster)
    _nbgrader(shared.root, "autograde", "warmup")
    # JupyterLab asks for a kernel where a notebook names none; those of the course do.
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    shared.edit(
        shared.root / "release" / "warmup" / "adding",
        lambda nb: nb.metadata.update(kernelspec=kernel),
    )
    return shared


@pytest.fixture(scope="module")
def server(course):
    """The address of a JupyterLab that runs in the course's folder."""
    with running(course.root) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as api:
        opened = api.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser, server):
    with logged_in(browser, server) as opened:
        yield opened


def _nbgrader(root, *arguments):
    command = [sys.executable, "-m", "nbgrader", *arguments]
    ran = subprocess.run(command, cwd=root, env=environment(root), capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


def test_instructor_grades_a_proof(page, server, course):
    """From formgrader's list to the PDF: names, rubric, formulas, points and comment."""
    page.goto(f"{server}/formgrader/gradebook/warmup/adding")
    page.get_by_text("Submission #1").wait_for()
    assert "None, None" not in page.content()
    assert "exchange" not in page.locator("body").inner_text().lower()
    page.get_by_text("Submission #1").click()
    page.locator("input#why").wait_for()
    page.wait_for_load_state("networkidle")
    assert page.locator("math mfrac").count() == 1
    assert "addition commutes" in page.locator(".alert-info").inner_text()
    assert "MARK SCHEME" not in page.content()
    with page.expect_response(lambda answer: "/api/grade/" in answer.url and answer.ok):
        page.locator("input#why").fill("2")
        page.locator("input#why").press("Tab")
    with page.expect_response(lambda answer: "/api/comment/" in answer.url and answer.ok):
        page.locator("textarea").last.fill("Say *why*.")
        page.locator("textarea").last.press("Tab")
    with stock.gradebook(course.root) as book:
        assert book.find_grade("why", "adding", "warmup", "ada").manual_score == 2
    _nbgrader(course.root, "generate_feedback", "warmup", "--force")
    pdf = PdfReader(course.root / "feedback" / "ada" / "warmup" / "adding.pdf")
    text = " ".join(" ".join(one.extract_text() for one in pdf.pages).split())
    assert "why 2 / " in text
    assert "Comment Say why." in text


def test_student_works(page, server, course):
    """From opening the released notebook to running and validating it."""
    run_all(page, f"{server}/lab/tree/release/warmup/adding.ipynb")
    page.get_by_text("NotImplementedError").first.wait_for(timeout=60_000)
    page.get_by_role("button", name="Validate").click()
    page.get_by_text("did not pass", exact=False).or_(
        page.get_by_text("failed", exact=False)
    ).first.wait_for(timeout=60_000)
