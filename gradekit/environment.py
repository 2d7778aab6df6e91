"""What nbgrader, and the kernels that it starts, find first."""

import os
import sys


def prepare(root):
    """Make this environment's commands and the course's modules come before all others.

    nbgrader calls alembic by its bare name, so the environment's commands have to be found although
    nobody activated it. The course's folder in PYTHONPATH comes before a kernel's working
    directory, so a submitted nn_utils.py or hidden_tests is never the one that is imported.

    Parameters
    ----------
    root : Path
        The course's folder.
    """
    _put_first("PATH", os.path.dirname(sys.executable))
    _put_first("PYTHONPATH", str(root))


def _put_first(variable, folder):
    others = [part for part in os.environ.get(variable, "").split(os.pathsep) if part]
    os.environ[variable] = os.pathsep.join([folder, *(part for part in others if part != folder)])
