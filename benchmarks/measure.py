"""Runs a command and tells what its whole tree of processes used.

A helper process starts the command. It adopts every process of the tree whose parent ends first
(Linux: PR_SET_CHILD_SUBREAPER), and waits for all of them, so that the kernel adds up the processor
time of kernels, zygotes, and what they forked, daemons too. Its own time does not count. Memory is
the proportional set size (PSS): what forked processes share counts once.
"""

import contextlib
import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass

import psutil

_SUBREAPER = 36
_SAMPLE_SECONDS = 0.25
# Processes that outlive the command by more are stopped, and counted.
_GRACE_SECONDS = 5.0


@dataclass
class Memory:
    """The largest numbers that were seen: bytes of PSS, and processes.

    Attributes
    ----------
    everything : int
        Sum over all processes.
    command : int
        The command's own process.
    branch : int
        One of its child processes, with all below: a worker, or a stock kernel.
    processes : int
    """

    everything: int = 0
    command: int = 0
    branch: int = 0
    processes: int = 0

    def see(self, command, branches):
        """Take in a sample: the PSS of the command, and of the processes of each branch."""
        sums = [sum(branch) for branch in branches]
        self.everything = max(self.everything, command + sum(sums))
        self.command = max(self.command, command)
        self.branch = max([self.branch, *sums])
        self.processes = max(self.processes, 1 + sum(map(len, branches)))


@dataclass
class Usage:
    """What a command used.

    Attributes
    ----------
    wall, cpu : float
        Seconds by the clock, and of processor time of all processes.
    code : int
        Exit status.
    output : str
        What it wrote to stdout and stderr.
    left_behind : int
        Processes that ran on after it had ended, and had to be stopped.
    memory : Memory or None
        None if it was not asked for.
    """

    wall: float
    cpu: float
    code: int
    output: str
    left_behind: int = 0
    memory: Memory | None = None


def run(command, cwd, env, memory=False):
    """Run a command to its end and measure it.

    Parameters
    ----------
    command : list of str
    cwd : Path
    env : dict
    memory : bool
        Whether to sample the memory, which costs some time of its own.

    Returns
    -------
    Usage
    """
    read, write = os.pipe()
    helper = [sys.executable, "-m", "benchmarks.measure", str(write), json.dumps(list(command))]
    environment = dict(os.environ, BENCHMARKED=json.dumps([str(cwd), dict(env)]))
    started = subprocess.Popen(
        helper,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=[write],
    )
    os.close(write)
    seen = Memory() if memory else None
    watcher = threading.Thread(target=_sample, args=(started.pid, seen), daemon=True)
    if memory:
        watcher.start()
    output, _ = started.communicate()
    with open(read, encoding="ascii") as report:
        told = json.loads(report.read() or "{}")
    if memory:
        watcher.join()
    if not told:
        raise RuntimeError(f"the helper ended without a report: {output[-500:]!r}")
    return Usage(
        **told,
        output=output.decode("utf-8", errors="replace"),
        memory=seen,
    )


def _sample(pid, memory):
    """Look at all processes below the helper, again and again until it ends."""
    with contextlib.suppress(psutil.Error):
        helper = psutil.Process(pid)
        while helper.is_running() and helper.status() != psutil.STATUS_ZOMBIE:
            for command in helper.children()[:1]:
                branches = [
                    [_pss(one), *map(_pss, one.children(recursive=True))]
                    for one in command.children()
                ]
                memory.see(_pss(command), branches)
            time.sleep(_SAMPLE_SECONDS)


def _pss(process):
    try:
        return process.memory_full_info().pss
    except (psutil.Error, OSError):
        return 0


def _main(descriptor, command):
    """Be the helper."""
    cwd, env = json.loads(os.environ["BENCHMARKED"])
    _adopt_orphans()
    began = time.monotonic()
    started = subprocess.Popen(command, cwd=cwd, env=env, start_new_session=True)
    code = started.wait()
    wall = time.monotonic() - began
    left_behind = _reap()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = {
        "wall": wall,
        "cpu": used.ru_utime + used.ru_stime,
        "code": code,
        "left_behind": left_behind,
    }
    os.write(descriptor, json.dumps(told).encode("ascii"))


def _adopt_orphans():
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)


def _reap():
    """Wait for all adopted processes; stop those that do not end. Returns their number."""
    deadline, stopped = time.monotonic() + _GRACE_SECONDS, set()
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return len(stopped)
        if pid == 0:
            if time.monotonic() > deadline:
                for child in psutil.Process().children(recursive=True):
                    stopped.add(child.pid)
                    with contextlib.suppress(psutil.Error):
                        child.send_signal(signal.SIGKILL)
            time.sleep(0.02)


if __name__ == "__main__":
    _main(int(sys.argv[1]), json.loads(sys.argv[2]))
