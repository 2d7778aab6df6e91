"""Puts the kit's converters in the place of nbgrader's."""

import sys

import nbgrader.apps.api
import nbgrader.apps.autogradeapp
import nbgrader.apps.generateassignmentapp
import nbgrader.apps.generatefeedbackapp
import nbgrader.apps.generatesolutionapp
import nbgrader.converters

from gradekit.autograde import Autograde
from gradekit.formgrader import FormgradeExporter
from gradekit.generate_assignment import GenerateAssignment
from gradekit.generate_feedback import GenerateFeedback
from gradekit.generate_solution import GenerateSolution


def take_over():
    """Let nbgrader's commands and formgrader's buttons use the kit's converters.

    nbgrader has no setting for these classes; its modules bind them by name.
    """
    for module in (nbgrader.converters, nbgrader.apps.api, nbgrader.apps.autogradeapp):
        module.Autograde = Autograde
    for module in (nbgrader.converters, nbgrader.apps.api, nbgrader.apps.generateassignmentapp):
        module.GenerateAssignment = GenerateAssignment
    for module in (nbgrader.converters, nbgrader.apps.api, nbgrader.apps.generatefeedbackapp):
        module.GenerateFeedback = GenerateFeedback
    for module in (nbgrader.converters, nbgrader.apps.api, nbgrader.apps.generatesolutionapp):
        module.GenerateSolution = GenerateSolution
    # Loaded where formgrader runs; for commands it would be a second of imports.
    formgrader = sys.modules.get("nbgrader.server_extensions.formgrader.formgrader")
    if formgrader:
        # Its templates are settings of HTMLExporter, which hold for classes made from it, too.
        formgrader.HTMLExporter = FormgradeExporter
