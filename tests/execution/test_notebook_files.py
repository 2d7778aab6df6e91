"""Files that tests and answers write for each other; their processes have folders of their own."""

import pytest

from gradekit.execution.shared_files import SharedFiles

WRITES = (
    "solution",
    '''
import os, tempfile
from pathlib import Path
def read(path): return Path(path).read_text()
def write(path, text="new"): Path(path).write_text(text)
def add(path):
    with open(path, "a") as file: file.write("x")
def remove(path): os.remove(path)
''',
)


@pytest.mark.parametrize(
    "test",
    [
        "Path('a.txt').write_text('one')\nassert read('a.txt') == 'one'\n"
        "Path('a.txt').write_text('second')\nassert read('a.txt') == 'second'",
        "write('b.txt')\nassert Path('b.txt').read_text() == 'new'\nos.remove('b.txt')\n"
        "write('b.txt')\nassert Path('b.txt').exists()\nremove('b.txt')\n"
        "assert not Path('b.txt').exists()",
        "add('log')\nadd('log')\nassert Path('log').read_text() == 'xx'",
        "with tempfile.TemporaryDirectory() as folder:\n    write(folder + '/x')\n"
        "    assert Path(folder, 'x').read_text() == 'new'\n"
        "    Path(folder, 'y').write_text('mine')\n    assert read(folder + '/y') == 'mine'",
        "with tempfile.NamedTemporaryFile('w') as file:\n    file.write('mine')\n    file.flush()\n"
        "    assert read(file.name) == 'mine'",
        "os.mkdir('d')\nwrite('d/e')\nassert Path('d/e').read_text() == 'new'",
    ],
)
def test_files(run, test):
    """Does each side find what the other one wrote?"""
    assert run(WRITES, ("test", test)).errors(1) == []


@pytest.mark.parametrize(
    "path, left",
    [("data.csv", "given"), ("expected.txt", "mine"), ("tools.py", None), ("../out", None)],
)
def test_files_that_stay(run, path, left):
    """Does what was given, what a test wrote, and what is imported stay as it was?"""
    test = "Path('expected.txt').write_text('mine')\n"
    test += f"write({path!r}, 'a lie')\n"
    test += f"print(Path({path!r}).read_text() if Path({path!r}).exists() else None)"
    ran = run(WRITES, ("test", test), files={"data.csv": b"given"})
    assert ran.text(1) == f"{left}\n"


FORGED = [[0, "./data.csv"], [0, "x/../data.csv"], [0, "//x"]]
FORGED += [[-1, "own"], [True, "own"], [2, "own"]]


@pytest.mark.parametrize("folder, name", FORGED)
def test_forged_names(tmp_path, folder, name):
    """Is a file told from itself by no other spelling of its name, and by no other number?"""
    (tmp_path / "data.csv").write_text("given")
    files = SharedFiles(trusts=False)
    files.begin(str(tmp_path), {"data.csv"})
    files.apply([[folder, name, b"a lie"]])
    assert [path.name for path in tmp_path.iterdir()] == ["data.csv"]
    assert (tmp_path / "data.csv").read_text() == "given"
