"""Code in lines that fit the page."""

from gradekit.pdf.code import code_block
from gradekit.pdf.look import Look
from gradekit.pdf.wrapping import typst_block

LOOK = Look()
COLUMNS = LOOK.code_columns


def test_colors():
    """Do keywords, strings and comments get their own looks?"""
    assert code_block('def f():  # c\n    "s"', "python", "code", LOOK) == (
        '#code(breakable: false)[#kw("def ")#fn("f")#"():  "#co("# c")'
        '#linebreak()#co("    ")#st("\\"s\\"")]'
    )


def test_unknown_language():
    """Is code in a language that nobody knows shown without colors?"""
    assert code_block("a b", "klingon", "fence", LOOK) == '#fence(breakable: false)[#"a b"]'


def test_long_line_goes_on_below():
    """Is a long line broken behind a space, with a mark on the line that goes on?"""
    text = "word " * 30
    typst = typst_block("code", [(None, text)], 10, COLUMNS)
    assert typst.count("#linebreak()") == 1
    assert '#faint("↪ ")' in typst
    assert typst.count("word ") == 30


def test_endless_word_is_broken():
    """Is a line without any space broken at the last column?"""
    first = typst_block("code", [(None, "x" * 250)], 10, COLUMNS).split("#linebreak()")[0]
    assert first == f'#code(breakable: false)[#"{"x" * COLUMNS}"'


def test_wide_characters_count_twice():
    """Do characters of double width take two columns?"""
    first = typst_block("code", [(None, "中" * 100)], 10, COLUMNS).split("#linebreak()")[0]
    assert first.count("中") == COLUMNS // 2


def test_many_lines():
    """Is the middle of a very long text left out, and said so?"""
    typst = typst_block("code", [(None, "\n".join(map(str, range(10_000))))], 80, COLUMNS)
    assert '#faint("... 9,920 lines left out ...")' in typst
    assert '#"0"' in typst
    assert '#"9999"' in typst


def test_line_that_was_printed_over_and_over():
    """Is it shown once with its number, but not in code, and not if it is there a few times?"""
    lines = [(None, "begin\n" + 400 * "here\n" + "end")]
    shown = typst_block("printed", lines, 60, COLUMNS, folds=True)
    assert shown.count("here") == 1
    assert '#faint("... the same line 399 more times ...")' in shown
    assert typst_block("code", [(None, "x\n" * 20)], 60, COLUMNS).count('"x"') == 20
    few = typst_block("printed", [(None, "x\n" * 5)], 60, COLUMNS, folds=True)
    assert few.count('"x"') == 5


def test_very_long_line():
    """Is the end of an enormous line left out, and said so?"""
    assert "8,000 characters left out" in typst_block("code", [(None, "x" * 10_000)], 10, COLUMNS)
