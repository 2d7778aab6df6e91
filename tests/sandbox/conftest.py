"""Sandboxes to try things in, of every kind and user that this machine allows."""

import itertools
import json
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from gradekit import sandbox

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ORDINARY_USER = 61_000
SECRET = "SECRET_OF_THE_ENGINE"

# matplotlib's list of fonts takes a second to make: once for all.
FONTS = tempfile.TemporaryDirectory()
os.chmod(FONTS.name, 0o777)

ROOTS = ["root", "user"] if os.geteuid() == 0 else ["user"]
CASES = [(kind, user) for kind in ("namespaces", "landlock") for user in ROOTS]


def command(kind, user, *program):
    """A command line that runs Python as the user, who may read this interpreter."""
    plain = [sys.executable, *program]
    # As root with namespaces, folders that only root may enter are no hindrance: try just that.
    if os.geteuid() != 0 or (user == "root" and kind == "namespaces"):
        return plain
    uid = 0 if user == "root" else ORDINARY_USER
    paths = ":".join([sys.prefix, os.path.realpath(sys.base_prefix)])
    return [sys.executable, str(HERE / "as_user.py"), str(uid), paths, *plain]


class Sandboxed:
    """A call that runs in a sandbox."""

    def __init__(self, zygote, pid):
        self.zygote, self.pid = zygote, pid

    def said(self):
        """What it returned, or told by `say` before."""
        said = self.zygote.ask(do="read", pid=self.pid)["said"]
        assert not (isinstance(said, dict) and "raised" in said), said["raised"]
        return said

    def usage(self, enough=None):
        """What the zygote's user can measure of it."""
        return sandbox.Usage(**self.zygote.ask(do="usage", pid=self.pid, enough=enough))

    def wait(self, seconds=60):
        return self.zygote.ask(do="wait", pid=self.pid, seconds=seconds)

    def end(self):
        return self.wait(0)


class Zygote:
    """A `zygote` to start calls in."""

    course, secret = ROOT, SECRET

    def __init__(self, kind, user):
        self.kind, self.user = kind, user
        environment = {
            "PYTHONPATH": str(ROOT),
            "OPENBLAS_NUM_THREADS": "1",
            "PATH": os.environ["PATH"],
            "MPLCONFIGDIR": FONTS.name,
            SECRET: SECRET,
        }
        self.process = subprocess.Popen(
            command(kind, user, str(HERE / "zygote.py"), kind),
            env=environment,
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.pid = json.loads(self.process.stdout.readline())["pid"]
        self.slots = itertools.count()

    def ask(self, **request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert "fault" not in answer, answer["fault"]
        return answer

    def start(self, function, *arguments, **policy):
        policy = {
            "slot": self.slot(next(self.slots)),
            "environment": {"PATH": "/usr/bin:/bin"},
        } | policy
        request = {"function": function, "arguments": arguments, "policy": policy}
        return Sandboxed(self, self.ask(do="start", **request)["pid"])

    def slot(self, number):
        """One of 32 that no other engine on this machine uses."""
        return 100_000_000 + 32 * self.pid + number % 32

    def call(self, function, *arguments, seconds=60, **policy):
        """Call a function of `tries` in a sandbox and return what it returned."""
        sandboxed = self.start(function, *arguments, **policy)
        said = sandboxed.said()
        sandboxed.wait(seconds)
        return said

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(60)


@pytest.fixture(scope="session", params=CASES, ids="-".join)
def case(request):
    """A kind of sandbox that works for a user, who is root or an ordinary one."""
    kind, user = request.param
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    trial = command(kind, user, "-m", "gradekit.sandbox.trial", kind)
    done = subprocess.run(trial, env=environment, cwd="/", capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"{kind} as {user}: {done.stdout}{done.stderr}")
    return request.param


@pytest.fixture(scope="session")
def zygote(case):
    """A warm process."""
    zygote = Zygote(*case)
    yield zygote
    zygote.close()


@pytest.fixture
def new_zygote(case):
    """A warm process that a test may kill."""
    zygote = Zygote(*case)
    yield zygote
    zygote.close()


@pytest.fixture
def folder(zygote):
    """A working folder on the host that the zygote's user owns, with one file in it."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    (folder / "given.txt").write_text("given")
    if os.geteuid() == 0 and zygote.user == "user":
        os.chown(folder, ORDINARY_USER, ORDINARY_USER)
    yield folder
    sandbox.remove(folder)


@pytest.fixture
def server():
    """Address of a server of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()
