"""An nbconvert exporter: a notebook as a PDF without TeX and without a browser.

    jupyter nbconvert --to typstpdf notebook.ipynb

In JupyterLab it stands in the menu "Save and Export Notebook As".
"""

from pathlib import Path

from nbconvert.exporters import Exporter, TemplateExporter
from traitlets import Bool, Enum, Float, HasTraits, Int, default

from gradekit.pdf.document import notebook_to_pdf
from gradekit.pdf.look import PAPERS, Look


class LookTraits(HasTraits):
    """The settings of an exporter that makes PDFs, beside nbconvert's own."""

    paper = Enum(sorted(PAPERS), Look.paper, help="Size of the paper.").tag(config=True)
    font_size = Float(Look.font_size, min=6, max=24, help="Size of the text in points.").tag(
        config=True
    )
    code_columns = Int(
        Look.code_columns,
        min=40,
        max=200,
        help="How many characters of code or printed output fit on a line; longer ones are broken.",
    ).tag(config=True)
    max_output_lines = Int(
        Look.max_output_lines,
        min=4,
        help="Of longer outputs the middle is left out, and a line says so.",
    ).tag(config=True)
    max_outputs = Int(Look.max_outputs, min=1, help="How many outputs of a cell are shown.").tag(
        config=True
    )
    accessible = Bool(
        Look.accessible, help="Whether the PDF keeps the standard PDF/UA-1, for screen readers."
    ).tag(config=True)

    @property
    def look(self):
        """The settings as a `Look`."""
        chosen = {name: getattr(self, name) for name in LookTraits.class_own_traits()}
        return Look(**chosen, show_input=not self.exclude_input)


class TypstPDFExporter(LookTraits, TemplateExporter):
    """Exports a notebook to PDF by Typst, in process.

    There is no template, but a template exporter's settings for what is left out, such as
    ``--no-input``, work as they do for HTML.
    """

    export_from_notebook = "PDF via Typst"
    output_mimetype = "application/pdf"

    @default("file_extension")
    def _file_extension_default(self):
        return ".pdf"

    @default("optimistic_validation")
    def _optimistic_validation_default(self):
        # Once behind all preprocessors; behind each of them it takes as long as a page.
        return True

    def from_notebook_node(self, nb, resources=None, **kwargs):
        """Convert a notebook.

        Parameters
        ----------
        nb : NotebookNode
        resources : dict, optional
            Its metadata may have the notebook's name, and the path of its folder, where pictures
            are looked for.

        Returns
        -------
        bytes
            The PDF.
        dict
            The resources.
        """
        nb, resources = Exporter.from_notebook_node(self, nb, resources, **kwargs)
        about = resources.get("metadata", {})
        nb.cells = [cell for cell in nb.cells if not self._is_excluded(cell)]
        if self.exclude_output:
            for cell in nb.cells:
                cell.pop("outputs", None)
        title = nb.metadata.get("title") or about.get("name") or "Notebook"
        # nbconvert's path is empty for the working folder.
        folder = Path(about["path"]) if "path" in about else None
        return notebook_to_pdf(nb, str(title), self.look, folder), resources

    def _is_excluded(self, cell):
        return {
            "code": self.exclude_code_cell,
            "markdown": self.exclude_markdown,
            "raw": self.exclude_raw,
        }.get(cell.cell_type, False)
