"""What the bank found out about one notebook: jobs to run, where results go, complaints."""

from dataclasses import dataclass, field
from functools import partial

from gradekit.bank import judgement
from gradekit.bank.cell_runner import CellOutcomes
from gradekit.bank.equivalence import Comparison
from gradekit.bank.mutants import Mutant
from gradekit.bank.notebook import BankNotebook


@dataclass
class MutantResult:
    """A mutant's fate: the first cell that fails it, or how it compares with the reference."""

    exercise: str
    mutant: Mutant
    killed_by: str | None
    comparison: Comparison | None = None


@dataclass
class NotebookReport:
    """All results of one notebook; `outcomes` by (exercise, name of the entry).

    The jobs of a stage are pairs: what to run in a worker, and who takes the result.
    """

    source: BankNotebook
    reference: CellOutcomes | None = None
    outcomes: dict = field(default_factory=dict)
    mutants: list = field(default_factory=list)
    complaints: list = field(default_factory=list)

    @property
    def name(self):
        return f"{self.source.assignment}/{self.source.notebook}"

    @property
    def tests(self):
        return self.source.tests

    @property
    def pages(self):
        return self.source.judged_pages

    def reference_jobs(self):
        """The notebook with all reference solutions."""
        yield self.source.reference_run(), self._file_reference

    def answer_jobs(self):
        """Every answer of the bank, and every mutant of an exercise whose reference passes."""
        for page in self.pages:
            for entry in page.entries:
                key = page.exercise, entry.name
                yield self.source.entry_run(page, entry), partial(self.outcomes.__setitem__, key)
            # Where the reference fails its own tests, every mutant would count as killed.
            if not self.reference.failed.intersection(self.source.tests_of[page.cell]):
                for mutant in self.source.mutants(page):
                    run = self.source.mutant_run(page, mutant)
                    yield run, partial(self._file_mutant, page, mutant)

    def survivor_jobs(self):
        """The comparison with the reference of every mutant that no test failed."""
        pages = {page.exercise: page for page in self.pages}
        for result in self.mutants:
            if result.killed_by is None:
                question = self.source.question(pages[result.exercise], result.mutant)
                yield question, partial(setattr, result, "comparison")

    def complain(self):
        """Fill `complaints`, when all jobs are done."""
        found = judgement.page_complaints(self.source)
        found += judgement.reference_complaints(self.source, self.reference)
        for page in self.pages:
            for entry in page.entries:
                outcomes = self.outcomes[page.exercise, entry.name]
                found += judgement.entry_complaints(entry, outcomes, self.tests)
        found += judgement.unfailed_complaints(self.source, self.outcomes)
        found += judgement.survivor_complaints(self.source, self.mutants)
        self.complaints = found

    def _file_reference(self, outcomes):
        self.reference = outcomes
        self.source.reference_seconds = outcomes.seconds

    def _file_mutant(self, page, mutant, outcomes):
        killer = next((cell for cell in self.tests if cell in outcomes.failed), None)
        self.mutants.append(MutantResult(page.exercise, mutant, killer))
