"""The installed kit as a wheel, which students install without a package index of ours."""

import base64
import hashlib
import importlib.metadata
from importlib import resources

PACKAGE = "gradekit"
# Where it stands after an installation, and beside a source tree that is installed in place.
_TOLD = {
    "METADATA": ("METADATA", "PKG-INFO"),
    "entry_points.txt": ("entry_points.txt",),
}
# Of the binary distribution format, version 1.0 (PEP 427).
_WHEEL = "Wheel-Version: 1.0\nGenerator: gradekit\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def wheel():
    """Return the name and the files of a wheel of this package.

    It is made of what is installed, so it needs neither the source tree nor the internet.

    Returns
    -------
    str
        The wheel's file name.
    dict of str to bytes
        Its files, by path.
    """
    installed = importlib.metadata.distribution(PACKAGE)
    info = f"{PACKAGE}-{installed.version}.dist-info"
    files = {f"{PACKAGE}/{name}": data for name, data in _modules(resources.files(PACKAGE))}
    for name, where in _TOLD.items():
        text = next(filter(None, map(installed.read_text, where)))
        files[f"{info}/{name}"] = text.encode()
    files[f"{info}/WHEEL"] = _WHEEL.encode()
    lines = [f"{path},sha256={_digest(data)},{len(data)}" for path, data in sorted(files.items())]
    record = f"{info}/RECORD"
    files[record] = "\n".join([*lines, f"{record},,", ""]).encode()
    return f"{PACKAGE}-{installed.version}-py3-none-any.whl", files


def _modules(folder):
    """Yield the relative path and the content of each file of a package."""
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir() and entry.name != "__pycache__":
            for name, data in _modules(entry):
                yield f"{entry.name}/{name}", data
        elif entry.is_file():
            yield entry.name, entry.read_bytes()


def _digest(data):
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
