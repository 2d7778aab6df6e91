"""Is each file that students hand in taken, or refused and reported, and never one lost?"""

import io
import shutil
import stat
import zipfile

import pytest

from gradekit.moodle import archive
from tests.moodle.conftest import PEOPLE

ONE = [PEOPLE[0]]
ADA = "Ada Lovelace_1234567_assignsubmission_file"
AS = "adding.ipynb was handed in as"


def zipped(files):
    """A zip as bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("files", "kept", "sentence"),
    [
        ({"adding (1).ipynb": "a", "doubling.ipynb": "b"}, 2, f"{AS} adding (1).ipynb"),
        ({"Adding - Kopie.ipynb": "a"}, 1, f"{AS} Adding - Kopie.ipynb"),
        ({"adding.ipynb.txt": "a"}, 1, f"{AS} adding.ipynb.txt"),
        ({"my homework.ipynb": "a"}, 1, f"{AS} my homework.ipynb"),
        ({"x/adding.ipynb": "a", "y/adding.ipynb": "a"}, 2, f"{AS} x/"),
        ({"x/adding.ipynb": "a", "y/adding.ipynb": "c"}, 2, "could all be adding.ipynb"),
        ({"adding.ipynb": "a", "adding (1).ipynb": "c"}, 2, "lies beside adding.ipynb"),
        ({"adding.ipynb": "a", "scan.pdf": "s", "photo.jpg": "p"}, 3, "no doubling"),
        ({"__MACOSX/._adding.ipynb": "j", "adding.ipynb": "a"}, 1, "no doubling.ipynb"),
        ({".ipynb_checkpoints/adding-c.ipynb": "c", "adding.ipynb": "a"}, 1, "no doubling"),
    ],
)
def test_names_of_files(moodle, files, kept, sentence):
    """Is each notebook found, or nothing guessed, and is it said by student?"""
    contents = {"a": moodle.notebook(mark="a"), "c": moodle.notebook(mark="c")}
    contents["b"] = moodle.notebook("doubling", "b")
    moodle.zip({f"{ADA}/{name}": contents.get(key, key) for name, key in files.items()})
    moodle.worksheet(ONE)
    told = [line for line in moodle.collect().splitlines() if sentence in line]
    assert told and told[0].startswith("Ada Lovelace: ")
    found = moodle.submitted()["ada@example.org"]
    assert len(found) == kept + 1
    chosen = None if "could all be" in sentence else contents["a"]
    assert found.get("adding.ipynb") == chosen


def test_a_time_that_a_student_hands_in(moodle):
    """Is the time of a hand-in Moodle's, and unknown where Moodle says none?"""
    early = {"timestamp.txt": "2020-01-01 00:00", "x/timestamp.txt": "2020-01-01 00:00"}
    moodle.zip({f"{ADA}/{name}": text for name, text in early.items()})
    moodle.worksheet(ONE, **{"Last modified (submission)": "le 3 du mois"})
    told = moodle.collect()
    assert "timestamp.txt is kept as 2 timestamp.txt" in told
    assert "cannot be read" in told
    found = moodle.submitted()["ada@example.org"]
    assert sorted(found) == ["2 timestamp.txt", "x/timestamp.txt"]
    assert "1 unchanged" in moodle.collect("--force")


def test_zip_in_the_zip(moodle):
    """Are the files of a student's own zip taken, and a zip in that one not?"""
    inner = zipped({"adding.ipynb": moodle.notebook(mark="a"), "more.zip": zipped({"x": "y"})})
    moodle.zip({f"{ADA}/work.zip": inner})
    moodle.worksheet(ONE)
    assert "work.zip/more.zip is a zip within a zip" in moodle.collect()
    assert "adding.ipynb" in moodle.submitted()["ada@example.org"]


def test_hostile_and_broken_zips(moodle, monkeypatch):
    """Is nothing written outside, nothing huge unpacked, and does one bad file stop nobody?"""
    monkeypatch.setattr(archive, "MOST_BYTES", 200_000)
    link = zipfile.ZipInfo(f"{ADA}/doubling.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = moodle.archive / "submissions.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(f"{ADA}/../../../evil.txt", "x")
        made.writestr(f"{ADA}/bomb.pdf", b"0" * 300_000)
        made.writestr(link, "/etc/passwd")
        made.writestr(f"{ADA}/broken.zip", b"PK\x03\x04 and nothing")
        made.writestr("readme.txt", "from nobody")
        made.writestr("Jean-Luc O’Neil_1234568_assignsubmission_file_/adding.ipynb",
                      moodle.notebook(mark="jl"))
        made.writestr("Nobody Known_99_assignsubmission_file/adding.ipynb", "{}")
    (moodle.archive / "half.zip").write_bytes(path.read_bytes()[:200])
    moodle.worksheet()
    told = moodle.collect()
    for sentence in (
        "has a path that leads out of its folder",
        "bomb.pdf is larger than",
        "doubling.ipynb is a link to another file",
        "broken.zip is no zip, or damaged",
        "readme.txt is not named as Moodle names files",
        "Nobody Known (99) handed in and is neither",
        "half.zip is no zip, or damaged",
    ):
        assert sentence in told
    assert list(moodle.submitted()) == ["jl@example.org"]
    assert not list(moodle.root.rglob("evil.txt"))


@pytest.mark.parametrize("files", range(5))
def test_killed_in_the_middle(moodle, monkeypatch, files):
    """Is all there after a second run, if the first one was killed after so many files?"""
    people = PEOPLE[:2]
    moodle.handed_in(people)
    moodle.worksheet(people)
    moodle.collect()
    old = moodle.submitted()["ada@example.org"]["adding.ipynb"]
    moodle.zip({
        f"{name}_{number}_assignsubmission_file/{file}.ipynb": moodle.notebook(file, f"new {name}")
        for number, name, _ in people
        for file in ("adding", "doubling")
    })
    copy, left = shutil.copy, iter(range(files))

    def killed(source, target):
        if next(left, None) is None:
            raise KeyboardInterrupt
        return copy(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copy", killed)
        if files < 4:
            with pytest.raises(KeyboardInterrupt):
                moodle.collect("--force")
        else:
            moodle.collect("--force")
    moodle.collect("--force")
    for _, name, email in people:
        found = moodle.submitted()[email]
        assert sorted(found) == ["adding.ipynb", "doubling.ipynb", "timestamp.txt"]
        assert f"from new {name}".encode() in found["adding.ipynb"]
    kept = moodle.folder / "replaced" / "ada@example.org-1" / "adding.ipynb"
    assert kept.read_bytes() == old
