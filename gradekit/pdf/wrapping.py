"""Styled text in a fixed-width font, broken into lines that fit the page.

Typst breaks lines between words only, and code has words without end. In a fixed-width font the
number of columns is known, so the lines are broken here, and a mark shows that a line goes on.
"""

import unicodedata
from itertools import groupby

from gradekit.pdf.typst_text import literal

LOOK_BACK = 30
MAX_LINE = 2000
UNBROKEN = 12  # lines that are kept on one page
EQUAL = 5  # so many equal lines are shown one by one
STUCK = 8  # lines that leave room for a tall figure below, see the template
CONTINUED = ("faint", "↪ ")


def typst_block(box, spans, max_lines, columns, goes_on=False, folds=False):
    """Return styled text as one of the template's boxes.

    Parameters
    ----------
    box : str
        The name of the box's function.
    spans : iterable of (style, str)
        The style is the name of a function of the template, or None.
    max_lines : int
        From longer texts the middle is left out, and a line says so.
    columns : int
        How many characters fit on a line.
    goes_on : bool
        Whether a text of a few lines stays on one page with the beginning of what follows.
    folds : bool
        Whether of many equal lines one is shown, and a line says how many.
    """
    lines = _folded(_lines(spans)) if folds else _lines(spans)
    lines = [short for line in lines for short in _shortened(line)]
    if len(lines) > max_lines:
        head, tail = max_lines * 3 // 4, max_lines // 4
        notice = [("faint", f"... {len(lines) - head - tail:,} lines left out ...")]
        lines = [*lines[:head], notice, *lines[-tail:]]
    written = [_typst(part) for line in lines for part in _wrapped(line, columns)]
    how = ["breakable: false", *["sticky: true"] * (goes_on and len(written) <= STUCK)]
    whole = f"({', '.join(how)})" if len(written) <= UNBROKEN else ""
    return f"#{box}{whole}[{'#linebreak()'.join(written)}]"


def _lines(spans):
    line = []
    for style, text in spans:
        first, *rest = text.split("\n")
        line.append((style, first))
        for piece in rest:
            yield line
            line = [(style, piece)]
    yield line


def _folded(lines):
    for line, equal in groupby(lines):
        count = len(list(equal))
        yield line
        if count > EQUAL:
            yield [("faint", f"... the same line {count - 1:,} more times ...")]
        else:
            yield from [line] * (count - 1)


def _shortened(line):
    """Return a line, or if it is enormous its beginning and a line that says so."""
    length = sum(len(text) for _, text in line)
    if length <= MAX_LINE:
        return [line]
    chars = [(style, char) for style, text in line for char in text]
    return [chars[:MAX_LINE], [("faint", f"... {length - MAX_LINE:,} characters left out ...")]]


def _wrapped(line, columns):
    """Break a line where it is too long, if possible behind a space or a comma."""
    if sum(len(text) for _, text in line) <= columns // 2:
        return [line]
    chars = [(style, char) for style, text in line for char in text]
    out, room = [], columns
    while (fit := _fitting(chars, room)) < len(chars):
        near = range(fit, max(fit - LOOK_BACK, 0), -1)
        cut = next((at for at in near if chars[at - 1][1] in " ,"), fit)
        out.append(chars[:cut])
        chars = [CONTINUED, *chars[cut:]]
        room = columns - len(CONTINUED[1]) + 1
    return [*out, chars]


def _fitting(chars, room):
    """Return how many of the characters fit into so many columns, at least one."""
    for at, (_, char) in enumerate(chars):
        room -= _width(char[0])
        if room < 0:
            return max(at, 2)
    return len(chars)


def _width(char):
    if char.isascii():
        return 1
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _typst(line):
    out = ""
    for style, group in groupby(line, key=lambda span: span[0]):
        if text := "".join(piece for _, piece in group):
            out += f"#{style}({literal(text)})" if style else f"#{literal(text)}"
    return out
