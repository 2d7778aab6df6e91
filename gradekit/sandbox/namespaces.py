"""The full sandbox: namespaces of its own and a root folder with nothing of the host but Python.

`build` runs in the first process of a new process namespace (see `keeper`). As root that process
stays in the host's user namespace and changes to a user of the slot afterwards: the student then
holds no capability in any namespace, so that less of the kernel is within reach than with a user
namespace. For ordinary users a user namespace, in which only they themselves exist, is what allows
all the rest; its capabilities are dropped before any student's code runs.

The root folder is one tmpfs of bounded size. Its three private folders (/tmp, /home/student and
/dev/shm) may be written; the rest is read-only and holds links to, or mounts of, the system.
"""

import fcntl
import os
import socket
import struct
from pathlib import Path

from gradekit.sandbox import interpreter
from gradekit.sandbox import kernel_calls as kernel
from gradekit.sandbox.owners import give

HOME = "/home/student"
_PRIVATE = {"/tmp": 0o1777, HOME: 0o700, "/dev/shm": 0o1777}
_INSIDE_ID = 1000
_MOST_FILES = 65_536
# Where the new root is put together; after pivot_root the host's folder of that name is back.
_WORKPLACE = "/tmp"
_HOST = "/.host"
_PLAIN = kernel.NO_SETUID | kernel.NO_DEVICES
_ONLY_TO_READ = _PLAIN | kernel.READ_ONLY | kernel.NO_LINKS
_SIOCSIFFLAGS, _IFF_UP = 0x8914, 1


def flags():
    """Namespaces that the process must be forked into."""
    return kernel.CLONE_NEWPID | (0 if os.geteuid() == 0 else kernel.CLONE_NEWUSER)


def map_user(uid, gid):
    """Let the user of a new user namespace be the same as outside, under another number."""
    for name, content in [
        ("setgroups", "deny"),
        ("uid_map", f"{_INSIDE_ID} {uid} 1"),
        ("gid_map", f"{_INSIDE_ID} {gid} 1"),
    ]:
        with kernel.step(f"writing /proc/self/{name}"):
            Path("/proc/self", name).write_text(content)


def build(policy, ids):
    """Enter the remaining namespaces and leave the host's files behind.

    Parameters
    ----------
    policy : Policy
    ids : int
        User and group that the private folders belong to.
    """
    links, binds = interpreter.layout()
    # Links of the host lead astray once its files are below another folder.
    binds = binds + [(os.path.realpath(host), inside) for host, inside in policy.binds()]
    kernel.unshare(
        kernel.CLONE_NEWNS | kernel.CLONE_NEWNET | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS
    )
    with kernel.step("naming the host"):
        socket.sethostname("sandbox")
    with kernel.step("starting the loopback device"):
        _start_loopback()
    workdir = policy.workdir and (os.path.realpath(policy.workdir[0]), *policy.workdir[1:])
    _new_root(policy.limits.file_size)
    with kernel.step("writing the new root folder"):
        _write_settings(ids)
        _devices()
        for target, path in links:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            os.symlink(target, path)
        _private_folders(ids)
    _processes()
    for host, inside in binds:
        _bind(host, inside)
    for path in filter(os.path.isdir, interpreter.COVERED):
        kernel.mount("none", path, "tmpfs", kernel.MS_RDONLY, "size=4k,mode=0")
    if workdir:
        _working_folder(*workdir, ids)
    _seal()
    os.chdir(workdir[1] if workdir else HOME)


def _start_loopback():
    """The network has one device, which leads back to itself."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as channel:
        fcntl.ioctl(channel, _SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", _IFF_UP))


def _new_root(size):
    kernel.mount("none", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
    options = f"size={size},nr_inodes={_MOST_FILES},mode=755"
    kernel.mount("sandbox", _WORKPLACE, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, options)
    os.mkdir(_WORKPLACE + _HOST)
    kernel.pivot_root(_WORKPLACE, _WORKPLACE + _HOST)
    os.chdir("/")


def _seal():
    kernel.unmount(_HOST)
    os.rmdir(_HOST)
    kernel.restrict_mount("/", kernel.READ_ONLY, recursive=False)


def _write_settings(ids):
    os.mkdir("/etc")
    Path("/etc/passwd").write_text(f"student:x:{ids}:{ids}::{HOME}:/bin/sh\n")
    Path("/etc/group").write_text(f"student:x:{ids}:\n")
    Path("/etc/hosts").write_text("127.0.0.1 localhost\n::1 localhost\n")
    Path("/etc/nsswitch.conf").write_text("passwd: files\ngroup: files\nhosts: files\n")


def _devices():
    os.mkdir("/dev")
    for name in ("null", "zero", "full", "random", "urandom"):
        _bind(f"/dev/{name}", f"/dev/{name}", kernel.NO_SETUID | kernel.NO_PROGRAMS)
    # Terminals of its own: IPython runs the commands of the shell in one.
    os.mkdir("/dev/pts")
    flags_ = kernel.MS_NOSUID | kernel.MS_NOEXEC
    kernel.mount("devpts", "/dev/pts", "devpts", flags_, "newinstance,ptmxmode=0666,max=32")
    os.symlink("pts/ptmx", "/dev/ptmx")
    os.symlink("/proc/self/fd", "/dev/fd")
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        os.symlink(f"/proc/self/fd/{number}", f"/dev/{name}")


def _processes():
    """A /proc of the new namespace, where the first process is not seen and nothing is written."""
    os.mkdir("/proc")
    flags_ = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC | kernel.MS_RDONLY
    kernel.mount("proc", "/proc", "proc", flags_, "hidepid=2")


def _private_folders(ids):
    for path, mode in _PRIVATE.items():
        os.makedirs(path, exist_ok=True)  # a link to the interpreter may lie in it
        os.chown(path, ids, ids)
        os.chmod(path, mode)
        kernel.mount(path, path, flags=kernel.MS_BIND)


def _bind(path, inside, attributes=_PLAIN | kernel.READ_ONLY):
    host = _HOST + path
    with kernel.step(f"making {path} visible as {inside}"):
        if os.path.isdir(host):
            os.makedirs(inside, exist_ok=True)
        elif not os.path.lexists(inside):
            os.stat(host)
            os.makedirs(os.path.dirname(inside), exist_ok=True)
            os.close(os.open(inside, os.O_CREAT | os.O_WRONLY, 0o644))
    kernel.mount(host, inside, flags=kernel.MS_BIND | kernel.MS_REC)
    kernel.restrict_mount(inside, attributes)


def _working_folder(host, inside, writable, ids):
    if writable:
        with kernel.step(f"preparing the working folder {host}"):
            give(_HOST + host, ids)
    _bind(host, inside, _PLAIN if writable else _ONLY_TO_READ)
