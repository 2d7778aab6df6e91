"""Cells that do not end, as far as whoever wrote them is concerned."""

from .catalogue import TIMED, extra_cell, instead_of

TIME = "seconds"
# These cannot be interrupted: their process has to be ended, and what it knew is lost with it.
STUBBORN = {"unsure": ("ring_test",), "reason": TIME}
STUBBORN_EXTRA = {"unsure": ("circle_test", "ring_test"), "reason": TIME}


def _loop(name, what, source, **expected):
    instead_of("circle", name, what, TIMED + source, **{"reason": TIME, **expected})


def _stubborn(name, what, source):
    _loop(name, what, source, **STUBBORN)


# This one is busy; others sleep, which leaves the processors to the rest of the batch.
_loop("loop", "An endless loop.", "while time.monotonic() < end: pass")

_stubborn(
    "loop_catches_everything",
    "Endless loops within endless loops, each of which catches all there is.",
    """\
def forever(depth):
    while time.monotonic() < end:
        try:
            forever(depth - 1) if depth else time.sleep(0.001)
        except BaseException:
            pass
        finally:
            while time.monotonic() < end:
                try:
                    time.sleep(0.001)
                except BaseException:
                    continue
forever(5)""",
)
_stubborn(
    "loop_masks_signals",
    "An endless loop after signals were blocked.",
    """\
import signal
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
while time.monotonic() < end: time.sleep(0.01)""",
)
_stubborn(
    "loop_in_handler",
    "A handler of the interrupt that does not end.",
    """\
import signal
def handler(*_):
    while time.monotonic() < end: time.sleep(0.01)
signal.signal(signal.SIGINT, handler)
while time.monotonic() < end: time.sleep(0.01)""",
)
_stubborn(
    "loop_in_c",
    "A loop in C, which no Python code interrupts.",
    "import itertools\nsum(itertools.repeat(0, 6_000_000_000))",
)
_loop(
    "regular_expression",
    "A regular expression that tries everything.",
    'import re\nre.match(r"(a+)+b", "a" * 29)',
    **STUBBORN,
)
_stubborn(
    "stopped",
    "A process that stops itself.",
    "import os, signal\nsignal.alarm(45)\nos.kill(os.getpid(), signal.SIGSTOP)",
)
_stubborn(
    "loop_in_child",
    "A child that does not end, with a parent that waits for it.",
    """\
import subprocess, sys
while time.monotonic() < end:
    try:
        subprocess.run([sys.executable, "-c", "import time; time.sleep(45)"])
    except BaseException:
        pass""",
)
_loop("shell", "A command without end.", "!timeout 15 yes", dangerous=True,
      reason="seconds|printed more")
_loop("network", "A cell that waits for an answer from nowhere.",
      "import socket\nsocket.create_connection(('192.0.2.1', 80), 45)", reason=r"seconds|\w*Error")
_loop("asks", "A cell that asks a question.", "input('Go on? ')", reason="StdinNotImplementedError")
_loop("asks_for_password", "A cell that asks for a password.",
      "import getpass\ngetpass.getpass()", reason="StdinNotImplementedError")
_loop("breakpoint", "A cell that starts the debugger.", "breakpoint()",
      reason="Stdin|BdbQuit|Error")

# --- beside the cell ----------------------------------------------------------------------------

extra_cell(
    "threads_that_loop",
    "Threads that do not end.",
    TIMED + """\
import threading
def forever():
    while time.monotonic() < end: pass
for daemon in (True, False):
    threading.Thread(target=forever, daemon=daemon).start()""",
)
extra_cell(
    "task_that_yields",
    "A task that goes on while other cells run.",
    TIMED + """\
import asyncio
async def forever():
    while time.monotonic() < end:
        await asyncio.sleep(0)
task = asyncio.ensure_future(forever())""",
)
extra_cell(
    "task_that_blocks",
    "A task that keeps the event loop for itself.",
    TIMED + """\
import asyncio
async def forever():
    while time.monotonic() < end: time.sleep(0.01)
task = asyncio.ensure_future(forever())""",
    **STUBBORN_EXTRA,
)
extra_cell(
    "timer_that_interrupts",
    "A timer that interrupts, ever again, whatever runs.",
    """\
import signal
def interrupt(*_):
    raise KeyboardInterrupt
signal.signal(signal.SIGALRM, interrupt)
signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)""",
    **{**STUBBORN_EXTRA, "reason": "interrupt|Interrupt|process", "always_told": False},
)
extra_cell(
    "exit_handler_that_loops",
    "A function that runs when the process ends, and does not end.",
    TIMED + """\
import atexit
@atexit.register
def forever():
    while time.monotonic() < end: pass""",
)
extra_cell(
    "hook_that_loops",
    "A hook before and after each cell that does not end.",
    TIMED + """\
def forever(*_):
    while time.monotonic() < end:
        try:
            time.sleep(0.01)
        except BaseException:
            pass
get_ipython().events.register("post_run_cell", forever)""",
    **STUBBORN_EXTRA,
)
extra_cell(
    "traceback_that_loops",
    "An error that is never shown.",
    TIMED + """\
def forever(*_, **__):
    while time.monotonic() < end:
        try:
            time.sleep(0.01)
        except BaseException:
            pass
get_ipython().showtraceback = forever
raise ValueError""",
    **STUBBORN_EXTRA,
)
