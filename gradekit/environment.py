"""What nbgrader finds first, and which nbgrader the kit works with."""

import os
import sys
from importlib.metadata import version

from packaging.specifiers import SpecifierSet

SUPPORTED = SpecifierSet(">=0.9.6,<0.10")


def check():
    """Refuse an nbgrader that the kit was not tried with, for its converters take other paths.

    Raises
    ------
    SystemExit
        With one sentence. An error of another kind would let nbgrader log it and go on without the
        kit: without a sandbox.
    """
    installed = version("nbgrader")
    if installed not in SUPPORTED:
        raise SystemExit(
            f"gradekit works with nbgrader {SUPPORTED}, and {installed} is installed; run "
            f"`pip install 'nbgrader{SUPPORTED}'`, or take gradekit.install(c) out of "
            "nbgrader_config.py."
        )


def prepare():
    """Let this environment's commands come before all others.

    nbgrader calls alembic by its bare name, so the environment's commands have to be found although
    nobody activated it.
    """
    folder = os.path.dirname(sys.executable)
    others = [part for part in os.environ.get("PATH", "").split(os.pathsep) if part]
    os.environ["PATH"] = os.pathsep.join([folder, *(part for part in others if part != folder)])
