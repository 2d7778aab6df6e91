"""Which of the course's modules do notebooks get, and which of them may students import?"""

import pytest
from nbformat.v4 import new_code_cell

from gradekit import course
from gradekit.grading import modules


@pytest.fixture
def root(tmp_path):
    files = {
        "library.py": "import numpy\nfrom deeper import thing",
        "deeper/__init__.py": "import math",
        "deeper/data/table.csv": "1,2",
        "deeper/__pycache__/x.pyc": "",
        "unused.py": "",
        "secret.py": "",
        "hidden_tests/__init__.py": "",
        "hidden_tests/ps1/__init__.py": "",
        "hidden_tests/ps1/sums.py": "import secret",
        "hidden_tests/ps2/other.py": "",
        "nbgrader_config.py": "import unused",
        "gradekit/__init__.py": "",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def _cell(source, **role):
    role = {"grade": False, "solution": False, "locked": False, **role}
    return new_code_cell(source, metadata={"nbgrader": {"grade_id": "x", **role}})


TEST = """\
import library
### BEGIN HIDDEN TESTS
from hidden_tests.ps1 import sums
### END HIDDEN TESTS"""


def test_what_is_imported_travels(root):
    """Do imported modules and their data come along, and neither unused ones nor other folders?"""
    found = modules.of_notebook(root, {"ps2"}, [_cell(TEST, grade=True, locked=True)])
    assert set(found.files) == {
        *("library.py", "deeper/__init__.py", "deeper/data/table.csv", "secret.py"),
        *("hidden_tests/__init__.py", "hidden_tests/ps1/__init__.py", "hidden_tests/ps1/sums.py"),
    }
    assert found.files["deeper/data/table.csv"] == b"1,2"


def test_tests_make_nothing_public(root):
    """May students import nothing that only a test imports?"""
    found = modules.of_notebook(root, set(), [_cell(TEST, grade=True, locked=True)])
    assert found.public == frozenset()


@pytest.mark.parametrize(
    "cell",
    [
        new_code_cell("import library as lib"),
        _cell("try:\n    from library import thing\nexcept ImportError: pass", locked=True),
        _cell("import math, library"),
    ],
)
def test_public_modules(root, cell):
    """May students import what the cells that they see import, and what that needs?"""
    found = modules.of_notebook(root, set(), [cell])
    assert found.public >= {"library", "deeper"}


def test_solutions_make_nothing_public(root):
    """Is a module for solutions kept from students, also when the whole cell is the solution?"""
    marked = "import library\n### BEGIN SOLUTION\nimport secret\n### END SOLUTION\nx = 1"
    found = modules.of_notebook(root, set(), [_cell(marked, solution=True)])
    assert found.public == {"library", "deeper"} and "secret.py" in found.files
    found = modules.of_notebook(root, set(), [_cell("import secret", solution=True)])
    assert found.public == frozenset()


def test_hidden_tests_are_never_public(root):
    """Are hidden tests and the engine kept from students, whatever a notebook shows?"""
    cells = [new_code_cell("import hidden_tests, gradekit"), new_code_cell(TEST)]
    found = modules.of_notebook(root, set(), cells)
    assert found.public == {"library", "deeper"}
    assert not any(name.startswith("gradekit") for name in found.files)


def test_installed_packages_do_not_count(root):
    """Is an import that the course's folder has no module for left to the environment?"""
    assert modules.of_notebook(root, set(), [new_code_cell("import numpy as np")]).files == {}


def test_too_much_to_travel(root, monkeypatch):
    """Is a package with a large file refused with a sentence that names it?"""
    monkeypatch.setattr(modules, "_MOST", 10)
    with pytest.raises(course.CourseError, match="keep data out of deeper, library"):
        modules.of_notebook(root, set(), [new_code_cell("import library")])
