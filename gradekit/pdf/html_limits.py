"""HTML that nobody writes by hand: thousands of tags that begin and do not end."""

import re
from html import escape

from bs4 import BeautifulSoup
from bs4.element import Tag

# The parser looks for the end of each of them through all of the text.
OPEN = re.compile(r"<[a-zA-Z/!?][^<>]*(?=<|\Z)")
MOST_OPEN = 200
# Where "<" begins no tag, and what ends it: libraries bring megabytes of scripts along.
CLOSED = re.compile(r"<(script|style|!--)", re.IGNORECASE)
ENDS = {"script": "</script", "style": "</style", "!--": "-->"}
# Browsers give up at some hundred levels, too.
DEEPEST = 100


def parsed(text):
    """Parse HTML; what is beyond all measure becomes the text that it is.

    Parameters
    ----------
    text : str

    Returns
    -------
    bs4.BeautifulSoup
    """
    if text.count("<") <= DEEPEST:
        return BeautifulSoup(text, "html.parser")
    if len(OPEN.findall(_tags_only(text))) <= MOST_OPEN:
        soup = BeautifulSoup(text, "html.parser")
        if not _is_deep(soup):
            return soup
    return BeautifulSoup(escape(text), "html.parser")


def _tags_only(text):
    lower, kept, at = text.lower(), [], 0
    while begin := CLOSED.search(text, at):
        end = lower.find(ENDS[begin[1].lower()], begin.end())
        if end < 0:
            break
        kept.append(text[at : begin.start()])
        at = end + 1
    return "".join([*kept, text[at:]])


def _is_deep(soup):
    levels = {id(soup): 0}
    for node in soup.descendants:
        if isinstance(node, Tag):
            levels[id(node)] = levels[id(node.parent)] + 1
            if levels[id(node)] > DEEPEST:
                return True
    return False
