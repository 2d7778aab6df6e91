"""Formulas among words and on narrow pages, by picture."""

import io
from itertools import groupby

import typst
from PIL import Image, ImageChops

from gradekit.pdf import Look
from gradekit.pdf.compile import IMPORT, parts
from gradekit.pdf.document import setup
from gradekit.pdf.fonts import shipped
from gradekit.pdf.sheet import Sheet

INK = 128
# Its parentheses leave no white within a line.
SUM = "+".join(rf"\left(x_{{{k}}}^2\right)" for k in range(12))


def drawn(markup, folder, width="8cm"):
    """Return a picture of Typst markup on a narrow page."""
    page = f"#set page(width: {width}, height: auto, margin: 4pt, header: none)"
    for name, data in parts("template.typ").items():
        (folder / name).write_bytes(data)
    source = f"{IMPORT}{setup(Look(), 'Formulas')}\n{page}\n{markup}"
    compiler = typst.Compiler(
        source.encode(), folder, font_paths=shipped(), ignore_system_fonts=True
    )
    return Image.open(io.BytesIO(compiler.compile(format="png", ppi=100))).convert("RGB")


def lines(picture):
    """Count the stripes of ink from top to bottom."""
    pixels, width = picture.convert("L").tobytes(), picture.width
    rows = [min(pixels[at : at + width]) for at in range(0, len(pixels), width)]
    return sum(dark for dark, _ in groupby(row < INK for row in rows))


def test_tall_formulas_in_neighboring_lines_do_not_touch(tmp_path):
    """Is there white between two lines of text that both have tall parentheses?"""
    vector = r"\begin{pmatrix} a \\ b \\ c \end{pmatrix}"
    for latex in (r"\Bigg(x\Bigg)", f"{vector} + {vector}"):
        formula = Sheet().equation(latex)
        assert lines(drawn(rf"{formula} and \ {formula}", tmp_path)) == 2


def test_small_formulas_leave_lines_where_they_are(tmp_path):
    """Is a line with an exponent as high as one without?"""
    formula = Sheet().equation("x^2")
    text = "words\\ words {} words\\ words"
    with_it, without = drawn(text.format(formula), tmp_path), drawn(text.format("x"), tmp_path)
    assert with_it.height == without.height


def test_formula_wider_than_the_page_goes_on_in_the_next_line(tmp_path):
    """Does a long sum take two lines, each as large as it is on a wide page?"""
    wide = Sheet().equation("y = " + SUM, block=True)
    assert lines(drawn(wide, tmp_path, width="20cm")) == 1
    assert lines(drawn(wide, tmp_path)) == 2


def test_wide_formula_with_rows_or_a_number_is_made_smaller(tmp_path):
    """Do its rows and its number stay where they belong?"""
    flowing = drawn(Sheet().equation(f"y = {SUM}", block=True), tmp_path)
    for latex in (rf"y = {SUM} \tag{{1}}", rf"\begin{{aligned}} y &= {SUM} \end{{aligned}}"):
        assert drawn(Sheet().equation(latex, block=True), tmp_path).height < 0.6 * flowing.height


def test_frame_stands_on_the_line(tmp_path):
    """Is what a frame holds on the line of what stands beside it?"""
    latex = r"\boxed{\textcolor{red}{x}} \textcolor[rgb]{0,0,1}{x}"
    picture = drawn(Sheet().equation(latex, block=True), tmp_path)
    red, _, blue = (band.point(lambda level: level > 200 and 255) for band in picture.split())
    framed = ImageChops.subtract(red, blue).getbbox()
    beside = ImageChops.subtract(blue, red).getbbox()
    assert abs(framed[3] - beside[3]) <= 1
