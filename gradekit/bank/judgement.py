"""What the bank requires, and the sentence for each requirement that is not met."""

from gradekit.bank.pages import place

MIN_RIGHT = 2
MIN_KILLED = 0.95
_SHOWN = 400


def page_complaints(notebook):
    """Faults of the pages themselves, before anything runs."""
    complaints, where = list(notebook.page_errors), _name(notebook)
    for solution, tests in notebook.tests_of.items():
        without_page = solution not in {page.cell for page in notebook.pages}
        # A page that cannot be read may be the one.
        if tests and without_page and not notebook.page_errors:
            complaints.append(
                f"{where}: the solution cell {solution} has tests but no page in the answer bank."
            )
    for page in notebook.pages:
        complaints += _page_faults(notebook, page)
    return complaints


def _page_faults(notebook, page):
    where = place(page.path, 1)
    if page.manual:
        return
    if page.cell not in notebook.tests_of:
        yield f"{where}: CELL = {page.cell!r} is not a solution cell of {notebook.notebook}.ipynb."
        return
    binds = next(cell.binds for cell in notebook.cells if cell.id == page.cell)
    if page.name is not None and page.name not in binds:
        yield f"{where}: NAME = {page.name!r}, but the cell {page.cell} does not define it."
    rights = sum(entry.kind == "right" for entry in page.entries)
    if rights < MIN_RIGHT:
        yield f"{where}: at least {MIN_RIGHT} right alternatives are wanted, the page has {rights}."
    for entry in page.entries:
        yield from _claim_faults(notebook, entry)


def _claim_faults(notebook, entry):
    where = f"{place(entry.path, entry.line)}: {entry.name}"
    if entry.kind != "wrong":
        return
    if not entry.fails:
        yield f"{where} is filed as wrong but names no cell that it fails."
    if not entry.says.strip():
        yield f"{where} is filed as wrong but does not say what the message contains."
    for unknown in sorted(entry.fails - set(notebook.tests)):
        yield f"{where} is filed as failing {unknown}, which is no test cell of the notebook."


def reference_complaints(notebook, outcomes):
    """Cells that fail although every solution is the reference."""
    return [
        f"{_name(notebook)}: the reference fails {cell}: {_one_line(message)}"
        for cell, message in outcomes.messages.items()
        if message is not None
    ]


def entry_complaints(entry, outcomes, tests):
    """Where an entry does something else than it is filed to do."""
    where = f"{place(entry.path, entry.line)}: {entry.name}"
    if entry.kind == "right":
        return [
            f"{where} is filed as right but fails {cell}: {_one_line(outcomes.messages[cell])}"
            for cell in outcomes.messages
            if cell in outcomes.failed
        ]
    complaints = [
        f"{where} is filed as failing {_listed(entry.fails)} but also fails {cell}: "
        f"{_one_line(outcomes.messages[cell])}"
        for cell in tests
        if cell in outcomes.failed - entry.fails
    ] + [
        f"{where} is filed as failing {cell} but passes it: "
        "a test is missing, or the answer is right there."
        for cell in tests
        if cell in entry.fails - outcomes.failed
    ]
    failed = [cell for cell in tests if cell in outcomes.failed]
    if failed and _flat(entry.says) not in _flat(outcomes.messages[failed[0]]):
        complaints.append(
            f"{where} fails {failed[0]} without the words {entry.says!r}: "
            f"{_one_line(outcomes.messages[failed[0]])}"
        )
    return complaints


def unfailed_complaints(notebook, outcomes_of):
    """Test cells that no wrong answer fails: such a test proves nothing."""
    if notebook.page_errors:
        return []
    failed = set()
    for page in notebook.judged_pages:
        for entry in page.entries:
            if entry.kind == "wrong":
                failed |= outcomes_of[page.exercise, entry.name].failed
    return [
        f"{_name(notebook)}: no wrong answer of the bank fails {cell}."
        for cell in notebook.tests
        if cell not in failed
    ]


def survivor_complaints(notebook, results):
    """Mutants that no test fails and that are not shown to equal the reference."""
    return [
        f"{_name(notebook)}: {result.exercise}: no test fails the mutant "
        f"[{_one_line(result.mutant.diff)}], "
        f"which is not shown to equal the reference: {result.comparison.text}"
        for result in results
        if result.comparison is not None and not result.comparison.equal
    ]


def share_complaints(results):
    """Too many survivors in all notebooks together, though each may equal its reference."""
    killed = sum(result.killed_by is not None for result in results)
    if killed < MIN_KILLED * len(results):
        yield (
            f"The tests kill {killed} of {len(results)} mutants ({killed / len(results):.1%}), "
            f"at least {MIN_KILLED:.0%} are wanted."
        )


def _name(notebook):
    return f"{notebook.assignment}/{notebook.notebook}"


def _listed(cells):
    return ", ".join(sorted(cells)) or "nothing"


def _flat(text):
    """Reports wrap their lines; the words count, not where a line ends."""
    return " ".join(text.split())


def _one_line(message):
    flat = _flat(message)
    return flat if len(flat) <= _SHOWN else flat[:_SHOWN] + " ..."
