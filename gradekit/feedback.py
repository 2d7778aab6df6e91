"""Feedback as nbgrader's GenerateFeedback writes it: a page for browsers, and a PDF beside it.

In nbgrader_config.py::

    c.GenerateFeedback.exporter_class = "gradekit.feedback.FeedbackExporter"
"""

from datetime import UTC

from nbconvert.exporters import Exporter, TemplateExporter
from nbgrader.api import Gradebook
from nbgrader.utils import is_grade, is_solution, is_task
from traitlets import Bool, default

from gradekit.deadlines import Deadlines
from gradekit.pdf import Feedback, apology, feedback_to_pdf, feedback_to_web
from gradekit.pdf.exporter import LookTraits


class FeedbackExporter(LookTraits, TemplateExporter):
    """Exports a graded notebook to HTML, and to a PDF among the resources' outputs.

    Both are made of the same markup, so they show the same. nbconvert's FilesWriter writes whatever
    is in ``resources["outputs"]`` beside the main file.
    """

    # An exporter of nbgrader's command, not one of JupyterLab's menu.
    export_from_notebook = None
    output_mimetype = "text/html"

    mark_schemes = Bool(
        Feedback.mark_schemes, help="Whether students see the mark schemes of written answers."
    ).tag(config=True)

    @default("file_extension")
    def _file_extension_default(self):
        return ".html"

    def from_notebook_node(self, nb, resources=None, **kwargs):
        """Convert a notebook.

        Parameters
        ----------
        nb : NotebookNode
        resources : dict
            With what nbgrader knows about the notebook.

        Returns
        -------
        str
            The HTML.
        dict
            The resources, with the PDF.
        """
        nb, resources = Exporter.from_notebook_node(self, nb, resources, **kwargs)
        feedback = self._feedback(nb, resources["nbgrader"])
        given = nb, feedback, self.look, resources.get("metadata", {}).get("path")
        # Not a path, but a name: FilesWriter takes both from the same mapping.
        resources.setdefault("outputs", {})[f"{feedback.notebook}.pdf"] = self._pdf(*given)
        return feedback_to_web(*given).decode(), resources

    def _pdf(self, nb, feedback, look, folder):
        try:
            return feedback_to_pdf(nb, feedback, look, folder)
        except Exception:
            # Students get their feedback in any case; the HTML is complete.
            self.log.exception("No PDF of %s for %s", feedback.notebook, feedback.student)
            return apology(
                feedback,
                "This PDF could not be made because of an error in the course's software; "
                f"your whole feedback is in {feedback.notebook}.html.",
            )

    def _feedback(self, nb, graded):
        """Look up what GetGrades leaves out: names, times, which cells wait for a grader."""
        names = graded["notebook"], graded["assignment"], graded["student"]
        with Gradebook(graded["db_url"]) as gradebook:
            notebook = gradebook.find_submission_notebook(*names)
            student, handed_in = notebook.student, notebook.assignment.timestamp
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
            handed_in=self._local(handed_in),
            mark_schemes=self.mark_schemes,
        )

    def _local(self, time):
        """Return a time of the gradebook, which is in UTC, in the course's own."""
        zone = Deadlines(parent=self).zone or UTC
        return time and time.replace(tzinfo=UTC).astimezone(zone)


def _keep_graders_words(cell):
    """Drop scores and comments that GetGrades did not write, but the submission brought along."""
    data = cell.metadata.get("nbgrader", {})
    if not (is_grade(cell) or is_task(cell)):
        data.pop("score", None)
    if not (is_solution(cell) or is_task(cell)):
        data.pop("comment", None)
