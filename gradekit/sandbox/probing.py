"""Finds out by trying what protects a run on this machine, for this user, in this container."""

import functools
import os
import subprocess
import sys
from pathlib import Path

import gradekit
from gradekit.sandbox.policy import Protection

_SECONDS = 30
_SENTENCES = {
    "namespaces": (
        "Every notebook runs in namespaces of its own: it sees no network, no other process, and "
        "no files but Python's and its own."
    ),
    "landlock": (
        "Every notebook runs under Landlock and a filter of system calls: it has no network and "
        "opens no files but Python's and its own; namespaces would also hide other processes and "
        "the names of files, but are not allowed here ({reasons})."
    ),
    "none": "Nothing protects this machine and the grades from the notebooks: {reasons}.",
}


@functools.cache
def probe():
    """Find the best protection that works here.

    Each kind is tried for real: a process of its own enters it and then tries to get out.

    Returns
    -------
    Protection
    """
    failures = []
    for kind in ("namespaces", "landlock"):
        if (failure := _try(kind)) is None:
            break
        failures.append(failure)
    else:
        kind = "none"
    sentence = _SENTENCES[kind].format(reasons="; ".join(failures))
    return Protection(kind, sentence, complete=kind == "namespaces")


def _try(kind):
    """Return None if the kind works, else why not."""
    if not sys.platform.startswith("linux"):
        return f"{kind} are not known to {sys.platform}"
    environment = {**os.environ, "PYTHONPATH": str(Path(gradekit.__file__).parent.parent)}
    command = [sys.executable, "-m", "gradekit.sandbox.trial", kind]
    try:
        done = subprocess.run(
            command,
            cwd="/",
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return f"the trial of {kind} did not end"
    if done.returncode == 0:
        return None
    return done.stdout.strip().rstrip(".") or f"the trial of {kind} ended with {done.returncode}"
