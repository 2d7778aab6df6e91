"""Ends what a notebook left running and removes what it left lying, however hostile it is."""

import contextlib
import os
import signal
import stat
import time

from gradekit.sandbox.usage import descendants


def tasks_of_user():
    """Processes and threads that the kernel counts to this user."""
    uid, count = os.getuid(), 0
    for entry in os.scandir("/proc"):
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                if entry.stat().st_uid == uid:
                    count += os.stat(f"{entry.path}/task").st_nlink - 2
    return count


def reap():
    """Collect the children that have ended.

    Returns
    -------
    dict of int to int
        Their status as of os.waitpid.
    """
    ended = {}
    with contextlib.suppress(ChildProcessError):
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            ended[found[0]] = found[1]
    return ended


def end_descendants(ids, seconds):
    """End all processes under this one, which must be the one that adopts orphans.

    Parameters
    ----------
    ids : int or None
        The slot's user: none of its processes lives on.
    seconds : float
        After which to give up.
    """
    last = time.monotonic() + seconds
    while time.monotonic() < last:
        if ids is not None:
            _end_user(ids)
        remaining = descendants(os.getpid())
        for pid in remaining:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        reap()
        if not remaining:
            return
        time.sleep(0.001)


def _end_user(ids):
    pid = os.fork()
    if pid == 0:
        try:
            os.setresuid(ids, ids, ids)
            os.kill(-1, signal.SIGKILL)
        finally:
            os._exit(0)
    os.waitpid(pid, 0)


def remove_shared_memory(ids):
    """Remove what a slot's user left in /dev/shm."""
    for entry in os.scandir("/dev/shm"):
        with contextlib.suppress(OSError):
            if entry.stat(follow_symlinks=False).st_uid == ids:
                os.unlink(entry)


def remove(folder):
    """Remove a folder that a notebook could write to.

    Folders nested so deep that their path is too long for any call are made flat first; links are
    removed and never followed; a missing permission is given.
    """
    with contextlib.suppress(OSError):
        _flatten(folder)
        os.rmdir(folder)


def _flatten(folder):
    """Empty a folder; what is in a folder within it moves up first."""
    top = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        while entries := os.listdir(top):
            for entry in entries:
                if not _removed(entry, top):
                    _move_up(entry, top)
                    os.rmdir(entry, dir_fd=top)
    finally:
        os.close(top)


def _removed(entry, parent):
    """Remove what is not a folder; of a folder, see to it that it can be emptied."""
    if stat.S_ISDIR(os.lstat(entry, dir_fd=parent).st_mode):
        os.chmod(entry, 0o700, dir_fd=parent)
        return False
    os.unlink(entry, dir_fd=parent)
    return True


def _move_up(name, top):
    folder = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=top)
    try:
        for entry in os.listdir(folder):
            if not _removed(entry, folder):
                # A name that nobody can have taken.
                os.rename(entry, os.urandom(16).hex(), src_dir_fd=folder, dst_dir_fd=top)
    finally:
        os.close(folder)
