"""Plain values as bytes and back: numbers, texts, containers, arrays.

Decoding runs no code of the other process: there is no pickle, and only data of the listed types
come out. What is no plain value is left to `Other`, which makes references of objects.
"""

import collections
import functools

import msgpack
import numpy as np

from gradekit.execution import arrays
from gradekit.execution.plain_types import (
    NAMED_TYPES,
    PLAIN,
    TEXT_TYPES,
    TEXTS,
    TYPE_NAMES,
    CannotDecode,
    CannotEncode,
)

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
        if isinstance(value, type) and value in TYPE_NAMES:
            return self._ext(_TYPE, TYPE_NAMES[value])
        if isinstance(value, np.dtype):
            return self._ext(_DTYPE, arrays.dtype_to_text(value))
        for kind, plain in PLAIN.items():
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
        name, text, _ = TEXTS[TEXT_TYPES[type(value)]]
        return self._ext(_TEXT_OF, [name, text(value)])

    def _collection(self, value):
        kind = type(value).__name__
        if kind == "deque":
            return self._ext(_COLLECTION, [kind, list(value), value.maxlen])
        if kind == "defaultdict":
            factory = value.default_factory
            known = factory if factory in TYPE_NAMES else None
            return self._ext(_COLLECTION, [kind, dict(value), known])
        return self._ext(_COLLECTION, [kind, dict(value), None])

    def _view(self, value):
        return self._ext(_VIEW, [type(value).__name__, list(value)])

    def _scalar(self, value):
        return self._ext(_SCALAR, arrays.scalar_to_parts(value))

    def _array(self, value):
        seen = self._arrays.setdefault(id(value), len(self._arrays))
        if seen < len(self._kept):
            return self._ext(_SEEN_ARRAY, seen)
        self._kept.append(value)  # so that no other array gets its id
        return self._ext(_ARRAY, arrays.to_parts(value))


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
        array = arrays.from_parts(*self.unpack(data))
        self._arrays[place] = array
        return array

    def _seen_array(self, place):
        array = self._arrays[place]
        if array is None:
            raise CannotDecode("an array inside itself")
        return array

    def _type(self, name):
        return NAMED_TYPES[name]

    def _text_of(self, parts):
        return TEXTS[parts[0]][2](parts[1])

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
    **dict.fromkeys(TEXT_TYPES, _Encoder._text_of),
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
    _SCALAR: lambda self, parts: arrays.scalar_from_parts(*parts),
    _COMPLEX: lambda self, parts: complex(*parts),
    _RANGE: lambda self, parts: range(*parts),
    _SLICE: lambda self, parts: slice(*parts),
    _DTYPE: lambda self, text: arrays.dtype_from_text(text),
    _TYPE: _Decoder._type,
    _TEXT_OF: _Decoder._text_of,
    _COLLECTION: _Decoder._collection,
    _VIEW: _Decoder._view,
    _SAME: lambda self, parts: self._other.decode_container(*parts),
    _OTHER: _Decoder._decode_other,
}
