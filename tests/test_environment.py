"""Tests of what `make` installs, and of what Python finds in which folder."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from setuptools import find_packages

from gradekit import environment

ROOT = Path(__file__).parents[1]


def _make(folder, *arguments):
    return subprocess.run(
        ["make", "-C", str(folder), *arguments], capture_output=True, text=True, check=False
    )


def _copy(folder, *names):
    for name in names:
        (folder / name).write_bytes((ROOT / name).read_bytes())


def test_old_python(tmp_path):
    """Does a Python that is too old get one sentence, and no half-made environment?"""
    _copy(tmp_path, "Makefile", "requirements.txt", "pyproject.toml")
    old = tmp_path / "old_python"
    old.write_text(
        f"#!/bin/sh\nexec '{sys.executable}' -c 'import sys; sys.version_info = (3, 10, 4); "
        """sys.version = "3.10.4 (main)"; exec(sys.argv[2])' "$@"\n""",
        encoding="utf-8",
    )
    old.chmod(0o755)
    done = _make(tmp_path, "test", f"PYTHON={old}")
    assert done.returncode != 0
    assert "Python 3.10.4 is too old: install Python 3.11 or newer" in done.stderr
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize("changed", ["requirements.txt", "pyproject.toml"])
def test_environment_is_made_again(tmp_path, changed):
    """Is the environment made anew when what it is made from changes, and only then?"""
    folder = tmp_path / "a course"
    (folder / ".venv").mkdir(parents=True)
    _copy(folder, "Makefile", "requirements.txt", "pyproject.toml")
    half_made = _make(folder, "-n", "test")
    assert "-m venv --clear .venv" in half_made.stdout

    (folder / ".venv" / "installed").touch()
    for name in ("requirements.txt", "pyproject.toml"):
        os.utime(folder / name, (1, 1))
    assert "-m venv" not in _make(folder, "-n", "test").stdout

    os.utime(folder / changed)
    os.utime(folder / ".venv" / "installed", (2, 2))
    assert "-m venv --clear .venv" in _make(folder, "-n", "test").stdout


def test_assignment_is_chosen(tmp_path):
    """Does ASSIGNMENT choose what is graded?"""
    _copy(tmp_path, "Makefile", "requirements.txt", "pyproject.toml")
    told = _make(tmp_path, "-n", "grade", "ASSIGNMENT=other").stdout
    assert "gradekit grade --assignment other" in told


def test_package_has_only_the_engine():
    """Are hidden tests and the answer bank kept out of the installed package?"""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    find = settings["tool"]["setuptools"]["packages"]["find"]
    packages = find_packages(str(ROOT), include=find["include"])
    assert {name.split(".")[0] for name in packages} == {"gradekit"}
    assert {"gradekit", "gradekit.pdf", "gradekit.preprocessors"} <= set(packages)


def test_requirements_have_upper_bounds():
    """Is every requirement a range that ends?"""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    named = [line for line in lines if line and line[0] not in "#-"]
    assert named
    assert [line for line in named if ">=" not in line or ",<" not in line] == []


def test_modules_are_found_from_source(tmp_path):
    """Does a kernel anywhere find nn_utils and hidden_tests, as JupyterLab's in source/ must?"""
    code = "import nn_utils, hidden_tests; print(nn_utils.__file__); print(hidden_tests.__file__)"
    without = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=without,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = [str(ROOT / "nn_utils.py"), str(ROOT / "hidden_tests" / "__init__.py")]
    assert done.stdout.splitlines() == found


def test_paths_come_first(monkeypatch, tmp_path):
    """Do the environment's commands and the course come first, once, before what was there?"""
    monkeypatch.setenv("PATH", f"/somewhere{os.pathsep}/else")
    monkeypatch.setenv("PYTHONPATH", "")
    environment.prepare(tmp_path)
    environment.prepare(tmp_path)
    commands = os.path.dirname(sys.executable)
    assert os.environ["PATH"].split(os.pathsep) == [commands, "/somewhere", "/else"]
    assert os.environ["PYTHONPATH"] == str(tmp_path)


def test_one_thread_for_each_notebook(monkeypatch, tmp_path):
    """Do matrix products of parallel notebooks leave each other a processor, unless told else?"""
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    monkeypatch.setenv("MKL_NUM_THREADS", "1")
    environment.prepare(tmp_path)
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"
    assert os.environ["OMP_NUM_THREADS"] == "3"
