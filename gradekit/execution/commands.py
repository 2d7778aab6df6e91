"""Runs ``!command`` cells where a sandbox has no pseudo terminals."""

import os
import subprocess

from IPython.utils.process import system as with_terminal

_CHUNK = 1 << 12


def system(command):
    """Run a command and print what it prints, lines ended as by a terminal.

    Parameters
    ----------
    command : str

    Returns
    -------
    int
        Exit status; the number of a signal that ended it, negated.
    """
    if _has_terminals():
        return with_terminal(command)
    process = subprocess.Popen(
        ["sh", "-c", command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    with process:
        while data := process.stdout.read1(_CHUNK):
            print(data.decode("utf-8", "replace").replace("\n", "\r\n"), end="")
    return process.returncode


def _has_terminals():
    try:
        for descriptor in os.openpty():
            os.close(descriptor)
    except OSError:
        return False
    return True
