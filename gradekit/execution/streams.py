"""What a cell writes: sys.stdout and sys.stderr, and the file descriptors 1 and 2 below them.

The streams behave as ipykernel's do, which threads flush: text waits in a buffer until somebody
flushes, the cell ends, or text that is written 0.2 seconds later pushes it out.
"""

import contextvars
import os
import select
import threading
import time

from ipykernel import iostream
from jupyter_client.session import extract_header

_CHUNK = 1 << 16
# A child process that never stops writing must not keep the reader from returning.
_MOST_CHUNKS = 16


class OutStream(iostream.OutStream):
    """ipykernel's stream without its threads.

    Parameters
    ----------
    session : Session
        Sends the messages.
    name : {"stdout", "stderr"}
    descriptors : Descriptors
        What arrives at the file descriptors comes between what is written here.
    longest : int
        Characters of one message; longer text becomes several.
    """

    def __init__(self, session, name, descriptors, longest):
        # Not the parent's, which starts a thread.
        self.session, self.name = session, name
        self.topic = b"stream." + name.encode()
        self.echo, self.pub_thread = None, self
        self._isatty = False
        self._descriptors, self._longest = descriptors, longest
        self._descriptor = {"stdout": 1, "stderr": 2}[name]
        self._master_pid = os.getpid()
        self._local = threading.local()
        self._lock = threading.RLock()
        self._parent_header = contextvars.ContextVar("parent_header")
        self._parent_header_global = {}
        self._buffers, self._length, self.due = {}, 0, None
        self._continues = False

    def set_parent(self, parent):
        """Text from now on belongs to this request, but for tasks of earlier cells."""
        self._descriptors.drain()
        self.parent_header = extract_header(parent)

    def fileno(self):
        """Where stock kernels have the terminal: nowhere."""
        return self._descriptors.nowhere

    def close(self):
        """Close the stream; later writing to it is an error."""
        self.flush()
        self.pub_thread = None

    def write(self, string):
        """Put text into the buffer."""
        if not isinstance(string, str):
            raise TypeError(f"write() argument must be str, not {type(string)}")
        if self.pub_thread is None:
            raise ValueError("I/O operation on closed file")
        if os.getpid() != self._master_pid:
            self._write_in_child(string)
        else:
            self._descriptors.drain()
            self.add(string)
        return len(string)

    def add(self, text):
        """Put text into the buffer, after what is due has been sent."""
        now = time.monotonic()
        self._descriptors.flush_due(now)
        parent = self.parent_header
        with self._lock:
            self._buffers.setdefault(parent.get("msg_id"), (parent, []))[1].append(text)
            self._length += len(text)
            if self.due is None:
                self.due = now + self.flush_interval
            full = self._length >= self._longest
        if full:
            self._flush()
            self._continues = True

    def _write_in_child(self, string):
        """A forked process has no channel of its own; its text comes in by the descriptor."""
        data = string.encode("utf-8", "replace")
        while data:
            data = data[os.write(self._descriptor, data) :]

    def flush(self):
        """Send what is in the buffer."""
        if os.getpid() == self._master_pid:
            self._descriptors.drain()
            self._flush()

    def _flush(self):
        with self._lock:
            buffers, self._buffers, self._length, self.due = self._buffers, {}, 0, None
            continues, self._continues = self._continues, False
        for parent, texts in buffers.values():
            text = "".join(texts)
            for begin in range(0, len(text), self._longest):
                piece = text[begin : begin + self._longest]
                self._send(piece, parent, continues or begin > 0)

    def _send(self, text, parent, continued):
        content = {"name": self.name, "text": text}
        metadata = {"continued": True} if continued else None
        message = self.session.msg("stream", content, parent=parent, metadata=metadata)
        for hook in self._hooks:
            message = hook(message)
            if message is None:
                return
        self.session.send(None, message)


# The name that students see when they print a stream or an error shows its class.
OutStream.__module__ = iostream.OutStream.__module__


class Descriptors:
    """Catches what C code and child processes write to the file descriptors 1 and 2.

    Pipes, as in stock kernels. They are read whenever a stream is written or flushed, which keeps
    the order; a thread reads them, too, because a full pipe would stop the child process that a
    cell waits for.
    """

    def __init__(self):
        self.nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(self.nowhere, 0)
        self._lock, self._streams = threading.RLock(), {}
        self._pipes, self._poll = [], select.poll()
        for descriptor in (1, 2):
            reading, writing = os.pipe()
            os.dup2(writing, descriptor)
            os.close(writing)
            os.set_blocking(reading, False)
            self._pipes.append(reading)
            self._poll.register(reading, select.POLLIN)

    def connect(self, *streams):
        """Give what arrives to these streams, and watch."""
        self._streams = dict(zip(self._pipes, streams, strict=True))
        threading.Thread(target=self._watch, name="descriptors", daemon=True).start()

    def drain(self):
        """Give everything that has arrived to the streams."""
        with self._lock:
            if self._poll.poll(0):
                for pipe, stream in self._streams.items():
                    _move(pipe, stream)

    def flush_due(self, now):
        """Send what has waited long enough, the oldest first."""
        due = [s for s in self._streams.values() if s.due is not None and s.due <= now]
        for stream in sorted(due, key=lambda stream: stream.due or now):
            stream._flush()

    def _watch(self):
        poll = select.poll()
        for pipe in self._pipes:
            poll.register(pipe, select.POLLIN)
        while True:
            poll.poll()
            with self._lock:
                for pipe, stream in self._streams.items():
                    _move(pipe, stream)


def _move(pipe, stream):
    for _ in range(_MOST_CHUNKS):
        try:
            data = os.read(pipe, _CHUNK)
        except BlockingIOError:
            return
        if not data:
            return
        stream.add(data.decode("utf-8", "replace"))
