"""Pictures: where they come from, and whether they can be shown."""

import base64
import binascii
import re
import struct
from pathlib import Path
from urllib.parse import unquote

MAX_PIXELS = 40_000_000
MAX_BYTES = 50_000_000
DATA_URI = re.compile(r"data:image/[\w.+-]+(?P<base64>;base64)?,(?P<data>.*)", re.DOTALL | re.I)
ON_THE_INTERNET = re.compile(r"(https?:)?//", re.IGNORECASE)
SIGNATURES = {
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "jpg": re.compile(rb"\xff\xd8\xff"),
    "gif": re.compile(rb"GIF8[79]a"),
    "webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
    "svg": re.compile(
        rb"(?:\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg",
        re.DOTALL,
    ),
}
SVG_SIZE = re.compile(rb"""\s(width|height|viewBox)\s*=\s*["']([^"']*)["']""")
SVG_LENGTH = re.compile(rb"\s*(\d+\.?\d*|\.\d+)(px|pt|mm|cm|in|em)?\s*")
SVG_UNITS = {b"px": 1, b"pt": 1.333, b"mm": 3.78, b"cm": 37.8, b"in": 96, b"em": 16}


class PictureError(ValueError):
    """The picture cannot be shown; the text says why, as the end of "it ..."."""


def find(url, attachments, folder, root=None):
    """Return the bytes of a picture that a notebook refers to.

    Parameters
    ----------
    url : str
        As in the notebook: an attachment, a data URI or a file.
    attachments : dict
        A cell's attachments: name to {MIME type: base64}.
    folder : Path or None
        The folder of the notebook; None if files are not looked for.
    root : Path, optional
        The folder in and below which files may lie; by default everywhere.

    Raises
    ------
    PictureError
    """
    if url.startswith("attachment:"):
        name = unquote(url.removeprefix("attachment:"))
        files = attachments.get(name)
        if not files:
            raise PictureError(f"is not attached to its cell ({name})")
        return decode(next(iter(files.values())))
    if inside := DATA_URI.match(url):
        data = unquote(inside["data"])
        return decode(data) if inside["base64"] else data.encode()
    if ON_THE_INTERNET.match(url):
        raise PictureError(f"is on the internet ({url})")
    return _file(url, folder, root)


def _file(url, folder, root):
    if folder is None or not url:
        raise PictureError(f"is not part of the notebook ({url})")
    try:
        path = next(
            (
                path
                for name in (url, unquote(url), url.split("?")[0])
                if (path := Path(folder, name).resolve()).is_file()
            ),
            None,
        )
        if path is None:
            raise PictureError(f"is not there ({url})")
        if root is not None and not path.is_relative_to(Path(root).resolve()):
            raise PictureError(f"lies outside of the notebook's folder ({url})")
        if path.stat().st_size > MAX_BYTES:
            raise PictureError(f"is too large ({url})")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        if isinstance(error, PictureError):
            raise
        raise PictureError(f"cannot be read ({url})") from error


def decode(text):
    """Return the bytes of base64 text, b"" if it is not base64."""
    try:
        return base64.b64decode("".join(text).encode("ascii", "replace"))
    except (binascii.Error, ValueError):
        return b""


def kind_and_size(data):
    """Return a picture's kind and its (width, height) in pixels, None if its head does not tell.

    Raises
    ------
    PictureError
        If it cannot be shown at all.
    """
    kind = next((kind for kind, begin in SIGNATURES.items() if begin.match(data)), None)
    size = _pixels(kind, data)
    if kind is None:
        raise PictureError("cannot be read")
    if size and (size[0] * size[1] > MAX_PIXELS or 0 in size):
        raise PictureError(f"is too large or empty ({size[0]} x {size[1]} pixels)")
    return kind, size


def _pixels(kind, data):
    try:
        if kind == "png":
            return struct.unpack(">II", data[16:24])
        if kind == "gif":
            return struct.unpack("<HH", data[6:10])
        if kind == "jpg":
            return _jpeg_pixels(data)
        if kind == "svg":
            return _svg_pixels(data)
    except struct.error:
        pass
    return None


def _jpeg_pixels(data):
    at = 2
    while at < len(data):
        marker, length = struct.unpack(">xBH", data[at : at + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None


def _svg_pixels(data):
    """Return the size in a drawing's first tag, or that of its view box."""
    head = data[: data.find(b">", data.find(b"<svg")) + 1]
    given = dict(SVG_SIZE.findall(head))
    numbers = [float(number) for number in re.findall(rb"[\d.]+", given.get(b"viewBox", b""))]
    box = dict(zip((b"width", b"height"), numbers[2:4], strict=False))
    sides = []
    for side in (b"width", b"height"):
        asked = SVG_LENGTH.fullmatch(given.get(side, b""))
        number = float(asked[1]) * SVG_UNITS[asked[2] or b"px"] if asked else box.get(side)
        sides.append(number)
    return tuple(sides) if all(sides) else None
