"""A large class from Moodle's zip to the zip that goes back, with the time of each step.

    python -m benchmarks.moodle_class [--students 300] [--assignment a1_vectorization_and_numerics]

The students are those of the sample class over and over, with other names.
"""

import argparse
import csv
import io
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from benchmarks.submissions import ROOT, lay_out_ours
from gradekit import sample_class

HEADER = [
    *("Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade"),
    *("Grade can be changed", "Last modified (submission)", "Last modified (grade)"),
    "Feedback comments",
]
SETTINGS = """
import gradekit
from gradekit import moodle

c = get_config()
c.CourseDirectory.course_id = "class"
c.ClearMarkScheme.enforce_metadata = False
c.GenerateAssignment.library = "nn_utils.py"
gradekit.install(c)
moodle.install(c)
"""
EXPORTER = "--exporter=gradekit.moodle.export.MoodleExporter"


def main():
    """Write the class, run nbgrader's commands, and print how long each took."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.moodle_class", description=__doc__)
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument("--assignment", default="a1_vectorization_and_numerics")
    options = parser.parse_args()
    assignment = options.assignment
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "course")
        lay_out_ours(root)
        (root / "nbgrader_config.py").write_text(SETTINGS, encoding="utf-8")
        _nbgrader(root, "generate_assignment", assignment)
        handed_in = _download(root, assignment, options.students)
        print(f"{options.students} students, {assignment}, {os.cpu_count()} cores")
        print("| step | seconds |\n| --- | --- |")
        export = "export", EXPORTER, f"--assignment={assignment}"
        for name, command in {
            "zip_collect": ("zip_collect", assignment),
            "autograde": ("autograde", assignment),
            "generate_feedback": ("generate_feedback", assignment),
            "export, dry run": export,
            "export": (
                *export, "--MoodleExporter.write=True", "--MoodleExporter.waiting=True"
            ),
        }.items():  # fmt: skip
            began = time.monotonic()
            _nbgrader(root, *command)
            print(f"| {name} | {time.monotonic() - began:.1f} |", flush=True)
        place = root / "downloaded" / assignment / f"{assignment}_feedback.zip"
        with zipfile.ZipFile(place) as archive:
            back = {name.split("_")[1] for name in archive.namelist()}
        print(f"{len(back)} of {handed_in} who handed in get feedback, {_mib(place):.0f} MiB.")


def _nbgrader(root, *arguments):
    program = [sys.executable, "-m", "nbgrader", *arguments]
    ran = subprocess.run(program, cwd=root, capture_output=True, text=True)
    # What some of the sample class handed in needs a human, which autograde ends with.
    if ran.returncode and "Not graded to the end" not in ran.stderr:
        sys.exit(f"{' '.join(arguments)}:\n{ran.stderr[-3000:]}")


def _download(root, assignment, count):
    """Write Moodle's zip and worksheet; returns how many handed in."""
    with tempfile.TemporaryDirectory() as folder:
        sample = Path(folder, "course")
        lay_out_ours(sample)
        (sample / "release").symlink_to(ROOT / "release")
        sample_class.write(sample, assignment)
        files = [
            {path.relative_to(one).as_posix(): path.read_bytes() for path in one.rglob("*.*")}
            for one in sorted(sample.glob(f"submitted/*/{assignment}"))
        ]
    archive = root / "downloaded" / assignment / "archive"
    archive.mkdir(parents=True)
    with zipfile.ZipFile(archive / "all.zip", "w", zipfile.ZIP_DEFLATED) as made:
        for number in range(1, count + 1):
            for name, data in files[number % len(files)].items():
                made.writestr(f"Student {number}_{number}_assignsubmission_file/{name}", data)
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(HEADER)
    for number in range(1, count + 1):
        table.writerow([
            *(f"Participant {number}", f"Student {number}", f"s{number}@example.org", "Submitted"),
            *("", "100.00", "Yes", "Friday, 20 November 2026, 11:42 PM", "-", ""),
        ])
    (archive / "grades.csv").write_text(out.getvalue(), encoding="utf-8-sig")
    return sum(bool(files[number % len(files)]) for number in range(1, count + 1))


def _mib(path):
    return path.stat().st_size / 2**20


if __name__ == "__main__":
    main()
