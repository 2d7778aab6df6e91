"""The kit's own commands: python -m gradekit --help."""

import argparse
import os
import sys
from pathlib import Path

from gradekit import course

# What only grading needs.
GRADING = {"ipykernel", "msgpack", "nbclient", "nbgrader", "numpy", "sqlalchemy"}


def main(arguments=None):
    """Run one command; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except course.CourseError as error:
        print(f"gradekit: {error}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in GRADING:
            raise
        print(
            f"gradekit: this command is for instructors, and {error.name} is not installed: "
            "pip install 'gradekit[grade]'.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("\ngradekit: stopped; the same command goes on from here.", file=sys.stderr)
        return 130


def _parser():
    parser = argparse.ArgumentParser(
        prog="python -m gradekit",
        description="What the course needs and nbgrader has no command for.",
    )
    parser.add_argument("--course", type=Path, default=Path.cwd(), help="its folder (default: .)")
    commands = parser.add_subparsers(title="commands", required=True, metavar="command")

    command = commands.add_parser("grade", help="release, autograde, and write feedback")
    command.add_argument("--assignment", required=True)
    command.set_defaults(run=_grade)

    command = commands.add_parser("release", help="make the students' version from source/")
    command.add_argument("assignments", nargs="*", metavar="assignment", help="default: all")
    command.set_defaults(run=_release)

    command = commands.add_parser("sample-class", help="write submissions of invented students")
    command.add_argument("--assignment", required=True)
    command.set_defaults(run=_sample_class)

    command = commands.add_parser("bank", help="judge the tests by right and wrong answers")
    command.add_argument("assignments", nargs="*", metavar="assignment", help="default: all")
    command.set_defaults(run=_bank)

    command = commands.add_parser("bundle", help="write the zip that students download")
    command.add_argument("assignments", nargs="*", metavar="assignment", help="default: all")
    command.set_defaults(run=_bundle)

    command = commands.add_parser("report", help="how a class did in an assignment, as a PDF")
    command.add_argument("assignment")
    command.add_argument("--without-names", action="store_true", help="name no students")
    command.set_defaults(run=_report)

    command = commands.add_parser(
        "handin", help="one PDF from notebooks, scanned pages and photos, for students"
    )
    command.add_argument("files", nargs="+", type=Path, metavar="file", help="in the PDF's order")
    command.add_argument("-o", "--output", type=Path, default=Path("handin.pdf"), metavar="PDF")
    command.add_argument("--title", help="default: the name of the first file's folder")
    command.add_argument("--name", default="", help="yours, for the first page")
    command.set_defaults(run=_handin)

    return parser


def _grade(options):
    from gradekit import grade

    return 0 if grade.grade(_root(options), options.assignment) else 1


def _release(options):
    from gradekit import release

    root = _root(options)
    for assignment in options.assignments or course.assignments(root):
        print(release.register_and_release(root, assignment), flush=True)
    return 0


def _sample_class(options):
    from gradekit import sample_class

    students = sample_class.write(_root(options), options.assignment)
    print(f"wrote submissions of {len(students)} invented students into submitted/")
    return 0


def _bank(options):
    from gradekit import bank

    return bank.main(_root(options), options.assignments)


def _bundle(options):
    from gradekit import bundle

    root = _root(options)
    for assignment in options.assignments or course.assignments(root):
        print(f"wrote {bundle.main(root, assignment).relative_to(root)}", flush=True)
    return 0


def _report(options):
    from gradekit import class_report

    root = _root(options)
    for path in class_report.main(root, options.assignment, not options.without_names):
        print(f"wrote {path.relative_to(root)}")
    return 0


def _handin(options):
    from gradekit import handin

    return handin.main(options.files, options.output, options.title, options.name)


def _root(options):
    root = Path(os.path.abspath(options.course))
    if not (root / "nbgrader_config.py").exists():
        raise course.CourseError(
            f"{root} is no course: it has no nbgrader_config.py; run this in the course's folder."
        )
    return root


if __name__ == "__main__":
    sys.exit(main())
