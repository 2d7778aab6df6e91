"""Is what students download complete, and does it work where nothing else is installed?"""

import io
import os
import shutil
import subprocess
import sys
import zipfile

import pytest

from gradekit import bundle
from gradekit.__main__ import main

# Runs a command with the wheel alone, on a machine without what grading needs.
PROGRAM = """
import sys
sys.path.insert(0, {place!r})
for name in ("nbgrader", "distributed", "IPython", "ipykernel", "nbclient", "msgpack"):
    sys.modules[name] = None
import gradekit
assert gradekit.__file__.startswith({place!r}), gradekit.__file__
from gradekit.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def unpacked(released, tmp_path):
    """The folder in which a student unpacked the zip, with blanks and umlauts in its path."""
    folder = tmp_path / "Übung 3 für Zoë"
    with zipfile.ZipFile(bundle.main(released.root, "warmup")) as archive:
        archive.extractall(folder)
    return folder / "warmup"


def run(folder, *arguments):
    """Run the kit's command of the wheel in a folder."""
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        archive.extractall(folder / "installed")
    program = PROGRAM.format(place=str(folder / "installed"))
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )


def test_content(unpacked):
    """Does it hold the students' version, the kit, what to install, and how to start?"""
    names = sorted(path.name for path in unpacked.iterdir())
    wheel = next(name for name in names if name.endswith(".whl"))
    expected = ["START.html", "adding.ipynb", "doubling.ipynb", wheel, "nn_utils.py"]
    assert names == sorted([*expected, "requirements.txt"])
    assert "BEGIN SOLUTION" not in (unpacked / "adding.ipynb").read_text(encoding="utf-8")
    assert f"./{wheel}" in (unpacked / "requirements.txt").read_text(encoding="utf-8").split("\n")
    assert "adding.ipynb doubling.ipynb" in (unpacked / "START.html").read_text(encoding="utf-8")


def test_pip_takes_the_wheel(unpacked, tmp_path):
    """Is the wheel one that pip installs, with its entry point and its fonts?"""
    wheel = next(unpacked.glob("*.whl"))
    command = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--no-compile"]
    command += ["--disable-pip-version-check", "--quiet", "--target", str(tmp_path / "in")]
    subprocess.run([*command, str(wheel)], check=True)
    assert (tmp_path / "in" / "gradekit" / "pdf" / "template.typ").exists()
    assert list((tmp_path / "in" / "gradekit" / "pdf" / "fonts").iterdir())
    (points,) = (tmp_path / "in").glob("*.dist-info/entry_points.txt")
    assert "typstpdf" in points.read_text(encoding="utf-8")


def test_handin_without_nbgrader(unpacked):
    """Can a student make one PDF from what was downloaded?"""
    ran = run(unpacked, "handin", "adding.ipynb", "doubling.ipynb", "--name", "Zoë Müller")
    assert ran.returncode == 0, ran.stderr
    assert (unpacked / "handin.pdf").read_bytes().startswith(b"%PDF")


def test_commands_for_instructors(unpacked):
    """Is there a sentence for a student who tries a command that needs nbgrader?"""
    (unpacked / "nbgrader_config.py").write_text("")
    ran = run(unpacked, "report", "warmup")
    assert ran.returncode == 1
    assert "is for instructors" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_same_bytes(released):
    """Does the same release give the same zip?"""
    first = bundle.main(released.root, "warmup").read_bytes()
    assert bundle.main(released.root, "warmup").read_bytes() == first


def test_needs_of_the_assignment(released):
    """Are the packages that an assignment asks for among those to install?"""
    path = released.root / "release" / "warmup" / "requirements.txt"
    path.write_text("# PyTorch\ntorch>=2\n")
    data = bundle.main(released.root, "warmup").read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        lines = archive.read("warmup/requirements.txt").decode().splitlines()
    assert "torch>=2" in lines
    assert any(line.startswith("numpy") for line in lines)


def test_not_released(released, capsys):
    """Is it said that an assignment has to be released first, and is no zip left?"""
    shutil.rmtree(released.root / "release" / "warmup")
    assert main(["--course", str(released.root), "bundle", "warmup"]) == 1
    assert "python -m gradekit release warmup" in capsys.readouterr().err
    assert not (released.root / "bundles").exists()
