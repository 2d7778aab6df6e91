"""Zygotes: what they import, what they leave behind, and that nothing outlives its worker."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from gradekit import sandbox
from gradekit.execution import notebook, spawn
from gradekit.execution.job import Limits, Modules
from gradekit.execution.process import Kernel

WORKER = """
import json, sys
from gradekit.execution.job import Job, Limits
from gradekit.execution.notebook import execute
cell = {"cell_type": "code", "id": "a", "metadata": {}, "execution_count": None, "outputs": [],
        "source": "import os, time\\nif os.fork() == 0: os.setsid()\\ntime.sleep(60)"}
text = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
execute(Job("ann/sheet/notebook", text, text))
"""


@pytest.fixture(scope="module")
def zygotes():
    """The zygotes of a worker."""
    zygotes = spawn.Zygotes()
    yield zygotes
    zygotes.close()


def children(pid):
    """Ids of all processes below a process."""
    found = []
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/children") as file:
            for child in file.read().split():
                found += [int(child), *children(int(child))]
    return found


def alive(pid):
    """Does a process still run?"""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def within(seconds, condition):
    """Does a condition come true within some time?"""
    last = time.monotonic() + seconds
    while not (true := condition()) and time.monotonic() < last:
        time.sleep(0.05)
    return true


def test_branches(zygotes):
    """Has a branch imported what it was asked for, with one thread, and the others not?"""
    folder = zygotes.modules.of(Modules({"own.py": b"x = 1"}, frozenset({"own"})))
    names = ("own", "colorsys", "nosuchmodule")
    branch = zygotes.branch("answers", folder["answers"], names)
    assert branch.hello["threads"] == 1
    assert zygotes.branch("answers", folder["answers"], names) is branch
    assert zygotes.branch("answers", folder["answers"], ()) is not branch


def test_modules_are_written_once(zygotes):
    """Do notebooks with the same modules share a folder, and have others their own?"""
    modules = Modules({"own.py": b"x = 1", "hidden/t.py": b""}, frozenset({"own"}))
    folders = zygotes.modules.of(modules)
    assert zygotes.modules.of(Modules(dict(modules.files), modules.public)) == folders
    assert os.listdir(folders["answers"]) == ["own.py"]
    assert sorted(os.listdir(folders["tests"])) == ["hidden", "own.py"]
    assert zygotes.modules.of(Modules({"own.py": b"x = 2"}, modules.public)) != folders


def test_module_with_threads(zygotes):
    """Is a module not imported beforehand whose threads forked processes would lack?"""
    text = b"import threading, time\n"
    text += b"threading.Thread(target=time.sleep, args=[99], daemon=True).start()"
    folder = zygotes.modules.of(Modules({"busy.py": text}, frozenset({"busy"})))
    branch = zygotes.branch("tests", folder["tests"], ("busy",))
    assert branch.hello["threads"] == 1


def test_most_branches(zygotes, monkeypatch):
    """Are zygotes of notebooks ended that were not run for a while?"""
    monkeypatch.setattr(spawn, "_MOST_BRANCHES", 6)
    folder = zygotes.modules.of(Modules())["answers"]
    names = ["colorsys", "wave", "sched", "shelve", "tabnanny", "trace", "imghdr", "chunk", "cmd"]
    for name in names:
        zygotes.branch("answers", folder, (name,))
    assert within(5, lambda: len(children(zygotes.pid)) < len(names))


def test_close():
    """Is nothing left of zygotes that are not needed any more?"""
    zygotes = spawn.Zygotes()
    zygotes.branch("answers", zygotes.modules.of(Modules())["answers"], ())
    processes = [zygotes.pid, *children(zygotes.pid)]
    assert len(processes) == 2
    zygotes.close()
    assert within(5, lambda: not any(map(alive, processes)))
    assert not zygotes.folder.exists()
    zygotes.close()


def test_zygotes_that_are_killed(run):
    """Does a notebook run again, with new zygotes, if the old ones were killed meanwhile?"""
    assert run("1").text(0) == "1"
    old = notebook._zygotes()
    threading.Timer(0.5, os.kill, [old.pid, signal.SIGKILL]).start()
    assert run("import time; time.sleep(1.5); 1").text(0) == "1"
    assert notebook._zygotes() is not old


def test_files_that_cannot_be_written(run):
    """Is it told why a notebook cannot run whose files cannot be together in a folder?"""
    ran = run("1", files={"a": b"", "a/b": b""})
    assert "cannot be written" in ran.fault
    assert "'../b' is no path" in run("1", files={"../b": b""}).fault
    assert [path.name for path in notebook._zygotes().folder.glob("tmp*")] == []


def test_worker_that_is_killed(tmp_path):
    """Does everything end, daemons too, and is no file left, when the worker is killed?"""
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    worker = subprocess.Popen([sys.executable, "-c", WORKER], env=environment)
    with worker:
        # The zygotes, the keeper, the kernel and the kernel's child.
        assert within(60, lambda: len(children(worker.pid)) >= 5)
        processes = children(worker.pid)
        assert os.listdir(tmp_path) != []
        worker.kill()
    assert within(10, lambda: not any(map(alive, processes)))
    assert within(10, lambda: os.listdir(tmp_path) == [])


def test_zygote_that_cannot_start(monkeypatch):
    """Is the reason told if Python finds not what it needs?"""
    monkeypatch.setattr(spawn, "_environment", lambda: {"PYTHONHOME": "/nowhere"})
    with pytest.raises(spawn.ZygoteFault, match="the zygote died while it started: ."):
        spawn.Zygotes()


def test_kernel_is_ready_soon(zygotes):
    """Is a kernel ready in its sandbox without importing anything?"""
    branch = zygotes.branch("answers", zygotes.modules.of(Modules())["answers"], ())

    async def start():
        branch.listen(asyncio.get_running_loop())
        kernel = Kernel("answers", branch, 1 << 20, None, None)
        began = time.perf_counter()
        await kernel.start(
            {
                "protection": vars(sandbox.probe()),
                "limits": vars(Limits()),
                "readable": [],
                "workdir": ["/tmp", "/home/student/sheet", False],
                "slot": 0,
            }
        )
        seconds = time.perf_counter() - began
        await kernel.end()
        branch.ignore()
        return seconds, kernel.cpu_seconds

    times = [asyncio.run(start()) for _ in range(5)]
    seconds, cpu = min(times)
    print(f"{seconds * 1000:.1f} ms, {cpu * 1000:.0f} ms of processor time")
    assert seconds < 0.5
