"""Formulas with labels: their numbers, and what refers to them."""

import nbformat.v4 as v4
import pytest

from gradekit.pdf.compile import accepts
from gradekit.pdf.markdown import markdown, numbers
from gradekit.pdf.math import translate
from gradekit.pdf.math_labels import numbers as numbers_of
from gradekit.pdf.math_reader import MathError
from gradekit.pdf.sheet import Sheet

BROKEN = r"\unheard{a} \label{x}"
LOSS = r"\begin{align} L &= a \label{loss} \\ M &= b \\ N &= c \tag{S} \label{sum} \end{align}"


@pytest.mark.parametrize(
    ("formulas", "expected"),
    [
        ([r"a \label{x}", "b", r"c \label{y}"], {"x": "1", "y": "2"}),
        ([LOSS, r"d \label{z}"], {"loss": "1", "sum": "S", "z": "2"}),
        ([r"a \tag{7} \label{x}", r"b \label{y}"], {"x": "7", "y": "1"}),
        ([r"a \label{x} \label{y}"], {"x": "1", "y": "1"}),
        ([r"\begin{aligned} a \\ b \end{aligned} \label{x}"], {"x": "1"}),
        ([], {}),
    ],
)
def test_numbers(formulas, expected):
    """Are labeled rows numbered through the document, and tags kept?"""
    assert numbers_of(formulas) == expected


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"a = b \label{x}", ("a=b", "(1)", ("x",))),
        (r"\begin{equation} a = b \label{x} \end{equation}", ("a=b", "(1)", ("x",))),
        (r"\begin{equation} a = b \tag{A} \label{x} \end{equation}", ("a=b", "(A)", ("x",))),
        (
            LOSS,
            (
                'L&=a wide&"(1)"#linebreak()M&=b#linebreak()N&=c wide&"(S)"',
                None,
                ("loss", "sum"),
            ),
        ),
        (
            r"\begin{gather} a \\ b \label{x} \end{gather}",
            ('a#linebreak()b wide"(1)"', None, ("x",)),
        ),
        (
            r"\begin{eqnarray} a &=& b \label{x} \\ c &=& d \nonumber \end{eqnarray}",
            ('a&=b wide&"(1)"#linebreak()c&=d', None, ("x",)),
        ),
        (
            r"\begin{align} a \tag{1} \\ b &= c \end{align}",
            ('a&""wide&"(1)"#linebreak()b&=c', None, ()),
        ),
    ],
)
def test_place_of_a_number(latex, expected):
    """Does the number of a formula stand at the margin, and that of a row in its row?"""
    formula = translate(latex, block=True, numbers=numbers_of([latex]))
    assert formula == expected
    assert accepts(f"${formula.body}$")


def test_reference_within_a_formula():
    """Does a formula show the number of another, and is an unknown label refused?"""
    assert translate(r"\eqref{x} \Rightarrow \ref{x}", numbers={"x": "3"}).body == '"(3)"⇒"3"'
    with pytest.raises(MathError, match="no formula has the"):
        translate(r"\eqref{y}", numbers={"x": "3"})


@pytest.mark.parametrize("latex", [r"\begin{align} a \tag{1} \tag{2} \\ b \end{align}"])
def test_two_tags_in_a_row(latex):
    """Is the formula refused?"""
    with pytest.raises(MathError, match="more than one"):
        translate(latex, block=True)


def test_references_in_text():
    """Do they become links with the number, but not in code, and are unknown ones marked?"""
    sheet = Sheet(numbers={"x": "1"})
    shown = markdown(r"See \eqref{x}, \ref{x}, $\eqref{x}$, `\ref{x}`, \eqref{lost}.", sheet)
    assert shown.count('#goto("formula-x")[#"(1)"]') == 2
    assert '#goto("formula-x")[#"1"]' in shown
    assert r'#inline-code("\\ref{x}")' in shown
    assert r'#untranslated("\\eqref{lost}"' in shown


def test_links_between_cells(export):
    """Does a reference lead to a formula of a later cell?"""
    first, second = r"See \eqref{x}.", "$$a + b \\label{x}$$"
    drawn = export(v4.new_markdown_cell(first), v4.new_markdown_cell(second))
    (link,) = drawn.reader.pages[0]["/Annots"]
    assert link.get_object()["/Subtype"] == "/Link"
    assert drawn.text.count("(1)") == 2


def test_numbers_of_a_notebook():
    """Are the formulas of all text cells numbered together?"""
    texts = ["$$a \\label{x}$$ and `$$b \\label{no}$$`", "$$c \\label{y}$$"]
    nb = v4.new_notebook(cells=[v4.new_markdown_cell(text) for text in texts])
    assert numbers(nb) == {"x": "1", "y": "2"}


def test_no_space_after_a_displayed_formula():
    """Does the text after a displayed formula begin at the margin?"""
    assert '#"next"' in markdown("$$a$$ next", Sheet())


def test_number_of_a_formula_that_is_shown_as_source():
    """Does a formula keep its number, which others name, when it cannot be drawn?"""
    sheet = Sheet(numbers={"x": "4"})
    shown = sheet.equation(BROKEN, block=True)
    assert shown.startswith("#anchor(") and shown.endswith('block: true, number: "(4)")')
    assert accepts(shown)
