"""The steps of autograding that can be set like nbgrader's."""

from gradekit.preprocessors.hidetests import HideTests

__all__ = ["HideTests"]
