"""The machinery of nn_utils: reports, watching a function, comparing, derivations."""

import doctest
import linecache
import math
import re
import runpy
import sys

import numpy as np
import pytest

import nn_utils
from nn_utils import (
    Check,
    CheckFailed,
    Definition,
    LayerDefinition,
    call,
    case,
    formula,
    keeps_state,
    layer_checks,
)

DOUBLE = Definition(
    exact=lambda x: (2 * np.asarray(x, dtype=float)).astype(object),
    bound=lambda u, want, x: 4 * u * np.abs(want),
)


def define(source, name):
    """Define a function as a notebook cell does, so that its source is known."""
    filename = f"<cell {hash(source)}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
    namespace = {"np": np}
    exec(compile(source, filename, "exec"), namespace)
    return namespace[name]


def complaint(f, *cases, method="values", **options):
    """Return the report of a failed check of a doubling function."""
    check = Check("double", f, DOUBLE)
    if method == "values":
        check.values("doubles", *cases)
    else:
        getattr(check, method)(*cases, **options)
    with pytest.raises(CheckFailed) as failure:
        check.done()
    return str(failure.value)


X = np.array([1.0, 2.0, 4.0])


def test_doctests():
    """Do the examples in the docstrings print what they say?"""
    result = doctest.testmod(nn_utils)
    assert result.attempted > 10
    assert result.failed == 0


def test_a_right_answer_is_told_how_well_it_did(capsys):
    """What does a student read who is right?"""
    check = Check("double", lambda x: 2 * x, DOUBLE)
    check.values("doubles", case(X))
    check.quiet(case(X))
    check.pure(case(X))
    check.no_loop(lambda n: case(np.ones(n)), "entries")
    check.done()
    assert capsys.readouterr().out == "ok    double   4 checks   no warnings   no loops\n"


def test_later_checks_are_counted_and_not_run():
    """Does a report stop at the first property that fails, and say how many are left?"""
    check = Check("double", lambda x: x + 1, DOUBLE)
    check.values("doubles", case(X))
    check.that(lambda: pytest.fail("ran after a failure"))
    with pytest.raises(CheckFailed, match="1 further check not run"):
        check.done()


def test_a_report_is_shown_without_a_traceback():
    """Does a notebook show the lines of the report and nothing else?"""
    error = CheckFailed("FAIL  double\n      yours       3")
    assert error._render_traceback_() == ["FAIL  double", "      yours       3"]


@pytest.mark.parametrize(
    "source, message",
    [
        ("def f(x):\n    return x @ np.ones((5, 2))", "compare the inner numbers"),
        ("def f(x):\n    return x + np.ones((2, 2))", "shapes (3,) and (2,2) do not fit"),
        ("def f(x):\n    return x.sum(axis=3)", "axis 3 is not one of them"),
        ("def f(x):\n    return x[7]", "axis 0 has 3 entries, so 7 is not an index of it"),
        ("def f(x):\n    return helper(x)", "'helper' is not known here"),
        ("def f(x):\n    raise NotImplementedError()", "this exercise is still empty"),
        ("def f(x, y):\n    return x", "keep the def line"),
        ("def f(x):\n    return f(x)", "calls itself without an end"),
        ("def f(x):\n    raise SystemExit", "SystemExit"),
    ],
)
def test_exceptions_are_translated(source, message):
    """Does an exception show the student's line, the arguments, and one plain sentence?"""
    report = complaint(define(source, "f"), case(X))
    assert message in " ".join(report.split())
    assert "(3,) float64" in report
    if "def f(x):" in source:
        assert source.splitlines()[-1].strip() in report
    assert "nn_utils.py" not in report


@pytest.mark.parametrize(
    "f, message",
    [
        (lambda x: None, "is there a return line?"),
        (lambda x: "six", "numbers (an array or a float)"),
        (lambda x: (2 * x)[:, None], "the numbers are right, the shape is not"),
        (lambda x: np.sum(2 * x), "yours is the sum of all expected entries"),
        (lambda x: -2 * x, "yours = -expected"),
        (lambda x: (2 * x) ** 2, "the squares of the expected ones"),
        (lambda x: 2 * x + 3, "yours = expected + 3.0 in every entry"),
        (lambda x: x, "expected = 2 x yours"),
        (lambda x: (2 * x).astype(int), "dtype int64"),
        (lambda x: 2 * x * (1 + 1e-8), "ULP"),
    ],
)
def test_wrong_values_are_named(f, message):
    """Is the mistake behind a wrong array named?"""
    assert message in " ".join(complaint(f, case(X)).split())


def test_float32_must_stay():
    """Is a float64 result for float32 input a finding of its own?"""
    report = complaint(lambda x: 2 * x.astype(float), case(X.astype(np.float32)))
    assert "float32 in, float64 out" in report


def test_changed_arguments_are_named_and_restored():
    """Does an in-place change show the entry, and is the array given back as it was?"""
    x = X.copy()

    def double(x):
        x *= 2
        return x

    report = complaint(double, case(x), method="pure")
    assert "entry [0] was 1.0, is 2.0" in report
    assert (x == X).all()
    assert (nn_utils.call(double, x).value == 2 * X).all()


def test_a_tiny_change_is_shown_to_all_digits():
    """Is a change told from none where it is smaller than the digits that are usually shown?"""

    def drifts(x):
        x[1] += 4e-16

    assert "was 2.0, is 2.0000000000000004" in call(drifts, X.copy()).changed


def test_values_are_shown_as_typed():
    """Does a function show its name, and a tuple of one its comma?"""
    assert nn_utils.show((5,)) == "(5,)"
    assert nn_utils.show(X.sum) != nn_utils.show(define) == "define"


def test_shared_memory_and_changing_answers_are_seen():
    """Is a result that is a view of an argument, or differs from call to call, a finding?"""
    assert "shares memory" in complaint(lambda x: x[::-1], case(X), method="pure")
    calls = []

    def forgetful(x):
        calls.append(1)
        return 2 * x + len(calls)

    assert "calling twice" in complaint(forgetful, case(X), method="pure")


def test_warnings_are_shown_with_the_line():
    """Does a numpy warning name the operation and the line?"""
    f = define("def f(x):\n    return 2 * x + 0 * np.exp(1000 * x)", "f")
    report = complaint(f, case(X), method="quiet")
    assert "overflow encountered in exp" in report
    assert "np.exp(1000 * x)" in report


LOOPS = {
    "for": "out = x.copy()\n    for i in range(len(x)):\n        out[i] *= 2\n    return out",
    "while": "i, out = 0, x.copy()\n    while i < len(x):\n        out[i] *= 2\n"
    "        i += 1\n    return out",
    "comprehension": "return np.array([2 * t for t in x])",
    "generator": "return np.array(list(2 * t for t in x))",
    "map_lambda": "return np.array(list(map(lambda t: 2 * t, x)))",
    "apply_along_axis": "return np.apply_along_axis(lambda t: 2 * t, 1, x[:, None])[:, 0]",
    "recursion": "return 2 * x if len(x) < 2 else np.concatenate([2 * x[:1], f(x[1:])])",
    "tolist": "return 2 * np.array(x.tolist())",
    "item": "return np.array([2 * x.item(i) for i in range(x.size)])",
    "vectorize": "return np.vectorize(lambda t: 2 * t)(x)",
    "vectorize_of_c": "import math\n    return np.log(np.vectorize(math.exp)(2 * x))",
    "frompyfunc": "return np.frompyfunc(float, 1, 1)(2 * np.asarray(x)).astype(float)",
    "fromiter": "return np.fromiter(2 * np.asarray(x), float)",
    "map_math": "import math\n    return 2 * np.array(list(map(math.fabs, np.asarray(x))))",
}


@pytest.mark.parametrize("kind", LOOPS)
def test_loops_are_found(kind):
    """Is each form of a loop over the entries found?"""
    f = define(f"def f(x):\n    {LOOPS[kind]}", "f")
    report = complaint(f, lambda n: case(np.ones(n)), method="no_loop", axis="entries")
    assert "over the entries" in " ".join(report.split())


@pytest.mark.parametrize(
    "body",
    [
        "return 2 * x",
        "return np.add.reduce([x, x])",
        "a, b = map(np.asarray, (x, x))\n    return a + b",
        "for _ in range(3):\n        pass\n    return x + x",
        "return sum([x, x])",
    ],
)
def test_array_code_is_no_loop(body):
    """Is code whose Python steps do not grow with the array left alone?"""
    f = define(f"def f(x):\n    {body}", "f")
    check = Check("double", f, DOUBLE)
    check.no_loop(lambda n: case(np.ones(n)), "entries")
    check.done()


PAIR_LOOPS = {
    "two_loops": "for i in range(len(x)):\n        for j in range(len(x)):\n"
    "            x[i] + x[j]\n    return 2 * x",
    "half": "[[x[i] + x[j] for j in range(i)] for i in range(len(x))]\n    return 2 * x",
    "lists_only": "t = x.tolist()\n    [a + b for a in t for b in t]\n    return 2 * x",
    "vectorize": "np.vectorize(lambda a, b: a + b)(x[:, None], x)\n    return 2 * x",
}


@pytest.mark.parametrize("kind", PAIR_LOOPS)
def test_loops_over_pairs_are_found(kind):
    """Is each form of a loop over the pairs of entries found?"""
    f = define(f"def f(x):\n    {PAIR_LOOPS[kind]}", "f")
    check = Check("double", f, DOUBLE)
    check.no_loop(lambda n: case(np.ones(n)), "entries", pairs=True)
    with pytest.raises(nn_utils.CheckFailed, match="grow with N squared"):
        check.done()


@pytest.mark.parametrize("kind", LOOPS)
def test_one_loop_is_no_loop_over_pairs(kind):
    """Is a loop over the entries, in any form, left alone where only pairs are looked for?"""
    f = define(f"def f(x):\n    {LOOPS[kind]}", "f")
    check = Check("double", f, DOUBLE)
    check.no_loop(lambda n: case(np.ones(n)), "entries", pairs=True)
    check.done()


def test_a_cell_runs_by_itself():
    """Is a leftover from another cell unknown, and an earlier exercise a right one?"""
    namespace = {"np": np, "helper": lambda x: 2 * x, "earlier": lambda x: 0 * x}
    source = "print(other)\ndef f(x):\n    return helper(x)\ndef g(x):\n    return earlier(x)"
    linecache.cache["<cell>"] = (len(source), None, source.splitlines(True), "<cell>")
    with pytest.raises(NameError):
        exec(compile(source, "<cell>", "exec"), namespace)
    exec(compile(source.partition("\n")[2], "<cell>", "exec"), namespace)
    assert nn_utils.call(nn_utils.rebuild(namespace["f"], "f"), X).error is NameError
    g = nn_utils.rebuild(namespace["g"], "g", {"earlier": lambda x: 2 * x})
    assert (g(X) == 2 * X).all()


@pytest.mark.parametrize(
    "cell",
    [
        "get_ipython().run_cell_magic('time', '', 'def f(x):\\n    return helper(x)')",
        "f = np.vectorize(lambda t: helper(t))",
        "@helper\ndef f(x):\n    return 2 * x",
        "from helper import f",
        "def f(x:",
    ],
)
def test_a_notebooks_cell_runs_by_itself(cell, monkeypatch):
    """In a kernel, is the cell found by what it binds, whatever object the name stands for?"""
    history = ["", "def f(x):\n    return 2 * x", cell, "print(f(3))"]
    monkeypatch.setattr(sys.modules["__main__"], "In", history, raising=False)
    outcome = nn_utils.call(nn_utils.rebuild(lambda x: 2 * x, "f"), X)
    if cell == "def f(x:":  # never ran, so the cell before it counts
        assert (outcome.value == 2 * X).all()
    else:
        assert outcome.error is NameError


def test_a_cell_with_a_magic_is_an_answer(monkeypatch):
    """Is a right answer under %%time right?"""
    cell = "get_ipython().run_cell_magic('time', '', 'two = 2\\ndef f(x):\\n    return two * x')"
    monkeypatch.setattr(sys.modules["__main__"], "In", ["", cell], raising=False)
    assert (nn_utils.rebuild(lambda x: x, "f")(X) == 2 * X).all()


@pytest.mark.parametrize("module", ["nn_utils", "hidden_tests", "answer_bank"])
def test_a_cell_cannot_import_the_answers(module):
    """Is the checking library out of reach of an answer?"""
    f = define(f"def f(x):\n    import {module}\n    return 2 * x", "f")
    outcome = nn_utils.call(nn_utils.rebuild(f, "f"), X)
    assert "cannot be part of an answer" in outcome.failure["meaning"]


def test_a_product_in_place_is_explained():
    """Is ``A @= B`` with another shape told from a product whose factors do not fit?"""
    f = define("def f(A, B):\n    A @= B\n    return A", "f")
    outcome = nn_utils.call(f, np.ones((3, 5)), np.ones((5, 2)))
    assert "make a new array" in outcome.failure["meaning"]


def test_peak_memory_counts_temporaries():
    """Does the meter see an array that is gone when the function returns?"""
    assert nn_utils.peak_memory(lambda x: (x[:, None] * x).sum(), np.ones(300)) >= 300 * 300 * 8


def test_explain_names_relations():
    """Are planted relations between two arrays named?"""
    rng = np.random.default_rng(3)
    want = rng.normal(size=(5, 3))
    relations = {
        "transpose": want.T,
        "expected = 7 x yours, and N = 7": want / 7,
        "yours = expected + max(x)": want + 4.5,
        "exp of the expected": np.exp(want),
        "1 row of 5 wrong: 2": np.where(np.arange(5)[:, None] == 2, 0.0, want),
        "1 column of 3 wrong: 0": np.where(np.arange(3) == 0, 0.0, want),
        "right numbers in another order": want[::-1],
        "nan in 1 of 15": np.where(np.arange(15).reshape(5, 3) == 4, np.nan, want),
        "the mean of the expected array over axis 0": want.mean(axis=0),
    }
    for text, got in relations.items():
        found = nn_utils.explain(got, want, {"N": 7}, {"max(x)": np.array(4.5)})
        assert any(text in sentence for sentence in found), (text, found)


def test_functions_are_shown_by_name():
    """Does a report say sin, and not where the function is in memory?"""
    assert nn_utils.show((np.sin, math.exp)) == "(sin, exp)"


def test_personal_numbers_are_stable(capsys):
    """Does a student get the same numbers every time, and another student others?"""
    draws = [nn_utils.personal_rng(s, "t").integers(10**9) for s in ("ada", " ADA ", "bob")]
    assert draws[0] == draws[1] != draws[2]
    nn_utils.personal_rng("", "t")
    assert "STUDENT_ID is empty" in capsys.readouterr().out


# --- tables filled in by hand -------------------------------------------------------------------

RULES = {
    "squares": lambda t: np.array([[0.01, 1.44], [5.76, 9.0]]),
    "rows": lambda t: t["squares"].sum(axis=1),
    "total": lambda t: 100 * t["rows"].sum(),
}


def table_complaint(table, **options):
    """Return the report of a wrong table, or "" for a right one."""
    try:
        nn_utils.check_follow_through(table, RULES, **options)
    except CheckFailed as failure:
        return " ".join(str(failure).split())
    return ""


@pytest.mark.parametrize(
    "table",
    [
        {"squares": [[0.01, 1.44], [5.76, 9]], "rows": [1.45, 14.76], "total": 1621},
        {
            "squares": [[0.0101, 1.4399], [5.76, 9]],
            "rows": [[1.4502], [14.7601]],
            "total": [1621.04],
        },
        {"squares": np.array([[0.01, 1.44], [5.76, 9]]), "rows": (1.45, 14.76), "total": 1620.985},
    ],
)
def test_right_tables(table):
    """Is rounding allowed for, also what it does to numbers computed later?"""
    assert not table_complaint(table)


def test_a_slip_costs_once():
    """Is a number right that follows from a wrong one, or is right in spite of it?"""
    squares = [[0.01, 1.44], [5.67, 9]]
    carried = {"squares": squares, "rows": [1.45, 14.67], "total": 1612}
    of_the_pen = {"squares": squares, "rows": [1.45, 14.76], "total": 1621}
    for table in (carried, of_the_pen):
        assert "squares[1, 0] yours 5.67 pattern squares[1, 0] does not" in table_complaint(table)
        assert not table_complaint(table, names=["rows", "total"])
    neither = {**carried, "rows": [1.45, 15.0]}
    assert "rows[1] does not follow from squares" in table_complaint(neither, names=["rows"])


@pytest.mark.parametrize(
    "table, message",
    [
        ({}, "squares[0, 0] pattern still empty"),
        ({"squares": [[0.01, 1.44], [None, 9]]}, "squares[1, 0] pattern still empty"),
        ({"squares": [[0.01, 1.44], [5.76, 9]], "rows": None}, "[2 of 3 checks] rows[0]"),
        ({"squares": [[0.01, 5.76], [1.44]]}, "plain numbers, shape (2, 2)"),
        ({"squares": [0.01, 1.44]}, "yours shape (2,) expected shape (2, 2)"),
        ({"squares": [[math.inf, 1.44], [5.76, 9]], "rows": [1.45, 9]}, "squares[0, 0]"),
        ({"squares": [[1.01, None], [None, None]]}, "squares[0, 0] yours 1.01"),
        ([0.01], "yours list expected a dict"),
    ],
)
def test_unfinished_and_odd_tables(table, message):
    """Is the first thing named that is empty or no number?"""
    assert message in table_complaint(table)


def test_empty_places_before_what_is_judged():
    """Do right numbers stand in for empty places?"""
    assert not table_complaint({"squares": "?", "total": 1621}, names=["total"])
    zeros = {"squares": np.zeros((2, 2)), "rows": [0, 0]}
    assert "rows[0]" in table_complaint(zeros, names=["rows"])
    for odd in (math.inf, -math.inf, 1e308):
        squares = [[odd, odd], [5.76, 9]]
        assert "rows[0]" in table_complaint({"squares": squares, "rows": [7, 8]}, names=["rows"])


def test_slips_with_a_name():
    """Is a known wrong value named, and the reason of a 0 given?"""
    table = {"squares": [[0.01, 1.44], [5.76, 9]], "rows": [5.77, 10.44], "total": 1621}

    def rivals(name, t):
        if name == "rows":
            yield "these are the columns", t["squares"].sum(axis=0)

    assert "these are the columns" in table_complaint(table, rivals=rivals)
    assert "yours = -expected" in table_complaint(
        {**table, "squares": np.array(table["squares"]) * -1}
    )
    rules = {"off": lambda t: np.zeros(2)}
    with pytest.raises(CheckFailed, match="off.0. should be 0: it is closed"):
        nn_utils.check_follow_through({"off": [1, 2]}, rules, why=lambda *_: "it is closed")


# --- results of several parts, arguments in lists ----------------------------------------------


def loss_and_slope(x):
    return np.sum(x**2), 2 * x


TWO_PARTS = formula(lambda x: {"loss": sum(t * t for t in x), "d_x": [2 * t for t in x]})


@pytest.mark.parametrize(
    "answer, words",
    [
        (lambda x: (np.sum(x**2), x), r"three numbers: d_x .*expected = 2 x yours"),
        (lambda x: (np.sum(x), 2 * x), r"three numbers: loss "),
        (lambda x: np.sum(x**2), r"2 parts: loss, d_x"),
        (lambda x: {"loss": np.sum(x**2), "slope": x}, r"keys \['loss', 'slope'\]"),
        (lambda x: (np.sum(x**2), x, x), r"tuple of 3"),
    ],
    ids=["second wrong", "first wrong", "one value", "other keys", "one too many"],
)
def test_parts_of_a_result(answer, words):
    """Does the report say which part of a result is wrong, or missing?"""
    check = Check("f", answer, TWO_PARTS)
    check.values("three numbers", case(np.array([1.0, -2.0, 0.5])))
    with pytest.raises(CheckFailed) as failure:
        check.done()
    assert re.search(words, " ".join(str(failure.value).split()))


def test_tuple_or_dict_of_parts(capsys):
    """Are a tuple in order and a dict with the names both right?"""
    for answer in (loss_and_slope, lambda x: {"d_x": 2 * x, "loss": np.sum(x**2)}):
        check = Check("f", answer, TWO_PARTS)
        check.values("three numbers", case(np.array([1.0, -2.0, 0.5])))
        check.done()
    assert capsys.readouterr().out.count("ok") == 2


def append(weights):
    weights.append(np.ones(2))
    return weights[0] * 2


def write(weights):
    weights[0] *= 2
    return np.array(weights[0])


@pytest.mark.parametrize("answer", [append, write])
def test_changed_lists_are_named_and_given_back(answer):
    """Is an array in a list, or the list itself, watched for changes and repaired?"""
    weights = [np.ones(2), np.zeros(2)]
    outcome = call(answer, weights)
    assert "your function" in outcome.changed
    assert len(weights) == 2 and (weights[0] == 1).all()


def test_filled_dict_is_named():
    """Is an empty dict that was filled named, and not the argument after it?"""
    outcome = call(lambda x, state, t: state.update(m=x), 1.0, {}, 3)
    assert "argument number 2['m']" in outcome.changed


def test_results_that_share_memory():
    """Is one array handed back under two names noticed?"""
    assert "two of the results" in call(lambda x: (x.copy(),) * 2, np.ones(3)).shares
    assert "an argument" in call(lambda x: {"x": x[::2]}, np.ones(3)).shares
    assert not call(loss_and_slope, np.ones(3)).shares


# --- layers ------------------------------------------------------------------------------------


class Scale:
    """y = c x, for numbers c and arrays x."""

    def forward(self, x, c):
        self.cache = x, c
        return c * x

    def backward(self, d_out):
        x, c = self.cache
        return c * d_out, np.sum(x * d_out)


class SharedCache(Scale):
    def forward(self, x, c):
        SharedCache.cache = x, c
        return c * x


class FirstCache(Scale):
    def forward(self, x, c):
        if not hasattr(self, "cache"):
            self.cache = x, c
        return c * x


class NoUpstream(Scale):
    def backward(self, d_out):
        return super().backward(np.ones_like(d_out))


class WritesUpstream(Scale):
    def backward(self, d_out):
        d_x, d_c = super().backward(d_out)
        d_out *= 2
        return d_x, d_c


class UsesUp(Scale):
    def backward(self, d_out):
        x, c = self.cache
        self.cache = x * 0, c
        return c * d_out, np.sum(x * d_out)


class Loops(Scale):
    def backward(self, d_out):
        x, c = self.cache
        return np.array([c * d for d in d_out]), np.sum(x * d_out)


SCALE = LayerDefinition(lambda x, c: np.array([c * entry for entry in x]), ("x", "c"))


def scale_checks(layer):
    forward, backward = layer_checks("Scale", layer, SCALE)
    x, up = np.array([1.0, -2.0, 0.5]), np.array([0.1, 0.7, -0.4])
    forward.values("three numbers", case(x, 3.0))
    backward.values("three numbers", case(up, x, 3.0))
    backward.pure(case(up, x, 3.0))
    if callable(layer):
        keeps_state(backward, layer, case(up, x, 3.0), case(up, x + 1, 2.0))
    backward.no_loop(lambda n: case(np.ones(n), np.ones(n), 2.0), "entries of x")
    forward.done()
    backward.done()


@pytest.mark.parametrize("layer", [Scale, Scale(), lambda: Scale()], ids=["class", "one", "maker"])
def test_right_layers_pass(layer):
    """Are classes, single layers and functions that make layers accepted?"""
    scale_checks(layer)


@pytest.mark.parametrize(
    "layer, words",
    [
        (SharedCache, "two layers share one cache"),
        (FirstCache, "backward answered for an earlier forward"),
        (NoUpstream, "three numbers: d_x"),
        (WritesUpstream, "changed its argument number 1"),
        (UsesUp, "a second backward gives another answer"),
        (Loops, "there is a loop over the entries of x"),
    ],
)
def test_wrong_layers_fail(layer, words):
    """Is each way in which a layer goes wrong found and named?"""
    with pytest.raises(CheckFailed) as failure:
        scale_checks(layer)
    assert words in " ".join(str(failure.value).split())


class SwapsGradients(Scale):
    def backward(self, d_out):
        return super().backward(d_out)[::-1]


@pytest.mark.parametrize(
    "layer, words",
    [
        (NoUpstream, "backward answers as if d_out were 1"),
        (SwapsGradients, "this is the expected d_c"),
    ],
)
def test_two_mistakes_of_any_backward_pass_are_named(layer, words):
    """Is it said that d_out has no effect, or that gradients came in another order?"""
    with pytest.raises(CheckFailed) as failure:
        scale_checks(layer)
    assert words in " ".join(str(failure.value).split())


# --- answers for another notebook --------------------------------------------------------------

FIRST = "class First:\n    # a comment\n    def forward(self, x):\n        return 2 * x"
SECOND = "def helper(x):\n    return math.exp(x)\n\n\ndef second(x):\n    return helper(x)"


def saved(tmp_path, monkeypatch, names, *cells):
    """Save answers from a kernel that has run these cells; return the module's names."""
    monkeypatch.setattr(sys.modules["__main__"], "In", ["", *cells], raising=False)
    path = tmp_path / "my_answers.py"
    nn_utils.save_answers(str(path), names)
    return runpy.run_path(path) if path.exists() else {}


def test_saved_answers_run_by_themselves(tmp_path, monkeypatch, capsys):
    """Does the module hold the last executed cell of each name, each cell once, as typed?"""
    names = ["First", "helper", "second"]
    old = FIRST.replace("2 * x", "3 * x")
    module = saved(tmp_path, monkeypatch, names, old, SECOND, FIRST, "print(second(1))")
    assert (module["First"]().forward(2), module["second"](0)) == (4, 1)
    text = (tmp_path / "my_answers.py").read_text()
    assert (text.count("def helper"), text.count("# a comment")) == (1, 1)
    assert "holds First, helper, second" in capsys.readouterr().out


@pytest.mark.parametrize(
    "cell",
    [
        FIRST + "\nprint(First().forward(leftover))",
        f"get_ipython().run_cell_magic('time', '', {FIRST!r})",
        "get_ipython().run_line_magic('matplotlib', 'inline')\n" + FIRST,
        "lines = get_ipython().getoutput('ls')\n" + FIRST,
    ],
)
def test_saved_answers_hold_definitions_alone(cell, tmp_path, monkeypatch):
    """Do a trial call, and a magic, stay in the notebook?"""
    assert saved(tmp_path, monkeypatch, ["First"], cell)["First"]().forward(2) == 4


def test_a_cell_that_was_not_run_leaves_the_older_file(tmp_path, monkeypatch, capsys):
    """After a restart, is a good file kept, and is it said which cells have to be run?"""
    saved(tmp_path, monkeypatch, ["First"], FIRST)
    module = saved(tmp_path, monkeypatch, ["First", "second"], SECOND)
    assert "First" in module
    assert "is not written: First not defined" in capsys.readouterr().out


def test_empty_answers_are_named(tmp_path, monkeypatch, capsys):
    """Is an exercise named that is still empty?"""
    empty = FIRST.replace("return 2 * x", "raise NotImplementedError()")
    assert "second" in saved(tmp_path, monkeypatch, ["First", "second"], empty, SECOND)
    out = capsys.readouterr().out
    assert "First is still empty" in out and "second is still empty" not in out


def test_whole_numbers_are_shown_as_such():
    """Are wrong integers shown without a decimal point, and integers beyond 64 bits accepted?"""
    count = formula(lambda n: n * 10**20, dtype=lambda *args: None)
    check = Check("count", lambda n: n * 10**20, count)
    check.values("large", case(3))
    check.done()
    check = Check("count", lambda n: n, count)
    check.values("small", case(3))
    with pytest.raises(CheckFailed) as failure:
        check.done()
    assert re.search(r"yours +3\n +expected +300000000000000000000$", str(failure.value))


def test_a_lost_axis_of_length_one_is_no_sum():
    """Is a column that came back flat told its shape, and nothing about sums?"""
    column = np.array([[1.0], [2.0], [4.0]])
    assert nn_utils.explain(column[:, 0], column) == ["the numbers are right, the shape is not"]
