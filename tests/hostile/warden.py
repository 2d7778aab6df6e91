"""Runs a command within bounds, and tells what it left behind.

    python warden.py FOLDER SECONDS COMMAND ...

FOLDER holds course/, where the command runs, and gets output.txt and report.json. Where the system
allows it the command has namespaces of its own, in which nothing can be written but FOLDER, /tmp
and /dev/shm: whatever it does, others are safe from it, and what lies there at its end is its own.
Elsewhere this process adopts what its children leave alone.
"""

import ctypes
import json
import os
import resource
import signal
import sys
import time
from pathlib import Path

NEW_USER, NEW_PIDS, NEW_MOUNTS, NEW_IPC = 0x10000000, 0x20000000, 0x00020000, 0x08000000
READ_ONLY, REMOUNT, BIND, RECURSIVE, PRIVATE = 1, 32, 4096, 16384, 1 << 18
DIE_WITH_PARENT, ADOPT = 1, 36
NO_NAMESPACES = 99

# Of one process. A copy of a device without end stops at the first.
FILE_SIZE, ADDRESS_SPACE = 2 << 30, 16 << 30
# Of the machine. The run is stopped where one of them is passed.
MOST_THREADS, MOST_MEMORY, LEAST_MEMORY, LEAST_DISK = 4000, 12 << 30, 1 << 30, 2 << 30
# Seconds: between two looks at the machine; for processes to end once the command has.
PAUSE, GRACE = 0.1, 2

# What the command runs from, which may lie in the /tmp that is hidden from it.
PROGRAM = {Path(sys.prefix), Path(sys.base_prefix), Path(__file__).resolve().parents[2]}

libc = ctypes.CDLL(None, use_errno=True)


def main(folder, seconds, *command):
    libc.prctl(DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    folder = Path(folder)
    child = os.fork()
    if child == 0:
        os._exit(_apart(folder, float(seconds), command))
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status == NO_NAMESPACES:
        libc.prctl(ADOPT, 1, 0, 0, 0)
        os.environ["TMPDIR"] = str(folder / "tmp")
        status = watch(folder, float(seconds), command, [folder / "tmp"])
    return status


def _apart(folder, seconds, command):
    """Watch the command in new namespaces; returns an exit status."""
    libc.prctl(DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    try:
        unshare()
    except OSError:
        return NO_NAMESPACES
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 0xFF
    libc.prctl(DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    try:
        fence(folder)
    except OSError as error:
        print(f"no namespaces: {error}", file=sys.stderr)
        os._exit(NO_NAMESPACES)
    os._exit(watch(folder, seconds, command, [Path("/tmp"), Path("/dev/shm")]))


def unshare():
    """Children of this process get namespaces of their own."""
    user, group = os.geteuid(), os.getegid()
    _call(libc.unshare, (NEW_USER if user else 0) | NEW_PIDS | NEW_MOUNTS | NEW_IPC)
    if user:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def fence(folder):
    """Leave nothing to be written but this folder, /tmp and /dev/shm, which are empty at first."""
    hidden = [folder, *programs_in("/tmp")]
    opened = [os.open(path, os.O_PATH) for path in hidden]
    _mount(None, "/", flags=RECURSIVE | PRIVATE)
    _mount("proc", "/proc", "proc")
    _mount(folder / "tmp", "/tmp", flags=BIND)
    for path, descriptor in zip(hidden, opened, strict=True):
        path.mkdir(parents=True, exist_ok=True)
        _mount(f"/proc/self/fd/{descriptor}", path, flags=BIND)
        os.close(descriptor)
    _mount("tmpfs", "/dev/shm", "tmpfs", data="size=1g")
    for path in ["/", *hidden[1:]]:
        kept = os.statvfs(path).f_flag & 0b1110  # what is forbidden there has to stay forbidden
        _mount(None, path, flags=REMOUNT | BIND | READ_ONLY | kept)


def programs_in(folder):
    """Folders of the program that lie in this one, none of them in another."""
    found = [path for path in PROGRAM if path.is_relative_to(folder)]
    return [path for path in found if not any(other in path.parents for other in found)]


def watch(folder, seconds, command, places):
    """Run the command, and write a report about it; returns an exit status."""
    not_left = {folder, *programs_in("/tmp")}
    machine, before = Machine(folder), left_in(places, not_left)
    mounts = _lines("/proc/mounts")
    child, began, stopped, status = start(folder, command), time.monotonic(), None, None
    while status is None and stopped is None:
        time.sleep(PAUSE)
        status = reap(child)
        stopped = machine.look()
        if time.monotonic() - began > seconds:
            stopped = f"it ran for more than {seconds:g} seconds"
    ended = time.monotonic()
    while time.monotonic() - ended < GRACE and not stopped and others():
        reap(child)
        time.sleep(PAUSE)
    processes = others()
    for pid in processes:
        os.kill(pid, signal.SIGKILL)
    after = left_in(places, not_left)
    report = {
        "isolated": os.getpid() == 1,
        "status": status,
        "stopped": stopped,
        "seconds": ended - began,
        "memory": machine.memory,
        "threads": machine.threads,
        "longest_gap": machine.longest_gap,
        "processes": sorted(processes.values()),
        "files": sorted(after - before),
        "mounts": sorted(set(_lines("/proc/mounts")) - set(mounts)),
        "segments": _lines("/proc/sysvipc/shm")[1:] if os.getpid() == 1 else [],
    }
    (folder / "report.json").write_text(json.dumps(report, indent=1))
    return 0


def start(folder, command):
    """Start the command in the course; returns its process id."""
    child = os.fork()
    if child:
        return child
    os.setsid()
    os.chdir(folder / "course")
    output = os.open(folder / "output.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for descriptor, opened in enumerate([os.open(os.devnull, os.O_RDONLY), output, output]):
        os.dup2(opened, descriptor)
    for kind, most in [
        (resource.RLIMIT_FSIZE, FILE_SIZE),
        (resource.RLIMIT_AS, ADDRESS_SPACE),
        (resource.RLIMIT_CORE, 0),
    ]:
        resource.setrlimit(kind, (most, most))
    os.execvpe(command[0], command, {**os.environ, "HOME": str(folder / "home")})


def reap(child):
    """Collect all children that ended; the exit status of this one, if it is among them."""
    status = None
    try:
        while True:
            pid, code = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return status
            if pid == child:
                status = os.waitstatus_to_exitcode(code)
    except ChildProcessError:
        return status


def others():
    """What runs besides this process, {pid: command line}: in its namespace, or below it."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            fields = path.joinpath("stat").read_text().rpartition(")")[2].split()
            parents[int(path.name)] = int(fields[1])
        except OSError:
            pass
    mine, found = os.getpid(), set()
    while True:
        more = {pid for pid, parent in parents.items() if parent in found | {mine}} - found
        if not more:
            break
        found |= more
    if mine == 1:
        found = set(parents) - {mine}
    return {pid: _command_line(pid) for pid in found}


def left_in(places, but_for):
    """All paths in some folders, but for others and what these hold."""
    found = set()
    for place in places:
        for parent, folders, files in os.walk(place):
            folders[:] = [name for name in folders if Path(parent, name) not in but_for]
            found.update(os.path.join(parent, name) for name in folders + files)
    return found


class Machine:
    """How much of the machine is in use, and the most of it so far."""

    def __init__(self, folder):
        self.folder = folder
        self.idle_memory, self.idle_threads = _available_memory(), _threads()
        self.memory = self.threads = 0
        self.last_look, self.longest_gap = time.monotonic(), 0.0

    def look(self):
        """Why the run has to be stopped; None if it need not be."""
        now, available, disk = time.monotonic(), _available_memory(), os.statvfs(self.folder)
        self.longest_gap = max(self.longest_gap, now - self.last_look)
        self.last_look = now
        self.memory = max(self.memory, self.idle_memory - available)
        self.threads = max(self.threads, _threads() - self.idle_threads)
        if self.threads > MOST_THREADS:
            return f"it had {self.threads} threads"
        if self.memory > MOST_MEMORY or available < LEAST_MEMORY:
            return f"it took {self.memory >> 20} MB of memory"
        if disk.f_bavail * disk.f_frsize < LEAST_DISK:
            return "it filled the disk"
        return None


def _available_memory():
    with open("/proc/meminfo") as lines:
        line = next(line for line in lines if line.startswith("MemAvailable"))
    return int(line.split()[1]) << 10


def _threads():
    return int(Path("/proc/loadavg").read_text().split()[3].partition("/")[2])


def _lines(path):
    return Path(path).read_text().splitlines()


def _command_line(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ").strip() or f"({pid})"
    except OSError:
        return f"({pid})"


def _mount(source, target, kind=None, flags=0, data=None):
    texts = [None if text is None else os.fsencode(text) for text in (source, target, kind, data)]
    _call(libc.mount, *texts[:3], ctypes.c_ulong(flags), texts[3])


def _call(function, *arguments):
    if function(*arguments) != 0:
        raise OSError(ctypes.get_errno(), f"{function.__name__} failed")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
