"""Do plain values survive the way to the other process, and does nothing else come out?"""

import collections
import decimal

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradekit.execution import values

_NONE = values.Other()
_NUMBERS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.complex_numbers(), st.text(),
    st.binary(),
)  # fmt: skip
_VALUES = st.recursive(
    _NUMBERS,
    lambda inner: st.one_of(
        st.lists(inner), st.tuples(inner, inner), st.dictionaries(st.text(), inner)
    ),
    max_leaves=10,
)


def there_and_back(value):
    return values.decode(values.encode(value, _NONE), _NONE)


@given(_VALUES)
def test_does_a_nested_value_come_back_as_it_was(value):
    assert repr(there_and_back(value)) == repr(value)


@given(hnp.arrays(hnp.scalar_dtypes(), hnp.array_shapes(min_dims=0, min_side=0)))
def test_does_an_array_come_back_with_its_type_shape_and_bytes(array):
    if array.dtype.kind == "V":
        return
    back = there_and_back(array)
    assert (back.dtype, back.shape) == (array.dtype, array.shape)
    assert back.tobytes() == array.tobytes()


_X = np.arange(24.0).reshape(4, 6)


@pytest.mark.parametrize(
    "array", [_X[:, ::2], _X[::-1], np.asfortranarray(_X), _X.T, np.broadcast_to(_X[0], (3, 6))]
)
def test_is_the_layout_in_memory_kept(array):
    back = there_and_back(array)
    assert back.strides == array.strides
    assert np.array_equal(back, array)


def test_is_a_read_only_array_read_only_over_there():
    fixed = _X.copy()
    fixed.flags.writeable = False
    assert not there_and_back(fixed).flags.writeable
    assert there_and_back(_X).flags.writeable


def test_is_one_array_twice_still_one_array():
    one, other, third = there_and_back([_X, _X, _X.copy()])
    assert one is other
    assert one is not third


@pytest.mark.parametrize(
    "value",
    [
        np.float32(1.5),
        np.bool_(True),
        2**100,
        -(2**70),
        {1, 2},
        frozenset("ab"),
        range(3, 9, 2),
        slice(1, None, 2),
        ...,
        np.dtype("<f4"),
        float,
        np.float32,
        np.ndarray,
        decimal.Decimal("1.50"),
        collections.Counter("aab"),
        collections.OrderedDict(b=1, a=2),
        collections.deque([1, 2], maxlen=3),
        {(1, 2): "tuples as keys"},
        "lone surrogate \ud800",
    ],
)
def test_does_a_value_keep_its_type(value):
    back = there_and_back(value)
    assert type(back) is type(value)
    assert back == value


def test_is_an_instance_of_a_subclass_only_what_it_is_based_on():
    class Liar(float):
        def __eq__(self, other):
            return True

        __hash__ = float.__hash__

    back = there_and_back(Liar(3.0))
    assert type(back) is float
    assert back != 4.0


def test_does_a_named_tuple_keep_its_names():
    back = there_and_back(collections.namedtuple("Point", "x y")(1, 2))
    assert (back.x, back.y, type(back).__name__) == (1, 2, "Point")


@pytest.mark.parametrize("value", [object(), lambda: 0, (i for i in "a"), type("Own", (), {})])
def test_is_an_object_refused_where_nobody_makes_references(value):
    with pytest.raises(values.CannotEncode):
        values.encode(value, _NONE)


@given(st.binary(max_size=200))
def test_do_random_bytes_give_a_value_or_a_clear_error(data):
    try:
        values.decode(data, _NONE)
    except values.CannotDecode:
        return


@pytest.mark.parametrize(
    "data",
    [
        b"\x91" * 100_000 + b"\xc0",  # lists in lists
        b"\xc7\x02\x00" * 50_000,  # extensions in extensions
        b"\xdd\xff\xff\xff\xff",  # a list that claims four billion entries
        b"\xc6\xff\xff\xff\xff",  # bytes that claim four gigabytes
        b"\xd4\x63x",  # an unknown extension
    ],
)
def test_are_recursive_and_lying_bytes_refused(data):
    with pytest.raises(values.CannotDecode):
        values.decode(data, _NONE)


def test_does_an_array_that_claims_another_size_end_as_an_error():
    good = values.encode(np.zeros(3), _NONE)
    with pytest.raises(values.CannotDecode):
        values.decode(good.replace(b"\x91\x03", b"\x91\x7f"), _NONE)
