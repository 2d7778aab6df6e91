"""Converts notebooks by one exporter, for `benchmarks.pdf`, which measures this process.

python -m benchmarks.pdf_worker EXPORTER NOTEBOOK ...
"""

import shutil
import sys
import time
from pathlib import Path

import nbformat
from nbconvert.exporters import get_exporter

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main(exporter, *paths):
    """Convert, or measure the compiler alone."""
    if exporter == "alone":
        print(*_alone(paths))
        return
    if exporter == "webpdf":
        _use_the_systems_browser()
    made = get_exporter(exporter)()
    if exporter == "webpdf":
        made.disable_sandbox = True  # as root it has none
    for path in paths:
        try:
            pdf, _ = made.from_filename(path)
        except Exception as error:
            print(f"{exporter}: {path}: {str(error)[:200]}", file=sys.stderr)
        else:
            Path(path).with_suffix(".pdf").write_bytes(pdf)


def _use_the_systems_browser():
    """Playwright looks for a browser of its own; nbconvert has no setting for another."""
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser is None:
        return
    from playwright.async_api import BrowserType

    launch = BrowserType.launch
    BrowserType.launch = lambda self, **given: launch(self, executable_path=browser, **given)


def _alone(paths):
    """Processor seconds of all, and of Typst's compiler; a first notebook warms up."""
    import typst

    from gradekit.pdf import notebook_to_pdf

    notebooks = [nbformat.read(path, as_version=4) for path in paths]
    notebook_to_pdf(notebooks[0], "warm")
    spent = 0.0
    compiler = typst.Compiler

    class Timed:
        def __init__(self, *args, **kwargs):
            nonlocal spent
            before = time.process_time()
            self._compiler = compiler(*args, **kwargs)
            spent += time.process_time() - before

        def compile(self, **kwargs):
            nonlocal spent
            before = time.process_time()
            try:
                return self._compiler.compile(**kwargs)
            finally:
                spent += time.process_time() - before

    typst.Compiler = Timed
    before = time.process_time()
    for number, nb in enumerate(notebooks):
        notebook_to_pdf(nb, f"number {number}")  # another title: nothing comes from a cache
    return time.process_time() - before, spent


if __name__ == "__main__":
    main(*sys.argv[1:])
