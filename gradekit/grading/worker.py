"""A local worker process: takes functions with arguments from its parent, and answers."""

import os
import pickle
import signal
import sys
import traceback
from multiprocessing.connection import Connection


def main(descriptor):
    """Serve until the parent closes the connection, or is no more.

    Parameters
    ----------
    descriptor : int
        Of a socket to the parent.
    """
    # Ctrl-C is for the parent, which then ends its workers. Unlike an ignored signal, this is not
    # inherited by the processes that a worker starts.
    signal.signal(signal.SIGINT, lambda *_: None)
    parent = Connection(descriptor)
    os.set_inheritable(descriptor, False)
    parent.send_bytes(b"ready")
    while True:
        try:
            request = parent.recv_bytes()
        except (EOFError, OSError):
            return
        parent.send_bytes(_answer(request))


def _answer(request):
    """(True, what the function returns) or (False, the error's traceback), pickled."""
    try:
        function, arguments = pickle.loads(request)
        return pickle.dumps((True, function(*arguments)))
    except Exception:
        return pickle.dumps((False, traceback.format_exc()))


if __name__ == "__main__":
    main(int(sys.argv[1]))
