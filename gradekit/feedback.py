"""Feedback as nbgrader's GenerateFeedback writes it: the HTML, and a PDF beside it.

In nbgrader_config.py::

    c.GenerateFeedback.exporter_class = "gradekit.feedback.FeedbackExporter"
"""

from nbconvert.exporters import HTMLExporter
from nbgrader.api import Gradebook
from nbgrader.utils import is_grade, is_solution, is_task

from gradekit.pdf import Feedback, apology, feedback_to_pdf
from gradekit.pdf.exporter import LookTraits
from gradekit.pdf.redact import redacted


class FeedbackExporter(LookTraits, HTMLExporter):
    """Exports a graded notebook to HTML, and to a PDF among the resources' outputs.

    nbconvert's FilesWriter writes whatever is in ``resources["outputs"]`` beside the main file.
    """

    # An exporter of nbgrader's command, not one of JupyterLab's menu.
    export_from_notebook = None

    def _preprocess(self, nb, resources):
        """Redact after GetGrades has run, so that HTML and PDF are made from the same notebook."""
        nb, resources = super()._preprocess(nb, resources)
        nb = redacted(nb)
        feedback = _feedback(nb, resources["nbgrader"])
        # Not a path, but a name: FilesWriter takes both from the same mapping.
        resources.setdefault("outputs", {})[f"{feedback.notebook}.pdf"] = self._pdf(
            nb, feedback, resources
        )
        return nb, resources

    def _pdf(self, nb, feedback, resources):
        folder = resources.get("metadata", {}).get("path")
        try:
            return feedback_to_pdf(nb, feedback, self.look, folder)
        except Exception:
            # Students get their feedback in any case; the HTML is complete.
            self.log.exception("No PDF of %s for %s", feedback.notebook, feedback.student)
            return apology(
                feedback,
                "This PDF could not be made because of an error in the course's software; "
                f"your whole feedback is in {feedback.notebook}.html.",
            )


def _feedback(nb, graded):
    """Look up what GetGrades leaves out: the student's name and which cells wait for a grader."""
    with Gradebook(graded["db_url"]) as gradebook:
        student = gradebook.find_student(graded["student"])
        notebook = gradebook.find_submission_notebook(
            graded["notebook"], graded["assignment"], graded["student"]
        )
        waiting = {grade.name for grade in notebook.grades if grade.needs_manual_grade}
        name = " ".join(part for part in (student.first_name, student.last_name) if part)
    for cell in nb.cells:
        _keep_graders_words(cell)
        data = cell.metadata.get("nbgrader", {})
        if "score" in data:
            data["needs_manual_grade"] = data["grade_id"] in waiting
    return Feedback(
        assignment=graded["assignment"],
        notebook=graded["notebook"],
        student=graded["student"],
        name=name,
        late_penalty=graded["late_penalty"],
    )


def _keep_graders_words(cell):
    """Drop scores and comments that GetGrades did not write, but the submission brought along."""
    data = cell.metadata.get("nbgrader", {})
    if not (is_grade(cell) or is_task(cell)):
        data.pop("score", None)
    if not (is_solution(cell) or is_task(cell)):
        data.pop("comment", None)
