"""Which code cells of a notebook depend on which, by the names they bind and read.

The judgement is static and errs on the side of dependence: a global name read anywhere in a cell,
also inside a function that nobody calls, counts as read.
"""

import ast
import symtable
from dataclasses import dataclass

from gradekit import course


@dataclass(frozen=True)
class CodeCell:
    """A code cell that nbgrader knows, with the names it binds and reads."""

    id: str
    text: str
    solution: bool
    test: bool
    binds: frozenset
    reads: frozenset

    def replaced(self, text):
        """The same cell with another text; names of the old text count as bound still.

        An answer that forgets to bind a name affects the readers of that name as well.
        """
        binds, reads = names_of(text)
        return CodeCell(self.id, text, self.solution, self.test, binds | self.binds, reads)


def code_cells(notebook):
    """The nbgrader code cells of a notebook in their order."""
    return [
        CodeCell(
            course.grade_id(cell), cell.source, course.is_solution(cell), course.is_test(cell),
            *names_of(cell.source),
        )
        for cell in notebook.cells
        if course.is_nbgrader_code(cell)
    ]  # fmt: skip


def names_of(text):
    """(bound, read) global names of a cell's text; none when it is not Python.

    A name that an earlier statement of the same cell has surely bound is not read from outside.
    """
    try:
        statements = ast.parse(text).body
    except SyntaxError:
        return frozenset(), frozenset()
    bound, surely, read = set(), set(), set()
    for statement in statements:
        table = symtable.symtable(ast.unparse(statement), "cell", "exec")
        binds = set(_bound(table))
        changes = set(_changed(statement))
        # A function may read its own name, which is then no name from outside.
        own = binds if isinstance(statement, _DEFINITIONS) else set()
        read |= (set(_read(table)) | changes) - surely - own
        bound |= binds | changes
        if isinstance(statement, (*_DEFINITIONS, ast.Assign)):
            surely |= binds
    return frozenset(bound), frozenset(read)


_DEFINITIONS = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


def _bound(table):
    for symbol in table.get_symbols():
        here = table.get_type() == "module" or symbol.is_declared_global()
        if here and (symbol.is_assigned() or symbol.is_imported()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _bound(child)


def _read(table):
    for symbol in table.get_symbols():
        outside = table.get_type() == "module" or symbol.is_global()
        if outside and symbol.is_referenced():
            yield symbol.get_name()
    for child in table.get_children():
        yield from _read(child)


def _changed(statement):
    """Names whose objects `name += `, `name[...] = ` or `name.part = ` changes."""
    for node in ast.walk(statement):
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            yield node.target.id
        if isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, ast.Store):
            while isinstance(node, (ast.Subscript, ast.Attribute)):
                node = node.value
            if isinstance(node, ast.Name):
                yield node.id


def affected(cells, replaced_id):
    """The cells after `replaced_id` that depend on it, directly or through others."""
    names, found = set(), []
    for cell in cells:
        if cell.id == replaced_id:
            names |= cell.binds
        elif names & cell.reads:
            names |= cell.binds
            found.append(cell)
    return found


def needed(cells, targets):
    """The cells, in order, that have to run so that the targets can run.

    A cell before the target that binds a name which the target, or a cell needed for it, reads.
    """
    wanted, names = [], set()
    target_ids = {cell.id for cell in targets}
    for cell in reversed(cells):
        if cell.id in target_ids or names & cell.binds:
            wanted.append(cell)
            names |= cell.reads
    return wanted[::-1]
