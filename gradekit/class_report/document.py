"""The report as a PDF."""

from dataclasses import dataclass
from importlib import resources

from gradekit.class_report.items import histogram, quartiles
from gradekit.pdf.compile import compile_typst
from gradekit.pdf.document import setup
from gradekit.pdf.front import number
from gradekit.pdf.look import Look
from gradekit.pdf.typst_text import literal

MOST = 25  # misconceptions


@dataclass(frozen=True)
class Report:
    """What the report says.

    Attributes
    ----------
    assignment : str
    items : list of Item
    totals : list of float
        One for each student who handed in.
    points : float
        What can be had without extra credit.
    waiting : dict of str to int
        Students with cells that a human has to grade, and how many.
    notes : dict of str to list of str
        What grading noticed about a student's submission: repairs, time-outs, ids.
    misconceptions : list of Misconception
    names : dict of str to str or None
        The students' names by id; None if the report names nobody.
    """

    assignment: str
    items: list
    totals: list
    points: float
    waiting: dict
    notes: dict
    misconceptions: list
    names: dict | None


def to_pdf(report):
    """Return the report as the bytes of a PDF."""
    look = Look()
    title = f"Class report: {report.assignment}"
    body = [
        '#import "class_report.typ": *',
        setup(look, title),
        f"#head({literal(report.assignment)}, {_facts(report)})",
        f"#bars({_typst(histogram(report.totals, report.points))}, {_typst(report.points)})",
        f"#items({_typst(list(map(_item, report.items, [None, *report.items])))})",
        f"#misconceptions({_typst(_misconceptions(report))}, {len(report.totals)})",
        f"#people({_typst(_people(report))})",
    ]
    template = (resources.files("gradekit.class_report") / "class_report.typ").read_bytes()
    return compile_typst("\n".join(body), {"class_report.typ": template}, look)


def _facts(report):
    low, middle, high = quartiles(report.totals)
    mean = sum(report.totals) / len(report.totals)
    return _typst({
        "students": len(report.totals),
        "points": number(report.points),
        "mean": f"{mean:.1f}",
        "median": f"{middle:.1f}",
        "half": f"{low:.1f} to {high:.1f}",
        "waiting": len(report.waiting),
    })


def _item(item, above):
    """Describe a cell; the first one below a heading brings it along."""
    return {
        "exercise": "" if above and above.exercise == item.exercise else item.exercise,
        "notebook": item.notebook,
        "cell": item.cell,
        "points": number(item.points),
        "counts": list(item.counts),
        "waiting": item.waiting,
        "mean": "" if item.mean is None else f"{100 * item.mean:.0f} %",
        "discrimination": "" if item.discrimination is None else f"{item.discrimination:.2f}",
    }


def _misconceptions(report):
    return [
        {
            "count": len(one.students),
            "exercise": one.exercise,
            "check": one.check,
            "text": one.text,
            "students": "" if report.names is None else ", ".join(one.students),
        }
        for one in report.misconceptions[:MOST]
    ]


def _people(report):
    """Who needs a look; without names, how many do for each reason."""
    reasons = {student: list(notes) for student, notes in report.notes.items()}
    for student, count in report.waiting.items():
        cells = f"{count} cell{'s' * (count > 1)} to grade by hand"
        reasons.setdefault(student, []).insert(0, cells)
    if report.names is None:
        return [{"who": f"{len(reasons)} students", "notes": []}] if reasons else []
    return [
        {"who": _who(student, report.names), "notes": reasons[student]}
        for student in sorted(reasons)
    ]


def _who(student, names):
    return f"{names[student]} ({student})" if names.get(student) else student


def _typst(value):
    """Return a value as Typst code: text, numbers, lists and dictionaries of these."""
    if isinstance(value, str):
        return literal(value)
    if isinstance(value, dict):
        return f"({', '.join(f'{key}: {_typst(inner)}' for key, inner in value.items())})"
    if isinstance(value, list):
        return f"({''.join(f'{_typst(inner)}, ' for inner in value)})"
    return repr(value)
