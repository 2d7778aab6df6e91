"""Cells that end their own process, or those around it."""

from .catalogue import ENDED, GUARD, extra_cell

DIED = {"unsure": ("circle_test", "ring_test"), "reason": ENDED}
KILLED = {**DIED, "dangerous": True, "reason": rf"{ENDED}|\w*Error", "always_told": False}
MAYBE = {**DIED, "reason": rf"{ENDED}|seconds|\w*Error", "always_told": False}
# An exception like any other: the process lives on.
ALIVE = {"reason": "SystemExit|Error"}

extra_cell("exit_at_once", "The process ends without a word.", "import os\nos._exit(0)", **DIED)
extra_cell("exit_with_error", "The process ends with a status.", "import os\nos._exit(77)", **DIED)
extra_cell("kill_itself", "The process kills itself.",
           "import os\nos.kill(os.getpid(), 9)", **DIED)
extra_cell("terminate_itself", "The process asks itself to end.",
           "import os, signal\nos.kill(os.getpid(), signal.SIGTERM)", **DIED)
extra_cell("interrupt_itself", "The process interrupts itself.",
           "import os, signal\nos.kill(os.getpid(), signal.SIGINT)", reason="KeyboardInterrupt")
extra_cell("hang_up", "The process hangs up.",
           "import os, signal\nos.kill(os.getpid(), signal.SIGHUP)", **DIED)
extra_cell("segmentation_fault", "The process reads what is not there.",
           "import ctypes\nctypes.string_at(0)", **DIED)
extra_cell("abort", "The process aborts.", "import os\nos.abort()", **DIED)
extra_cell("illegal_access_of_python", "The process breaks Python itself.",
           "import ctypes\nctypes.pythonapi.Py_DecRef(ctypes.py_object(None))\n"
           "ctypes.memset(id(int), 0, 64)", **MAYBE)
extra_cell("replaced", "The process becomes another program.",
           "import os\nos.execv('/bin/true', ['true'])", **DIED)
extra_cell("replaced_by_python", "The process becomes Python from its start.",
           "import os, sys\nos.execv(sys.executable, [sys.executable, '-c', 'pass'])", **DIED)
extra_cell("exit_of_a_thread", "A thread ends the process while no cell runs.", """\
import os, threading
threading.Timer(0.01, os._exit, (1,)).start()""", **DIED)
extra_cell("exit_of_a_task", "A task ends the process while no cell runs.", """\
import asyncio, os
asyncio.get_running_loop().call_soon(os._exit, 1)""", **DIED)
extra_cell("exit_in_del", "The process ends while an object is removed.", """\
import os
class Last:
    def __del__(self):
        os._exit(0)
Last()
None""", **DIED)
extra_cell("stack_overflow", "A recursion that Python does not stop.", """\
import sys
sys.setrecursionlimit(10**7)
class Same:
    def __eq__(self, other):
        return self == other
Same() == Same()""", **DIED)
# IPython takes seconds to show a thousand frames if many modules are loaded.
extra_cell("recursion", "A recursion that Python stops.",
           "def again(n):\n    return again(n + 1)\nagain(0)", reason="RecursionError|seconds")
extra_cell("recursive_deletion", "A list in a list, a million times, removed.",
           "x = []\nfor _ in range(10**6): x = [x]\ndel x")
extra_cell("exit", "A cell that exits.", "import sys\nsys.exit(1)", **ALIVE)
extra_cell("exit_by_ipython", "A cell that asks IPython to exit.", "exit()\nquit()", **MAYBE)
extra_cell("exit_by_exception", "An exception that ends whatever does not expect it.",
           "raise BaseException('the end')", reason="the end")
extra_cell("exit_by_generator", "An exception that means something to who runs cells.",
           "import asyncio\nraise asyncio.CancelledError('the end')", reason="CancelledError")
extra_cell("shutdown", "A cell that shuts its kernel down.",
           "get_ipython().kernel.do_shutdown(True)", **MAYBE)
extra_cell("loop_stopped", "A cell that stops the event loop.",
           "import asyncio\nasyncio.get_event_loop().stop()", **MAYBE)

# --- others' processes --------------------------------------------------------------------------

extra_cell("kill_parent", "The parent is killed.", GUARD + "os.kill(os.getppid(), 9)", **KILLED)
extra_cell("stop_parent", "The parent is stopped, as with Ctrl-Z.",
           GUARD + "if os.getppid() > 1: os.kill(os.getppid(), signal.SIGSTOP)", **KILLED)
extra_cell("interrupt_parent", "The parent is interrupted, as with Ctrl-C.",
           GUARD + "if os.getppid() > 0: os.kill(os.getppid(), signal.SIGINT)", **KILLED)
extra_cell("kill_group", "The group of processes is killed.", GUARD + "os.killpg(0, 9)", **KILLED)
extra_cell("kill_init", "The first process is killed.", GUARD + "os.kill(1, 9)", **KILLED)
extra_cell("terminate_all", "All processes are asked to end.",
           GUARD + "os.kill(-1, signal.SIGTERM)", **KILLED)
extra_cell("kill_all", "All processes are killed.", GUARD + "os.kill(-1, 9)", **KILLED)
extra_cell("kill_all_by_child", "A child of its own session kills all processes.", GUARD + """\
if os.fork() == 0:
    os.setsid()
    os.kill(-1, 9)
    os._exit(0)
os.wait()""", **KILLED)
extra_cell("kill_by_number", "Every number that may be a process gets a signal.", GUARD + """\
for number in range(2, 5000):
    try:
        os.kill(number, signal.SIGTERM)
    except OSError:
        pass""", **KILLED)
