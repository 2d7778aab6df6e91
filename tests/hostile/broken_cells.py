"""Notebooks that are JSON and have cells, with something wrong about them."""

from .catalogue import (
    AREAS,
    cell,
    changes,
    code_cell,
    edit,
    enter,
    extra_cell,
    grade_id,
    hostile,
    insert,
    read,
    text_cell,
    write,
)

# Either the notebook is graded, or it is said which cell is damaged.
DAMAGED = {"unsure": AREAS, "reason": r"cell \d+|areas\.ipynb", "always_told": False}
MISSING = {"reason": "missing|brought back|put back|deleted"}


def _without(*grade_ids):
    def change(nb):
        nb["cells"] = [cell for cell in nb["cells"] if grade_id(cell) not in grade_ids]

    return change


def _damage(name, what, **fields):
    """Enter a notebook with a cell of the student's own that has these fields."""

    def make(folder):
        extra = {**code_cell("1 + 1"), **fields}
        extra = {key: value for key, value in extra.items() if value is not ...}
        edit(folder, "areas", lambda nb: insert(nb, "circle", extra))

    enter(name, what, make, notebooks=("areas",), **DAMAGED)


_damage("no_source", "A cell without source.", source=...)
_damage("no_cell_type", "A cell without type.", cell_type=...)
_damage("unknown_cell_type", "A cell of a type that does not exist.", cell_type="heading")
_damage("no_cell_metadata", "A cell without metadata.", metadata=...)
_damage("cell_metadata_list", "A cell whose metadata is a list.", metadata=["nbgrader"])
_damage("source_number", "A cell whose source is a number.", source=7)
_damage("source_numbers", "A cell whose lines are numbers.", source=[1, 2])
_damage("source_nested", "A cell whose lines are lists.", source=[["1"], ["2"]])
_damage("no_outputs", "A code cell without outputs.", outputs=..., execution_count=...)
_damage("outputs_text", "A code cell whose outputs are text.", outputs="2")
_damage("outputs_damaged", "Outputs that are none.", outputs=[1, None, {"output_type": "noise"}])
_damage("output_data_damaged", "Output data that is none.", outputs=[{"output_type": "stream"}])
_damage("count_text", "A cell that ran seven times, in a word.", execution_count="seven")
_damage("tags_number", "Tags that are a number.", metadata={"tags": 7, "collapsed": "no"})
_damage("attachments_list", "Attachments that are a list.", attachments=["a.png"])


def _confuse(name, what, value, on="circle_test", **expected):
    """Enter a notebook in which a cell's nbgrader metadata is this value."""

    def make(folder):
        def change(nb):
            data = cell(nb, on)["metadata"]
            update = isinstance(value, dict) and value
            data["nbgrader"] = {**data["nbgrader"], **value} if update else value

        edit(folder, "areas", change)

    enter(name, what, make, notebooks=("areas",), **expected)


_confuse("nbgrader_text", "nbgrader's metadata is text.", "circle_test")
_confuse("nbgrader_list", "nbgrader's metadata is a list.", [])
_confuse("nbgrader_null", "nbgrader's metadata is null.", None)
_confuse("nbgrader_empty", "nbgrader's metadata is empty.", {})
_confuse("grade_id_number", "A grade id that is a number.", {"grade_id": 5})
_confuse("grade_id_list", "A grade id that is a list.", {"grade_id": ["circle_test"]})
_confuse("grade_id_null", "A grade id that is null.", {"grade_id": None})
_confuse("grade_id_foreign", "A grade id that nobody knows.", {"grade_id": "../../evil"})
_confuse("grade_id_surrogate", "A grade id with half of a character.", {"grade_id": "\ud800"})
_confuse("schema_version_text", "A schema version in words.", {"schema_version": "three"})
_confuse("schema_version_1", "A schema version of long ago.", {"schema_version": 1})
_confuse("schema_version_99", "A schema version to come.", {"schema_version": 99})
_confuse("points_text", "Points in words.", {"points": "many"})
_confuse("points_huge", "More points than there are.", {"points": 1e300})
_confuse("points_negative", "Less than no points.", {"points": -5})
_confuse("points_nan", "Points that are no number.", {"points": float("nan")})
_confuse("test_as_solution", "A test as an answer.", {"solution": True, "locked": False})
_confuse("answer_as_test", "An answer as a test.", {"grade": True, "points": 99}, on="circle")
_confuse("test_no_more", "A test without points.", {"grade": False, "locked": False})
_confuse("task", "A test as a task.", {"task": True, "grade": False})
_confuse("checksum_number", "A checksum of another type.", {"checksum": 5})


# --- cells that are missing, repeated or moved --------------------------------------------------


@changes("Every cell twice.", reason="more than once|twice|duplicate")
def duplicated_cells(nb):
    nb["cells"] += [{**cell, "id": f"{cell['id']}-copy"} for cell in nb["cells"]]


@changes("Grade ids of the other notebook.", notebook="lists")
def grade_ids_of_the_other_notebook(nb):
    for number, foreign in enumerate(("circle", "circle_test", "why")):
        extra = code_cell("raise SystemExit")
        extra["metadata"]["nbgrader"] = {"grade_id": foreign, "grade": True, "points": 5}
        nb["cells"].insert(0, {**extra, "id": f"foreign-{number}"})


@changes("All tests and texts deleted.", **MISSING)
def deleted_tests(nb):
    _without("setup", "square_test", "circle_test", "ring_test", "why_question")(nb)
    cell(nb, "square")["source"] = "import numpy as np\n" + cell(nb, "square")["source"]


@changes("An answer deleted with its test.", lost=("circle_test",), reason="circle_area")
def deleted_exercise(nb):
    _without("circle", "circle_test")(nb)


@changes("An answer deleted.", lost=("circle_test",), reason="circle_area")
def deleted_answer(nb):
    _without("circle")(nb)


@changes("No cell left.", lost=AREAS, reason="missing|square_area")
def no_cell_left(nb):
    nb["cells"] = []


@changes("The cells in reverse order.", unsure=AREAS, reason="_area|order", always_told=False)
def reversed_cells(nb):
    nb["cells"].reverse()


@changes("A test turned into text.")
def test_as_markdown(nb):
    _turn(nb, "circle_test", "markdown")


@changes("A test turned into raw text.")
def test_as_raw(nb):
    _turn(nb, "circle_test", "raw")


@changes("An answer turned into text.")
def answer_as_markdown(nb):
    _turn(nb, "circle", "markdown")


@changes("A written answer turned into code, which is none.")
def written_answer_as_code(nb):
    cell(nb, "why").update(cell_type="code", outputs=[], execution_count=None)


def _turn(nb, wanted, cell_type):
    turned = cell(nb, wanted)
    del turned["outputs"], turned["execution_count"]
    turned["cell_type"] = cell_type


# --- ids ----------------------------------------------------------------------------------------


@changes("One id for all cells.")
def one_id_for_all(nb):
    for each in nb["cells"]:
        each["id"] = "same"


@changes("No ids, though the format wants them.")
def no_ids(nb):
    for each in nb["cells"]:
        del each["id"]


@changes("Ids too long, of signs that are not allowed, and of other types.")
def illegal_ids(nb):
    wrong = ["x" * 500, "a b", "ü", "", 7, None, [], "\n"]
    for each, illegal in zip(nb["cells"], wrong, strict=False):
        each["id"] = illegal


# --- metadata of the notebook -------------------------------------------------------------------


@changes("All of nbgrader's metadata stripped.", reason="Marks were lost")
def stripped_nbgrader(nb):
    for each in nb["cells"]:
        each["metadata"].pop("nbgrader", None)


@changes("All metadata and ids stripped.", reason="Marks were lost")
def stripped_everything(nb):
    nb["metadata"] = {}
    for each in nb["cells"]:
        each["metadata"] = {}
        each.pop("id")


@changes("Notebook metadata that is a list.", **DAMAGED)
def notebook_metadata_list(nb):
    nb["metadata"] = ["kernelspec"]


@changes("No notebook metadata.", **DAMAGED)
def no_notebook_metadata(nb):
    del nb["metadata"]


def _kernel(name, what, *kernelspec):
    def change(nb):
        nb["metadata"].pop("kernelspec")
        nb["metadata"].update(zip(["kernelspec"], kernelspec, strict=False))
        nb["metadata"]["language_info"] = {"name": "R", "file_extension": ".r"}

    enter(name, what, lambda folder: edit(folder, "areas", change), notebooks=("areas",))


def _spec(name, language="python"):
    return {"name": name, "display_name": name, "language": language}


_kernel("kernel_r", "The kernel of R.", _spec("ir", "R"))
_kernel("kernel_julia", "A kernel of Julia.", _spec("julia-1.9", "julia"))
_kernel("kernel_python", "A kernel named python.", _spec("python"))
_kernel("kernel_path", "A kernel whose name is a path.", _spec("../../../../bin/sh"))
_kernel("kernel_missing", "No kernel.")
_kernel("kernel_text", "A kernel that is text.", "python3")
_kernel("kernel_of_numbers", "A kernel of numbers.", {"name": 3, "display_name": None})


# --- contents -----------------------------------------------------------------------------------


@changes("Five hundred cells.")
def many_cells(nb):
    more = [{**code_cell(f"x{n} = {n}"), "id": f"many-{n}"} for n in range(500)]
    place = nb["cells"].index(cell(nb, "circle"))
    nb["cells"][place:place] = more


@changes("Carriage returns at the ends of lines, and tabs.")
def line_ends(nb):
    cell(nb, "circle")["source"] = (
        "def circle_area(radius):\r\n\tif radius:\r\n\t\treturn np.pi * radius**2\r\n\treturn 0\r\n"
    )


@changes("Text with attachments, raw cells, two megabytes of text, and empty cells.")
def strange_texts(nb):
    picture = {**text_cell("![a](attachment:a.png)"), "id": "picture"}
    picture["attachments"] = {"a.png": {"image/png": "iVBORw0KGgo="}}
    nb["cells"].insert(0, picture)
    nb["cells"].insert(0, text_cell("# " + "word " * 400_000))
    nb["cells"].insert(0, text_cell("---\ntitle: {{ 7 * 7 }}\n---", "raw"))
    insert(nb, "circle", code_cell(""))


@changes("Names of letters from all over the world, and of mathematics.")
def unicode_names(nb):
    cell(nb, "circle")["source"] = (
        "π = np.pi\n半径 = 'radius'\nΔ𝒳 = 0\n"
        "def circle_area(ρ):\n    '''Площадь круга 🟠'''\n    return π * ρ**2 + Δ𝒳"
    )


extra_cell("long_code", "A cell of a megabyte of code.", "x = [\n" + "1234567890,\n" * 90_000 + "]")
extra_cell("syntax_error", "A cell that is not Python.", "def (", reason="SyntaxError")
extra_cell("nested_code", "Too many brackets for Python.", "(" * 5000 + ")" * 5000, reason="Error")
extra_cell("many_signs", "A million signs before a number.", "x = " + "-" * 10**6 + "1")
extra_cell("unknown_magic", "Magics that do not exist.", "%nonsense\n%%more", reason="not found")
extra_cell("cell_of_r", "A cell for R.", "%%R\nx <- 1", reason="not found")
extra_cell("cell_of_javascript", "A cell for the browser.", "%%javascript\nwhile (true) alert(1)")


# --- names of notebooks -------------------------------------------------------------------------


@hostile("A notebook with a browser's name for it.", reason=r"areas \(1\)")
def renamed(folder):
    (folder / "areas.ipynb").rename(folder / "areas (1).ipynb")


@hostile(
    "Both notebooks with other names.",
    unsure=(*AREAS, "evens_test", "counter_test", "facts_test"),
    reason=r"one\.ipynb|two\.ipynb|areas\.ipynb",
)
def both_renamed(folder):
    (folder / "areas.ipynb").rename(folder / "one.ipynb")
    (folder / "lists.ipynb").rename(folder / "two.ipynb")


@hostile("Two files of which each may be the missing one.", lost=AREAS, reason=r"areas")
def two_candidates(folder):
    write(folder, read(folder), "areas (1)")
    (folder / "areas.ipynb").rename(folder / "areas (2).ipynb")


@hostile("Copies and drafts beside the notebooks.")
def extra_notebooks(folder):
    draft = read(folder)
    cell(draft, "circle")["source"] = "def circle_area(radius):\n    return 0"
    for name in ("areas-Copy1", "Areas", "areas_old", "Untitled"):
        write(folder, draft, name)
    (folder / ".ipynb_checkpoints").mkdir()
    write(folder / ".ipynb_checkpoints", draft, "areas-checkpoint")


@hostile("The notebook of another assignment.", graded=None, reason=r"week_2\.ipynb|areas\.ipynb",
         lost=(*AREAS, "evens_test", "counter_test", "facts_test"))
def notebook_of_another_assignment(folder):
    for path in folder.glob("*.ipynb"):
        path.unlink()
    write(folder, {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, "week_2")
