"""Cells that take too much, or end their kernel, end as errors; the cells after them go on."""

import json

import pytest

from gradekit import sandbox
from gradekit.execution import kernels, process
from gradekit.execution.job import Job
from gradekit.execution.notebook import execute

CATCHES_ALL = (
    "while True:\n    try:\n        while True: y = sum(range(99))\n"
    "    except BaseException: y = sum(range(99))"
)


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("import os; os._exit(3)", "died"),
        ("import os; os.kill(os.getpid(), 9)", "died"),
        ("import os; os.kill(os.getpid(), 11)", "died"),
        ("import ctypes; ctypes.string_at(0)", "died"),
        ("import os; os.closerange(3, 256)", "protocol"),
    ],
)
def test_kernel_that_ends(run, cell, kind):
    """Is the cell an error with a reason, and do the next ones have what they need?"""
    ran = run("x = 1", cell, "x + 1", "In[1]")
    assert ran.errors(1) == ["DeadKernelError"]
    assert ran.events[0].sentence == ran.cells[1].outputs[0].evalue
    assert ran.kinds() == [(kind, 1)]
    assert ran.text(2) == "2"
    assert ran.text(3) == "'x = 1'"


def test_kernel_that_ends_between_cells(run):
    """Is a kernel replaced that ends when no cell runs?"""
    ending = "import os, threading; threading.Timer(0.2, os._exit, [1]).start()"
    ran = run("x = 1", ending, "import time; time.sleep(0.5)", "x")
    assert ran.errors(2) == ["DeadKernelError"]
    assert ran.text(3) == "1"


def test_earlier_cell_that_ends_the_kernel_again(run):
    """Does the notebook go on if the earlier cells cannot be run again?"""
    once = "import os\nif os.path.exists('been here'): os._exit(1)\nopen('been here', 'w').close()"
    ran = run(once, "os._exit(2)", "'after'")
    assert ran.text(2) == "'after'"
    assert ("died", 1) in ran.kinds()


def test_time(run):
    """Is a cell that takes too long shown as stock nbgrader does, and nothing lost?"""
    ran = run("x = 1", "while True: y = 1", "x", cell_seconds=0.5)
    assert ran.errors(1) == ["KeyboardInterrupt", "CellTimeoutError"]
    assert ran.text(2) == "1"
    assert ran.kinds() == [("time", 1)]


def test_time_of_child_process(run):
    """Is the process that a cell waits for interrupted, too?"""
    ran = run("import os; os.system('sleep 100')", "!sleep 100", "1", cell_seconds=0.5)
    assert "CellTimeoutError" in ran.errors(0) and "CellTimeoutError" in ran.errors(1)
    assert ran.text(2) == "1"
    assert ran.kinds() == [("time", 0), ("time", 1)]


def test_time_of_cell_that_catches_everything(run, monkeypatch):
    """Does a cell end that does not react, and do the next ones have what they need?"""
    monkeypatch.setattr(kernels, "_GRACE_SECONDS", 1)
    ran = run("x = 1", CATCHES_ALL, "x", cell_seconds=0.5)
    assert ran.errors(1) == ["CellTimeoutError"]
    assert ran.text(2) == "1"
    assert ran.kinds() == [("time", 1), ("time", 1)]


def test_time_of_await(run):
    """Does a cell end that waits for ever without keeping the event loop busy?"""
    ran = run("import asyncio\nawait asyncio.sleep(100)", "1", cell_seconds=0.5)
    assert "CellTimeoutError" in ran.errors(0)
    assert ran.text(1) == "1"


def test_time_of_notebook(run):
    """Do the cells that are left when the time is over say that they did not run?"""
    ran = run("import time; time.sleep(5)", "open('ran', 'w')", notebook_seconds=0.5)
    assert "CellTimeoutError" in ran.errors(0)
    assert ran.errors(1) == ["NotebookTimeoutError"]


@pytest.mark.parametrize(
    "cell",
    [
        "while True: print('y' * 100)",
        "while True: print('z', flush=True)",
        "while True: sys.stderr.write('')or sys.stderr.flush() or print('', flush=True)",
        "while True: display('d')",
        "while True: display('d', display_id='one')",
        "h = display('d', display_id='two')\nwhile True: h.update('x' * 1000)",
        "from IPython.display import clear_output\nwhile True: clear_output()",
        "import comm\nwhile True: comm.create_comm(target_name='t', data={'state': {'a': 1}})",
        "display({'text/plain': 'x' * 10**7}, raw=True)",
        "print('x' * 10**7)",
        "import os; os.system('yes')",
        "!yes",
        "raise ValueError('x' * 10**7)",
    ],
)
def test_output(run, cell):
    """Does a flood end its cell with a reason, and nothing else?"""
    ran = run("import sys\nx = 1", cell, "print('small')\nx", output=1 << 17, cell_seconds=10)
    assert "OutputLimitError" in ran.errors(1)
    assert len(json.dumps(ran.cells[1].outputs)) < 1 << 18
    assert ran.text(2) == "small\n1"
    assert ran.kinds()[0] == ("output", 1)


def test_output_of_notebook(run):
    """Is the output of a whole notebook bounded, too, and does each cell keep a little?"""
    full = "print('x' * 100_000)"
    ran = run(*[full] * 12, "print('small')", output=1 << 17)
    assert sum(len(ran.text(number)) for number in range(12)) < 1 << 20
    assert ran.text(12) == "small\n"
    assert {kind for kind, _ in ran.kinds()} == {"output"}


def test_large_output(run):
    """Is output below the limit kept whole, in one piece?"""
    ran = run("print('x' * 7 * 2**20)")
    assert len(ran.cells[0].outputs) == 1
    assert len(ran.text(0)) == 7 * 2**20 + 1


def test_late_output(run):
    """Is what a thread prints between cells no output of the cell that ended?"""
    late = "import threading\nthreading.Timer(0.2, print, ['late']).start()"
    ran = run(late, ("test", "import time; time.sleep(0.5)"), "1")
    assert [len(cell.outputs) for cell in ran.cells] == [0, 0, 1]


def test_garbage(run, monkeypatch):
    """Is a kernel replaced whose frames can no longer be told apart?"""
    monkeypatch.setattr(kernels, "_GRACE_SECONDS", 1)
    garbage = "import gc\nw = next(o for o in gc.get_objects() if type(o).__name__ == 'Wire')\n"
    ran = run("x = 1", garbage + "w.sock.sendall(b'\\xff' * 1000)", "x", cell_seconds=0.5)
    assert ran.errors(1) == ["CellTimeoutError"]
    assert ran.text(2) == "1"


def test_memory(run):
    """Does a cell that wants too much memory get an error, and the next ones run?"""
    wants = "import numpy as np\nkept = []\nwhile True: kept.append(np.ones(10**7))"
    ran = run("x = 1", wants, "del kept\nx", memory=512 << 20)
    assert ran.errors(1) == ["MemoryError"]
    assert ran.text(2) == "1"


def test_memory_of_many_processes(run):
    """Are processes ended that need too much memory together?"""
    wants = "import os, time\nfor _ in range(8):\n    if os.fork() == 0:\n        break\n"
    ran = run("x = 1", wants + "y = bytes(os.urandom(1)) * (100 << 20)\ntime.sleep(10)", "x",
              memory=400 << 20)  # fmt: skip
    assert ran.kinds()[0] == ("memory", 1)
    assert ran.text(2) == "1"


def test_files(run):
    """Are files taken away that are too large together, and the first ones put back?"""
    filling = "import time\nfor k in range(99):\n    open(f'f{k}', 'wb').write(b'x' * 10**6)\n"
    ran = run(filling + "    time.sleep(0.1)", "import os; os.listdir()", file_size=5 << 20,
              files={"given.txt": b"g"})  # fmt: skip
    assert ran.kinds()[0] == ("file size", 0)
    assert ran.errors(0) == ["DeadKernelError"]
    assert ran.text(1) == "['given.txt']"


def test_deleted_files(run):
    """Are files bounded that nobody can see, because they are deleted while they are open?"""
    filling = (
        "import tempfile, time\nkept = []\nfor k in range(99):\n"
        "    kept.append(tempfile.TemporaryFile(dir='.'))\n    kept[-1].write(b'x' * 10**6)\n"
        "    kept[-1].flush()\n    time.sleep(0.1)"
    )
    ran = run(filling, file_size=5 << 20)
    assert ran.kinds()[0] == ("file size", 0)
    assert ran.errors(0) == ["DeadKernelError"]


@pytest.mark.parametrize(
    "cell",
    [
        "import sys; del sys.stdout, sys.stderr",
        "import sys; sys.stdout = sys.stderr = None",
        "import sys; sys.stdout.close()",
        "import builtins; del builtins.print, builtins.isinstance, builtins.str",
        "import sys\nfor name in list(sys.modules): del sys.modules[name]",
        "import asyncio\nfor t in asyncio.all_tasks(): t.cancel()\nawait asyncio.sleep(0)",
        "import asyncio; asyncio.get_event_loop().stop()",
        "import asyncio, threading, time\nloop = asyncio.get_event_loop()\nloop.stop()\n"
        "threading.Timer(0.1, loop.close).start()",
        "get_ipython().history_manager = None",
        "import os; os.closerange(0, 3)",
        "import signal; signal.signal(signal.SIGINT, lambda *_: 1 / 0)",
        "import sys; sys.setrecursionlimit(60)",
        "get_ipython().kernel.session = None",
        "get_ipython().display_pub = None; get_ipython().displayhook = None",
        "type(get_ipython()).run_cell = None",
        "quit()",
        "import sys; sys.settrace(lambda *_: 1 / 0)",
    ],
)
def test_vandalism(run, cell):
    """Does the notebook come to its end, and the test get its result, whatever a cell breaks?"""
    ran = run("x = 1", cell, "x", ("test", "2 + 2"), cell_seconds=3)
    assert ran.fault is None
    assert ran.text(3).startswith("4")


def test_no_protection(monkeypatch):
    """Is a notebook refused where nothing protects from it, unless a setting allows it?"""
    none = sandbox.Protection("none", "Nothing protects.", False)
    monkeypatch.setattr(sandbox, "probe", lambda: none)
    empty = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    job = Job("ann/sheet/notebook", empty, empty)
    result = execute(job)
    assert result.fault == "Nothing protects."
    assert result.protection == "Nothing protects."


def test_kernel_that_reads_nothing(run, monkeypatch):
    """Does a notebook end whose kernel says that it is idle and takes no further cell?"""
    pretending = """
import gc, json, struct
wire = next(o for o in gc.get_objects() if type(o).__name__ == "Wire")
parent = get_ipython().get_parent()["header"]["msg_id"]
for kind, content in ("execute_reply", {"status": "ok"}), ("status", {"execution_state": "idle"}):
    data = json.dumps({"type": kind, "parent": parent, "content": content}).encode()
    wire.sock.sendall(struct.pack(">I", len(data)) + data)
while True: pass
"""
    monkeypatch.setattr(process, "_SEND_SECONDS", 0.5)
    ran = run(pretending, "#" + "x" * 2**20, "'after'", cell_seconds=1)
    assert "DeadKernelError" in ran.errors(1)
    assert ran.text(2) == "'after'"
