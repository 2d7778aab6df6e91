"""Names of files and of students, and the file with a time that nbgrader reads."""

import os

from .catalogue import EVERYTHING, edit, enter, hostile

# --- names of files -----------------------------------------------------------------------------

NAMES = [
    "two\nlines.txt",
    "'single' \"double\" `back`.txt",
    "snow ☃ fox 🦊.txt",
    "\u202etxt.right-to-left",
    "x" * 251 + ".txt",
    "-rf",
    "--force",
    "..notebook",
    "...",
    "back\\slash.txt",
    "[a-z]*?.txt",
    "%s%n {0} $(touch pwned).txt",
    " ",
    "~",
    "\x1b[31mred.txt",
    "nul",
    ".ipynb",
    "*.ipynb",
]


@hostile("Files whose names mean something to a shell, a pattern, a format or a terminal.")
def strange_names(folder):
    for name in NAMES:
        (folder / name).write_text("data")


@hostile("A name in another encoding, beside a written answer left blank.")
def name_in_latin_1(folder):
    with open(os.fsencode(folder) + b"/r\xe9sum\xe9.pdf", "wb") as file:
        file.write(b"scan")
    edit(folder, "areas", lambda nb: nb["cells"][-1].update(source="Your answer here."))


# Jupyter, IPython and Python itself look for these where they start.
MODULES = ["json", "random", "numpy", "IPython", "ipykernel", "traitlets", "nbgrader", "gradekit"]
MODULES += ["hidden_tests", "sitecustomize", "usercustomize", "site", "zmq", "asyncio", "typing"]
SETTINGS = ["ipython_config", "ipython_kernel_config", "jupyter_config", "nbgrader_config"]
SETTINGS += ["jupyter_nbconvert_config", "nbconvert_config"]


@hostile("Modules named like those that everybody imports, all of which end the process.")
def modules_of_python(folder):
    for name in MODULES:
        (folder / f"{name}.py").write_text("import os\nos._exit(3)")
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text("import os\nos._exit(3)")


@hostile("Settings for everything that looks for some.")
def settings(folder):
    for name in SETTINGS:
        (folder / f"{name}.py").write_text("import os\nos._exit(3)")
        (folder / f"{name}.json").write_text("{")
    (folder / ".env").write_text("PYTHONSTARTUP=evil.py")
    (folder / "pyvenv.cfg").write_text("home = /nowhere")


# --- ids of students ----------------------------------------------------------------------------


def _named(name, what, student, **expected):
    """Enter right answers of a student with this id."""
    expected = {"notebooks": ("lists",), **expected}
    enter(name, what, lambda folder: None, student=student, **expected)


REFUSED = {"graded": None, "unsure": EVERYTHING, "reason": "rename", "always_told": False}
_named("id_blanks", "An id with blanks.", " Ada  Lovelace")
_named("id_unicode", "An id in many alphabets.", "Łukasz Müller 李小龍 🦊")
_named("id_quotes", "An id with quotes.", "Miles O'Brien \"the chief\"")
_named("id_sql", "An id that is a command to a database.", "'; DROP TABLE grade; --")
_named("id_shell", "An id that is a command to a shell.", "$(touch pwned);`touch pwned`&")
_named("id_format", "An id that is a format.", "%s%n{0}{student.__class__}")
_named("id_option", "An id that is an option.", "--debug")
_named("id_none", "An id that is a word of Python.", "None")
_named("id_number", "An id that is a number.", "007")
_named("id_long", "An id of 250 letters.", "x" * 250)
_named("id_right_to_left", "An id that turns the text around.", "\u202eada", **REFUSED)
_named("id_comma", "An id with a comma.", "Lovelace, Ada", **REFUSED)
_named("id_brackets", "An id with brackets.", "ada[1]", **REFUSED)
_named("id_star", "An id that means everybody.", "*", **REFUSED)
_named("id_plus", "An id with a plus sign.", "ada+bob", **REFUSED)
_named("id_two_lines", "An id of two lines.", "ada\nlovelace", **REFUSED)
# Folders that hide belong to programs, not to students.
_named("id_dot", "An id that hides.", ".ada", **{**REFUSED, "reason": None})
_named("id_escape", "An id that colors the terminal.", "\x1b[31mada", **REFUSED)
_named("id_latin_1", "An id in another encoding.", os.fsdecode(b"ren\xe9"), **REFUSED)


# --- timestamp.txt, which nbgrader reads --------------------------------------------------------


def _timestamp(name, what, content, **expected):
    def make(folder):
        (folder / "timestamp.txt").write_bytes(content)

    enter(name, what, make, **{"notebooks": ("lists",), "reason": "timestamp", **expected})


SILENT = {"reason": None}
_timestamp("timestamp_words", "A time in words.", b"yesterday evening")
_timestamp("timestamp_empty", "No time.", b"", **SILENT)
_timestamp("timestamp_binary", "A time in no encoding.", b"\xff\xfe\0\xd8")
_timestamp("timestamp_mars", "A time zone on Mars.", b"2025-01-01 00:00:00 Mars/Phobos")
_timestamp("timestamp_year_10000", "A year of five digits.", b"10000-01-01 00:00:00 UTC")
_timestamp("timestamp_year_1", "A year without the one before.", b"0001-01-01 00:00:00 +1400")
_timestamp("timestamp_huge", "A time of many digits.", b"9" * 3_000_000)


@hostile("A folder named timestamp.txt.", notebooks=("lists",), reason="timestamp")
def timestamp_folder(folder):
    (folder / "timestamp.txt").mkdir()


@hostile("A pipe named timestamp.txt.", notebooks=("lists",), reason="timestamp", dangerous=True)
def timestamp_pipe(folder):
    os.mkfifo(folder / "timestamp.txt")


@hostile("A link named timestamp.txt to a device without end.", notebooks=("lists",),
         reason="timestamp", dangerous=True)
def timestamp_link(folder):
    (folder / "timestamp.txt").symlink_to("/dev/zero")


