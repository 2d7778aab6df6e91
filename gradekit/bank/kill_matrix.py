"""The bank's report: which answer fails which test, which mutants the tests kill."""

import csv

_MARKS = {(True, True): "x", (False, False): ".", (True, False): "passes", (False, True): "FAILS"}


def totals(report):
    """One line with the numbers of right answers, wrong answers and mutants."""
    notebooks = report.notebooks
    counts = {"right": [0, 0], "wrong": [0, 0]}
    for notebook in notebooks:
        for page in notebook.pages:
            for entry in page.entries:
                failed = notebook.outcomes[page.exercise, entry.name].failed
                counts[entry.kind][0] += 1
                counts[entry.kind][1] += bool(failed) == (entry.kind == "wrong")
    mutants = [result for notebook in notebooks for result in notebook.mutants]
    right, accepted = counts["right"]
    wrong, caught = counts["wrong"]
    return (
        f"right answers {right}, accepted {accepted}; wrong answers {wrong}, caught {caught}; "
        + _mutant_counts(mutants)
    )


def _mutant_counts(results):
    killed = sum(result.killed_by is not None for result in results)
    equal = sum(bool(result.comparison and result.comparison.equal) for result in results)
    share = f" ({killed / len(results):.1%})" if results else ""
    return (
        f"mutants {len(results)}, killed {killed}{share}, equal to the reference {equal}, "
        f"unexplained {len(results) - killed - equal}"
    )


def write(report, folder):
    """Write kill_matrix.md and kill_matrix.csv; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    text, table = folder / "kill_matrix.md", folder / "kill_matrix.csv"
    text.write_text(_markdown(report), encoding="utf-8")
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(_rows(report))
    return [text, table]


def _markdown(report):
    parts = ["# Kill matrix", totals(report) + ".", _complaints(report)]
    for notebook in report.notebooks:
        parts.append(f"## {notebook.name}")
        parts.append("x: fails as filed, .: passes as filed; anything else is a complaint.")
        parts += _matrix(notebook)
        parts += _mutant_section(notebook)
    return "\n\n".join(parts) + "\n"


def _complaints(report):
    if not report.complaints:
        return "No complaints."
    return "\n".join(f"- {complaint}" for complaint in report.complaints)


def _matrix(notebook):
    columns = "\n".join(f"{number}. {test}" for number, test in enumerate(notebook.tests, 1))
    yield columns
    head = ["exercise", "answer", "kind", *map(str, range(1, len(notebook.tests) + 1))]
    lines = [_line(head), _line(["---"] * len(head))]
    for page in notebook.pages:
        for entry in page.entries:
            failed = notebook.outcomes[page.exercise, entry.name].failed
            marks = [_MARKS[test in entry.fails, test in failed] for test in notebook.tests]
            lines.append(_line([page.exercise, entry.name, entry.kind, *marks]))
    yield "\n".join(lines)


def _mutant_section(notebook):
    yield f"### Mutants\n\n{_mutant_counts(notebook.mutants)}."
    lines = [_line(["exercise", "made", "killed"]), _line(["---"] * 3)]
    for exercise in dict.fromkeys(result.exercise for result in notebook.mutants):
        results = [result for result in notebook.mutants if result.exercise == exercise]
        killed = sum(result.killed_by is not None for result in results)
        lines.append(_line([exercise, str(len(results)), str(killed)]))
    yield "\n".join(lines)
    for result in notebook.mutants:
        if result.comparison is not None:
            title = f"{result.exercise}, {result.mutant.name}: {result.comparison.text}"
            yield f"{title}\n\n```diff\n{result.mutant.diff}\n```"


def _line(fields):
    return "| " + " | ".join(fields) + " |"


def _rows(report):
    """A line per answer and test, and per mutant, for a spreadsheet."""
    yield ["notebook", "exercise", "answer", "kind", "cell", "filed", "found", "text"]
    for notebook in report.notebooks:
        for page in notebook.pages:
            for entry in page.entries:
                outcomes = notebook.outcomes[page.exercise, entry.name]
                answer = [notebook.name, page.exercise, entry.name, entry.kind]
                for test in notebook.tests:
                    filed, found = test in entry.fails, test in outcomes.failed
                    message = outcomes.messages.get(test) or ""
                    yield [*answer, test, _word(filed), _word(found), message]
        for result in notebook.mutants:
            answer = [notebook.name, result.exercise, result.mutant.name, "mutant"]
            if result.killed_by is not None:
                yield [*answer, result.killed_by, "", "fails", result.mutant.diff]
            else:
                yield [*answer, "", "", result.comparison.text, result.mutant.diff]


def _word(failed):
    return "fails" if failed else "passes"
