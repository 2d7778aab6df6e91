"""A source notebook with its pages of the bank: which cells run for which answer."""

import ast

from gradekit import course
from gradekit.bank.cell_graph import affected, code_cells, needed
from gradekit.bank.cell_runner import CellRun
from gradekit.bank.equivalence import Question
from gradekit.bank.mutants import make_mutants
from gradekit.bank.pages import PageError, manual_cells, page_paths, read_page

# Processor seconds: for the reference solutions of a whole notebook; for one answer or mutant (a
# fixed part and a multiple of what the reference needs for the same cells).
REFERENCE_LIMIT = 300.0
ANSWER_LIMIT, MUTANT_LIMIT, FACTOR = 4.0, 1.0, 10.0


class BankNotebook:
    """Prepares the runs of one notebook's answers; runs nothing itself."""

    def __init__(self, root, assignment, path):
        self.assignment, self.notebook = assignment, path.stem
        notebook = course.read_notebook(path)
        self.cells = code_cells(notebook)
        self.tests = [cell.id for cell in self.cells if cell.test]
        self.tests_of = _tests_of(self.cells)
        self.imports = tuple(_imports(self.cells))
        self.pages, self.page_errors = [], []
        manual_ids = manual_cells(notebook)
        for page_path in page_paths(root, assignment, path.stem):
            try:
                self.pages.append(read_page(page_path, manual_ids))
            except PageError as error:
                self.page_errors.append(str(error))
        self.reference_seconds = {}

    @property
    def judged_pages(self):
        """Pages of code, for a solution cell that exists."""
        solutions = {cell.id for cell in self.cells if cell.solution}
        return [page for page in self.pages if not page.manual and page.cell in solutions]

    def reference_run(self):
        """All cells with the reference solutions; every one has to pass."""
        return CellRun(
            tuple((cell.id, cell.text) for cell in self.cells),
            frozenset(cell.id for cell in self.cells),
            REFERENCE_LIMIT,
            self.imports,
        )

    def entry_run(self, page, entry):
        """The tests that an entry can affect; for a right one the visible checks as well."""
        cells = self._with(page.cell, entry.source)
        reached = affected(cells, page.cell)
        if entry.kind == "right":
            targets = [cell for cell in reached if not cell.solution]
        else:
            targets = [cell for cell in reached if cell.test]
        return self._run(cells, targets)

    def mutants(self, page):
        """The mutants of the page's reference solution; none if no test is about it."""
        if not self.tests_of.get(page.cell):
            return []
        return make_mutants(self._cell(page.cell).text)

    def mutant_run(self, page, mutant):
        """The exercise's own tests, until the first that fails."""
        cells = self._with(page.cell, mutant.source)
        targets = [cell for cell in cells if cell.id in self.tests_of[page.cell]]
        return self._run(cells, targets, MUTANT_LIMIT, until_failure=True)

    def question(self, page, mutant):
        """Does a surviving mutant give the reference's values?"""
        solution = self._cell(page.cell)
        before = needed(self.cells[: self.cells.index(solution) + 1], [solution])[:-1]
        return Question(
            str(page.path), page.name, tuple(sorted(solution.binds)),
            tuple(cell.text for cell in before), solution.text, mutant.source,
            self._limit(self.cells, ANSWER_LIMIT), self.imports,
        )  # fmt: skip

    def _cell(self, cell_id):
        return next(cell for cell in self.cells if cell.id == cell_id)

    def _with(self, cell_id, text):
        return [cell.replaced(text) if cell.id == cell_id else cell for cell in self.cells]

    def _run(self, cells, targets, fixed=ANSWER_LIMIT, until_failure=False):
        chosen = needed(cells, targets)
        return CellRun(
            tuple((cell.id, cell.text) for cell in chosen),
            frozenset(cell.id for cell in targets),
            self._limit(chosen, fixed),
            self.imports,
            until_failure,
        )

    def _limit(self, cells, fixed):
        seconds = sum(self.reference_seconds.get(cell.id, 0.0) for cell in cells)
        return fixed + FACTOR * seconds


def _tests_of(cells):
    """Test ids of each solution cell.

    A test is about the last solution cell before it that binds a name which the test reads: a test
    of the third exercise may use the answers to the first two.
    """
    found, solutions = {}, []
    for cell in cells:
        if cell.solution:
            found[cell.id] = []
            solutions.append(cell)
        elif cell.test:
            owners = [solution.id for solution in solutions if solution.binds & cell.reads]
            if owners:
                found[owners[-1]].append(cell.id)
    return found


def _imports(cells):
    """Import statements of all cells, in their order."""
    for cell in cells:
        try:
            nodes = ast.walk(ast.parse(cell.text))
        except SyntaxError:
            continue
        for node in nodes:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                yield ast.unparse(node)
