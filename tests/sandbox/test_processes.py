"""Other processes: what a sandboxed one can do to them, and what becomes of those that it made."""

import os
import signal
import time

from gradekit.sandbox.usage import children, descendants, usage

INSIDE = "/home/student/work"
LITTLE = {"processes": 12}


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def gone(pids, seconds=20):
    """Whether all of them have ended, at the latest after some seconds."""
    last = time.monotonic() + seconds
    while any(map(alive, pids)) and time.monotonic() < last:
        time.sleep(0.01)
    return not any(map(alive, pids))


def test_does_it_see_processes_that_are_not_its_own(zygote):
    if zygote.kind == "namespaces":
        assert zygote.call("processes") == {"own": 2, "parent": 1, "seen": [2]}
    else:
        assert zygote.call("lists", "/proc") == "EACCES"


def test_can_it_inspect_or_trace_others(zygote):
    other = zygote.start("wait_for_interrupt")
    other.said()
    kernel = children(other.pid)[0]
    pids = [1, zygote.pid, os.getpid(), other.pid, kernel]
    for pid in pids:
        found = zygote.call("spy_on", pid)
        assert set(found.values()) <= {"ENOENT", "EACCES", "EPERM", "ESRCH"}, (pid, found)
    other.end()


def test_can_it_signal_others(zygote):
    other = zygote.start("wait_for_interrupt")
    other.said()
    pids = [zygote.pid, other.pid, *children(other.pid)]
    found = zygote.call("send_signals", [1, *pids])
    if zygote.kind == "landlock":
        assert set(found.values()) == {"EPERM"}
    # In a process namespace the others have no numbers, and the kernel ignores signals to 1.
    assert all(map(alive, pids))
    other.end()


def test_can_it_signal_everybody_at_once(zygote):
    other = zygote.start("wait_for_interrupt")
    other.said()
    zygote.call("send_signals", [-1])
    assert alive(other.pid) and alive(zygote.pid)
    other.end()


def test_is_it_told_that_ctrl_c_was_pressed(zygote):
    waiting = zygote.start("wait_for_interrupt")
    waiting.said()
    zygote.ask(do="interrupt", pid=waiting.pid)
    assert waiting.said() == "interrupted"
    assert waiting.wait()["status"] == 0


def test_do_daemons_end_when_the_keeper_is_ended(zygote):
    leaving = zygote.start("leave_daemons_and_wait")
    leaving.said()
    pids = descendants(leaving.pid)
    assert len(pids) == 2
    leaving.end()
    assert not any(map(alive, pids))


def test_do_daemons_end_when_the_notebook_ends(zygote):
    leaving = zygote.start("leave_daemons")
    assert leaving.said() == "left"
    leaving.wait()
    assert not alive(leaving.pid)
    assert descendants(zygote.pid) == []


def test_do_daemons_end_when_the_zygote_is_killed(new_zygote):
    leaving = new_zygote.start("leave_daemons_and_wait")
    leaving.said()
    pids = [leaving.pid, *descendants(leaving.pid)]
    assert len(pids) == 3
    os.kill(new_zygote.pid, signal.SIGKILL)
    assert gone(pids)


def test_is_a_fork_bomb_stopped(zygote):
    bomb = zygote.start("fork_without_end", limits=LITTLE)
    count, error = bomb.said()
    assert (count <= 12, error) == (True, "EAGAIN")
    assert usage(bomb.pid).tasks <= 12
    # Others have a number of their own.
    if (zygote.kind, zygote.user) != ("landlock", "user"):
        assert zygote.call("shell") == "42\n"
    bomb.end()
    assert descendants(zygote.pid) == []


def test_are_threads_counted_as_well(zygote):
    assert zygote.call("start_threads", limits=LITTLE, seconds=0) <= 12


def test_is_the_processor_time_of_all_processes_known_after_the_end(zygote):
    burning = zygote.start("burn", 0.2)
    burning.said()
    assert usage(burning.pid).cpu_seconds > 0.15
    assert burning.end()["cpu"] > 0.15


def test_does_the_keeper_end_like_the_notebook(zygote):
    def code(function, argument):
        return os.waitstatus_to_exitcode(zygote.start(function, argument).wait()["status"])

    assert code("end_with", 7) == 7
    assert code("die", signal.SIGKILL) == 128 + signal.SIGKILL
    assert code("die", signal.SIGSEGV) == 128 + signal.SIGSEGV


def test_can_it_outlive_the_keeper(zygote):
    if zygote.kind == "landlock":
        assert zygote.call("clear_parents_death") == "EPERM"
    waiting = zygote.start("wait_for_interrupt")
    waiting.said()
    pids = descendants(waiting.pid)
    os.kill(waiting.pid, signal.SIGKILL)
    waiting.wait()
    assert gone(pids)
