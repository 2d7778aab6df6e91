"""Gives a test cell the names that it uses, from the student's process or from the source."""

import builtins
import contextlib
import io

from gradekit.bank.cell_graph import names_of
from gradekit.execution.wire import WireFault

# What binds names that cannot be read from the text.
_BINDING = {"exec", "eval", "globals", "vars", "locals", "setattr", "get_ipython"}


class Names:
    """Fills the namespace of the tests' process.

    Parameters
    ----------
    plan : Plan
    namespace : dict
        In which test cells run.
    fetch : callable
        ``fetch(name)`` returns the student's object, or raises NameError.
    compiled : callable
        ``compiled(text, distance)`` compiles a given cell that stands so many cells before the
        one that runs.
    """

    def __init__(self, plan, namespace, fetch, compiled):
        self._plan, self._namespace = plan, namespace
        self._fetch, self._compiled = fetch, compiled
        self._done, self._last = set(), -1

    def provide(self, text):
        """Bind what a test cell needs, as far as it is defined.

        Parameters
        ----------
        text : str
            Of the cell that is going to run, as it stands in the source.
        """
        cells = self._plan.cells
        places = [i for i, c in enumerate(cells) if c.kind == "test" and c.raw == text]
        # Test cells with one text run in their order.
        place = next((i for i in places if i > self._last), places[0] if places else None)
        if place is not None:
            self._last = place
            cell = cells[place]
            # A name that the cell sets, or speaks of, may be one that answers use.
            shared = {
                name for name in cell.words | cell.binds if self._is_answered(name, place)
            }
            self._resolve(cell.reads | shared, place, set())

    def _resolve(self, names, before, seen):
        for name in sorted(names - seen):
            seen.add(name)
            place = self._last_binding(name, before)
            if place is not None:
                self._bind(name, place, seen)
            elif not hasattr(builtins, name):
                self._run_star_imports(before)
                if name not in self._namespace and self._is_left_open(before):
                    self._fetch_into(name)

    def _last_binding(self, name, before):
        cells = self._plan.cells
        return next((i for i in range(before - 1, -1, -1) if name in cells[i].binds), None)

    def _is_answered(self, name, before):
        cells = [cell for cell in self._plan.cells[:before] if name in cell.binds]
        cell = next((cell for cell in reversed(cells) if cell.kind != "test"), None)
        return cell is not None and cell.kind == "solution"

    def _bind(self, name, place, seen):
        cell = self._plan.cells[place]
        if cell.kind == "test":
            if self._is_answered(name, place):  # what that test made of it is known there
                self._fetch_into(name)
            return
        if name in cell.imports:
            self._resolve(names_of(cell.imports[name])[1], place, seen)
            self._run(place, cell.imports[name])
        elif cell.kind == "solution":
            self._fetch_into(name)
        else:
            self._resolve(cell.reads, place, seen)
            self._run(place, cell.text)

    def _fetch_into(self, name):
        try:
            self._namespace[name] = self._fetch(name)
        except WireFault:
            raise
        except NameError:
            self._namespace.pop(name, None)  # the test meets the NameError that it met otherwise

    def _is_left_open(self, before):
        """Is a solution of the source empty, so that a name which nobody binds is the student's?

        Not where a given cell may bind names that the plan does not see: a student could take
        their place.
        """
        cells = self._plan.cells[:before]
        given = [cell for cell in cells if cell.kind != "solution"]
        hidden = any(cell.reads & _BINDING or "*" in cell.imports for cell in given)
        return not hidden and any(c.kind == "solution" and not c.binds for c in cells)

    def _run_star_imports(self, before):
        for place, cell in enumerate(self._plan.cells[:before]):
            if cell.kind != "test" and "*" in cell.imports:
                self._run(place, cell.imports["*"])

    def _run(self, place, text):
        """Run a given cell, or an import of it, once; its output was seen on the student's side."""
        if (place, text) in self._done:
            return
        self._done.add((place, text))
        distance = sum(bool(cell.raw.strip()) for cell in self._plan.cells[place : self._last])
        quiet = io.StringIO()
        with (
            contextlib.redirect_stdout(quiet),
            contextlib.redirect_stderr(quiet),
            contextlib.suppress(Exception),
        ):
            exec(self._compiled(text, distance), self._namespace)
