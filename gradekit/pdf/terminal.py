"""Printed text as a terminal shows it: its colors, and what is written over."""

import re

SGR = re.compile(r"\x1b\[([\d;:]*)m")
# Other escape sequences move the cursor or name windows; paper has neither.
ESCAPE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-ln-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b(?!\[)[@-Z\\-_]?"
)
COLORS = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "gray"]
# The 216 colors by number have these parts of red, green and blue.
LEVELS = (0, 95, 135, 175, 215, 255)
# How bright a color may be on white paper, of 255.
BRIGHTEST = 140


def as_shown(text):
    """Return text as a terminal would show it: carriage returns and backspaces obeyed."""
    text = ESCAPE.sub("", text.replace("\r\n", "\n")).expandtabs(8)
    if "\r" not in text and "\b" not in text:
        return text
    return "\n".join(_overwritten(line) for line in text.split("\n"))


def _overwritten(line):
    """Return what is left of a line that was written over itself.

    Colors count as part of the character they stand before.
    """
    shown, at = [], 0
    for char in re.findall(rf"(?:{SGR.pattern.replace('(', '(?:')})*[^\x1b]|.", line, re.DOTALL):
        if char == "\r":
            at = 0
        elif char == "\b":
            at = max(at - 1, 0)
        else:
            shown[at : at + 1] = [char]
            at += 1
    return "".join(shown)


def colors(text):
    """Cut text at its color codes, into a list of (style of the template, text)."""
    bold, color, at = False, None, 0
    spans = []
    for code in SGR.finditer(text):
        spans.append((_style(bold, color), text[at : code.start()]))
        at = code.end()
        bold, color = _after(code[1], bold, color)
    return [*spans, (_style(bold, color), text[at:])]


def _after(codes, bold, color):
    values = [int(value or 0) for value in re.split("[;:]+", codes) if len(value) < 4]
    while values:
        value = values.pop(0)
        if value in (38, 48):
            chosen = _extended(values)
            color = chosen if value == 38 else color
        elif value == 0:
            bold, color = False, None
        elif value in (1, 22):
            bold = value == 1
        elif value == 39:
            color = None
        elif value // 10 in (3, 9):
            color = COLORS[value % 10] if value % 10 < 8 else None
    return bold, color


def _extended(values):
    """Take a color by number, or by red, green and blue, from the values; returns it."""
    if values[:1] == [5]:
        number = values[1] if len(values) > 1 else 0
        del values[:2]
        if number < 16:
            return COLORS[number % 8]
        if number < 232:
            number -= 16
            return _hex(LEVELS[part % 6] for part in (number // 36, number // 6, number))
        return _hex([8 + 10 * (min(number, 255) - 232)] * 3)
    parts = values[1:4]
    del values[:4]
    return _hex(min(part, 255) for part in parts) if len(parts) == 3 else None


def _hex(parts):
    """Return a color as Typst writes it, made darker where paper would swallow it."""
    parts = list(parts)
    bright = sum(weight * part for weight, part in zip((0.3, 0.59, 0.11), parts, strict=True))
    scale = min(1, BRIGHTEST / max(bright, 1))
    return "#" + "".join(f"{int(part * scale):02x}" for part in parts)


def _style(bold, color):
    if color and color.startswith("#"):
        return f'ansi-rgb("{color}", {"true" if bold else "false"})'
    if color:
        return f"ansi-{color}-bold" if bold else f"ansi-{color}"
    return "ansi-bold" if bold else None
