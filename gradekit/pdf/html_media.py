"""What a page shows besides text: pictures, and what only a browser can show."""

import re

from gradekit.pdf.css import length, place
from gradekit.pdf.html_tags import BY_SCRIPT, ELSEWHERE
from gradekit.pdf.pictures import ON_THE_INTERNET
from gradekit.pdf.typst_text import breakable, literal

SAFE_LINK = re.compile(r"(https?://|mailto:)", re.IGNORECASE)


def picture(node, writer, inline=False):
    """Return the picture of an <img> as Typst markup.

    Parameters
    ----------
    node : bs4.Tag
    writer : object
        With a `sheet`, the `attachments` of the cell, and `url` and `restored`, which put back
        what was taken out of the text.
    inline : bool
        Whether it stands in a line of text.
    """
    url = writer.url(node.get("src", ""))
    if not url:
        return f"#note({literal(BY_SCRIPT)})"
    alt = writer.restored(node.get("alt", "")) or writer.restored(node.get("title", ""))
    if inline and alt and ON_THE_INTERNET.match(url):
        # As in a browser that cannot reach it. Most often it is a badge on a link.
        instead = f"#absent({literal('picture: ' + alt)})"
        linked = node.find_parent("a", href=True) or not SAFE_LINK.match(url)
        return instead if linked else f"#link({literal(url)})[{instead}]"
    look = writer.sheet.look
    size = length(node, "width", look.text_width), length(node, "height", None)
    return writer.sheet.picture_at(url, alt, writer.attachments, size, inline)


def lone_picture(node, writer):
    """Return the picture of an <img> in no line as Typst markup, where the page has its place."""
    where = place(node)
    shown = picture(node, writer)
    return f"#align({where})[{shown}]" if where in ("center", "right") else shown


def elsewhere(node, writer):
    """Return a line that names what paper does not show, and what stands within it.

    The parameters are those of `picture`; the writer has `blocks`, too.
    """
    source = node.find("source") or node
    url = writer.url(source.get("src") or node.get("data") or "")
    # What stands within is for browsers that know no sound and no video.
    rest = [] if node.name in ("audio", "video") else node.contents
    inner = writer.blocks(rest)
    link = f" #link({literal(url)})[#source({literal(breakable(url))})]" * bool(
        SAFE_LINK.match(url)
    )
    said = f"#note[#{literal(f'Not shown on paper: a {ELSEWHERE[node.name]}.')}{link}]"
    return f"{said}\n\n{inner}" if inner else said
