"""Folders in which something else lies than files that a student wrote."""

import os
import socket
import stat
import zipfile
from pathlib import Path

from .catalogue import AREAS, ASSIGNMENT, BOTH, EVERYTHING, edit, hostile, text_cell, write

LINK = {"lost": AREAS, "human": True, "reason": "is a link"}
NO_FILE = {"lost": AREAS, "human": True, "reason": r"areas\.ipynb"}
UNREADABLE = {} if os.geteuid() == 0 else {"unsure": EVERYTHING, "reason": "read"}


def course(folder):
    """The course in whose submitted/ this folder lies."""
    return folder.parents[2]


def _link(folder, target):
    (folder / "areas.ipynb").unlink()
    (folder / "areas.ipynb").symlink_to(target)


# --- links --------------------------------------------------------------------------------------


@hostile("A link to the instructor's notebook.", **LINK)
def link_to_source(folder):
    _link(folder, course(folder) / "source" / ASSIGNMENT / "areas.ipynb")


@hostile("A relative link to the instructor's notebook.", **LINK)
def relative_link_to_source(folder):
    _link(folder, f"../../../source/{ASSIGNMENT}/areas.ipynb")


@hostile("A link to the system's list of users.", **LINK)
def link_to_passwd(folder):
    _link(folder, "/etc/passwd")


@hostile("A link to itself.", **LINK)
def link_to_itself(folder):
    _link(folder, "areas.ipynb")


@hostile("A link to a pipe, which opens when somebody writes into it.", **LINK)
def link_to_pipe(folder):
    os.mkfifo(folder / "pipe")
    _link(folder, "pipe")


@hostile("A link to a device without end.", **LINK)
def link_to_zeros(folder):
    _link(folder, "/dev/zero")


@hostile("A link to nothing.", **LINK)
def link_to_nothing(folder):
    _link(folder, "nowhere.ipynb")


@hostile("The folder itself is a link to the source.", lost=EVERYTHING, graded=None, reason="link")
def folder_is_link(folder):
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    folder.symlink_to(course(folder) / "source" / ASSIGNMENT)


@hostile("The student's folder is a link to another's.", lost=EVERYTHING, graded=None,
         reason="link")
def student_is_link(folder):
    kept = course(folder) / "elsewhere"
    folder.parent.rename(kept)
    folder.parent.symlink_to(kept)


@hostile("Links to the root of the system, to the course and to its own folder, as data.",
         reason="link")
def links_as_data(folder):
    for name, target in [("root", "/"), ("course", course(folder)), ("here", "."), ("a", "b")]:
        (folder / name).symlink_to(target)
    (folder / "data.csv").symlink_to(course(folder) / "source" / ASSIGNMENT / "areas.ipynb")


@hostile("A hard link to a file of its own.")
def hard_link(folder):
    (folder / "areas.ipynb").rename(folder / "mine.ipynb")
    (folder / "areas.ipynb").hardlink_to(folder / "mine.ipynb")


# --- what is no file ----------------------------------------------------------------------------


@hostile("A folder with a notebook's name.", **NO_FILE)
def folder_as_notebook(folder):
    (folder / "areas.ipynb").rename(folder / "kept")
    (folder / "areas.ipynb").mkdir()
    (folder / "kept").rename(folder / "areas.ipynb" / "areas.ipynb")


@hostile("A pipe with a notebook's name: whoever opens it waits.", dangerous=True, **NO_FILE)
def pipe_as_notebook(folder):
    (folder / "areas.ipynb").unlink()
    os.mkfifo(folder / "areas.ipynb")


@hostile("A pipe as data.", dangerous=True)
def pipe_as_data(folder):
    os.mkfifo(folder / "data.csv")


@hostile("A socket as data.")
def socket_as_data(folder):
    here = os.open(folder, os.O_PATH)
    with socket.socket(socket.AF_UNIX) as end:
        end.bind(f"/proc/self/fd/{here}/server")
    os.close(here)


if os.geteuid() == 0:  # who alone may make devices
    ZERO = os.makedev(1, 5)

    @hostile("A device without end as a notebook.", dangerous=True, **NO_FILE)
    def device_as_notebook(folder):
        (folder / "areas.ipynb").unlink()
        os.mknod(folder / "areas.ipynb", stat.S_IFCHR | 0o644, ZERO)

    @hostile("A device without end as data.", dangerous=True)
    def device_as_data(folder):
        os.mknod(folder / "data.csv", stat.S_IFCHR | 0o644, ZERO)


@hostile("Data that nobody may read.", **UNREADABLE)
def unreadable_data(folder):
    (folder / "data.csv").write_text("1,2")
    (folder / "data.csv").chmod(0)


@hostile("A folder that nobody may enter.", **UNREADABLE)
def unreadable_subfolder(folder):
    (folder / "data").mkdir()
    (folder / "data" / "data.csv").write_text("1,2")
    (folder / "data").chmod(0)


# --- size ---------------------------------------------------------------------------------------


@hostile("Six hundred megabytes of data.", unsure=EVERYTHING, reason="large|MB|big",
         always_told=False)
def huge_data(folder):
    with (folder / "data.bin").open("wb") as file:
        file.truncate(600 << 20)  # a file without blocks, which takes no space here


@hostile("An archive that becomes a thousand times as large.")
def zip_bomb(folder):
    with zipfile.ZipFile(folder / "data.zip", "w", zipfile.ZIP_DEFLATED) as bomb:
        for number in range(20):
            bomb.writestr(f"{number}.csv", bytes(2 << 20))


@hostile("A thousand files.", unsure=EVERYTHING, reason="files", always_told=False)
def many_files(folder):
    (folder / "data").mkdir()
    for number in range(1000):
        (folder / "data" / f"{number}.txt").write_text("x")


@hostile("Folders within folders within folders.", unsure=EVERYTHING, reason="name|deep|long",
         always_told=False)
def deep_folders(folder):
    here = os.open(folder, os.O_PATH)
    for _ in range(60):
        os.mkdir("d" * 100, dir_fd=here)
        inner = os.open("d" * 100, os.O_PATH, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)


# --- whose submission it is ---------------------------------------------------------------------


@hostile("An empty folder.", graded=None, lost=EVERYTHING, reason="empty|no notebook|handed in")
def empty_folder(folder):
    for path in folder.iterdir():
        path.unlink()


@hostile("A file in place of the folder.", graded=None, lost=EVERYTHING, reason="folder|file")
def folder_is_file(folder):
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    folder.write_text("areas.ipynb")


@hostile("A folder for an assignment that does not exist.", graded=None, lost=EVERYTHING)
def another_assignment(folder):
    folder.rename(folder.parent / "triangles")


@hostile("A scan of the written answer, and no notebook.", notebooks=(), lost=EVERYTHING,
         reason="scan.pdf|handed in|areas")
def scan_only(folder):
    (folder / "scan.pdf").write_bytes(b"%PDF-1.4")


@hostile("The first of two students with the same files.")
def twin_1(folder):
    edit(folder, "areas", lambda nb: nb["cells"].insert(0, text_cell("By both of us.")))


@hostile("The second of two students with the same files.")
def twin_2(folder):
    edit(folder, "areas", lambda nb: nb["cells"].insert(0, text_cell("By both of us.")))


@hostile("A notebook that stands one folder deeper.", notebooks=BOTH, lost=EVERYTHING,
         graded=None, reason=r"areas\.ipynb|folder")
def one_folder_deeper(folder):
    inner = folder / ASSIGNMENT
    inner.mkdir()
    for path in Path(folder).glob("*.ipynb"):
        path.rename(inner / path.name)


@hostile("A notebook of no cells beside the right one, named in capitals.")
def capitals(folder):
    write(folder, {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, "AREAS")
