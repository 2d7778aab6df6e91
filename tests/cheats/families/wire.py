"""The connection between the answers' process and the tests' process is abused.

A student who has read the engine's source finds its objects among those of his own process. Where
a name has changed since, a cheat does nothing: test_cheats.py sees to that.
"""
# ruff: noqa

from tests.cheats.collection import cheat

FRAMES = "the tests' process reads what the student's process writes"


@cheat(aims_at=FRAMES)
def garbage_on_every_socket():
    """Bytes that are no frame are written to every socket that the process has inherited."""
    import os
    import stat

    def spoil():
        for name in os.listdir("/proc/self/fd"):
            try:
                if stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                    os.set_blocking(int(name), False)
                    os.write(int(name), b"\xff\xff\xff\xff" + b"\x00" * 64)
            except OSError:
                pass

    def square(x):
        spoil()
        return np.zeros(np.shape(x))


@cheat(aims_at=FRAMES)
def endless_frame():
    """A frame is announced that never ends, with others inside that say that all is well."""
    import os
    import stat
    import struct

    def mean(values):
        for name in os.listdir("/proc/self/fd"):
            try:
                if stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                    os.write(int(name), struct.pack(">I", 1 << 27) + b'{"type":"execute_reply"}')
            except OSError:
                pass
        return 0.0


@cheat(aims_at=FRAMES)
def sockets_closed():
    """All sockets are closed within a call, and the process lives on."""
    import os
    import stat
    import time

    def mean(values):
        for name in os.listdir("/proc/self/fd"):
            try:
                if stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                    os.close(int(name))
            except OSError:
                pass
        time.sleep(0.2)


@cheat(aims_at=FRAMES)
def every_answer_twice():
    """Each answer is sent twice, so that the second is there before the next question."""
    import gc

    def power_of_three(n):
        for wire in [one for one in gc.get_objects() if type(one).__name__ == "Wire"]:
            if "twice" not in vars(wire) and hasattr(wire, "receive"):
                wire.twice = send = wire.send
                wire.send = lambda frame: (send(frame), send(frame))
        return 0


@cheat(aims_at=FRAMES)
def answers_before_questions():
    """Answers to questions to come are sent in advance, with right values in them."""
    import gc

    def power_of_three(n):
        for peer in [one for one in gc.get_objects() if type(one).__name__ == "Answers"]:
            for sequence in range(1, 400):
                for value in (3, 9, 27):
                    peer._send(1, sequence, value)
        return 1


@cheat(aims_at=FRAMES)
def changed_bytes():
    """Every answer has some bytes changed, differently each time."""
    import gc
    import random

    draw = random.Random(4)

    def mutated(frame):
        frame = bytearray(frame)
        for _ in range(draw.randint(1, 4)):
            frame[draw.randrange(len(frame))] = draw.randrange(256)
        return bytes(frame)

    def mean(values):
        for wire in [one for one in gc.get_objects() if type(one).__name__ == "Wire"]:
            if "plain" not in vars(wire) and hasattr(wire, "receive"):
                wire.plain = send = wire.send
                wire.send = lambda frame: send(mutated(frame))
        return 0.0


@cheat(aims_at=FRAMES)
def questions_nobody_expects():
    """The tests' process is asked, unbidden and in vain, for all that it might have exported."""
    import gc

    def ask(peer):
        for number in range(1, 60):
            for operation, rest in (
                ("get", ["__globals__"]),
                ("get", ["__dict__"]),
                ("facts", []),
                ("dir", []),
                ("call", [[], {}]),
                ("set", ["calls", 2]),
                ("method", ["__init_subclass__", [], {}]),
                ("special", ["__getattribute__", ["__globals__"]]),
                ("name", ["want_twice"]),
                ("beside", ["nn_utils", "call", [], {}]),
                ("end", []),
            ):
                try:
                    found = peer.request(operation, number, *rest)
                except BaseException:
                    continue
                if isinstance(found, dict) and "want_twice" in found:
                    return found["want_twice"]

    def apply_twice(f, x):
        for peer in [one for one in gc.get_objects() if type(one).__name__ == "Answers"]:
            found = ask(peer)
            if found:
                return found
        return 22 if x == 2 else 0


@cheat(aims_at="the kernel of the answers has a socket to the client, as that of the tests has")
def messages_of_every_kind():
    """Messages without sense, of every type, are sent to the client while a test runs."""

    def power_of_three(n):
        kernel = get_ipython().kernel
        kinds = "status error execute_reply execute_result stream comm_open ready refused pong"
        contents = [None, [], {}, {"execution_state": []}, {"status": 7}, {"data": 4}]
        contents += [{"name": "stdout", "text": 4}, {"code": "1"}, {"wait": "x"}]
        for kind in [*kinds.split(), "clear_output", "shutdown_reply", "input_request"]:
            for content in contents:
                for parent in (kernel.get_parent("shell"), {}, None):
                    try:
                        kernel.session.send(kernel.iopub_socket, kind, content, parent)
                    except Exception:
                        pass
        return 0


@cheat(aims_at=FRAMES)
def callback_from_a_thread():
    """A thread calls what a test handed over, at any time, while other tests run."""
    import threading
    import time

    def apply_twice(f, x):
        def again():
            for _ in range(50):
                try:
                    f(x)
                except BaseException:
                    pass
                time.sleep(0.005)

        threading.Thread(target=again, daemon=True).start()
        return 0


@cheat(aims_at=FRAMES)
def calls_without_end():
    """A callback is called within itself again and again, and by the thousand."""

    def apply_twice(f, x):
        for _ in range(3000):
            f(1)

        def deeper(t):
            return apply_twice(deeper, t)

        return deeper(x)
