"""The test of the tests, tested on a tiny course: can it fail?"""

import csv
import shutil
from pathlib import Path

import pytest

from gradekit import bank
from gradekit.bank import kill_matrix

COURSE = Path(__file__).parents[1] / "files" / "bank_course"
SPAN = "answer_bank/t1_numbers/ranges/span.py"
HIDDEN = "hidden_tests/t1_numbers/ranges.py"
NOTEBOOK = "source/t1_numbers/ranges.ipynb"


@pytest.fixture(scope="module")
def progress():
    """What the run of the tiny course tells about its progress."""
    return []


@pytest.fixture(scope="module")
def report(progress):
    """The report of the tiny course as it stands."""
    return bank.run(COURSE, ["t1_numbers"], lambda *step: progress.append(step))


@pytest.fixture
def judge(tmp_path):
    """Judge a copy of the tiny course in which texts are replaced; give the complaints."""

    def judge(*changes):
        copy = tmp_path / "course"
        shutil.copytree(COURSE, copy, ignore=shutil.ignore_patterns("__pycache__"))
        for file, old, new in (_without_endless(copy), *changes):
            path = copy / file
            text = path.read_text(encoding="utf-8")
            assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
            path.write_text(text.replace(old, new), encoding="utf-8")
        return bank.run(copy).complaints

    return judge


def _without_endless(copy):
    """The endless entry costs seconds in every run."""
    text = (copy / SPAN).read_text(encoding="utf-8")
    start = text.index('@wrong(fails=BOTH | {"t_scaled_core"}, says="time-out")')
    return SPAN, text[start:], ""


def messages(report, exercise, entry):
    return report.notebooks[0].outcomes[exercise, entry].messages


def test_no_complaints_about_a_good_bank(report):
    """Is a bank that does what it claims left in peace?"""
    assert report.complaints == []


def test_progress_reaches_the_end(progress, report):
    """Does the progress count up to the total in every stage?"""
    assert progress[0] == ("references", 1, 1)
    answers = [step for step in progress if step[0] == "answers"]
    total = len(report.notebooks[0].outcomes) + len(report.notebooks[0].mutants)
    assert answers == [("answers", done, total) for done in range(1, total + 1)]


def test_endless_answer_is_stopped_in_every_cell(report):
    """Does an answer that never returns, and catches everything, fail as time-out?"""
    found = messages(report, "span", "endless")
    assert set(found) == {"t_span_core", "t_span_edges", "t_scaled_core"}
    assert all(text.startswith("time-out") for text in found.values())


def test_only_cells_that_can_be_affected_run(report):
    """Are tests that cannot see an answer left out, and dependent exercises' tests run?"""
    assert set(messages(report, "facts", "none_for_empty")) == {"t_facts_core"}
    assert "t_scaled_core" in messages(report, "span", "no_empty")


def test_visible_check_that_rejects_a_right_answer(judge):
    """Is a visible check that rejects a right answer noticed?"""
    complaints = judge((NOTEBOOK, "assert span([1.0, 3.0]) == 2.0", "assert 'max' in span.__doc__"))
    assert any("sorted_ends is filed as right but fails t_span_check" in c for c in complaints)


def test_right_answer_filed_as_wrong(judge):
    """Is a right answer that is filed as wrong noticed?"""
    complaints = judge(
        (
            SPAN,
            "@right\ndef sorted_ends",
            '@wrong(fails={"t_span_core"}, says="no")\ndef sorted_ends',
        )
    )
    assert complaints == [
        f"{SPAN}:20: sorted_ends is filed as failing t_span_core but passes it: "
        "a test is missing, or the answer is right there."
    ]


def test_wrong_answer_filed_as_right(judge):
    """Is a wrong answer that is filed as right noticed, with the message that it got?"""
    complaints = judge(
        (
            SPAN,
            '@wrong(fails={"t_span_edges"}, says="IndexError: list index out of range")',
            "@right",
        )
    )
    assert (
        f"{SPAN}:45: no_empty is filed as right but fails t_span_edges: "
        "IndexError: list index out of range"
    ) in complaints


def test_wrong_message(judge):
    """Is it noticed that a test speaks of something else than the misconception?"""
    complaints = judge((SPAN, "IndexError: list index out of range", "no number at all"))
    assert complaints == [
        f"{SPAN}:45: no_empty fails t_span_edges without the words 'no number at all': "
        "IndexError: list index out of range"
    ]


def test_too_small_set_of_failed_cells(judge):
    """Is it noticed that an answer fails more cells than it is filed to fail?"""
    complaints = judge(
        (SPAN, 'fails=BOTH | {"t_scaled_core"}, says="yours', 'fails=BOTH, says="yours')
    )
    assert len(complaints) == 1
    assert (
        "last_minus_last is filed as failing t_span_core, t_span_edges but also fails "
        "t_scaled_core: ZeroDivisionError" in complaints[0]
    )


def test_weakened_hidden_test(judge):
    """Is a hidden test from which a line was lost noticed?"""
    complaints = judge((HIDDEN, '    _expect(span([]), 0.0, "no number")\n', ""))
    assert any("no_empty is filed as failing t_span_edges but passes it" in c for c in complaints)
    assert any("no test fails the mutant [- if x.size == 0:" in c for c in complaints)


def test_test_that_never_fails(judge):
    """Is a test cell that no wrong answer fails noticed?"""
    complaints = judge(
        (HIDDEN, '    _expect(facts, {"empty": 0.0, "one": 0.0}, "facts")', "    pass")
    )
    assert "t1_numbers/ranges: no wrong answer of the bank fails t_facts_core." in complaints
    assert "t1_numbers/ranges: no wrong answer of the bank fails t_span_core." not in complaints


def test_too_few_killed_mutants(judge):
    """Is it noticed that the tests leave too many mutants alive?"""
    complaints = judge(
        (HIDDEN, '_expect(scaled([1.0, 3.0]), [0.5, 1.5], "divided by the span")', "scaled([1, 2])")
    )
    assert any(
        "The tests kill 11 of 13 mutants (84.6%), at least 95% are wanted" in c for c in complaints
    )


def test_reference_that_fails(judge):
    """Is a reference solution that fails its tests noticed, and are its mutants left out?"""
    complaints = judge((NOTEBOOK, "float(np.max(x) - np.min(x))", "float(np.max(x))"))
    assert (
        "t1_numbers/ranges: the reference fails t_span_core: "
        "AssertionError: largest minus smallest: yours 4.0, expected 3.0"
    ) in complaints
    assert not any("mutant" in c for c in complaints)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            (SPAN, 'fails={"t_span_edges"}', 'fails={"t_span_edge"}'),
            "t_span_edge, which is no test",
        ),
        ((SPAN, 'CELL = "t_span"', 'CELL = "t_spam"'), "'t_spam' is not a solution cell"),
        ((SPAN, 'CELL = "t_span"', 'CELL = "t_spam"'), "t_span has tests but no page"),
        ((SPAN, 'NAME = "span"', 'NAME = "spam"'), "the cell t_span does not define it"),
        ((SPAN, 'fails={"t_span_edges"}', "fails=()"), "names no cell that it fails"),
        ((SPAN, "IndexError: list index out of range", ""), "does not say what the message"),
        ((SPAN, "@right\ndef sorted_ends", "def sorted_ends"), "sorted_ends needs one of @right"),
        (
            (SPAN.replace("span", "facts"), "@right\ndef literal", "@wrong()\ndef literal"),
            "at least 2 right alternatives are wanted, the page has 1",
        ),
    ],
)
def test_faulty_page(judge, change, words):
    """Is a fault of a page one of the complaints?"""
    assert any(words in complaint for complaint in judge(change))


def test_misspelled_folder(judge, tmp_path):
    """Are pages in a folder that belongs to no notebook noticed?"""
    lost = tmp_path / "course" / "answer_bank" / "t1_numbers" / "range" / "span.py"

    judge()
    lost.parent.mkdir()
    lost.write_text("")
    complaints = bank.run(tmp_path / "course").complaints
    assert any("answer_bank/t1_numbers/range has pages" in complaint for complaint in complaints)


def test_answers_meet_a_kernel(judge):
    """Do answers find what a kernel gives: `__main__`, their source, harmless warnings?"""
    as_in_kernel = """@right
def sorted_ends(x):
    import inspect, linecache, warnings
    warnings.warn("a warning of the answer costs nothing")
    print("nor does what it prints")
    assert __name__ == "__main__"
    assert inspect.getsource(span).startswith("def span(x):")
    assert linecache.getline(span.__code__.co_filename, 1) == "def span(x):\\n"
"""
    assert judge((SPAN, "@right\ndef sorted_ends(x):\n", as_in_kernel)) == []


def test_answers_do_not_disturb_each_other(judge):
    """Does every answer find a fresh process?"""
    vandal = """@right
def sorted_ends(x):
    from hidden_tests.t1_numbers import ranges
    ranges._expect = None
    np.max = np.min = None
"""
    complaints = judge((SPAN, "@right\ndef sorted_ends(x):\n", vandal))
    assert all("sorted_ends" in complaint for complaint in complaints)


def test_answer_that_ends_the_process(judge):
    """Is an answer that ends the process a failed one, and is the rest judged?"""
    complaints = judge((SPAN, "    return x[-1] - x[-1]", "    import os\n    os._exit(3)"))
    assert len(complaints) == 1
    assert "process ended with exit code 3" in complaints[0]


def test_report(report, tmp_path):
    """Does the written kill matrix hold every answer with its marks, and the totals?"""
    text, table = kill_matrix.write(report, tmp_path / "build")
    lines = text.read_text(encoding="utf-8").splitlines()
    assert "| span | no_empty | wrong | . | x | . | . |" in lines
    assert kill_matrix.totals(report) in text.read_text(encoding="utf-8")
    assert "right answers 7, accepted 7; wrong answers 5, caught 5" in kill_matrix.totals(report)
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    no_empty = {row["cell"]: row["found"] for row in rows if row["answer"] == "no_empty"}
    assert no_empty == {
        "t_span_core": "passes", "t_span_edges": "fails",
        "t_scaled_core": "passes", "t_facts_core": "passes",
    }  # fmt: skip
    assert sum(row["kind"] == "mutant" for row in rows) == len(report.notebooks[0].mutants)
