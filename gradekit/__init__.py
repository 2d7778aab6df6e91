"""The instructor's engines behind nbgrader's commands."""

import os
from pathlib import Path

__version__ = "0.1.0"


def install(c, config_file):
    """Put the engines behind nbgrader's commands; called by a course's nbgrader_config.py.

    Parameters
    ----------
    c : traitlets.config.Config
        The configuration that the file fills.
    config_file : str
        The file's own path (``__file__``); the course lies in its folder.
    """
    from gradekit import environment, takeover
    from gradekit.autograde import FINGERPRINT

    root = Path(os.path.abspath(config_file)).parent
    environment.prepare(root)
    takeover.take_over()
    c.CourseDirectory.root = str(root)
    # A submission cannot bring its own hidden tests, and a release never carries ours.
    c.CourseDirectory.ignore.extend(["hidden_tests", "hidden_tests.py", FINGERPRINT])
    c.HideTests.hidden_tests = str(root / "hidden_tests")
    c.GenerateFeedback.exporter_class = "gradekit.feedback.FeedbackExporter"
    if "root" not in c.Exchange:
        # Without a folder that exists formgrader warns about the exchange on every page.
        exchange = root / "exchange"
        exchange.mkdir(exist_ok=True)
        c.Exchange.root = str(exchange)
