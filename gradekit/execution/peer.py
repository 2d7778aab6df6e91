"""Calls between the answers' process and the tests' process, in both directions.

Only one side runs at a time: it asks, and while it waits it serves what the other side asks on the
way to its answer. Plain values travel as copies (`values`), other objects as references
(`references`), which appear as stand-ins (`remote`).
"""

import contextlib
import copy
import itertools
import types

from gradekit.execution import facts, values
from gradekit.execution.leases import KINDS, Leased
from gradekit.execution.mirror import Mirror
from gradekit.execution.plain_types import plain_part
from gradekit.execution.references import References
from gradekit.execution.wire import WireFault

_REQUEST, _ANSWER, _ERROR = range(3)
_UNREADABLE = 0  # stands for the number of a request that could not be read
_MOST_DEPTH = 100
_MEMBERS = types.GetSetDescriptorType, types.MemberDescriptorType
_ADVANCING = frozenset({"next", "__next__", "send", "throw"})


class ProtocolFault(WireFault):
    """The other side sent what it was not asked for."""


class Peer:
    """One end of the connection. The base class trusts the other side, as the answers trust tests.

    Parameters
    ----------
    namespace : dict
        Where the cells of this side run.
    wire : Wire
    side : int
        0 for the tests, 1 for the answers.
    shared : SharedModules
    operations : dict of str to callable
        What the other side may ask besides operations on objects.
    """

    def __init__(self, namespace, wire, side, shared, operations):
        self.wire = wire
        self.references = References(side, shared, self.accepts_special, self.may_get)
        self.references.peer = self
        self.mirror = Mirror(namespace, self._can_send, self.accepts_change)
        self._operations = {
            "call": self._call,
            "method": self._method,
            "get": self._get,
            "set": self._set,
            "del": self._del,
            "dir": self._dir,
            "vars": self._vars,
            "copy": self._copy,
            "plain": self._plain,
            "special": self._special,
            "next": self._next,
            "facts": self._facts,
            **operations,
        }
        self._sequence = itertools.count(1)
        self._abandoned = set()
        self._depth = 0
        # While something watches what a function changes, changes of arguments come back.
        self.lends_arguments = False

    # --- What this side allows, and what it adds to messages; for the two sides to replace -----

    def accepts_special(self, class_name, special):
        """May this side use a special method of the other side's objects?"""
        return True

    def asks_for(self, class_name):
        """Do this side's tests ask for a class of this name?"""
        return False

    def may_get(self, target, name):
        """May the other side use this attribute of an object of this side?"""
        return True

    def may_set(self, target, name):
        """May the other side change this attribute of an object of this side?"""
        return True

    def is_watched(self):
        """May the other side ask that changes of arguments come back?"""
        return True

    def accepts_change(self, what):
        """Is a change of an attribute ("=name") or of a test's global name ("@name") wanted?"""
        return True

    def may_change_earlier(self):
        """May what is asked now change a result of before, or put back a generator?"""
        return True

    def lend(self, value, operation, target):
        """Return what is sent for a container that a call gets."""
        return Leased(value) if self.lends_arguments else value

    def effects(self):
        """Return what else the other side has to know, as a dict."""
        return {}

    def note(self, effects):
        """Take what the other side's `effects` returned."""

    def give_up(self):
        """Have the other side stopped: a signal, such as an alarm, ended the wait for it."""

    @contextlib.contextmanager
    def around(self, depth):
        """Surround what runs for the other side."""
        yield

    # --- Messages -----------------------------------------------------------------------------

    def request(self, operation, *arguments):
        """Ask the other side, and wait for its answer.

        Raises
        ------
        WireFault
            If the other side is gone, or talks nonsense.
        BaseException
            What was raised over there.
        """
        number = next(self._sequence)
        self._abandoned.add(number)  # until it is answered
        self._send(_REQUEST, number, operation, self._lent(operation, list(arguments)))
        try:
            kind, content = self._answer_to(number)
        except (WireFault, KeyboardInterrupt):  # an interrupt meets both sides
            raise
        except BaseException:
            self.give_up()
            raise
        if kind == _ERROR:
            raise _of_iterator(content, operation, arguments)
        return content

    def _answer_to(self, number):
        while True:
            kind, sequence, *content = self._receive()
            if kind == _REQUEST:
                self._serve(sequence, *content)
                continue
            if sequence not in self._abandoned and sequence != _UNREADABLE:
                raise ProtocolFault("the other process answered what nobody asked")
            self._abandoned.discard(sequence)
            if sequence in (number, _UNREADABLE):
                return kind, content[0]

    def serve_one(self):
        """Serve one request that has arrived; for event loops."""
        try:
            kind, sequence, *content = self._receive()
        except WireFault:
            raise
        except Exception as error:  # such as an object that is gone
            self._send(_ERROR, _UNREADABLE, error)
            return
        if kind == _REQUEST:
            self._serve(sequence, *content)
        elif sequence in self._abandoned:
            self._abandoned.discard(sequence)
        else:
            raise ProtocolFault("the other process answered what nobody asked")

    def _serve(self, sequence, operation, arguments):
        self._depth += 1
        leases, lends = self._leases_before, self.lends_arguments
        try:
            try:
                if self._depth > _MOST_DEPTH:
                    raise RecursionError("calls between answers and tests are nested too deeply")
                with self.around(self._depth):
                    reply = _ANSWER, sequence, self._operations[operation](*arguments)
            except WireFault:
                raise
            except BaseException as error:
                reply = _ERROR, sequence, error
            leases = self.references.leases.keep_since(leases)
            try:
                self._send(*reply)
            except values.CannotEncode as error:
                self._send(_ERROR, sequence, TypeError(str(error)))
        finally:
            self._depth -= 1
            self.lends_arguments = lends
            self.references.leases.release_since(leases)

    def _lent(self, operation, arguments):
        if operation not in ("call", "method"):
            return arguments
        *target, args, kwargs = arguments

        def lent(value):
            return self.lend(value, operation, target) if type(value) in KINDS else value

        return [*target, list(map(lent, args)), {k: lent(value) for k, value in kwargs.items()}]

    def _send(self, *message):
        effects = self.effects()
        for key, found in (
            ("generators", self.references.generators.changes()),
            ("leases", self.references.leases.changes()),
            ("originals", self.references.leases.changes_of_originals()),
            ("kept", self.references.leases.kept),
            ("names", self.mirror.changes()),
            ("released", self.references.released),
        ):
            if found:
                effects[key] = list(found)
        if self.lends_arguments:
            effects["lends"] = True
        self.references.released.clear()
        self.references.leases.kept.clear()
        self.wire.send(values.encode([*message, effects], self.references))

    def _receive(self):
        self._leases_before = self.references.leases.marks()
        message = values.decode(self.wire.receive(), self.references)
        if type(message) is not list or not message or type(message[-1]) is not dict:
            raise ProtocolFault("the other process sent something that is no message")
        *message, effects = message
        self._check(*message)
        self.references.generators.apply(effects.pop("generators", ()))
        self.references.leases.apply(effects.pop("leases", ()))
        self.references.leases.follow(effects.pop("originals", ()))
        self.references.leases.watch(effects.pop("kept", ()))
        self.mirror.apply(effects.pop("names", ()))
        for number, received in effects.pop("released", ()):
            self.references.forget(number, received)
        if effects.pop("lends", False) and self.is_watched():
            self.lends_arguments = True
        self.note(effects)
        return message

    def _can_send(self, value):
        try:
            values.encode(value, self.references)
        except values.CannotEncode:
            return False
        return True

    def _check(self, kind=None, sequence=None, *content):
        right = {
            _REQUEST: len(content) == 2 and content[0] in self._operations,
            _ANSWER: len(content) == 1,
            _ERROR: len(content) == 1 and isinstance(content[0], BaseException),
        }
        if type(kind) is not int or type(sequence) is not int or not right.get(kind):
            raise ProtocolFault("the other process sent something that is no message")

    # --- Operations on objects of this side ---------------------------------------------------

    def _open(self, number, name=None):
        target = self.references.mine(number)
        if name is not None and not self.may_get(target, name):
            raise AttributeError(f"{type(target).__name__!r} object has no attribute {name!r}")
        return target

    def _call(self, number, args, kwargs):
        return self._result(self._open(number)(*args, **kwargs))

    def _method(self, number, name, args, kwargs):
        return self._result(getattr(self._open(number, name), name)(*args, **kwargs))

    def _result(self, value):
        returned = self.references.leases.returned
        return tuple(map(returned, value)) if type(value) is tuple else returned(value)

    def _get(self, number, name):
        value = getattr(self._open(number, name), name)
        return Leased(value) if type(value) in KINDS else value

    def _set(self, number, name, value):
        if self._is_changeable(target := self._open(number, name), name):
            setattr(target, name, value)

    def _del(self, number, name):
        if self._is_changeable(target := self._open(number, name), name):
            delattr(target, name)

    def _is_changeable(self, target, name):
        if not self.may_set(target, name):
            kind = type(target).__name__
            raise AttributeError(f"{kind!r} object attribute {name!r} is read-only")
        return self.accepts_change(f"={name}")

    def _dir(self, number):
        return [name for name in dir(self._open(number, "__dir__")) if type(name) is str]

    def _vars(self, number):
        content = dict(vars(self._open(number, "__dict__")))
        # A class has members that only the interpreter has a use for.
        return {name: part for name, part in content.items() if type(part) not in _MEMBERS}

    def _copy(self, number, deep):
        target = self._open(number, "__copy__")
        return copy.deepcopy(target) if deep else copy.copy(target)

    def _plain(self, number):
        return plain_part(self._open(number, "__iter__"))

    def _special(self, number, name, args):
        target = self._open(number, name)
        if hasattr(type(target), name):
            return getattr(type(target), name)(target, *args)
        if isinstance(target, type):
            raise TypeError(f"type {target.__name__!r} does not support {name}")
        return getattr(target, name)(*args)

    def _next(self, number):
        return next(self._open(number))

    def _facts(self, number):
        return facts.describe(self._open(number, "__code__"))

    def facts_of(self, number):
        """Return what `inspect` can tell of the other side's function or class."""
        return facts.build(self.request("facts", number))


def _of_iterator(error, operation, arguments):
    """A StopIteration would end a loop of this side, so it is one only if an iterator was asked.

    As in a generator, one that comes out of another function is a RuntimeError. It is made here,
    because the other side can send what it likes.
    """
    if not isinstance(error, StopIteration):
        return error
    asked = [operation, *(part for part in arguments[1:2] if isinstance(part, str))]
    if not _ADVANCING.isdisjoint(asked):
        return error
    fault = RuntimeError("a function raised StopIteration")
    fault.__cause__ = error
    return fault
