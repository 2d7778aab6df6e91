"""The LaTeX commands that need more than a line of a table: one function each."""

import re

from gradekit.pdf import math_symbols as signs
from gradekit.pdf import math_tables as tables
from gradekit.pdf.math_arrays import ENVIRONMENTS, WHOLE, WITH_COUNT, arrange
from gradekit.pdf.math_macros import Macro
from gradekit.pdf.math_reader import DIMENSION, MathError
from gradekit.pdf.math_registry import registry
from gradekit.pdf.typst_text import attached, join, literal, quoted

COMMANDS, _command = registry()


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
    degree = tex.raw_option(r"\\(left|up)root\s*(\{-?\d+\}|-?\d+)")
    radicand = tex.argument()
    return f"sqrt({radicand})" if degree is None else f"root({tex.nested(degree)},{radicand})"


@_command("root")
def plain_root(tex, name):
    degree = []
    while tex.peek() not in ("", r"\of"):
        degree.append(tex.atom())
    tex.expect(r"\of")
    return f"root({join(degree)},{tex.argument()})"


@_command(*tables.BRACES)
def brace(tex, name):
    body = tex.argument()
    mark = {"b": "_", "t": "^"}[tables.BRACES[name]]
    note = tex.argument() if tex.accept(mark) else None
    return f"{name}({body},{note})" if note else f"{name}({body})"


@_command(*tables.ARROWS)
def arrow(tex, name):
    below = tex.raw_option()
    scripts = {"t": tex.argument()} | ({"b": tex.nested(below)} if below else {})
    return attached(f"limits(stretch({tables.ARROWS[name]},size:#150%))", scripts)


def _delimiter(token):
    if token == ".":
        # Nothing to see, but it keeps Typst from stretching the next sign instead.
        return "#h(0pt)"
    named = signs.DELIMITERS if token.startswith("\\") else signs.BARE_DELIMITERS
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


@_command(*(signs.OPENING | signs.CLOSING))
def bar(tex, name):
    side = "opening" if name in signs.OPENING else "closing"
    return f'class("{side}",{quoted(signs.DELIMITERS[name])})'


@_command("dots")
def dots(tex, name):
    """On the line, or raised before a sign of an operation or relation, as MathJax does it."""
    following = tex.peek()
    sign = signs.SYMBOLS.get(following[1:]) if following.startswith("\\") else following
    raised = sign in signs.BINARY | signs.COMPARING | signs.PLAIN or sign in signs.LARGE.values()
    return "⋯" if raised else "…"


@_command("colon")
def colon(tex, name):
    return r'class("punctuation",\:)'


@_command("not", "centernot")
def negation(tex, name):
    atom = tex.argument().removeprefix("\\")
    if atom in signs.NEGATED:
        return quoted(signs.NEGATED[atom])
    if atom in signs.COMPARING:
        return f'class("relation",cancel(length:#110%,angle:#20deg,{quoted(atom)}))'
    raise MathError(rf"\not before {atom}")


@_command("hspace", "hspace*", "mspace", "kern", "mkern", "hskip", "mskip")
def space(tex, name):
    if name in ("hspace", "hspace*", "mspace"):
        size = DIMENSION.fullmatch(tex.raw_group())
    else:
        tex.peek()
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


@_command("sideset")
def beside_limits(tex, name):
    """Scripts at the four corners of a large sign, which keeps its limits."""
    corners = []
    for side in "lr":
        above, below = tex.corner()
        corners += [(f"t{side}", above), (f"b{side}", below)]
    scripts = {where: what for where, what in corners if what}
    return f"limits({attached(tex.argument(), scripts)})"


@_command("prescript")
def scripts_before(tex, name):
    above, below, base = (tex.argument() for _ in range(3))
    return attached(base, {"tl": above, "bl": below})


@_command("substack")
def substack(tex, name):
    return tex.nested(tex.raw_group())


@_command("matrix", "pmatrix", "cases", "eqalign", "displaylines")
def plain_rows(tex, name):
    """Rows as plain TeX has them: in braces, each ended by \\cr."""
    kind = {"eqalign": "aligned", "displaylines": "gathered"}.get(name, name)
    rows = re.sub(r"\\cr(?![A-Za-z])", r"\\\\", tex.raw_group())
    return tex.nested(rf"\begin{{{kind}}}{rows}\end{{{kind}}}")


@_command("begin")
def environment(tex, name):
    before = tex.text[: tex.at].strip().removesuffix(r"\begin")
    kind = tex.raw_group()
    if kind not in ENVIRONMENTS:
        raise MathError(rf"unknown environment \begin{{{kind}}}")
    # Where it stands beside other things, [t] or [b], would be lost: so it is refused there.
    placed = kind in ("aligned", "gathered", "array") and tex.text.startswith("[", tex.at)
    if placed and tex.raw_option() not in ("t", "c", "b"):
        raise MathError(f"the option of {kind}")
    columns = tex.raw_group() if kind == "array" or kind in WITH_COUNT else None
    if kind.endswith("*") and kind in tables.MATRICES:
        columns = tex.raw_option()
    rules, tags, outside = [], [], len(tex.tags)
    rows = tex.rows(end=kind, rules=rules, tags=tags)
    # As the whole of a displayed formula, its lines are the formula's lines.
    alone = tex.block and tex.depth == 1 and not before and not tex.peek()
    if placed and not alone:
        raise MathError(f"the option of {kind}")
    if alone and len(rows) > 1 and kind not in WHOLE and any(tags):
        # Typst has one number per formula, which would stand beside the wrong row.
        del tex.tags[outside:]
    else:
        tags = []
    try:
        return arrange(kind, rows, columns, rules, alone, tags)
    except ValueError as reason:
        raise MathError(str(reason)) from None
