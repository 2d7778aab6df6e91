"""The class that is graded: every cheat, the wrong answers it rests on, and honest students."""

import re

import nbformat

from tests.cheats import grading
from tests.cheats.answers import ANSWERS
from tests.cheats.collection import Submission

# Their ids stand first, in the middle and last, so that they are graded between cheats.
HONEST = ("a right one", "right", "victim", "z right one")
_SECRET = 12
_OF_EACH_FAMILY = 3


def wrong(answers):
    """The student who hands in wrong answers and nothing else."""
    return f"wrong {answers}"


def submissions(cheats, honest):
    """What a class with these cheats hands in, by student."""
    return {
        **{cheat.name: cheat.submission for cheat in cheats},
        **{wrong(answers): _wrong(answers) for answers in ANSWERS},
        **{student: Submission(ANSWERS["right"]) for student in honest},
    }


def _wrong(answers):
    in_both = answers in ("zeros", "blank")
    return Submission(ANSWERS[answers], notebooks=("arrays", "objects") if in_both else ("arrays",))


def grade(engine, folder, cheats, honest=HONEST):
    """Grade a class; see `grading.score`."""
    return grading.score(engine, submissions(cheats, honest), folder, in_each=honest)


def sample(cheats):
    """Some cheats of each family: those that all runs of the tests compare with nbgrader alone."""
    chosen = {}
    for cheat in cheats:
        of_family = chosen.setdefault(cheat.family, [])
        if cheat.victim or not cheat.aims_at and len(of_family) < _OF_EACH_FAMILY:
            of_family.append(cheat)
    return [cheat for of_family in chosen.values() for cheat in of_family]


def gains(graded, cheat):
    """{grade cell: points} that a cheat has over the same wrong answers without it."""
    honest = graded.points[wrong(cheat.rests_on)]
    found = graded.points.get(cheat.name, {})
    return {cell: points - honest[cell] for cell, points in found.items() if points > honest[cell]}


def lost(graded, cheat):
    """How many points the victim of a cheat has less than others with the same answers."""
    right = graded.points["right"]
    return sum(right.values()) - sum(graded.points[cheat.victim].values())


def printed(notebook):
    """All text that the outputs of a notebook show."""
    texts = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            texts.append(output.get("text", ""))
            texts += [output.get("evalue", ""), *output.get("traceback", [])]
            texts += [str(part) for part in output.get("data", {}).values()]
    return re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(texts))


def secret_lines():
    """Lines of hidden tests that nothing else shows, without their indentation."""
    shown, hidden = set(), set()
    for path in (grading.COURSE / "source").rglob("*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            within = False
            for line in map(str.strip, cell.source.splitlines()):
                within = (within or "BEGIN HIDDEN" in line) and "END HIDDEN" not in line
                (hidden if within else shown).add(line)
    for path in (grading.COURSE / "hidden_tests" / "hw1").glob("*.py"):
        hidden.update(map(str.strip, path.read_text("utf-8").splitlines()))
    return {line for line in hidden - shown if len(line) >= _SECRET and "import" not in line}
