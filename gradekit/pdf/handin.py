"""One PDF to hand in: notebooks, scanned or typed pages, and photos of pages.

Typst lays out the whole document, with an empty page for each page of another PDF, so that table
of contents, bookmarks and page numbers are right; these pages are then filled.
"""

from dataclasses import dataclass, replace
from functools import partial

import nbformat

from gradekit.pdf.cells import pieces
from gradekit.pdf.compile import Piece, compile_pieces, compile_typst
from gradekit.pdf.document import setup
from gradekit.pdf.look import Look
from gradekit.pdf.markdown import numbers, targets
from gradekit.pdf.scans import fill_pages, open_pdf, readable_photo
from gradekit.pdf.sheet import Sheet
from gradekit.pdf.typst_text import literal

_MOST_BYTES = 200 << 20


class HandinError(ValueError):
    """A file cannot be part of what is handed in; the text says which one, why, and what to do."""


@dataclass(frozen=True)
class Part:
    """One file of what is handed in.

    Attributes
    ----------
    name : str
        The file's name, which becomes the heading.
    kind : str
        "notebook", "pages" or "photo".
    content : NotebookNode, pypdf.PdfReader or bytes
    folder : Path
        Where the file lies.
    """

    name: str
    kind: str
    content: object
    folder: object


def read_part(path):
    """Read a file; what it holds tells its kind, not its name.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Part

    Raises
    ------
    HandinError
        If the file cannot be part of a PDF.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise HandinError(f"{path} is larger than {_MOST_BYTES >> 20} MiB; make it smaller")
        data = path.read_bytes()
        kind, content = _content(data)
    except OSError as error:
        raise HandinError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError as why:
        raise HandinError(f"{path} {why}") from None
    return Part(path.name, kind, content, path.parent)


def _content(data):
    if data.lstrip()[:1] == b"{":
        return "notebook", _notebook(data)
    if b"%PDF-" in data[:1024]:
        return "pages", open_pdf(data)
    return "photo", readable_photo(data)


def _notebook(data):
    try:
        nb = nbformat.reads(data.decode("utf-8"), as_version=4)
        nbformat.validate(nb)
    except Exception:  # by what is wrong with it
        raise ValueError("is not a notebook; open it in Jupyter and save it again") from None
    return nb


def without_outputs(nb):
    """Count the code cells that were not run since the notebook was cleared.

    Parameters
    ----------
    nb : NotebookNode

    Returns
    -------
    int
    """
    code = (cell for cell in nb.cells if cell.cell_type == "code" and cell.source.strip())
    return sum(cell.get("execution_count") is None and not cell.get("outputs") for cell in code)


def handin_to_pdf(parts, title, student="", look=None):
    """Return files as the bytes of one PDF.

    Parameters
    ----------
    parts : list of Part
        In the order of the PDF.
    title : str
    student : str, optional
        The name on the first page.
    look : Look, optional

    Returns
    -------
    bytes
    """
    look = look or Look()
    if any(part.kind == "pages" for part in parts):
        # What others made is not tagged as PDF/UA asks for.
        look = replace(look, accessible=False)
    front = f"{setup(look, title, author=student)}\n#cover({literal(title)}, {literal(student)})"
    body, pictures = [], {}
    for number, part in enumerate(parts):
        body += _pieces(part, number, look, pictures)
    pdf = compile_pieces(front, body, partial(compile_typst, pictures=pictures, look=look))
    return fill_pages(pdf, [part.content if part.kind == "pages" else None for part in parts])


def _pieces(part, number, look, pictures):
    """Return a part as pieces; its pictures are added to the others."""
    chapter = f"#chapter({literal(part.name)})"
    if part.kind == "pages":
        empty = "#pagebreak()\n" * (len(part.content.pages) - 1)
        return [_fixed(f"{chapter}\n{empty}")]
    if part.kind == "photo":
        name = f"photo-{number}.jpg"
        pictures[name] = part.content
        return [_fixed(f"{chapter}\n#photo({literal(name)}, {literal(part.name)})")]
    sheet = Sheet(
        look,
        part.folder,
        targets=targets(part.content),
        numbers=numbers(part.content),
        chapter=f"{number}:",
        files=pictures,
    )
    return [_fixed(chapter), *pieces(part.content, sheet)]


def _fixed(source):
    return Piece([lambda: source])
