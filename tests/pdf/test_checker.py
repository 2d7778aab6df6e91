"""Does qpdf, a checker of PDFs, find nothing to say about ours?"""

import shutil
import subprocess

import nbformat.v4 as v4
import pytest
from nbformat import writes
from PIL import Image
from pypdf import PdfWriter

from gradekit.__main__ import main

pytestmark = pytest.mark.skipif(not shutil.which("qpdf"), reason="qpdf is not installed")

CELLS = [
    v4.new_markdown_cell("# One\n\n$$\\frac{1}{2}$$\n\n[up](#One) ☺\n\n| a |\n|---|\n| b |"),
    v4.new_code_cell("print(1)", execution_count=1),
]


def findings(pdf, folder):
    """What qpdf says about a PDF."""
    path = folder / "checked.pdf"
    path.write_bytes(pdf)
    ran = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True)
    return "" if ran.returncode == 0 else ran.stdout + ran.stderr


def test_graded_notebook(draw, tmp_path):
    """Is feedback a sound file?"""
    assert findings(draw(*CELLS).pdf, tmp_path) == ""


def test_exported_notebook(export, tmp_path):
    """Is what students export a sound file?"""
    assert findings(export(*CELLS).pdf, tmp_path) == ""


def test_handin(tmp_path, monkeypatch):
    """Is a file of notebooks, scanned pages and photos a sound one?"""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.ipynb").write_text(writes(v4.new_notebook(cells=CELLS)), encoding="utf-8")
    scan = PdfWriter()
    scan.add_blank_page(300, 400)
    scan.write("scan.pdf")
    Image.new("RGB", (40, 30)).save("photo.jpg")
    assert main(["handin", "a.ipynb", "scan.pdf", "photo.jpg"]) == 0
    assert findings((tmp_path / "handin.pdf").read_bytes(), tmp_path) == ""


def test_the_checker_finds_faults(draw, tmp_path):
    """Would it say something?"""
    assert findings(draw(*CELLS).pdf[:-300], tmp_path)
