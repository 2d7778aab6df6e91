"""The sentences that students and instructors read."""

import signal

import pytest

from gradekit import sandbox
from gradekit.execution.job import Event, Limits

LIMITS = Limits(memory=2 << 30, file_size=256 << 20, processes=64)


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("memory", "This notebook used more than 2 GB of memory and was stopped."),
        ("file size", "This notebook wrote more than 256 MB of files and was stopped."),
        ("cell time", "This cell ran longer than 30 seconds and was stopped."),
        ("time", "This notebook ran longer than 600 seconds and was stopped."),
        ("output", "This cell printed more than 8 MB: the rest was dropped."),
        (
            "processes",
            "This notebook ran more than 64 processes and threads at a time and was stopped.",
        ),
    ],
)
def test_is_each_limit_told_plainly(kind, sentence):
    assert sandbox.hit(kind, LIMITS) == sentence


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (7 << 8, "died", "ended by itself with exit status 7."),
        (128 + signal.SIGSEGV << 8, "died", "segmentation fault"),
        (128 + signal.SIGTERM << 8, "died", "ended by the signal SIGTERM."),
        (128 + 40 << 8, "died", "ended by the signal 40."),
        (128 + signal.SIGXCPU << 8, "time", "longer than 600 seconds"),
        (signal.SIGKILL, "died", "killed"),
    ],
)
def test_is_a_death_told_plainly(status, kind, words):
    found, sentence = sandbox.death(status, LIMITS)
    assert found == kind
    assert words in sentence
    assert Event(found, None, sentence)


def test_is_a_death_at_the_limit_of_memory_told_as_such():
    for status in (signal.SIGKILL, 128 + signal.SIGKILL << 8):
        kind, _ = sandbox.death(status, LIMITS, sandbox.Usage(memory=1900 << 20))
        assert kind == "memory"
        assert sandbox.death(status, LIMITS, sandbox.Usage(memory=1 << 20))[0] == "died"
