"""Says how far grading is: one line rewritten in place on a terminal, plain lines in a log."""

import contextlib
import logging
import sys
import time

_REWRITE = "\r\x1b[K"


class Progress:
    """How far a run is.

    Parameters
    ----------
    total : int
        Submissions to come.
    log : logging.Logger
        Takes the plain lines, unless `out` does.
    out : file, optional
        Where it is told; by default on standard error if that is a terminal, and in the log.
    """

    def __init__(self, total, log, out=None):
        self.total, self.log, self.out = total, log, out
        self.count = 0
        self.began = time.monotonic()
        if out is None and sys.stderr.isatty() and total > 1:
            self.out = sys.stderr
        self.on_terminal = self.out is not None and self.out.isatty()

    def tell(self, student):
        """One more submission is done."""
        self.count += 1
        line = f"graded {self.count} of {self.total}: {student}, {self._rate()}"
        if self.out is None:
            self.log.info(line)
            return
        self.out.write(f"{_REWRITE}{line}" if self.on_terminal else f"{line}\n")
        self.out.flush()

    def _rate(self):
        spent = time.monotonic() - self.began
        rate = self.count / max(spent, 1e-9)
        left = (self.total - self.count) / rate
        speed = f"{rate:.1f} per second" if rate >= 1 else f"{1 / rate:.1f} s each"
        return f"{speed}, {_duration(left)} left" if left else f"{speed}, {_duration(spent)} in all"

    @contextlib.contextmanager
    def shown(self):
        """While this lasts, the terminal's last line is the progress, and the log stays above."""
        if not self.on_terminal:
            yield
            return
        clear = _Clear(self.out)
        handlers = list(self.log.handlers)
        for handler in handlers:
            handler.addFilter(clear)
        try:
            yield
        finally:
            for handler in handlers:
                handler.removeFilter(clear)
            self.out.write("\n" if self.count else "")
            self.out.flush()


class _Clear(logging.Filter):
    """Clears the line of progress before something else is written."""

    def __init__(self, out):
        super().__init__()
        self.out = out

    def filter(self, record):
        self.out.write(_REWRITE)
        return True


def _duration(seconds):
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
