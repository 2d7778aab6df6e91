"""Do grades and feedback go back to exactly the right people?"""

import csv
import io
import zipfile

import pytest

from gradekit.moodle.worksheet import Worksheet, number_in
from tests.moodle.conftest import PEOPLE, worksheet
from tests.moodle.site import Site


@pytest.fixture
def graded(moodle):
    """A course that was imported and graded: the k-th student has k points of 8."""
    moodle.handed_in()
    moodle.worksheet()
    moodle.collect()
    grade(moodle)
    return moodle


def grade(moodle, people=PEOPLE, extra=0.0):
    """Give the k-th person k points."""
    moodle.grade({email: at + extra for at, (_, _, email) in enumerate(people)})


def written(moodle):
    """The worksheet as {number: row}, and the zip as {path: content}."""
    sheet, feedback = moodle.written()
    rows = list(csv.reader(io.StringIO(sheet.decode("utf-8-sig"))))
    with zipfile.ZipFile(io.BytesIO(feedback)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return {int("".join(filter(str.isdigit, row[0]))): row for row in rows[1:]}, files


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_round_trip(graded, language):
    """Has everybody the own grade in Moodle's points, and the own PDF, and nothing else changed?"""
    graded.worksheet(language=language)
    graded.export("--MoodleExporter.write=True")
    rows, files = written(graded)
    before = csv.reader(io.StringIO(worksheet(PEOPLE, language).decode("utf-8-sig")))
    for was, now in zip(list(before)[1:], rows.values(), strict=True):
        assert [*was[:4], *was[5:-1]] == [*now[:4], *now[5:-1]]
    for at, (number, name, email) in enumerate(PEOPLE):
        row = rows[number]
        assert row[4] == f"{at * 10 / 8:.2f}"
        assert row[1] == name
        (path,) = (path for path in files if f"_{number}_" in path)
        assert path == f"{name}_{number}_assignsubmission_file_/adding_feedback.pdf"
        assert files[path] == f"%PDF of {email}".encode()


def test_what_moodle_wrote_is_written_again():
    """Is a worksheet into which nothing is filled the same to the last byte?"""
    data = (
        '\ufeffIdentifier,"Full name",Grade,"Last modified (grade)"\n'
        '"Participant 7","Ada ""A"" L",7.50,"Friday, 20 November 2026, 11:50 PM"\n'
        "Participant8,李小龍,,-\n"
    ).encode()
    assert Worksheet(data, "w.csv").filled({}, {}) == data


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace(",", ";"), "semicolons"),
        (lambda text: text.replace(",", "\t"), "tabs"),
        (lambda text: text.replace("\ufeff", ""), "cp1252"),
    ],
)
def test_saved_by_another_program(change, said):
    """Is a worksheet that Excel saved read, and written as Moodle takes it?"""
    text = change("\ufeffIdentifier,Name,Grade,Last modified (grade)\nP7,Zoë,,-\n")
    data = text.encode("cp1252" if said == "cp1252" else "utf-8")
    sheet = Worksheet(data, "w.csv")
    assert said in sheet.resaved
    filled = sheet.filled({7: "1.00"}, {}).decode()
    assert filled == '\ufeffIdentifier,Name,Grade,"Last modified (grade)"\nP7,Zoë,1.00,-\n'


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(("7,50", 7.5), ("7.50", 7.5), ("1.234,5", 1234.5), ("1,234.5", 1234.5)),
        *(("", None), ("A", None)),
    ],
)
def test_decimal_signs(text, number):
    """Is a grade read in any language?"""
    assert number_in(text) == number


def test_scale(graded):
    """Is an assignment that is graded by words named as such?"""
    path = graded.archive / "grades.csv"
    path.write_bytes(path.read_bytes().replace(b"Maximum Grade", b"Scale"))
    assert "graded by a scale of words" in graded.export()


def test_dry_run_is_the_default(graded):
    """Is nothing written, and is it told who changes from what to what?"""
    told = graded.export()
    assert "1234568      Jean-Luc O’Neil  -          1.25" in told
    assert "4 grades and 4 PDFs for 4 participants." in told
    assert "Nothing was written" in told and "its members" not in told
    assert not list(graded.folder.glob("warmup_*"))


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"Grade can be changed": "No"}, "locked or overridden"),
        ({"Grade": "1,25"}, "unchanged"),
        ({"Grade": "1.25"}, "unchanged"),
    ],
)
def test_what_moodle_would_skip(graded, cells, reason):
    """Is it said beforehand which rows Moodle would skip, and why?"""
    graded.worksheet(**cells)
    line = next(line for line in graded.export().splitlines() if "1234568" in line)
    assert reason in line


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_what_moodle_skips(graded, language):
    """Does Moodle take all but those of whom that was said, in any language?"""
    site = Site(PEOPLE, language, maximum=10)
    site.locked, site.grades = {1234567}, {1234568: 1.25, 1234570: 3.75}
    graded.download(site)
    with graded.gradebook() as book:
        cell = book.find_grade("why", "adding", "warmup", "zoe@example.org")
        cell.extra_credit = 20
        book.db.commit()
    told = graded.export("--MoodleExporter.write=True").splitlines()
    said = {line.split()[0]: line for line in told if line.startswith("12345")}
    assert "locked or overridden" in said["1234567"]
    assert said["1234568"].endswith("unchanged, but a new comment")
    assert "above the maximum of 10" in said["1234569"]
    assert "0 grades and 4 PDFs for 4 participants." in told
    sheet, feedback = graded.written()
    assert site.take_worksheet(sheet, allow=True) == set()
    site.take_feedback(feedback)
    assert len(site.files) == 4


def test_grades_that_a_human_has_not_finished(graded):
    """Do they and their PDFs stay here, unless they are asked for?"""
    with graded.gradebook() as book:
        book.find_grade("why", "adding", "warmup", "jl@example.org").needs_manual_grade = True
        book.db.commit()
    assert "1 cell to grade by hand" in graded.export("--MoodleExporter.write=True")
    rows, files = written(graded)
    assert rows[1234568][4] == ""
    assert len(files) == 3
    graded.export("--MoodleExporter.write=True", "--MoodleExporter.waiting=True")
    assert written(graded)[0][1234568][4] == "1.25"


def test_regrade(graded):
    """Do new grades replace those that Moodle has, with a word about the box to tick?"""
    graded.worksheet(Grade="0,50", **{"Last modified (grade)": "Freitag, 20. November 2026"})
    grade(graded, extra=1.0)
    assert "Allow updating records" in graded.export("--MoodleExporter.write=True")
    assert [row[4] for row in written(graded)[0].values()] == ["1.25", "2.50", "3.75", "5.00"]


def test_regrade_with_the_old_worksheet(graded):
    """Is it said that Moodle has newer grades than the worksheet, which it would not replace?"""
    site = Site(PEOPLE, maximum=10)
    graded.download(site)
    said = "4 of them have another grade in warmup_grades.csv, which was exported before"
    assert said not in graded.export("--MoodleExporter.write=True")
    site.take_worksheet(graded.written()[0])
    grade(graded, extra=1.0)
    assert said in graded.export("--MoodleExporter.write=True")
    assert site.take_worksheet(graded.written()[0]) == set()
    assert site.take_worksheet(graded.written()[0], allow=True) == {number for number, *_ in PEOPLE}
    graded.download(site)
    assert said not in graded.export()
    grade(graded)
    for last in (b"", worksheet(PEOPLE)):
        (graded.folder / "warmup_grades.csv").write_bytes(last)
        told = graded.export()
        assert "4 grades" in told and "Nothing was written" in told and said not in told


def test_comments_are_text(graded):
    """Is a comment no HTML of its own in Moodle?"""
    with graded.gradebook() as book:
        book.find_comment("why", "adding", "warmup", "ada@example.org").manual_comment = "a < b\nc"
        book.db.commit()
    graded.export("--MoodleExporter.write=True")
    assert "a &lt; b<br>c" in written(graded)[0][1234567][-1]


def test_a_new_comment_without_a_new_grade(graded):
    """Does it go out, and is it said that it replaces one?"""
    site = Site(PEOPLE, "de", maximum=10)
    graded.download(site)
    graded.export("--MoodleExporter.write=True")
    site.take_worksheet(graded.written()[0])
    site.comments[1234568] = site.comments[1234568].replace("<br>", "<br />\n")
    graded.download(site)
    graded.grade({}, {"ada@example.org": "look again"})
    told = graded.export("--MoodleExporter.write=True")
    assert "0.00       0.00  unchanged, but a new comment" in told
    assert told.count("new comment") == 1
    assert "Comments in Moodle that are replaced: 1." in told and "tick" in told
    assert site.take_worksheet(graded.written()[0], allow=True) == set()
    assert "look again" in site.comments[1234567]


def test_teams(moodle):
    """Does each member get the own grade, and is it said if they are different in a team?"""
    teams = {1234567: "T anh", 1234568: "T anh", 1234569: "ReLU", 1234570: "ReLU"}
    site = Site(PEOPLE, groups=teams)
    moodle.download(site)
    moodle.collect()
    moodle.grade({email: 4 for *_, email in PEOPLE} | {"jl@example.org": 6})
    told = moodle.export("--MoodleExporter.write=True")
    said = "T anh: its members have different grades (Ada Lovelace 50.00, Jean-Luc O’Neil 75.00)."
    assert said in told and "ReLU: its" not in told
    site.take_worksheet(moodle.written()[0])
    assert list(site.grades.values()) == [50, 75, 50, 50]


def test_no_maximum(graded):
    """Is it said that grades are not in Moodle's points, if those are not known?"""
    path = graded.archive / "grades.csv"
    path.write_bytes(path.read_bytes().replace(b"Maximum Grade", b"Highest"))
    assert "grades are nbgrader's" in graded.export()


def test_worksheet_of_another_assignment(graded):
    """Is nothing written into it, and is that one sentence?"""
    graded.worksheet([(number + 100, name, email) for number, name, email in PEOPLE])
    told = graded.export("--MoodleExporter.write=True")
    assert "grades.csv has none of the participants that zip_collect found in warmup" in told
    assert "was not imported" not in told
    assert not list(graded.folder.glob("warmup_*"))


def test_to_a_file(graded):
    """Is it said that two files need a folder, for whom nbgrader's own export takes a file?"""
    assert "is no folder" in graded.export("--MoodleExporter.write=True", "--to=grades.csv")
    graded.export("--MoodleExporter.write=True", "--to=out/moodle")
    names = sorted(path.name for path in (graded.root / "out" / "moodle").iterdir())
    assert names == ["warmup_feedback.zip", "warmup_grades.csv"]


def test_not_imported(moodle):
    """Is it said that zip_collect comes first?"""
    moodle.worksheet()
    assert "zip_collect" in moodle.export()
