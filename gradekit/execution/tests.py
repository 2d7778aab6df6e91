"""The tests' side: runs test cells, with stand-ins for what the student defined.

Which names of a test cell come from the student, and which from the instructor's own cells, the
plan says; see `plan`.
"""

import contextlib
import decimal
import functools
import importlib
import io
import random
import sys
import tempfile
import types
import warnings
from pathlib import Path
from unittest import mock

import numpy as np

from gradekit.execution import cell_lines, exceptions, figures, remote, shared
from gradekit.execution.global_random import GlobalRandom
from gradekit.execution.leases import Leased
from gradekit.execution.names import Names
from gradekit.execution.peer import Peer
from gradekit.execution.plan import Plan
from gradekit.execution.references import FUNCTIONS, ITERATORS
from gradekit.execution.replaced import Replaced
from gradekit.execution.shared_files import SharedFiles, notice
from gradekit.execution.test_files import TestFiles
from gradekit.execution.wire import Wire, WireFault

_KIT = str(Path(__file__).parents[1])
_ITERATOR_METHODS = ("send", "close", "throw")
_current = None
_files = None
# Besides the course's own classes: objects that a test makes to be used by answers.
_OPEN = types.SimpleNamespace, io.IOBase, random.Random, mock.NonCallableMock
_usual_depth = sys.getrecursionlimit()


def prepare(folder):
    """Import the modules that students may import, too; before those of the tests, in a zygote.

    Parameters
    ----------
    folder : str
        With the course's modules.
    """
    notice()
    for path in sorted(Path(folder).glob("*.py")):
        if shared.BESIDE in path.read_text("utf-8", "replace"):
            run_beside(importlib.import_module(path.stem))


def attach(kernel, sock, facts):
    """Let the kernel's cells use what is at the other end of the socket.

    Parameters
    ----------
    kernel : IPythonKernel
    sock : socket.socket
    facts : dict
        "plan": from `Plan.to_json`; "public": names of the modules that both sides have;
        "modules": names of all of the course's; "in_place": see `Tests`; "folders": see
        `TestFiles`.
    """
    sock.setblocking(True)
    shell = kernel.shell
    plan = Plan.from_json(facts["plan"])
    tests = Tests(
        shell.user_ns,
        Wire(sock),
        shared.loaded(facts["public"]),
        frozenset([*facts["modules"], "__main__"]),
        plan.specials,
        frozenset(facts["in_place"]),
    )
    connect(tests)
    figures.follow_closing(tests)
    if "*" in facts["in_place"]:  # a rehearsal, whose last cell asks
        shell.user_ns["_gradekit_changing"] = tests.changing
    names = Names(plan, shell.user_ns, tests.fetch, functools.partial(_compiled, shell))
    global _files
    if _files is None:
        given, answers, folder = facts["folders"]
        _files = TestFiles(given, answers, folder or tempfile.mkdtemp())
    tests.follow(shell, names)


class Tests(Peer):
    """Asks the answers' process; opens to it only what a test hands over.

    Parameters
    ----------
    namespace : dict
        Where test cells run.
    wire : Wire
    modules : dict of str to module
        The modules that both sides have.
    course_modules : frozenset of str
        Top-level names of the course's modules: instances of their classes may be used by the
        student's code that gets them.
    specials : dict of str to set of str
        For each class that the exercises ask for, the special methods that its instances have.
    in_place : frozenset of str
        Names of functions, and of methods with a dot before them, whose changes of arguments a
        test sees: those by which the reference solution changes some; and names of attributes of
        a test's objects with an equals sign before them, and global names that a test set with an
        at sign. "*" stands for all.
    """

    def __init__(self, namespace, wire, modules, course_modules, specials, in_place=frozenset()):
        super().__init__(namespace, wire, 0, shared.TestsSide(modules), {})
        self._course_modules, self._specials = course_modules, specials
        self._in_place = in_place
        self.changing = self.references.leases.changed_by
        self._fetched, self._watching = {}, 0
        self._told_context, self._random = None, GlobalRandom(trusts=False)
        self._replaced = Replaced(namespace)
        self._files = SharedFiles(trusts=False)
        self._shell, self._again, self._asked = None, False, set()

    def accepts_special(self, class_name, special):
        return special in self._specials.get(class_name, ())

    def asks_for(self, class_name):
        return class_name in self._specials

    def may_get(self, target, name):
        if type(name) is not str:
            return False
        if isinstance(target, ITERATORS):
            return name in _ITERATOR_METHODS
        if name == "__wrapped__":  # is it the student's?
            return remote.reference(getattr(target, name, None)) is not None
        if name == "__code__" or isinstance(target, (*FUNCTIONS, type)):
            return False
        known = type(target).__module__.partition(".")[0] in self._course_modules
        if not known and not isinstance(target, _OPEN):
            return name == "__call__"
        return not name.startswith("_") or name in remote.ALWAYS | remote.OPERATORS

    def may_set(self, target, name):
        # What a test's object does is the test's; what it holds may change.
        return not callable(getattr(type(target), name, None))

    def effects(self):
        effects = {}
        digits = decimal.getcontext()
        context = {
            "errors": np.geterr(),
            "filters": list(map(_filter_parts, warnings.filters)),
            "decimal": [digits.prec, digits.rounding, digits.Emin, digits.Emax],
        }
        if (depth := sys.getrecursionlimit()) != _usual_depth:
            context["depth"] = depth
        if context != self._told_context:
            effects["context"] = self._told_context = context
        if (states := self._random.changes()) is not None:
            effects["random"] = states
        if files := self._files.changes():
            effects["files"] = files
        if replaced := self._replaced.changes():
            effects["replaced"] = replaced
        return effects

    def note(self, effects):
        # Whatever is odd about it, the answer that it came with is still to be read.
        with contextlib.suppress(Exception):
            self._files.apply(effects.get("files", ()))
            if "random" in effects:
                self._random.apply(effects["random"])
            for kind, *parts in effects.get("shown", ()):
                self._show(kind, *parts)
            for warned in effects.get("warned", ()):
                _warn_here(*warned)

    def _show(self, kind, content, metadata=None):
        if kind != "display":
            (sys.stderr if kind == "stderr" else sys.stdout).write(str(content))
        elif self._shell is not None:
            self._shell.display_pub.publish(data=dict(content), metadata=dict(metadata))

    def give_up(self):
        self._tell_worker("abandon")

    def _tell_worker(self, kind):
        if self._shell is not None:
            kernel = self._shell.kernel
            kernel.session.send(None, kind, parent=kernel.get_parent())

    def follow(self, shell, names):
        """Provide names before each cell, and end what a test handed over after it."""
        self._shell = shell
        earlier = getattr(shell, "_gradekit_hooks", {})
        for event, hook in earlier.items():
            shell.events.unregister(event, hook)
        if not earlier:
            original = shell.InteractiveTB.format_exception_as_a_whole
            shell.InteractiveTB.format_exception_as_a_whole = functools.partial(_shown, original)
        hooks = {
            "pre_run_cell": lambda info: self._begin(names, info.raw_cell),
            "post_run_cell": lambda result: self._end(),
        }
        for event, hook in hooks.items():
            shell.events.register(event, hook)
        shell._gradekit_hooks = hooks

    def _begin(self, names, text):
        _files.update()
        self.mirror.forget()
        self._fetched.clear()
        self._replaced.begin()
        self._files.begin(_files.folder, _files.given)
        self._again, self.references.leases.refused = self._shell.kernel.again, 0
        with contextlib.suppress(WireFault):  # the cell says what it lacks
            names.provide(text)

    def _end(self):
        # If the student's process does not answer, the cell is interrupted while it waits here.
        with contextlib.suppress(WireFault, KeyboardInterrupt):
            self.request("end")
        self.references.forget_all()
        if self.references.leases.refused:
            self._tell_worker("doubt")

    def beside(self, module, name, args, kwargs):
        """Run a function of a shared module in the process of the function that it is given."""
        self._watching += 1
        try:
            arguments = [shared.AsCode(args[0]), *args[1:]]
            return self.request("beside", module, name, arguments, kwargs)
        finally:
            self._watching -= 1

    def fetch(self, name):
        """The student's object of that name.

        Raises
        ------
        NameError
        """
        found = self.request("name", name)
        self.mirror.watch(name, found)
        if name in self._specials and not _is_class_of_answers(found):
            raise NameError(f"name {name!r} is not defined as a class")
        known = remote.reference(found)
        if known is not None:  # what it is called over there is the student's word
            self._fetched.setdefault(known[1], set()).add(name)
        return found

    def lend(self, value, operation, target):
        names = self._names_of(operation, *target)
        wanted = self.lends_arguments or self._again or self._accepts(names)
        return Leased(value, wanted, min(names, default=""))

    def accepts_change(self, what):
        wanted = self._again or self._accepts({what})
        self.changing.add(what)
        self.references.leases.refused += not wanted
        return wanted

    def may_change_earlier(self):
        wanted = self._again or self._accepts(self._asked)
        self.changing.update(sorted(self._asked)[:1])
        self.references.leases.refused += not wanted
        return wanted

    def request(self, operation, *arguments):
        asked = self._asked
        if operation in ("call", "method"):
            self._asked = self._names_of(operation, *arguments[:-2])
        try:
            return super().request(operation, *arguments)
        finally:
            self._asked = asked

    def _accepts(self, names):
        """Does the reference change things by all of these? One function may have two names."""
        return "*" in self._in_place or (bool(names) and names <= self._in_place)

    def is_watched(self):
        return self._watching > 0

    def _names_of(self, operation, number, method=None):
        return {f".{method}"} if operation == "method" else self._fetched.get(number, set())


def _is_class_of_answers(value):
    """Can it stand for a class that an exercise asks for?

    A library's class may be one of which everything is an instance, or that catches every error.
    """
    if isinstance(value, type) and issubclass(value, BaseException):
        return not issubclass(AssertionError, value)
    return remote.reference(value) is not None


def run_beside(module):
    """Replace the functions of a shared module that run beside what they are given.

    They stay what they are for functions of this side.
    """
    for name in shared.names_beside(module):
        setattr(module, name, _beside(module.__name__, getattr(module, name)))


def _beside(module, function):
    @functools.wraps(function)
    def run(*args, **kwargs):
        there = _current is not None and (
            not callable(args[0]) or shared.leads_to(args[0], _is_stand_in)
        )
        if there:
            return _current.beside(module, function.__name__, args, kwargs)
        return function(*args, **kwargs)

    return run


def _is_stand_in(value):
    return isinstance(value, remote.RemoteMethod) or remote.reference(value) is not None


def connect(tests):
    """Make these tests the ones that functions of shared modules ask."""
    global _current
    _current = tests


def _shown(original, kind, error, traceback, *args):
    """IPython's parts of one error, without the kit's frames and with those of the student's."""
    traceback = exceptions.outside(traceback, _KIT)
    ((*lines, last),) = original(kind, error, traceback, *args)
    frames = []
    if (origin := getattr(error, "_gradekit_origin", None)) is not None:
        with contextlib.suppress(Exception):
            frames = origin[0].peer.request("render", origin[1])
    return [[*lines, *map(str, frames), last]]


def _compiled(shell, text, distance):
    """Compile a given cell under the number that it has in the notebook."""
    name = shell.compile.cache(text, max(1, shell.execution_count - distance), raw_code=text)
    return compile(text, name, "exec")


def _filter_parts(parts):
    action, message, category, module, line = parts
    return [
        action,
        getattr(message, "pattern", message),
        category.__name__,
        getattr(module, "pattern", module),
        line,
    ]


def _warn_here(message, mro, filename, line, text):
    category = next(
        (
            cls
            for module, name in mro
            for cls in (_warning_class(module, name),)
            if cls is not None
        ),
        UserWarning,
    )
    if cell_lines.is_cell(filename):
        cell_lines.remember(filename, line, text)
    warnings.warn_explicit(message, category, filename, line)


def _warning_class(module, name):
    if module not in ("builtins", "numpy.exceptions", "numpy"):
        return None
    cls = getattr(sys.modules[module], name, None)
    return cls if isinstance(cls, type) and issubclass(cls, Warning) else None

