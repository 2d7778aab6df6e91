"""Runs a student's code in a forked process, for tests that talk to it as test cells do."""

import contextlib
import os
import socket
import sys
import types

from gradekit.execution import answers, plan, shared, tests
from gradekit.execution.wire import Wire, WireFault


@contextlib.contextmanager
def student(code, specials=None, modules=(), in_place=()):
    """Run code over there; yields the tests' end of the connection.

    Parameters
    ----------
    code : str
        What the student's cells define.
    specials : dict, optional
        See `tests.Tests`; by default those of the classes in the code.
    modules : iterable of str
        Names of imported modules that both sides have.
    in_place : iterable of str
        See `tests.Tests`.
    """
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        ours.close()
        _serve(theirs, code, modules)
    theirs.close()
    if specials is None:
        specials = plan._special_methods([code])
    both = shared.loaded(modules)
    course = frozenset({*modules, "tests", "__main__"})
    connection = _Bound({}, Wire(ours), both, course, specials, frozenset(in_place))
    connection.pid = pid
    tests.connect(connection)
    try:
        yield connection
    finally:
        tests.connect(None)
        ours.close()
        os.waitpid(pid, 0)


class _Bound(tests.Tests):
    """Tests whose namespace has what they fetch."""

    def __init__(self, namespace, *args):
        super().__init__(namespace, *args)
        self._names = namespace

    def fetch(self, name):
        self._names[name] = super().fetch(name)
        return self._names[name]


def _serve(sock, code, modules):
    try:
        main = types.ModuleType("__main__")
        sys.modules["__main__"] = main
        exec(compile(code, "<ipykernel_cell>", "exec"), vars(main))
        served = answers.Answers(vars(main), Wire(sock), answers.untouched_copies(modules))
        main._sock = sock
        while True:
            served.serve_one()
    except WireFault:
        os._exit(0)
    finally:
        os._exit(1)
