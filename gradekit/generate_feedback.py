"""nbgrader's GenerateFeedback, made so that a run that is stopped leaves no half file."""

import os
import tempfile
from pathlib import Path

import nbgrader.converters


class GenerateFeedback(nbgrader.converters.GenerateFeedback):
    """Writes feedback to the side, and moves each file to its place when it is complete."""

    def write_single_notebook(self, output, resources):
        """Write a notebook's feedback: the page, and what the exporter made beside it."""
        about = resources["nbgrader"]
        place = Path(self._format_dest(about["assignment"], about["student"]))
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".feedback-", dir=place) as beside:
            self.writer.build_directory = beside
            self.writer.write(output, resources, notebook_name=resources["unique_key"])
            for made in sorted(path for path in Path(beside).rglob("*") if path.is_file()):
                final = place / made.relative_to(beside)
                final.parent.mkdir(exist_ok=True)
                os.replace(made, final)
