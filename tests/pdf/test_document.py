"""Whole notebooks as PDFs."""

import base64
import io
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import nbformat.v4 as v4
import pytest
import typst
from PIL import Image

from gradekit.pdf import Look, apology
from gradekit.pdf.compile import Piece, accepts, compile_pieces, compile_typst
from gradekit.pdf.front import front_page

NOTHING = v4.new_notebook()
ATTACKS = [
    '#panic("stop")',
    "#set page(fill: red)",
    '#import "@preview/nothing:1.0.0"',
    '#read("/etc/passwd")',
    "<label> @reference",
    "// comment /* comment */",
    "*star _score_ `tick $dollar",
    'quote " and \\" backslash \\',
    "[bracket] {brace} (paren)",
    "= heading\n- item\n+ item\n/ term: x",
    "https://example.org ~ -- ... 'x'",
    '"); #panic("',
    "$x$#panic()$y$",
    "\\u{41} \\n",
    "\x00\x1b[0m\ud800 \u202e \ue0000\ue001 \uffff",
]


def graded(cell, grade_id, **data):
    cell.metadata.nbgrader = {"grade_id": grade_id, **data}
    return cell


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_in_a_notebook_is_typst(draw, attack):
    """Is text that looks like Typst printed as text, wherever it stands?"""
    texts = [attack, f"# {attack}", f"`{attack}`", f"    {attack}", f"- {attack}\n\n> {attack}"]
    texts += [f"| a |\n|---|\n| {attack} |", f"[{attack}](https://b.org/{attack})", f"${attack}$"]
    texts += [f"![{attack}](attachment:{attack})", f"<p>{attack}</p>", f"$\\text{{{attack}}}$"]
    stream = v4.new_output("stream", name="stdout", text=attack)
    failure = v4.new_output("error", ename=attack, evalue=attack, traceback=[attack])
    cells = [v4.new_markdown_cell(text) for text in texts]
    cells.append(v4.new_code_cell(attack, outputs=[stream, failure]))
    cells.append(v4.new_raw_cell(attack))
    cells.append(graded(v4.new_code_cell(""), attack, score=0, points=1, comment=attack))
    drawing = draw(*cells)
    assert "Ada Example (ada)" in drawing.text
    assert "/etc/passwd" not in drawing.text or attack in drawing.text


def test_front_page(draw):
    """Do page one and the badges tell the score, the open cells and the comments?"""
    drawing = draw(
        v4.new_markdown_cell("## E1: `softmax`"),
        graded(v4.new_code_cell("assert True"), "softmax_core", score=1.5, points=2.0),
        v4.new_markdown_cell("```\n# no heading\n```"),
        graded(
            v4.new_markdown_cell("My proof."),
            "d1_proof",
            score=0.0,
            points=4.0,
            solution=True,
            needs_manual_grade=True,
        ),
        graded(v4.new_code_cell("x = 1"), "softmax", comment="Well **done**: $x^2$"),
    )
    first = " ".join(drawing.reader.pages[0].extract_text().split())
    assert "a2_losses softmax" in first
    assert "1.5 / 6 points so far" in first
    assert "E1: softmax softmax_core 1.5 / 2" in first
    assert "d1_proof manual / 4" in first
    assert "page 1 of 1" in first
    assert "Comment Well done" in first


def test_late_penalty(feedback):
    """Is a penalty taken off the total and mentioned?"""
    cell = graded(v4.new_code_cell("x"), "x", score=2.0, points=2.0)
    page = front_page(v4.new_notebook(cells=[cell]), replace(feedback, late_penalty=0.5), str)
    assert 'score: "1.5", of: "2", penalty: "0.5"' in page


def test_time_of_the_hand_in(feedback):
    """Does page one tell when the student handed in, if that is known?"""
    when = replace(feedback, handed_in=datetime(2026, 11, 20, 22, 42, tzinfo=UTC))
    assert 'handed-in: "Handed in 2026-11-20 22:42 UTC"' in front_page(NOTHING, when, str)
    assert 'handed-in: ""' in front_page(NOTHING, feedback, str)


@pytest.mark.parametrize(
    "comment", ["A $\\frac{1$ of *this*", "$x$ " * 60, "# Heading\nmore", "]#panic()"]
)
def test_any_comment_in_the_table(draw, comment):
    """Does a comment that cannot be drawn, or not whole, leave the page and its points alone?"""
    cell = graded(v4.new_markdown_cell("x"), "d1_proof", score=1.0, points=4.0, comment=comment)
    first = draw(cell).reader.pages[0].extract_text()
    assert "d1_proof" in first
    assert "1 / 4" in first


def test_failed_test_in_the_table(draw):
    """Does the table show the first line of a failed test's message, without colors?"""
    failure = v4.new_output(
        "error", ename="CheckFailed", evalue="\x1b[31mFAIL\x1b[0m  softmax\n  more", traceback=[]
    )
    cell = graded(v4.new_code_cell("x", outputs=[failure]), "softmax_core", score=0.0, points=2.0)
    assert "softmax_core 0 / 2 FAIL softmax" in draw(cell).text


def test_title_bookmarks_and_language(draw):
    """Does the PDF have a title, a language, bookmarks for headings and tags?"""
    drawing = draw(v4.new_markdown_cell("# One\n\n## Two\n\ntext $x^2$"))
    assert drawing.reader.metadata.title == "softmax, Ada Example (ada)"
    catalog = drawing.reader.trailer["/Root"]
    assert catalog["/Lang"] == "en"
    assert catalog["/MarkInfo"]["/Marked"]
    one, [two] = drawing.reader.outline
    assert (one.title, two.title) == ("One", "Two")


def test_same_notebook_same_bytes(draw):
    """Does the same notebook give the same bytes?"""
    cells = [v4.new_markdown_cell("# One\n\n$x$"), v4.new_code_cell("x = 1")]
    assert draw(*cells).pdf == draw(*cells).pdf


def test_unknown_formula(draw):
    """Is a formula that cannot be translated shown as its source?"""
    assert r"$\weird{x}$" in draw(v4.new_markdown_cell(r"See $\weird{x}$.")).text


def test_rejected_picture_costs_only_the_picture(draw):
    """Is a picture that Typst cannot read replaced, and the rest of the cell drawn?"""
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><g></svg>'
    broken = v4.new_output("display_data", data={"image/svg+xml": svg})
    text = draw(
        v4.new_code_cell("plot(1)", outputs=[broken, v4.new_output("stream", text="after")]),
        v4.new_markdown_cell("And $x$ more."),
    ).text
    assert "Picture not shown: it cannot be read." in text
    assert "plot(1)" in text
    assert "after" in text
    assert "more." in text


def test_piece_is_simplified_until_it_compiles():
    """Is a piece that Typst rejects drawn in its next way, and the others left as they are?"""
    bad = Piece([lambda: "#panic()", lambda: "#unknown", lambda: '#"plain"'])
    good = Piece([lambda: '#"good"', lambda: '#"changed"'])
    pdf = compile_pieces("", [bad, good], partial(compile_typst, pictures={}, look=Look()))
    assert pdf.startswith(b"%PDF")
    assert (bad.way, good.way) == (2, 0)


def test_fault_of_the_compiler(monkeypatch):
    """Is a panic of the compiler an error like any other, so that a piece can be simplified?"""

    class PanicException(BaseException):
        pass

    class Compiler:
        def __init__(self, *args, **kwargs):
            pass

        def compile(self, **kwargs):
            raise PanicException("index out of bounds")

    monkeypatch.setattr(typst, "Compiler", Compiler)
    assert not accepts("text")


def test_empty_cells(draw):
    """Does a cell of nothing but hidden tests say so, and an empty cell nothing?"""
    hidden = v4.new_code_cell("### BEGIN HIDDEN TESTS\nx\n### END HIDDEN TESTS")
    assert "Hidden tests" in draw(graded(hidden, "core", score=1, points=1)).text
    assert "Hidden tests" not in draw(v4.new_code_cell("")).text


def test_apology(feedback):
    """Is there a PDF of one page with one sentence if all else fails?"""
    assert apology(feedback, 'Nothing " to # see').startswith(b"%PDF")


@pytest.mark.parametrize(("paper", "room"), [("a4", 842 - 125), ("a5", 595 - 125)])
def test_figure_that_is_taller_than_a_page(export, paper, room):
    """Is a tall figure made smaller, so that all of it is seen?"""
    data = io.BytesIO()
    Image.new("RGB", (100, 900), "navy").save(data, "PNG")
    picture = {"image/png": base64.b64encode(data.getvalue()).decode()}
    cell = v4.new_code_cell("x", outputs=[v4.new_output("display_data", picture)])
    cell.outputs[0].metadata["image/png"] = {"width": 500}
    scales = []
    for page in export(cell, look=Look(paper=paper)).reader.pages:
        page.extract_text(visitor_operand_before=lambda op, args, ctm, _: scales.append((op, ctm)))
    heights = [abs(ctm[3]) for op, ctm in scales if op == b"Do"]
    assert heights and max(heights) < room  # points


@pytest.mark.parametrize("title", ["## Result", "<div style='background: #eee'>Result</div>"])
@pytest.mark.parametrize("lines", range(30, 58, 3))
def test_code_stays_with_its_figure(export, lines, title):
    """Do a heading and the code below it stand on the page of the figure that the code drew?"""
    data = io.BytesIO()
    Image.new("RGB", (400, 400), "navy").save(data, "PNG")
    picture = {"image/png": base64.b64encode(data.getvalue()).decode()}
    figure = v4.new_code_cell("plot()", outputs=[v4.new_output("display_data", picture)])
    above = v4.new_code_cell("\n".join(["above = 1"] * lines))
    pages = export(above, v4.new_markdown_cell(title), figure).reader.pages
    [page] = [page for page in pages if page.images]
    assert "Result" in page.extract_text() and "plot()" in page.extract_text()


def test_tall_figure_leaves_room_for_its_code(export):
    """Does the tallest figure stand on one page with a heading and the code that drew it?"""
    data = io.BytesIO()
    Image.new("RGB", (400, 4000), "navy").save(data, "PNG")
    picture = {"image/png": base64.b64encode(data.getvalue()).decode()}
    figure = v4.new_code_cell("plot()\n" * 5, outputs=[v4.new_output("display_data", picture)])
    pages = export(v4.new_markdown_cell("above\n\n## Result"), figure).reader.pages
    assert len(pages) == 1
