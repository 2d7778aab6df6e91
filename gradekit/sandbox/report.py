"""Plain sentences for students and instructors about what ended a notebook."""

import os
import signal

_MIB, _GIB = 1 << 20, 1 << 30
_MEANINGS = {
    signal.SIGKILL: "was killed by the system, which happens when memory runs out",
    signal.SIGSEGV: "crashed by touching memory that was not its own (segmentation fault)",
    signal.SIGBUS: "crashed by touching memory that was not there (bus error)",
    signal.SIGABRT: "was aborted by a library that found itself in trouble",
    signal.SIGFPE: "crashed on an arithmetic error",
    signal.SIGILL: "crashed on an instruction that this processor does not have",
    signal.SIGSYS: "was stopped because it made a system call that is not allowed",
}


def size(count):
    """Bytes in words: "2 GB"."""
    unit, name = (_GIB, "GB") if count >= _GIB else (_MIB, "MB")
    return f"{count / unit:.3g} {name}"


def hit(kind, limits):
    """One sentence that says which limit a notebook hit.

    Parameters
    ----------
    kind : {"cell time", "time", "memory", "processes", "file size", "output"}
    limits : Limits
    """
    stopped = {
        "cell time": f"This cell ran longer than {limits.cell_seconds:g} seconds",
        "time": f"This notebook ran longer than {limits.notebook_seconds:g} seconds",
        "memory": f"This notebook used more than {size(limits.memory)} of memory",
        "processes": (
            f"This notebook ran more than {limits.processes} processes and threads at a time"
        ),
        "file size": f"This notebook wrote more than {size(limits.file_size)} of files",
    }
    if kind == "output":
        return f"This cell printed more than {size(limits.output)}: the rest was dropped."
    return f"{stopped[kind]} and was stopped."


def death(status, limits, seen=None):
    """Turn a death that the engine did not order into kind and sentence of an `Event`.

    Parameters
    ----------
    status : int
        What os.waitpid said of the keeper.
    limits : Limits
    seen : Usage, optional
        What was last measured: a process killed near its limit of memory is told so.

    Returns
    -------
    kind : {"memory", "time", "died"}
    sentence : str
    """
    code = os.waitstatus_to_exitcode(status)
    number = -code if code < 0 else code - 128
    if number == signal.SIGXCPU:
        return "time", hit("time", limits)
    if number == signal.SIGKILL and seen is not None and seen.memory > 0.8 * limits.memory:
        return "memory", hit("memory", limits)
    if number in _MEANINGS:
        return "died", f"The notebook's process {_MEANINGS[number]}."
    if number > 0:
        return "died", f"The notebook's process was ended by the signal {_name(number)}."
    return "died", f"The notebook's process ended by itself with exit status {code}."


def _name(number):
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)
