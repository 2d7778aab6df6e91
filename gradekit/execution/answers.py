"""The answers' side: lets the tests use what the student defined, and nothing else happens here."""

import asyncio
import builtins
import contextlib
import decimal
import importlib.util
import io
import linecache
import os
import re
import sys
import warnings
from pathlib import Path

import numpy as np

from gradekit.execution import exceptions, figures, shared
from gradekit.execution.global_random import GlobalRandom
from gradekit.execution.leases import Leased
from gradekit.execution.peer import Peer
from gradekit.execution.replaced import Replaced
from gradekit.execution.shared_files import SharedFiles, notice
from gradekit.execution.wire import Wire, WireFault

_KIT = str(Path(__file__).parents[1])
_MOST_SHOWN = 1 << 24  # characters between two messages
_LINES_OF_CONTEXT = 5  # IPython's default


_copies = {}


def prepare(folder):
    """Import the modules that students may import, and copies for the kit; in a zygote.

    Parameters
    ----------
    folder : str
        With these modules.
    """
    notice()
    names = sorted(Path(folder).glob("*.py"))
    _copies.update(untouched_copies(path.stem for path in names))


def attach(kernel, sock):
    """Serve the tests by this socket while the kernel's loop runs."""
    sock.setblocking(True)
    answers = Answers(kernel.shell.user_ns, Wire(sock), _copies)
    answers.follow(kernel.shell)
    loop = asyncio.get_running_loop()

    def serve():
        try:
            # An interrupt outside of the student's functions ends the test cell, too: nobody waits.
            with contextlib.suppress(KeyboardInterrupt), kernel.interruptible():
                answers.serve_one()
        except WireFault:
            loop.remove_reader(sock.fileno())
            sock.close()

    loop.add_reader(sock.fileno(), serve)


def untouched_copies(names):
    """Load modules a second time, out of reach of `import` and with built-in names of their own.

    Parameters
    ----------
    names : iterable of str

    Returns
    -------
    dict of str to module
    """
    return {name: copy for name in sorted(names) if (copy := _untouched(name)) is not None}


def _untouched(name):
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None or spec.submodule_search_locations:
        return None
    module = importlib.util.module_from_spec(spec)
    code = spec.loader.get_code(name)
    vars(module)["__builtins__"] = dict(vars(builtins))
    earlier = sys.modules.get(name)
    sys.modules[name] = module  # dataclasses look their module up while they are made
    try:
        exec(code, vars(module))
    finally:
        if earlier is None:
            del sys.modules[name]
        else:
            sys.modules[name] = earlier
    return module


class Answers(Peer):
    """Serves the tests.

    Parameters
    ----------
    namespace : dict
        Where the student's cells ran.
    wire : Wire
        To the tests' process.
    copies : dict of str to module
        From `untouched_copies`.
    """

    def __init__(self, namespace, wire, copies):
        operations = {"name": self._name, "beside": self._beside, "end": self._end}
        operations |= {"render": self._render, "close": figures.close}
        super().__init__(namespace, wire, 1, shared.AnswersSide(copies), operations)
        self._namespace, self._modules, self._shell = namespace, copies, None
        self._shown, self._room, self._warned = [], _MOST_SHOWN, []
        self._context, self._random = {}, GlobalRandom(trusts=True)
        self._replaced, self._files, self._folder = Replaced({}), None, os.getcwd()

    def lend(self, value, operation, target):
        return Leased(value)  # a function of the test, such as rng.shuffle, may change it

    def follow(self, shell):
        """Let what IPython's shell displays while a test waits appear in the test's output."""
        self._shell = shell
        shell.display_pub.register_hook(self._display)

    def _display(self, message):
        if not self._depth or message["header"]["msg_type"] != "display_data":
            return message
        content = message["content"]
        data, metadata = content["data"], content["metadata"]
        self._show(sum(len(str(part)) for part in data.values()), "display", data, metadata)
        return None

    def _show(self, size, *parts):
        if self._room > 0:
            self._room -= size
            self._shown.append([*parts])

    def _render(self, number):
        """The frames of an exception, as IPython shows them."""
        error = self.references.mine(number)
        traceback = exceptions.outside(error.__traceback__, _KIT)
        if self._shell is None or traceback is None:
            return []
        shown = self._shell.InteractiveTB
        (parts,) = shown.format_exception_as_a_whole(
            type(error), error, traceback, _LINES_OF_CONTEXT, 0
        )
        return [part for part in parts if exceptions.is_frame(part)]

    def _name(self, name):
        if name not in self._namespace:
            raise NameError(f"name {name!r} is not defined")
        self.mirror.watch(name, self._namespace[name])
        return self._namespace[name]

    def _beside(self, module, name, args, kwargs):
        function = getattr(self._modules[module], name)
        self.lends_arguments = True
        return function(*args, **kwargs)

    def _end(self):
        """A test cell is over: show the figures that the student's functions left open."""
        self.mirror.forget()
        self._files = None
        inline = sys.modules.get("matplotlib_inline.backend_inline")
        if inline is not None:
            inline.flush_figures()

    # --- What a call leaves besides its answer ------------------------------------------------

    def note(self, effects):
        self._context = effects.get("context", self._context)
        if self._files is None:
            self._files = SharedFiles(trusts=True)
            self._files.begin(self._folder)
        self._files.apply(effects.get("files", ()))
        self._replaced.apply(effects.get("replaced", ()))
        if "random" in effects:
            self._random.apply(effects["random"])

    def effects(self):
        effects = {}
        for key, found in (("shown", self._shown), ("warned", self._warned)):
            if found:
                effects[key] = list(found)
                found.clear()
        self._room = _MOST_SHOWN
        if (states := self._random.changes()) is not None:
            effects["random"] = states
        if self._files is not None and (files := self._files.changes()):
            effects["files"] = files
        return effects

    @contextlib.contextmanager
    def around(self, depth):
        """Run what a test asks for as it would run inside the test."""
        if depth > 1:
            yield
            return
        context = self._context
        streams, depth = (sys.stdout, sys.stderr), sys.getrecursionlimit()
        sys.stdout, sys.stderr = (_Forward(self._show, s) for s in ("stdout", "stderr"))
        try:
            with (
                warnings.catch_warnings(),
                np.errstate(**context.get("errors", {})),
                decimal.localcontext(_digits(context.get("decimal"))),
            ):
                if "depth" in context:
                    sys.setrecursionlimit(context["depth"])
                if "filters" in context:
                    filters = [_filter(*parts) for parts in context["filters"]]
                    warnings.filters[:] = [rule for rule in filters if rule[2] is not None]
                    warnings._filters_mutated()
                    warnings.showwarning = self._show_warning
                yield
        finally:
            sys.stdout, sys.stderr = streams
            if "depth" in context:
                sys.setrecursionlimit(depth)

    def _show_warning(self, message, category, filename, lineno, file=None, line=None):
        text = line or linecache.getline(filename, lineno)
        mro = [[cls.__module__, cls.__qualname__] for cls in category.__mro__]
        self._warned.append([str(message), mro, filename, lineno, text])
        del self._warned[1000:]


def _digits(parts):
    if parts is None:
        return None
    context = decimal.getcontext().copy()
    context.prec, context.rounding, context.Emin, context.Emax = parts
    return context


def _filter(action, message, category, module, line):
    """A rule of the tests' side; its category is None if only that side has it."""
    return (
        action,
        re.compile(message, re.I) if message else None,
        getattr(builtins, category, None) or getattr(np.exceptions, category, None),
        re.compile(module) if module else None,
        line,
    )


class _Forward(io.TextIOBase):
    """Takes what is printed while a test waits, so that it appears in the test's own output."""

    def __init__(self, show, name):
        self._show, self.name = show, name

    encoding = "UTF-8"
    errors = "replace"

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        self._show(len(text), self.name, text)
        return len(text)

    def writable(self):
        return True

