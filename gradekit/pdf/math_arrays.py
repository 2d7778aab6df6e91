"""Rows and columns of LaTeX environments as Typst calls."""

import re

from gradekit.pdf.math_tables import MATRICES, SMALL_MATRICES
from gradekit.pdf.typst_text import join, literal

WHOLE = {"equation", "equation*", "displaymath", "math"}
ALIGNED = {
    "align", "align*", "aligned", "alignat", "alignat*", "alignedat", "flalign", "flalign*",
    "split",
}  # fmt: skip
# Left, sign and right in columns of their own, as LaTeX had it before align.
THREE_COLUMNS = {"eqnarray", "eqnarray*"}
CENTERED = {"gather", "gather*", "gathered", "multline", "multline*", "subarray"}
STAGGERED = {"multline", "multline*"}
# These have an argument in braces, which says nothing that the rows do not.
WITH_COUNT = {"alignat", "alignat*", "alignedat", "subarray"}
CASES = {"cases": "{}", "dcases": "display({})", "rcases": "{}"}
ENVIRONMENTS = (
    WHOLE | ALIGNED | THREE_COLUMNS | CENTERED | set(CASES) | set(MATRICES) | {"array"}
)

SIDES = {"l": "left", "c": "center", "r": "right"}
# Distances of rows and columns.
ENTRIES = "row-gap:#0.25em,column-gap:#0.9em"
SMALL = "row-gap:#0.15em,column-gap:#0.4em"
LINES = "row-gap:#0.6em"
DISTANCE = r"\s|\\[,;:! ]|\\q?quad\b|\\hspace\{[^{}]*\}"
LINE_END = "#linebreak()"
EMPTY = '""'


def stack(rows):
    """Return rows, each one piece, as lines under one another."""
    return LINE_END.join(rows)


def arrange(kind, rows, columns=None, rules=(), alone=False, tags=()):
    """Return the Typst source of an environment.

    Parameters
    ----------
    kind : str
        The name of the environment, one of `ENVIRONMENTS`.
    rows : list of list of str
        Its cells, translated.
    columns : str, optional
        The column specification of an array.
    rules : sequence of int
        Before which rows a horizontal line was asked for.
    alone : bool
        Whether the environment is all there is in a displayed formula, so that its lines are
        the formula's own lines.
    tags : sequence of list of str
        For each row its tags, if they are to stand in their rows.

    Raises
    ------
    ValueError
        If the environment has a form that Typst cannot show; the text is a phrase.
    """
    if rules and kind not in MATRICES and kind != "array":
        raise ValueError(rf"\hline in {kind}")
    if any(len(row) > 1 for row in tags):
        raise ValueError(r"more than one \tag in a row")
    if kind in WHOLE:
        return _whole(kind, rows)
    if kind in ALIGNED:
        return _aligned(_tagged(rows, tags), alone)
    if kind in THREE_COLUMNS:
        return _aligned(_tagged([_two_columns(row) for row in rows], tags), alone)
    if kind in CENTERED:
        return _centered(kind, rows, alone, tags)
    if tags:
        raise ValueError(rf"\tag in {kind}")
    if kind in CASES:
        return _cases(kind, rows)
    if kind == "array":
        return _array(rows, columns, rules)
    return _matrix(kind, rows, columns, rules)


def _whole(kind, rows):
    if len(rows) > 1 or len(rows[0]) > 1:
        raise ValueError(f"rows or columns in {kind}")
    return rows[0][0]


def _aligned(rows, alone):
    lines = [_alternating(row if alone else [_display(cell) for cell in row]) for row in rows]
    return stack(lines) if alone else _grid([[line] for line in lines], "#none", LINES)


def _two_columns(row):
    """Join the sign to what stands on its right."""
    if len(row) > 3:
        raise ValueError("more than three columns in eqnarray")
    return [row[0], join(row[1:])] if len(row) > 1 else row


def _tagged(rows, tags):
    """Put tags into a column of their own, which is aligned on the right."""
    if not tags:
        return rows
    width = -(-max(map(len, rows)) // 2) * 2
    return [
        [*row, *[EMPTY] * (width - len(row)), literal(tag[0])] if tag else row
        for row, tag in zip(rows, tags, strict=False)
    ]


def _alternating(cells):
    """Join cells by alignment points: right, left, a gap, right, left, ..."""
    out = cells[0]
    for i, cell in enumerate(cells[1:], start=1):
        out = join([out, "&" if i % 2 else "wide&", cell])
    return out


def _centered(kind, rows, alone, tags):
    if any(len(row) > 1 for row in rows):
        raise ValueError(f"& in {kind}")
    for row, tag in zip(rows, tags, strict=False):
        row[0] = join([row[0], "wide", literal(tag[0])]) if tag else row[0]
    if kind in STAGGERED:
        rows = [[line] for line in _staggered([row[0] for row in rows])]
    if alone or kind == "subarray":
        return stack([row[0] for row in rows])
    return _grid([[_display(row[0])] for row in rows], "#none", LINES)


def _staggered(lines):
    """Move the first line to the left and the last one to the right; lines are centered."""
    if len(lines) < 2:
        return lines
    # A sign that begins a line stands between two things.
    first, *middle, last = lines[0], *(join([EMPTY, line]) for line in lines[1:])
    return [join([first, "wide", "wide"]), *middle, join(["wide", "wide", last])]


def _cases(kind, rows):
    # Typst aligns right and left in turn; an empty column before each makes them all left.
    cells = [[CASES[kind].format(cell or EMPTY) for cell in row] for row in rows]
    body = ",".join("&" + "&quad&".join(row) for row in cells)
    return _display(f"cases({'reverse:#true,' if kind == 'rcases' else ''}{body})")


def _array(rows, columns, rules):
    spec = re.sub(r"\*\{(\d)\}\{([lcr|]+)\}", lambda found: int(found[1]) * found[2], columns)
    # A dashed line is drawn as a line. Distances between columns are the table's own; a sign that
    # is to stand there would be lost, so it is refused below.
    spec = re.sub(rf"\s|[@!]\{{(?:{DISTANCE})*\}}", "", spec).replace(":", "|")
    if not re.fullmatch(r"\|*([lcr]\|*)+", spec):
        raise ValueError(f"the columns {{{columns}}} of an array")
    sides = [side for side in spec if side != "|"]
    if any(len(row) > len(sides) for row in rows):
        raise ValueError(f"a row longer than the columns {{{columns}}} of an array")
    bars = [len(before.replace("|", "")) for before in _before_bars(spec)]
    if rules or bars:
        return _ruled(rows, sides, rules, bars)
    return _display(_grid(_sided(rows, sides), "#none"))


def _before_bars(spec):
    return [spec[:i] for i, char in enumerate(spec) if char == "|"]


def _ruled(rows, sides, rules, bars):
    """A table: Typst's matrices have no lines around them."""
    cells = ",".join(cell or EMPTY for row in _filled(rows, len(sides)) for cell in row)
    # A pair of lines is drawn as one.
    given = ([SIDES[side] for side in sides], sorted(set(rules)), sorted(set(bars)))
    lists = ",".join(f"#({','.join(map(str, one))}{',' if one else ''})" for one in given)
    return f"ruled({lists},{cells})"


def _matrix(kind, rows, columns, rules):
    side = (columns or "c").strip()
    if side not in SIDES:
        raise ValueError(rf"the option of {kind}")
    sides = [side] * max(map(len, rows))
    gaps = SMALL if kind in SMALL_MATRICES else ENTRIES
    grid = _grid(_sided(rows, sides), MATRICES[kind], gaps, sorted(set(rules)))
    # LaTeX sets the entries of all matrices, wherever they stand, as large as within a line.
    return f"inline({grid})" if kind in SMALL_MATRICES else _display(grid)


def _sided(rows, sides):
    """Put each cell to the side of its column, which a single alignment point does."""
    point = {"l": "&{}", "c": "{}", "r": "{}&"}
    return [
        [point[side].format(cell or EMPTY) for side, cell in zip(sides, row, strict=False)]
        for row in rows
    ]


def _filled(rows, width):
    return [[cell or EMPTY for cell in row] + [EMPTY] * (width - len(row)) for row in rows]


def _grid(rows, delimiter, gaps=ENTRIES, lines=()):
    options = f"delim:{delimiter},{gaps}"
    options += f",augment:#(hline:({','.join(map(str, lines))},))" if lines else ""
    body = ";".join(",".join(row) for row in _filled(rows, max(map(len, rows))))
    return f"mat({options},{body})"


def _display(cell):
    return f"display({cell})" if cell else ""
