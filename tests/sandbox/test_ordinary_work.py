"""What notebooks do every day still works."""

import re

import pytest

INSIDE = "/home/student/work"
HOME = {"PATH": "/usr/bin:/bin", "HOME": "/home/student", "OPENBLAS_NUM_THREADS": "1"}


@pytest.fixture
def call(zygote, folder):
    def call(*arguments):
        workdir = (str(folder), INSIDE, True)
        return zygote.call(*arguments, workdir=workdir, environment=HOME, seconds=60)

    return call


def test_do_threads_work(call):
    assert call("threads") == list(range(8))


def test_does_a_pool_of_processes_work(call):
    assert call("pool") == [0, 2, 4, 6, 8]


def test_does_a_pipe_between_processes_work(call):
    assert call("process_and_pipe") == ["hello", 0]


def test_does_python_start_in_a_process_of_its_own(call):
    assert call("python_in_python") == "[0, 1, 2]\n"


def test_do_commands_of_the_shell_work(call):
    assert call("shell") == "42\n"


def test_do_temporary_files_and_the_home_folder_work(call):
    assert call("temporary_files") == [False, True]


def test_does_asyncio_work(call, zygote):
    # Without a network namespace there is no network, not even with oneself.
    network = zygote.kind == "namespaces"
    assert call("asynchronous", network) == ["word\n", 8, *["line\n"] * network]


def test_are_figures_drawn_and_saved(call, zygote):
    # Where its list of fonts is not in the home folder it takes seconds to find them.
    zygote.ask(do="warm_up", module="matplotlib.pyplot")
    assert call("figure") == ["PNG", True]


def test_are_devices_there(call):
    assert call("random_and_devices") == [4, 3, True]


def test_does_the_internet_fail_at_once_and_plainly(call):
    said = call("fetch")
    assert re.search("name resolution|not known|not permitted|unreachable", said), said


def test_are_there_terminals_of_its_own(call, zygote):
    if zygote.kind == "namespaces":
        assert call("terminal") == "yes"
        assert call("lists", "/dev/pts") == ["ptmx"]
