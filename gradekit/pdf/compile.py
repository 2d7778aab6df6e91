"""Typst source to PDF and HTML, whatever single pieces of it look like."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory

import typst

from gradekit.pdf.fonts import REPLACEMENT, chosen, named, refused_by, shipped
from gradekit.pdf.typst_text import literal

# One fixed date: the same notebook gives the same bytes.
TIMESTAMP = 0
IMPORT = '#import "template.typ": *\n'
ACCESSIBLE = "ua-1"


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
        self._draw()

    def simplify(self):
        """Go to the next way of drawing; False if there is none."""
        if self.way + 1 == len(self.ways):
            return False
        self.way += 1
        self._draw()
        return True

    def _draw(self):
        try:
            self.source = self.ways[self.way]()
        except RecursionError:  # lists in lists in lists, a thousand times
            if not self.simplify():
                raise


def compile_pieces(setup, pieces, compile):
    """Return a document made of pieces.

    Parameters
    ----------
    setup : str
        Typst markup that begins the document; it must be correct.
    pieces : list of Piece
        Those that Typst rejects are simplified.
    compile : callable
        Makes the document of Typst markup, as `compile_typst` and `compile_web` do.

    Returns
    -------
    bytes

    Raises
    ------
    typst.TypstError
        If the simplest form of every piece is rejected too.
    """
    while True:
        try:
            return compile("\n\n".join([setup, *(piece.source for piece in pieces)]))
        except typst.TypstError:
            # Rare, so there is time to look for the culprits one by one.
            bad = [piece for piece in pieces if _is_rejected(piece.source, compile)]
            simpler = [piece.simplify() for piece in bad or pieces]
            if not any(simpler):
                raise


def _is_rejected(source, compile):
    try:
        compile(source)
    except typst.TypstError:
        return True
    return False


def accepts(source, pictures=None):
    """Whether Typst takes this markup on a page of its own."""
    return not _is_rejected(source, lambda text: _pdf(text, pictures or {}, 7.7, shipped()))


def compile_typst(source, pictures, look):
    """Compile Typst markup, with the functions of template.typ in scope, to a PDF's bytes.

    Characters that no font has are replaced, and named at the end. If the document cannot be
    accessible, it is made without that.

    Parameters
    ----------
    source : str
    pictures : dict of str to bytes
    look : Look

    Raises
    ------
    typst.TypstError
    """
    refused, standards = set(), [ACCESSIBLE] if look.accessible else []
    while True:
        fonts, missing = chosen(source)
        missing |= refused
        text = source
        if missing:
            text = source.translate(dict.fromkeys(map(ord, missing), REPLACEMENT))
            text += f"\n\n#note({literal(named(missing))})"
        try:
            return _pdf(text, pictures, look.code_size, fonts, standards)
        except typst.TypstError as error:
            more = refused_by(error) - refused
            if more:
                refused |= more
            elif standards and "PDF/UA" in str(error):
                standards = []
            else:
                raise


def compile_web(source, pictures):
    """Compile Typst markup, with the functions of web.typ in scope, to an HTML page.

    It loads nothing from elsewhere and has no scripts; formulas are MathML.

    Parameters
    ----------
    source : str
    pictures : dict of str to bytes

    Returns
    -------
    bytes
        In UTF-8.

    Raises
    ------
    typst.TypstError
    """
    files = {**pictures, **parts("web.typ"), "web.css": _part("web.css")}
    return _compiled(source, files, {}, shipped(), format="html")


def _pdf(source, pictures, code_size, fonts, standards=()):
    files = {**pictures, **parts("template.typ")}
    inputs = {"code-size": f"{code_size:.3f}"}
    how = {"format": "pdf", "timestamp": TIMESTAMP, "pdf_standards": list(standards)}
    return _compiled(source, files, inputs, fonts, **how)


def _compiled(source, files, inputs, fonts, **how):
    # In memory the compiler takes text files only, and it reads nothing outside of its root.
    with TemporaryDirectory(prefix="gradekit-") as root:
        for name, data in files.items():
            (Path(root) / name).write_bytes(data)
        compiler = typst.Compiler(
            (IMPORT + source).encode(),
            root,
            font_paths=fonts,
            ignore_system_fonts=True,
            sys_inputs=inputs,
        )
        try:
            return compiler.compile(**how)
        except BaseException as error:
            # A fault of the compiler itself arrives as a panic, which is no Exception.
            if type(error).__name__ != "PanicException":
                raise
            raise typst.TypstError(f"The compiler failed: {error}", "") from None


def parts(template):
    """Return the files that a document's source reads, by name."""
    return {"template.typ": _part(template), "formulas.typ": _part("formulas.typ")}


@cache
def _part(name):
    return (resources.files("gradekit.pdf") / name).read_bytes()
