"""HTML that nobody writes by hand: thousands of tags that begin and do not end."""

import re
from html import escape

from bs4 import BeautifulSoup
from bs4.element import Tag

# The parser looks for the end of each of them through all of the text.
OPEN = re.compile(r"<[a-zA-Z/!?][^<>]*(?=<|\Z)")
MOST_OPEN = 200
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
    if len(OPEN.findall(text)) <= MOST_OPEN:
        soup = BeautifulSoup(text, "html.parser")
        if not _is_deep(soup):
            return soup
    return BeautifulSoup(escape(text), "html.parser")


def _is_deep(soup):
    levels = {id(soup): 0}
    for node in soup.descendants:
        if isinstance(node, Tag):
            levels[id(node)] = levels[id(node.parent)] + 1
            if levels[id(node)] > DEEPEST:
                return True
    return False
