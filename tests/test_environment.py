"""Tests of what `make` installs, and of what Python finds in which folder."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from setuptools import find_packages
from traitlets.config import Config

import gradekit
from gradekit import environment, fingerprint, takeover

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
    parts = {"execution", "grading", "pdf", "preprocessors", "sandbox"}
    assert {"gradekit", *(f"gradekit.{part}" for part in parts)} <= set(packages)


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


def test_commands_come_first(monkeypatch):
    """Do the environment's commands come first, once, before what was there?"""
    monkeypatch.setenv("PATH", f"/somewhere{os.pathsep}/else")
    environment.prepare()
    environment.prepare()
    commands = os.path.dirname(sys.executable)
    assert os.environ["PATH"].split(os.pathsep) == [commands, "/somewhere", "/else"]


@pytest.mark.parametrize("installed", ["0.9.5", "0.10.0", "1.0"])
def test_other_versions_of_nbgrader(monkeypatch, installed):
    """Is an nbgrader that was not tried refused in one sentence, and nothing put in its place?"""
    monkeypatch.setattr(environment, "version", lambda name: installed)
    with pytest.raises(SystemExit) as stop:
        gradekit.install(Config())
    sentence = str(stop.value)
    assert f"and {installed} is installed" in sentence and "pip install 'nbgrader" in sentence
    assert "\n" not in sentence


def test_versions_are_stated_once():
    """Are the versions that are checked those that are installed?"""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = settings["project"]["optional-dependencies"]["grade"]
    requirement = next(Requirement(line) for line in extras if line.startswith("nbgrader"))
    assert requirement.specifier == environment.SUPPORTED


def test_error_in_the_engine_stops_nbgrader(monkeypatch):
    """Does nbgrader end when the engine cannot be put in place, instead of going on without it?"""
    monkeypatch.setattr(takeover, "take_over", lambda: 1 / 0)
    with pytest.raises(SystemExit, match="ZeroDivisionError"):
        gradekit.install(Config())


def test_settings_of_the_course_stay():
    """Does install leave alone what a course has set, and add what it needs?"""
    c = Config()
    c.CourseDirectory.ignore = ["*.tmp"]
    c.GenerateFeedback.exporter_class = "own.Exporter"
    gradekit.install(c)
    assert c.CourseDirectory.ignore == ["*.tmp", fingerprint.NAME]
    assert c.GenerateFeedback.exporter_class == "own.Exporter"
    assert "root" not in c.CourseDirectory and "Exchange" not in c
