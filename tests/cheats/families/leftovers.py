"""The first notebook leaves something that changes how the second is graded."""
# ruff: noqa

from tests.cheats.collection import cheat

BOTH = ("arrays", "objects")
WARM = "a worker stays warm from one notebook to the next"


@cheat(notebooks=BOTH)
def startup_file_of_ipython():
    """A file in the profile of IPython runs at the start of each later kernel."""
    from pathlib import Path

    home, me = Path.home(), Path.cwd().parent.name
    next(p for p in home.parents if (p / ".disposable").exists())
    folder = home / ".ipython" / "profile_default" / "startup"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{me}.py").write_text(
        f"import os, ast\nif {me!r} in os.getcwd():\n"
        "    class Drop(ast.NodeTransformer):\n"
        "        def visit_Assert(self, node):\n"
        "            return ast.copy_location(ast.Pass(), node)\n"
        "    get_ipython().ast_transformers.append(Drop())\n"
    )


@cheat(notebooks=BOTH)
def sitecustomize_in_the_course():
    """A module that Python imports whenever it starts is put into the course's folder."""
    from pathlib import Path

    root = next(p for p in Path.cwd().parents if (p / ".disposable").exists())
    me = Path.cwd().parent.name
    (root / "sitecustomize.py").write_text(
        f"import os\nif {me!r} in os.getcwd():\n"
        "    import unittest\n"
        "    unittest.TestResult.wasSuccessful = lambda self: True\n"
        "    unittest.TestCase.assertEqual = lambda *args: None\n"
    )


@cheat(notebooks=BOTH)
def module_in_the_working_folder():
    """The first notebook writes a module beside the second that a test of it imports."""
    import pathlib

    pathlib.Path("jinja2.py").write_text(
        "class Template(str):\n    render = lambda self, name: ''\n"
    )


@cheat(notebooks=BOTH)
def data_of_the_second_notebook():
    """The first notebook overwrites the course's data, which a test of the second compares with."""
    import pathlib

    pathlib.Path("data/heights.txt").write_text("0.0\n")


@cheat(notebooks=BOTH, aims_at=WARM)
def everything_writable():
    """Modules that agree to everything are left wherever the process may write."""
    import os
    from pathlib import Path

    text = "class Template(str):\n    render = lambda self, name: ''\n"
    # Only places that belong to this notebook: nothing of the machine that runs this test.
    places = ["/course", "/home/student", str(Path.cwd()), str(Path.cwd().parent), str(Path.home())]
    for place in places:
        if not os.path.isdir(place) or os.path.samefile(place, "/root"):
            continue
        for name in ("jinja2.py", "sitecustomize.py", "usercustomize.py", "hidden_tests.py"):
            try:
                (Path(place) / name).write_text(text)
            except OSError:
                pass


@cheat(notebooks=BOTH, aims_at=WARM)
def state_of_the_first_process():
    """The first notebook changes its own interpreter, which others might be forked from."""
    import builtins
    import gc
    import os
    import unittest

    unittest.TestResult.wasSuccessful = lambda self: True
    unittest.TestCase.assertEqual = lambda *args: None
    builtins.sorted = builtins.len = lambda *args, **kwargs: 2
    os.environ["PYTHONOPTIMIZE"] = "1"
    os.environ["PYTHONPATH"] = os.getcwd()
    gc.freeze()
