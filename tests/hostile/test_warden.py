"""Does the warden see what a command leaves behind, and stop one that does not end?"""

import json
import os
import subprocess
import sys

import pytest

from .batch import HERE

DAEMON = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(20)
    os._exit(0)
os.wait()
"""


@pytest.fixture
def watched(tmp_path):
    """Return a function that runs Python code under the warden, and reads its report."""

    def run(code, seconds=20):
        for name in ("course", "home", "tmp"):
            (tmp_path / name).mkdir()
        warden = [sys.executable, HERE / "warden.py", tmp_path, str(seconds)]
        subprocess.run([*warden, sys.executable, "-c", code], check=True)
        return json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))

    return run


def test_nothing(watched):
    """Does a command that does nothing leave nothing?"""
    report = watched("raise SystemExit(3)")
    assert report["status"] == 3 and report["stopped"] is None
    assert not any(report[what] for what in ("processes", "files", "mounts", "segments"))


def test_daemon(watched):
    """Is a process found that has a session of its own and no parent?"""
    assert len(watched(DAEMON)["processes"]) == 1


def test_file(watched):
    """Is a temporary file found?"""
    report = watched("import tempfile; tempfile.mkstemp(prefix='left-')")
    assert "left-" in "".join(report["files"])


def test_endless(watched):
    """Is a command stopped that does not end, and all that it started?"""
    report = watched(DAEMON + "time.sleep(20)", seconds=1)
    assert "more than 1 seconds" in report["stopped"]
    assert len(report["processes"]) == 2


def test_signal_to_all(watched):
    """Does a command in namespaces reach nobody but its own when it kills all that it can?"""
    host = os.readlink("/proc/self/ns/pid")
    code = f"""
import os, time
assert os.readlink("/proc/self/ns/pid") != {host!r}
if os.fork() == 0:
    time.sleep(20)
os.kill(-1, 9)  # spares who sends it
os.wait()"""
    report = watched(code)
    if not report["isolated"]:
        pytest.skip("this system gives no namespaces")
    assert report["status"] == 0 and report["processes"] == []


def test_nothing_else_can_be_written(watched):
    """Is everything but the run's own folder out of reach, also for root?"""
    report = watched("import os; raise SystemExit(os.access('/', os.W_OK))")
    if not report["isolated"]:
        pytest.skip("this system gives no namespaces")
    assert report["status"] == 0
