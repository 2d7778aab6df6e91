"""Plain values as bytes and back: numbers, texts, containers, arrays.

Decoding runs no code of the other process: there is no pickle, and only data of the listed types
come out. What is no plain value is left to `Other`, which makes references of objects.
"""

import collections
import datetime
import decimal
import fractions
import functools
import pathlib

import msgpack
import numpy as np

# Extension types; the numbers are part of the protocol between two processes of one version.
(
    _TUPLE,
    _SET,
    _FROZENSET,
    _ARRAY,
    _SEEN_ARRAY,
    _SCALAR,
    _COMPLEX,
    _INT,
    _RANGE,
    _SLICE,
    _ELLIPSIS,
    _DTYPE,
    _TYPE,
    _TEXT_OF,
    _COLLECTION,
    _VIEW,
    _SAME,
    _OTHER,
) = range(18)

_KINDS = "biufcSUmM"
# Strided copies may not be much larger than what they hold.
_MOST_SPREAD = 64


class CannotDecode(ValueError):
    """Bytes that no honest process makes."""


class CannotEncode(TypeError):
    """A value that does not travel."""


class Other:
    """What is done about objects that are no plain values."""

    def encode(self, value):
        """Return a plain value that stands for the object.

        Raises
        ------
        CannotEncode
        """
        raise CannotEncode(f"a value of type {type(value).__name__} cannot be sent")

    def encode_container(self, value):
        """Return what stands for an instance of a subclass of list, dict or set, or None."""
        return None

    def decode_container(self, plain, stands_for):
        """Return the plain value of such an instance, or the object."""
        return plain

    def decode(self, stands_for):
        """Return the object that a plain value, from `encode` of the other side, stands for."""
        raise CannotDecode("an object came that nobody announced")


def encode(value, other):
    """Return a value as bytes.

    Parameters
    ----------
    value : object
    other : Other

    Raises
    ------
    CannotEncode
        If a part of it does not travel.
    """
    return _Encoder(other).pack(value)


def decode(data, other):
    """Return the value that `encode` made bytes of.

    Raises
    ------
    CannotDecode
        If the bytes are not such.
    """
    try:
        return _Decoder(other).unpack(data)
    except CannotDecode:
        raise
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError) as error:
        raise CannotDecode(f"bytes that are no value: {type(error).__name__}") from None
    except (msgpack.UnpackException, ArithmeticError, MemoryError, AttributeError) as error:
        raise CannotDecode(f"bytes that are no value: {type(error).__name__}") from None


class _Encoder:
    def __init__(self, other):
        self._other = other
        self._arrays = {}
        self._kept = []

    def pack(self, value):
        try:
            # With strict types all but exact plain ones come to `_default`, numpy's float64 too.
            return msgpack.packb(
                value, default=self._default, strict_types=True, unicode_errors="surrogatepass"
            )
        except (ValueError, RecursionError) as error:
            raise CannotEncode(f"a value is nested too deeply or too large: {error}") from None

    def _ext(self, code, parts):
        return msgpack.ExtType(code, self.pack(parts))

    def _default(self, value):
        rule = _RULES.get(type(value))
        if rule is not None:
            return rule(self, value)
        if isinstance(value, np.generic):
            return self._scalar(value)
        if isinstance(value, np.ndarray):
            return self._array(np.asarray(value))
        if isinstance(value, type) and value in _TYPE_NAMES:
            return self._ext(_TYPE, _TYPE_NAMES[value])
        if isinstance(value, np.dtype):
            return self._ext(_DTYPE, _dtype_text(value))
        for kind, plain in _PLAIN.items():
            if isinstance(value, kind):
                return self._subclass(value, plain(value))
        return self._ext(_OTHER, self._other.encode(value))

    def _subclass(self, value, plain):
        """The plain part of an instance of a subclass: its own methods decide about nothing."""
        fields = getattr(type(value), "_fields", None)
        if type(plain) is tuple and type(fields) is tuple:
            return self._ext(_COLLECTION, [type(value).__name__, list(plain), list(fields)])
        own = self._other.encode_container(value) if type(plain) in (list, dict, set) else None
        return self._ext(_SAME, [plain, own])

    def _int(self, value):
        return msgpack.ExtType(_INT, b"%x" % value if value >= 0 else b"-%x" % -value)

    def _tuple(self, value):
        return self._ext(_TUPLE, list(value))

    def _set(self, value):
        return self._ext(_SET, list(value))

    def _frozenset(self, value):
        return self._ext(_FROZENSET, list(value))

    def _complex(self, value):
        return self._ext(_COMPLEX, [value.real, value.imag])

    def _range(self, value):
        return self._ext(_RANGE, [value.start, value.stop, value.step])

    def _slice(self, value):
        return self._ext(_SLICE, [value.start, value.stop, value.step])

    def _ellipsis(self, value):
        return msgpack.ExtType(_ELLIPSIS, b"" if value is ... else b"not implemented")

    def _text_of(self, value):
        name, text, _ = _TEXTS[_TEXT_TYPES[type(value)]]
        return self._ext(_TEXT_OF, [name, text(value)])

    def _collection(self, value):
        kind = type(value).__name__
        if kind == "deque":
            return self._ext(_COLLECTION, [kind, list(value), value.maxlen])
        if kind == "defaultdict":
            factory = value.default_factory
            known = factory if factory in _TYPE_NAMES else None
            return self._ext(_COLLECTION, [kind, dict(value), known])
        return self._ext(_COLLECTION, [kind, dict(value), None])

    def _view(self, value):
        return self._ext(_VIEW, [type(value).__name__, list(value)])

    def _scalar(self, value):
        array = np.asarray(value)
        if array.dtype.kind not in _KINDS:
            raise CannotEncode(f"a number of type {array.dtype} cannot be sent")
        return self._ext(_SCALAR, [array.dtype.str, array.tobytes()])

    def _array(self, value):
        seen = self._arrays.setdefault(id(value), len(self._arrays))
        if seen < len(self._kept):
            return self._ext(_SEEN_ARRAY, seen)
        self._kept.append(value)  # so that no other array gets its id
        if value.dtype.kind == "O":
            body, order = value.ravel().tolist(), "C"
            return self._ext(_ARRAY, ["O", list(value.shape), order, None, True, body])
        if value.dtype.kind not in _KINDS:
            raise CannotEncode(f"an array of dtype {value.dtype} cannot be sent")
        order = "C" if value.flags.c_contiguous else "F" if value.flags.f_contiguous else "A"
        body = value.tobytes("F" if order == "F" else "C")
        strides = list(value.strides) if order == "A" else None
        head = [value.dtype.str, list(value.shape), order, strides, value.flags.writeable]
        return self._ext(_ARRAY, [*head, body])


class _Decoder:
    def __init__(self, other):
        self._other = other
        self._arrays = []

    def unpack(self, data):
        return msgpack.unpackb(
            data,
            ext_hook=self._ext,
            strict_map_key=False,
            unicode_errors="surrogatepass",
        )

    def _ext(self, code, data):
        if code == _INT:
            return int(data, 16)
        if code == _ELLIPSIS:
            return NotImplemented if data else ...
        if code == _ARRAY:
            return self._array(data)
        if not 0 <= code <= _OTHER:
            raise CannotDecode("an unknown kind of value")
        parts = self.unpack(data)
        return _BUILDERS[code](self, parts)

    def _array(self, data):
        place = len(self._arrays)
        self._arrays.append(None)  # arrays are counted in the order in which they begin
        dtype, shape, order, strides, writeable, body = self.unpack(data)
        if dtype == "O":
            array = np.empty(len(body), dtype=object)
            array[:] = body
            array = array.reshape(shape)
        else:
            array = _filled(_checked_dtype(dtype), tuple(shape), order, strides, body)
        array.flags.writeable = bool(writeable)
        self._arrays[place] = array
        return array

    def _seen_array(self, place):
        array = self._arrays[place]
        if array is None:
            raise CannotDecode("an array inside itself")
        return array

    def _type(self, name):
        return _NAMED_TYPES[name]

    def _scalar(self, parts):
        (number,) = np.frombuffer(parts[1], dtype=_checked_dtype(parts[0]))
        return number

    def _text_of(self, parts):
        return _TEXTS[parts[0]][2](parts[1])

    def _collection(self, parts):
        kind, body, most = parts
        if kind == "deque":
            return collections.deque(body, most)
        if kind == "defaultdict":  # a function that makes missing entries does not travel
            return collections.defaultdict(most, body)
        if kind in _DICTS:
            return _DICTS[kind](body)
        return _named_tuple(kind, tuple(most))(*body)

    def _view(self, parts):
        kind, body = parts
        if kind == "dict_items":
            return dict(body).items()
        if kind == "dict_values":
            return dict(enumerate(body)).values()
        return dict.fromkeys(body).keys()

    def _decode_other(self, parts):
        return self._other.decode(parts)


_DICTS = {"OrderedDict": collections.OrderedDict, "Counter": collections.Counter}


@functools.cache
def _named_tuple(name, fields):
    return collections.namedtuple(name, fields)  # refuses what is no identifier


def _checked_dtype(text):
    dtype = np.dtype(text)
    if dtype.kind not in _KINDS or dtype.names or dtype.subdtype:
        raise CannotDecode("an array of an unknown type")
    return dtype


def _filled(dtype, shape, order, strides, body):
    """An array with its own memory, in the layout that the sender's had."""
    plain = np.frombuffer(bytearray(body), dtype=dtype)
    if order == "F":
        return plain.reshape(shape, order="F")
    plain = plain.reshape(shape)
    if order != "A" or not plain.size:
        return plain
    reach = [(n - 1) * step for n, step in zip(shape, strides, strict=True)]
    low, high = sum(r for r in reach if r < 0), sum(r for r in reach if r > 0)
    if high - low > _MOST_SPREAD * max(plain.nbytes, 1024):
        return plain  # only the layout is lost
    memory = np.zeros(high - low + dtype.itemsize, dtype=np.uint8)
    spread = np.ndarray(shape, dtype, buffer=memory, offset=-low, strides=strides)
    spread[...] = plain
    return spread


def _dtype_text(dtype):
    if dtype.kind not in _KINDS + "O" or dtype.names:
        raise CannotEncode(f"the dtype {dtype} cannot be sent")
    return dtype.str


def plain_part(value):
    """Return what an instance of a subclass of a plain type holds, without asking the subclass."""
    return next(plain(value) for kind, plain in _PLAIN.items() if isinstance(value, kind))


# How a subclass's instance becomes what it is based on, without a method of the subclass.
_PLAIN = {
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

_NAMED_TYPES = {
    **{kind.__name__: kind for kind in (bool, int, float, complex, str, bytes, list, tuple)},
    **{kind.__name__: kind for kind in (dict, set, frozenset, range, slice, object, type(None))},
    "numpy.ndarray": np.ndarray,
    "numpy.generic": np.generic,
    "numpy.number": np.number,
    "numpy.floating": np.floating,
    "numpy.integer": np.integer,
    **{f"numpy.{kind.__name__}": kind for kind in set(np.sctypeDict.values())},
}
_TYPE_NAMES = {kind: name for name, kind in _NAMED_TYPES.items()}

# name: (name, value to text, text to value)
_TEXTS = {
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
_TEXT_TYPES = {
    decimal.Decimal: "Decimal",
    fractions.Fraction: "Fraction",
    datetime.datetime: "datetime",
    datetime.date: "date",
    datetime.time: "time",
    pathlib.PurePosixPath: "PurePosixPath",
    pathlib.PosixPath: "PosixPath",
}

_RULES = {
    int: _Encoder._int,
    tuple: _Encoder._tuple,
    set: _Encoder._set,
    frozenset: _Encoder._frozenset,
    complex: _Encoder._complex,
    range: _Encoder._range,
    slice: _Encoder._slice,
    type(...): _Encoder._ellipsis,
    type(NotImplemented): _Encoder._ellipsis,
    np.ndarray: _Encoder._array,
    **dict.fromkeys(_TEXT_TYPES, _Encoder._text_of),
    **dict.fromkeys(
        (
            collections.OrderedDict,
            collections.defaultdict,
            collections.Counter,
            collections.deque,
        ),
        _Encoder._collection,
    ),
    **dict.fromkeys(
        (type({}.keys()), type({}.values()), type({}.items())),
        _Encoder._view,
    ),
}

_BUILDERS = {
    _TUPLE: lambda self, parts: tuple(parts),
    _SET: lambda self, parts: set(parts),
    _FROZENSET: lambda self, parts: frozenset(parts),
    _SEEN_ARRAY: _Decoder._seen_array,
    _SCALAR: _Decoder._scalar,
    _COMPLEX: lambda self, parts: complex(*parts),
    _RANGE: lambda self, parts: range(*parts),
    _SLICE: lambda self, parts: slice(*parts),
    _DTYPE: lambda self, text: np.dtype("O") if text == "|O" else _checked_dtype(text),
    _TYPE: _Decoder._type,
    _TEXT_OF: _Decoder._text_of,
    _COLLECTION: _Decoder._collection,
    _VIEW: _Decoder._view,
    _SAME: lambda self, parts: self._other.decode_container(*parts),
    _OTHER: _Decoder._decode_other,
}
