"""Test cells run in a kernel of their own; together the two look like one notebook."""

import pytest

from gradekit.execution import kernels

DOUBLE = ("solution", "def double(x): return 2 * x")
TEST = ("test", "assert double(2) == 4\nprint('right', double(3))")


def test_one_numbering(run):
    """Are cells numbered as if one kernel had run them, in prompts, tracebacks and `In`?"""
    ran = run("1", DOUBLE, TEST, ("test", "1 / 0"), "In", "get_ipython().execution_count, _i4, _i")
    assert [cell.execution_count for cell in ran.cells] == [1, 2, 3, 4, 5, 6]
    assert "right 6" in ran.text(2)
    assert "In[4], line 1" in ran.traceback(3)
    assert ran.text(4) == "['', '1', 'def double(x): return 2 * x', '', '', 'In']"
    assert ran.errors(5) == ["NameError"]  # _i4: what the tests ran is not there


def test_modules(run):
    """Can student's cells import the public modules only, and tests all, under one path?"""
    secret = {"secret/__init__.py": b"", "secret/t.py": b"from public import x"}
    ran = run(
        "import public; public.__file__",
        "import secret",
        ("test", "import secret.t, public; secret.t.__file__, public.x"),
        "import sys; [name for name in sys.modules if name.partition('.')[0] == 'secret']",
        modules=secret | {"public.py": b"x = 1"},
        public=["public"],
    )
    assert ran.text(0) == "'/course/public.py'"
    assert ran.errors(1) == ["ModuleNotFoundError"]
    assert ran.text(2) == "('/course/secret/t.py', 1)"
    assert ran.text(3) == "[]"


def test_traceback_through_module(run):
    """Does a traceback show the lines of the course's modules?"""
    ran = run("import public\npublic.f()", modules={"public.py": b"def f():\n    here = 1 / 0"},
              public=["public"])  # fmt: skip
    assert "File /course/public.py:2, in f()" in ran.traceback(0)
    assert "here = 1 / 0" in ran.traceback(0)


def test_student_module_is_not_imported_by_tests(run):
    """Do tests find no module that the student wrote into the working folder?"""
    ran = run("open('helper.py', 'w').write('x = 1')", "import helper", ("test", "import helper"))
    assert ran.errors(1) == []
    assert ran.errors(2) == ["ModuleNotFoundError"]


def test_files(run):
    """Do tests see what the student's cells wrote, and the course's files as they were given?"""
    ran = run(
        "open('written.txt', 'w').write('w')\nopen('given.txt', 'w').write('changed')\n"
        "import os; os.getcwd()",
        ("test", "import os; os.getcwd(), open('written.txt').read(), open('given.txt').read()"),
        ("test", "open('more.txt', 'w').close()"),
        "os.listdir()",
        files={"given.txt": b"g"},
    )
    assert ran.text(0) == "'/home/student/sheet'"
    assert ran.text(1) == "('/home/student/sheet', 'w', 'g')"
    assert sorted(eval(ran.text(3))) == ["given.txt", "written.txt"]


def test_together(run):
    """Does a test cell run with the student's if the instructor allows that one?"""
    ran = run("x = 3", ("test", "x"), together=["cell1"])
    assert ran.text(1) == "3"


def test_display_ids(run):
    """Are displays of the student's cells out of reach of the tests', and the other way round?"""
    ran = run(
        "h = display('student', display_id='same')",
        ("test", "t = display('test', display_id='same')"),
        "h.update('changed')",
        ("test", "t.update('tested')"),
    )
    assert [ran.text(number) for number in range(4)] == ["'changed'", "'tested'", "", ""]


@pytest.mark.parametrize("kind", ["execute_reply", "stream", "status", "error"])
def test_forged_messages(run, kind):
    """Does what the student's kernel sends while a test runs count for nothing?"""
    forging = f"""
import gc, json, struct, threading, time
wire = next(o for o in gc.get_objects() if type(o).__name__ == "Wire")
content = {{"name": "stdout", "text": "forged", "status": "ok", "execution_state": "idle",
            "ename": "forged", "evalue": "", "traceback": []}}
def forge():
    while True:
        for parent in ("", None, "x" * 16):
            data = json.dumps({{"type": {kind!r}, "parent": parent, "content": content}}).encode()
            wire.sock.sendall(struct.pack(">I", len(data)) + data)
        time.sleep(0.001)
threading.Thread(target=forge, daemon=True).start()
"""
    ran = run(forging, ("test", "import time; time.sleep(0.3)\nassert False, 'wrong'"), "'after'")
    assert ran.errors(1) == ["AssertionError"]
    assert len(ran.cells[1].outputs) == 1
    assert ran.text(2) == "'after'"


def test_student_function_ends_its_process(run):
    """Does a test fail whose function ends its process, and what follows go on?"""
    ending = ("solution", "def double(x):\n    import os; os._exit(1)")
    ran = run("x = 1", DOUBLE, TEST, "x", ("test", "1 + 1"), submitted=["x = 1", ending, TEST, "x",
              ("test", "1 + 1")])  # fmt: skip
    assert len(ran.errors(2)) == 1
    assert ran.text(3) == "1"
    assert ran.text(4) == "2"
    assert ran.kinds() == [("died", 2)]
    assert ran.result.ask_human == {}


def test_test_cell_that_ends_its_process(run):
    """Is a human asked if the tests' process dies, and do the other tests go on?"""
    ran = run(DOUBLE, ("test", "k = 5"), ("test", "import os; os._exit(4)"), ("test", "k"), TEST)
    assert ran.errors(2) == ["DeadKernelError"]
    assert list(ran.result.ask_human) == ["cell2"]
    assert ran.text(3) == "5"
    assert "right 6" in ran.text(4)


def test_endless_function(run, monkeypatch):
    """Does a test end whose function does not, even if it catches everything?"""
    monkeypatch.setattr(kernels, "_GRACE_SECONDS", 1)
    endless = (
        "solution",
        "def double(x):\n    while True:\n        try:\n            while True: sum(range(99))\n"
        "        except BaseException: sum(range(99))",
    )
    cells = ["x = 1", DOUBLE, TEST, "x", ("test", "3")]
    ran = run(*cells, submitted=[cells[0], endless, *cells[2:]], cell_seconds=1)
    assert "CellTimeoutError" in ran.errors(2)
    assert ran.text(3) == "1"
    assert ran.text(4) == "3"
    assert ran.kinds()[0] == ("time", 2)
