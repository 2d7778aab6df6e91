"""The students' command that makes one PDF of all that they hand in."""

import sys

from gradekit import atomic
from gradekit.pdf.handin import HandinError, handin_to_pdf, read_part, without_outputs


def main(paths, output, title=None, name=""):
    """Write the PDF, or say what is wrong with each file; returns the exit status.

    Parameters
    ----------
    paths : list of Path
    output : Path
    title : str, optional
        By default the name of the first file's folder.
    name : str, optional
        The student's.
    """
    parts, problems = _read(paths)
    if output.resolve() in {path.resolve() for path in paths}:
        problems.append(f"{output} would be written over; choose another name with -o")
    if problems:
        for problem in problems:
            print(f"handin: {problem}.", file=sys.stderr)
        print("handin: nothing was written.", file=sys.stderr)
        return 1
    for part in parts:
        _warn(part)
    pdf = handin_to_pdf(parts, title or paths[0].resolve().parent.name or "Hand-in", name)
    try:
        atomic.write(output, pdf)
    except OSError as error:
        print(f"handin: {output} cannot be written: {error.strerror}.", file=sys.stderr)
        return 1
    print(f"{output}: {len(parts)} file{'s' * (len(parts) > 1)}, {len(pdf) / 2**20:.1f} MiB")
    return 0


def _read(paths):
    parts, problems = [], []
    for path in paths:
        try:
            parts.append(read_part(path))
        except HandinError as problem:
            problems.append(str(problem))
    return parts, problems


def _warn(part):
    """Say what a student may have forgotten."""
    if part.kind == "notebook" and (count := without_outputs(part.content)):
        cells = "1 code cell was" if count == 1 else f"{count} code cells were"
        print(
            f"{part.name}: {cells} not run; if the results belong into the PDF, run all cells,"
            " save the notebook, and repeat this command.",
            file=sys.stderr,
        )
