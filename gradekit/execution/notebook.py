"""Runs one notebook in a worker process: its cells, each in the kernel that it is for."""

import asyncio
import atexit
import dataclasses
import functools
import json
import os
import tempfile
import threading
import time
from pathlib import Path

import nbformat
from nbformat.v4.rwbase import rejoin_lines

from gradekit import sandbox
from gradekit.execution import course_modules, folders, plan, preload, spawn
from gradekit.execution.client import Runner
from gradekit.execution.job import Modules, Result
from gradekit.execution.kernels import Kernels
from gradekit.execution.process import Kernel, KernelFault
from gradekit.execution.test_files import is_importable

# Where the tests' kernel sees the files that come with the notebook, and the answers' folder.
_GIVEN, _ANSWERS = "/given", "/answers"
_here = threading.local()


def execute(job):
    """Run a notebook.

    Parameters
    ----------
    job : Job

    Returns
    -------
    Result
        Also if the notebook could not be run: then it says why.
    """
    protection = sandbox.probe()
    if protection.kind == "none" and not job.unprotected:
        return Result(job.notebook, fault=protection.sentence, protection=protection.sentence)
    began = time.thread_time()
    for attempt in range(2):
        try:
            notebook, kernels = asyncio.run(_execute(job, protection))
            break
        except (spawn.ZygoteFault, KernelFault) as fault:
            # Somebody may have killed the zygotes, or the memory was used up for a moment.
            if attempt:
                return Result(job.notebook, fault=str(fault), protection=protection.sentence)
    return Result(
        json.dumps(notebook),
        events=kernels.events,
        ask_human={_grade_id(notebook.cells[n]): why for n, why in kernels.unfinished.items()},
        cpu_seconds=kernels.cpu_seconds + time.thread_time() - began,
        protection=protection.sentence,
    )


async def _execute(job, protection):
    notebook = _parsed(job.notebook)
    zygotes = _zygotes()
    with Place(job, notebook, zygotes, protection) as place:
        kernels = Kernels(place, job.limits)
        try:
            await Runner(notebook, kernels, place.role_of).run()
        finally:
            await kernels.close()
    notebook.metadata["language_info"] = zygotes.language_info
    return notebook, kernels


class Place:
    """Where the kernels of a notebook run.

    Parameters
    ----------
    job : Job
    notebook, source : NotebookNode
    zygotes : spawn.Zygotes
    protection : Protection

    Attributes
    ----------
    facts : dict
        What the tests' kernel has to know; see `tests.attach`.
    """

    def __init__(self, job, notebook, zygotes, protection):
        self._job, self._protection = job, protection
        self._slot = 2 * zygotes.pid
        tops = frozenset(map(preload.top, job.modules.files))
        # A test that runs together with the answers needs its own modules there.
        modules = Modules(job.modules.files, tops) if job.together else job.modules
        self._modules = zygotes.modules.of(modules)
        names, self._plan = _known(job.source, frozenset(job.files), modules)
        roles = {"answers", *map(self.role_of, notebook.cells)}
        self._zygotes = {
            role: zygotes.branch(role, self._modules[role], names[role]) for role in roles
        }
        self._scratch = Path(tempfile.mkdtemp(dir=zygotes.folder))
        self._folder, self._given = self._scratch / "work", self._scratch / "given"
        self._inside = f"/home/student/{job.name.split('/')[1]}"
        self.facts = {
            "plan": self._plan.to_json(),
            "public": sorted(job.modules.public),
            "modules": sorted(tops),
            "in_place": sorted(job.in_place),
            "folders": self._folders_of_tests(),
        }

    def __enter__(self):
        """Write the files, and listen to the zygotes."""
        for zygote in self._zygotes.values():
            zygote.listen(asyncio.get_running_loop())
        files, given = self._job.files, self._job.given
        try:
            os.chmod(self._scratch, 0o711)  # sandboxed processes may be of another user
            folders.write(self._folder, files)
            known = {n: c for n, c in files.items() if n in given or not is_importable(n)}
            folders.write(self._given, known)
        except (OSError, ValueError) as error:
            self.__exit__()
            raise KernelFault(f"the files of the submission cannot be written: {error}") from None
        return self

    def __exit__(self, *exception):
        """Remove the files, and stop listening."""
        sandbox.remove(self._scratch)
        for zygote in self._zygotes.values():
            zygote.ignore()

    def role_of(self, cell):
        """Which kernel runs a cell: "answers" or "tests"?"""
        grade_id = _grade_id(cell)
        apart = self._plan.is_test(grade_id) and grade_id not in self._job.together
        return "tests" if apart else "answers"

    async def begin(self, role, on_message, on_end):
        """Start a kernel."""
        limits = self._job.limits
        kernel = Kernel(role, self._zygotes[role], limits.output, on_message, on_end)
        readable = [[self._modules[role], course_modules.INSIDE]]
        inside = self._inside
        if role == "tests":
            readable.append([str(self._given), _GIVEN])
            inside = _ANSWERS
        await kernel.start(
            {
                "protection": dataclasses.asdict(self._protection),
                "limits": dataclasses.asdict(limits),
                "readable": readable,
                "workdir": [str(self._folder), inside, role == "answers"],
                "slot": self._slot + (role == "tests"),
            }
        )
        return kernel

    def _folders_of_tests(self):
        """Where the tests' kernel finds files: those given, those of answers, and its own."""
        if self._protection.kind == "namespaces":
            return [_GIVEN, _ANSWERS, self._inside]
        return [str(self._given), str(self._folder), ""]

    def is_overfull(self, pid=None):
        """Are there more, or larger, files than there may be?

        Parameters
        ----------
        pid : int, optional
            Of a kernel, which may have open files that are deleted.
        """
        most = self._job.limits.file_size + sum(map(len, self._job.files.values()))
        size = folders.size(str(self._folder), most)
        if pid is not None:
            size += sandbox.deleted_bytes(pid, os.stat(self._folder).st_dev)
        return size > most

    def renew(self):
        """Begin anew with the files that the notebook began with."""
        sandbox.remove(self._folder)
        folders.write(self._folder, self._job.files)


@functools.lru_cache(maxsize=32)
def _read(source, files, course):
    """What an instructor's notebook says about where and with what it runs."""
    notebook = _parsed(source)
    return preload.names(notebook, files, *course), plan.of(notebook)


def _parsed(text):
    """Not nbformat's `reads`, which takes its time to validate what was sanitized."""
    return rejoin_lines(nbformat.from_dict(json.loads(text)))


def _known(source, files, modules):
    course = frozenset(modules.files), frozenset(modules.public)
    return _read(source, files, course)


def _grade_id(cell):
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def _zygotes():
    zygotes = getattr(_here, "zygotes", None)
    if zygotes is not None and not zygotes.alive:
        zygotes.close()
        zygotes = None
    if zygotes is None:
        zygotes = _here.zygotes = spawn.Zygotes()
        atexit.register(zygotes.close)
    return zygotes
