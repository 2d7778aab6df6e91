"""Whole documents: a notebook for its author, and a graded one for its student."""

from dataclasses import replace
from functools import partial

from gradekit.pdf.cells import pieces
from gradekit.pdf.compile import Piece, compile_pieces, compile_typst, compile_web
from gradekit.pdf.front import front_page
from gradekit.pdf.look import Look
from gradekit.pdf.markdown import markdown, numbers, targets
from gradekit.pdf.redact import redacted
from gradekit.pdf.sheet import Sheet
from gradekit.pdf.typst_text import literal

# Browsers scroll.
UNBROKEN = 10_000


def notebook_to_pdf(nb, title, look=None, folder=None):
    """Return a notebook as the bytes of a PDF.

    A formula or picture that cannot be shown is replaced by a box that says so, and a cell that
    Typst rejects by its plain text.

    Parameters
    ----------
    nb : NotebookNode
        In format 4.
    title : str
        The document's title.
    look : Look, optional
    folder : Path, optional
        Where the files lie that the notebook refers to; without it they are not looked for.

    Returns
    -------
    bytes
    """
    look = look or Look()
    sheet = Sheet(look, folder, targets=targets(nb), numbers=numbers(nb))
    return compile_pieces(setup(look, title), pieces(nb, sheet), _to_pdf(sheet))


def feedback_to_pdf(nb, feedback, look=None, folder=None):
    """Return a graded notebook as the bytes of a PDF.

    As `notebook_to_pdf`, with the scores on page one and beside the graded cells, and without
    hidden tests.

    Parameters
    ----------
    nb : NotebookNode
        With the metadata that nbgrader's GetGrades preprocessor adds to graded cells.
    feedback : Feedback
    look : Look, optional
    folder : Path, optional

    Returns
    -------
    bytes
    """
    return _feedback(nb, feedback, look or Look(), folder, _to_pdf)


def feedback_to_web(nb, feedback, look=None, folder=None):
    """Return a graded notebook as the bytes of an HTML page that needs nothing from elsewhere.

    It shows what `feedback_to_pdf` shows, of which the parameters are the same, but lines of code
    are not broken and wide tables not cut.
    """
    look = replace(look or Look(), code_columns=UNBROKEN, scrolls=True)
    return _feedback(nb, feedback, look, folder, _to_web)


def apology(feedback, reason):
    """Return a PDF of one page that says in one sentence why there is no better one."""
    look = Look()
    return compile_typst(f"{_feedback_setup(look, feedback)}\n#note({literal(reason)})", {}, look)


def _to_pdf(sheet):
    return partial(compile_typst, pictures=sheet.files, look=sheet.look)


def _to_web(sheet):
    return partial(compile_web, pictures=sheet.files)


def _feedback(nb, feedback, look, folder, compiler):
    nb = redacted(nb, feedback.mark_schemes)
    # Of what others handed in, no picture may come from elsewhere on the grader's machine.
    sheet = Sheet(look, folder, root=folder, targets=targets(nb), numbers=numbers(nb))
    front = Piece([
        lambda: front_page(nb, feedback, lambda line: markdown(line, sheet, headings=False)),
        lambda: front_page(nb, feedback, lambda line: f"#{literal(line)}"),
    ])
    body = [front, *pieces(nb, sheet)]
    return compile_pieces(_feedback_setup(look, feedback), body, compiler(sheet))


def _feedback_setup(look, feedback):
    title = f"{feedback.notebook}, {feedback.who}"
    left = f"{feedback.assignment} / {feedback.notebook}"
    return setup(look, title, left, feedback.who, feedback.assignment)


def setup(look, title, left=None, author="", keyword=""):
    """Return the Typst markup that begins a document.

    Parameters
    ----------
    look : Look
    title : str
    left : str, optional
        At the left of each page's head; by default the title.
    author, keyword : str, optional
        Those of the PDF's properties; the author stands in each page's head, too.
    """
    given = {
        "title": literal(title),
        "left": literal(title if left is None else left),
        "author": literal(author),
        "keyword": literal(keyword),
        "paper": literal(look.paper),
        "font-size": f"{look.font_size:g}pt",
    }
    return f"#show: page-setup.with({', '.join(f'{name}: {it}' for name, it in given.items())})"
