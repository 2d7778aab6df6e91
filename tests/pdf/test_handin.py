"""Is what a student hands in one PDF: notebooks, scanned pages and photos in order?"""

import io
import subprocess
import sys
from pathlib import Path

import nbformat.v4 as v4
import pytest
from nbformat import writes
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NumberObject

from gradekit.__main__ import main
from gradekit.pdf.scans import readable_photo

HANDINS = Path(__file__).parents[1] / "files" / "handins"
NOTEBOOK = [
    v4.new_markdown_cell("# Losses\n\n[below](#proof)\n\n## Proof\n\n$$\\alpha + 1$$"),
    v4.new_code_cell("print(1)", execution_count=1),
]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of two notebooks, a scan of two pages and a photo."""
    monkeypatch.chdir(tmp_path)
    for name in ("softmax", "losses"):
        (tmp_path / f"{name}.ipynb").write_text(
            writes(v4.new_notebook(cells=NOTEBOOK)), encoding="utf-8"
        )
    scan = PdfWriter()
    scan.add_blank_page(300, 400)
    scan.add_blank_page(500, 200).rotate(90)
    scan.write(tmp_path / "scan.pdf")
    Image.new("RGB", (400, 300), "navy").save(tmp_path / "photo.jpg")
    return tmp_path


def handed_in(*files):
    """Run the command; returns a reader of the PDF."""
    assert main(["handin", *files, "--name", "Ada Example", "--title", "Sheet 2"]) == 0
    return PdfReader("handin.pdf")


def bookmarks(reader, items=None):
    """The bookmarks as [title, page, those below]."""
    found = []
    for item in reader.outline if items is None else items:
        if isinstance(item, list):
            found[-1].append(bookmarks(reader, item))
        else:
            found.append([item.title, reader.get_destination_page_number(item) + 1])
    return found


def test_order(folder):
    """Does the first page name all, and do bookmarks and contents lead to the right pages?"""
    reader = handed_in("softmax.ipynb", "scan.pdf", "photo.jpg", "losses.ipynb")
    first = reader.pages[0].extract_text()
    assert "Sheet 2" in first and "Ada Example" in first and "photo.jpg" in first
    inside = [["Losses", 2, [["Proof", 2]]]], [["Losses", 6, [["Proof", 6]]]]
    assert bookmarks(reader) == [
        ["softmax.ipynb", 2, inside[0]],
        ["scan.pdf", 3],
        ["photo.jpg", 5],
        ["losses.ipynb", 6, inside[1]],
    ]
    assert len(reader.pages) == 6


def test_pages_of_others(folder):
    """Do they keep their size and their rotation, and is nothing of ours on them?"""
    reader = handed_in("scan.pdf", "softmax.ipynb")
    one, two = reader.pages[1:3]
    assert (one.mediabox.width, two.mediabox.width, two.rotation) == (300, 500, 90)
    assert one.extract_text() == two.extract_text() == ""


def test_links_stay_in_their_notebook(folder):
    """Does a link lead to the heading of its own notebook, though another has the same?"""
    reader = handed_in("softmax.ipynb", "losses.ipynb")
    for page in reader.pages[1:3]:
        (link,) = page["/Annots"]
        assert link.get_object()["/Dest"][0] == page.indirect_reference


def test_photo():
    """Does a photo stand upright, and is it no larger than paper needs?"""
    picture = Image.new("RGB", (6000, 4000), "white")
    picture.paste("navy", (0, 0, 6000, 400))  # the top, as the camera holds it
    turned = picture.getexif()
    turned[0x0112] = 6  # to be turned by a quarter
    data = io.BytesIO()
    picture.save(data, "JPEG", exif=turned)
    photo = Image.open(io.BytesIO(readable_photo(data.getvalue())))
    assert photo.height == 2600 and photo.width < photo.height
    assert photo.getpixel((photo.width - 5, 1300))[2] > photo.getpixel((photo.width - 5, 1300))[0]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_kinds_of_pictures(mode):
    """Is a PNG taken whatever it is made of?"""
    data = io.BytesIO()
    Image.new(mode, (30, 20)).save(data, "PNG")
    assert Image.open(io.BytesIO(readable_photo(data.getvalue()))).size == (30, 20)


def locked():
    writer, data = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret")
    writer.write(data)
    return data.getvalue()


def damaged_behind_page_one():
    writer, data = PdfWriter(), io.BytesIO()
    for _ in range(2):
        writer.add_blank_page(100, 100)
    writer.root_object["/Pages"]["/Kids"][1] = NumberObject(7)
    writer.write(data)
    return data.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("second.pdf", damaged_behind_page_one(), "second.pdf is damaged"),
        ("aes.pdf", (HANDINS / "locked_by_its_owner.pdf").read_bytes(), "aes.pdf is protected"),
        ("missing.pdf", None, "missing.pdf cannot be read: No such file"),
        ("half.pdf", b"%PDF-1.7 and nothing", "half.pdf is damaged"),
        ("locked.pdf", locked(), "locked.pdf is protected by a password"),
        ("half.ipynb", b'{"cells": [', "half.ipynb is not a notebook"),
        ("other.ipynb", b'{"cells": 3}', "other.ipynb is not a notebook"),
        ("photo.heic", b"\0\0\0\x18ftypheic", "photo.heic is none of what can be handed in"),
        ("half.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF", "half.jpg is none of what"),
        ("empty.txt", b"", "empty.txt is none of what"),
    ],
)
def test_files_that_cannot_be_part(folder, capsys, name, data, sentence):
    """Is there one sentence about each, and is an earlier PDF kept?"""
    (folder / "handin.pdf").write_bytes(b"earlier")
    if data is not None:
        (folder / name).write_bytes(data)
    assert main(["handin", "softmax.ipynb", name, "missing.ipynb"]) == 1
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 3 and sentence in told[0]
    assert (folder / "handin.pdf").read_bytes() == b"earlier"


def test_output_that_is_an_input(folder, capsys):
    """Is no file written over that is handed in?"""
    before = (folder / "scan.pdf").read_bytes()
    assert main(["handin", "scan.pdf", "-o", "scan.pdf"]) == 1
    assert "would be written over" in capsys.readouterr().err
    assert (folder / "scan.pdf").read_bytes() == before


def test_output_that_cannot_be_written(folder, capsys):
    """Is there a sentence if the PDF has no place?"""
    assert main(["handin", "scan.pdf", "-o", "nowhere/out.pdf"]) == 1
    assert "nowhere/out.pdf cannot be written: No such file" in capsys.readouterr().err


def test_notebook_that_was_not_run(folder, capsys):
    """Is a student told who forgot to run the cells?"""
    nb = v4.new_notebook(cells=[v4.new_code_cell("print(2)"), *NOTEBOOK])
    (folder / "fresh.ipynb").write_text(writes(nb), encoding="utf-8")
    handed_in("fresh.ipynb", "softmax.ipynb")
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1 and told[0].startswith("fresh.ipynb: 1 code cell was not run")


def test_same_bytes(folder):
    """Are the bytes the same each time, and no other file left?"""
    files = ("softmax.ipynb", "scan.pdf", "photo.jpg")
    handed_in(*files)
    first = (folder / "handin.pdf").read_bytes()
    handed_in(*files)
    assert (folder / "handin.pdf").read_bytes() == first
    assert not list(folder.glob("*.part*"))


def test_without_nbgrader(folder):
    """Does the command need nothing of what grading needs?"""
    program = """
import sys
for name in ("nbgrader", "distributed", "numpy", "IPython", "ipykernel", "nbclient"):
    sys.modules[name] = None
from gradekit.__main__ import main
sys.exit(main(["handin", "softmax.ipynb", "scan.pdf", "photo.jpg"]))
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
