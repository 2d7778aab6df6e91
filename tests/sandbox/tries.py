"""What tests let a sandboxed process try; each returns what came of it."""

import asyncio
import contextlib
import ctypes
import errno
import io
import mmap
import multiprocessing
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

libc = ctypes.CDLL(None, use_errno=True)


def say(value):
    """Tell the test something before the end; the zygote puts the real function here."""


def outcome(function, *arguments):
    """ "allowed", or the name of the error."""
    try:
        function(*arguments)
    except OSError as error:
        return errno.errorcode.get(error.errno, str(error))
    return "allowed"


def open_for_reading(paths):
    return {path: outcome(os.open, path, os.O_RDONLY) for path in paths}


def open_for_writing(paths):
    return {path: outcome(os.open, path, os.O_WRONLY | os.O_CREAT) for path in paths}


def truncate_by_path(path):
    return outcome(os.truncate, path, 0)


def change_mode(path):
    return outcome(os.chmod, path, 0o777)


def working_folder():
    return {
        "cwd": os.getcwd(),
        "given": outcome(os.open, "given.txt", os.O_RDONLY),
        "written": outcome(os.open, "written.txt", os.O_WRONLY | os.O_CREAT),
    }


def write_and_wait():
    Path("made.txt").write_text("made by the student")
    os.symlink("/etc/passwd", "link")
    say("written")
    time.sleep(30)


def read_what_was_made():
    made = Path("made.txt").read_text()
    return [made, outcome(os.open, "link", os.O_RDONLY), outcome(os.mkdir, "folder")]


def descriptors():
    """Numbers of open descriptors."""
    found = []
    for number in range(1024):
        with contextlib.suppress(OSError):
            os.fstat(number)
            found.append(number)
    return [n for n in found if os.readlink(f"/proc/self/fd/{n}") != "/dev/null"]


def environments():
    paths = ["/proc/self/environ", "/proc/1/environ", f"/proc/{os.getppid()}/environ"]
    seen = [str(dict(os.environ))]
    for path in paths:
        with contextlib.suppress(OSError):
            seen.append(Path(path).read_text())
    return seen


def standard_streams():
    return [os.read(0, 1).decode(), os.write(1, b"lost"), os.isatty(0)]


def processes():
    numbers = [int(name) for name in os.listdir("/proc") if name.isdecimal()]
    return {"own": os.getpid(), "parent": os.getppid(), "seen": sorted(numbers)}


def spy_on(pid):
    calls = {
        "environ": outcome(os.open, f"/proc/{pid}/environ", os.O_RDONLY),
        "memory": outcome(os.open, f"/proc/{pid}/mem", os.O_RDONLY),
        "root": outcome(os.listdir, f"/proc/{pid}/root/"),
        "limits": outcome(resource.prlimit, pid, resource.RLIMIT_CPU, (1, 1)),
    }
    libc.ptrace.restype = ctypes.c_long
    calls["trace"] = _errno(libc.ptrace(16, pid, 0, 0))
    return calls


def _errno(result):
    return "allowed" if result != -1 else errno.errorcode[ctypes.get_errno()]


def send_signals(pids):
    return {str(pid): outcome(os.kill, pid, signal.SIGKILL) for pid in pids}


def clear_parents_death():
    return _errno(libc.prctl(1, 0, 0, 0, 0))


def raw(number, *arguments):
    return _errno(libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments)))


def raw_calls(numbers):
    """Errors of calls that get no sensible argument."""
    return {name: raw(number, 0, 0, 0, 0, 0, 0) for name, number in numbers.items()}


def namespaces():
    flags = {"user": 0x10000000, "mount": 0x20000, "pid": 0x20000000, "net": 0x40000000}
    found = {name: _errno(libc.unshare(flag)) for name, flag in flags.items()}
    clone = 56 if os.uname().machine == "x86_64" else 220
    return found | {"clone": raw(clone, 0x10000000 | signal.SIGCHLD, 0, 0, 0, 0)}


def ioctl_on_pipe(requests):
    reading, _ = os.pipe()
    return [_errno(libc.ioctl(reading, ctypes.c_ulong(r), b"x")) for r in requests]


def sockets():
    kinds = {
        "unix": (socket.AF_UNIX, socket.SOCK_STREAM, 0),
        "tcp": (socket.AF_INET, socket.SOCK_STREAM, 0),
        "udp6": (socket.AF_INET6, socket.SOCK_DGRAM, 0),
        "raw": (socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP),
        "sctp": (socket.AF_INET, socket.SOCK_STREAM, 132),
        "netlink": (socket.AF_NETLINK, socket.SOCK_RAW, 0),
        "packet": (socket.AF_PACKET, socket.SOCK_RAW, 0),
        "vsock": (socket.AF_VSOCK, socket.SOCK_STREAM, 0),
        "alg": (socket.AF_ALG, socket.SOCK_SEQPACKET, 0),
    }
    return {name: outcome(socket.socket, *kind) for name, kind in kinds.items()}


def connect_to(address):
    def connect():
        with socket.socket() as channel:
            channel.settimeout(2)
            channel.connect(tuple(address))

    return outcome(connect)


def fetch():
    try:
        urllib.request.urlopen("http://example.org", timeout=2)
    except OSError as error:
        return str(error)
    return "fetched"


def capabilities():
    lines = Path("/proc/self/status").read_text().splitlines()
    wanted = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp", "Uid")
    return {line.split(":")[0]: line.split()[1] for line in lines if line.startswith(wanted)}


def become_root():
    return [outcome(os.setuid, 0), outcome(os.setgid, 0), outcome(os.setgroups, [0])]


# Processes


def make_daemons():
    """Leave the session, the parent and all signals behind; return when the daemon runs."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
                signal.signal(number, signal.SIG_IGN)
            libc.prctl(1, 0, 0, 0, 0)
            os.write(writing, b"x")
            time.sleep(60)
        os._exit(0)
    os.wait()
    os.read(reading, 1)


def leave_daemons():
    make_daemons()
    return "left"


def leave_daemons_and_wait(memory=None):
    if memory:
        Path(memory).write_text("shared memory")
    make_daemons()
    say("left")
    time.sleep(60)


def fork_without_end():
    """Fork as often as possible; tell how often that was and what stopped it."""
    count = 0
    while count < 500:
        try:
            if os.fork() == 0:
                time.sleep(30)
                os._exit(0)
        except OSError as error:
            say([count, errno.errorcode[error.errno]])
            time.sleep(30)
        count += 1
    say([count, "nothing"])


def start_threads():
    count = 0
    with contextlib.suppress(RuntimeError):
        while count < 500:
            threading.Thread(target=time.sleep, args=(2,), daemon=True).start()
            count += 1
    return count


def burn(seconds):
    """Use the processor in a process of its own, for so many seconds of its time."""
    pid = os.fork()
    if pid == 0:
        while time.process_time() < seconds:
            pass
        os._exit(0)
    os.waitpid(pid, 0)
    say("burnt")
    time.sleep(30)


def wait_for_interrupt():
    try:
        say("waiting")
        time.sleep(30)
    except KeyboardInterrupt:
        return "interrupted"


def die(number):
    os.kill(os.getpid(), number)
    time.sleep(5)


def end_with(code):
    os._exit(code)


# Memory and files


def use_memory(count):
    try:
        block = bytearray(count)
    except MemoryError:
        return "MemoryError"
    return len(block)


def share_memory(processes, count):
    """Touch memory in several processes, half of it in a way that they could share."""
    for _ in range(processes):
        if os.fork() == 0:
            half = mmap.mmap(-1, count // 2)
            half.write(b"x" * (count // 2))
            other = b"x" * (count // 2)
            say("ready")
            time.sleep(30 + len(other) * 0)
    time.sleep(30)


def stay_shared(processes):
    """Fork without touching anything."""
    for _ in range(processes):
        if os.fork() == 0:
            time.sleep(30)
    say("ready")
    time.sleep(30)


def write_file(path, count):
    def write():
        with open(path, "wb") as file:
            for _ in range(count >> 20):
                file.write(bytes(1 << 20))

    return outcome(write)


def lists(path):
    try:
        return sorted(os.listdir(path))
    except OSError as error:
        return errno.errorcode[error.errno]


def write_files(folder, number, count):
    return [write_file(f"{folder}/{i}", count) for i in range(number)]


def nest_folders(depth):
    for _ in range(depth):
        os.mkdir("folder")
        os.chdir("folder")
    Path("file").write_text("deep down")
    os.chmod(".", 0)
    return "nested"


# Ordinary work


def double(value):
    return 2 * value


def pool():
    with multiprocessing.get_context("fork").Pool(2) as pool:
        return pool.map(double, range(5))


def process_and_pipe():
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=there.send, args=("hello",))
    process.start()
    word = here.recv()
    process.join()
    return [word, process.exitcode]


def threads():
    found = []
    started = [threading.Thread(target=found.append, args=(i,)) for i in range(8)]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()
    return sorted(found)


def python_in_python():
    code = "import json, numpy; print(json.dumps(numpy.arange(3).tolist()))"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout


def shell():
    return subprocess.run("echo $((6 * 7)) | cat", shell=True, capture_output=True).stdout.decode()


def temporary_files():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "file")
        path.write_text("text")
        path.rename(path.with_name("other"))
    with tempfile.NamedTemporaryFile("w+") as file:
        file.write("text")
    home = Path.home() / ".config"
    home.mkdir()
    return [os.path.exists(folder), home.is_dir()]


async def _answer(reader, writer):
    writer.write(await reader.readline())
    writer.close()


async def _asynchronous(network):
    process = await asyncio.create_subprocess_exec("echo", "word", stdout=subprocess.PIPE)
    said = [(await process.stdout.read()).decode()]
    said.append(await asyncio.to_thread(double, 4))
    if network:
        server = await asyncio.start_server(_answer, "127.0.0.1", 0)
        async with server:
            channel = await asyncio.open_connection(*server.sockets[0].getsockname())
            channel[1].write(b"line\n")
            said.append((await channel[0].readline()).decode())
            channel[1].close()
    return said


def asynchronous(network):
    return asyncio.run(_asynchronous(network))


def figure():
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    pyplot.plot([1, 2])
    pyplot.title("$x^2$")
    content = io.BytesIO()
    pyplot.savefig(content)
    pyplot.savefig("figure.png")
    return [content.getvalue()[1:4].decode(), os.path.getsize("figure.png") > 0]


def random_and_devices():
    with open("/dev/null", "w") as nothing:
        nothing.write("x")
    return [len(os.urandom(4)), len(Path("/dev/zero").open("rb").read(3)), os.cpu_count() > 0]


def terminal():
    reading, writing = os.pipe()
    pid, channel = os.forkpty()
    if pid == 0:
        os.write(writing, b"yes" if os.isatty(0) else b"no")
        os._exit(0)
    os.waitpid(pid, 0)
    os.close(channel)
    return os.read(reading, 3).decode()
