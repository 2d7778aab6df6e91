"""References of objects that are no plain values: how a side makes them, and reads them."""

import contextlib
import itertools
import types
import weakref
from collections import Counter

import numpy as np

from gradekit.execution import cell_lines, exceptions, remote, values
from gradekit.execution.generators import Generators
from gradekit.execution.leases import Leased, Leases, Result, Returned

ITERATORS = (
    *(types.GeneratorType, map, filter, zip, enumerate, reversed),
    *(type(iter(kind())) for kind in (list, tuple, dict, set, str, bytes)),
    *(type(iter({}.values())), type(iter({}.items())), type(iter(range(0)))),
    *(type(iter(lambda: 0, 0)), itertools.count, itertools.cycle, itertools.repeat),
    *(itertools.chain, itertools.islice, itertools.accumulate, itertools.product),
    *(itertools.permutations, itertools.combinations, itertools.starmap, itertools.takewhile),
)
FUNCTIONS = (
    *(types.FunctionType, types.BuiltinFunctionType, types.MethodType, np.ufunc),
    *(types.MethodWrapperType, types.MethodDescriptorType, type(np.sum)),
)
_UNSENDABLE = (types.FrameType, types.CodeType, types.TracebackType, types.ModuleType)
_MOST_ERRORS = 50
_MOST_CHAINED = 10


class References(values.Other):
    """The objects of this side that the other side knows by a number, and stand-ins for its own.

    Parameters
    ----------
    side : int
        0 for the tests, 1 for the answers.
    shared : SharedModules
    accepts_special : callable
        ``accepts_special(class_name, special)``: may this side use a special method of objects of
        the other side?
    may_get : callable
        ``may_get(target, name)``: may the other side use an attribute of an object of this side?
    """

    def __init__(self, side, shared, accepts_special, may_get):
        self._side = side
        self._shared, self._accepts_special, self._may_get = shared, accepts_special, may_get
        self._numbers = itertools.count(1)
        self._mine, self._numbers_of = {}, {}
        self._told_classes, self._errors = set(), []
        self._stand_ins, self._types = weakref.WeakValueDictionary(), {}
        # How often a number was sent, and came: the other side may let an object go while it is on
        # its way once more.
        self._sent, self._received = Counter(), Counter()
        self.released = []
        self.generators, self.leases = Generators(side, self._may_put_back), Leases()

    def _may_put_back(self):
        return self.peer.may_change_earlier()

    # --- Objects of this side -----------------------------------------------------------------

    def export(self, value):
        """Return the number by which the other side can speak of an object of this side."""
        number = self._numbers_of.get(id(value))
        if number is None:
            number = next(self._numbers)
            self._mine[number], self._numbers_of[id(value)] = value, number
        self._sent[number] += 1
        return number

    def mine(self, number):
        """Return the object of this side with a number that the other side was given."""
        if type(number) is not int or number not in self._mine:
            raise ReferenceError("this object belongs to a test that is over")
        return self._mine[number]

    def forget(self, number, received):
        """The other side needs an object no more that it had received so many times."""
        self._sent[number] -= received
        if self._sent[number] <= 0 and number not in self._told_classes:
            self._drop(number)

    def _drop(self, number):
        self._sent.pop(number, None)
        if number in self._mine:
            self._numbers_of.pop(id(self._mine.pop(number)), None)

    def forget_all(self):
        """End the validity of all references that the other side has."""
        for table in (self._mine, self._numbers_of, self._sent, self._told_classes):
            table.clear()

    def encode_container(self, value):
        # An answer's class may be the one that an exercise asks for.
        if self._side == 0 or type(value).__module__ != "__main__":
            return None
        return self._encode_instance(value)

    def decode_container(self, plain, stands_for):
        if stands_for is None:
            return plain
        found = self.decode(stands_for)
        return found if self.peer.asks_for(type(found).__name__) else plain

    def encode(self, value):
        if isinstance(value, remote.RemoteMethod):
            return ["your method", value._gradekit_owner, value.__name__]
        known = remote.reference(value)
        if known is not None and known[0].references is self:
            return ["yours", known[1]]
        if isinstance(value, BaseException):
            return self._encode_exception(value)
        if isinstance(value, (np.random.Generator, np.random.RandomState)):
            return ["generator", *self.generators.encode(value)]
        if isinstance(value, Leased):
            return ["leased", self.leases.lend(value), value.value]
        if isinstance(value, Result):
            return ["result", value.number, value.value]
        if isinstance(value, Returned):
            return ["returned", value.number, value.value, value.window]
        if isinstance(value, _UNSENDABLE):
            raise values.CannotEncode(f"a {type(value).__name__} cannot be sent")
        named = self._shared.encode(self, value)
        if named is not None:
            return named
        if isinstance(value, type):
            return self._encode_class(value)
        if type(value) in remote.DESCRIPTORS:
            return ["descriptor", type(value).__name__, remote.parts_of_descriptor(value)]
        if isinstance(value, FUNCTIONS):
            name, doc = getattr(value, "__name__", "function"), getattr(value, "__doc__", None)
            return ["function", self.export(value), name, doc if type(doc) is str else None]
        if isinstance(value, ITERATORS):
            return ["iterator", self.export(value)]
        return self._encode_instance(value)

    def _encode_instance(self, value):
        return ["instance", self.export(value), self._encode_class(type(value))]

    def _encode_class(self, cls):
        name = exceptions.known_name(cls) if issubclass(cls, BaseException) else None
        if name:
            return ["exception class", *name]
        number = self.export(cls)
        if number in self._told_classes:
            return ["class", number]
        self._told_classes.add(number)
        bases = [self._encode_class(b) for b in cls.__bases__ if b is not object]
        own = [base for base in cls.__mro__ if base.__module__ != "builtins"]
        members = {key: part for base in own for key, part in vars(base).items()}
        methods = [key for key, part in members.items() if isinstance(part, types.FunctionType)]
        special = [key for key in members if key in remote.ALWAYS or key in remote.OPERATORS]
        if members.get("__hash__", 0) is None:
            special.append("unhashable")
        doc = cls.__doc__ if type(cls.__doc__) is str else None
        home = [cls.__module__, cls.__qualname__, doc]
        return ["class", number, cls.__name__, home, bases, methods, special]

    def _encode_exception(self, error):
        origin = vars(error).get("_gradekit_origin")
        if origin is not None and origin[0] is self:
            return ["yours", origin[1]]
        number = self.export(error)
        self._errors.append(number)
        if len(self._errors) > _MOST_ERRORS:  # they hold frames with all that stands in them
            self._drop(self._errors.pop(0))
        attributes = {
            key: value
            for key, value in vars(error).items()
            if not key.startswith("_") and _is_plain(value)
        }
        arguments = [arg if _is_plain(arg) else repr(arg) for arg in error.args]
        text = ""
        with contextlib.suppress(Exception):
            text = str(error)
        shared = self._shared.exception_name(type(error))
        cls = ["shared exception", *shared] if shared else self._encode_class(type(error))
        chain = [error.__cause__, _shown_context(error)]
        lines = cell_lines.of_error(error) if self._side == 1 else []
        return ["exception", number, cls, arguments, text, attributes, chain, lines]

    # --- Objects of the other side ------------------------------------------------------------

    def decode(self, stands_for):
        kind, *parts = stands_for
        return _DECODERS[kind](self, *parts)

    def _decode_your_method(self, number, name):
        target = self.mine(number)
        if not self._may_get(target, name):
            raise values.CannotDecode("a method that is not open")
        return getattr(target, name)

    def _decode_function(self, number, name, doc):
        return self._stand_in(
            number, lambda: remote.RemoteFunction(self.peer, number, str(name), doc)
        )

    def _decode_iterator(self, number):
        return self._stand_in(number, lambda: remote.RemoteIterator(self.peer, number))

    def _decode_instance(self, number, cls):
        cls = self.decode(cls)
        return self._stand_in(number, lambda: remote.make_instance(self.peer, number, cls))

    def _stand_in(self, number, make):
        if type(number) is not int:
            raise values.CannotDecode("an object without a number")
        found = self._stand_ins.get(number)
        if found is None:
            found = self._stand_ins[number] = make()
            weakref.finalize(found, self._release, number).atexit = False
        self._received[number] += 1
        return found

    def _release(self, number):
        self.released.append([number, self._received.pop(number)])

    def _decode_exception_class(self, module, name):
        cls = exceptions.known_class(module, name)
        if cls is None:
            raise values.CannotDecode("an unknown class of exceptions")
        return cls

    def _decode_class(self, number, *description):
        if number not in self._types:
            name, home, bases, methods, specials = description
            if not (type(name) is str and name.isidentifier()):
                raise values.CannotDecode("a class without a name")
            bases = tuple(self.decode(base) for base in bases)
            self._types[number] = remote.make_type(
                self.peer,
                number,
                name,
                home,
                bases,
                methods,
                specials,
                lambda special: self._accepts_special(name, special),
            )
        return self._types[number]

    def _decode_exception(self, number, cls, arguments, text, attributes, chain, lines):
        cls = self.decode(cls)
        if not (isinstance(cls, type) and issubclass(cls, BaseException)):
            raise values.CannotDecode("an exception of no class")
        error = exceptions.build(cls, arguments, str(text))
        for key, value in attributes.items():
            if key.isidentifier() and not key.startswith("_"):
                with contextlib.suppress(Exception):
                    setattr(error, key, value)
        cause, context = chain
        if isinstance(cause, BaseException):
            error.__cause__ = cause
        elif isinstance(context, BaseException):
            error.__context__ = context
        if self._side == 0:
            error.__traceback__ = cell_lines.traceback_of(lines)
        error._gradekit_origin = (self, number)
        return error


_DECODERS = {
    "yours": References.mine,
    "your method": References._decode_your_method,
    "generator": lambda self, *parts: self.generators.decode(*parts),
    "leased": lambda self, *parts: self.leases.borrow(*parts),
    "result": lambda self, *parts: self.leases.take_result(*parts, self.peer.may_change_earlier),
    "returned": lambda self, *parts: self.leases.take_back(*parts),
    "function": References._decode_function,
    "iterator": References._decode_iterator,
    "instance": References._decode_instance,
    "class": References._decode_class,
    "exception class": References._decode_exception_class,
    "exception": References._decode_exception,
    "descriptor": lambda self, kind, parts: remote.make_descriptor(kind, parts),
    "shared": lambda self, *parts: self._shared.decode(self, *parts),
    "shared exception": lambda self, *parts: self._shared.exception(*parts),
}


def _shown_context(error):
    """The error during whose handling this one occurred, if a traceback is to show it."""
    chain = [error]
    while (last := chain[-1].__cause__ or chain[-1].__context__) and len(chain) <= _MOST_CHAINED:
        chain.append(last)
    return None if error.__suppress_context__ or last else error.__context__


def _is_plain(value):
    try:
        values.encode(value, values.Other())
    except values.CannotEncode:
        return False
    return True


