"""The cells of a notebook as pieces of a document."""

from gradekit.pdf.code import code_block
from gradekit.pdf.compile import Piece, accepts
from gradekit.pdf.front import badge, grading
from gradekit.pdf.markdown import markdown
from gradekit.pdf.outputs import outputs
from gradekit.pdf.typst_text import literal

HIDDEN_ONLY = "Hidden tests"
PLAIN = "This cell is shown as plain text without outputs, because its page could not be drawn."


def pieces(nb, sheet):
    """Return the cells as a list of `Piece`, in order.

    Parameters
    ----------
    nb : NotebookNode
    sheet : Sheet
    """
    kernel = nb.metadata.get("kernelspec") or {}
    info = nb.metadata.get("language_info") or {}
    language = str(info.get("name") or kernel.get("language") or "python")
    return [_piece(at, cell, sheet, language) for at, cell in enumerate(nb.cells)]


def _piece(at, cell, sheet, language):
    """Return a cell as a piece: as it is, without what Typst rejects, or as plain text."""
    level = sheet.level

    def whole():
        sheet.fragments, sheet.level = [], level
        return _framed(at, cell, _cell(cell, sheet, language), markdown(_comment(cell), sheet))

    def repaired():
        whole()
        bad = {part for part in sheet.fragments if not accepts(part, sheet.files)}
        sheet.rejected |= bad
        return whole()

    def plain():
        source = code_block(cell.source, "text", "fence", sheet.look)
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
        return code_block(cell.source, "text", "fence", sheet.look)
    shown = outputs(cell, sheet) if cell.get("outputs") else ""
    return f"{_source(cell, sheet, language, bool(shown))}\n\n{shown}"


def _source(cell, sheet, language, goes_on):
    source = cell.source.rstrip()
    # nbconvert's preprocessor for tags marks cells so.
    if not sheet.look.show_input or cell.metadata.get("transient", {}).get("remove_source"):
        return ""
    if not source:
        return f"#source({literal(HIDDEN_ONLY)})" if grading(cell) else ""
    box = "answer" if _is_answer(cell) else "code"
    return code_block(source, language, box, sheet.look, goes_on)


def _is_answer(cell):
    return cell.metadata.get("nbgrader", {}).get("solution", False)
