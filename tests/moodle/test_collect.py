"""Does what students handed in by Moodle come to submitted/, each to the right one?"""

import csv
import io
import random

import pytest

from gradekit.moodle.people import people
from gradekit.moodle.worksheet import Participant
from tests.moodle.conftest import PEOPLE
from tests.moodle.site import Site

PATTERNS = {
    "4.1 and later": "{name}_{number}_assignsubmission_file/{file}",
    "3.1 to 4.0": "{name}_{number}_assignsubmission_file_/{file}",
    "flat": "{name}_{number}_assignsubmission_file_{file}",
    "nested": "{name}_{number}_assignsubmission_file/Abgabe (1)/{file}",
    "in a folder": "course-warmup-17/{name}_{number}_assignsubmission_file_/{file}",
}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_names_in_the_zip(moodle, pattern):
    """Is every naming of Moodle's versions understood?"""
    moodle.handed_in(pattern=PATTERNS[pattern])
    moodle.worksheet()
    told = moodle.collect()
    assert "4 of 4 participants handed in: 4 new, 0 changed, 0 unchanged." in told
    found = moodle.submitted()
    assert sorted(found) == sorted(email for *_, email in PEOPLE)
    for number, _, email in PEOPLE:
        assert f"from {number}".encode() in found[email]["adding.ipynb"]
        assert sorted(found[email]) == ["adding.ipynb", "doubling.ipynb", "timestamp.txt"]


def test_what_has_to_be_read_is_not_buried(moodle):
    """Are nbgrader's lines about each file left out, and only these?"""
    moodle.handed_in()
    moodle.worksheet()
    told = moodle.collect()
    assert "Copying" not in told and "Parsing" not in told
    assert "8 files collected" in told


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_times_and_roster(moodle, language):
    """Are times in UTC, and names and addresses in the gradebook, in any language?"""
    moodle.handed_in()
    moodle.worksheet(language=language)
    moodle.collect()
    for files in moodle.submitted().values():
        assert files["timestamp.txt"].startswith(b"2026-11-20 22:42")
    with moodle.gradebook() as book:
        student = book.find_student("zoe@example.org")
        assert (student.first_name, student.last_name) == ("Zoë", "Müller")
        assert student.email == "zoe@example.org"


ONE = [PEOPLE[0]]
HEAD = b"Identifier,Grade,Last modified (grade)\n"
ADA = "Ada Lovelace_1234567_assignsubmission_file"


def test_groups(moodle):
    """Does a team's work come to all of its members, though its number is another participant's?"""
    groups = {1234567: "Team Tanh", 1234568: "Team Tanh", 1234569: "Team ReLU"}
    moodle.zip({
        "Team Tanh_1234570_assignsubmission_file/adding.ipynb": moodle.notebook(mark="tanh"),
        "Team ReLU_18_assignsubmission_file_/adding.ipynb": moodle.notebook(mark="relu"),
        "Default group_assignsubmission_file/adding.ipynb": moodle.notebook(mark="default"),
    })
    moodle.worksheet(groups=groups)
    told = moodle.collect()
    found = moodle.submitted()
    assert sorted(found) == ["ada@example.org", "jl@example.org", "zoe@example.org"]
    assert b"from tanh" in found["ada@example.org"]["adding.ipynb"]
    assert b"from tanh" in found["jl@example.org"]["adding.ipynb"]
    assert b"from relu" in found["zoe@example.org"]["adding.ipynb"]
    assert "Team Tanh handed in for Ada Lovelace, Jean-Luc O’Neil." in told
    assert "Team ReLU handed in for Zoë Müller." in told
    assert "3 of 4 participants handed in" in told and "No team" not in told
    assert "Default group handed in and is neither a participant nor a group" in told


@pytest.mark.parametrize(
    ("name", "group", "kept"),
    [
        ("Lovelace Ada", "", True),
        ("alovelace Ada Lovelace", "", True),
        ("Participant", "", True),
        ("Teilnehmerin", "", True),
        ("Team Tanh", "", False),
        ("Team Tanh", "Team Sinh", False),
        ("Team A amp;B", "Team_A/ &B", True),
        ("Team AB", "Team 'AB", True),
        ("team ab", "Team-AB", True),
        ("+", "+", True),
        ("+", "-", False),
        ("*", "Team Sinh", False),
        ("??", "", True),
    ],
)
def test_numbers_that_are_anothers(moodle, name, group, kept):
    """Is a number believed only where the name in the zip may be the person's or the team's?"""
    moodle.zip({f"{name}_1234567_assignsubmission_file/adding.ipynb": moodle.notebook()})
    moodle.worksheet(ONE, groups=group and {1234567: group})
    told = moodle.collect()
    assert (moodle.root / "submitted" / "ada@example.org").exists() == kept
    said = f"{name} (1234567) handed in and has the number of Ada Lovelace in the worksheet"
    assert (said in told) != kept


def test_teams_of_one_spelling(moodle):
    """Is nothing guessed where Moodle writes two teams' names in the same way?"""
    moodle.zip({"A_18_assignsubmission_file/adding.ipynb": moodle.notebook()})
    moodle.worksheet(groups={1234567: "A", 1234568: "A:"})
    told = moodle.collect()
    assert "A (18) handed in and is neither a participant nor a group" in told
    assert not (moodle.root / "submitted").exists()


def test_blind_marking(moodle):
    """Are students known by their numbers, with a word about what that means?"""
    moodle.handed_in([(number, "Participant", "") for number, *_ in PEOPLE])
    moodle.worksheet(blind=True)
    assert "blind marking" in moodle.collect()
    assert sorted(moodle.submitted()) == [str(number) for number, *_ in PEOPLE]


def test_known_by_names(moodle):
    """Are two people of one name kept apart, and is it said that names may change?"""
    people = [(11, "Kim Lee", ""), (12, "Kim Lee", ""), (13, "Ada, Countess [of] L*velace?", "")]
    moodle.handed_in(people)
    moodle.worksheet(people)
    told = moodle.collect()
    assert "known by their names" in told and "would be somebody else's, too" in told
    assert sorted(moodle.submitted()) == ["Ada-Countess-of-L-velace", "Kim-Lee-11", "Kim-Lee-12"]


def test_ids_that_would_be_anothers():
    """Are ids different even where one becomes another's, or differs in the case of letters?"""
    names = {11: "Kim Lee", 12: "kim lee", 13: "Kim Lee 11", 14: "𣉐" * 90, 15: "𣉐" * 99}
    found, told = people([Participant(number, name=name) for number, name in names.items()])
    ids = [person.id for person in found]
    assert ids[:3] == ["Kim-Lee-11", "kim-lee-12", "Kim-Lee-11-13"]
    assert len(set(ids)) == 5
    assert all(len(name.encode()) < 200 for name in ids)
    assert len([sentence for sentence in told if "somebody else's" in sentence]) == 5


def test_second_time(moodle):
    """Is what did not change left alone, and an earlier version kept aside, and said so?"""
    moodle.handed_in()
    moodle.worksheet()
    moodle.collect()
    first = moodle.submitted()
    assert "0 new, 0 changed, 4 unchanged" in moodle.collect("--force")
    assert moodle.submitted() == first
    moodle.handed_in([(1234567, "Ada Lovelace", "")])
    moodle.zip({f"{ADA}/adding.ipynb": moodle.notebook(mark="again")})
    told = moodle.collect("--force")
    assert "0 new, 1 changed" in told
    assert "Ada Lovelace: an earlier version was replaced" in told
    assert b"from again" in moodle.submitted()["ada@example.org"]["adding.ipynb"]
    kept = moodle.folder / "replaced" / "ada@example.org-1" / "adding.ipynb"
    assert kept.read_bytes() == first["ada@example.org"]["adding.ipynb"]
    assert moodle.submitted()["zoe@example.org"] == first["zoe@example.org"]


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_saved_by_excel(moodle, language):
    """Does everybody get the own files and time if the worksheet has semicolons and is in cp1252?

    What cp1252 does not have is a question mark then, in names, too.
    """
    site = Site(PEOPLE, language)
    moodle.download(site)
    path = moodle.archive / "grades.csv"
    rows = csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig")))
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=";").writerows(rows)
    path.write_bytes(file.getvalue().encode("cp1252", "replace"))
    assert "4 of 4 participants handed in" in moodle.collect()
    for number, _, email in PEOPLE:
        found = moodle.submitted()[email]
        assert site.mark(number).encode() in found["adding.ipynb"]
        assert found["timestamp.txt"].startswith(b"2026-11-20 22:42")


def test_the_time_alone_changes(moodle):
    """Does the time follow a corrected zone, and is it written after a run that was killed?"""
    moodle.handed_in()
    moodle.worksheet()
    moodle.collect()
    (moodle.root / "submitted" / "ada@example.org" / "warmup" / "timestamp.txt").unlink()
    config = moodle.root / "nbgrader_config.py"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("Europe/Berlin", "Asia/Tokyo"), encoding="utf-8")
    told = moodle.collect("--force")
    assert "4 unchanged" in told and "4 of them with another time" in told
    for files in moodle.submitted().values():
        assert files["timestamp.txt"].startswith(b"2026-11-20 14:42")
    assert "another time" not in moodle.collect("--force")


def test_worksheet_of_another_assignment(moodle):
    """Is it said in one sentence that nobody of the zip is in the worksheet, and nothing lost?"""
    moodle.handed_in()
    moodle.worksheet()
    moodle.collect()
    before = moodle.submitted(), (moodle.folder / "participants.csv").read_bytes()
    moodle.worksheet([(number + 100, name, email) for number, name, email in PEOPLE])
    told = moodle.collect("--force")
    assert "grades.csv has none of the 4 who handed in" in told
    assert "Ada Lovelace (1234567) handed in and is neither" in told and "Zoë" not in told
    assert (moodle.submitted(), (moodle.folder / "participants.csv").read_bytes()) == before


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "has no grading worksheet"),
        ({"a.csv": b"x", "b.csv": b"y"}, "has several worksheets (a.csv, b.csv)"),
        ({"a.csv": b""}, "a.csv is empty"),
        ({"a.csv": b"Identificatore,Valutazione\nP1,3"}, "c.MoodleSettings.headers"),
        ({"a.csv": HEAD + b"P1,3\n"}, "line 2 has 2 cells"),
        ({"a.csv": HEAD + b"Ada,3,-\n"}, "begins with no number"),
        ({"a.csv": HEAD + b"P1,,-\nP1,,-\n"}, "stands in it twice"),
        ({"a.csv": HEAD + b"P1,,-\n"}, "has no zip"),
        ({"a.csv": HEAD + b"P1,,%s\n" % (b"x" * 140_000)}, "has no zip"),
    ],
)
def test_what_is_missing(moodle, files, sentence):
    """Is there one sentence about what zip_collect needs and does not find?"""
    for name, data in files.items():
        (moodle.archive / name).write_bytes(data)
    assert sentence in moodle.collect()


def test_any_names(moodle):
    """Is nobody lost, whatever names people and groups have?"""
    seed = random.randrange(10**6)
    print("seed", seed)
    draw = random.Random(seed)
    signs = "abcXYZ äöüßéñ李小龍شبكةעברית 0123456789 _,;.'’\"()[]{}*?+&%$#@!~-/\\:|<>"
    people = []
    for number in range(1, 61):
        name = "".join(draw.choice(signs) for _ in range(draw.randint(1, 24))).strip() or "x"
        people.append((number, name, draw.choice([f"{number}@example.org", ""])))
    clean = [(number, name.replace("/", "").replace("\\", "").replace(":", "") or "x", email)
             for number, name, email in people]
    moodle.handed_in(clean)
    moodle.worksheet(people)
    assert "60 of 60 participants handed in: 60 new" in moodle.collect()
    found = moodle.submitted()
    marks = sorted(int(files["adding.ipynb"].split(b"from ")[1].split(b'"')[0])
                   for files in found.values())
    assert marks == list(range(1, 61))
