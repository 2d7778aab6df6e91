"""The sandbox where namespaces are not allowed: Landlock, a stricter filter of calls, and limits.

Ubuntu 24.04 forbids user namespaces to ordinary users, and containers forbid them to root. There a
process may still give up its own access to files for good (Landlock, Linux 5.13) and filter its
system calls. Compared with `namespaces` this lacks:

- Paths are the host's. Names, sizes and dates of all files can be asked for (contents cannot be
  read, and nothing outside of the working folder and a private one can be changed).
- Process numbers are the host's. Up to Linux 6.11 signals reach processes that the same user
  starts later; as root, where every slot has a user of its own, none.
- No terminals: IPython's ``!command`` fails. The user's own ones could be written to.
- No network at all, not even with oneself, and no named sockets.
- /dev/shm is the host's: files there can be made and, if one knows their name and they belong to
  the same user, read. They, and files that are deleted while they are open, are bounded by the
  limits on one file and on processes, not in sum.
- Changes of modes, owners and dates of files are ignored, for Landlock cannot tell whose they are.
- Daemons are ended by the keeper, which finds them as its descendants. If the keeper itself is
  killed by SIGKILL they stay, and so does the private folder.
- /proc shows the notebook's process only itself, and its children nothing.
- nbgrader's old exchange in /usr/local/share is not covered.
- There is no private /tmp: programs that do not ask for TMPDIR find that they cannot write there.
"""

import ctypes
import os
import tempfile

from gradekit.sandbox import interpreter
from gradekit.sandbox import kernel_calls as kernel

_EXECUTE, _WRITE, _READ, _LIST = 1, 2, 4, 8
_REMOVE_FOLDER, _REMOVE = 1 << 4, 1 << 5
_MAKE_FOLDER, _MAKE, _MAKE_PIPE, _MAKE_LINK = 1 << 7, 1 << 8, 1 << 10, 1 << 12
_REFER, _TRUNCATE = 1 << 13, 1 << 14
_OF_FILES = _EXECUTE | _WRITE | _READ | _TRUNCATE
# What the versions 1 to 5 of the interface know of; later ones add nothing about files.
_KNOWN = ((1 << 13) - 1, (1 << 14) - 1, (1 << 15) - 1, (1 << 15) - 1, (1 << 16) - 1)

_SEE = _READ | _LIST | _EXECUTE
_CHANGE = (_SEE | _WRITE | _TRUNCATE | _REFER | _REMOVE_FOLDER | _REMOVE) | (
    _MAKE_FOLDER | _MAKE | _MAKE_PIPE | _MAKE_LINK
)
# Without listing it: other programs' names there are not to be found out.
_SHARED_MEMORY = _READ | _WRITE | _TRUNCATE | _MAKE | _REMOVE | _REFER
_NETWORK = 0b11
_ABSTRACT_SOCKETS_AND_SIGNALS = 0b11

_OF_PROC = ("cpuinfo", "filesystems", "loadavg", "meminfo", "stat", "uptime", "version")
_CREATE_VERSION, _PATH_BENEATH = 1, 1


class _Ruleset(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("files", "network", "scope")]


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32)]


def version():
    """Version of the kernel's interface; 0 without Landlock."""
    return max(0, kernel.call("landlock_create_ruleset", None, 0, _CREATE_VERSION))


def private_folder(ids):
    """A folder of the host that stands for /tmp and the home; the keeper removes it."""
    folder = tempfile.mkdtemp(prefix="gradekit-private-")
    if ids is not None:
        os.chown(folder, ids, ids)
    return folder


def restrict(policy, private):
    """Give up access to all files but those of Python and of the policy, for good.

    Parameters
    ----------
    policy : Policy
    private : str
        The process's own folder.
    """
    abi = version()
    known = _KNOWN[min(abi, len(_KNOWN)) - 1]
    attributes = _Ruleset(
        known, _NETWORK if abi >= 4 else 0, _ABSTRACT_SOCKETS_AND_SIGNALS if abi >= 6 else 0
    )
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    ruleset = kernel.check(
        kernel.call("landlock_create_ruleset", ctypes.byref(attributes), size, 0),
        "making Landlock's rules",
    )
    for path, access in _rules(policy, private):
        _allow(ruleset, path, access & known)
    kernel.check(kernel.call("landlock_restrict_self", ruleset, 0), "applying Landlock's rules")
    os.close(ruleset)


def _rules(policy, private):
    _, binds = interpreter.layout()
    for path, _ in [*binds, *policy.binds()]:
        yield path, _SEE
    for name in _OF_PROC:
        yield f"/proc/{name}", _READ
    yield f"/proc/{os.getpid()}", _READ | _LIST
    for name in ("null", "zero", "full", "random", "urandom"):
        yield f"/dev/{name}", _READ | _WRITE
    if os.path.isdir("/dev/shm"):
        yield "/dev/shm", _SHARED_MEMORY
    yield private, _CHANGE
    if policy.workdir:
        yield policy.workdir[0], _CHANGE if policy.workdir[2] else _SEE


def _allow(ruleset, path, access):
    with kernel.step(f"making {path} visible"):
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    if not os.path.isdir(path):
        access &= _OF_FILES
    rule = _PathBeneath(access, folder)
    done = kernel.call("landlock_add_rule", ruleset, _PATH_BENEATH, ctypes.byref(rule), 0)
    kernel.check(done, f"making {path} visible")
    os.close(folder)
