"""What feedback must not show: hidden tests, mark schemes, and the way into them.

The result is a notebook again, so that the HTML and the PDF are made from the same text.
"""

import copy
import re

REGIONS = ("HIDDEN TESTS", "MARK SCHEME")
MARK_SCHEME = re.compile(
    r"^[^\n]*BEGIN MARK SCHEME[^\n]*\n(.*?)\n[^\n]*END MARK SCHEME[^\n]*$", re.DOTALL | re.MULTILINE
)
# A box of JupyterLab, in which Markdown goes on.
IN_A_BOX = '\n<div class="alert alert-info">\n\n\\1\n\n</div>\n'
SGR = re.compile(r"\x1b\[[\d;]*m")
FRAME = re.compile(
    r"(?P<cell>Cell In ?\[|Input In ?\[|<ipython-input-)|File |[~/]\S*:\d+, in |[~/]\S+ in "
)
CURRENT_LINE = re.compile(r"-+> ?\d+ (?P<code>.*)")
# From the beginning of a word, or long words would be read once for each of their letters.
KERNEL_FILE = re.compile(r"(?<!\S)\S*/ipykernel_\d+/\d+\.py:(\d+)")
HIDDEN_MODULES = "hidden_tests"
MAX_FRAMES = 2


def redacted(nb, mark_schemes=False):
    """Return a copy of a graded notebook that its student may see.

    Hidden tests and mark schemes are removed from the cells, tracebacks are reduced to the
    student's own lines and the message, and warnings lose the lines of hidden tests.

    Parameters
    ----------
    nb : NotebookNode
    mark_schemes : bool
        Whether those in text are shown after all, in boxes.

    Returns
    -------
    NotebookNode
    """
    nb = copy.deepcopy(nb)
    hidden = set()
    for cell in nb.cells:
        if mark_schemes and cell.cell_type == "markdown":
            cell.source = boxed(cell.source)
        cell.source, removed = without_regions(cell.source)
        if cell.cell_type == "code":
            hidden.update(line.strip() for line in removed if line.strip())
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            _redact_output(output, hidden)
    return nb


def boxed(source):
    """Return text with its mark schemes in boxes, without their marks."""
    return MARK_SCHEME.sub(IN_A_BOX, source)


def without_regions(source):
    """Return text without its hidden regions, and the list of lines that were in them.

    A region without an end reaches to the end of the text.
    """
    kept, removed, region = [], [], None
    for line in source.split("\n"):
        begun = next((name for name in REGIONS if f"BEGIN {name}" in line), None)
        region = region or begun
        if region is None and not any(f"END {name}" in line for name in REGIONS):
            kept.append(line)
        else:
            removed.append(line)
        if region and f"END {region}" in line:
            region = None
    return "\n".join(kept).strip("\n") if removed else source, removed


def _redact_output(output, hidden):
    if output["output_type"] == "error":
        output["traceback"] = shortened(output, hidden)
    elif output["output_type"] == "stream":
        output["text"] = _without_hidden_lines("".join(output["text"]), hidden)
    else:
        for kind in [kind for kind in output["data"] if kind.startswith("text/")]:
            output["data"][kind] = _without_hidden_lines("".join(output["data"][kind]), hidden)


def shortened(error, hidden=frozenset()):
    """Return the lines of an error output that help its student.

    Parameters
    ----------
    error : dict
        An output of type error. Where the exception rendered itself, as a check's report does,
        there are no frames, and its text is kept whole.
    hidden : set of str
        Lines of hidden tests, stripped.

    Returns
    -------
    list of str
    """
    lines = "\n".join(error["traceback"]).split("\n")
    plain = [SGR.sub("", line) for line in lines]
    frames = [at for at, line in enumerate(plain) if FRAME.match(line)]
    if not frames:
        return [line for line, bare in zip(lines, plain, strict=True) if not _tells(bare, hidden)]
    message = f"{error['ename']}: {error['evalue']}".rstrip(": ")
    if error["ename"] == "CheckFailed":
        return error["evalue"].split("\n")
    own = []
    for start, end in zip(frames, [*frames[1:], len(plain)], strict=True):
        own += _own_lines(plain[start:end], hidden)
    return [*own[-2 * MAX_FRAMES :], *([""] if own else []), *message.split("\n")]


def _own_lines(frame, hidden):
    """Return a frame's headline and its current line, nothing if they are not the student's."""
    if not FRAME.match(frame[0])["cell"]:
        return []
    current = next((match for line in frame if (match := CURRENT_LINE.match(line))), None)
    if current is None or _tells(current["code"], hidden) or _tells(frame[0], hidden):
        return []
    return [frame[0].rstrip(), current[0].rstrip()]


def _without_hidden_lines(text, hidden):
    kept, depth = [], None
    for line in text.split("\n"):
        indent = len(line) - len(line.lstrip())
        # Warnings and tracebacks name the file on one line and show its code on the next, indented.
        if depth is not None and indent > depth:
            continue
        depth = indent if HIDDEN_MODULES in line else None
        if not _tells(line, hidden):
            kept.append(KERNEL_FILE.sub(r"line \1", line))
    return "\n".join(kept)


def _tells(line, hidden):
    """Whether a line of output shows a line of a hidden test."""
    bare = line.strip()
    return HIDDEN_MODULES in bare or (len(bare) >= 8 and bare in hidden)
