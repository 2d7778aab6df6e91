"""Does every submitted file give a sound notebook, or one sentence that says why not?"""

import json
import os

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from gradekit.grading import reading

CELL = {"cell_type": "code", "source": "x = 1", "metadata": {}, "outputs": []}
FORMAT_2 = {
    "nbformat": 2,
    "metadata": {"name": "old"},
    "worksheets": [
        {
            "metadata": {},
            "cells": [
                {"cell_type": "code", "collapsed": False, "input": "x = 1", "outputs": []},
                {"cell_type": "markdown", "source": "# Title"},
            ],
        }
    ],
}
FORMAT_3 = json.loads(json.dumps(FORMAT_2).replace('"nbformat": 2', '"nbformat": 3'))


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "submitted" / "ann" / "warmup" / "adding.ipynb"
    path.parent.mkdir(parents=True)
    return path


def _written(path, content):
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def _notebook(*cells, **more):
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells), **more}


def test_sound_notebook(path):
    """Is a sound notebook read as it is?"""
    nb = new_notebook(
        cells=[new_code_cell("x = 1"), new_markdown_cell("text")],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    nbformat.write(nb, path)
    assert reading.read(path) == (nb, [])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "its content is not JSON"),
        (b"{", "its content is not JSON"),
        (b"\x00\xff\xfe\x89PNG", "its content is not JSON"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"metadata": ' * 300 + b"1" + b"}" * 300, "nested too deeply"),
        (b"[]", "is JSON but not a notebook"),
        (b'{"cells": {}, "nbformat": 4}', "is JSON but not a notebook"),
        (b'{"cells": []}', "known format (found none)"),
        (b'{"cells": [], "nbformat": 9}', "known format (found 9)"),
        (b'{"cells": [], "nbformat": "four"}', "known format (found four)"),
        (b'{"worksheets": [{"cells": [1]}], "nbformat": 3}', "damaged notebook of the old"),
        (b'{"cells": [[]], "nbformat": 4}', "cell 1 is damaged"),
        (b'{"cells": [{"cell_type": "code", "source": 1}], "nbformat": 4}', "cell 1 is damaged"),
        (b'{"cells": [{"cell_type": "x", "source": ""}], "nbformat": 4}', "cell 1 is damaged"),
    ],
)
def test_what_is_no_notebook(path, content, sentence):
    """Does a file that is no notebook get one sentence with its place?"""
    path.write_bytes(content)
    fault = reading.fault_of(path)
    assert sentence in fault
    assert fault.startswith("submitted/ann/warmup/adding.ipynb") and "\n" not in fault


def test_missing_file(path):
    """Is a notebook that is not there named?"""
    assert reading.fault_of(path) == "submitted/ann/warmup/adding.ipynb was not handed in."


@pytest.mark.parametrize("above", [0, 1, 2])
def test_links_are_not_followed(path, above, tmp_path):
    """Is a link refused, as the notebook, its folder, or the student's?"""
    place = [path, path.parent, path.parent.parent][above]
    real = tmp_path / "real"
    if above == 0:
        _written(real, _notebook())
    else:
        _written(path, _notebook())
        place.rename(real)
    place.symlink_to(real)
    fault = reading.fault_of(path)
    name = ["submitted/ann/warmup/adding.ipynb", "submitted/ann/warmup", "submitted/ann"][above]
    assert fault.startswith(f"{name} is a link")


def test_pipe_and_folder(path):
    """Is a pipe, which would be read for ever, refused, and a folder?"""
    os.mkfifo(path)
    assert "is no file" in reading.fault_of(path)
    path.unlink()
    path.mkdir()
    assert "is no file" in reading.fault_of(path)


def test_large_file(path, monkeypatch):
    """Is a file that would fill the memory refused?"""
    monkeypatch.setattr(reading, "MOST_BYTES", 10)
    assert "more than" in reading.fault_of(_written(path, _notebook()))


@pytest.mark.parametrize(("content", "version"), [(FORMAT_2, 2), (FORMAT_3, 3)])
def test_old_formats(path, content, version):
    """Are notebooks of old formats converted, the same way each time, and is that told?"""
    nb, told = reading.read(_written(path, content))
    assert told == [f"The file has the old notebook format {version} and was converted."]
    assert [cell.source for cell in nb.cells] == ["x = 1", "# Title"]
    assert reading.read(path)[0] == nb


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_encodings_of_windows(path, encoding):
    """Can a notebook be read that an editor has saved with a mark of its encoding?"""
    path.write_text(json.dumps(_notebook(CELL)), encoding=encoding)
    assert reading.read(path)[0].cells[0].source == "x = 1"


def test_lines_of_outputs(path):
    """Are the lines of an output one text, as everybody expects who reads it?"""
    output = {"output_type": "stream", "name": "stdout", "text": ["one\n", "two"]}
    nb, _ = reading.read(_written(path, _notebook({**CELL, "id": "a", "outputs": [output]})))
    assert nb.cells[0].outputs[0].text == "one\ntwo"


@pytest.mark.parametrize(
    "change",
    [
        {"metadata": []},
        {"metadata": {"nbgrader": "all points"}},
        {"metadata": {"nbgrader": {"grade_id": ["add"]}}},
        {"metadata": {"collapsed": "yes", "scrolled": 3}},
        {"outputs": "none"},
        {"outputs": [{"output_type": "unknown"}]},
        {"outputs": ["text"]},
        {"outputs": [{"output_type": "display_data", "data": []}]},
        {"execution_count": "first"},
        {"id": None},
        {"id": "no id at all!"},
        {"id": "x" * 100},
        {"source": ["x = 1\n", "y = 2"]},
        {"unknown": "field"},
    ],
)
def test_odd_cells(path, change):
    """Does an odd cell give a valid one, with the text that the student wrote?"""
    nb, _ = reading.read(_written(path, _notebook({**CELL, **change})))
    nbformat.validate(nb)
    assert nb.cells[0].source.startswith("x = 1")


@pytest.mark.parametrize(
    "change",
    [
        {"metadata": "none"},
        {"metadata": {"kernelspec": "python3"}},
        {"metadata": {"kernelspec": {"display_name": 3}, "language_info": {"name": 3}}},
        {"metadata": {"title": 3, "authors": "me"}},
        {"nbformat_minor": "5"},
        {"nbformat_minor": 99},
        {"nbformat_minor": 2},
        {"unknown": "field"},
    ],
)
def test_odd_notebooks(path, change):
    """Does an odd notebook around sound cells give a valid one?"""
    nb, _ = reading.read(_written(path, _notebook({**CELL, "id": "a"}, **change)))
    nbformat.validate(nb)
    assert nb.cells[0].source == "x = 1"


def test_odd_metadata_cost_no_marks(path):
    """Does a cell keep its grade id when the metadata beside it are not valid?"""
    marks = {"nbgrader": {"grade_id": "add"}, "collapsed": "yes"}
    nb, _ = reading.read(_written(path, _notebook({**CELL, "metadata": marks})))
    assert nb.cells[0].metadata == {"nbgrader": {"grade_id": "add"}}


def test_same_ids(path):
    """Do cells with the same id get different ones, the same each time?"""
    cells = [{**CELL, "id": "same"}, {**CELL, "id": "same"}, {**CELL, "id": "same-2"}]
    nb, _ = reading.read(_written(path, _notebook(*cells)))
    assert len({cell.id for cell in nb.cells}) == 3
    assert reading.read(path)[0] == nb


def test_half_characters(path):
    """Can a notebook with half a character, which no file can hold, be written again?"""
    path.write_text(json.dumps(_notebook({**CELL, "source": "x = '\ud83d' '\U0001f600'"})))
    source = reading.read(path)[0].cells[0].source
    assert source.encode("utf-8") and "\U0001f600" in source
