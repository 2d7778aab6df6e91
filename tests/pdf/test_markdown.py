"""Markdown as Typst, and as pages."""

import base64
import struct
import time
import zlib

import nbformat.v4 as v4
import pytest

from gradekit.pdf.markdown import formulas, markdown
from gradekit.pdf.math_spans import take_out
from gradekit.pdf.sheet import Sheet


def _png_chunk(kind, data):
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


PIXEL = base64.b64encode(
    b"\x89PNG\r\n\x1a\n"
    + _png_chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    + _png_chunk(b"IDAT", zlib.compress(b"\0\xff\0\0"))
    + _png_chunk(b"IEND", b"")
).decode()

WRITTEN = [
    ("plain", '#"plain"'),
    ("*a* **b** ~~c~~", '#emph[#"a"]#" "#strong[#"b"]#" "#strike[#"c"]'),
    ("# Title", '#section(1, 1)[#"Title"]'),
    ("a\nb", '#"a b"'),
    ("a  \nb", '#"a"#linebreak()#"b"'),
    ("`a_b`", '#inline-code("a_b")'),
    ("- a\n- b", '#list(tight: true, [#"a"], [#"b"])'),
    ("3. a\n4. b", '#enum(tight: true, start: 3, [#"a"], [#"b"])'),
    ("- a\n  - b", '#list(tight: true, [#"a "\n\n#list(tight: true, [#"b"])])'),
    ("- [x] a", '#list(tight: true, [#task(true)#"a"])'),
    ("> a", '#quote(block: true)[#"a"]'),
    ("---", "#rule()"),
    (
        "| a | b |\n|:--|--:|\n| 1 | 2 |",
        '#grid-table(2, 9.5pt, 1, table.header(cell(align: left)[#strong[#"a"]], '
        'cell(align: right)[#strong[#"b"]]), cell(align: left)[#"1"], '
        'cell(align: right)[#"2"])',
    ),
    ("[a](https://b.org)", '#link("https://b.org")[#"a"]'),
    ("<a href='javascript:alert'>a</a>", '#"a"'),
    ("[a](#Section-One)", '#goto("section-one")[#"a"]'),
    ("a&amp;b &lt;", '#"a&b <"'),
    ("a<br>b", '#"a"#linebreak()#"b"'),
    ("x<sup>2</sup>", '#"x"#super[#"2"]'),
    ("a <foo> b", '#"a "#source("<foo>")#" b"'),
    ("<!-- a -->", ""),
    ("> [!TIP]\n> a", '#alert("tip", title: "Tip")[#"a"]'),
    ('<span style="color: #a00">a</span>', '#tinted("#aa0000")[#"a"]'),
    ("<span style='background: rgba(255, 0, 0, .2)'>a</span>", '#marked("#ffcccc")[#"a"]'),
    ("<font color=white>a</font>", '#"a"'),
    ("<script>a</script>b", '#"b"'),
    ('<div style="background-color:#eef">a</div>', '#band("#eeeeff")[#"a"]'),
    (f"<div style='background-color:#eef'>{'a' * 99} b</div>",
     f'#ground("#eeeeff")[#"{4 * ("a" * 20 + chr(0x200b))}{19 * "a"} b"]'),
    ("<center>a</center>", '#align(center)[#"a"]'),
    ("<iframe src='https://b.org'></iframe>",
     '#note[#"Not shown on paper: a page from elsewhere." '
     '#link("https://b.org")[#source("https://b.org")]]'),
    ("see https://b.org now", '#"see "#link("https://b.org")[#"https://b.org"]#" now"'),
    ('<div class="alert">\nNote\n</div>', '#alert("note")[#"Note "]'),
    ("$x$", '#kept(math.equation(block: false, alt: "x", $x$))'),
    # As otter, another grader, names a question.
    ("<p><strong><pre style='display: inline;'>q1</pre></strong> passed!</p>",
     '#strong[#inline-code("q1")]#" passed!"'),
    ("<div style='display: inline'>a</div> b", '#"a"#" b"'),
    ("<h2 style='color: green; text-align: center'>a</h2>",
     '#align(center)[#section(1, 2)[#tinted-block("#008000")[#"a"]]]'),
    ("<p style='background: navy; color: white; text-align: center'>a</p>",
     '#band("#000080")[#tinted-block("#ffffff")[#align(center)[#"a"]]]'),
    ("<span style='font-weight: bold; font-style: italic'>a</span>", '#emph[#strong[#"a"]]'),
    ("<progress value='1'></progress>33%", '#"33%"'),
    ("a ![b](https://b.org/c.svg)", '#"a "#link("https://b.org/c.svg")[#absent("picture: b")]'),
    ("[![b](https://b.org/c.svg)](https://b.org)",
     '#link("https://b.org")[#absent("picture: b")]'),
    ("a ![b](c.png)",
     '#"a "#absent("Picture not shown: it is not part of the notebook (c.png). b")'),
    ("a $$x$$ b", '#"a "#math.equation(block: true, alt: "x", $x$)#"b"'),
    ("`$x$` and \\$5", '#inline-code("$x$")#" and $5"'),
]


@pytest.mark.parametrize(("text", "typst"), WRITTEN)
def test_written(text, typst):
    """Is Markdown written in Typst the way the table says?"""
    assert markdown(text, Sheet()) == typst


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("a $x_1$ b $y$", ["x_1", "y"]),
        ("$$\na\n= b\n- c\n$$", ["\na\n= b\n- c\n"]),
        (r"\begin{align}a\\b\end{align}", [r"\begin{align}a\\b\end{align}"]),
        (r"$$\begin{cases}a\end{cases}$$", [r"\begin{cases}a\end{cases}"]),
        (r"\\(a\\) and \\[b\\]", ["a", "b"]),
        (r"$\text{a $b$ c}$", [r"\text{a $b$ c}"]),
        ("- $a$\n- $b$", ["a", "b"]),
        (r"\$5 and \$6", []),
        ("`$a$` ``$b$``", []),
        ("```\n$a$\n```", []),
        ("```\n$a$\n```\n$b$", ["b"]),
        ("$a\n\nb$", []),
        ("a lone $ sign", []),
    ],
)
def test_formulas_in_text(text, latex):
    """Are formulas found where JupyterLab finds them, and not in code?"""
    assert [span.latex for span in take_out(text)[1]] == latex


def test_formulas_of_a_notebook():
    """Are the formulas of Markdown cells listed, and those of code are not?"""
    cells = [v4.new_markdown_cell("$a$ $$b$$"), v4.new_code_cell("# $c$")]
    assert formulas(v4.new_notebook(cells=cells)) == ["a", "b"]


def test_bar_within_a_formula_in_a_table():
    """Does a bar in a formula leave the table's columns alone?"""
    written = markdown("| a | b |\n|---|---|\n| $|x|$ | $\\|y\\|$ |", Sheet())
    assert r"$\|x\|$" in written
    assert "$‖y‖$" in written


def test_pictures(draw):
    """Are attached and inline pictures drawn with a description, and missing ones announced?"""
    cell = v4.new_markdown_cell(
        f"![attached dot](attachment:dot.png)\n\n![inline dot](data:image/png;base64,{PIXEL})\n\n"
        "![elsewhere](figures/plot.png)\n\n![broken](attachment:broken.png)"
    )
    cell.attachments = {"dot.png": {"image/png": PIXEL}, "broken.png": {"image/png": "AAAA"}}
    drawing = draw(cell)
    assert drawing.reader.pages[0].images
    assert "attached dot" in _alternatives(drawing)
    assert "not part of the notebook (figures/plot.png). elsewhere" in drawing.text
    assert "cannot be read. broken" in drawing.text


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ("style='float: right'", "right"),
        ("align='right'", "right"),
        ("style='display: block; margin: 0 auto'", "center"),
        ("style='margin-left: auto; margin-right: auto'", "center"),
        ("style='float: left'", None),
    ],
)
def test_place_of_a_picture(asked, where):
    """Does a picture stand on the side where a browser has it?"""
    written = markdown(f"<img src='data:image/png;base64,{PIXEL}' {asked}>", Sheet())
    assert written.startswith(f"#align({where})[#picture(" if where else "#picture(")


def test_text_behind_a_wide_picture(export):
    """Does a line end behind a picture as wide as the page, even before a colon?"""
    picture = f"<img src='data:image/png;base64,{PIXEL}' width='100%'>"
    ends = []
    for page in export(v4.new_markdown_cell(f"a {picture} :width: 4")).reader.pages:
        page.extract_text(visitor_text=lambda text, _, at, *__: ends.append((text.strip(), at[4])))
    [left] = [at for text, at in ends if text.startswith(":width")]
    assert left < 300  # points from the left of the page


def test_picture_in_a_link():
    """Does a picture keep the link that it stands in, and its size?"""
    picture = f"<img src='data:image/png;base64,{PIXEL}' width='40' alt='dot'>"
    written = markdown(f"text <a href='https://b.org'>{picture}</a>", Sheet())
    assert '#link("https://b.org")[#inline-picture(' in written and "width: 30pt" in written


def _alternatives(drawing):
    objects = (drawing.reader.get_object(i) for i in range(1, len(drawing.reader.xref[0]) + 1))
    return {str(found["/Alt"]) for found in objects if isinstance(found, dict) and "/Alt" in found}


def test_long_word_stays_on_the_page(draw):
    """Is a word longer than a line broken?"""
    assert "\u200b" in markdown("a" * 200, Sheet())
    assert draw(v4.new_markdown_cell("a" * 200)).text.count("a") >= 200


def test_heading_on_a_ground(export):
    """Is a heading with a color behind it a heading, with its words among the bookmarks?"""
    text = "<h1 style='background: navy; color: white'>One</h1>\n\n# <p style='color: red'>Two</p>"
    assert [entry.title for entry in export(v4.new_markdown_cell(text)).reader.outline] == [
        "One", "Two",
    ]  # fmt: skip


def test_styles_of_any_size():
    """Is a style with brackets or letters without end no style, and read in a moment?"""
    start = time.process_time()
    many = "rgb(" * 10_000
    for value in ("a" * 100_000, many, many.replace("r", ",r"), "red 1.2.3%", "red 9%"):
        style = f"background: linear-gradient(90deg,{value})"
        assert '#"x"' in markdown(f'<table><td style="{style}">x</td></table>', Sheet())
        sheet = f"<style>#a {{{style}}}</style>"
        assert '#"y"' in markdown(f'{sheet}<p id="a">y</p>', Sheet())
    assert time.process_time() - start < 5  # seconds
