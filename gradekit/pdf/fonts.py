"""Which fonts a text needs, and which of its characters no font has.

The compiler brings Libertinus, New Computer Modern and DejaVu Sans Mono with it, and Noto Emoji
lies beside this module. They cover Latin, Greek, Cyrillic, mathematics and emoji, so documents look
the same everywhere. Only for other characters, Chinese ones for instance, the machine's own fonts
are looked for, and what these do not have either is named in the document.
"""

import re
import unicodedata
from functools import cache
from importlib.resources import files

import typst

from gradekit.pdf.typst_text import literal

REPLACEMENT = "□"
MAX_NAMED = 12
# No font need be asked about these.
COMMON = re.compile(
    "[\x00-\u024f\u0370-\u0373\u0376-\u0377\u037a-\u037d\u0384-\u038a\u0391-\u03a1\u03a3-\u03c9"
    "\u0400-\u045f\u2010-\u2027\u2030-\u203a\u2190-\u21ff\u2200-\u22ff\u2500-\u259f\u200b]+"
)
# A compiler that makes accessible PDFs refuses characters without a glyph, and names the first.
REFUSED = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
MAX_PROBES = 200
PROBE = '#set document(title: "x")\n'


@cache
def shipped():
    """Return the fonts that come with the kit and the compiler."""
    return typst.Fonts(include_system_fonts=False, font_paths=[_folder()])


@cache
def of_the_machine():
    """Return the fonts that come with the kit and the compiler, and those installed here."""
    return typst.Fonts(include_system_fonts=True, font_paths=[_folder()])


def chosen(text):
    """Choose the fonts for a text.

    Parameters
    ----------
    text : str

    Returns
    -------
    fonts : typst.Fonts
    missing : set of str
        The characters that no font has.
    """
    rare = set(COMMON.sub("", text))
    unshipped = _uncovered(rare, shipped)
    if not unshipped:
        return shipped(), set()
    missing = _uncovered(unshipped, of_the_machine)
    return (shipped() if missing == unshipped else of_the_machine()), missing


def named(missing):
    """Return a sentence about characters that no font has."""
    names = [
        f"U+{ord(char):04X} {unicodedata.name(char, 'without a name')}" for char in sorted(missing)
    ]
    more = len(names) - MAX_NAMED
    listed = "; ".join(names[:MAX_NAMED]) + (f"; and {more:,} more" if more > 0 else "")
    return f"{REPLACEMENT} stands for characters that no font on this computer has: {listed}."


_known = {}  # (which fonts, character): whether they have it


def _uncovered(chars, fonts):
    """Return those of the characters that none of the fonts has, asking the compiler."""
    unknown = {char for char in chars if (fonts, char) not in _known}
    probes = 0
    while unknown:
        refused = _refused(unknown, fonts())
        probes += 1
        if probes >= MAX_PROBES and refused:
            # Whole scripts are missing: one more character of such a block is missing as well.
            blocks = {ord(char) >> 8 for char in _absent(fonts)}
            refused |= {char for char in unknown if ord(char) >> 8 in blocks}
        for char in refused & unknown:
            _known[fonts, char] = False
        unknown -= refused
        if not refused:
            _known.update(dict.fromkeys(((fonts, char) for char in unknown), True))
            break
    return {char for char in chars if not _known[fonts, char]}


def _absent(fonts):
    return [char for (where, char), has in _known.items() if where is fonts and not has]


def _refused(chars, fonts):
    """Return some of the characters that the compiler has no glyph for, none if it has all."""
    lines = "\n\n".join(f"#{literal(char)}" for char in sorted(chars))
    compiler = typst.Compiler(
        (PROBE + lines).encode(), font_paths=fonts, ignore_system_fonts=True
    )
    try:
        compiler.compile(format="pdf", pdf_standards=["ua-1"])
    except typst.TypstError as error:
        return refused_by(error) & chars or set(chars)
    return set()


def refused_by(error):
    """Return the characters that a compiler's error says it has no glyph for."""
    found = REFUSED.search(str(error))
    if not found:
        return set()
    return set(ESCAPED.sub(lambda code: chr(int(code[1], 16)), found[1]))


def _folder():
    return str(files("gradekit.pdf") / "fonts")
