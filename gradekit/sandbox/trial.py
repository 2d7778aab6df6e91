"""``python -m gradekit.sandbox.trial KIND``: enters the sandbox and tries to get out of it.

Ends with 0 if it cannot; otherwise it prints in a few words what went wrong.
"""

import contextlib
import errno
import os
import socket
import subprocess
import sys
import tempfile

from gradekit.sandbox import keeper
from gradekit.sandbox import kernel_calls as kernel
from gradekit.sandbox.cleaning import remove
from gradekit.sandbox.policy import Policy, Protection


def _opens(path):
    with contextlib.suppress(OSError):
        os.close(os.open(path, os.O_RDONLY))
        return True
    return False


def _reaches_out(secret, parent, kind):
    """Name the first thing that is possible and should not be; None if there is none."""
    if _opens(secret):
        return "it can read files of others"
    if _opens(f"/proc/{parent}/environ") or (kind == "namespaces" and os.getppid() != 1):
        return "it can see other processes"
    if kernel.libc.unshare(kernel.CLONE_NEWUSER) == 0:
        return "it can make namespaces"
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_RAW):
        return "it can open raw sockets"
    with contextlib.suppress(OSError), open("written", "w"):
        return "it can write to a folder that it may only read"
    python = subprocess.run([sys.executable, "-c", "import json"], capture_output=True)
    if python.returncode:
        return f"Python itself, in {sys.base_prefix}, cannot be read inside"
    return None


def main(kind):
    protection = Protection(kind, "", False)
    if not os.path.exists(f"/proc/self/task/{os.getpid()}/children"):
        print("the kernel does not list the children of a process (CONFIG_PROC_CHILDREN)", end="")
        return errno.ENOSYS
    folder = tempfile.mkdtemp(prefix="gradekit-")
    os.chmod(folder, 0o755)
    secret = os.path.join(folder, "secret")
    os.close(os.open(secret, os.O_CREAT | os.O_WRONLY, 0o644))
    workdir = os.path.join(folder, "work")
    os.mkdir(workdir)
    parent = os.getpid()
    pid = keeper.fork(protection)
    if pid == 0:
        finding = "it did not say what happened"
        try:
            policy = Policy(
                slot=2 * parent,
                workdir=(workdir, "/home/student/work", False),
                keep_fds=(1,),
                environment={"PATH": "/usr/bin:/bin"},
            )
            keeper.enter(policy, protection)
            finding = _reaches_out(secret, parent, kind)
        except OSError as error:
            finding = str(error)
        finally:
            os.write(1, (finding or "").encode())
            os._exit(1 if finding else 0)
    _, status = os.waitpid(pid, 0)
    remove(folder)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1]))
    except OSError as failure:
        print(failure)
        sys.exit(errno.EIO)
