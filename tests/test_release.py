"""Tests of making and registering the students' version."""

import json
import os
import stat

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from gradekit import course, release, stock


def _source(course, notebook="adding"):
    return course.root / "source" / "warmup" / f"{notebook}.ipynb"


def _text(course, notebook="adding"):
    return (course.root / "release" / "warmup" / f"{notebook}.ipynb").read_text(encoding="utf-8")


def _graded_cell(grade_id):
    metadata = {
        "schema_version": 3,
        "grade_id": grade_id,
        "grade": True,
        "solution": False,
        "locked": True,
        "task": False,
        "points": 1,
    }
    return new_code_cell("assert True", metadata={"nbgrader": metadata})


def test_nothing_leaks(released):
    """Are solutions, hidden tests, mark schemes and outputs kept from students?"""

    def print_something(nb):
        nb.cells[1].outputs = [nbformat.v4.new_output("stream", text="an output")]

    released.edit(_source(released), print_something)
    released.release()
    text = _text(released)
    secrets = ["return a + b", "hidden_tests", "HIDDEN", "commutes", "MARK SCHEME", "an output"]
    for secret in secrets:
        assert secret not in text
    assert "Hidden tests: large numbers" in text


def test_library_is_a_file(released):
    """Do students get nn_utils.py itself, and not a link into the course?"""
    path = released.root / "release" / "warmup" / "nn_utils.py"
    assert not path.is_symlink()
    assert path.read_bytes() == (released.root / "nn_utils.py").read_bytes()


def test_modes(released):
    """Can everybody read a released file, whatever the instructor's umask?"""
    umask = os.umask(0o077)
    try:
        released.release()
    finally:
        os.umask(umask)
    folder = released.root / "release" / "warmup"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o644}


def test_second_release_changes_nothing(released):
    """Is a release from the same source the same, byte for byte, with any gradebook?"""
    first = _text(released)
    assert released.release().changed is False
    (released.root / "gradebook.db").unlink()
    assert released.release().changed is False
    assert _text(released) == first


def test_changed_source_shows(released, tmp_path):
    """Does an old release differ from what the source gives now?"""
    released.edit(_source(released), lambda nb: nb.cells[0].update(source="# Adding two numbers"))
    made = release.regenerated(released.root, "warmup", tmp_path)
    assert release.differences(made, released.root / "release" / "warmup") == ["adding.ipynb"]


def test_tests_that_need_one_process_are_told(released):
    """Does a release say which test passes only in one process, and that another fails?"""

    def need_one_process(nb):
        tests = [cell for cell in nb.cells if course.is_test(cell)]
        tests[0].source = "assert add.__globals__['add'] is add"
        tests[1].source = "assert add(1, 2) == 4, 'three'"

    released.edit(_source(released), need_one_process)
    shown = str(released.release())
    assert "adding.ipynb: add_edges: the reference solution fails this test" in shown
    assert "adding.ipynb: add_core: this test passes only in one process" in shown


def test_regenerating_leaves_the_gradebook(tiny, tmp_path):
    """Is the gradebook as it was after a release was made only to be compared?"""
    release.regenerated(tiny.root, "warmup", tmp_path / "beside")
    assert not (tiny.root / "gradebook.db").exists()


def test_fresh_clone(released):
    """Is an assignment registered when release/ came with the clone and the gradebook did not?"""
    (released.root / "gradebook.db").unlink()
    released.release()
    with stock.gradebook(released.root) as book:
        assert [notebook.name for notebook in book.find_assignment("warmup").notebooks] == [
            "adding",
            "doubling",
        ]


def test_failed_release_leaves_the_old_one(released):
    """Does a release that fails say why, and leave release/ as it was?"""
    before = _text(released)

    def forget_the_end(nb):
        nb.cells[4].source = nb.cells[4].source.replace("### END SOLUTION", "")

    released.edit(_source(released), forget_the_end)
    with pytest.raises(release.ReleaseError, match=r"(?i)no end solution.*adding.ipynb"):
        released.release()
    assert _text(released) == before
    assert not list(released.root.glob(".release-*"))


def test_new_cell_after_grading(released):
    """Does a graded cell that is added after grading keep release/ and name the way out?"""
    before = _text(released)
    with stock.gradebook(released.root) as book:
        book.add_student("ann")
        book.add_submission("warmup", "ann")
    released.edit(_source(released), lambda nb: nb.cells.append(_graded_cell("add_more")))
    with pytest.raises(release.ReleaseError, match=r"add_more in adding.*db assignment remove"):
        released.release()
    assert _text(released) == before


def test_new_cell_before_grading(released):
    """Can a graded cell be added while nothing is graded?"""
    released.edit(_source(released), lambda nb: nb.cells.append(_graded_cell("add_more")))
    assert released.release().changed
    assert "add_more" in _text(released)


def test_changed_points_reach_the_gradebook(released):
    """Are new points registered although release/ existed and there are grades?"""
    with stock.gradebook(released.root) as book:
        book.add_student("ann")
        book.add_submission("warmup", "ann")

    def more_points(nb):
        nb.cells[6].metadata.nbgrader["points"] = 7

    released.edit(_source(released), more_points)
    released.release()
    with stock.gradebook(released.root) as book:
        assert book.find_grade_cell("add_core", "adding", "warmup").max_score == 7


def test_unknown_assignment(released):
    """Does an unknown name say what there is?"""
    with pytest.raises(course.CourseError, match="warmup"):
        release.register_and_release(released.root, "warmpu")


def test_source_that_is_no_json(released):
    """Is a broken source notebook named?"""
    _source(released).write_text("{", encoding="utf-8")
    with pytest.raises(course.CourseError, match=r"adding.ipynb .*not JSON"):
        released.release()


def test_cell_ids_are_stable(released):
    """Do released cells keep the ids of the source, and carry no execution counts?"""
    source = json.loads(_source(released).read_text(encoding="utf-8"))["cells"]
    cells = json.loads(_text(released))["cells"]
    assert [cell["id"] for cell in cells] == [cell["id"] for cell in source]
    assert not any(cell.get("execution_count") for cell in cells)
