"""Does what came from Moodle go back to it, each student's grade, remark and files to the own?

The judge is `site.Site`, which does what Moodle's source says.
"""

import random

import pytest

from tests.moodle.conftest import pdf_of
from tests.moodle.site import Site

FIRST = ["Ada", "Jean-Luc", "Zoë", "小龍", "Łucja", "Ngozi", "O’Brien", "Kim", "Åse", "مريم"]
LAST = ["Lovelace", "D'Arcy", "Müller, geb. Groß", "Lee", "van der Berg_2", "(Junior)", "שפירא"]
ALLOW = "Allow updating records"
KINDS = {
    "English": {"language": "en"},
    "German": {"language": "de"},
    "French": {"language": "fr"},
    "blind": {"language": "en", "blind": True},
    "German, blind": {"language": "de", "blind": True},
    "teams": {"language": "en", "groups": True},
    "French, teams": {"language": "fr", "groups": True},
}


def site_of(size, kind="English"):
    """A Moodle with so many students; every seventh has the name of another one."""
    people = [
        (
            7_000_000 + 37 * at % 10_007,
            "Kim Lee" if at % 7 == 6 else f"{FIRST[at % 10]} {LAST[at % 7]} {at}",
            f"s{at}@example.org",
        )
        for at in range(size)
    ]
    random.Random(size).shuffle(people)
    given = dict(KINDS[kind])
    if given.pop("groups", False):
        given["groups"] = {
            number: f"Team_{at // 3} / A&B" for at, (number, *_) in enumerate(people)
        }
    return Site(people, **given)


def student_of(site, person):
    """The student's id in the gradebook, by what the docs say."""
    number, _, email = person
    return str(number) if site.blind else email


def points_of(site):
    """Points for everybody, {number: of 8}, different ones, but the same in a team."""
    order = list(dict.fromkeys(site.groups.values())) if site.groups else None
    return {
        number: 0.0176 * (1 + order.index(site.groups[number]) if order else 1 + at)
        for at, (number, *_) in enumerate(site.people)
    }


def hand_back(moodle, site, points, remarks=()):
    """Grade, export and upload as the export says; returns what it said and who changed."""
    students = {number: student_of(site, (number, *rest)) for number, *rest in site.people}
    moodle.grade(
        {students[number]: value for number, value in points.items()},
        {students[number]: text for number, text in dict(remarks).items()},
    )
    told = moodle.export("--MoodleExporter.write=True")
    sheet, feedback = moodle.written()
    changed = site.take_worksheet(sheet, allow=ALLOW in told)
    site.take_feedback(feedback)
    return told, changed


def in_moodle(points):
    """Points of 8 in Moodle's, of 100."""
    return {number: round(value * 100 / 8, 2) for number, value in points.items()}


@pytest.mark.parametrize(
    ("kind", "size"),
    [*((kind, size) for kind in KINDS for size in (3, 40)), ("German", 400)],
)
def test_there_and_back_again(moodle, kind, size):
    """Is everybody's own work taken, and does everybody get the own grade, remark and PDF?

    And after a regrade: do exactly those change who were regraded, and is it said from what to
    what?
    """
    site = site_of(size, kind)
    moodle.download(site)
    moodle.collect()
    work = moodle.submitted()
    students = {number: student_of(site, (number, *rest)) for number, *rest in site.people}
    assert sorted(work) == sorted(students.values())
    for number, student in students.items():
        assert site.mark(number).encode() in work[student]["adding.ipynb"]
    points = points_of(site)
    remarks = {number: f"for {number}" for number in points}
    hand_back(moodle, site, points, remarks)
    assert site.grades == in_moodle(points)
    assert site.files == {
        number: {"adding_feedback.pdf": pdf_of(student)} for number, student in students.items()
    }
    for number in points:
        assert site.comments[number].split("<br>")[1] == f"for {number}"

    regraded = {number: points[number] + 0.8 for number in list(points)[:: max(size // 5, 2)]}
    moodle.download(site)
    told, changed = hand_back(moodle, site, points | regraded, {})
    assert changed == set(regraded)
    assert site.grades == in_moodle(points | regraded)
    for number, value in in_moodle(points | regraded).items():
        (line,) = (line for line in told.splitlines() if line.startswith(str(number)))
        before = f"{in_moodle(points)[number]:.2f}"
        was = [before, f"{value:.2f}"] if number in regraded else [before, before, "unchanged"]
        assert line.split()[-len(was) :] == was
