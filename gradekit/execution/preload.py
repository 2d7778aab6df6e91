"""Which modules a zygote imports before it forks the kernels of a notebook."""

import ast
from pathlib import PurePosixPath

from gradekit.execution.plan import python_of


def names(source, files, modules, public):
    """The modules that the instructor's notebook imports, by the role that may import them.

    Parameters
    ----------
    source : nbformat.NotebookNode
        The instructor's notebook.
    files, modules : iterable of str
        Paths of the files in the working folder, and of the course's modules.
    public : frozenset of str
        Top-level names of the modules that answers may import.

    Returns
    -------
    dict of str to tuple of str
    """
    local, course = set(map(top, files)), set(map(top, modules))
    found = {}
    for cell in source.cells:
        if cell.cell_type == "code":
            found |= dict.fromkeys(_imported(cell.source, course))
    # A file of the working folder comes before an installed module of the same name.
    known = [name for name in found if top(name) not in local - course]
    answers = [name for name in known if top(name) not in course - public]
    return {"answers": tuple(answers), "tests": tuple(known)}


def top(name):
    """The first part of a module's dotted name, or of a file's path without its suffix."""
    return PurePosixPath(name).parts[0].partition(".")[0]


def _imported(text, course):
    """Names of the modules that a cell imports, in order."""
    try:
        tree = ast.parse(python_of(text))
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module
            if top(node.module) in course:  # what is imported may be a module, too
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
