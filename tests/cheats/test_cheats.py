"""Does any cheat gain a point with the kit's engine that its wrong answers do not deserve?

All cheats are handed in together with honest answers and graded with the kit's engine, where none
must pay. Some of each family are also graded by nbgrader alone, where they have to pay:
``python -m tests.cheats`` grades all of them in both ways, in some minutes, and prints who gains
what.
"""

import re
from pathlib import Path

import pytest

from tests.cheats import class_of_cheats as classes
from tests.cheats import grading
from tests.cheats.answers import ANSWERS, POINTS
from tests.cheats.class_of_cheats import HONEST, gains, lost, wrong
from tests.cheats.collection import Submission, all_cheats

SECURITY = Path(__file__).parents[2] / "docs" / "security.md"
CHEATS = all_cheats()
COMPARED = classes.sample(CHEATS.values())
# What wrong answers get: where a right value comes with bad manners, not all is lost.
WORTH = {
    "zeros": {},
    "blank": {},
    "steps": {},
    "loop": {"sums_values": 2, "sums_memory": 1},
    "impure": {"sums_values": 2},
    "loud": {"sums_values": 2},
    "greedy": {"sums_values": 2, "sums_style": 3},
}
# What is written to stderr costs points under nbgrader alone.
WORTH_WITH_THE_KIT = {**WORTH, "loud": {"sums_values": 2, "sums_memory": 1}}


def _each(cheats):
    return pytest.mark.parametrize("cheat", cheats, ids=lambda cheat: cheat.name)


@pytest.fixture(scope="module")
def stock(tmp_path_factory):
    """The class as nbgrader alone grades it."""
    return classes.grade("stock", tmp_path_factory.mktemp("stock"), COMPARED, ("right", "victim"))


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    """The class as the kit's engine grades it."""
    return classes.grade("ours", tmp_path_factory.mktemp("ours"), CHEATS.values())


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """Honest students whom the kit's engine grades without any cheat beside them."""
    students = {student: Submission(ANSWERS["right"]) for student in HONEST}
    return grading.score("ours", students, tmp_path_factory.mktemp("undisturbed"))


def _right_points():
    return {cell: 0 if cell == "why" else points for cell, points in POINTS.items()}


def _earned(points):
    return {cell: number for cell, number in points.items() if number}


@_each([cheat for cheat in COMPARED if not cheat.victim])
def test_nbgrader_alone_pays(stock, cheat):
    """Is this a cheat at all: does it gain points when nothing stands against it?"""
    assert gains(stock, cheat)


@_each([cheat for cheat in COMPARED if cheat.victim])
def test_nbgrader_alone_lets_others_be_harmed(stock, cheat):
    """Does its victim lose points when nothing stands against it?"""
    assert lost(stock, cheat) > 0


@_each([cheat for cheat in CHEATS.values() if not cheat.remains])
def test_no_point_is_gained(ours, cheat):
    """Does a cheat get more points in any cell than its wrong answers without it?"""
    assert gains(ours, cheat) == {}


@_each([cheat for cheat in CHEATS.values() if cheat.remains])
def test_what_is_left(ours, cheat):
    """Does a cheat that is known to work gain no more than the documentation says?"""
    assert set(gains(ours, cheat)) <= {"sums_style", "sums_memory", "point_repr", "keep_reads"}
    assert cheat.remains in SECURITY.read_text("utf-8")


@pytest.mark.parametrize("student", HONEST)
def test_right_answers_get_full_marks(ours, student):
    """Are right answers among cheats worth all points that tests give?"""
    assert ours.points[student] == _right_points()


@pytest.mark.parametrize("answers", WORTH)
def test_wrong_answers_get_what_they_are_worth(ours, answers):
    """Do honest wrong answers among cheats get exactly their points?"""
    assert _earned(ours.points[wrong(answers)]) == WORTH_WITH_THE_KIT[answers]


@pytest.mark.parametrize("answers", WORTH)
def test_nbgrader_alone_agrees_about_wrong_answers(stock, answers):
    """Is the difference between the two engines what cheats make of it, and nothing else?"""
    assert _earned(stock.points[wrong(answers)]) == WORTH[answers]


@pytest.mark.parametrize("student", HONEST)
def test_nobody_notices_the_cheats(ours, undisturbed, student):
    """Do an honest student's notebooks look as if there had been no cheat in the class?"""
    for name, notebook in undisturbed.notebooks[student].items():
        beside_cheats = ours.notebooks[student][name]
        assert _shown(beside_cheats) == _shown(notebook)


def _shown(notebook):
    return re.sub(r"\d+(\.\d+)? [mμn]?s", "some time", classes.printed(notebook))


def test_no_output_shows_a_hidden_test(ours):
    """Can a student read a line of a hidden test in what is handed back?"""
    secrets = classes.secret_lines()
    assert len(secrets) > 40
    found = {
        (student, line)
        for student, notebooks in ours.notebooks.items()
        for notebook in notebooks.values()
        for text in [classes.printed(notebook)]
        for line in secrets
        if line in text
    }
    assert found == set()


def test_every_family_has_cheats():
    """Is the collection as large as it is said to be, and does each entry say what it tries?"""
    families = {cheat.family for cheat in CHEATS.values()}
    assert len(families) >= 12
    assert len(CHEATS) >= 55 and len(COMPARED) >= 40
    assert all(cheat.tries.endswith(".") for cheat in CHEATS.values())


def test_cheats_find_the_engine():
    """Are the objects still there that cheats against the connection look for?"""
    from gradekit.execution.answers import Answers
    from gradekit.execution.generators import Generators
    from gradekit.execution.leases import Leases
    from gradekit.execution.references import References
    from gradekit.execution.wire import Wire

    for found, names in (
        (Answers, ["request", "_send", "effects"]),
        (Leases, ["changes"]),
        (Generators, ["changes"]),
        (References, ["_encode_class"]),
        (Wire, ["send", "receive"]),
    ):
        assert all(hasattr(found, name) for name in names)
