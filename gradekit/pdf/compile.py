"""Typst source to PDF, whatever single pieces of it look like."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import typst

# One fixed date: the same notebook gives the same bytes.
TIMESTAMP = 0
IMPORT = '#import "template.typ": *\n'


@dataclass
class Piece:
    """A part of the document that can be drawn in simpler ways if Typst does not take it.

    Attributes
    ----------
    ways : list of callables
        Each returns Typst markup; the first is the intended one, each later one is simpler.
    """

    ways: list[Callable[[], str]]
    way: int = 0
    source: str = field(init=False)

    def __post_init__(self):
        self.source = self.ways[0]()

    def simplify(self):
        """Go to the next way of drawing; False if there is none."""
        if self.way + 1 == len(self.ways):
            return False
        self.way += 1
        self.source = self.ways[self.way]()
        return True


def compile_pieces(setup, pieces, pictures):
    """Return the PDF of a document made of pieces.

    Parameters
    ----------
    setup : str
        Typst markup that begins the document; it must be correct.
    pieces : list of Piece
        Those that Typst rejects are simplified.
    pictures : dict of str to bytes

    Raises
    ------
    typst.TypstError
        If the simplest form of every piece is rejected too.
    """
    while True:
        try:
            return compile_typst(
                "\n\n".join([setup, *(piece.source for piece in pieces)]), pictures
            )
        except typst.TypstError:
            # Rare, so there is time to look for the culprits one by one.
            bad = [piece for piece in pieces if not accepts(piece.source, pictures)]
            simpler = [piece.simplify() for piece in bad or pieces]
            if not any(simpler):
                raise


def accepts(source, pictures=None):
    """Whether Typst takes this markup on a page of its own."""
    try:
        compile_typst(source, pictures or {})
    except typst.TypstError:
        return False
    return True


def compile_typst(source, pictures):
    """Compile Typst markup, with the template's functions in scope, to a PDF's bytes."""
    # In memory the compiler takes text files only, and it reads nothing outside of its root.
    with TemporaryDirectory(prefix="gradekit-") as root:
        for name, data in {"template.typ": _template(), **pictures}.items():
            (Path(root) / name).write_bytes(data)
        compiler = typst.Compiler(
            (IMPORT + source).encode(), root, font_paths=_fonts(), ignore_system_fonts=True
        )
        try:
            return compiler.compile(format="pdf", timestamp=TIMESTAMP)
        except BaseException as error:
            # A fault of the compiler itself arrives as a panic, which is no Exception.
            if type(error).__name__ != "PanicException":
                raise
            raise typst.TypstError(f"The compiler failed: {error}", "") from None


@cache
def _template():
    return (files("gradekit.pdf") / "template.typ").read_bytes()


@cache
def _fonts():
    # The compiler brings Libertinus, New Computer Modern and DejaVu Sans Mono with it. Fonts of
    # the machine are left out, so that a document looks the same everywhere.
    return typst.Fonts(include_system_fonts=False)
