"""Code to Typst: Pygments' tokens as styled text, in lines that fit the page."""

from functools import cache, lru_cache

from pygments.lexers import get_lexer_by_name
from pygments.token import Token
from pygments.util import ClassNotFound

from gradekit.pdf.wrapping import typst_block

MAX_LINES = 1500

# The template's name for each look. A token without an entry has its parent's.
STYLES = {
    Token: None,
    Token.Keyword: "kw",
    Token.Operator.Word: "kw",
    Token.Name.Builtin: "bi",
    Token.Name.Function: "fn",
    Token.Name.Class: "fn",
    Token.Name.Decorator: "de",
    Token.Name.Exception: "bi",
    Token.Name.Tag: "kw",
    Token.Literal.String: "st",
    Token.Literal.Number: "nu",
    Token.Comment: "co",
}


# A class has the same given cells in each notebook.
@lru_cache(maxsize=512)
def code_block(text, language, box, look, goes_on=False):
    """Return code as a Typst block.

    Parameters
    ----------
    text : str
    language : str
        A name known to Pygments; unknown names give text without colors.
    box : {"code", "answer", "fence"}
        The box of the template around it: given code, a student's, or code in Markdown.
    look : Look
    goes_on : bool
        Whether an output follows, from which short code is not parted.
    """
    text = text.expandtabs(4)
    return typst_block(box, _styled(text, language), MAX_LINES, look.code_columns, goes_on)


def _styled(text, language):
    lexer = _lexer(language)
    if lexer is None:
        return [(None, text)]
    out = []
    for kind, value in lexer.get_tokens(text):
        # A space has no color of its own, so it continues what stands before it.
        style = out[-1][0] if out and value.isspace() else _style(kind)
        out.append((style, value))
    return out


@cache
def _lexer(language):
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def _style(kind):
    while kind not in STYLES:
        kind = kind.parent
    return STYLES[kind]
