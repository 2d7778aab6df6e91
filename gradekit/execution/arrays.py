"""NumPy's arrays and numbers as plain values, with the memory layout that they have.

What a receiver makes of these parts is an array of a listed kind, in memory of its own, and not
much larger than what was sent.
"""

import types

import numpy as np
from numpy.lib.array_utils import byte_bounds

from gradekit.execution.plain_types import CannotDecode, CannotEncode

_KINDS = "biufcSUmM"
# Strided copies may not be much larger than what they hold.
_MOST_SPREAD = 64


def to_parts(value):
    """Return an array as plain values: dtype, shape, layout, whether it may be written, content.

    Parameters
    ----------
    value : numpy.ndarray
        The values inside one of dtype object may be of any kind.

    Raises
    ------
    CannotEncode
    """
    if value.dtype.kind == "O":
        return ["O", list(value.shape), "C", None, True, value.ravel().tolist()]
    if value.dtype.kind not in _KINDS:
        raise CannotEncode(f"an array of dtype {value.dtype} cannot be sent")
    order = "C" if value.flags.c_contiguous else "F" if value.flags.f_contiguous else "A"
    body = value.tobytes("F" if order == "F" else "C")
    strides = list(value.strides) if order == "A" else None
    return [value.dtype.str, list(value.shape), order, strides, value.flags.writeable, body]


def from_parts(dtype, shape, order, strides, writeable, body):
    """Return the array of which `to_parts` made these."""
    if dtype == "O":
        array = np.empty(len(body), dtype=object)
        array[:] = body
        array = array.reshape(shape)
    else:
        array = _filled(_checked_dtype(dtype), tuple(shape), order, strides, body)
    array.flags.writeable = bool(writeable)
    return array


def scalar_to_parts(value):
    """Return a number of NumPy as its dtype and its bytes."""
    array = np.asarray(value)
    if array.dtype.kind not in _KINDS:
        raise CannotEncode(f"a number of type {array.dtype} cannot be sent")
    return [array.dtype.str, array.tobytes()]


def scalar_from_parts(dtype, body):
    """Return the number of which `scalar_to_parts` made these."""
    (number,) = np.frombuffer(body, dtype=_checked_dtype(dtype))
    return number


def dtype_to_text(dtype):
    """Return the text for a dtype that travels."""
    if dtype.kind not in _KINDS + "O" or dtype.names:
        raise CannotEncode(f"the dtype {dtype} cannot be sent")
    return dtype.str


def dtype_from_text(text):
    """Return the dtype of which `dtype_to_text` made this."""
    return np.dtype("O") if text == "|O" else _checked_dtype(text)


def window_of(result, other):
    """Return [offset in bytes, shape, strides] of an array that looks into another one, or None."""
    both = isinstance(result, np.ndarray) and isinstance(other, np.ndarray)
    if not both or result.base is None or not np.may_share_memory(result, other):
        return None
    return [result.ctypes.data - other.ctypes.data, list(result.shape), list(result.strides)]


def look_into(array, dtype, offset, shape, strides):
    """Return the part of an array that a window of the other process's copy of it shows.

    The window may be forged: one that shows what is not the array's, or as another type, is None.
    """
    if not isinstance(array, np.ndarray) or array.dtype != dtype or dtype.kind not in _KINDS:
        return None
    low, high = byte_bounds(array)
    begin = array.ctypes.data + offset
    reach = [(n - 1) * step for n, step in zip(shape, strides, strict=True)]
    first, last = sum(r for r in reach if r < 0), sum(r for r in reach if r > 0)
    if 0 in shape or begin + first < low or begin + last + dtype.itemsize > high:
        return None
    memory = types.SimpleNamespace(
        __array_interface__={
            "data": (begin, not array.flags.writeable),
            "shape": tuple(shape),
            "strides": tuple(strides),
            "typestr": dtype.str,
            "version": 3,
        },
        kept=array,
    )
    return np.asarray(memory)


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
