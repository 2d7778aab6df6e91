"""Outputs of code cells to Typst."""

import re

from gradekit.pdf.code import code_block
from gradekit.pdf.markdown import markdown
from gradekit.pdf.sheet import decode
from gradekit.pdf.typst_text import literal
from gradekit.pdf.wrapping import typst_block

MAX_LINES = 80
MAX_OUTPUTS = 60

SGR = re.compile(r"\x1b\[([\d;]*)m")
# Other escape sequences move the cursor or name windows; paper has neither.
ESCAPE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-ln-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b(?!\[)[@-Z\\-_]?"
)
COLORS = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "gray"]
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/svg+xml")


def outputs(cell, sheet):
    """Return all outputs of a code cell as Typst markup."""
    merged = _merged(cell.outputs)
    shown = [_output(output, sheet) for output in merged[:MAX_OUTPUTS]]
    if len(merged) > MAX_OUTPUTS:
        shown.append(f"#note({literal(f'{len(merged) - MAX_OUTPUTS:,} more outputs left out.')})")
    return "\n\n".join(text for text in shown if text)


def _merged(given):
    """Join what was written to one stream in several pieces."""
    out = []
    for output in given:
        last = out[-1] if out else None
        same = last and last["output_type"] == "stream" == output["output_type"]
        if same and last["name"] == output["name"]:
            last["text"] += "".join(output["text"])
        else:
            out.append({**output, "text": "".join(output.get("text", ""))})
    return out


def _output(output, sheet):
    if output["output_type"] == "stream":
        return _box("stderr" if output["name"] == "stderr" else "printed", output["text"])
    if output["output_type"] == "error":
        text = "\n".join(output["traceback"]) or f"{output['ename']}: {output['evalue']}"
        return _box("failure", text)
    return _data(output, sheet)


def _box(look, text):
    shown = _terminal(text).rstrip()
    return typst_block(look, _ansi(shown), MAX_LINES) if shown else ""


def _data(output, sheet):
    data = output["data"]
    plain = "".join(data.get("text/plain", ""))
    for kind in PICTURES:
        if kind in data:
            return _picture(output, kind, plain, sheet)
    if "text/latex" in data:
        return _latex("".join(data["text/latex"]), sheet)
    if "text/markdown" in data:
        return markdown("".join(data["text/markdown"]), sheet)
    if plain:
        return _box("printed", plain)
    if "application/json" in data:
        return code_block(str(data["application/json"]), "json", "fence")
    kinds = ", ".join(sorted(data)) or "nothing"
    return f"#note({literal(f'This output cannot be shown on paper ({kinds}).')})"


def _picture(output, kind, plain, sheet):
    content = "".join(output["data"][kind])
    data = content.encode() if kind == "image/svg+xml" else decode(content)
    # A title of its own is a better description than "<Figure size 640x480 with 1 Axes>".
    alt = "A figure drawn by the code above" if plain.startswith("<") else plain
    size = output.get("metadata", {}).get(kind, {})
    width = size.get("width") if isinstance(size, dict) else None
    return sheet.picture(data, alt or "A picture", width if isinstance(width, int) else None)


def _latex(text, sheet):
    bare = re.fullmatch(r"\s*(\$\$?|\\\[)(.*?)(\$\$?|\\\])\s*", text, re.DOTALL)
    return sheet.equation(bare[2] if bare else text, block=True, source=text)


def _terminal(text):
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


def _ansi(text):
    """Cut text at its color codes, into (style, text)."""
    bold, color, at = False, None, 0
    spans = []
    for code in SGR.finditer(text):
        spans.append((_style(bold, color), text[at : code.start()]))
        at = code.end()
        bold, color = _after(code[1], bold, color)
    return [*spans, (_style(bold, color), text[at:])]


def _after(codes, bold, color):
    values = [int(value or 0) for value in codes.split(";") if len(value) < 4]
    while values:
        value = values.pop(0)
        if value in (38, 48):
            # Colors by number or by red, green and blue: the parameters are not colors.
            del values[: 2 if values[:1] == [5] else 4]
            color = None if value == 38 else color
        elif value == 0:
            bold, color = False, None
        elif value in (1, 22):
            bold = value == 1
        elif value == 39:
            color = None
        elif value // 10 in (3, 9):
            color = COLORS[value % 10] if value % 10 < 8 else None
    return bold, color


def _style(bold, color):
    if color:
        return f"ansi-{color}-bold" if bold else f"ansi-{color}"
    return "ansi-bold" if bold else None
