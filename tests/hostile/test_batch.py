"""Does one batch with everything that can go wrong end well for everybody?"""

import re
import shutil

import pytest

from .batch import HONEST, Batch
from .catalogue import CATALOGUE, EVERYTHING, POINTS

SCORES = {name: points for notebook in POINTS.values() for name, points in notebook.items()}


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    """The batch, graded once."""
    folder = tmp_path_factory.mktemp("batch")
    yield Batch(folder).run()
    shutil.rmtree(folder, ignore_errors=True)


def by_entry(test):
    """Ask a question about each submission of the catalogue."""
    return pytest.mark.parametrize("entry", CATALOGUE.values(), ids=CATALOGUE)(test)


def test_batch_ends(batch):
    """Does the command end by itself, with a status?"""
    assert batch.report["stopped"] is None, batch.output[-5000:]
    assert batch.report["status"] in (0, 1)


def test_engine_does_not_fail(batch):
    """Does the engine tell all that is wrong, without an error of its own?"""
    assert "Traceback" not in batch.output
    assert "grading software" not in batch.output


@pytest.mark.parametrize("student", HONEST)
def test_honest(batch, student):
    """Do honest students get exactly their points, whoever was graded before or beside them?"""
    expected = {name: SCORES[name] * right for name, right in HONEST[student][1].items()}
    assert {name: batch.grades[student][name][0] for name in SCORES} == expected


@by_entry
def test_points(batch, entry):
    """Does a hostile submission get the points that its answers deserve?"""
    grades = batch.grades.get(entry.student)
    if grades is None:
        assert entry.graded is not True
        return
    handed_in = {name for notebook in entry.notebooks for name in POINTS[notebook]}
    found = {name: grades[name][0] or 0 for name in EVERYTHING}
    wrong = {
        name: score
        for name, score in found.items()
        if score not in _allowed(entry, name, handed_in)
    }
    assert not wrong, batch.told(entry.student)[-3000:]


def _allowed(entry, name, handed_in):
    if name in entry.unsure:
        return (0, SCORES[name])
    return (0,) if name in entry.lost or name not in handed_in else (SCORES[name],)


@by_entry
def test_reason(batch, entry):
    """Can student or instructor read in plain words what happened?"""
    if entry.reason is None:
        return
    grades = batch.grades.get(entry.student)
    whole = grades and all(grades[name][0] for nb in entry.notebooks for name in POINTS[nb])
    if whole and not entry.always_told:
        return
    told = batch.told(entry.student)
    assert re.search(entry.reason, told), told[-3000:]


@pytest.mark.parametrize("name", [name for name, entry in CATALOGUE.items() if entry.human])
def test_human_is_asked(batch, name):
    """Is a notebook that cannot be graded put before a human?"""
    assert any(asked for _, asked in batch.grades[CATALOGUE[name].student].values())


def test_everybody_is_told_of(batch):
    """Has everybody either grades or a line that says why not?"""
    for entry in CATALOGUE.values():
        if entry.student not in batch.grades and entry.reason:
            assert batch.told(entry.student), entry.name


def test_written_answers_wait_for_a_human(batch):
    """Do written answers of honest students wait, and blank ones not?"""
    waits = {student: batch.grades[student]["why"] for student in HONEST}
    assert waits.pop("nobody") == (0, False)
    assert set(waits.values()) == {(None, True)}


@pytest.mark.parametrize("what", ["processes", "files", "mounts", "segments"])
def test_nothing_is_left(batch, what):
    """Is no process, temporary file, mount or shared memory left behind?"""
    assert batch.report[what] == []


def test_course_is_unchanged(batch):
    """Is everything in the course as it was, but for the graded notebooks and the gradebook?"""
    assert batch.changed == []


def test_machine_stays_usable(batch):
    """Were memory, processes and waiting times bounded while the batch ran?"""
    assert batch.report["memory"] < 8 << 30
    assert batch.report["threads"] < 1000
    assert batch.report["longest_gap"] < 10


def test_graded_notebooks_are_bounded(batch):
    """Does no output make a graded notebook larger than a browser can open?"""
    handed_in_large = {"huge_text", "many_cells", "long_code"}
    for student in set(batch.grades) - handed_in_large:
        for path in batch.graded_notebooks(student):
            assert path.stat().st_size < 24 << 20, path
