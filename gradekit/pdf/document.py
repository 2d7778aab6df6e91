"""A notebook as a PDF: cells in order, each one a piece."""

from gradekit.pdf.code import code_block
from gradekit.pdf.compile import Piece, accepts, compile_pieces, compile_typst
from gradekit.pdf.front import badge, front_page, grading
from gradekit.pdf.markdown import markdown
from gradekit.pdf.outputs import outputs
from gradekit.pdf.redact import redacted
from gradekit.pdf.sheet import Sheet
from gradekit.pdf.typst_text import literal

HIDDEN_ONLY = "Hidden tests"
PLAIN = "This cell is shown as plain text without outputs, because its page could not be drawn."


def notebook_to_pdf(nb, feedback):
    """Return a graded notebook as the bytes of a PDF.

    Hidden tests and mark schemes are left out. A formula or picture that cannot be shown is
    replaced by a box that says so, and a cell that Typst rejects by its plain text.

    Parameters
    ----------
    nb : NotebookNode
        With the metadata that nbgrader's GetGrades preprocessor adds to graded cells.
    feedback : Feedback

    Returns
    -------
    bytes
    """
    nb = redacted(nb)
    sheet = Sheet()
    language = str(nb.metadata.get("kernelspec", {}).get("language", "python"))
    pieces = [_piece(at, cell, sheet, language) for at, cell in enumerate(nb.cells)]
    return compile_pieces(f"{_setup(feedback)}\n{front_page(nb, feedback)}", pieces, sheet.files)


def apology(feedback, reason):
    """Return a PDF of one page that says in one sentence why there is no better one."""
    return compile_typst(f"{_setup(feedback)}\n#note({literal(reason)})", {})


def _setup(feedback):
    return (
        f"#show: page-setup.with(assignment: {literal(feedback.assignment)},"
        f" notebook: {literal(feedback.notebook)}, student: {literal(feedback.who)})"
    )


def _piece(at, cell, sheet, language):
    """Return a cell as a piece: as it is, without what Typst rejects, or as plain text."""

    def whole():
        sheet.fragments = []
        return _framed(at, cell, _cell(cell, sheet, language), markdown(_comment(cell), sheet))

    def repaired():
        whole()
        bad = {part for part in sheet.fragments if not accepts(part, sheet.files)}
        sheet.rejected |= bad
        return whole()

    def plain():
        source = code_block(cell.source, "text", "fence")
        return _framed(
            at, cell, f"{source}\n\n#note({literal(PLAIN)})", f"#{literal(_comment(cell))}"
        )

    return Piece([whole, repaired, plain])


def _framed(at, cell, body, comment):
    """Return a cell with its name and badge above and the grader's comment below."""
    data = grading(cell)
    if not data:
        return body
    head = f"#graded({literal(data['grade_id'])}, {badge(data)}) <cell-{at}>"
    foot = f"#comment[{comment}]" if _comment(cell) else ""
    return f"{head}\n\n{body}\n\n{foot}"


def _comment(cell):
    return (cell.metadata.get("nbgrader", {}).get("comment") or "").strip()


def _cell(cell, sheet, language):
    if cell.cell_type == "markdown":
        text = markdown(cell.source, sheet, cell.get("attachments"))
        return f"#written[{text}]" if _is_answer(cell) else text
    if cell.cell_type == "raw":
        return code_block(cell.source, "text", "fence")
    source = cell.source.rstrip()
    look = "answer" if _is_answer(cell) else "code"
    if source:
        box = code_block(source, language, look)
    else:
        box = f"#source({literal(HIDDEN_ONLY)})" if grading(cell) else ""
    return f"{box}\n\n{outputs(cell, sheet)}"


def _is_answer(cell):
    return cell.metadata.get("nbgrader", {}).get("solution", False)
