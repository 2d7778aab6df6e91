"""Does once, in a zygote, what every kernel would otherwise do first of all.

Nothing that a cell could see is left behind: no figure, no history, no open file.
"""

import contextlib
import io

_CELL = "%matplotlib inline\nfiles = !ls\n?len\nawait f(1)\n"


def warm_up(kernel):
    """Draw, format and explain something.

    Parameters
    ----------
    kernel : WireKernel
    """
    import tornado.platform.asyncio  # noqa: F401

    shell = kernel.shell
    shell.should_run_async(_CELL, transformed_cell=shell.transform_cell(_CELL))
    shell.compile.ast_parse("1")
    for value in (1, "text", [1.0], {"a": None}):
        shell.display_formatter.format(value)
    for text in ("1 / 0", "1 +", "int('x')"):
        _explain(shell, text)
    with contextlib.suppress(ImportError):
        _draw()
        close_fonts()


def _explain(shell, text):
    """Format the traceback of a cell, as it is shown and as it is stored."""
    flags = shell.compile.flags
    try:
        exec(shell.compile(text, shell.compile.cache(text), "exec"), {})
    except Exception as error:
        if isinstance(error, SyntaxError):
            shell.SyntaxTB.structured_traceback(type(error), error, [])
        else:
            shell.InteractiveTB.structured_traceback(type(error), error, error.__traceback__)
        shell._format_exception_for_storage(error)
    shell.compile.flags = flags


def _draw():
    from IPython.core.pylabtools import print_figure
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure()
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], label="a")
    axes.set_title(r"$x^2$")
    axes.legend()
    print_figure(figure, base64=True)
    figure.savefig(io.BytesIO(), format="png")


def close_fonts():
    """Forget fonts, which keep their files open, and texts that are laid out with them."""
    with contextlib.suppress(ImportError, AttributeError):
        from matplotlib import font_manager, mathtext

        font_manager._get_font.cache_clear()
        mathtext.MathTextParser._parse_cached.cache_clear()
