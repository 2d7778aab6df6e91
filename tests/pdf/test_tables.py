"""Tables as they stand in notebooks: Markdown's, and HTML's of any shape."""

import nbformat.v4 as v4
import pytest

from gradekit.pdf.compile import accepts
from gradekit.pdf.look import Look
from gradekit.pdf.markdown import markdown
from gradekit.pdf.sheet import Sheet


def drawn(text):
    typst = markdown(text, Sheet())
    assert accepts(typst)
    return typst


def test_bar_in_inline_code():
    """Does a bar within backticks leave the columns alone?"""
    typst = drawn("| a | b |\n|---|---|\n| `x|y` | $|x|$ |")
    assert '#inline-code("x|y")' in typst
    assert "#grid-table(2," in typst


def test_escaped_bar_in_inline_code():
    """Is the backslash left out with which Markdown keeps a bar in a cell, and only there?"""
    assert '#inline-code("a|b")' in drawn("| a | b |\n|---|---|\n| `a\\|b` | 1 |")
    assert '#inline-code("a\\\\|b")' in drawn("`a\\|b`")


def test_rows_of_other_lengths():
    """Are missing cells empty, so that no cell slips into another row?"""
    typst = drawn("| a | b |\n|---|---|\n| 1 |\n| 2 | 3 |")
    assert '[#"1"], [], [#"2"], [#"3"]' in typst


def test_table_in_a_list():
    """Is a table within an item of a list a table?"""
    assert "#grid-table(2," in drawn("- item\n\n  | a | b |\n  |---|---|\n  | 1 | 2 |")


SHAPES = {
    "spans": "<tr><th rowspan=2>R</th><th colspan=2>C</th></tr><tr><td>1</td><td>2</td></tr>"
    "<tr><td>3</td></tr>",
    "span_below_the_table": "<tr><td rowspan=9>1</td></tr>",
    "absurd_span": "<tr><td colspan=100000>1</td><td colspan=x>2</td></tr>",
    "nested": "<tr><td><table><tr><td>inner</td></tr></table></td></tr>",
    "no_cells": "<tr></tr>",
    "only_heads": "<thead><tr><th>a</th></tr></thead>",
    "unclosed": "<tr><td>1<td>2<tr><td>3",
    "cells_in_no_row": "<td>1</td><td>2</td><tr><td>3</td></tr>",
    "overlapping": "<tr><td>1</td><td rowspan=2>2</td></tr><tr><td colspan=2>3</td></tr>",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_any_shape(export, shape):
    """Is nothing lost, whatever rows and spans a table has?"""
    drawing = export(v4.new_markdown_cell(f"<table>{SHAPES[shape]}</table>\n\nafter"))
    wanted = [word for word in ("R", "C", "1", "2", "3", "inner") if f">{word}<" in SHAPES[shape]]
    assert all(word in drawing.text for word in [*wanted, "after"])


def test_very_long_table():
    """Is the number of rows limited, and said so?"""
    rows = "".join(f"<tr><td>{k}</td></tr>" for k in range(1000))
    assert "600 more rows left out." in drawn(f"<table>{rows}</table>")


def test_colors_of_a_style_sheet():
    """Has a cell the color that a rule for its id gives it, as pandas writes it?"""
    typst = drawn(
        "<style>#T_1_row0, #T_1_row1 {background-color: #023858; color: #f1f1f1}</style>"
        "<table><tr><td id='T_1_row0'>1</td><td id='T_1_row9'>2</td></tr></table>"
    )
    cell = 'cell(fill: rgb("#023858"))[#tinted("#f1f1f1")[#"1"]]'
    assert f'{cell}, [#"2"]' in typst


def test_rule_for_the_heads_of_a_table():
    """Does a rule for all heads of a table color them, unless one for a cell says otherwise?"""
    typst = drawn(
        "<style>#T_1_a {color: red}\n#T_1 th {color: navy}\n#T_1 .x {color: green}</style>"
        "<table id='T_1'><tr><th class='y'>1</th><th id='T_1_a'>2</th></tr><td class='x'>3"
    )
    for color, cell in (("#000080", "1"), ("#ff0000", "2")):
        assert f'#tinted("{color}")[#strong[#"{cell}"]]' in typst
    assert '#tinted("#008000")[#"3"]' in typst


def test_bars_of_pandas():
    """Is a bar, which pandas draws as a background with steps, drawn behind its number?"""
    steps = "transparent 20%, #d65f5f 20%, #d65f5f 70%, transparent 70%"
    typst = drawn(f"<table><td style='background: linear-gradient(90deg, {steps})'>-1</td></table>")
    assert '(rgb("#d65f5f"), 20%), (rgb("#d65f5f"), 70%)' in typst
    assert "-1" in typst
    # Not a bar at all.
    assert "fill" not in drawn("<table><td style='background: linear-gradient(90deg, 1)'>1</td>")


def multi_index(groups):
    """A frame as pandas writes it: two columns of index, and heads above three columns each."""
    tops = "".join(f"<th colspan='3' halign='left'>top_{k}</th>" for k in range(groups))
    heads = "".join(f"<th>head_{k}</th>" for k in range(3 * groups))
    cells = "".join(f"<td>{k}.12345678</td>" for k in range(3 * groups))
    return (
        f"<table class='dataframe'><thead><tr><th></th><th></th>{tops}</tr>"
        f"<tr><th>who</th><th>when</th>{heads}</tr></thead><tbody>"
        f"<tr><th rowspan='2'>ada</th><th>2025</th>{cells}</tr><tr><th>2026</th>{cells}"
    )


def test_wide_frame_with_spans(export):
    """Is a frame with several levels cut between columns, each part with all of the index?"""
    typst = drawn(multi_index(10))
    parts = typst.split("#data-table(")[1:]
    assert len(parts) > 2
    for part in parts:
        assert all(f'#"{word}"' in part for word in ("who", "when", "ada", "2025", "2026"))
    # Two parts show a head above the columns where they meet.
    assert typst.count('#"top_') >= 10
    drawing = export(v4.new_markdown_cell(multi_index(10)))
    assert all(f"head_{k} " in drawing.text + " " for k in range(30))


def test_parts_of_about_one_width():
    """Is no single column left over for the last part?"""
    parts = drawn(multi_index(5)).split("#data-table(")[1:]
    counts = [int(part.split(",")[0]) for part in parts]
    assert max(counts) - min(counts) <= 2


def test_browsers_scroll():
    """Is a wide frame one table where the page can be scrolled?"""
    typst = markdown(multi_index(10), Sheet(Look(scrolls=True)))
    assert typst.count("#data-table(") == 1


def test_index_as_wide_as_the_page():
    """Is nothing lost if the index leaves no room for the columns?"""
    heads = "".join(f"<th>{str(k) * 50}</th>" for k in range(4))
    typst = drawn(f"<table class='dataframe'><tr>{heads}<td>1</td><td>2</td></tr></table>")
    assert all(str(k) * 50 in typst for k in range(4)) and '#"2"' in typst


def test_what_stands_in_no_cell():
    """Is text that stands in a table but in none of its cells shown above it?"""
    typst = drawn("<table><div>Legend</div><tr><td>1</td></tr></table>")
    assert typst.index('#"Legend"') < typst.index("#grid-table(")


def test_empty_head():
    """Is the empty head left out that Markdown asks for?"""
    assert drawn("| | |\n|---|---|\n| 1 | 2 |").startswith("#grid-table(2, 9.5pt, 0, [")


def test_color_of_a_row():
    """Has a cell the color of its row, unless it has its own?"""
    cells = "<td>1</td><td bgcolor='#ffff00'>2</td>"
    typst = drawn(f"<table><tr style='background: #eee'>{cells}</tr></table>")
    assert 'cell(fill: rgb("#eeeeee"))[#"1"], cell(fill: rgb("#ffff00"))[#"2"]' in typst


def test_cells_that_would_overlap():
    """Does a cell end where one from above stands, so that the table can be drawn?"""
    above = "<tr><td>1</td><td rowspan='2'>2</td></tr>"
    assert '[#"3"]' in drawn(f"<table>{above}<tr><td colspan='2'>3</td></tr></table>")


def test_caption():
    """Does a caption stand above the middle of a table, or above the index of a frame?"""
    caption = "<caption>C</caption><td>1</td>"
    assert drawn(f"<table>{caption}</table>").startswith('#align(center)[#"C"]')
    assert drawn(f"<table class='dataframe'>{caption}</table>").startswith('#"C"')
