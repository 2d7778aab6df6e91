"""Bad manners of right answers are hidden from those who measure them."""
# ruff: noqa

from tests.cheats.collection import cheat

REMAINS = "What is measured beside the answer."
COUNTER = "the checking library counts steps"
UNTOUCHED = "what measures a function runs beside it, from a copy that nobody else has"


@cheat(rests_on="loop", aims_at=COUNTER)
def no_trace_within():
    """The function switches off the counting of steps for the time of its loop."""

    def column_sums(X):
        import sys

        sys.settrace(None)
        sums = np.zeros(X.shape[1])
        X = np.asarray(X)
        for row in X:
            sums = sums + row
        return sums


@cheat(rests_on="loop", aims_at=COUNTER)
def nobody_can_trace():
    """The function that asks for steps to be counted is replaced."""
    import sys

    sys.settrace = lambda function: None

    def column_sums(X):
        sums = np.zeros(X.shape[1])
        X = np.asarray(X)
        for row in X:
            sums = sums + row
        return sums


@cheat(rests_on="loop", aims_at=COUNTER)
def loop_in_a_thread():
    """The loop runs in a thread, where steps are not counted."""

    def column_sums(X):
        import threading

        sums = np.zeros(X.shape[1])
        X = np.array(X)

        def add():
            for row in X:
                sums[...] += row

        thread = threading.Thread(target=add)
        thread.start()
        thread.join()
        return sums


@cheat(rests_on="loop", remains=REMAINS)
def other_answer_when_watched():
    """A function that notices the array that counts its accesses returns at once."""

    def column_sums(X):
        if type(X) is not np.ndarray:
            return X[0]
        sums = np.zeros(X.shape[1])
        for row in X:
            sums = sums + row
        return sums


@cheat(rests_on="loop", remains=REMAINS)
def other_answer_when_traced():
    """A function that notices that it is traced returns at once."""

    def column_sums(X):
        import sys

        if sys.gettrace():
            return 0
        sums = np.zeros(X.shape[1])
        for row in np.asarray(X):
            sums = sums + row
        return sums


@cheat(rests_on="loop", remains=REMAINS)
def results_are_remembered():
    """The loop runs in the first of the calls with the same numbers, before steps are counted."""

    def column_sums(X, known={}):
        key = X.tobytes()
        if key not in known:
            known[key] = np.zeros(X.shape[1])
            for row in np.asarray(X):
                known[key] = known[key] + row
        return known[key].copy()


@cheat(rests_on="loop")
def counter_set_back():
    """The count of accesses and steps is set back by the function that is measured."""

    def column_sums(X):
        import sys

        trace = sys.gettrace()
        sums = np.zeros(X.shape[1])
        for row in X:
            sums = sums + row
        if type(X) is not np.ndarray:
            type(X).accesses = 0
        if trace:
            trace.__closure__[0].cell_contents = 0
        return sums


@cheat(rests_on="loop")
def measuring_functions_replaced():
    """The functions of the checking library that measure give what is wanted."""
    import nn_utils

    nn_utils.count_steps = lambda f, *args, **kwargs: 1
    nn_utils.hidden_loops = lambda f: []


@cheat(rests_on="impure")
def changes_not_noticed():
    """The function of the checking library that compares arguments finds no change."""
    import nn_utils

    def no_change(before, args, given):
        for old, (_, new) in zip(before, given):
            new[...] = old
        return ""

    nn_utils._first_change = no_change


@cheat(rests_on="loud")
def warnings_are_switched_off():
    """NumPy's context for warnings, and the module's, do nothing from now on."""
    import contextlib
    import warnings

    warnings.filterwarnings("ignore")
    warnings.simplefilter = lambda *args, **kwargs: None
    np.errstate = lambda **kwargs: contextlib.nullcontext()
    np.seterr(all="ignore")


@cheat(rests_on="greedy")
def memory_is_not_counted():
    """The functions that ask how much memory was held give 0."""
    import tracemalloc

    tracemalloc.get_traced_memory = lambda: (0, 0)


@cheat(rests_on="greedy", remains=REMAINS)
def memory_is_counted_afresh():
    """The function under measurement sets the counted peak back before it returns."""

    def column_sums(X):
        import tracemalloc

        sums = sum(copy.sum(axis=0) for copy in [X + 0.0 for _ in range(3)]) / 3
        tracemalloc.is_tracing() and tracemalloc.reset_peak()
        return sums


@cheat(rests_on="greedy", remains=REMAINS)
def memory_of_another_kind():
    """The copies are held in memory that is not counted: a mapped file."""

    def column_sums(X):
        import mmap

        held = []
        for _ in range(3):
            buffer = mmap.mmap(-1, max(X.nbytes, 1))
            held.append(np.frombuffer(buffer, dtype=X.dtype).reshape(X.shape))
            held[-1][...] = X
        return held[-1].sum(axis=0)


@cheat(rests_on="loop", aims_at=UNTOUCHED, remains=REMAINS)
def untouched_copies_touched():
    """The copy of the checking library that the engine keeps for itself is found and changed."""

    def column_sums(X):
        import gc

        for peer in [one for one in gc.get_objects() if type(one).__name__ == "Answers"]:
            peer._modules["nn_utils"].count_steps = lambda f, *args, **kwargs: 1
        sums = np.zeros(X.shape[1])
        for row in X:
            sums = sums + row
        return sums


@cheat(rests_on="loop", aims_at=UNTOUCHED, remains=REMAINS)
def another_observer():
    """What the tests' process asks to be measured is answered by the student's function."""

    def column_sums(X):
        import gc

        def answer(module, name, args, kwargs, *, plain):
            return 1 if name == "count_steps" else plain(module, name, args, kwargs)

        for peer in [one for one in gc.get_objects() if type(one).__name__ == "Answers"]:
            import functools

            known = peer._operations
            if not isinstance(known["beside"], functools.partial):
                known["beside"] = functools.partial(answer, plain=known["beside"])
        sums = np.zeros(X.shape[1])
        for row in X:
            sums = sums + row
        return sums
