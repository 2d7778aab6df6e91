"""Closing figures: those that a student's functions open live in the student's process."""

import contextlib
import functools
import sys

from gradekit.execution import remote
from gradekit.execution.wire import WireFault


def follow_closing(peer):
    """Let a test's `plt.close` close the student's figures, too.

    Parameters
    ----------
    peer : Peer
        Of the tests' side.
    """
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return
    original = getattr(pyplot.close, "__wrapped__", pyplot.close)

    @functools.wraps(original)
    def close(fig=None):
        is_own = fig is None and pyplot.get_fignums()
        original(fig)
        if not is_own and (isinstance(fig, (int, str, type(None))) or remote.reference(fig)):
            with contextlib.suppress(WireFault):
                peer.request("close", fig)

    pyplot.close = close


def close(figure):
    """Do the same on the student's side."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close(figure)
