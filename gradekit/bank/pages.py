"""Reads the answer bank: pages, their entries, and the text a student would have typed.

A page is read as text. Nothing of it is executed but assignments of constants, so that an entry
which hangs or crashes does so only where it is judged.
"""

import ast
import contextlib
import inspect
import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

from gradekit import course

# Functions of a page that are no entries: they serve the comparison of surviving mutants.
HELPERS = ("inputs", "observe")


class PageError(course.CourseError):
    """A page of the bank cannot be read; the text is one sentence with file and line."""


@dataclass(frozen=True)
class Entry:
    """One answer: what it claims, and the text of the cell that it stands for."""

    name: str
    kind: str
    fails: frozenset
    says: str
    source: str
    path: Path
    line: int


@dataclass(frozen=True)
class Page:
    """All answers to one exercise."""

    assignment: str
    notebook: str
    exercise: str
    cell: str
    name: str | None
    entries: list[Entry]
    manual: bool
    path: Path


def read_pages(root, assignment, notebook):
    """Read all pages of one notebook.

    Parameters
    ----------
    root : Path
        The course's folder.
    assignment, notebook : str
        Name of the assignment, and of the notebook without its ending.

    Returns
    -------
    list of Page
        Sorted by file name; empty if the bank has no folder for the notebook.

    Raises
    ------
    PageError
        If a page is not Python or an entry's claim cannot be read.
    """
    root = Path(root)
    source = course.read_notebook(root / "source" / assignment / f"{notebook}.ipynb")
    manual_ids = manual_cells(source)
    return [read_page(path, manual_ids) for path in page_paths(root, assignment, notebook)]


def manual_cells(notebook):
    """grade_ids of the answers that a human grades."""
    return {course.grade_id(cell) for cell in notebook.cells if course.is_manual(cell)}


def page_paths(root, assignment, notebook):
    """Paths of a notebook's pages, sorted."""
    folder = Path(root) / "answer_bank" / assignment / notebook
    return sorted(path for path in folder.glob("*.py") if path.name != "__init__.py")


def read_page(path, manual_ids):
    """Read one page; `manual_ids` are the grade_ids of the answers that a human grades."""
    return _PageReader(path).read(manual_ids)


def place(path, line):
    """A line of a page as complaints show it, from the course's folder on."""
    return f"{path.relative_to(path.parents[3]).as_posix()}:{line}"


class _PageReader:
    """Reads one page; knows the file for the sake of its error messages."""

    def __init__(self, path):
        self.path, self.text = path, path.read_text(encoding="utf-8")

    def read(self, manual_ids):
        try:
            body = ast.parse(self.text).body
        except SyntaxError as error:
            raise PageError(f"{self._at(error.lineno)}: not Python: {error.msg}.") from None
        self.constants = _constants(body)
        cell, name = self.constants.get("CELL"), self.constants.get("NAME")
        if not isinstance(cell, str):
            raise PageError(f'{self._at(1)}: the page has no CELL = "..." (a grade_id).')
        manual = cell in manual_ids
        defined = [node for node in body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
        entries = [self._entry(node, name, manual) for node in defined if node.name not in HELPERS]
        self._refuse_double_names(entries)
        notebook = self.path.parent.name
        assignment = self.path.parent.parent.name
        return Page(
            assignment, notebook, self.path.stem, cell, name, entries, manual, self.path
        )  # fmt: skip

    def _entry(self, node, name, manual):
        marks = [mark for mark in map(_mark, node.decorator_list) if mark]
        if len(marks) != 1:
            raise PageError(
                f"{self._at(node.lineno)}: {node.name} needs one of @right and @wrong(...), "
                f"it has {len(marks)}."
            )
        kind, keywords = marks[0]
        claim = {keyword.arg: self._value(keyword.value, node) for keyword in keywords}
        if set(claim) - ({"fails", "says"} if kind == "wrong" else set()):
            raise PageError(
                f"{self._at(node.lineno)}: {node.name}: @right takes nothing, "
                "@wrong takes fails= and says=."
            )
        if manual:
            source = inspect.cleandoc(ast.get_docstring(node, clean=False) or "")
        elif name is None:
            source = _body_text(self.text, node)
        else:
            source = _renamed_text(self.text, node, name)
        fails, says = frozenset(claim.get("fails", ())), claim.get("says", "")
        return Entry(node.name, kind, fails, says, source, self.path, node.lineno)

    def _value(self, node, entry):
        """A claim is a literal, or an expression of the page's constants."""
        try:
            code = compile(ast.Expression(node), str(self.path), "eval")
            return eval(code, {"__builtins__": {}}, dict(self.constants))
        except Exception as error:
            raise PageError(
                f"{self._at(node.lineno)}: {entry.name}: write the claim with literals and "
                f"constants of the page ({error})."
            ) from None

    def _refuse_double_names(self, entries):
        seen = {}
        for entry in entries:
            if entry.name in seen:
                raise PageError(
                    f"{self._at(entry.line)}: {entry.name} stands also in line {seen[entry.name]}."
                )
            seen[entry.name] = entry.line

    def _at(self, line):
        return place(self.path, line)


def _constants(body):
    """Values of the page's assignments that are made of literals and earlier constants."""
    values = {}
    for node in body:
        if isinstance(node, ast.Assign):
            code = compile(ast.Module([node], []), "constants", "exec")
            with contextlib.suppress(Exception):
                exec(code, {"__builtins__": {}}, values)
    return values


def _mark(decorator):
    """("right" or "wrong", keywords) of a decorator of ours, None for another one."""
    keywords = []
    if isinstance(decorator, ast.Call):
        decorator, keywords = decorator.func, decorator.keywords
    if isinstance(decorator, ast.Name) and decorator.id in ("right", "wrong"):
        return decorator.id, keywords
    return None


def _renamed_text(text, node, name):
    """The entry as the student's definition of `name`, comments and layout kept."""
    lines = text.splitlines()
    for position in sorted(_positions(lines, node), reverse=True):
        line, start = position
        raw = lines[line - 1].encode()
        end = start + len(node.name.encode())
        lines[line - 1] = (raw[:start] + name.encode() + raw[end:]).decode()
    kept = [
        "@" + ast.get_source_segment(text, decorator)
        for decorator in node.decorator_list
        if not _mark(decorator)
    ]
    return "\n".join(kept + lines[node.lineno - 1 : node.end_lineno])


def _positions(lines, node):
    """(line, byte offset) of every place where the entry's own name stands as a name."""
    head = re.match(r"(?:class|def)\s+", lines[node.lineno - 1])
    yield node.lineno, head.end()
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and part.id == node.name:
            # Before Python 3.12 a name inside an f-string has a wrong position.
            at = lines[part.lineno - 1].encode()[part.col_offset :]
            if at.startswith(node.name.encode()):
                yield part.lineno, part.col_offset


def _body_text(text, node):
    """The dedented body; its docstring tells the reader of the bank what the idea is."""
    lines = text.splitlines()
    has_docstring = ast.get_docstring(node) is not None
    start = node.body[0].end_lineno if has_docstring else node.lineno
    return textwrap.dedent("\n".join(lines[start : node.end_lineno]))
