"""nbgrader as the kit calls it: with the course's settings, in this process or as a command."""

import contextlib
import logging
import os
import subprocess
import sys

from nbgrader.apps import NbGraderAPI
from nbgrader.apps.baseapp import NbGrader
from traitlets.config import Config

from gradekit import environment


class _Settings(NbGrader):
    """Reads a course's nbgrader_config.py, and none that lies in the working directory."""

    name = "nbgrader"
    load_cwd_config = False
    log_level = logging.CRITICAL

    def load_config_file(self, **kwargs):
        """The settings of the user; `initialize` reads those of the course after them."""


def api(root, settings=None):
    """nbgrader's Python interface for the course in a folder.

    Parameters
    ----------
    root : Path
    settings : dict, optional
        Settings that replace the course's own: {class: {trait: value}}.
    """
    environment.prepare(root)
    app = _Settings()
    app.initialize([], root=str(root))
    app.config.merge(Config(settings or {}))
    return NbGraderAPI(config=app.config, log_level=logging.INFO)


@contextlib.contextmanager
def gradebook(root):
    """The course's gradebook; nbgrader makes it if there is none."""
    with api(root).gradebook as book:
        yield book


def start(root, command, log, *arguments):
    """Start one of nbgrader's commands in the background.

    Parameters
    ----------
    root : Path
    command : str
        For instance "autograde".
    log : file
        Takes everything that the command writes.
    *arguments : str

    Returns
    -------
    subprocess.Popen
    """
    environment.prepare(root)
    return subprocess.Popen(
        [sys.executable, "-m", "nbgrader", command, *arguments],
        cwd=root,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env=os.environ,
    )
