"""A class of the tiny course that takes a while to grade, and what its gradebook then says."""

import shutil
import sqlite3

SIZE = 8
_SLOW = "import time\n\ndef add(a, b):\n    time.sleep(0.2)\n    return a + b"
_ANSWERS = [
    {"add": _SLOW, "why": "So it is."},
    {"add": "def add(a, b):\n    return a - b"},
    {"add": "def add(a, b):\n    raise ValueError('late')"},
    {},
]


def hand_in(course, size=SIZE):
    """Let students hand in answers of several kinds, one of them in a broken notebook."""
    for number in range(size):
        student = f"s{number:02}"
        folder = course.hand_in(student)
        course.answer(student, "adding", _ANSWERS[number % len(_ANSWERS)])
        course.answer(student, "doubling", {"double": "def double(x):\n    return 2 * x"})
    (folder / "adding.ipynb").write_text("{")


def rows(root):
    """All that the gradebook says, without the ids that it makes up."""
    queries = {
        "grades": """
            SELECT s.student_id, n.name, c.name, g.auto_score, g.manual_score, g.extra_credit,
                   g.needs_manual_grade, b.late_submission_penalty, s.timestamp
            FROM grade g JOIN base_cell c ON c.id = g.cell_id
            JOIN submitted_notebook b ON b.id = g.notebook_id
            JOIN notebook n ON n.id = b.notebook_id
            JOIN submitted_assignment s ON s.id = b.assignment_id""",
        "comments": """
            SELECT s.student_id, n.name, c.name, m.auto_comment, m.manual_comment
            FROM comment m JOIN base_cell c ON c.id = m.cell_id
            JOIN submitted_notebook b ON b.id = m.notebook_id
            JOIN notebook n ON n.id = b.notebook_id
            JOIN submitted_assignment s ON s.id = b.assignment_id""",
        "students": "SELECT id FROM student",
    }
    with sqlite3.connect(root / "gradebook.db") as book:
        return {name: sorted(book.execute(query), key=repr) for name, query in queries.items()}


def copy(course, root):
    """The course once more, in another folder."""
    shutil.copytree(course.root, root, symlinks=True)
    return type(course)(root)
