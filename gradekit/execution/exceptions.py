"""Exceptions that cross from one process to the other, and the lines of cells that they name."""

import builtins
import importlib
import linecache
import re
import sys
import types

# Where classes of exceptions are looked up by name; all of them are imported already.
_KNOWN = ("builtins", "numpy.exceptions", "numpy.linalg", "decimal", "json.decoder", "queue")
_KNOWN += ("asyncio.exceptions", "copy", "dataclasses", "re", "statistics", "struct", "subprocess")
_MOST_FRAMES = 40
_MOST_LINES, _MOST_LENGTH = 1 << 16, 1 << 10
_SHOWN = "_gradekit_shown"
_COLOR = re.compile(r"\x1b\[[0-9;]*m")


def known_class(module, name):
    """The class of exceptions with this name that both processes have, or None."""
    if module not in _KNOWN:
        return None
    cls = getattr(builtins if module == "builtins" else importlib.import_module(module), name, None)
    return cls if isinstance(cls, type) and issubclass(cls, BaseException) else None


def known_name(cls):
    """(module, name) of a class that both processes have, or None."""
    module, name = cls.__module__, cls.__qualname__
    if known_class(module, name) is cls:
        return [module, name]
    module = {"numpy.linalg.linalg": "numpy.linalg", "numpy.linalg._linalg": "numpy.linalg"}.get(
        module
    )
    return [module, name] if module and known_class(module, name) is cls else None


def build(cls, args, text):
    """Make an exception without running code of its class that the other side could choose."""
    try:
        error = cls.__new__(cls, *args)
        error.args = tuple(args)
        if str(error) == text:
            return error
    except Exception:
        error = None
    # Some classes keep their text elsewhere, or want other arguments.
    named = type(cls.__name__, (cls,), {"__module__": cls.__module__, "__str__": lambda e: text})
    try:
        error = named.__new__(named, text)
        error.args = (text,)
    except Exception:
        error = Exception(text)
    return error


def outside(traceback, kit):
    """A traceback without the frames of the kit's files; None if no frame is left."""
    frames = []
    while traceback is not None:
        frame = traceback.tb_frame
        if not frame.f_code.co_filename.startswith(kit) and _SHOWN not in frame.f_globals:
            frames.append(traceback)
        traceback = traceback.tb_next
    chain = None
    for frame in reversed(frames[-_MOST_FRAMES:]):
        chain = types.TracebackType(chain, frame.tb_frame, frame.tb_lasti, frame.tb_lineno)
    return chain


def lines_of_cells(error):
    """Return [file, function, number, text] of the lines of cells through which an error came."""
    found, traceback = [], error.__traceback__
    while traceback is not None:
        code, number = traceback.tb_frame.f_code, traceback.tb_lineno
        if is_cell(code.co_filename) and number is not None:
            text = linecache.getline(code.co_filename, number)
            found.append([code.co_filename, code.co_name, number, text[:_MOST_LENGTH]])
        traceback = traceback.tb_next
    return found[-_MOST_FRAMES:]


def traceback_of(lines):
    """A traceback through these lines of the other process; nothing of it can be run or looked at.

    Parameters
    ----------
    lines : list of list
        From `lines_of_cells` of the other side, which may send what it likes.

    Returns
    -------
    types.TracebackType or None
    """
    chain = None
    for file, name, number, text in reversed(lines[:_MOST_FRAMES]):
        if is_cell(file) and type(name) is str and remember_line(file, number, text):
            code = _frame.__code__.replace(
                co_filename=file, co_name=name, co_qualname=name, co_firstlineno=number
            )
            frame = types.FunctionType(code, {_SHOWN: True, "sys": sys})()
            chain = types.TracebackType(chain, frame, 0, number)
    return chain


# On one line, so that all of its code is on the first.
_frame = lambda: sys._getframe()  # noqa: E731


def is_cell(file):
    """Is this the name of a cell's text, or of one that was compiled anew?"""
    return type(file) is str and ("ipykernel" in file or file.startswith("<"))


def remember_line(file, number, text):
    """Let what asks for a line of a cell of the other process find it; tells whether it is one."""
    if not (type(number) is int and 0 < number < _MOST_LINES and type(text) is str):
        return False
    _, _, known, _ = linecache.cache.get(file, (0, None, [], file))
    known += ["\n"] * (number - len(known))
    if not known[number - 1].strip():
        known[number - 1] = text[:_MOST_LENGTH]
    linecache.cache[file] = len(known), None, known, file
    return True


def is_frame(text):
    """Is this a part of IPython's traceback that shows a frame?"""
    plain = _COLOR.sub("", text).lstrip()
    return plain.startswith(("Cell In[", "File "))
