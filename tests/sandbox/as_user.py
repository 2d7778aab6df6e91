"""``python as_user.py UID PATHS PROGRAM ...``: runs a program as another user.

PATHS (separated by colons) may lie in folders that the user cannot enter, such as root's home: the
program sees them nevertheless, in a mount namespace of its own. Needs root.
"""

import os
import sys
import tempfile
from pathlib import Path

from gradekit.sandbox import kernel_calls as kernel


def show(path, hidden):
    """Let all users enter the folders above the path, and see nothing else there."""
    closed = [p for p in reversed(Path(path).parents) if not p.stat().st_mode & 0o001]
    if not closed:
        return
    kernel.mount(closed[0], hidden, flags=kernel.MS_BIND)
    kernel.mount("none", closed[0], "tmpfs", options="mode=755")
    os.makedirs(path)
    inner = os.path.join(hidden, Path(path).relative_to(closed[0]))
    kernel.mount(inner, path, flags=kernel.MS_BIND)
    kernel.unmount(hidden)


def main(uid, paths, *program):
    kernel.unshare(kernel.CLONE_NEWNS)
    kernel.mount("none", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
    with tempfile.TemporaryDirectory() as hidden:
        for path in paths.split(":"):
            show(path, hidden)
    if int(uid):
        os.setgroups([])
        os.setresgid(int(uid), int(uid), int(uid))
        os.setresuid(int(uid), int(uid), int(uid))
    os.execv(program[0], program)


main(*sys.argv[1:])
