"""Writes the zip that students download."""

import html
import io
import zipfile
from importlib import resources
from pathlib import Path
from string import Template

from gradekit import atomic, course, submissions
from gradekit.bundle.wheel import wheel

FOLDER = "bundles"
REQUIREMENTS = "requirements.txt"
START = "START.html"
# What the notebooks need; each range was tried.
NEEDED = "jupyterlab>=4.4,<5", "ipykernel>=6.29,<8", "numpy>=2.2,<2.5", "matplotlib>=3.10,<3.12"
# The same files give the same zip. Zip knows no earlier date.
_DATE = (1980, 1, 1, 0, 0, 0)


def main(root, assignment):
    """Write bundles/<assignment>.zip.

    It holds the students' version with its data, the kit as a wheel, a requirements.txt, and a page
    that tells how to start.

    Parameters
    ----------
    root : Path
        The course's folder.
    assignment : str

    Returns
    -------
    Path
        What was written.

    Raises
    ------
    CourseError
        If there is no such assignment, or it is not released.
    """
    sources = course.notebooks(root, assignment)
    release = Path(root, "release", assignment)
    missing = [path.name for path in sources if not (release / path.name).exists()]
    if missing:
        raise course.CourseError(
            f"release/{assignment} has no {missing[0]}: run `python -m gradekit release "
            f"{assignment}` first."
        )
    given = {
        path.relative_to(release).as_posix(): path.read_bytes()
        for path in submissions.files(release)
    }
    name, files = wheel()
    given[name] = _zipped(files)
    given[REQUIREMENTS] = _requirements(given.get(REQUIREMENTS, b"").decode(), name).encode()
    given[START] = _start(assignment, [path.name for path in sources]).encode()
    place = Path(root, FOLDER, f"{assignment}.zip")
    place.parent.mkdir(exist_ok=True)
    atomic.write(place, _zipped({f"{assignment}/{path}": data for path, data in given.items()}))
    return place


def _requirements(own, wheel_name):
    """Lines for pip: what every notebook needs, the assignment's own lines, and the wheel."""
    return "\n".join([*NEEDED, *own.splitlines(), f"./{wheel_name}", ""])


def _start(assignment, notebooks):
    page = Template((resources.files("gradekit.bundle") / "start.html").read_text("utf-8"))
    return page.substitute(
        assignment=html.escape(assignment),
        notebooks=html.escape(", ".join(notebooks)),
        command=html.escape(" ".join(notebooks)),
    )


def _zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            entry = zipfile.ZipInfo(path, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return out.getvalue()
