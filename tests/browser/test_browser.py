"""An instructor grades in formgrader, and a student works in JupyterLab, in a real browser.

Skipped where playwright or a browser is not installed. With --pictures the screenshots for docs/
are made anew.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from pypdf import PdfReader

from gradekit import scores, stock

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")
TOKEN = "browser-test"


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
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root"]
    command += [f"--port={port}", f"--IdentityProvider.token={TOKEN}", "--ServerApp.port_retries=0"]
    log = (course.root / "jupyter.log").open("w")
    started = subprocess.Popen(
        command, cwd=course.root, stdout=log, stderr=log, env=_environment(course.root)
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/api?token={TOKEN}", started)
        yield address
    finally:
        started.terminate()
        started.wait()
        log.close()


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as api:
        opened = api.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser, server):
    """A page that has logged in; nothing from the internet is loaded."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    opened = context.new_page()
    opened.route(lambda url: not url.startswith(server), lambda route: route.abort())
    opened.goto(f"{server}/login?token={TOKEN}")
    yield opened
    context.close()


def _environment(root):
    return {
        **os.environ,
        "PATH": os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]]),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")])),
        "JUPYTER_CONFIG_DIR": str(root / ".jupyter"),
    }


def _nbgrader(root, *arguments):
    command = [sys.executable, "-m", "nbgrader", *arguments]
    ran = subprocess.run(command, cwd=root, env=_environment(root), capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


def _wait_for(address, process):
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert process.poll() is None, "JupyterLab ended"
        try:
            urllib.request.urlopen(address, timeout=5)
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise AssertionError("JupyterLab does not answer")


def test_instructor_grades_a_proof(page, server, course, pictures):
    """From formgrader's list to the PDF: names, rubric, formulas, points and comment."""
    page.goto(f"{server}/formgrader/gradebook/warmup/adding")
    page.get_by_text("Submission #1").wait_for()
    assert "None, None" not in page.content()
    assert "exchange" not in page.locator("body").inner_text().lower()
    page.get_by_text("Submission #1").click()
    page.locator("input#why").wait_for()
    page.wait_for_load_state("networkidle")
    assert page.locator("math mfrac").count() == 1
    assert "scheme" in page.content().lower()
    with page.expect_response(lambda answer: "/api/grade/" in answer.url and answer.ok):
        page.locator("input#why").fill("2")
        page.locator("input#why").press("Tab")
    with page.expect_response(lambda answer: "/api/comment/" in answer.url and answer.ok):
        page.locator("textarea").last.fill("Say *why*.")
        page.locator("textarea").last.press("Tab")
    pictures(page, "formgrader")
    with stock.gradebook(course.root) as book:
        assert book.find_grade("why", "adding", "warmup", "ada").manual_score == 2
    _nbgrader(course.root, "generate_feedback", "warmup", "--force")
    pdf = PdfReader(course.root / "feedback" / "ada" / "warmup" / "adding.pdf")
    text = " ".join(" ".join(one.extract_text() for one in pdf.pages).split())
    assert "why 2 / " in text
    assert "Comment Say why." in text


def test_student_works(page, server, course, pictures):
    """From opening the released notebook to running and validating it."""
    page.goto(f"{server}/lab/tree/release/warmup/adding.ipynb")
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=60_000)
    # Before there is a kernel, running a cell asks for one.
    page.get_by_text("| Idle").wait_for(timeout=60_000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.get_by_text("NotImplementedError").first.wait_for(timeout=60_000)
    pictures(page, "jupyterlab")
    page.get_by_role("button", name="Validate").click()
    page.get_by_text("did not pass", exact=False).or_(
        page.get_by_text("failed", exact=False)
    ).first.wait_for(timeout=60_000)
