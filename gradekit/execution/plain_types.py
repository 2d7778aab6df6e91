"""Which values are plain: those that travel as copies, and how the smaller kinds are written."""

import datetime
import decimal
import fractions
import pathlib

import numpy as np


class CannotDecode(ValueError):
    """Bytes that no honest process makes."""


class CannotEncode(TypeError):
    """A value that does not travel."""


def plain_part(value):
    """Return what an instance of a subclass of a plain type holds, without asking the subclass."""
    return next(plain(value) for kind, plain in PLAIN.items() if isinstance(value, kind))


# How a subclass's instance becomes what it is based on, without a method of the subclass.
PLAIN = {
    int: int.__int__,
    float: float.__float__,
    complex: lambda value: complex(complex.real.__get__(value), complex.imag.__get__(value)),
    str: str.__str__,
    bytes: lambda value: bytes.__getitem__(value, slice(None)),
    list: list.copy,
    tuple: lambda value: tuple.__getitem__(value, slice(None)),
    dict: lambda value: dict(dict.items(value)),
    set: lambda value: set(set.__iter__(value)),
    frozenset: lambda value: frozenset(frozenset.__iter__(value)),
}

NAMED_TYPES = {
    **{kind.__name__: kind for kind in (bool, int, float, complex, str, bytes, list, tuple)},
    **{kind.__name__: kind for kind in (dict, set, frozenset, range, slice, object, type(None))},
    "numpy.ndarray": np.ndarray,
    "numpy.generic": np.generic,
    "numpy.number": np.number,
    "numpy.floating": np.floating,
    "numpy.integer": np.integer,
    **{f"numpy.{kind.__name__}": kind for kind in set(np.sctypeDict.values())},
}
TYPE_NAMES = {kind: name for name, kind in NAMED_TYPES.items()}

# name: (name, value to text, text to value)
TEXTS = {
    name: (name, text, build)
    for name, text, build in (
        ("Decimal", str, decimal.Decimal),
        ("Fraction", str, fractions.Fraction),
        ("datetime", datetime.datetime.isoformat, datetime.datetime.fromisoformat),
        ("date", datetime.date.isoformat, datetime.date.fromisoformat),
        ("time", datetime.time.isoformat, datetime.time.fromisoformat),
        ("PurePosixPath", str, pathlib.PurePosixPath),
        ("PosixPath", str, pathlib.Path),
    )
}
TEXT_TYPES = {
    decimal.Decimal: "Decimal",
    fractions.Fraction: "Fraction",
    datetime.datetime: "datetime",
    datetime.date: "date",
    datetime.time: "time",
    pathlib.PurePosixPath: "PurePosixPath",
    pathlib.PosixPath: "PosixPath",
}
