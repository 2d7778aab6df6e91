"""What students download: an assignment, and all that they need to work on it."""

from gradekit.bundle.command import main

__all__ = ["main"]
