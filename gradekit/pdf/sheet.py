"""What a document is drawn on: formulas and pictures in a form that Typst is known to take."""

import base64
import binascii
import hashlib
import re
import struct

from gradekit.pdf.math import MathError, translate
from gradekit.pdf.typst_text import literal

MAX_PIXELS = 40_000_000
LONG_FORMULA, SHORT_FORMULA = 90, 24
PIXEL = 0.75  # points per CSS pixel, as on JupyterLab's page
SIGNATURES = {
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "jpg": re.compile(rb"\xff\xd8\xff"),
    "gif": re.compile(rb"GIF8[79]a"),
    "svg": re.compile(rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg", re.DOTALL),
}


class Sheet:
    """Formulas and pictures of one document.

    Attributes
    ----------
    files : dict of str to bytes
        The pictures, by the names under which the Typst source reads them.
    fragments : list of str
        Typst source of every formula and picture since the list was last emptied.
    rejected : set of str
        Fragments that Typst does not take; `equation` and `picture` show a box instead.
    """

    def __init__(self):
        self.files = {}
        self.fragments = []
        self.rejected = set()

    def equation(self, latex, block=False, source=None):
        """Return the formula as Typst markup, as a box with its source if it has to be."""
        kind = "true" if block else "false"
        boxed = f"#untranslated({literal((source or latex).strip())}, block: {kind})"
        try:
            formula = translate(latex, block)
        except MathError:
            return boxed
        tag = f"numbering: _ => {literal(formula.tag)}, " if formula.tag else ""
        # The source is the formula's alternative text: screen readers know LaTeX.
        call = f"math.equation(block: {kind}, {tag}alt: {literal(latex.strip())}, ${formula.body}$)"
        return self._checked(f"#{_placed(call, block, len(latex))}", boxed)

    def picture(self, data, alt, width=None):
        """Return a picture as Typst markup.

        Parameters
        ----------
        data : bytes
            The picture's file.
        alt : str
            What it shows, in words.
        width : float, optional
            Its width in CSS pixels; by default that of the file.
        """
        kind = next((kind for kind, begin in SIGNATURES.items() if begin.match(data)), None)
        size = _pixels(kind, data)
        if kind is None or (size and size[0] * size[1] > MAX_PIXELS):
            return self.missing(alt, "cannot be read or is too large")
        name = f"{hashlib.sha256(data).hexdigest()[:16]}.{kind}"
        self.files[name] = data
        width = width or (size and size[0])
        points = f", width: {width * PIXEL:.4g}pt" if width else ""
        call = f"#picture({literal(name)}, alt: {literal(alt)}{points})"
        return self._checked(call, self.missing(alt, "cannot be read"))

    def missing(self, alt, why):
        """Return a box in the place of a picture that cannot be shown."""
        return f"#note({literal(f'Picture not shown: it {why}. {alt}'.strip())})"

    def _checked(self, fragment, instead):
        self.fragments.append(fragment)
        return instead if fragment in self.rejected else fragment


def _placed(equation, block, length):
    # Only a long formula can be wider than the page, and measuring costs time.
    if block:
        return f"fitting({equation})" if length > LONG_FORMULA else equation
    # Within a line a short formula is kept in one piece.
    return f"box({equation})" if length < SHORT_FORMULA else equation


def decode(text):
    """Return the bytes of base64 text, b"" if it is not base64."""
    try:
        return base64.b64decode("".join(text).encode("ascii", "replace"))
    except (binascii.Error, ValueError):
        return b""


def _pixels(kind, data):
    """Return a bitmap's (width, height), None if its header does not tell."""
    try:
        if kind == "png":
            return struct.unpack(">II", data[16:24])
        if kind == "gif":
            return struct.unpack("<HH", data[6:10])
        if kind == "jpg":
            return _jpeg_pixels(data)
    except struct.error:
        pass
    return None


def _jpeg_pixels(data):
    at = 2
    while at < len(data):
        marker, length = struct.unpack(">xBH", data[at : at + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None
