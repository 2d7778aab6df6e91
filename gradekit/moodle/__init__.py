"""Moodle's zips of submissions and its grading worksheet: in by zip_collect, out by export."""


def install(c):
    """Let `nbgrader zip_collect` read what Moodle downloads; for a course's nbgrader_config.py.

    Parameters
    ----------
    c : traitlets.config.Config
    """
    c.ZipCollectApp.extractor_plugin = "gradekit.moodle.collect.MoodleExtractor"
    c.ZipCollectApp.collector_plugin = "gradekit.moodle.collect.MoodleCollector"
