"""What students do not get to see."""

import time

import nbformat.v4 as v4
import pytest

from gradekit.pdf.redact import redacted, shortened, without_regions

HIDDEN_CALL = "hidden.softmax_edges(softmax)"
TEST_CELL = (
    f"# Hidden tests: rows far apart.\n### BEGIN HIDDEN TESTS\n{HIDDEN_CALL}\n### END HIDDEN TESTS"
)
IPYTHON_TRACEBACK = [
    "\x1b[31m---------------------------------------------------------------------------\x1b[39m",
    "\x1b[31mZeroDivisionError\x1b[39m                         Traceback (most recent call last)",
    "\x1b[36mCell\x1b[39m\x1b[36m \x1b[39m\x1b[32mIn[8]\x1b[39m\x1b[32m, line 3\x1b[39m\n"
    "\x1b[32m      1\x1b[39m # Hidden tests: rows far apart.\n"
    "      2 ### BEGIN HIDDEN TESTS\n"
    f"\x1b[32m----> \x1b[39m\x1b[32m3\x1b[39m {HIDDEN_CALL}\n"
    "      4 ### END HIDDEN TESTS",
    "\x1b[36mFile \x1b[39m\x1b[32m~/hidden_tests/softmax.py:33\x1b[39m, in softmax_edges(f)\n"
    "     31 secret = 12345\n"
    "---> 33 f(secret)",
    "\x1b[36mCell \x1b[39m\x1b[32mIn[7]\x1b[39m\x1b[32m, line 2\x1b[39m, in softmax(x)\n"
    "      1 def softmax(x):\n"
    "----> 2     return x / 0",
    "\x1b[31mZeroDivisionError\x1b[39m: division by zero",
]


def error(traceback, name="ZeroDivisionError", value="division by zero"):
    return v4.new_output("error", ename=name, evalue=value, traceback=traceback)


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("a\n### BEGIN HIDDEN TESTS\nb\n### END HIDDEN TESTS\nc", "a\nc"),
        ("a\n    ### BEGIN HIDDEN TESTS\n    b\n    ### END HIDDEN TESTS", "a"),
        ("a\n### BEGIN HIDDEN TESTS\nb", "a"),
        ("a\n### END HIDDEN TESTS\nb", "a\nb"),
        ("a\n\n### BEGIN MARK SCHEME\nb\n### END MARK SCHEME", "a"),
        ("### BEGIN MARK SCHEME\n### END HIDDEN TESTS\nb\n### END MARK SCHEME\nc", "c"),
        ("\na\n", "\na\n"),
    ],
)
def test_regions(source, kept):
    """Is everything between the markers removed, and nothing else?"""
    assert without_regions(source)[0] == kept


def test_traceback_keeps_the_students_line_and_the_message():
    """Is a traceback reduced to the line of the student's cell and the message?"""
    assert shortened(error(IPYTHON_TRACEBACK), {HIDDEN_CALL}) == [
        "Cell In[7], line 2, in softmax(x)",
        "----> 2     return x / 0",
        "",
        "ZeroDivisionError: division by zero",
    ]


def test_visible_assertion_keeps_its_line():
    """Does a failed assertion of the visible part of a test cell show its line?"""
    frame = "Cell In[3], line 1\n----> 1 assert f(2) == 4\n      2 ### BEGIN HIDDEN TESTS"
    shown = shortened(error(["-" * 75, frame, "AssertionError: "], "AssertionError", ""))
    assert shown == ["Cell In[3], line 1", "----> 1 assert f(2) == 4", "", "AssertionError"]


def test_report_of_a_check_is_kept_whole():
    """Is a report that rendered itself kept, colors and all?"""
    report = ["\x1b[31mFAIL\x1b[0m  softmax", "      pattern  nan at [1000, 1001]"]
    assert shortened(error(report, "CheckFailed", "FAIL  softmax")) == report


def test_report_with_frames_is_reduced_to_its_text():
    """Is a check's own message all that is shown if IPython printed frames around it?"""
    shown = shortened(error(IPYTHON_TRACEBACK, "CheckFailed", "FAIL  softmax\n  try  again"))
    assert shown == ["FAIL  softmax", "  try  again"]


def test_hidden_lines_in_warnings():
    """Does a warning that was raised in a hidden test lose its line, and others keep theirs?"""
    text = (
        "/srv/course/hidden_tests/softmax.py:33: RuntimeWarning: overflow\n  f(secret)\n"
        "/tmp/ipykernel_7/123.py:2: RuntimeWarning: overflow\n  return np.exp(x)\n"
        f"{HIDDEN_CALL}\n"
    )
    cell = v4.new_code_cell(TEST_CELL, outputs=[v4.new_output("stream", name="stderr", text=text)])
    nb = redacted(v4.new_notebook(cells=[cell]))
    assert nb.cells[0].outputs[0].text == "line 2: RuntimeWarning: overflow\n  return np.exp(x)\n"


def test_hidden_lines_in_printed_tracebacks():
    """Does a traceback that a student's code prints lose the lines of hidden tests?"""
    text = (
        'Traceback (most recent call last):\n  File "/my course/hidden_tests/softmax.py", line 33\n'
        '    f(secret)\n  File "answer.py", line 2\n    return x / 0\n'
    )
    result = v4.new_output("execute_result", data={"text/plain": text})
    cell = v4.new_code_cell("", outputs=[v4.new_output("stream", text=text), result])
    for shown in redacted(v4.new_notebook(cells=[cell])).cells[0].outputs:
        kept = shown.get("text") or shown["data"]["text/plain"]
        assert "secret" not in kept
        assert "return x / 0" in kept


def test_notebook_is_not_changed():
    """Is the notebook that was passed in left alone, and is redacting twice the same as once?"""
    cell = v4.new_code_cell(TEST_CELL, outputs=[error(IPYTHON_TRACEBACK)])
    nb = v4.new_notebook(cells=[cell])
    once = redacted(nb)
    assert HIDDEN_CALL in nb.cells[0].source
    assert redacted(once) == once


def test_pdf_without_secrets(draw):
    """Does nothing hidden reach the PDF?"""
    question = "Prove it.\n\n### BEGIN MARK SCHEME\nModel: multiply.\n### END MARK SCHEME"
    text = draw(
        v4.new_markdown_cell(question),
        v4.new_code_cell(TEST_CELL, outputs=[error(IPYTHON_TRACEBACK)]),
    ).text
    assert "Prove it." in text
    assert "return x / 0" in text
    assert "ZeroDivisionError: division by zero" in text
    for secret in ("softmax_edges", "secret", "Model: multiply", "hidden_tests", "BEGIN"):
        assert secret not in text


def test_line_without_a_blank():
    """Is a line as long as a picture in a page read in a moment?"""
    start = time.process_time()
    nb = v4.new_notebook(cells=[v4.new_code_cell("1", outputs=[v4.new_output("stream")])])
    nb.cells[0].outputs[0].text = "A" * 300_000 + "/tmp/ipykernel_7/8.py:3: UserWarning"
    assert redacted(nb).cells[0].outputs[0].text == "line 3: UserWarning"
    assert time.process_time() - start < 2  # seconds; letter by letter it takes minutes
