"""The kernel's calls that Python's standard library lacks, each raising what failed and why."""

import contextlib
import ctypes
import errno
import os
import platform
import signal

# PyDLL keeps the interpreter's lock: a fork in a call that released it could not take it back.
libc = ctypes.PyDLL(None, use_errno=True) if os.name == "posix" else None

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
MNT_DETACH = 2

# Attributes of mount_setattr, other numbers for the same ideas.
READ_ONLY, NO_SETUID, NO_DEVICES, NO_PROGRAMS = 1, 2, 4, 8
NO_LINKS = 0x00200000

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP = 1, 4, 22, 24
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 36, 38, 47
PR_CAP_AMBIENT_CLEAR_ALL = 4

_HERE, _RECURSIVE = -100, 0x8000

_MACHINE = platform.machine()
# x86_64 and aarch64 agree on every number from 424 on.
_NUMBERS = {
    "x86_64": {"clone": 56, "pivot_root": 155},
    "aarch64": {"clone": 220, "pivot_root": 41},
}.get(_MACHINE, {})
_NUMBERS |= {
    "mount_setattr": 442,
    "landlock_create_ruleset": 444,
    "landlock_add_rule": 445,
    "landlock_restrict_self": 446,
}

_ADVICE = {
    errno.EPERM: "the system does not allow it to this user or in this container",
    errno.EACCES: "permission is missing; as root, Python must be readable for all users",
    errno.ENOSYS: "the kernel is too old or hides it",
    errno.EINVAL: "the kernel is too old or lacks the feature",
    errno.ENOSPC: "a limit is reached: on files, or on namespaces in /proc/sys/user",
    errno.EAGAIN: "the number of processes of this user is limited",
    errno.EDEADLK: "fork before any is started; OPENBLAS_NUM_THREADS=1 is one way",
    errno.ENOMEM: "memory is short",
    errno.ENOENT: "the file or folder is not there",
    errno.EPIPE: "it ended before",
}


class SandboxError(OSError):
    """A step on the way into the sandbox failed; the message names step, error and what to do."""

    def __init__(self, step, number):
        name = errno.errorcode.get(number, str(number))
        advice = _ADVICE.get(number, os.strerror(number))
        self.step = step
        super().__init__(number, f"The sandbox failed at {step} ({name}: {advice}).")

    def __str__(self):
        return self.strerror


def check(result, step):
    """Return a call's result, or raise what errno says of it."""
    if result == -1:
        raise SandboxError(step, ctypes.get_errno())
    return result


def call(name, *arguments):
    """Make a system call that the C library does not offer; -1 and errno if it fails."""
    numbers = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    if name not in _NUMBERS:
        ctypes.set_errno(errno.ENOSYS)
        return -1
    return libc.syscall(ctypes.c_long(_NUMBERS[name]), *numbers)


def prctl(step, option, *arguments):
    padded = [ctypes.c_ulong(a) for a in (*arguments, 0, 0, 0, 0)[:4]]
    return check(libc.prctl(option, *padded), step)


def clone(flags):
    """Fork into new namespaces; like os.fork, but with CLONE_NEW... flags.

    The C library does not learn of this fork and keeps the parent's thread id in the child, so the
    child may only do what its init has to: prepare, fork once more by os.fork, and wait.
    """
    ctypes.pythonapi.PyOS_BeforeFork()
    pid = call("clone", flags | signal.SIGCHLD, 0, 0, 0, 0)
    error = ctypes.get_errno()
    if pid == 0:
        ctypes.pythonapi.PyOS_AfterFork_Child()
    else:
        ctypes.pythonapi.PyOS_AfterFork_Parent()
    if pid == -1:
        raise SandboxError("forking into new namespaces", error)
    return pid


def unshare(flags):
    check(libc.unshare(flags), "unsharing namespaces")


def mount(source, target, kind=None, flags=0, options=None):
    encoded = [None if s is None else os.fsencode(s) for s in (source, target, kind, options)]
    source_, target_, kind_, options_ = encoded
    done = libc.mount(source_, target_, kind_, ctypes.c_ulong(flags), options_)
    check(done, f"mounting {source} on {target}")


def unmount(target):
    check(libc.umount2(os.fsencode(target), MNT_DETACH), f"unmounting {target}")


class _MountAttributes(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "userns")]


def restrict_mount(target, attributes, recursive=True):
    """Add attributes such as READ_ONLY to a mount, and to those below it."""
    wanted = _MountAttributes(set=attributes)
    flags = _RECURSIVE if recursive else 0
    size = ctypes.sizeof(wanted)
    done = call("mount_setattr", _HERE, os.fsencode(target), flags, ctypes.byref(wanted), size)
    check(done, f"restricting the mount of {target}")


def pivot_root(new, old):
    check(call("pivot_root", os.fsencode(new), os.fsencode(old)), "changing the root folder")


@contextlib.contextmanager
def step(name):
    """Say what was being done when one of Python's own calls failed."""
    try:
        yield
    except SandboxError as error:
        raise SandboxError(f"{name}, {error.step}", error.errno) from error
    except OSError as error:
        raise SandboxError(name, error.errno or errno.EIO) from error
