"""LaTeX mathematics in Typst's words."""

import random

import pytest

from gradekit.pdf import math_symbols as signs
from gradekit.pdf import math_tables as tables
from gradekit.pdf.compile import accepts
from gradekit.pdf.math import translate
from gradekit.pdf.math_reader import MathError
from gradekit.pdf.sheet import Sheet
from tests.pdf.random_formulas import Formulas

# Between the rows and columns of a matrix.
GAPS = "row-gap:#0.25em,column-gap:#0.9em"
TRANSLATIONS = [
    # Fractions, roots, numbers.
    (r"\frac{a}{b}", "frac(a,b)"),
    (r"\frac12 + \tfrac{1}{2}", "frac(1,2)+inline(frac(1,2))"),
    (r"\dfrac 1n \binom{n}{k}", "display(frac(1,n))binom(n,k)"),
    (r"\sqrt2 \sqrt[3]{x + 1}", "sqrt(2)root(3,x+1)"),
    (r"1{,}000.5", '1 class("normal",\\,)000.5'),
    (r"3.14 \cdot 10^{-3}", "3.14⋅attach(10,t:−3)"),
    # Scripts reach exactly as far as LaTeX says.
    (r"x_{i+1}", "attach(x,b:i+1)"),
    (r"x^12", "attach(x,t:1)2"),
    (r"e^x (y)", r"attach(e,t:x)\(y\)"),
    (r"a_{i,j}^{(l)}", r"attach(a,t:\(l\),b:i\,j)"),
    (r"f'(x) = f''_i", r"attach(f,t:′)\(x\)=attach(f,t:′′,b:i)"),
    (r"f'^2", "attach(f,t:′2)"),
    (r"{}^T x", 'attach("",t:T)x'),
    (r"x_\mathrm{max}", 'attach(x,b:"max")'),
    (r"\sum_{i=1}^{N} x_i", "attach(∑,t:N,b:i=1)attach(x,b:i)"),
    (r"\sum\nolimits_i \int\limits_0", "attach(scripts(∑),b:i)attach(limits(∫),b:0)"),
    (r"\sum_{\substack{i \ne j \\ j > 0}} a", r"attach(∑,b:i≠j#linebreak()j\>0)a"),
    (r"\max_j x_j + \log x", "attach(max,b:j)attach(x,b:j)+log x"),
    # Letters stay apart, punctuation never becomes Typst's syntax.
    (r"xy z", "x y z"),
    (r"\alpha\beta x", "α β x"),
    (r"a/b", r'a class("normal",\/)b'),
    (r"a -> b => c", r"a−\>b=\>c"),
    (r"a * b - c", "a∗b−c"),
    (r"x := y : z", r'x≔y class("relation",\:)z'),
    (r"x \in [0, 1)", r"x∈\[0\,1\)"),
    (r"P(A|B)", r"P\(A\|B\)"),
    (r"p(y \mid x)", r"p\(y∣x\)"),
    ('"q"; #', None),
    (r"\{1, \dots, K\} \% \& \_ \#", r"\{1\,…\,K\}\%\&\_\#"),
    (r"a % a comment", "a"),
    (r"x_{=1}^= \stackrel{=}{\to}", 'attach(x,t: =,b: =1)class("relation",attach(limits(→),t: =))'),
    # Fonts, names, text.
    (r"\mathbf{W}^\top \mathbf x", "attach(bold(upright(W)),t:⊤)bold(upright(x))"),
    (r"\mathbb{R}^{N \times D}", "attach(bb(R),t:N×D)"),
    (r"\mathcal L \boldsymbol{\theta}", "cal(L)bold(θ)"),
    (r"\mathrm{softmax}(x)", r'"softmax"\(x\)'),
    (r"\mathrm{d}x", "upright(d)x"),
    (r"\operatorname{softmax}(x)_k", r'op("softmax")\(x attach(\),b:k)'),
    (r"\operatorname*{arg\,max}_k", 'attach(op("arg\u2009max",limits:#true),b:k)'),
    (r"1 \text{ if } x", '1#h(0.25em)"if"#h(0.25em)x'),
    (r"\text{mean of $x_i$}", '"mean of"#h(0.25em)attach(x,b:i)'),
    (r"\text{50\% of \$x, {\,}}", None),
    (r"{\bf x} + y", "bold(upright(x))+y"),
    (r"a \bmod n \pmod n", r'a class("binary","mod")n quad\("mod"thin n\)'),
    # Accents, braces, boxes.
    (r"\hat y \bar{x} \tilde x \vec v \dot x", "hat(y)macron(x)tilde(x)arrow(v)dot(x)"),
    (r"\underbrace{x + y}_{\text{sum}}", 'underbrace(x+y,"sum")'),
    (r"\overbrace{x}^n", "overbrace(x,n)"),
    (r"A \overset{!}{=} B", r"A attach(limits(=),t: \!)B"),
    (r"\xrightarrow[n]{p}", "attach(limits(stretch(→,size:#150%)),t:p,b:n)"),
    (r"\textcolor{red}{x} y", 'text(fill:#rgb("#ff0000"),x)y'),
    (r"{\color{red} x} y", 'text(fill:#rgb("#ff0000"),x)y'),
    (r"\phantom{x}", "#hide($x$)"),
    # Spaces.
    (r"a\,b\;c\!d\quad e~f\ g", "a thin b thick c#h(-0.1667em)d quad e#h(0.25em)f#h(0.25em)g"),
    (r"a \hspace{2em} b", "a#h(2em)b"),
    # Symbols and relations.
    (r"\Rightarrow \iff \to \mapsto \notin", "⇒⟺→↦∉"),
    (r"\not\in \not= \ne", "∉≠≠"),
    (r"\partial \nabla \odot \infty", "∂∇⊙∞"),
    # Delimiters.
    (r"\left( \frac{a}{b} \right)", r"lr(\(frac(a,b)\))"),
    (r"\left. f \right|_{x=0}", r"attach(lr(#h(0pt)f\|),b:x=0)"),
    (r"\left\{ x \middle| y \right\}", r"lr(\{x mid(\|)y\})"),
    (r"\left[ 0, 1 \right)", r"lr(\[0\,1\))"),
    (r"\lvert x \rvert \|v\|", r'class("opening",\|)x class("closing",\|)‖v‖'),
    (r"\left\lVert v \right\rVert_2", "attach(lr(‖v‖),b:2)"),
    (r"\lfloor x \rfloor \langle a, b \rangle", r"\⌊x\⌋\⟨a\,b\⟩"),
    (r"\big( \Bigr]", r'class("normal",lr(size:#1.2em,\())class("closing",lr(size:#1.8em,\]))'),
    # Environments.
    (
        r"\begin{cases} x & \text{if } x > 0, \\ 0 & \text{else} \end{cases}",
        r'display(cases(&x&quad&"if"#h(0.25em)x\>0\,,&0&quad&"else"))',
    ),
    (r"\begin{cases} a & b & c \\ d \end{cases}", "display(cases(&a&quad&b&quad&c,&d))"),
    (r"\begin{pmatrix} 1 & -2 \\ a \end{pmatrix}", f'display(mat(delim:"(",{GAPS},1,−2;a,""))'),
    (
        r"\begin{bmatrix} f(x, y) ; & 1 \end{bmatrix}",
        rf'display(mat(delim:"[",{GAPS},f\(x\,y\)\;,1))',
    ),
    (
        r"\begin{array}{r|cl} 1 & 2 & 3 \\ \hline 4 & 5 & 6 \end{array}",
        "ruled(#(right,center,left,),#(1,),#(1,),1,2,3,4,5,6)",
    ),
    (
        r"\begin{bmatrix*}[r] 1 \\ \hline 2 \end{bmatrix*}",
        f'display(mat(delim:"[",{GAPS},augment:#(hline:(1,)),1&;2&))',
    ),
    (r"\begin{array}{l@{\quad}l} a & b \end{array}", f"display(mat(delim:#none,{GAPS},&a,&b))"),
    (r"\begin{aligned} a &= b \\ &= c \end{aligned}", "a&=b#linebreak()&=c"),
    (r"\begin{align} a &= b & c &= d \end{align}", "a&=b wide&c&=d"),
    (
        r"x = \begin{aligned} a &= b \\ &= c \end{aligned}",
        "x=mat(delim:#none,row-gap:#0.6em,display(a)&display(=b);&display(=c))",
    ),
    (r"\begin{gather*} a \\ b \end{gather*}", "a#linebreak()b"),
    (r"\begin{aligned} a \\ [-1, 1] \end{aligned}", r"a#linebreak()\[−1\,1\]"),
    (r"\begin{aligned} a \\[1ex] b \\* c \end{aligned}", "a#linebreak()b#linebreak()c"),
    (r"\begin{alignat}{2} a &= b \\ &= c \end{alignat}", "a&=b#linebreak()&=c"),
    (r"\begin{eqnarray} a &=& b \\ &\le& c \end{eqnarray}", "a&=b#linebreak()&≤c"),
    (r"\begin{multline} a \\ + b \end{multline}", 'a wide wide#linebreak()wide wide""+b'),
    (
        r"\sum_{\begin{subarray}{c} i < n \\ j \end{subarray}}",
        r"attach(∑,b:i\<n#linebreak()j)",
    ),
    # Macros.
    (r"\newcommand{\R}{\mathbb{R}} x \in \R^n", "x∈attach(bb(R),t:n)"),
    (r"\newcommand\norm[1]{\|#1\|} \norm{w}_2 \norm x", '‖w attach(class("closing",‖),b:2)‖x‖'),
    (
        r"\newcommand{\E}[2][p]{E_{#1}[#2]} \E{x}\E[q]{y}",
        r"attach(E,b:p)\[x\]attach(E,b:q)\[y\]",
    ),
    (r"\def\half{\frac12}\half\half", "frac(1,2)frac(1,2)"),
    (r"\def\inner#1#2{\langle#1,#2\rangle}\inner ab", r"\⟨a\,b\⟩"),
    (
        r"\DeclareMathOperator*{\argmax}{arg\,max} \argmax_k",
        'attach(op("arg\u2009max",limits:#true),b:k)',
    ),
    (r"\renewcommand{\epsilon}{\varepsilon}\epsilon x", "ε x"),
    (r"\providecommand{\alpha}{z}\alpha", "α"),
    (r"\let\eps=\epsilon \eps", "ϵ"),
    (r"\newcommand*{\T}{^\top} A\T", "attach(A,t:⊤)"),
    (r"\boxed{x}", "frame(stroke:#(0.5pt),display(x))"),
]
KNOWN = [(latex, body) for latex, body in TRANSLATIONS if body is not None]


@pytest.mark.parametrize(("latex", "body"), KNOWN)
def test_translation(latex, body):
    """Is the formula written in Typst the way the table says?"""
    assert translate(latex, block=True).body == body


def test_every_translation_compiles():
    """Does Typst take each translation of the table, alone and within a line?"""
    sheet = Sheet()
    for latex, _ in KNOWN:
        sheet.equation(latex, block=True)
        sheet.equation(latex)
        sheet.macros.clear()
    _all_accepted(sheet.fragments)


def test_every_command_of_the_tables_compiles():
    """Is there no entry in the tables that Typst rejects?"""
    one = [*tables.CALLS, *tables.FONTS, *tables.TEXTS, *tables.BRACES, *tables.ARROWS]
    alone = [*signs.SYMBOLS, *tables.WRITTEN, *tables.OPERATORS, *tables.SILENT]
    formulas = [rf"\{name} x" for name in alone]
    formulas += [rf"\{name}{{Ab}}" for name in one]
    formulas += [rf"\{name}{{a}}{{b}}" for name in tables.FRACTIONS]
    formulas += [rf"{{\{name} a}} b" for name in tables.SWITCHES]
    formulas += [rf"\{name}( x" for name in tables.BIG]
    formulas += [rf"\left\{name} x \right\{name}" for name in signs.DELIMITERS]
    formulas += [rf"\left{mark} x \right{mark}" for mark in signs.BARE_DELIMITERS]
    formulas += [rf"a\{name} b" for name in tables.SPACES]
    formulas += [rf"\not {sign}" for sign in signs.NEGATED]
    formulas += [rf"\textcolor{{{name}}}{{x}}" for name in tables.COLORS]
    formulas += [rf"\begin{{{name}}} a & b \end{{{name}}}" for name in tables.MATRICES]
    sheet = Sheet()
    shown = [sheet.equation(latex) for latex in formulas]
    assert [text for text in shown if text.startswith("#untranslated")] == []
    _all_accepted(sheet.fragments)


def test_formulas_that_nobody_would_write():
    """Is all that the translator knows, in each other, translated and taken by Typst?"""
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    made = Formulas(seed)
    latex = [made.inside(3) for _ in range(100)]
    sheet = Sheet()
    shown = [sheet.equation(one, block) for one in latex for block in (True, False)]
    assert [one for one in shown if "#untranslated(" in one] == []
    _all_accepted(sheet.fragments)


def _all_accepted(fragments):
    if not accepts("\n\n".join(fragments)):
        assert [fragment for fragment in fragments if not accepts(fragment)] == []


@pytest.mark.parametrize(
    ("latex", "reason"),
    [
        (r"\weird{x}", r"unknown command \weird"),
        (r"\newcommand{\R}", "{ expected, the end found"),
        (r"\newcommand{R}{x}", "a definition without a name"),
        (r"\newcommand{\f}[x]{y}", r"\newcommand with x arguments"),
        (r"\newcommand{\f}[1]{#1} \f", "a macro's argument is missing"),
        (r"\newcommand{\f}[1]{#2} \f x", "the text of \\f asks for #2"),
        (r"\def\x{\x}\x", r"\x never ends"),
        (r"\def\x{\x\x}\x", r"\x never ends"),
        (r"\def\x#1.{#1}", "a definition with delimiters"),
        ("{a", "} expected, the end found"),
        ("a}", "} without its partner"),
        (r"\frac{1}", "argument missing before the end"),
        (r"\frac{1}{", "} expected, the end found"),
        (r"\text{a", "unclosed {"),
        (r"\left( x", r"\right expected, the end found"),
        (r"x \right)", r"\right without its partner"),
        (r"\left x \right)", "x is no delimiter"),
        (r"a \middle| b", r"\middle outside of \left and \right"),
        (r"{}\limits_i", r"\limits without an operator"),
        ("x^2^3", "double superscript"),
        ("x_2_3", "double subscript"),
        ("x_", "argument missing before the end"),
        ("x^_2", "argument missing before _"),
        ("a & b", "& outside of an environment"),
        (r"{a & b}", "} expected, & found"),
        (r"\begin{foo} a \end{foo}", r"unknown environment \begin{foo}"),
        (r"\begin{cases} a \end{matrix}", r"\end{matrix} closes \begin{cases}"),
        (r"\begin{cases} a", "unclosed cases"),
        (r"\begin{array}{p{3cm}} a \end{array}", "the columns {p{3cm}} of an array"),
        (r"\begin{array}{c} a & b \end{array}", "a row longer than the columns {c} of an array"),
        (r"x \begin{aligned}[t] a \end{aligned}", "the option of aligned"),
        (r"\begin{aligned}[x] a \end{aligned}", "the option of aligned"),
        (r"\begin{cases} \hline a \end{cases}", r"\hline in cases"),
        (r"\begin{gather} a & b \end{gather}", "& in gather"),
        (r"\begin{aligned} a \\[0, 1] \end{aligned}", r"\\[0, 1] is no distance"),
        (r"\sqrt[\frac{1}{2}]{x}", "brackets or braces within an option"),
        (r"\text{a \foo b}", r"\foo in \text"),
        (r"\text{a^2}", r"^ in \text"),
        (r"\color{mauve} x", "unknown color mauve"),
        (r"\color[cmyk]{0,0,0,1} x", "unknown color [cmyk] 0,0,0,1"),
        (r"\color[rgb]{255,0,0} x", "unknown color [rgb] 255,0,0"),
        (r"\bbox[border: 1px solid mauve]{x}", "unknown color mauve"),
        (r"\begin{array}{r@{=}l} a & b \end{array}", "the columns {r@{=}l} of an array"),
        (r"\bbox[shadow]{x}", r"\bbox[shadow]"),
        (r"\verb|x", r"\verb without an end"),
        (r"\sideset{x}{}\sum", "x among scripts"),
        (r"\text{a \textsc{b}}", r"\textsc in \text"),
        (r"\not x", r"\not before x"),
        (r"\hspace{wide}", r"\hspace without a distance"),
        ("#1", "# outside of a macro"),
        ("x\\", "a backslash at the end"),
        (r"a \tag{1} \tag{2}", r"more than one \tag"),
        ("{" * 100 + "}" * 100, "nested too deeply"),
        ("x" + "^{x" * 100 + "}" * 100, "nested too deeply"),
        (r"\text{$\text{" * 40, "unclosed {"),
    ],
)
def test_unknown_or_broken_formula(latex, reason):
    """Is a formula that the translator does not know refused with a reason?"""
    with pytest.raises(MathError) as error:
        translate(latex, block=True)
    assert str(error.value) == reason


def test_tag():
    """Does a displayed formula keep its tag, and is a tag within a line refused?"""
    assert translate(r"a = b \tag{3.1}", block=True)[:2] == ("a=b", "(3.1)")
    assert translate(r"a = b \tag*{A}", block=True).tag == "A"
    with pytest.raises(MathError, match="within a line"):
        translate(r"a = b \tag{1}")


def test_unknown_formula_is_shown_as_its_source():
    """Is the source of a formula that was refused shown in a box?"""
    assert Sheet().equation(r"\weird", source=r"$\weird$") == (
        r'#untranslated("$\\weird$", block: false)'
    )


def test_macros_hold_for_later_cells():
    """Does a macro of one formula stand for its text in the next ones?"""
    sheet = Sheet()
    assert sheet.equation(r"\newcommand{\loss}{\mathcal{L}}", block=True) == ""
    assert "$cal(L)+1$" in sheet.equation(r"\loss + 1")
    assert "untranslated" in Sheet().equation(r"\loss + 1")
