"""Courses written as Markdown: notebooks with their solutions, and submissions with known points.

A file is one notebook. Text becomes text cells, and fenced code becomes code cells; what follows
the language says what nbgrader knows about a cell::

    ```python                              a plain cell
    ```python locked data                  read-only, with its grade_id
    ```python solution fib                 for the student's answer
    ```python test fib_values 2: a list    2 points; after the colon the idiom that the test uses
    ```python test fib_tree 2 together: b  runs in the process of the answers
    ```markdown manual why 4               an answer that a human grades (also with python)
    ```markdown task project 5

After the heading "# Submissions" each student has a section "## name" with the cells that differ
from the solution (`after fib` adds a plain cell behind the cell `fib`), and with the points::

    fails: fib_values, facts=1.5           0 points for the one, 1.5 for the other
    stock also fails: noisy -- reason      where the design wants the two to differ, and why
    engine also fails: sum -- reason

Test cells that are not named give all their points. Besides there is always a student `ada`, who
hands in the instructor's solutions.
"""

import importlib.util
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

FOREIGN = Path(__file__).parents[1] / "tests" / "files" / "foreign_course"
_KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}

_FENCED = re.compile(r"^```(python|markdown)(?: ([^\n]*))?\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
_HIDDEN = re.compile(r"\n### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS", re.DOTALL)
_ROLES = {
    "locked": {"locked": True},
    "solution": {"solution": True},
    "test": {"grade": True, "locked": True},
    "manual": {"grade": True, "solution": True},
    "task": {"task": True, "locked": True},
}
# Packages that a notebook may need and an environment may lack.
_OPTIONAL = ("pandas",)


@dataclass(frozen=True)
class Submission:
    """What a student hands in, and deserves.

    Attributes
    ----------
    student : str
    answers, after : dict of str to str
        Texts of cells, and of cells that the student adds behind others, by grade_id.
    left : dict of str to float
        Points that are left of tests that the student fails, by grade_id.
    left_by : dict of str to dict
        The same for tests that only "stock" fails, or only the "engine".
    reasons : dict of str to str
        Why only one of them fails a test.
    """

    student: str
    answers: dict = field(default_factory=dict)
    after: dict = field(default_factory=dict)
    left: dict = field(default_factory=dict)
    left_by: dict = field(default_factory=dict)
    reasons: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Notebook:
    """A notebook as the instructor wrote it."""

    assignment: str
    name: str
    cells: list
    submissions: list
    idioms: dict

    @property
    def points(self):
        """{grade_id: points} of the test cells."""
        cells = {cell.metadata.nbgrader.grade_id: cell for cell in self.cells if _is_test(cell)}
        return {name: cell.metadata.nbgrader.points for name, cell in cells.items()}

    def expected(self, submission, by):
        """{grade_id: points} that "stock" or the "engine" gives to a submission's test cells."""
        return {**self.points, **submission.left, **submission.left_by.get(by, {})}

    def handed_in(self, submission):
        """The notebook as a student hands it in: no hidden tests, own answers."""
        nb = _notebook(nbformat.from_dict(self.cells))
        for cell in list(nb.cells):
            known = cell.metadata.get("nbgrader", {})
            cell.source = _HIDDEN.sub("", cell.source)
            if known.get("solution"):
                cell.source = submission.answers.get(known.grade_id, without_marks(cell.source))
            if known.get("grade_id") in submission.after:
                added = new_code_cell(submission.after[known.grade_id], id="added")
                nb.cells.insert(nb.cells.index(cell) + 1, added)
        return nb


def read(path):
    """Read a notebook from its Markdown file."""
    text = path.read_text(encoding="utf-8")
    above, _, below = text.partition("\n# Submissions\n")
    cells, idioms = [], {}
    for kind, mark, source in _pieces(above + "\n"):
        cells.append(_cell(kind, mark, source, f"cell-{len(cells)}"))
        words, _, idiom = mark.partition(": ")
        if idiom:
            idioms[words.split()[1]] = idiom
    sections = re.split(r"^## (\w+)\n", below, flags=re.MULTILINE)[1:]
    pairs = zip(sections[::2], sections[1::2], strict=True)
    submissions = [Submission("ada"), *(_submission(name, text) for name, text in pairs)]
    notebook = Notebook(path.parent.name, path.stem, cells, submissions, idioms)
    _refuse_unknown_ids(notebook)
    return notebook


def notebooks(folder=FOREIGN):
    """All notebooks of a course that can run here, sorted."""
    found = [read(path) for path in sorted(folder.glob("*/*.md"))]
    missing = [name for name in _OPTIONAL if importlib.util.find_spec(name) is None]
    return [
        nb for nb in found if not any(f"import {m}" in c.source for c in nb.cells for m in missing)
    ]


def write_sources(root, chosen, folder=FOREIGN):
    """Write source/ of a course: the notebooks, and the files that lie beside them."""
    for notebook in chosen:
        place = root / "source" / notebook.assignment
        if not place.exists():
            beside = folder / notebook.assignment
            shutil.copytree(beside, place, ignore=shutil.ignore_patterns("*.md"))
        nbformat.write(_notebook(notebook.cells), place / f"{notebook.name}.ipynb")


def _notebook(cells):
    return new_notebook(cells=cells, metadata={"kernelspec": _KERNEL})


def _pieces(text):
    """(kind, mark, source) of each cell; kind "text" for what stands between the fences."""
    start = 0
    for match in _FENCED.finditer(text):
        between = text[start : match.start()].strip()
        if between:
            yield "text", "", between
        yield match[1], match[2] or "", match[3].rstrip("\n")
        start = match.end()
    if text[start:].strip():
        yield "text", "", text[start:].strip()


def _cell(kind, mark, source, cell_id):
    make = new_code_cell if kind == "python" else new_markdown_cell
    words = mark.partition(":")[0].split()
    if not words:
        return make(source, id=cell_id)
    role, grade_id, *more = words
    points = [word for word in more if word != "together"]
    known = {
        "schema_version": 3, "grade_id": grade_id,
        "grade": False, "solution": False, "locked": False, "task": False,
        **_ROLES[role],
        **({"points": float(points[0])} if points else {}),
    }  # fmt: skip
    metadata = {"nbgrader": known}
    if "together" in more:
        metadata["gradekit"] = {"together": True}
    return make(source, id=grade_id.replace("_", "-"), metadata=metadata)


def _submission(student, text):
    answers, after = {}, {}
    for _, mark, source in _FENCED.findall(text):
        if mark.startswith("after "):
            after[mark.split()[1]] = source.rstrip("\n")
        else:
            answers[mark] = source.rstrip("\n")
    prose = _FENCED.sub("", text)
    left_by, reasons = {}, {}
    for by in ("stock", "engine"):
        for lost, reason in _losses(prose, f"{by} also fails"):
            left_by.setdefault(by, {}).update(lost)
            reasons.update(dict.fromkeys(lost, reason))
    left = {name: points for lost, _ in _losses(prose, "fails") for name, points in lost.items()}
    return Submission(student, answers, after, left, left_by, reasons)


def _losses(prose, word):
    """({grade_id: points left}, reason) of each paragraph that begins with `word`."""
    for paragraph in re.findall(rf"^{word}:(.*?)(?:\n\n|\Z)", prose, re.MULTILINE | re.DOTALL):
        names, _, reason = " ".join(paragraph.split()).partition(" -- ")
        parts = (name.strip().partition("=") for name in names.split(","))
        yield {name: float(points or 0) for name, _, points in parts}, reason


def _refuse_unknown_ids(notebook):
    known = {
        cell.metadata.nbgrader.grade_id for cell in notebook.cells if "nbgrader" in cell.metadata
    }
    for submission in notebook.submissions:
        for part in (submission.answers, submission.after):
            _refuse(notebook, submission, set(part) - known)
        for part in (submission.left, *submission.left_by.values()):
            _refuse(notebook, submission, set(part) - set(notebook.points))


def _refuse(notebook, submission, unknown):
    if unknown:
        place = f"{notebook.assignment}/{notebook.name}.md: {submission.student}"
        raise ValueError(f"{place} names cells that are not there: {', '.join(sorted(unknown))}")


def _is_test(cell):
    known = cell.metadata.get("nbgrader", {})
    return bool(known.get("grade") and not known.get("solution"))


def without_marks(source):
    marks = ("### BEGIN SOLUTION", "### END SOLUTION")
    return "\n".join(line for line in source.splitlines() if line.strip() not in marks)
