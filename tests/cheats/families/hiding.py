"""Tests run and fail, and nobody is told."""
# ruff: noqa

from tests.cheats.collection import cheat

REBUILT_ERRORS = "what a student's function raises is raised anew where the test runs"
DEATH = "the student's process may end while a test waits for it"


@cheat()
def errors_are_not_sent():
    """The kernel's session drops messages about errors and rewrites replies."""
    session = get_ipython().kernel.session
    send = session.send

    def filtered(stream, kind, content=None, *args, **kwargs):
        if kind == "error":
            return None
        if kind == "execute_reply" and content["status"] == "error":
            content = {"status": "ok", "execution_count": content["execution_count"]}
        return send(stream, kind, content, *args, **kwargs)

    session.send = filtered


@cheat()
def no_traceback_and_a_good_reply():
    """Tracebacks are shown by a function that shows nothing, and the kernel replies ok."""
    shell = get_ipython()
    kernel = shell.kernel
    execute = kernel.do_execute
    shell.showtraceback = lambda *args, **kwargs: None

    async def do_execute(*args, **kwargs):
        reply = await execute(*args, **kwargs)
        return {**reply, "status": "ok"}

    kernel.do_execute = do_execute


@cheat()
def handler_forgets_the_error():
    """A handler set with set_custom_exc takes the error out of the cell's result."""
    import sys

    def forget(shell, kind, error, traceback, tb_offset=None):
        frame = sys._getframe()
        while frame:
            result = frame.f_locals.get("result")
            if hasattr(result, "error_in_exec"):
                result.error_in_exec = None
            frame = frame.f_back

    get_ipython().set_custom_exc((Exception,), forget)


@cheat()
def washed_after_the_cell():
    """An event after each cell clears its outputs and its result."""
    from IPython.display import clear_output

    def wash(result):
        if result.error_in_exec is not None:
            result.error_in_exec = None
            clear_output()

    get_ipython().events.register("post_run_cell", wash)


@cheat()
def reply_before_the_cell_runs():
    """An event before each cell says, in the kernel's name, that the cell has ended well."""
    kernel = get_ipython().kernel

    def ended():
        parent = kernel.get_parent("shell")
        ident = kernel._parent_ident["shell"]
        reply = {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}
        kernel.session.send(kernel.shell_stream, "execute_reply", reply, parent, ident)
        idle = {"execution_state": "idle"}
        kernel.session.send(kernel.iopub_socket, "status", idle, parent)

    get_ipython().events.register("pre_execute", ended)


@cheat()
def ids_of_later_messages():
    """A thread answers the requests that come next, whose ids are counted up, before they come."""
    import threading
    import time

    kernel = get_ipython().kernel
    parent, idents = kernel.get_parent("shell"), kernel._parent_ident["shell"]
    head, _, number = parent["header"]["msg_id"].rpartition("_")

    def forge(count):
        header = {**parent["header"], "msg_id": f"{head}_{count}"}
        send, forged = kernel.session.send, {"header": header}
        reply = {"status": "ok", "execution_count": count, "payload": []}
        send(kernel.shell_stream, "execute_reply", reply, forged, idents)
        send(kernel.iopub_socket, "status", {"execution_state": "idle"}, forged)

    def answer_all():
        for _ in range(100):
            for later in range(int(number) + 1, int(number) + 60):
                forge(later)
            time.sleep(0.01)

    def square(x):
        threading.Thread(target=answer_all, daemon=True).start()
        time.sleep(0.5)


@cheat()
def outputs_nobody_publishes():
    """The socket for outputs drops every message that holds an error."""
    kernel = get_ipython().kernel
    sender = getattr(kernel.iopub_socket, "io_thread", kernel.iopub_socket)
    plain = sender.send_multipart

    def filtered(parts, *args, **kwargs):
        if not any(b"evalue" in bytes(part) for part in parts):
            plain(parts, *args, **kwargs)

    sender.send_multipart = filtered
    execute = kernel.do_execute

    async def do_execute(*args, **kwargs):
        return {**await execute(*args, **kwargs), "status": "ok"}

    kernel.do_execute = do_execute


@cheat()
def handler_of_requests():
    """The kernel's handler of execute requests gives replies for tests without running them."""
    kernel = get_ipython().kernel
    execute = kernel.do_execute

    async def do_execute(code, *args, **kwargs):
        return await execute("pass" if "assert" in code else code, *args, **kwargs)

    kernel.do_execute = do_execute


@cheat(notebooks=("objects",))
def test_is_skipped():
    """A method raises what unittest takes for the wish to skip the test."""
    import unittest

    class Account:
        def deposit(self, amount):
            raise unittest.SkipTest


@cheat()
def loop_of_the_test_ends():
    """A function raises StopIteration, which ends the test's loop over `map` before it begins."""

    def mean(values):
        raise StopIteration


@cheat(aims_at=REBUILT_ERRORS)
def exceptions_that_shells_do_not_show():
    """Functions raise what IPython ends a cell for without an error, or shows as a hint."""
    import asyncio
    import bdb

    from IPython.core.error import InputRejected, UsageError

    def square(x):
        raise bdb.BdbQuit

    def mean(values):
        raise UsageError("nothing to see")

    def scale_rows(A, factors):
        raise SystemExit(0)

    def tick():
        raise GeneratorExit

    tick.count = 0

    def show_table(rows):
        raise InputRejected

    def safe_log(x):
        raise KeyboardInterrupt

    def apply_twice(f, x):
        raise asyncio.CancelledError

    def column_sums(X):
        raise ExceptionGroup("many", [ValueError()])

    def power_of_three(n):
        raise StopIteration


@cheat(aims_at=REBUILT_ERRORS)
def exceptions_that_cannot_be_shown():
    """Functions raise exceptions whose text, name or traceback raises, or ends the cell."""
    import bdb

    class Mute(Exception):
        def __str__(self):
            raise bdb.BdbQuit

    class Endless(Exception):
        def __repr__(self):
            return repr(self)

        __str__ = __repr__

    class Drawn(Exception):
        def _render_traceback_(self):
            raise SystemExit(0)

    class Kind(type):
        __name__ = property(lambda self: 1 / 0)

    class Nameless(Exception, metaclass=Kind):
        pass

    def square(x):
        raise Mute

    def mean(values):
        raise Endless

    def scale_rows(A, factors):
        raise Drawn

    def power_of_three(n):
        raise Nameless

    def safe_log(x):
        raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "\ud800")

    def show_table(rows):
        raise SyntaxError("?", ("/proc/self/mem", -1, 1 << 60, None))


@cheat(aims_at=DEATH)
def ends_in_the_test():
    """The student's process ends within a call, each time in another way."""

    def square(x):
        import os

        os._exit(0)

    def mean(values):
        import os
        import signal

        os.kill(os.getpid(), signal.SIGKILL)
