"""What a class did in an assignment, as one PDF for its instructor, and the numbers as CSV."""

from gradekit.class_report.command import main

__all__ = ["main"]
