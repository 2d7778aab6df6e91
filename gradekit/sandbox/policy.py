"""What a sandboxed process may see and use, and what protects the others from it."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from gradekit.execution.job import Limits


@dataclass(frozen=True)
class Protection:
    """What protects a run.

    Attributes
    ----------
    kind : {"namespaces", "landlock", "none"}
    sentence : str
        One line for the log.
    complete : bool
        Whether a student's process is kept from everything that is not its own.
    """

    kind: str
    sentence: str
    complete: bool


@dataclass(frozen=True)
class Policy:
    """What one sandboxed process may see and use.

    Attributes
    ----------
    readable : tuple of str, or of pairs of str
        Files and folders of the host, or pairs (of the host, inside), that are mounted read-only.
        Without namespaces everything keeps the path that it has on the host: see `inside`.
    workdir : tuple of (str, str, bool) or None
        The working folder: its path on the host, its path inside, and whether it may be written.
        There only single files are bounded.
    slot : int
        As root every slot has a user and a group of its own. Processes that run on a machine at
        the same time need different slots: they would share their limit on processes, and without
        namespaces the end of one ends the others.
    keep_fds : tuple of int
        Descriptors that stay open; 0, 1 and 2 are opened to nothing unless they are among them.
    limits : Limits
    environment : dict of str to str
        The whole environment.
    """

    readable: tuple = ()
    workdir: tuple | None = None
    slot: int = 0
    keep_fds: tuple = ()
    limits: Limits = field(default_factory=Limits)
    environment: dict = field(default_factory=dict)

    def binds(self):
        """Pairs (of the host, inside) of `readable`."""
        return [(p, p) if isinstance(p, (str, Path)) else tuple(p) for p in self.readable]

    def inside(self, protection):
        """Where the working folder, and each of `readable`, is found inside.

        Returns
        -------
        str or None, list of str
        """
        column = 1 if protection.kind == "namespaces" else 0
        workdir = self.workdir and os.fspath(self.workdir[column])
        return workdir, [os.fspath(pair[column]) for pair in self.binds()]
