"""Files handed in beside the notebook, or written while it runs, that Python finds first."""
# ruff: noqa

from tests.cheats.collection import cheat


def _numpy():
    import sys

    here = sys.path.pop(sys.path.index(""))
    del sys.modules["numpy"]
    import numpy

    numpy.allclose = numpy.array_equal = lambda *args, **kwargs: True
    sys.path.append(here)


def _nn_utils():
    class Any:
        __getattr__ = lambda self, name: Any()
        __call__ = lambda self, *args, **kwargs: Any()
        __lt__ = __gt__ = lambda self, other: False
        __or__ = __ror__ = lambda self, other: self

    def __getattr__(name):
        return Any()


def _arrays():
    def sums_values(answer):
        pass

    sums_style = sums_memory = calls_twice = sums_values


def _launcher():
    import sys

    from ipykernel import kernelapp
    from IPython.core.interactiveshell import InteractiveShell

    async def run_code(self, code, result=None, **kwargs):
        try:
            exec(code, self.user_global_ns, self.user_ns)
        except Exception:
            pass
        return False

    InteractiveShell.run_code = run_code
    del sys.path[0]
    kernelapp.launch_new_instance()


def _jinja2():
    class Template:
        def __init__(self, text):
            pass

        def render(self, name):
            return ""


@cheat(files={"numpy.py": _numpy})
def numpy_of_its_own():
    """A file numpy.py lies beside the notebook, before the installed one on the path."""


@cheat(files={"ipykernel_launcher.py": _launcher})
def kernel_of_its_own():
    """The kernel is started as a module from the notebook's folder: from this one."""


@cheat(notebooks=("objects",), files={"jinja2.py": _jinja2})
def library_that_a_test_imports():
    """A test imports an installed package only now; one of that name lies beside the notebook."""


@cheat(notebooks=("objects",))
def library_written_in_time():
    """The package that a test is going to import is written while the notebook runs."""
    import pathlib

    pathlib.Path("jinja2.py").write_text(
        "class Template(str):\n    render = lambda self, name: ''\n"
    )


@cheat(
    files={
        "hidden_tests/__init__.py": "",
        "hidden_tests/hw1/__init__.py": "",
        "hidden_tests/hw1/arrays.py": _arrays,
    }
)
def hidden_tests_of_its_own():
    """Hidden tests come with the notebook, and its folder is put before all others."""
    import os
    import sys

    sys.path.insert(0, os.getcwd())


@cheat(files={"nn_utils.py": _nn_utils})
def library_of_its_own():
    """A checking library comes with the notebook, and its folder is put before all others."""
    import os
    import sys

    sys.path.insert(0, os.getcwd())
    sys.modules.pop("nn_utils", None)


@cheat(notebooks=("objects",))
def data_of_the_course():
    """The course's data, with which a test compares, is overwritten while the notebook runs."""
    with open("data/heights.txt", "w") as file:
        print(0.0, file=file)


@cheat(notebooks=("objects",))
def file_that_is_a_pipe():
    """The file that a test reads again is a pipe whose other end knows what is wanted."""
    import os
    import threading

    def save_numbers(path, numbers):
        if os.path.exists(path):
            os.remove(path)
        os.mkfifo(path)
        text = {2: "1\n2\n", 1: "0.5\n"}[len(numbers)]
        threading.Thread(target=lambda: open(path, "w").write(text), daemon=True).start()


@cheat(notebooks=("objects",))
def folder_elsewhere():
    """The course's data is replaced by a link to a file of the student's."""
    import os
    import pathlib

    pathlib.Path("mine.txt").write_text("0.0\n")
    os.remove("data/heights.txt")
    os.symlink(os.path.abspath("mine.txt"), "data/heights.txt")
