"""Tables as they stand in notebooks: Markdown's, and HTML's of any shape."""

import nbformat.v4 as v4
import pytest

from gradekit.pdf.compile import accepts
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
    cell = 'table.cell(fill: rgb("#023858"))[#marked("#023858")[#tinted("#f1f1f1")[#"1"]]]'
    assert f'{cell}, [#"2"]' in typst
