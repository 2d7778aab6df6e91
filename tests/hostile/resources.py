"""Cells that want all of the machine: memory, processes, threads, files."""

from .catalogue import ENDLESS, MARKED, extra_cell

GREEDY = {"dangerous": True, "unsure": ("circle_test", "ring_test")}
# On a slow machine the time may be over first.
MEMORY = {**GREEDY, "reason": "[Mm]emory|seconds"}
PROCESSES = {**GREEDY, "reason": r"processes|\w*Error|seconds", "always_told": False}
FILES = {**GREEDY, "reason": r"[Ff]ile|space|seconds|memory"}

# --- memory: never more than three gigabytes ----------------------------------------------------

extra_cell("list_that_grows_unseen", "A list that grows, and catches what stops it.", """\
import time
end, blocks = time.monotonic() + 30, []
while time.monotonic() < end and len(blocks) < 96:
    try:
        blocks.append(bytes([len(blocks)]) * (32 << 20))
    except BaseException:
        pass""", **MEMORY)
extra_cell("array_of_3_gb", "An array of three gigabytes.", "x = np.ones((3 << 30) // 8)", **MEMORY)
extra_cell("array_too_large", "An array of more than there is anywhere.",
           "x = np.zeros((10**6, 10**6, 10**3))", reason="MemoryError")
extra_cell("text_that_doubles", "A text that doubles.",
           'text = "x"\nwhile len(text) < 3 << 30: text += text', **MEMORY)
extra_cell("memory_by_children", "Eight children of three hundred megabytes each.", f"""\
import os, time
for n in range(8):
    if os.fork() == 0:
        block = bytes([n + 1]) * (300 << 20)
        time.sleep(10)
        os._exit(0)
time.sleep({ENDLESS})""", **MEMORY)
extra_cell("memory_without_a_process", "Memory that belongs to a descriptor.", """\
import os
files = []
for n in range(12):
    files.append(os.memfd_create("x"))
    for _ in range(8):
        os.write(files[-1], bytes(32 << 20))""",
           **{**GREEDY, "reason": r"[Mm]emory|file|\w*Error|seconds|process",
              "always_told": False})

# --- processes and threads ----------------------------------------------------------------------

extra_cell("fork_bomb", "Two hundred processes.", """\
import os, time
for _ in range(200):
    if os.fork() == 0:
        time.sleep(15)
        os._exit(0)""", **PROCESSES)
extra_cell("fork_bomb_of_forks", "Processes that start processes, seven times.", """\
import os, time
parent = os.getpid()
for _ in range(7):
    try:
        os.fork()
    except OSError:
        pass
if os.getpid() != parent:
    time.sleep(15)
    os._exit(0)""", **PROCESSES)
extra_cell("daemons", "Processes of their own session, by double fork, that outlive the cell.", """\
import os, time
for _ in range(10):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(20)
        os._exit(0)
    os.wait()""", dangerous=True)
extra_cell("daemon_that_holds_the_output", "A command in the background, with the output in hand.",
           "import subprocess\nsubprocess.Popen(['sleep', '20'], start_new_session=True)",
           dangerous=True)
extra_cell("fork_and_go_on", "A child that believes it is the kernel, too.", """\
import os, signal
if os.fork() == 0:
    signal.alarm(20)""", **{**GREEDY, "reason": "process|protocol|seconds|belongs to a test",
                            "always_told": False})
extra_cell("thousand_threads", "A thousand threads.", """\
import threading, time
for _ in range(1000):
    threading.Thread(target=time.sleep, args=(15,), daemon=True).start()""", **PROCESSES)
extra_cell("process_pool", "A pool of processes, which many right answers use.", """\
import multiprocessing
with multiprocessing.get_context("fork").Pool(4) as pool:
    print(pool.map(abs, range(-5, 0)))""", **PROCESSES)

extra_cell("real_time", "A loop that is to come before all else that runs.", """\
import os, time
for change in (lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(99)),
               lambda: os.nice(-20)):
    try:
        change()
    except OSError as error:
        print(error)
end = time.monotonic() + 6
while time.monotonic() < end: pass""", dangerous=True, reason="seconds")

# --- files --------------------------------------------------------------------------------------

extra_cell("file_of_600_mb", "A file of six hundred megabytes.", """\
with open("large.bin", "wb") as file:
    for _ in range(600):
        file.write(bytes(1 << 20))""", **FILES)
extra_cell("files_of_600_mb", "Six hundred files of a megabyte.", """\
for n in range(600):
    with open(f"{n}.bin", "wb") as file:
        file.write(bytes(1 << 20))""", **{**FILES, "always_told": False})
extra_cell("shared_memory", "Six hundred megabytes of shared memory.", """\
for n in range(6):
    with open(f"/dev/shm/hostile-{n}", "wb") as file:
        for _ in range(100):
            file.write(bytes(1 << 20))""", **{**FILES, "reason": r"[Ff]ile|space|memory|\w*Error",
                                              "always_told": False})
extra_cell("shared_memory_of_system_v", "Shared memory that outlives its process.", """\
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
for n in range(4):
    libc.shmget(0, ctypes.c_size_t(1 << 20), 0o1600)""", dangerous=True)
extra_cell("many_small_files", "A hundred thousand files.", """\
for n in range(100_000):
    open(f"{n}.txt", "w").close()""", **{**FILES, "reason": r"[Ff]ile|space|seconds|\w*Error",
                                         "always_told": False})
extra_cell("many_temporary_files", "A hundred thousand temporary files.", """\
import tempfile
for n in range(100_000):
    open(f"{tempfile.gettempdir()}/hostile-{n}.txt", "w").close()""",
           **{**FILES, "reason": r"[Ff]ile|space|seconds|\w*Error", "always_told": False})
extra_cell("writes_everywhere", "Files in every place that comes to mind.", """\
import os
for place in ("/", "/tmp", "/var/tmp", "/dev/shm", "/etc", "/root", "/home", "~", "..", "../..",
              "/usr/lib", "/run", "/proc/self", "/sys", "/mnt"):
    try:
        with open(os.path.join(os.path.expanduser(place), "hostile.txt"), "w") as file:
            file.write("was here")
    except OSError as error:
        print(place, error)""", dangerous=True)
extra_cell("removes_everything_near", "All that can be removed in the working folder and above.",
           MARKED + """\
import shutil
for name in ("gradebook.db", "source", "submitted"):
    shutil.rmtree(os.path.join("../../..", name), ignore_errors=True)
shutil.rmtree(".", ignore_errors=True)""", dangerous=True)
extra_cell("deep_working_folder", "Folders so deep that their path has no name.", MARKED + """\
for _ in range(500):
    os.mkdir("d" * 100)
    os.chdir("d" * 100)""", dangerous=True)
extra_cell("rights_of_the_folder", "A working folder that nobody may enter, with strange files.",
           MARKED + """\
import socket
os.mkfifo("pipe")
socket.socket(socket.AF_UNIX).bind("server")
os.symlink("/", "root")
os.symlink("loop", "loop")
os.mkdir("closed", 0)
os.chmod(".", 0)""", dangerous=True)
