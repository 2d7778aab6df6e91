"""Lists of HTML: with bullets, with numbers, and of terms with what they mean."""

import re

from gradekit.pdf.html_tags import is_blank

NUMBERINGS = {"a": "a.", "A": "A.", "i": "i.", "I": "I."}


def bulleted(node, writer):
    """Return a <ul> as Typst markup.

    Parameters
    ----------
    node : bs4.Tag
    writer : object
        With `blocks`, which writes the content of items, and `anchored`.
    """
    return _listed("list", node, writer)


def numbered(node, writer):
    """Return an <ol> as Typst markup; the parameters are those of `bulleted`."""
    start = node.get("start", "1")
    options = f", start: {int(start)}" if re.fullmatch(r"\d{1,6}", start) else ""
    if node.get("type") in NUMBERINGS:
        options += f', numbering: "{NUMBERINGS[node["type"]]}"'
    return _listed("enum", node, writer, options)


def defined(node, writer):
    """Return a <dl> as Typst markup; the parameters are those of `bulleted`."""
    written = []
    for child in node.find_all(["dt", "dd"]):
        look = "strong" if child.name == "dt" else "indented"
        written.append(f"#{look}[{writer.blocks(child.contents)}]")
    return "\n\n".join(written)


def _listed(call, node, writer, options=""):
    items = [child for child in node.contents if not is_blank(child)]
    if not items:
        return ""
    loose = any(child.find("p", recursive=False) for child in items if child.name == "li")
    written = [
        writer.anchored(child) + writer.blocks(child.contents)
        if child.name == "li"
        else writer.blocks([child])
        for child in items
    ]
    inner = ", ".join(f"[{item}]" for item in written)
    return f"#{call}(tight: {'false' if loose else 'true'}{options}, {inner})"
