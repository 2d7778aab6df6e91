"""The part of a course's library that an assignment uses, so that students have less to read."""

import ast
import re
from pathlib import Path

# A line of comment that opens a section.
_HEADING = re.compile(r"^# -{3,}")


def used_names(module, texts):
    """Names of a module that other files mention: as `module.name`, or in an import from it.

    Parameters
    ----------
    module : str
    texts : iterable of str
        Source of modules and notebooks, words in between included.

    Returns
    -------
    set of str
    """
    found = set()
    for text in texts:
        found.update(re.findall(rf"\b{module}\.(\w+)", text))
        for names in re.findall(rf"\bfrom {module} import (\([\w\s,]+|[\w, ]+)", text):
            found.update(re.findall(r"\w+", names))
    return found


def part(text, names):
    """The statements of a module that some names need, directly or not, with their comments.

    Parameters
    ----------
    text : str
        A module, without names that are bound by other statements than definitions, imports and
        assignments at its top level.
    names : set of str

    Returns
    -------
    str
        Sections of which nothing is left lose their headings, too.
    """
    statements = ast.parse(text).body
    owners = {name: number for number, node in enumerate(statements) for name in _bound(node)}
    kept = {number for number, node in enumerate(statements) if not _bound(node)}
    kept |= {owners[name] for name in names if name in owners}
    open_ends = list(kept)
    while open_ends:
        node = statements[open_ends.pop()]
        wanted = {owners[name] for name in _read(node) if name in owners} - kept
        kept |= wanted
        open_ends += wanted
    return _assembled(text, statements, kept)


def shorten(folder, library):
    """Cut a library in a folder down to what the other files in the folder use of it.

    Parameters
    ----------
    folder : Path
        An assignment's files.
    library : str
        File name of the module.
    """
    path = Path(folder, library)
    others = [p for p in sorted(Path(folder).iterdir()) if p.suffix in (".ipynb", ".py")]
    texts = [other.read_text(encoding="utf-8") for other in others if other.name != library]
    text = path.read_text(encoding="utf-8")
    path.write_text(part(text, used_names(path.stem, texts)), encoding="utf-8")


def _bound(node):
    """Names that a statement at the top level defines; none if it does something else."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return {node.name}
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        if getattr(node, "module", None) == "__future__":
            return set()
        return {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if all(isinstance(target, ast.Name) for target in targets):
            return {target.id for target in targets}
    return set()


def _read(node):
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _assembled(text, statements, kept):
    """Text of the kept statements; what stands above a statement goes with it."""
    lines, chunks, heading, above = text.splitlines(keepends=True), [], [], 0
    for number, node in enumerate(statements):
        start = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))]) - 1
        own = _first_of_own(lines, above, start)
        if any(_HEADING.match(line) for line in lines[above:own]):
            heading = lines[above:own]
        if number in kept:
            chunks += heading + lines[own : node.end_lineno]
            heading = []
        above = node.end_lineno
    return "".join(chunks)


def _first_of_own(lines, above, start):
    """The line after the last heading between two statements; blank lines belong to what follows.

    A heading may have comments of its own; they end with the next blank line.
    """
    ends = [k for k in range(above, start) if _HEADING.match(lines[k])]
    if not ends:
        return above
    own = ends[-1] + 1
    while own < start and lines[own].strip():
        own += 1
    return own
