"""What a document is drawn on: formulas and pictures in a form that Typst is known to take."""

import base64
import hashlib
import re
from itertools import count
from urllib.parse import unquote

from gradekit.pdf.css import PIXEL
from gradekit.pdf.look import Look
from gradekit.pdf.math import MathError, translate
from gradekit.pdf.math_labels import LABEL, REFERENCE
from gradekit.pdf.pictures import PictureError, find, kind_and_size
from gradekit.pdf.typst_text import literal

# Characters. Only a long formula can be wider than the page, and measuring costs time.
LONG_FORMULA, SHORT_FORMULA = 90, 24
ROWS = re.compile(r"#linebreak|(?<!\\)&")
TALL = re.compile(r"(frac|mat|cases|binom|vec|ruled|display|limits|underbrace|overbrace)\(")
FORMULA = "formula "
# Before a colon, for example, no line ends, and what follows a picture might leave the page.
LINE_MAY_END = '#"\u200b"'
# What the compiler leaves out where it writes MathML.
NO_MATHML = re.compile(
    r"(cancel|overline|underline|text|frame|ruled|lapped|underarrow|#hide|#box)\(|augment:"
)


class Sheet:
    """Formulas, pictures and links of one document.

    Parameters
    ----------
    look : Look
    folder : Path, optional
        Where the files lie that Markdown refers to; without it they are not looked for.
    root : Path, optional
        The folder in and below which these files have to lie; by default they may be anywhere.
    targets : set of str
        Where the document's own links lead to: ids and headings, as the links spell them.
    numbers : dict of str to str, optional
        Those of formulas with labels.
    chapter : str, optional
        Tells the places of one notebook from those of others in the same document, where its
        headings are below the chapter's.
    files : dict, optional
        The document's pictures so far.

    Attributes
    ----------
    files : dict of str to bytes
        The pictures, by the names under which the Typst source reads them.
    fragments : list of str
        Typst source of every formula and picture since the list was last emptied.
    rejected : set of str
        Fragments that Typst does not take; `equation` and `picture` show a box instead.
    macros : dict of str to Macro
        Those that the document's formulas have defined so far.
    scopes : iterator of int
        Numbers that tell one cell's footnotes from another's.
    """

    def __init__(
        self,
        look=None,
        folder=None,
        root=None,
        targets=frozenset(),
        numbers=None,
        chapter="",
        files=None,
    ):
        self.look = look or Look()
        self.folder, self.root = folder, root
        self.files = {} if files is None else files
        self.fragments = []
        self.rejected = set()
        self.macros = {}
        self.scopes = count()
        self._targets = {_key(name) for name in targets}
        self._numbers = numbers or {}
        self._chapter = chapter
        self._above = self.level = 1 if chapter else 0

    def equation(self, latex, block=False, source=None):
        """Return the formula as Typst markup, as a box with its source if it has to be."""
        found = REFERENCE.fullmatch(latex.strip())
        if found and found[2] in self._numbers:
            return self._reference(*found.groups())
        kind = "true" if block else "false"
        boxed = self._boxed((source or latex).strip(), kind, LABEL.findall(latex))
        try:
            formula = translate(latex, block, self.macros, self._numbers)
        except MathError:
            return boxed
        if not formula.body:
            return ""  # definitions of macros, most often
        tag = f"numbering: _ => {literal(formula.tag)}, " if formula.tag else ""
        # The source is the formula's alternative text: screen readers know LaTeX.
        call = f"math.equation(block: {kind}, {tag}alt: {literal(latex.strip())}, ${formula.body}$)"
        if NO_MATHML.search(formula.body):
            call = f"drawn({call})"
        anchors = self._anchors(formula.labels)
        length = len(latex)
        if not block:
            call = _in_line(call, formula.body, length)
        elif length > LONG_FORMULA:
            flows = formula.tag is None and not ROWS.search(formula.body)
            call = f"fitting({call}{', flows: true' if flows else ''})"
        return anchors + self._checked(f"#{call}", boxed)

    def _boxed(self, source, block, labels):
        numbers = [self._numbers[name] for name in labels if name in self._numbers]
        given = dict.fromkeys(f"({number})" for number in numbers)
        number = f", number: {literal(' '.join(given))}" if given else ""
        box = f"#untranslated({literal(source)}, block: {block}{number})"
        return self._anchors(labels) + box

    def _anchors(self, labels):
        return "".join(f"#anchor({self._label(FORMULA + name)})" for name in labels)

    def _reference(self, parentheses, name):
        shown = f"({self._numbers[name]})" if parentheses else self._numbers[name]
        return self.goto(FORMULA + name, f"#{literal(shown)}")

    def keep(self, data):
        """Return a URL of the kind that `picture_at` takes for a picture's bytes."""
        return f"data:image/any;base64,{base64.b64encode(data).decode()}"

    def picture_at(self, url, alt, attachments=None, size=(None, None), inline=False):
        """Return a picture that Markdown or HTML refers to as Typst markup.

        Parameters
        ----------
        url, alt : str
        attachments : dict, optional
            A cell's attachments: name to {MIME type: base64}.
        size : pair of float or None
            Width and height in points, as far as they are asked for.
        inline : bool
            Whether it stands in a line of text.
        """
        try:
            data = find(url, attachments or {}, self.folder, self.root)
        except PictureError as why:
            return self.missing(alt, why, inline)
        return self.picture(data, alt or "A picture without a description", size, inline)

    def picture(self, data, alt, size=(None, None), inline=False):
        """Return a picture as Typst markup.

        Parameters
        ----------
        data : bytes
            The picture's file.
        alt : str
            What it shows, in words.
        size : pair of float or None
            Width and height in points; by default those of the file.
        inline : bool
            Whether it stands in a line of text.
        """
        try:
            kind, pixels = kind_and_size(data)
        except PictureError as why:
            return self.missing(alt, why, inline)
        name = f"{hashlib.sha256(data).hexdigest()[:16]}.{kind}"
        self.files[name] = data
        width, height = size
        if width is None and pixels:
            width = height * pixels[0] / pixels[1] if height else pixels[0] * PIXEL
        if inline and (width is None or width > self.look.text_width):
            width = self.look.text_width
        points = f", width: {width:.4g}pt" if width else ""
        look = "inline-picture" if inline else "picture"
        call = f"#{look}({literal(name)}, alt: {literal(alt)}{points})"
        shown = self._checked(call, self.missing(alt, "cannot be read", inline))
        return shown + LINE_MAY_END * bool(inline and width and width > self.look.text_width / 2)

    def missing(self, alt, why, inline=False):
        """Return what stands in the place of a picture that cannot be shown."""
        call = "absent" if inline else "note"
        return f"#{call}({literal(f'Picture not shown: it {why}. {alt}'.strip())})"

    # Headings, and links from one place of the document to another.

    def heading_level(self, level):
        """Return a heading's level in the outline, where none may be left out on the way down."""
        self.level = min(level + self._above, self.level + 1)
        return self.level

    def anchor(self, name):
        """Return the mark of a place, empty if no link of the document leads there."""
        return f"#anchor({self._label(name)})" if _key(name) in self._targets else ""

    def goto(self, name, body):
        """Return a link to a place of the document."""
        return f"#goto({self._label(name)})[{body}]"

    def _label(self, name):
        return literal(self._chapter + _key(name))

    def _checked(self, fragment, instead):
        self.fragments.append(fragment)
        return instead if fragment in self.rejected else fragment


def _key(name):
    """Return what all spellings of a target have in common: JupyterLab's, GitHub's, quoted."""
    return "-".join(unquote(name).strip().lower().split())


def _in_line(equation, body, length):
    # A short formula is kept in one piece.
    if length < SHORT_FORMULA:
        return f"kept({equation})"
    return f"tall({equation})" if TALL.search(body) else equation
