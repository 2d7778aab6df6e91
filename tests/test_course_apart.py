"""Do our course's tests judge the reference solutions from a process of their own?

A release runs each notebook three times, and tells what differs; here once must do.
"""

import json
from pathlib import Path

import pytest

from gradekit import course
from gradekit.execution.job import Job
from gradekit.execution.notebook import execute
from gradekit.grading import folders, modules

ROOT = Path(__file__).parents[1]
NOTEBOOKS = [
    pytest.param(assignment, path, id=path.stem)
    for assignment in course.assignments(ROOT)
    for path in course.notebooks(ROOT, assignment)
]


@pytest.mark.parametrize(("assignment", "path"), NOTEBOOKS)
def test_reference_solutions_pass(assignment, path):
    """Does every cell end well, and no test cell only beside the answers unless it is marked?"""
    if reason := course.reason_to_skip(ROOT, assignment):
        pytest.skip(reason)
    source = course.read_notebook(path)
    ran = execute(_job(assignment, path, source))
    assert (ran.fault, ran.events, ran.ask_human) == (None, [], {})
    cells = json.loads(ran.notebook)["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    assert [output["evalue"] for output in outputs if output["output_type"] == "error"] == []


def _job(assignment, path, source):
    text = json.dumps(source)
    others = {folder.name for folder in path.parents[1].glob("*/")} - {assignment}
    files, _ = folders.read(path.parent, [])
    return Job(
        name=f"source/{assignment}/{path.stem}",
        notebook=text,
        source=text,
        files=files,
        given=frozenset(files),
        modules=modules.of_notebook(ROOT, others, source.cells),
        together=frozenset(
            course.grade_id(cell) for cell in source.cells if course.runs_together(cell)
        ),
        in_place=frozenset("*"),
    )
