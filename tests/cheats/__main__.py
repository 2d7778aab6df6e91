"""Prints what each cheat gains under nbgrader alone and with the kit's engine, as a table.

Run it as ``python -m tests.cheats`` in the repository's folder; it takes some minutes.
"""

import argparse
import tempfile
from pathlib import Path

from tests.cheats import class_of_cheats as classes
from tests.cheats.collection import all_cheats


def main():
    """Grade the class twice and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("only", nargs="*", help="parts of names of cheats; all if there is none")
    only = parser.parse_args().only
    cheats = [
        cheat
        for cheat in all_cheats().values()
        if not only or any(part in cheat.name for part in only)
    ]
    graded = {}
    for engine in ("stock", "ours"):
        with tempfile.TemporaryDirectory() as folder:
            graded[engine] = classes.grade(engine, Path(folder), cheats)
    for line in _table(cheats, graded):
        print(line)


def _table(cheats, graded):
    yield "| cheat | what it tries | nbgrader alone | with the kit |"
    yield "| --- | --- | --- | --- |"
    for cheat in cheats:
        points = [_told(graded[engine], cheat) for engine in ("stock", "ours")]
        yield f"| {cheat.name} | {cheat.tries} | {points[0]} | {points[1]} |"
    for engine, found in graded.items():
        paid = sum(bool(classes.gains(found, cheat)) for cheat in cheats)
        yield f"\n{engine}: {paid} of {len(cheats)} cheats gain points."


def _told(graded, cheat):
    if cheat.victim:
        lost = classes.lost(graded, cheat)
        return f"{lost:g} points of another" if lost else "0"
    return f"{sum(classes.gains(graded, cheat).values()):g}"


if __name__ == "__main__":
    main()
