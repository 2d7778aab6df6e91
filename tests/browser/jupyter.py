"""A JupyterLab that runs in a course's folder, and a browser that works in it."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
TOKEN = "browser-test"


def environment(root):
    """Return the environment in which programs find a course's modules and settings."""
    return {
        **os.environ,
        "PATH": os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]]),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")])),
        "JUPYTER_CONFIG_DIR": str(root / ".jupyter"),
    }


@contextlib.contextmanager
def running(root):
    """Run JupyterLab in a folder; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root"]
    command += [f"--port={port}", f"--IdentityProvider.token={TOKEN}", "--ServerApp.port_retries=0"]
    address = f"http://127.0.0.1:{port}"
    with (root / ".jupyter.log").open("w") as log:
        started = subprocess.Popen(
            command, cwd=root, stdout=log, stderr=log, env=environment(root)
        )
        try:
            _wait_for(f"{address}/api?token={TOKEN}", started)
            yield address
        finally:
            started.terminate()
            started.wait()


def _wait_for(address, process):
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert process.poll() is None, "JupyterLab ended"
        try:
            urllib.request.urlopen(address, timeout=5)
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise AssertionError("JupyterLab does not answer")


@contextlib.contextmanager
def logged_in(browser, server, width=1200, height=900):
    """Open a page that has logged in; nothing from the internet is loaded."""
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.route(lambda url: not url.startswith(server), lambda route: route.abort())
    page.goto(f"{server}/login?token={TOKEN}")
    yield page
    context.close()


def run_all(page, address):
    """Open a notebook in JupyterLab and run its cells."""
    page.goto(address)
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=60_000)
    # Before there is a kernel, running a cell asks for one.
    page.get_by_text("| Idle").wait_for(timeout=60_000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
