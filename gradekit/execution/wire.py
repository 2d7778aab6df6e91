"""Frames over a socket between the answers' process and the tests' process.

A frame is its length, four bytes, and its content. The other side may send anything: a frame that
is too long, a half one, or none at all.
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
        # Outlives an interrupted `receive`, so that the next one goes on in the middle of a frame.
        self._received = bytearray()

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
        try:
            self._sock.sendall(_LENGTH.pack(len(frame)) + frame)
        except OSError:
            raise WireFault("the other process has ended") from None

    def receive(self):
        """Wait for one frame and return it.

        Raises
        ------
        WireFault
            If the other side is gone, or announces a frame that is too long.
        """
        self._fill(_LENGTH.size)
        (length,) = _LENGTH.unpack_from(self._received)
        if length > self._most:
            raise WireFault(f"the other process announced a message of {length} bytes")
        end = _LENGTH.size + length
        self._fill(end)
        frame = bytes(memoryview(self._received)[_LENGTH.size : end])
        del self._received[:end]
        return frame

    def _fill(self, count):
        while len(self._received) < count:
            try:
                missing = max(_CHUNK, count - len(self._received))
                chunk = self._sock.recv(min(missing, 16 * _CHUNK))
            except OSError as error:
                if error.errno is None:  # a TimeoutError that the handler of an alarm raised
                    raise
                chunk = b""
            if not chunk:
                raise WireFault("the other process has ended")
            self._received += chunk

    def close(self):
        """Close the socket."""
        self._sock.close()
