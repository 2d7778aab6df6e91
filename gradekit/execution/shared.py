"""Modules that both processes have: what of them travels by its name.

The tests send functions of such a module as a reference to its code, with what the code needs from
around it, so that what measures a student's function runs where that function lives. Nothing of
the hidden tests is sent: only code that students were given anyway.
"""

import builtins
import dataclasses
import math
import operator
import sys
import types

import numpy as np

from gradekit.execution import values

_LIBRARIES = {"builtins": builtins, "math": math, "operator": operator, "numpy": np}
# A module names here the functions that must run in the process of the function that they are
# given: those that call it, count its steps, or read its source.
BESIDE = "__beside__"


class AsCode:
    """A function that is to be sent as a reference to its code."""

    def __init__(self, function):
        self.function = function


class SharedModules:
    """The side that sends and receives plain data of shared modules only.

    Parameters
    ----------
    modules : dict of str to module
        By name. On the answers' side they are copies that no student's code has touched.
    """

    def __init__(self, modules):
        self.modules = modules

    def encode(self, peer, value):
        """Return what stands for a value of a shared module, or None."""
        cls = type(value)
        if cls.__module__ in self.modules and dataclasses.is_dataclass(value):
            fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
            return ["shared", "data", cls.__module__, cls.__qualname__, fields]
        return None

    def decode(self, peer, kind, *parts):
        """Return the value that `encode` of the other side was given."""
        if kind != "data":
            raise values.CannotDecode("code cannot come from here")
        return self._data(*parts)

    def _data(self, module, name, fields):
        cls = self._attribute(module, name)
        if not (isinstance(cls, type) and dataclasses.is_dataclass(cls)):
            raise values.CannotDecode("no such data")
        names = [field.name for field in dataclasses.fields(cls)]
        if list(fields) != names:
            raise values.CannotDecode("data with other parts")
        instance = object.__new__(cls)
        for name, value in fields.items():
            object.__setattr__(instance, name, value)
        return instance

    def _attribute(self, module, path):
        found = self.modules.get(module)
        for name in path.split("."):
            found = getattr(found, name, None)
        return found

    def exception_name(self, cls):
        """(module, name) of a class of exceptions of a shared module, or None."""
        module, name = cls.__module__, cls.__qualname__
        return [module, name] if module in self.modules and "<" not in name else None

    def exception(self, module, name):
        """The class with that name."""
        cls = self._attribute(module, name)
        if not (isinstance(cls, type) and issubclass(cls, BaseException)):
            raise values.CannotDecode("no such exception")
        return cls


class TestsSide(SharedModules):
    """Also sends functions and classes by name, and code of functions that are to run beside."""

    def encode(self, peer, value):
        if isinstance(value, AsCode):
            return self._encode_code(value.function) or peer.encode(value.function)
        named = _library_name(value) or self._name(value)
        if named:
            return ["shared", "name", *named]
        return super().encode(peer, value)

    def _name(self, value):
        module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", "")
        if not isinstance(value, (type, types.FunctionType)) or module not in self.modules:
            return None
        # A function that runs beside was replaced on this side by one that sends it.
        return [module, name] if self._attribute(module, name) is value else None

    def _encode_code(self, function):
        if not isinstance(function, types.FunctionType) or function.__module__ not in self.modules:
            return None
        cells = [cell.cell_contents for cell in function.__closure__ or ()]
        return [
            "shared",
            "code",
            function.__module__,
            function.__qualname__,
            function.__code__.co_firstlineno,
            [_nested(content) for content in cells],
            list(function.__defaults__ or ()),
            dict(function.__kwdefaults__ or {}),
            {key: value for key, value in vars(function).items() if key == "__wrapped__"},
        ]


class AnswersSide(SharedModules):
    """Also makes functions from references to the code of its own copies."""

    def decode(self, peer, kind, *parts):
        if kind == "name":
            return self._named(*parts)
        if kind == "code":
            return self._function(*parts)
        return super().decode(peer, kind, *parts)

    def _named(self, module, path):
        if module in self.modules:
            return self._attribute(module, path)
        found = _LIBRARIES[module]
        for name in path.split("."):
            found = getattr(found, name)
        return found

    def _function(self, module, path, line, closure, defaults, kwdefaults, attributes):
        home = self.modules[module]
        function = types.FunctionType(
            self._code(home, path, line),
            vars(home),
            path.rpartition(".")[2],
            tuple(defaults),
            tuple(types.CellType(content) for content in closure),
        )
        function.__kwdefaults__ = kwdefaults or None
        vars(function).update(attributes)
        return function

    def _code(self, home, path, line):
        outer, *inner = path.split(".<locals>.")
        found = home
        for name in outer.split("."):
            found = vars(found)[name]
        code = getattr(found, "__func__", found).__code__
        for name in inner:
            code = next(
                constant
                for constant in code.co_consts
                if isinstance(constant, types.CodeType)
                and constant.co_name == name
                and (name != inner[-1] or constant.co_firstlineno == line)
            )
        return code


def _nested(content):
    """What stands in a closure; functions of shared modules among it are code as well."""
    return AsCode(content) if isinstance(content, types.FunctionType) else content


def _library_name(value):
    if isinstance(value, np.ufunc):
        name = value.__name__
        return ["numpy", name] if getattr(np, name, None) is value else None
    if not isinstance(value, (types.BuiltinFunctionType, types.FunctionType, type)):
        return None
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", "")
    home = _LIBRARIES.get(module) or (np if str(module).startswith("numpy") else None)
    if home is None or getattr(home, name, None) is not value:
        return None
    return ["numpy" if home is np else module, name]


def leads_to(value, is_there, depth=6):
    """Does a function lead to an object for which `is_there` holds, by what it refers to?"""
    if is_there(value):
        return True
    if depth == 0:
        return False
    parts = []
    if isinstance(value, types.FunctionType):
        for cell in value.__closure__ or ():
            try:
                parts.append(cell.cell_contents)
            except ValueError:  # not filled yet
                continue
        parts += [*(value.__defaults__ or ()), vars(value).get("__wrapped__")]
    elif isinstance(value, (list, tuple)):
        parts = value[:20]
    elif isinstance(value, dict):
        parts = list(value.values())[:20]
    elif hasattr(value, "func") and hasattr(value, "keywords"):  # functools.partial
        parts = [value.func, *value.args, *value.keywords.values()]
    elif isinstance(value, types.MethodType):
        parts = [value.__self__, value.__func__]
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = [getattr(value, field.name, None) for field in dataclasses.fields(value)]
    return any(leads_to(part, is_there, depth - 1) for part in parts)


def names_beside(module):
    """Names of the functions of a module that run beside the student's."""
    return tuple(getattr(module, BESIDE, ()))


def loaded(names):
    """The modules of these names that are imported."""
    return {name: sys.modules[name] for name in names if name in sys.modules}
