"""What a run is told about its protection, and errors on the way into the sandbox."""

import errno
import os
import subprocess
import sys

import pytest

from gradekit import sandbox
from gradekit.execution.job import Limits
from gradekit.sandbox import kernel_calls, owners, probing


@pytest.fixture
def probe(monkeypatch):
    """Probe again, and pretend that trials fail for the given reasons."""

    def probe(**failures):
        monkeypatch.setattr(probing, "_try", failures.get)
        return probing.probe.__wrapped__()

    return probe


def test_is_there_a_protection_on_this_machine():
    protection = sandbox.probe()
    assert protection.kind in ("namespaces", "landlock", "none")
    assert "\n" not in protection.sentence
    assert sandbox.probe() is protection


def test_are_namespaces_best(probe):
    assert probe() == sandbox.Protection("namespaces", probe().sentence, True)


def test_does_the_fallback_say_what_it_lacks_and_why(probe):
    protection = probe(namespaces="namespaces are not allowed")
    assert (protection.kind, protection.complete) == ("landlock", False)
    assert "namespaces are not allowed" in protection.sentence
    assert "names of files" in protection.sentence


def test_is_it_said_why_there_is_no_protection(probe):
    protection = probe(namespaces="first reason", landlock="second reason")
    assert (protection.kind, protection.complete) == ("none", False)
    assert "first reason; second reason" in protection.sentence


def test_is_a_sandbox_that_does_not_keep_others_out_found_out():
    command = [sys.executable, "-m", "gradekit.sandbox.trial", "none"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stdout == "it can read files of others"


def test_is_it_noticed_that_a_container_forbids_namespaces():
    code = (
        "import os, sys; from gradekit.sandbox import denied_calls, kernel_calls, seccomp;"
        "kernel_calls.prctl('as in a container', kernel_calls.PR_SET_NO_NEW_PRIVS, 1);"
        "table = denied_calls.alone();"
        "seccomp.install(seccomp.assemble({name: table[name] for name in ['clone', 'unshare']}));"
        "os.execv(sys.executable, [sys.executable, '-c', sys.argv[1]])"
    )
    ask = "from gradekit import sandbox; print(sandbox.probe())"
    done = subprocess.run([sys.executable, "-c", code, ask], capture_output=True, text=True)
    assert "namespaces (EPERM" in done.stdout
    assert "complete=False" in done.stdout


def test_does_an_error_name_step_reason_and_advice():
    with pytest.raises(sandbox.SandboxError) as caught:
        kernel_calls.mount("/does/not", "/exist", flags=kernel_calls.MS_BIND)
    assert caught.value.errno in (errno.ENOENT, errno.EPERM)
    assert "mounting /does/not on /exist" in str(caught.value)
    assert errno.errorcode[caught.value.errno] in str(caught.value)


def test_does_a_failing_step_end_in_an_error(zygote):
    missing = zygote.start("shell", readable=["/does/not/exist"])
    with pytest.raises(AssertionError, match="making /does/not/exist visible|ENOENT"):
        missing.said()
    missing.wait()


def test_has_every_slot_a_user_of_its_own():
    ids = [owners.owner(slot) for slot in range(64)]
    if os.geteuid() == 0:
        assert len(set(ids)) == 64
        assert min(ids) > 60_000
    else:
        assert ids == [None] * 64


def test_is_a_process_with_threads_refused():
    code = (
        "import threading, time; from gradekit import sandbox;"
        "threading.Thread(target=time.sleep, args=(1,)).start();"
        "sandbox.fork(sandbox.Protection('namespaces', '', True))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "SandboxError" in done.stderr and "several threads" in done.stderr


def test_is_a_policy_plain_data():
    policy = sandbox.Policy(readable=("/a", ("/b", "/c")), workdir=("/w", "/inside", True))
    full = sandbox.Protection("namespaces", "", True)
    part = sandbox.Protection("landlock", "", False)
    assert policy.inside(full) == ("/inside", ["/a", "/c"])
    assert policy.inside(part) == ("/w", ["/a", "/b"])
    assert sandbox.Policy().limits == Limits()
