"""Do worker processes give answers, and does a worker that dies cost nobody else's job?"""

import math
import operator
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import wait

import pytest

from gradekit.grading import executors
from gradekit.grading.executors import LocalWorkers, NoWorkers, WorkerDied, WorkerFailed

SECONDS = 60


def _alive(pid):
    """Is there such a process, and is it no zombie?"""
    done = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return bool(done.stdout.strip()) and not done.stdout.startswith("Z")


def _gone(pid):
    until = time.monotonic() + SECONDS
    while _alive(pid) and time.monotonic() < until:
        time.sleep(0.05)
    return not _alive(pid)


@pytest.fixture
def workers():
    with LocalWorkers(2, patience=SECONDS) as workers:
        yield workers


def test_answers(workers):
    """Do functions run in other processes, no more of them than asked for?"""
    pids = {future.result(SECONDS) for future in [workers.submit(os.getpid) for _ in range(20)]}
    assert os.getpid() not in pids
    assert 1 <= len(pids) <= 2


def test_errors_come_back(workers):
    """Does an error in a function come back as its traceback, and does the worker go on?"""
    with pytest.raises(WorkerFailed, match="ValueError: math domain error"):
        workers.submit(math.sqrt, -1).result(SECONDS)
    assert workers.submit(math.sqrt, 4).result(SECONDS) == 2


def test_worker_that_dies(workers):
    """Is a job that kills its worker given up after two tries, and are all others answered?"""
    deadly = [workers.submit(os._exit, 3) for _ in range(3)]
    honest = [workers.submit(math.sqrt, 4) for _ in range(10)]
    wait(deadly + honest, SECONDS)
    assert [future.result() for future in honest] == [2] * 10
    for future in deadly:
        with pytest.raises(WorkerDied, match="ended"):
            future.result()


def test_worker_that_is_killed(workers):
    """Is a job run again whose worker somebody else killed?"""
    pid = workers.submit(os.getpid).result(SECONDS)
    future = workers.submit(operator.mul, 6, 7)
    os.kill(pid, signal.SIGKILL)
    assert future.result(SECONDS) == 42
    assert workers.submit(os.getpid).result(SECONDS) != pid


def test_worker_that_falls_silent():
    """Is a worker given up that does not answer in time?"""
    with (
        LocalWorkers(1, patience=0.2) as workers,
        pytest.raises(WorkerDied, match="fell silent"),
    ):
        workers.submit(time.sleep, SECONDS).result(SECONDS)


def test_no_worker_starts(monkeypatch):
    """Is it an error of its own, and no submission's, when workers cannot start?"""
    monkeypatch.setattr(executors.sys, "executable", "/bin/false")
    with LocalWorkers(1, SECONDS) as workers, pytest.raises(NoWorkers, match="before it was ready"):
        workers.submit(os.getpid).result(SECONDS)


def test_end_of_a_run(workers):
    """Are workers gone when the run is over?"""
    pid = workers.submit(os.getpid).result(SECONDS)
    workers.shutdown()
    assert not _alive(pid)


def test_canceled_run(workers):
    """Do workers end at once, whatever they are at, when a run is canceled?"""
    pid = workers.submit(os.getpid).result(SECONDS)
    futures = [workers.submit(time.sleep, 10 * SECONDS) for _ in range(4)]
    until = time.monotonic() + SECONDS
    workers.shutdown(cancel_futures=True)
    while not all(future.done() for future in futures) and time.monotonic() < until:
        time.sleep(0.05)
    assert all(future.done() for future in futures) and not _alive(pid)


PARENT = """
import os, time
from gradekit.grading.executors import LocalWorkers
workers = LocalWorkers(1, 60)
print(workers.submit(os.getpid).result(), flush=True)
workers.submit(time.sleep, 1)
time.sleep(60)
"""


def test_parent_that_is_killed():
    """Do workers end when their parent is no more?"""
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True
    ) as parent:
        pid = int(parent.stdout.readline())
        parent.kill()
    assert _gone(pid)


def test_variables_of_the_environment(workers, monkeypatch):
    """Do matrix products of notebooks that run at once get one thread each, unless told else?"""
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    assert workers.submit(os.getenv, "OPENBLAS_NUM_THREADS").result(SECONDS) == "1"
    assert workers.submit(os.getenv, "OMP_NUM_THREADS").result(SECONDS) == "3"
