"""Distances that an author asks for, beside those that signs have by themselves.

In LaTeX a distance comes on top of the space that a relation or an operation has around it, so
that ``a\\!=\\!b`` is set a little closer than ``a=b``. In Typst it takes the place of that space,
unless something empty stands between the sign and the distance.
"""

import re

from gradekit.pdf import math_symbols as signs
from gradekit.pdf import math_tables as tables
from gradekit.pdf.typst_text import join

EMPTY = '""'
SIGNED = ("−", "+", "±", "∓")
_SCRIPTED = re.compile(r"(?:attach|scripts|limits)\(")
_RELATION = 'class("relation"'
_CLASSES = (_RELATION, 'class("binary"', 'class("punctuation"')
_WORD = re.compile(r"op(?=\()|[A-Za-z]{2,}")
_COMPARING = signs.COMPARING | {"<", ">"}
_SPACED = signs.BINARY | _COMPARING | set(signs.LARGE.values()) | set(",;")


def is_relation(part):
    """Whether a piece of a formula is the sign of a relation, of which arrows are some."""
    return part.startswith(_RELATION) or part.removeprefix("\\") in _COMPARING


def _has_space(part):
    """Whether a piece has space around it on its own: a relation, operation, operator, comma."""
    while found := _SCRIPTED.match(part):
        part = part[found.end() :]
    if part.startswith(_CLASSES):
        return True
    sign = part.removeprefix("\\")[:1]
    if sign in _SPACED:
        return True
    word = _WORD.match(part)
    return bool(word) and (word[0] == "op" or word[0] in tables.OPERATORS)


def spaced(parts):
    """Join the pieces of a formula, of which some are distances.

    Parameters
    ----------
    parts : list of tuple of (str, bool)
        Pieces of Typst source, and whether each is a distance.

    Returns
    -------
    str
    """
    parts = [part for part in parts if part[0]]
    # For each piece the next one on either side that is no distance.
    before = _neighbors(parts)
    after = _neighbors(parts[::-1])[::-1]
    out = []
    for k, (part, distance) in enumerate(parts):
        if distance and before[k] and after[k]:
            left = EMPTY if not parts[k - 1][1] and _has_space(before[k]) else ""
            right = EMPTY if not parts[k + 1][1] and _has_space(after[k]) else ""
            out.append(f"{left}{part}{right}")
        elif k and parts[k - 1][1] and part.startswith(SIGNED) and _has_space(before[k]):
            # The sign of one thing, though something empty stands before it now.
            out.append(f'class("normal",{part[0]}){part[1:]}')
        else:
            out.append(part)
    return join(out)


def _neighbors(parts):
    """Return for each piece the last one before it that is no distance, "" if there is none."""
    found, last = [], ""
    for part, distance in parts:
        found.append(last)
        last = last if distance else part
    return found
