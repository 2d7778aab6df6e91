"""A sandbox for hostile notebooks.

A warm process with one thread calls `fork` where it would call os.fork, and the child calls `enter`
with a `Policy`. What `fork` returned is the process to wait for, to `interrupt`, to `end`, and to
measure by `usage`; all that the notebook starts ends with it. `probe` says what protects a run on
this machine, `death` and `hit` put into words what ended it, and `remove` deletes a folder that a
notebook could write to.

`namespaces` is the full sandbox, `landlock` the fallback; their docstrings say what each does.
"""

from gradekit.sandbox.cleaning import remove
from gradekit.sandbox.keeper import end, enter, fork, interrupt
from gradekit.sandbox.kernel_calls import SandboxError
from gradekit.sandbox.policy import Policy, Protection
from gradekit.sandbox.probing import probe
from gradekit.sandbox.report import death, hit
from gradekit.sandbox.usage import Usage, deleted_bytes, usage

__all__ = [
    "Policy",
    "Protection",
    "SandboxError",
    "Usage",
    "death",
    "deleted_bytes",
    "end",
    "enter",
    "fork",
    "hit",
    "interrupt",
    "probe",
    "remove",
    "usage",
]
