"""Outputs of code cells."""

import nbformat.v4 as v4
import pytest

from gradekit.pdf.outputs import outputs
from gradekit.pdf.sheet import Sheet


def show(*given):
    return outputs(v4.new_code_cell("", outputs=list(given)), Sheet())


def stream(text, name="stdout"):
    return v4.new_output("stream", name=name, text=text)


def display(**data):
    data = {key.replace("_", "/", 1): value for key, value in data.items()}
    return v4.new_output("display_data", data=data)


@pytest.mark.parametrize(
    ("text", "typst"),
    [
        ("a\nb\n", '#printed(breakable: false)[#"a"#linebreak()#"b"]'),
        ("10%\r20%\r100%\n", '#printed(breakable: false)[#"100%"]'),
        ("abc\rX", '#printed(breakable: false)[#"Xbc"]'),
        ("ab\bc", '#printed(breakable: false)[#"ac"]'),
        ("a\x1b[31mb\x1b[0mc", '#printed(breakable: false)[#"a"#ansi-red("b")#"c"]'),
        ("\x1b[1;32mok\x1b[m", '#printed(breakable: false)[#ansi-green-bold("ok")]'),
        ("\x1b[38;5;196mr", '#printed(breakable: false)[#ansi-rgb("#ff0000", false)("r")]'),
        ("\x1b[1;38;2;0;0;255mb", '#printed(breakable: false)[#ansi-rgb("#0000ff", true)("b")]'),
        ("\x1b[38:2::0:0:255mb", '#printed(breakable: false)[#ansi-rgb("#0000ff", false)("b")]'),
        ("\x1b[38;5;2mg", '#printed(breakable: false)[#ansi-green("g")]'),
        # White text would be lost on paper.
        ("\x1b[38;5;231mw", '#printed(breakable: false)[#ansi-rgb("#8c8c8c", false)("w")]'),
        ("\x1b[38;5;240mg", '#printed(breakable: false)[#ansi-rgb("#585858", false)("g")]'),
        ("\x1b[48;5;196mr", '#printed(breakable: false)[#"r"]'),
        ("\x1b[38;5mr", '#printed(breakable: false)[#ansi-black("r")]'),
        ("\x1b[38;2;999;1mr", '#printed(breakable: false)[#"r"]'),
        ("\x1b[2J\x1b[1;1Hclear\x1b]0;title\x07", '#printed(breakable: false)[#"clear"]'),
        ("a\x00b", '#printed(breakable: false)[#"a\ufffdb"]'),
        ("\n\n", ""),
        ("", ""),
    ],
)
def test_stream(text, typst):
    """Is text shown as a terminal would show it?"""
    assert show(stream(text)) == typst


def test_pieces_of_a_stream_are_one():
    """Do several pieces of one stream make one box, and another stream a second one?"""
    assert show(stream("a"), stream("b\n"), stream("c", "stderr")) == (
        '#printed(breakable: false)[#"ab"]\n\n#stderr(breakable: false)[#"c"]'
    )


def test_richest_form_that_fits_paper():
    """Is HTML taken where it is offered, a formula where LaTeX is?"""
    assert show(display(text_html="<b>1</b>", text_plain="1")) == '#strong[#"1"]'
    assert "$frac(1,2)$" in show(display(text_latex=r"$\displaystyle \frac{1}{2}$")).replace(
        "display(frac(1,2))", "frac(1,2)"
    )
    assert show(display(text_markdown="*a*", text_plain="a")) == '#emph[#"a"]'


def test_output_without_a_form_for_paper():
    """Is an output that cannot be printed announced instead of dropped?"""
    assert "cannot be shown on paper (text/odd)" in show(display(text_odd="1"))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"application/vnd.plotly.v1+json": {}, "text/html": "<script>1</script>"}, "(Plotly)"),
        ({"application/vnd.jupyter.widget-view+json": {}, "text/plain": "0%"}, "(a widget)"),
        ({"text/html": "<div id='a'></div><script>1</script>"}, "Drawn by the browser"),
        ({"application/javascript": "x()"}, "Drawn by the browser"),
    ],
)
def test_drawn_by_a_browser(data, words):
    """Is a drawing by a program in the browser announced, beside its plain text?"""
    shown = show(v4.new_output("display_data", data=data))
    assert words in shown
    assert data.get("text/plain", "") in shown


def test_json():
    """Is JSON shown with its values, and not as an object's address?"""
    data = {"application/json": {"rate": 0.5}, "text/plain": "<IPython.core.display.JSON object>"}
    assert '"rate"' in show(v4.new_output("display_data", data=data)).replace('\\"', '"')


FRAME = (
    "<table class='dataframe'><thead><tr style='text-align: right;'><th></th>{heads}</tr></thead>"
    "<tbody><tr><th>0</th>{cells}</tr></tbody></table>"
)


def frame(columns):
    heads = "".join(f"<th>column_{k}</th>" for k in range(columns))
    cells = "".join(f"<td>{k}.125</td>" for k in range(columns))
    return display(text_html=FRAME.format(heads=heads, cells=cells), text_plain="a frame")


def test_table_of_pandas():
    """Is a data frame one table, with its numbers on the right?"""
    shown = show(frame(3))
    assert shown.startswith("#data-table(4, 8pt, 1, table.header(")
    assert '[#"2.125"]' in shown and "align: left" not in shown


def test_wide_table_of_pandas(export):
    """Are columns for which the page has no room put below, beside the index?"""
    shown = show(frame(25))
    assert shown.count("#data-table(") >= 2
    drawing = export(v4.new_code_cell("frame", outputs=[frame(25)]))
    assert all(f"column_{k} " in drawing.text + " " for k in range(25))


def test_figure(draw):
    """Is a figure no wider than the text, with a description?"""
    figure = display(image_png="iVBORw0KGgo", text_plain="<Figure size 640x480 with 1 Axes>")
    assert "#note" in show(figure)
    assert "Picture not shown" in draw(v4.new_code_cell("plot()", outputs=[figure])).text


def test_thousands_of_outputs():
    """Is the number of outputs of a cell limited, and said so?"""
    shown = show(*[display(text_plain=str(i)) for i in range(1000)])
    assert "940 more outputs left out." in shown


def test_what_only_a_browser_draws():
    """Is a player named with its address, and a picture that a script fills named as such?"""
    film = show(display(text_html='<iframe src="https://example.org/film"></iframe>'))
    assert "a page from elsewhere" in film and "https://example.org/film" in film
    sound = show(display(text_html="<audio src='x'>Your browser knows no sound.</audio>"))
    assert "a sound" in sound and "Your browser" not in sound
    assert "Drawn by the browser" in show(display(text_html="<img id='frame'>"))


def test_diagram_of_an_estimator():
    """Is a diagram that needs a browser's styles shown as what was printed?"""
    diagram = '<div class="sk-text-repr-fallback"><pre>P()</pre></div><details>long</details>'
    typst = show(display(text_html=diagram, text_plain="Pipeline(steps=[])"))
    assert typst == '#printed(breakable: false)[#"Pipeline(steps=[])"]'


def test_animation():
    """Is a player of pictures one picture, the last one, with a line that says so?"""
    frames = "".join(f'  frames[{k}] = "data:image/svg+xml,{SVG}{k}"\n' for k in range(3))
    player = f"<div><img id='a'><label>Once</label></div><script>\n{frames}</script>"
    shown = show(display(text_html=player))
    assert shown.count("#picture(") == 1 and "Once" not in shown
    assert '#note("The last of 3 frames of an animation.")' in shown


SVG = "%3Csvg width='9' height='9'%3E"


def test_styles_alone():
    """Is there no word about an output that only changes the looks of the page?"""
    sheet = "<!-- for bars -->\n<style>progress {border: none}</style>"
    assert show(display(text_html=sheet, text_plain="<IPython.core.display.HTML object>")) == ""


def test_address_of_what_is_not_shown():
    """Is an address in memory left out where a line says that something is not shown?"""
    shown = show(display(text_html="<script>1</script>", text_plain="<Map at 0x7f>"))
    assert "0x7f" not in shown and "Drawn by the browser" in shown


def test_colored_print():
    """Are colors those of the terminal, if a library prints for both?"""
    printed = '<pre style="x">A <span style="color: #00af00">1</span></pre>\n'
    shown = show(display(text_html=printed, text_plain="A \x1b[32m1\x1b[0m"))
    assert shown == '#printed(breakable: false)[#"A "#ansi-green("1")]'
    # Here the page's form says more.
    assert '"A 1"' in show(display(text_html=printed, text_plain="<rich.Text at 0x7f>"))


def test_dollars_without_formulas():
    """Are dollars what they are, where a page says that there are no formulas?"""
    text = "<div class='tex2jax_ignore'>$1 or $2</div>"
    assert show(display(text_html=text)) == '#"$1 or $2"'
