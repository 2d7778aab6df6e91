"""No input makes drawing fail: random Markdown, formulas, code and outputs."""

import nbformat.v4 as v4
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gradekit.pdf import Feedback, feedback_to_pdf
from gradekit.pdf.compile import accepts
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
    """Does a PDF come out of any Markdown, code and output?"""
    outputs = [
        v4.new_output("stream", name="stdout", text=printed),
        v4.new_output("display_data", data={"text/latex": texts[0], "text/plain": printed}),
        v4.new_output("error", ename="E", evalue=printed, traceback=printed.split("\n")),
    ]
    cells = [v4.new_markdown_cell(text) for text in texts]
    cells.append(v4.new_code_cell(code, outputs=outputs))
    pdf = feedback_to_pdf(v4.new_notebook(cells=cells), FEEDBACK)
    assert pdf.startswith(b"%PDF")
