"""Which files of the host a Python process needs, and nothing else of it.

All of /usr is among them: a course, its gradebook and its exchange should not lie there.
"""

import functools
import os
import site
import sys
from pathlib import Path

# Links on most systems, folders on some.
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_SETTINGS = (
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/matplotlibrc",
    "/etc/mime.types",
    "/etc/timezone",
)
_PROCESSORS = "/sys/devices/system/cpu"
_PARTS_OF_A_PREFIX = ("bin", "etc", "lib", "lib64", "pyvenv.cfg", "share")
# nbgrader's exchange was there once: other students' work.
COVERED = ("/usr/local/share/nbgrader",)


def _prefixes():
    """Folders that this interpreter is installed in, by all the names that lead there."""
    program = Path(os.path.realpath(sys.executable))
    named = [Path(sys.prefix), Path(sys.base_prefix), program.parent.parent]
    return dict.fromkeys([*named, *(Path(os.path.realpath(p)) for p in named)])


def _installation():
    # Of a prefix only the parts that an installation makes: a course's own folder may be one.
    parts = [prefix / part for prefix in _prefixes() for part in _PARTS_OF_A_PREFIX]
    if site.ENABLE_USER_SITE:
        parts.append(Path(site.getusersitepackages()))
    return [part for part in parts if not part.is_relative_to("/usr")]


@functools.cache
def layout():
    """What the new root folder is made of.

    Returns
    -------
    links : list of (str, str)
        Where a link leads, and its path.
    binds : list of (str, str)
        The real path of a file or folder of the host, and its path inside.
    """
    links, binds = [], []
    for path in [*map(Path, _SYSTEM), *_installation(), *map(Path, (*_SETTINGS, _PROCESSORS))]:
        if path.is_symlink():
            links.append((os.readlink(path), str(path)))
        elif path.exists():
            binds.append((os.path.realpath(path), str(path)))
    return links, binds
