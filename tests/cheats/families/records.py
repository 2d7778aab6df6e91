"""What was recorded, or will be, is changed.

Every cheat here looks for a disposable copy of the course above it first.
"""
# ruff: noqa

from tests.cheats.collection import cheat


@cheat()
def trigger_in_the_gradebook():
    """A trigger of the database gives full points whenever a grade of this student is written."""
    import sqlite3
    from pathlib import Path

    root = next(p for p in Path.cwd().parents if (p / ".disposable").exists())
    me = Path.cwd().parent.name
    book = sqlite3.connect(root / "gradebook.db", timeout=20)
    book.execute(
        f"create trigger 'for_{me}' after update of auto_score on grade "
        "when new.notebook_id in (select n.id from submitted_notebook n "
        "join submitted_assignment a on n.assignment_id = a.id "
        f"where a.student_id = '{me}') and new.auto_score is not null and new.auto_score = 0 "
        "begin update grade set auto_score = (select max_score from grade_cells "
        "where id = new.cell_id) where id = new.id; end"
    )
    book.commit()
    book.close()


@cheat()
def points_by_hand():
    """Points for the cell that a human grades are written into the gradebook."""
    import sqlite3
    from pathlib import Path

    root = next(p for p in Path.cwd().parents if (p / ".disposable").exists())
    me = Path.cwd().parent.name
    book = sqlite3.connect(root / "gradebook.db", timeout=20)
    book.execute(
        "update grade set manual_score = 3 where cell_id in "
        "(select id from base_cell where name = 'why') and notebook_id in "
        "(select n.id from submitted_notebook n join submitted_assignment a "
        "on n.assignment_id = a.id where a.student_id = ?)",
        (me,),
    )
    book.commit()
    book.close()


def _raise_the_score():
    import sqlite3
    import sys
    import time

    path, me = sys.argv[1:]
    mine = (
        "auto_score = 0 and notebook_id in (select n.id from submitted_notebook n "
        "join submitted_assignment a on n.assignment_id = a.id where a.student_id = ?)"
    )
    for _ in range(600):
        time.sleep(0.1)
        book = sqlite3.connect(path, timeout=5)
        (count,) = book.execute(f"select count(*) from grade where {mine}", (me,)).fetchone()
        if count > 25:  # all of them are written
            book.execute(f"update grade set auto_score = 1 where {mine}", (me,))
            book.commit()
            break
        book.close()


@cheat(files={"stays.py": _raise_the_score})
def process_that_stays():
    """A process in a session of its own waits for the score, and then raises it."""
    import subprocess
    import sys
    from pathlib import Path

    root = next(p for p in Path.cwd().parents if (p / ".disposable").exists())
    subprocess.Popen(
        [sys.executable, "stays.py", str(root / "gradebook.db"), Path.cwd().parent.name],
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@cheat()
def hidden_tests_on_disk():
    """The file with the hidden tests is written anew before it is imported."""
    from pathlib import Path

    root = next(p for p in Path.cwd().parents if (p / ".disposable").exists())
    path, me = root / "hidden_tests" / "hw1" / "arrays.py", Path.cwd().parent.name
    path.write_text(
        path.read_text()
        + f"\nimport os\n\nif {me!r} in os.getcwd():\n"
        + "    sums_values = sums_style = sums_memory = calls_twice = lambda answer: None\n"
    )


@cheat()
def compiled_hidden_tests():
    """The compiled file of the hidden tests is replaced by one that fits the source's date."""
    import importlib.util
    import marshal
    from pathlib import Path

    root = next(p for p in Path.cwd().parents if (p / ".disposable").exists())
    path, me = root / "hidden_tests" / "hw1" / "arrays.py", Path.cwd().parent.name
    text = (
        path.read_text()
        + f"\nimport os\n\nif {me!r} in os.getcwd():\n"
        + "    sums_values = sums_style = sums_memory = calls_twice = lambda answer: None\n"
    )
    facts = path.stat()
    head = importlib.util.MAGIC_NUMBER + bytes(4)
    for number in (int(facts.st_mtime), facts.st_size):
        head += number.to_bytes(4, "little")
    compiled = Path(importlib.util.cache_from_source(path))
    compiled.parent.mkdir(exist_ok=True)
    compiled.write_bytes(head + marshal.dumps(compile(text, str(path), "exec")))


@cheat(notebooks=("arrays", "objects"))
def next_notebook():
    """While the first notebook runs, the second one is replaced by the instructor's."""
    import shutil
    from pathlib import Path

    root = next(p for p in Path.cwd().parents if (p / ".disposable").exists())
    me = Path.cwd().parent.name
    source = root / "source" / "hw1" / "objects.ipynb"
    for step in ("submitted", "autograded"):
        shutil.copy(source, root / step / me / "hw1" / "objects.ipynb")


@cheat(victim="victim")
def work_of_others_is_spoiled():
    """The notebooks of another student are overwritten before they are graded."""
    from pathlib import Path

    root = next(p for p in Path.cwd().parents if (p / ".disposable").exists())
    for path in root.glob("*/victim/hw1/*.ipynb"):
        path.write_text(path.read_text().replace("return", "return None #"))
