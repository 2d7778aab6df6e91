"""Our PDFs beside nbconvert's: the same notebooks, in one run.

    python -m benchmarks.pdf [--many 1000] [notebook ...]

By default the first graded notebooks in autograded/ (`make grade` makes them). nbconvert's webpdf
takes part if playwright is installed, with the system's chromium if there is one, and its pdf if
xelatex is installed. With --many so many different notebooks are also made by one process, to see
whether its memory grows. The report is written to build/pdf.md.
"""

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from benchmarks.measure import run

ROOT = Path(__file__).parents[1]
_MOST = 12


def main():
    """Measure, and write the report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pdf", description=__doc__)
    parser.add_argument("notebooks", nargs="*", type=Path)
    parser.add_argument("--many", type=int, default=0, metavar="N")
    options = parser.parse_args()
    notebooks = options.notebooks or sorted(ROOT.glob("autograded/*/*/*.ipynb"))[:_MOST]
    if not notebooks:
        sys.exit("There are no notebooks: make grade first, or name some.")
    if len(notebooks) == 1:
        sys.exit("One notebook tells nothing about the next: name more.")
    with tempfile.TemporaryDirectory() as folder:
        named = [_copied(path, Path(folder), at) for at, path in enumerate(notebooks)]
        rows = [_measured(exporter, named) for exporter in _exporters()]
    report = _report(rows, len(notebooks))
    report += _compiler_alone("class", notebooks) + _compiler_alone("alone", notebooks)
    if options.many:
        report += _printed("many", str(options.many), *notebooks)
    (ROOT / "build").mkdir(exist_ok=True)
    (ROOT / "build/pdf.md").write_text(report, encoding="utf-8")
    print(report)


def _copied(path, folder, number):
    """A copy beside nothing else, so that all exporters find the same."""
    place = folder / f"{number:03}_{path.stem}"
    place.mkdir()
    return Path(shutil.copy(path, place))


def _exporters():
    yield "typstpdf"
    if importlib.util.find_spec("playwright"):
        yield "webpdf"
    else:
        print("webpdf: playwright is not installed", file=sys.stderr)
    if shutil.which("xelatex"):
        yield "pdf"
    else:
        print("pdf: xelatex is not installed", file=sys.stderr)


def _measured(exporter, notebooks):
    """Convert one by one in one process; the start, with the first notebook, is told apart."""
    command = [sys.executable, "-m", "benchmarks.pdf_worker", exporter]
    first = run([*command, str(notebooks[0])], ROOT, os.environ)
    whole = run([*command, *map(str, notebooks)], ROOT, os.environ, memory=True)
    others = len(notebooks) - 1
    pages = [_pages(path.with_suffix(".pdf")) for path in notebooks]
    for path in notebooks:
        path.with_suffix(".pdf").unlink(missing_ok=True)
    made = sum(count is not None for count in pages)
    return {
        "exporter": exporter,
        "made": made,
        "cpu": (whole.cpu - first.cpu) / others,
        "wall": (whole.wall - first.wall) / others,
        "cold": first.wall,
        "memory": whole.memory.everything / 2**20,
        "pages": sum(count or 0 for count in pages),
    }


def _pages(path):
    try:
        return len(PdfReader(path).pages)
    except (OSError, PyPdfError):
        return None


def _compiler_alone(task, notebooks):
    """Say what part of our processor time Typst's compiler takes."""
    whole, compiler = map(float, _printed(task, *notebooks).split())
    what = {"class": "notebooks of one class", "alone": "notebooks with no cell in common"}[task]
    count = len(notebooks)
    return (
        f"Without nbconvert, {what}: {whole / count:.3f} CPU s per notebook, of which Typst's"
        f" compiler takes {compiler / count:.3f}: ratio {whole / compiler:.2f}.\n"
    )


def _printed(*task):
    program = [sys.executable, "-m", "benchmarks.pdf_worker", *map(str, task)]
    return subprocess.run(program, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def _report(rows, count):
    ours = rows[0]["cpu"]
    lines = [
        f"{count} notebooks, {time.strftime('%Y-%m-%d')}",
        "",
        "| exporter | made | CPU s per notebook | ratio to ours | s per notebook |"
        " first one with start, s | memory, MiB | pages |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {row['exporter']} | {row['made']} | {row['cpu']:.3f} | {row['cpu'] / ours:.1f} |"
        f" {row['wall']:.3f} | {row['cold']:.2f} | {row['memory']:.0f} | {row['pages']} |"
        for row in rows
    ]
    return "\n".join([*lines, "", ""])


if __name__ == "__main__":
    main()
