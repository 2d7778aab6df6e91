"""What can be chosen about a page."""

from dataclasses import dataclass

# Widths in points. The margins are those of the template.
PAPERS = {"a3": 841.9, "a4": 595.3, "a5": 419.5, "us-legal": 612.0, "us-letter": 612.0}
MARGIN = 62.4
CODE_INSET = 14.0  # both sides of a box of code
ADVANCE = 0.6021  # of DejaVu Sans Mono, in units of its size
LARGEST_CODE = 0.85  # in units of the font size


@dataclass(frozen=True)
class Look:
    """How a notebook looks as a PDF.

    Attributes
    ----------
    paper : str
        One of `PAPERS`.
    font_size : float
        Size of the text in points.
    code_columns : int
        How many characters of code, or of printed output, fit on a line. Longer lines are broken.
    max_output_lines : int
        Of longer outputs the middle is left out.
    max_outputs : int
        How many outputs of a cell are shown.
    show_input : bool
        Whether the source of code cells is shown.
    accessible : bool
        Whether the PDF keeps the standard PDF/UA-1, for screen readers.
    scrolls : bool
        Whether tables may be wider than the page, as in a browser.
    """

    paper: str = "a4"
    font_size: float = 10.5
    code_columns: int = 98
    max_output_lines: int = 80
    max_outputs: int = 60
    show_input: bool = True
    accessible: bool = True
    scrolls: bool = False

    @property
    def text_width(self):
        """Points from margin to margin."""
        return PAPERS[self.paper] - 2 * MARGIN

    @property
    def code_size(self):
        """Size of code in points."""
        fitting = (self.text_width - CODE_INSET) / (self.code_columns * ADVANCE)
        return min(fitting, LARGEST_CODE * self.font_size)
