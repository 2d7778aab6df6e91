"""What nbgrader, and the kernels that it starts, find first, and how many threads they use."""

import os
import sys


def prepare(root):
    """Make this environment's commands and the course's modules come before all others.

    nbgrader calls alembic by its bare name, so the environment's commands have to be found although
    nobody activated it. The course's folder in PYTHONPATH comes before a kernel's working
    directory, so a submitted nn_utils.py or hidden_tests is never the one that is imported.

    Several notebooks run at once, so the matrix products of each get one thread; threads that wait
    for each other would also spoil what students measure.

    Parameters
    ----------
    root : Path
        The course's folder.
    """
    _put_first("PATH", os.path.dirname(sys.executable))
    _put_first("PYTHONPATH", str(root))
    for library in ("OPENBLAS", "OMP", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")


def _put_first(variable, folder):
    others = [part for part in os.environ.get(variable, "").split(os.pathsep) if part]
    os.environ[variable] = os.pathsep.join([folder, *(part for part in others if part != folder)])
