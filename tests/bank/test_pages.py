"""How the bank's pages are read."""

import inspect
import runpy
from pathlib import Path

import pytest

from gradekit.bank.pages import PageError, read_page, read_pages

COURSE = Path(__file__).parents[1] / "files" / "bank_course"


def write_page(tmp_path, text):
    path = tmp_path / "answer_bank" / "a" / "n" / "page.py"
    path.parent.mkdir(parents=True)
    path.write_text(inspect.cleandoc(text), encoding="utf-8")
    return path


def read_text(tmp_path, text, manual_ids=()):
    return read_page(write_page(tmp_path, text), manual_ids)


def test_pages_of_a_notebook():
    """Are all pages of a notebook read, with their claims?"""
    pages = {page.exercise: page for page in read_pages(COURSE, "t1_numbers", "ranges")}
    assert sorted(pages) == ["facts", "scaled", "span", "why"]
    span = pages["span"]
    assert (span.cell, span.name, span.manual) == ("t_span", "span", False)
    entries = {entry.name: entry for entry in span.entries}
    assert entries["sorted_ends"].kind == "right"
    assert entries["last_minus_last"].fails == {"t_span_core", "t_span_edges", "t_scaled_core"}
    assert entries["no_empty"].says == "IndexError: list index out of range"
    line = span.path.read_text().splitlines()[entries["no_empty"].line - 1]
    assert line.startswith("def no_empty")


def test_entry_is_what_a_student_types(tmp_path):
    """Has the entry the exercise's name, also where it calls itself, and its comments?"""
    page = read_text(
        tmp_path,
        '''
        CELL = "c"
        NAME = "total"

        @right
        def héad_and_rest(x):
            """Adds the first to the rest."""
            # An empty list has no first number.
            if not x:
                return 0
            é = x[0]; return é + héad_and_rest(x[1:])
        ''',
    )
    assert page.entries[0].source == inspect.cleandoc(
        '''
        def total(x):
            """Adds the first to the rest."""
            # An empty list has no first number.
            if not x:
                return 0
            é = x[0]; return é + total(x[1:])
        '''
    )


def test_names_that_only_look_alike_stay(tmp_path):
    """Are attributes, keywords and strings of the entry's name left as they are?"""
    page = read_text(
        tmp_path,
        """
        CELL = "c"
        NAME = "limit"

        @wrong(fails={"c_core"}, says="constant")
        def clip(x):
            return np.clip(x, clip=f"{x} clip", other="clip")
        """,
    )
    assert page.entries[0].source == inspect.cleandoc(
        """
        def limit(x):
            return np.clip(x, clip=f"{x} clip", other="clip")
        """
    )


def test_class_and_foreign_decorator(tmp_path):
    """Is a class renamed like a function, and a decorator that is not ours kept?"""
    page = read_text(
        tmp_path,
        """
        CELL = "c"
        NAME = "f"

        @right
        class Once:
            def again(self):
                return Once()

        @right
        @np.vectorize
        def elementwise(x):
            return x
        """,
    )
    once, elementwise = page.entries
    assert once.source == "class f:\n    def again(self):\n        return f()"
    assert elementwise.source == "@np.vectorize\ndef f(x):\n    return x"


def test_body_without_name(tmp_path):
    """Is the body the whole cell when the page has no NAME, without the entry's docstring?"""
    page = read_text(
        tmp_path,
        '''
        CELL = "c"

        @right
        def two_lines():
            """The idea, for the reader of the bank."""
            # First
            steps = [
                lambda x: x,
            ]

        @right
        def no_docstring():
            # Comment
            steps = []
        ''',
    )
    texts = [entry.source for entry in page.entries]
    assert texts == ["# First\nsteps = [\n    lambda x: x,\n]", "# Comment\nsteps = []"]


def test_manual_entry_is_its_docstring(tmp_path):
    """Is the text of a hand-graded answer its docstring, backslashes kept?"""
    page = read_text(
        tmp_path,
        '''
        CELL = "why"

        @wrong()
        def circular():
            r"""Because $\\nu = \\nu$.

            So it is.
            """
        ''',
        manual_ids={"why"},
    )
    assert page.manual
    assert page.entries[0].source == "Because $\\nu = \\nu$.\n\nSo it is."


def test_claims_may_use_constants_of_the_page(tmp_path):
    """May a page name its cells, and sets of them, once?"""
    page = read_text(
        tmp_path,
        """
        CELL = "c"
        CORE, EDGES = "c_core", "c_edges"
        ALL = {CORE, EDGES}

        @wrong(fails=ALL - {EDGES}, says="two " "parts")
        def one():
            x = 1
        """,
    )
    assert page.entries[0].fails == {"c_core"}
    assert page.entries[0].says == "two parts"


def test_reading_executes_nothing(tmp_path):
    """Is a page read without calling anything that stands in it?"""
    page = read_text(
        tmp_path,
        """
        CELL = "c"
        DATA = open("/nowhere")
        raise SystemExit

        @right
        def f(x=1 / 0):
            pass
        """,
    )
    assert [entry.name for entry in page.entries] == ["f"]


def test_decorators_attach_what_the_reader_reads():
    """Does an imported page tell the same about its answers as the page that is read?"""
    for page in read_pages(COURSE, "t1_numbers", "ranges"):
        imported = runpy.run_path(str(page.path))
        for entry in page.entries:
            answer = imported[entry.name].answer
            assert (answer.kind, answer.fails, answer.says) == (entry.kind, entry.fails, entry.says)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('CELL = "c"\ndef f(:', "page.py:2: not Python"),
        ("NAME = 'f'", "no CELL"),
        ('CELL = "c"\ndef f(): pass', "page.py:2: f needs one of @right and @wrong"),
        ('CELL = "c"\n@right\n@wrong()\ndef f(): pass', "it has 2"),
        ('CELL = "c"\n@right\ndef f(): pass\n@right\ndef f(): pass', "f stands also in line 3"),
        ('CELL = "c"\n@wrong(fails=open("x"))\ndef f(): pass', "f: write the claim with literals"),
        ('CELL = "c"\n@wrong(cells={"c"})\ndef f(): pass', "@wrong takes fails= and says="),
        ('CELL = "c"\n@right(says="x")\ndef f(): pass', "@right takes nothing"),
    ],
)
def test_faulty_page_gets_one_sentence(tmp_path, text, words):
    """Does a page that cannot be read give one sentence with file and line?"""
    path = write_page(tmp_path, text)
    with pytest.raises(PageError) as caught:
        read_page(path, ())
    assert words in str(caught.value)
    assert str(caught.value).startswith("answer_bank/a/n/page.py:")
    assert "\n" not in str(caught.value)
