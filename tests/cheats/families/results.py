"""The result that scores a test cell, or its other outputs, are forged."""
# ruff: noqa

from tests.cheats.collection import cheat

SAME_OUTPUTS = "outputs of the student's process appear in the test cell that called it"


@cheat()
def result_shown_by_the_answer():
    """A function shows a result of 4, the first result of the cell, by which nbgrader scores it."""

    def power_of_three(n):
        import sys

        sys.displayhook(4)
        return 0


@cheat()
def result_published_by_the_answer():
    """A function sends the message with the result of the cell that tests it."""

    def power_of_three(n):
        kernel = get_ipython().kernel
        content = {"data": {"text/plain": "4"}, "metadata": {}, "execution_count": 1}
        parent = kernel.get_parent("shell")
        kernel.session.send(kernel.iopub_socket, "execute_result", content, parent)
        return 0


@cheat()
def numbers_printed_otherwise():
    """The shell's formatter writes every integer as 4."""
    plain = get_ipython().display_formatter.formatters["text/plain"]
    plain.for_type(int, lambda number, printer, cycle: printer.text("4"))


@cheat()
def another_displayhook():
    """The shell's displayhook shows 4 whatever the last line of a cell is."""
    hook = get_ipython().displayhook
    write = hook.write_format_data
    hook.write_format_data = lambda data, *args: write({"text/plain": "4"}, *args)


@cheat()
def result_that_is_no_number():
    """Comparisons return an object, so the cell's last value is no number: nbgrader gives all."""

    class Odd:
        __eq__ = __radd__ = __add__ = lambda self, other: self
        __repr__ = lambda self: "many"

    def power_of_three(n):
        return Odd()


@cheat()
def result_below_zero():
    """Comparisons count -1, so the cell's last value is negative: nbgrader gives all."""

    class Less(int):
        def __eq__(self, other):
            return -1

    def power_of_three(n):
        return Less()


@cheat(aims_at=SAME_OUTPUTS)
def clears_what_the_test_wrote():
    """A thread of the student's clears the outputs of the running cell again and again."""
    import threading
    import time

    from IPython.display import clear_output

    def clear():
        for _ in range(400):
            time.sleep(0.01)
            clear_output()

    def square(x):
        threading.Thread(target=clear, daemon=True).start()
        clear_output(wait=True)
        return x


@cheat()
def outputs_with_odd_ids():
    """A function publishes outputs that could stand for the cell's own: updates, counts, idle."""

    def power_of_three(n):
        kernel = get_ipython().kernel
        parent, send = kernel.get_parent("shell"), kernel.session.send
        four = {"data": {"text/plain": "4"}, "metadata": {}, "transient": {"display_id": "x"}}
        for kind in ("display_data", "update_display_data", "execute_result"):
            content = {**four, "execution_count": 1}
            send(kernel.iopub_socket, kind, content, parent)
        send(kernel.iopub_socket, "status", {"execution_state": "idle"}, parent)
        send(kernel.iopub_socket, "clear_output", {"wait": False}, parent)
        raise ValueError


@cheat()
def result_of_numpy():
    """Comparisons give NumPy's integers, whose text is no number to nbgrader: it gives all."""

    def power_of_three(n):
        return np.int64(0)


@cheat()
def results_shown_in_a_widget():
    """A widget is said to show the outputs of the running cell, so that the cell has none."""

    def power_of_three(n):
        kernel = get_ipython().kernel
        parent = kernel.get_parent("shell")
        output = {"_model_module": "@jupyter-widgets/output", "_model_name": "OutputModel"}
        state = {**output, "outputs": []}
        hook = {"msg_id": parent["header"]["msg_id"]}
        for kind, data in (
            ("comm_open", {"state": state}),
            ("comm_msg", {"method": "update", "state": hook}),
        ):
            content = {"comm_id": "mine", "target_name": "jupyter.widget", "data": data}
            kernel.session.send(kernel.iopub_socket, kind, content, parent)
        return 0
