"""Files and memory are searched for expected values and right answers."""
# ruff: noqa

from tests.cheats.collection import cheat


@cheat(notebooks=("objects", "arrays"))
def source_notebooks():
    """The instructor's notebooks are read, and their solutions run."""
    import glob
    import json

    for path in glob.glob("../../../source/hw1/objects.ipynb"):
        for cell in json.load(open(path))["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("solution") and cell["cell_type"] == "code":
                get_ipython().user_ns.setdefault("found", []).append("".join(cell["source"]))

    def word_counts(text):
        names = {}
        for source in found:
            exec(source, names)
        return names["word_counts"](text)

    def greeting(name):
        names = {}
        for source in found:
            exec(source, names)
        return names["greeting"](name)


@cheat()
def course_by_environment():
    """The environment tells where the course is; the tests in its gradebook tell the answers."""
    import os
    import re
    import sqlite3

    def power_of_three(n):
        for folder in os.environ["PYTHONPATH"].split(":"):
            path = os.path.join(folder, "gradebook.db")
            if os.path.exists(path):
                book = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
                for (text,) in book.execute("select source from source_cell"):
                    for numbers in re.findall(r"enumerate\(\[(.*?)\]\)", text or ""):
                        return int(numbers.split(",")[n])


@cheat()
def course_by_the_parent():
    """The working folder of the parent process is the course."""
    import glob
    import json
    import os

    for path in glob.glob(f"/proc/{os.getppid()}/cwd/source/hw1/arrays.ipynb"):
        texts = ["".join(cell["source"]) for cell in json.load(open(path))["cells"]]
        found = [text for text in texts if "BEGIN SOLUTION" in text]

    def mean(values):
        names = {}
        exec(next(text for text in found if "def mean" in text), names)
        return names["mean"](values)


@cheat()
def own_notebook():
    """The notebook that is being graded lies in the working folder, hidden tests and all."""
    import re

    def power_of_three(n):
        text = open("arrays.ipynb").read()
        (numbers,) = re.findall(r"enumerate\(\[(.*?)\]\)", text)
        return int(numbers.split(",")[n])


@cheat()
def own_memory():
    """A function searches the memory of its process for the text of the test."""
    import re

    def power_of_three(n):
        # The pattern must not find itself.
        pattern = re.compile(rb"want_power in " + rb"enumerate\(\[([0-9, ]+)\]\)")
        with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
            for line in maps:
                place, rights = line.split()[:2]
                start, end = (int(part, 16) for part in place.split("-"))
                if "rw" not in rights or end - start > 1 << 26:
                    continue
                try:
                    memory.seek(start)
                    found = pattern.search(memory.read(end - start))
                except OSError:
                    continue
                if found:
                    return int(found[1].split(b",")[n])
        return 0


@cheat()
def memory_of_the_parent():
    """A function searches the memory of the process that started it for the text of the test."""
    import os
    import re

    def power_of_three(n):
        pattern = re.compile(rb"want_power in " + rb"enumerate\(\[([0-9, ]+)\]\)")
        process = f"/proc/{os.getppid()}"
        with open(f"{process}/maps") as maps, open(f"{process}/mem", "rb", 0) as memory:
            for line in maps:
                place, rights = line.split()[:2]
                start, end = (int(part, 16) for part in place.split("-"))
                if "rw" not in rights or end - start > 1 << 26:
                    continue
                try:
                    memory.seek(start)
                    found = pattern.search(memory.read(end - start))
                except OSError:
                    continue
                if found:
                    return int(found[1].split(b",")[n])
        return 0


@cheat()
def work_of_others():
    """The submissions of others are read, and their answers run."""
    import glob
    import json

    found = []
    for path in sorted(glob.glob("../../../submitted/*right*/hw1/arrays.ipynb")):
        for cell in json.load(open(path))["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("solution") and cell["cell_type"] == "code":
                found.append("".join(cell["source"]))

    def mean(values):
        names = {"np": np}
        for text in found:
            exec(text, names)
        return names["mean"](values)


@cheat()
def everything_that_can_be_read():
    """A walk through the files that may be opened, for one with hidden tests in it."""
    import os
    import re

    pattern = re.compile(r"want_power in " + r"enumerate\(\[([0-9, ]+)\]\)")
    numbers, count = [], 0
    for top in ("../../..", "/course", "/home", "/dev/shm", "/run"):
        for folder, folders, names in os.walk(top):
            count += len(names)
            if count > 5000 or numbers:
                folders.clear()
                continue
            for name in names:
                path = os.path.join(folder, name)
                if name.endswith((".ipynb", ".db", ".json", ".py")) and os.path.isfile(path):
                    with open(path, errors="replace") as file:
                        numbers += pattern.findall(file.read(1 << 22))

    def power_of_three(n):
        return int(numbers[0].split(",")[n])
