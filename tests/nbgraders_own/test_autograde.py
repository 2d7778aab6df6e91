"""nbgrader's own tests of autograde, as they are installed, with the engine in the place of stock.

They run in a process of their own, with a nbgrader_config.py in Jupyter's configuration folder that
installs the engine for whatever course a test makes.
"""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

MODULE = "nbgrader.tests.apps.test_nbgrader_autograde"
CONFIG = "import gradekit\n\nc = get_config()\ngradekit.install(c)\n"

_STRANGERS = "A notebook with cells that nobody knows is graded without them; stock gives it up."
# Tests that cannot pass, and why.
CANNOT = {
    "test_side_effects": "What a notebook writes vanishes with its sandbox.",
    "test_handle_failure": _STRANGERS,
    "test_handle_failure_single_notebook": _STRANGERS,
    "test_missing_source_kernelspec": "A notebook that names a kernel which is not there is run "
    "with Python, and its student is told; stock gives it up.",
}
# Tests that nbgrader itself skips.
SKIPPED = {
    "test_many_students": "needs PostgreSQL, set up by hand",
    "test_infinite_loop_with_output": "takes too long and much memory",
}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """{test: "PASSED", "FAILED", ...}, with the whole output under ""."""
    folder = tmp_path_factory.mktemp("jupyter")
    (folder / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")])
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--pyargs", MODULE, "-v", "-p", "no:cacheprovider"],
        cwd=folder,
        env=dict(os.environ, JUPYTER_CONFIG_DIR=str(folder), PATH=path),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    found = {"": done.stdout}
    for name, outcome in re.findall(r"::(test_\w+)(?:\[\w+\])? ([A-Z]+)", done.stdout):
        if found.get(name) in (None, "PASSED"):  # of several cases one that failed counts
            found[name] = outcome
    return found


def _names():
    """Names of nbgrader's tests."""
    package = importlib.util.find_spec("nbgrader").submodule_search_locations[0]
    path = Path(package, *MODULE.split(".")[1:]).with_suffix(".py")
    return re.findall(r"^    def (test_\w+)\(", path.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("name", _names())
def test_with_the_engine(name, outcomes):
    """Does this test of nbgrader pass with the engine?"""
    assert name in outcomes, outcomes[""][-3000:]
    if name in SKIPPED:
        pytest.skip(SKIPPED[name])
    elif name in CANNOT:
        assert outcomes[name] == "FAILED", f"passes now, though: {CANNOT[name]}"
    else:
        assert outcomes[name] == "PASSED", _report(name, outcomes[""])


def _report(name, output):
    """What pytest told about a failed test."""
    found = re.search(rf"^_+ \w+\.{name} _+$.*?(?=^_+ \w+\.test_|^=+ )", output, re.M | re.DOTALL)
    return found[0][-6000:] if found else output[-3000:]
