"""The LaTeX commands that need more than a line of a table: one function each.

A function takes the translator, standing behind the command, and the command's name; it reads the
arguments and returns Typst source. The translator is passed in, so this module does not import it.
"""

import re
import unicodedata

from gradekit.pdf import math_tables as tables
from gradekit.pdf.math_arrays import ENVIRONMENTS, WHOLE, WITH_COUNT, arrange
from gradekit.pdf.math_macros import Macro
from gradekit.pdf.math_reader import DIMENSION, MathError
from gradekit.pdf.typst_text import join, literal, quoted

COMMANDS = {}


def _command(*names):
    def register(function):
        COMMANDS.update(dict.fromkeys(names, function))
        return function

    return register


@_command(*tables.FONTS)
def font(tex, name):
    start = tex.at
    inner = tex.argument()
    # Adjacent letters of one word are one text, so that they are set with a text's spacing.
    word = re.fullmatch(r"\s*\{\s*([A-Za-z]{2,})\s*\}", tex.text[start : tex.at])
    if word and name in ("mathrm", "mathup"):
        return literal(word[1])
    return tables.FONTS[name].format(literal(word[1]) if word else inner)


@_command(*tables.SWITCHES)
def switch(tex, name):
    return tables.SWITCHES[name].format(tex.sequence() or '""')


@_command(*tables.SIZES)
def size(tex, name):
    """A size that holds up to the end of the group, whatever size the group has."""
    before, tex.size = tex.size, tables.SIZES[name]
    inner = tex.sequence()
    factor, tex.size = tex.size / before, before
    return f"text(size:#{factor:.3g}em,{inner})" if inner else ""


@_command(*tables.TEXTS)
def words(tex, name):
    """Text, with formulas between single dollars inside."""
    text = tex.raw_group() if tex.peek() == "{" else tex.next()
    parts = re.split(r"(?<!\\)\$", text)
    if len(parts) % 2 == 0:
        raise MathError(f"unclosed $ in \\{name}")
    out = [tex.nested(part) if i % 2 else _plain(name, part) for i, part in enumerate(parts)]
    return join(out)


def _plain(name, text):
    text = re.sub(r"\\([_%&#{}$ ])", lambda match: f"\0{match[1]}", text)
    if bad := re.search(r"\\[A-Za-z]*|(?<!\0)[{}#&^_]", text):
        raise MathError(f"{bad[0]} in \\{name}")
    text = re.sub(r"\s+|~", " ", text.replace("\0", ""))
    text = text.replace("``", "“").replace("''", "”").replace("`", "‘").replace("'", "’")
    # Typst drops a space at the end of a text in a formula, so it becomes a distance.
    space = "#h(0.25em)"
    inner = tables.TEXTS[name].replace('"{}"', literal(text.strip())) if text.strip() else ""
    lead = space if text[:1] == " " else ""
    return lead + inner + (space if inner and text[-1:] == " " else "")


@_command("operatorname", "operatorname*")
def operatorname(tex, name):
    word = re.sub(r"\\[,; ]|~", "\u2009", tex.raw_group())
    word = re.sub(r"\s+", "", word.replace("\u2009", "\0")).replace("\0", "\u2009")
    if not re.fullmatch("[\\w.*\u2009-]+", word) or "_" in word:
        raise MathError(f"\\{name}{{{word}}}")
    return f"op({literal(word)}{',limits:#true' if name.endswith('*') else ''})"


@_command("bmod", "pmod")
def modulus(tex, name):
    if name == "pmod":
        return join(["quad", r"\(", '"mod"', "thin", tex.argument(), r"\)"])
    return 'class("binary","mod")'


@_command("genfrac")
def general_fraction(tex, name):
    """A fraction with its delimiters, the thickness of its line, and its style."""
    left, right, line, style = (tex.raw_group().strip() for _ in range(4))
    if line not in ("", "0pt") or style not in tables.STYLES:
        raise MathError(rf"\{name} with {line or style}")
    body = "frac({},{})" if line == "" else tables.STACK
    body = body.format(tex.argument(), tex.argument())
    if left or right:
        body = f"lr({join([_delimiter(left or '.'), body, _delimiter(right or '.')])})"
    return tables.STYLES[style].format(body)


@_command("sqrt")
def root(tex, name):
    degree = tex.raw_option()
    radicand = tex.argument()
    return f"sqrt({radicand})" if degree is None else f"root({tex.nested(degree)},{radicand})"


@_command(*tables.BRACES)
def brace(tex, name):
    body = tex.argument()
    mark = {"b": "_", "t": "^"}[tables.BRACES[name]]
    note = tex.argument() if tex.accept(mark) else None
    return f"{name}({body},{note})" if note else f"{name}({body})"


@_command(*tables.ARROWS)
def arrow(tex, name):
    below = tex.raw_option()
    marks = f",b:{tex.nested(below)}" if below else ""
    return f"attach(limits(stretch({tables.ARROWS[name]},size:#150%)),t:{tex.argument()}{marks})"


def _delimiter(token):
    if token == ".":
        # Nothing to see, but it keeps Typst from stretching the next sign instead.
        return "#h(0pt)"
    named = tables.DELIMITERS if token.startswith("\\") else tables.BARE_DELIMITERS
    if token.removeprefix("\\") not in named:
        raise MathError(f"{token or 'the end'} is no delimiter")
    return quoted(named[token.removeprefix("\\")])


@_command("left")
def fenced(tex, name):
    tex.fences += 1
    parts = [_delimiter(tex.next()), tex.sequence()]
    tex.expect(r"\right")
    tex.fences -= 1
    return f"lr({join([*parts, _delimiter(tex.next())])})"


@_command("middle")
def middle(tex, name):
    if not tex.fences:
        raise MathError(r"\middle outside of \left and \right")
    return f"mid({_delimiter(tex.next())})"


@_command(*tables.BIG)
def big(tex, name):
    size, side = tables.BIG[name]
    return f'class("{side}",lr(size:#{size},{_delimiter(tex.next())}))'


@_command(*(tables.OPENING | tables.CLOSING))
def bar(tex, name):
    side = "opening" if name in tables.OPENING else "closing"
    return f'class("{side}",{quoted(tables.DELIMITERS[name])})'


@_command("dots")
def dots(tex, name):
    """On the line, or raised before a sign of an operation or relation, as MathJax does it."""
    following = tex.peek()
    sign = tables.SYMBOLS.get(following[1:], "") if following.startswith("\\") else following
    raised = sign in tables.SIGNS or (len(sign) == 1 and unicodedata.category(sign) == "Sm")
    return "⋯" if raised and sign not in tables.NO_SIGNS else "…"


@_command("colon")
def colon(tex, name):
    return r'class("punctuation",\:)'


@_command("not")
def negation(tex, name):
    atom = tex.argument().removeprefix("\\")
    if atom not in tables.NEGATED:
        raise MathError(rf"\not before {atom}")
    return quoted(tables.NEGATED[atom])


@_command("color", "textcolor")
def color(tex, name):
    given = tex.raw_group().strip()
    value = tables.COLORS.get(given) or given.removeprefix("#")
    if not re.fullmatch("[0-9A-Fa-f]{6}", value):
        raise MathError(f"unknown color {given}")
    body = tex.argument() if name == "textcolor" else tex.sequence()
    return f'text(fill:#rgb("#{value}"),{body or literal("")})'


@_command("hspace", "hspace*", "kern", "mkern", "hskip", "mskip")
def space(tex, name):
    if name.startswith("hspace"):
        size = DIMENSION.fullmatch(tex.raw_group())
    else:
        size = DIMENSION.match(tex.text, tex.at)
        tex.at = size.end() if size else tex.at
    if not size or size[2] not in tables.UNITS:
        raise MathError(rf"\{name} without a distance")
    return f"#h({float(size[1]) * tables.UNITS[size[2]]:.3g}em)"


@_command("require")
def require(tex, name):
    """Everything that MathJax would load is known, or named where it is used."""
    tex.raw_group()
    return ""


@_command("href", "class", "cssId")
def marked(tex, name):
    """What browsers make of a part, which paper has no place for."""
    tex.raw_group()
    return tex.argument()


@_command("unicode")
def unicode_character(tex, name):
    code = re.fullmatch(r"\s*(?:x([0-9A-Fa-f]{1,6})|(\d{1,7}))\s*", tex.raw_group())
    number = int(code[1], 16) if code and code[1] else int(code[2]) if code else 0
    if not 32 <= number <= 0x10FFFF:
        raise MathError(rf"\{name} without the number of a character")
    return literal(chr(number))


@_command("tag", "tag*")
def tag(tex, name):
    text = tex.raw_group()
    if not re.fullmatch(r"[\w\s.,'*†-]+", text):
        raise MathError(rf"\tag{{{text}}}")
    tex.tags.append(text if name == "tag*" else f"({text})")
    return ""


@_command("label")
def label(tex, name):
    tex.waiting.append(tex.raw_group())
    return ""


@_command("ref", "eqref")
def reference(tex, name):
    label = tex.raw_group()
    if label not in tex.numbers:
        raise MathError(rf"no formula has the \label{{{label}}}")
    number = tex.numbers[label]
    return literal(f"({number})" if name == "eqref" else number)


@_command("newcommand", "renewcommand", "providecommand")
def new_command(tex, name):
    tex.accept("*")
    new = tex.defined_name()
    count = (tex.raw_option() or "0").strip()
    if count not in "0123456789":
        raise MathError(rf"\{name} with {count} arguments")
    default = tex.raw_option()
    macro = Macro(tex.raw_group(), int(count), default)
    if name != "providecommand" or not tex.knows(new):
        tex.macros[new] = macro
    return ""


@_command("def", "gdef")
def definition(tex, name):
    new = tex.defined_name()
    count = tex.parameters()
    tex.macros[new] = Macro(tex.raw_group(), count)
    return ""


@_command("let")
def alias(tex, name):
    new = tex.defined_name()
    tex.accept("=")
    old = tex.next()
    tex.macros[new] = Macro(old)
    return ""


@_command("DeclareMathOperator", "DeclareMathOperator*")
def declared_operator(tex, name):
    new = tex.defined_name()
    star = "*" if name.endswith("*") else ""
    tex.macros[new] = Macro(rf"\operatorname{star}{{{tex.raw_group()}}}")
    return ""


@_command("substack")
def substack(tex, name):
    return tex.nested(tex.raw_group())


@_command("begin")
def environment(tex, name):
    before = tex.text[: tex.at].strip().removesuffix(r"\begin")
    kind = tex.raw_group()
    if kind not in ENVIRONMENTS:
        raise MathError(rf"unknown environment \begin{{{kind}}}")
    # Where the environment stands beside its line, [t] or [b], would be lost: so it is refused.
    if tex.text.startswith("[", tex.at) and kind in ("aligned", "gathered", "array"):
        raise MathError(f"the option of {kind}")
    columns = tex.raw_group() if kind == "array" or kind in WITH_COUNT else None
    rules, tags, outside = [], [], len(tex.tags)
    rows = tex.rows(end=kind, rules=rules, tags=tags)
    # As the whole of a displayed formula, its lines are the formula's lines.
    alone = tex.block and tex.depth == 1 and not before and not tex.peek()
    if alone and len(rows) > 1 and kind not in WHOLE and any(tags):
        # Typst has one number per formula, which would stand beside the wrong row.
        del tex.tags[outside:]
    else:
        tags = []
    try:
        return arrange(kind, rows, columns, rules, alone, tags)
    except ValueError as reason:
        raise MathError(str(reason)) from None
