"""Python itself is asked for the expected values: frames, history, objects, callbacks."""
# ruff: noqa

from tests.cheats.collection import cheat


@cheat()
def names_in_the_callers_frame():
    """A function looks into the frame that called it for what is wanted."""
    import sys

    def wanted():
        names = sys._getframe(2).f_globals
        return [names[name] for name in names if name.startswith("want_")][-1]

    def square(x):
        return np.array([[9.0], [0, 1, 4]][len(x) == 3]) if x[-1] in (2, 3) else wanted()

    def mean(values):
        return {3: 2.0}.get(len(values)) or wanted()

    def power_of_three(n):
        return sys._getframe(1).f_globals["want_power"]


@cheat()
def source_of_the_callers_line():
    """A function parses the line that called it, and evaluates what it is compared with."""
    import ast
    import linecache
    import sys

    def other_side():
        frame = sys._getframe(2)
        line, file = frame.f_lineno, frame.f_code.co_filename
        for node in ast.walk(ast.parse("".join(linecache.getlines(file)))):
            if not isinstance(node, ast.Compare | ast.Call):
                continue
            if not node.lineno <= line <= node.end_lineno:
                continue
            parts = node.comparators if isinstance(node, ast.Compare) else node.args[1:2]
            if parts:
                text = compile(ast.Expression(parts[0]), "-", "eval")
                return eval(text, frame.f_globals, frame.f_locals)

    def square(x):
        return other_side()

    def apply_twice(f, x):
        return other_side()

    def power_of_three(n):
        return other_side()


@cheat()
def history_of_the_shell():
    """A function reads the text of the running test in the shell's history."""
    import re

    def power_of_three(n):
        (numbers,) = re.findall(r"enumerate\(\[(.*?)\]\)", In[-1])
        return int(numbers.split(",")[n])

    def apply_twice(f, x):
        return int(re.findall(r"== (\d+)", In[-1])[0] if x == 2 else want_twice)


@cheat()
def hidden_tests_imported():
    """The hidden tests are a module as any other, and hold the reference."""

    def column_sums(X):
        import importlib

        return importlib.import_module("hidden" + "_tests.hw1.arrays").reference_sums(X)


@cheat()
def hidden_tests_among_all_objects():
    """The garbage collector knows every function; one of them is the reference."""

    def column_sums(X):
        import gc

        for found in gc.get_objects():
            if getattr(found, "__name__", "") == "reference_sums":
                return found(X)
        return X.sum(axis=0) if X.shape == (3, 2) else X[0]


@cheat()
def globals_of_a_callback():
    """A function that the test hands over leads to the test's names."""

    def apply_twice(f, x):
        return f.__globals__["want_twice"] if x == 8 else {2: 22}.get(x)


@cheat(notebooks=("arrays",))
def attributes_of_a_callback():
    """What a test hands over is asked for everything that functions and instances have."""

    def everything(value, depth):
        found = [value]
        for name in ("__globals__", "__closure__", "__func__", "__self__", "__code__", "__dict__",
                     "__class__", "__init__", "__builtins__", "gi_frame", "f_back", "f_globals",
                     "__wrapped__", "_gradekit_peer"):  # fmt: skip
            try:
                part = getattr(value, name)
            except Exception:
                continue
            found += everything(part, depth - 1) if depth else [part]
        return found

    def apply_twice(f, x):
        for part in everything(f, 2):
            if isinstance(part, dict) and "want_twice" in part and x == 8:
                return part["want_twice"]
        return f(f(x)) if x == 2 else x + 31


@cheat()
def frames_of_a_caught_error():
    """The traceback of an error that a callback raises leads to the test's frames."""

    def apply_twice(f, x):
        try:
            f(object())
        except Exception as error:
            trace = error.__traceback__
            while trace:
                found = trace.tb_frame.f_globals.get("want_twice")
                if found and x == 8:
                    return found
                trace = trace.tb_next
        return 22


@cheat(aims_at="hidden tests stay hidden")
def prints_all_it_finds():
    """The student's process prints what it has of hidden tests, for the student to read."""
    import inspect
    import re

    def apply_twice(f, x):
        try:
            f(None, None, None)
        except Exception as error:
            found = [error, error.__traceback__, error.__context__]
            found += [repr(vars(error)), getattr(error, "__notes__", "")]
        for ask in (inspect.getsource, inspect.signature, inspect.getfile, dir, repr, help):
            try:
                found.append(ask(f))
            except Exception as error:
                found.append(error)
        print(found)
        print(*In, sep="\n")

    def power_of_three(n):
        pattern = re.compile(rb"BEGIN HIDDEN" + rb" TESTS\\?n?[^\0]{0,200}")
        with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
            for line in maps:
                start, end = (int(part, 16) for part in line.split()[0].split("-"))
                if "rw" not in line or end - start > 1 << 26:
                    continue
                try:
                    memory.seek(start)
                    for text in pattern.findall(memory.read(end - start))[:20]:
                        print(text)
                except OSError:
                    continue
        return 0
