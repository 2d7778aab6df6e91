"""Notebooks as PDFs: Markdown, code and outputs to Typst, and Typst to PDF, all in process.

Feedback is a page for browsers, too, which Typst makes of the same markup.
"""

from gradekit.pdf.document import apology, feedback_to_pdf, feedback_to_web, notebook_to_pdf
from gradekit.pdf.front import Feedback
from gradekit.pdf.look import Look

__all__ = ["Feedback", "Look", "apology", "feedback_to_pdf", "feedback_to_web", "notebook_to_pdf"]
