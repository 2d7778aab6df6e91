"""The invented students of the sample class, and what they do to their notebooks."""

import ast
from collections.abc import Callable
from dataclasses import dataclass

from gradekit import course


def _forget_to_close(nb):
    """Leave a parenthesis open in the last function."""
    for cell in _functions(nb)[-1:]:
        cell.source += "\nprint(1 + (2"


def _delete_a_test(nb):
    nb.cells.remove(_first_test(nb))


def _copy_a_test(nb):
    copy = _first_test(nb).copy()
    copy["id"] = "copied-test"
    nb.cells.append(copy)


def _chatter(nb):
    """Let every function write to stderr when it is called."""
    for cell in _functions(nb):
        lines = cell.source.splitlines()
        for line, indent in reversed(_first_statements(cell.source)):
            lines.insert(line - 1, f'{indent}print("here", file=__import__("sys").stderr)')
        cell.source = "\n".join(lines)


def _first_test(nb):
    return next(cell for cell in nb.cells if course.is_test(cell))


def _functions(nb):
    """The answered cells that define a function."""
    cells = [cell for cell in nb.cells if cell.cell_type == "code" and course.is_solution(cell)]
    return [cell for cell in cells if _first_statements(cell.source)]


def _first_statements(source):
    """Line and indentation of the first statement after the docstring, function by function."""
    try:
        functions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    except SyntaxError:
        return []
    bodies = [node.body[1:] if ast.get_docstring(node) else node.body for node in functions]
    starts = [
        (body[0].lineno, " " * body[0].col_offset)
        for node, body in zip(functions, bodies, strict=True)
        if body and body[0].lineno > node.lineno
    ]
    return starts


@dataclass(frozen=True)
class Student:
    """An invented student.

    `chances` are the weights of a right, a wrong and a blank answer; `notebooks` is how many of
    the assignment's notebooks are handed in; a `scan` comes in place of typed derivations;
    `typed_id` stands in the notebook where the id belongs.
    """

    first_name: str
    last_name: str
    chances: tuple = (1, 0, 0)
    twists: tuple[Callable, ...] = ()
    notebooks: int = 99
    scan: bool = False
    typed_id: str | None = None

    @property
    def id(self):
        return f"{self.first_name[0]}{self.last_name}".lower()


STUDENTS = [
    Student("Amara", "Nkemelu"),
    Student("Bjarne", "Tofte", chances=(8, 1, 0)),
    Student("Chiyo", "Hanamura", chances=(6, 2, 0)),
    Student("Dario", "Belfanti", chances=(4, 3, 1)),
    Student("Esra", "Yildizhan", chances=(0, 1, 0)),
    Student("Farid", "Qasemi", chances=(0, 0, 1), typed_id=""),
    Student("Greta", "Lindqvall", twists=(_forget_to_close,)),
    Student("Hoa", "Trinhvan", twists=(_delete_a_test,)),
    Student("Ines", "Carvalhosa", twists=(_chatter,)),
    Student("Jonas", "Wiebelt", scan=True),
    Student("Kofi", "Adomakoh", notebooks=1),
    Student("Lucia", "Ferrandiz", chances=(5, 1, 2), typed_id="kadomakoh"),
    Student("Milan", "Prohazka", chances=(3, 1, 0), twists=(_copy_a_test,)),
    Student("Noor", "Vanderzee", chances=(9, 1, 0), scan=True),
]
