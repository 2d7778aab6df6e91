"""The instructor's engines behind nbgrader's commands."""

__version__ = "0.1.0"


def install(c):
    """Put the engines behind nbgrader's commands; called by a course's nbgrader_config.py.

    Parameters
    ----------
    c : traitlets.config.Config
        The configuration that the file fills.

    Examples
    --------
    In nbgrader_config.py, in the course's folder or in Jupyter's:

    >>> import gradekit
    >>> c = get_config()  # doctest: +SKIP
    >>> gradekit.install(c)  # doctest: +SKIP
    """
    from gradekit import environment

    environment.check()
    environment.prepare()
    try:
        from gradekit import fingerprint, takeover

        takeover.take_over()
    except Exception as error:
        # nbgrader would log it and go on without the kit: without a sandbox.
        reason = f"{type(error).__name__}: {error}"
        raise SystemExit(f"gradekit cannot be put behind nbgrader ({reason})") from error
    c.CourseDirectory.ignore.append(fingerprint.NAME)
    if "exporter_class" not in c.GenerateFeedback:
        c.GenerateFeedback.exporter_class = "gradekit.feedback.FeedbackExporter"
