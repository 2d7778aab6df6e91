"""ipykernel's kernel and shell, which speak to their client by one socket and without zmq.

`make` builds the objects once, in a zygote; `serve` lets a forked process use them.
"""

import asyncio
import collections
import contextlib
import inspect
import logging
import os
import random
import signal
import socket
import sys
import threading
import traceback
import types

import ipykernel.zmqshell
import ipykernel_launcher
from ipykernel.displayhook import ZMQDisplayHook
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from IPython.core.profiledir import ProfileDir
from jupyter_client.session import new_id
from tornado.ioloop import IOLoop

from gradekit.execution import commands, frames, tracebacks
from gradekit.execution.session import Wire, WireSession
from gradekit.execution.streams import Descriptors, OutStream

# What stock kernels are started with; a cell that parses arguments sees it.
_HISTORY = "--HistoryManager.hist_file=:memory:"
_RECEIVED = 1 << 16
# Requests come from our own process; the bound is against a fault, not against an attack.
_LARGEST_REQUEST = 1 << 30


class WireKernel(IPythonKernel):
    """ipykernel's kernel, whose requests are read from a socket by the event loop.

    Attributes
    ----------
    role : {"answers", "tests"}
    again : bool
        Whether the cell that runs is a test that has just run, see `client`.
    """

    role, again = None, False
    _execute_sleep = 0  # ipykernel waits for its output thread, which is not there

    def listen(self, wire):
        """Handle requests from this socket from now on, one after another."""
        self._reader = frames.Reader(_LARGEST_REQUEST)
        self._requests, self._sockets, self._task = collections.deque(), [], None
        self.session.wire = wire
        self.io_loop = IOLoop.current()
        asyncio.get_running_loop().add_reader(wire.sock.fileno(), self._receive, wire.sock)

    def _receive(self, sock):
        with contextlib.suppress(BlockingIOError):
            data, descriptors, _, _ = socket.recv_fds(sock, _RECEIVED, 4, socket.MSG_DONTWAIT)
            if not data:
                os._exit(0)  # the client is done with us
            self._sockets += [socket.socket(fileno=descriptor) for descriptor in descriptors]
            self._requests += [request for request, _ in self._reader.feed(data)]
            self._next()

    def _next(self, task=None):
        if task is not None:
            self._task = None
        if self._requests and self._task is None:
            # A task each: one that lives on could be found and cancelled by a student's.
            self._task = asyncio.ensure_future(self._handle(self._requests.popleft()))
            self._task.add_done_callback(self._next)

    async def _handle(self, request):
        """What ipykernel's `dispatch_shell` does, and an answer whatever a cell did to us."""
        if request["type"] == "ping":
            self.session.send(None, "pong")
            return
        if request["type"] == "peer":
            self.attach(self._sockets.pop(0), request)
            return
        message = self._message(request)
        # An interrupt may come at the cell's very end, or when its error is told.
        with contextlib.suppress(BaseException), self.interruptible():
            try:
                self.again = request.get("again", False)
                self._number(request)
                self.set_parent([], message, channel="shell")
                result = self.shell_handlers[request["type"]](None, [], message)
                if inspect.isawaitable(result):
                    await result
            except BaseException as error:
                self._answer(message, error)
        self._flush()
        self._publish_status("idle", "shell", parent=message)

    def attach(self, sock, request):
        """Connect this kernel with the one of the other role."""
        if self.role == "answers":
            from gradekit.execution import answers

            answers.attach(self, sock)
        else:
            from gradekit.execution import tests

            tests.attach(self, sock, request["facts"])

    @contextlib.contextmanager
    def interruptible(self):
        """SIGINT raises KeyboardInterrupt here, as in a cell; elsewhere it is ignored."""
        try:
            self.pre_handler_hook()
            yield
        finally:
            _ignore_interrupts()

    def _message(self, request):
        header = self.session.msg_header(request["type"]) | {"msg_id": request["id"]}
        return {
            "header": header,
            "msg_id": request["id"],
            "msg_type": request["type"],
            "parent_header": {},
            "metadata": {},
            "content": request["content"],
            "buffers": [],
        }

    def _number(self, request):
        """Cells that ran elsewhere leave an empty entry, so that numbers are the notebook's."""
        if "count" in request:
            history = self.shell.history_manager
            for past in (history.input_hist_parsed, history.input_hist_raw):
                past.extend([""] * request["elsewhere"])
            self.shell.execution_count = request["count"]

    def _answer(self, message, error):
        """The reply that is due when the handler did not come to send it."""
        content = {
            "status": "error",
            "ename": type(error).__name__,
            "evalue": _said_by(error),
            "traceback": traceback.format_exception(error),
        }
        self.session.send(None, "execute_reply", content, parent=message)

    def _flush(self):
        """Flush our streams, and put them back if a cell deleted them."""
        for stream, name in ((self._stdout, "stdout"), (self._stderr, "stderr")):
            with contextlib.suppress(Exception):  # a cell may have given it hooks
                stream.flush()
            if getattr(sys, name, None) is None:
                setattr(sys, name, stream)

    def _publish_execute_input(self, code, parent, execution_count):
        """The client knows what it asked for."""


def make(ipython_dir):
    """Build the application, the kernel and the shell, without starting anything.

    Parameters
    ----------
    ipython_dir : str
        An empty folder for what IPython wants to have; students never see it.

    Returns
    -------
    WireKernel
    """
    # Imported, it would start threads and listen on a port.
    sys.modules["debugpy"] = None
    app = IPKernelApp.instance()
    app.session = WireSession()
    app.profile_dir = ProfileDir.create_profile_dir_by_name(ipython_dir, "default")
    app.config.HistoryManager.hist_file = ":memory:"
    app.kernel = kernel = WireKernel.instance(
        parent=app,
        session=app.session,
        # Its presence lets cells await; ipykernel compares the thread.
        shell_channel_thread=types.SimpleNamespace(parent_thread=threading.main_thread()),
        profile_dir=app.profile_dir,
        log=_silent_log(),
        user_ns=None,  # as the application has it; the kernel's own default is another
    )
    ipykernel.zmqshell.system = commands.system
    app.displayhook = sys.displayhook = ZMQDisplayHook(app.session, None)
    app.displayhook.get_execution_count = lambda: kernel.execution_count
    app.init_pdb()
    app.patch_io()
    app.configure_tornado_logger()
    app.init_path()
    app.init_shell()
    app.init_gui_pylab()
    app.init_extensions()
    app.init_code()
    tracebacks.make_fast(kernel.shell)
    return kernel


def _said_by(error):
    """An error's text; a student's class may fail to give it."""
    with contextlib.suppress(BaseException):
        return str(error)
    return "an error that cannot be shown"


def _silent_log():
    """What ipykernel says about itself would appear as the cell's stderr."""
    log = logging.getLogger("gradekit.execution.kernel")
    log.addHandler(logging.NullHandler())
    log.propagate = False
    return log


def serve(kernel, sock, setup):
    """Be this kernel until the client ends us; called in a forked process.

    Parameters
    ----------
    kernel : WireKernel
        From `make`.
    sock : socket.socket
        The client's.
    setup : dict
        The role, and what the client keeps of a frame.
    """
    reseed()
    kernel.role = setup["role"]
    session = kernel.session
    sys.argv = [ipykernel_launcher.__file__, "-f", "kernel.json", _HISTORY]
    session.session, session.pid, session.message_count = new_id(), os.getpid(), 0
    kernel.ident = new_id()
    _ignore_interrupts()
    wire = Wire(sock, setup["longest"])
    descriptors = Descriptors()
    longest = max(1, setup["longest"] // 8)
    kernel._stdout = sys.stdout = OutStream(session, "stdout", descriptors, longest)
    kernel._stderr = sys.stderr = OutStream(session, "stderr", descriptors, longest)
    descriptors.connect(sys.stdout, sys.stderr)

    async def begin():
        kernel.listen(wire)
        session.send(None, "ready")

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.run_until_complete(begin())
    while not loop.is_closed():  # whatever a cell's tasks raise, and also when they stop it
        with contextlib.suppress(BaseException):
            loop.run_forever()


def _ignore_interrupts():
    """Ignore SIGINT, whatever handler a cell left and even if a signal comes meanwhile."""
    while True:
        with contextlib.suppress(BaseException):
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            return


def refuse(sock, reason):
    """Say to the client that there will be no kernel."""
    sock.sendall(frames.packed({"type": "refused", "reason": reason}))


def reseed():
    """Give this process random numbers of its own."""
    random.seed()
    if "numpy" in sys.modules:
        # A number, because without one NumPy takes longer than all the rest of the start.
        sys.modules["numpy"].random.seed(int.from_bytes(os.urandom(4), "little"))
