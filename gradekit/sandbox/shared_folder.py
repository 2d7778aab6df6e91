"""A working folder of bounded size that several sandboxed processes see.

A folder of the host would let a notebook fill the disk, by files that are deleted while they are
open if not otherwise. So a process of its own, the holder, has a copy of the folder in a tmpfs that
nobody else sees, and gives mounts of it, to write or only to read, to whoever has its socket: to
the keepers of a notebook's processes, one after the other, also when one is made anew.
"""

import errno
import os
import shutil
import socket

from gradekit.sandbox import kernel_calls as kernel
from gradekit.sandbox.owners import give

_PLAIN = kernel.NO_SETUID | kernel.NO_DEVICES
_ONLY_TO_READ = _PLAIN | kernel.READ_ONLY | kernel.NO_LINKS
_MOST_FILES = 65_536
_WRITE, _READ = b"write", b"read"


def fill(folder, limits, ids):
    """Let the folder hide behind a copy of it, which is bounded; needs namespaces of its own.

    Parameters
    ----------
    folder : str
    limits : Limits
        What is written may have the size of one file, on top of what is there already.
    ids : int
        User and group that the copy belongs to.
    """
    source = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    size = f"size={limits.file_size + _size(folder)},nr_inodes={_MOST_FILES}"
    kernel.mount("folder", folder, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, size)
    with kernel.step(f"copying {folder}"):
        shutil.copytree(f"/proc/self/fd/{source}", folder, dirs_exist_ok=True)
        # The processes may be of several users.
        os.chmod(folder, 0o755)
        give(folder, ids)
    os.close(source)


def _size(folder):
    """Bytes of all files in a folder, and a page for each."""
    found = [os.path.join(parent, name) for parent, _, names in os.walk(folder) for name in names]
    return sum(os.lstat(path).st_size + 4096 for path in found)


def serve(folder, channel, fault=None):
    """Give mounts of the folder to all who ask, until nobody is left who could.

    Parameters
    ----------
    folder : str
    channel : socket.socket
    fault : str, optional
        Why there are none.
    """
    while True:
        wish, descriptors, _, _ = socket.recv_fds(channel, 16, 1)
        if not descriptors:
            return
        with socket.socket(fileno=descriptors[0]) as asking:
            if fault:
                asking.send(fault.encode())
                continue
            mount = kernel.open_tree(folder)
            attributes = _PLAIN if wish == _WRITE else _ONLY_TO_READ
            kernel.restrict_mount("", attributes, folder=mount)
            socket.send_fds(asking, [wish], [mount])
            os.close(mount)


def take(channel, inside, writable):
    """Ask the holder for a mount of its folder, and mount it."""
    here, there = socket.socketpair()
    with here:
        with there:
            socket.send_fds(channel, [_WRITE if writable else _READ], [there.fileno()])
        said, descriptors, _, _ = socket.recv_fds(here, 4096, 1)
    if not descriptors:
        raise kernel.SandboxError(f"asking for it ({said.decode()})", errno.EPIPE)
    os.makedirs(inside, exist_ok=True)
    kernel.move_mount(descriptors[0], inside)
    os.close(descriptors[0])
