"""Does nbgrader's autograde keep its settings and flags, and what becomes of odd runs?"""

import json
import logging
import os
import stat

import nbformat
import pytest
from nbgrader.preprocessors import ClearOutput, Execute, NbGraderPreprocessor, SaveAutoGrades

from gradekit import course, fingerprint, release, stock
from gradekit.execution.job import MIB, Event, Result
from gradekit.grading import executors, steps, summary
from gradekit.grading.executors import WorkerDied
from gradekit.sandbox import Protection


def _grade(released, settings=None, student="*", force=False, **more):
    """Grade; returns nbgrader's answer: success, log, error."""
    api = stock.api(released.root, {"CourseDirectory": more, **(settings or {})})
    return api.autograde("warmup", student, force=force)


def _mark(released, student):
    path = released.root / "autograded" / student / "warmup" / fingerprint.NAME
    return path.stat().st_mtime_ns if path.exists() else None


def _top(released, student, notebook="adding"):
    return released.autograded(student, notebook).cells[0].source


# --- what is graded -----------------------------------------------------------------------------


def test_only_what_changed(released, pretender):
    """Are submissions graded that are new, changed or forced, and no others?"""
    for student in ("ann", "ben"):
        released.hand_in(student)
    _grade(released)
    assert len(pretender.jobs) == 4
    assert "0 of 2 submissions are new or changed" in _grade(released)["log"]
    released.answer("ben", "adding", {"add": "def add(a, b): return a + b"})
    _grade(released)
    assert [job.name for job in pretender.jobs[4:]] == ["ben/warmup/adding", "ben/warmup/doubling"]
    _grade(released, force=True)
    assert len(pretender.jobs) == 10


@pytest.mark.parametrize("student", ["a,b", "ann[1]", "*", "two\nlines", "ren\udce9"])
def test_ids_that_nobody_can_have(released, pretender, student):
    """Is a folder whose name is no id left out, and the way out told?"""
    for name in ("ann", student):
        released.hand_in(name)
    answer = _grade(released)
    assert not answer["success"] and f"{student!r} is no student id: rename" in answer["log"]
    assert {job.name.partition("/")[0] for job in pretender.jobs} == {"ann"}


def test_one_notebook(released, pretender):
    """Does --notebook grade that one, and leave the other one as it was?"""
    released.hand_in("ann")
    _grade(released)
    released.answer("ann", "adding", {"add": "changed"})
    released.answer("ann", "doubling", {"double": "changed"})
    _grade(released, notebook_id="add*")
    assert [job.name for job in pretender.jobs[2:]] == ["ann/warmup/adding"]
    sources = [cell.source for cell in released.autograded("ann", "adding").cells]
    assert "changed" in sources
    sources = [cell.source for cell in released.autograded("ann", "doubling").cells]
    assert "changed" not in sources
    _grade(released, notebook_id="add*")
    assert len(pretender.jobs) == 3
    _grade(released)
    assert len(pretender.jobs) == 5


def test_entry_that_is_gone(released, pretender):
    """Is somebody graded again whose entry the gradebook has lost?"""
    released.hand_in("ann")
    _grade(released)
    with stock.gradebook(released.root) as book:
        book.remove_submission("warmup", "ann")
    _grade(released)
    assert len(pretender.jobs) == 4


def test_excluded_students(released, pretender):
    """Are excluded students left alone?"""
    for student in ("ann", "ben"):
        released.hand_in(student)
    assert _grade(released, student_id_exclude="ann")["success"]
    assert set(released.grades()) == {"ben"}


def test_student_who_must_not_be_created(released, pretender):
    """Is a student whom the gradebook does not know an error, and the others graded?"""
    for student in ("ann", "ben"):
        released.hand_in(student)
    with stock.gradebook(released.root) as book:
        book.add_student("ben")
    api = stock.api(released.root)
    result = api.autograde("warmup", "*", create=False)
    assert not result["success"]
    assert "No student with ID 'ann' exists" in result["log"]
    assert set(released.grades()) == {"ben"}


# --- nbgrader's settings ------------------------------------------------------------------------


def test_limits(released, pretender):
    """Do limits come from the settings, the seconds of a cell from nbgrader's own?"""
    released.hand_in("ann", ["adding"])
    _grade(released, {"Execute": {"timeout": 7}, "Autograde": {"memory_limit": 100}})
    limits = pretender.jobs[0].limits
    assert limits.cell_seconds == 7 and limits.memory == 100 * MIB
    _grade(released, {"Execute": {"timeout": None}, "Autograde": {"notebook_timeout": 50}})
    assert pretender.jobs[-1].limits.cell_seconds == 50


def test_no_execute(released, pretender):
    """Does --no-execute keep the outputs that came, and score them?"""
    folder = released.hand_in("ann", ["adding"])

    def claim(nb):
        for cell in nb.cells:
            if cell.cell_type == "code":
                cell.execution_count = 1
                cell.outputs = [nbformat.v4.new_output("stream", text="claimed")]

    released.edit(folder / "adding", claim)
    _grade(released, {"Execute": {"enabled": False}, "ClearOutput": {"enabled": False}})
    assert pretender.jobs == []
    assert "claimed" in str(released.autograded("ann", "adding").cells)
    assert released.grades()["ann"]["add_core"] == (2, False)


class Shout(NbGraderPreprocessor):
    """A step that a course has added."""

    def preprocess(self, nb, resources):
        for cell in nb.cells:
            cell.metadata[resources["nbgrader"]["student"]] = self.__class__.__name__
        return nb, resources


class ShoutLater(Shout):
    pass


def test_steps_of_a_course(released, pretender):
    """Do steps that a course has added run, before and after the notebook, and nbgrader's not?"""
    released.hand_in("ann", ["adding"])
    lists = {
        "sanitize_preprocessors": [ClearOutput, Shout],
        "autograde_preprocessors": [Execute, "nbgrader.preprocessors.SaveAutoGrades", ShoutLater],
    }
    _grade(released, {"Autograde": lists})
    assert json.loads(pretender.jobs[0].notebook)["cells"][0]["metadata"]["ann"] == "Shout"
    assert released.autograded("ann", "adding").cells[0].metadata["ann"] == "ShoutLater"
    assert released.grades()["ann"]["add_core"] == (2, False)
    before, after = steps._split([ClearOutput, Shout], [Shout, Execute, SaveAutoGrades, ShoutLater])
    assert (before, after) == ([ClearOutput, Shout, Shout], [ShoutLater])


def test_hooks(released, pretender):
    """Are a course's hooks called once per submission, before and after?"""
    called = []
    hooks = {
        "pre_convert_hook": lambda **names: called.append(("pre", len(names["notebooks"]))),
        "post_convert_hook": lambda **names: called.append(("post", len(names["notebooks"]))),
    }
    released.hand_in("ann")
    _grade(released, {"Autograde": hooks})
    assert called == [("pre", 2), ("post", 2)]


def test_permissions(released, pretender):
    """Are graded files read-only, and can they be graded again all the same?"""
    folder = released.hand_in("ann", ["adding"])
    (folder / "data").mkdir()
    (folder / "data" / "own.csv").write_text("1")
    for _ in range(2):
        _grade(released, force=True)
    graded = released.root / "autograded" / "ann" / "warmup"
    for name in ("adding.ipynb", "data/own.csv", "nn_utils.py"):
        assert stat.S_IMODE((graded / name).stat().st_mode) == 0o444


def test_files_that_are_gone(released, pretender):
    """Does grading again remove what is no longer handed in?"""
    folder = released.hand_in("ann", ["adding"])
    (folder / "own.csv").write_text("1")
    _grade(released)
    (folder / "own.csv").unlink()
    _grade(released)
    assert not (released.root / "autograded" / "ann" / "warmup" / "own.csv").exists()


# --- what is told -------------------------------------------------------------------------------


def test_events_are_told(released, pretender):
    """Does a limit that was hit stand on top of the notebook and in the summary, with its cell?"""
    released.hand_in("ann", ["adding"])
    event = Event("time", 4, "It was stopped after 20 seconds.")

    def answer(job):
        nb = json.loads(job.notebook)
        nb["cells"][4]["execution_count"] = 3
        return Result(json.dumps(nb), events=[event])

    pretender.answer = answer
    result = _grade(released)
    assert result["success"]
    assert "ann: In [3]: It was stopped after 20 seconds." in result["log"]
    told = "**Notes from grading**\n\n- In \\[3\\]: It was stopped after 20 seconds."
    assert _top(released, "ann") == told


def test_fault_is_told(released, pretender):
    """Does a notebook that did not run to its end wait for a human, with the reason?"""
    for student in ("ann", "ben"):
        released.hand_in(student, ["adding"])

    def answer(job):
        fault = "The kernel would not start." if job.name.startswith("ann") else None
        return Result(job.notebook, fault=fault) if fault else None

    pretender.answer = answer
    result = _grade(released)
    assert not result["success"] and "Not graded to the end: ann" in result["error"]
    assert "1 submission needs a human" in result["log"]
    assert "The kernel would not start." in _top(released, "ann")
    assert released.grades()["ann"]["add_core"] == (0, True)
    assert released.grades()["ben"]["add_core"] == (2, False)
    assert _mark(released, "ann")  # it would come to the same


def test_worker_that_died(released, pretender):
    """Is a submission whose worker died told, and tried again in the next run?"""
    released.hand_in("ann", ["adding"])

    def answer(job):
        raise WorkerDied("ended")

    pretender.answer = answer
    assert "the process that ran it ended, twice" in _grade(released)["log"]
    assert released.grades()["ann"]["add_core"] == (0, True)
    assert _mark(released, "ann") is None
    pretender.answer = lambda job: None
    assert _grade(released)["success"]
    assert released.grades()["ann"]["add_core"] == (2, False)


def test_test_that_asks_a_human(released, pretender):
    """Does one test cell wait for a human when the engine cannot tell its score?"""
    released.hand_in("ann", ["adding"])
    asked = {"add_core": "it spoke nonsense"}
    pretender.answer = lambda job: Result(job.notebook, ask_human=asked)
    result = _grade(released)
    assert "add_core is to be graded by hand: it spoke nonsense" in result["log"]
    assert released.grades()["ann"]["add_core"] == (0, True)
    assert released.grades()["ann"]["add_edges"] == (0, False)


def test_error_in_the_engine(released, pretender, monkeypatch):
    """Does an error of the engine itself cost one submission its grade, and nobody else's?"""
    for student in ("ann", "ben"):
        released.hand_in(student)
    complete = steps.Steps.complete

    def fail(self, submission):
        if submission.student == "ann":
            raise LookupError("unforeseen")
        complete(self, submission)

    monkeypatch.setattr(steps.Steps, "complete", fail)
    result = _grade(released)
    assert "error in the grading software (LookupError: unforeseen)" in result["log"]
    assert released.grades()["ann"]["add_core"] == (0, True)
    assert released.grades()["ben"]["add_core"] == (2, False)
    assert "LookupError: unforeseen" in _top(released, "ann")
    assert (released.root / "submitted" / "ann" / "warmup" / "adding.ipynb").exists()
    assert _mark(released, "ann") is None and _mark(released, "ben")


def test_words_of_students_are_no_markup(released, pretender):
    """Can a student's file name not bring HTML or Markdown into the notes?"""
    folder = released.hand_in("ann", ["adding"])
    (folder / "<b>*x*.csv").symlink_to("nowhere")
    _grade(released)
    assert "- &lt;b&gt;\\*x\\*.csv is a link" in _top(released, "ann")


# --- runs that cannot be ------------------------------------------------------------------------


def test_assignment_that_is_not_registered(released, pretender):
    """Is the way out said when the gradebook lacks the assignment?"""
    released.hand_in("ann")
    os.remove(released.root / "gradebook.db")
    result = _grade(released)
    assert not result["success"]
    assert "register it first: nbgrader generate_assignment warmup" in result["log"]


def test_other_language(released, pretender):
    """Is an assignment for another language's kernel refused, and nobody given 0 points?"""
    released.hand_in("ann")

    def speak_r(nb):
        nb.metadata.kernelspec = {"name": "ir", "display_name": "R", "language": "R"}

    released.edit(released.root / "source" / "warmup" / "adding", speak_r)
    result = _grade(released)
    assert not result["success"] and "written in R" in result["log"]
    assert released.grades() == {}


def test_source_that_is_gone(released, pretender):
    """Is a missing source notebook named?"""
    released.hand_in("ann")
    (released.root / "source" / "warmup" / "adding.ipynb").unlink()
    assert "source/warmup/adding.ipynb cannot be read" in _grade(released)["log"]


def test_no_protection(released, monkeypatch):
    """Is nothing graded where nothing protects the machine, unless a setting allows it?"""
    released.hand_in("ann", ["adding"])
    nothing = Protection("none", "Nothing protects this machine.", complete=False)
    monkeypatch.setattr(executors, "probe", lambda: nothing)
    result = _grade(released)
    assert not result["success"] and not (released.root / "autograded").exists()
    assert "Nothing protects this machine." in result["log"]
    assert "c.Autograde.unprotected = True" in result["log"]
    executors.refuse_unprotected([nothing], allowed=True)


def test_stopped_run(released, pretender):
    """Does Ctrl-C keep what was graded, and say how to go on?"""
    for student in ("ann", "ben"):
        released.hand_in(student, ["adding"])

    def stop(job):
        if job.name.startswith("ben"):
            raise KeyboardInterrupt

    pretender.answer = stop
    result = _grade(released)
    assert "KeyboardInterrupt" in result["error"] and "goes on from here" in result["log"]


def test_summary_is_empty(released, pretender):
    """Is there nothing to say after a run without oddities?"""
    released.hand_in("ann")
    assert _grade(released)["success"]
    assert summary.lines({}) == []


# --- release ------------------------------------------------------------------------------------


def test_value_that_exceeds_the_points(released, caplog):
    """Is a test that gives more points than it has found when it is released, and not later?"""
    before = (released.root / "release" / "warmup" / "adding.ipynb").read_bytes()

    def give_too_much(nb):
        cell = next(cell for cell in nb.cells if course.grade_id(cell) == "add_core")
        cell.source += "\n17"

    released.edit(released.root / "source" / "warmup" / "adding", give_too_much)
    with pytest.raises(release.ReleaseError, match=r"adding.ipynb: add_core: .*17, of 2 points"):
        released.release()
    assert (released.root / "release" / "warmup" / "adding.ipynb").read_bytes() == before


def test_reference_solution_that_fails(released, caplog):
    """Is a reference solution that fails its own test told when it is released?"""

    def break_it(nb):
        cell = next(cell for cell in nb.cells if course.grade_id(cell) == "add")
        cell.source = cell.source.replace("a + b", "a - b")

    released.edit(released.root / "source" / "warmup" / "adding", break_it)
    with caplog.at_level(logging.WARNING):
        released.release()
    assert "add_core: the reference solution fails this test" in caplog.text
