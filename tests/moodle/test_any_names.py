"""Whatever students, teams and files are called: nobody is lost, and nothing goes to another."""

import csv
import json

from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from tests.moodle.conftest import pdf_of
from tests.moodle.site import UNCLEAN, Site

SIGNS = st.sampled_from("abYZ019_,;.'’\"()[]{}*?+&%$#@!~-/\\:|<>= äßñ李龍שאع٣\u202e\u200f\u0301😀")
NAMES = (
    st.text(SIGNS | st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)
    .map(lambda name: name.strip() * 9 if "z" in name.casefold() else name.strip())
    .filter(bool)
)


def in_the_zip(team):
    """A team's name in the zip; teams of one such name, or of none, cannot be told apart."""
    return UNCLEAN.sub("", team.replace("&", "&amp;").replace("_", " ")).casefold()


TEAMS = NAMES.filter(in_the_zip)
# As Moodle cleans them. Long ones are too long for Linux in UTF-8, though not for Moodle.
FILES = st.one_of(
    st.sampled_from(
        ["adding.ipynb", "doubling.ipynb", "adding (1).ipynb", "scan.pdf", "timestamp.txt", "a",
         "ü" * 200 + ".pdf", "adding_feedback.pdf", "x_1_assignsubmission_file_", "work.zip"]
    ),
    NAMES.map(lambda name: UNCLEAN.sub("", name).strip(". ")).filter(bool),
)  # fmt: skip
PATHS = st.lists(FILES, min_size=1, max_size=3).map("/".join)
HANDED_IN = st.lists(PATHS, max_size=4, unique=True).map(lambda paths: ["adding.ipynb", *paths])
# Whoever looks for the smallest example takes out `phases`: each try is a course.
SHORT = settings(
    max_examples=40,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@st.composite
def sites(draw):
    """An assignment of people with any names, each alone or in teams."""
    # Small ones, which names have in them, too.
    numbers = draw(st.lists(st.integers(1, 40), min_size=2, max_size=6, unique=True))
    people = [
        (number, draw(NAMES), draw(st.sampled_from(["", f"{number}@x.org", f"S{number % 2}@x.y"])))
        for number in numbers
    ]
    teams = draw(st.none() | st.lists(TEAMS, min_size=1, max_size=3, unique_by=in_the_zip))
    groups = {number: draw(st.sampled_from(teams)) for number in numbers} if teams else None
    return Site(people, draw(st.sampled_from(["en", "de", "fr"])), groups)


@SHORT
@given(sites(), st.data())
def test_there_and_back_again(another_moodle, site, data):
    """Has everybody the own files, and the own grade and feedback, whatever the names are?"""
    note(f"{site.people} {site.groups}")
    moodle = another_moodle()
    files = {
        folder: {path: _content(site, number, path) for path in data.draw(HANDED_IN)}
        for folder, number in site.folders().items()
    }
    moodle.zip({f"{one}/{path}": text for one, all in files.items() for path, text in all.items()})
    (moodle.archive / "grades.csv").write_bytes(site.worksheet())
    told = moodle.collect()
    students = _students(moodle)
    assert sorted(students) == sorted(number for number, *_ in site.people)
    assert len(set(students.values())) == len(students)

    found = {
        student: {text for name, text in taken.items() if name != "timestamp.txt"}
        for student, taken in moodle.submitted().items()
    }
    for folder, number in site.folders().items():
        wanted = {text for path, text in files[folder].items() if not path.endswith(".zip")}
        for member in site.members(number):
            assert found.pop(students[member]) == wanted
        assert len(wanted) == len(files[folder]) or "is no zip, or damaged" in told
    assert not found

    points = {number: at % 8 * 0.8 for at, number in enumerate(students, 1)}
    moodle.grade({students[number]: value for number, value in points.items()})
    moodle.export("--MoodleExporter.write=True")
    sheet, feedback = moodle.written()
    site.take_worksheet(sheet)
    site.take_feedback(feedback)
    assert site.grades == {number: round(value * 12.5, 2) for number, value in points.items()}
    assert site.files == {
        number: {"adding_feedback.pdf": pdf_of(student)} for number, student in students.items()
    }


def _content(site, number, path):
    return json.dumps([site.mark(number), path]).encode()


def _students(moodle):
    """Each participant's student, by the table that the docs name."""
    table = moodle.folder / "participants.csv"
    with table.open(newline="", encoding="utf-8") as file:
        return {int(row["number"]): row["student"] for row in csv.DictReader(file)}
