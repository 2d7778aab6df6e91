"""The Unicode characters of LaTeX's signs, by what they are to their neighbors.

They are escaped on their way out where Typst would read them as syntax.
"""


def words(text):
    """Return the words of a text: a list of names that can be read."""
    return text.split()


def _pairs(text):
    parts = words(text)
    return dict(zip(parts[::2], parts[1::2], strict=True))


GREEK = _pairs("""
    alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι
    kappa κ lambda λ mu μ nu ν xi ξ omicron ο pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ
    upsilon υ phi ϕ varphi φ chi χ psi ψ omega ω
    Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω
""")

# Large ones, with limits above and below where there is room.
LARGE = _pairs("""
    sum ∑ prod ∏ coprod ∐ int ∫ iint ∬ iiint ∭ iiiint ⨌ oint ∮ oiint ∯ bigcup ⋃ bigcap ⋂ bigvee ⋁
    bigwedge ⋀ bigoplus ⨁ bigotimes ⨂ bigodot ⨀ biguplus ⨄ bigsqcup ⨆ smallint ∫ intop ∫
""")

# Between two things, with a little space.
OPERATIONS = _pairs("""
    pm ± mp ∓ times × div ÷ cdot ⋅ cdotp ⋅ centerdot ⋅ ast ∗ star ⋆ circ ∘ bullet ∙ oplus ⊕
    ominus ⊖ otimes ⊗ oslash ⊘ odot ⊙ cap ∩ cup ∪ uplus ⊎ sqcap ⊓ sqcup ⊔ vee ∨ lor ∨ wedge ∧
    land ∧ setminus ∖ smallsetminus ∖ wr ≀ amalg ⨿ dagger † ddagger ‡ diamond ⋄ ltimes ⋉ rtimes ⋊
    leftthreetimes ⋋ rightthreetimes ⋌ dotplus ∔ Cap ⋒ doublecap ⋒ Cup ⋓ doublecup ⋓ barwedge ⊼
    veebar ⊻ doublebarwedge ⩞ boxplus ⊞ boxminus ⊟ boxtimes ⊠ boxdot ⊡ divideontimes ⋇
    curlywedge ⋏ curlyvee ⋎ circleddash ⊝ circledast ⊛ circledcirc ⊚ intercal ⊺
    triangleleft ◁ triangleright ▷ bigcirc ◯
""")

# Between two things, with more space.
RELATIONS = _pairs("""
    le ≤ leq ≤ leqslant ⩽ leqq ≦ ge ≥ geq ≥ geqslant ⩾ geqq ≧ lt < gt > ne ≠ neq ≠ ll ≪ gg ≫
    lll ⋘ ggg ⋙ nless ≮ ngtr ≯ nleq ≰ ngeq ≱ nleqslant ≰ ngeqslant ≱ lneq ⪇ gneq ⪈ lneqq ≨
    gneqq ≩ lnsim ⋦ gnsim ⋧ lnapprox ⪉ gnapprox ⪊ lesssim ≲ gtrsim ≳ lessapprox ⪅ gtrapprox ⪆
    lessdot ⋖ gtrdot ⋗ lessgtr ≶ gtrless ≷ lesseqgtr ⋚ gtreqless ⋛ lesseqqgtr ⪋ gtreqqless ⪌
    eqslantless ⪕ eqslantgtr ⪖
    equiv ≡ sim ∼ nsim ≁ thicksim ∼ simeq ≃ approx ≈ thickapprox ≈ approxeq ≊ cong ≅ ncong ≇
    eqsim ≂ backsim ∽ backsimeq ⋍ asymp ≍ bumpeq ≏ Bumpeq ≎ doteq ≐ doteqdot ≑ Doteq ≑ circeq ≗
    eqcirc ≖ fallingdotseq ≒ risingdotseq ≓ triangleq ≜ coloneqq ≔ eqqcolon ≕ propto ∝
    varpropto ∝ coloneq ≔ Coloneqq ⩴ eqcolon ≕
    prec ≺ succ ≻ nprec ⊀ nsucc ⊁ preceq ⪯ succeq ⪰ npreceq ⋠ nsucceq ⋡ preccurlyeq ≼
    succcurlyeq ≽ curlyeqprec ⋞ curlyeqsucc ⋟ precsim ≾ succsim ≿ precapprox ⪷ succapprox ⪸
    precneqq ⪵ succneqq ⪶ precnsim ⋨ succnsim ⋩ precnapprox ⪹ succnapprox ⪺
    in ∈ notin ∉ ni ∋ owns ∋ subset ⊂ subseteq ⊆ subseteqq ⫅ subsetneq ⊊ varsubsetneq ⊊
    subsetneqq ⫋ nsubseteq ⊈ Subset ⋐ supset ⊃ supseteq ⊇ supseteqq ⫆ supsetneq ⊋
    varsupsetneq ⊋ supsetneqq ⫌ nsupseteq ⊉ Supset ⋑ sqsubset ⊏ sqsupset ⊐ sqsubseteq ⊑
    sqsupseteq ⊒
    mid ∣ nmid ∤ shortmid ∣ nshortmid ∤ parallel ∥ nparallel ∦ shortparallel ∥ nshortparallel ∦
    perp ⟂ vdash ⊢ dashv ⊣ models ⊨ vDash ⊨ Vdash ⊩ Vvdash ⊪ nvdash ⊬ nvDash ⊭ nVdash ⊮ nVDash ⊯
    between ≬ pitchfork ⋔ smile ⌣ frown ⌢ smallsmile ⌣ smallfrown ⌢ bowtie ⋈ Join ⋈
    vartriangleleft ⊲ vartriangleright ⊳ lhd ⊲ rhd ⊳ trianglelefteq ⊴ trianglerighteq ⊵ unlhd ⊴
    unrhd ⊵ ntriangleleft ⋪ ntriangleright ⋫ ntrianglelefteq ⋬ ntrianglerighteq ⋭
    blacktriangleleft ◀ blacktriangleright ▶ therefore ∴ because ∵ vcentcolon ∶
""")

ARROWS = _pairs("""
    to → rightarrow → leftarrow ← gets ← leftrightarrow ↔ nrightarrow ↛ nleftarrow ↚
    nleftrightarrow ↮ Rightarrow ⇒ Leftarrow ⇐ Leftrightarrow ⇔ nRightarrow ⇏ nLeftarrow ⇍
    nLeftrightarrow ⇎ longrightarrow ⟶ longleftarrow ⟵ longleftrightarrow ⟷ Longrightarrow ⟹
    implies ⟹ Longleftarrow ⟸ impliedby ⟸ Longleftrightarrow ⟺ iff ⟺ mapsto ↦ longmapsto ⟼
    uparrow ↑ downarrow ↓ updownarrow ↕ Uparrow ⇑ Downarrow ⇓ Updownarrow ⇕ nearrow ↗ searrow ↘
    swarrow ↙ nwarrow ↖ hookrightarrow ↪ hookleftarrow ↩ leadsto ⇝ rightsquigarrow ⇝
    leftrightsquigarrow ↭ rightharpoonup ⇀ rightharpoondown ⇁ leftharpoonup ↼ leftharpoondown ↽
    upharpoonleft ↿ upharpoonright ↾ restriction ↾ downharpoonleft ⇃ downharpoonright ⇂
    rightleftharpoons ⇌ leftrightharpoons ⇋ leftleftarrows ⇇ rightrightarrows ⇉ upuparrows ⇈
    downdownarrows ⇊ leftrightarrows ⇆ rightleftarrows ⇄ Lleftarrow ⇚ Rrightarrow ⇛
    twoheadrightarrow ↠ twoheadleftarrow ↞ rightarrowtail ↣ leftarrowtail ↢ looparrowleft ↫
    looparrowright ↬ curvearrowleft ↶ curvearrowright ↷ circlearrowright ↻ circlearrowleft ↺
    Lsh ↰ Rsh ↱ multimap ⊸ dashrightarrow ⇢ dasharrow ⇢ dashleftarrow ⇠
""")

OTHERS = _pairs("""
    ldots … dotsc … dotso … cdots ⋯ dotsb ⋯ dotsm ⋯ dotsi ⋯ vdots ⋮ ddots ⋱ infty ∞
    partial ∂ nabla ∇ forall ∀ exists ∃ nexists ∄ emptyset ∅ varnothing ∅ neg ¬ lnot ¬ prime ′
    backprime ‵ top ⊤ bot ⊥ hbar ℏ hslash ℏ ell ℓ Re ℜ Im ℑ wp ℘ aleph ℵ beth ℶ gimel ℷ daleth ℸ
    imath ı jmath ȷ digamma ϝ varkappa ϰ eth ð mho ℧ Finv Ⅎ Game ⅁ Bbbk 𝕜
    angle ∠ measuredangle ∡ sphericalangle ∢ triangle △ vartriangle △ triangledown ▽
    bigtriangleup △ bigtriangledown ▽ blacktriangle ▲ blacktriangledown ▼ square □ Box □
    Diamond ◊ lozenge ◊ blacksquare ■ blacklozenge ⧫ bigstar ★ checkmark ✓ surd √ degree °
    maltese ✠ circledR ® circledS Ⓢ yen ¥ diagup ╱ diagdown ╲ sharp ♯ flat ♭ natural ♮
    clubsuit ♣ diamondsuit ♢ heartsuit ♡ spadesuit ♠ complement ∁ backslash \\
    S § P ¶ pounds £ euro € copyright © micro µ

    lbrace { rbrace } lbrack [ rbrack ] langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉
    llbracket ⟦ rrbracket ⟧ lgroup ⟮ rgroup ⟯ lmoustache ⎰ rmoustache ⎱ ulcorner ⌜ urcorner ⌝
    llcorner ⌞ lrcorner ⌟ Vert ‖ vert |
""")

SYMBOLS = GREEK | LARGE | OPERATIONS | RELATIONS | ARROWS | OTHERS

BINARY = set(OPERATIONS.values()) | {"−", "+"}
COMPARING = set(RELATIONS.values()) | set(ARROWS.values()) | {"="}
# As they are typed.
PLAIN = {"-", "*", "/", "<", ">"}

DELIMITERS = {
    **{
        name: SYMBOLS[name]
        for name in words("""
            lbrace rbrace lbrack rbrack langle rangle lfloor rfloor lceil rceil llbracket rrbracket
            lgroup rgroup lmoustache rmoustache ulcorner urcorner llcorner lrcorner Vert vert
            backslash uparrow downarrow updownarrow Uparrow Downarrow Updownarrow
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
    ↔ ↮ ⇔ ⇎ ⇐ ⇍ ⊢ ⊬ ⊨ ⊭ ⊑ ⋢ ⊒ ⋣ ≼ ⋠ ≽ ⋡ ≲ ≴ ≳ ≵ ≍ ≭
""")
