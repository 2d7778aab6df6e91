"""Formulas of machine-learning notebooks: is each translated as the corpus says?"""

import io
import re
from collections import Counter
from importlib import resources

import pytest
from PIL import Image, ImageChops, ImageStat

from gradekit.pdf import Look
from gradekit.pdf.compile import accepts, compile_web
from gradekit.pdf.document import setup
from gradekit.pdf.math import translate
from gradekit.pdf.math_reader import MathError
from gradekit.pdf.sheet import Sheet
from tests.pdf.formula_corpus import draw, formulas

# Of 255 levels of gray, in the mean over a picture.
ALIKE = 1.0


@pytest.mark.parametrize("formula", formulas(), ids=lambda formula: formula.name)
def test_formula(formula):
    """Is the translation the expected one, or the formula refused for the expected reason?"""
    if formula.reason is None:
        assert translate(formula.latex, block=True).body == formula.typst
    else:
        with pytest.raises(MathError) as error:
            translate(formula.latex, block=True)
        assert str(error.value) == formula.reason


@pytest.mark.parametrize("template", ["template.typ", "web.typ"])
def test_templates_leave_the_words_of_formulas_alone(template):
    """Has no function of a template the name of one that formulas call?"""
    text = (resources.files("gradekit.pdf") / template).read_text(encoding="utf-8")
    named = set(re.findall(r"^#let ([\w-]+)", text, re.MULTILINE))
    called = re.findall(r"([a-z]+)\(", " ".join(one.typst or "" for one in formulas()))
    assert {"frac", "mono", "attach"} <= set(called)
    assert named & set(called) == set()


def test_size_of_the_corpus():
    """Are there 300 formulas, 60 of them with a picture, and is none there twice?"""
    assert len(formulas()) >= 300
    assert sum(one.picture is not None for one in formulas()) >= 60
    for part in ("name", "latex"):
        often = Counter(getattr(one, part) for one in formulas())
        assert [what for what, count in often.items() if count > 1] == []


def test_the_compiler_takes_all():
    """Does Typst take every translation, displayed and within a line?"""
    shown = [Sheet().equation(one.latex, block) for one in formulas() for block in (True, False)]
    if not accepts("\n\n".join(shown)):
        assert [part for part in shown if not accepts(part)] == []


def test_pictures(tmp_path):
    """Does each construct look as it did when it was looked at beside LaTeX?"""
    pictured = [one for one in formulas() if one.picture]
    different = []
    for one, png in zip(pictured, draw(pictured), strict=True):
        now, then = Image.open(io.BytesIO(png)).convert("L"), Image.open(one.picture).convert("L")
        if now.size != then.size or _difference(now, then) > ALIKE:
            (tmp_path / one.picture.name).write_bytes(png)
            different.append(one.picture.name)
    assert different == [], f"compare {tmp_path} with {pictured[0].picture.parent}"


def _difference(one, other):
    return ImageStat.Stat(ImageChops.difference(one, other)).mean[0]


def test_pictures_tell_apart():
    """Would another formula of the same kind be seen?"""
    fraction = formulas_named("Fraction")
    first, second = draw([fraction, fraction._replace(latex=r"\frac{\partial L}{\partial w_{ji}}")])
    first, second = (Image.open(io.BytesIO(png)).convert("L") for png in (first, second))
    assert first.size == second.size
    assert _difference(first, second) > ALIKE


def formulas_named(name):
    return next(one for one in formulas() if one.name == name)


def test_pages_for_browsers(compiler_says):
    """Is every formula MathML or drawn, with nothing that the compiler leaves out?"""
    shown = "\n\n".join(Sheet().equation(one.latex, block=True) for one in formulas())
    html = compile_web(f"{setup(Look(), 'Formulas')}\n{shown}", {})
    translated = sum(one.reason is None for one in formulas())
    assert html.count(b"<math") + html.count(b"<svg") >= translated
    assert [text for text in compiler_says if "ignored" in text] == []
