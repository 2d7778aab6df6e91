"""Tracebacks that are made faster have the same text, and the history has it, too."""

import pytest

# What `make_fast` changed of these packages is gone when they are imported anew.
UNDO = """import sys
for name in [name for name in sys.modules if name.startswith(("pygments", "stack_data"))]:
    del sys.modules[name]
from IPython.utils.PyColorize import theme_table
for theme in theme_table.values():
    theme._formatter = theme._pygments_style = None"""
RAISING = [
    "1 / 0",
    "def f(n): return f(n - 1) if n else 1 / 0\nf(3)",
    "try:\n    {}['a']\nexcept KeyError as error:\n    raise ValueError('b') from error",
    "import json; json.loads('[')",
    "class Oddly(Exception):\n    def __str__(self): return '\\x1b[31mred'\nraise Oddly",
    "text = '''many\nlines {} of'''\nassert f'{text!r:>40}' == ''  # and a comment",
]


@pytest.mark.parametrize("cell", RAISING)
def test_same_text(run, cell):
    """Is a traceback the same, colors and all, as with untouched pygments and stack_data?"""
    ran = run("1", cell, UNDO, cell, "get_ipython().history_manager.exceptions[2]['traceback']")
    (fast,), (slow,) = ran.cells[1].outputs, ran.cells[3].outputs
    assert [line.replace("In[2]", "In[4]") for line in fast.traceback] == slow.traceback
    assert eval(ran.text(4)) == fast.traceback
