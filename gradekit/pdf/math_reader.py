"""LaTeX mathematics token by token."""

import re

TOKEN = re.compile(r"\\([A-Za-z]+\*?|.)|(\s+|%[^\n]*)|(.)", re.DOTALL)
DIMENSION = re.compile(r"\s*([+-]?\d*\.?\d+)\s*([a-z]{2})\s*")
STARRED = {"operatorname*", "hspace*", "tag*"}


class MathError(ValueError):
    """The formula holds something that this translator does not know.

    Parameters
    ----------
    reason : str
        One phrase without a full stop, such as ``unknown command \\foo``.
    """


class Reader:
    """The text of a formula and a place in it.

    A token is a command with its backslash or a single character; spaces and comments are none.
    At the end of the text the token is empty.
    """

    def __init__(self, text):
        self.text = text
        self.at = 0

    def peek(self):
        while match := TOKEN.match(self.text, self.at):
            if match[2] is None:
                return "\\" + self._name(match[1]) if match[1] else match[3]
            self.at = match.end()
        return ""

    def _name(self, name):
        return name if name in STARRED else name.rstrip("*") or name

    def next(self):
        token = self.peek()
        self.at += len(token)
        if token == "\\":
            raise MathError("a backslash at the end")
        return token

    def accept(self, token):
        if self.peek() != token:
            return False
        self.next()
        return True

    def expect(self, token):
        if not self.accept(token):
            raise MathError(f"{token} expected, {self.peek() or 'the end'} found")

    def raw_group(self):
        """Return the text of a braced group as it stands."""
        self.expect("{")
        start, level = self.at, 1
        while level:
            match = TOKEN.match(self.text, self.at)
            if not match:
                raise MathError("unclosed {")
            level += (match[3] == "{") - (match[3] == "}")
            self.at = match.end()
        return self.text[start : self.at - 1]

    def raw_option(self):
        """Return the text of an option in brackets, None if there is none."""
        if not self.accept("["):
            return None
        end = self.text.find("]", self.at)
        if end < 0:
            raise MathError("unclosed [")
        option, self.at = self.text[self.at : end], end + 1
        if "[" in option or "{" in option:
            raise MathError("brackets or braces within an option")
        return option
