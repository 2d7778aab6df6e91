"""Numbers of the formulas that have a label, known before any of them is drawn."""

import re

REFERENCE = re.compile(r"\\(eq)?ref\{([^{}\n]*)\}")
LABEL = re.compile(r"\\label\{([^{}]*)\}")
_PART = re.compile(r"\\tag\*?\{(?P<tag>[^{}]*)\}|\\label\{(?P<label>[^{}]*)\}|\\\\")


def numbers(formulas):
    r"""Return what ``\ref`` shows for each label.

    A row that has a label and no ``\tag`` gets the next number; JupyterLab, which knows one cell
    at a time, shows question marks instead.

    Parameters
    ----------
    formulas : iterable of str
        All formulas of a document, in order.

    Returns
    -------
    dict of str to str
    """
    found, last = {}, 0
    for latex in formulas:
        for row in _rows(latex):
            tags = [part["tag"] for part in row if part["tag"] is not None]
            labels = [part["label"] for part in row if part["label"] is not None]
            if labels and not tags:
                last += 1
            found.update(dict.fromkeys(labels, tags[0] if tags else str(last)))
    return found


def _rows(latex):
    rows = [[]]
    for part in _PART.finditer(latex):
        if part[0] == r"\\":
            rows.append([])
        else:
            rows[-1].append(part)
    return rows
