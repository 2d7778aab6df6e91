"""Does a grader read formulas without internet?"""

import nbformat.v4 as v4
import pytest
from bs4 import BeautifulSoup
from nbgrader.server_extensions.formgrader import formgrader

from gradekit import takeover
from gradekit.formgrader import FormgradeExporter


@pytest.fixture
def page():
    """Return a function from Markdown cells to the page."""

    def made(*texts):
        nb = v4.new_notebook(cells=[v4.new_markdown_cell(text) for text in texts])
        html, _ = FormgradeExporter().from_notebook_node(nb)
        return BeautifulSoup(html, "html.parser")

    return made


def test_formulas_are_mathml(page):
    """Are formulas set, within a line, displayed, in tables, and with macros of earlier cells?"""
    soup = page(
        r"$$\newcommand{\R}{\mathbb{R}}$$ A $\frac{1}{2}$ b",
        "| a |\n|---|\n| $x_i$ |",
        "$$\\begin{aligned} a &= b \\\\ &= c_1 * d * e \\end{aligned}$$",
        r"$x \in \R$ and `$code$`",
    )
    assert len(soup.find_all("math")) == 4
    assert soup.find("table").find("msub")
    assert "ℝ" in soup.get_text()
    assert "$code$" in soup.get_text()
    assert not soup.find("em")  # the stars of a formula are no Markdown


def test_mark_scheme_stands_in_a_box(page):
    """Is the rubric set, in a box, without the marks around it?"""
    scheme = "Why?\n\n### BEGIN MARK SCHEME\n- **one** point for $x_i$\n### END MARK SCHEME\n"
    box = page(scheme).find("div", class_="alert-info")
    assert box.find("li").find("strong") and box.find("msub")
    assert "MARK SCHEME" not in page(scheme).get_text()


def test_formula_that_is_not_known(page):
    """Is its source shown, and are the others set?"""
    soup = page(r"$\unheard{x}$ and $\frac{1}{2}$")
    assert soup.find("code", class_="untranslated").get_text() == r"$\unheard{x}$"
    assert soup.find("mfrac")


def test_nothing_is_loaded_for_formulas(page):
    """Is the script from the internet gone?"""
    assert not [node for node in page("$x$").find_all("script") if "mathjax" in str(node).lower()]


def test_marks_of_a_student(page):
    """Is a text that looks like the place of a formula nobody's formula?"""
    assert "after" in page("\ue0005\ue001 $x$ \ue00099\ue001 after").get_text()


def test_formgrader_uses_it():
    """Does formgrader make its pages so?"""
    takeover.take_over()
    assert formgrader.HTMLExporter is FormgradeExporter
