"""What little of CSS a page keeps: colors, widths, and on which side a text stands."""

import re

import tinycss2
from tinycss2.color3 import parse_color

PIXEL = 0.75  # points per CSS pixel, as on JupyterLab's page
LENGTH = re.compile(r"\s*(\d+(?:\.\d+)?|\.\d+)\s*(px|pt|em|rem|ex|cm|mm|in|%)?\s*")
POINTS = {
    "px": PIXEL, "pt": 1, "em": 12, "rem": 12, "ex": 6, "cm": 28.35, "mm": 2.835, "in": 72,
}  # fmt: skip
GRADIENT = re.compile(r"linear-gradient\(\s*90deg,(.*)\)", re.DOTALL)
# Bounds, so that the time does not grow with the square of what somebody writes.
STOP = re.compile(
    r"(?:^|,)\s*([a-z]{1,30}|#[0-9a-f]{3,8}|rgba?\([^()]{1,60}\))\s+(\d{1,3}(?:\.\d{1,20})?)%",
    re.IGNORECASE,
)
CLEAR = "#ffffff00"
# An id, and perhaps a tag and a class of what stands within.
TARGET = re.compile(r"(?:^|,)\s*#([\w-]+)(?:\s+([a-z]\w*)?(?:\.([\w-]+))?)?\s*(?=,|$)")
TITLE = 80  # characters
BOLD = re.compile("bold|bolder|[6-9]00")
BRIGHT = 0.75  # lighter letters cannot be read on paper
BLACK_OR_INHERITED = {"black", "inherit", "currentcolor", "initial", "unset"}


def style(node):
    """Return an element's own style: {property: value as text}."""
    given = node.get("style")
    if not given:
        return {}
    declarations = tinycss2.parse_declaration_list(given, skip_comments=True, skip_whitespace=True)
    return {
        one.lower_name: _written(one.value).strip()
        for one in declarations
        if one.type == "declaration"
    }


def _written(tokens):
    try:
        return tinycss2.serialize(tokens)
    except RecursionError:
        return ""  # brackets within brackets, so many that no browser would follow


def with_rules(soup):
    """Give elements what the page's rules for ids say: so pandas colors its tables and their heads.

    A rule for an id is the stronger one, as in a browser, than one for what stands within it.
    """
    given = {}
    for sheet in soup.find_all("style"):
        for rule in tinycss2.parse_stylesheet(sheet.get_text(), True, True):
            if rule.type != "qualified-rule":
                continue
            content = _written(rule.content)
            for name, tag, kind in TARGET.findall(_written(rule.prelude)):
                for node in _chosen(soup, name, tag, kind):
                    within, alone = given.setdefault(id(node), (node, [], []))[1:]
                    (within if tag or kind else alone).append(content)
    for node, within, alone in given.values():
        node["style"] = ";".join([*within, *alone, node.get("style", "")])
    return soup


def _chosen(soup, name, tag, kind):
    for node in soup.find_all(id=name):
        with_class = {"class_": kind} if kind else {}
        yield from node.find_all(tag or True, **with_class) if tag or kind else [node]


def colored(node, inner, block=False):
    """Return Typst markup in the colors that an element asks for."""
    if not inner or not node.attrs:
        return inner
    back = background(node)
    inner = inked(node, inner, back, block)
    if not back:
        return inner
    # A few words on a ground of their own are a title, whatever their tag.
    title = len(node.get_text(" ", strip=True)) <= TITLE
    call = ("band" if title else "ground") if block else "marked"
    return f'#{call}("{back}")[{inner}]'


def inked(node, inner, back=None, block=False):
    """Return Typst markup in the color and the weight that an element asks for its letters.

    Letters that are too bright for paper are left as they are, unless they have a background.
    """
    ink = style(node).get("color") or (node.get("color") if node.name == "font" else None)
    front = _rgb(ink)
    if inner and BOLD.fullmatch(style(node).get("font-weight", "")):
        inner = f"#strong[{inner}]"
    if inner and style(node).get("font-style") in ("italic", "oblique"):
        inner = f"#emph[{inner}]"
    if inner and front and (back or _brightness(front) < BRIGHT):
        call = "tinted-block" if block else "tinted"
        return f'#{call}("{as_hex(front)}")[{inner}]'
    return inner


def background(node):
    """Return the color of an element's background, as #rrggbb, None if it has none."""
    own = style(node)
    color = own.get("background-color") or own.get("background") or node.get("bgcolor")
    color = _rgb(color)
    return color and as_hex(color)


def bars(node):
    """Return the Typst color of a background from left to right, as pandas draws bars in cells.

    None if there is no such background.
    """
    own = style(node)
    found = GRADIENT.search(own.get("background") or own.get("background-image") or "")
    given = [(_rgb(color), float(at)) for color, at in STOP.findall(found[1])] if found else []
    if not given or any(at > 100 for _, at in given):
        return None
    given = [(given[0][0], 0), *sorted(given, key=lambda stop: stop[1]), (given[-1][0], 100)]
    stops = [f'(rgb("{as_hex(color) if color else CLEAR}"), {at:g}%)' for color, at in given]
    return f"gradient.linear({', '.join(stops)})"


def length(node, which, whole):
    """Return an element's width or height in points, None if it has none.

    Parameters
    ----------
    node : bs4.Tag
    which : {"width", "height"}
    whole : float or None
        What percentages are of; with None they count for nothing.
    """
    found = LENGTH.fullmatch(style(node).get(which) or node.get(which) or "")
    if not found or not float(found[1]):
        return None
    if found[2] == "%":
        return whole and min(float(found[1]), 100) / 100 * whole
    return float(found[1]) * POINTS[found[2] or "px"]


def side(node):
    """Return "left", "center" or "right" if an element asks for it, else None."""
    # halign is pandas' own.
    asked = style(node).get("text-align") or node.get("align") or node.get("halign") or ""
    asked = asked.strip().lower()
    return asked if asked in ("left", "center", "right") else None


def place(node):
    """Return where an element stands that is as wide as its content, such as a picture.

    One that others flow around, which paper does not do, stands on its side.
    """
    own = style(node)
    if own.get("float") in ("left", "right"):
        return own["float"]
    both = own.get("margin-left") == own.get("margin-right") == "auto"
    return "center" if both or "auto" in own.get("margin", "") else side(node)


def _rgb(text):
    """Return a color's (red, green, blue) from 0 to 1, None if there is none to see."""
    if not text or text.strip().lower() in BLACK_OR_INHERITED:
        return None
    color = parse_color(text.strip())
    if not color or isinstance(color, str) or color.alpha == 0:
        return None
    # As it looks on white.
    return tuple(1 - color.alpha * (1 - part) for part in color[:3])


def as_hex(color):
    """Return a color of three parts from 0 to 1 as #rrggbb."""
    return "#" + "".join(f"{round(255 * min(max(part, 0), 1)):02x}" for part in color)


def _brightness(color):
    red, green, blue = color
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
