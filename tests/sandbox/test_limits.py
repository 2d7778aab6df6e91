"""Memory, files and what a watchdog sees of them."""

import os
import sys
from pathlib import Path

from gradekit import sandbox

MIB = 1 << 20
INSIDE = "/home/student/work"


def test_does_one_process_get_a_memory_error(zygote):
    limits = {"memory": 128 * MIB}
    assert zygote.call("use_memory", 64 * MIB, limits=limits) == 64 * MIB
    assert zygote.call("use_memory", 129 * MIB, limits=limits) == "MemoryError"


def test_is_the_memory_of_all_processes_added_up(zygote):
    sharing = zygote.start("share_memory", 3, 40 * MIB)
    for _ in range(3):
        sharing.said()
    seen = sharing.usage()
    assert 120 * MIB <= seen.memory < 500 * MIB
    assert seen.tasks == 4
    exact = sharing.usage(enough=0)
    assert 120 * MIB <= exact.memory < 220 * MIB
    sharing.end()


def test_is_memory_that_is_still_shared_counted_once(zygote):
    sharing = zygote.start("stay_shared", 8)
    sharing.said()
    assert sharing.usage(enough=0).memory < 64 * MIB
    sharing.end()


def test_is_the_dear_count_only_made_when_the_cheap_one_is_too_high(zygote, monkeypatch):
    """The exact count walks through all pages of a process: not five times a second."""
    measuring = sys.modules["gradekit.sandbox.usage"]
    counted, exact = [], measuring._exact_memory
    monkeypatch.setattr(measuring, "_exact_memory", lambda pid: counted.append(pid) or exact(pid))
    waiting = zygote.start("stay_shared", 8)
    waiting.said()
    sandbox.usage(waiting.pid, enough=1 << 40)
    assert counted == []
    sandbox.usage(waiting.pid, enough=0)
    assert len(counted) == 9
    waiting.end()


def test_is_a_big_file_refused(zygote, folder):
    policy = {"limits": {"file_size": 8 * MIB}, "workdir": (str(folder), INSIDE, True)}
    assert zygote.call("write_file", "big", 9 * MIB, **policy) == "EFBIG"


def test_are_all_files_together_bounded(zygote, folder):
    """Files in the places that a process has for itself."""
    if zygote.kind == "landlock":
        return
    policy = {"limits": {"file_size": 8 * MIB}, "slot": zygote.slot(0)}
    for place in ("/tmp", "/dev/shm", "/home/student"):
        found = zygote.call("write_files", place, 5, 3 * MIB, **policy)
        assert found == ["allowed", "allowed", "ENOSPC", "ENOSPC", "ENOSPC"]


def test_can_deeply_nested_folders_be_removed(zygote, folder):
    workdir = (str(folder), INSIDE, True)
    assert zygote.call("nest_folders", 700, workdir=workdir) == "nested"
    sandbox.remove(folder)
    assert not folder.exists()


def test_is_anything_left_on_the_host(new_zygote, folder):
    def lying_around():
        mounts = [Path(f"/proc/{pid}/mounts").read_text() for pid in ("self", new_zygote.pid)]
        temporary = {p for p in os.listdir("/tmp") if p.startswith("gradekit-private-")}
        return mounts, temporary

    before = lying_around()
    memory = Path("/dev/shm", f"left-{new_zygote.pid}")
    for _ in range(3):
        new_zygote.call("temporary_files", workdir=(str(folder), INSIDE, True))
        leaving = new_zygote.start("leave_daemons_and_wait", str(memory))
        leaving.said()
        leaving.end()
        # Of an ordinary user's files in the host's folder nobody can tell which are a notebook's.
        if (new_zygote.kind, new_zygote.user) == ("landlock", "user"):
            memory.unlink()
        assert not memory.exists()
    assert lying_around() == before
