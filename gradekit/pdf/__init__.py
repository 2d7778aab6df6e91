"""Notebooks as PDFs: Markdown, code and outputs to Typst, and Typst to PDF, all in process."""

from gradekit.pdf.document import apology, feedback_to_pdf, notebook_to_pdf
from gradekit.pdf.front import Feedback
from gradekit.pdf.look import Look

__all__ = ["Feedback", "Look", "apology", "feedback_to_pdf", "notebook_to_pdf"]
