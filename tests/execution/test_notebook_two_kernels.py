"""Test cells run in a kernel of their own; together the two look like one notebook."""

import ast

import pytest

from gradekit.execution import kernels

DOUBLE = ("solution", "def double(x): return 2 * x")
TEST = ("test", "assert double(2) == 4\nprint('right', double(3))")


def test_one_numbering(run):
    """Are cells numbered as if one kernel had run them, in prompts, tracebacks and `In`?"""
    ran = run("1", DOUBLE, TEST, ("test", "1 / 0"), "In", "get_ipython().execution_count, _i4, _i")
    assert [cell.execution_count for cell in ran.cells] == [1, 2, 3, 4, 5, 6]
    assert "right 6" in ran.text(2)
    assert "In[4], line 1" in ran.traceback(3)
    assert ran.text(4) == "['', '1', 'def double(x): return 2 * x', '', '', 'In']"
    assert ran.errors(5) == ["NameError"]  # _i4: what the tests ran is not there


def test_modules(run):
    """Can student's cells import the public modules only, and tests all, under one path?"""
    secret = {"secret/__init__.py": b"", "secret/t.py": b"from public import x"}
    ran = run(
        "import public; public.__file__",
        "import secret",
        ("test", "import secret.t, public; secret.t.__file__, public.x"),
        "import sys; [name for name in sys.modules if name.partition('.')[0] == 'secret']",
        modules=secret | {"public.py": b"x = 1"},
        public=["public"],
    )
    assert ran.text(0) == "'/course/public.py'"
    assert ran.errors(1) == ["ModuleNotFoundError"]
    assert ran.text(2) == "('/course/secret/t.py', 1)"
    assert ran.text(3) == "[]"


def test_traceback_through_module(run):
    """Does a traceback show the lines of the course's modules?"""
    ran = run("import public\npublic.f()", modules={"public.py": b"def f():\n    here = 1 / 0"},
              public=["public"])  # fmt: skip
    assert "File /course/public.py:2, in f()" in ran.traceback(0)
    assert "here = 1 / 0" in ran.traceback(0)


def test_student_module_is_not_imported_by_tests(run):
    """Do tests find no module that the student wrote into the working folder?"""
    ran = run("open('helper.py', 'w').write('x = 1')", "import helper", ("test", "import helper"))
    assert ran.errors(1) == []
    assert ran.errors(2) == ["ModuleNotFoundError"]


def test_files(run):
    """Do tests see what the student's cells wrote, and the course's files as they were given?"""
    ran = run(
        "open('written.txt', 'w').write('w')\nopen('given.txt', 'w').write('changed')\n"
        "import os; os.getcwd()",
        ("test", "import os; os.getcwd(), open('written.txt').read(), open('given.txt').read()"),
        ("test", "open('more.txt', 'w').close()"),
        "os.listdir()",
        files={"given.txt": b"g"},
    )
    assert ran.text(0) == "'/home/student/sheet'"
    assert ran.text(1) == "('/home/student/sheet', 'w', 'g')"
    assert sorted(eval(ran.text(3))) == ["given.txt", "more.txt", "written.txt"]


def test_together(run):
    """Does a test cell run with the student's if the instructor allows that one?"""
    ran = run("x = 3", ("test", "x"), together=["cell1"])
    assert ran.text(1) == "3"


def test_display_ids(run):
    """Are displays of the student's cells out of reach of the tests', and the other way round?"""
    ran = run(
        "h = display('student', display_id='same')",
        ("test", "t = display('test', display_id='same')"),
        "h.update('changed')",
        ("test", "t.update('tested')"),
    )
    assert [ran.text(number) for number in range(4)] == ["'changed'", "'tested'", "", ""]


CHECKS = ("locked", "def check(f):\n    assert f(1) == 3, 'no'")
WRONG = (
    "solution",
    "def f(x):\n    try: return {}[x]\n    except KeyError: raise ValueError('odd')",
)


def test_traceback_of_a_chain(run):
    """Does a traceback show the student's lines, each with its error, and none of the kit's?"""
    test = ("test", "try:\n    f(1)\nexcept ValueError as error:\n    assert not str(error)")
    shown = run("1", WRONG, test).traceback(2)
    first, second, third = shown.split("During handling of the above exception")
    assert "return {}[x]" in first and "KeyError: 1" in first and "f(1)" not in first
    assert "In[3], line" in second and "raise ValueError('odd')" in second
    assert "assert not str(error)" in third and "Cell In[2]" not in third
    assert "gradekit" not in shown and "source" not in shown


LINES = """import traceback
try:
    f(1)
except ValueError as error:
    frames = traceback.extract_tb(error.__traceback__)
    print([(one.name, one.lineno, one.line) for one in frames if "ipykernel" in one.filename])"""


def test_lines_of_a_function_in_an_error(run):
    """Does an error that a test catches name the lines of the student's code, as in one process?"""
    lines = ast.literal_eval(run("1", WRONG, ("test", LINES)).text(2))
    assert [name for name, *_ in lines] == ["<module>", "f"]
    assert lines[1][1:] == (3, "except KeyError: raise ValueError('odd')")


def test_message_for_an_unclosed_bracket(run):
    """Is a syntax error told as stock kernels tell it?"""
    assert run("(1").cells[0].outputs[0].evalue.startswith("incomplete input")


def test_traceback_of_a_given_function(run):
    """Does a helper that a locked cell defines appear under the number of its cell?"""
    shown = run(CHECKS, DOUBLE, "# more", ("test", "check(double)")).traceback(3)
    assert "Cell In[4], line 1" in shown
    assert "Cell In[1], line 2, in check(f)" in shown
    assert "----> 2     assert f(1) == 3, 'no'" in shown


def test_alarm(run):
    """Does a test's own limit of time end a function that runs too long, and no more than it?"""
    endless = ("solution", "def double(x):\n    while True:\n        x += 1")
    limited = """import signal
def stop(number, frame):
    raise TimeoutError("too slow")
signal.signal(signal.SIGALRM, stop)
signal.setitimer(signal.ITIMER_REAL, 0.2)
assert double(2) == 4"""
    ran = run(endless, ("test", limited), "x = 5", ("test", "1 + 1"), "x")
    assert ran.errors(1) == ["TimeoutError"]
    assert "gradekit" not in ran.traceback(1)
    assert (ran.text(3), ran.text(4), ran.kinds()) == ("2", "5", [])


@pytest.mark.parametrize("kind", ["execute_reply", "stream", "status", "error"])
def test_forged_messages(run, kind):
    """Does what the student's kernel sends while a test runs count for nothing?"""
    forging = f"""
import gc, json, struct, threading, time
wire = next(o for o in gc.get_objects() if type(o).__name__ == "Wire")
content = {{"name": "stdout", "text": "forged", "status": "ok", "execution_state": "idle",
            "ename": "forged", "evalue": "", "traceback": []}}
def forge():
    while True:
        for parent in ("", None, "x" * 16):
            data = json.dumps({{"type": {kind!r}, "parent": parent, "content": content}}).encode()
            wire.sock.sendall(struct.pack(">I", len(data)) + data)
        time.sleep(0.001)
threading.Thread(target=forge, daemon=True).start()
"""
    ran = run(forging, ("test", "import time; time.sleep(0.3)\nassert False, 'wrong'"), "'after'")
    assert ran.errors(1) == ["AssertionError"]
    assert len(ran.cells[1].outputs) == 1
    assert ran.text(2) == "'after'"


def test_student_function_ends_its_process(run):
    """Does a test fail whose function ends its process, and what follows go on?"""
    ending = ("solution", "def double(x):\n    import os; os._exit(1)")
    ran = run("x = 1", DOUBLE, TEST, "x", ("test", "1 + 1"), submitted=["x = 1", ending, TEST, "x",
              ("test", "1 + 1")])  # fmt: skip
    assert len(ran.errors(2)) == 1
    assert ran.text(3) == "1"
    assert ran.text(4) == "2"
    assert ran.kinds() == [("died", 2)]
    assert ran.result.ask_human == {}


def test_test_cell_that_ends_its_process(run):
    """Is a human asked if the tests' process dies, and do the other tests go on?"""
    ran = run(DOUBLE, ("test", "k = 5"), ("test", "import os; os._exit(4)"), ("test", "k"), TEST)
    assert ran.errors(2) == ["DeadKernelError"]
    assert list(ran.result.ask_human) == ["cell2"]
    assert ran.text(3) == "5"
    assert "right 6" in ran.text(4)


def test_endless_function(run, monkeypatch):
    """Does a test end whose function does not, even if it catches everything?"""
    monkeypatch.setattr(kernels, "_GRACE_SECONDS", 1)
    endless = (
        "solution",
        "def double(x):\n    while True:\n        try:\n            while True: sum(range(99))\n"
        "        except BaseException: sum(range(99))",
    )
    cells = ["x = 1", DOUBLE, TEST, "x", ("test", "3")]
    ran = run(*cells, submitted=[cells[0], endless, *cells[2:]], cell_seconds=1)
    assert "CellTimeoutError" in ran.errors(2)
    assert ran.text(3) == "1"
    assert ran.text(4) == "3"
    assert ran.kinds()[0] == ("time", 2)


def test_iterator_without_end(run):
    """Do later tests find what they need if the interrupt comes while numbers are handed over?"""
    endless = ("solution", "import itertools\ndef numbers(): return itertools.count()")
    ending = ("solution", "def numbers(): return iter(range(5))")
    counting = ("test", "assert list(numbers()) == [0, 1, 2, 3, 4]")
    cells = [DOUBLE, *[counting, TEST] * 5]
    ran = run(ending, *cells, submitted=[endless, *cells], cell_seconds=0.2, memory=1 << 40)
    assert all("CellTimeoutError" in ran.errors(cell) for cell in range(2, 12, 2))
    assert all("right 6" in ran.text(cell) for cell in range(3, 12, 2))


PURE = ("test", "x = [3, 1]\nassert last(x) == 1\nassert x == [3, 1]")
POPPED = ("solution", "def last(x): return x.pop()")


@pytest.mark.parametrize("points", ["", "\n0.5"])
def test_changed_argument(run, points):
    """Does a test see that a function changes what the reference leaves as it is?"""
    ran = run(POPPED, (PURE[0], PURE[1] + points), "1 + 1")
    assert ran.errors(1) == ["AssertionError"]
    assert [cell.execution_count for cell in ran.cells] == [1, 2, 3]


def test_changed_argument_that_a_test_allows(run):
    """Does a test that passes both ways show what it shows in one process?"""
    test = ("test", "x = [3, 1]\nassert last(x) == 1\nprint(x)")
    ran = run(POPPED, test)
    assert (ran.errors(1), ran.text(1)) == ([], "[3]\n")


@pytest.mark.parametrize("call", ["random.Random(3).shuffle", "lambda xs: xs.sort(reverse=True)"])
def test_function_of_a_test_that_changes_an_argument(run, call):
    """Does a list of the student's change when a function or an object of the test changes it?"""
    drawn = ("solution", "def last(change):\n    xs = [1, 2, 3]\n    change(xs)\n    return xs")
    test = f"import random\nxs = [1, 2, 3]\n({call})(xs)\nassert xs == last({call}) != [1, 2, 3]"
    assert run(drawn, ("test", test)).errors(1) == []


ALIASES = (
    "solution",
    "import numpy as np\n"
    "def same(x): return x\n"
    "def copied(x): return x.copy()\n"
    "def part(x): return x[1:]\n"
    "def flipped(x): return x.T[::-1]\n"
    "def cut(x):\n    x[x < 0] = 0\n    return x\n"
    "def sort(xs):\n    xs.sort()\n    return xs",
)


@pytest.mark.parametrize(
    "test",
    ["assert same(x) is x and copied(x) is not x", "assert same(xs) is xs and copied(xs) is not xs",
     "assert np.shares_memory(part(x), x) and not np.shares_memory(copied(x), x)",
     "assert (part(x) == x[1:]).all() and (flipped(grid) == grid.T[::-1]).all()",
     "part(x)[0] = 5\nassert x[1] == 5", "assert same(view) is view and part(view)[0] == view[1]",
     "assert flipped(grid).base is not None and np.shares_memory(flipped(grid)[0], grid)",
     "y = cut(x)\nassert y is x and (x >= 0).all()", "assert sort(xs) is xs and xs == [1, 2, 3]",
     "x.flags.writeable = False\nassert not part(x).flags.writeable"],
)  # fmt: skip
@pytest.mark.parametrize("in_place", [["cut", "sort"], []])
def test_result_that_is_the_argument(run, test, in_place):
    """Is a result the argument itself, or a view of it, as in one process, and otherwise not?"""
    values = "import numpy as np\nx = np.array([-1.0, 2.0, -3.0])\nxs = [3, 1, 2]\n"
    values += "grid = np.arange(6).reshape(2, 3)\nview = np.arange(20.0)[::-3]\n"
    changes = "cut" in test or "sort" in test
    errors = run(ALIASES, ("test", values + test), in_place=in_place).errors(1)
    assert errors == (["AssertionError"] if changes and not in_place else [])


BUFFERS = (
    "solution",
    "import numpy as np\nlog, both, buffer, grads = [], (1, [2]), np.zeros(2), {'W': np.zeros(2)}\n"
    "def add(x):\n    log.append(x)\n    return log\n"
    "def fresh(x): return [x]\n"
    "def fill(x):\n    buffer[:] = x\n    return buffer\n"
    "class Net:\n    def loss_and_grads(self, x):\n        grads['W'][...] = x\n"
    "        return x, grads",
)


@pytest.mark.parametrize(
    ("test", "passes"),
    [("a = add(1)\nb = add(2)\nassert a is b and a == [1, 2]", True),
     ("a = add(1)\nadd(2)\nassert a == [1]", False),
     ("assert fresh(1) is not fresh(1)", True), ("assert fill(1) is not fill(1)", False),
     ("a = fill(1)\nfill(2)\nassert (a == 2).all()", True),
     ("a = fill(1)\nfill(2)\nassert (a == 1).all()", False),
     ("a, b = fresh(1), fresh(2)\nassert a == [1]", True),
     ("_, a = Net().loss_and_grads(1)\nNet().loss_and_grads(2)\nassert (a['W'] == 2).all()", True)],
)  # fmt: skip
def test_result_that_comes_again(run, test, passes):
    """Is it seen that a function returns one and the same list, and changes what it returned?"""
    ran = run(BUFFERS, ("test", test), in_place=["add", "fill", ".loss_and_grads"])
    assert ran.errors(1) == ([] if passes else ["AssertionError"])
    if not passes:  # also where the reference does not do such a thing
        assert run(BUFFERS, ("test", test)).errors(1) == ["AssertionError"]


PUTS_BACK = (
    "solution",
    """def draw(rng, report):
    state = rng.bit_generator.state
    x = rng.normal(size=3)
    report(x)
    rng.bit_generator.state = state
    return x""",
)


@pytest.mark.parametrize("in_place", [["draw"], []])
@pytest.mark.parametrize("compared", ["==", "!="])
def test_generator_that_is_put_back(run, compared, in_place):
    """Does a test see that a function puts a generator back after another call of the test's?"""
    test = "import numpy as np\nrng = np.random.default_rng(5)\n"
    test += f"show = lambda x: None\nassert (draw(rng, show) {compared} draw(rng, show)).all()"
    errors = run(PUTS_BACK, ("test", test), in_place=in_place).errors(1)
    assert errors == ([] if compared == "==" and in_place else ["AssertionError"])


CHEATS = (
    "solution",
    """import numpy as np
values = np.array([-1.0, 2.0])
def make(): return values
def relu(x):
    values[:] = 0
    return values
def noise(rng):
    noise.first = getattr(noise, "first", rng.bit_generator.state)
    rng.bit_generator.state = noise.first
    return 0.0
def double(x):
    double.known = getattr(double, "known", 2 * x)
    return double.known""",
)


@pytest.mark.parametrize(
    "test",
    ["x = make()\ny = relu(x)\nassert (y == np.maximum(x, 0)).all()",
     "x = make()\nfor _ in range(3): y = relu(x)\nassert (y == np.maximum(x, 0)).all()",
     "rng = np.random.default_rng(5)\nfor _ in range(9):\n    noise(rng)\n"
     "    x = rng.normal()\n    assert double(x) == 2 * x"],
)  # fmt: skip
def test_a_function_does_not_decide_what_is_expected(run, test):
    """Is what a test computes from an earlier result, or draws, out of a function's reach?"""
    ran = run(CHEATS, ("test", f"import numpy as np\n{test}"))
    assert ran.errors(1) == ["AssertionError"]


@pytest.mark.parametrize(
    ("test", "figures"),
    [("ax = f()", 1), ("plt.close(f().figure)", 0), ("f()\nf()\nplt.close('all')", 0),
     ("f()\nplt.close()", 0), ("f()\nplt.close(plt.figure())", 1)],
)  # fmt: skip
def test_closed_figures(run, test, figures):
    """Does a test's output show the figures of a function unless the test closes them?"""
    draws = ("solution", "import matplotlib.pyplot as plt\ndef f(): return plt.subplots()[1]")
    outputs = run(draws, ("test", f"import matplotlib.pyplot as plt\n{test};")).cells[1].outputs
    assert [list(out.get("data", [out])) for out in outputs] == [
        ["text/plain", "image/png"]
    ] * figures


def test_what_a_function_shows_comes_in_its_order(run):
    """Do prints and displays of a function appear in a test's output as they came?"""
    shows = ("solution", "def f():\n    print(1)\n    display('two')\n    print(3)")
    outputs = run(shows, ("test", "f()")).cells[1].outputs
    assert [out.get("text") or out.data["text/plain"] for out in outputs] == [
        "1\n",
        "'two'",
        "3\n",
    ]


@pytest.mark.parametrize("end", ["", "float((x == y).mean())"])
def test_expected_value_that_is_changed(run, end):
    """Is what a result is compared with out of reach of the function, on the whole or in part?"""
    zeros = ("solution", "import numpy as np\ndef double(x):\n    x[:] = 0\n    return x.copy()")
    test = "import numpy as np\nx = np.ones(3)\ny = double(x)\n"
    ran = run(zeros, ("test", test + (end or "assert (y == 2 * x).all()")))
    assert ran.errors(1) == ([] if end else ["AssertionError"])
    assert not end or ran.text(1) == "0.0"


SQUARES = (
    "solution",
    "def squares(n): return [i * i for i in range(n)]\ndef total(n): return sum(squares(n))",
)


@pytest.mark.parametrize(
    "answers, test",
    [
        (
            SQUARES[1],
            "kept = squares\ndel squares\ntry:\n    total(3)\nexcept NameError:\n    pass\n"
            "else:\n    raise AssertionError('total does not use squares')\n"
            "finally:\n    squares = kept\nassert total(3) == 5",
        ),
        (SQUARES[1], "squares = lambda n: [7] * n\nassert total(3) == 21"),
        (
            "count = 0\ndef step():\n    global count\n    count += 1",
            "before = count\nstep()\nassert (before, count) == (0, 1)\ncount = 5\nstep()\n"
            "assert count == 6",
        ),
        (
            "log = []\ndef note(x): log.append(x)",
            "note(1)\nassert log == [1]\nlog.clear()\nnote(2)\nassert log == [2]",
        ),
        ("x = [1]\ny = 2", "assert 'x' in globals() and globals()['y'] == 2"),
        ("def show(): print('seen')", "%%capture out\nshow()\nx = 1"),
    ],
)
def test_global_names(run, answers, test):
    """Do tests see and change the global names of the student's functions?"""
    cells = ("solution", answers), ("test", test), ("test", "assert True")
    ran = run(*cells, in_place=["@count", "@log"])
    assert [ran.errors(number) for number in range(3)] == [[], [], []]


def test_a_name_that_a_test_sets_is_set_and_its_value_kept(run):
    """Does a new value for a name leave the old one as it is, where a function still uses it?"""
    views = "import numpy as np\nboth = np.ones(4)\npart = both[:2]\ndef total(): return both.sum()"
    test = "import numpy as np\npart = np.zeros(2)\ntotal()"
    assert run(("solution", views), ("test", test)).text(1) == "np.float64(4.0)"


def test_global_names_that_only_the_student_has(run):
    """Does a student's name stay without effect on a test's own?"""
    sly = "def double(x):\n    globals()['expected'] = 0\n    return 0"
    ran = run(("solution", sly), ("test", "expected = 2\nassert double(1) == expected"))
    assert ran.errors(1) == ["AssertionError"]


DRAWS = (
    "solution",
    "import random\nimport numpy as np\ndef roll(): return random.randint(1, 6)\n"
    "def noise(): return np.random.rand()\ndef draw(rng): return rng.standard_normal()",
)
SEEDED = [
    "random.seed(1)\na = [roll(), random.randint(1, 6), roll()]\nrandom.seed(1)\n"
    "assert a == [random.randint(1, 6) for _ in range(3)]",
    "np.random.seed(1)\na = [noise(), np.random.rand(), noise()]\nnp.random.seed(1)\n"
    "assert a == np.random.rand(3).tolist()",
    "rng = np.random.default_rng(1)\na = [draw(rng), rng.standard_normal(), draw(rng)]\n"
    "assert a == np.random.default_rng(1).standard_normal(3).tolist()",
]


@pytest.mark.parametrize("test", SEEDED, ids=["random", "numpy", "generator"])
def test_random_numbers(run, test):
    """Do a test and a student's function draw from one stream?"""
    assert run(DRAWS, ("test", test)).errors(1) == []


SPOILS = [
    ("np.random.seed(0)", "np.random.seed(7)", "np.random.rand()"),
    ("random.seed(0)", "random.seed(7)", "random.random()"),
    (
        "rng = np.random.default_rng(0)",
        "rng.bit_generator.state = np.random.default_rng(7).bit_generator.state",
        "rng.random()",
    ),
]


@pytest.mark.parametrize("begin, spoil, next_number", SPOILS, ids=["numpy", "random", "generator"])
def test_stream_that_a_student_sets(run, begin, spoil, next_number):
    """Does a test draw its own numbers, whatever a student's function does to the generator?"""
    answer = f"import random\nimport numpy as np\ndef f(rng):\n    {spoil}"
    test = f"import random\nimport numpy as np\nrng = 0\n{begin}\nf(rng)\nprint({next_number})"
    ran = run(("solution", answer), ("test", test))
    assert ran.text(1) == run(test.replace("f(rng)", "")).text(0) != ""


@pytest.mark.parametrize(
    "answer, test",
    [
        (
            "class Row:\n    def __init__(self, values): self.values = values\n"
            "    def first(self): return self.values[0]",
            "v = [1]\nrow = Row(v)\nv[0] = 2\nassert row.first() == 2",
        ),
        (
            "from contextlib import contextmanager\n@contextmanager\ndef marked(log):\n"
            "    log.append('begin')\n    yield\n    log.append('end')",
            "log = []\nwith marked(log):\n    log.append('in')\n"
            "assert log == ['begin', 'in', 'end']",
        ),
    ],
    ids=["by the test", "by the answer"],
)
def test_argument_that_is_kept(run, answer, test):
    """Does a list that an object keeps stay the same on both sides?"""
    ran = run(("solution", answer), ("test", test), in_place=["marked"])
    assert ran.errors(1) == []


def test_name_that_two_tests_set(run):
    """Does a test find what an earlier one made of a student's name?"""
    limit = ("solution", "limit = 1\ndef free(n): return limit - n")
    tests = ("test", "limit = 5\nassert free(2) == 3"), ("test", "assert free(0) == limit")
    ran = run(limit, *tests)
    assert ran.errors(1) == ran.errors(2) == []


def test_name_of_a_test_that_a_function_changes(run):
    """Is a name that the test has set out of a function's reach, unless the reference sets it?"""
    given = ("solution", "import numpy as np\nx = np.ones(2)\ndef double(y): return 2 * y")
    sly = "import numpy as np\nx = np.ones(2)\ndef double(y):\n    x[:] = 0\n    return 0 * y"
    test = ("test", "x = np.arange(1.0, 3)\ny = double(x)\nassert (y == 2 * x).all()")
    ran = run(given, test, submitted=[("solution", sly), test])
    assert ran.errors(1) == ["AssertionError"]
    assert run(given, test).errors(1) == []
