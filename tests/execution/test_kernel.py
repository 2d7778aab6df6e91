"""The kernel without zmq: what it writes, when, and in which order."""

import signal
import socket

import pytest

from gradekit.execution.frames import Reader
from gradekit.execution.session import Wire


def outputs(ran, number=0):
    """Pairs of stream and text."""
    return [(o.name, o.text) for o in ran.cells[number].outputs if o.output_type == "stream"]


def test_flushes_are_outputs(run):
    """Is each flush an output of its own, as in stock kernels?"""
    ran = run("print('a'); print('b', flush=True); print('c', flush=True)")
    assert outputs(ran) == [("stdout", "a\nb\n"), ("stdout", "c\n")]


def test_old_text_goes_first(run):
    """Is text sent after 0.2 seconds, so that the other stream comes after it?"""
    slow = "import sys, time\nprint('a'); time.sleep(0.3)\n"
    ran = run(slow + "print('b', file=sys.stderr); print('c')")
    assert outputs(ran) == [("stdout", "a\n"), ("stdout", "c\n"), ("stderr", "b\n")]


def test_descriptors_keep_their_order(run):
    """Does what a child process writes stand between what was printed before and after it?"""
    cell = "import os\nprint('a'); os.system('echo b'); print('c'); os.write(1, b'd'); print('e')"
    ran = run(cell)
    assert outputs(ran) == [("stdout", "a\nb\nc\nde\n")]


def test_child_process_that_writes_much(run):
    """Does a cell end that waits for a process that fills a pipe?"""
    ran = run("import os; os.system('seq 1 100000')")
    assert ran.text(0).split("\n")[-2] == "100000"


def test_reopened_device(run):
    """Is output kept that a program writes to /dev/stdout, which it opens itself?"""
    command = "echo b > /dev/stdout; echo c > /dev/stderr"
    ran = run(f"import os\nprint('a'); os.system({command!r}); None")
    assert outputs(ran) == [("stdout", "a\nb\n"), ("stderr", "c\n")]


def test_forked_process(run):
    """Does what a forked process prints appear, and nothing twice that was in the buffer?"""
    child = "if os.fork() == 0:\n    print('b'); os._exit(0)\n"
    ran = run("import os\nprint('a')\n" + child + "os.wait()[1]")
    assert outputs(ran) == [("stdout", "a\nb\n")]


def test_process_that_writes_later(run):
    """Does what an old child process writes not appear in a cell that it is not from?"""
    waiting = ("test", "import time; time.sleep(0.6)")
    ran = run("import os; os.system('(sleep 0.3; echo late) &')", waiting, "print('mine')")
    assert outputs(ran, 2) == [("stdout", "mine\n")]


def test_random_numbers_differ(run):
    """Has each kernel random numbers of its own, though all are forked from one process?"""
    cell = "import random, numpy as np\n[random.random(), np.random.rand()]"
    (a, b), (c, d) = (eval(run(cell).text(0)) for _ in range(2))
    assert a != c and b != d


def test_environment(run, monkeypatch):
    """Does a cell see nothing of the worker's environment that is not meant for it?"""
    monkeypatch.setenv("SECRET_TOKEN", "secret")
    ran = run("import os; dict(os.environ)")
    environment = eval(ran.text(0))
    assert "SECRET_TOKEN" not in environment
    assert environment["NBGRADER_EXECUTION"] == "autograde"
    assert environment["OPENBLAS_NUM_THREADS"] == "1"
    assert not {"NBGRADER_VALIDATING", "PYTHONPATH"} & set(environment)


def test_descriptors(run):
    """Has a kernel no open file but its streams, its sockets and nothing?"""
    paths = "(f'/proc/self/fd/{n}' for n in range(64))"
    ran = run(f"import os\n[os.readlink(path) for path in {paths} if os.path.lexists(path)]")
    kinds = {path.partition(":")[0] for path in eval(ran.text(0))}
    assert kinds == {"/dev/null", "pipe", "socket", "anon_inode"}


def test_fonts_after_many_figures(run):
    """Can figures with formulas be drawn although the zygote's files are closed?"""
    first = "%matplotlib inline\nimport matplotlib.pyplot as plt, gc\nplt.title('$x^2$'); None"
    ran = run(first, "gc.collect(); plt.title(r'$\\alpha$ b'); None")
    assert [[o.output_type for o in cell.outputs] for cell in ran.cells] == [["display_data"]] * 2


def test_surrogates(run):
    """Is text shown, and does the cell succeed, that UTF-8 cannot have?"""
    ran = run("print('a\\ud800b', 'c\\udc80d')", "'e\\udfff'")
    assert ran.text(0).startswith("a") and ran.text(0).endswith("d\n")
    assert ran.errors(0) == ran.errors(1) == []


def test_threads(run):
    """Is there one thread besides the cell's own?"""
    ran = run("import os; len(os.listdir('/proc/self/task'))")
    assert ran.text(0) == "2"


def test_zmq(run):
    """Is there no zmq context?"""
    ran = run("import gc, zmq\n[o for o in gc.get_objects() if isinstance(o, zmq.Context)]")
    assert ran.text(0) == "[]"


@pytest.fixture
def wire():
    """A wire to a reader."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.setblocking(False)
        yield Wire(ours, 1000), theirs


def received(sock):
    return [message for message, _ in Reader(1000).feed(sock.recv(1 << 16))]


def test_wire_while_it_sends(wire):
    """Is a frame whole although another is sent in its middle, by a handler of a signal?"""
    wire, other = wire

    class Sock:
        def sendall(self, data):
            if b"outer" in data:
                wire.send(b'{"inner": 1}')
            return wire_sock.sendall(data)

    wire_sock, wire.sock = wire.sock, Sock()
    wire.send(b'{"outer": 1}')
    assert received(other) == [{"outer": 1}, {"inner": 1}]


def test_wire_interrupted(wire):
    """Is a frame whole although SIGINT arrives while it is sent, and is the signal not lost?"""
    wire, other = wire

    class Sock:
        def sendall(self, data):
            wire_sock.sendall(data[:5])
            signal.raise_signal(signal.SIGINT)
            wire_sock.sendall(data[5:])

    wire_sock, wire.sock = wire.sock, Sock()
    with pytest.raises(KeyboardInterrupt):
        wire.send(b'{"a": 1}')
    assert received(other) == [{"a": 1}]
