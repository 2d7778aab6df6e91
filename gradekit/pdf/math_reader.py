"""LaTeX mathematics token by token."""

import re

from gradekit.pdf.math_macros import (
    MAX_EXPANSIONS,
    MAX_LENGTH,
    NAME,
    PARAMETERS,
    joined,
)

TOKEN = re.compile(r"\\([A-Za-z]+\*?|.)|(\s+|%[^\n]*)|(.)", re.DOTALL)
DIMENSION = re.compile(r"\s*([+-]?\d*\.?\d+)\s*([a-z]{2})\s*")
STARRED = {"operatorname*", "hspace*", "tag*", "DeclareMathOperator*"}


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
    At the end of the text the token is empty. Macros are replaced before anybody sees them.

    Parameters
    ----------
    text : str
    macros : dict of str to Macro
        By the names of their commands; definitions in the text are added by others.
    """

    def __init__(self, text, macros):
        self.text = text
        self.at = 0
        self.macros = macros
        self.expansions = 0

    def peek(self):
        while match := TOKEN.match(self.text, self.at):
            if match[2] is None:
                name = match[1] and self._name(match[1])
                if name not in self.macros:
                    return "\\" + name if name else match[3]
                self._expand(name)
            else:
                self.at = match.end()
        return ""

    def _expand(self, name):
        """Put a macro's text in the place of its command and arguments."""
        self.expansions += 1
        if self.expansions > MAX_EXPANSIONS or len(self.text) > MAX_LENGTH:
            raise MathError(rf"\{name} never ends")
        start, macro = self.at, self.macros[name]
        self.at += len(name) + 1
        arguments = []
        for number in range(macro.count):
            if number == 0 and macro.default is not None:
                given = self._raw_option()
                arguments.append(macro.default if given is None else given)
            else:
                arguments.append(self._raw_argument())
        if missing := macro.missing():
            raise MathError(rf"the text of \{name} asks for #{missing}")
        self.text = joined(self.text[:start], macro.filled(arguments), self.text[self.at :])
        self.at = start

    def _raw_argument(self):
        """Return the text of a group, or of a single token."""
        while (match := TOKEN.match(self.text, self.at)) and match[2] is not None:
            self.at = match.end()
        if not match or match[3] == "}":
            raise MathError("a macro's argument is missing")
        if match[3] == "{":
            return self.raw_group()
        self.at = match.end()
        return match[0]

    def _raw_option(self):
        space = re.compile(r"\s*").match(self.text, self.at).end()
        if not self.text.startswith("[", space):
            return None
        self.at = space
        return self.raw_option()

    def defined_name(self):
        """Read the name of a command that is being defined."""
        found = NAME.match(self.text, self.at)
        if not found:
            raise MathError("a definition without a name")
        self.at = found.end()
        return found[1]

    def parameters(self):
        r"""Read ``#1#2`` behind ``\def``; returns how many there are."""
        found = PARAMETERS.match(self.text, self.at)
        if not found or found[1] != "".join(f"#{k}" for k in range(1, len(found[1]) // 2 + 1)):
            raise MathError("a definition with delimiters")
        self.at = found.end()
        return len(found[1]) // 2

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

    def raw_option(self, without=r"(?!)"):
        """Return the text of an option in brackets, None if there is none.

        What the pattern `without` finds in it is left out.
        """
        if not self.accept("["):
            return None
        end = self.text.find("]", self.at)
        if end < 0:
            raise MathError("unclosed [")
        option, self.at = re.sub(without, "", self.text[self.at : end]), end + 1
        if "[" in option or "{" in option:
            raise MathError("brackets or braces within an option")
        return option
