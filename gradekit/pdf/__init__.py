"""Notebooks as PDFs: Markdown, code and outputs to Typst, and Typst to PDF, all in process."""

from gradekit.pdf.document import apology, notebook_to_pdf
from gradekit.pdf.front import Feedback

__all__ = ["Feedback", "apology", "notebook_to_pdf"]
