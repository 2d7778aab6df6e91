"""The modules in a course's folder that an assignment's notebooks import."""

import re
from pathlib import Path

from gradekit import course
from gradekit.execution.job import MIB, Modules
from gradekit.pdf.redact import without_regions

# Students' code never sees these, whatever a notebook imports.
_SECRET = {"hidden_tests", "answer_bank", "gradekit"}
# The engine is installed, and settings are no module.
_NO_MODULE = {"gradekit", "nbgrader_config"}
_MOST = 64 * MIB

_IMPORT = re.compile(r"^\s*(?:from\s+(\w+)[\w.]*\s+import\b|import\s+([\w., ]+))", re.MULTILINE)


def of_notebook(root, others, cells):
    """What the code of an instructor's notebook imports from the course's folder.

    Parameters
    ----------
    root : Path
        The course's folder.
    others : set of str
        Names of the other assignments: of packages with a folder per assignment, as hidden_tests
        has them, theirs are left out.
    cells : list of NotebookNode

    Returns
    -------
    Modules
        Public are those that cells import which students see and that are no tests, and what
        these import in turn.

    Raises
    ------
    CourseError
        If the modules are so large that they cannot travel with every notebook.
    """
    root, code = Path(root), [cell for cell in cells if cell.cell_type == "code"]
    files = _closure(root, others, [cell.source for cell in code], _NO_MODULE)
    shown = [_shown(cell) for cell in code if not course.is_test(cell)]
    public = _closure(root, others, shown, _NO_MODULE | _SECRET)
    size = sum(map(len, files.values()))
    if size > _MOST:
        raise course.CourseError(
            f"What the notebooks import from {root} has {size / MIB:.0f} MiB, more than the "
            f"{_MOST // MIB} that can travel; keep data out of {', '.join(_top_names(files))}."
        )
    return Modules(files, frozenset(_top_names(public)))


def _shown(cell):
    """The text of a cell that students get: no solution, no hidden test."""
    text, _ = without_regions(cell.source)
    if not course.is_solution(cell):
        return text
    hidden = course.solution_lines(text)
    lines = enumerate(text.splitlines(), 1)
    return "\n".join(line for number, line in lines if number not in hidden)


def _closure(root, others, texts, without):
    """Contents of all files of the modules that texts import, directly or not, by path."""
    files, known = {}, set(without)
    names = _imported(texts)
    while names:
        name = names.pop()
        if name in known:
            continue
        known.add(name)
        found = {path.relative_to(root).as_posix(): path for path in _files(root, name, others)}
        contents = {name: path.read_bytes() for name, path in found.items()}
        files.update(contents)
        sources = [content.decode(errors="replace") for content in contents.values()]
        names |= _imported(sources) - known
    return files


def _imported(texts):
    names = set()
    for text in texts:
        for module, modules in _IMPORT.findall(text):
            names.update(name.split()[0].partition(".")[0] for name in modules.split(",") if name)
            names.add(module)
    return {name for name in names if name.isidentifier()}


def _files(root, name, others):
    """The files of a module of the course; none when the course has no such module."""
    module, package = root / f"{name}.py", root / name
    if module.is_file():
        return [module]
    if not package.is_dir() or not any(package.glob("*.py")):
        return []
    return [path for path in sorted(package.rglob("*")) if _belongs(path, package, others)]


def _belongs(path, package, others):
    folders = path.relative_to(package).parts[:-1]
    hidden = any(part.startswith(".") or part == "__pycache__" for part in folders)
    return path.is_file() and not hidden and others.isdisjoint(folders[:1])


def _top_names(files):
    return sorted({path.partition("/")[0].removesuffix(".py") for path in files})
