"""The LaTeX commands for colors, frames, and parts that are struck out or take no room."""

import re

from tinycss2.color3 import parse_color

from gradekit.pdf import math_tables as tables
from gradekit.pdf.css import as_hex
from gradekit.pdf.math_reader import DIMENSION, MathError
from gradekit.pdf.math_registry import registry
from gradekit.pdf.math_text import text
from gradekit.pdf.typst_text import attached, literal

COMMANDS, _command = registry()
FRAME, PADDING = "0.5pt", "3pt"
_BORDER = re.compile(r"border:\s*([\d.]+)(px|pt)(?:\s+solid)?(?:\s+(\S+))?")


def _color(tex, ground=False):
    """Read a color, with its model in brackets if it has one; returns #rrggbb."""
    model = (tex.raw_option() or "").strip()
    given = tex.raw_group().strip()
    color = _named(given, ground) if model in ("", "HTML") else _of_model(model, given)
    return _known(color, f"{f'[{model}] ' if model else ''}{given}")


def _known(color, given):
    if color is None:
        raise MathError(f"unknown color {given}")
    return color


def _named(given, ground=False):
    # Letters in the lighter ones of LaTeX's colors could not be read on paper.
    if given in tables.COLORS and not ground:
        return "#" + tables.COLORS[given]
    if re.fullmatch("[0-9A-Fa-f]{6}", given):
        return "#" + given.lower()
    color = parse_color(given)
    return as_hex(color[:3]) if isinstance(color, tuple) and color.alpha == 1 else None


def _of_model(model, given):
    try:
        parts = [float(part) for part in given.split(",")]
    except ValueError:
        return None
    if model == "RGB":
        parts = [part / 255 for part in parts]
    elif model == "gray":
        parts *= 3
    elif model != "rgb":
        return None
    return as_hex(parts) if len(parts) == 3 and all(0 <= part <= 1 for part in parts) else None


@_command("color", "textcolor")
def color(tex, name):
    value = _color(tex)
    body = tex.argument() if name == "textcolor" else tex.sequence()
    return f'text(fill:#rgb("{value}"),{body or literal("")})'


def _framed(body, stroke=None, fill=None, inset=PADDING):
    given = f"stroke:#({stroke})," if stroke else ""
    given += f'fill:#rgb("{fill}"),' if fill else ""
    given += f"inset:#{inset}," if inset != PADDING else ""
    return f"frame({given}{body or literal('')})"


@_command("boxed")
def boxed(tex, name):
    return _framed(f"display({tex.argument()})", FRAME)


@_command("fbox", "framebox")
def framed_text(tex, name):
    return _framed(text(tex, "text", tex.raw_group()), FRAME)


@_command("colorbox", "fcolorbox")
def colored_box(tex, name):
    stroke = f'{FRAME}+rgb("{_color(tex)}")' if name == "fcolorbox" else None
    fill = _color(tex, ground=True)
    return _framed(text(tex, "text", tex.raw_group()), stroke, fill)


@_command("bbox")
def background_box(tex, name):
    """MathJax's box: a color, a padding and a border, each if it is asked for."""
    stroke, fill, inset = None, None, "0pt"
    for option in filter(None, (tex.raw_option() or "").split(",")):
        border = _BORDER.fullmatch(option.strip())
        size = DIMENSION.fullmatch(option)
        if border:
            stroke = f"{float(border[1]) * tables.UNITS[border[2]]:.3g}em"
            if border[3]:
                stroke += f'+rgb("{_known(_named(border[3]), border[3])}")'
        elif size and size[2] in tables.UNITS:
            inset = f"{float(size[1]) * tables.UNITS[size[2]]:.3g}em"
        elif not (fill := _named(option.strip(), ground=True)):
            raise MathError(rf"\{name}[{option}]")
    return _framed(tex.argument(), stroke, fill, inset)


@_command("cancelto")
def canceled_to(tex, name):
    value = tex.argument()
    return attached(f"cancel({tex.argument()})", {"tr": value})


@_command("rlap", "mathrlap", "llap", "mathllap", "clap", "mathclap")
def lap(tex, name):
    side = {"r": "right", "l": "left", "c": "center"}[name.removeprefix("math")[0]]
    inner = tex.argument() if name.startswith("math") else text(tex, "text", tex.raw_group())
    return f"lapped(#{side},{inner})"


@_command("smash")
def smash(tex, name):
    """A part whose height does not count: on paper lines have the room that they need."""
    tex.raw_option()
    return tex.argument()
