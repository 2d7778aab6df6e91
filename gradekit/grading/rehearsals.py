"""What running the instructor's own solution says about an assignment's tests; asked once."""

import contextlib
import dataclasses
import hashlib
import json
import os
import tempfile
from pathlib import Path

from gradekit import fingerprint
from gradekit.execution.job import Job
from gradekit.execution.rehearsal import Rehearsal, rehearse
from gradekit.grading.executors import NoWorkers, reason


def of(assignment, limits, executor):
    """Rehearse the notebooks of an assignment, as far as that was not done before.

    Parameters
    ----------
    assignment : assignment.Assignment
    limits : Limits
    executor : Executor

    Returns
    -------
    dict of str to Rehearsal
        By the notebook's name.
    """
    found, running = {}, {}
    for name, notebook in assignment.notebooks.items():
        job = _job(assignment, notebook, limits)
        place = _place(job)
        found[name] = _kept(place)
        if found[name] is None:
            running[name] = place, executor.submit(rehearse, job)
    for name, (place, future) in running.items():
        try:
            found[name] = future.result()
        except NoWorkers:
            raise
        except Exception as error:
            found[name] = Rehearsal(fault=f"the reference solution did not run: {reason(error)}")
        if not found[name].fault:
            _keep(place, found[name])
    return found


def _job(assignment, notebook, limits):
    return Job(
        name=f"source/{assignment.name}/{notebook.name}",
        notebook=notebook.source,
        source=notebook.source,
        files=assignment.files,
        given=frozenset(assignment.files),
        modules=notebook.modules,
        limits=limits,
        unprotected=True,  # it is the instructor's
        together=notebook.together,
    )


def _place(job):
    """Where the outcome is kept: in the user's cache, under a name made from all that decides."""
    digest = hashlib.sha256(f"{fingerprint.of_engine()} {job.limits} {job.source}".encode())
    digest.update(repr(sorted(job.together)).encode())
    for files in (job.files, job.modules.files):
        for name, content in sorted(files.items()):
            digest.update(f"{name} {len(content)} ".encode(errors="surrogateescape"))
            digest.update(content)
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache, "gradekit", "rehearsals", f"{digest.hexdigest()}.json")


def _kept(place):
    try:
        kept = json.loads(place.read_text(encoding="utf-8"))
        return Rehearsal(**{**kept, "in_place": frozenset(kept["in_place"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _keep(place, rehearsal):
    kept = {**dataclasses.asdict(rehearsal), "in_place": sorted(rehearsal.in_place)}
    with contextlib.suppress(OSError):  # then it is rehearsed again next time
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=place.parent, delete=False
        ) as file:
            json.dump(kept, file)
        os.replace(file.name, place)
