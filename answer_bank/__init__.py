"""Right and wrong answers to every exercise: the test of the hidden tests.

One page per exercise, `answer_bank/<assignment>/<notebook>/<exercise>.py`, reads as a catalog of
what students hand in::

    CELL = "a2a_logsumexp"      # grade_id of the solution cell that an answer replaces
    NAME = "logsumexp"          # what the student defines there

    @right
    def shifted(x, axis=-1, keepdims=False): ...

    @wrong(fails={"a2a_logsumexp_core"}, says="exp overflows")
    def naive(x, axis=-1, keepdims=False): ...

Without NAME the body of an entry is the whole cell. A page may also define `inputs(rng)`,
`observe(answer, *args)` and TOLERANCE: they tell whether a mutant of the reference solution that
no test fails gives the reference's values (see `gradekit.bank.equivalence`).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """What the bank claims about an answer."""

    kind: str
    fails: frozenset = frozenset()
    says: str = ""


def right(answer):
    """Mark an answer that every test accepts."""
    answer.answer = Answer("right")
    return answer


def wrong(*, fails=(), says=""):
    """Mark an answer that fails exactly the grade cells `fails`.

    Parameters
    ----------
    fails : set of str
        grade_ids of all test cells of the notebook that the answer fails.
    says : str
        Part of the message of the first of them.
    """

    def mark(answer):
        answer.answer = Answer("wrong", frozenset(fails), says)
        return answer

    return mark
