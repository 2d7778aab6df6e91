"""Converts notebooks by one exporter, for `benchmarks.pdf`, which measures this process.

python -m benchmarks.pdf_worker EXPORTER NOTEBOOK ...
python -m benchmarks.pdf_worker {class,alone} NOTEBOOK ...
python -m benchmarks.pdf_worker many COUNT NOTEBOOK ...
"""

import copy
import shutil
import sys
import time
from pathlib import Path

import nbformat
from nbconvert.exporters import get_exporter

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main(exporter, *paths):
    """Convert, or measure the compiler by itself, or the memory of many."""
    if exporter in TASKS:
        print(*TASKS[exporter](*paths))
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


def _class(*paths):
    """Processor seconds of all, and of Typst's compiler; a first notebook warms up."""
    return _timed(paths, lambda: None)


def _alone(*paths):
    """As `_class`, but nothing is kept from one notebook for the next."""
    return _timed(paths, _forget)


def _forget():
    for name, module in list(sys.modules.items()):
        for known in vars(module).values() if name.startswith("gradekit.pdf.") else ():
            # Fonts and the template are the same for all notebooks, and have no limit.
            if hasattr(known, "cache_parameters") and known.cache_parameters()["maxsize"]:
                known.cache_clear()


def _timed(paths, before_each):
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
        before_each()
        notebook_to_pdf(nb, f"number {number}")  # another title: nothing comes from a cache
    return time.process_time() - before, spent


def _many(count, *paths):
    """Say how much memory the process has after each tenth of so many different notebooks."""
    import psutil

    from gradekit.pdf import notebook_to_pdf

    notebooks = [nbformat.read(path, as_version=4) for path in paths]
    count, seen = int(count), []
    for number in range(1, count + 1):
        nb = copy.deepcopy(notebooks[number % len(notebooks)])
        for cell in nb.cells:
            cell.source += f"\n# {number}"
        notebook_to_pdf(nb, f"number {number}")
        if number % max(count // 10, 1) == 0:
            seen.append(f"{psutil.Process().memory_info().rss / 2**20:.0f}")
    yield f"Memory of a process that made {count} different notebooks, after each tenth, in MiB:"
    yield f"{', '.join(seen)}."


TASKS = {"class": _class, "alone": _alone, "many": _many}


if __name__ == "__main__":
    main(*sys.argv[1:])
