"""Machine-made mutants of the reference solutions: one small change each.

A mutant that no test notices is a missing test, or gives the reference's values
(see `gradekit.bank.equivalence`). Only code between BEGIN SOLUTION and END SOLUTION is changed,
that is functions, classes and lambdas: where the answer is a number, another number is another
answer, right or wrong. Docstrings, annotations, strings and what is raised are left alone.
"""

import ast
import difflib
from dataclasses import dataclass

from gradekit import course
from gradekit.bank.mutant_operators import FAMILIES

_CODE = (ast.FunctionDef, ast.ClassDef, ast.Lambda)


@dataclass(frozen=True)
class Mutant:
    """A changed reference solution: the cell's text, and the changed lines."""

    name: str
    family: str
    line: int
    source: str
    diff: str


def make_mutants(source):
    """All mutants of a solution cell, in a fixed order."""
    tree = ast.parse(source)
    original = ast.unparse(tree)
    sites = list(_sites(tree, course.solution_lines(source)))
    made, seen = [], {original}
    for family, operator in FAMILIES.items():
        number = 0
        for site in sites:
            for replacement in operator(site):
                text = _replaced(tree, site, replacement)
                if text in seen:
                    continue
                seen.add(text)
                number += 1
                name, diff = f"{family} {number}", _diff(original, text)
                made.append(Mutant(name, family, site.node.lineno, text, diff))
    return made


@dataclass(frozen=True)
class Site:
    """A node with its place in its parent; `index` is None where the place holds one node."""

    node: ast.AST
    parent: ast.AST
    place: str
    index: int | None


def _sites(tree, lines):
    """Every node that may change, in the order of the text."""
    for parent, place, index, node in _walk(tree, inside=False):
        if getattr(node, "lineno", None) in lines:
            yield Site(node, parent, place, index)


def _walk(parent, inside):
    """(parent, place, index, node) of every node inside a function, class or lambda."""
    for place, value in ast.iter_fields(parent):
        if place in ("annotation", "returns", "decorator_list"):
            continue
        children = value if isinstance(value, list) else [value]
        for index, node in enumerate(children):
            if not isinstance(node, ast.AST) or _is_text(node):
                continue
            if inside:
                yield parent, place, index if isinstance(value, list) else None, node
            if not isinstance(node, (ast.Raise, ast.JoinedStr)):
                yield from _walk(node, inside or isinstance(node, _CODE))


def _is_text(node):
    """A docstring or another string."""
    if isinstance(node, ast.Expr):
        node = node.value
    return isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes))


def _replaced(tree, site, replacement):
    """The text of the tree with one node replaced; the tree itself stays."""
    holder = getattr(site.parent, site.place)
    if site.index is None:
        setattr(site.parent, site.place, replacement)
        text = ast.unparse(tree)
        setattr(site.parent, site.place, holder)
    else:
        holder[site.index] = replacement
        text = ast.unparse(tree)
        holder[site.index] = site.node
    return text


def _diff(original, text):
    """The changed lines alone."""
    lines = difflib.unified_diff(original.splitlines(), text.splitlines(), n=0, lineterm="")
    return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))
