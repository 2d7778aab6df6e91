"""Files that bear a notebook's name and are none, or hardly one."""

import gzip
import json
import os

import nbformat

from .catalogue import AREAS, changes, code_cell, hostile, insert, read, text_cell, write

NO_NOTEBOOK = {
    "lost": AREAS,
    "human": True,
    "reason": r"areas\.ipynb\b.* (not a|no|cannot be|nested|damaged)\b",
}
# It may be read all the same.
ENCODING = {"unsure": AREAS, "reason": NO_NOTEBOOK["reason"], "always_told": False}


def _replace(folder, content):
    (folder / "areas.ipynb").write_bytes(content)


@hostile("One brace.", **NO_NOTEBOOK)
def not_json(folder):
    _replace(folder, b"{")


@hostile("A notebook that is cut off in the middle, as by a full disk.", **NO_NOTEBOOK)
def truncated(folder):
    content = (folder / "areas.ipynb").read_bytes()
    _replace(folder, content[: len(content) // 2])


@hostile("A file of no bytes.", **NO_NOTEBOOK)
def empty_file(folder):
    _replace(folder, b"")


@hostile("All bytes there are.", **NO_NOTEBOOK)
def binary(folder):
    _replace(folder, bytes(range(256)) * 40)


@hostile("Text in UTF-16.", **ENCODING)
def utf_16(folder):
    _replace(folder, json.dumps(read(folder)).encode("utf-16"))


@hostile("A byte order mark before the JSON, as some editors write it.", **ENCODING)
def byte_order_mark(folder):
    _replace(folder, json.dumps(read(folder)).encode("utf-8-sig"))


@hostile("A notebook inside gzip.", **NO_NOTEBOOK)
def gzipped(folder):
    _replace(folder, gzip.compress(json.dumps(read(folder)).encode()))


@hostile("The page of a web site that asked for a password.", **NO_NOTEBOOK)
def web_page(folder):
    _replace(folder, b"<!DOCTYPE html><html><body>Please log in</body></html>")


@hostile("The marks of a merge that went wrong.", **NO_NOTEBOOK)
def merge_conflict(folder):
    content = (folder / "areas.ipynb").read_text(encoding="utf-8")
    conflict = "<<<<<<< HEAD\n, \n=======\n,\n>>>>>>> mine\n"
    _replace(folder, content.replace(",", conflict, 1).encode())


@hostile("The same notebook twice in one file.", **NO_NOTEBOOK)
def twice_in_one_file(folder):
    _replace(folder, 2 * (folder / "areas.ipynb").read_bytes())


@hostile("A hundred thousand brackets.", **NO_NOTEBOOK)
def brackets(folder):
    _replace(folder, b"[" * 100_000 + b"]" * 100_000)


@hostile("Metadata too deep for the JSON reader.", **NO_NOTEBOOK)
def deep_metadata(folder):
    content = (folder / "areas.ipynb").read_text(encoding="utf-8")
    deep = '{"deep": ' * 50_000 + "1" + "}" * 50_000
    content = content.replace('"metadata": {', f'"metadata": {{"deep": {deep}, ', 1)
    _replace(folder, content.encode())


@changes(
    "Metadata that the JSON reader takes, and what copies it does not.",
    unsure=AREAS,
    reason="areas.ipynb",
    always_told=False,
)
def rather_deep_metadata(nb):
    deep = 1
    for _ in range(900):
        deep = {"deep": deep}
    nb["metadata"]["deep"] = deep


@hostile("A list.", **NO_NOTEBOOK)
def a_list(folder):
    write(folder, [])


@hostile("The word null.", **NO_NOTEBOOK)
def null(folder):
    write(folder, None)


@hostile("A number of five thousand digits.", **NO_NOTEBOOK)
def a_number(folder):
    _replace(folder, b"9" * 5000)


@changes("Numbers that JSON does not know.")
def not_a_number(nb):
    nb["metadata"]["zoom"] = float("nan")
    nb["cells"][0]["metadata"]["width"] = float("-inf")


@hostile("The key `cells` twice, of which the last counts.")
def duplicate_keys(folder):
    content = (folder / "areas.ipynb").read_text(encoding="utf-8")
    _replace(folder, content.replace("{", '{"cells": [], ', 1).encode())


@changes("Half of a character in the text, in a name, and in metadata.")
def lone_surrogates(nb):
    nb["metadata"]["title"] = "\ud83d"
    nb["cells"][0]["source"] = "# Areas \ud83d"
    insert(nb, "circle", code_cell("half = '\udc00'"))


@changes("Null characters in text and code.")
def null_characters(nb):
    nb["cells"][0]["source"] = "# Areas \0"
    insert(nb, "circle", code_cell("zero = '\0'"))


# --- formats ------------------------------------------------------------------------------------


@hostile("Format 2, in which cells have no metadata.", unsure=AREAS, reason="format 2")
def format_2(folder):
    cells = [
        {"cell_type": "code", "input": cell["source"], "language": "python", "outputs": []}
        if cell["cell_type"] == "code"
        else {"cell_type": "markdown", "source": cell["source"]}
        for cell in read(folder)["cells"]
    ]
    write(folder, {"metadata": {}, "nbformat": 2, "worksheets": [{"cells": cells}]})


@hostile("Format 3, with all answers in it.", reason="format 3")
def format_3(folder):
    old = nbformat.convert(nbformat.from_dict(read(folder)), 3)
    write(folder, old)


@changes("A format that does not exist.", **NO_NOTEBOOK)
def format_9(nb):
    nb["nbformat"] = 9


@changes("A later version of the format.")
def later_minor_format(nb):
    nb["nbformat_minor"] = 99


@changes("A format that is text.", **NO_NOTEBOOK)
def format_as_text(nb):
    nb["nbformat"] = "4"


@changes("A minor format that is a word.", unsure=AREAS, reason="areas.ipynb", always_told=False)
def minor_format_as_text(nb):
    nb["nbformat_minor"] = "five"


@changes("No format.", **NO_NOTEBOOK)
def no_format(nb):
    del nb["nbformat"], nb["nbformat_minor"]


@changes("No cells.", **NO_NOTEBOOK)
def no_cells(nb):
    del nb["cells"]


@changes("Cells by name.", **NO_NOTEBOOK)
def cells_by_name(nb):
    nb["cells"] = {cell["id"]: cell for cell in nb["cells"]}


@changes("Cells that are none.", unsure=AREAS, reason="areas.ipynb")
def cells_that_are_none(nb):
    nb["cells"] += [None, 1, "cell", []]


# --- size ---------------------------------------------------------------------------------------


@changes("Thirty megabytes of text.", reason="large|MB", unsure=AREAS, always_told=False)
def huge_text(nb):
    nb["cells"].append(text_cell("A long and winding road. " * 1_250_000))


@changes("Thirty megabytes of pictures in outputs that are removed anyway.")
def huge_outputs(nb):
    picture = {"data": {"image/png": "iVBORw0K" * 4_000_000}, "metadata": {}}
    cell = code_cell("'a picture'")
    cell["outputs"] = [{"output_type": "display_data", **picture}]
    nb["cells"].append(cell)


# Root may read everything.
@hostile("A notebook whose rights say no.", **({} if os.geteuid() == 0 else NO_NOTEBOOK))
def unreadable_notebook(folder):
    (folder / "areas.ipynb").chmod(0)
