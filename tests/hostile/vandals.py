"""Cells that break the process they run in without ending it."""

from .catalogue import MARKED, extra_cell

# Whoever breaks Python may lose what follows, and the notebook has to end all the same.
BROKEN = {"unsure": ("circle_test", "ring_test"),
          "reason": r"process|seconds|protocol|answer|\w*(Error|Exit|Interrupt|Exception)",
          "always_told": False}
# What follows does not depend on any of it.
FINE = {}


def _breaks(name, what, source):
    extra_cell(name, what, source, **BROKEN)


def _leaves(name, what, source, **expected):
    extra_cell(name, what, source, **{**FINE, **expected})


# --- the working folder and descriptors ---------------------------------------------------------

_leaves("changed_folder", "Another working folder.", "import os\nos.chdir('/')")
_leaves("removed_folder", "The working folder is removed.",
        MARKED + "import shutil\nshutil.rmtree(os.getcwd(), ignore_errors=True)", dangerous=True)
_breaks("closed_descriptors", "All descriptors closed.", "import os\nos.closerange(0, 256)")
_leaves("closed_standard_descriptors", "The first three descriptors closed.",
        "import os\nfor n in range(3): os.close(n)")
_breaks("descriptors_to_null", "All descriptors lead to nothing.", """\
import os
null = os.open("/dev/null", os.O_RDWR)
for n in range(256):
    try:
        os.fstat(n)
        os.dup2(null, n)
    except OSError:
        pass""")
_breaks("noise_on_all_descriptors", "Noise written into all descriptors.", """\
import os
for n in range(3, 256):
    try:
        os.set_blocking(n, False)
        os.write(n, b"\\xff{[noise" * 1000)
    except OSError:
        pass""")
_breaks("all_descriptors_read", "All descriptors read empty by a thread.", """\
import os, threading
def empty(n):
    try:
        while os.read(n, 1 << 16):
            pass
    except OSError:
        pass
for n in range(3, 64):
    threading.Thread(target=empty, args=(n,), daemon=True).start()""")
_leaves("all_descriptors_used", "No descriptor left.", """\
import os
kept = []
try:
    while True:
        kept.append(os.open("/dev/null", os.O_RDONLY))
except OSError as error:
    print(error)""", **BROKEN)

# --- standard streams, modules, builtins --------------------------------------------------------

_leaves("no_stdout", "No standard output.",
        "import sys\nsys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = None")
_leaves("closed_stdout", "A closed standard output.",
        "import sys\nsys.stdout.close()\nsys.stderr.close()")
_breaks("stdout_that_raises", "A standard output that ends whoever uses it.", """\
import sys
class Broken:
    def __getattr__(self, name):
        raise SystemExit
sys.stdout = sys.stderr = Broken()""")
_breaks("broken_json", "No JSON any more.", """\
import json
def broken(*_, **__):
    raise RuntimeError("no JSON today")
json.dumps = json.loads = json.JSONEncoder.encode = json.JSONEncoder.iterencode = broken
json.JSONDecoder.decode = broken""")
_breaks("no_builtins", "No builtins any more.", "del __builtins__\n__builtins__ = {}")
_breaks("empty_builtins", "All builtins removed.", "import builtins\nbuiltins.__dict__.clear()")
_breaks("other_builtins", "All builtins replaced by None.", """\
import builtins
for name in [name for name in dir(builtins) if name[0] != "_"]:
    setattr(builtins, name, None)""")
_breaks("no_import", "No import any more.", "import builtins\nbuiltins.__import__ = None")
_breaks("no_modules", "No modules any more.",
        "import sys\nsys.modules.clear()\nsys.path.clear()\nsys.meta_path.clear()")
_breaks("modules_of_none", "Every module is None.",
        "import sys\nfor name in list(sys.modules): sys.modules[name] = None")
_breaks("no_namespace", "All names removed.", "globals().clear()")
_leaves("reset", "IPython forgets everything.", "%reset -f", lost=("square_test",), reason="\\w+",
        unsure=("square_test", "circle_test", "ring_test"))
_breaks("shell_without_kernel", "A shell without its parts.", """\
shell = get_ipython()
for name in list(vars(shell)):
    try:
        setattr(shell, name, None)
    except Exception:
        pass
shell.__dict__.clear()""")
_breaks("kernel_without_handlers", "A kernel that answers nothing.", """\
kernel = get_ipython().kernel
kernel.shell_handlers.clear()
kernel.control_handlers.clear()
kernel.session = kernel.iopub_socket = None""")
_breaks("exceptions_handled_badly", "A handler of exceptions that raises.", """\
def handler(self, etype, value, tb, tb_offset=None):
    raise BaseException("twice")
get_ipython().set_custom_exc((BaseException,), handler)
1 / 0""")
_breaks("audit", "A hook that forbids everything and cannot be removed.", """\
import sys
def forbid(event, arguments):
    raise RuntimeError(f"{event} is forbidden")
sys.addaudithook(forbid)""")
_breaks("input_transformed", "Every cell becomes another.",
        "get_ipython().input_transformers_cleanup.append(lambda lines: ['raise SystemExit'])")

# --- limits and settings of the process ---------------------------------------------------------

_breaks("recursion_limit", "Hardly any recursion.", """\
import sys
limit = 10
while True:
    try:
        sys.setrecursionlimit(limit)
        break
    except RecursionError:
        limit += 1""")
_breaks("alarm", "An alarm that ends the process in a second.",
        "import signal\nsignal.alarm(1)")
_breaks("limit_cpu", "No more processor time.",
        "import resource\nresource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass")
_breaks("limit_files", "No more files.",
        "import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))")
_breaks("limit_memory", "No more memory.",
        "import resource\nresource.setrlimit(resource.RLIMIT_AS, (1 << 20, 1 << 20))\n"
        "resource.setrlimit(resource.RLIMIT_STACK, (1 << 14, 1 << 14))")
_breaks("limits_raised", "No limits any more.", """\
import resource
for number in range(16):
    resource.setrlimit(number, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))""")
_breaks("exit_by_faulthandler", "A debugging aid that ends the process.",
        "import faulthandler, os\n"
        "faulthandler.dump_traceback_later(0.5, exit=True, file=open(os.devnull, 'w'))")
_leaves("nice", "As little of the processor as possible.", "import os\nos.nice(19)")
_leaves("no_collector", "No garbage collector, and cycles.", """\
import gc
gc.disable()
gc.freeze()
for _ in range(100_000):
    x = []
    x.append(x)""")
_leaves("locale", "Another language, and commas in numbers.", """\
import locale, os
os.environ.update(LANG="de_DE.UTF-8", LC_ALL="C", TZ="Mars/Phobos", PYTHONIOENCODING="ascii")
for name in ("de_DE.UTF-8", "C"):
    try:
        locale.setlocale(locale.LC_ALL, name)
    except locale.Error as error:
        print(error)""")
_leaves("no_environment", "No environment any more.", "import os\nos.environ.clear()")
_leaves("warnings_as_errors", "Every warning an error.",
        "import warnings\nwarnings.simplefilter('error')\nnp.seterr(all='raise')")
_leaves("no_rights", "Another user, and files for nobody.", """\
import os
os.umask(0o777)
for change in (os.setgid, os.setuid):
    try:
        change(65534)
    except OSError as error:
        print(error)""")
_leaves("frozen_clock", "A clock that stands still.", """\
import time
time.time = time.monotonic = time.perf_counter = lambda: 0.0
time.sleep = lambda seconds: None""")
_leaves("seccomp", "Filters for system calls of its own, and no way back.", """\
import ctypes
ctypes.CDLL(None).prctl(22, 1, 0, 0, 0)""", **BROKEN)
_leaves("switch_interval", "A thread that never gives way.",
        "import sys\nsys.setswitchinterval(1e9)")
_leaves("other_backend", "A window on a machine without a screen.",
        "import matplotlib\nmatplotlib.use('TkAgg')\nimport matplotlib.pyplot as plt\nplt.figure()",
        reason="Error|backend", always_told=False)
