"""Limits that the kernel itself keeps, and the end of all privileges."""

import contextlib
import ctypes
import os
import resource
from pathlib import Path

from gradekit.sandbox import kernel_calls as kernel

_OPEN_FILES = 256
_SPARE_CPU_SECONDS = 60


def apply(limits, tasks_before=0):
    """Set the limits of this process and of all that it will start, for good.

    Parameters
    ----------
    limits : Limits
    tasks_before : int
        Processes and threads that the kernel counts to this user already.

    Notes
    -----
    Memory is of one process and on top of what it has mapped already, libraries for the most part;
    the sum over processes is for `usage` to see.
    """
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    cores = len(os.sched_getaffinity(0))
    wanted = {
        resource.RLIMIT_AS: mapped + limits.memory,
        resource.RLIMIT_NPROC: tasks_before + limits.processes,
        resource.RLIMIT_FSIZE: limits.file_size,
        resource.RLIMIT_NOFILE: _OPEN_FILES,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: int(limits.notebook_seconds) * cores + _SPARE_CPU_SECONDS,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_NICE: 0,
        resource.RLIMIT_RTPRIO: 0,
    }
    for which, value in wanted.items():
        hard = resource.getrlimit(which)[1]
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        resource.setrlimit(which, (value, value))


class _Header(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


def drop_bounding_set():
    """Take the capabilities away that a program could bring back; needs some to be done."""
    with contextlib.suppress(OSError):
        # Capabilities are numbered without gaps: the first that the kernel does not know ends it.
        for capability in range(64):
            kernel.prctl("dropping capabilities", kernel.PR_CAPBSET_DROP, capability)


def drop_capabilities():
    """Give up all privileges and the ways to regain them."""
    with contextlib.suppress(kernel.SandboxError):
        kernel.prctl("ambient", kernel.PR_CAP_AMBIENT, kernel.PR_CAP_AMBIENT_CLEAR_ALL)
    header, nothing = _Header(0x20080522, 0), (ctypes.c_uint32 * 6)()
    done = kernel.libc.capset(ctypes.byref(header), nothing)
    kernel.check(done, "dropping capabilities")
    kernel.prctl("forbidding new privileges", kernel.PR_SET_NO_NEW_PRIVS, 1)
