"""Cells that say too much, or what cannot be said."""

from .catalogue import extra_cell

# A cell that is cut off has said so; its own answer is right whatever became of the output.
OUTPUT = {"reason": "printed more"}
SILENT = {"reason": "printed more|seconds", "always_told": False}

extra_cell("print_100_mb", "A hundred megabytes in lines.",
           'for _ in range(1_000_000): print("x" * 100)', **OUTPUT)
extra_cell("print_one_line", "One line of fifty megabytes.", 'print("x" * 50_000_000)', **OUTPUT)
extra_cell("stderr_flood", "A hundred megabytes of warnings.",
           'import sys\nfor _ in range(1_000_000): sys.stderr.write("x" * 100 + "\\n")', **OUTPUT)
extra_cell("carriage_returns", "A progress bar of a million steps.",
           'for n in range(1_000_000): print(f"\\r{n:80}", end="")', **SILENT)
extra_cell("flood_from_c", "A hundred megabytes past Python, of bytes that are no text.",
           'import os\nfor _ in range(1600): os.write(1, b"\\xff\\xfe" * 32768)', **SILENT)
extra_cell("flood_from_child", "A hundred megabytes from a command.",
           "!head -c 100000000 /dev/zero", **SILENT)
extra_cell("million_displays", "A million tiny displays.",
           "from IPython.display import display\nfor n in range(1_000_000): display(n)",
           reason="printed more|seconds")
extra_cell("million_clears", "A million times nothing.", """\
from IPython.display import clear_output
for n in range(1_000_000): clear_output()""", **SILENT)
extra_cell("png_flood", "Two hundred pictures of a megabyte.", """\
import os
from IPython.display import Image, display
for _ in range(200):
    display(Image(b"\\x89PNG\\r\\n\\x1a\\n" + os.urandom(1 << 20), format="png"))""", **OUTPUT)
extra_cell("huge_figure", "A figure of a billion points.", """\
import matplotlib.pyplot as plt
figure = plt.figure(figsize=(300, 300), dpi=100)
figure.canvas.draw()""", reason="memory|seconds|Error", always_told=False,
           unsure=("circle_test", "ring_test"))
extra_cell("many_figures", "Three hundred figures.", """\
%matplotlib inline
import matplotlib.pyplot as plt
for _ in range(300):
    plt.figure()""", reason="seconds|printed more|figures", always_told=False)
extra_cell("scripts", "A page that would run in the grader's browser.", """\
from IPython.display import HTML, Javascript, display
display(HTML("<script>fetch('/formgrader/api')</script><img src=x onerror=alert(1)></body>"))
display(Javascript("alert(1)"))
print("</script></pre><script>alert(1)</script>")""")
extra_cell("html_of_50_mb", "A page of fifty megabytes.",
           'from IPython.display import HTML\nHTML("<p>" * 17_000_000)', **OUTPUT)
extra_cell("error_of_50_mb", "An error that says fifty megabytes.",
           'raise ValueError("x" * 50_000_000)', reason="printed more|ValueError")
extra_cell("error_without_text", "An error that fails when it is asked what it says.", """\
class Mute(Exception):
    def __str__(self):
        raise self
    __repr__ = __str__
raise Mute""", reason="Mute")
extra_cell("error_group", "Errors within errors within errors.", """\
error = ValueError("the innermost")
for n in range(2000):
    error = ExceptionGroup(str(n), [error])
raise error""", reason="ExceptionGroup|Error|process|seconds",
           unsure=("circle_test", "ring_test"))
extra_cell("chained_errors", "An error that was caused by an error, a thousand times.", """\
error = None
for n in range(1000):
    following = ValueError(n)
    following.__cause__, error = error, following
raise error""", reason="ValueError|seconds")
extra_cell("recursive_repr", "An object that shows itself when it is shown.", """\
class Mirror:
    def __repr__(self):
        return f"<{self!r}>"
Mirror()""", reason="RecursionError|seconds")
extra_cell("repr_that_raises", "An object that cannot be shown.", """\
class Broken:
    def __repr__(self):
        raise SystemExit
Broken()""", reason="SystemExit|Broken", always_told=False)
extra_cell("repr_that_hangs", "An object that takes for ever to be shown.", """\
import time
class Slow:
    def __repr__(self):
        time.sleep(45)
        return "slow"
Slow()""", reason="seconds")
extra_cell("repr_of_no_text", "An object that is shown as a number.", """\
class Number:
    def __repr__(self):
        return 5
Number()""", reason="TypeError")
extra_cell("surrogates", "Halves of characters, printed, shown, and raised.", """\
import sys
print("\\ud83d")
sys.stderr.write("\\udfff")
from IPython.display import HTML, display
display(HTML("\\ud800"))
raise ValueError("\\udc00")""", reason="Error")
extra_cell("no_utf_8", "Bytes that are no text, past Python.",
           'import os\nos.write(1, b"\\xff\\xfe\\xc3")\nos.write(2, b"\\x80\\0\\x1b[31m")')
extra_cell("terminal_codes", "Colors, backspaces and bells.",
           r'print("\x1b[31;5m\x1b[2J\x1b]0;title\x07 wrong\b\b\b\b\bright \x9b31m \x00 \x7f")')
extra_cell("displays_no_json", "Display data that is no JSON.", """\
from IPython.display import display
for data in ({"text/plain": object()}, {"text/plain": float("nan")}, {"text/plain": b"x"}, {5: 5}):
    try:
        display(data, raw=True)
    except Exception as error:
        print(type(error))
display({"text/plain": "x"}, raw=True, metadata={"x": {1, 2}})""", reason="Error|type",
           always_told=False)
extra_cell("display_of_unknown_type", "Display data of types that nobody knows.", """\
from IPython.display import display
display({"application/x-evil": "x", "": "y", "a" * 10_000: "z"}, raw=True)
display({}, raw=True)""")
extra_cell("huge_number", "A number of more digits than Python prints.", "10 ** 5000",
           reason="ValueError")
extra_cell("forged_score", "A number as a cell's last word.", "99")
extra_cell("messages_of_its_own", "Messages to the front end that no kernel sends.", """\
kernel = get_ipython().kernel
send = kernel.session.send
for kind in ("status", "execute_reply", "shutdown_reply", "error", "nonsense", "input_request"):
    try:
        send(kernel.iopub_socket, kind, {"execution_state": "idle", "status": "ok"})
    except Exception as error:
        print(type(error))""", reason="protocol|message|process", always_told=False,
           unsure=("circle_test", "ring_test"))
