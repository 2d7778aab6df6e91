"""Runs cells as a kernel does, each answer in a process of its own.

A warm worker process has numpy and the course's modules imported. It forks for every answer, so an
answer finds a fresh namespace, cannot disturb the next one, and can be killed.
"""

import builtins
import linecache
import math
import multiprocessing
import os
import re
import resource
import signal
import sys
import tempfile
import time
import types
import warnings
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

# A stuck answer that uses no processor time (it sleeps) is stopped after this many times its
# limit of processor seconds.
_WALL_FACTOR = 10
_DONE = "done"


@dataclass(frozen=True)
class CellRun:
    """Cells to run in order in one namespace.

    cells: (id, text) pairs; targets: ids of the cells whose outcome is wanted; seconds: limit of
    processor time; imports: what the worker may import beforehand.
    """

    cells: tuple
    targets: frozenset
    seconds: float
    imports: tuple = ()
    until_failure: bool = False


@dataclass
class CellOutcomes:
    """What happened: message of each wanted cell (None: passed), processor seconds of each cell."""

    messages: dict = field(default_factory=dict)
    seconds: dict = field(default_factory=dict)

    @property
    def failed(self):
        return {cell for cell, message in self.messages.items() if message is not None}


def worker_pool(root):
    """One worker process per processor, each a fresh interpreter with `root` on its path.

    They are spawned, not forked, because the caller may have imported another course's
    modules, and may have threads.
    """
    return ProcessPoolExecutor(
        max_workers=os.cpu_count(),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start_worker,
        initargs=(str(root),),
    )


def _start_worker(root):
    os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MPLBACKEND="Agg")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.path.insert(0, root)


def run_cells(run):
    """Run the cells of a `CellRun` in a forked child (in a worker process).

    A test cell that exceeds the time limit counts as failed, and the others run again without it.
    """
    warm(run.imports)
    outcomes, stopped = CellOutcomes(), set()
    while True:
        cells = [pair for pair in run.cells if pair[0] not in stopped]
        records, ended = in_child(_run_all, (run, cells), run.seconds)
        for cell, message, seconds in records:
            outcomes.seconds[cell] = seconds
            if cell in run.targets:
                outcomes.messages[cell] = message
        if ended is None or len(records) == len(cells):
            break
        stuck = cells[len(records)][0]
        outcomes.seconds[stuck] = run.seconds
        lost = {stuck} if stuck in run.targets else run.targets - set(outcomes.messages)
        outcomes.messages.update(dict.fromkeys(lost, ended))
        stopped |= lost
        if run.until_failure or lost != {stuck}:
            break
    return outcomes


def warm(imports):
    """Execute import statements once, so that forked children find the modules loaded."""
    for statement in imports:
        if statement not in _warm:
            _warm.add(statement)
            try:
                exec(statement, {})
            except Exception:
                continue  # The cell itself will fail, and be reported.


_warm = set()


def in_child(function, arguments, seconds):
    """Call function(*arguments, send) in a forked child.

    Returns
    -------
    list
        What the child sent.
    str or None
        Why the child did not come to its end ("time-out: ..."), None if it did.
    """
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(function, arguments, seconds, sender))
    child.start()
    sender.close()
    received, deadline = [], time.monotonic() + _WALL_FACTOR * seconds
    try:
        while receiver.poll(max(0.0, deadline - time.monotonic())):
            message = receiver.recv()
            if message == _DONE:
                return received, None
            received.append(message)
        return received, f"time-out: no answer after {_WALL_FACTOR * seconds:.0f} s"
    except EOFError:
        child.join()
        if -child.exitcode in (signal.SIGXCPU, signal.SIGKILL):
            return received, f"time-out: stopped after {math.ceil(seconds)} s"
        return received, f"process ended with exit code {child.exitcode}"
    finally:
        child.kill()
        child.join()
        receiver.close()


def _child(function, arguments, seconds, sender):
    limit = math.ceil(seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
    _mute()
    _kernel_warnings()
    function(*arguments, sender.send)
    sender.send(_DONE)
    # A thread that the answer left running does not keep the process.
    os._exit(0)


def _mute():
    """What an answer prints is nobody's business here, nor what a crash leaves on stderr."""
    null = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(null, stream)


def _kernel_warnings():
    """Python's own filters: warnings of an answer are no errors, whatever the caller's are."""
    warnings.resetwarnings()
    for category in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
        warnings.simplefilter("ignore", category)


def _run_all(run, cells, send):
    namespace = fresh_namespace()
    for cell, text in cells:
        start = time.process_time()
        message = run_cell(text, namespace)
        send((cell, message, time.process_time() - start))
        if message is not None and run.until_failure and cell in run.targets:
            break


def fresh_namespace():
    """The namespace of a new `__main__` module, as a kernel's."""
    main = types.ModuleType("__main__")
    main.__builtins__ = builtins
    sys.modules["__main__"] = main
    return vars(main)


def run_cell(text, namespace):
    """Execute a cell; return None, or the type and text of what it raised."""
    global _count
    _count += 1
    # A file name of its own, known to linecache, as ipykernel does: tests show a student's line,
    # and read a whole cell by the name.
    name = os.path.join(tempfile.gettempdir(), f"ipykernel_{os.getpid()}", f"{_count}.py")
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    try:
        exec(compile(text, name, "exec", dont_inherit=True), namespace)
    except BaseException as error:
        return _ANSI.sub("", f"{type(error).__name__}: {error}")
    return None


_count = 0
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
