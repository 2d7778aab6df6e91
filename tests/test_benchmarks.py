"""The benchmarks' tools: do they count everything, and read what the course's files say?"""

import os
import sys

import pytest

from benchmarks import measure, speed, written

BURN = """
import os, sys, time
def burn(seconds):
    while time.process_time() < seconds:
        pass
"""


def _run(code, tmp_path, **options):
    return measure.run([sys.executable, "-c", BURN + code], tmp_path, dict(os.environ), **options)


def test_a_child_counts(tmp_path):
    """Is the time of a child that the command waits for counted?"""
    usage = _run("if os.fork() == 0:\n    burn(0.4)\nelse:\n    os.wait()", tmp_path)
    assert usage.code == 0 and usage.left_behind == 0
    assert 0.4 <= usage.cpu < 1.5


@pytest.mark.skipif(sys.platform != "linux", reason="orphans are adopted on Linux only")
def test_a_daemon_counts(tmp_path):
    """Is the time of a grandchild in a session of its own counted, whose parents have ended?"""
    code = "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        burn(0.4)"
    assert 0.4 <= _run(code, tmp_path).cpu < 1.5


def test_a_process_that_stays_is_told(tmp_path):
    """Is a process that outlives the command stopped and told of?"""
    usage = _run("if os.fork() == 0:\n    time.sleep(300)", tmp_path)
    assert usage.left_behind == 1 and usage.wall < 60


def test_output_and_status(tmp_path):
    """Are output and exit status kept, and is the folder the one that was asked for?"""
    usage = _run("print(os.getcwd()); print('no', file=sys.stderr); sys.exit(3)", tmp_path)
    assert usage.code == 3
    assert usage.output == f"{os.path.realpath(tmp_path)}\nno\n"


@pytest.mark.skipif(sys.platform != "linux", reason="PSS is Linux's")
def test_memory_of_a_child(tmp_path):
    """Is the memory of a child seen, apart from the command's own?"""
    code = "if os.fork() == 0:\n    x = b'x' * (200 << 20); time.sleep(2)\nelse:\n    os.wait()"
    seen = _run(code, tmp_path, memory=True).memory
    assert seen.branch > 200 << 20 > seen.command > 0
    assert seen.everything > seen.branch and seen.processes == 2


def test_contests():
    """Do the benchmarks hand in as many submissions as they say, all different in our course?"""
    for contest in speed.contests(40):
        assert contest.notebooks >= 10
        if "bank" in contest.title:
            assert len(contest.submissions) == 40
            assert len({tuple(one.files.values()) for one in contest.submissions}) == 40


NOTEBOOK = """\
# Title

```python locked given
x = 1
```

```python solution f
def f():
    ### BEGIN SOLUTION
    return 2
    ### END SOLUTION
```

```python test f_value 2: a value
assert f() == 2
### BEGIN HIDDEN TESTS
assert f() < 3
### END HIDDEN TESTS
```

# Submissions

## bob

fails: f_value=0.5

engine also fails: f_value=0.25 -- a reason
in two lines

```python f
def f():
    return 3
```

```python after given
y = 2
```
"""


def test_written_notebook(tmp_path):
    """Are cells, submissions and points read as they are written?"""
    path = tmp_path / "course" / "sheet.md"
    path.parent.mkdir()
    path.write_text(NOTEBOOK, encoding="utf-8")
    notebook = written.read(path)
    ada, bob = notebook.submissions
    assert notebook.points == {"f_value": 2.0} and notebook.idioms == {"f_value": "a value"}
    assert [cell.cell_type for cell in notebook.cells] == ["markdown", "code", "code", "code"]
    assert notebook.expected(ada, "stock") == {"f_value": 2.0}
    assert notebook.expected(bob, "stock") == {"f_value": 0.5}
    assert notebook.expected(bob, "engine") == {"f_value": 0.25}
    assert bob.reasons == {"f_value": "a reason in two lines"}
    texts = [cell.source for cell in notebook.handed_in(bob).cells]
    assert texts == [
        "# Title", "x = 1", "y = 2", "def f():\n    return 3", "assert f() == 2"
    ]  # fmt: skip
    assert "return 2" in notebook.handed_in(ada).cells[2].source


def test_written_notebook_with_unknown_cells(tmp_path):
    """Is a submission refused that names a cell which is not there?"""
    path = tmp_path / "course" / "sheet.md"
    path.parent.mkdir()
    path.write_text(NOTEBOOK.replace("fails: f_value", "fails: g_value", 1), encoding="utf-8")
    with pytest.raises(ValueError, match=r"course/sheet\.md: bob names .* not there: g_value"):
        written.read(path)
