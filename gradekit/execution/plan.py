"""What of a notebook runs where, read from the instructor's source.

Test cells run apart from the student's cells. A name that a test cell uses comes from whichever
cell of the source bound it last: from the student if that is a solution cell, from the source
itself if it is a cell that was given, and then that cell runs on the tests' side as well. What a
student puts in the place of an import, of a given function or of given data is not asked for.
"""

import ast
import functools
from dataclasses import dataclass, field

from IPython.core.inputtransformer2 import TransformerManager

from gradekit import course
from gradekit.bank.cell_graph import names_of

_BLOCKS = (ast.Try, ast.If, ast.With)
_RUNNING_MAGICS = ("%%capture", "%%time", "%%timeit", "%%prun")
_ORDER = ("__lt__", "__le__", "__gt__", "__ge__")


@dataclass(frozen=True)
class Cell:
    """A code cell of the source.

    Attributes
    ----------
    kind : str
        "test", "solution", or "given".
    grade_id : str or None
    text : str
        As Python, magics translated.
    raw : str
        As it stands in the notebook.
    binds, reads : frozenset of str
    words : frozenset of str
        Strings of the cell that could be names, as in ``globals()["x"]``.
    imports : dict of str to str
        For names that an import binds, the statement.
    """

    kind: str
    grade_id: str | None
    text: str
    raw: str
    binds: frozenset
    reads: frozenset
    imports: dict = field(hash=False)
    words: frozenset = frozenset()


@dataclass
class Plan:
    """The code cells of a source notebook, and the special methods of the classes asked for."""

    cells: list
    specials: dict

    def is_test(self, grade_id):
        """Is this the id of a test cell?"""
        return any(cell.kind == "test" and cell.grade_id == grade_id for cell in self.cells)

    def to_json(self):
        """Return the plan as values that JSON has."""
        cells = [
            {key: sorted(v) if isinstance(v, frozenset) else v for key, v in vars(cell).items()}
            for cell in self.cells
        ]
        return {"cells": cells, "specials": {k: sorted(v) for k, v in self.specials.items()}}

    @classmethod
    def from_json(cls, values):
        """Return the plan that `to_json` was asked for."""
        sets = ("binds", "reads", "words")
        cells = [
            Cell(**{key: frozenset(v) if key in sets else v for key, v in cell.items()})
            for cell in values["cells"]
        ]
        return cls(cells, {name: set(found) for name, found in values["specials"].items()})


def of(source):
    """Make the plan of a notebook.

    Parameters
    ----------
    source : nbformat.NotebookNode
        The instructor's notebook.

    Returns
    -------
    Plan
    """
    cells = [_cell(cell) for cell in source.cells if cell.cell_type == "code"]
    solutions = [cell for cell in cells if cell.kind == "solution"]
    return Plan(cells, _special_methods(cell.text for cell in solutions))


def _cell(cell):
    text = python_of(cell.source)
    if course.is_test(cell):
        kind = "test"
    elif course.is_solution(cell) or course.is_unlocked(cell) or "BEGIN SOLUTION" in cell.source:
        kind = "solution"
    else:
        kind = "given"
    inner = _inside_cell_magic(cell.source) or text
    binds, reads = names_of(inner)
    statements = _statements(inner)
    imports = {name: ast.unparse(s) for s in statements for name in _imported(s)}
    words = frozenset(_words(statements)) if kind == "test" else frozenset()
    return Cell(
        kind, course.grade_id(cell), text, cell.source, binds, reads, imports, words
    )


def _inside_cell_magic(text):
    """The Python that a magic such as %%time runs in the cell's own namespace, or None."""
    first, _, rest = text.lstrip().partition("\n")
    return python_of(rest) if first.split()[:1] and first.split()[0] in _RUNNING_MAGICS else None


def _words(statements):
    for node in (node for statement in statements for node in ast.walk(statement)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from [node.value] if node.value.isidentifier() else []


@functools.lru_cache(maxsize=4096)
def python_of(text):
    """A cell's text with magics translated into Python."""
    try:
        return TransformerManager().transform_cell(text)
    except SyntaxError:
        return text


def _statements(text):
    try:
        return ast.parse(text).body
    except SyntaxError:
        return []


def _imported(statement):
    """Names that a statement imports, also one that tries several modules."""
    if not isinstance(statement, (ast.Import, ast.ImportFrom, *_BLOCKS)):
        return
    for node in ast.walk(statement):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                yield alias.asname or alias.name.partition(".")[0]


def _special_methods(texts):
    """{class: names of the special methods that its instances have}, as far as texts define it."""
    classes = {
        node.name: node
        for text in texts
        for statement in _statements(text)
        for node in ast.walk(statement)
        if isinstance(node, ast.ClassDef)
    }

    def of_class(name, seen=()):
        node = classes.get(name)
        if node is None or name in seen:
            return set()
        found = {part.name for part in node.body if isinstance(part, ast.FunctionDef)}
        found |= {
            target.id
            for part in node.body
            if isinstance(part, ast.Assign)
            for target in part.targets
            if isinstance(target, ast.Name)
        }
        decorators = " ".join(map(ast.unparse, node.decorator_list))
        if "dataclass" in decorators:
            found |= {"__eq__", "__hash__", *(_ORDER if "order=True" in decorators else ())}
        if "total_ordering" in decorators:
            found |= set(_ORDER)
        for base in map(ast.unparse, node.bases):
            found |= of_class(base, (*seen, name))
            if base.rpartition(".")[2] in ("Enum", "IntEnum", "Flag"):
                found |= {"__eq__", "__hash__"}
        return {n for n in found if n.startswith("__") and n.endswith("__")}

    return {name: of_class(name) for name in classes}
