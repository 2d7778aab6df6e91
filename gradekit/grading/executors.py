"""Where notebooks run: worker processes of this machine, or a Dask cluster."""

import os
import pickle
import socket
import subprocess
import sys
import threading
from concurrent.futures import Executor, ThreadPoolExecutor
from multiprocessing.connection import Connection

from gradekit.sandbox import probe

_TRIES = 2
_GOODBYE = 10  # seconds
# Matrix products of each notebook get one thread, for several notebooks run at once.
_ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL")}


class WorkerDied(RuntimeError):
    """A worker ended or fell silent each time that it got this job."""


class WorkerFailed(RuntimeError):
    """The function raised in the worker; the text is its traceback."""


class NoWorkers(RuntimeError):
    """There is nothing that could run a notebook; the text is one sentence."""


def reason(error):
    """Why a job has no result, as a clause."""
    if isinstance(error, WorkerDied):
        return f"the process that ran it {error}, twice"
    last = str(error).strip().rpartition("\n")[2] or type(error).__name__
    return f"an error in the grading software ({last})"


def cores():
    """The number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def refuse_unprotected(protections, allowed):
    """Make sure that something protects machine and grades from the notebooks.

    Parameters
    ----------
    protections : list of Protection
        Of the machines on which notebooks run.
    allowed : bool
        Whether they may run without.

    Raises
    ------
    NoWorkers
        If they must not, and there is nothing.
    """
    for protection in protections:
        if protection.kind == "none" and not allowed:
            raise NoWorkers(
                f"{protection.sentence} Nothing was graded. c.Autograde.unprotected = True in "
                "nbgrader_config.py grades all the same, for students whom you trust with the "
                "machine and the grades."
            )


class LocalWorkers(Executor):
    """Runs functions in worker processes of this machine.

    Unlike with ProcessPoolExecutor it is known whose job a worker died of, so nobody else's is
    touched; workers import the engine and nothing of the program that started them.

    Parameters
    ----------
    count : int
    patience : float
        Seconds after which a worker that does not answer is given up.
    """

    def __init__(self, count, patience):
        self.count, self.patience = count, patience
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="gradekit")
        self._own, self._workers, self._lock = threading.local(), set(), threading.Lock()
        self._closed = False

    def submit(self, function, /, *arguments):
        """Run a function of an importable module; returns its Future."""
        return self._threads.submit(self._run, pickle.dumps((function, arguments)))

    def protections(self):
        """What protects this machine from the notebooks."""
        return [probe()]

    def shutdown(self, wait=True, *, cancel_futures=False):
        """Let the jobs end, or with `cancel_futures` end the workers now."""
        self._closed = cancel_futures
        self._threads.shutdown(wait and not cancel_futures, cancel_futures=cancel_futures)
        with self._lock:
            workers, self._closed = list(self._workers), True
        for worker in workers:
            worker.kill() if cancel_futures else worker.close()

    def _run(self, request):
        """In one of the threads, of which each has a worker of its own."""
        for left in reversed(range(_TRIES)):
            worker = getattr(self._own, "worker", None) or self._start()
            try:
                succeeded, value = worker.ask(request, self.patience)
            except (EOFError, OSError) as error:
                worker.kill()
                self._own.worker = None
                if left and not self._closed:
                    continue
                silent = isinstance(error, TimeoutError)
                raise WorkerDied("fell silent" if silent else "ended") from None
            if not succeeded:
                raise WorkerFailed(value)
            return value

    def _start(self):
        worker = self._own.worker = _Worker()
        with self._lock:
            self._workers.add(worker)
            too_late = self._closed
        if too_late:
            worker.kill()
        return worker


class _Worker:
    """A worker process and the connection to it."""

    def __init__(self):
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "gradekit.grading.worker", str(theirs.fileno())],
                env={**_ONE_THREAD, **os.environ},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        self.connection = Connection(ours.detach())
        try:
            self.connection.recv_bytes()
        except (EOFError, OSError):
            self.kill()
            raise NoWorkers(
                "A worker process ended before it was ready; the lines above may say why."
            ) from None

    def ask(self, request, patience):
        self.connection.send_bytes(request)
        if not self.connection.poll(patience):
            raise TimeoutError
        return pickle.loads(self.connection.recv_bytes())

    def close(self):
        """Let the process end, which it does when it finds that nobody is there."""
        self.connection.close()
        try:
            self.process.wait(_GOODBYE)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self):
        """End the process now; whoever waits for its answer finds out by himself."""
        self.process.kill()
        self.process.wait()
