"""What the LaTeX commands of school and research mathematics are called in Typst.

Signs are in `math_symbols`. Whatever is in neither makes `gradekit.pdf.math` refuse the formula.
"""

from gradekit.pdf.math_symbols import GREEK, words

# Named functions that Typst sets with the same name, spacing and limits as LaTeX.
OPERATORS = set(
    words("""
    arccos arcsin arctan arg cos cosh cot coth csc deg det dim exp gcd hom inf ker lg lim liminf
    limsup ln log max min Pr sec sin sinh sup tan tanh
""")
)

SPACES = {
    ",": "thin",
    "thinspace": "thin",
    ":": "med",
    ">": "med",
    "medspace": "med",
    ";": "thick",
    "thickspace": "thick",
    "quad": "quad",
    "qquad": "wide",
    "!": "#h(-0.1667em)",
    "negthinspace": "#h(-0.1667em)",
    "negmedspace": "#h(-0.2222em)",
    "negthickspace": "#h(-0.2778em)",
    "hfil": "wide",
    "hfill": "wide",
    "enspace": "#h(0.5em)",
    "enskip": "#h(0.5em)",
    " ": "#h(0.25em)",
    "\n": "#h(0.25em)",
    "space": "#h(0.25em)",
    "nobreakspace": "#h(0.25em)",
}

# All commands that make a distance.
DISTANCES = {*SPACES, "hspace", "hspace*", "kern", "mkern", "mspace", "hskip", "mskip"}
UNITS = {
    "em": 1, "ex": 0.43, "mu": 1 / 18, "pt": 0.1, "px": 0.075, "mm": 0.285, "cm": 2.85, "in": 7.23,
}  # fmt: skip

# One argument in, one call out.
CALLS = {
    "hat": "hat({})",
    "widehat": "hat({})",
    "bar": "macron({})",
    "tilde": "tilde({})",
    "widetilde": "tilde({})",
    "vec": "arrow({})",
    "overrightarrow": "arrow({})",
    "overleftarrow": "arrow.l({})",
    "overleftrightarrow": "arrow.l.r({})",
    "underrightarrow": "underarrow(→,{})",
    "underleftarrow": "underarrow(←,{})",
    "underleftrightarrow": "underarrow(↔,{})",
    "dot": "dot({})",
    "ddot": "dot.double({})",
    "dddot": "dot.triple({})",
    "ddddot": "dot.quad({})",
    "check": "caron({})",
    "widecheck": "caron({})",
    "overparen": "overparen({})",
    "underparen": "underparen({})",
    "wideparen": "overparen({})",
    "vcenter": "{}",
    "lefteqn": "{}",
    "pod": r"quad\({}\)",
    "breve": "breve({})",
    "acute": "acute({})",
    "grave": "grave({})",
    "mathring": "circle({})",
    "overline": "overline({})",
    "underline": "underline({})",
    "cancel": "cancel({})",
    "bcancel": "cancel(inverted:#true,{})",
    "xcancel": "cancel(cross:#true,{})",
    "phantom": "#hide(${}$)",
    "hphantom": "#box(height:0pt,hide(${}$))",
    "vphantom": "#box(width:0pt,hide(${}$))",
    "mathord": 'class("normal",{})',
    "mathbin": 'class("binary",{})',
    "mathrel": 'class("relation",{})',
    "mathopen": 'class("opening",{})',
    "mathclose": 'class("closing",{})',
    "mathpunct": 'class("punctuation",{})',
    "mathop": "op({},limits:#true)",
    "mathinner": "{}",
    "bra": r'class("opening",\⟨){} class("closing",\|)',
    "ket": r'class("opening",\|){} class("closing",\⟩)',
    "braket": r"\⟨{}\⟩",
    "Bra": r"lr(\⟨{}\|)",
    "Ket": r"lr(\|{}\⟩)",
    "Braket": r"lr(\⟨{}\⟩)",
    "set": r"\{{{}\}}",
    "Set": r"lr(\{{{}\}})",
}

FONTS = {
    "mathbf": "bold(upright({}))",
    "boldsymbol": "bold({})",
    "bm": "bold({})",
    "pmb": "bold({})",
    "mathrm": "upright({})",
    "mathup": "upright({})",
    "mathit": "italic({})",
    "mathnormal": "italic({})",
    "mathbb": "bb({})",
    "mathcal": "cal({})",
    "mathscr": "scr({})",
    "mathfrak": "frak({})",
    "mathsf": "upright(sans({}))",
    "mathtt": "mono({})",
    "mathbfit": "bold({})",
    "mathbfcal": "bold(cal({}))",
    "mathbfsf": "bold(upright(sans({})))",
    "mathds": "bb({})",
    "mathbbm": "bb({})",
    "symbf": "bold(upright({}))",
    "Bbb": "bb({})",
}

TEXTS = {
    "text": '"{}"',
    "textrm": '"{}"',
    "textup": '"{}"',
    "textnormal": '"{}"',
    "mbox": '"{}"',
    "hbox": '"{}"',
    "textbf": 'bold("{}")',
    "textmd": '"{}"',
    "textsl": 'italic("{}")',
    "textit": 'italic("{}")',
    "emph": 'italic("{}")',
    "textsf": 'sans("{}")',
    "texttt": 'mono("{}")',
}

# These hold until the end of their group.
SWITCHES = {
    "displaystyle": "display({})",
    "textstyle": "inline({})",
    "scriptstyle": "script({})",
    "scriptscriptstyle": "sscript({})",
    "rm": "upright({})",
    "bf": "bold(upright({}))",
    "it": "italic({})",
    "sf": "sans({})",
    "tt": "mono({})",
    "cal": "cal({})",
    "scr": "scr({})",
    "frak": "frak({})",
    "mit": "italic({})",
}
# MathJax's sizes, in units of the formula's.
SIZES = {
    "Tiny": 0.5, "tiny": 0.6, "scriptsize": 0.7, "small": 0.85, "normalsize": 1, "large": 1.2,
    "Large": 1.44, "LARGE": 1.73, "huge": 2.07, "Huge": 2.49,
}  # fmt: skip

# Words and letters that stand for themselves.
WRITTEN = {
    "TeX": '"TeX"', "LaTeX": '"LaTeX"', "iddots": "⋰", "celsius": '"°C"', "ohm": '"Ω"',
    "dag": "†", "ddag": "‡", "adots": "⋰", "AA": '"Å"', "lq": '"‘"', "rq": '"’"',
    "varlimsup": "limits(overline(lim))", "varliminf": "limits(underline(lim))",
    "injlim": 'op("inj lim",limits:#true)', "projlim": 'op("proj lim",limits:#true)',
}  # fmt: skip
WRITTEN |= {f"up{name}": f"upright({sign})" for name, sign in GREEK.items() if name.islower()}
WRITTEN |= {f"var{name}": f"italic({sign})" for name, sign in GREEK.items() if name.istitle()}

# A fraction without its line.
STACK = "vec(delim:#none,gap:#0.35em,{},{})"
# Between what stands above and what stands below, up to the end of the group.
INFIX = {
    r"\over": "frac({},{})",
    r"\choose": "binom({},{})",
    r"\atop": STACK,
    r"\brack": rf"lr(\[{STACK}\])",
    r"\brace": rf"lr(\{{{{{STACK}\}}}})",
}
STYLES = {
    "": "{}",
    "0": "display({})",
    "1": "inline({})",
    "2": "script({})",
    "3": "sscript({})",
}

FRACTIONS = {
    "frac": "frac({},{})",
    "dfrac": "display(frac({},{}))",
    "cfrac": "display(frac({},{}))",
    "tfrac": "inline(frac({},{}))",
    "binom": "binom({},{})",
    "dbinom": "display(binom({},{}))",
    "tbinom": "inline(binom({},{}))",
    "overset": "attach(limits({1}),t: {0})",
    "underset": "attach(limits({1}),b: {0})",
    "stackrel": 'class("relation",attach(limits({1}),t: {0}))',
    "stackbin": 'class("binary",attach(limits({1}),t: {0}))',
    "underaccent": "attach(limits({1}),b: {0})",
}

BRACES = {"underbrace": "b", "overbrace": "t", "underbracket": "b", "overbracket": "t"}

ARROWS = {
    "xrightarrow": "→",
    "xleftarrow": "←",
    "xleftrightarrow": "↔",
    "xRightarrow": "⇒",
    "xLeftarrow": "⇐",
    "xLeftrightarrow": "⇔",
    "xmapsto": "↦",
    "xlongequal": "=",
    "xhookrightarrow": "↪",
    "xhookleftarrow": "↩",
    "xrightleftharpoons": "⇌",
    "xtwoheadrightarrow": "↠",
}

_SIDES = {"": "normal", "l": "opening", "r": "closing", "m": "relation"}
BIG = {
    size + suffix: (f"{em}em", side)
    for size, em in {"big": 1.2, "Big": 1.8, "bigg": 2.4, "Bigg": 3}.items()
    for suffix, side in _SIDES.items()
}

# Commands that only steer LaTeX's own layout or numbering and show nothing.
SILENT = {
    "nonumber", "notag", "mathstrut", "strut", "allowbreak", "nobreak", "relax", "displaylimits",
    "noindent", "centering", "null",
}  # fmt: skip

COLORS = {
    "black": "000000",
    "blue": "0000ff",
    "brown": "bf8040",
    "cyan": "00aeef",
    "darkgray": "404040",
    "gray": "808080",
    "green": "00a000",
    "lightgray": "bfbfbf",
    "lime": "bfff00",
    "magenta": "ec008c",
    "olive": "808000",
    "orange": "ff8000",
    "pink": "ff80a0",
    "purple": "bf0040",
    "red": "ff0000",
    "teal": "008080",
    "violet": "800080",
    "white": "ffffff",
    "yellow": "e0c000",
}

MATRICES = {
    "matrix": "#none",
    "pmatrix": '"("',
    "bmatrix": '"["',
    "Bmatrix": '"{"',
    "vmatrix": '"|"',
    "Vmatrix": '"‖"',
}
SMALL_MATRICES = {
    name.replace("matrix", "smallmatrix"): sign for name, sign in MATRICES.items()
}
MATRICES |= {f"{name}*": sign for name, sign in MATRICES.items()} | SMALL_MATRICES
