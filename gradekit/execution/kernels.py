"""Two kernels that look like one to nbclient.

Cells are numbered together. A kernel that dies, or does not stop when it is interrupted, is
replaced by a new one that runs again the cells that ended well, so that the cells that follow have
what they need. What a kernel says reaches nbclient only while it runs a cell, and as outputs of
that cell.
"""

import asyncio
import contextlib
import datetime
import secrets
import time
import types

from gradekit.execution import messages
from gradekit.execution.channel import Channel
from gradekit.execution.job import Event
from gradekit.execution.lives import Lives
from gradekit.execution.request import Request
from gradekit.execution.spawn import ZygoteFault
from gradekit.sandbox import death, hit

# What a message costs besides its text: a flood of empty ones must end, too.
_LEAST_SIZE = 256
# A notebook may say as much as so many full cells; after that each cell has little.
_FULL_CELLS = 4
_LITTLE = 1 << 16
_GRACE_SECONDS = 3


class Kernels:
    """nbclient's kernel manager and its kernel client.

    Parameters
    ----------
    place : notebook.Place
        Starts kernels.
    limits : Limits

    Attributes
    ----------
    events : list of Event
    unfinished : dict of int to str
        Why the tests' own process died, by the test cell that it ran.
    """

    allow_stdin = False
    has_kernel = True

    def __init__(self, place, limits):
        self._limits, self.events, self.unfinished = limits, [], {}
        self._lives = Lives(place, limits, self._on_message, self._on_end, self._on_limit)
        self._deadline = time.monotonic() + limits.notebook_seconds
        self._past, self._count, self._size = [], 0, 0
        self._request = self._next = self._refused = self._fault = None
        self._again = False
        self._tasks = set()
        self.shell_channel, self.iopub_channel = Channel(self._send_comm), Channel()
        # All that nbclient's output widget asks of a session.
        self.session = types.SimpleNamespace(msg=lambda kind, **parts: {"type": kind} | parts)

    # --- For the runner -------------------------------------------------------------------------

    async def prepare(self, cell, role):
        """Have the kernels ready for a cell."""
        self._next, self._refused = (cell, role), None
        await self._settle()
        if self.seconds_left() <= 0:
            self._refused = "This cell did not run: the time of the notebook was used up."
            return
        await self._ready("answers")
        if role == "tests":
            await self._ready("tests")

    def seconds_left(self):
        """How long the rest of the notebook may take."""
        return self._deadline - time.monotonic()

    def cell_seconds(self):
        """How long the next cell may take."""
        return max(0.01, min(self._limits.cell_seconds, self.seconds_left()))

    def finish(self):
        """Note that nbclient is done with the cell; raise what cannot be mended."""
        if self._fault is not None:
            raise self._fault
        request = self._request
        if request.succeeded and not (request.ended or request.interrupted):
            self._past.append(request)

    def leaves_doubt(self, cell):
        """Is this a test that passed, and did not see that its arguments were changed?"""
        request = self._request
        if request is None or request.cell != cell:  # text, or an empty cell
            return False
        return request.doubt and request.succeeded and not request.ended

    @contextlib.contextmanager
    def repeating(self):
        """The next cell is the last one again, and sees what a function does to its arguments."""
        self._again = True
        yield
        self._again = False

    def complain(self, sentence):
        """Note that a kernel sent what no kernel sends."""
        self._tell("protocol", sentence)

    @property
    def cpu_seconds(self):
        """Processor time of the kernels that have ended."""
        return self._lives.cpu_seconds

    async def close(self):
        """End the kernels."""
        for task in self._tasks:
            task.cancel()
        await self._lives.close()

    # --- For nbclient ---------------------------------------------------------------------------

    async def execute(self, source, **_):
        """Send a cell to the kernel that it is for; the answers arrive in the channels."""
        cell, role = self._next
        self._count += not self._again
        kernel = None if self._refused else self._lives[role]
        self._request = Request(kernel, role, cell, source, self._count, again=self._again)
        self.shell_channel.clear()
        self.iopub_channel.clear()
        self._put("status", {"execution_state": "busy"})
        self._put("execute_input", {"execution_count": self._count})
        if kernel is None:
            self._request.idle.set()
            self._end_cell("NotebookTimeoutError", self._refused)
        else:
            await self._request.send()
        return self._request.id

    def is_alive(self):
        """Always: a kernel that dies ends its cell with an error."""
        return True

    async def interrupt_kernel(self):
        """End a cell that takes too long, gently if possible."""
        request = self._request
        notebook = self.seconds_left() <= self._limits.cell_seconds / 100
        self._tell("time", hit("time" if notebook else "cell time", self._limits))
        request.interrupted = True
        await request.kernel.interrupt()
        if request.role == "tests":
            await self._lives["answers"].interrupt()
        await self._settle()
        if request.role == "tests":
            await self._ping(self._lives["answers"])
        if not request.ended:
            self._put("status", {"execution_state": "idle"})

    # --- What kernels say -----------------------------------------------------------------------

    def _on_message(self, kernel, message, size):
        request, kind = self._request, message.get("type")
        if kind == "pong":
            kernel.pong.set()
        if request is None or kernel is not request.kernel or message.get("parent") != request.id:
            return
        content = messages.checked(kind, message.get("content"))
        if message.get("too_long"):
            self._flood(request)
        elif content is not None:
            self._take(request, kind, content, message, size)

    def _take(self, request, kind, content, message, size):
        """Take a message about the cell that runs."""
        if kind == "status":
            request.idle.set()
        if kind == "execute_reply":
            request.succeeded = content["status"] == "ok"
        if kind in ("doubt", "abandon"):
            self._hear_tests(kind, request)
            return
        if request.ended or request.replayed:
            return
        if kind not in ("status", "execute_reply"):
            size = max(size, _LEAST_SIZE)
            request.size, self._size = request.size + size, self._size + size
            if request.size > self._allowance(request):
                self._flood(request)
                return
        if kind == "execute_result":
            content["execution_count"] = request.count
        if content.get("transient"):
            # An id that both kernels use must not let one change what the other displayed.
            content["transient"]["display_id"] += f" ({request.role})"
        metadata = message.get("metadata")
        continued = isinstance(metadata, dict) and metadata.get("continued") is True
        buffers = messages.buffers(message.get("buffers"))
        self._put(kind, content, {"continued": continued and kind == "stream"}, buffers)

    def _hear_tests(self, kind, request):
        """Take a message that only the tests' own process sends."""
        if request.role != "tests":
            return
        if kind == "doubt":
            request.doubt = not request.again
        else:  # it no longer waits for a function, which still runs
            request.interrupting = self._run(self._lives["answers"].interrupt())

    def _allowance(self, request):
        most, before = self._limits.output, self._size - request.size
        return min(most, max(_LITTLE, _FULL_CELLS * most - before))

    def _flood(self, request):
        if not (request.ended or request.replayed):
            sentence = hit("output", self._limits)
            self._tell("output", sentence)
            self._end_cell("OutputLimitError", sentence)
            request.interrupting = self._run(request.kernel.interrupt())

    # --- What happens to kernels ----------------------------------------------------------------

    def _on_end(self, kernel):
        self._run(self._bury(kernel, self._request))

    def _on_limit(self, kernel, kind):
        request, sentence = self._request, hit(kind, self._limits)
        self._tell(kind, sentence)
        self._run(self._lives.end(kernel))
        self._fail(request, kernel, sentence)

    async def _bury(self, kernel, request):
        try:
            status = await kernel.death()
        except ZygoteFault as fault:
            self._fault, status = fault, None
        await self._lives.end(kernel)
        kind, sentence = "protocol", "The notebook's process cut its connection and was ended."
        if status is not None:
            kind, sentence = death(status, self._limits, kernel.seen)
        self._tell(kind, sentence)
        self._fail(request, kernel, sentence)

    def _fail(self, request, kernel, sentence):
        """End the cell if it ran in this kernel, which is gone."""
        if request is None or request.kernel is not kernel or request.idle.is_set():
            return
        request.idle.set()
        if request.role == "tests":
            self.unfinished[request.cell] = sentence
        if request is self._request and not (request.replayed or request.ended):
            self._end_cell("DeadKernelError", sentence)

    async def _settle(self):
        """Wait until the last cell is over; a kernel that does not end it is ended."""
        request = self._request
        if request is not None and not await _within(request.idle.wait(), _GRACE_SECONDS):
            await self._replace(request.kernel)
            request.idle.set()
        if request is not None and request.interrupting is not None:
            await request.interrupting

    async def _ping(self, kernel):
        """See whether a kernel that a test cell used is free again; if not, end it."""
        if kernel.alive:
            kernel.pong.clear()
            await kernel.request(type="ping")
            if not await _within(kernel.pong.wait(), _GRACE_SECONDS):
                await self._replace(kernel)

    async def _replace(self, kernel):
        who = "The process that runs the tests" if kernel.role == "tests" else "Your code"
        self._tell("time", f"{who} did not stop when it was interrupted, and was ended.")
        await self._lives.end(kernel)

    async def _ready(self, role):
        """Have a kernel that has run the cells so far."""
        if self._lives.has(role):
            return
        for past in ([one for one in self._past if one.role == role], []):
            kernel = await self._lives.make(role)
            if await self._replay(past, kernel):
                return
            self._past = [one for one in self._past if one.role != role]
            self._tell("died", "The cells before this one could not be run again after that.")

    async def _replay(self, past, kernel):
        """Run earlier cells again, unseen; returns whether the kernel is there after it."""
        current = self._request
        for one in past:
            self._request = again = Request(
                kernel, one.role, one.cell, one.source, one.count, replayed=True
            )
            await again.send()
            if not await _within(again.idle.wait(), self.cell_seconds()):
                await self._lives.end(kernel)
            if not kernel.alive:
                break
        self._request = current
        return kernel.alive

    # --- Inside ---------------------------------------------------------------------------------

    def _run(self, coroutine):
        task = asyncio.ensure_future(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _tell(self, kind, sentence):
        cell = self._request.cell if self._request else None
        self.events.append(Event(kind, cell, sentence))

    def _put(self, kind, content, metadata=None, buffers=()):
        message = {
            "header": {"msg_type": kind, "date": datetime.datetime.now(datetime.UTC)},
            "msg_type": kind,
            "parent_header": {"msg_id": self._request.id},
            "content": content,
            "metadata": metadata or {},
            "buffers": list(buffers),
        }
        (self.shell_channel if kind == "execute_reply" else self.iopub_channel).put(message)

    def _end_cell(self, name, sentence):
        """End the cell that runs with an error, whatever its kernel does."""
        self._request.ended = True
        error = {"ename": name, "evalue": sentence, "traceback": [f"{name}: {sentence}"]}
        self._put("error", error)
        self._put("status", {"execution_state": "idle"})
        self._put("execute_reply", error | {"status": "error"})

    def _send_comm(self, message):
        request = {"type": message["type"], "content": message["content"]}
        self._run(self._lives["answers"].request(id=secrets.token_hex(8), **request))


async def _within(awaitable, seconds):
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(awaitable, seconds)
        return True
    return False
