"""A process that has imported everything and forks a kernel whenever it is asked to.

Its worker starts it and talks to it by a socket: see `spawn`. It has one thread, no event loop and
no zmq. Asked for a *branch*, it forks another zygote with a socket of its own, which imports more
modules: one for each notebook and role, so that what one course or the tests need is in no kernel
of another.
"""

import contextlib
import ctypes
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import traceback

from gradekit import sandbox
from gradekit.execution import answers, course_modules, shared_files, tests, warmup
from gradekit.execution import kernel as kernels
from gradekit.execution.job import Limits

_LARGEST = 1 << 18
_PR_SET_PDEATHSIG = 1
_HOME = "/home/student"


class Zygote:
    """Answers the requests of one socket.

    Parameters
    ----------
    sock : socket.socket
        Of type SOCK_SEQPACKET.
    kernel : WireKernel
        What forked processes become.
    """

    def __init__(self, sock, kernel):
        self._sock, self._kernel = sock, kernel
        self._kernels, self._branches = {}, set()

    def tell(self, **message):
        """Send a message to the worker."""
        with contextlib.suppress(BrokenPipeError):
            self._sock.send(json.dumps(message).encode("ascii"))

    def run(self):
        """Serve until the worker closes its end, or dies; then end all that was forked."""
        # What exists now stays: no collection of garbage in a kernel has to look at it.
        gc.freeze()
        waking, self._wakes = os.pipe()
        for descriptor in (waking, self._wakes):
            os.set_blocking(descriptor, False)
        signal.set_wakeup_fd(self._wakes, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        while True:
            ready, _, _ = select.select([self._sock, waking], [], [])
            if waking in ready:
                os.read(waking, 4096)
            self._reap()
            if self._sock in ready and not self._serve():
                break
        for pid, protection in self._kernels.items():
            sandbox.end(pid, protection)
        with contextlib.suppress(ChildProcessError):
            while True:
                os.wait()

    def _serve(self):
        data, descriptors, _, _ = socket.recv_fds(self._sock, _LARGEST, 4)
        if not data:
            return False
        request = json.loads(data)
        sockets = [socket.socket(fileno=descriptor) for descriptor in descriptors]
        answer = {"start": self._start, "branch": self._branch}.get(request["do"], self._signal)
        answer(request, *sockets)
        for sock in sockets:
            sock.close()
        return True

    def _start(self, request, sock):
        protection = sandbox.Protection(**request["setup"]["protection"])
        pid = sandbox.fork(protection)
        if pid == 0:
            self._forget_children()
            _end_with(_become, self._kernel, sock, request["setup"], protection)
        self._kernels[pid] = protection
        self.tell(started=pid, id=request["id"])

    def _branch(self, request, sock):
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._forget_children()
            self._sock.close()
            _die_with(parent)
            _end_with(_grow, self._kernel, sock, request)
        self._branches.add(pid)

    def _forget_children(self):
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)

    def _signal(self, request):
        pid, known = request["pid"], request["pid"] in self._kernels
        if request["do"] == "interrupt":
            if known:
                sandbox.interrupt(pid)
            self.tell(interrupted=pid, id=request["id"])
        elif known:
            sandbox.end(pid, self._kernels[pid])

    def _reap(self):
        while self._kernels or self._branches:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
            if pid == 0:
                return
            self._branches.discard(pid)
            if self._kernels.pop(pid, None):
                self.tell(ended=pid, status=status, cpu=usage.ru_utime + usage.ru_stime)


def _become(kernel, sock, setup, protection):
    """Be a kernel in a sandbox."""
    policy = sandbox.Policy(
        readable=tuple(map(tuple, setup["readable"])),
        workdir=tuple(setup["workdir"]),
        slot=setup["slot"],
        keep_fds=(sock.fileno(),),
        limits=Limits(**setup["limits"]),
        environment=dict(os.environ) | {"HOME": _HOME},
    )
    earlier = [int(name) for name in os.listdir("/proc/self/fd")]
    try:
        sandbox.enter(policy, protection)
        _occupy(number for number in earlier if number > 2 and number != sock.fileno())
    except sandbox.SandboxError as error:
        kernels.refuse(sock, str(error))
        return
    if protection.kind == "namespaces":
        course_modules.find_inside()
        shared_files.stay_alone()
    kernels.serve(kernel, sock, setup)


def _occupy(numbers):
    """Let descriptors that were closed lead to nothing.

    Objects that used them are still there; what they read, or close when they vanish, must not be
    something else that got the number of theirs.
    """
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in numbers:
        if number != nothing:
            os.dup2(nothing, number)


def _grow(kernel, sock, request):
    """Be a zygote of a role of a notebook."""
    course_modules.find_in(request["modules"])
    if request["role"] == "tests":
        # The working folder may hold what the student wrote: nothing of it comes first.
        sys.path.remove("")
        sys.path.append("")
        tests.prepare(request["modules"])
    else:
        answers.prepare(request["modules"])
    for name in request["preload"]:
        # What cannot be imported says so in the cell that imports it.
        with contextlib.suppress(BaseException):
            importlib.import_module(name)
    warmup.close_fonts()
    branch = Zygote(sock, kernel)
    branch.tell(ready=True, threads=len(os.listdir("/proc/self/task")))
    branch.run()


def _end_with(function, *arguments):
    """Call a function that never returns; if it does, never go back to the zygote's loop."""
    try:
        function(*arguments)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(70)


def _die_with(parent):
    """Let the system end this process with its parent."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(70)


def _hide_this_package():
    """Leave the standard library and installed packages to import from, as in a stock kernel.

    An editable install puts the course's folder on the path.
    """
    del os.environ["PYTHONPATH"]
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    hidden = {""} if root.endswith("-packages") else {"", root}
    sys.path[:] = [path for path in sys.path if path not in hidden]


def main():
    """Be the first zygote of a worker, and remove what it left when it is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in (signal.SIGHUP, signal.SIGQUIT):  # ignored if grading was started with nohup
        signal.signal(number, signal.SIG_DFL)
    sock, folder = socket.socket(fileno=int(sys.argv[1])), sys.argv[2]
    ipython = os.path.join(folder, "ipython")
    os.mkdir(ipython)
    _hide_this_package()
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    with contextlib.suppress(ImportError):
        importlib.import_module("matplotlib.pyplot")
    kernel = kernels.make(ipython)
    warmup.warm_up(kernel)
    gc.collect()
    zygote = Zygote(sock, kernel)
    zygote.tell(ready=True, language_info=kernel.language_info)
    zygote.run()
    sandbox.remove(folder)
