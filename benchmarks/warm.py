"""The least that a notebook can cost: its cells in a process that has everything imported.

    python -m benchmarks.warm COURSE < folders

Numpy, Matplotlib with the inline backend, and an IPython shell are there; the process forks for
each notebook, and the child runs all code cells in order, those of tests too, draws their figures
as PNG, and throws every output away. There is no kernel, no message and no sandbox, one process in
place of two, and nobody reads or writes a notebook. Course modules are imported by the cells that
import them. Counted is the child's processor time, from the fork to its end.

Reads one path of a notebook per line from stdin; writes one line of seconds each.
"""

import contextlib
import io
import os
import resource
import sys
from pathlib import Path

import matplotlib
import nbformat

matplotlib.use("module://matplotlib_inline.backend_inline")

import matplotlib.pyplot as plt
import numpy  # noqa: F401
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

LIMIT = 120  # processor seconds; a notebook that takes more says nothing about speed


def main(course):
    """Run the notebooks that stdin names."""
    sys.path.insert(0, course)
    shell = _shell()
    for line in sys.stdin:
        path = Path(line.strip())
        cells = nbformat.read(path, as_version=4).cells
        code = [cell.source for cell in cells if cell.cell_type == "code"]
        print(_seconds(shell, code, path.parent), flush=True)


def _shell():
    """A shell that has run a cell and drawn a figure."""
    InteractiveShell.display_pub_class = CapturingDisplayPublisher
    InteractiveShell.enable_gui = lambda self, gui=None: None  # what %matplotlib asks for
    shell = InteractiveShell.instance(history_length=0)
    shell.history_manager.enabled = False
    with contextlib.redirect_stdout(io.StringIO()):
        shell.run_cell("%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);")
    plt.close("all")
    shell.reset(new_session=False)
    return shell


def _seconds(shell, code, folder):
    """Processor seconds of a child that runs the cells."""
    pid = os.fork()
    if pid == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (LIMIT, LIMIT))
        os.chdir(folder)
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null, stream)
        for source in code:
            shell.run_cell(source, store_history=True)
        os._exit(0)
    _, status, used = os.wait4(pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"A notebook in {folder} did not end within {LIMIT} seconds.")
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(sys.argv[1])
