"""nbgrader as the kit calls it: with the course's settings, in this process or as a command."""

import contextlib
import logging
import os
import subprocess
import sys

from nbgrader.apps import NbGraderAPI
from nbgrader.apps.baseapp import NbGrader
from nbgrader.converters import NbGraderException
from traitlets.config import Config

from gradekit import course, environment
from gradekit.autograde import Autograde, NotAllGraded


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
    environment.prepare()
    app = _Settings()
    app.initialize([], root=str(root))
    app.config.CourseDirectory.root = str(root)
    app.config.merge(Config(settings or {}))
    return NbGraderAPI(config=app.config, log_level=logging.INFO)


@contextlib.contextmanager
def gradebook(root):
    """The course's gradebook; nbgrader makes it if there is none."""
    with api(root).gradebook as book:
        yield book


def autograde(root, assignment, out, log):
    """Run nbgrader's autograde for all submissions of an assignment that are new or changed.

    Parameters
    ----------
    root : Path
    assignment : str
    out : file
        Where progress is told.
    log : Path
        A file that gets everything else.

    Raises
    ------
    CourseError
        If the run ended early. That somebody could not be graded is said in his graded notebooks.
    """
    nbgrader = api(root)
    nbgrader.coursedir.assignment_id = assignment
    converter = Autograde(coursedir=nbgrader.coursedir, parent=nbgrader)
    converter.out = out
    handler = logging.FileHandler(log, encoding="utf-8")
    handler.setFormatter(logging.Formatter("[%(levelname)s] %(message)s"))
    nbgrader.log.addHandler(handler)
    try:
        converter.start()
    except NotAllGraded:
        pass
    except NbGraderException as error:
        raise course.CourseError(str(error)) from None
    finally:
        nbgrader.log.removeHandler(handler)
        handler.close()


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
    environment.prepare()
    return subprocess.Popen(
        [sys.executable, "-m", "nbgrader", command, *arguments],
        cwd=root,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env=os.environ,
    )
