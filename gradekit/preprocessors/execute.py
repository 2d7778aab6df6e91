"""Runs a notebook; a kernel that dies costs the cells that did not run, not the submission."""

from nbclient.exceptions import DeadKernelError
from nbgrader import preprocessors
from traitlets import default

_STARTS = 3


class Execute(preprocessors.Execute):
    """nbgrader's Execute for kernels that do not start, or that a notebook ends."""

    @default("shutdown_kernel")
    def _shutdown_kernel_default(self):
        # Everything the notebook said is here; a polite goodbye takes a third of a second.
        return "immediate"

    def preprocess(self, nb, resources, **kwargs):
        for start in range(1, _STARTS + 1):
            try:
                return super().preprocess(nb, resources, **kwargs)
            except DeadKernelError:
                fault = (
                    "The kernel died while the notebook ran; the cells from there on did not run."
                )
                self.log.error(fault)
                resources["gradekit"]["fault"] = fault
                return nb, resources
            except RuntimeError as error:
                # Kernels that start at the same time may choose the same port: one of them dies.
                self.log.warning("Start %d of the kernel failed: %s", start, error)
                if start == _STARTS:
                    raise
