"""Grades one class of the tiny course, in which everybody does something else."""

import io
import re
import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from pypdf import PdfReader

from gradekit import course, grade, stock, survey
from gradekit.__main__ import main
from gradekit.preprocessors.hidetests import NOTE

RIGHT = {"add": "def add(a, b):\n    return a + b"}
RIGHT_TOO = {"double": "def double(x):\n    return 2 * x"}
NOISY = """\
import sys, warnings

def add(a, b):
    warnings.warn("adding")
    print("adding", file=sys.stderr)
    return a + b"""
RAISES_LATE = """\
def add(a, b):
    if a > 3:
        return a / 0
    return a + b"""
ALL_TESTS = {"add_core": 2, "add_edges": 1, "double_core": 2}


def _without(*grade_ids):
    def change(nb):
        nb.cells = [cell for cell in nb.cells if course.grade_id(cell) not in grade_ids]

    return change


def _hand_in_right(tiny, student):
    folder = tiny.hand_in(student)
    tiny.answer(student, "adding", RIGHT)
    tiny.answer(student, "doubling", RIGHT_TOO)
    return folder


def _delete_and_define_elsewhere(nb):
    """Everything about the exercise is gone; the answer stands in a cell of the student's own."""
    _without("add_text", "add", "add_check", "add_core", "add_edges", "why_question")(nb)
    nb.cells.insert(2, new_code_cell(RIGHT["add"]))


def _copy_cells(nb):
    copies = [
        nbformat.from_dict({**cell, "id": f"copy-{number}"})
        for number, cell in enumerate(nb.cells)
        if course.grade_id(cell) in ("add", "add_core", "why")
    ]
    nb.cells += copies


def _tamper(nb):
    for cell in nb.cells:
        data = cell.metadata.get("nbgrader", {})
        if data.get("grade_id") == "add_core":
            cell.source = "pass"
            data.update(solution=True, locked=False, points=100)
        if data.get("grade_id") == "add_edges":
            data.update(grade=False, schema_version=1)
    nb.cells.append(new_code_cell("1", metadata={"nbgrader": {"grade_id": "x", "grade": True}}))


def _hand_in_everything(tiny):
    root = tiny.root
    _hand_in_right(tiny, "1234567")
    tiny.answer("1234567", "adding", {"student_id": "STUDENT_ID = '1234567'", "why": "So it is."})
    _hand_in_right(tiny, "noisy")
    tiny.answer("noisy", "adding", {"add": NOISY, "student_id": "STUDENT_ID = '1234567'"})

    tiny.hand_in("untouched")
    (tiny.hand_in("scan") / "page.heic").write_bytes(b"photo")
    (tiny.hand_in("scan_only", notebooks=()) / "page.pdf").write_bytes(b"scan")
    (tiny.hand_in("half_and_scan", notebooks=["doubling"]) / "page.png").write_bytes(b"scan")
    tiny.hand_in("half", notebooks=["doubling"])

    for student, change in [
        ("deletes", _delete_and_define_elsewhere),
        ("copies", _copy_cells),
        ("tampers", _tamper),
        ("deletes_answer", _without("add")),
    ]:
        tiny.edit(_hand_in_right(tiny, student) / "adding", change)

    _hand_in_right(tiny, "raises")
    tiny.answer("raises", "adding", {"add": RAISES_LATE})
    _hand_in_right(tiny, "exits")
    tiny.answer("exits", "doubling", {"double": "import os\nos._exit(0)"})

    cheat = tiny.hand_in("brings_modules")
    (cheat / "nn_utils.py").write_text("def check_add(add): pass\nprint('a submitted file ran')")
    for module in ("adding", "doubling"):
        path = cheat / "hidden_tests" / "warmup" / f"{module}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("add_core = add_edges = double_core = lambda *_: None")
    (cheat / "hidden_tests.py").write_text("")

    link = _hand_in_right(tiny, "links") / "adding.ipynb"
    link.unlink()
    link.symlink_to(root / "source" / "warmup" / "adding.ipynb")
    (root / "submitted" / "links_folder").mkdir()
    (root / "submitted" / "links_folder" / "warmup").symlink_to(root / "source" / "warmup")
    (_hand_in_right(tiny, "links_nowhere") / "data.csv").symlink_to("nowhere")

    (_hand_in_right(tiny, "no_json") / "adding.ipynb").write_text("{")
    folder = _hand_in_right(tiny, "misnamed")
    (folder / "adding.ipynb").rename(folder / "adding (1).ipynb")
    # A folder where the course has a file.
    folder = _hand_in_right(tiny, "in_the_way")
    (folder / "nn_utils.py").unlink()
    (folder / "nn_utils.py").mkdir()
    (folder / "nn_utils.py" / "inside.txt").write_text("")
    shutil.copytree(folder, root / "submitted" / "a,b" / "warmup")
    (root / "submitted" / "empty" / "warmup").mkdir(parents=True)
    (root / "roster.csv").write_text("id,first_name,last_name\n1234567,Ada,Invented\n")


@pytest.fixture(scope="module")
def graded(shared):
    """The class after one run; `told` is what the run said."""
    _hand_in_everything(shared)
    out = io.StringIO()
    assert grade.grade(shared.root, shared.assignment, out) is True
    shared.told = out.getvalue()
    shared.scores = shared.grades()
    return shared


def _points(graded, student):
    return {name: graded.scores[student][name][0] for name in ALL_TESTS}


def _outputs(graded, student, notebook="adding"):
    cells = graded.autograded(student, notebook).cells
    return {course.grade_id(cell): str(cell.get("outputs")) for cell in cells}


def _note(graded, student):
    """The lines under a student's line in the table."""
    lines = graded.told.split("--\n")[-1].splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{student} "))
    notes = []
    for line in lines[start + 1 :]:
        if not line.startswith("    "):
            break
        notes.append(line.strip())
    return "; ".join(notes)


@pytest.mark.parametrize(
    "student",
    ["1234567", "noisy", "deletes", "copies", "tampers", "links_nowhere", "misnamed", "in_the_way"],
)
def test_right_answers_get_all_points(graded, student):
    """Do right answers get their points whatever the student did to the cells around them?"""
    assert _points(graded, student) == ALL_TESTS


@pytest.mark.parametrize("student", ["untouched", "brings_modules", "links_folder"])
def test_no_answers_get_no_points(graded, student):
    """Is there nothing to gain by own modules, or by a link to the instructor's notebooks?"""
    assert not any(_points(graded, student).values())


def test_stderr_is_recorded(graded):
    """Did the noisy student's tests write to stderr, as this test of the scores assumes?"""
    assert "stderr" in _outputs(graded, "noisy")["add_core"]


def test_blank_answer(graded):
    """Does a written answer left blank score 0 without asking a human?"""
    assert graded.scores["untouched"]["why"] == (0, False)


@pytest.mark.parametrize("student", ["scan", "scan_only", "half_and_scan"])
def test_blank_answer_beside_a_scan(graded, student):
    """Is a human asked about a blank answer, or a missing notebook, when a file came with it?"""
    assert graded.scores[student]["why"] == (None, True)


def test_missing_notebook(graded):
    """Does a notebook that was not handed in score 0 when nothing came in its place?"""
    assert graded.scores["half"]["why"] == (0, False)
    assert "no adding.ipynb" in _note(graded, "half")


def test_scan_can_be_graded_by_hand(graded):
    """Does a student who handed in only a scan have notebooks for formgrader to open?"""
    assert "add_core" in _outputs(graded, "scan_only")
    assert (graded.root / "autograded" / "scan_only" / "warmup" / "page.pdf").exists()


def test_deleted_cells_stand_in_order(graded):
    """Do deleted cells come back once each, and in the source's order?"""
    ids = [course.grade_id(cell) for cell in graded.autograded("deletes", "adding").cells]
    ids = [grade_id for grade_id in ids if grade_id not in (None, "student_id")]
    tests = ["add_check", "add_core", "add_edges"]
    assert ids == ["setup", "add_text", "add", *tests, "why_question", "why"]


def test_deleted_answer(graded):
    """Does a student who deleted the function read that it is missing, and no hidden test?"""
    assert graded.scores["deletes_answer"]["add_core"] == (0, False)
    shown = _outputs(graded, "deletes_answer")["add_core"]
    assert "NameError: name 'add' is not defined" in shown
    assert NOTE in shown
    assert "hidden_tests" not in shown


def test_error_inside_a_hidden_test(graded):
    """Does an error show the student's own line, and no line of the hidden test that led to it?"""
    assert graded.scores["raises"]["add_core"] == (0, False)
    shown = _outputs(graded, "raises")["add_core"]
    assert "ZeroDivisionError: division by zero" in shown
    assert "Cell" in shown and NOTE in shown
    for secret in ("unusual_number", "123456", "hidden.add_core", "hidden_tests"):
        assert secret not in shown


def test_submitted_modules_do_not_run(graded):
    """Are the course's own nn_utils.py and hidden tests used, and submitted ones left out?"""
    shown = _outputs(graded, "brings_modules")
    assert "a submitted file ran" not in str(shown)
    assert "NotImplementedError" in shown["add_check"]
    folder = graded.root / "autograded" / "brings_modules" / "warmup"
    assert (folder / "nn_utils.py").read_bytes() == (graded.root / "nn_utils.py").read_bytes()
    assert not list(folder.glob("hidden_tests*"))


@pytest.mark.parametrize(
    ("student", "sentence"),
    [
        ("links", "submitted/links/warmup/adding.ipynb is a link"),
        ("no_json", "submitted/no_json/warmup/adding.ipynb is not a notebook"),
    ],
)
def test_notebook_that_is_refused(graded, student, sentence):
    """Is a notebook that cannot be graded named, its other notebook graded, and a human asked?"""
    assert sentence in _note(graded, student)
    assert graded.scores[student]["add_core"] == (0, True)
    assert graded.scores[student]["double_core"] == (2, False)


def test_kernel_that_dies(graded):
    """Does a notebook that ends its kernel cost only what did not run, and is that told?"""
    assert graded.scores["exits"]["double_core"] == (0, False)
    assert "process ended" in _note(graded, "exits")
    assert graded.scores["exits"]["add_core"] == (2, False)


def test_notes(graded):
    """Does the table say what an instructor has to know about a submission?"""
    assert "adding (1).ipynb was graded as adding.ipynb" in _note(graded, "misnamed")
    assert "rename the folder" in _note(graded, "a,b")
    assert "submitted/links_folder/warmup is a link" in _note(graded, "links_folder")
    assert "the folder is empty" in _note(graded, "empty")
    assert "hidden_tests is a module of the course" in _note(graded, "brings_modules")
    assert "nn_utils.py is a module of the course" in _note(graded, "in_the_way")
    assert "data.csv is a link" in _note(graded, "links_nowhere")
    assert "'1234567' is somebody else's, too" in _note(graded, "noisy")
    assert "STUDENT_ID is empty" in _note(graded, "untouched")
    assert _note(graded, "1234567") == ""


def test_notes_reach_students(graded):
    """Does feedback say on top what happened to a notebook, as HTML and as PDF?"""
    folder = graded.root / "feedback" / "misnamed" / "warmup"
    page = " ".join(PdfReader(folder / "adding.pdf").pages[0].extract_text().split())
    for text in ((folder / "adding.html").read_text(encoding="utf-8"), page):
        assert "Notes from grading" in text
        assert "adding (1).ipynb was graded as adding.ipynb." in text


def test_names_from_the_roster(graded):
    """Does the roster's name stand in the table?"""
    assert "1234567         Ada Invented" in graded.told


def test_submissions_are_left_alone(graded):
    """Is everything that students handed in still there?"""
    assert (graded.root / "submitted" / "brings_modules" / "warmup" / "hidden_tests").is_dir()
    assert (graded.root / "submitted" / "links" / "warmup" / "adding.ipynb").is_symlink()
    assert len(survey.students(graded.root)) == 22


def test_feedback_for_everybody(graded):
    """Has everybody who was graded one PDF and one page of HTML per notebook?"""
    for student in graded.scores:
        folder = graded.root / "feedback" / student / "warmup"
        notebooks = list((graded.root / "autograded" / student / "warmup").glob("*.ipynb"))
        assert notebooks
        for path in notebooks:
            assert (folder / f"{path.stem}.html").exists()
            assert (folder / f"{path.stem}.pdf").read_bytes().startswith(b"%PDF")


def test_feedback_shows_no_hidden_test(graded):
    """Is there no line of a hidden test in the feedback's HTML?"""
    for path in (graded.root / "feedback").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for secret in ("unusual_number", "unlikely_pair", "improbable_number", "hidden.add_core"):
            assert secret not in text, path


def test_report_on_the_class(graded, capsys):
    """Does it tell points, what the checks named, and who needs a look, and why?"""
    assert main(["--course", str(graded.root), "report", "warmup"]) == 0
    pages = PdfReader(graded.root / "reports" / "warmup.pdf").pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert "20 handed in" in text
    assert "adding add_core 2" in text
    assert "Ada Invented (1234567)" in text
    assert "more than one copy" in text.lower()
    assert "STUDENT_ID '1234567' is somebody else's, too" in text
    lines = (graded.root / "reports" / "warmup.csv").read_text(encoding="utf-8-sig").splitlines()
    (core,) = (line for line in lines if line.startswith("adding,add_core,"))
    full = sum(points["add_core"][0] == 2 for points in graded.scores.values())
    points, graded_cells, waiting, all_points = core.split(",")[3:7]
    assert (points, all_points, int(graded_cells) + int(waiting)) == ("2", str(full), 20)


def test_report_without_names(graded):
    """Is nobody named in a report that is to be shown to others?"""
    assert main(["--course", str(graded.root), "report", "warmup", "--without-names"]) == 0
    pages = PdfReader(graded.root / "reports" / "warmup.pdf").pages
    text = " ".join(page.extract_text() for page in pages)
    assert "20" in text
    for student in ("1234567", "noisy", "tampers", "half_and_scan", "Ada", "Invented"):
        assert student not in text


@pytest.mark.parametrize(
    ("assignment", "sentence"), [("warmpu", "There is no assignment"), ("unused", "been graded")]
)
def test_report_on_nothing(graded, capsys, assignment, sentence):
    """Is it said if there is no such assignment, or nobody's was graded?"""
    shutil.copytree(graded.root / "source" / "warmup", graded.root / "source" / "unused")
    try:
        assert main(["--course", str(graded.root), "report", assignment]) == 1
    finally:
        shutil.rmtree(graded.root / "source" / "unused")
    assert sentence in capsys.readouterr().err


def _again(tiny):
    out = io.StringIO()
    grade.grade(tiny.root, tiny.assignment, out)
    return out.getvalue()


def test_second_runs(graded):
    """Is only what changed graded again, and do scores by hand survive?"""
    assert "0 of 20 submissions are new or changed" in _again(graded)

    _grade_by_hand(graded, "noisy", "why", 3)
    told = _again(graded)
    assert "0 of 20 submissions are new or changed" in told
    assert "1 of 20 need new feedback" in told

    graded.answer("noisy", "adding", {"add": RAISES_LATE})
    told = _again(graded)
    assert "graded 1 of 1: noisy" in told
    assert graded.grades()["noisy"]["add_core"] == (0, False)
    assert _score_by_hand(graded, "noisy", "why") == 3


def _grade_by_hand(tiny, student, cell, score):
    with stock.gradebook(tiny.root) as book:
        found = book.find_grade(cell, "adding", tiny.assignment, student)
        found.manual_score, found.needs_manual_grade = score, False
        book.db.commit()


def _score_by_hand(tiny, student, cell):
    with stock.gradebook(tiny.root) as book:
        return book.find_grade(cell, "adding", tiny.assignment, student).manual_score


# --- an assignment that needs more than the course ----------------------------------------------


def needs(course, requirement):
    """Let the tiny course's assignment ask for a package, as an optional assignment does."""
    path = course.root / "source" / "warmup" / "requirements.txt"
    path.write_text(f"# more than the course needs\n{requirement}\n", encoding="utf-8")


@pytest.mark.parametrize("requirement", ["no-such-package>=1", "numpy<1"])
def test_package_that_is_missing(released, requirement):
    """Is nobody graded, with one line that says why, by our command and by nbgrader's?"""
    released.hand_in("ada")
    needs(released, requirement)
    out = io.StringIO()
    assert grade.grade(released.root, "warmup", out)
    said = f"warmup is skipped: it needs {requirement}, which is not installed here"
    assert out.getvalue().startswith(said) and out.getvalue().count("\n") == 1
    result = stock.api(released.root).autograde("warmup", "ada")
    assert result["success"] and said in result["log"]
    assert not (released.root / "autograded" / "ada").exists()


def test_package_that_is_there(released):
    """Is an assignment graded whose packages are installed, and can students read what it needs?"""
    released.hand_in("ada")
    needs(released, "numpy>=1.20")
    assert course.reason_to_skip(released.root, "warmup") is None
    released.release()
    assert (released.root / "release" / "warmup" / "requirements.txt").exists()


def test_extra_credit(released):
    """Do points on top of the total come out in the score, the table and the PDF?"""

    def on_top(nb):
        cell = next(c for c in nb.cells if course.grade_id(c) == "double_core")
        cell.metadata.nbgrader["points"] = 0
        cell.metadata["gradekit"] = {"extra_credit": 2}

    released.edit(released.root / "source" / "warmup" / "doubling", on_top)
    released.release()
    for student, answer in (("ada", "return x + x"), ("bob", "return x")):
        released.hand_in(student, ["doubling"])
        released.answer(student, "doubling", {"double": f"def double(x):\n    {answer}"})
    out = io.StringIO()
    grade.grade(released.root, "warmup", out)
    with stock.gradebook(released.root) as book:
        found = {s.student.id: s for s in book.assignment_submissions("warmup")}
        assert {name: s.score for name, s in found.items()} == {"ada": 2, "bob": 0}
        assert found["ada"].max_score == found["bob"].max_score
        assert book.find_grade("double_core", "doubling", "warmup", "ada").extra_credit == 2
    assert re.search(r"^ada .*\+2", out.getvalue(), re.MULTILINE)
    page = released.root / "feedback" / "ada" / "warmup" / "doubling.pdf"
    assert "+2" in PdfReader(page).pages[0].extract_text()
