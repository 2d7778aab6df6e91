"""Formulas as they stand in machine-learning notebooks, with what they must become.

    python -m tests.pdf.formula_corpus

draws the reference pictures again, and tells how many formulas are translated and how many are
shown as their source. Look at a picture that changed beside the LaTeX, which GitHub draws above it.
"""

import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import typst
from markdown_it import MarkdownIt

from gradekit.pdf import Look
from gradekit.pdf.compile import IMPORT, parts
from gradekit.pdf.document import setup
from gradekit.pdf.fonts import shipped
from gradekit.pdf.sheet import Sheet

FOLDER = Path(__file__).parent / "corpus"
PICTURE = re.compile(r"!\[.*\]\((.+)\)")
DOTS_PER_INCH = 150


class Formula(NamedTuple):
    """A formula of the corpus.

    Attributes
    ----------
    name, latex : str
    typst : str or None
        The translation, None if there must be none.
    reason : str or None
        Why there must be none.
    picture : Path or None
        The reference picture, if it has one.
    """

    name: str
    latex: str
    typst: str | None
    reason: str | None
    picture: Path | None


@cache
def formulas():
    """All formulas of the corpus.

    Returns
    -------
    tuple of Formula
    """
    return tuple(one for path in sorted(FOLDER.glob("*.md")) for one in _read(path))


def _read(path):
    tokens = MarkdownIt("commonmark").parse(path.read_text(encoding="utf-8"))
    at = [k for k, token in enumerate(tokens) if (token.type, token.tag) == ("heading_open", "h2")]
    for begin, end in zip(at, [*at[1:], len(tokens)], strict=True):
        part = tokens[begin:end]
        fences = {token.info: token.content.strip("\n") for token in part if token.type == "fence"}
        pictures = [PICTURE.fullmatch(token.content) for token in part if token.type == "inline"]
        picture = next((FOLDER / found[1] for found in pictures if found), None)
        yield Formula(
            tokens[begin + 1].content,
            fences["math"],
            fences.get("typst"),
            fences.get("boxed"),
            picture,
        )


def draw(chosen):
    """Draw displayed formulas as documents do.

    Parameters
    ----------
    chosen : list of Formula

    Returns
    -------
    list of bytes
        A PNG for each.
    """
    pages = "\n#pagebreak()\n".join(Sheet().equation(one.latex, block=True) for one in chosen)
    page = "#set page(width: auto, height: auto, margin: 4pt, header: none)"
    source = f"{IMPORT}{setup(Look(), 'Formulas')}\n{page}\n{pages}"
    with TemporaryDirectory() as root:
        for name, data in parts("template.typ").items():
            (Path(root) / name).write_bytes(data)
        compiler = typst.Compiler(
            source.encode(), root, font_paths=shipped(), ignore_system_fonts=True
        )
        return compiler.compile(format="png", ppi=DOTS_PER_INCH)


def main():
    """Draw the reference pictures again."""
    pictured = [one for one in formulas() if one.picture]
    for one, png in zip(pictured, draw(pictured), strict=True):
        one.picture.write_bytes(png)
    boxed = sum(one.reason is not None for one in formulas())
    print(f"{len(formulas())} formulas: {len(formulas()) - boxed} translated, {boxed} boxed.")


if __name__ == "__main__":
    main()
