"""Does a Dask cluster give the grades that this machine gives, also when a worker is killed?"""

import logging
import os
import subprocess
import sys
import threading
import time

import pytest

from gradekit import fingerprint, stock
from gradekit.grading import cluster
from gradekit.grading.executors import NoWorkers

from . import classes

distributed = pytest.importorskip(
    "distributed", reason="the optional extra `cluster` (dask.distributed) is not installed"
)

SECONDS = 120
SCHEDULER = ["dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
WORKER = ["dask_worker", "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--no-dashboard"]

pytestmark = [
    # Of Dask and Tornado, when a connection or a loop is closed under their hands.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:distributed"),
]


class Cluster:
    """A scheduler and workers on this machine."""

    def __init__(self, folder):
        self.file, self.processes = folder / "scheduler.json", []
        self.log = (folder / "cluster.log").open("w")
        self._start(*SCHEDULER, "--scheduler-file", str(self.file))
        self._wait(self.file.exists)
        with distributed.Client(scheduler_file=str(self.file), set_as_default=False) as client:
            self.address = client.scheduler.address

    def add_workers(self, count):
        for _ in range(count):
            self._start(*WORKER, "--scheduler-file", str(self.file))
        with distributed.Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=SECONDS)

    def _start(self, module, *arguments):
        command = [sys.executable, "-m", f"distributed.cli.{module}", *arguments]
        self.processes.append(
            subprocess.Popen(command, stdout=self.log, stderr=self.log, cwd=self.file.parent)
        )

    @staticmethod
    def _wait(condition):
        until = time.monotonic() + SECONDS
        while not condition() and time.monotonic() < until:
            time.sleep(0.1)
        assert condition()

    def close(self):
        for process in reversed(self.processes):
            process.kill()
            process.wait()
        self.log.close()


@pytest.fixture
def scheduler(tmp_path):
    folder = tmp_path / "cluster"
    folder.mkdir()
    made = Cluster(folder)
    yield made
    made.close()


def _grade(course, **settings):
    result = stock.api(course.root, {"Autograde": settings}).autograde("warmup", "*", force=False)
    return result


def _kill_in_the_middle(process, root):
    """Kill a process when the first submission is graded."""

    def wait():
        until = time.monotonic() + SECONDS
        marks = f"autograded/*/warmup/{fingerprint.NAME}"
        while not list(root.glob(marks)) and time.monotonic() < until:
            time.sleep(0.02)
        process.kill()

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def test_worker_that_is_killed(released, scheduler, tmp_path):
    """Does a run lose nothing with one of two workers, and give the rows of a local run?"""
    classes.hand_in(released)
    local = classes.copy(released, tmp_path / "local")
    _grade(local)
    scheduler.add_workers(2)
    killer = _kill_in_the_middle(scheduler.processes[-1], released.root)
    result = _grade(released, scheduler=scheduler.address)
    killer.join()
    assert scheduler.processes[-1].wait() == -9
    assert f"graded {classes.SIZE} of {classes.SIZE}" in result["log"], result
    assert classes.rows(released.root) == classes.rows(local.root)


def test_no_scheduler(released, monkeypatch):
    """Is an address where nobody listens one sentence, and nothing graded?"""
    monkeypatch.setattr(cluster, "_SECONDS", 1)
    classes.hand_in(released, 1)
    result = _grade(released, scheduler="tcp://127.0.0.1:9")
    assert not result["success"]
    assert "No Dask scheduler answers at tcp://127.0.0.1:9" in result["log"]
    assert not (released.root / "autograded").exists()


def test_scheduler_without_workers(scheduler, monkeypatch):
    """Is a cluster without workers one sentence that says how to start one?"""
    monkeypatch.setattr(cluster, "_SECONDS", 1)
    with pytest.raises(NoWorkers, match=f"start one: dask worker {scheduler.address}"):
        cluster.connect(scheduler.address)


def test_other_engine(scheduler, monkeypatch):
    """Is a cluster with another version of the engine refused, with both versions?"""
    scheduler.add_workers(1)
    monkeypatch.setattr(cluster.gradekit, "__version__", "9.9")
    with pytest.raises(NoWorkers, match=r"another gradekit \(.*\) than this machine \(9.9\)"):
        cluster.connect(scheduler.address)


def test_dask_is_not_installed(monkeypatch):
    """Is it said what to install when the extra is missing?"""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(NoWorkers, match=r"pip install 'gradekit\[cluster\]'"):
        cluster.connect("tcp://127.0.0.1:9")


def test_size_of_a_cluster(scheduler):
    """Does a cluster run as many notebooks at once as its workers have threads?"""
    scheduler.add_workers(2)
    executor, slots = cluster.connect(scheduler.address)
    with executor:
        assert slots == 2
        assert len(executor.protections()) == 2
        assert executor.submit(os.getpid).result(SECONDS) != os.getpid()
    logging.getLogger("distributed").setLevel(logging.WARNING)
