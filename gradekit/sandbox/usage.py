"""What all processes under a keeper use together, cheap enough to ask five times a second."""

import contextlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_COUNTED = {"RssAnon": 1024, "RssShmem": 1024, "VmSwap": 1024}


@dataclass(frozen=True)
class Usage:
    """What the processes of a notebook use at one moment.

    Attributes
    ----------
    memory : int
        Bytes, without program files and without what is still shared with the zygote.
    tasks : int
        Processes and threads, the keeper not counted.
    cpu_seconds : float
        Processor time of them and of all that they have waited for.
    """

    memory: int = 0
    tasks: int = 0
    cpu_seconds: float = 0.0


def descendants(pid):
    """Ids of all processes under a process, itself not among them."""
    found, to_visit = [], [pid]
    while to_visit:
        new = children(to_visit.pop())
        found += new
        to_visit += new
    return found


def children(pid):
    """Ids of the processes that a process, or a thread of it, has forked; the oldest first."""
    try:
        threads = os.listdir(f"/proc/{pid}/task")
        lists = [Path(f"/proc/{pid}/task/{t}/children").read_text() for t in threads]
    except OSError:
        # It has ended meanwhile; what it left is with the keeper at the next look.
        return []
    return [int(child) for child in " ".join(lists).split()]


def usage(pid, enough=None):
    """Measure what runs under a keeper.

    Parameters
    ----------
    pid : int
        The keeper's process id, as `fork` gave it.
    enough : int, optional
        Bytes. As long as a generous count stays below it, the exact one is not made: pages that
        several processes share are counted for each. It matters to notebooks that fork.

    Returns
    -------
    Usage
    """
    processes = descendants(pid)
    measured = [_of_process(p) for p in processes]
    memory = sum(m for m, _, _ in measured)
    if enough is not None and memory > enough:
        exact = [_exact_memory(p) for p in processes]
        memory = min(memory, sum(m for m in exact if m is not None))
    tasks = sum(t for _, t, _ in measured)
    return Usage(memory, tasks, sum(c for _, _, c in measured))


def deleted_bytes(pid, device):
    """Measure the files of a device that processes have open and nobody else can find any more.

    Parameters
    ----------
    pid : int
        The keeper's process id.
    device : int
        As `os.stat` gives it.

    Returns
    -------
    int
        Bytes on the disk.
    """
    found = {}
    for process in descendants(pid):
        for number in _descriptors(process):
            with contextlib.suppress(OSError):  # it is closed meanwhile
                status = os.stat(f"/proc/{process}/fd/{number}")
                if status.st_dev == device and not status.st_nlink and stat.S_ISREG(status.st_mode):
                    found[status.st_ino] = status.st_blocks * 512
    return sum(found.values())


def _descriptors(pid):
    try:
        return os.listdir(f"/proc/{pid}/fd")
    except OSError:  # it has ended meanwhile
        return []


def _of_process(pid):
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0, 0, 0.0
    lines = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    memory = sum(unit * int(lines.get(n, "0").split()[0]) for n, unit in _COUNTED.items())
    return memory, int(lines["Threads"]), sum(map(int, fields[11:15])) / _TICKS


def _exact_memory(pid):
    """Bytes, where a page that several processes share counts for each in part."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return None
    parts = dict(line.split(":", 1) for line in lines if ":" in line)
    names = ("Pss_Anon", "Pss_Shmem", "SwapPss")
    return 1024 * sum(int(parts.get(n, "0").split()[0]) for n in names)
