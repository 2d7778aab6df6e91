"""Frames over a socket between the answers' process and the tests' process.

A frame is its length, four bytes, and its content. The other side may send anything: a frame that
is too long, a half one, or none at all.

A cell that takes too long is interrupted, and the cells after it use the same wire. Python runs
the handler of a signal, which may raise, between any two of its instructions: what must not be
torn apart is one call of C here.
"""

import struct

_LENGTH = struct.Struct(">I")
_CHUNK = 1 << 18
MOST = 256 << 20


class WireFault(RuntimeError):
    """The other process broke off, or sent what no honest one sends."""


class Wire:
    """Sends and receives whole frames on a stream socket.

    Parameters
    ----------
    sock : socket.socket
        Blocking.
    most : int, optional
        Bytes of the longest frame that is accepted.
    """

    def __init__(self, sock, most=MOST):
        self._sock, self._most = sock, most
        # They outlive an interruption, so that what comes next goes on in the middle of a frame.
        self._sending = b"", []
        self._chunks = []

    def fileno(self):
        """The socket's descriptor, for event loops."""
        return self._sock.fileno()

    def send(self, frame):
        """Send one frame.

        Raises
        ------
        WireFault
            If the other side is gone, or the frame is too long for it.
        """
        if len(frame) > self._most:
            raise WireFault(f"a value of {len(frame)} bytes is too large to be sent")
        self._finish_sending()
        self._sending = memoryview(_LENGTH.pack(len(frame)) + frame), []
        self._finish_sending()

    def _finish_sending(self):
        """Send what is left of a frame, also if the sending of it was interrupted."""
        data, sent = self._sending
        while (done := sum(sent)) < len(data):
            _do_and_note(self._sock.send, data[done:], sent)

    def receive(self):
        """Wait for one frame and return it.

        Raises
        ------
        WireFault
            If the other side is gone, or announces a frame that is too long.
        """
        (length,) = _LENGTH.unpack_from(self._at_least(_LENGTH.size))
        if length > self._most:
            raise WireFault(f"the other process announced a message of {length} bytes")
        end = _LENGTH.size + length
        received = self._at_least(end)
        self._chunks = [received[end:]] if len(received) > end else []
        return received[_LENGTH.size : end]

    def _at_least(self, count):
        """Wait for so many bytes; returns all that there are, and keeps them."""
        size = sum(map(len, self._chunks))
        while size < count:
            missing = max(_CHUNK, count - size)
            _do_and_note(self._sock.recv, min(missing, 16 * _CHUNK), self._chunks)
            if not self._chunks[-1]:
                raise WireFault("the other process has ended")
            size += len(self._chunks[-1])
        if len(self._chunks) > 1:
            self._chunks = [b"".join(self._chunks)]
        return self._chunks[0]

    def close(self):
        """Close the socket."""
        self._sock.close()


def _do_and_note(method, argument, results):
    """Use a socket, and append what comes of it, by one call that no signal comes between."""
    try:
        results.extend(map(method, (argument,)))
    except OSError as error:
        if error.errno is None:  # a TimeoutError that the handler of an alarm raised
            raise
        raise WireFault("the other process has ended") from None
