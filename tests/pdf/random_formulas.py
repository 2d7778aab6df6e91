"""Formulas that nobody would write: all that the translator knows, in each other."""

import random

from gradekit.pdf import math_symbols as signs
from gradekit.pdf import math_tables as tables

PLAIN = ["x", "1", "y_i", "-", "=", "(", "|", r"\,", r"\!", r"\log "]
BOXES = ["boxed", "fbox", "bbox[yellow]", "bbox[3px]", "mathclap", "smash", "cancelto{0}"]
LINES = ["aligned", "gathered", "cases", "split", "multline"]


class Formulas:
    """Random formulas.

    Parameters
    ----------
    seed : int
    """

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.kinds = [
            self._call, self._fraction, self._switch, self._font, self._fence, self._scripts,
            self._matrix, self._lines, self._array, self._box, self._brace, self._arrow,
            self._color, self._big, self._root, self.inside,
        ]  # fmt: skip

    def one(self, depth=3):
        """Return the LaTeX of a formula with so many levels."""
        if depth == 0:
            sign = rf"\{self._name(signs.SYMBOLS)} "
            return self.random.choice([*PLAIN, sign])
        return self.random.choice(self.kinds)(depth - 1)

    def inside(self, depth):
        """Return one to three formulas side by side."""
        return "".join(self.one(depth) for _ in range(self.random.randint(1, 3)))

    def _name(self, table):
        return self.random.choice(list(table))

    def _group(self, depth):
        return f"{{{self.inside(depth)}}}"

    def _call(self, depth):
        return rf"\{self._name(tables.CALLS)}{self._group(depth)}"

    def _fraction(self, depth):
        return rf"\{self._name(tables.FRACTIONS)}{self._group(depth)}{self._group(depth)}"

    def _switch(self, depth):
        return rf"{{\{self._name(tables.SWITCHES)} {self.inside(depth)}}}"

    def _font(self, depth):
        return rf"\{self._name(tables.FONTS)}{self._group(depth)}"

    def _fence(self, depth):
        left, right = self.random.choice("([|."), self.random.choice(")]|.")
        return rf"\left{left}{self.inside(depth)}\right{right}"

    def _scripts(self, depth):
        return f"{self._group(depth)}_{self._group(depth)}^{self._group(depth)}"

    def _rows(self, name, depth, argument="", columns=2):
        rows = ["&".join(self.inside(depth) for _ in range(columns)) for _ in range(2)]
        return rf"\begin{{{name}}}{argument}{rows[0]} \\ {rows[1]}\end{{{name}}}"

    def _matrix(self, depth):
        return self._rows(self._name(tables.MATRICES), depth)

    def _lines(self, depth):
        name = self._name(LINES)
        return self._rows(name, depth, columns=1 if name in ("gathered", "multline") else 2)

    def _array(self, depth):
        return self._rows("array", depth, self._name(["{cc}", "{l|r}", r"{|c|c|}\hline "]))

    def _box(self, depth):
        return rf"\{self._name(BOXES)}{{ab}}"

    def _brace(self, depth):
        return rf"\{self._name(tables.BRACES)}{self._group(depth)}_{self._group(depth)}"

    def _arrow(self, depth):
        return rf"\{self._name(tables.ARROWS)}[x]{self._group(depth)}"

    def _color(self, depth):
        return rf"\textcolor{{red}}{self._group(depth)}"

    def _big(self, depth):
        return rf"\{self._name(tables.BIG)}{self.random.choice('()[]|')}"

    def _root(self, depth):
        return rf"\sqrt[3]{self._group(depth)}"
