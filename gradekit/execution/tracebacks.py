"""IPython's tracebacks, with the same text in half the time.

A traceback is most of what a failed test costs. IPython formats each of them twice, and stack_data
and pygments make for each anew what is the same for all.
"""

import functools

import stack_data
from pygments.formatters.terminal256 import Terminal256Formatter
from pygments.lexer import RegexLexerMeta

_make_lexer = RegexLexerMeta.__call__
_set_up_styles = Terminal256Formatter._setup_styles
_codes = {}


def make_fast(shell):
    """Keep, from one traceback of this process to the next, what does not change.

    Parameters
    ----------
    shell : ipykernel.zmqshell.ZMQInteractiveShell
    """
    original = shell._format_exception_for_storage
    shell._format_exception_for_storage = functools.partial(_as_shown, shell, original)
    stack_data.style_with_executing_node = functools.lru_cache(stack_data.style_with_executing_node)
    RegexLexerMeta.__call__ = _lexer
    Terminal256Formatter._setup_styles = _known_styles


def _as_shown(shell, original, error, *args, **kwargs):
    """What the history stores of an error (for %notebook) is what was shown."""
    lines = getattr(shell, "_last_traceback", None)
    if lines is None:
        return original(error, *args, **kwargs)
    return {"ename": type(error).__name__, "evalue": str(error), "traceback": lines}


def _lexer(cls, *args, **kwargs):
    """A class of lexers without tokens of its own has those of its base."""
    base = cls.__base__
    if "tokens" not in vars(cls) and "_tokens" not in vars(cls) and "_tokens" in vars(base):
        cls._all_tokens, cls._tmpname, cls._tokens = base._all_tokens, base._tmpname, base._tokens
    return _make_lexer(cls, *args, **kwargs)


def _known_styles(formatter):
    """The codes for a style's colors, which take a search among 256 colors each."""
    key = formatter.style, formatter.usebold, formatter.useunderline, formatter.useitalic
    if key not in _codes:
        _set_up_styles(formatter)
        _codes[key] = formatter.style_string
    formatter.style_string = dict(_codes[key])
