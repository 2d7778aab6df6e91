"""The LaTeX commands for words within a formula: text, fonts, names of operators, characters."""

import re

from gradekit.pdf import math_tables as tables
from gradekit.pdf.math_reader import MathError
from gradekit.pdf.math_registry import registry
from gradekit.pdf.typst_text import join, literal

COMMANDS, _command = registry()
_PART = re.compile(r"(?<!\\)\$(?P<formula>(?:[^$\\]|\\.)*)\$|\\(?P<font>text[a-z]+|emph)\s*(?={)")


@_command(*tables.FONTS)
def font(tex, name):
    start = tex.at
    inner = tex.argument()
    # Adjacent letters of one word are one text, so that they are set with a text's spacing.
    word = re.fullmatch(r"\s*\{\s*([A-Za-z]{2,})\s*\}", tex.text[start : tex.at])
    if word and name in ("mathrm", "mathup"):
        return literal(word[1])
    return tables.FONTS[name].format(literal(word[1]) if word else inner)


@_command(*tables.TEXTS)
def words(tex, name):
    """Text, with formulas between single dollars and other fonts inside."""
    return text(tex, name, tex.raw_group() if tex.peek() == "{" else tex.next())


def text(tex, name, latex):
    """Return what a command for text makes of its argument.

    Parameters
    ----------
    tex : Translator
    name : str
        Of the command, one of `tables.TEXTS`.
    latex : str

    Returns
    -------
    str
    """
    out, at = [], 0
    while part := _PART.search(latex, at):
        out.append(_plain(name, latex[at : part.start()]))
        at = part.end()
        if part["font"] is None:
            out.append(tex.nested(part["formula"]))
        elif part["font"] not in tables.TEXTS:
            raise MathError(rf"\{part['font']} in \{name}")
        else:
            inner = _group(latex, at)
            at += len(inner) + 2
            out.append(text(tex, part["font"], inner))
    return join([*out, _plain(name, latex[at:])])


def _group(latex, start):
    level = 0
    for brace in re.compile(r"(?<!\\)[{}]").finditer(latex, start):
        level += 1 if brace[0] == "{" else -1
        if level == 0:
            return latex[start + 1 : brace.start()]
    raise MathError("unclosed {")


def _plain(name, latex):
    if "$" in latex.replace(r"\$", ""):
        raise MathError(f"unclosed $ in \\{name}")
    latex = re.sub(r"\\([_%&#{}$ ])", lambda match: f"\0{match[1]}", latex)
    latex = re.sub(r"\\(La)?TeX\b", lambda match: f"{match[1] or ''}TeX", latex)
    if bad := re.search(r"\\[A-Za-z]*|(?<!\0)[{}#&^_]", latex):
        raise MathError(f"{bad[0]} in \\{name}")
    shown = re.sub(r"\s+|~", " ", latex.replace("\0", ""))
    shown = shown.replace("``", "“").replace("''", "”").replace("`", "‘").replace("'", "’")
    # Typst drops a space at the end of a text in a formula, so it becomes a distance.
    space = "#h(0.25em)"
    inner = tables.TEXTS[name].replace('"{}"', literal(shown.strip())) if shown.strip() else ""
    lead = space if shown[:1] == " " else ""
    return lead + inner + (space if inner and shown[-1:] == " " else "")


@_command("operatorname", "operatorname*", "operatornamewithlimits")
def operatorname(tex, name):
    word = re.sub(r"\\[,; ]|~", "\u2009", tex.raw_group())
    word = re.sub(r"\s+", "", word.replace("\u2009", "\0")).replace("\0", "\u2009")
    # An operator's name is upright, whatever it was told to be.
    word = re.sub(r"\\(?:mathrm|text|rm)\{?(\w+)\}?", r"\1", word)
    if not re.fullmatch("[\\w.*\u2009-]+", word) or "_" in word:
        raise MathError(f"\\{name}{{{word}}}")
    return f"op({literal(word)}{'' if name == 'operatorname' else ',limits:#true'})"


@_command("bmod", "pmod", "mod")
def modulus(tex, name):
    if name == "bmod":
        return 'class("binary","mod")'
    inner = ['"mod"', "thin", tex.argument()]
    return join(["quad", r"\(", *inner, r"\)"] if name == "pmod" else ["quad", *inner])


@_command("verb")
def verbatim(tex, name):
    """Characters as they stand, up to the one that came first."""
    mark, tex.at = tex.text[tex.at : tex.at + 1], tex.at + 1
    end = tex.text.find(mark, tex.at) if mark.strip() else -1
    if end < 0:
        raise MathError(rf"\{name} without an end")
    shown, tex.at = tex.text[tex.at : end], end + 1
    return f"mono({literal(shown)})" if shown else ""


@_command("unicode")
def unicode_character(tex, name):
    code = re.fullmatch(r"\s*(?:x([0-9A-Fa-f]{1,6})|(\d{1,7}))\s*", tex.raw_group())
    number = int(code[1], 16) if code and code[1] else int(code[2]) if code else 0
    if not 32 <= number <= 0x10FFFF:
        raise MathError(rf"\{name} without the number of a character")
    return literal(chr(number))
