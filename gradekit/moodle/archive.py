"""What is in a zip that strangers made, file by file, and what cannot be taken from it."""

import io
import stat
import zipfile
import zlib
from pathlib import PurePosixPath

# Nobody's notebook or scan is larger unpacked.
MOST_BYTES = 200_000_000
MOST_FILES = 2_000
_DAMAGES = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError)


def files(source, told, level=0):
    """Yield the path and the content of each file.

    Parameters
    ----------
    source : Path or bytes
        The zip.
    told : callable
        Is called with a path and a phrase for each file that is not yielded.
    level : int
        How many zips it lies in.
    """
    name = "" if isinstance(source, bytes) else source.name
    try:
        archive = zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source)
    except _DAMAGES:
        told(name, "is no zip, or damaged; download it again")
        return
    with archive:
        for info in archive.infolist()[:MOST_FILES] if level else archive.infolist():
            if info.is_dir():
                continue
            problem = _problem(info)
            data = None if problem else _read(archive, info)
            if data is None:
                told(info.filename, problem or "is damaged")
            else:
                yield info.filename.replace("\\", "/"), data
        if level and len(archive.infolist()) > MOST_FILES:
            told(name, f"has more than {MOST_FILES:,} files; the rest is left out")


def unpacked(path, data, told):
    """Yield a file, or if it is a zip itself, the files in it below its own name."""
    if not path.lower().endswith(".zip"):
        yield path, data
        return
    folder = path[: -len(".zip")]
    for inner, content in files(data, lambda name, why: told(f"{path}/{name}".rstrip("/"), why), 1):
        if inner.lower().endswith(".zip"):
            told(f"{path}/{inner}", "is a zip within a zip; hand it in unpacked")
        else:
            yield f"{folder}/{inner}", content


def _problem(info):
    path = PurePosixPath(info.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        return "has a path that leads out of its folder"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "is a link to another file"
    if info.flag_bits & 1:
        return "is protected by a password"
    if info.file_size > MOST_BYTES:
        return f"is larger than {MOST_BYTES // 1_000_000} MB"
    return None


def _read(archive, info):
    """Return the content, None if it is damaged, or longer than it says."""
    try:
        with archive.open(info) as file:
            data = file.read(MOST_BYTES + 1)
    except (*_DAMAGES, RuntimeError):
        return None
    return data if len(data) <= MOST_BYTES else None
