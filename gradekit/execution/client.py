"""nbclient's loop over the cells of a notebook, with the settings that nbgrader gives to it.

A function may change an argument though it should not. In one process a test sees that; apart from
the answers it keeps its own object, so that nobody can change what a result is compared with. The
test has to pass both ways: once with its objects unchanged and, if a function changed one of them,
once more with the changes.
"""

import logging
import math

from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal
from nbformat import NotebookNode, from_dict

from gradekit import course

# As in nbgrader's Execute.
_TIMEOUT = {
    "ename": "CellTimeoutError",
    "evalue": "",
    "traceback": ["\x1b[0;31mCellTimeoutError\x1b[0m: No reply from kernel before timeout"],
}
_KEYS = {
    "stream": ("name", "text"),
    "display_data": ("metadata", "data"),
    "execute_result": ("metadata", "data", "execution_count"),
    "error": ("ename", "evalue", "traceback"),
}
_MOST_DISPLAYS, _MOST_PLACES = 1000, 100
_NO_TRACEBACK = ["ERROR: An error occurred while showtraceback was disabled"]

_log = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())
_log.propagate = False


class Runner(NotebookClient):
    """Runs the cells of a notebook.

    Parameters
    ----------
    notebook : NotebookNode
        Its outputs are replaced.
    kernels : Kernels
    role_of : callable
        Says by the cell whether "answers" or "tests" run it.
    """

    def __init__(self, notebook, kernels, role_of):
        super().__init__(
            notebook,
            log=_log,
            allow_errors=True,
            interrupt_on_timeout=True,
            error_on_timeout=_TIMEOUT,
            timeout_func=lambda cell: kernels.cell_seconds(),
            # The end of a cell's output always comes; there may be much to process before.
            iopub_timeout=600,
            on_cell_execute=self._prepare,
            on_cell_executed=self._finish,
        )
        self.km = self.kc = kernels
        self._role_of = role_of

    async def run(self):
        """Run all cells."""
        for index, cell in enumerate(self.nb.cells):
            await self.async_execute_cell(cell, index)
            if self.kc.leaves_doubt(index):
                await self._execute_again(cell, index)
        self.set_widgets_metadata()

    async def _execute_again(self, cell, index):
        """Execute a test cell for a second time; its lower score counts."""
        before, outputs = _credit(cell), cell.outputs
        self.clear_display_id_mapping(index)
        with self.kc.repeating():
            await self.async_execute_cell(cell, index)
        if _credit(cell) > before:
            cell.outputs = outputs

    async def _prepare(self, cell, cell_index):
        await self.kc.prepare(cell_index, self._role_of(cell))

    def _finish(self, cell, cell_index, execute_reply):
        self.kc.finish()
        show_error_of_reply(cell, execute_reply["content"])

    def process_message(self, msg, cell, cell_index):
        """See nbclient; a message that it cannot process is worth nothing."""
        try:
            return super().process_message(msg, cell, cell_index)
        except CellControlSignal:
            raise
        except Exception:
            self.kc.complain("A message of the cell was not well formed, and is not shown.")
            return None

    def output(self, outs, msg, display_id, cell_index):
        """See nbclient; long text comes in pieces, which are one output.

        Messages have been checked. nbclient's way validates each output with a schema, which takes
        longer than all the rest.
        """
        if self.output_hook_stack[msg["parent_header"]["msg_id"]]:
            return super().output(outs, msg, display_id, cell_index)
        if self.clear_before_next_output:
            outs[:] = []
            self.clear_display_id_mapping(cell_index)
            self.clear_before_next_output = False
        content = msg["content"]
        if msg["metadata"].get("continued") and outs and outs[-1].get("name") == content["name"]:
            outs[-1].text += content["text"]
            return None
        if display_id:
            self._remember(display_id, cell_index, len(outs))
        outs.append(_output(msg["msg_type"], content))
        return outs[-1]

    def _remember(self, display_id, cell_index, place):
        """Note where an update of a display goes; nbclient looks through all that is noted."""
        known = self._display_id_map
        if display_id in known or len(known) < _MOST_DISPLAYS:
            places = known.setdefault(display_id, {}).setdefault(cell_index, [])
            if len(places) < _MOST_PLACES:
                places.append(place)


def _credit(cell):
    """A number that compares what two runs of a cell are worth."""
    if any(output.output_type == "error" for output in cell.outputs):
        return -math.inf
    partial = course.partial_credit(cell)
    return math.inf if partial is None else partial


def _output(kind, content):
    """An output with the content of a message; the order of keys is nbformat's."""
    output = NotebookNode(output_type=kind)
    for key in _KEYS[kind]:
        output[key] = from_dict(content[key])
    return output


def show_error_of_reply(cell, reply):
    """Add the error of a reply to the outputs unless it is there; as nbgrader's Execute does."""
    if reply["status"] != "error":
        return
    shown = [output.ename for output in cell.outputs if output.output_type == "error"]
    if reply["ename"] not in shown:
        error = {key: reply[key] for key in ("ename", "evalue")}
        traceback = reply["traceback"] or _NO_TRACEBACK
        cell.outputs.append(NotebookNode(output_type="error", **error, traceback=traceback))
