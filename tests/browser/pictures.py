"""Draw the pictures of docs/: what instructors and students see, of the sample class.

    make grade
    .venv/bin/python -m tests.browser.pictures

Needs Chromium, and pdftoppm of poppler-utils. Look at what changed before you commit it.
"""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from PIL import Image
from playwright.sync_api import sync_playwright

from gradekit import course
from tests.browser.jupyter import BROWSER, environment, logged_in, run_all, running

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"
ASSIGNMENT = "a2_softmax_and_losses"
GRADED, RIGHT = "dbelfanti", "ankemelu"


def main():
    """Draw all pictures."""
    for command in ("report", "bundle"):
        _run("gradekit", command, ASSIGNMENT)
    _run("nbgrader", "generate_solution", ASSIGNMENT, "--force")
    _pdf_pages()
    with TemporaryDirectory() as folder, sync_playwright() as api:
        student = _students_folder(Path(folder) / "evening")
        browser = api.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        _start_page(browser, student)
        _graded_page(browser)
        _student(browser, student)
        _handin(student)
        _instructor(browser)
        browser.close()


def _run(*command, cwd=ROOT):
    subprocess.run([sys.executable, "-m", *command], cwd=cwd, env=environment(cwd), check=True)


def _page(pdf, number, name, height=None):
    """Draw a page, from its top as far down as asked for, in pixels."""
    cut = ["-x", "0", "-y", "0", "-W", "0", "-H", str(height)] if height else []
    target = str(PICTURES / name)
    chosen = ["-f", str(number), "-l", str(number), "-singlefile"]
    subprocess.run(["pdftoppm", "-png", "-r", "80", *chosen, *cut, pdf, target], check=True)
    _smaller(name)


def _pdf_pages():
    feedback = ROOT / "feedback" / GRADED / ASSIGNMENT / "logsumexp_softmax.pdf"
    _page(feedback, 1, "feedback_page_one")
    _page(feedback, 3, "feedback_page_three")
    _page(ROOT / "reports" / f"{ASSIGNMENT}.pdf", 1, "report", height=720)
    _page(ROOT / "solution" / ASSIGNMENT / "losses_with_logits.pdf", 2, "solution", height=720)


def _students_folder(folder):
    """Unpack the bundle, and put answers into its notebooks: one that is wrong, and right ones."""
    with zipfile.ZipFile(ROOT / "bundles" / f"{ASSIGNMENT}.zip") as bundle:
        bundle.extractall(folder)
    path = next(folder.rglob("logsumexp_softmax.ipynb"))
    _fill(path, GRADED)
    _fill(path.with_stem("losses_with_logits"), RIGHT)
    return path.parent


def _fill(path, student):
    handed_in = ROOT / "submitted" / student / ASSIGNMENT / path.name
    answers = {course.grade_id(cell): cell.source for cell in _cells(handed_in)}
    nb = nbformat.read(path, as_version=4)
    for cell in nb.cells:
        if course.is_solution(cell):
            cell.source = answers.get(course.grade_id(cell), cell.source)
    nbformat.write(nb, path)


def _cells(path):
    return nbformat.read(path, as_version=4).cells


def _shot(page, name, whole=False):
    # JupyterLab asks whether it may fetch its news.
    page.add_style_tag(content=".Toastify { display: none }")
    page.screenshot(path=PICTURES / f"{name}.png", full_page=whole)
    _smaller(name)


def _smaller(name):
    path = PICTURES / f"{name}.png"
    Image.open(path).convert("RGB").quantize(64).save(path, optimize=True)


def _start_page(browser, student):
    page = browser.new_page(viewport={"width": 900, "height": 500})
    page.goto(next(student.rglob("START.html")).as_uri())
    _shot(page, "start_page", whole=True)
    page.close()


def _graded_page(browser):
    page = browser.new_page(viewport={"width": 900, "height": 900})
    html = ROOT / "feedback" / GRADED / ASSIGNMENT / "logsumexp_softmax.html"
    page.goto(html.as_uri())
    _shot(page, "feedback_in_a_browser")
    page.close()


def _student(browser, student):
    with running(student) as server:
        with logged_in(browser, server) as page:
            run_all(page, f"{server}/lab/tree/logsumexp_softmax.ipynb")
            failed = page.get_by_text("the shift belongs outside the log")
            failed.wait_for(timeout=60_000)
            failed.scroll_into_view_if_needed()
            page.mouse.wheel(0, 120)
            page.wait_for_timeout(500)
            _shot(page, "jupyterlab")
        with logged_in(browser, server) as page:
            # A workspace of its own, or JupyterLab would open the other notebook again.
            run_all(page, f"{server}/lab/workspaces/other/tree/losses_with_logits.ipynb")
            # When all has run, JupyterLab shows the last cell, below the third figure.
            page.locator(".jp-RenderedImage img").nth(2).wait_for(timeout=60_000)
            page.wait_for_timeout(2000)
            _shot(page, "run_all")


def _handin(student):
    notebooks = sorted(path.name for path in student.glob("*.ipynb"))
    named = ["--name", "Dario Belfanti", "--title", "Softmax and losses", "--output", "handin.pdf"]
    _run("gradekit", "handin", *notebooks, *named, cwd=student)
    _page(student / "handin.pdf", 1, "handin", height=520)


def _instructor(browser):
    with running(ROOT) as server, logged_in(browser, server) as page:
        page.goto(f"{server}/lab/tree/source/{ASSIGNMENT}/losses_with_logits.ipynb")
        page.get_by_text("### BEGIN SOLUTION").first.wait_for(timeout=60_000)
        page.get_by_text("### BEGIN SOLUTION").first.scroll_into_view_if_needed()
        page.wait_for_timeout(500)
        _shot(page, "source")
        page.goto(f"{server}/formgrader/gradebook/{ASSIGNMENT}/losses_with_logits")
        number = _number_of_submission(page)
        page.get_by_text(f"Submission #{number}", exact=True).click()
        page.locator("input#a2b_d1").wait_for()
        page.wait_for_load_state("networkidle")
        page.locator("input#a2b_d1").scroll_into_view_if_needed()
        page.mouse.wheel(0, -80)
        page.wait_for_timeout(500)
        _shot(page, "formgrader")
    shutil.rmtree(ROOT / ".jupyter", ignore_errors=True)
    (ROOT / ".jupyter.log").unlink()


def _number_of_submission(page):
    page.get_by_text("Submission #1", exact=True).wait_for()
    return re.search(r"Submission #(\d+)", page.locator("table").inner_text())[1]


if __name__ == "__main__":
    main()
