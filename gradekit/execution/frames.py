"""Frames between a kernel and the process that drives it: a length and JSON.

What arrives from a kernel may have been written by a student. So it is never unpickled, a frame
has a largest size, and garbage is counted and dropped instead of raising.
"""

import json
import struct

_LENGTH = struct.Struct(">I")


def frame(payload):
    """The bytes of a frame with this content.

    Parameters
    ----------
    payload : bytes
        JSON, UTF-8.
    """
    return _LENGTH.pack(len(payload)) + payload


def packed(message):
    """The frame of a message that we made ourselves."""
    return frame(json.dumps(message).encode("ascii"))


class Reader:
    """Cuts a stream of bytes into frames.

    A frame longer than `largest` is skipped without being kept, so that the stream stays readable
    and memory stays bounded.

    Parameters
    ----------
    largest : int
        Bytes.

    Attributes
    ----------
    dropped : int
        Number of frames that were too long, or not an object in JSON.
    """

    def __init__(self, largest):
        self.largest, self.dropped = largest, 0
        self._bytes, self._skip = bytearray(), 0

    def feed(self, data):
        """The messages that are complete after these bytes, each with its size."""
        buffer, messages = self._bytes, []
        if self._skip:
            skipped = min(self._skip, len(data))
            self._skip -= skipped
            data = data[skipped:]
        buffer += data
        begin = 0
        while len(buffer) - begin >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(buffer, begin)
            end = begin + _LENGTH.size + length
            if length > self.largest:
                self.dropped += 1
                self._skip = max(0, end - len(buffer))
                begin = min(end, len(buffer))
                continue
            if end > len(buffer):
                break
            message = _parse(buffer[begin + _LENGTH.size : end])
            begin = end
            if message is None:
                self.dropped += 1
            else:
                messages.append((message, length))
        del buffer[:begin]
        return messages


def _parse(payload):
    """The object in a frame, or None: not JSON, not an object, too deep, or numbers too long."""
    try:
        message = json.loads(payload.decode("utf-8", "replace"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None


def _refuse(name):
    raise ValueError(f"{name} is not JSON")
