"""Takes the lines of hidden tests out of the outputs of an executed notebook."""

import re
from pathlib import Path

from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Unicode

NOTE = "Raised while a hidden test ran; the lines of the test are not shown."
_BEGIN, _END = "BEGIN HIDDEN TESTS", "END HIDDEN TESTS"
_COLOR = re.compile(r"\x1b\[[0-9;]*m")
_TEST_FILE = re.compile(r"hidden_tests[/\\][^\n]*\.py")
# A longer line is found inside other text, a shorter one only where it stands alone.
_LONG = 12
_SHORT = 5


class HideTests(NbGraderPreprocessor):
    """Outputs show no line of a hidden test, also when a student's code raises inside one.

    A traceback loses the frames that show such lines, and keeps those of the student's cells;
    printed text and results lose the lines. Lines that the notebook shows anyway are no secret.
    """

    hidden_tests = Unicode(
        "hidden_tests", help="The folder with the hidden tests, from the course's folder on."
    ).tag(config=True)

    _lines = None

    def preprocess(self, nb, resources):
        if self._lines is None:  # one object sees all notebooks of an assignment
            folder = Path(resources["gradekit"]["root"], self.hidden_tests)
            self._lines = _module_lines(folder, resources["nbgrader"]["assignment"])
        outputs = [output for cell in nb.cells for output in cell.get("outputs", [])]
        # Most notebooks show nothing, and one look at all outputs is quicker than many.
        text = _COLOR.sub("", "\n".join(text for output in outputs for text in _texts(output)))
        self.secrets = _secrets(nb, self._lines, text)
        if self.secrets.long or self.secrets.short or _TEST_FILE.search(text):
            for output in outputs:
                self._clean(output)
        return nb, resources

    def _clean(self, output):
        if output.output_type == "error":
            self._clean_error(output)
        elif output.output_type == "stream":
            output.text = self._without_secrets(output.text)
        else:
            for kind in _text_kinds(output):
                output.data[kind] = self._without_secrets(output.data[kind])

    def _clean_error(self, output):
        output.evalue = self._without_secrets(output.evalue)
        if any(map(self._shows_test, output.traceback)):
            frames = [frame for frame in output.traceback if _is_of_cell(frame)]
            kept = [frame for frame in frames if not self._shows_test(frame)]
            output.traceback = [*kept, f"{output.ename}: {output.evalue}", NOTE]

    def _without_secrets(self, text):
        if not self._shows_test(text):
            return text
        return "".join(line for line in text.splitlines(True) if not self._shows_test(line))

    def _shows_test(self, text):
        text = _COLOR.sub("", text)
        if _TEST_FILE.search(text) or any(line in text for line in self.secrets.long):
            return True
        return not self.secrets.short.isdisjoint(line.strip() for line in text.splitlines())


class _Secrets:
    """The lines of hidden tests that nothing else shows, as far as they stand in a text."""

    def __init__(self, lines, text):
        self.long = {line for line in lines if len(line) >= _LONG and line in text}
        shown = {line.strip() for line in text.splitlines()}
        self.short = {line for line in lines & shown if _SHORT <= len(line) < _LONG}


def _texts(output):
    if output.output_type == "error":
        yield from (output.evalue, *output.traceback)
    elif output.output_type == "stream":
        yield output.text
    else:
        yield from (output.data[kind] for kind in _text_kinds(output))


def _text_kinds(output):
    return [
        kind
        for kind, content in output.data.items()
        if isinstance(content, str) and not kind.startswith("image/")
    ]


def _secrets(nb, hidden, text):
    shown, hidden = set(), {f"### {_BEGIN}", f"### {_END}", *hidden}
    for cell in nb.cells:
        within = False
        for line in cell.source.splitlines():
            within = (within or _BEGIN in line) and _END not in line
            (hidden if within else shown).add(line.strip())
    return _Secrets(hidden - shown, text)


def _module_lines(folder, assignment):
    """The lines of an assignment's modules of hidden tests."""
    paths = [*folder.glob("*.py"), *(folder / assignment).rglob("*.py")]
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in paths]
    return {line.strip() for text in texts for line in text.splitlines()}


def _is_of_cell(frame):
    return _COLOR.sub("", frame).lstrip().startswith("Cell In[")
