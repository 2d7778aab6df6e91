"""The steps of autograding that differ from nbgrader's."""

from gradekit.preprocessors.execute import Execute
from gradekit.preprocessors.hidetests import HideTests
from gradekit.preprocessors.restorecells import RestoreCells
from gradekit.preprocessors.saveautogrades import SaveAutoGrades

__all__ = ["Execute", "HideTests", "RestoreCells", "SaveAutoGrades"]
