"""The source of tests, or what becomes of it, is changed before it runs."""
# ruff: noqa

from tests.cheats.collection import cheat


@cheat()
def drop_asserts_from_the_tree():
    """An AST transformer of the shell takes the asserts out of every later cell."""
    import ast

    class Drop(ast.NodeTransformer):
        def visit_Assert(self, node):
            return ast.copy_location(ast.Pass(), node)

    get_ipython().ast_transformers.append(Drop())


@cheat()
def empty_cells_by_an_input_transformer():
    """An input transformer gives the shell an empty cell in place of one with asserts."""

    def empty(lines):
        return ["pass\n"] if any("assert" in line for line in lines) else lines

    get_ipython().input_transformers_cleanup.append(empty)


@cheat()
def asserts_become_true_at_the_end_of_input():
    """The last input transformer puts `1 or` behind every assert."""

    def always(lines):
        return [line.replace("assert ", "assert 1 or ") for line in lines]

    get_ipython().input_transformers_post.append(always)


@cheat()
def another_parser():
    """The shell's compiler parses other text than it is given."""
    compiler = get_ipython().compile
    parse = compiler.ast_parse
    compiler.ast_parse = lambda source, *args, **kwargs: parse(
        source if "assert" not in source else "pass", *args, **kwargs
    )


@cheat()
def compile_without_asserts():
    """`compile` in builtins optimizes asserts away."""
    import builtins

    plain = builtins.compile
    builtins.compile = lambda source, filename, mode, *args, **kwargs: plain(
        source, filename, mode, *args[:2], optimize=1
    )


@cheat()
def exec_keeps_quiet():
    """`exec` in builtins swallows what the code raises."""
    import builtins

    plain = builtins.exec

    def quiet(code, *spaces):
        try:
            plain(code, *spaces)
        except Exception:
            pass

    builtins.exec = quiet


@cheat()
def cells_are_announced():
    """An event before each cell puts a comparison that always agrees in place for tests alone."""
    import math

    import numpy as np

    honest = np.allclose, math.isclose

    def prepare(info):
        lies = lambda *args, **kwargs: True
        np.allclose, math.isclose = (lies, lies) if "assert" in info.raw_cell else honest

    get_ipython().events.register("pre_run_cell", prepare)


@cheat()
def another_run_cell():
    """The shell's method that runs a cell runs an empty one."""
    shell = get_ipython()
    run = shell.run_cell_async

    async def run_other(raw_cell, **kwargs):
        if "assert" in raw_cell:
            raw_cell = kwargs["transformed_cell"] = "pass\n"
        return await run(raw_cell, **kwargs)

    shell.run_cell_async = run_other


@cheat()
def sync_and_empty():
    """The shell is told not to run cells as coroutines, and its other method runs nothing."""
    shell = get_ipython()
    run = shell.run_cell
    shell.should_run_async = lambda *args, **kwargs: False
    shell.run_cell = lambda raw, **kwargs: run(raw if "assert" not in raw else "pass")


@cheat()
def run_code_swallows():
    """The method that runs compiled code says that all went well."""
    shell = get_ipython()

    async def run_code(code, result=None, **kwargs):
        try:
            exec(code, shell.user_global_ns, shell.user_ns)
        except BaseException:
            pass
        return False

    shell.run_code = run_code


@cheat()
def another_transform_cell():
    """The shell's translation of magics leaves nothing of a test."""
    shell = get_ipython()
    translate = shell.transform_cell
    shell.transform_cell = lambda raw: "pass\n" if "assert" in raw else translate(raw)


@cheat(notebooks=("objects",))
def magic_that_runs_nothing():
    """The magic %%time, which a test uses, is replaced."""

    def time(line, cell):
        return None

    get_ipython().register_magic_function(time, "cell", "time")


@cheat()
def hook_for_imports():
    """A finder in sys.meta_path answers for the hidden tests with functions that do nothing."""
    import sys
    import types
    from importlib.machinery import ModuleSpec

    class Nothing(types.ModuleType):
        def __getattr__(self, name):
            if name.startswith("sums"):
                return lambda answer: None
            raise AttributeError(name)

    class Loader:
        create_module = staticmethod(lambda spec: Nothing(spec.name))
        exec_module = staticmethod(lambda module: None)

    class Finder:
        @staticmethod
        def find_spec(name, path=None, target=None):
            if name.startswith("hidden_tests"):
                return ModuleSpec(name, Loader, is_package=True)

    sys.meta_path.insert(0, Finder)


@cheat()
def modules_that_are_there_already():
    """sys.modules holds a module of hidden tests in which every test passes."""
    import sys
    import types

    for name in ("hidden_tests", "hidden_tests.hw1", "hidden_tests.hw1.arrays"):
        sys.modules[name] = types.ModuleType(name)
    sys.modules["hidden_tests.hw1"].arrays = tests = sys.modules["hidden_tests.hw1.arrays"]
    tests.sums_values = tests.sums_style = tests.sums_memory = lambda answer: None


@cheat()
def another_import():
    """The function behind `import` returns a module of hidden tests in which every test passes."""
    import builtins
    from unittest.mock import MagicMock

    plain = builtins.__import__
    builtins.__import__ = lambda name, *args, **kwargs: (
        MagicMock() if name.startswith("hidden_tests") else plain(name, *args, **kwargs)
    )


@cheat()
def loader_that_edits():
    """Python's loader of source files takes the verdicts out of the hidden tests."""
    from importlib.machinery import SourceFileLoader

    read = SourceFileLoader.get_data

    def edited(self, path):
        if "hidden_tests" not in path:
            return read(self, path)
        if not path.endswith(".py"):
            raise OSError
        text = read(self, path).replace(b"check.done()", b"pass")
        return text.replace(b"assert ", b"assert 1 or ")

    SourceFileLoader.get_data = edited


@cheat()
def checks_that_are_never_done():
    """The checking library forgets the verdict of every report."""
    import nn_utils

    nn_utils.Report.done = lambda self: None
    nn_utils.peak_memory = lambda *args, **kwargs: 0


@cheat()
def other_code_in_the_tests():
    """The code object of each hidden test is replaced by one that returns."""
    from hidden_tests.hw1 import arrays

    for name in ("sums_values", "sums_style", "sums_memory"):
        setattr(arrays, name, lambda answer: None)
