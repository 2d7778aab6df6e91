"""Is it told how far grading is?"""

import io
import logging

from gradekit.grading.progress import Progress, _duration
from gradekit.grading.submission import Note, Notebook, Submission
from gradekit.grading.summary import lines


class Terminal(io.StringIO):
    def isatty(self):
        return True


def _log():
    out = io.StringIO()
    log = logging.Logger("test")
    log.addHandler(logging.StreamHandler(out))
    return log, out


def test_terminal():
    """Is progress one line that is rewritten, with rate and time left, and the log above it?"""
    log, _ = _log()
    out = Terminal()
    log.handlers[0].setStream(out)
    progress = Progress(2, log, out)
    with progress.shown():
        progress.tell("ann")
        log.warning("something happened")
        progress.tell("ben")
    text = out.getvalue()
    assert text.count("\n") == 2
    assert "\r\x1b[Kgraded 1 of 2: ann, " in text and " left\r\x1b[Ksomething happened\n" in text
    assert text.endswith("in all\n") and "per second" in text


def test_log():
    """Is progress one plain line per submission where nobody watches?"""
    log, out = _log()
    with Progress(1, log).shown() as _:
        Progress(1, log).tell("ann")
    assert out.getvalue().startswith("graded 1 of 1: ann, ") and "\x1b" not in out.getvalue()


def test_file():
    """Can progress go to a file beside the log?"""
    log, logged = _log()
    out = io.StringIO()
    Progress(1, log, out).tell("ann")
    assert out.getvalue().startswith("graded 1 of 1: ann, ") and out.getvalue().endswith("\n")
    assert logged.getvalue() == ""


def test_durations():
    """Are times in units that a human reads?"""
    assert [_duration(s) for s in (3.4, 61, 7260)] == ["3 s", "1 min 1 s", "2 h 1 min"]


def test_summary():
    """Does the summary name who needs a human, and apart from them who got notes?"""
    broken = Notebook("adding", None)
    broken.fail("It is broken.")
    submissions = {
        "ben": Submission("ben", [Notebook("adding", None, [Note("It was renamed.")])], [], {}, []),
        "ann": Submission("ann", [broken], [], {}, [], notes=[Note("A link."), Note("A link.")]),
        "cy": Submission("cy", [], [], {}, []),
    }
    assert lines(submissions) == [
        "1 submission needs a human, for at least a part:",
        "  ann: It is broken.",
        "2 with notes, which their students get, too:",
        "  ann: A link.",
        "  ben: It was renamed.",
    ]
    assert lines({}) == []
