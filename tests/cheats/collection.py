"""How a cheat is written down, and what is handed in for it.

A cheat is a function in families/ that nobody calls. Its docstring says what it tries. Of its
body, the definitions that bear the name of an exercise replace the student's answers; all the
rest is a cell that stands above the exercises::

    @cheat(rests_on="zeros")
    def allclose_agrees():
        '''np.allclose says yes to everything.'''
        np.allclose = lambda *args, **kwargs: True

Whatever it does not replace is wrong in the way that `rests_on` names, so the same answers
without the cheat are a submission to compare with.
"""

import ast
import importlib
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.cheats.answers import ANSWERS, NOTEBOOK_OF

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Submission:
    """What one student hands in.

    Attributes
    ----------
    answers : dict of str to str
        Sources of solution cells; those not named stay as they were released.
    first : str
        A cell above the exercises of the first notebook.
    notebooks : tuple of str
        The notebooks that are handed in.
    files : dict of str to str
        What lies beside them; a text, or the target of a link after "-> ".
    edit : callable, optional
        ``edit(notebook)`` changes each notebook just before it is handed in.
    """

    answers: dict
    first: str = ""
    notebooks: tuple = ("arrays", "objects")
    files: dict = field(default_factory=dict)
    edit: Callable | None = None


@dataclass(frozen=True)
class Cheat:
    """An entry of the collection.

    Attributes
    ----------
    name : str
        "family_function", which is also the student's id.
    tries : str
        What it does, in one sentence.
    rests_on : str
        Which answers it needs no better ones than: a key of ANSWERS.
    submission : Submission
    aims_at : str
        The part of the engine that it attacks and that nbgrader alone does not have. Empty for
        cheats that have to gain points under nbgrader alone.
    victim : str
        The honest student whom it harms, in place of a gain of its own.
    remains : str
        Why it gains points nevertheless: what docs/security.md says under "What is left".
    """

    name: str
    tries: str
    rests_on: str
    submission: Submission
    aims_at: str = ""
    victim: str = ""
    remains: str = ""

    @property
    def family(self):
        return self.name.partition("_")[0]


def cheat(
    rests_on="zeros",
    notebooks=("arrays",),
    files=None,
    edit=None,
    aims_at="",
    victim="",
    remains="",
):
    """Enter a function into the collection; see the module's docstring."""

    def enter(function):
        first, replaced = _parts(function)
        texts = {
            name: text if isinstance(text, str) else body(text)
            for name, text in (files or {}).items()
        }
        function.cheat = Cheat(
            name=f"{function.__module__.rpartition('.')[2]}_{function.__name__}",
            tries=" ".join(function.__doc__.split()),
            rests_on=rests_on,
            submission=Submission(
                answers={**ANSWERS[rests_on], **replaced},
                first=first,
                notebooks=notebooks,
                files=texts,
                edit=edit,
            ),
            aims_at=aims_at,
            victim=victim,
            remains=remains,
        )
        return function

    return enter


def all_cheats():
    """The whole collection, by name."""
    found = {}
    for path in sorted((HERE / "families").glob("*.py")):
        module = importlib.import_module(f"tests.cheats.families.{path.stem}")
        entries = [getattr(part, "cheat", None) for part in vars(module).values()]
        found.update((entry.name, entry) for entry in entries if isinstance(entry, Cheat))
    return found


def body(function):
    """The text of a function's body, as a module has it."""
    return "".join(text for _, text in _statements(function))


def _parts(function):
    """The added cell, and the answers by exercise."""
    first, replaced = [], {}
    for statement, text in _statements(function):
        names = _exercises(statement)
        if not names:
            first.append(text)
        elif isinstance(statement, ast.Assign) and "." not in text.partition("=")[0]:
            value = ast.unparse(statement.value)
            replaced.update({name: f"{name} = {value}\n" for name in names})
        else:
            replaced[names[0]] = replaced.get(names[0], "") + text
    return "".join(first), replaced


def _exercises(statement):
    """The exercises that a statement answers."""
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        names = [statement.name]
    elif isinstance(statement, ast.Assign):  # tick.count = 0 belongs to tick
        names = [ast.unparse(target).partition(".")[0] for target in statement.targets]
    else:
        names = []
    return [name for name in names if name in NOTEBOOK_OF]


def _statements(function):
    """Yield each statement of a function's body, without its docstring, and its text."""
    source = textwrap.dedent(inspect.getsource(function))
    lines = source.splitlines(keepends=True)
    definition = ast.parse(source).body[0]
    statements = definition.body[1 if ast.get_docstring(definition) else 0 :]
    start = statements[0].lineno - 1 if statements else 0
    for statement in statements:
        yield statement, textwrap.dedent("".join(lines[start : statement.end_lineno]))
        start = statement.end_lineno
