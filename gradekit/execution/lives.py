"""Keeps the two kernels of a notebook alive and connected, and watches what they use."""

import asyncio
import contextlib
import socket

from gradekit.execution.spawn import ZygoteFault
from gradekit.sandbox import usage

_WATCH_SECONDS = 0.2
# Of so many looks at processes one is also at files.
_LOOKS = 5


class Lives:
    """The kernels of a notebook, each made when it is needed and made again when it is gone.

    Parameters
    ----------
    place : notebook.Place
    limits : Limits
    on_message, on_end : callable
        See `process.Kernel`.
    on_limit : callable
        Called with a kernel that uses more than it may, and what of: "memory", "processes" or
        "file size".
    """

    def __init__(self, place, limits, on_message, on_end, on_limit):
        self._place, self._limits = place, limits
        self._on_message, self._on_end, self._on_limit = on_message, on_end, on_limit
        self._kernels, self._peer, self._watching = {}, None, None
        self._seconds = {}

    def __getitem__(self, role):
        """The kernel of a role, which may have ended."""
        return self._kernels[role]

    def has(self, role):
        """Is there a kernel of this role that can be spoken to?"""
        kernel = self._kernels.get(role)
        return kernel is not None and kernel.alive

    async def make(self, role):
        """Start the kernel of a role, in the place of one that ended."""
        if role == "answers" and self._place.is_overfull():
            await self._move()
        kernel = await self._place.begin(role, self._on_message, self._on_end)
        self._kernels[role] = kernel
        if self._watching is None:
            self._watching = asyncio.ensure_future(self._watch())
        await self._connect(role)
        return kernel

    async def end(self, kernel):
        """End a kernel and all that it started."""
        with contextlib.suppress(ZygoteFault):  # then it has ended, too
            await kernel.end()
        self._seconds[kernel] = kernel.cpu_seconds

    @property
    def cpu_seconds(self):
        """Processor time of the kernels that have ended."""
        return sum(self._seconds.values())

    async def close(self):
        """End all kernels."""
        if self._watching is not None:
            self._watching.cancel()
        for kernel in self._kernels.values():
            await self.end(kernel)
        if self._peer is not None:
            self._peer.close()

    async def _move(self):
        """Go on in a folder without the files that were too large."""
        for kernel in self._kernels.values():
            await self.end(kernel)
        self._place.renew()

    async def _connect(self, role):
        """Give the ends of a new connection to both; the tests' end waits until there are any."""
        if role == "answers" or self._peer is None:
            if self._peer is not None:
                self._peer.close()
            ours, self._peer = socket.socketpair()
            with ours:
                await self._kernels["answers"].request([ours], type="peer")
        if self.has("tests"):
            facts = self._place.facts
            with self._peer:
                await self._kernels["tests"].request([self._peer], type="peer", facts=facts)
            self._peer = None

    async def _watch(self):
        look = 0
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            look += 1
            for kernel in [kernel for kernel in self._kernels.values() if kernel.alive]:
                kernel.seen = usage(kernel.pid, enough=self._limits.memory)
                if kernel.seen.memory > self._limits.memory:
                    self._on_limit(kernel, "memory")
                elif kernel.seen.tasks > self._limits.processes:
                    self._on_limit(kernel, "processes")
            if look % _LOOKS == 0 and self.has("answers"):
                kernel = self._kernels["answers"]
                if self._place.is_overfull(kernel.pid):
                    self._on_limit(kernel, "file size")
