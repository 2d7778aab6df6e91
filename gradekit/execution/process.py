"""A forked kernel, as its worker sees it."""

import asyncio
import contextlib
import socket

from gradekit.execution import frames
from gradekit.sandbox import usage

CHUNK = 1 << 18
_START_SECONDS = 60
_SEND_SECONDS = 5
_GRACE_SECONDS = 1
_POLITE_SECONDS = 0.2


class KernelFault(RuntimeError):
    """A kernel could not be started."""


class Kernel:
    """A forked kernel and the socket to it.

    Parameters
    ----------
    role : {"answers", "tests"}
    zygote : spawn.Zygote
    longest : int
        Bytes of the longest frame that is kept.
    on_message, on_end : callable
        Called with the kernel; the first also with a message and its size.

    Attributes
    ----------
    alive : bool
        Whether it can be spoken to.
    count : int
        Number of the last cell that it knows of.
    cpu_seconds : float
        Processor time that it used, when it has ended.
    seen : Usage or None
        What it used when somebody looked last.
    pong : asyncio.Event
        When it has answered a ping.
    """

    def __init__(self, role, zygote, longest, on_message, on_end):
        self.role, self.alive, self.count, self.cpu_seconds = role, False, 0, 0.0
        self._zygote, self._longest = zygote, longest
        self._on_message, self._on_end = on_message, on_end
        self._reader = frames.Reader(longest + CHUNK)
        self._cpu_before, self.seen, self.pong = 0.0, None, asyncio.Event()

    async def start(self, setup):
        """Fork it, and wait until it is in its sandbox.

        Parameters
        ----------
        setup : dict
            What the forked process does before it is a kernel: see `zygote`.

        Raises
        ------
        KernelFault
            If it does not get there.
        """
        self._loop = asyncio.get_running_loop()
        self._sock, theirs = socket.socketpair()
        setup = setup | {"role": self.role, "longest": self._longest}
        try:
            self.pid, self._ended = await self._zygote.start(setup, [theirs])
        except BaseException:
            self._sock.close()
            raise
        finally:
            theirs.close()
        self.alive, self._ready = True, self._loop.create_future()
        self._sock.setblocking(False)
        self._loop.add_reader(self._sock.fileno(), self._receive)
        try:
            await asyncio.wait_for(asyncio.shield(self._ready), _START_SECONDS)
        except (KernelFault, TimeoutError) as fault:
            await self.end()
            raise KernelFault(str(fault) or f"no kernel after {_START_SECONDS} seconds") from None

    def _receive(self):
        try:
            data = self._sock.recv(CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._lose()
            return
        for message, size in self._reader.feed(data):
            if self._ready.done():
                self._on_message(self, message, size)
            else:
                self._welcome(message)

    def _welcome(self, message):
        if message.get("type") == "ready":
            self._ready.set_result(None)
        else:
            self._ready.set_exception(KernelFault(f"no sandbox: {message.get('reason')}"))

    def _lose(self):
        """The other end is closed: it has died, or wants us to believe so."""
        self.alive = False
        self._loop.remove_reader(self._sock.fileno())
        if self._ready.done():
            self._on_end(self)
        else:
            self._ready.set_exception(KernelFault("the kernel died while it started"))

    async def request(self, sockets=(), **request):
        """Send a request; if it dies meanwhile, or takes nothing, `on_end` will tell."""
        data = memoryview(frames.packed(request))
        try:
            if sockets:
                descriptors = [sock.fileno() for sock in sockets]
                data = data[socket.send_fds(self._sock, [data[:CHUNK]], descriptors) :]
            async with asyncio.timeout(_SEND_SECONDS):
                await self._loop.sock_sendall(self._sock, data)
        except TimeoutError:
            if self.alive:
                self._lose()
        except OSError:
            return

    async def interrupt(self):
        """What Ctrl-C does: SIGINT for it and for the processes that it started."""
        if self.alive:
            await self._zygote.interrupt(self.pid)

    async def death(self):
        """The status of a kernel that has died, or None if it only closed its end."""
        try:
            ended = await asyncio.wait_for(asyncio.shield(self._ended), _GRACE_SECONDS)
        except TimeoutError:
            return None
        return ended["status"]

    async def end(self):
        """End it and all that it started, and wait for that."""
        if self.alive:
            self.alive = False
            self._loop.remove_reader(self._sock.fileno())
            with contextlib.suppress(OSError):
                self._sock.shutdown(socket.SHUT_RDWR)
        self._sock.close()
        try:
            # An idle kernel ends when it hears that; then the system knows what it used.
            ended = await asyncio.wait_for(asyncio.shield(self._ended), _POLITE_SECONDS)
        except TimeoutError:
            self._cpu_before = usage(self.pid).cpu_seconds
            self._zygote.end(self.pid)
            ended = await asyncio.shield(self._ended)
        self.cpu_seconds = max(ended["cpu"], self._cpu_before)
