"""LaTeX mathematics to Typst mathematics, strictly.

A small recursive-descent translator over the tables of `math_tables`. It never guesses: whatever
it does not know raises `MathError`, and the caller shows the formula's source instead. Nothing in
its output can be read by Typst in a second way: punctuation is escaped, so brackets do not pair
up, `/` is no fraction and `->` no arrow; scripts are calls of `attach`, so they reach as far as
LaTeX says; letters are separated, so no two of them become a name.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from gradekit.pdf import math_boxes, math_commands, math_text
from gradekit.pdf import math_tables as tables
from gradekit.pdf.math_arrays import stack
from gradekit.pdf.math_reader import DIMENSION, MathError, Reader
from gradekit.pdf.math_spacing import SIGNED, is_relation, spaced
from gradekit.pdf.math_symbols import SYMBOLS
from gradekit.pdf.typst_text import attached, join, literal, quoted

COMMANDS = {**math_commands.COMMANDS, **math_text.COMMANDS, **math_boxes.COMMANDS}
MAX_DEPTH = 30
BARS = {r"\|", "‖"}
NUMBER = re.compile(r"\d+(\.\d+)?")


class Formula(NamedTuple):
    """A translated formula.

    Attributes
    ----------
    body : str
        What stands between Typst's dollars.
    tag : str or None
        What stands at the margin: a ``\\tag``, or the number of a label.
    labels : tuple of str
    """

    body: str
    tag: str | None = None
    labels: tuple[str, ...] = ()


def translate(latex, block=False, macros=None, numbers=None):
    """Translate the inside of a LaTeX formula.

    Parameters
    ----------
    latex : str
        The formula without its dollars.
    block : bool
        Whether the formula stands on lines of its own; only such a one may bear a tag.
    macros : dict of str to Macro, optional
        Macros by name. Those that the formula defines are added.
    numbers : dict of str to str, optional
        From `math_labels.numbers`, for all formulas of the document.

    Returns
    -------
    Formula

    Raises
    ------
    MathError
        If anything in the formula is unknown or out of place.

    Examples
    --------
    >>> translate(r"\\frac{1}{N} \\sum_i x_i").body
    'frac(1,N)attach(∑,b:i)attach(x,b:i)'
    """
    macros = {} if macros is None else macros
    given = tuple(macros.items()), tuple((numbers or {}).items())
    formula, known = _translated(latex, block, *given)
    macros.update(known)
    return formula


# The notebooks of a class have most of their formulas in common.
@lru_cache(maxsize=2048)
def _translated(latex, block, macros, numbers):
    """Return the formula, and all macros that are known after it."""
    macros = dict(macros)
    return _Translator(latex, block, macros, dict(numbers)).formula(), macros


class _Translator(Reader):
    def __init__(self, latex, block, macros, numbers, depth=0):
        super().__init__(latex, macros)
        self.block = block
        self.numbers = numbers
        self.depth = depth
        self.tags, self.labels = [], []
        # Labels of the row that is read.
        self.waiting = []
        self.fences = 0
        self.size = 1.0

    def formula(self):
        rows = self.rows(end=None)
        if any(len(row) > 1 for row in rows):
            raise MathError("& outside of an environment")
        if not self.block and self.tags:
            raise MathError(r"\tag within a line")
        if len(self.tags) > 1:
            raise MathError(r"more than one \tag")
        tag = self.tags[0] if self.tags else None
        return Formula(stack([row[0] for row in rows]), tag, tuple(self.labels))

    # Sequences, rows, atoms.

    def nested(self, latex):
        inner = _Translator(latex, False, self.macros, self.numbers, self.depth + 1)
        if inner.depth > MAX_DEPTH:
            raise MathError("nested too deeply")
        return inner.formula().body

    def rows(self, end, rules=None, tags=None):
        """Read rows of cells up to ``\\end{end}``, or up to the end of the text.

        The numbers of the rows that begin with a horizontal line are added to `rules`, and for
        each row the list of its tags to `tags`.
        """
        rows, before = [[]], len(self.tags)
        while True:
            while rules is not None and not rows[-1] and self.peek() in (r"\hline", r"\hdashline"):
                self.next()
                rules.append(len(rows) - 1)
            rows[-1].append(self.sequence())
            token = self.next()
            if token != "&":
                self.number(before)
                if tags is not None:
                    tags.append(self.tags[before:])
                before = len(self.tags)
            if token == r"\\":
                rows.append([])
                self.skip_row_gap()
            elif token == r"\end" and end is not None:
                if (name := self.raw_group()) != end:
                    raise MathError(rf"\end{{{name}}} closes \begin{{{end}}}")
                break
            elif token == "" and end is None:
                break
            elif token != "&":
                raise MathError(f"{token} without its partner" if token else f"unclosed {end}")
        if len(rows) > 1 and rows[-1] == [""]:
            rows.pop()
        return rows

    def number(self, before):
        """Tag a row that has a label and no tag of its own."""
        named = [self.numbers[name] for name in self.waiting if name in self.numbers]
        if named and len(self.tags) == before and self.block:
            self.tags.append(f"({named[0]})")
        self.labels += self.waiting
        self.waiting = []

    def skip_row_gap(self):
        """Skip ``*`` and ``[1ex]``, but only directly behind the two backslashes.

        Like amsmath: in ``\\\\ [-1, 1]`` the bracket belongs to the next row.
        """
        if self.text.startswith("*", self.at):
            self.at += 1
        if self.text.startswith("[", self.at):
            gap = self.raw_option()
            if not DIMENSION.fullmatch(gap):
                raise MathError(rf"\\[{gap}] is no distance")

    def sequence(self):
        """Read atoms with their scripts up to whatever ends a group, cell or formula."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise MathError("nested too deeply")
        parts, infix, above = [], None, None
        while self.peek() not in ("", "}", "&", r"\\", r"\end", r"\right"):
            if self.peek() not in tables.INFIX:
                token = self.peek()
                distance = token == "~" or (token[:1] == "\\" and token[1:] in tables.DISTANCES)
                parts.append((self.scripted(), distance))
            elif infix:
                raise MathError(f"{self.peek()} behind {infix}")
            else:
                infix, above, parts = self.next(), spaced(parts), []
        self.depth -= 1
        inner = spaced(parts)
        return tables.INFIX[infix].format(above or '""', inner or '""') if infix else inner

    def scripted(self):
        base = '""' if self.peek() in ("_", "^", "'") else self.atom()
        while self.peek() in (r"\limits", r"\nolimits"):
            if not base:
                raise MathError(f"{self.peek()} without an operator")
            base = f"limits({base})" if self.next() == r"\limits" else f"scripts({base})"
        above, below = [], None
        while self.peek() in ("_", "^", "'"):
            mark = self.next()
            if mark == "'":
                above.append("′")
            elif mark == "^":
                if any(part != "′" for part in above):
                    raise MathError("double superscript")
                above.append(self.argument())
            elif below is not None:
                raise MathError("double subscript")
            else:
                below = self.argument()
        scripts = [("t", join(above))] if above else []
        scripts += [("b", below)] if below is not None else []
        if not scripts:
            return base
        if base in BARS:
            # A bar with scripts closes what an earlier one opened.
            base = f'class("closing",{base})'
        elif is_relation(base):
            # Typst would put them above and below the sign.
            base = f"scripts({base})"
        return attached(base or literal(""), dict(scripts))

    def corner(self):
        """Read a group of nothing but scripts; returns the upper and the lower one."""
        inner = _Translator(self.raw_group(), False, self.macros, self.numbers, self.depth + 1)
        found = {}
        while (mark := inner.next()) in ("_", "^", "'") and (mark == "'" or mark not in found):
            found[mark] = "′" if mark == "'" else inner.argument()
        if mark:
            raise MathError(f"{mark} among scripts")
        return join([found.get("'", ""), found.get("^", "")]), found.get("_", "")

    def argument(self):
        """Read what LaTeX takes as an argument: a group or one token with its own arguments."""
        if self.peek().isdigit():
            return self.next()
        if self.peek() in ("", "}", "&", "^", "_", "'", r"\\", r"\end", r"\right"):
            raise MathError(f"argument missing before {self.peek() or 'the end'}")
        inner = self.group() if self.peek() == "{" else self.atom()
        return inner or '""'

    def atom(self):
        token = self.peek()
        if token.startswith("\\"):
            return self.command(self.next()[1:])
        if token == "{":
            inner = self.group()
            # Braces are LaTeX's way to take a sign's spacing away, as in 1{,}000 and 10^{5}{-1}.
            lone = re.fullmatch(r"\\?[^\w\s]", inner)
            return f'class("normal",{inner})' if lone or inner[:1] in SIGNED else inner
        if token.isdigit() and token.isascii():
            number = NUMBER.match(self.text, self.at)[0]
            self.at += len(number)
            return number
        if token == "#":
            raise MathError("# outside of a macro")
        return self.mark(self.next())

    def mark(self, char):
        if char == ":" and self.accept("="):
            return "≔"
        return {
            "-": "−",
            "*": "∗",
            "~": "#h(0.25em)",
            ":": r'class("relation",\:)',
            "/": r'class("normal",\/)',
            ".": r'class("normal",\.)',
        }.get(char) or quoted(char)

    def group(self):
        self.expect("{")
        inner = self.sequence()
        self.expect("}")
        return inner

    # Commands. The simple ones are in the tables, the others in `math_commands`.

    def knows(self, name):
        """Whether there is a command of this name."""
        alone = (SYMBOLS, tables.WRITTEN, tables.SILENT, tables.SPACES, tables.OPERATORS)
        others = (tables.CALLS, tables.FRACTIONS, COMMANDS, self.macros)
        return any(name in table for table in (*alone, *others))

    def command(self, name):
        if name in SYMBOLS:
            return quoted(SYMBOLS[name])
        if name in tables.WRITTEN:
            return tables.WRITTEN[name]
        if name in tables.SILENT:
            return ""
        if name in tables.SPACES:
            return tables.SPACES[name]
        if name in tables.OPERATORS:
            return name
        if name in "{}%$&#_|" and len(name) == 1:
            return quoted("‖" if name == "|" else name)
        for table, count in ((tables.CALLS, 1), (tables.FRACTIONS, 2)):
            if name in table:
                return table[name].format(*[self.argument() for _ in range(count)])
        if name in COMMANDS:
            return COMMANDS[name](self, name)
        raise MathError(f"unknown command \\{name}")
