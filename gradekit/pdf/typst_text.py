"""Text as Typst source: the one place where escaping is decided.

Text from notebooks enters Typst only as a string literal, never as markup.
"""

import re
import unicodedata

# What would make the source unreadable for Typst or reorder the text: control characters other
# than newline and tab, lone surrogates, directional overrides, noncharacters.
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
# Letters and operators stand for themselves in a formula, brackets and other marks are escaped.
RAW_IN_MATH = {"Lu", "Ll", "Sm", "Po", "Pd"}
ESCAPED_IN_MATH = {"Ps", "Pe", "So"}
# Roots and moustaches would take what follows as theirs.
GREEDY = "√∛∜⎰⎱"
LONG_WORD = re.compile(r"\S{60,}")


def printable(text):
    """Return text with a placeholder for every character that cannot be printed."""
    return UNPRINTABLE.sub("\ufffd", text.replace("\r\n", "\n"))


def literal(text):
    """Return text as a Typst string literal."""
    text = printable(text)
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + text.replace("\n", "\\n").replace("\t", "    ") + '"'


def breakable(text):
    """Return text in which words that are longer than a line can be broken."""
    return LONG_WORD.sub(lambda word: re.sub(r".{20}", "\\g<0>\u200b", word[0]), text)


def quoted(char):
    """Return one character for use in a formula, where it must not be read as syntax."""
    if char.isascii():
        return char if char.isalnum() or char in "+=" else "\\" + char
    category = unicodedata.category(char)
    if char in GREEDY or category in ESCAPED_IN_MATH:
        return "\\" + char
    return char if category in RAW_IN_MATH else literal(char)


def join(parts):
    """Put pieces of a formula side by side so that no two of them grow into one name.

    A space is added only where it is needed, because beside a text Typst would show it.
    """
    out = ""
    for part in parts:
        if out and part and _is_word(out[-1]) and _is_word(part[0]):
            out += " "
        out += part
    return out


def attached(base, scripts):
    """Return a piece of a formula with scripts at its corners.

    Parameters
    ----------
    base : str
    scripts : dict of str to str
        By the names of their places: t, b, tl, tr, bl, br.
    """
    # Directly behind the colon an equals sign would be part of an assignment.
    marks = [f"{at}:{' ' * script.startswith('=')}{script}" for at, script in scripts.items()]
    return f"attach({','.join([base, *marks])})"


def _is_word(char):
    return char.isalnum() or char == "." or f"a{char}".isidentifier()
