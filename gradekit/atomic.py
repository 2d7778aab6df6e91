"""Files that are there as a whole, or not at all."""

import os


def write(path, data):
    """Write a file to the side and rename it, so that a crash leaves no half of it.

    Parameters
    ----------
    path : Path
        Its folder has to exist.
    data : bytes
    """
    beside = path.with_name(f"{path.name}.part{os.getpid()}")
    try:
        beside.write_bytes(data)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
