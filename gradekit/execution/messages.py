"""What may come from a kernel: the few kinds of messages that nbclient understands, well formed.

A kernel runs a student's code, which can write anything to the socket. What passes here can be
put into a notebook, validated, and written as UTF-8.
"""

_DEEPEST = 50
_STREAMS = ("stdout", "stderr")


def checked(kind, content):
    """The content of a message as nbclient needs it, or None if it is not well formed.

    Parameters
    ----------
    kind : str
        Type of the message.
    content : object
        From JSON.
    """
    check = _CHECKS.get(kind) if isinstance(kind, str) else None
    if check is None or not isinstance(content, dict) or not _is_plain(content):
        return None
    return check(_encodable(content))


def buffers(texts):
    """The binary parts of a message, which travel as hexadecimal digits."""
    if not isinstance(texts, list):
        return []
    try:
        return [bytes.fromhex(text) for text in texts]
    except (TypeError, ValueError):
        return []


def _is_plain(value, depth=0):
    """Is it shallow enough for everything that walks through notebooks?"""
    if isinstance(value, (dict, list)):
        inner = value.values() if isinstance(value, dict) else value
        return depth < _DEEPEST and all(_is_plain(item, depth + 1) for item in inner)
    return True


def _encodable(value):
    """The value without the halves of surrogate pairs, which UTF-8 cannot have."""
    if isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            return value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    elif isinstance(value, dict):
        return {_encodable(key): _encodable(item) for key, item in value.items()}
    elif isinstance(value, list):
        return [_encodable(item) for item in value]
    return value


def _stream(content):
    name, text = content.get("name"), content.get("text")
    if name in _STREAMS and isinstance(text, str):
        return {"name": name, "text": text}
    return None


def _display(content):
    data, metadata = content.get("data"), content.get("metadata")
    transient = content.get("transient") or {}
    if not isinstance(data, dict) or not isinstance(transient, dict):
        return None
    if not all(_is_bundle_item(kind, item) for kind, item in data.items()):
        return None
    metadata = metadata if isinstance(metadata, dict) else {}
    return {"data": data, "metadata": metadata, "transient": _display_id(transient)}


def _display_id(transient):
    name = transient.get("display_id")
    return {"display_id": name} if isinstance(name, str) else {}


def _is_bundle_item(kind, item):
    """Text of a media type, or any JSON if the type is a JSON type."""
    if "json" in kind:
        return True
    return isinstance(item, str) or (
        isinstance(item, list) and all(isinstance(line, str) for line in item)
    )


def _error(content):
    texts = [content.get("ename"), content.get("evalue")]
    lines = content.get("traceback")
    if not isinstance(lines, list) or not all(isinstance(text, str) for text in texts + lines):
        return None
    return {"ename": texts[0], "evalue": texts[1], "traceback": lines}


def _reply(content):
    if content.get("status") == "ok":
        return {"status": "ok"}
    if content.get("status") == "error" and (error := _error(content)):
        return error | {"status": "error"}
    return None


def _status(content):
    return {"execution_state": "idle"} if content.get("execution_state") == "idle" else None


def _clear(content):
    return {"wait": bool(content.get("wait"))}


def _comm(content):
    data = content.get("data")
    if not isinstance(content.get("comm_id"), str) or not isinstance(data, dict):
        return None
    if not isinstance(data.get("state", {}), dict):
        return None
    paths = data.get("buffer_paths") or []
    if not isinstance(paths, list) or not all(isinstance(path, list) for path in paths):
        return None
    return content


_CHECKS = {
    "stream": _stream,
    "display_data": _display,
    "update_display_data": _display,
    "execute_result": _display,
    "error": _error,
    "execute_reply": _reply,
    "status": _status,
    "doubt": lambda content: {},
    "abandon": lambda content: {},
    "clear_output": _clear,
    "comm_open": _comm,
    "comm_msg": _comm,
    "comm_close": _comm,
}
