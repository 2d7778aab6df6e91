"""Runs `python -m gradekit grade` in a fresh clone of this course, and looks at what it made."""

import html
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pypdf
import pytest

from gradekit import course, release, stock
from gradekit.sample_students import STUDENTS

ROOT = Path(__file__).parents[1]
ASSIGNMENT = "a2_softmax_and_losses"
# Shorter lines of a hidden test, such as `return x`, stand in many places.
TELLING = 25


def _clone(folder):
    """The files that git would clone, in a folder whose path has blanks."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).exists() and not name.startswith("tests/"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name, follow_symlinks=False)


def _grade(root):
    without = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, "-m", "gradekit", "grade", "--assignment", ASSIGNMENT],
        cwd=root,
        env=without,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A clone in which the sample class was graded; `told` is what the command said."""

    class Clone:
        root = tmp_path_factory.mktemp("clone") / "our course"

    Clone.root.mkdir()
    _clone(Clone.root)
    done = _grade(Clone.root)
    assert done.returncode == 0, done.stdout + done.stderr
    Clone.told = done.stdout
    with stock.gradebook(Clone.root) as book:
        Clone.grades = {
            submission.student.id: [
                (grade.name, grade.cell.cell_type, grade.auto_score, grade.max_score)
                for notebook in submission.notebooks
                for grade in notebook.grades
            ]
            for submission in book.assignment_submissions(ASSIGNMENT)
        }
    return Clone


def _notebooks():
    return [path.stem for path in course.notebooks(ROOT, ASSIGNMENT)]


def _score(clone, student):
    return sum(score or 0 for _, _, score, _ in clone.grades[student])


@pytest.fixture(scope="module")
def secrets():
    """For each assignment the lines of its hidden tests that stand in nothing that students get."""
    shown = (ROOT / "nn_utils.py").read_text(encoding="utf-8")
    for assignment in course.assignments(ROOT):
        for path in course.notebooks(ROOT, assignment):
            released = ROOT / "release" / assignment / path.name
            cells = json.loads(released.read_text(encoding="utf-8"))["cells"]
            shown += "\n".join("".join(cell["source"]) for cell in cells)
    return {name: _secret_lines(name, shown) for name in course.assignments(ROOT)}


def _secret_lines(assignment, shown):
    tests = ROOT / "hidden_tests"
    texts = [path.read_text("utf-8") for path in (tests / assignment).glob("*.py")]
    texts.append((tests / "__init__.py").read_text("utf-8"))
    lines = {line.strip() for text in texts for line in text.splitlines()}
    return {line for line in lines if len(line) >= TELLING and line not in shown}


@pytest.mark.parametrize("assignment", course.assignments(ROOT))
def test_release_is_current(assignment, tmp_path):
    """Is the committed release what the source gives now? If not: make release."""
    made = release.regenerated(ROOT, assignment, tmp_path)
    assert release.differences(made, ROOT / "release" / assignment) == []


def test_release_in_the_clone_is_current(clone):
    """Did the clone's release stay as it was committed?"""
    assert f"release/{ASSIGNMENT}: current" in clone.told


@pytest.mark.parametrize("assignment", course.assignments(ROOT))
def test_release_leaks_nothing(assignment, secrets):
    """Does a release show no line of a hidden test, mark scheme or solution, and no output?"""
    for source in course.notebooks(ROOT, assignment):
        released = course.read_notebook(ROOT / "release" / assignment / source.name)
        assert not any(cell.get("outputs") for cell in released.cells)
        text = "\n".join(cell.source for cell in released.cells)
        for mark in ("HIDDEN TESTS", "MARK SCHEME", "BEGIN SOLUTION", "END SOLUTION"):
            assert mark not in text
        assert [line for line in _hidden_lines(course.read_notebook(source)) if line in text] == []
        assert [line for line in secrets[assignment] if line in text] == []


@pytest.mark.parametrize("assignment", course.assignments(ROOT))
def test_released_cells_run(assignment):
    """Is each released code cell Python, with the line for the student's id as it was?"""
    for source in course.notebooks(ROOT, assignment):
        cells = course.read_notebook(ROOT / "release" / assignment / source.name).cells
        for cell in cells:
            if cell.cell_type == "code":
                compile(cell.source, f"{source.stem} {cell.id}", "exec")
        typed = [cell.source for cell in cells if course.grade_id(cell) == "student_id"]
        assert len(typed) == 1 and typed[0].startswith('STUDENT_ID = ""')


def _hidden_lines(nb):
    """Telling lines between BEGIN and END marks of any kind."""
    kept, lines = [], []
    for cell in nb.cells:
        within = False
        for line in map(str.strip, cell.source.splitlines()):
            if "### BEGIN " in line or "### END " in line:
                within = "BEGIN" in line
            else:
                (lines if within else kept).append(line)
    return {line for line in lines if len(line) >= TELLING} - set(kept)


def _validated(folder):
    """(valid, all) notebooks in a folder, by `nbgrader validate`, which always exits with 0."""
    names = sorted(path.name for path in folder.glob("*.ipynb"))
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "validate", *names],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.count("Success"), len(names)


@pytest.mark.parametrize("assignment", course.assignments(ROOT))
def test_release_with_solutions_is_valid(assignment, tmp_path):
    """Does nbgrader validate every released notebook once the solutions are filled in?"""
    if reason := course.reason_to_skip(ROOT, assignment):
        pytest.skip(reason)
    folder = shutil.copytree(ROOT / "release" / assignment, tmp_path / assignment)
    for source in course.notebooks(ROOT, assignment):
        nb = course.read_notebook(folder / source.name)
        solutions = {
            course.grade_id(cell): cell.source
            for cell in course.read_notebook(source).cells
            if course.is_solution(cell)
        }
        for cell in nb.cells:
            if course.is_manual(cell):
                cell.source = "An answer, which a human would grade."
            elif course.is_solution(cell):
                cell.source = solutions[course.grade_id(cell)]
        nbformat.write(nb, folder / source.name)
    valid, all_of_them = _validated(folder)
    assert valid == all_of_them > 0


def test_source_is_valid_where_it_lies(clone):
    """Does nbgrader validate the source, whose hidden tests a kernel has to find from there?"""
    valid, all_of_them = _validated(clone.root / "source" / ASSIGNMENT)
    assert valid == all_of_them > 0


def test_everybody_is_graded(clone):
    """Is every invented student in the gradebook, with every cell of every notebook?"""
    assert set(clone.grades) == {student.id for student in STUDENTS}
    cells = {
        course.grade_id(cell)
        for path in course.notebooks(ROOT, ASSIGNMENT)
        for cell in course.read_notebook(path).cells
        if course.is_test(cell) or course.is_manual(cell)
    }
    assert all({name for name, *_ in grades} == cells for grades in clone.grades.values())


@pytest.mark.parametrize("student", ["ankemelu", "htrinhvan", "icarvalhosa", "jwiebelt"])
def test_right_answers(clone, student):
    """Do right answers get all points, also with a deleted test, on stderr, or beside a scan?"""
    lost = [
        (name, score, points)
        for name, cell_type, score, points in clone.grades[student]
        if cell_type == "code" and score != points
    ]
    assert lost == []


def test_other_answers(clone):
    """Do untouched notebooks get nothing, and wrong answers less than right ones?"""
    right = _score(clone, "ankemelu")
    assert _score(clone, "fqasemi") == 0
    assert _score(clone, "eyildizhan") < right / 2
    assert 0 < _score(clone, "dbelfanti") < right


def test_scan_is_flagged(clone):
    """Are blank derivations beside a scan left for a human, and not scored 0?"""
    written = [score for _, kind, score, _ in clone.grades["jwiebelt"] if kind == "markdown"]
    assert written
    assert set(written) == {None}


def test_table(clone):
    """Does the run end with a table of names and the paths of the PDFs?"""
    for student in STUDENTS:
        assert f"{student.first_name} {student.last_name}" in clone.told
        for name in _notebooks()[: student.notebooks]:
            assert f"feedback/{student.id}/{ASSIGNMENT}/{name}.pdf" in clone.told


def test_pdfs(clone):
    """Has everybody one PDF per notebook, with name, notebook and number on every page?"""
    for student in STUDENTS:
        folder = clone.root / "feedback" / student.id / ASSIGNMENT
        for name in _notebooks()[: student.notebooks]:
            pages = pypdf.PdfReader(folder / f"{name}.pdf").pages
            texts = [page.extract_text() for page in pages]
            for number, text in enumerate(texts, start=1):
                assert student.last_name in text and name in text
                assert f"page {number} of {len(pages)}" in text
            assert len(pages) > 5
            assert "points so far" in texts[0] or "0 / " in texts[0]
            whole = " ".join(texts)
            for cell in course.read_notebook(ROOT / "source" / ASSIGNMENT / f"{name}.ipynb").cells:
                if course.is_test(cell):
                    assert course.grade_id(cell) in whole


def _texts(clone):
    """(place, text) of everything that feedback is made of."""
    for path in (clone.root / "autograded").rglob("*.ipynb"):
        outputs = [cell.get("outputs") for cell in nbformat.read(path, 4).cells]
        yield path, json.dumps(outputs, ensure_ascii=False)
    for path in (clone.root / "feedback").rglob("*.html"):
        yield path, html.unescape(path.read_text(encoding="utf-8"))
    for path in (clone.root / "feedback").rglob("*.pdf"):
        yield path, " ".join(page.extract_text() for page in pypdf.PdfReader(path).pages)


def test_no_hidden_test_is_shown(clone, secrets):
    """Is there no line of a hidden test in outputs, feedback and PDFs?"""
    submitted = (clone.root / "submitted").rglob("*.ipynb")
    typed = "".join(cell.source for path in submitted for cell in nbformat.read(path, 4).cells)
    secrets = {line for line in secrets[ASSIGNMENT] if line not in typed}
    assert secrets
    shown = [(place, line) for place, text in _texts(clone) for line in secrets if line in text]
    assert shown == []


def test_second_run_grades_what_changed(clone):
    """Does a second run grade nobody, and a third one only whose submission changed?"""
    students = len(STUDENTS)
    assert f"0 of {students} submissions are new or changed" in _grade(clone.root).stdout
    path = clone.root / "submitted" / "btofte" / ASSIGNMENT / f"{_notebooks()[0]}.ipynb"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    told = _grade(clone.root).stdout
    assert f"1 of {students} submissions are new or changed" in told
    assert "graded 1 of 1: btofte" in told
