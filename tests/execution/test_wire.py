"""Frames between the tests' process and the answers' arrive whole, whatever interrupts them."""

import contextlib
import os
import random
import signal
import socket
import time

from gradekit.execution import wire

SECONDS = 2
LAST = b"the last one"


class Interrupt(Exception):
    """What the handler of a signal raises."""


@contextlib.contextmanager
def interrupted(numbers):
    """Raise an Interrupt at random moments within the wire, some thousand times a second."""

    def interrupt(number, frame):
        signal.setitimer(signal.ITIMER_REAL, numbers.uniform(5e-5, 1e-3))
        while frame is not None:
            if frame.f_code.co_filename == wire.__file__:
                raise Interrupt
            frame = frame.f_back

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 1e-3)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def frame(number, size):
    return number.to_bytes(4, "big") + bytes([number % 251]) * size


@contextlib.contextmanager
def sender(numbers):
    """A process that sends numbered frames of all sizes and is interrupted; yields our end."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        ours.close()
        with contextlib.suppress(BaseException):
            _send_frames(wire.Wire(theirs), numbers)
        os._exit(0)
    theirs.close()
    with ours:
        yield ours
    os.waitpid(pid, 0)


def _send_frames(connection, numbers):
    number, end = 0, time.monotonic() + SECONDS
    with interrupted(numbers):
        while time.monotonic() < end:
            number += 1
            with contextlib.suppress(Interrupt):
                connection.send(frame(number, numbers.choice((0, 10, 1000, 100_000, 3_000_000))))
    connection.send(LAST)


def test_interrupted():
    """Is each frame whole, and none out of order, if both ends are interrupted all the time?"""
    seed, received = random.randrange(1 << 32), []
    print("seed", seed)
    numbers = random.Random(seed)
    with sender(random.Random(seed + 1)) as sock, contextlib.suppress(wire.WireFault):
        connection = wire.Wire(sock)
        with interrupted(numbers):
            while True:
                with contextlib.suppress(Interrupt):
                    received.append(connection.receive())
    assert received.pop() == LAST
    found = [int.from_bytes(one[:4], "big") for one in received]
    assert len(found) > 50
    assert found == sorted(set(found))
    assert all(one == frame(n, len(one) - 4) for n, one in zip(found, received, strict=True))
