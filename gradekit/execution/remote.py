"""Stand-ins for objects that live in the other process: functions, classes, instances, iterators.

A stand-in has no value of its own: what can be asked of it is asked over there. Which special
methods it has is decided on this side, because some of them would let the other side look at what
it is compared with.
"""

import inspect
import sys
import types

# Asked of any object: answers cannot depend on what they are compared with.
ALWAYS = frozenset({"__call__", "__iter__", "__next__", "__len__", "__enter__", "__exit__"})
ALWAYS |= {"__str__", "__repr__", "__reversed__", "__getitem__", "__format__"}
# Asked only where the course expects them, see `Policy`.
OPERATORS = frozenset(
    f"__{name}__"
    for names in (
        "eq ne lt le gt ge hash bool int float complex index round abs neg pos invert contains",
        "add sub mul matmul truediv floordiv mod divmod pow lshift rshift and or xor",
        "radd rsub rmul rmatmul rtruediv rfloordiv rmod rdivmod rpow rand ror rxor",
        "iadd isub imul imatmul itruediv ifloordiv imod ipow setitem delitem",
        "copy deepcopy trunc floor ceil",
    )
    for name in names.split()
)
_CHANGING = frozenset({"__setitem__", "__delitem__", "__iadd__", "__imul__"})
_CHANGING |= {"__ior__", "__iand__", "__isub__", "__ixor__"}
_CONTAINERS = {"list": list, "dict": dict, "set": set}
_COMPARISONS = frozenset(f"__{name}__" for name in ["eq", "ne", "lt", "le", "gt", "ge"])
_OWN = "_gradekit_"
# What `inspect` and others ask of functions and classes: see `facts.describe`.
_FACTS = ("__code__", "__signature__", "__annotations__", "__defaults__", "__kwdefaults__")
_FACTS += ("__qualname__",)
_OF_CLASSES = ("__code__", "__signature__", "__abstractmethods__", "__dataclass_fields__")
_NO_LIBRARIES = ("builtins", "__main__")
DESCRIPTORS = (property, staticmethod, classmethod)
_NAMED = {kind.__name__: kind for kind in DESCRIPTORS}


class Refused(TypeError):
    """An operation that a test may not ask of an object in the student's process."""


def _ask(stand_in, operation, *arguments):
    peer, number = reference(stand_in)
    return peer.request(operation, number, *arguments)


def reference(value):
    """(peer, id) of a stand-in, or None if the value is none."""
    if isinstance(value, (RemoteFunction, RemoteIterator, RemoteMethod)):
        data = object.__getattribute__(value, "__dict__")
        return data["_gradekit_peer"], data.get("_gradekit_id")
    if isinstance(type(value), RemoteType):
        return _place.__get__(value) if hasattr(value, "_gradekit_place") else None
    if isinstance(value, RemoteType):
        data = _of_type("__dict__", value)
        return data["_gradekit_peer"], data["_gradekit_id"]
    return None


def _of_type(name, cls):
    """What a stand-in for a class has itself, and not the class for which it stands."""
    return vars(type)[name].__get__(cls)


class RemoteFunction:
    # A function of the other process. No docstring: instances show that of their function.

    def __init__(self, peer, number, name, doc):
        own = object.__getattribute__(self, "__dict__")
        own.update(_gradekit_peer=peer, _gradekit_id=number, __name__=name)
        own.update(__module__="__main__", _gradekit_doc=doc)

    @property
    def __doc__(self):
        return object.__getattribute__(self, "__dict__")["_gradekit_doc"]

    @property
    def __class__(self):
        return types.FunctionType

    def __call__(self, *args, **kwargs):
        return _ask(self, "call", list(args), kwargs)

    def __get__(self, instance, owner=None):
        return self if instance is None else types.MethodType(self, instance)

    def __getattr__(self, name):
        if name.startswith(_OWN):
            raise AttributeError(name)
        if name in _FACTS:
            return self._gradekit_facts()[name]
        if name.startswith("__") and name != "__wrapped__":
            raise AttributeError(name)
        return _ask(self, "get", name)

    def __setattr__(self, name, value):
        if name.startswith("__"):
            object.__getattribute__(self, "__dict__")[name] = value
        else:
            _ask(self, "set", name, value)

    def _gradekit_facts(self):
        own = object.__getattribute__(self, "__dict__")
        if "_gradekit_known" not in own:
            own["_gradekit_known"] = own["_gradekit_peer"].facts_of(own["_gradekit_id"])
        return own["_gradekit_known"]

    def __repr__(self):
        return f"<function {self.__name__}>"


RemoteFunction.__name__ = "function"


class RemoteMethod:
    """A method of a stand-in, by its name: one message for looking it up and calling it."""

    def __init__(self, instance, name):
        own = object.__getattribute__(self, "__dict__")
        peer, number = reference(instance)
        own.update(_gradekit_peer=peer, __name__=name, __self__=instance, _gradekit_owner=number)

    @property
    def __class__(self):
        return types.MethodType

    def __call__(self, *args, **kwargs):
        return self._gradekit_peer.request(
            "method", self._gradekit_owner, self.__name__, list(args), kwargs
        )

    def __getattr__(self, name):
        if name.startswith(_OWN):
            raise AttributeError(name)
        # Whatever else is asked of a method, the function itself has.
        function = self._gradekit_peer.request("get", self._gradekit_owner, self.__name__)
        return getattr(function, name)


class RemoteIterator:
    """A generator or another iterator of the other process."""

    def __init__(self, peer, number):
        vars(self).update(_gradekit_peer=peer, _gradekit_id=number)

    @property
    def __class__(self):
        return types.GeneratorType

    def __iter__(self):
        return self

    def __next__(self):
        return _ask(self, "next")

    def send(self, value):
        """Go on, as a generator does."""
        return _ask(self, "special", "send", [value])

    def close(self):
        """End it."""
        return _ask(self, "special", "close", [])

    def throw(self, *error):
        """Raise an exception where it stands."""
        return _ask(self, "special", "throw", list(error))


RemoteIterator.__name__ = "generator"


class RemoteType(type):
    """A class of the other process; its instances here are stand-ins for instances there."""

    def __new__(mcs, name, bases, namespace):
        if "_gradekit_id" not in namespace:
            raise TypeError("a class of a test cannot be based on one of the student's process")
        return super().__new__(mcs, name, bases, namespace)

    def __call__(cls, *args, **kwargs):
        return _ask(cls, "call", list(args), kwargs)

    def __getitem__(cls, key):
        return _ask(cls, "special", "__getitem__", [key])

    def __iter__(cls):
        return _ask(cls, "special", "__iter__", [])

    def __len__(cls):
        return _ask(cls, "special", "__len__", [])

    def __bool__(cls):
        return True

    @property
    def __dict__(cls):
        return types.MappingProxyType(_ask(cls, "vars"))

    @property
    def __bases__(cls):
        return tuple(object if base is _Instance else base for base in _of_type("__bases__", cls))

    @property
    def __mro__(cls):
        return tuple(base for base in _of_type("__mro__", cls) if base is not _Instance)

    @property
    def __flags__(cls):
        abstract = inspect.TPFLAGS_IS_ABSTRACT if getattr(cls, "__abstractmethods__", ()) else 0
        return _of_type("__flags__", cls) | abstract

    def __dir__(cls):
        return _ask(cls, "dir")

    def __getattr__(cls, name):
        if name.startswith("__") and name not in _OF_CLASSES:
            raise AttributeError(name)
        peer, number = reference(cls)
        if name in _OF_CLASSES and name in (facts := peer.facts_of(number)):
            return facts[name]
        if name.startswith(("__", _OWN)):
            raise AttributeError(name)
        return peer.request("get", number, name)

    def __setattr__(cls, name, value):
        if name.startswith("__"):
            type.__setattr__(cls, name, value)
        else:
            peer, number = reference(cls)
            peer.request("set", number, name, value)

    def __delattr__(cls, name):
        _ask(cls, "del", name)


class _Instance:
    """What all stand-ins for instances have."""

    # A slot, since `__dict__` is that of the instance over there.
    __slots__ = ("_gradekit_place", "__weakref__")
    __hash__ = object.__hash__
    __array_ufunc__ = None

    def __getattr__(self, name):
        if name == "__dataclass_fields__":
            return getattr(type(self), name)
        if name.startswith(("__", _OWN)):
            raise AttributeError(name)
        if name in type.__getattribute__(type(self), "_gradekit_methods"):
            return RemoteMethod(self, name)
        return _ask(self, "get", name)

    def __setattr__(self, name, value):
        _ask(self, "set", name, value)

    def __delattr__(self, name):
        _ask(self, "del", name)

    @property
    def __dict__(self):
        return _ask(self, "vars")

    def __dir__(self):
        return _ask(self, "dir")

    def __copy__(self):
        return _ask(self, "copy", False)

    def __deepcopy__(self, memo):
        return _ask(self, "copy", True)

    def __repr__(self):
        return f"<{type(self).__name__} object>"

    def __array__(self, *args, **kwargs):
        raise Refused(f"an object of class {type(self).__name__} is no array")


_place = _Instance._gradekit_place


def _refusing(name):
    def refuse(self, *args):
        raise Refused(
            f"an object of class {type(self).__name__} came back where a test uses {name}; "
            "tests compare plain values, and objects only of classes that the exercise asks for"
        )

    return refuse


def _asking(name):
    def operate(self, *args):
        return _ask(self, "special", name, list(args))

    def compare(self, other):
        # An object that could see a plain expected value could claim to be equal to it.
        if reference(other) is None:
            return NotImplemented
        return _ask(self, "special", name, [other])

    def leave(self, kind, error, traceback):
        swallowed = _ask(self, "special", name, [kind, error, None])
        # A failed assertion of the test is the test's.
        return bool(swallowed) and not isinstance(error, AssertionError)

    def call(self, *args, **kwargs):
        return _ask(self, "call", list(args), kwargs)

    if name in ("__exit__", "__call__"):
        return leave if name == "__exit__" else call
    return compare if name in _COMPARISONS else operate


def make_type(peer, number, name, home, bases, methods, specials, accepted):
    """Make the stand-in for a class.

    Parameters
    ----------
    peer : Peer
    number : int
        The class's id over there.
    name : str
    home : tuple of str
        Its module, its name there, and its docstring.
    bases : tuple of type
        Stand-ins of its bases, or a class of exceptions.
    methods, specials : iterable of str
        Its methods by name, and its special methods.
    accepted : callable
        ``accepted(name)`` says whether a special method may be used.
    """
    marks = {"_gradekit_peer": peer, "_gradekit_id": number}
    marks["_gradekit_methods"] = frozenset(methods)
    marks |= {"__module__": "__main__", "__doc__": home[2], "__slots__": ()}
    if any(issubclass(base, BaseException) for base in bases):
        del marks["__slots__"]
        return type(name, bases, marks)
    if home[0] == "builtins" and name in _CONTAINERS:
        return RemoteType(name, (_Instance,), _container(name) | marks)
    operations = _known_class(*home[:2])
    for special in specials:
        if special in ALWAYS or (special in OPERATORS and accepted(special)):
            operations[special] = _asking(special)
        elif special == "unhashable":
            operations["__hash__"] = None
        elif special in OPERATORS and special != "__hash__":
            operations[special] = _refusing(special)
    if "__eq__" in operations and "__hash__" not in operations:
        operations["__hash__"] = object.__hash__
    return RemoteType(name, bases or (_Instance,), {**operations, **marks})


def _container(name):
    """Special methods for instances of a subclass of list, dict or set.

    They are asked of a plain copy on this side: the other one learns nothing of what it is compared
    with.
    """

    def on_plain(special):
        def operate(self, *args):
            plain = _ask(self, "plain")
            if type(plain) is not kind:
                raise Refused(f"an object of class {type(self).__name__} is no {name}")
            return getattr(plain, special)(*args)

        return operate

    kind = _CONTAINERS[name]
    asked = [special for special in vars(kind) if special in ALWAYS | OPERATORS]
    found = {special: on_plain(special) for special in asked if special not in _CHANGING}
    found |= {special: _asking(special) for special in asked if special in _CHANGING}
    return found | {"__class__": property(lambda self: kind)}


def _known_class(module, name):
    """A ``__class__`` for instances of a library's class, so that `isinstance` knows them."""
    if module in _NO_LIBRARIES or module not in sys.modules:
        return {}
    cls = getattr(sys.modules[module], name, None)
    return {"__class__": property(lambda self: cls)} if isinstance(cls, type) else {}


def parts_of_descriptor(descriptor):
    """Return the functions of a property, or of a static or class method."""
    if isinstance(descriptor, property):
        doc = descriptor.__doc__ if type(descriptor.__doc__) is str else None
        return [descriptor.fget, descriptor.fset, descriptor.fdel, doc]
    return [descriptor.__func__]


def make_descriptor(kind, parts):
    """Make one of stand-ins of its functions."""
    return _NAMED[kind](*parts)


def make_instance(peer, number, cls):
    """Make the stand-in for an instance of a stand-in class."""
    instance = object.__new__(cls)
    _place.__set__(instance, (peer, number))
    return instance
