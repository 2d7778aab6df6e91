"""How a kernel's messages go out: as frames, by one socket, whole whatever happens meanwhile."""

import contextlib
import json
import os
import signal
import threading

from jupyter_client.jsonutil import json_default
from jupyter_client.session import Session

from gradekit.execution import frames


class WireSession(Session):
    """A session whose messages go out by a socket.

    Attributes
    ----------
    wire : Wire or None
        None in the zygote, where nobody listens.
    """

    wire = None

    def send(self, stream, msg_or_type, content=None, parent=None, ident=None, buffers=None,
             track=False, header=None, metadata=None):  # fmt: skip
        """Send a message; the stream is told by its type."""
        if isinstance(msg_or_type, dict):
            message = msg_or_type
            buffers = buffers or message.get("buffers")
        else:
            message = self.msg(
                msg_or_type, content=content, parent=parent, header=header, metadata=metadata
            )
        # A forked process would write into the middle of its parent's frames.
        if self.wire is None or os.getpid() != self.pid:
            return message
        self.wire.send(self._payload(message, buffers or []))
        return message

    def _payload(self, message, buffers):
        described = {
            "type": message["header"]["msg_type"],
            "parent": message["parent_header"].get("msg_id"),
            "content": message["content"],
            "metadata": message["metadata"],
        }
        if buffers:
            described["buffers"] = [bytes(buffer).hex() for buffer in buffers]
        try:
            payload = self.pack(described)
        except UnicodeEncodeError:  # half of a surrogate pair
            payload = json.dumps(described, default=json_default).encode("ascii")
        if len(payload) <= self.wire.longest:
            return payload
        described |= {"content": {}, "metadata": {}, "buffers": [], "too_long": len(payload)}
        return self.pack(described)


class Wire:
    """Writes whole frames to the client's socket.

    Parameters
    ----------
    sock : socket.socket
        Blocking.
    longest : int
        Bytes of the longest frame that the client keeps.
    """

    def __init__(self, sock, longest):
        self.sock, self.longest = sock, longest
        self._lock = threading.RLock()
        self._sending, self._waiting, self._interrupted = False, [], False

    def send(self, payload):
        """Send a frame whole, even if SIGINT arrives in its middle."""
        with self._lock:
            self._waiting.append(frames.frame(payload))
            if self._sending:  # a signal handler or a finalizer prints while we send
                return
            with self._uninterrupted():
                while self._waiting:
                    self.sock.sendall(self._waiting.pop(0))

    @contextlib.contextmanager
    def _uninterrupted(self):
        self._sending = True
        here = threading.current_thread() is threading.main_thread()
        handler = signal.signal(signal.SIGINT, self._defer) if here else None
        try:
            yield
        except BrokenPipeError:
            os._exit(0)  # the client is gone
        finally:
            self._sending = False
            if here:
                signal.signal(signal.SIGINT, handler)
        if self._interrupted:
            self._interrupted = False
            signal.raise_signal(signal.SIGINT)

    def _defer(self, signum, frame):
        self._interrupted = True
