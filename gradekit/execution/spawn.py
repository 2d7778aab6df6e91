"""The worker's side of its zygotes: start them, let them fork, end what they forked."""

import asyncio
import contextlib
import itertools
import json
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import gradekit
from gradekit import sandbox
from gradekit.execution.folders import CourseModules

_LARGEST = 1 << 18
_START_SECONDS = 120
# Zygotes of notebooks that stay: one notebook has two, and submissions come with all of theirs.
_MOST_BRANCHES = 32

# jsonschema, which nbformat imports, builds a grammar with the package left out here, if it is
# installed: it takes longer than all other imports together, and nobody needs it.
_COMMAND = """
import sys
sys.modules["rfc3987_syntax"] = None
from gradekit.execution import zygote
del sys.modules["rfc3987_syntax"]
zygote.main()
"""
_KEPT = ("PATH", "LANG", "LANGUAGE", "TZ", "HOME", "PYTHONHASHSEED")
_SET = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NBGRADER_EXECUTION": "autograde",
}


class ZygoteFault(RuntimeError):
    """A zygote did not start, or died."""


class Zygote:
    """A zygote that this process talks to.

    Parameters
    ----------
    sock : socket.socket
        Of type SOCK_SEQPACKET.
    """

    def __init__(self, sock):
        self.sock = sock
        self.hello = None
        self._numbers = itertools.count()
        self._asked, self._ended = {}, {}

    def wait(self, seconds=_START_SECONDS):
        """Wait until it is ready."""
        self.sock.settimeout(seconds)
        try:
            data = self.sock.recv(_LARGEST)
        except TimeoutError:
            raise ZygoteFault(f"no zygote after {seconds} seconds") from None
        finally:
            self.sock.setblocking(True)
        if not data:
            raise ZygoteFault("the zygote died while it started")
        self.hello = json.loads(data)

    def send(self, sockets=(), **request):
        """Send a request."""
        data = json.dumps(request).encode("ascii")
        try:
            socket.send_fds(self.sock, [data], [sock.fileno() for sock in sockets])
        except OSError:
            raise ZygoteFault("the zygote is gone") from None

    def listen(self, loop):
        """Hear in this event loop what it says."""
        self._loop = loop
        loop.add_reader(self.sock.fileno(), self._hear)

    def ignore(self):
        """Stop listening."""
        self._loop.remove_reader(self.sock.fileno())

    def _hear(self):
        data = self.sock.recv(_LARGEST)
        if not data:
            self.ignore()
            for future in [*self._asked.values(), *self._ended.values()]:
                if not future.done():
                    future.set_exception(ZygoteFault("the zygote died"))
                    future.exception()  # nobody may come to ask
            return
        message = json.loads(data)
        if "started" in message:
            # Its end may be the next message.
            pid = message["started"]
            self._ended[pid] = self._loop.create_future()
            self._asked.pop(message["id"]).set_result((pid, self._ended[pid]))
        elif "interrupted" in message:
            self._asked.pop(message["id"]).set_result(None)
        elif "ended" in message:
            self._ended.pop(message["ended"]).set_result(message)

    async def start(self, setup, sockets):
        """Fork a kernel.

        Returns
        -------
        tuple of int and asyncio.Future
            Its process id, and what will be known of its end.
        """
        return await self._ask(sockets, do="start", setup=setup)

    async def interrupt(self, pid):
        """Do what Ctrl-C does to a kernel and the processes that it started."""
        with contextlib.suppress(ZygoteFault):
            await self._ask(do="interrupt", pid=pid)

    def end(self, pid):
        """End a kernel and all that it started."""
        with contextlib.suppress(ZygoteFault):
            self.send(do="end", pid=pid)

    async def _ask(self, sockets=(), **request):
        number = next(self._numbers)
        answer = self._asked[number] = self._loop.create_future()
        self.send(sockets, id=number, **request)
        try:
            return await asyncio.wait_for(answer, _START_SECONDS)
        except TimeoutError:
            raise ZygoteFault(f"no answer of the zygote after {_START_SECONDS} seconds") from None


class Zygotes:
    """The zygotes of this worker: a first one, and a branch of it for each notebook and role.

    Attributes
    ----------
    folder : Path
        A folder for files; the first zygote removes it when this process is gone.
    modules : CourseModules
    """

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="gradekit-"))
        os.chmod(self.folder, 0o711)  # sandboxed processes may be of another user
        self.modules = CourseModules(self.folder / "modules")
        self._branches = {}
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._log = self.folder / "log"
        with theirs, open(self._log, "wb") as log:
            self._process = self._popen(theirs, log)
        self._first = Zygote(ours)
        try:
            self._wait_for(self._first)
        except ZygoteFault:
            self.close()
            raise

    def _popen(self, sock, log):
        return subprocess.Popen(
            [sys.executable, "-c", _COMMAND, str(sock.fileno()), self.folder],
            pass_fds=[sock.fileno()],
            cwd="/",
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    @property
    def language_info(self):
        """What kernels say about their language."""
        return self._first.hello["language_info"]

    def branch(self, role, modules, preload):
        """The zygote for a role of a notebook.

        Parameters
        ----------
        role : {"answers", "tests"}
        modules : str
            Folder with the course's modules that the role may import.
        preload : tuple of str
            Modules to import before there is a kernel.
        """
        key = (role, modules, preload)
        branch = self._branches.pop(key, None)
        if branch is None:
            branch = self._grow(role, modules, preload)
            if branch.hello["threads"] > 1:
                # A module started threads, which forked processes would lack.
                branch.sock.close()
                branch = self._grow(role, modules, ())
        self._branches[key] = branch
        while len(self._branches) > _MOST_BRANCHES:
            self._branches.pop(next(iter(self._branches))).sock.close()
        return branch

    def _grow(self, role, modules, preload):
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._first.send([theirs], do="branch", role=role, modules=modules, preload=preload)
        branch = Zygote(ours)
        self._wait_for(branch)
        return branch

    def _wait_for(self, zygote):
        try:
            zygote.wait()
        except ZygoteFault as fault:
            zygote.sock.close()
            lines = self._log.read_text("utf-8", "replace").strip().splitlines()
            reason = lines[-1] if lines else "it said nothing"
            raise ZygoteFault(f"{fault}: {reason}") from None

    @property
    def pid(self):
        """The process id of the first zygote."""
        return self._process.pid

    @property
    def alive(self):
        """Whether the first zygote, and with it all others, lives."""
        return self._process.poll() is None

    def close(self):
        """End all zygotes and their kernels, also for a second time."""
        for zygote in [*self._branches.values(), self._first]:
            zygote.sock.close()
        self._branches.clear()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        # The zygote does it, too, but not if somebody killed it.
        sandbox.remove(self.folder)


def _environment():
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    programs = os.path.dirname(sys.executable)
    kept["PATH"] = os.pathsep.join([programs, kept.get("PATH", os.defpath)])
    kept |= {name: value for name, value in os.environ.items() if name.startswith("LC_")}
    root = str(Path(gradekit.__file__).parents[1])
    return kept | _SET | {"PYTHONPATH": root}
