"""What `inspect`, `typing` and `dataclasses` can tell of the other process's functions."""

import contextlib
import dataclasses
import inspect
import linecache
import types

from gradekit.execution import cell_lines, values

# Makes `inspect` say what kind of function it is.
_KINDS = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR


def describe(target):
    """Return facts about a function or class as plain values."""
    inner = inspect.unwrap(target)
    parts = (inner, *getattr(inner, "__dict__", {}).values())
    code = next((p.__code__ for p in parts if isinstance(p, types.FunctionType)), None)
    facts = dict.fromkeys(("parameters", "code", "fields", "abstract"))
    with contextlib.suppress(Exception):
        facts["parameters"] = list(map(_parameter, inspect.signature(target).parameters.values()))
    facts["qualname"] = str(getattr(target, "__qualname__", ""))
    facts["returns"] = _plain(getattr(target, "__annotations__", {}).get("return"))
    if code is not None:
        facts["code"] = [code.co_filename, code.co_firstlineno, code.co_name]
        facts["code"] += [code.co_flags & _KINDS, list(code.co_varnames[: code.co_argcount])]
        facts["source"] = "".join(linecache.getlines(code.co_filename))
    if isinstance(target, type):
        facts["abstract"] = sorted(getattr(target, "__abstractmethods__", ()))
        if dataclasses.is_dataclass(target):
            facts["fields"] = [field.name for field in dataclasses.fields(target)]
    return facts


def _parameter(parameter):
    default, annotation = parameter.default, parameter.annotation
    return [
        parameter.name,
        int(parameter.kind),
        [] if default is parameter.empty else _plain(default) or [...],
        [] if annotation is parameter.empty else _plain(annotation),
    ]


def _plain(value):
    """[value], or [] if it does not travel."""
    try:
        values.encode(value, values.Other())
    except values.CannotEncode:
        return []
    return [value]


def build(facts):
    """Return what a stand-in shows, from `describe`'s plain values."""
    parameters = [
        inspect.Parameter(
            name,
            kind,
            default=default[0] if default else inspect.Parameter.empty,
            annotation=annotation[0] if annotation else inspect.Parameter.empty,
        )
        for name, kind, default, annotation in facts["parameters"] or ()
    ]
    known = {p.name: p.annotation for p in parameters if p.annotation is not p.empty}
    if facts["returns"]:
        known["return"] = facts["returns"][0]
    by_name = {p.name: p.default for p in parameters if p.default is not p.empty}
    only = {p.name for p in parameters if p.kind is p.KEYWORD_ONLY}
    found = {
        "__code__": _code(facts),
        "__qualname__": str(facts["qualname"]),
        "__signature__": None,
        "__annotations__": known,
        "__defaults__": tuple(v for k, v in by_name.items() if k not in only) or None,
        "__kwdefaults__": {k: v for k, v in by_name.items() if k in only} or None,
    }
    if facts["parameters"] is not None:
        found["__signature__"] = inspect.Signature(parameters)
    if facts["abstract"] is not None:
        found["__abstractmethods__"] = frozenset(facts["abstract"])
    if facts["fields"] is not None:
        cls = dataclasses.make_dataclass("Fields", map(str, facts["fields"]))
        found["__dataclass_fields__"] = cls.__dataclass_fields__
    return found


def _code(facts):
    """Code that does nothing, and says where the other one stands."""
    file, line, name, flags, arguments = facts["code"] or ("<elsewhere>", 1, "elsewhere", 0, [])
    file = str(file)
    if facts["code"] and cell_lines.is_cell(file):
        source = str(facts.get("source", ""))
        linecache.cache.setdefault(file, (len(source), None, source.splitlines(True), file))
    else:  # no file of this side can be pointed at
        file = "<elsewhere>"
    blank = compile("", file, "exec")
    return blank.replace(
        co_name=str(name),
        co_firstlineno=int(line),
        co_flags=blank.co_flags | flags & _KINDS,
        co_argcount=len(arguments),
        co_varnames=tuple(map(str, arguments)),
        co_nlocals=len(arguments),
    )
