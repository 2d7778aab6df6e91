"""No input makes drawing fail: random Markdown, formulas, code and outputs."""

import base64
import io

import nbformat.v4 as v4
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from gradekit.pdf import Feedback, feedback_to_pdf, feedback_to_web, notebook_to_pdf
from gradekit.pdf.compile import accepts
from gradekit.pdf.html import visible
from gradekit.pdf.markdown import markdown
from gradekit.pdf.sheet import Sheet

FEEDBACK = Feedback("assignment", "notebook", "ada")
TOKENS = r"""
\frac \sqrt \sqrt[3] \left( \right) \left. \right| \begin{cases} \end{cases} \begin{aligned}
\end{aligned} \begin{array}{c|c} \end{array} \\ \\[1ex] & { } ^ _ ' ( ) [ ] , ; : . / | \| x
y 12 3.5 \alpha \sum \max \limits \mathbf \text{a} \hat \underbrace \color{red} \middle| \not
= - * < > -> \, \quad ~ $ # % " ` @ é ∑ 中 ̂ ℘ √ ⟨ 𝕏 \mathrm{ab} \operatorname{f} \big( \tag{1}
\label{a} \label{b} \eqref{a} \ref{c} \begin{align} \end{align} \newcommand{\z}[1]{#1+} \z
"""
LATEX = st.lists(st.sampled_from(TOKENS.split()), max_size=12).map("".join)
MARKDOWN = st.lists(
    st.one_of(
        st.sampled_from(
            ["# ", "## ", "- ", "1. ", "> ", "| ", "|---|---|\n", "```", "`", "*", "**", "_", "$",
             "$$", "\n", "\n\n", "    ", "[a](", ")", "![b](", "attachment:c", "<sub>", "</sub>",
             "<div>", "<!--", "-->", "<br>", "\\", "\\begin{align}", "\\end{align}", "&lt;", "~~"]
        ),
        st.text(max_size=6),
        LATEX,
    ),
    max_size=14,
).map("".join)  # fmt: skip
TAGS = """
<table> <table|class='dataframe'> </table> <thead> </thead> <tr> </tr> <th> <td> <td|colspan=3>
<td|rowspan='2'> <th|colspan=0> <td|colspan=9999> </td> <caption> <ul><li> </ul> <pre> <svg>
<details> <svg></svg> <img|src='x'> <p|style='color:red;text-align:center'>
<font|color='#12'> <script>
"""
HTML = st.one_of(
    st.sampled_from(TAGS.split()).map(lambda tag: tag.replace("|", " ")), st.text(max_size=6), LATEX
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=12,
)
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)
# Whole pictures, pictures that end early, and anything else.
PICTURE = st.one_of(
    st.binary(max_size=40),
    st.integers(0, len(PNG)).map(lambda end: PNG[:end]),
    st.sampled_from([b"\xff\xd8\xff\xe0", b"GIF89a", b"<svg width='0' height='x'>", b"RIFF1234"]),
).map(lambda data: base64.b64encode(data).decode())
DATA = st.fixed_dictionaries(
    {},
    optional={
        "application/json": JSON,
        "application/vnd.plotly.v1+json": JSON,
        "application/x-unheard-of": st.text(max_size=9),
        "image/png": PICTURE | st.text(max_size=9),
        "image/jpeg": PICTURE,
        "image/svg+xml": st.lists(HTML).map("".join),
        "text/markdown": MARKDOWN,
        "text/plain": st.text(max_size=30),
    },
)
SHORT = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)


@SHORT
@given(st.lists(LATEX, min_size=12, max_size=12))
def test_formulas(formulas):
    """Does Typst take every formula that the translator lets through?"""
    sheet = Sheet(numbers={"a": "1", "b": "A"})
    shown = [sheet.equation(latex, block) for latex in formulas for block in (True, False)]
    if not accepts("\n\n".join(shown)):
        assert [part for part in shown if not accepts(part)] == []


@SHORT
@given(st.lists(MARKDOWN, min_size=1, max_size=4), st.text(max_size=60), st.text(max_size=60))
def test_notebooks(texts, code, printed):
    """Do a PDF and a page come out of any Markdown, code and output, and are they not blank?"""
    outputs = [
        v4.new_output("stream", name="stdout", text=printed),
        v4.new_output("display_data", data={"text/latex": texts[0], "text/plain": printed}),
        v4.new_output("error", ename="E", evalue=printed, traceback=printed.split("\n")),
    ]
    cells = [v4.new_markdown_cell(text) for text in texts]
    cells.append(v4.new_code_cell(f"{code}\nshown", outputs=outputs))
    _is_drawn(cells)


@SHORT
@given(st.lists(HTML), DATA)
def test_outputs(hypertext, data):
    """Is any table, and any output of any kind, drawn or said not to be?"""
    data = {**data, **({"text/html": "".join(hypertext)} if hypertext else {})}
    output = v4.new_output("display_data", data=data)
    code = v4.new_code_cell("shown", outputs=[output])
    _is_drawn([v4.new_markdown_cell("".join(hypertext)), code])


def _is_drawn(cells):
    nb = v4.new_notebook(cells=cells)
    pages = PdfReader(io.BytesIO(feedback_to_pdf(nb, FEEDBACK))).pages
    assert "shown" in "".join(page.extract_text() for page in pages)
    assert b"shown" in feedback_to_web(nb, FEEDBACK).partition(b"<main>")[2]


ENDLESS = ["<div>", "<b>", "<table><tr><td>", "<style ", "<a href='", "> - "]


@pytest.mark.parametrize("part", ENDLESS)
def test_beyond_all_measure(part):
    """Is what begins thousands of times and never ends shown as the text that it is?"""
    text = part * 3000
    output = v4.new_output("display_data", {"text/html": text, "text/plain": "an object"})
    cells = [v4.new_markdown_cell(text), v4.new_code_cell("draw()", outputs=[output])]
    pages = PdfReader(io.BytesIO(notebook_to_pdf(v4.new_notebook(cells=cells), "deep"))).pages
    shown = "".join(page.extract_text() for page in pages)
    assert part.split(" ")[0] in shown and "draw()" in shown


def test_addresses_beyond_all_measure():
    """Are a few bare addresses links, and thousands of them text?"""
    assert "#link(" in markdown("see http://a.org", Sheet())
    assert "#link(" not in markdown("http://a.org " * 1000, Sheet())


def test_scripts_are_no_tags_without_end():
    """Is a library of JavaScript, in which thousands of numbers are compared, not shown?"""
    script = "<script>" + "if (i<n && a<b) { go() }\n" * 3000 + "</script>"
    assert not visible(script)
    assert visible(f"<p>seen</p>{script}")
