"""What a kernel sends is somebody else's bytes: only what is well formed comes through."""

import json
import struct

import pytest

from gradekit.execution.frames import Reader, frame, packed
from gradekit.execution.messages import checked

DEEP = json.loads("[" * 200 + "]" * 200)
BUNDLE = {"data": {"text/plain": "x"}, "metadata": {}, "transient": {"display_id": "a"}}
ERROR = {"ename": "E", "evalue": "v", "traceback": ["line"]}


def read(*pieces, largest=100):
    reader = Reader(largest)
    messages = [message for piece in pieces for message, _ in reader.feed(piece)]
    return messages, reader.dropped


def test_frames_in_pieces():
    """Are frames put together whatever the sizes of the pieces that arrive?"""
    data = packed({"a": 1}) + packed({"b": [2]})
    for size in range(1, len(data)):
        pieces = [data[begin : begin + size] for begin in range(0, len(data), size)]
        assert read(*pieces) == ([{"a": 1}, {"b": [2]}], 0)


@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
def test_frame_too_long(size):
    """Is a frame that is too long skipped without being kept, and the next one read?"""
    data = frame(b"x" * 5_000) + packed({"a": 1})
    pieces = [data[begin : begin + size] for begin in range(0, len(data), size)]
    reader = Reader(100)
    messages = []
    for piece in pieces:
        messages += reader.feed(piece)
        assert len(reader._bytes) <= max(104, size)
    assert [message for message, _ in messages] == [{"a": 1}]
    assert reader.dropped == 1


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"garbage \xff\xfe",
        b"[1, 2]",
        b"{",
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        b"\x80\x04]q\x00.",
    ],
    ids=lambda payload: payload[:20].decode("latin-1"),
)
def test_frame_that_is_no_message(payload):
    """Is a frame dropped that is not an object in JSON, or that JSON's reader fails at?"""
    messages, dropped = read(frame(payload) + packed({"a": 1}), largest=1_000_000)
    assert messages == [{"a": 1}]
    assert dropped == 1


def test_announced_length():
    """Does it cost no memory to announce a frame of four gigabytes?"""
    reader = Reader(100)
    assert reader.feed(struct.pack(">I", 2**32 - 1) + b"x" * 1000) == []
    assert len(reader._bytes) == 0


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("stream", {"name": "stdout", "text": "x"}),
        ("display_data", BUNDLE),
        ("execute_result", BUNDLE),
        ("update_display_data", BUNDLE),
        ("error", ERROR),
        ("execute_reply", {"status": "ok"}),
        ("execute_reply", {"status": "error"} | ERROR),
        ("status", {"execution_state": "idle"}),
        ("clear_output", {"wait": True}),
        ("comm_msg", {"comm_id": "c", "data": {"state": {}}}),
    ],
)
def test_well_formed(kind, content):
    """Does what ipykernel sends come through as it is?"""
    assert checked(kind, content) == content


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("nonsense", {}),
        (None, {}),
        (["stream"], {"name": "stdout", "text": "x"}),
        ("stream", None),
        ("stream", ["stdout", "x"]),
        ("stream", {"name": "stdin", "text": "x"}),
        ("stream", {"name": "stdout", "text": 3}),
        ("stream", {"name": "stdout"}),
        ("display_data", {"data": "x", "metadata": {}}),
        ("display_data", {"data": {"text/plain": 3}, "metadata": {}}),
        ("display_data", {"data": {"text/plain": ["a", 3]}, "metadata": {}}),
        ("display_data", {"data": {"application/json": DEEP}, "metadata": {}}),
        ("display_data", BUNDLE | {"transient": "x"}),
        ("error", ERROR | {"traceback": "line"}),
        ("error", ERROR | {"traceback": [None]}),
        ("error", ERROR | {"ename": None}),
        ("execute_reply", {"status": "aborted"}),
        ("execute_reply", {"status": "error"}),
        ("execute_reply", {}),
        ("status", {"execution_state": "busy"}),
        ("comm_open", {"comm_id": 3, "data": {}}),
        ("comm_open", {"comm_id": "c", "data": {"state": []}}),
        ("comm_msg", {"comm_id": "c", "data": {"buffer_paths": [3]}}),
    ],
)
def test_malformed(kind, content):
    """Is a message refused that would make nbclient or nbformat fail?"""
    assert checked(kind, content) is None


def test_display_id_that_is_no_text():
    """Is an id dropped that nbclient could not look up?"""
    assert checked("display_data", BUNDLE | {"transient": {"display_id": []}})["transient"] == {}


def test_surrogates():
    """Can all that comes through be written as UTF-8?"""
    content = checked("stream", {"name": "stdout", "text": "a\ud800b"})
    content["text"].encode("utf-8")
    data = checked("display_data", {"data": {"\udfff/json": ["\udfff"]}, "metadata": {}})
    json.dumps(data, ensure_ascii=False).encode("utf-8")
