"""What the LaTeX commands of school and research mathematics are called in Typst.

Symbols are mapped to the Unicode character itself, which is escaped on its way out where Typst
would read it as syntax. Whatever is missing here makes `gradekit.pdf.math` refuse the formula.
"""


def _words(text):
    return text.split()


def _pairs(text):
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


SYMBOLS = _pairs("""
    alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι
    kappa κ lambda λ mu μ nu ν xi ξ omicron ο pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ
    upsilon υ phi ϕ varphi φ chi χ psi ψ omega ω
    Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω

    sum ∑ prod ∏ coprod ∐ int ∫ iint ∬ iiint ∭ oint ∮ bigcup ⋃ bigcap ⋂ bigvee ⋁ bigwedge ⋀
    bigoplus ⨁ bigotimes ⨂ bigodot ⨀ biguplus ⨄ bigsqcup ⨆

    pm ± mp ∓ times × div ÷ cdot ⋅ ast ∗ star ⋆ circ ∘ bullet ∙ oplus ⊕ ominus ⊖ otimes ⊗ oslash ⊘
    odot ⊙ cap ∩ cup ∪ uplus ⊎ sqcap ⊓ sqcup ⊔ vee ∨ lor ∨ wedge ∧ land ∧ setminus ∖ wr ≀ amalg ⨿
    dagger † ddagger ‡ diamond ⋄ ltimes ⋉ rtimes ⋊

    le ≤ leq ≤ leqslant ⩽ ge ≥ geq ≥ geqslant ⩾ ne ≠ neq ≠ ll ≪ gg ≫ equiv ≡ sim ∼ simeq ≃
    approx ≈ cong ≅ asymp ≍ propto ∝ doteq ≐ prec ≺ succ ≻ preceq ⪯ succeq ⪰ lesssim ≲ gtrsim ≳
    in ∈ notin ∉ ni ∋ subset ⊂ subseteq ⊆ subsetneq ⊊ supset ⊃ supseteq ⊇ supsetneq ⊋
    nsubseteq ⊈ mid ∣ nmid ∤ parallel ∥ perp ⟂ vdash ⊢ dashv ⊣ models ⊨ vDash ⊨ triangleq ≜
    coloneqq ≔ eqqcolon ≕ intercal ⊺ eqsim ≂ gtrless ≷ lessgtr ≶
    succcurlyeq ≽ preccurlyeq ≼ smile ⌣ frown ⌢ bowtie ⋈
    lt < gt >

    to → rightarrow → leftarrow ← gets ← leftrightarrow ↔ Rightarrow ⇒ Leftarrow ⇐
    Leftrightarrow ⇔ longrightarrow ⟶ longleftarrow ⟵ longleftrightarrow ⟷ Longrightarrow ⟹
    implies ⟹ Longleftarrow ⟸ impliedby ⟸ Longleftrightarrow ⟺ iff ⟺ mapsto ↦ longmapsto ⟼
    uparrow ↑ downarrow ↓ updownarrow ↕ Uparrow ⇑ Downarrow ⇓ Updownarrow ⇕ nearrow ↗ searrow ↘
    swarrow ↙ nwarrow ↖ hookrightarrow ↪ hookleftarrow ↩ leadsto ⇝ rightsquigarrow ⇝
    rightharpoonup ⇀ rightharpoondown ⇁ leftharpoonup ↼ leftharpoondown ↽ rightleftharpoons ⇌
    twoheadrightarrow ↠ rightarrowtail ↣ circlearrowright ↻ circlearrowleft ↺

    ldots … dotsc … dotso … cdots ⋯ dotsb ⋯ dotsm ⋯ dotsi ⋯ vdots ⋮ ddots ⋱ infty ∞
    partial ∂ nabla ∇ forall ∀ exists ∃ nexists ∄ emptyset ∅ varnothing ∅ neg ¬ lnot ¬ prime ′
    top ⊤ bot ⊥ hbar ℏ ell ℓ Re ℜ Im ℑ wp ℘ aleph ℵ beth ℶ imath ı jmath ȷ angle ∠ triangle △
    square □ Box □ blacksquare ■ therefore ∴ because ∵ checkmark ✓ surd √ degree ° sharp ♯ flat ♭
    natural ♮ clubsuit ♣ diamondsuit ♢ heartsuit ♡ spadesuit ♠ complement ∁ backslash \\
    S § P ¶ pounds £ euro €

    lbrace { rbrace } lbrack [ rbrack ] langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉
    llbracket ⟦ rrbracket ⟧ lgroup ⟮ rgroup ⟯ ulcorner ⌜ urcorner ⌝ llcorner ⌞ lrcorner ⌟
    Vert ‖ vert |
""")

DELIMITERS = {
    **{
        name: SYMBOLS[name]
        for name in _words("""
            lbrace rbrace lbrack rbrack langle rangle lfloor rfloor lceil rceil llbracket rrbracket
            lgroup rgroup ulcorner urcorner llcorner lrcorner Vert vert backslash
            uparrow downarrow updownarrow Uparrow Downarrow Updownarrow
        """)
    },
    **_pairs("lvert | rvert | lVert ‖ rVert ‖ | ‖ { { } }"),
}
# Without a backslash a bar is a single one.
BARE_DELIMITERS = {**{mark: mark for mark in "()[]/|"}, "<": "⟨", ">": "⟩"}

# \lvert and its kin are told from a plain bar by their class alone, which decides the spacing.
OPENING = {"lvert", "lVert"}
CLOSING = {"rvert", "rVert"}

NEGATED = _pairs("""
    = ≠ ∈ ∉ ∋ ∌ ⊂ ⊄ ⊃ ⊅ ⊆ ⊈ ⊇ ⊉ ≡ ≢ ∼ ≁ ≃ ≄ ≈ ≉ ≅ ≇ < ≮ > ≯ ≤ ≰ ≥ ≱ ∣ ∤ ∥ ∦ ∃ ∄ → ↛ ← ↚ ⇒ ⇏ ≺ ⊀ ≻ ⊁
""")

# Named functions that Typst sets with the same name, spacing and limits as LaTeX.
OPERATORS = set(
    _words("""
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
    "enspace": "#h(0.5em)",
    "enskip": "#h(0.5em)",
    " ": "#h(0.25em)",
    "\n": "#h(0.25em)",
    "space": "#h(0.25em)",
    "nobreakspace": "#h(0.25em)",
}

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
    "dot": "dot({})",
    "ddot": "dot.double({})",
    "dddot": "dot.triple({})",
    "ddddot": "dot.quad({})",
    "check": "caron({})",
    "breve": "breve({})",
    "acute": "acute({})",
    "grave": "grave({})",
    "mathring": "circle({})",
    "overline": "overline({})",
    "underline": "underline({})",
    "cancel": "cancel({})",
    "bcancel": "cancel(inverted:#true,{})",
    "xcancel": "cancel(cross:#true,{})",
    "boxed": "#box(stroke:0.5pt,inset:3pt,baseline:3pt,$display({})$)",
    "fbox": "#box(stroke:0.5pt,inset:3pt,baseline:3pt,${}$)",
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
    "frak": "frak({})",
}
# MathJax's sizes, in units of the formula's.
SIZES = {
    "Tiny": 0.5, "tiny": 0.6, "scriptsize": 0.7, "small": 0.85, "normalsize": 1, "large": 1.2,
    "Large": 1.44, "LARGE": 1.73, "huge": 2.07, "Huge": 2.49,
}  # fmt: skip

# Signs between two things that are no mathematical signs of Unicode, and the other way round.
SIGNS = {"-", "*", "/"}
NO_SIGNS = set("∂∇∑∏∫∞∀∃∅¬√⊤⊥")

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
    "overset": "attach(limits({1}),t:{0})",
    "underset": "attach(limits({1}),b:{0})",
    "stackrel": 'class("relation",attach(limits({1}),t:{0}))',
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
}

_SIDES = {"": "normal", "l": "opening", "r": "closing", "m": "relation"}
BIG = {
    size + suffix: (f"{em}em", side)
    for size, em in {"big": 1.2, "Big": 1.8, "bigg": 2.4, "Bigg": 3}.items()
    for suffix, side in _SIDES.items()
}

# Commands that only steer LaTeX's own layout or numbering and show nothing.
SILENT = {"nonumber", "notag", "mathstrut", "strut", "allowbreak", "relax", "displaylimits"}

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
    "smallmatrix": "#none",
    "pmatrix": '"("',
    "bmatrix": '"["',
    "Bmatrix": '"{"',
    "vmatrix": '"|"',
    "Vmatrix": '"‖"',
}
