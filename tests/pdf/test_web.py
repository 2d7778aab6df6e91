"""Graded notebooks as pages for browsers."""

import nbformat.v4 as v4
import pytest
from bs4 import BeautifulSoup

from gradekit.pdf import feedback_to_web

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'
ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">here</a>',
    "[here](javascript:alert(1))",
    '<iframe src="https://example.org"></iframe>',
    '<div style="background: url(https://example.org/seen.png)">here</div>',
    "![](https://example.org/seen.png)",
    "<style>@import 'https://example.org/seen.css';</style>",
    "</main></body><script>alert(1)</script>",
    SVG,
]
# A picture of one dot.
DOT = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)


@pytest.fixture
def page(feedback):
    """Return a function from cells to the page of their graded notebook."""

    def made(*cells):
        html = feedback_to_web(v4.new_notebook(cells=list(cells)), feedback).decode()
        return BeautifulSoup(html, "html.parser")

    return made


def printed(**data):
    """A code cell with one output."""
    output = v4.new_output("display_data", data)
    return v4.new_code_cell("show()", outputs=[output])


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_runs_and_nothing_is_loaded(page, attack):
    """Is what students write or put out text and pictures, and never more?"""
    cells = v4.new_markdown_cell(attack), printed(**{"text/html": attack, "text/plain": attack})
    stream = v4.new_code_cell(attack, outputs=[v4.new_output("stream", text=attack)])
    soup = page(*cells, stream)
    assert not soup.find_all(["script", "iframe", "object", "embed", "link", "base"])
    for node in soup.find_all(True):
        assert not [name for name in node.attrs if name.startswith("on")]
        assert not str(node.get("href", "#")).startswith("javascript:")
        assert str(node.get("src", "data:image/")).startswith("data:image/")
        assert "url(" not in node.get("style", "")
        assert node.name != "style" or "@import" not in node.get_text()


def test_formulas_need_no_script(page):
    """Are formulas MathML, drawn where MathML lacks a word, and their source if unknown?"""
    soup = page(v4.new_markdown_cell(r"$\frac{a}{b}$, $\cancel{x}$ and $\unheard{x}$"))
    assert soup.find("mfrac")
    assert soup.find("svg")
    assert soup.find("code", class_="untranslated").get_text() == r"$\unheard{x}$"


def test_numbers_of_formulas(page):
    """Does a formula with a tag have its number beside it?"""
    soup = page(v4.new_markdown_cell(r"$$x = 1 \tag{7}$$"))
    assert soup.find("div", class_="equation").span.get_text() == "(7)"


def test_code_can_be_copied(page):
    """Is a long line one line, and are blanks at its beginning kept?"""
    source = "def f():\n    return " + " + ".join(f"x{k}" for k in range(80))
    lines = page(v4.new_code_cell(source)).find("pre")
    for end in lines.find_all("br"):
        end.replace_with("\n")
    assert lines.get_text() == source


def test_pictures_are_within(page):
    """Does a figure come with the page?"""
    assert page(printed(**{"image/png": DOT})).find("img")["src"].startswith("data:image/png")


def test_looks_of_text(page):
    """Does everything that Markdown and outputs may have come through, and nothing ignored?"""
    frame = "<table class='dataframe'><thead><tr><th>a</th></tr></thead><tr><td>1</td></tr></table>"
    text = (
        "# One\n\n- [x] done\n\n1. first\n\n| a | b |\n|---|--:|\n| **c** | `d` |\n\n> quote\n\n"
        "> [!NOTE]\n> mind\n\nnote[^1] ~~s~~ <u>u</u> H<sub>2</sub> [link](https://example.org)"
        "\n\n[^1]: foot\n\n<center>mid</center><font color='red'>red</font><details><summary>s"
        "</summary>more</details>\n\n[up](#One)"
    )
    colored = v4.new_code_cell(
        "1", outputs=[v4.new_output("stream", text="\x1b[1;31mred\x1b[0m \x1b[38;5;208mo\x1b[0m\n")]
    )
    soup = page(v4.new_markdown_cell(text), printed(**{"text/html": frame}), colored)
    for tag in ("h2", "li", "table", "blockquote", "s", "sub", "a", "strong", "code"):
        assert soup.find(tag), tag
    assert soup.find(style="text-decoration: underline")
    assert soup.find(style="text-align: center")
    for name in ("alert", "footnotes", "data", "red"):
        assert soup.find(class_=name), name


def test_looks_of_cells(page):
    """Do cells keep their side, their color and their bar?"""
    bar = "background: linear-gradient(90deg, #d65f5f 40%, transparent 40%)"
    row = "<td align='right'>1</td><td style='background: #ffff00'>2</td><td style='{}'>3</td>"
    soup = page(v4.new_markdown_cell(f"<table>{row.format(bar)}</table>"))
    looks = [node["style"] for node in soup.find_all(class_="cell")]
    assert looks[:2] == ["text-align: right", "background: #ffff00"]
    assert looks[2].startswith("background: linear-gradient(90deg, #d65f5f 0%, #d65f5f 40%")


def test_color_of_several_paragraphs(page):
    """Does a color around paragraphs reach all of them?"""
    soup = page(v4.new_markdown_cell("<font color='blue'>\n\none\n\n- two\n\n</font>"))
    # A browser ends a line's part where a paragraph begins.
    [box] = soup.find_all(style="color: #0000ff")
    assert box.name == "div" and box.parent.name == "main"
    assert box.get_text(" ").split() == ["one", "two"]


def test_the_compiler_ignores_nothing(page, compiler_says):
    """Is there no part of a page that the compiler of HTML says it leaves out?"""
    formulas = r"$\cancel{x}$ $\color{red}{x}$ $\boxed{x}$ $\phantom{x}$ $\overline{x}$"
    test_looks_of_text(page)
    page(v4.new_markdown_cell(formulas + "\n\n$$\\begin{array}{c|c}a&b\\end{array}$$"))
    assert compiler_says
    assert not [text for text in compiler_says if "ignored" in text]
