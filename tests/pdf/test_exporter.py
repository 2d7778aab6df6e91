"""The exporter as nbconvert, its command and JupyterLab use it."""

import subprocess
import sys

import nbformat
import nbformat.v4 as v4
import pytest
from nbconvert.exporters import get_export_names, get_exporter
from pypdf import PdfReader
from traitlets import TraitError
from traitlets.config import Config

from gradekit.pdf.exporter import TypstPDFExporter

PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">'
    '<rect width="40" height="20" fill="teal"/></svg>'
)


@pytest.fixture
def folder(tmp_path):
    """A folder with a notebook and a picture that it refers to; its name has a blank."""
    folder = tmp_path / "my course"
    folder.mkdir()
    (folder / "plot.svg").write_text(PICTURE, encoding="utf-8")
    cells = [
        v4.new_markdown_cell("# Entropy\n\nSee $H$. ![the plot](plot.svg)"),
        v4.new_code_cell("secret_name = 1", outputs=[v4.new_output("stream", text="printed")]),
        v4.new_raw_cell("raw words"),
    ]
    nbformat.write(v4.new_notebook(cells=cells), folder / "sheet one.ipynb")
    return folder


def export(folder, **settings):
    """The reader of a PDF."""
    exporter = TypstPDFExporter(config=Config({"TypstPDFExporter": settings}))
    pdf, _ = exporter.from_filename(str(folder / "sheet one.ipynb"))
    path = folder / "made.pdf"
    path.write_bytes(pdf)
    return PdfReader(path)


def text(reader):
    return " ".join(page.extract_text() for page in reader.pages)


def test_command(folder):
    """Does `jupyter nbconvert --to typstpdf` write the PDF beside the notebook?"""
    command = [sys.executable, "-m", "nbconvert", "--to", "typstpdf", "sheet one.ipynb"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    reader = PdfReader(folder / "sheet one.pdf")
    assert "Entropy" in text(reader)
    assert "Picture not shown" not in text(reader)


def test_registered():
    """Does nbconvert know it, and JupyterLab's menu with it?"""
    assert "typstpdf" in get_export_names()
    assert get_exporter("typstpdf") is TypstPDFExporter
    assert TypstPDFExporter.export_from_notebook


def test_title_and_bookmarks(folder):
    """Is the notebook's name the title, and a heading a bookmark?"""
    reader = export(folder)
    assert reader.metadata.title == "sheet one"
    assert [entry.title for entry in reader.outline] == ["Entropy"]


@pytest.mark.parametrize(
    ("settings", "gone"),
    [
        ({"exclude_input": True}, "secret_name"),
        ({"exclude_output": True}, "printed"),
        ({"exclude_raw": True}, "raw words"),
        ({"exclude_markdown": True}, "Entropy"),
        ({"exclude_code_cell": True}, "secret_name"),
    ],
)
def test_left_out(folder, settings, gone):
    """Is what nbconvert's own settings exclude left out, and nothing else?"""
    words = {"secret_name", "printed", "raw words", "Entropy"}
    shown = {word for word in words if word in text(export(folder, **settings))}
    also = {"printed"} if "exclude_code_cell" in settings else set()
    assert shown == words - {gone} - also


@pytest.mark.parametrize(
    ("paper", "points"), [("a4", (595, 842)), ("us-letter", (612, 792)), ("a5", (420, 595))]
)
def test_paper(folder, paper, points):
    """Has the page the size that is asked for?"""
    box = export(folder, paper=paper).pages[0].mediabox
    assert (round(box.width), round(box.height)) == points


@pytest.mark.parametrize("columns", [60, 120])
def test_code_columns(folder, columns):
    """Do exactly so many characters of code fit on a line?"""
    cells = [v4.new_code_cell("#" * columns), v4.new_code_cell("=" * (columns + 1))]
    nbformat.write(v4.new_notebook(cells=cells), folder / "sheet one.ipynb")
    lines = text(export(folder, code_columns=columns)).split("\n")
    assert "#" * columns in lines
    assert "=" * columns in lines


@pytest.mark.parametrize("settings", [{"paper": "a9"}, {"font_size": 200}, {"code_columns": 0}])
def test_absurd_settings(folder, settings):
    """Is a setting that makes no sense refused by its name?"""
    with pytest.raises(TraitError, match=next(iter(settings))):
        export(folder, **settings)


def test_output_limits(folder):
    """Is more or less of long outputs shown if it is asked for?"""
    lines = v4.new_output("stream", text="\n".join(f"line {k}." for k in range(200)))
    cells = [v4.new_code_cell("", outputs=[lines])]
    nbformat.write(v4.new_notebook(cells=cells), folder / "sheet one.ipynb")
    assert "120 lines left out" in text(export(folder))
    assert "line 100." in text(export(folder, max_output_lines=1000))


def test_accessible(folder):
    """Does the PDF claim PDF/UA-1, unless it is not wanted?"""
    assert "pdfuaid" in str(export(folder).xmp_metadata.stream.get_data())
    assert "pdfuaid" not in str(export(folder, accessible=False).xmp_metadata.stream.get_data())
