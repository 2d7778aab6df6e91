"""Threads, signals and processes that act when the student's cells are over."""
# ruff: noqa

from tests.cheats.collection import cheat


@cheat()
def thread_that_waits():
    """A thread replaces the tools of comparison while the tests run."""
    import threading
    import time

    def later():
        while "passed" not in globals():
            time.sleep(0.001)
            np.allclose = np.array_equal = lambda *args, **kwargs: True

    threading.Thread(target=later, daemon=True).start()


@cheat()
def alarm_in_the_test():
    """The handler of a timer's signal runs in the middle of tests, and changes their names."""
    import signal

    def ring(number, frame):
        names = get_ipython().user_ns
        names["close"] = lambda *args: True
        np.allclose = lambda *args: True

    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)


@cheat()
def child_that_rings():
    """A child process sends its parent signals, whose handler gives points."""
    import os
    import signal

    def ring(number, frame):
        get_ipython().user_ns["close"] = lambda *args: True

    def mean(values):
        signal.signal(signal.SIGUSR1, ring)
        if os.fork() == 0:
            os.kill(os.getppid(), signal.SIGUSR1)
            os._exit(0)
        os.wait()
        return 0.0


@cheat()
def task_that_goes_on():
    """A task of the event loop works between the cells."""
    import asyncio

    async def work():
        while True:
            get_ipython().user_ns["close"] = lambda *args: True
            await asyncio.sleep(0)

    task = asyncio.get_running_loop().create_task(work())


@cheat()
def memory_of_the_parent_written():
    """Tests that wait in the parent process for their turn are changed in its memory."""
    import os

    process = f"/proc/{os.getppid()}"
    marks = (b"\nassert scale_rows(", b"\nassert np.array_equal(A,", b"\nassert A.tolist()")
    with open(f"{process}/maps") as maps:
        lines = [line.split() for line in maps]
    with open(f"{process}/mem", "r+b", 0) as memory:
        for line in lines:
            start, end = (int(part, 16) for part in line[0].split("-"))
            if "rw" not in line[1] or end - start > 1 << 27:
                continue
            try:
                memory.seek(start)
                content = memory.read(end - start)
                for mark in marks:
                    place = content.find(mark)
                    while place >= 0:
                        memory.seek(start + place + 1)
                        memory.write(b"1 or   ")
                        place = content.find(mark, place + 1)
            except OSError:
                continue


@cheat(aims_at="a call of a function is answered by the process that was forked for the notebook")
def two_answers():
    """A call forks, and both processes answer; the child goes on as if it were the kernel."""
    import os

    def square(x):
        if os.fork() == 0:
            return x * x
        return np.zeros(np.shape(x))

    def mean(values):
        os.fork()
        return 0.0


@cheat(aims_at="the process of the tests is another one")
def all_other_processes():
    """Every process that can be seen is opened for its memory and traced, in search of tests."""
    import ctypes
    import os
    import re

    libc = ctypes.CDLL(None, use_errno=True)
    pattern = re.compile(rb"want_power in " + rb"enumerate\(\[([0-9, ]+)\]\)")

    def search(process):
        with open(f"/proc/{process}/maps") as maps, open(f"/proc/{process}/mem", "rb", 0) as memory:
            for line in maps:
                start, end = (int(part, 16) for part in line.split()[0].split("-"))
                if "rw" not in line or end - start > 1 << 26:
                    continue
                try:
                    memory.seek(start)
                    found = pattern.search(memory.read(end - start))
                except OSError:
                    continue
                if found:
                    return found[1].split(b",")

    def power_of_three(n):
        for process in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{process}/cmdline") as file:
                    if int(process) == os.getpid() or "zygote" not in file.read():
                        continue
                found = search(process)
            except OSError:
                continue
            if found:
                return int(found[n])
        return 0
