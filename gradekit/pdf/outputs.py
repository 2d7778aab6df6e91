"""Outputs of code cells to Typst."""

import json
import re
from html import unescape

from gradekit.pdf import terminal
from gradekit.pdf.code import code_block
from gradekit.pdf.css import PIXEL
from gradekit.pdf.html import html, styles_only, visible
from gradekit.pdf.html_tags import BY_SCRIPT
from gradekit.pdf.markdown import markdown
from gradekit.pdf.math_spans import take_out
from gradekit.pdf.pictures import decode
from gradekit.pdf.typst_text import literal
from gradekit.pdf.wrapping import typst_block

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml")
# A class of scikit-learn's diagrams.
ESTIMATOR = "sk-text-repr-fallback"
WIDGET = "application/vnd.jupyter.widget-view+json"
# What a mime type's name says about programs that draw in a browser only.
INTERACTIVE = {"plotly": "Plotly", "bokeh": "Bokeh", "vega": "Vega", "jupyter.widget": "a widget"}
SCRIPT = "application/javascript"
FRAME = re.compile(r'^ *frames\[\d+\] = "(data:image/[^"]+)"', re.MULTILINE)
COLORED_PRINT = re.compile(r"\s*<pre\b[^>]*>(?:(?!<pre\b).)*</pre>\s*", re.DOTALL | re.IGNORECASE)
TAG = re.compile(r"<[^>]*>")
# A class for what has dollars, but no formulas.
NO_FORMULAS = "tex2jax_ignore"
BARE_OBJECT = re.compile(r"<.*>", re.DOTALL)


def outputs(cell, sheet):
    """Return all outputs of a code cell as Typst markup."""
    merged, most = _merged(cell.outputs), sheet.look.max_outputs
    shown = [_output(output, sheet) for output in merged[:most]]
    if len(merged) > most:
        shown.append(f"#note({literal(f'{len(merged) - most:,} more outputs left out.')})")
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
        box = "stderr" if output["name"] == "stderr" else "printed"
        return _printed(box, output["text"], sheet)
    if output["output_type"] == "error":
        text = "\n".join(output["traceback"]) or f"{output['ename']}: {output['evalue']}"
        return _printed("failure", text, sheet)
    return _data(output, sheet)


def _printed(box, text, sheet):
    shown = terminal.as_shown(text).rstrip()
    look = sheet.look
    if not shown:
        return ""
    room = look.max_output_lines, look.code_columns
    return typst_block(box, terminal.colors(shown), *room, folds=True)


def _data(output, sheet):
    """Write the richest of an output's forms that paper can show."""
    data = output["data"]
    plain = "".join(data.get("text/plain", ""))
    kind = next((kind for kind in PICTURES if kind in data), None)
    if kind:
        return _picture(output, kind, plain, sheet)
    if "text/latex" in data:
        return _latex("".join(data["text/latex"]), sheet)
    hypertext = "".join(data.get("text/html", ""))
    if frames := FRAME.findall(hypertext):
        return _film(frames, sheet)
    # Without the styles of a browser these are pages of documentation.
    is_diagram = ESTIMATOR in hypertext and plain
    # What libraries color for terminals, too, looks as it does there.
    is_print = COLORED_PRINT.fullmatch(hypertext) and _words(hypertext) == _words_printed(plain)
    if hypertext and WIDGET not in data and visible(hypertext) and not is_diagram and not is_print:
        marked, spans = (hypertext, ()) if NO_FORMULAS in hypertext else take_out(hypertext)
        return html(marked, sheet, spans, headings=False)
    if "text/markdown" in data:
        return markdown("".join(data["text/markdown"]), sheet, headings=False)
    if hypertext and styles_only(hypertext):
        return ""
    note = _interactive(data, hypertext if not is_diagram and not is_print else "")
    # An address in memory says nothing that the note does not.
    shown = "" if note and BARE_OBJECT.fullmatch(plain) else _plain(data, plain, sheet)
    return "\n\n".join(filter(None, [shown, note]))


def _words(hypertext):
    return unescape(TAG.sub("", hypertext)).split()


def _words_printed(text):
    return terminal.SGR.sub("", text).split()


def _film(frames, sheet):
    """Write the last picture of Matplotlib's player, which shows one after the other."""
    url = frames[-1].replace("\\\n", "")
    said = f"The last of {len(frames):,} frames of an animation."
    return f"{sheet.picture_at(url, said)}\n\n#note({literal(said)})"


def _plain(data, plain, sheet):
    if "application/json" in data and (not plain or BARE_OBJECT.fullmatch(plain)):
        text = json.dumps(data["application/json"], indent=2, ensure_ascii=False, default=str)
        return code_block(text, "json", "fence", sheet.look)
    return _printed("printed", plain, sheet)


def _interactive(data, hypertext):
    """Return a line about what can only be seen in a browser, and about unknown forms."""
    rest = sorted(set(data) - {"text/plain", "application/json", "text/html", "text/markdown"})
    names = [name for part, name in INTERACTIVE.items() if any(part in kind for kind in rest)]
    if names or hypertext or rest == [SCRIPT]:
        by = f" ({names[0]})" if names else ""
        return f"#note({literal(BY_SCRIPT.removesuffix('.') + by + '.')})"
    if rest or not data:
        kinds = ", ".join(rest) or "nothing"
        return f"#note({literal(f'This output cannot be shown on paper ({kinds}).')})"
    return ""


def _picture(output, kind, plain, sheet):
    content = "".join(output["data"][kind])
    data = content.encode() if kind == "image/svg+xml" else decode(content)
    # A title of its own is a better description than "<Figure size 640x480 with 1 Axes>".
    alt = "A figure drawn by the code above" if BARE_OBJECT.fullmatch(plain) else plain
    asked = output.get("metadata", {}).get(kind, {})
    asked = asked if isinstance(asked, dict) else {}
    size = _points(asked.get("width")), _points(asked.get("height"))
    return sheet.picture(data, alt or "A picture", size)


def _points(pixels):
    return pixels * PIXEL if isinstance(pixels, int | float) and pixels > 0 else None


def _latex(text, sheet):
    """Write LaTeX, most often one formula, as SymPy puts it out."""
    bare = re.fullmatch(r"\s*(\$\$?|\\\[)(.*?)(\$\$?|\\\])\s*", text, re.DOTALL)
    inner = bare[2] if bare else text
    if not bare and "$" in text:
        return markdown(text, sheet, headings=False)
    return sheet.equation(inner, block=True, source=text)
