"""What the tags of HTML are: blocks, parts of a line, or nothing that paper has a place for."""

import re

from bs4 import Comment, NavigableString

# Tags with a look of their own, and the template's or Typst's function for it.
CALLS = {
    **dict.fromkeys(("b", "strong"), "strong"),
    **dict.fromkeys(("i", "em", "cite", "dfn", "var"), "emph"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strike"),
    "sub": "sub",
    "sup": "super",
    "mark": "highlight",
    "small": "smaller",
    "big": "larger",
}
CODE = {"code", "kbd", "samp", "tt"}
DROPPED = {
    "head", "link", "meta", "noscript", "script", "source", "style", "template", "title", "track",
    "wbr",
}  # fmt: skip
# Words around them go on; they say nothing about the look.
PLAIN = {
    "a", "abbr", "acronym", "bdi", "bdo", "button", "data", "font", "label", "meter", "nobr",
    "output", "picture", "progress", "rb", "rp", "rt", "ruby", "slot", "span", "text", "time",
}  # fmt: skip
HEADINGS = {f"h{level}": level for level in range(1, 7)}
GROUPS = {
    "address", "article", "aside", "body", "center", "details", "dialog", "div", "fieldset",
    "figcaption", "figure", "footer", "form", "header", "hgroup", "html", "legend", "main",
    "nav", "p", "search", "section", "summary",
}  # fmt: skip
ELSEWHERE = {
    **{tag: f"{tag} element" for tag in ("applet", "canvas", "embed", "object")},
    "audio": "sound",
    "iframe": "page from elsewhere",
    "video": "video",
}
BY_SCRIPT = "Drawn by the browser, not on paper."
BLOCKS = {*HEADINGS, *GROUPS, *ELSEWHERE, "blockquote", "dl", "hr", "ol", "pre", "table", "ul"}
# What Bootstrap's classes for boxes, and GitHub's words, mean.
ALERTS = {
    "success": "tip",
    "tip": "tip",
    "info": "note",
    "note": "note",
    "primary": "note",
    "important": "important",
    "warning": "warning",
    "caution": "danger",
    "danger": "danger",
}
IN_LINE = re.compile(r"\bdisplay:\s*inline\s*(;|$)", re.IGNORECASE)


def is_block(node):
    if isinstance(node, NavigableString):
        return False
    # As in a browser, a <font> or <a> around blocks is one itself.
    # `find` would make a rule of each name, for each node.
    return _is_own_block(node) or any(map(_is_own_block, node.descendants))


def _is_own_block(part):
    return part.name in BLOCKS and not IN_LINE.search(part.get("style", ""))


def is_blank(node):
    if isinstance(node, NavigableString):
        return isinstance(node, Comment) or not node.strip()
    return node.name in DROPPED


def lone_image(node):
    """Return the <img> that is all there is in a node, None if there is more."""
    while getattr(node, "name", None) in PLAIN | {"p", "picture"}:
        shown = [child for child in node.contents if not is_blank(child)]
        if len(shown) != 1 or node.get("href"):
            return None
        node = shown[0]
    return node if getattr(node, "name", None) == "img" else None


def alert_words(node):
    """Yield what a class such as ``alert alert-info`` says the box is."""
    classes = node.get("class", [])
    if {"alert", "admonition"} & set(classes):
        yield from (name.removeprefix("alert-").lower() for name in classes)
        yield "note"
