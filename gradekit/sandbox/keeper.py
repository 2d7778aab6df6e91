"""Into the sandbox, and the process that stays outside of it: the keeper.

The zygote forks the keeper, and the keeper forks the process that runs the notebook, which is the
one that `enter` returns in. The keeper then waits: it has closed everything, answers nobody, and
ends with what the notebook's process ended with (128 and the number, if that was a signal).

With namespaces the keeper is the first process of a process namespace: when it ends, by itself or
by a signal from outside, the kernel ends everything in the namespace, daemons too, before the
keeper's own end can be waited for. Without them the keeper looks for what the notebook's process
left behind, and ends it: so it must be asked by SIGTERM and not be killed (see `end`).
"""

import contextlib
import ctypes
import errno
import functools
import os
import select
import signal
import tempfile
from pathlib import Path

from gradekit.sandbox import (
    cleaning,
    denied_calls,
    interpreter,
    landlock,
    limits,
    namespaces,
    seccomp,
)
from gradekit.sandbox import kernel_calls as kernel
from gradekit.sandbox.owners import become, give, owner
from gradekit.sandbox.usage import children

_SECONDS_TO_END = 5

# What the keeper has to know of the process that forked it.
_parent = {}


def fork(protection):
    """Fork the keeper: stands for os.fork; in the child call `enter`.

    Parameters
    ----------
    protection : Protection

    Returns
    -------
    int
        0 in the child; in the parent the child's process id: the one to wait for and to `end`.
    """
    if len(os.listdir("/proc/self/task")) > 1:
        raise kernel.SandboxError("forking a process that has several threads", errno.EDEADLK)
    _prepare()
    _parent["pidfd"] = pidfd = os.pidfd_open(os.getpid())
    if alone := protection.kind == "namespaces":
        _filter_alone()
    pid = kernel.clone(namespaces.flags()) if alone else os.fork()
    if pid:
        os.close(pidfd)
    return pid


@functools.cache
def _prepare():
    """Find out here, once, what each child would find out again."""
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    _parent.update(uid=os.geteuid(), gid=os.getegid(), environment=tuple(map(int, fields[47:49])))
    interpreter.layout()


@functools.cache
def _filter_alone():
    return seccomp.assemble(denied_calls.alone())


def enter(policy, protection):
    """Enter the sandbox; everything is closed and limited when this returns.

    Call it in a child made by `fork` that has one thread. It returns in a child of that child,
    which shall run the notebook's code. Paths inside are told by `Policy.inside`.

    Parameters
    ----------
    policy : Policy
    protection : Protection

    Raises
    ------
    SandboxError
        If a step failed. The process must report it and end: it may be half-way in.
    """
    _close_descriptors((*policy.keep_fds, _parent["pidfd"]))
    _replace_environment(policy.environment)
    _be_first_when_memory_is_short()
    if protection.kind == "namespaces":
        _enter_namespaces(policy)
    else:
        _enter_in_company(policy, protection.kind)
    os.setsid()
    os.umask(0o022)
    kernel.prctl("being an ordinary process", kernel.PR_SET_DUMPABLE, 1)


def end(pid, protection):
    """End a keeper and all that is under it; the parent then has to wait for it.

    Parameters
    ----------
    pid : int
        What `fork` returned.
    protection : Protection
    """
    if protection.kind != "namespaces":
        os.kill(pid, signal.SIGTERM)
    elif notebook := children(pid):
        # The keeper follows; killed first, it would not know what processor time was used.
        os.kill(notebook[0], signal.SIGKILL)
    else:
        os.kill(pid, signal.SIGKILL)


def interrupt(pid):
    """Do what Ctrl-C does: SIGINT for the notebook's process and those in its group.

    Parameters
    ----------
    pid : int
        What `fork` returned.
    """
    # The first child is the notebook's process; orphans come later.
    with contextlib.suppress(IndexError, ProcessLookupError):
        os.killpg(children(pid)[0], signal.SIGINT)


def _enter_namespaces(policy):
    ids = owner(policy.slot)
    if ids is None:
        namespaces.map_user(_parent["uid"], _parent["gid"])
    namespaces.build(policy, os.geteuid() if ids is None else ids)
    limits.drop_bounding_set()
    if ids is not None:
        become(ids)
    # The keeper itself counts to its user.
    limits.apply(policy.limits, tasks_before=1)
    limits.drop_capabilities()
    seccomp.install(_filter_alone())
    # Nobody inside reads its memory or traces it.
    kernel.prctl("hiding the keeper", kernel.PR_SET_DUMPABLE, 0)
    # Not before: a change of user forgets it.
    _end_with_parent(signal.SIGKILL)
    pid = os.fork()
    if pid:
        _only_wait_for(pid)


def _enter_in_company(policy, kind):
    ids = owner(policy.slot)
    # Ctrl-C and the end of a terminal are for the engine, not for its keepers.
    blocked = {signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, blocked)
    private = landlock.private_folder(ids)
    kernel.prctl("adopting orphans", kernel.PR_SET_CHILD_SUBREAPER, 1)
    _end_with_parent(signal.SIGTERM)
    keeper = os.getpid()
    pid = os.fork()
    if pid:
        _wait_and_clean(pid, ids, private)
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    os.environ.update(HOME=private, TMPDIR=private)
    # It may have been asked for before.
    tempfile.tempdir = None
    before = 0 if ids is not None else cleaning.tasks_of_user() - 1
    limits.drop_bounding_set()
    if ids is not None:
        if policy.workdir and policy.workdir[2]:
            give(policy.workdir[0], ids)
        become(ids)
    # Not before: a change of user forgets it.
    kernel.prctl("asking to end with the keeper", kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != keeper:
        os._exit(1)
    limits.apply(policy.limits, tasks_before=before)
    limits.drop_capabilities()
    with kernel.step("entering the working folder"):
        os.chdir(policy.workdir[0] if policy.workdir else private)
    if kind == "landlock":
        landlock.restrict(policy, private)
        table = denied_calls.in_company(landlock.version(), os.getpid())
        seccomp.install(seccomp.assemble(table))


def _end_with_parent(number):
    kernel.prctl("asking to end with the parent", kernel.PR_SET_PDEATHSIG, number)
    # The parent may have ended before.
    if select.select([_parent["pidfd"]], [], [], 0)[0]:
        os._exit(1)
    os.close(_parent["pidfd"])


def _only_wait_for(pid):
    """Be the first process of a namespace; never returns."""
    try:
        os.closerange(0, 1 << 20)
        for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
            # The kernel keeps what is not handled from the first process of a namespace.
            signal.signal(number, signal.SIG_DFL)
        while True:
            ended, status = os.wait()
            if ended == pid:
                _exit_like(status)
    finally:
        os._exit(1)


def _wait_and_clean(pid, ids, private):
    """Wait for the process or for a signal that asks to end; never returns."""
    try:
        os.closerange(0, 1 << 20)
        status = signal.SIGTERM
        while signal.sigwait({signal.SIGCHLD, signal.SIGTERM}) == signal.SIGCHLD:
            if (found := cleaning.reap().get(pid)) is not None:
                status = found
                break
        cleaning.end_descendants(ids, _SECONDS_TO_END)
        cleaning.remove(private)
        if ids is not None:
            cleaning.remove_shared_memory(ids)
        _exit_like(status)
    finally:
        os._exit(1)


def _exit_like(status):
    code = os.waitstatus_to_exitcode(status)
    os._exit(code if code >= 0 else 128 - code)


def _be_first_when_memory_is_short():
    """Let the kernel choose this rather than anything else if it has to end a process."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500")


def _close_descriptors(keep):
    """Close all descriptors but some; the standard ones lead to nothing."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in {0, 1, 2} - set(keep):
        os.dup2(nothing, standard)
    kept = sorted({0, 1, 2, *keep})
    for low, high in zip(kept, [*kept[1:], 1 << 20], strict=True):
        os.closerange(low + 1, high)


def _replace_environment(environment):
    """Also where /proc/self/environ shows what the process was started with."""
    os.environ.clear()
    os.environ.update(environment)
    start, end = _parent["environment"]
    ctypes.memset(start, 0, end - start)
