"""Does a run that is killed at any moment, and started again, end in the same gradebook?"""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from gradekit import fingerprint

from . import classes

COMMAND = [sys.executable, "-m", "nbgrader", "autograde", "warmup"]
KILLS = 5


def _run(root):
    began = time.monotonic()
    done = subprocess.run(COMMAND, cwd=root, capture_output=True, text=True, check=False)
    return done, time.monotonic() - began


def _finished(root):
    """The times at which finished submissions were graded, by student."""
    marks = root.glob(f"autograded/*/warmup/{fingerprint.NAME}")
    return {mark.parent.parent.name: mark.stat().st_mtime_ns for mark in marks}


@pytest.fixture(scope="module")
def undisturbed(_released, tmp_path_factory):
    """A class, the rows that one run gives, and the seconds that it takes."""
    course = classes.copy(_released, tmp_path_factory.mktemp("undisturbed") / "course")
    classes.hand_in(course)
    copy = classes.copy(course, course.root.parent / "copy")
    done, seconds = _run(copy.root)
    assert "1 submission needs a human" in done.stderr, done.stderr
    return course, classes.rows(copy.root), seconds


def test_killed_and_started_again(undisturbed):
    """Are the rows those of an undisturbed run, and finished submissions not run again?"""
    course, rows, seconds = undisturbed
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)
    finished = {}
    for _ in range(KILLS):
        process = subprocess.Popen(
            COMMAND,
            cwd=course.root,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            process.wait(chance.uniform(0.2, 0.8) * seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        now = _finished(course.root)
        assert finished.items() <= now.items()
        finished = now
    done, _ = _run(course.root)
    assert finished.items() <= _finished(course.root).items()
    assert f"{classes.SIZE - len(finished)} of {classes.SIZE} submissions are new" in done.stderr
    assert classes.rows(course.root) == rows


def test_nothing_to_do(undisturbed):
    """Does a run without anything new grade nobody?"""
    course, rows, _ = undisturbed
    before = _finished(course.root)
    done, _ = _run(course.root)
    assert f"0 of {classes.SIZE} submissions are new" in done.stderr and done.returncode == 0
    assert _finished(course.root) == before and classes.rows(course.root) == rows
